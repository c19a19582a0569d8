use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use super::*;

/// A directory of templates, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn with(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("beadle-messages-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&root).unwrap();
        for (name, text) in files {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(root)
    }

    fn open(files: &[(&str, &str)]) -> Result<Messages, String> {
        let scratch = Self::with(files);
        Messages::open(Some(&scratch.0), "Acme").map_err(|error| error.to_string())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn built_in() -> Messages {
    Messages::open(None, "Acme").unwrap()
}

fn code() -> Message {
    Message::VerificationCode { code: "007007".to_owned(), minutes: 10 }
}

fn link(link: &str) -> Message {
    Message::SignInLink { link: link.to_owned(), minutes: 10 }
}

#[test]
fn every_kind_is_there_in_both_languages_and_has_a_sample() {
    let messages = built_in();
    let sampled: BTreeSet<_> = Message::samples().iter().map(Message::kind).collect();
    assert_eq!(sampled, BTreeSet::from(message::KINDS));
    for sample in Message::samples() {
        let english = messages.render(&sample, "ada@b.example", None);
        let german = messages.render(&sample, "ada@b.example", Some("de-AT"));
        assert_ne!(english.subject, german.subject, "{sample:?}");
        assert!(english.html.contains("<html lang=\"en\">") && german.html.contains("<html lang=\"de\">"));
        for rendered in [&english, &german] {
            assert!(rendered.subject.contains("Acme") && !rendered.subject.contains('\n'), "{rendered:?}");
            assert!(rendered.text.contains("Acme") && rendered.text.ends_with('\n'), "{rendered:?}");
            assert!(!rendered.text.contains("\n\n\n") && !rendered.text.starts_with('\n'), "{rendered:?}");
            assert!(!format!("{rendered:?}").contains("{{"), "{rendered:?}");
        }
        let sms = messages.render_sms(&sample, "+14158675309", None);
        assert_ne!(sms, messages.render_sms(&sample, "+14158675309", Some("de")));
        assert!(sms.contains("Acme") && !sms.contains('\n'), "{sms:?}");
    }
}

#[test]
fn a_code_is_in_text_html_and_sms_but_not_in_the_subject() {
    let messages = built_in();
    for message in [code(), Message::ResetPasswordCode { code: "007007".to_owned(), minutes: 10 }] {
        let mail = messages.render(&message, "999999@b.example", None);
        assert_eq!(crate::mail::code_in(&mail.text), Some("007007"));
        assert!(mail.html.contains("<p class=\"code\">007007</p>"), "{}", mail.html);
        assert!(!mail.subject.contains("007007"), "subjects are shown on locked screens");
        assert!(mail.text.contains("999999@b.example") && mail.text.contains("10 minutes"));
        let sms = messages.render_sms(&message, "+14158675309", None);
        assert_eq!(crate::mail::code_in(&sms), Some("007007"));
    }
}

#[test]
fn a_link_is_a_button_and_readable() {
    let mail = built_in().render(&link("https://a.example/v?t=1&u=<2>"), "ada@b.example", None);
    assert_eq!(crate::mail::link_in(&mail.text), Some("https://a.example/v?t=1&u=<2>"));
    let escaped = "https:&#x2f;&#x2f;a.example&#x2f;v?t=1&amp;u=&lt;2&gt;";
    let button = format!("<a class=\"button\" href=\"{escaped}\">Sign in</a>");
    assert!(mail.html.contains(&button), "{}", mail.html);
    assert!(mail.html.contains(&format!("<p class=\"address\">{escaped}</p>")));
}

#[test]
fn html_needs_nothing_from_elsewhere() {
    let messages = built_in();
    for sample in Message::samples() {
        let html = messages.render(&sample, "ada@b.example", None).html;
        for outside in [" src=", "@import", "url(", "<script", "<link", "<img", "<iframe"] {
            assert!(!html.contains(outside), "{outside} in {html}");
        }
        assert!(html.contains("prefers-color-scheme: dark"));
    }
}

#[test]
fn what_people_are_called_stays_text() {
    let name = "<b>Eve</b>\n\nhttps://evil.example".to_owned();
    let at = "now".to_owned();
    let mail = built_in().render(&Message::PasskeyAdded { name, at }, "ada@b.example", None);
    assert!(mail.html.contains("&lt;b&gt;Eve&lt;&#x2f;b&gt;") && !mail.html.contains("<b>"), "{}", mail.html);
    assert!(!mail.html.contains("<a "), "only the message's own link is one: {}", mail.html);
    let messages = Messages::open(None, "A\r\nBcc: eve@evil.example").unwrap();
    assert!(!messages.render(&code(), "ada@b.example", None).subject.contains(['\r', '\n']));
}

#[test]
fn the_nearest_language_is_taken() {
    let portuguese = "{% block subject %}Código{% endblock %}{% block text %}x{% endblock %}{% block sms %}x{% endblock %}";
    let brazilian = portuguese.replace("Código", "Código, aqui");
    let messages = Scratch::open(&[
        ("verification_code/pt.txt", portuguese),
        ("verification_code/pt-BR.txt", &brazilian),
    ])
    .unwrap();
    let subject = |locale| messages.render(&code(), "a@b.example", locale).subject;
    assert_eq!(subject(Some("pt-BR")), "Código, aqui");
    assert_eq!(subject(Some("PT-br")), "Código, aqui");
    assert_eq!(subject(Some("pt-PT")), "Código");
    assert_eq!(subject(Some("pt-Latn-BR")), "Código");
    assert_eq!(subject(Some("ja")), "Your verification code for Acme");
    assert_eq!(subject(Some("../../etc")), "Your verification code for Acme");
    assert_eq!(subject(None), "Your verification code for Acme");
    assert!(
        messages.render(&link("https://a.example"), "a@b.example", Some("pt")).subject.starts_with("Sign in")
    );
}

#[test]
fn a_replacement_may_build_on_what_it_replaces() {
    let subject = "{% extends 'built-in/verification_code/en.txt' %}{% block subject %}Code!{% endblock %}";
    let layout = "{% extends 'built-in/layout.html' %}{% block footer %}Acme <i>Ltd</i>{% endblock %}";
    let own = "<p>{{ code }} {{ subject }} {{ recipient }}</p>";
    let messages = Scratch::open(&[
        ("verification_code/en.txt", subject),
        ("layout.html", layout),
        ("reset_password_code/en.html", own),
    ])
    .unwrap();
    let mail = messages.render(&code(), "a@b.example", None);
    assert_eq!((mail.subject.as_str(), mail.text.contains("007007")), ("Code!", true));
    assert!(mail.html.contains("Acme <i>Ltd</i>") && mail.html.contains("007007"), "{}", mail.html);
    let reset = Message::ResetPasswordCode { code: "1".to_owned(), minutes: 10 };
    let mail = messages.render(&reset, "<a@b.example>", None);
    assert_eq!(mail.html, "<p>1 Reset your password for Acme &lt;a@b.example&gt;</p>");
    assert!(mail.text.contains("code to set a new password"), "the text is still the built-in one");
}

#[test]
fn broken_templates_are_named_with_their_line() {
    let good = "{% block subject %}x{% endblock %}\n{% block text %}x{% endblock %}\n";
    for (name, text, named) in [
        ("verification_code/en.txt", "a\n{% block %}", "verification_code/en.txt, line 2"),
        (
            "verification_code/fr.txt",
            &format!("{good}{{% block sms %}}\n{{{{ cod }}}}{{% endblock %}}"),
            "verification_code/fr.txt, line 4",
        ),
        ("verification_code/fr.txt", good, "sms"),
        ("sign_in_link/en.txt", &format!("{good}{{% block sms %}}{{% endblock %}}"), "action"),
        ("invitation/en.html", "{{ inviter|upper }}\n\n{{ nonsense }}", "invitation/en.html, line 3"),
        ("layout.html", "<p>\n{{ titel }}", "layout.html, line 2"),
        ("layout.htm", "", "layout.htm"),
        ("invitation/fr.html", "x", "invitation/fr.txt"),
        ("verificaton_code/en.txt", good, "verificaton_code"),
        ("verification_code/en.text", good, "en.text"),
        ("verification_code/e.txt", good, "e.txt"),
        ("verification_code/en.txt/x", good, "en.txt"),
    ] {
        let refusal = Scratch::open(&[(name, text)]).err().unwrap_or_default();
        assert!(refusal.contains("mail.templates") && refusal.contains(named), "{name}: {refusal}");
        assert!(!refusal.contains('\n'), "{refusal}");
    }
    let missing = Messages::open(Some(Path::new("/nowhere/templates")), "Acme").err().unwrap().to_string();
    assert!(missing.contains("/nowhere/templates"), "{missing}");
}

#[test]
fn what_editors_leave_behind_is_no_template() {
    assert!(
        Scratch::open(&[(".git/config", "{%"), ("layout.html~", "{%"), ("invitation/.en.txt.swp", "{%")])
            .is_ok()
    );
}

/// The check at start cannot know every value.
#[test]
fn a_template_that_fails_later_is_replaced_by_the_built_in_one() {
    let fragile = "{% extends 'built-in/verification_code/en.txt' %}\
                   {% block subject %}{% if code == '007007' %}{{ nonsense }}{% endif %}{% endblock %}";
    let messages = Scratch::open(&[("verification_code/de.txt", fragile)]).unwrap();
    let mail = messages.render(&code(), "ada@b.example", Some("de"));
    assert_eq!(mail.subject, "Your verification code for Acme");
    assert!(mail.text.contains("007007"));
}

#[test]
fn times_are_told_in_utc() {
    assert_eq!(Message::time(beadle_types::Timestamp::from_secs(1_700_000_000)), "2023-11-14 22:13 UTC");
}
