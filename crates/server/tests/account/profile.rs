//! The account: what users change about themselves with forms alone.

use beadle_testkit::{Engine, TestApp, both_engines};

use crate::visitor::{ADA, PASSWORD, Shown, Visitor, user};

const NEW_PASSWORD: &str = "a new horse battery";

pub(crate) async fn signed_in(app: &TestApp) -> (Visitor, Shown) {
    let visitor = Visitor::new(app);
    let page = visitor.sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
    (visitor, page)
}

both_engines! {
    async fn names(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        let typed = [("first_name", "Ada"), ("last_name", "Lovelace"), ("username", "ada_lovelace")];
        let page = visitor.submit(&page, "Save", &typed).await.is(200, "Your account");
        assert!(page.html().contains("Your profile was saved.") && page.html().contains("Ada Lovelace"));
        let page = visitor.submit(&page, "Save", &[("first_name", ""), ("username", "a")]).await;
        let page = page.is(422, "Your account");
        page.wrong("username");
        // What was typed is still there, and what was not sent is not.
        assert!(page.html().contains("value=\"a\"") && !page.html().contains("value=\"Ada\""));
        // An emptied field clears.
        let page = visitor.submit(&page, "Save", &[("first_name", ""), ("last_name", "King")]).await;
        let page = page.is(200, "Your account");
        assert!(page.html().contains("<strong>King</strong>"), "{}", page.html());
    }

    async fn the_password(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        let (other, _) = signed_in(&app).await;
        let typed = [("current_password", "wrong horse"), ("new_password", NEW_PASSWORD)];
        let page = visitor.submit(&page, "Change password", &typed).await.is(422, "Your account");
        page.wrong("current_password");
        let typed = [("current_password", PASSWORD), ("new_password", "short")];
        let page = visitor.submit(&page, "Change password", &typed).await.is(422, "Your account");
        page.wrong("new_password");
        assert!(!page.html().contains(PASSWORD));
        let typed = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
        let page = visitor.submit(&page, "Change password", &typed).await.is(200, "Your account");
        assert!(page.html().contains("Your password was changed."));
        // The box was ticked; this browser stays, with a token of now.
        assert_eq!((visitor.sessions().await, other.sessions().await), (1, 0));
        let token = visitor.0.cookie("__session").unwrap();
        assert_eq!(app.app().instance.read_expired(&token, app.now()).unwrap().r#gen, Some(2));
        Visitor::new(&app).sign_in(ADA, NEW_PASSWORD, "").await.is(200, "Your account");
    }

    async fn other_devices(app: TestApp) {
        user(&app, ADA).await;
        let (other, _) = signed_in(&app).await;
        let (visitor, page) = signed_in(&app).await;
        assert_eq!(page.html().matches("This device").count(), 1);
        assert_eq!(page.html().matches("revoke?").count(), 1);
        assert!(page.html().contains("203.0.113.7, last active"), "{}", page.html());
        let eve = Visitor::new(&app);
        user(&app, "eve+clerk_test@example.com").await;
        eve.sign_in("eve+clerk_test@example.com", PASSWORD, "").await.is(200, "Your account");
        let revoke = page.action("/revoke");
        eve.post(revoke.split('?').next().unwrap(), &[]).await.is(404, "Nothing here");
        assert_eq!(other.sessions().await, 1);
        let page = visitor.post(&revoke, &[]).await.is(200, "Your account");
        assert!(page.html().contains("The device was signed out."));
        assert_eq!((visitor.sessions().await, other.sessions().await), (1, 0));
    }

    async fn deleting_it(app: TestApp) {
        let user = user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        let page = visitor.submit(&page, "Delete account", &[]).await.is(422, "Your account");
        let page = visitor.submit(&page, "Delete account", &[("confirm", "true")]).await.is(200, "Sign in");
        assert_eq!(page.url, "/account/sign-in");
        assert_eq!((visitor.sessions().await, visitor.0.cookie("__session")), (0, None));
        app.backend().get(&format!("/v1/users/{user}")).send().await.refused(404, "resource_not_found");
    }

    async fn each_account_of_a_browser(app: TestApp) {
        const BOB: &str = "bob+clerk_test@example.com";
        let ada = user(&app, ADA).await;
        let bob = user(&app, BOB).await;
        let (visitor, of_ada) = signed_in(&app).await;
        let page = visitor.open("/account/sign-in?another=1").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", BOB)]).await;
        visitor.submit(&page, "Sign in", &[("password", PASSWORD)]).await.is(200, "Your account");
        // The page that was opened before still changes whom it shows.
        let page = visitor.submit(&of_ada, "Save", &[("first_name", "Ada")]).await.is(200, "Your account");
        assert!(page.html().contains(ADA) && !page.html().contains(BOB));
        let name = async |id: &str| app.backend().get(&format!("/v1/users/{id}")).send().await.ok()["first_name"].clone();
        assert_eq!((name(&ada).await, name(&bob).await), ("Ada".into(), beadle_testkit::Value::Null));
    }
}

const NOTHING: &str =
    "delete_self_enabled = false\nnames_enabled = false\nidentifiers.username.enabled = false";

async fn nothing(app: TestApp) {
    user(&app, ADA).await;
    let (visitor, page) = signed_in(&app).await;
    assert!(!page.html().contains("Delete account") && !page.html().contains("first_name"));
    let refused = visitor.post("/account/delete", &[("confirm", "true")]).await;
    assert_eq!(refused.answer.status, 403);
    assert_eq!(visitor.sessions().await, 1);
}

#[test]
fn the_settings_decide_what_there_is() {
    beadle_testkit::run(Engine::Sqlite, NOTHING, nothing);
    beadle_testkit::run(Engine::Postgres, NOTHING, nothing);
}
