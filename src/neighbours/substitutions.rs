//! What commands of workflows fill in before they apply a manifest: `sed -i 's|__IMAGE__|…|' job.yaml`.

use std::collections::HashSet;

use crate::neighbours::commands::rest_of_command;
use crate::text::placeholder::is_placeholder;
use crate::text::to_fill_in::{addressed_to_reader, is_addressed_to_reader, is_order};

/// More substitutions of a run are not kept.
const MOST: usize = 1_000;

/// The texts that commands replace.
#[derive(Clone, Debug, Default)]
pub(super) struct Substitutions {
    replaced: HashSet<Box<str>>,
}

impl Substitutions {
    /// Adds those of a file.
    pub(super) fn collect(&mut self, text: &str) {
        let starts = ["sed ", "perl "].into_iter().flat_map(|tool| {
            let found = memchr::memmem::find_iter(text.as_bytes(), tool);
            found.map(|at| (at, at + tool.len())).collect::<Vec<_>>()
        });
        let is_word = |at: usize| !text[..at].ends_with(|it: char| it.is_ascii_alphanumeric() || it == '-');
        for (_, start) in starts.filter(|it| is_word(it.0)) {
            let found = rest_of_command(text, start).map(replaced).unwrap_or_default();
            let free = MOST.saturating_sub(self.replaced.len());
            self.replaced.extend(found.into_iter().take(free).map(String::into_boxed_str));
        }
    }

    /// Adds those of other files.
    pub(super) fn add(&mut self, other: Substitutions) {
        self.replaced.extend(other.replaced);
    }

    /// Whether commands fill in all placeholders of a value.
    pub(super) fn fill_in(&self, value: &str) -> bool {
        let mut rest = value.to_owned();
        for text in self.replaced.iter().filter(|it| value.contains(&***it)) {
            rest = rest.replace(&**text, "");
        }
        let is_left = is_placeholder(&rest)
            || is_order(&rest)
            || is_addressed_to_reader(&rest)
            || addressed_to_reader(&rest).is_some();
        rest != value && !is_left
    }
}

/// Returns what the expressions `s|text|…|` of a command replace, unless it is a pattern.
fn replaced(command: &str) -> Vec<String> {
    let begins = |at: usize| at == 0 || command[..at].ends_with([' ', '"', '\'', ';', '{']);
    let at = command.match_indices('s').map(|it| it.0).filter(|it| begins(*it));
    let found = at.filter_map(|at| {
        let rest = &command[at + 1..];
        let mark = rest.chars().next().filter(|it| "|/#,@:!~%+".contains(*it))?;
        let (mut text, mut is_escaped) = (String::new(), false);
        for it in rest.chars().skip(1) {
            match it {
                '\\' if !is_escaped => is_escaped = true,
                _ if it == mark && !is_escaped => return Some(text),
                _ => {
                    is_escaped = false;
                    text.push(it);
                }
            }
        }
        None
    });
    let is_plain = |it: &String| it.len() > 2 && !it.contains([' ', '*', '[', '(', '^', '+', '?']);
    found.filter(is_plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill_in(commands: &str, value: &str) -> bool {
        let mut substitutions = Substitutions::default();
        substitutions.collect(commands);
        substitutions.fill_in(value)
    }

    #[test]
    fn commands_fill_in_what_they_replace() {
        for (commands, value) in [
            ("run: sed -i 's|<TAG>|'$TAG'|' job.yaml", "shop/app:<TAG>"),
            ("sed \"s/__IMAGE__/$IMAGE/g\" job.yaml | kubectl apply -f -", "__IMAGE__"),
            ("sed -i \\\n  -e 's#__REPO__#a#' \\\n  -e 's#__TAG__#b#' job.yaml", "__REPO__/app:__TAG__"),
            ("sed -i \"s|\\$REGISTRY|r|\" job.yaml", "$REGISTRY/app"),
            ("sed -i 's|your-registry|r|' job.yaml", "your-registry/app:1"),
            ("perl -pi -e 's/REPLACE_NAMESPACE/shop/' job.yaml", "REPLACE_NAMESPACE"),
        ] {
            assert!(fill_in(commands, value), "{commands}");
        }
        for (commands, value) in [
            ("sed -i 's|<TAG>|1|' job.yaml", "shop/app:<VERSION>"),
            ("sed -i 's|__TAG__|1|' job.yaml", "__REPO__/app:__TAG__"),
            ("sed -i 's|image: .*|image: a|' job.yaml", "<IMAGE>"),
            ("sed -i 's|/app:1|/app:2|' job.yaml", "your-registry/app:1"),
            ("echo __IMAGE__", "__IMAGE__"),
            ("based 's|__IMAGE__|a|'", "__IMAGE__"),
        ] {
            assert!(!fill_in(commands, value), "{commands}");
        }
    }
}
