//! How much memory a review takes while it is checked.

/// A value of a few bytes, such as an item of a list, takes so many bytes as JSON and as a document with its places.
const BYTES_OF_VALUE: usize = 250;

/// A byte of text is held as often.
const COPIES_OF_TEXT: usize = 3;

/// Estimates how many bytes of memory it takes to check a review.
pub(super) fn weigh(json: &[u8]) -> usize {
    let (mut values, mut rest) = (1, json);
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b',' | b'[' | b'{' | b'"')) {
        let is_text = rest[at] == b'"';
        rest = &rest[at + 1..];
        if is_text {
            rest = after_text(rest);
        } else {
            values += 1;
        }
    }
    BYTES_OF_VALUE * values + COPIES_OF_TEXT * json.len()
}

/// Returns what follows a text whose opening quote is passed.
fn after_text(json: &[u8]) -> &[u8] {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\')) {
        let is_escape = rest[at] == b'\\';
        rest = rest.get(at + 1 + usize::from(is_escape)..).unwrap_or_default();
        if !is_escape {
            return rest;
        }
    }
    &[]
}
