//! What is asked about a user's organizations, and in whose name.

use beadle_testkit::{both_engines, json};

use crate::visit::{ADA, signed_in, text, user};

const BOB: &str = "bob+clerk_test@example.com";

both_engines! {
    async fn a_user_is_in_none(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        for what in ["memberships", "invitations", "suggestions"] {
            let path = format!("/me/organization_{what}");
            let page = browser.get(&format!("{path}?limit=10&offset=0&paginated=true")).await.ok();
            assert_eq!(page["response"], json!({"data": [], "total_count": 0}));
            assert_eq!(page["client"]["sessions"][0]["id"], session);
            assert_eq!(page["client"]["sessions"][0]["user"]["id"], id);
            assert_eq!(browser.get(&format!("{path}?paginated=false")).await.ok()["response"], json!([]));
            app.browser().get(&path).await.refused(401, "signed_out");
        }
    }

    async fn the_query_names_the_session_that_acts(app: TestApp) {
        user(&app, ADA).await;
        user(&app, BOB).await;
        let (browser, ada) = signed_in(&app, ADA).await;
        let bob = crate::visit::sign_in(&browser, BOB, crate::visit::PASSWORD).await.ok();
        let bob = text(&bob["response"]["created_session_id"]);
        let asked = |session: &str| format!("/me/organization_memberships?_clerk_session_id={session}");
        browser.get(&asked(&ada)).await.ok();
        app.backend().post(&format!("/v1/sessions/{ada}/revoke")).send().await.ok();
        let refused = browser.get(&asked(&ada)).await.refused(401, "authentication_invalid");
        assert_eq!(refused["meta"]["client"]["sessions"][0]["id"], bob);
        browser.get(&asked(&bob)).await.ok();
        // Without a name, the one last active.
        browser.get("/me/organization_memberships").await.ok();
        let (_, elsewhere) = signed_in(&app, ADA).await;
        for foreign in [&*elsewhere, "sess_38HzI1ntXxeWeS4fFGnCCbxKfaZ", "nonsense"] {
            let refused = browser.get(&asked(foreign)).await.refused(404, "resource_not_found");
            assert_eq!(refused["meta"]["client"]["sessions"][0]["id"], bob);
        }
    }
}
