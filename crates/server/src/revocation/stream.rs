//! The feed as server-sent events.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use futures_util::stream;
use tokio::{sync::watch, time::Instant};

use super::{feed::FRAME, frame::Frame, subscribe::Question, verifiers::Listening};
use crate::app::App;

/// A subscriber that leaves an event unread for so long is cut.
const PATIENCE: Duration = Duration::from_secs(10);
/// Tells browsers' `EventSource` how long to wait before it connects again, in milliseconds.
const PREAMBLE: Bytes = Bytes::from_static(b"retry: 1000\n\n");

struct Subscription {
    app: App,
    after: Option<i64>,
    changes: watch::Receiver<u64>,
    /// What the subscriber still waits to be answered.
    question: Option<Question>,
    /// Number of the newest heartbeat sent.
    heartbeat: u64,
    begun: Begun,
    sent_at: Instant,
    _listening: Option<Listening>,
}

/// How far the opening is.
enum Begun {
    Not,
    Greeted,
    Told,
}

/// Streams what comes after a position until the subscriber or the server goes away.
pub(super) fn open(
    app: App,
    after: Option<i64>,
    changes: watch::Receiver<u64>,
    question: Option<Question>,
    listening: Option<Listening>,
) -> Response {
    let subscription = Subscription {
        app,
        after,
        changes,
        question,
        heartbeat: 0,
        begun: Begun::Not,
        sent_at: Instant::now(),
        _listening: listening,
    };
    let events = stream::unfold(subscription, async |mut subscription| {
        let event = subscription.next().await?;
        subscription.sent_at = Instant::now();
        Some((Ok::<_, std::convert::Infallible>(event), subscription))
    });
    let mut response = Response::new(Body::from_stream(events));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would hold events back otherwise.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

impl Subscription {
    /// The next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Bytes> {
        // The connection asks for the next event as soon as it has room for it.
        if self.sent_at.elapsed() > PATIENCE {
            tracing::debug!("a subscriber of the revocation feed was too slow");
            return None;
        }
        match self.begun {
            Begun::Not => {
                self.begun = Begun::Greeted;
                return Some(PREAMBLE);
            }
            Begun::Greeted => {
                self.begun = Begun::Told;
                let frame = self.app.feed.frame(self.after, FRAME, &self.app.instance);
                return Some(self.tell(&frame));
            }
            Begun::Told => {}
        }
        loop {
            self.changes.borrow_and_update();
            if self.app.feed.is_closed() {
                return None;
            }
            if let Some(frame) = self.app.feed.news(self.after, FRAME, &self.app.instance) {
                return Some(self.tell(&frame));
            }
            if let Some(event) = self.answer() {
                return Some(event);
            }
            if let Some((number, frame)) = self.app.feed.heartbeat()
                && number > self.heartbeat
            {
                self.heartbeat = number;
                // One from before the newest entries would step back.
                if Some(frame.seq) == self.after {
                    return Some(frame.event.clone());
                }
            }
            match &mut self.question {
                None => self.changes.changed().await.ok()?,
                Some(question) => tokio::select! {
                    changed = self.changes.changed() => changed.ok()?,
                    () = question.look.done() => {}
                },
            }
        }
    }

    /// The answer to the question, once it can be given.
    fn answer(&mut self) -> Option<Bytes> {
        let question = self.question.take_if(|question| question.look.is_done())?;
        let frame = self.app.feed.answer(&question.nonce, self.after, FRAME, &self.app.instance);
        self.after = Some(frame.seq);
        if frame.seq < frame.head {
            // There was news just now: first that.
            self.question = Some(question);
        }
        Some(frame.event)
    }

    fn tell(&mut self, frame: &Arc<Frame>) -> Bytes {
        self.after = Some(frame.seq);
        frame.event.clone()
    }
}
