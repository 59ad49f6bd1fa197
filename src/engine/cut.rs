//! Cuts texts of findings that would fill screens.

use crate::diagnostic::finding::Finding;

/// Longer messages, and parts of messages, are cut: a key can have a megabyte.
pub(super) const LONGEST_TEXT: usize = 1000;

/// Cuts what would fill screens.
pub(super) fn cut_texts(finding: &mut Finding) {
    let sentences = finding.sentences_mut().filter(|it| it.len() > LONGEST_TEXT);
    sentences.for_each(|it| cut(it.to_mut()));
    let places = finding.related.iter_mut().map(|label| &mut label.place).chain([&mut finding.place]);
    places.for_each(|place| cut(&mut place.path));
}

/// Cuts a text that is too long.
pub(super) fn cut(text: &mut String) {
    if text.len() <= LONGEST_TEXT {
        return;
    }
    text.truncate(text.floor_char_boundary(LONGEST_TEXT));
    text.push('…');
}
