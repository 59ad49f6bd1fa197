//! The variables of a script: which it uses, which it sets, and which come from outside.

use std::collections::{BTreeSet, HashSet};

use super::bashisms::is_bad_substitution;
use super::programs::Fact;
use super::syntax::{CommandKind, Part, Variable, Word};
use super::traversal::{every_word, words_in};
use crate::schema::version::Version;
use crate::shell::script::Script;
use crate::text::word_list::has_word;

/// Variables that the shell sets itself, or that Kubernetes and container runtimes put into every container.
const PREDEFINED: &str = "PATH HOME PWD OLDPWD HOSTNAME USER LOGNAME SHELL SHLVL IFS RANDOM UID EUID GROUPS PPID SECONDS LINENO OPTARG OPTIND \
    OPTERR REPLY PS1 PS2 PS4 TERM _ LANG LC_ALL FUNCNAME PIPESTATUS DIRSTACK HOSTTYPE OSTYPE MACHTYPE EPOCHSECONDS COLUMNS LINES \
    EDITOR TMPDIR MAIL JOB_COMPLETION_INDEX COMP_WORDS HISTFILE SRANDOM TZ http_proxy https_proxy no_proxy";

impl<'a> Script<'a> {
    /// Whether a word may become options when the script runs: `$OPTIONS`, `"${args[@]}"`, `"$@"`.
    pub fn may_hold_options(&self, word: &Word<'_>) -> bool {
        let [Part::Variable(variable)] = word.parts.as_slice() else { return false };
        let is_list =
            matches!(variable.name, "@" | "*") || variable.span.text(self.text()).contains(['@', '*']);
        let upper = variable.name.to_ascii_uppercase();
        let says_so = ["OPT", "ARG", "FLAG", "PARAM", "AUTH"].iter().any(|it| upper.contains(it));
        is_list || !variable.quoted && (says_so || self.option_variables().contains(variable.name))
    }

    /// Returns the variables that it sets to what begins with `-`.
    fn option_variables(&self) -> &HashSet<&'a str> {
        self.option_variables.get_or_init(|| {
            let assignments = self.commands().iter().flat_map(|it| it.assignments());
            assignments.filter(|it| it.value.prefix().starts_with('-')).map(|it| it.name).collect()
        })
    }

    /// Returns the variables that it expands, by name, but for `$1`, `$?` and the like.
    pub fn used_variables(&self) -> Vec<&'a Variable<'a>> {
        let mut found = Vec::new();
        let documents = self.tree.documents.iter();
        words_in(&self.tree.list, &mut |word| variables(&word.parts, &mut found));
        documents.for_each(|word| variables(&word.parts, &mut found));
        found.retain(|variable| has_value(variable));
        found
    }

    /// Returns the variables that it sets; `None` if any may be set: by other scripts that it reads, or by a name that
    /// the script makes.
    pub fn set_variables(&self) -> Option<BTreeSet<&'a str>> {
        let mut names = BTreeSet::new();
        for command in self.commands() {
            names.extend(command.assignments().iter().map(|it| it.name));
            // `exec {log}>file`
            let descriptors = command.redirections.iter().filter_map(|redirection| {
                redirection.span.text(self.text()).strip_prefix('{')?.split_once('}').map(|(name, _)| name)
            });
            names.extend(descriptors);
            match &command.kind {
                CommandKind::For { name, arithmetic, .. } => {
                    names.insert(*name);
                    names.extend(arithmetic.iter().flat_map(|it| arithmetic_names(it)));
                }
                CommandKind::Arithmetic(text) => names.extend(arithmetic_names(text)),
                _ => {}
            }
            let name = command.name();
            let all_names = || command.arguments().iter().filter_map(leading_name);
            match name.as_deref() {
                Some("eval" | "source" | ".") => return None,
                // `export "$name=$value"` sets what only the run knows.
                Some("export" | "declare" | "typeset" | "readonly")
                    if command
                        .arguments()
                        .iter()
                        .any(|it| !matches!(it.parts.first(), Some(Part::Text { .. }))) =>
                {
                    return None;
                }
                Some(
                    "export" | "local" | "readonly" | "declare" | "typeset" | "read" | "unset" | "getopts"
                    | "mapfile" | "readarray" | "printf" | "let",
                ) => names.extend(all_names()),
                _ => {}
            }
        }
        words_in(&self.tree.list, &mut |word| {
            for part in &word.parts {
                match part {
                    Part::Arithmetic(text) => names.extend(arithmetic_names(text)),
                    Part::Variable(it) if matches!(it.operator, ":=" | "=") => {
                        names.insert(it.name);
                    }
                    _ => {}
                }
            }
        });
        Some(names)
    }

    /// Returns the names of the container's `env`; `None` if `envFrom` or a program around the shell brings any.
    pub fn env_names(&self) -> Option<BTreeSet<&'a str>> {
        let container = self.container();
        let names = container.env().items().filter_map(|it| it.field("name").text());
        let is_whole = container.env_from().items().next().is_none() && !self.source.shell.wrapped;
        is_whole.then(|| names.collect())
    }

    /// Returns the variables of which the script looks whether they are set: `${A:?}`, `${A:-b}`, `[ -z "$A" ]`.
    pub fn tested_variables(&self) -> BTreeSet<&'a str> {
        let guarded = self.used_variables().into_iter().filter(|it| has_fallback(it)).map(|it| it.name);
        let mut tested = Vec::new();
        for &command in self.commands() {
            let words: &'a [Word<'a>] = match &command.kind {
                CommandKind::Test(words) => words,
                _ if command.is("[") || command.is("test") => command.words(),
                _ => continue,
            };
            words.iter().for_each(|word| variables(&word.parts, &mut tested));
        }
        let mut names: BTreeSet<&str> = guarded.chain(tested.iter().map(|it| it.name)).collect();
        // `table=$TABLE; [ -z "$table" ]`
        let copies = self.commands().iter().flat_map(|it| it.assignments()).filter_map(|assignment| {
            let [Part::Variable(variable)] = assignment.value.parts.as_slice() else { return None };
            names.contains(assignment.name).then_some(variable.name)
        });
        let copies: Vec<_> = copies.collect();
        names.extend(copies);
        names
    }

    /// Returns the variables whose value the script looks at: in a test, a `case`, or what another command reads.
    pub fn inspected_variables(&self) -> BTreeSet<&'a str> {
        let mut found = Vec::new();
        let mut see = |word: &'a Word<'a>| variables(&word.parts, &mut found);
        for command in self.commands() {
            match &command.kind {
                CommandKind::Case { subject, .. } => every_word(subject, &mut see),
                CommandKind::Test(words) => words.iter().for_each(|word| every_word(word, &mut see)),
                _ if command.is("[") || command.is("test") => {
                    command.words().iter().for_each(|word| every_word(word, &mut see));
                }
                _ => {}
            }
            let strings = command.redirections.iter().filter(|it| it.operator == "<<<");
            strings.for_each(|it| see(&it.target));
        }
        // `echo "$answer" | grep -q ok`
        let piped = self.steps.iter().filter(|step| {
            step.command.has(Fact::Prints)
                && step.pipeline.commands.last().is_some_and(|last| !std::ptr::eq(last, step.command))
        });
        piped.flat_map(|step| step.command.arguments()).for_each(see);
        found.iter().map(|it| it.name).collect()
    }

    /// Returns the first use of each variable that nothing is sure to set and nothing checks, in the order of the text.
    ///
    /// Nothing where other scripts are read, which may set any, or where another tool is to fill in `${NAME}`. A use at
    /// which the shell stops in any case does not count.
    pub fn unset_variables(&self, version: Version) -> &[&'a Variable<'a>] {
        self.unset.get_or_init(|| self.find_unset_variables(version).unwrap_or_default())
    }

    fn find_unset_variables(&self, version: Version) -> Option<Vec<&'a Variable<'a>>> {
        let uses = self.used_variables();
        let sets = self.set_variables().filter(|_| !uses.is_empty())?;
        if !self.source.invocation.pod_context.placeholders(version).is_empty() {
            return None;
        }
        let checked = self.tested_variables();
        let flavour = self.source.shell.flavour;
        let mut seen = BTreeSet::new();
        let unset = uses.into_iter().filter(|variable| {
            let name = variable.name;
            // A use with `:-` makes its variable a checked one.
            let is_set = || {
                sets.contains(name) || checked.contains(name) || self.is_in_env(name) || is_predefined(name)
            };
            !is_bad_substitution(variable, flavour) && seen.insert(name) && !is_set()
        });
        Some(unset.take(MAX_NAMES).collect())
    }
}

/// More names than this are not compared with each other.
const MAX_NAMES: usize = 200;

/// Whether a name is one that every container has.
pub fn is_predefined(name: &str) -> bool {
    has_word(PREDEFINED, name)
        || name.starts_with("BASH")
        || name.starts_with("KUBERNETES_")
        || name.contains("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.contains("_PORT_")
}

/// Whether a name that nothing sets is a mistake for sure: another is near it, or no image would set such a one.
pub fn is_misspelled(script: &Script<'_>, name: &str) -> bool {
    intended_name(script, name).is_some() || name.bytes().any(|it| it.is_ascii_lowercase())
}

/// Returns the variable that was probably meant by a name that nothing sets.
pub fn intended_name<'a>(script: &Script<'a>, name: &str) -> Option<&'a str> {
    let known = script.known_names.get_or_init(|| {
        let names = script.env_names().into_iter().chain(script.set_variables()).flatten();
        names.take(MAX_NAMES).collect()
    });
    let near = known.iter().copied();
    let near = near.filter(|it| it.len() > 3 && it.len().abs_diff(name.len()) <= 1 && *it != name);
    near.min_by_key(|it| strsim::osa_distance(it, name)).filter(|known| {
        let same_but_digits = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        strsim::osa_distance(known, name) == 1 && same_but_digits(known) != same_but_digits(name)
            || known.eq_ignore_ascii_case(name)
    })
}

/// Whether the expansion itself says what happens when nothing is set.
pub fn has_fallback(variable: &Variable<'_>) -> bool {
    matches!(variable.operator, ":-" | "-" | ":=" | "=" | ":?" | "?" | ":+" | "+")
}

/// Finds the variables in parts of a word.
pub(super) fn variables<'a>(parts: &'a [Part<'a>], found: &mut Vec<&'a Variable<'a>>) {
    for part in parts {
        if let Part::Variable(variable) = part {
            found.push(variable);
            variables(&variable.argument, found);
        }
    }
}

fn leading_name<'a>(word: &Word<'a>) -> Option<&'a str> {
    let text = word.prefix();
    let len = text.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
    (len > 0 && !text.starts_with(|it: char| it.is_ascii_digit())).then(|| &text[..len])
}

/// Returns the names in an arithmetic expression: any of them may be set there.
pub(super) fn arithmetic_names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_').filter(|it| !it.is_empty())
}

/// Whether an expansion is the value of a variable with a name: not of `$1` or `$?`.
fn has_value(variable: &Variable<'_>) -> bool {
    // `${!APP_*}` gives names, not the value of one.
    let gives_names = matches!(variable.operator, "*" | "@") && variable.argument.is_empty();
    variable.name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && !gives_names
}
