//! What parts a name from its value.

use std::ops::Range;

use super::extent::Separator;
use super::lines::{Lines, is_blank, is_line_end, is_wide_separator};
use super::neighbor::is_header;
use super::xml;

/// Returns what parts a name from its value, and where that begins.
pub(super) fn separator(lines: &Lines<'_>, name: &Range<usize>) -> Option<(Separator, usize)> {
    let quote = lines.quote_at(name.end);
    let quoted = quote.filter(|it| lines.quote_before(name.start).is_some_and(|before| before == it.0));
    let end = quoted.map_or(name.end, |it| it.1);
    // `environ["NAME"] = value`
    // `declare -A logins=([password]=value)`
    let is_index = || lines.text[..name.start].ends_with('[') && lines.text[end..].starts_with("]=");
    let end = end + usize::from(quoted.is_some() && lines.byte(end) == Some(b']') || is_index());
    let mut at = lines.skip_blanks(end);
    // In JSON, the colon may be on the next line.
    if quoted.is_some() && lines.byte(at).is_some_and(is_line_end) {
        let below = lines.text.len() - lines.text[at..].trim_start().len();
        at = if lines.byte(below) == Some(b':') { below } else { at };
    }
    let rest = &lines.text.as_bytes()[at..];
    match rest {
        // `${NAME:?message}`
        [b':', b'?', ..] if lines.text[..name.start].ends_with("${") => None,
        // `${NAME:-value}`, `name := value`
        [b':', b'=' | b'-', ..] => Some((Separator::Equals, at + 2)),
        [b':', b'/', b'/', ..] => None,
        [b':', next, ..] if is_blank(*next) || is_line_end(*next) => Some((Separator::Colon, at + 1)),
        [b':'] => None,
        [b':', next, ..] => {
            let is_image = lines.text[name.clone()].contains('/');
            let text = &lines.text[name.clone()];
            // A header; images have no capitals.
            let is_header = is_header(text);
            let is_text =
                quoted.is_some() || b"\"'".contains(next) || !is_image && (is_header || begins(lines, name));
            is_text.then_some((Separator::Colon, at + 1))
        }
        // `.password |= $value`
        [b'|', b'=', ..] => Some((Separator::Equals, lines.skip_blanks(at + 2))),
        // `NAME+=value`, `?name%3Dvalue`
        [b'+', b'=', ..] => Some((Separator::Equals, at + 2)),
        [b'%', b'3', b'D' | b'd', ..] => Some((Separator::Equals, at + 3)),
        [..] if rest.first_chunk().is_some_and(is_wide_separator) => Some((Separator::Equals, at + 3)),
        // `<name>value</name>`
        [b'>', ..] if xml::is_tag(lines, name) => Some((Separator::Tag, at + 1)),
        [next, ..] if at > name.end && next.is_ascii_alphabetic() && xml::is_tag(lines, name) => {
            Some((Separator::Tag, xml::tag_end(lines, at)?))
        }
        [b'=', b'=' | b'>' | b'~', ..] => Some((Separator::Equals, lines.skip_blanks(at + 2))),
        [b'=', ..] => Some((Separator::Equals, if at > end { lines.skip_blanks(at + 1) } else { at + 1 })),
        _ => None,
    }
}

/// Whether a name is the first thing on its line, in its quotes or in its list: else `name:1.2` is an image.
fn begins(lines: &Lines<'_>, name: &Range<usize>) -> bool {
    let quote = lines.quote_before(name.start).is_some();
    quote || matches!(lines.before(name.start), None | Some(b'-' | b'{' | b'[' | b',' | b'#' | b';'))
}
