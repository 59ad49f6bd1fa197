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
    let (mut is_text, mut at) = (false, 0);
    while let Some(&byte) = json.get(at) {
        at += 1;
        weight += match byte {
            b'"' => {
                is_text = !is_text;
                0
            }
            b'\\' if is_text => {
                let (character, length) = unescape(&json[at..]);
                at += length;
                in_text(character)
            }
            _ if is_text => in_text(byte),
            _ => between_texts(byte),
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
        b'=' | b':' | b'@' | b'-' | b',' | b';' | b'|' | b'&' | b'\'' | b'\n' => BYTES_OF_MARK,
        b' ' | b'$' | b'"' | b'\\' | b'\t' | b'\r' => BYTES_OF_WORD,
        _ => 0,
    }
}

/// Returns what follows a backslash: the character that it stands for, 0 for one that is not ASCII, and how many bytes that takes. Go
/// writes `<`, `>` and `&` so.
fn unescape(rest: &[u8]) -> (u8, usize) {
    match rest {
        [b'u', rest @ ..] => {
            let digits = rest.get(..4).and_then(|it| std::str::from_utf8(it).ok());
            let code = digits.and_then(|it| u16::from_str_radix(it, 16).ok());
            (code.and_then(|it| u8::try_from(it).ok()).unwrap_or(0), 1 + digits.map_or(0, str::len))
        }
        [b'n', ..] => (b'\n', 1),
        [b't', ..] => (b'\t', 1),
        [b'r', ..] => (b'\r', 1),
        [byte, ..] => (*byte, 1),
        [] => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_weighs_what_its_character_does() {
        let of = |text: &str| weigh(format!("\"{text}\"").as_bytes()) - COPIES_OF_TEXT * (text.len() + 2);
        for (escape, character) in [("\\u003c", "<"), ("\\u0026", "&"), ("\\u003D", "="), ("\\n", "\n")] {
            assert_eq!(of(escape), of(character), "{escape}");
        }
        assert_eq!(of("\\u00e9"), of("x"), "not ASCII");
        for cut_off in ["\\", "\\u", "\\u00", "\\uZZZZ", "\\ué"] {
            weigh(format!("\"{cut_off}").as_bytes());
        }
    }
}
