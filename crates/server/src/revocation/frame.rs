//! A frame as it goes out: signed once, written once, shared by all subscribers.

use beadle_types::{RevocationFrame, SignedFrame, WireFrame};
use bytes::Bytes;

use crate::instance::Instance;

/// A finished frame.
pub(super) struct Frame {
    /// The position that it continues.
    pub(super) after: i64,
    /// The position that it reaches.
    pub(super) seq: i64,
    /// The newest position when it was made.
    pub(super) head: i64,
    /// The server-sent event, blank line included.
    pub(super) event: Bytes,
    /// The JSON alone.
    pub(super) json: Bytes,
}

impl Frame {
    /// Signs the frame: as costly as a session token.
    pub(super) fn new(frame: RevocationFrame, instance: &Instance) -> Self {
        let kind = match &frame {
            frame if frame.snapshot => "snapshot",
            frame if frame.entries.is_empty() => "heartbeat",
            _ => "revocations",
        };
        let signed = SignedFrame { iss: instance.issuer.clone(), frame };
        let jws = instance.sign_frame(&signed);
        let frame = signed.frame;
        let (after, seq, head) = (frame.after, frame.seq, frame.head);
        let json = serde_json::to_string(&WireFrame { frame, jws }).unwrap_or_default();
        let start = format!("event: {kind}\nid: {seq}\ndata: ");
        let event = Bytes::from(format!("{start}{json}\n\n"));
        let json = event.slice(start.len()..start.len() + json.len());
        Self { after, seq, head, event, json }
    }
}
