mod reference;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::leaks::leaks;
use crate::facts::secret::detected::{Secret, Within};
use crate::facts::secret::promise::promise;
use crate::manifest::edit::Safety;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::text::span::range_in;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "literal-secret",
        summary: "The manifest contains a credential in plain text",
        category: Category::Secrets,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::NoCredential),
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Secrets(check),
};

const FOR_VARIABLE: &str = "move the value to a Secret, refer to it with `valueFrom.secretKeyRef`, and \
    rotate the credential: anyone who has read this manifest has the old one";

fn check(object: Object<'_>, secrets: &[Secret<'_>], reporter: &mut Reporter<'_>) {
    let kind = object.kind_name();
    for within in [Within::Env, Within::Field] {
        for leak in leaks(secrets, within) {
            let Secret { name, shape, part, .. } = leak.first;
            let what = match (shape, inner_name(&leak.first)) {
                (Some(shape), _) => format!("`{name}` contains {shape}"),
                (None, Some(inner)) => format!("`{name}` contains a credential, the value of `{inner}`,"),
                (None, None) if part.is_some() => format!("`{name}` contains a credential"),
                (None, None) => format!("the value of `{name}` is a credential"),
            };
            let message = format!("{what} in plain text: everyone who can read the {kind} can read it");
            let place = leak.first.place();
            let help = if within == Within::Env { FOR_VARIABLE.to_owned() } else { for_field(&place.path) };
            let finding = reporter.report(place, message);
            finding.help(help);
            leak.others.iter().for_each(|it| _ = finding.related(it.place(), "the same credential"));
            if within == Within::Env {
                reference::offer(&leak, finding);
            }
        }
    }
}

/// Returns what to do about a credential at a path other than that of a variable.
fn for_field(path: &str) -> String {
    let instead = if path.contains(".csi.") {
        "; a CSI volume can refer to a Secret in `nodePublishSecretRef`"
    } else if path.contains("Probe.") {
        "; a probe can request a path that needs no credential"
    } else {
        ""
    };
    format!("remove the credential from this field, which cannot refer to a Secret, and rotate it{instead}")
}

/// Returns the name that stands before a credential inside a value: `password` in `-Dpassword=…` and `"password": "…"`.
fn inner_name<'d>(secret: &Secret<'d>) -> Option<&'d str> {
    let whole = secret.value.text()?;
    let start = range_in(whole, secret.text)?.start;
    let before = whole.get(..start)?.trim_end_matches([' ', '"', '\'', '=', ':']);
    let is_part = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
    let word = before.rsplit(|it| !is_part(it)).next()?;
    let name = word.strip_prefix("-D").unwrap_or(word).trim_start_matches('-');
    (start > 0 && promise(name).is_some()).then_some(name)
}
