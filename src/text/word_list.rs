//! Lists of words in one text: how this project writes down names, flags and programs that it knows.

/// Says whether a list of words, parted by single blanks, has this one.
pub fn has(list: &str, word: &str) -> bool {
    // On bytes: this is asked of every word of every command, and splitting at Unicode's blanks takes three times as long.
    list.as_bytes().split(|&byte| byte == b' ').any(|it| it == word.as_bytes())
}

/// Says the same whatever the case of the word.
pub fn has_in_any_case(list: &str, word: &str) -> bool {
    list.as_bytes().split(|&byte| byte == b' ').any(|it| it.eq_ignore_ascii_case(word.as_bytes()))
}
