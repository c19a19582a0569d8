//! A browser on the Frontend API: forms, and cookies that are kept.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use http::{Method, header};

use crate::{Call, TestResponse};

/// Where the Frontend API is mounted on every listener.
const MOUNT: &str = "/__clerk/v1";

/// A browser with its cookies. Paths are below the mount: `/client/sign_ins`.
pub struct Browser {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Clone for Browser {
    fn clone(&self) -> Self {
        Self { router: self.router.clone(), cookies: Mutex::new(self.cookies().clone()) }
    }
}

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookies: Mutex::default() }
    }

    /// Gets a path.
    pub async fn get(&self, path: &str) -> TestResponse {
        self.send(self.call(Method::GET, path)).await
    }

    /// Posts a form.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> TestResponse {
        self.send(self.call(Method::POST, path).form(form)).await
    }

    /// Deletes a path, the way browsers do: a post that names the method.
    pub async fn delete(&self, path: &str) -> TestResponse {
        self.send(self.call(Method::POST, path).query(&[("_method", "DELETE")])).await
    }

    /// Patches with a form, the way browsers do: a post that names the method.
    pub async fn patch(&self, path: &str, form: &[(&str, &str)]) -> TestResponse {
        self.send(self.call(Method::POST, path).query(&[("_method", "PATCH")]).form(form)).await
    }

    /// A request that can be changed before it goes to [`Browser::send`].
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call::new(self.router.clone(), method, &format!("{MOUNT}{path}"))
    }

    /// As [`Browser::call`], for a path that is not below the mount.
    pub fn call_page(&self, method: Method, path: &str) -> Call {
        Call::new(self.router.clone(), method, path)
    }

    /// Sends a request with the cookies, and keeps those of the answer.
    pub async fn send(&self, call: Call) -> TestResponse {
        let line = self.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        let call =
            if line.is_empty() { call } else { call.header(header::COOKIE.as_str(), &line.join("; ")) };
        let response = call.send().await;
        for value in response.headers.get_all(header::SET_COOKIE) {
            self.keep(value.to_str().expect("cookies are ASCII"));
        }
        response
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies().get(name).cloned()
    }

    /// Sets a cookie, or with an empty value forgets it.
    pub fn set_cookie(&self, name: &str, value: &str) {
        if value.is_empty() {
            self.cookies().remove(name);
        } else {
            self.cookies().insert(name.to_owned(), value.to_owned());
        }
    }

    fn keep(&self, set_cookie: &str) {
        let mut parts = set_cookie.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let forgotten = parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
        self.set_cookie(name, if forgotten { "" } else { value });
    }

    fn cookies(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
