//! Where mappings begin, end and continue in a text, computed at most once for all searches around a name.

use std::ops::Range;

use super::lines::{Lines, is_blank, is_line_end, whole_name};

/// A value is looked for so many bytes from its name.
pub(super) const FAR: usize = 4096;

/// No longer key is looked at.
pub(super) const LONGEST_KEY: usize = 64;

/// What a byte means to the search for values near a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// It means nothing.
    None,
    /// `{` or `[`.
    Open,
    /// `}` or `]`.
    Close,
    /// A quotation mark at which a value or an item may begin.
    Quote,
    /// The `<` of `<name>`.
    Tag,
    /// The `<` of `</name>`.
    EndTag,
    /// The `>` of a tag that has the name of a key for values.
    TagKey,
    /// The `:` or `=` behind a key for values.
    Key,
    /// The same behind a key for names.
    NameKey,
    /// The end of a line before an item of a list.
    Item,
    /// The end of another line.
    Line,
}

/// The marks of a text; most searches end after a few lines, so that each is worked out when a search comes to it.
pub(super) struct Marks(Vec<Option<Mark>>);

impl Marks {
    pub(super) fn new(lines: &Lines<'_>) -> Self {
        Marks(vec![None; lines.text.len()])
    }

    /// Returns the mark of a byte.
    pub(super) fn at(&mut self, lines: &Lines<'_>, at: usize) -> Mark {
        *self.0[at].get_or_insert_with(|| mark(lines, at))
    }
}

fn mark(lines: &Lines<'_>, at: usize) -> Mark {
    let bytes = lines.text.as_bytes();
    let next = bytes.get(at + 1);
    match bytes[at] {
        b'{' | b'[' => Mark::Open,
        b'}' | b']' => Mark::Close,
        b'"' | b'\'' if matches!(lines.before(at), Some(b':' | b',' | b'[' | b'{')) => Mark::Quote,
        b'<' if next == Some(&b'/') => Mark::EndTag,
        b'<' => Mark::Tag,
        b'>' if value_key(lines, at).is_some_and(|key| lines.before(key.start) == Some(b'<')) => Mark::TagKey,
        b':' | b'=' if let Some(key) = key_before(lines, at) => match &lines.text[key] {
            key if is_value_key(key) => Mark::Key,
            key if key.eq_ignore_ascii_case("name") || key.eq_ignore_ascii_case("key") => Mark::NameKey,
            _ => Mark::None,
        },
        byte if is_line_end(byte) && begins_item(lines, at + 1) => Mark::Item,
        byte if is_line_end(byte) && next != Some(&b'\n') => Mark::Line,
        _ => Mark::None,
    }
}

/// Whether a key is one under which values are kept.
pub(super) fn is_value_key(key: &str) -> bool {
    const KEYS: [&str; 9] =
        ["value", "val", "default", "defaultvalue", "content", "contents", "text", "literal", "stringvalue"];
    let key = key.trim_start_matches('-');
    // One slip leaves the beginning or the end as it is: few keys are compared letter by letter.
    let is_near = key.len().abs_diff("value".len()) <= 1 && (key.starts_with("va") || key.ends_with("ue"));
    let is_misspelled = || is_near && strsim::osa_distance(key, "value") == 1;
    KEYS.iter().any(|it| it.eq_ignore_ascii_case(key)) || is_misspelled()
}

/// Returns the key that ends before a separator.
pub(super) fn key_before(lines: &Lines<'_>, separator: usize) -> Option<Range<usize>> {
    let bytes = lines.text.as_bytes();
    let blanks = bytes[..separator].iter().rev().take(FAR).take_while(|it| is_blank(**it)).count();
    let end = separator - blanks;
    let end = end - lines.quote_before(end).map_or(0, |it| it.length());
    let key = whole_name(lines, end..end, end.saturating_sub(LONGEST_KEY));
    (!key.is_empty()).then_some(key)
}

/// Returns the key that ends before a separator, if it is one for values.
pub(super) fn value_key(lines: &Lines<'_>, separator: usize) -> Option<Range<usize>> {
    key_before(lines, separator).filter(|it| is_value_key(&lines.text[it.clone()]))
}

/// Whether a line that begins at a place has an item of a list, and not a comment behind the dash; between the two characters of a
/// line end none does.
fn begins_item(lines: &Lines<'_>, at: usize) -> bool {
    let dash = lines.skip_blanks(at);
    lines.byte(dash) == Some(b'-') && lines.byte(lines.skip_blanks(dash + 1)) != Some(b'#')
}
