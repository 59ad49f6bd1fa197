//! Reads the scripts of an object, up to a limit.

use super::cache::{MAX_KEPT, RuleScript, ScriptCache};
use super::error::{ScriptError, UnreadableCause};
use super::parse::MAX_LENGTH;
use super::script::ScriptSource;
use crate::text::span::Span;

/// Reads scripts of an object, as far as they are not too many, so that what rules do with them ends soon: `left` is the
/// length of those that can still be read, at first [`MAX_KEPT`].
pub fn parse_all<'s>(
    sources: &'s [Option<ScriptSource<'_>>],
    cache: &'s ScriptCache<'_>,
    left: &mut usize,
) -> Vec<Option<RuleScript<'s>>> {
    let mut parse = |source: &'s ScriptSource<'_>| match left.checked_sub(source.text.len()) {
        Some(rest) => {
            *left = rest;
            source.parse(cache)
        }
        None if source.text.len() > MAX_LENGTH => source.parse(cache),
        None => {
            let message = format!("the scripts of the object add up to more than {} KiB", MAX_KEPT / 1024);
            RuleScript::Own(Err(ScriptError {
                message,
                span: Span::default(),
                cause: UnreadableCause::Limit,
            }))
        }
    };
    // The short ones first, so that it does not depend on the order of the containers which are read.
    let mut order: Vec<usize> = (0..sources.len()).collect();
    order.sort_by_key(|index| sources[*index].as_ref().map(|it| (it.text.len(), &*it.text)));
    let mut scripts: Vec<_> = sources.iter().map(|_| None).collect();
    for index in order {
        scripts[index] = sources[index].as_ref().map(&mut parse);
    }
    scripts
}

/// Returns the texts of the scripts that are not read though their shell may read them: those beyond the limits, and those
/// with a `coproc`.
///
/// A script that its shell cannot read either does nothing, and `script-syntax-error` reports it.
pub fn unread_scripts(
    sources: &[Option<ScriptSource<'_>>],
    scripts: &[Option<RuleScript<'_>>],
) -> Vec<String> {
    let mut unread = Vec::new();
    for (source, script) in sources.iter().zip(scripts) {
        if let (Some(source), Some(Err(error))) = (source, script.as_ref().map(RuleScript::parsed))
            && error.cause.is_unread()
        {
            unread.push(source.text.clone().into_owned());
        }
    }
    unread
}
