//! Sessions: before 2025-04-10 none was `pending`, and none had tasks.

use serde_json::Value;

use super::Versioned;
use crate::{ApiVersion, KnownClient, Session};

impl Versioned for Session {
    fn unlearn(version: ApiVersion, shown: &mut Value) {
        let Value::Object(session) = shown else { return };
        if version >= ApiVersion::V2025_04_10 {
            return;
        }
        session.remove("tasks");
        if session.get("status").is_some_and(|status| status == "pending") {
            session.insert("status".into(), "active".into());
        }
    }
}

/// A client holds sessions.
impl Versioned for KnownClient {
    fn unlearn(version: ApiVersion, shown: &mut Value) {
        let sessions = shown.get_mut("sessions").and_then(Value::as_array_mut);
        for session in sessions.into_iter().flatten() {
            Session::unlearn(version, session);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Listed, versions::AsOf};

    fn session(status: &str) -> Session {
        serde_json::from_value(json!({
            "object": "session", "id": "sess_1", "user_id": "user_1", "client_id": "client_1", "status": status,
            "last_active_at": 3, "expire_at": 9, "abandon_at": 9, "updated_at": 3, "created_at": 1,
            "tasks": [{"key": "choose-organization"}],
        }))
        .unwrap()
    }

    fn shown<T: Versioned>(object: T, version: ApiVersion) -> Value {
        serde_json::to_value(AsOf { object, version }).unwrap()
    }

    #[test]
    fn tasks_came_in_april_2025() {
        for version in ApiVersion::ALL {
            let shown = shown(session("pending"), version);
            let knows = version >= ApiVersion::V2025_04_10;
            assert_eq!(shown.get("tasks").is_some(), knows, "{version}");
            assert_eq!(shown["status"], if knows { "pending" } else { "active" }, "{version}");
        }
        assert_eq!(shown(session("revoked"), ApiVersion::V2021_02_05)["status"], "revoked");
    }

    #[test]
    fn lists_and_clients_show_sessions_alike() {
        let old = ApiVersion::V2024_10_01;
        let plain = shown(Listed::new(vec![session("active")], None), old);
        let page = shown(Listed::new(vec![session("active")], Some(1)), old);
        assert!(plain[0].get("tasks").is_none() && plain[0]["id"] == "sess_1");
        assert!(page["data"][0].get("tasks").is_none() && page["total_count"] == 1);
        let client: KnownClient = serde_json::from_value(json!({
            "object": "client", "id": "client_1", "session_ids": ["sess_1"], "sessions": [session("active")],
            "sign_in_id": null, "sign_up_id": null, "last_active_session_id": null,
            "last_authentication_strategy": null, "updated_at": 1, "created_at": 1,
        }))
        .unwrap();
        assert!(shown(client, old)["sessions"][0].get("tasks").is_none());
    }
}
