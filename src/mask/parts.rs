//! The words and numbers of which a name is made: `LogIntoDB2`.

/// Short words in names such as `LogIntoDB2` and `IsAValue`.
pub(super) const SHORT: &str =
    "a as at by ci db do go i id if in io ip is it my no of ok on or os to up pv us vm we";

/// Returns the words, as their capitals tell, and the numbers in letters and digits.
pub(super) fn parts(word: &str) -> impl Iterator<Item = &str> {
    let bytes = word.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let count =
            |test: fn(&u8) -> bool, from: usize| bytes[from..].iter().take_while(|it| test(it)).count();
        let capitals = count(u8::is_ascii_uppercase, at);
        let smalls = count(u8::is_ascii_lowercase, at + capitals);
        let length = match (capitals, smalls) {
            (0, 0) => count(u8::is_ascii_digit, at),
            // The last of several capitals begins a word.
            (2.., 1..) => capitals - 1,
            _ => capitals + smalls,
        };
        let part = &word[at..at + length];
        at += length;
        (length > 0).then_some(part)
    })
}
