use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::{Node, Value};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::count;
use crate::value::quantity::Quantity;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "implausible-quantity",
        summary: "The amount is off by a factor of a thousand or more, because of its unit",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// What makes an amount implausible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    /// Less than one byte.
    Fraction,
    /// Less than a mebibyte.
    FewBytes,
    /// More than any node has.
    ManyCores,
}

/// No program runs in less memory, and no one means to allow less disk.
const MIN_BYTES: i128 = 1 << 20;

/// No container asks for more, 16 TiB.
const MAX_BYTES: i128 = 1 << 44;

/// More cores than this are asked for by those who meant thousandths; the largest common machines have 192.
const MAX_CORES: i128 = 199;

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let of_containers = pod.containers().flat_map(|it| [it.limits(), it.requests()]);
    let of_pod = ["resources.limits", "resources.requests"].map(|path| pod.spec.field(path));
    let amounts: Vec<Node<'_>> = of_pod
        .into_iter()
        .chain(of_containers)
        .filter_map(|it| it.node())
        .flat_map(Node::entries)
        .map(|it| it.value)
        .collect();
    let mut rest: Vec<(Node<'_>, String, Defect)> = amounts
        .into_iter()
        .filter_map(|node| defect(node).and_then(|cause| Some((node, amount(node)?, cause))))
        .collect();
    while !rest.is_empty() {
        let (node, text, cause) = rest.remove(0);
        let resource = node.key().unwrap_or_default();
        let is_limit = node.parent().and_then(Node::key) == Some("limits");
        let whole = Quantity::parse(&text).map_or(0, |it| it.whole());
        let (severity, message, help) = match cause {
            // The kubelet rounds it up to one byte, and no process starts in that.
            Defect::Fraction if is_limit && resource == "memory" => (
                Severity::Error,
                format!("the container cannot start: the memory limit of `{text}` is less than one byte"),
                bytes_help(&text),
            ),
            Defect::Fraction => (
                Severity::Warning,
                format!("{}: `{resource}: {text}` is less than one byte", effect(resource, is_limit)),
                bytes_help(&text),
            ),
            Defect::FewBytes => (
                Severity::Warning,
                format!(
                    "{}: `{resource}: {text}` is only {}",
                    effect(resource, is_limit),
                    count(whole, "byte")
                ),
                bytes_help(&text),
            ),
            Defect::ManyCores => (
                Severity::Warning,
                if is_limit {
                    format!(
                        "the CPU limit has no effect or, if the request defaults to it, hardly any node has room \
                            for the pod: `cpu: {text}` is {whole} cores"
                    )
                } else {
                    format!("hardly any node has room for the pod: `cpu: {text}` is {whole} cores")
                },
                match text.parse::<u32>() {
                    Ok(1000) => "write `1000m` or `1` if you mean one core".to_owned(),
                    Ok(milli) => format!("write `{milli}m` if you mean {} cores", f64::from(milli) / 1000.0),
                    Err(_) => "write the number of cores, or millicores with `m`".to_owned(),
                },
            ),
        };
        let finding = reporter.report_as(severity, node, message);
        finding.help(help);
        let same = rest.iter().filter(|it| it.2 == cause && it.0.key() == node.key());
        let all: Vec<_> =
            std::iter::once((node, text.clone())).chain(same.map(|it| (it.0, it.1.clone()))).collect();
        let meant: Option<Vec<_>> = all
            .iter()
            .map(|(node, text)| with_unit(text, cause).filter(|it| fits_limit(*node, it)))
            .collect();
        if let Some(meant) = meant {
            let title = format!("write `{}`", meant[0]);
            let edits = all.iter().zip(&meant).map(|((node, _), meant)| Edit::replace_text(*node, meant));
            finding.fix(title, Safety::Unsafe, Edit::all(edits));
        }
        rest.retain(|(other, text, kind)| {
            let is_same = *kind == cause && other.key() == node.key();
            if is_same {
                finding.related(*other, format!("`{text}` has the same mistake"));
            }
            !is_same
        });
    }
}

/// Returns what Kubernetes does with an amount of memory or disk that is far too small.
fn effect(resource: &str, is_limit: bool) -> &'static str {
    match (resource, is_limit) {
        ("memory", true) => "the container cannot start, or is killed when it runs out of memory",
        ("memory", false) => "the scheduler reserves hardly any memory",
        (_, true) => "the kubelet evicts the pod once it writes more than this to disk",
        (_, false) => "the scheduler reserves hardly any disk space",
    }
}

/// Whether an amount is plausible itself, and not above the limit next to it, which the API server would reject.
fn fits_limit(node: Node<'_>, meant: &str) -> bool {
    let Ok(quantity) = Quantity::parse(meant) else { return false };
    let resources = node.parent().and_then(Node::parent);
    let limit = resources.and_then(|it| it.get("limits")?.get(node.key()?));
    let limit = limit.filter(|it| it.id != node.id && defect(*it).is_none()).and_then(amount);
    quantity.whole() <= MAX_BYTES
        && limit.and_then(|it| Quantity::parse(&it).ok()).is_none_or(|it| quantity.compare(&it).is_le())
}

/// Returns the amount with the unit that is most likely meant, where it is a bare number.
fn with_unit(text: &str, cause: Defect) -> Option<String> {
    let number = if cause == Defect::ManyCores { text } else { text.trim_end_matches('m') };
    let unit = if cause == Defect::ManyCores { "m" } else { "Mi" };
    number.parse::<u32>().ok().map(|number| format!("{number}{unit}"))
}

fn bytes_help(text: &str) -> String {
    match text.trim_end_matches('m') {
        number if number.len() < 7 && number.bytes().all(|it| it.is_ascii_digit()) => {
            format!("write `{number}Mi` if you mean mebibytes")
        }
        _ => "write the amount with its unit: `Mi` for mebibytes, `Gi` for gibibytes".to_owned(),
    }
}

fn defect(node: Node<'_>) -> Option<Defect> {
    let quantity = Quantity::parse(&amount(node)?).ok().filter(|it| !it.is_zero() && !it.is_negative())?;
    let is_fraction = || quantity.compare(&Quantity::ONE).is_lt();
    match node.key()? {
        "cpu" => (quantity.whole() > MAX_CORES).then_some(Defect::ManyCores),
        "memory" | "ephemeral-storage" if is_fraction() => Some(Defect::Fraction),
        "memory" | "ephemeral-storage" => (quantity.whole() < MIN_BYTES).then_some(Defect::FewBytes),
        _ => None,
    }
}

/// Returns the amount as Kubernetes reads it: a text, or a number without a unit.
fn amount(node: Node<'_>) -> Option<String> {
    match node.value() {
        Value::String(text) => Some(text.to_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        _ => None,
    }
}
