//! One request: its body read within limits, judged in time, answered whatever happens.
#![expect(clippy::disallowed_methods, reason = "requests have deadlines")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::http::{self, HeaderValue, StatusCode, Version, header};
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;

use super::metrics::Metrics;
use super::reload::{InForce, Reload};
use super::review::{Decision, Request, UnjudgedReason, Verdict, read, read_head, unjudged};
use super::server::Judge;

/// An update of the largest object that etcd takes has it twice, and its JSON may be longer than what is stored.
pub(super) const LARGEST_BODY: usize = 7 << 20;

/// Up to here a review is judged where it is read: it takes less than a millisecond.
const SMALL: usize = 64 << 10;

/// So many reviews may be in work at once; the others wait.
const MOST_REVIEWS: usize = 256;

/// Half as many bytes of large bodies may be in work at once, or one body; the others wait, unread.
const MOST_BYTES: usize = 8 << 20;

/// An API server that does not say how long it waits waits for ten seconds.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// What all requests share.
pub(super) struct Shared {
    pub(super) reload: Reload,
    pub(super) metrics: Metrics,
    pub(super) is_draining: AtomicBool,
    pub(super) judge: Judge,
    reviews: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
}

/// Why a request gets no review.
struct Refusal(StatusCode, String);

impl Shared {
    pub(super) fn new(reload: Reload, judge: Judge) -> Self {
        Shared {
            reload,
            metrics: Metrics::new(),
            is_draining: AtomicBool::new(false),
            judge,
            reviews: Arc::new(Semaphore::new(MOST_REVIEWS)),
            bytes: Arc::new(Semaphore::new(MOST_BYTES)),
        }
    }
}

/// Answers `POST /validate`.
pub(super) async fn validate(State(shared): State<Arc<Shared>>, request: http::Request<Body>) -> Response {
    let start = Instant::now();
    let version = request.version();
    shared.metrics.in_flight.inc();
    let answer = answer(&shared, start, request).await;
    shared.metrics.in_flight.dec();
    let mut response = match answer {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(Refusal(code, why)) => {
            shared.metrics.refused(code.as_u16());
            tracing::warn!(code = code.as_u16(), why, "refused");
            (code, why + "\n").into_response()
        }
    };
    // An API server keeps connections, and would go on using one to a pod that ends.
    if version < Version::HTTP_2 && shared.is_draining.load(Ordering::Relaxed) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    shared.metrics.duration.observe(start.elapsed().as_secs_f64());
    response
}

async fn answer(
    shared: &Arc<Shared>,
    start: Instant,
    request: http::Request<Body>,
) -> Result<Vec<u8>, Refusal> {
    let timeout = request.uri().query().and_then(timeout).unwrap_or(DEFAULT_TIMEOUT);
    // What is left after it is for the answer that nothing was judged.
    let deadline = (start + timeout.mul_f64(0.8)).into();
    let end = (start + timeout.mul_f64(0.95)).into();
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    let in_force = shared.reload.config();
    let body = request.into_body();
    if length.is_some_and(|length| length > LARGEST_BODY) {
        let _ = timeout_at(deadline, discard(body)).await;
        return Err(too_large());
    }
    let length = length.unwrap_or(LARGEST_BODY);
    let Ok(permits) = timeout_at(deadline, permits(shared, length)).await else {
        let head = timeout_at(end, head(body)).await.ok().flatten();
        return late(shared, &in_force, head, UnjudgedReason::NoRoom);
    };
    let bytes = match timeout_at(deadline, collect(body, length)).await {
        Ok(bytes) => bytes?,
        Err(_) => {
            return Err(Refusal(StatusCode::REQUEST_TIMEOUT, "the body did not come in time".to_owned()));
        }
    };
    if bytes.len() <= SMALL {
        let judged = judge(shared, &in_force, bytes)?;
        return finish(shared, judged.0, &judged.1);
    }
    let head = read_head(bytes.get(..4096).unwrap_or(&bytes));
    let worker = (shared.clone(), in_force.clone());
    let work = tokio::task::spawn_blocking(move || {
        // They are given back when the work ends, not when nobody waits for it any more.
        let _permits = permits;
        judge(&worker.0, &worker.1, bytes)
    });
    match timeout_at(deadline, work).await {
        Ok(Ok(judged)) => judged.and_then(|(request, verdict)| finish(shared, request, &verdict)),
        Ok(Err(_)) => late(shared, &in_force, head, UnjudgedReason::Panic),
        Err(_) => late(shared, &in_force, head, UnjudgedReason::OutOfTime),
    }
}

/// Waits until there is room for a body of this length.
async fn permits(
    shared: &Shared,
    length: usize,
) -> Option<(OwnedSemaphorePermit, Option<OwnedSemaphorePermit>)> {
    // A large one waits for bytes first, so that it does not keep small ones out.
    let bytes = match length > SMALL {
        true => {
            // Of many small values, an object in memory has thirty times its bytes.
            let weight = u32::try_from((2 * length).min(MOST_BYTES)).unwrap_or(u32::MAX);
            Some(shared.bytes.clone().acquire_many_owned(weight).await.ok()?)
        }
        false => None,
    };
    Some((shared.reviews.clone().acquire_owned().await.ok()?, bytes))
}

fn too_large() -> Refusal {
    Refusal(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has over {} MiB", LARGEST_BODY >> 20))
}

async fn collect(mut body: Body, length: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::with_capacity(length.min(SMALL));
    while let Some(frame) = body.frame().await {
        let frame = frame
            .map_err(|_| Refusal(StatusCode::BAD_REQUEST, "the body ends before its length".to_owned()))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > length {
            discard(body).await;
            return Err(too_large());
        }
        if bytes.len() + data.len() > bytes.capacity() {
            bytes.reserve_exact(length - bytes.len());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// Reads what is left of a body that is too large, within reason: a client that is still writing may not see the answer.
async fn discard(mut body: Body) {
    let mut left = 2 * LARGEST_BODY;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, |data| data.len());
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// Reads a body without keeping more than its beginning.
async fn head(mut body: Body) -> Option<Request> {
    let mut head = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        if let (Ok(data), true) = (frame.into_data(), head.len() < 4096) {
            head.extend_from_slice(data.get(..4096).unwrap_or(&data));
        }
    }
    read_head(&head)
}

/// Judges a review. A rule that panics is a bug of ours, and no reason to keep anybody from working.
fn judge(shared: &Shared, in_force: &InForce, bytes: Vec<u8>) -> Result<(Request, Verdict), Refusal> {
    let mut request = read(&bytes).map_err(|error| Refusal(StatusCode::BAD_REQUEST, error.0))?;
    drop(bytes);
    let judged = catch_unwind(AssertUnwindSafe(|| {
        (shared.judge)(&request, &in_force.config, &in_force.hash, &|| false)
    }));
    let verdict = judged.unwrap_or_else(|_| {
        shared.metrics.panics.inc();
        tracing::error!(
            uid = request.uid,
            name = request.name,
            namespace = request.namespace,
            "a rule panicked"
        );
        unjudged(&request, UnjudgedReason::Panic, &in_force.config)
    });
    (request.object, request.old_object) = (None, None);
    Ok((request, verdict))
}

/// Answers what nobody judged, by the configuration; what has no identity goes by the API server's.
fn late(
    shared: &Shared,
    in_force: &InForce,
    request: Option<Request>,
    reason: UnjudgedReason,
) -> Result<Vec<u8>, Refusal> {
    let why = reason.why();
    let request = request.ok_or_else(|| Refusal(StatusCode::SERVICE_UNAVAILABLE, why.to_owned()))?;
    tracing::warn!(uid = request.uid, why, "not judged");
    let verdict = unjudged(&request, reason, &in_force.config);
    finish(shared, request, &verdict)
}

fn finish(shared: &Shared, request: Request, verdict: &Verdict) -> Result<Vec<u8>, Refusal> {
    shared.metrics.answered(&request, verdict);
    if verdict.decision == Decision::Deny {
        let rules: Vec<_> = verdict.found.iter().map(|(rule, action)| (rule.id, action.as_str())).collect();
        let rules: Vec<_> = rules.iter().filter(|(_, action)| *action == "enforce").map(|it| it.0).collect();
        let Request { uid, kind, namespace, name, operation, user_info, dry_run, .. } = &request;
        let (rules, kind, user) = (rules.join(","), &kind.kind, &user_info.username);
        tracing::info!(uid, kind, namespace, name, operation, user, dry_run, rules, "denied");
    }
    serde_json::to_vec(&verdict.answer)
        .map_err(|error| Refusal(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

/// Reads `timeout=3s`, as Go writes durations.
fn timeout(query: &str) -> Option<Duration> {
    let text = query.split('&').find_map(|part| part.strip_prefix("timeout="))?;
    let (mut total, mut rest) = (0.0, text);
    while !rest.is_empty() {
        let end = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
        let number: f64 = rest[..end].parse().ok()?;
        let after = &rest[end..];
        let units = [("ms", 0.001), ("h", 3600.0), ("m", 60.0), ("s", 1.0)];
        let (unit, seconds) = units.into_iter().find(|(unit, _)| after.starts_with(unit))?;
        total += number * seconds;
        rest = &after[unit.len()..];
    }
    // The longest that an API server takes is 30 s.
    (total > 0.0).then(|| Duration::from_secs_f64(total.min(30.0)))
}
