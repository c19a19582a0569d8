//! What mails and SMS say.
//!
//! Each kind of message has one template per language, `<kind>/<locale>.txt`, with the blocks `subject`, `text`, `sms`
//! and, where there is a link, `action` (the words on the button). The HTML of a mail is `layout.html` around the
//! text, unless there is a `<kind>/<locale>.html`. Built-in templates are in `templates/messages/`; an operator's
//! directory may replace each of them and add languages. All are rendered once at start, with every kind of values.

mod built_in;
mod directory;
mod message;
mod parts;

use std::{collections::BTreeSet, path::Path};

use minijinja::{Environment, Error, UndefinedBehavior, Value, context, syntax::SyntaxConfig, value::Serde};

pub use message::Message;

use crate::config::ConfigError;

const LAYOUT: &str = "layout.html";
/// Under this prefix the built-in templates stay reachable, to be extended by those that replace them.
const BUILT_IN: &str = "built-in/";
/// The language of last resort: every kind of message has it.
const FALLBACK: &str = "en";

/// A mail as it is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// The templates, checked.
pub struct Messages {
    environment: Environment<'static>,
    application_name: String,
    /// `verification_code/en` and so on.
    translations: BTreeSet<String>,
}

impl Messages {
    /// The built-in templates, and over them those of the operator's directory.
    ///
    /// # Errors
    /// A file that is no template of a message, or one that cannot be rendered; names file and line.
    pub fn open(directory: Option<&Path>, application_name: &str) -> Result<Self, ConfigError> {
        let mut messages = Self {
            environment: environment(),
            application_name: application_name.to_owned(),
            translations: BTreeSet::new(),
        };
        for (name, source) in built_in::TEMPLATES {
            for name in [(*name).to_owned(), format!("{BUILT_IN}{name}")] {
                messages.add(&name, source).map_err(|error| refusal(&error, None))?;
            }
        }
        // The built-in ones have been tried out by the tests.
        if let Some(directory) = directory {
            messages.add_from(directory)?;
            messages.check().map_err(|error| refusal(&error, Some(directory)))?;
        }
        Ok(messages)
    }

    fn add_from(&mut self, directory: &Path) -> Result<(), ConfigError> {
        let files = directory::read(directory)?;
        for file in &files {
            self.add(&file.name, &file.source).map_err(|error| refusal(&error, Some(directory)))?;
        }
        for name in files.iter().filter_map(|file| file.name.strip_suffix(".html")) {
            if name != "layout" && !self.translations.contains(name) {
                return Err(ConfigError::new(
                    "mail.templates",
                    format!("has {name}.html, but no {name}.txt belongs to it"),
                ));
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &str, source: &str) -> Result<(), Error> {
        if let Some(translation) = name.strip_suffix(".txt") {
            self.translations.insert(translation.to_owned());
        }
        self.environment.add_template_owned(name.to_owned(), source.to_owned())
    }

    /// Renders everything with every kind of values.
    fn check(&self) -> Result<(), Error> {
        for message in Message::samples() {
            let prefix = format!("{}/", message.kind());
            let locales = self.translations.iter().filter_map(|name| name.strip_prefix(&prefix));
            for locale in locales {
                self.try_mail("", &message, "ada@example.com", locale)?;
                self.try_sms("", &message, "+15555550100", locale)?;
            }
        }
        Ok(())
    }

    /// The mail that brings a message to `recipient`, in the language that is nearest to `locale`.
    pub fn render(&self, message: &Message, recipient: &str, locale: Option<&str>) -> Rendered {
        let locale = self.nearest(message.kind(), locale);
        or_built_in(
            self.try_mail("", message, recipient, &locale),
            || self.try_mail(BUILT_IN, message, recipient, FALLBACK),
            || Rendered { subject: String::new(), text: String::new(), html: String::new() },
        )
    }

    /// The SMS that brings a message to `recipient`, in the language that is nearest to `locale`.
    pub fn render_sms(&self, message: &Message, recipient: &str, locale: Option<&str>) -> String {
        let locale = self.nearest(message.kind(), locale);
        or_built_in(
            self.try_sms("", message, recipient, &locale),
            || self.try_sms(BUILT_IN, message, recipient, FALLBACK),
            String::new,
        )
    }

    /// `pt-BR`, `pt`, or the fallback: whichever there is a template for.
    fn nearest(&self, kind: &str, locale: Option<&str>) -> String {
        let mut wanted = locale.unwrap_or(FALLBACK).to_ascii_lowercase();
        loop {
            if self.translations.contains(&format!("{kind}/{wanted}")) {
                return wanted;
            }
            match wanted.rfind('-') {
                Some(end) => wanted.truncate(end),
                None => return FALLBACK.to_owned(),
            }
        }
    }

    fn values(&self, message: &Message, recipient: &str, locale: &str) -> Value {
        let application_name = &self.application_name;
        let kind = message.kind();
        context! { application_name, recipient, locale, kind, ..Value::from(Serde(message)) }
    }

    fn try_mail(
        &self,
        prefix: &str,
        message: &Message,
        recipient: &str,
        locale: &str,
    ) -> Result<Rendered, Error> {
        let values = self.values(message, recipient, locale);
        let base = format!("{prefix}{}/{locale}", message.kind());
        let mut template =
            self.environment.get_template(&format!("{base}.txt"))?.render_captured(values.clone())?;
        let (subject, text, action) = template.with_state_mut(|state| {
            let action = message.link().map(|_| state.render_block("action")).transpose()?;
            Ok::<_, Error>((state.render_block("subject")?, state.render_block("text")?, action))
        })?;
        // A subject is one line whatever the template does: a line break would begin a header of its own.
        let subject = one_line(&subject);
        let text = parts::tidy(&text);
        let parts = Value::from(Serde(parts::split(&text, message)));
        let action = action.map(|action| one_line(&action));
        let own = self.environment.get_template(&format!("{base}.html"));
        let layout = own.or_else(|_| self.environment.get_template(&format!("{prefix}{LAYOUT}")))?;
        let html = layout.render(context! { subject => &subject, text => &text, parts, action, ..values })?;
        Ok(Rendered { subject, text, html })
    }

    fn try_sms(
        &self,
        prefix: &str,
        message: &Message,
        recipient: &str,
        locale: &str,
    ) -> Result<String, Error> {
        let name = format!("{prefix}{}/{locale}.txt", message.kind());
        let values = self.values(message, recipient, locale);
        let mut template = self.environment.get_template(&name)?.render_captured(values)?;
        let text = template.with_state_mut(|state| state.render_block("sms"))?;
        Ok(text.trim().to_owned())
    }
}

/// A template that passed the check at start can still fail on values that no sample had. The message matters
/// more than its form then.
fn or_built_in<T>(
    rendered: Result<T, Error>,
    built_in: impl FnOnce() -> Result<T, Error>,
    empty: impl FnOnce() -> T,
) -> T {
    rendered
        .or_else(|error| {
            tracing::error!(error = describe(&error), "message template failed, the built-in one is used");
            built_in()
        })
        .unwrap_or_else(|error| {
            tracing::error!(error = describe(&error), "built-in message template failed");
            empty()
        })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Values are escaped in files that are named `.html`, as is the engine's habit; what is not there is an error, not
/// an empty place.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment
}

/// In one line: where and what.
fn describe(error: &Error) -> String {
    let line = error.line().map(|line| format!(", line {line}")).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("{}{line}: {}{detail}", error.name().unwrap_or("?"), error.kind())
}

fn refusal(error: &Error, directory: Option<&Path>) -> ConfigError {
    let place = directory.map(|directory| format!("{}/", directory.display())).unwrap_or_default();
    ConfigError::new("mail.templates", format!("cannot be used: {place}{}", describe(error)))
}

#[cfg(test)]
mod tests;
