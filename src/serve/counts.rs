//! What operators watch: sessions, logins, refusals by reason, writes by outcome and how long the DCMS takes,
//! as text in Prometheus' format.

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

type Labels<const N: usize> = [(&'static str, &'static str); N];

/// The counters of one server.
pub(super) struct Counts {
    registry: Registry,
    sessions: Gauge<i64, AtomicI64>,
    logins: Counter,
    refusals: Family<Labels<1>, Counter>,
    ends: Family<Labels<1>, Counter>,
    writes: Family<Labels<2>, Counter>,
    calls: Family<Labels<1>, Histogram>,
}

/// Upper bounds in seconds: a DCMS next door, one over a line, one that is in trouble.
const CALLS: [f64; 9] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0];

impl Counts {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("kitdesk");
        let counts = Self {
            sessions: Gauge::default(),
            logins: Counter::default(),
            refusals: Family::default(),
            ends: Family::default(),
            writes: Family::default(),
            calls: Family::new_with_constructor(|| Histogram::new(CALLS)),
            registry: Registry::default(),
        };
        registry.register("sessions", "Sessions now", counts.sessions.clone());
        registry.register(
            "logins",
            "Logins by a key or a certificate",
            counts.logins.clone(),
        );
        registry.register(
            "refusals",
            "Connections, logins and requests refused, by reason",
            counts.refusals.clone(),
        );
        registry.register(
            "session_ends",
            "Sessions ended, by reason",
            counts.ends.clone(),
        );
        registry.register(
            "writes",
            "Writes, by operation and outcome",
            counts.writes.clone(),
        );
        registry.register_with_unit(
            "dcms_call",
            "How long the DCMS took to answer, by kind of call",
            Unit::Seconds,
            counts.calls.clone(),
        );
        Self { registry, ..counts }
    }

    pub(super) fn logged_in(&self) {
        self.logins.inc();
    }

    pub(super) fn refused(&self, reason: &'static str) {
        self.refusals.get_or_create(&[("reason", reason)]).inc();
    }

    pub(super) fn began(&self) {
        self.sessions.inc();
    }

    pub(super) fn ended(&self, reason: &'static str) {
        self.sessions.dec();
        self.ends.get_or_create(&[("reason", reason)]).inc();
    }

    pub(super) fn written(&self, operation: &'static str, outcome: &'static str) {
        let labels = [("operation", operation), ("outcome", outcome)];
        self.writes.get_or_create(&labels).inc();
    }

    pub(super) fn called(&self, kind: &'static str, took: Duration) {
        let labels = [("kind", kind)];
        self.calls
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// All of them as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a String takes everything");
        text
    }
}
