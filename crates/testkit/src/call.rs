//! Requests, built step by step.

use std::{net::SocketAddr, str::FromStr as _};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{SECRET_KEY, TestApp, TestResponse, published};

/// Where requests go that name no host: to the Backend API, and to what is on every host.
const HOST: &str = "127.0.0.1:3900";

/// The Backend API as its SDKs use it.
#[derive(Clone)]
pub struct Backend {
    router: Router,
}

impl Backend {
    pub(crate) fn new(router: Router) -> Self {
        Self { router }
    }

    /// A `GET` of this path.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// A `POST` to this path.
    pub fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// A `PATCH` of this path.
    pub fn patch(&self, path: &str) -> Call {
        self.call(Method::PATCH, path)
    }

    /// A `PUT` to this path.
    pub fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }

    /// A `DELETE` of this path.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// A request with the secret key.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call::new(self.router.clone(), method, path)
            .header(header::AUTHORIZATION.as_str(), &format!("Bearer {SECRET_KEY}"))
    }
}

/// A request that can be sent.
#[must_use]
#[derive(Clone)]
pub struct Call {
    router: Router,
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
    peer: SocketAddr,
}

impl Call {
    pub(crate) fn new(router: Router, method: Method, path: &str) -> Self {
        Self {
            router,
            method,
            target: path.to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
            peer: TestApp::peer(),
        }
    }

    /// Adds parameters to the query, encoded.
    pub fn query<K: AsRef<str>, V: AsRef<str>>(self, pairs: &[(K, V)]) -> Self {
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.raw_query(&encoded)
    }

    /// Adds to the query as it is.
    pub fn raw_query(mut self, query: &str) -> Self {
        if !query.is_empty() {
            self.target.push(if self.target.contains('?') { '&' } else { '?' });
            self.target.push_str(query);
        }
        self
    }

    /// Sets a header, in place of one of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
        self.headers.insert(HeaderName::from_str(name).expect("a header name"), value);
        self
    }

    /// Takes a header away.
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// Sends this value as JSON.
    pub fn json(self, value: &Value) -> Self {
        self.header(header::CONTENT_TYPE.as_str(), "application/json").body(value.to_string())
    }

    /// Sends these pairs as a form.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(self, pairs: &[(K, V)]) -> Self {
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.header(header::CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded").body(encoded)
    }

    /// Sends these bytes, whatever they are.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Comes from this address.
    pub fn from_peer(mut self, peer: impl Into<SocketAddr>) -> Self {
        self.peer = peer.into();
        self
    }

    /// The request as it is, for answers that have no end.
    pub fn into_request(self) -> Request<Vec<u8>> {
        let what = format!("{} {}", self.method, self.target);
        let mut request = Request::builder()
            .method(self.method)
            .uri(&self.target)
            .extension(ConnectInfo(self.peer))
            .body(self.body)
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        *request.headers_mut() = self.headers;
        request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static(HOST));
        request
    }

    /// Sends the request and reads the answer to its end.
    pub async fn send(self) -> TestResponse {
        let what = format!("{} {}", self.method, self.target);
        let router = self.router.clone();
        let request = self.into_request().map(Body::from);
        let (method, uri, headers) =
            (request.method().clone(), request.uri().clone(), request.headers().clone());
        let Ok(response) = router.oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap_or_else(|error| panic!("{what}: {error}")).to_bytes();
        let answer =
            TestResponse { request: what, status: parts.status, headers: parts.headers, body: body.to_vec() };
        if headers.get(header::HOST).is_some_and(|host| host == HOST) {
            published::answers::check(&method, &uri, &headers, &answer);
        }
        answer
    }
}
