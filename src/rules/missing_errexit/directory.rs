//! A change of directory whose failure is not seen before work on whatever the current directory holds.

use crate::rule::Reporter;
use crate::shell::Script;
use crate::shell::step::Fate;
use crate::shell::syntax::Command;
use crate::text::word_list::has_word;

/// Programs that take whatever the current directory holds, and do not fail in another one.
const TAKES_ALL: &str =
    "7z aws azcopy borg chmod chown cp gcloud git gsutil mc mv rclone restic rsync s3cmd tar zip";

/// `cd /data; rm -rf ./*`: without the directory something else is deleted. `cd /data; tar czf /backup/a.tgz .`: something
/// else is saved.
pub(super) fn report(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let pair = script.steps.windows(2).find(|pair| {
        let [change, next] = pair else { return false };
        let arguments = next.command.arguments();
        let first = arguments.iter().find(|it| !it.prefix().starts_with('-'));
        let is_relative = first.is_some_and(|it| {
            let text = it.prefix();
            (text == "." || text.starts_with("./") || text.starts_with('*')) && !text.starts_with("../")
        });
        let takes_all = next.command.name().is_some_and(|it| has_word(TAKES_ALL, &it))
            && arguments.iter().any(|it| [".", "./", "*", "./*"].iter().any(|all| it.is(all)));
        change.command.is("cd")
            && change.fate == Fate::Ignored
            && (deletes(next.command) && is_relative || takes_all)
    });
    let Some([change, next]) = pair else { return };
    let name = script.title(next.command);
    let (effect, label) = if deletes(next.command) {
        ("deletes files in", "this deletes files in whatever directory it runs in")
    } else {
        ("works on the files of", "this works on whatever directory it runs in")
    };
    let message =
        format!("when `cd` fails, the script continues and `{name}` {effect} the directory where it started");
    let finding = reporter.report(script.name_place(change.command), message);
    finding.help("write `set -e` at the top, or `cd … || exit 1`");
    finding.related(script.name_place(next.command), label);
}

fn deletes(command: &Command<'_>) -> bool {
    command.is("rm") || command.is("find") && command.has_argument("-delete")
}
