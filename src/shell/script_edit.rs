//! Edits of the shell scripts inside manifests.

use crate::manifest::document::{Node, Style};
use crate::manifest::edit::layout;
use crate::manifest::edit::layout::check_own;
use crate::manifest::edit::{Edit, Edits, Obstacle};
use crate::shell::flavour::Flavour;
use crate::shell::script::Script;
use crate::shell::script::ScriptSource;
use crate::shell::syntax::Command;
use crate::text::span::Span;

/// Finds the letters of the `set` that a script starts with, up to the `o` that a name follows: the `-e` of `set -e`.
fn first_letters(script: &Script<'_>) -> Option<Span> {
    let step = script.steps.first().filter(|step| step.command.is("set"))?;
    let before = script.source.text.get(..step.command.span.start as usize)?;
    let is_start = before.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    let word = step.command.arguments().first()?.span;
    let letters = word.text(&script.source.text).strip_prefix('-')?;
    let is_plain = !letters.is_empty() && letters.bytes().all(|it| it.is_ascii_lowercase());
    let length = 1 + letters.find('o').unwrap_or(letters.len());
    (is_start && is_plain && step.pipeline.commands.len() == 1).then(|| word.part(0, length))
}

impl Edit {
    /// Inserts letters into a script at an offset of its text, which must be the start of `word`.
    pub fn insert_in_script(script: &ScriptSource<'_>, word: Span, text: &str, is_before: bool) -> Edits {
        check_own(script.node)?;
        let place = script.place(word).span;
        let is_same = place.text(&script.node.document.source.text) == word.text(&script.text);
        let at = if is_before { place.start } else { place.end } as usize;
        if is_same { Ok(vec![Edit::insert(at, text)]) } else { Err(Obstacle::Layout) }
    }

    /// Turns a letter of the shell's options on, next to its `-c`.
    pub fn shell_option(script: &ScriptSource<'_>, letter: char) -> Edits {
        let words = &script.invocation.words;
        let (first, last) = (script.shell.word + 1, script.shell.script);
        let options = words.get(first..last).unwrap_or_default();
        let option = options.iter().find(|word| is_command_option(**word)).ok_or(Obstacle::Layout)?;
        let text = option.text().unwrap_or_default();
        // The letter stands right after the dash; `-o` takes the word that follows, and stays where it is.
        Edit::replace_text(*option, &format!("-{letter}{}", text.trim_start_matches('-')))
    }

    /// Turns options of the shell on, as they follow the `-` of `set`, a letter, `o pipefail` or both: in the `set` that the
    /// script starts with, or else in a new one.
    pub fn set_option(script: &Script<'_>, text: &str) -> Edits {
        let is_letter = text.len() == 1;
        let has_name = |letters: &Span| script.source.text[letters.end as usize..].starts_with('o');
        match first_letters(script).filter(|letters| is_letter || !has_name(letters)) {
            Some(letters) => Edit::insert_in_script(script.source, letters, text, false),
            None => Edit::prepend_command(script.source, &format!("set -{text}")),
        }
    }

    /// Runs a script for the `sh` of Debian's images with `bash`, which these have too, and turns `pipefail` on.
    pub fn run_with_bash(script: &Script<'_>) -> Edits {
        let shell = script.source.shell;
        let word = *script.source.invocation.words.get(shell.word).ok_or(Obstacle::Layout)?;
        let name = match word.text() {
            Some("sh") if shell.flavour == Flavour::Dash => "bash",
            Some("/bin/sh") if shell.flavour == Flavour::Dash => "/bin/bash",
            _ => return Err(Obstacle::Layout),
        };
        // The `echo` of `dash` reads `\n` as a line end.
        let prints_escapes = |it: &Command<'_>| {
            it.is("echo") && it.arguments().iter().any(|word| word.span.text(script.text()).contains('\\'))
        };
        if script.commands().iter().any(|it| prints_escapes(it)) {
            return Err(Obstacle::Layout);
        }
        Ok([Edit::replace_text(word, name)?, Edit::set_option(script, "o pipefail")?].concat())
    }

    /// Puts a command before the others of a script: on a line of its own where the script has lines.
    pub fn prepend_command(script: &ScriptSource<'_>, command: &str) -> Edits {
        let (node, source) = (script.node, &script.node.document.source.text);
        check_own(node)?;
        let text = node.text().unwrap_or_default();
        let skipped = match text.strip_prefix("#!") {
            Some(_) => text.find('\n').ok_or(Obstacle::Layout)? + 1,
            None => 0,
        };
        let blanks = text[skipped..].len() - text[skipped..].trim_start().len();
        let at = skipped + blanks;
        let first = script.original_place(Span::new(at, at + 1)).span.start as usize;
        let is_found = source[first..].chars().next() == text[at..].chars().next();
        match node.style() {
            _ if !is_found || text[at..].is_empty() => Err(Obstacle::Layout),
            Style::Literal => {
                let (column, is_alone) = layout::column(script.node.document, first);
                let line_end = layout::line_end(node.document);
                let edit = Edit::insert(first, format!("{command}{line_end}{:column$}", ""));
                if is_alone { Ok(vec![edit]) } else { Err(Obstacle::Layout) }
            }
            Style::Plain | Style::SingleQuoted | Style::DoubleQuoted
                if skipped == 0 && !text[at..].starts_with('#') =>
            {
                Ok(vec![Edit::insert(first, format!("{command}; "))])
            }
            _ => Err(Obstacle::Layout),
        }
    }

    /// Writes `|` in place of `>`, so that the lines of a text stay lines.
    pub fn unfold(node: Node<'_>) -> Edits {
        check_own(node)?;
        if node.style() != Style::Folded {
            return Err(Obstacle::Layout);
        }
        Ok(vec![Edit { span: node.span().part(0, 1), text: "|".to_owned() }])
    }
}

/// Whether a word is the `-c` of a shell, alone or among other letters.
fn is_command_option(word: Node<'_>) -> bool {
    let letters = word.text().and_then(|text| text.strip_prefix('-')).unwrap_or_default();
    letters.contains('c') && letters.bytes().all(|letter| letter.is_ascii_lowercase())
}
