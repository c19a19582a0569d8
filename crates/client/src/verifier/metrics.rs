//! The verifier's figures for Prometheus, read when they are asked for.

use std::sync::{Arc, Weak};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric as _},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
    registry::Registry,
};

use super::{FeedStatus, Inner, Verifier};

impl Verifier {
    /// Adds the verifier's figures to a registry, under `beadle_verifier_…`. They end with the verifier.
    pub fn register(&self, registry: &mut Registry) {
        registry.register_collector(Box::new(Figures(Arc::downgrade(&self.0))));
    }
}

struct Figures(Weak<Inner>);

impl std::fmt::Debug for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Figures")
    }
}

impl Collector for Figures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Some(inner) = self.0.upgrade() else { return Ok(()) };
        let status = inner.revoked.status(inner.stale_after);
        for (name, help, value) in gauges(&status) {
            let gauge = ConstGauge::new(value);
            let metric = encoder.encode_descriptor(name, help, None, gauge.metric_type())?;
            gauge.encode(metric)?;
        }
        for (name, help, value) in counters(&status) {
            let counter = ConstCounter::new(value);
            let metric = encoder.encode_descriptor(name, help, None, counter.metric_type())?;
            counter.encode(metric)?;
        }
        Ok(())
    }
}

fn gauges(status: &FeedStatus) -> [(&'static str, &'static str, f64); 6] {
    let flag = |flag: bool| f64::from(u8::from(flag));
    #[expect(clippy::cast_precision_loss, reason = "positions and sizes stay far below 2^52")]
    let number = |number: i64| number as f64;
    let entries = i64::try_from(status.entries).unwrap_or(i64::MAX);
    let lag = status.lag.map_or(f64::INFINITY, |lag| lag.as_secs_f64());
    [
        (
            "beadle_verifier_connected",
            "Whether a connection to the revocation feed is open",
            flag(status.connected),
        ),
        ("beadle_verifier_current", "Whether the knowledge is no older than the bound", flag(status.current)),
        ("beadle_verifier_lag_seconds", "How old the knowledge of revocations is", lag),
        ("beadle_verifier_seq", "Position up to which everything is known", number(status.seq)),
        ("beadle_verifier_head", "Newest position that was heard of", number(status.head)),
        ("beadle_verifier_entries", "Revocations that are kept", number(entries)),
    ]
}

fn counters(status: &FeedStatus) -> [(&'static str, &'static str, u64); 5] {
    [
        ("beadle_verifier_refused", "Tokens refused because of a revocation", status.refused),
        ("beadle_verifier_stale", "Good tokens that met stale knowledge", status.stale),
        ("beadle_verifier_accepted_stale", "Good tokens accepted on stale knowledge", status.accepted_stale),
        ("beadle_verifier_bad_frames", "Frames that were passed over", status.bad_frames),
        ("beadle_verifier_connections", "Connections made to the revocation feed", status.connections),
    ]
}
