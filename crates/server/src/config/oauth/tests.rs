use secrecy::ExposeSecret as _;

use super::*;

fn read(text: &str) -> Result<Vec<OAuthProvider>, String> {
    read_with(text, &[])
}

fn read_with(text: &str, secrets: &[(&str, &str)]) -> Result<Vec<OAuthProvider>, String> {
    let mut table: Table = text.parse().unwrap();
    let Some(Value::Table(sections)) = table.remove("oauth") else { panic!("no section") };
    let secrets =
        secrets.iter().map(|(name, value)| ((*name).to_owned(), SecretString::from(*value))).collect();
    providers(Some(sections), &secrets).map_err(|error| error.to_string())
}

fn oidc(lines: &str) -> String {
    format!(
        "[oauth.acme]\ntype = \"oidc\"\nissuer = \"https://id.acme.example\"\nclient_id = \"c\"\n\
         client_secret = \"s3cret\"\n{lines}"
    )
}

#[test]
fn names_decide_on_strategies() {
    let github = "[oauth.github]\ntype = \"github\"\nclient_id = \"c\"\nclient_secret = \"s\"\n";
    let read = read(&format!("{}{github}", oidc(""))).unwrap();
    let [acme, github] = &read[..] else { panic!("{read:?}") };
    assert_eq!((acme.strategy.as_str(), acme.name.as_str()), ("oauth_custom_acme", "Acme"));
    assert_eq!(acme.scopes, ["openid", "profile", "email"]);
    assert_eq!((github.strategy.as_str(), github.name.as_str()), ("oauth_github", "GitHub"));
    assert!(
        matches!(&github.kind, ProviderKind::GitHub { base_url, .. } if base_url.as_str() == "https://github.com/")
    );
    assert!(acme.enabled && !acme.allow_private_addresses);
}

#[test]
fn the_environment_gives_secrets() {
    assert_eq!(secret_of("BEADLE_OAUTH_MY_IDP_CLIENT_SECRET").as_deref(), Some("my_idp"));
    assert_eq!(secret_of("BEADLE_OAUTH__CLIENT_SECRET"), None);
    let read = read_with(&oidc(""), &[("acme", "other")]).unwrap();
    assert_eq!(read[0].client_secret.expose_secret(), "other");
    let refusal = read_with(&oidc(""), &[("acne", "other")]).unwrap_err();
    assert!(refusal.contains("BEADLE_OAUTH_ACNE_CLIENT_SECRET") && !refusal.contains("other"), "{refusal}");
}

#[test]
fn mistakes_are_named_without_values() {
    let base = oidc("");
    for (text, named) in [
        (base.replace("oidc", "saml"), "oauth.acme.type"),
        (base.replace("issuer", "isuer"), "oauth.acme.issuer"),
        (base.replace("https://", "http://"), "oauth.acme.issuer"),
        (base.replace("client_id = \"c\"", ""), "oauth.acme.client_id"),
        (base.replace("client_secret = \"s3cret\"", ""), "BEADLE_OAUTH_ACME_CLIENT_SECRET"),
        (oidc("scopes = [\"email\"]"), "oauth.acme.scopes"),
        (oidc("scopes = [\"openid email\"]"), "oauth.acme.scopes"),
        (oidc("enabled = 1"), "oauth.acme.enabled"),
        (oidc("logo_url = \"javascript:alert(1)\""), "oauth.acme.logo_url"),
        (oidc("base_url = \"https://a.example\""), "oauth.acme.base_url"),
        (base.replace("oauth.acme", "oauth.Acme"), "oauth names a provider"),
        (base.replace("oauth.acme", "oauth.custom_acme"), "oauth names a provider"),
    ] {
        let refusal = read(&text).map(drop).unwrap_err();
        assert!(refusal.contains(named), "{refusal} lacks {named}");
        assert!(!refusal.contains("s3cret"), "{refusal}");
    }
}

#[test]
fn without_tls_only_on_this_machine_and_only_if_allowed() {
    let on =
        |issuer: &str, lines: &str| read(&oidc(lines).replace("https://id.acme.example", issuer)).is_ok();
    assert!(!on("http://127.0.0.1:9000", ""));
    assert!(on("http://127.0.0.1:9000", "allow_private_addresses = true"));
    assert!(on("http://localhost:9000", "allow_private_addresses = true"));
    assert!(!on("http://id.acme.example", "allow_private_addresses = true"));
    assert!(!on("http://10.0.0.1", "allow_private_addresses = true"));
}
