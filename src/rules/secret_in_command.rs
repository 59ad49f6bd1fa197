use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::leaks::leaks;
use crate::facts::secret::detected::{Secret, Within};
use crate::facts::secret::operand::is_far_from_name;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::text::word_list::has_word;
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "secret-in-command",
        summary: "A command contains a credential in plain text",
        category: Category::Secrets,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::NoCredential),
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Secrets(check),
};

fn check(object: Object<'_>, secrets: &[Secret<'_>], reporter: &mut Reporter<'_>) {
    let kind = object.kind_name();
    let help = "keep the value in a Secret, have the program read it from a variable or a file, and rotate \
        the credential: anyone who has read this manifest has the old one";
    for leak in leaks(secrets, Within::Command) {
        let Secret { name, shape, .. } = leak.first;
        let what = match shape {
            Some(shape) => format!("the command contains {shape}"),
            None if name.is_empty() => "the command contains a credential".to_owned(),
            None if is_far_from_name(name) => format!("an argument of `{}` is a credential", base_name(name)),
            None if reads_input(name) => format!("`{}` is given a credential", base_name(name)),
            None => format!("the value after `{name}` is a credential"),
        };
        let message = format!(
            "{what} in plain text: everyone who can read the {kind} can read it, and so can programs on the node \
             that list its processes"
        );
        let finding = reporter.report(leak.first.place(), message);
        finding.help(help);
        leak.others.iter().for_each(|it| _ = finding.related(it.place(), "the same credential"));
    }
}

/// Whether a flag or program of this name reads a password from its input: `echo … | docker login --password-stdin`.
fn reads_input(name: &str) -> bool {
    name.ends_with("password-stdin")
        || has_word("chpasswd cryptsetup kinit passwd smbpasswd sudo", base_name(name))
}
