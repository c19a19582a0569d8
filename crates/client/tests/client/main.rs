//! The client against a scripted server on a real socket.

mod authenticate;
mod calls;
mod errors;
mod lines;
mod live;
mod retries;
mod stub;
mod verifier;
mod webhooks;
