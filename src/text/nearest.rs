//! The word that someone who misspelled it most likely meant.

/// Finds the word of `known` that is most like `word`, whatever the case, if any is.
///
/// Of two alike none: a wrong hint is worse than none.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut near: Vec<_> = known.filter_map(|other| Some((distance(word, other)?, other))).collect();
    near.sort_unstable();
    near.dedup();
    match near.as_slice() {
        [(first, _), (second, _), ..] if first == second => None,
        [(_, other), ..] => Some(other),
        [] => None,
    }
}

/// Whether one word is most likely the other one, misspelled.
pub fn is_like(word: &str, other: &str) -> bool {
    distance(word, other).is_some()
}

/// Whether one name is the other one with a single slip: a letter too many, too few, wrong or swapped. Names that differ
/// in a number or in a part between dashes are two names.
pub fn is_slip(name: &str, other: &str) -> bool {
    const SHORTEST: usize = 5;
    if !differs_in_one_place(name.as_bytes(), other.as_bytes()) {
        return false;
    }
    let letters = |text: &str| text.chars().filter(|it| !it.is_ascii_digit()).collect::<String>();
    let parts = |text: &str| text.split(['-', '.', '_']).map(str::to_owned).collect::<Vec<_>>();
    let (own, others) = (parts(name), parts(other));
    let mut differing = own.iter().zip(&others).filter(|(own, other)| own != other);
    let is_long = match (own.len() == others.len(), differing.next(), differing.next()) {
        (true, Some((own, other)), None) => own.len().min(other.len()) >= SHORTEST - 1,
        // A dash is too many or too few.
        (false, ..) => name.replace(['-', '.', '_'], "") == other.replace(['-', '.', '_'], ""),
        _ => false,
    };
    name.len().min(other.len()) >= SHORTEST
        && is_long
        && letters(name) != letters(other)
        && strsim::damerau_levenshtein(name, other) == 1
}

/// Whether texts are the same but for one letter, or two letters side by side, which is fast to tell.
fn differs_in_one_place(text: &[u8], other: &[u8]) -> bool {
    let shortest = text.len().min(other.len());
    let start = text.iter().zip(other).take_while(|(left, right)| left == right).count();
    let end = text.iter().rev().zip(other.iter().rev()).take_while(|(left, right)| left == right).count();
    text.len().abs_diff(other.len()) <= 1 && start + end.min(shortest - start) + 2 >= shortest
}

/// Returns in how many letters the words differ; `None` above a third of the shorter word, or above three.
fn distance(word: &str, other: &str) -> Option<usize> {
    // Counting the letters of a long text for each of many words takes time.
    if word.len() / 4 > other.len() + 3 {
        return None;
    }
    let (length, others) = (word.chars().count(), other.chars().count());
    let most = (length.min(others) / 3).clamp(1, 3);
    // Words differ in as many letters at least as one is longer than the other.
    if length.abs_diff(others) > most {
        return None;
    }
    let distance = strsim::damerau_levenshtein(&word.to_ascii_lowercase(), &other.to_ascii_lowercase());
    (distance <= most).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_one_that_a_slip_explains() {
        let known = ["image", "imagePullPolicy", "command", "env", "TCP", "UDP", "SCTP", "Always"];
        let nearest = |word| nearest(word, known.into_iter());
        assert_eq!(nearest("imgae"), Some("image"), "two letters are swapped");
        assert_eq!(nearest("ImagePullpolcy"), Some("imagePullPolicy"), "the case does not count");
        assert_eq!(nearest("allways"), Some("Always"));
        assert_eq!(nearest("HTTP"), None, "half of the letters differ from SCTP");
        assert_eq!(nearest("XDP"), Some("UDP"));
        assert_eq!(nearest("UCP"), None, "UDP and TCP are alike");
        assert_eq!(nearest(""), None);
    }

    #[test]
    fn a_slip_is_one_letter_of_a_long_word() {
        for (name, other) in
            [("settings", "setings"), ("app-config", "app-cofnig"), ("db-secret", "db-secrets")]
        {
            assert!(is_slip(name, other) && is_slip(other, name), "{name}");
        }
        assert!(is_slip("app-config", "appconfig"), "a dash is missing");
        for (name, other) in [
            ("config-1", "config-2"),
            ("shop-blue", "shop-glue-1"),
            ("app-dev", "app-den"),
            ("data", "date"),
            ("settings", "settings"),
            ("app-a", "app-b"),
        ] {
            assert!(!is_slip(name, other), "{name} and {other} are two names");
        }
    }
}
