//! The syntax tree of a shell script, in which every command and word has its place.

use std::borrow::Cow;

use super::error::ScriptError;
use super::programs::{self, Fact};
use crate::text::span::Span;
use crate::value::program::ShellOptions;

/// A whole script.
#[derive(Debug, Default)]
pub struct Tree<'s> {
    /// Its commands.
    pub list: List<'s>,
    /// The here-documents in which the shell expands parameters.
    pub documents: Vec<Word<'s>>,
    /// The places of the texts of all here-documents.
    pub texts: Vec<Span>,
    /// What Bash cannot expand, which it notices when it gets there.
    pub late_errors: Vec<ScriptError>,
}

/// Commands one after another.
#[derive(Debug, Default)]
pub struct List<'s> {
    /// The commands, each with what `&&` and `||` join to it.
    pub items: Vec<AndOr<'s>>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Debug)]
pub struct AndOr<'s> {
    /// The first pipeline.
    pub first: Pipeline<'s>,
    /// The others, each with what stands before it.
    pub rest: Vec<(Operator, Pipeline<'s>)>,
    /// Whether `&` sends the whole to the background.
    pub background: bool,
}

/// What joins two pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|`.
#[derive(Debug)]
pub struct Pipeline<'s> {
    /// Whether `!` turns its status around.
    pub negated: bool,
    /// The commands, at least one.
    pub commands: Vec<Command<'s>>,
}

/// A command with its redirections.
#[derive(Debug)]
pub struct Command<'s> {
    /// What it is.
    pub kind: CommandKind<'s>,
    /// Its redirections.
    pub redirections: Vec<Redirection<'s>>,
    /// Its place in the script.
    pub span: Span,
    /// The name of what it runs: rules ask for it tens of times.
    name: Option<Cow<'s, str>>,
    /// What is known of the program of that name.
    facts: &'static [Fact],
}

/// What a command is.
#[derive(Debug)]
pub enum CommandKind<'s> {
    /// A program, builtin or function with its arguments, or only assignments.
    Simple {
        /// `A=1` before the name.
        assignments: Vec<Assignment<'s>>,
        /// The name and the arguments.
        words: Vec<Word<'s>>,
    },
    /// `{ …; }`
    Group(List<'s>),
    /// `( … )`
    Subshell(List<'s>),
    /// `if`, with each condition and what it leads to.
    If {
        /// Conditions with their branches.
        branches: Vec<(List<'s>, List<'s>)>,
        /// What follows `else`.
        otherwise: Option<List<'s>>,
    },
    /// `while` or `until`.
    Loop {
        /// Whether it is `until`.
        until: bool,
        /// The condition.
        condition: List<'s>,
        /// What it repeats.
        body: List<'s>,
    },
    /// `for` and `select` over words, or with counters.
    For {
        /// The variable; empty for `for ((…))`.
        name: &'s str,
        /// The words; none where the script's arguments are meant.
        words: Vec<Word<'s>>,
        /// Whether `((…))` stands in place of words.
        arithmetic: Option<&'s str>,
        /// What it repeats.
        body: List<'s>,
    },
    /// `case`
    Case {
        /// What is compared.
        subject: Word<'s>,
        /// The branches.
        arms: Vec<List<'s>>,
    },
    /// A definition.
    Function {
        /// The name.
        name: &'s str,
        /// Whether the word `function` announces it.
        keyword: bool,
        /// The body.
        body: Box<Command<'s>>,
    },
    /// `[[ … ]]`
    Test(Vec<Word<'s>>),
    /// `(( … ))`
    Arithmetic(&'s str),
}

/// `NAME=value` in front of a command or alone.
#[derive(Debug)]
pub struct Assignment<'s> {
    /// The variable.
    pub name: &'s str,
    /// The value.
    pub value: Word<'s>,
    /// Whether the value is an array in parentheses, or an element is set.
    pub array: bool,
    /// Whether `+=` adds to the value.
    pub append: bool,
    /// The place of the whole.
    pub span: Span,
}

/// A redirection.
#[derive(Debug)]
pub struct Redirection<'s> {
    /// The operator: `>`, `>>`, `<<<` …
    pub operator: &'s str,
    /// What follows; the text for a here-document.
    pub target: Word<'s>,
    /// The place of the operator and what follows.
    pub span: Span,
}

/// A word, in parts.
#[derive(Debug, Default)]
pub struct Word<'s> {
    /// The parts, none for `''`.
    pub parts: Vec<Part<'s>>,
    /// Its place.
    pub span: Span,
}

/// A part of a word.
#[derive(Debug)]
pub enum Part<'s> {
    /// Text as it is.
    Text {
        /// The text without quotes.
        text: &'s str,
        /// Whether quotes or a backslash protect it.
        quoted: bool,
    },
    /// A parameter: `$A`, `${A:-b}`.
    Variable(Variable<'s>),
    /// `$(…)`, backquotes, `<(…)` and `>(…)`.
    Command {
        /// The commands.
        list: List<'s>,
        /// The place.
        span: Span,
        /// Whether it is a process substitution.
        process: bool,
    },
    /// `$((…))`
    Arithmetic(&'s str),
}

/// A parameter that is expanded.
#[derive(Debug)]
pub struct Variable<'s> {
    /// The name, a number, or a special character.
    pub name: &'s str,
    /// The operator of the `${…}` form: empty, `:-`, `:?`, `%%`, `#` before the name as `#` …
    pub operator: &'s str,
    /// What follows the operator.
    pub argument: Vec<Part<'s>>,
    /// The place from `$` on.
    pub span: Span,
    /// Whether it stands in double quotes.
    pub quoted: bool,
    /// Whether an index in brackets follows the name: `${A[0]}`, `${A[@]}`.
    pub is_element: bool,
}

/// What stands for a part of a word that is not known.
pub const UNKNOWN: &str = "…";

impl<'s> Word<'s> {
    /// Returns the text of a word that has no expansions.
    pub fn literal(&self) -> Option<Cow<'s, str>> {
        match self.parts.as_slice() {
            [] => Some("".into()),
            [Part::Text { text, .. }] => Some((*text).into()),
            parts => {
                let text = |part: &Part<'s>| match part {
                    Part::Text { text, .. } => Some(*text),
                    _ => None,
                };
                parts.iter().map(text).collect::<Option<String>>().map(Cow::Owned)
            }
        }
    }

    /// Returns the text of a word, with [`UNKNOWN`] for what the shell expands.
    pub fn known_text(&self) -> String {
        let text = |part: &Part<'s>| match part {
            Part::Text { text, .. } => *text,
            _ => UNKNOWN,
        };
        self.parts.iter().map(text).collect()
    }

    /// Whether the word is just this text.
    pub fn is(&self, text: &str) -> bool {
        self.literal().is_some_and(|it| it == text)
    }

    /// Returns the text that the word starts with, before any expansion.
    pub fn prefix(&self) -> &'s str {
        match self.parts.first() {
            Some(Part::Text { text, .. }) => text,
            _ => "",
        }
    }

    /// Whether a part of the text is not protected by quotes and holds one of these characters.
    pub fn has_bare(&self, characters: &[char]) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Text { text, quoted: false } if text.contains(characters)))
    }
}

/// Heeds the arguments of `set`, up to the first that is not a literal text.
pub fn set_options(arguments: &[Word<'_>], options: &mut ShellOptions) {
    let texts: Vec<_> = arguments.iter().map_while(Word::literal).collect();
    options.set(texts.iter().map(|it| &**it));
}

impl<'s> Command<'s> {
    pub(super) fn new(kind: CommandKind<'s>, redirections: Vec<Redirection<'s>>, span: Span) -> Self {
        let name = name_of(&kind);
        let facts = name.as_deref().map_or(&[][..], programs::facts);
        Command { kind, redirections, span, name, facts }
    }

    /// Returns the words of a simple command.
    pub fn words(&self) -> &[Word<'s>] {
        match &self.kind {
            CommandKind::Simple { words, .. } => words,
            _ => &[],
        }
    }

    /// Returns the assignments of a simple command.
    pub fn assignments(&self) -> &[Assignment<'s>] {
        match &self.kind {
            CommandKind::Simple { assignments, .. } => assignments,
            _ => &[],
        }
    }

    /// Returns the name of the program, builtin or function, without its directory.
    pub fn name(&self) -> Option<Cow<'s, str>> {
        self.name.clone()
    }

    /// Whether the command is a program, builtin or function of this name.
    pub fn is(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }

    /// Whether something holds for the program of the command.
    pub fn has(&self, fact: Fact) -> bool {
        self.facts.contains(&fact)
    }

    /// Returns the arguments.
    pub fn arguments(&self) -> &[Word<'s>] {
        self.words().get(1..).unwrap_or_default()
    }

    /// Whether one of the arguments is just this text.
    pub fn has_argument(&self, text: &str) -> bool {
        self.arguments().iter().any(|word| word.is(text))
    }
}

/// Returns the name of what a command runs, without its directory.
fn name_of<'s>(kind: &CommandKind<'s>) -> Option<Cow<'s, str>> {
    let CommandKind::Simple { words, .. } = kind else { return None };
    let base = |name: &str| memchr::memrchr(b'/', name.as_bytes()).map_or(0, |at| at + 1);
    Some(match words.first()?.literal()? {
        Cow::Borrowed(name) => Cow::Borrowed(&name[base(name)..]),
        Cow::Owned(name) => Cow::Owned(name[base(&name)..].to_owned()),
    })
}

/// Whether one of these letters is among the short options of some arguments.
pub fn has_short_option(arguments: &[Word<'_>], letters: &[char]) -> bool {
    let mut options = arguments.iter().filter_map(|it| it.prefix().strip_prefix('-'));
    options.any(|it| !it.starts_with('-') && it.contains(letters))
}

/// Whether one of some arguments starts with a text.
pub(super) fn has_start(arguments: &[Word<'_>], start: &str) -> bool {
    arguments.iter().any(|it| it.prefix().starts_with(start))
}

impl<'s> AndOr<'s> {
    /// Returns its pipelines in order.
    pub fn pipelines(&self) -> impl Iterator<Item = &Pipeline<'s>> {
        std::iter::once(&self.first).chain(self.rest.iter().map(|(_, pipeline)| pipeline))
    }

    /// Returns its place.
    pub fn span(&self) -> Span {
        let last = self.rest.last().map_or(&self.first, |(_, pipeline)| pipeline);
        Span { start: self.first.span().start, end: last.span().end }
    }
}

impl Pipeline<'_> {
    /// Returns the place of the word that it starts with.
    pub fn head(&self) -> Span {
        let span = self.span();
        let command = self.commands.first();
        if command.is_some_and(|it| matches!(it.kind, CommandKind::Function { .. })) {
            return span;
        }
        let first = command.and_then(|it| it.words().first());
        first.map_or(Span { start: span.start, end: span.end.min(span.start + 2) }, |it| it.span)
    }

    /// Returns its place.
    pub fn span(&self) -> Span {
        let start = self.commands.first().map_or(0, |command| command.span.start);
        Span { start, end: self.commands.last().map_or(start, |command| command.span.end) }
    }
}
