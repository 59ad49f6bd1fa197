//! The word that someone who misspelt it most likely meant.

/// Finds the word of `known` that is most like `word`, if any is.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (distance, near) = known.map(|other| (strsim::damerau_levenshtein(word, other), other)).min()?;
    (distance <= word.len().max(6) / 3).then_some(near)
}
