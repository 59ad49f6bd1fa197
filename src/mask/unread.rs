//! The parts of a file that nobody understood: there a word is shown only if it is one of Kubernetes' or a shell's own.
//!
//! What a name announces and what a value looks like tell a credential where a text has a structure. Where that is broken,
//! anything may be one, and people choose words of their language.

use std::ops::Range;

use super::common;
use super::lines::{end, is_entry};
use super::name::{Promise, promise};
use super::vocabulary;
use crate::facts::secret::chance::{is_language, is_random};
use crate::kubernetes::types::type_check::{TypeError, check};
use crate::manifest::document::{Document, Duplicate, DuplicateCause, Entry, Node, Value};
use crate::manifest::workload::{Classification, classify};
use crate::schema::version::Version;
use crate::schema::{Struct, Type};
use crate::shell::programs;
use crate::text::span::{Span, range_in};
use crate::text::word_list::has_word;

/// What is shown of a word whatever it means.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The longest number, in digits.
    pub number: usize,
    /// The digits of all numbers, such as those of a date.
    digits: usize,
    /// The longest abbreviation or version, in bytes.
    pub short: usize,
}

/// The limits where a word of a language is shown.
const LANGUAGE: Limits = Limits { number: 6, digits: 12, short: 3 };

/// The limits where only known words are shown: no credential fits in.
pub(super) const KNOWN: Limits = Limits { number: 5, digits: 8, short: 2 };

/// A longer word with marks between letters and digits is none: `2>&1` is shown.
const SHORTEST_ODD: usize = 4;

/// So many parts of a word may have letters and digits.
const MAX_MIXED: usize = 3;

/// So many names are shown before a value: `--set=password=value`.
const MAX_NAMES: usize = 2;

/// The longest beginning of a template's expression, in bytes.
const LONGEST_EXPRESSION: usize = 100;

/// Words that everybody may know, although their letters do not look like words or have digits among them.
pub(super) const WORDS: &str = "ContainerCreating CrashLoopBackOff CreateContainerConfigError DeadlineExceeded ErrImagePull FieldsV1 ImagePullBackOff \
    InvalidImageName IPv4 IPv6 NotIn PVCs amd64 arm64 base64 fieldsV1 gRPC hostIPs int32 int64 ipv4 ipv6 lib64 md5sum mkdir mktemp \
    pdID pip3 podIP podIPs python3 setHostnameAsFQDN sha256 sha256sum sha512 uint64 UTF16LE UseG1GC utf8 utf8mb3 utf8mb4 v1alpha1 v1beta1 v1beta2 v2alpha1 v2beta1 v2beta2 xvda xvdb";

/// Returns the parts of a file that are in none of its documents, or behind the end of what Kubernetes reads of one.
pub(super) fn outside(text: &str, documents: &[Document]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut end = 0;
    for document in documents {
        let span = document.span.range();
        found.push(end..span.start.max(end));
        end = span.end;
        let root = document.root();
        let is_object = matches!(root.value(), Value::Map | Value::List | Value::Null);
        let read = if is_object { root.span().range().end.clamp(span.start, end) } else { span.start };
        found.push(read..end);
    }
    found.push(end..text.len().max(end));
    // A part with comments only is no document.
    let without_mark = |line: &str| line.strip_prefix("---").unwrap_or(line).trim().to_owned();
    let is_content = |line: String| !line.is_empty() && !line.starts_with('#');
    found.retain(|it| text[it.clone()].lines().any(|line| is_content(without_mark(line.trim()))));
    found
}

/// Whether a document has no object of Kubernetes: nobody knows what its fields hold. A patch in JSON says what it does.
pub(super) fn is_foreign(document: &Document) -> bool {
    let is_patch = |node: &Node<'_>| {
        let mut items = node.items().take(1);
        items.any(|it| it.get("op").is_some() && it.get("path").is_some())
    };
    document.objects().all(|node| matches!(classify(node), Classification::NotKubernetes) && !is_patch(&node))
}

/// The parts of a document that Kubernetes has no use for.
pub(super) struct Misfits {
    /// Values of another type than their field has, the values of fields that Kubernetes does not have, variables without a
    /// possible name, and what stands beside a key that is there twice.
    pub values: Vec<Range<usize>>,
    /// What messages may name: keys that are hardly meant as the name of a field, the values of keys that are there twice, and
    /// choices that do not exist.
    pub names: Vec<Range<usize>>,
    /// Those keys beside the name of a credential: in `value "hunter2": true` it is part of one.
    pub announced: Vec<Range<usize>>,
}

/// Whether a field has one of a few values, a schedule or a number.
fn is_choice(key: &str) -> bool {
    matches!(
        key,
        "apiVersion"
            | "completionMode"
            | "concurrencyPolicy"
            | "dnsPolicy"
            | "imagePullPolicy"
            | "kind"
            | "operator"
            | "podReplacementPolicy"
            | "port"
            | "preemptionPolicy"
            | "protocol"
            | "restartPolicy"
            | "schedule"
            | "scheme"
            | "terminationMessagePolicy"
            | "type"
    )
}

/// Finds the parts of a document that Kubernetes has no use for; of an object without a text there are none.
pub(super) fn misfits(document: &Document) -> Misfits {
    let (mut values, mut names, mut announced) = (Vec::new(), Vec::new(), Vec::new());
    if document.source.text.is_empty() {
        return Misfits { values, names, announced };
    }
    for node in document.objects() {
        let Classification::Object(object) = classify(node) else { continue };
        check(object, Version::NEWEST, &mut |error| match error {
            TypeError::UnknownField { entry, within, .. } => {
                let list = if names_object(entry.key) { &mut names } else { &mut values };
                list.push(entry.value.span().range());
                if !is_field(entry, within) {
                    let list = if is_announced(entry, within) { &mut announced } else { &mut names };
                    list.push(entry.key_span.range());
                }
            }
            // The help for `command: run` quotes the word.
            TypeError::WrongType { node, expected: Type::List { .. } } if node.text().is_some() => {
                names.push(node.span().range());
            }
            TypeError::WrongType { node, .. } if !is_number(node) => values.push(node.span().range()),
            TypeError::WrongType { .. } => {}
        });
    }
    // `- name: DB_PASSWORD` and `- value: hunter2`, with a dash too many, and names that no variable has.
    for list in document.all().filter(|it| matches!(it.key(), Some("env" | "httpHeaders"))) {
        let is_name = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
        let is_named = |it: &Node<'_>| it.get("name").and_then(Node::text).is_some_and(is_name);
        values.extend(list.items().filter(|it| !is_named(it)).map(|it| it.span().range()));
    }
    for map in document.all().filter(|it| matches!(it.key(), Some("annotations" | "labels"))) {
        let is_announced = |it: &Entry<'_>| announces(it.key);
        announced.extend(map.entries().filter(is_announced).map(|it| it.key_span.range()));
    }
    let is_plain_text = |text: &str| text.split(is_end).all(is_plain);
    for (node, text) in document.all().filter_map(|it| Some((it, it.text()?))) {
        if node.key().is_some_and(is_choice) && !is_plain_text(text) {
            names.push(node.span().range());
        }
        // Lines below that are indented too far belong to the image, and messages quote it.
        if node.key() == Some("image") && text.contains(char::is_whitespace) {
            let Range { start, end } = node.span().range();
            let blank = document.source.text[start..end].find(char::is_whitespace).unwrap_or_default();
            values.push(start + blank..end);
            names.push(start + blank..end);
        }
    }
    let objects: Vec<_> = document.objects().map(|it| it.span().range()).collect();
    let is_within = |span: Span| objects.iter().any(|it| it.contains(&(span.start as usize)));
    let is_repeated = |it: &&Duplicate| it.cause == DuplicateCause::Repeated && is_within(it.first_value);
    for duplicate in document.duplicates.iter().filter(is_repeated) {
        let lost = duplicate.first_value;
        // The keys of a mapping say what is in it.
        if !has_keys(lost.text(&document.source.text)) {
            values.push(lost.range());
        }
        let (map, kept) = document.kept(duplicate);
        let is_scalar = |it: &Node<'_>| !matches!(it.value(), Value::List | Value::Map);
        let is_flat = |it: Node<'_>| it.value() != Value::Map && it.items().all(|it| is_scalar(&it));
        let is_kept = |it: &Entry<'_>| {
            it.key == kept.key && is_flat(it.value)
                || is_scalar(&kept.value) && is_scalar(&it.value) && !matches!(it.key, "name" | "image")
        };
        values.extend(map.entries().filter(is_kept).map(|it| it.value.span().range()));
        names.extend(Some(kept.value).filter(is_scalar).map(|it| it.span().range()));
    }
    Misfits { values, names, announced }
}

/// Whether a key that no label can have begins with the name of a credential: `password;hunter2`.
fn announces(key: &str) -> bool {
    let mut names = key.split(|it: char| !it.is_alphanumeric() && !"-_./".contains(it));
    let name = names.next().and_then(promise);
    names.next().is_some() && name.is_some_and(|it| it > Promise::Weak)
}

/// Whether a key that a mapping does not have is one that names an object elsewhere: `serviceAccountName`, `configMapRef`.
fn names_object(key: &str) -> bool {
    key.ends_with("Name") || key.ends_with("Ref")
}

/// Whether a key that is no misspelled field stands beside the name of a credential.
fn is_announced(entry: Entry<'_>, within: &Struct) -> bool {
    const SLIPS: usize = 2;
    let name = entry.value.parent().and_then(|it| it.get("name")).and_then(Node::text);
    let is_slip = || within.fields().iter().any(|it| strsim::osa_distance(it.name, entry.key) <= SLIPS);
    name.and_then(promise).is_some_and(|it| it > Promise::Weak) && !is_slip()
}

/// Whether a value of several lines is a mapping, or a list of them.
fn has_keys(value: &str) -> bool {
    let first = value.lines().next().unwrap_or_default().trim_start_matches("- ");
    value.contains('\n') && is_entry(first)
}

/// Whether a key that Kubernetes does not know may be meant as the name of a field: one in other letters, or with digits, as
/// `env2`. In `{DB_PASSWORD, hunter2}` there are no values.
fn is_field(entry: Entry<'_>, within: &Struct) -> bool {
    if within.fields().iter().any(|it| it.name.eq_ignore_ascii_case(entry.key)) {
        return true;
    }
    let is_name = |it: u8| it.is_ascii_alphanumeric() || b"-_./".contains(&it);
    entry.key.bytes().all(is_name)
        && entry.key.bytes().any(|it| it.is_ascii_digit())
        && !entry.value.is_null()
}

/// Whether a value that should be a text is a number or a switch, because its quotation marks are missing.
fn is_number(node: Node<'_>) -> bool {
    matches!(node.value(), Value::Int(_) | Value::Float(_) | Value::Bool(_))
}

/// Calls `hide` with the words in a part of a text that may be credentials, because they are not known ones.
pub(super) fn words(text: &str, part: Range<usize>, hide: &mut dyn FnMut(Range<usize>)) {
    words_unlike(text, part, is_known, &mut |word| {
        if !is_command(text, &word) && !is_name_of_variable(text, &word) {
            hide(word);
        }
    });
}

/// Whether a word is a program that begins a command with arguments: no value has it there.
fn is_command(text: &str, word: &Range<usize>) -> bool {
    let before = text[..word.start].trim_end_matches([' ', '\t']);
    let begins = before.is_empty()
        || ["\n", "|", "&&", ";", "$(", " do", " then"].iter().any(|it| before.ends_with(it));
    let mut behind = text[word.end..].chars();
    begins
        && behind.next() == Some(' ')
        && behind.next().is_some_and(|it| !it.is_whitespace() && !"#:=".contains(it))
        && programs::is_known(&text[word.clone()])
}

/// Whether a word in capitals is the name of a variable that says what everybody knows: `- name: REGION`.
fn is_name_of_variable(text: &str, word: &Range<usize>) -> bool {
    let name = &text[word.clone()];
    let before = text[..word.start].trim_end_matches(['"', '\'']);
    (before.ends_with("- name: ") || before.ends_with("{name: "))
        && name.bytes().all(|it| it.is_ascii_uppercase())
        && common::has(name)
}

/// Does the same for names and sentences, in which words of a language are hardly credentials.
pub(super) fn odd_words(text: &str, part: Range<usize>, hide: &mut dyn FnMut(Range<usize>)) {
    words_unlike(text, part, is_plain, hide);
}

fn words_unlike(
    text: &str,
    part: Range<usize>,
    is_shown: fn(&str) -> bool,
    hide: &mut dyn FnMut(Range<usize>),
) {
    let Some(unread) = text.get(part) else { return };
    for word in unread.split(is_end) {
        let shown = shown(word, is_shown);
        if shown < word.len()
            && let Some(Range { start, .. }) = range_in(text, word)
            && !is_filled_in(&text[..start], word)
        {
            hide(start + shown..start + word.trim_end_matches([':', ';']).len().max(shown));
        }
    }
}

/// Whether a word is the name of what stands in its place: `${replicas}`, `$(replicas)`, `{{ .Values.replicas }}`.
fn is_filled_in(before: &str, word: &str) -> bool {
    let is_name =
        |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(&it)) && !is_random(it);
    let near = end(before, LONGEST_EXPRESSION);
    let is_open = || near.rfind("{{").is_some_and(|at| !near[at..].contains("}}"));
    (before.ends_with("${") || before.ends_with("$(") || word.starts_with('.') && is_open()) && is_name(word)
}

/// Whether a character ends a word.
pub(super) fn is_end(it: char) -> bool {
    it.is_whitespace() || "\"'`,()[]{}".contains(it)
}

/// Returns how many bytes of a word are shown: all of one that passes, and the names before the value in
/// `--set=password=value`, `name:value`.
fn shown(word: &str, is_shown: fn(&str) -> bool) -> usize {
    let mut shown = 0;
    for _ in 0..MAX_NAMES {
        let Some(at) = word[shown..].find(['=', ':']).filter(|at| is_plain(&word[shown..shown + at])) else {
            break;
        };
        shown += at + 1;
    }
    if is_shown(&word[shown..]) { word.len() } else { shown }
}

/// Whether a word consists of words of a language, numbers and abbreviations, so that it is hardly a credential.
pub(super) fn is_plain(word: &str) -> bool {
    consists_of(word, is_language, LANGUAGE)
}

/// Whether a word consists of Kubernetes' and the shell's own words, numbers and abbreviations. A flag, the name of a variable,
/// a path and an image are shown if they look like words of a language.
fn is_known(word: &str) -> bool {
    if word.starts_with("--") || is_path(word) || is_variable(word) {
        is_plain(word)
    } else {
        consists_of(word, vocabulary::has, KNOWN)
    }
}

/// Whether a word consists of Kubernetes' and the shell's own words, a short number and abbreviations, or refers to a variable.
pub(super) fn is_vocabulary(word: &str) -> bool {
    const LIMITS: Limits = Limits { digits: KNOWN.number, ..KNOWN };
    consists_of(word, vocabulary::has, LIMITS) || word.starts_with('$') && is_variable(word) && is_plain(word)
}

/// Whether a word is a path or an image with a registry, and no address with a user, nor a command for an editor: `s/a/b/`.
fn is_path(word: &str) -> bool {
    word.contains('/') && !word.starts_with("s/") && !word.contains(['@', '=', '&', '?'])
}

/// Whether a word is the name of a variable, of several words, or refers to one: `DB_PASSWORD`, `${DB_PASSWORD}`.
pub(super) fn is_variable(word: &str) -> bool {
    let name = word.trim_start_matches('$');
    name.contains('_') && name.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
}

pub(super) fn consists_of(word: &str, is_word: fn(&str) -> bool, limits: Limits) -> bool {
    let (mut digits, mut mixed) = (0, 0);
    // Letters of other scripts are parts of words, of which none is known.
    for part in word.split(|it: char| !it.is_alphanumeric()) {
        let numeric = part.bytes().filter(u8::is_ascii_digit).count();
        digits += numeric;
        mixed += usize::from(numeric > 0 && numeric < part.len());
        let is_number = numeric == part.len() && numeric <= limits.number;
        let is_short = part.len() <= limits.short;
        if !(is_short
            || is_number
            || is_word(part)
            || is_quantity(part)
            || is_duration(part)
            || has_word(WORDS, part))
        {
            return false;
        }
    }
    // What stands between the parts of a password: `x9$K2!p7`.
    let is_odd = |it: char| "!#%^&~?$;|+".contains(it);
    let has_odd_marks = || digits > 0 && word.trim_matches(is_odd).contains(is_odd);
    digits <= limits.digits && mixed <= MAX_MIXED && (word.len() <= SHORTEST_ODD || !has_odd_marks())
}

/// Whether numbers with units follow each other: `1h30m10s`.
fn is_duration(part: &str) -> bool {
    let is_digit = |it: char| it.is_ascii_digit();
    let units = part.split(is_digit).filter(|it| !it.is_empty());
    part.starts_with(is_digit)
        && part.split(|it: char| !is_digit(it)).all(|it| it.len() <= LANGUAGE.number)
        && (1..=MAX_MIXED).contains(&units.clone().count())
        && units.into_iter().all(|it| ["h", "m", "s", "ms"].contains(&it))
}

/// Whether a number has a unit: `500m`, `128Mi`.
fn is_quantity(part: &str) -> bool {
    let unit = part.trim_start_matches(|it: char| it.is_ascii_digit());
    part.len() - unit.len() <= LANGUAGE.number
        && unit.len() < part.len()
        && (1..=2).contains(&unit.len())
        && unit.bytes().all(|it| it.is_ascii_alphabetic())
}
