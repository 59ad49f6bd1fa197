//! How much memory a review takes while it is checked.

/// An object takes so many bytes as JSON, as a document with its places, and in what rules note of it: a container without
/// a field is the worst.
const BYTES_OF_OBJECT: usize = 1_200;

/// Any other value of a few bytes, such as an item of a list.
const BYTES_OF_VALUE: usize = 400;

/// A byte of text is held as often.
const COPIES_OF_TEXT: usize = 3;

/// What ends a command, a setting or a flag in a text may be next to a credential, which is noted with its place.
const BYTES_OF_MARK: usize = 300;

/// What ends a word only.
const BYTES_OF_WORD: usize = 100;

/// Estimates how many bytes of memory it takes to check a review. Measured on texts of nothing but one of the above, it is
/// rarely too little, and up to ten times too much.
pub(super) fn weigh(json: &[u8]) -> usize {
    let mut weight = BYTES_OF_VALUE + COPIES_OF_TEXT * json.len();
    let (mut is_text, mut is_escaped) = (false, false);
    for &byte in json {
        weight += if std::mem::take(&mut is_escaped) {
            escaped(byte)
        } else {
            is_escaped = is_text && byte == b'\\';
            is_text ^= byte == b'"';
            if is_text { in_text(byte) } else { between_texts(byte) }
        };
    }
    weight
}

fn between_texts(byte: u8) -> usize {
    match byte {
        b'{' => BYTES_OF_OBJECT,
        b',' | b'[' => BYTES_OF_VALUE,
        _ => 0,
    }
}

fn in_text(byte: u8) -> usize {
    match byte {
        b'=' | b':' | b'@' | b'-' | b',' | b';' | b'|' | b'&' | b'\'' => BYTES_OF_MARK,
        b' ' | b'$' => BYTES_OF_WORD,
        _ => 0,
    }
}

/// What stands behind a backslash: the `n` of a line end, the `u` of any character.
fn escaped(byte: u8) -> usize {
    match byte {
        b'n' | b'u' => BYTES_OF_MARK,
        _ => BYTES_OF_WORD,
    }
}
