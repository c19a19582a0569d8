//! What Beadle's tests stand on: the whole server in process on either engine, without sockets, with a clock
//! that is set by hand and randomness from a seed.
//!
//! ```no_run
//! beadle_testkit::both_engines! {
//!     async fn a_new_user_is_not_banned(app: TestApp) {
//!         let user = app.user("ada@example.com").await;
//!         let shown = app.backend().get(&format!("/v1/users/{user}")).send().await.ok();
//!         assert_eq!(shown["banned"], false);
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! [`postgres`] runs one throw-away cluster per test process with the machine's own server programs.

mod app;
mod authenticator;
mod browser;
mod call;
mod clock;
mod engines;
mod live;
pub mod postgres;
mod provider;
mod published;
mod response;
mod rng;
mod scratch;
mod volatile;
mod webhook_sink;

pub use app::{Builder, Event, Mail, SECRET_KEY, TestApp};
pub use authenticator::Authenticator;
pub use beadle_store::Engine;
pub use browser::Browser;
pub use call::{Backend, Call};
pub use clock::{FakeClock, START};
pub use engines::{run, run_with_provider};
pub use live::LiveServer;
pub use provider::{Provider, Quirks};
pub use published::{Operation, Parameter, Published};
pub use response::TestResponse;
pub use rng::SeededRng;
pub use scratch::Scratch;
pub use serde_json::{Value, json};
pub use webhook_sink::{Message, Reply, WebhookSink};
