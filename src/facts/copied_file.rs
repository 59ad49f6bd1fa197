//! Files that a script copies before it uses them.

use crate::facts::working_directory::path_in_script;
use crate::shell::Script;
use crate::shell::file_names::is_known;
use crate::shell::install::wrapped_command;
use crate::shell::step::Step;
use crate::shell::syntax::Word;
use crate::text::word_list::has_word;
use crate::value::program::base_name;

/// The file that a copy was made of.
pub(crate) struct CopiedFile<'a> {
    /// Its path.
    pub(crate) path: String,
    /// The command that copies it.
    pub(crate) step: Step<'a>,
    /// The word that names it, where no pattern or directory does.
    pub(crate) word: Option<&'a Word<'a>>,
}

/// Commands that leave the content of a file as it is.
const LEAVING: &str = "[ bash cat chmod chown cp dash ksh ls sh source stat test .";

/// So many copies are looked at.
const MAX_COPIES: usize = 20;

/// Returns what a script has copied to a path before a command, if nothing else in the script names the path that may change it.
pub(crate) fn copied_file<'a>(script: &Script<'a>, step: &Step<'a>, path: &str) -> Option<CopiedFile<'a>> {
    copied_before(script, step.command.span.start, path)
}

/// Does the same for what is there at the end of the script.
pub(crate) fn finally_copied<'a>(script: &Script<'a>, path: &str) -> Option<CopiedFile<'a>> {
    copied_before(script, u32::MAX, path)
}

fn copied_before<'a>(script: &Script<'a>, end: u32, path: &str) -> Option<CopiedFile<'a>> {
    let is_copy = |it: &&Step<'_>| it.command.is("cp") && it.command.span.start < end;
    let copy = script.steps.iter().filter(is_copy).take(MAX_COPIES);
    let (copy, (origin, word)) = copy.filter_map(|it| Some((it, origin(script, it, path)?))).last()?;
    let may_change = script.steps.iter().any(|it| {
        let program = wrapped_command(it.command).first().map(|it| script.resolved(it)).unwrap_or_default();
        let is_harmless = program == path || has_word(LEAVING, base_name(&program));
        it.command.redirections.iter().any(|redirection| names(script, it, &redirection.target, path))
            || !is_harmless && it.command.arguments().iter().any(|word| names(script, it, word, path))
    });
    (!may_change).then_some(CopiedFile { path: origin, step: *copy, word })
}

/// Whether a word of a command names a file, by itself or among others with a pattern.
fn names<'a>(script: &Script<'a>, step: &Step<'a>, word: &Word<'a>, path: &str) -> bool {
    let text = script.resolved(word);
    let file = base_name(path);
    let pattern = word.has_bare(&['*', '?', '[']).then(|| base_name(&text));
    let is_this = |pattern: &str| pattern.split_once('*').is_none_or(|it| fits(it, file));
    if text == path || !pattern.map_or(base_name(&text) == file, is_this) {
        return text == path;
    }
    // Where the directory is not known it may be this one.
    let directory = |it: &str| it.rsplit_once('/').map(|it| it.0.to_owned());
    path_in_script(script, step, &text).is_none_or(|it| directory(&it) == directory(path))
}

/// Whether a name starts and ends with the two parts of a pattern.
fn fits((start, end): (&str, &str), name: &str) -> bool {
    name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
}

/// Returns which file `cp` copies to a path, and the word that names it.
fn origin<'a>(script: &Script<'a>, step: &Step<'a>, path: &str) -> Option<(String, Option<&'a Word<'a>>)> {
    let (options, mut files): (Vec<&Word<'_>>, Vec<&Word<'_>>) =
        step.command.arguments().iter().partition(|it| it.prefix().starts_with('-'));
    // `cp -t DIRECTORY FILE` names the directory first.
    let is_directory_first = options.iter().any(|it| it.is("-t"));
    if options.iter().any(|it| it.prefix().starts_with("--target") || it.prefix().ends_with('S'))
        || files.len() < 2
    {
        return None;
    }
    let target = if is_directory_first { files.remove(0) } else { files.pop()? };
    let known = |it: &Word<'_>| Some(script.resolved(it)).filter(|it| is_known(it));
    let target = path_in_script(script, step, &known(target)?)?;
    let below = path.strip_prefix(target.trim_end_matches('/')).and_then(|it| it.strip_prefix('/'));
    files.into_iter().find_map(|word| {
        let source = path_in_script(script, step, &known(word)?)?;
        if word.has_bare(&['*']) {
            let (directory, pattern) = source.rsplit_once('/')?;
            let parts = pattern.split_once('*')?;
            let name = below.filter(|it| !it.contains('/') && !it.starts_with('.'))?;
            return (fits(parts, name) && !directory.contains('*'))
                .then(|| (format!("{directory}/{name}"), None));
        }
        if let Some(directory) = source.strip_suffix("/.") {
            return Some((format!("{directory}/{}", below?), None));
        }
        let is_it = target == path || below == Some(base_name(&source));
        is_it.then_some((source, Some(word)))
    })
}
