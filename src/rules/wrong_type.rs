use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::types::type_check::TypeError;
use crate::manifest::document::resolve;
use crate::manifest::document::resolve::Scalar;
use crate::manifest::document::{Node, Style, Value};
use crate::manifest::edit::{Edit, Safety};
use crate::mask::may_hold_secret;
use crate::rule::{Check, Reporter, Rule};
use crate::schema::Type;
use crate::text::placeholder::is_placeholder;
use crate::value::duration::whole_seconds;
use crate::value::program::is_shell;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "wrong-type",
        summary: "A value has the wrong type for its field",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        admission: Admission::Never,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Decode(check),
};

fn check(problem: &TypeError<'_>, reporter: &mut Reporter<'_>) {
    let &TypeError::WrongType { node, expected } = problem else { return };
    // `unsubstituted-placeholder` reports the cause.
    if node.text().is_some_and(is_placeholder) {
        return;
    }
    let field = match (node.key(), node.parent().and_then(Node::key)) {
        (Some(key), Some("annotations")) => format!("the annotation `{key}`"),
        (Some(key), Some("labels")) => format!("the label `{key}`"),
        (Some(key), _) => format!("`{key}`"),
        (None, Some(list)) => format!("an item of `{list}`"),
        (None, None) => "this item".to_owned(),
    };
    let message =
        format!("{field} must be {}: the API server rejects {}", describe_type(expected), describe(node));
    let finding = reporter.report(node, message);
    if let Some(help) = help(node, expected) {
        finding.help(help);
    }
    match (node.value(), expected) {
        (Value::Bool(_) | Value::Int(_) | Value::Float(_), Type::String { .. }) => {
            let edits = Edit::replace(node, format!("\"{}\"", node.raw()));
            finding.fix("put the value in quotes", Safety::Unsafe, edits);
        }
        (Value::String(text), Type::Int32 | Type::Int64 | Type::Bool) => {
            if let Some(value) = unquoted(node, text, expected) {
                finding.fix(format!("write `{value}`"), Safety::Unsafe, Edit::replace(node, value));
            }
        }
        _ => {}
    }
}

/// Returns what a text in quotes stands for, where the field takes that: `"3"`, `"true"`, or seconds as `10m`.
fn unquoted(node: Node<'_>, text: &str, expected: &Type) -> Option<String> {
    let is_quoted = matches!(node.style(), Style::SingleQuoted | Style::DoubleQuoted);
    let is_bool = matches!(expected, Type::Bool);
    match resolve::plain(text) {
        Scalar::Bool(_) if is_quoted && is_bool && matches!(text, "true" | "false") => Some(text.to_owned()),
        Scalar::Int(number) if is_quoted && !is_bool && number.to_string() == text => Some(text.to_owned()),
        _ if node.key().is_some_and(|key| key.contains("Seconds")) => Some(whole_seconds(text)?.to_string()),
        _ => None,
    }
}

fn describe_type(expected: &Type) -> &'static str {
    match expected {
        Type::String { .. } => "a string",
        Type::Bool => "`true` or `false`",
        Type::Int32 => "a 32-bit integer",
        Type::Int64 => "a 64-bit integer",
        Type::List { .. } => "a list",
        Type::Map { .. } | Type::Struct(_) => "a mapping",
        Type::Quantity => "a quantity, such as `500m` or `1Gi`",
        Type::Time => "a time, such as `\"2026-01-31T12:00:00Z\"`",
        Type::IntOrString => "an integer or a string",
        Type::Any => "anything",
    }
}

/// Names a value; where YAML 1.1 reads it as something else than it looks, the help says so.
fn describe(node: Node<'_>) -> String {
    match node.value() {
        Value::Null => "`null`".to_owned(),
        Value::Bool(value) => format!("the boolean `{value}`"),
        // Between backticks, so that a credential made of digits is hidden.
        Value::Int(number) => format!("the number `{number}`"),
        Value::Float(number) => format!("the number `{number}`"),
        Value::String(_) => "a string".to_owned(),
        Value::List => "a list".to_owned(),
        Value::Map => "a mapping".to_owned(),
    }
}

const ONE_ITEM_EACH: &str = "write one item for each word, and one for each quoted string";

/// Returns how to write a string as a list of strings. Of the words only a program's name and the `-c` of a shell are shown:
/// others can be credentials.
fn as_items(node: Node<'_>, text: &str) -> String {
    let is_plain = |it: &&str| it.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./_-".contains(&byte));
    let mut words = text.split_whitespace();
    let program = words.next().filter(|_| node.key() == Some("command")).filter(is_plain);
    let items = match (program.filter(|it| !may_hold_secret(it)), words.next()) {
        (Some(program), None) => return format!("write a list: `[\"{program}\"]`"),
        (Some(program), Some(option)) if is_shell(program) && ["-c", "-ec"].contains(&option) => {
            format!("`[\"{program}\", \"{option}\", \"…\"]`")
        }
        (Some(program), Some(_)) => format!("`[\"{program}\", …]`"),
        (None, None) => return "write a list: `[\"…\"]`".to_owned(),
        (None, Some(_)) => "`[\"first\", \"second\"]`".to_owned(),
    };
    format!("{ONE_ITEM_EACH}: {items}")
}

/// Whether a mapping is one line of a list that was meant as text: `- echo done: all`.
fn is_line_with_colon(node: Node<'_>) -> bool {
    let mut entries = node.entries();
    let only = entries.next().filter(|_| entries.next().is_none());
    let is_scalar = |value: Node<'_>| !matches!(value.value(), Value::Map | Value::List);
    only.is_some_and(|entry| {
        is_scalar(entry.value) && !node.raw().starts_with('{') && !node.raw().contains('\n')
    })
}

fn help(node: Node<'_>, expected: &Type) -> Option<String> {
    let raw = node.raw();
    let value = node.value();
    let reads_as = match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        _ => String::new(),
    };
    match (expected, value) {
        // `- -H "Accept: text/plain"`
        (Type::String { .. }, Value::Map) if node.key().is_none() && is_line_with_colon(node) => {
            Some("put the whole item in quotes: `: ` in a value without quotes makes it a mapping".to_owned())
        }
        (Type::String { .. } | Type::Time, Value::Bool(_) | Value::Int(_) | Value::Float(_))
            if raw.is_empty() =>
        {
            None
        }
        (Type::String { .. } | Type::Time, Value::Bool(_) | Value::Int(_) | Value::Float(_)) => {
            let reason = if raw == reads_as {
                String::new()
            } else {
                format!(": without them kubectl reads `{raw}` as `{reads_as}`")
            };
            Some(format!("write `\"{raw}\"`, with the quotes{reason}"))
        }
        (Type::Int32 | Type::Int64, Value::Int(_)) => {
            Some("write a number nearer to 0: this one does not fit into the field".to_owned())
        }
        (Type::Int32 | Type::Int64, Value::Float(number)) if number.fract() != 0.0 => {
            Some("write a whole number".to_owned())
        }
        (Type::Int32 | Type::Int64, Value::String(text))
            if node.key().is_some_and(|key| key.contains("Seconds")) && whole_seconds(text).is_some() =>
        {
            whole_seconds(text).map(|seconds| format!("write seconds: `{seconds}`"))
        }
        (Type::Int32 | Type::Int64 | Type::Bool, Value::String(text)) if node.style() != Style::Plain => {
            match (expected, resolve::plain(text)) {
                // JSON knows neither `yes` nor `0x10`.
                (Type::Bool, Scalar::Bool(value)) => Some(format!("write `{value}` without quotes")),
                (Type::Int32 | Type::Int64, Scalar::Int(number)) => {
                    Some(format!("write `{number}` without quotes"))
                }
                _ => None,
            }
        }
        (Type::List { .. }, Value::Map) if node.key() == Some("env") => {
            Some("write one item for each variable: `- {name: …, value: …}`".to_owned())
        }
        (Type::List { element: Type::String { .. }, .. }, Value::String(text)) => Some(as_items(node, text)),
        (Type::List { .. }, Value::Map | Value::String(_)) => Some("start each item with `- `".to_owned()),
        (Type::Map { .. }, Value::List) => Some("write `key: value` lines without `- `".to_owned()),
        (Type::Struct(_), Value::List) => Some("write the fields without `- `".to_owned()),
        _ => None,
    }
}
