//! Values in XML, which nobody parses either.

use std::ops::Range;

use super::lines::{Lines, trimmed};

/// The end of a tag is looked for so far.
const FAR: usize = 1000;

/// Whether a name is that of an element of XML.
pub(super) fn is_tag(lines: &Lines<'_>, name: &Range<usize>) -> bool {
    lines.before(name.start) == Some(b'<') && lines.byte(name.start) != Some(b'/')
}

/// Returns the place behind the attributes of an element that has more than them.
pub(super) fn tag_end(lines: &Lines<'_>, from: usize) -> Option<usize> {
    let rest = lines.text.as_bytes()[from..].iter().take(FAR);
    let end = from + rest.into_iter().position(|it| b"<>".contains(it))?;
    (lines.byte(end) == Some(b'>') && lines.byte(end - 1) != Some(b'/')).then_some(end + 1)
}

/// Returns the text of an element that an attribute names: `<entry key="password">value</entry>`.
pub(super) fn tagged(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let (quote, after) = lines.quote_at(name.end)?;
    let is_attribute = lines.quote_before(name.start) == Some(quote)
        && lines.before(lines.unquoted_start(name)) == Some(b'=');
    let from = is_attribute.then(|| tag_end(lines, after)).flatten()?;
    Some(text(lines, from)).filter(|it| !it.is_empty())
}

/// Returns the text of an element that begins at a place.
pub(super) fn text(lines: &Lines<'_>, from: usize) -> Range<usize> {
    const DATA: &str = "<![CDATA[";
    let (from, end) =
        if lines.text[from..].starts_with(DATA) { (from + DATA.len(), "]]>") } else { (from, "<") };
    let rest = &lines.text[from..];
    // `<your-password>` alone is no element.
    let length = rest.find(end).filter(|at| end != "<" || rest[*at..].starts_with("</"));
    trimmed(lines.text, from..from + length.unwrap_or_default())
}
