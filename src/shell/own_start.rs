//! Calls of `find` that delete the directory that they start in, along with what they look for in it.

use super::step::Step;
use super::syntax::{Command, Word};
use crate::text::word_list::has_word;

/// A call of `find` that matches its start.
pub struct OwnStart<'a> {
    /// The directory.
    pub start: &'a Word<'a>,
    /// The word after it.
    pub after: &'a Word<'a>,
    /// For how long nothing changes in it until it matches: `+7`.
    pub age: &'a Word<'a>,
    /// The unit of the age: "day" or "minute".
    pub unit: &'static str,
}

/// Returns the start of a step's `find` if that removes directories by their age alone, so that it may remove its start:
/// `find /backups -type d -mtime +7 -exec rm -rf {} +`.
pub fn own_start<'a>(step: &Step<'a>) -> Option<OwnStart<'a>> {
    let words = if step.command.is("find") { step.command.arguments() } else { return None };
    let is_expression = |it: &Word<'_>| it.prefix().starts_with(['-', '(', '!']);
    let at = words.iter().position(is_expression)?;
    let [start] = &words[..at] else { return None };
    // `rm` refuses to remove `.`, and a pattern stands for what is in the directory.
    let is_dot = start.literal().is_some_and(|it| it.trim_end_matches('/').rsplit('/').next() == Some("."));
    if is_dot || start.has_bare(&['*', '?', '[']) {
        return None;
    }
    let (mut rest, mut age, mut removes) = (words[at..].iter(), None, false);
    while let Some(word) = rest.next() {
        match &*word.literal()? {
            "-xdev" | "-mount" | "-depth" | "-d" | "-print" | "-print0" => {}
            "-maxdepth" => _ = rest.next()?,
            "-type" => _ = rest.next().filter(|it| it.is("d"))?,
            test @ ("-mtime" | "-ctime" | "-mmin" | "-cmin") if age.is_none() => {
                let number = rest.next().filter(|it| it.prefix().starts_with('+'))?;
                age = Some((number, if test.ends_with("min") { "minute" } else { "day" }));
            }
            "-exec" => {
                let call: Vec<&Word<'_>> =
                    rest.by_ref().take_while(|it| !it.is(";") && !it.is("+")).collect();
                removes |= removes_directories(&call);
            }
            // Any other test may leave the start out.
            _ => return None,
        }
    }
    let piped = step.pipeline.commands.last().filter(|it| it.is("xargs") && !std::ptr::eq(*it, step.command));
    let words_of =
        |it: &'a Command<'a>| it.arguments().iter().skip_while(|it| !it.is("rm")).collect::<Vec<_>>();
    let removes = removes || piped.is_some_and(|it| removes_directories(&words_of(it)));
    let (age, unit) = age.filter(|_| removes)?;
    Some(OwnStart { start, after: &words[at], age, unit })
}

/// Whether a call is `rm -rf`.
fn removes_directories(call: &[&Word<'_>]) -> bool {
    let [program, options @ ..] = call else { return false };
    let is_recursive = |it: &&&Word<'_>| {
        let text = it.prefix();
        text == "--recursive" || text.starts_with('-') && !text.starts_with("--") && text.contains(['r', 'R'])
    };
    program.literal().is_some_and(|it| has_word("rm /bin/rm /usr/bin/rm", &it))
        && options.iter().any(|it| is_recursive(&it))
}
