use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Field;
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "interactive-container",
        summary: "A container is set up for a person at a terminal",
        category: Category::Lifetime,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let is_on = |it: &Field<'_>| it.boolean() == Some(true);
    let (stdin, tty) = (container.node.field("stdin"), container.node.field("tty"));
    let (field, message) = if is_on(&stdin) {
        (
            stdin,
            "a program that reads its standard input waits for someone to attach to the container: `stdin` is `true`",
        )
    } else if is_on(&tty) {
        (
            tty,
            "each line of the log ends in a carriage return, and the program can write colors as to a terminal: `tty` is \
             `true`",
        )
    } else {
        return;
    };
    let names = if is_on(&stdin) && is_on(&tty) {
        "`stdin` and `tty`".to_owned()
    } else {
        format!("`{}`", field.name())
    };
    reporter.report(field, message).help(format!("remove {names}, unless people attach to the container"));
}
