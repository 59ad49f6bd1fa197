//! Probes and lifecycle hooks (`validateProbe`, `validateHandler` in `pkg/apis/core/validation/validation.go`).

use super::api_field::ApiField;
use super::error::{BadValue, Errors, in_range};
use super::names::{header_name, port_name};
use crate::kubernetes::verdict::model::PodSpec;
use crate::manifest::document::Value;

const PROBE_HANDLERS: &[&str] = &["exec", "httpGet", "tcpSocket", "grpc"];
const HOOK_HANDLERS: &[&str] = &["exec", "httpGet", "tcpSocket", "sleep"];

/// Checks the three probes of a container.
pub fn check_all<'d>(pod: &PodSpec<'d>, container: ApiField<'d>, errors: &mut Errors<'d>) {
    for (name, is_readiness) in [("livenessProbe", false), ("readinessProbe", true), ("startupProbe", false)]
    {
        let Some(probe) = container.get(name).set() else { continue };
        check_probe(pod, probe, errors);
        let (threshold, grace) = (probe.get("successThreshold"), probe.get("terminationGracePeriodSeconds"));
        // 0 stands for the default, which is 1.
        if !is_readiness && !matches!(threshold.int(), 0 | 1) {
            errors.invalid(threshold, threshold.int(), "must be 1");
        }
        if let Some(seconds) = grace.opt_int().filter(|_| is_readiness) {
            errors.invalid(grace, seconds, "must not be set for readinessProbes");
        }
    }
}

fn check_probe<'d>(pod: &PodSpec<'d>, probe: ApiField<'d>, errors: &mut Errors<'d>) {
    check_handler(pod, probe, PROBE_HANDLERS, errors);
    let numbers =
        ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];
    for name in numbers {
        errors.non_negative(probe.get(name));
    }
    let grace = probe.get("terminationGracePeriodSeconds");
    if let Some(seconds) = grace.opt_int().filter(|&it| it <= 0) {
        errors.invalid(grace, seconds, "must be greater than 0");
    }
}

/// Checks `lifecycle`, if it is set.
pub fn check_lifecycle<'d>(pod: &PodSpec<'d>, lifecycle: ApiField<'d>, errors: &mut Errors<'d>) {
    for hook in ["postStart", "preStop"].map(|name| lifecycle.get(name)).into_iter().filter(|it| it.is_set())
    {
        check_handler(pod, hook, HOOK_HANDLERS, errors);
    }
}

/// Returns `lifecycle`, unless all that it has is a `stopSignal`: servers drop that, its feature gate is off.
pub fn effective_lifecycle(lifecycle: ApiField<'_>) -> ApiField<'_> {
    let has_signal = lifecycle.get("stopSignal").is_set();
    let has_hook = lifecycle.get("postStart").is_set() || lifecycle.get("preStop").is_set();
    if has_signal && !has_hook { lifecycle.get("stopSignal").get("") } else { lifecycle }
}

fn check_handler<'d>(
    pod: &PodSpec<'d>,
    parent: ApiField<'d>,
    handlers: &[&'static str],
    errors: &mut Errors<'d>,
) {
    let mut count = 0;
    for &name in handlers {
        let since = if name == "sleep" { 30 } else { 0 };
        let handler = parent.get_since(name, since, errors.minor);
        if !handler.is_set() {
            continue;
        }
        count += 1;
        match name {
            _ if count > 1 => errors.forbidden(handler, "may not specify more than 1 handler type"),
            "exec" if handler.get("command").is_empty() => errors.required(handler.get("command"), ""),
            "httpGet" => check_http_get(handler, errors),
            "tcpSocket" => check_port(handler.get("port"), errors),
            "grpc" => {
                let port = handler.get("port");
                if !(1..=65535).contains(&port.int()) {
                    errors.invalid(port, port.int(), in_range(1, 65535));
                }
            }
            "sleep" => check_sleep(pod, handler, errors),
            _ => {}
        }
    }
    if count == 0 {
        errors.required(parent, "must specify a handler type");
    }
}

fn check_http_get<'d>(handler: ApiField<'d>, errors: &mut Errors<'d>) {
    check_port(handler.get("port"), errors);
    let scheme = handler.get("scheme");
    if !scheme.text().is_empty() {
        errors.one_of(scheme, &["HTTP", "HTTPS"]);
    }
    for name in handler.get("httpHeaders").items().map(|it| it.get("name")) {
        for reason in header_name(name.text()) {
            errors.invalid(name.with_path(handler.get("httpHeaders").path()), name.text(), reason);
        }
    }
}

/// A number or the name of a port; a missing one is 0.
fn check_port<'d>(port: ApiField<'d>, errors: &mut Errors<'d>) {
    match port.node().map(|node| node.value()) {
        Some(Value::String(name)) => errors.invalid_for_each(port, name, port_name(name)),
        _ if (1..=65535).contains(&port.int()) => {}
        _ => errors.invalid(port, port.int(), in_range(1, 65535)),
    }
}

fn check_sleep<'d>(pod: &PodSpec<'d>, sleep: ApiField<'d>, errors: &mut Errors<'d>) {
    let (seconds, grace) = (sleep.get("seconds").int(), pod.grace);
    let takes_zero = errors.minor >= 33;
    if seconds > grace || seconds < 0 || (seconds == 0 && !takes_zero) {
        let reason = if takes_zero {
            format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})")
        } else {
            format!(
                "must be greater than 0 and less than terminationGracePeriodSeconds ({grace}). Enable \
                 AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep."
            )
        };
        let place = if sleep.get("seconds").is_set() { sleep.get("seconds") } else { sleep };
        errors.invalid(place.with_path(sleep.path()), BadValue::Raw(seconds.to_string()), reason);
    }
}
