//! What the server prints when it is ready: everything a first try needs.

use std::net::SocketAddr;

use beadle_server::instance::Keys;
use secrecy::ExposeSecret as _;

use crate::api::origin;

/// The address, the keys, and three lines to paste. A key that the operator chose is left out where the output
/// may end in a log; the lines then take it from the environment.
pub(crate) fn text(address: SocketAddr, keys: &Keys, hide_key: bool) -> String {
    let url = origin(address);
    let key = if hide_key { "$BEADLE_SECRET_KEY" } else { keys.secret_key.expose_secret() };
    let shown = if hide_key { "as configured" } else { key };
    let publishable_key = &keys.publishable_key;
    // The page exists under test keys only.
    let outbox = if publishable_key.starts_with("pk_test_") {
        format!("  Outbox           {url}/dev/outbox (mail and SMS that are not sent)\n")
    } else {
        String::new()
    };
    let authorization = format!("-H \"Authorization: Bearer {key}\"");
    let in_script = if hide_key { "process.env.BEADLE_SECRET_KEY".to_owned() } else { format!("\"{key}\"") };
    format!(
        "Beadle is ready.

  Address          {url}
  Secret key       {shown}
  Publishable key  {publishable_key}
{outbox}
Create a user:
  curl -s {url}/v1/users {authorization} -H \"Content-Type: application/json\" \
-d '{{\"email_address\":[\"ada@example.com\"],\"password\":\"a long walk by the sea\"}}'

Ban it:
  curl -s \"{url}/v1/users?email_address=ada@example.com\" {authorization} | grep -o 'user_[0-9A-Za-z]*' \
| head -n 1 | xargs -I ID curl -s -X POST {url}/v1/users/ID/ban {authorization}

The same with the SDK (npm install @clerk/backend):
  import {{ createClerkClient }} from \"@clerk/backend\"; \
const clerk = createClerkClient({{ secretKey: {in_script}, publishableKey: \"{publishable_key}\", \
apiUrl: \"{url}\" }}); \
const {{ data: [user] }} = await clerk.users.getUserList({{ emailAddress: [\"ada@example.com\"] }}); \
await clerk.users.banUser(user.id);

"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn banner(hide_key: bool) -> String {
        let keys = Keys {
            secret_key: "sk_test_hunter2".into(),
            feed_key: "fk_x".into(),
            publishable_key: "pk_live_x".into(),
        };
        text("127.0.0.1:3900".parse().unwrap(), &keys, hide_key)
    }

    #[test]
    fn everything_is_there_on_lines_of_its_own() {
        let banner = banner(false);
        let lines: Vec<&str> = banner.lines().map(str::trim).collect();
        for start in [
            "Address          http://127.0.0.1:3900",
            "Secret key       sk_test_hunter2",
            "Publishable key  pk_live_x",
            "curl -s http://127.0.0.1:3900/v1/users -H \"Authorization: Bearer sk_test_hunter2\"",
            "curl -s \"http://127.0.0.1:3900/v1/users?email_address=ada@example.com\"",
            "import { createClerkClient } from \"@clerk/backend\"; \
             const clerk = createClerkClient({ secretKey: \"sk_test_hunter2\", publishableKey: \"pk_live_x\", \
             apiUrl: \"http://127.0.0.1:3900\" });",
        ] {
            assert_eq!(lines.iter().filter(|line| line.starts_with(start)).count(), 1, "{start} in {banner}");
        }
    }

    #[test]
    fn the_outbox_is_named_where_there_is_one() {
        assert!(!banner(false).contains("/dev/outbox"));
        let keys = Keys {
            secret_key: "sk_test_x".into(),
            feed_key: "fk_x".into(),
            publishable_key: "pk_test_x".into(),
        };
        let banner = text("127.0.0.1:3900".parse().unwrap(), &keys, false);
        assert!(
            banner
                .contains("Publishable key  pk_test_x\n  Outbox           http://127.0.0.1:3900/dev/outbox")
        );
    }

    #[test]
    fn a_chosen_key_can_be_left_out() {
        let banner = banner(true);
        assert!(!banner.contains("hunter2"));
        assert!(banner.contains("Bearer $BEADLE_SECRET_KEY"));
    }
}
