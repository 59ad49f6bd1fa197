//! Texts that look made by chance, as what machines generate does.

/// Returns how often each byte is in a text.
fn counts(text: &str) -> [usize; 256] {
    let mut counts = [0; 256];
    text.bytes().for_each(|it| counts[usize::from(it)] += 1);
    counts
}

/// Whether the text looks made by chance: at least 2.8 bits to a character, and nobody's `abcdef`.
pub(super) fn is_varied(text: &str) -> bool {
    let length = text.len() as f64;
    let shares = counts(text).into_iter().filter(|&count| count > 0).map(|count| count as f64 / length);
    let entropy: f64 = shares.map(|share| -share * share.log2()).sum();
    let bytes = text.to_ascii_lowercase().into_bytes();
    let is_run = |part: &[u8]| part.windows(2).all(|pair| pair[0].checked_add(1) == Some(pair[1]));
    entropy >= 2.8 && !bytes.windows(7).any(is_run)
}

/// Whether the text looks made by chance of small letters, capitals and digits, as those of 36 characters do.
pub(super) fn is_mixed(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit) && is_varied(text)
}

/// Whether a value looks made by chance: letters and digits without the look of a name.
pub fn is_random(value: &str) -> bool {
    value.len() >= 10 && has_mixed_letters(value) && has_variety(value) && !is_name(value)
}

/// Whether a text has letters and digits, or is a long one with small letters and capitals.
fn has_mixed_letters(text: &str) -> bool {
    let count = |test: fn(&u8) -> bool| text.bytes().filter(test).count();
    let (upper, lower) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    (upper > 2 && lower > 2 && text.len() >= 16)
        || (upper + lower > 0 && text.bytes().any(|it| it.is_ascii_digit()))
}

/// Whether a text has at least six different bytes.
pub fn has_variety(text: &str) -> bool {
    counts(text).iter().filter(|count| **count > 0).count() >= 6
}

/// Whether a value is a word or several, as texts about passwords have behind the name of an option: letters and marks
/// between words, capitals only at the start.
pub(super) fn is_plain_word(value: &str) -> bool {
    let is_word_byte = |it: u8| it.is_ascii_lowercase() || b"-_.,;:!?)>]*/".contains(&it);
    value.bytes().skip(1).all(is_word_byte) || value.bytes().all(|it| it.is_ascii_uppercase())
}

/// Whether a value looks like the name of an object in Kubernetes: `wildcard-tls`, `app-tls-7g5h8k2m9f`.
fn is_name(value: &str) -> bool {
    let is_name_byte = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-._".contains(&it);
    let mut parts = value.split(['-', '.', '_']);
    let first = parts.next().unwrap_or_default();
    let is_hex = |it: &str| it.len() >= 8 && it.bytes().all(|it| it.is_ascii_hexdigit());
    parts.next().is_some()
        && value.bytes().all(is_name_byte)
        && first.starts_with(|it: char| it.is_ascii_lowercase())
        && !is_hex(first)
}

/// For each letter of the alphabet, the letters that often follow it in English words and the names of programs.
const FOLLOWING: [&str; 26] = [
    "abcdefgiklmnprstuvwxy",
    "acehijlmorsuy",
    "acdehiklmoprstuy",
    "abdegilmnoprstuvy",
    "abcdefghiklmnopqrstuvwxy",
    "acefgilorstuy",
    "aceghilmnoprsu",
    "abdeilmoprstuy",
    "abcdefgklmnoprstvxz",
    "aeou",
    "aeinosu",
    "acdefiklmnopstuvy",
    "abeilmnopqsuy",
    "acdefghijklmnoprstuvwy",
    "abcdefgijklmnoprstuvwxy",
    "acdeghilmoprstuwy",
    "lu",
    "abcdefgiklmnoprstuvwy",
    "acefhiklmnopqrstuwy",
    "acdefhilmnoprstuwy",
    "abcdegilmnoprstx",
    "aeios",
    "adehinors",
    "acdeioptxy",
    "eimnopstw",
    "aeiou",
];

/// The same of the letters that follow it most often: seven of ten pairs in words are among them, and one of three at random.
const FREQUENT: [&str; 26] = [
    "cdlmnprst",
    "aeilorsu",
    "aehklot",
    "abeiorsu",
    "acdlnrst",
    "aefilors",
    "aehinorsu",
    "aeiort",
    "cdelmnost",
    "aeou",
    "aeinosu",
    "aeiloy",
    "aeimops",
    "acdegist",
    "cdlmnprstu",
    "aeiloprt",
    "lu",
    "adeiost",
    "cehipstu",
    "aeiors",
    "belmnprst",
    "aeio",
    "aehinors",
    "acdeiptxy",
    "eimnpst",
    "aeio",
];

/// Whether a value lists words: `local,oauth2`.
pub fn is_list(value: &str) -> bool {
    let is_word = |it: &str| is_language(it.trim_end_matches(|it: char| it.is_ascii_digit()));
    value.contains(',') && value.split(',').all(is_word)
}

/// Whether letters are words of a language for all that their pairs tell, one word or several as in `concurrencyPolicy` and
/// `HTTPHeader`. Of sixteen letters at random, one text in 150 passes.
pub fn is_language(letters: &str) -> bool {
    let Shape { words, rare, .. } = shape(letters.as_bytes());
    rare <= 1 + letters.len() / 20
        && letters.len() >= 3 * words
        && letters.bytes().all(|it| it.is_ascii_alphabetic())
}

/// Whether of every four pairs of letters one or more is rare in words, or about half of them are none of the most frequent.
pub fn is_unlike_words(letters: &str) -> bool {
    const LONG: usize = 16;
    let Shape { words, rare, frequent } = shape(letters.as_bytes());
    let pairs = letters.len() - words;
    let least = if letters.len() < LONG { pairs * 9 } else { pairs * 11 };
    (rare - 1.min(rare)) * 4 > pairs || frequent * 20 < least
}

/// What letters look like.
struct Shape {
    /// How many words begin in them, by their capitals.
    words: usize,
    /// How many pairs of letters are rare within words.
    rare: usize,
    /// How many pairs are frequent.
    frequent: usize,
}

fn shape(bytes: &[u8]) -> Shape {
    let begins = |at: usize| {
        let next_is_small = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        bytes[at].is_ascii_uppercase() && (bytes[at - 1].is_ascii_lowercase() || next_is_small)
    };
    let follows = |table: &[&str; 26], at: usize| {
        let [first, second] = [at - 1, at].map(|it| bytes[it].to_ascii_lowercase());
        let following = table.get(usize::from(first.wrapping_sub(b'a')));
        following.is_some_and(|it| it.as_bytes().contains(&second))
    };
    let mut shape = Shape { words: 1, rare: 0, frequent: 0 };
    for at in 1..bytes.len() {
        if begins(at) {
            shape.words += 1;
        } else if follows(&FREQUENT, at) {
            shape.frequent += 1;
        } else if !follows(&FOLLOWING, at) {
            shape.rare += 1;
        }
    }
    shape
}
