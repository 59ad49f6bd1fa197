//! What Prometheus is told. No label has values that clients choose.

use std::sync::atomic::{AtomicI64, AtomicU64};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::review::ReviewVerdict;
use crate::webhook::review::reason::UnjudgedReason;
use crate::webhook::review::request::Request;

/// Every number that the server keeps.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    findings: Family<FindingLabels, Counter>,
    refused: Family<RefusedLabels, Counter>,
    unjudged: Family<UnjudgedLabels, Counter>,
    suppressed: Family<SuppressedLabels, Counter>,
    closed_connections: Family<ClosedLabels, Counter>,
    reloads: Family<ReloadLabels, Counter>,
    handshakes: Counter,
    pub(super) panics: Counter,
    pub(super) in_flight: Gauge,
    pub(super) connections: Gauge,
    pub(super) fails_open: Gauge,
    pub(super) configuration_refused: Gauge,
    pub(super) duration: Histogram,
    pub(super) not_after: Gauge<i64, AtomicI64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    decision: &'static str,
    kind: &'static str,
    operation: &'static str,
    dry_run: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FindingLabels {
    rule: &'static str,
    action: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusedLabels {
    code: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UnjudgedLabels {
    reason: &'static str,
    allowed: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SuppressedLabels {
    rule: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ClosedLabels {
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReloadLabels {
    what: &'static str,
    result: &'static str,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("batchlint");
        let buckets =
            [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
        let metrics = Metrics {
            requests: Family::default(),
            findings: Family::default(),
            refused: Family::default(),
            unjudged: Family::default(),
            suppressed: Family::default(),
            closed_connections: Family::default(),
            reloads: Family::default(),
            handshakes: Counter::<u64, AtomicU64>::default(),
            panics: Counter::default(),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            fails_open: Gauge::default(),
            configuration_refused: Gauge::default(),
            duration: Histogram::new(buckets),
            not_after: Gauge::default(),
            registry: Registry::default(),
        };
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running version", version);
        registry.register("admission_requests", "Admission reviews answered", metrics.requests.clone());
        registry.register("admission_findings", "Findings by outcome", metrics.findings.clone());
        registry.register(
            "admission_refused",
            "Requests rejected because the body is not an AdmissionReview",
            metrics.refused.clone(),
        );
        registry.register(
            "admission_unjudged",
            "Reviews answered without checking the object, by reason and whether they were allowed",
            metrics.unjudged.clone(),
        );
        registry.register(
            "admission_suppressed",
            "Findings suppressed by annotations on the object",
            metrics.suppressed.clone(),
        );
        registry.register(
            "admission_fails_open",
            "Whether the policy is strict while failurePolicy is Ignore",
            metrics.fails_open.clone(),
        );
        registry.register("connections", "Open connections", metrics.connections.clone());
        registry.register(
            "connections_closed",
            "Connections closed by the server, by reason",
            metrics.closed_connections.clone(),
        );
        registry.register("admission_panics", "Reviews during which a rule panicked", metrics.panics.clone());
        registry.register("admission_in_flight", "Reviews in flight", metrics.in_flight.clone());
        registry.register_with_unit(
            "admission_duration",
            "Time from receiving a request's headers to sending the response",
            Unit::Seconds,
            metrics.duration.clone(),
        );
        registry.register(
            "reloads",
            "Reloads of certificate and configuration, by result",
            metrics.reloads.clone(),
        );
        registry.register(
            "configuration_refused",
            "Whether the configuration on disk was rejected and an older one is in use",
            metrics.configuration_refused.clone(),
        );
        registry.register("failed_handshakes", "Failed TLS handshakes", metrics.handshakes.clone());
        registry.register_with_unit(
            "certificate_not_after",
            "When the certificate expires, as a Unix timestamp",
            Unit::Seconds,
            metrics.not_after.clone(),
        );
        metrics.start_at_zero();
        Metrics { registry, ..metrics }
    }

    /// Creates the series that alerts watch: to Prometheus, a counter that begins at one has not increased.
    fn start_at_zero(&self) {
        for reason in UnjudgedReason::ALL.map(UnjudgedReason::label) {
            for allowed in ["true", "false"] {
                drop(self.unjudged.get_or_create(&UnjudgedLabels { reason, allowed }));
            }
        }
        for what in ["certificate", "configuration"] {
            for result in ["taken", "refused"] {
                drop(self.reloads.get_or_create(&ReloadLabels { what, result }));
            }
        }
        for reason in crate::webhook::metrics::LIMITS {
            drop(self.closed_connections.get_or_create(&ClosedLabels { reason }));
        }
    }

    pub(super) fn answered(&self, request: &Request, verdict: &ReviewVerdict) {
        let one_of = |word: &str, known: &[&'static str]| {
            known.iter().copied().find(|it| *it == word).unwrap_or("other")
        };
        let labels = RequestLabels {
            decision: verdict.decision.as_str(),
            kind: one_of(&request.kind.kind, &["Job", "CronJob"]),
            operation: one_of(&request.operation, &["CREATE", "UPDATE", "DELETE", "CONNECT"]),
            dry_run: if request.dry_run { "true" } else { "false" },
        };
        self.requests.get_or_create(&labels).inc();
        for (rule, action) in &verdict.found {
            self.findings.get_or_create(&FindingLabels { rule: rule.id, action: action.as_str() }).inc();
        }
        for rule in &verdict.suppressed {
            self.suppressed.get_or_create(&SuppressedLabels { rule: rule.id }).inc();
        }
    }

    pub(super) fn unjudged(&self, reason: UnjudgedReason, allowed: bool) {
        let allowed = if allowed { "true" } else { "false" };
        self.unjudged.get_or_create(&UnjudgedLabels { reason: reason.label(), allowed }).inc();
    }

    pub(super) fn closed_connection(&self, reason: &'static str) {
        self.closed_connections.get_or_create(&ClosedLabels { reason }).inc();
    }

    pub(super) fn refused(&self, code: u16) {
        self.refused.get_or_create(&RefusedLabels { code }).inc();
    }

    pub(super) fn reloaded(&self, what: &'static str, taken: bool) {
        let result = if taken { "taken" } else { "refused" };
        self.reloads.get_or_create(&ReloadLabels { what, result }).inc();
    }

    pub(super) fn failed_handshake(&self) {
        self.handshakes.inc();
    }

    /// Writes everything as OpenMetrics.
    pub(super) fn encode(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(_) => String::new(),
        }
    }
}

/// Why a limit closes a connection, or lets none in.
pub(super) const LIMITS: [&str; 4] = ["evicted_by_peer", "evicted", "refused_by_peer", "refused"];
