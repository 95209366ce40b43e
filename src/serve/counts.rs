//! What operators watch: sessions, logins, refusals by reason, writes by outcome and how long the DCMS takes,
//! as text in Prometheus' format.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::dcms::{CallEnd, Observer};
use crate::desk::Event;

type Labels<const N: usize> = [(&'static str, &'static str); N];

/// The counters of one server.
pub(super) struct Counts {
    registry: Registry,
    sessions: Gauge<i64, AtomicI64>,
    logins: Counter,
    refusals: Family<Labels<1>, Counter>,
    ends: Family<Labels<1>, Counter>,
    writes: Family<Labels<2>, Counter>,
    calls: Family<Labels<2>, Histogram>,
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
            "How long calls of the DCMS took, by their kind and how they ended",
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

    /// What counts the calls of a client.
    pub(super) fn of_calls(&self) -> Observer {
        let calls = self.calls.clone();
        Arc::new(move |call| {
            let kind = if call.is_look_up { "look_up" } else { "write" };
            let end = match call.end {
                CallEnd::Answered => "answered",
                CallEnd::NotSent => "not_sent",
                CallEnd::Lost => "lost",
            };
            let histogram = calls.get_or_create(&[("kind", kind), ("end", end)]);
            histogram.observe(call.took.as_secs_f64());
        })
    }

    /// What a desk tells its screens: of interest here is how a write ended.
    pub(super) fn told(&self, event: &Event) {
        if let Event::Written(_, written) = event {
            let operation = ("operation", written.write.word());
            let outcome = ("outcome", written.word().as_str());
            self.writes.get_or_create(&[operation, outcome]).inc();
        }
    }

    /// All of them as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a String takes everything");
        text
    }
}
