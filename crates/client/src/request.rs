//! A request is a value: it can be adjusted, and nothing happens until it is sent or awaited.

use std::{
    fmt,
    future::{Future, IntoFuture},
    marker::PhantomData,
    pin::Pin,
    time::Duration,
};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, de::DeserializeOwned};

use crate::{clerk::Clerk, error::Error};

/// Everything but what RFC 3986 calls unreserved.
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A caller's text as one segment of a path, whatever is in it. Ids need none of this: their types admit no other
/// characters.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, &RESERVED).to_string()
}

/// A request that answers with a `T`. Await it, or call [`Request::send`].
#[must_use = "a request does nothing until it is sent or awaited"]
pub struct Request<T> {
    clerk: Clerk,
    pub(crate) call: Result<Call, Error>,
    answer: PhantomData<fn() -> T>,
}

/// What goes over the wire.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// From `/v1` on, without the query.
    pub(crate) path: String,
    /// Without the question mark.
    pub(crate) query: String,
    pub(crate) body: Option<Vec<u8>>,
    /// True if a repetition does no harm.
    pub(crate) repeatable: bool,
    pub(crate) timeout: Option<Duration>,
    /// In place of the client's own of the same name.
    pub(crate) headers: HeaderMap,
}

impl Call {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        let repeatable = matches!(method, Method::GET | Method::PUT | Method::DELETE);
        let (query, headers) = (String::new(), HeaderMap::new());
        Self { method, path: path.into(), query, body: None, repeatable, timeout: None, headers }
    }

    /// Sets a header.
    pub(crate) fn header(&mut self, name: HeaderName, value: &str) -> Result<(), Error> {
        let value = HeaderValue::from_str(value)
            .map_err(|error| Error::config_caused_by("cannot write a header", error))?;
        self.headers.insert(name, value);
        Ok(())
    }
}

impl<T> Request<T> {
    pub(crate) fn new(clerk: &Clerk, method: Method, path: impl Into<String>) -> Self {
        Self { clerk: clerk.clone(), call: Ok(Call::new(method, path)), answer: PhantomData }
    }

    /// Adds the fields of a struct to the query.
    pub(crate) fn query(self, parameters: &impl Serialize) -> Self {
        self.adjust(|call| {
            let more = serde_html_form::to_string(parameters)
                .map_err(|error| Error::config_caused_by("cannot write the query", error))?;
            if !call.query.is_empty() && !more.is_empty() {
                call.query.push('&');
            }
            call.query.push_str(&more);
            Ok(())
        })
    }

    pub(crate) fn body(self, body: &impl Serialize) -> Self {
        self.adjust(|call| {
            let text = serde_json::to_vec(body)
                .map_err(|error| Error::config_caused_by("cannot write the body", error))?;
            call.body = Some(text);
            Ok(())
        })
    }

    pub(crate) fn repeatable(self) -> Self {
        self.adjust(|call| {
            call.repeatable = true;
            Ok(())
        })
    }

    /// The longest that this call may take, repetitions included, instead of [`Clerk::timeout`].
    pub fn timeout(self, limit: Duration) -> Self {
        self.adjust(|call| {
            call.timeout = Some(limit);
            Ok(())
        })
    }

    pub(crate) fn adjust(mut self, change: impl FnOnce(&mut Call) -> Result<(), Error>) -> Self {
        if let Ok(call) = &mut self.call
            && let Err(error) = change(call)
        {
            self.call = Err(error);
        }
        self
    }
}

impl<T: DeserializeOwned> Request<T> {
    /// Sends the request, and repeats it as the client's [`crate::RetryPolicy`] says.
    pub async fn send(self) -> Result<T, Error> {
        let call = self.call?;
        self.clerk.transport()?.send(&call).await
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for Request<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.call {
            Ok(call) => f.debug_tuple("Request").field(&call.method).field(&call.path).finish(),
            Err(error) => f.debug_tuple("Request").field(error).finish(),
        }
    }
}
