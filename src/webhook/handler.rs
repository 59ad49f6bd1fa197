//! One request: its body received within limits, checked in time, answered whatever happens.
#![expect(clippy::disallowed_methods, reason = "requests have deadlines")]

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{self, HeaderValue, Method, StatusCode, Version, header};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use prometheus_client::metrics::gauge::Gauge;
use tokio::time::timeout_at;

use super::body::{BodyLimiters, BodyPermits, HEAD, Received, SMALL};
use super::connections::{Connection, Exchange};
use super::metrics::Metrics;
use super::peer_limiter::PeerLimiter;
use super::reload::{ActiveConfig, Reload};
use super::review::Decision;
use super::review::ReviewVerdict;
use super::review::parse_head;
use super::review::parse_review;
use super::review::unjudged;
use super::weight::weigh;
use super::work::Work;
use crate::mask::hide_in_text;
use crate::policy::config::admission::Action;
use crate::value::duration::parse_unsigned;
use crate::webhook::options::{CheckRequest, ServerOptions};
use crate::webhook::review::reason::UnjudgedReason;
use crate::webhook::review::request::Request;

/// Up to here a review is tiny: checking it takes about a millisecond, and it never waits for larger ones.
const TINY: usize = 6 << 10;

/// As many tiny reviews are checked at once; each peer gets half.
pub(super) const MAX_TINY: usize = 8;

/// As many reviews above [`TINY`] are checked at once; each peer gets half.
pub(super) const MAX_SMALL: usize = 4;

/// As many reviews above [`SMALL`]; each peer gets one, for they take memory.
pub(super) const MAX_LARGE: usize = 2;

/// So many times the largest review is the memory for large reviews that are checked.
const MEMORY_FACTOR: usize = 3;

/// An API server that does not say how long it waits waits for ten seconds.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// So many characters of a field of a review are logged; names in Kubernetes have at most 253.
const LONGEST_FIELD: usize = 256;

/// What all requests share.
pub(super) struct Shared {
    pub(super) reload: Reload,
    pub(super) metrics: Metrics,
    pub(super) is_draining: AtomicBool,
    check_request: CheckRequest,
    bodies: BodyLimiters,
    tiny: Arc<PeerLimiter>,
    small: Arc<PeerLimiter>,
    large: Arc<PeerLimiter>,
}

/// Why a request gets no review.
struct HttpError(StatusCode, String);

/// A review with its answer.
type Checked = (Request, ReviewVerdict);

impl Shared {
    pub(super) fn new(reload: Reload, options: &ServerOptions) -> Self {
        Shared {
            reload,
            metrics: Metrics::new(),
            is_draining: AtomicBool::new(false),
            check_request: options.check_request,
            bodies: BodyLimiters::new(options.max_review),
            tiny: PeerLimiter::new(MAX_TINY, usize::MAX),
            small: PeerLimiter::new(MAX_SMALL, usize::MAX),
            large: PeerLimiter::new(MAX_LARGE, MEMORY_FACTOR * options.max_review),
        }
    }
}

/// Answers a request, which is to be `POST /validate`.
pub(super) async fn respond(
    shared: Arc<Shared>,
    connection: Arc<Connection>,
    request: http::Request<Incoming>,
) -> Response {
    let start = Instant::now();
    let mut exchange = connection.begin();
    let version = request.version();
    let mut response = match (request.uri().path(), request.method()) {
        ("/validate", &Method::POST) => {
            let answer = {
                let _in_flight = InFlight::new(&shared.metrics.in_flight);
                answer(&shared, &mut exchange, start, request).await
            };
            shared.metrics.duration.observe(start.elapsed().as_secs_f64());
            answer.unwrap_or_else(|HttpError(code, why)| {
                shared.metrics.refused(code.as_u16());
                tracing::warn!(code = code.as_u16(), why, "rejected");
                (code, why + "\n").into_response()
            })
        }
        ("/validate", _) => (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    };
    // An API server keeps connections, and would keep using one to a pod that ends.
    if version < Version::HTTP_2 && shared.is_draining.load(Ordering::Relaxed) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Counts a request while it is answered, or until its client goes away.
struct InFlight<'a>(&'a Gauge);

impl<'a> InFlight<'a> {
    fn new(gauge: &'a Gauge) -> Self {
        gauge.inc();
        InFlight(gauge)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

async fn answer(
    shared: &Arc<Shared>,
    exchange: &mut Exchange,
    start: Instant,
    request: http::Request<Incoming>,
) -> Result<Response, HttpError> {
    let timeout = request.uri().query().and_then(timeout).unwrap_or(DEFAULT_TIMEOUT);
    // What is left after it is for the answer that nothing was checked.
    let deadline = start + timeout.mul_f64(0.8);
    let in_force = shared.reload.config();
    let Some(received) = shared.bodies.receive(request.into_body(), exchange.peer(), deadline).await else {
        return Err(HttpError(StatusCode::SERVICE_UNAVAILABLE, UnjudgedReason::NoRoom.why().to_owned()));
    };
    let (request, verdict) = match received.failure {
        Some(reason) => answer_unjudged(&received.bytes, reason, &in_force)?,
        None => {
            exchange.received();
            check_in_time(shared, exchange, deadline, received, &in_force).await?
        }
    };
    if verdict.unjudged.is_none() {
        exchange.completed();
    }
    respond_with(shared, &request, &verdict)
}

/// Checks a review that was received as a whole, when it is its turn.
async fn check_in_time(
    shared: &Arc<Shared>,
    exchange: &Exchange,
    deadline: Instant,
    received: Received,
    in_force: &Arc<ActiveConfig>,
) -> Result<Checked, HttpError> {
    let Received { bytes, permits, .. } = received;
    let is_abandoned = Arc::new(AtomicBool::new(false));
    let head = bytes[..HEAD.min(bytes.len())].to_vec();
    let limiter = match bytes.len() {
        size if size <= TINY => &shared.tiny,
        size if size <= SMALL => &shared.small,
        _ => &shared.large,
    };
    let permit = match timeout_at(deadline.into(), limiter.acquire(exchange.peer(), weigh(&bytes))).await {
        Ok(Some(permit)) => permit,
        Ok(None) => return answer_unjudged(&head, UnjudgedReason::TooLarge, in_force),
        Err(_) => return answer_unjudged(&head, UnjudgedReason::NoRoom, in_force),
    };
    // Whether the deadline passes or the client goes away: nobody waits for the answer any more.
    let _end = SetOnDrop(is_abandoned.clone());
    let (shared, config) = (shared.clone(), in_force.clone());
    let work = tokio::task::spawn_blocking(move || {
        // It is given back when the work ends.
        let _permit = permit;
        check_review(&shared, &config, bytes, permits, deadline, &is_abandoned)
    });
    match timeout_at(deadline.into(), work).await {
        Ok(Ok(checked)) => checked,
        Ok(Err(_)) => answer_unjudged(&head, UnjudgedReason::Panic, in_force),
        Err(_) => answer_unjudged(&head, UnjudgedReason::OutOfTime, in_force),
    }
}

/// Sets a flag when it is dropped.
struct SetOnDrop(Arc<AtomicBool>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Checks a review. A rule that panics is a bug of ours, and what then happens is up to the configuration.
fn check_review(
    shared: &Shared,
    in_force: &ActiveConfig,
    bytes: Vec<u8>,
    permits: BodyPermits,
    deadline: Instant,
    is_abandoned: &AtomicBool,
) -> Result<Checked, HttpError> {
    let work = Work::start();
    let is_cancelled =
        || is_abandoned.load(Ordering::Relaxed) || Instant::now() > deadline || work.is_too_much();
    let Ok(request) = catch_unwind(|| parse_review(&bytes)) else {
        shared.metrics.panics.inc();
        return answer_unjudged(&bytes[..HEAD.min(bytes.len())], UnjudgedReason::Panic, in_force);
    };
    let mut request = request.map_err(|error| HttpError(StatusCode::BAD_REQUEST, error.0))?;
    drop((bytes, permits));
    let checked = catch_unwind(AssertUnwindSafe(|| {
        (shared.check_request)(&mut request, &in_force.config, &in_force.hash, &is_cancelled)
    }));
    let verdict = checked.unwrap_or_else(|_| {
        shared.metrics.panics.inc();
        unjudged(&request, UnjudgedReason::Panic, &in_force.config)
    });
    (request.object, request.old_object) = (None, None);
    Ok((request, verdict))
}

/// Answers a review that is not checked, by the configuration. What has no identity goes by the API server's.
fn answer_unjudged(
    beginning: &[u8],
    reason: UnjudgedReason,
    in_force: &ActiveConfig,
) -> Result<Checked, HttpError> {
    let request = parse_head(beginning).ok_or_else(|| HttpError(status(reason), reason.why().to_owned()))?;
    let verdict = unjudged(&request, reason, &in_force.config);
    Ok((request, verdict))
}

/// Returns the status of a request that has not even said which review it is.
fn status(reason: UnjudgedReason) -> StatusCode {
    match reason {
        UnjudgedReason::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        UnjudgedReason::SlowBody => StatusCode::REQUEST_TIMEOUT,
        UnjudgedReason::CutOff => StatusCode::BAD_REQUEST,
        UnjudgedReason::Panic => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn respond_with(shared: &Shared, request: &Request, verdict: &ReviewVerdict) -> Result<Response, HttpError> {
    shared.metrics.answered(request, verdict);
    if let Some(reason) = verdict.unjudged {
        shared.metrics.unjudged(reason, verdict.answer.response.allowed);
    }
    if verdict.unjudged.is_some() || verdict.decision == Decision::Deny {
        log(request, verdict);
    }
    let json = serde_json::to_vec(&verdict.answer)
        .map_err(|error| HttpError(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], Body::from(json)).into_response())
}

/// Logs a review that is denied or not checked.
fn log(request: &Request, verdict: &ReviewVerdict) {
    let Request { dry_run, .. } = request;
    let status = verdict.answer.response.status.as_ref();
    let name = status.map_or_else(|| hide_in_text(&request.name), |it| it.details.name.clone());
    // Whoever reaches the port can send a review, and a line of the log is to stay one.
    let [uid, kind, namespace, name, operation, user] = [
        &request.uid,
        &request.kind.kind,
        &request.namespace,
        &name,
        &request.operation,
        &request.user_info.username,
    ]
    .map(|it| it.char_indices().nth(LONGEST_FIELD).map_or(it.as_str(), |(end, _)| &it[..end]));
    if let Some(reason) = verdict.unjudged {
        let (reason, allowed) = (reason.label(), verdict.answer.response.allowed);
        tracing::warn!(uid, kind, namespace, name, operation, user, dry_run, reason, allowed, "not checked");
    }
    if verdict.decision == Decision::Deny {
        let enforced = verdict.found.iter().filter(|(_, action)| *action == Action::Enforce);
        // Each once: an object can break a rule in a hundred thousand places.
        let rules: BTreeSet<_> = enforced.map(|(rule, _)| rule.id).collect();
        let rules = rules.into_iter().collect::<Vec<_>>().join(",");
        tracing::info!(uid, kind, namespace, name, operation, user, dry_run, rules, "denied");
    }
}

/// Reads `timeout=3s`, as Go writes durations.
fn timeout(query: &str) -> Option<Duration> {
    let text = query.split('&').find_map(|part| part.strip_prefix("timeout="))?;
    let timeout = parse_unsigned(text).filter(|it| !it.is_zero())?;
    // The longest that an API server takes.
    Some(timeout.min(Duration::from_secs(30)))
}
