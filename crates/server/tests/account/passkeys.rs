//! Passkeys on the profile. They are made with the browser library.

use beadle_testkit::{Authenticator, both_engines};
use http::Method;

use crate::{
    profile::signed_in,
    visitor::{ADA, PASSWORD, Visitor, user},
};

const EVE: &str = "eve+clerk_test@example.com";

async fn add(visitor: &Visitor) {
    let page = "http://localhost:3000";
    let post = async |path: &str, form: &[(&str, &str)]| {
        let call = visitor.0.call(Method::POST, path).header("origin", page).form(form);
        visitor.0.send(call).await.ok()
    };
    let made = post("/me/passkeys", &[]).await;
    let credential = Authenticator::new(page).create(&made["response"]["verification"]["nonce"]);
    let path = format!("/me/passkeys/{}/attempt_verification", made["response"]["id"].as_str().unwrap());
    post(&path, &[("strategy", "passkey"), ("public_key_credential", &credential)]).await;
}

both_engines! {
    #[instance = "[factors]\npasskey = true"]
    async fn a_passkey_is_renamed_and_removed(app: TestApp) {
        user(&app, ADA).await;
        user(&app, EVE).await;
        let (visitor, page) = signed_in(&app).await;
        assert!(!page.html().contains("asskey"), "making one takes a script: {}", page.html());
        add(&visitor).await;
        let page = visitor.open("/account").await;
        let form = visitor.open(&page.link("Rename")).await.is(200, "Rename a passkey");
        let long = "n".repeat(1000);
        let form = visitor.submit(&form, "Rename", &[("name", &long)]).await.is(422, "Rename a passkey");
        form.wrong("name");
        let eve = Visitor::new(&app);
        eve.sign_in(EVE, PASSWORD, "").await;
        let path = form.url.split('?').next().unwrap();
        eve.open(path).await.is(404, "Nothing here");
        eve.post(path, &[("name", "Mine")]).await.is(404, "Nothing here");
        eve.post(&format!("{path}/remove"), &[]).await.is(404, "Nothing here");
        let page = visitor.submit(&form, "Rename", &[("name", "My <old> phone")]).await;
        let page = page.is(200, "Your account");
        assert!(page.html().contains("My &lt;old&gt; phone"), "{}", page.html());
        let page = visitor.post(&page.action("/account/passkeys/"), &[]).await.is(200, "Your account");
        assert!(page.html().contains("The passkey was removed.") && !page.html().contains("Rename"));
    }
}
