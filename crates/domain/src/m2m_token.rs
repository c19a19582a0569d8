//! What a machine's token says.

use beadle_types::{M2mTokenId, MachineId, Map, Timestamp, UserId};
use serde_json::{Value, json};

use crate::{
    credential::Generation,
    error::{Error, Result},
    metadata,
    secret::bound_hash,
};

/// What the server says about every token.
const RESERVED: [&str; 9] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scopes", "gen"];
/// The claim by which a machine says for whom it asks.
const USER: &str = "user_id";

/// Refuses claims that are the server's to make, or that are too large.
///
/// # Errors
/// Which claim it is, or that they are too large.
pub fn check_claims(claims: &Map) -> Result<()> {
    if let Some(reserved) = RESERVED.iter().find(|name| claims.contains_key(**name)) {
        return Err(Error::m2m_claim_reserved(reserved));
    }
    metadata::check("claims", claims)
}

/// The user for whom the machine says it asks. Such a token is theirs as well: it dies with their ban.
pub fn user_of(claims: Option<&Map>) -> Option<UserId> {
    claims?.get(USER)?.as_str()?.parse().ok()
}

/// What two tokens have in common that say the same.
pub fn fingerprint(claims: Option<&Map>, scopes: &[MachineId], generation: Option<Generation>) -> String {
    let said = json!([claims, scopes, generation.map(Generation::get)]).to_string();
    bound_hash("m2m token", "", &said)
}

/// What goes into a token that everybody can judge.
#[derive(Debug)]
pub struct Statement<'a> {
    /// The token's id.
    pub id: &'a M2mTokenId,
    /// Whose token.
    pub machine_id: &'a MachineId,
    /// Which machines it is good for.
    pub scopes: &'a [MachineId],
    /// What the machine has to say.
    pub claims: Option<&'a Map>,
    /// The generation of the user for whom it asks.
    pub generation: Option<Generation>,
    /// Who signs it.
    pub issuer: &'a str,
    /// When.
    pub issued_at: Timestamp,
    /// When its time is over.
    pub expire_at: Timestamp,
}

impl Statement<'_> {
    /// As the payload of a JWT.
    pub fn claims(&self) -> Map {
        let mut claims = self.claims.cloned().unwrap_or_default();
        let scopes: Vec<&str> = self.scopes.iter().map(MachineId::as_str).collect();
        let iat = self.issued_at.as_secs();
        let said = [
            ("iss", json!(self.issuer)),
            ("sub", json!(self.machine_id)),
            ("aud", json!(scopes)),
            ("exp", json!(self.expire_at.as_secs())),
            ("nbf", json!(iat - 10)),
            ("iat", json!(iat)),
            ("jti", json!(self.id)),
            ("scopes", json!(scopes.join(" "))),
        ];
        claims.extend(said.into_iter().map(|(name, value)| (name.to_owned(), value)));
        if let Some(generation) = self.generation {
            claims.insert("gen".into(), json!(generation.get()));
        }
        claims
    }
}

/// A token that everybody can judge, read back from its payload.
#[derive(Debug, Clone)]
pub struct Read {
    /// Its id.
    pub id: M2mTokenId,
    /// Which machines it is good for.
    pub scopes: Vec<MachineId>,
    /// What the machine has to say.
    pub claims: Option<Map>,
    /// The user for whom the machine asks, and their generation when the token was made.
    pub user: Option<(UserId, Generation)>,
}

/// Reads what [`Statement::claims`] wrote; `jti` and the rest of the payload as the verifier hands them out. Nothing if
/// it is not of this kind.
pub fn read(jti: Option<&str>, mut rest: Map) -> Option<Read> {
    let id = jti?.parse().ok()?;
    let scopes = match rest.remove("aud") {
        Some(Value::Array(scopes)) => {
            scopes.iter().map(|scope| scope.as_str()?.parse().ok()).collect::<Option<Vec<_>>>()?
        }
        _ => return None,
    };
    rest.remove("scopes");
    let claims = (!rest.is_empty()).then_some(rest);
    Some(Read { id, scopes, user: None, claims })
}

impl Read {
    /// With the generation that the payload names: a token for a user without one is nobody's.
    #[must_use]
    pub fn made_under(mut self, generation: Option<i64>) -> Self {
        self.user = user_of(self.claims.as_ref()).zip(generation.map(Generation::from_stored));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Map {
        let Value::Object(map) = value else { panic!("not an object: {value}") };
        map
    }

    #[test]
    fn what_the_server_says_cannot_be_chosen() {
        for name in RESERVED {
            let error = check_claims(&object(json!({ name: 1 }))).unwrap_err();
            assert_eq!((error.code(), error.param_name()), ("machine_token_reserved_claim", Some(name)));
        }
        assert!(check_claims(&object(json!({"role": "reader", "user_id": "user_1"}))).is_ok());
    }

    #[test]
    fn what_is_written_is_read() {
        let (id, machine) = ("mt_00".parse().unwrap(), "mch_1".parse().unwrap());
        let scopes = ["mch_2".parse().unwrap(), "mch_3".parse().unwrap()];
        let given = object(json!({"role": "reader", "user_id": "user_1"}));
        let statement = Statement {
            id: &id,
            machine_id: &machine,
            scopes: &scopes,
            claims: Some(&given),
            generation: Some(Generation::from_stored(3)),
            issuer: "https://clerk.example.com",
            issued_at: Timestamp::from_secs(100),
            expire_at: Timestamp::from_secs(200),
        };
        let mut written = statement.claims();
        assert_eq!((&written["scopes"], &written["nbf"]), (&json!("mch_2 mch_3"), &json!(90)));
        let generation = written["gen"].as_i64();
        for name in ["iss", "sub", "exp", "nbf", "iat", "jti", "gen"] {
            written.remove(name);
        }
        let read = read(Some(id.as_str()), written).unwrap().made_under(generation);
        assert_eq!((read.id, read.scopes, read.claims), (id, scopes.to_vec(), Some(given)));
        assert_eq!(read.user, Some(("user_1".parse().unwrap(), Generation::from_stored(3))));
    }

    #[test]
    fn tokens_that_say_something_else_differ() {
        let one = object(json!({"a": 1}));
        let scope = ["mch_1".parse().unwrap()];
        let all = [
            fingerprint(None, &[], None),
            fingerprint(Some(&one), &[], None),
            fingerprint(None, &scope, None),
            fingerprint(None, &[], Some(Generation::FIRST)),
        ];
        for (n, first) in all.iter().enumerate() {
            assert!(all[n + 1..].iter().all(|other| other != first));
        }
    }
}
