//! The Job (`pkg/apis/batch/validation/validation.go`, `pkg/registry/batch/job/strategy.go`).

use crate::kubernetes::verdict::model::JobSpec;
use crate::kubernetes::verdict::model::PodLabels;
use std::collections::BTreeMap;

use super::api_field::ApiField;
use super::error::{BadValue, Errors};
use super::metadata::{self, check_selector, json_map, selector_json};
use super::names::{dns_label, dns_subdomain, http_path, label_value, qualified_name};
use super::{pod, success_policy};

/// The UID that stands for the one which a server gives to an object that it creates.
const NEW_UID: &str = "00000000-0000-4000-8000-000000000000";

/// The labels that the server adds to a Job's pods, with whether they hold the name or else the UID.
const GENERATED: [(&str, bool); 4] = [
    ("controller-uid", false),
    ("job-name", true),
    ("batch.kubernetes.io/controller-uid", false),
    ("batch.kubernetes.io/job-name", true),
];

/// From here on, Indexed Jobs have tighter limits with `backoffLimitPerIndex`.
const MANY_COMPLETIONS: i64 = 100_000;
/// These limits.
const MAX_WITH_MANY: i64 = 10_000;

impl<'d> JobSpec<'d> {
    /// Reads a Job's `spec` and fills defaults in.
    pub fn from_job(field: ApiField<'d>) -> Self {
        let JobSpec { completions, parallelism, .. } = Self::from_template(field);
        let both_missing = !field.get("completions").is_set() && !field.get("parallelism").is_set();
        let completions = if both_missing { Some(1) } else { completions };
        JobSpec { field, completions, parallelism: parallelism.or(Some(1)), is_of_job: true }
    }

    /// Reads the `spec` of a CronJob's template as it is.
    pub fn from_template(field: ApiField<'d>) -> Self {
        let number = |name| field.get(name).opt_int();
        JobSpec {
            field,
            completions: number("completions"),
            parallelism: number("parallelism"),
            is_of_job: false,
        }
    }

    /// Returns the field `name`, which servers before the minor `since` drop from a Job; a CronJob keeps it.
    pub fn get_since(self, name: &'static str, since: u8, minor: u8) -> ApiField<'d> {
        self.field.get_since(name, if self.is_of_job { since } else { 0 }, minor)
    }

    /// Whether `status` is `True` where a condition of a `podFailurePolicy` has none: in CronJobs since 1.34.
    pub fn has_default_conditions(self, minor: u8) -> bool {
        self.is_of_job || minor >= 34
    }

    /// Whether `completionMode` is `Indexed`.
    pub fn is_indexed(self) -> bool {
        self.field.get("completionMode").opt_text() == Some("Indexed")
    }

    /// Whether the API server, still in 1.37.2, stops with a nil dereference: it looks at `completions` unasked.
    pub fn makes_the_server_panic(self, minor: u8) -> bool {
        let rules = self.get_since("successPolicy", 31, minor).get("rules");
        let mut fields = rules.items().flat_map(|it| [it.get("succeededCount"), it.get("succeededIndexes")]);
        self.is_indexed()
            && !self.field.get("completions").is_set()
            && self.completions.is_none()
            && fields.any(ApiField::is_set)
    }
}

/// Checks a Job (`ValidateJob`).
pub fn check<'d>(object: ApiField<'d>, errors: &mut Errors<'d>) {
    let (metadata, spec) = (object.get("metadata"), JobSpec::from_job(object.get("spec")));
    metadata::check(metadata, Some(spec.field.get("template")), errors);
    let name = metadata::name(metadata);
    let uid = if errors.is_stored { metadata.get("uid").text() } else { NEW_UID };
    let labels = PodLabels::new(spec.field, &name, uid);
    labels.check_shared(metadata, errors);
    if !labels.manual {
        labels.check_generated(errors);
    }
    check_spec(spec, Some(&labels), errors);
    labels.check_selector(errors);
    if spec.is_indexed()
        && let Some(completions) = spec.completions.filter(|&it| it > 0)
    {
        let host = format!("{name}-{}", completions - 1);
        if !dns_label(&host).is_empty() {
            let reason = format!("will not able to create pod with invalid DNS label: {host}");
            let place = metadata.get(if metadata.get("name").is_set() { "name" } else { "generateName" });
            errors.invalid(place.with_path("metadata.name"), name.as_str(), reason);
        }
    }
}

impl<'d> PodLabels<'d> {
    fn new(spec: ApiField<'d>, name: &str, uid: &'d str) -> Self {
        let texts = |field: ApiField<'d>| {
            field.entries().map(|(key, value)| (key, value.text().to_owned())).collect()
        };
        let manual = spec.get("manualSelector").is_true();
        let mut labels: BTreeMap<&str, String> = texts(spec.get("template").get("metadata").get("labels"));
        let mut selected: BTreeMap<&str, String> = texts(spec.get("selector").get("matchLabels"));
        let mut added = Vec::new();
        if !manual {
            for (key, is_name) in GENERATED {
                labels.entry(key).or_insert_with(|| {
                    added.push(key);
                    if is_name { name.to_owned() } else { uid.to_owned() }
                });
            }
            selected.entry("batch.kubernetes.io/controller-uid").or_insert_with(|| uid.to_owned());
        }
        PodLabels { spec, name: name.to_owned(), uid, manual, labels, selected, added }
    }

    fn field(&self) -> ApiField<'d> {
        self.spec.get("template").get("metadata").get("labels")
    }

    fn label(&self, key: &str) -> Option<&str> {
        self.labels.get(key).map(String::as_str)
    }

    /// The generated labels must have the right values where they are preset (`validateGeneratedSelector`).
    fn check_generated(&self, errors: &mut Errors<'d>) {
        let field = self.field();
        let generated = |is_name: bool| if is_name { self.name.as_str() } else { self.uid };
        for (key, is_name) in GENERATED {
            let expected = generated(is_name);
            if self.label(key) != Some(expected) {
                let reason = format!("must be '{expected}'");
                errors.invalid(field.key(key), BadValue::Raw(json_map(&self.labels)), reason);
            }
        }
        let value_of = |key: &str| GENERATED.iter().find(|it| it.0 == key).map(|it| generated(it.1));
        if self.selects(&value_of) == Some(false) {
            let bad = BadValue::Raw(self.selector_json());
            errors.invalid(self.spec.get("selector"), bad, "`selector` not auto-generated");
        }
    }

    /// The labels that the server adds must be labels: a name of more than 63 bytes is none.
    pub fn check_added(&self, errors: &mut Errors<'d>) {
        self.check_added_at(&|| format!("{}.labels", self.spec.get("template").path()), errors);
    }

    /// A Job without labels has the very map of its template, and so the added labels too; with `generateName` a copy.
    fn check_shared(&self, metadata: ApiField<'d>, errors: &mut Errors<'d>) {
        if metadata.get("labels").is_empty()
            && self.field().is_set()
            && !metadata.get("name").text().is_empty()
        {
            self.check_added_at(&|| "metadata.labels".to_owned(), errors);
        }
    }

    fn check_added_at(&self, path: &dyn Fn() -> String, errors: &mut Errors<'d>) {
        for key in &self.added {
            for reason in label_value(&self.labels[key]) {
                errors.invalid(self.field().with_path(path()), self.labels[key].as_str(), reason);
            }
        }
    }

    /// The selector must be well formed and match the labels (`ValidateJobSpec`).
    fn check_selector(&self, errors: &mut Errors<'d>) {
        let selector = self.spec.get("selector");
        if self.manual && !selector.is_set() {
            errors.required(selector, "");
        }
        check_selector(selector, errors);
        if self.selects(&|key| self.label(key)) == Some(false) {
            let bad = if self.labels.is_empty() && !self.field().is_set() {
                "null".to_owned()
            } else {
                json_map(&self.labels)
            };
            errors.invalid(self.field(), BadValue::Raw(bad), "`selector` does not match template `labels`");
        }
    }

    /// Whether the selector matches labels with these values; `None` if it is malformed (`LabelSelectorAsSelector`).
    fn selects<'s>(&'s self, value_of: &dyn Fn(&str) -> Option<&'s str>) -> Option<bool> {
        let selector = self.spec.get("selector");
        if self.manual && !selector.is_set() {
            return Some(false);
        }
        let is_sound =
            |(key, value): (&&str, &String)| qualified_name(key).is_empty() && label_value(value).is_empty();
        if !self.selected.iter().all(is_sound) {
            return None;
        }
        let mut matches = self.selected.iter().all(|(key, value)| value_of(key) == Some(value));
        for requirement in selector.get("matchExpressions").items() {
            let (key, values) = (requirement.get("key").text(), requirement.get("values"));
            let value = value_of(key);
            let is_listed = value.is_some_and(|value| values.items().any(|it| it.text() == value));
            let is_sound =
                qualified_name(key).is_empty() && values.items().all(|it| label_value(it.text()).is_empty());
            matches &= match requirement.get("operator").text() {
                _ if !is_sound => return None,
                "In" | "NotIn" if values.is_empty() => return None,
                "Exists" | "DoesNotExist" if !values.is_empty() => return None,
                "In" => is_listed,
                "NotIn" => !is_listed,
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                _ => return None,
            };
        }
        Some(matches)
    }

    fn selector_json(&self) -> String {
        selector_json(&self.selected, self.spec.get("selector").get("matchExpressions"))
    }
}

/// Checks a Job's `spec`, of a Job or of a CronJob's template (`validateJobSpec`).
pub fn check_spec<'d>(spec: JobSpec<'d>, labels: Option<&PodLabels<'d>>, errors: &mut Errors<'d>) {
    let field = spec.field;
    for name in
        ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"]
    {
        errors.non_negative(field.get(name));
    }
    let (per_index, max_failed) = (field.get("backoffLimitPerIndex"), field.get("maxFailedIndexes"));
    errors.non_negative(per_index);
    errors.non_negative(max_failed);
    if max_failed.is_set() && !per_index.is_set() {
        errors.required(per_index, "when maxFailedIndexes is specified");
    }
    check_managed_by(spec.get_since("managedBy", 32, errors.minor), errors);
    errors.one_of(field.get("completionMode"), &["NonIndexed", "Indexed"]);
    match field.get("completionMode").opt_text() {
        Some("Indexed") => check_indexed(spec, errors),
        None | Some("NonIndexed") => {
            for field in [per_index, max_failed] {
                if let Some(number) = field.opt_int() {
                    errors.invalid(field, number, "requires indexed completion mode");
                }
            }
        }
        Some(_) => {}
    }
    let policy = field.get("podFailurePolicy");
    if policy.is_set() {
        super::failure_policy::check(spec, policy, errors);
    }
    success_policy::check(spec, errors);
    let replacement = field.get("podReplacementPolicy");
    errors
        .one_of(replacement, if policy.is_set() { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] });
    pod::check_template(field.get("template"), labels, errors);
    check_restart_policy(field, policy.is_set(), errors);
}

fn check_indexed<'d>(spec: JobSpec<'d>, errors: &mut Errors<'d>) {
    let field = |name| spec.field.get(name);
    let (parallelism, max_failed) = (spec.parallelism, field("maxFailedIndexes").opt_int());
    if spec.completions.is_none() {
        errors.required(field("completions"), "when completion mode is Indexed");
    }
    if let Some(number) = parallelism.filter(|&it| it > MANY_COMPLETIONS) {
        let reason = "must be less than or equal to 100000 when completion mode is Indexed";
        errors.invalid(field("parallelism"), number, reason);
    }
    if let Some(number) = max_failed {
        if spec.completions.is_some_and(|completions| number > completions) {
            errors.invalid(field("maxFailedIndexes"), number, "must be less than or equal to completions");
        }
        if number > MANY_COMPLETIONS {
            errors.invalid(field("maxFailedIndexes"), number, "must be less than or equal to 100000");
        }
    }
    let has_many = spec.completions.is_some_and(|it| it > MANY_COMPLETIONS);
    if !has_many || !field("backoffLimitPerIndex").is_set() {
        return;
    }
    if max_failed.is_none() {
        let reason = "must be specified when completions is above 100000";
        errors.required(field("maxFailedIndexes"), reason);
    }
    for (name, number) in [("parallelism", parallelism), ("maxFailedIndexes", max_failed)] {
        if let Some(number) = number.filter(|&it| it > MAX_WITH_MANY) {
            let reason = "must be less than or equal to 10000 when completions are above 100000 and used with backoff \
                          limit per index";
            errors.invalid(field(name), number, reason);
        }
    }
}

/// `managedBy` is a domain and a path (`IsDomainPrefixedPath`).
fn check_managed_by<'d>(field: ApiField<'d>, errors: &mut Errors<'d>) {
    let Some(text) = field.opt_text() else { return };
    match text.split_once('/') {
        _ if text.is_empty() => errors.required(field, ""),
        Some((host, path)) if !host.is_empty() && !path.is_empty() => {
            errors.invalid_for_each(field, host, dns_subdomain(host));
            errors.invalid_for_each(field, path, http_path(path));
        }
        _ => errors.invalid(field, text, "must be a domain-prefixed path (such as \"acme.io/foo\")"),
    }
    if text.len() > 63 {
        errors.too_long(field, 63);
    }
}

fn check_restart_policy<'d>(spec: ApiField<'d>, has_failure_policy: bool, errors: &mut Errors<'d>) {
    let field = spec.get("template").get("spec").get("restartPolicy");
    match field.text_or("Always") {
        "Always" => errors.required(field, "valid values: \"OnFailure\", \"Never\""),
        "OnFailure" if has_failure_policy => {
            let reason = "only \"Never\" is supported when podFailurePolicy is specified";
            errors.invalid(field, BadValue::Json("OnFailure"), reason);
        }
        "OnFailure" | "Never" => {}
        other => errors.unsupported(field, BadValue::Json(other), &["OnFailure", "Never"]),
    }
}
