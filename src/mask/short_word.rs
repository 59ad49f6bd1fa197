//! Values that may be anything, because they are a short word or a number.

/// Whether a value is a short word, such as `from` or `Read`, or a number.
pub(super) fn is_plain_word(value: &str) -> bool {
    let rest = value.strip_prefix(|it: char| it.is_ascii_uppercase()).unwrap_or(value);
    let is_all = |text: &str, test: fn(&u8) -> bool| text.as_bytes().iter().all(test);
    value.len() < 12 && (is_all(rest, u8::is_ascii_lowercase) || is_all(value, u8::is_ascii_digit))
}
