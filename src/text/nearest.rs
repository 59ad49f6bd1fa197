//! The word that someone who misspelt it most likely meant.

/// Finds the word of `known` that is most like `word`, if any is.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (length, most) = (word.chars().count(), word.len().max(6) / 3);
    // Words differ in as many letters at least as one is longer than the other.
    let near = known.filter(|other| length.abs_diff(other.chars().count()) <= most);
    let (distance, near) = near.map(|other| (strsim::damerau_levenshtein(word, other), other)).min()?;
    (distance <= most).then_some(near)
}
