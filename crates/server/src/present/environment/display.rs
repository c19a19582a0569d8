//! How the pages of the browser libraries look, and where they lead.

use serde_json::{Map, Value, json};

use crate::app::App;

pub(super) fn display_config(app: &App) -> Map<String, Value> {
    let settings = &app.instance.settings();
    let preferred = settings.display.preferred_sign_in_strategy.as_deref().unwrap_or("password");
    let looks = json!({
        "object": "display_config",
        "id": app.instance.id,
        "instance_environment_type": app.instance.environment(),
        "application_name": settings.application_name,
        "theme": settings.display.theme,
        "preferred_sign_in_strategy": if settings.password.required_at_sign_up { preferred } else { "password" },
        "support_email": settings.display.support_email,
        "branded": false,
        "experimental_force_oauth_first": false,
        "clerk_js_version": settings.display.clerk_js_version,
        "show_devmode_warning": false,
        "google_one_tap_client_id": Value::Null,
        "logo_image": Value::Null,
        "favicon_image": Value::Null,
        "captcha_public_key": Value::Null,
        "captcha_widget_type": Value::Null,
        "captcha_public_key_invisible": Value::Null,
        "captcha_provider": Value::Null,
        "captcha_oauth_bypass": [],
        "captcha_heartbeat": false,
    });
    let groups = [looks, places(app), pictures_and_terms(app)];
    groups.into_iter().filter_map(|group| group.as_object().cloned()).flatten().collect()
}

/// The libraries expect a text: an empty one is the root of the page's origin. Where the application has no page of
/// its own, ours is there.
fn places(app: &App) -> Value {
    let urls = &app.instance.settings().urls;
    let or_ours = |url: &Option<String>, page: &str| match url {
        Some(url) => url.clone(),
        None => app.instance.account_url(page).map(String::from).unwrap_or_default(),
    };
    let home = urls.home.clone().unwrap_or_default();
    let sign_in = or_ours(&urls.sign_in, "/sign-in");
    json!({
        "home_url": home,
        "sign_in_url": sign_in,
        "sign_up_url": or_ours(&urls.sign_up, "/sign-up"),
        "user_profile_url": or_ours(&urls.user_profile, ""),
        "waitlist_url": or_ours(&urls.waitlist, "/waitlist"),
        "oauth_consent_url": "",
        "after_sign_in_url": urls.after_sign_in.as_ref().unwrap_or(&home),
        "after_sign_up_url": urls.after_sign_up.as_ref().unwrap_or(&home),
        "after_sign_out_one_url": sign_in,
        "after_sign_out_all_url": urls.after_sign_out.as_ref().unwrap_or(&sign_in),
        "after_switch_session_url": home,
        "after_join_waitlist_url": "",
        "organization_profile_url": "",
        "create_organization_url": "",
        "after_leave_organization_url": "",
        "after_create_organization_url": "",
        "logo_link_url": home,
    })
}

fn pictures_and_terms(app: &App) -> Value {
    let urls = &app.instance.settings().urls;
    json!({
        "logo_image_url": urls.logo,
        "logo_url": urls.logo,
        "favicon_image_url": urls.favicon,
        "favicon_url": urls.favicon,
        "help_url": urls.help,
        "privacy_policy_url": urls.privacy_policy,
        "terms_url": urls.terms,
    })
}
