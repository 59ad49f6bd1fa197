//! Lists of words in one text: how this project writes down names, flags and programs that it knows.

/// Whether a list of words, separated by single blanks, has this one.
pub fn has_word(list: &str, word: &str) -> bool {
    let (list, word) = (list.as_bytes(), word.as_bytes());
    let Some(&first) = word.first().filter(|_| word.len() <= list.len()) else { return false };
    let is_word = |at: usize| {
        (at == 0 || list[at - 1] == b' ')
            && list[at..].starts_with(word)
            && list.get(at + word.len()).is_none_or(|&it| it == b' ')
    };
    // This is asked of every word of every command: to split the list takes five times as long.
    memchr::memchr_iter(first, list).any(is_word) && !word.contains(&b' ')
}

/// Whether it does whatever the case of the word.
pub fn has_word_in_any_case(list: &str, word: &str) -> bool {
    list.as_bytes().split(|&byte| byte == b' ').any(|it| it.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a text has any of the words of a list, whatever their case: words of letters.
pub fn says_any(list: &str, text: &str) -> bool {
    text.split(|it: char| !it.is_ascii_alphabetic()).any(|it| has_word_in_any_case(list, it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_whole_words() {
        for word in ["cat", "concat", "ca-t"] {
            assert!(has_word("cat concat ca-t", word), "{word}");
        }
        for word in ["", " ", "ca", "at", "cat concat", "t c", "cat concat ca-t x"] {
            assert!(!has_word("cat concat ca-t", word), "{word}");
        }
    }
}
