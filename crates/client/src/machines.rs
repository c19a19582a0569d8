//! Operations on API keys, on machines and on their tokens.

use beadle_types::{
    ApiKey, ApiKeyId, ApiKeySecret, DeletedObject, M2mToken, M2mTokenId, M2mTokens, Machine, MachineId,
    MachineScope, MachineSecretKey, Page,
    params::{
        CreateApiKey, CreateM2mToken, CreateMachine, CreateMachineScope, ListApiKeys, ListM2mTokens,
        ListMachines, Revocation, RotateMachineSecretKey, UpdateApiKey, UpdateMachine, VerifyApiKey,
        VerifyM2mToken,
    },
};
use http::Method;

use crate::{request::Request, resource::resource};

resource! {
    /// Operations on API keys; from [`crate::Clerk::api_keys`].
    ApiKeys
}

impl ApiKeys<'_> {
    fn on<T>(self, method: Method, id: &ApiKeyId, action: &str) -> Request<T> {
        Request::new(self.clerk, method, format!("/v1/api_keys/{id}{action}"))
    }

    /// A page of a subject's keys, newest first.
    pub fn list(self, query: &ListApiKeys) -> Request<Page<ApiKey>> {
        Request::new(self.clerk, Method::GET, "/v1/api_keys").query(query)
    }

    /// Makes a key. The answer has its secret.
    ///
    /// ```no_run
    /// # async fn example(clerk: beadle_client::Clerk, id: beadle_client::UserId) -> Result<(), beadle_client::Error> {
    /// use beadle_client::params::CreateApiKey;
    ///
    /// let subject = id.to_string();
    /// let key = clerk.api_keys().create(&CreateApiKey { name: "Laptop".into(), subject, ..CreateApiKey::default() }).await?;
    /// println!("{}", key.secret.unwrap_or_default());
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(self, params: &CreateApiKey) -> Request<ApiKey> {
        Request::new(self.clerk, Method::POST, "/v1/api_keys").body(params)
    }

    /// One key.
    pub fn get(self, id: &ApiKeyId) -> Request<ApiKey> {
        self.on(Method::GET, id, "")
    }

    /// Changes a key.
    pub fn update(self, id: &ApiKeyId, params: &UpdateApiKey) -> Request<ApiKey> {
        self.on(Method::PATCH, id, "").body(params)
    }

    /// Takes a key away for good.
    pub fn delete(self, id: &ApiKeyId) -> Request<DeletedObject> {
        self.on(Method::DELETE, id, "")
    }

    /// The secret of a live key.
    pub fn secret(self, id: &ApiKeyId) -> Request<ApiKeySecret> {
        self.on(Method::GET, id, "/secret")
    }

    /// Takes a key back.
    pub fn revoke(self, id: &ApiKeyId, reason: Option<&str>) -> Request<ApiKey> {
        self.on(Method::POST, id, "/revoke").body(&revocation(reason)).repeatable()
    }

    /// The live key of a secret that somebody has shown; [`crate::Error::is_not_found`] for any other.
    pub fn verify(self, secret: impl Into<String>) -> Request<ApiKey> {
        let body = VerifyApiKey { secret: secret.into() };
        Request::new(self.clerk, Method::POST, "/v1/api_keys/verify").body(&body).repeatable()
    }
}

fn revocation(reason: Option<&str>) -> Revocation {
    Revocation { revocation_reason: reason.map(str::to_owned) }
}

resource! {
    /// Operations on machines; from [`crate::Clerk::machines`].
    Machines
}

impl Machines<'_> {
    fn on<T>(self, method: Method, id: &MachineId, action: &str) -> Request<T> {
        Request::new(self.clerk, method, format!("/v1/machines/{id}{action}"))
    }

    /// A page of machines, newest first unless told otherwise.
    pub fn list(self, query: &ListMachines) -> Request<Page<Machine>> {
        Request::new(self.clerk, Method::GET, "/v1/machines").query(query)
    }

    /// Makes a machine. The answer has its secret key.
    pub fn create(self, params: &CreateMachine) -> Request<Machine> {
        Request::new(self.clerk, Method::POST, "/v1/machines").body(params)
    }

    /// One machine.
    pub fn get(self, id: &MachineId) -> Request<Machine> {
        self.on(Method::GET, id, "")
    }

    /// Changes a machine.
    pub fn update(self, id: &MachineId, params: &UpdateMachine) -> Request<Machine> {
        self.on(Method::PATCH, id, "").body(params)
    }

    /// Takes a machine away, and its tokens with it.
    pub fn delete(self, id: &MachineId) -> Request<DeletedObject> {
        self.on(Method::DELETE, id, "")
    }

    /// The secret key of a machine.
    pub fn secret_key(self, id: &MachineId) -> Request<MachineSecretKey> {
        self.on(Method::GET, id, "/secret_key")
    }

    /// Gives a machine another secret key; the old one is taken for so many seconds yet.
    pub fn rotate_secret_key(self, id: &MachineId, previous_token_ttl: i64) -> Request<MachineSecretKey> {
        let body = RotateMachineSecretKey { previous_token_ttl };
        self.on(Method::POST, id, "/secret_key/rotate").body(&body)
    }

    /// Lets a machine ask another.
    pub fn create_scope(self, from: &MachineId, to: &MachineId) -> Request<MachineScope> {
        let body = CreateMachineScope { to_machine_id: to.to_string() };
        self.on(Method::POST, from, "/scopes").body(&body)
    }

    /// Lets a machine ask another no more.
    pub fn delete_scope(self, from: &MachineId, to: &MachineId) -> Request<MachineScope> {
        self.on(Method::DELETE, from, &format!("/scopes/{to}"))
    }
}

resource! {
    /// Operations on tokens of machines; from [`crate::Clerk::m2m`]. Machines make them with their own key: a [`crate::Clerk`] that was made
    /// with it can, and can do nothing else.
    M2m
}

impl M2m<'_> {
    /// Makes a token for the machine whose secret key the client has.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), beadle_client::Error> {
    /// use beadle_client::{Clerk, params::CreateM2mToken};
    ///
    /// let machine = Clerk::new("ak_…").api_url("http://127.0.0.1:3900");
    /// let token = machine.m2m().create_token(&CreateM2mToken::default()).await?;
    /// println!("{}", token.token.unwrap_or_default());
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_token(self, params: &CreateM2mToken) -> Request<M2mToken> {
        Request::new(self.clerk, Method::POST, "/v1/m2m_tokens").body(params)
    }

    /// A page of a machine's tokens, newest first. JWTs are kept nowhere, so they are not among them.
    pub fn list(self, query: &ListM2mTokens) -> Request<M2mTokens> {
        Request::new(self.clerk, Method::GET, "/v1/m2m_tokens").query(query)
    }

    /// Takes a token back.
    pub fn revoke_token(self, id: &M2mTokenId, reason: Option<&str>) -> Request<M2mToken> {
        let path = format!("/v1/m2m_tokens/{id}/revoke");
        Request::new(self.clerk, Method::POST, path).body(&revocation(reason)).repeatable()
    }

    /// The live token that a machine has shown; [`crate::Error::is_not_found`] for any other, and for one that is not
    /// meant for the machine whose secret key the client has.
    pub fn verify(self, token: impl Into<String>) -> Request<M2mToken> {
        let body = VerifyM2mToken { token: token.into() };
        Request::new(self.clerk, Method::POST, "/v1/m2m_tokens/verify").body(&body).repeatable()
    }
}
