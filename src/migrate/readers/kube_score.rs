//! What kube-score is called with.

use crate::migrate::checks::Tool;
use crate::migrate::notes::Note;
use crate::migrate::settings::{Settings, no_rule};

const TOOL: Tool = Tool::KubeScore;

/// Reads the names that follow `--ignore-test` and `--enable-optional-test`; without any, kube-score may not be in use.
pub fn read(ignored: &[String], enabled: &[String], settings: &mut Settings) {
    if ignored.is_empty() && enabled.is_empty() {
        return;
    }
    for name in ignored.iter().chain(enabled) {
        settings.notes.extend(no_rule(TOOL, name).map(|why| Note::of_flag(name, why)));
    }
    for check in TOOL.checks() {
        let is_in = |names: &[String]| names.iter().any(|it| it == check.name);
        let note = Note::of_flag(check.name, "");
        if is_in(ignored) {
            settings.decide(TOOL, check, None, note);
        } else if !check.is_optional || is_in(enabled) {
            settings.decide(TOOL, check, Some(None), note);
        }
    }
    settings.tools.push(TOOL);
}
