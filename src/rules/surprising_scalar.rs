use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::octal_mode;
use crate::kubernetes::types::type_check;
use crate::manifest::document::{Node, Style, Value};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::schema::Type;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "surprising-scalar",
        summary: "Kubernetes reads a different number than the one written",
        category: Category::Validity,
        severity: Severity::Warning,
        confidence: Confidence::High,
        admission: Admission::Never,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

/// Permissions that people write as in `chmod`; as decimal numbers they are 0620, 0670, 0674 and 0764. Greater ones
/// are rejected by the API server.
const FORGOTTEN_ZERO: [i128; 4] = [400, 440, 444, 500];

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    object.node.visit(&mut |node| {
        if let (Value::Int(value), Style::Plain) = (node.value(), node.style()) {
            number(object, node, value, reporter);
        }
    });
}

fn number(object: Object<'_>, node: Node<'_>, value: i128, reporter: &mut Reporter<'_>) {
    let raw = node.raw();
    let name = node.key().unwrap_or("number");
    let is_mode = matches!(name, "defaultMode" | "mode");
    let digits = raw.trim_start_matches(['+', '-']);
    let is_number = || {
        let expected = type_check::type_of(node, object, reporter.kubernetes_version().minor);
        matches!(expected, Some(Type::Int32 | Type::Int64 | Type::Quantity | Type::IntOrString))
    };
    if is_mode
        && FORGOTTEN_ZERO.contains(&value)
        && raw == value.to_string()
        && is_number()
        && let Some(octal) = octal_mode(node)
    {
        reporter
            .report(
                node,
                format!(
                    "`{name}: {raw}` sets the permissions to 0{value:o}, because without a \
                leading 0 the number is decimal"
                ),
            )
            .help(format!("write `0{raw}`, or `{}` in JSON", i64::from_str_radix(raw, 8).unwrap_or_default()))
            .fix(format!("write `{octal}`"), Safety::Unsafe, Edit::replace(node, octal));
    } else if !is_mode && is_octal(digits) && digits.parse() != Ok(value.abs()) && is_number() {
        let decimal = digits.trim_start_matches('0');
        reporter
            .report(node, format!("`{name}: {raw}` means {value}, because a leading 0 makes a number octal"))
            .help(format!("write `{decimal}`, or `{value}` if the octal number is meant"));
    }
}

/// Whether YAML 1.1 takes the digits for octal ones because of a leading 0.
fn is_octal(digits: &str) -> bool {
    digits.len() > 1
        && digits.starts_with('0')
        && digits.bytes().all(|it| (b'0'..=b'7').contains(&it) || it == b'_')
}
