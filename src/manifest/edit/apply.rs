//! Puts edits into a text.

use std::collections::BTreeMap;

use super::{Edit, Fix};

/// Applies fixes to a text, each whole or not at all: one that touches what an earlier one changes is left out, and can
/// be applied to what comes out.
pub fn apply<'f>(text: &str, fixes: impl IntoIterator<Item = &'f Fix>) -> String {
    let chosen = compatible(fixes);
    let mut edits: Vec<&Edit> = chosen.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.span);
    // Two fixes may ask for the very same edit; it is made once.
    edits.dedup();
    let mut fixed = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        fixed += text.get(at..edit.span.start as usize).unwrap_or_default();
        fixed += &edit.text;
        at = edit.span.end as usize;
    }
    fixed + text.get(at..).unwrap_or_default()
}

/// Chooses the fixes that can be applied together, the earlier ones first.
pub fn compatible<'f>(fixes: impl IntoIterator<Item = &'f Fix>) -> Vec<&'f Fix> {
    let mut taken: BTreeMap<(u32, u32), Vec<&Edit>> = BTreeMap::new();
    let mut chosen = Vec::new();
    for fix in fixes {
        if fix.edits.iter().all(|edit| is_free(edit, &taken)) {
            chosen.push(fix);
            for edit in &fix.edits {
                taken.entry((edit.span.start, edit.span.end)).or_default().push(edit);
            }
        }
    }
    chosen
}

/// Whether an edit leaves alone what was taken before it. What is taken does not overlap, so that its neighbours
/// tell.
fn is_free(edit: &Edit, taken: &BTreeMap<(u32, u32), Vec<&Edit>>) -> bool {
    let place = (edit.span.start, edit.span.end);
    let agrees = |others: &Vec<&Edit>| others.iter().all(|other| *other == edit || are_entries(edit, other));
    if let Some(others) = taken.get(&place) {
        return agrees(others);
    }
    let before = taken.range(..place).next_back().is_none_or(|(other, _)| other.1 < place.0);
    let after = taken.range(place..).next().is_none_or(|(other, _)| place.1 < other.0);
    before && after
}

/// Whether both edits insert entries of a mapping, and not the same one.
fn are_entries(one: &Edit, other: &Edit) -> bool {
    let key = |edit: &Edit| {
        let (key, _) = edit.text.trim_start().split_once(':')?;
        let is_key = !key.is_empty()
            && key.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'"' | b'\'' | b'_'));
        (is_key && edit.span.start == edit.span.end).then(|| key.to_owned())
    };
    key(one).is_some_and(|one| key(other).is_some_and(|other| one != other))
}
