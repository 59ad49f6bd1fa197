//! Credentials in base64.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Finds credentials in a text that was encoded so many times.
type Scan = fn(&str, usize) -> Vec<Range<usize>>;

/// No credential is shorter, in base64.
const MIN: usize = 20;

/// A Secret in the annotation of another one is encoded twice.
const MAX_DEPTH: usize = 2;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)
}

/// Finds the words of a text that are credentials, or hold some, in base64.
pub(super) fn find(text: &str, depth: usize, scan: Scan) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if depth == MAX_DEPTH {
        return found;
    }
    let bytes = text.as_bytes();
    // Of every word that is long enough, one of these bytes is a part.
    let mut at = MIN - 1;
    while at < bytes.len() {
        if !is_digit(bytes[at]) {
            at += MIN;
            continue;
        }
        let before = bytes[..at].iter().rev().take_while(|it| is_digit(**it)).count();
        let digits = bytes[at..].iter().take_while(|it| is_digit(**it)).count();
        let (start, end) = (at - before, at + digits);
        let padding = bytes[end..].iter().take(2).take_while(|it| **it == b'=').count();
        if end - start >= MIN
            && (is_continued(text, found.last(), start) || holds_credential(&text[start..end], depth, scan))
        {
            found.push(start..end + padding);
        }
        at = end + MIN;
    }
    found
}

/// Whether a word is the next line of one that holds a credential.
fn is_continued(text: &str, last: Option<&Range<usize>>, start: usize) -> bool {
    last.is_some_and(|it| {
        let between = &text[it.end..start];
        !between.is_empty() && between.len() < 200 && between.bytes().all(|it| it.is_ascii_whitespace())
    })
}

fn holds_credential(word: &str, depth: usize, scan: Scan) -> bool {
    let whole = &word[..word.len() - usize::from(word.len() % 4 == 1)];
    let decoded = if word.contains(['-', '_']) { URL_SAFE.decode(whole) } else { STANDARD.decode(whole) };
    let text = decoded.ok().map(|it| match String::from_utf8(it) {
        Ok(text) => text,
        // A line of a longer text may end within a character.
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            String::from_utf8_lossy(&error.into_bytes()[..valid]).into_owned()
        }
    });
    let is_text = |it: &&String| {
        it.len() + 4 >= whole.len() / 4 * 3 && it.chars().all(|it| !it.is_control() || it.is_whitespace())
    };
    text.as_ref().filter(is_text).is_some_and(|it| !scan(it, depth + 1).is_empty())
}
