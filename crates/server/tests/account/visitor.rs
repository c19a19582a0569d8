//! A visitor with a browser that runs no scripts: opens pages, fills in the forms that are on them, follows
//! redirects within the pages.

use beadle_testkit::{Browser, TestApp, TestResponse, json};
use http::{Method, StatusCode, header};

/// Where the pages are, as the browser sees it.
pub(crate) const ORIGIN: &str = "http://127.0.0.1:3900";
/// The password of every user here.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// Its bcrypt digest of the lowest cost.
const DIGEST: &str = "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";
/// What test addresses are verified with.
pub(crate) const CODE: &str = "424242";
/// An address that takes [`CODE`] and gets no mail.
pub(crate) const ADA: &str = "ada+clerk_test@example.com";
const MOST_REDIRECTS: usize = 5;

/// A user with this address and the password.
pub(crate) async fn user(app: &TestApp, email_address: &str) -> String {
    let body = json!({
        "email_address": [email_address], "password_digest": DIGEST, "password_hasher": "bcrypt",
    });
    app.create_user(&body).await
}

pub(crate) struct Visitor(pub(crate) Browser);

/// What the browser shows, or where it has gone.
pub(crate) struct Shown {
    pub(crate) answer: TestResponse,
    /// The address of the page.
    pub(crate) url: String,
    /// Where the last redirect led, if away from the pages.
    pub(crate) away: Option<String>,
}

impl Visitor {
    pub(crate) fn new(app: &TestApp) -> Self {
        Self(app.browser())
    }

    /// Opens a page.
    pub(crate) async fn open(&self, url: &str) -> Shown {
        let answer = self.0.send(self.0.call_page(Method::GET, url)).await;
        self.follow(url, answer).await
    }

    /// Follows a link from this page.
    pub(crate) async fn open_from(&self, page: &str, url: &str) -> Shown {
        let call = self.0.call_page(Method::GET, url).header(header::REFERER.as_str(), page);
        self.follow(url, self.0.send(call).await).await
    }

    /// Fills in the form with this button and sends it.
    #[track_caller]
    pub(crate) fn submit<'a>(
        &'a self,
        shown: &Shown,
        button: &str,
        typed: &'a [(&'a str, &'a str)],
    ) -> impl Future<Output = Shown> + 'a {
        let form = shown.form(button);
        for (name, _) in typed {
            assert!(form.fields.iter().any(|field| field == name), "no field {name} in {}", form.html);
        }
        async move {
            let untyped = form.hidden.iter().filter(|(name, _)| typed.iter().all(|(typed, _)| typed != name));
            let hidden = untyped.map(|(name, value)| (name.as_str(), value.as_str()));
            let pairs: Vec<_> = hidden.chain(typed.iter().copied()).collect();
            self.post(&form.action, &pairs).await
        }
    }

    /// Sends a form from one of our pages.
    pub(crate) async fn post(&self, url: &str, form: &[(&str, &str)]) -> Shown {
        let call = self.0.call_page(Method::POST, url).header(header::ORIGIN.as_str(), ORIGIN).form(form);
        let answer = self.0.send(call).await;
        self.follow(url, answer).await
    }

    async fn follow(&self, url: &str, mut answer: TestResponse) -> Shown {
        let mut url = url.to_owned();
        for _ in 0..MOST_REDIRECTS {
            if !answer.status.is_redirection() {
                return Shown { answer, url, away: None };
            }
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.shown());
            let location = answer.header("location").expect("a redirect says where to").to_owned();
            if !location.starts_with("/account") {
                return Shown { answer, url, away: Some(location) };
            }
            answer = self.0.send(self.0.call_page(Method::GET, &location)).await;
            url = location;
        }
        panic!("redirects in circles: {url}");
    }

    /// Signs in by password, from the first page on.
    pub(crate) async fn sign_in(&self, identifier: &str, password: &str, query: &str) -> Shown {
        let page = self.open(&format!("/account/sign-in{query}")).await;
        let page = self.submit(&page, "Continue", &[("identifier", identifier)]).await;
        self.submit(&page, "Sign in", &[("password", password)]).await
    }

    /// The sessions that the Frontend API shows to this browser.
    pub(crate) async fn sessions(&self) -> usize {
        let client = self.0.get("/client").await.ok();
        client["response"]["sessions"].as_array().map_or(0, Vec::len)
    }
}

struct Form {
    html: String,
    action: String,
    hidden: Vec<(String, String)>,
    fields: Vec<String>,
}

impl Shown {
    pub(crate) fn html(&self) -> String {
        self.answer.text()
    }

    #[track_caller]
    pub(crate) fn heading(&self) -> String {
        let html = self.html();
        between(&html, "<h1>", "</h1>").unwrap_or_else(|| panic!("{}", self.answer.shown())).trim().to_owned()
    }

    /// The page with this heading and status.
    #[track_caller]
    pub(crate) fn is(self, status: u16, heading: &str) -> Self {
        assert_eq!((self.answer.status.as_u16(), &*self.heading()), (status, heading), "{}", self.html());
        self
    }

    /// What is said to be wrong with this field, for eyes and for screen readers.
    #[track_caller]
    pub(crate) fn wrong(&self, field: &str) -> String {
        let html = self.html();
        let id = format!("{field}-error");
        let text = between(&html, &format!("id=\"{id}\">"), "</p>");
        let text = text.unwrap_or_else(|| panic!("nothing wrong with {field}: {html}")).to_owned();
        let input = between(&html, &format!("<input id=\"{field}\""), ">").unwrap();
        assert!(input.contains("aria-invalid=\"true\"") && input.contains(&id), "{input}");
        assert!(html.contains(&format!("<a href=\"#{field}\">{text}</a>")), "not in the summary: {html}");
        assert!(html.contains("role=\"alert\" tabindex=\"-1\" autofocus"), "{html}");
        unescape(&text)
    }

    /// What is said to be wrong with the form as a whole.
    #[track_caller]
    pub(crate) fn complaint(&self) -> String {
        let html = self.html();
        let errors = between(&html, "<div class=\"errors\"", "</div>");
        unescape(between(errors.unwrap_or_else(|| panic!("{html}")), "<p>", "</p>").unwrap())
    }

    /// Where the link with this text leads.
    #[track_caller]
    pub(crate) fn link(&self, text: &str) -> String {
        let html = self.html();
        let end = html.find(&format!("\">{text}</a>")).unwrap_or_else(|| panic!("no link {text}: {html}"));
        unescape(html[..end].rsplit_once("href=\"").unwrap().1)
    }

    /// The action of the form whose action holds this.
    #[track_caller]
    pub(crate) fn action(&self, part: &str) -> String {
        let html = self.html();
        let actions = html.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(unescape);
        actions
            .into_iter()
            .find(|action| action.contains(part))
            .unwrap_or_else(|| panic!("no {part}: {html}"))
    }

    #[track_caller]
    fn form(&self, button: &str) -> Form {
        let html = self.html();
        let has_button = |form: &&str| {
            form.split("<button")
                .skip(1)
                .any(|rest| between(rest, ">", "</button>").map(strip) == Some(button.into()))
        };
        let forms = html.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
        let form = forms.clone().find(has_button);
        let form = form.unwrap_or_else(|| panic!("no form with {button:?}: {html}")).to_owned();
        assert!(form.starts_with(" method=\"post\""), "{form}");
        let action = unescape(between(&form, "action=\"", "\"").unwrap());
        let inputs: Vec<_> = form.split("<input").skip(1).filter_map(|rest| rest.split('>').next()).collect();
        let name = |input: &str| unescape(between(input, " name=\"", "\"").unwrap());
        let value = |input: &str| unescape(between(input, " value=\"", "\"").unwrap_or_default());
        let is_sent = |input: &&&str| input.contains("type=\"hidden\"") || input.contains(" checked");
        let hidden = inputs.iter().filter(is_sent).map(|input| (name(input), value(input))).collect();
        let fields = inputs.iter().map(|input| name(input)).collect();
        Form { action, hidden, fields, html: form }
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

/// The text without tags.
fn strip(html: &str) -> String {
    let texts = html.split('<').enumerate();
    let texts =
        texts.filter_map(|(n, part)| if n == 0 { Some(part) } else { part.split_once('>').map(|p| p.1) });
    let text = texts.collect::<Vec<_>>().join(" ");
    unescape(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn unescape(html: &str) -> String {
    let replaced =
        [("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    replaced.iter().fold(html.to_owned(), |text, (from, to)| text.replace(from, to))
}
