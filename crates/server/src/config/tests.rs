use std::{
    ffi::OsString,
    sync::atomic::{AtomicU32, Ordering},
};

use super::*;

const SECRET: &str = "sk_test_0123456789abcdefghijklmnopqrstuvwxyz";

fn from_text(text: &str) -> Result<Config, String> {
    let file = Scratch::with(text);
    Config::from_sources(Some(&file.0), Overrides::default()).map_err(|error| error.to_string())
}

/// A file of its own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn with(text: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("beadle-config-{}-{number}.toml", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Environment::read(variables).unwrap()
}

#[test]
fn without_sources_the_defaults_hold() {
    let config = Config::from_sources(None, Overrides::default()).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3900");
    assert_eq!(config.data_dir, Path::new("./beadle-data"));
    assert!(config.database_url.is_none() && config.secret_key.is_none() && config.mail.is_none());
    assert_eq!(config.log_format, LogFormat::Text);
    assert!(matches!(config.location(), Ok(Location::Directory(_))));
}

#[test]
fn a_file_may_set_everything() {
    let config = from_text(&format!(
        r#"
        listen = "[::1]:4000"
        data_dir = "/var/lib/beadle"
        database_url = "postgres://beadle:pw@db.example/beadle"
        secret_key = "{SECRET}"
        publishable_key = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k"
        encryption_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        log_format = "json"
        [mail]
        smtp_url = "smtps://u:p@mail.example"
        from = "Acme <no-reply@example.com>"
        [webhooks]
        allow_private_addresses = true
        [instance]
        test_mode = false
        [instance.password]
        min_length = 12
        "#
    ))
    .unwrap();
    assert_eq!(config.listen.to_string(), "[::1]:4000");
    assert_eq!(config.log_format, LogFormat::Json);
    assert!(config.webhooks.allow_private_addresses);
    assert!(matches!(config.location(), Ok(Location::Postgres(_))));
    let settings = config.overlaid(&InstanceSettings::default()).unwrap();
    assert_eq!((settings.test_mode, settings.password.min_length), (Some(false), 12));
}

#[test]
fn flags_win_over_environment_and_environment_over_file() {
    let file = Scratch::with("listen = '127.0.0.1:1'\ndata_dir = 'file'\nlog_format = 'json'");
    let environment = environment(&[("BEADLE_LISTEN", "127.0.0.1:2"), ("BEADLE_DATA_DIR", "environment")]);
    let flags = Overrides { listen: Some("127.0.0.1:3".into()), ..Overrides::default() };
    let config = Config::from_sources(Some(&file.0), flags.or(environment.overrides)).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.data_dir, Path::new("environment"));
    assert_eq!(config.log_format, LogFormat::Json);
}

#[test]
fn unknown_settings_are_named() {
    for (text, named) in [
        ("lissten = 'x'", "lissten"),
        ("[mail]\nform = 'x'", "mail.form"),
        ("[instance]\ntest_mod = true", "test_mod"),
        ("[instance.password]\nmin = 1", "instance.password"),
        ("[server]\nlisten = 'x'", "server"),
        ("[webhooks]\nallow = true", "webhooks.allow"),
    ] {
        let refusal = from_text(text).unwrap_err();
        assert!(refusal.contains(named), "{refusal}");
    }
}

#[test]
fn bad_values_are_named_and_secrets_not_repeated() {
    for (text, named) in [
        ("listen = '3900'", "BEADLE_LISTEN"),
        ("listen = 3900", "listen"),
        ("secret_key = 'hunter2'", "secret_key"),
        ("secret_key = 'sk_live_hunter2 hunter2 hunter2'", "secret_key"),
        ("secret_key = ['hunter2']", "secret_key"),
        ("publishable_key = 'pk_live_xyz'", "publishable_key"),
        ("encryption_key = 'hunter2'", "encryption_key"),
        ("database_url = 'mysql://u:hunter2@h/d'", "database_url"),
        ("database_url = 'postgres://u:hunter2@h:port/d'", "database_url"),
        ("database_url = 'postgres://u:hunter2@h/d?nonsense=hunter2'", "database_url"),
        ("log_format = 'xml'", "log_format"),
        ("npm_dir = '/nowhere'", "BEADLE_NPM_DIR"),
        ("frontend_url = 'http://app.example.com/__clerk'", "BEADLE_FRONTEND_URL"),
        ("frontend_url = 'https://app.example.com/__clerk?x=1'", "BEADLE_FRONTEND_URL"),
        ("webhooks.allow_private_addresses = 'hunter2'", "webhooks.allow_private_addresses"),
        ("mail = 'smtp://u:hunter2@h'", "mail"),
        ("instance = 'hunter2'", "instance"),
        ("\nsecret_key = hunter2", "line 2"),
    ] {
        let refusal = from_text(text).unwrap_err();
        assert!(refusal.contains(named) && !refusal.contains("hunter2"), "{refusal}");
        assert!(!refusal.contains('\n'), "{refusal}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let missing = Path::new("/nowhere/beadle.toml");
    let refusal = Config::from_sources(Some(missing), Overrides::default()).unwrap_err().to_string();
    assert!(refusal.contains("/nowhere/beadle.toml"), "{refusal}");
}

#[test]
fn two_publishable_hosts_contradict_each_other() {
    let key = "publishable_key = 'pk_live_Y2xlcmsuZXhhbXBsZS5jb20k'";
    assert!(from_text(&format!("{key}\n[instance]\npublishable_host = 'clerk.example.com'")).is_ok());
    let refusal =
        from_text(&format!("{key}\n[instance]\npublishable_host = 'other.example.com'")).unwrap_err();
    assert!(refusal.contains("instance.publishable_host"), "{refusal}");
}

#[test]
fn the_environment_is_read_and_its_strangers_are_named() {
    let found = environment(&[
        ("PATH", "/bin"),
        ("BEADLE_SECRET_KEY", SECRET),
        ("BEADLE_SMTP_URL", ""),
        ("BEADLE_LOG", "debug"),
        ("BEADLE_SECRETKEY", "x"),
        ("BEADLE_CONFIG", "x"),
    ]);
    assert_eq!(found.overrides.secret_key.unwrap().expose_secret(), SECRET);
    assert!(found.overrides.smtp_url.is_none(), "empty is unset");
    assert_eq!(found.unknown, ["BEADLE_SECRETKEY"]);
}

#[test]
fn debug_output_holds_no_secret() {
    let overrides = Overrides {
        secret_key: Some(SECRET.into()),
        database_url: Some("postgres://u:hunter2@h/d".into()),
        smtp_url: Some("smtp://u:hunter2@h".into()),
        mail_from: Some("a@b.example".into()),
        encryption_key: Some("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".into()),
        ..Overrides::default()
    };
    let config = Config::from_sources(None, overrides.clone()).unwrap();
    let server = config.mail.as_ref().unwrap().server().unwrap();
    for text in [format!("{overrides:?}"), format!("{config:?}"), format!("{server:?}")] {
        for secret in [SECRET, "hunter2", "AAECAwQF"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
