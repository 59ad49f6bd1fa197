//! The pages and guides keep to `docs/words.md`: what it calls a word that stops a reader does not come back.

use std::fs;
use std::path::{Path, PathBuf};

/// Words of `docs/words.md` that have no other use in our pages, with the words to use instead. What can be right elsewhere
/// is not here, such as "behind" or "stands".
const WORDS: &[(&str, &str)] = &[
    ("for ever", "forever"),
    ("anew", "again"),
    ("beside", "next to"),
    ("behind the colon", "after the colon"),
    ("goes on", "continues"),
    ("knows no", "does not support"),
    ("is no number", "is not a number"),
    ("heed", "interpret"),
    ("mend", "fix"),
    ("who may", "who can"),
    ("whoever", "anyone who"),
    ("is silent", "is not reported"),
    ("is left alone", "is not reported"),
    ("is no finding", "is not reported"),
    ("gone with the pod", "deleted along with the pod"),
    ("the same here", "what is wrong there"),
    ("this one too", "what is wrong there"),
    ("blank", "space"),
    ("blanks", "spaces"),
    ("folder", "directory"),
    ("leave aside", "skip"),
    ("so may", "so can"),
];

/// Whether a phrase stands in a line as whole words.
fn has_phrase(line: &str, phrase: &str) -> bool {
    let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '-' || it == '_');
    line.match_indices(phrase).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + phrase.len()..]);
        !is_word(before.chars().next_back()) && !is_word(after.chars().next())
    })
}

/// Returns the lines of a page that are sentences, with their numbers: not those of its examples.
fn prose(page: &str) -> impl Iterator<Item = (usize, String)> {
    let mut is_example = false;
    page.lines().enumerate().filter_map(move |(index, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_example ^= is_fence;
        (!is_example && !is_fence).then(|| (index + 1, line.to_lowercase()))
    })
}

#[test]
fn pages_and_guides_use_the_words_of_the_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = root.join("docs/words.md");
    let of_directory = |it: &str| -> Vec<PathBuf> {
        fs::read_dir(root.join(it)).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let directories = ["rules", "docs", "docs/integrations"].map(of_directory);
    let mut pages = [directories.concat(), vec![root.join("README.md")]].concat();
    pages.retain(|path| path.extension().is_some_and(|it| it == "md") && *path != list);
    pages.sort();
    assert!(pages.len() > 150, "the pages are found");
    let mut wrong = Vec::new();
    for path in &pages {
        let page = fs::read_to_string(path).unwrap();
        for (line, text) in prose(&page) {
            let name = path.strip_prefix(root).unwrap().display();
            let found = WORDS.iter().filter(|(word, _)| has_phrase(&text, word));
            wrong.extend(
                found.map(|(word, instead)| format!("{name}:{line}: not \"{word}\", but \"{instead}\"")),
            );
        }
    }
    assert!(wrong.is_empty(), "words that docs/words.md advises against:\n{}", wrong.join("\n"));
}

/// A word is forbidden only if people can read that it is.
#[test]
fn the_list_has_each_of_these_words() {
    let list = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/words.md")).unwrap();
    let missing: Vec<_> = WORDS.iter().filter(|(word, _)| !has_phrase(&list, word)).collect();
    assert!(missing.is_empty(), "docs/words.md does not have {missing:?}");
}
