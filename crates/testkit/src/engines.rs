//! One test text, two tests.

use beadle_store::Engine;

use crate::{Provider, TestApp};

/// Turns each `async fn name(app: TestApp) { … }` into the tests `name::sqlite` and `name::postgres`.
///
/// A configuration for the app may stand in front: `#[instance = "[password]\nmin_length = 12"]`, TOML as in
/// the configuration's `[instance]` section.
#[macro_export]
macro_rules! both_engines {
    ($($(#[instance = $instance:expr])? async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        async fn $name($app: $crate::TestApp) $body

        mod $name {
            #[test]
            fn sqlite() {
                $crate::run($crate::Engine::Sqlite, $crate::both_engines!(@instance $($instance)?), super::$name);
            }

            #[test]
            fn postgres() {
                $crate::run($crate::Engine::Postgres, $crate::both_engines!(@instance $($instance)?), super::$name);
            }
        }
    )+};
    (@instance) => { "" };
    (@instance $instance:expr) => { $instance };
}

/// As [`both_engines!`], with a [`Provider`](crate::Provider) that the app knows as `oauth_custom_stub`.
#[macro_export]
macro_rules! both_providers {
    ($(async fn $name:ident($app:ident: TestApp, $provider:ident: Provider) $body:block)+) => {$(
        async fn $name($app: $crate::TestApp, $provider: $crate::Provider) $body

        mod $name {
            #[test]
            fn sqlite() {
                $crate::run_with_provider($crate::Engine::Sqlite, super::$name);
            }

            #[test]
            fn postgres() {
                $crate::run_with_provider($crate::Engine::Postgres, super::$name);
            }
        }
    )+};
}

/// What [`both_providers!`] expands to.
pub fn run_with_provider<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(TestApp, Provider) -> F) {
    block_on(async {
        let provider = Provider::start().await;
        let app = TestApp::builder(engine).provider(provider.oidc("oauth_custom_stub")).start().await;
        test(app, provider).await;
    });
}

/// Runs one test on one engine: what [`both_engines!`] expands to.
pub fn run<F: Future<Output = ()>>(engine: Engine, instance: &str, test: impl FnOnce(TestApp) -> F) {
    block_on(async { test(TestApp::builder(engine).instance(instance).start().await).await });
}

/// A runtime per test, as the server has it: connections end with it.
fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime can be made").block_on(future)
}
