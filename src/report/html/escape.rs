//! Text for HTML.

use crate::text::terminal;

/// Escapes a text for HTML, in elements and in quoted attributes; what a terminal would obey is escaped as there.
pub(super) fn escape(text: &str) -> String {
    escape_html(&terminal::escape(text))
}

/// Escapes what means something to HTML.
pub(super) fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}

/// Escapes a sentence, and sets what stands between backticks as code.
pub(super) fn prose(text: &str) -> String {
    let text = escape(text);
    let parts: Vec<&str> = text.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    let mut set = String::with_capacity(text.len() + 32);
    for (at, part) in parts.iter().enumerate() {
        match at % 2 {
            _ if !is_paired && at + 1 == parts.len() => set.extend(["`", part]),
            0 => set.push_str(part),
            _ => set.extend(["<code>", part, "</code>"]),
        }
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_an_element_or_an_attribute() {
        assert_eq!(escape("</script>\"'&\u{1b}"), "&lt;/script&gt;&quot;&#39;&amp;\\u{1b}");
    }

    #[test]
    fn backticks_are_code_only_in_pairs() {
        assert_eq!(prose("set `a<b` to `1`"), "set <code>a&lt;b</code> to <code>1</code>");
        assert_eq!(prose("a ` b"), "a ` b");
        assert_eq!(prose("`a` and ` b"), "<code>a</code> and ` b");
    }
}
