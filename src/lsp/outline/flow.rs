//! Flow style and JSON: brackets, commas and colons.

use crate::lsp::outline::model::Outline;

/// What brackets hold: a list or a mapping.
struct Frame {
    owner: usize,
    is_map: bool,
    /// The key whose value comes next.
    key: Option<usize>,
}

/// Deeper brackets than these are not looked into.
const MAX_DEPTH: usize = 250;

/// Reads the brackets that start at `start` into nodes below `owner`; returns where they end, `limit` at most.
pub(super) fn read_flow(outline: &mut Outline<'_>, owner: usize, start: usize, limit: usize) -> usize {
    let (text, mut at) = (outline.text, start);
    let mut frames: Vec<Frame> = Vec::new();
    while let Some(byte) = text.as_bytes().get(at).filter(|_| at < limit) {
        match byte {
            b'{' | b'[' => {
                let holder = match frames.last() {
                    None => owner,
                    Some(frame) => value_node(outline, frame, at),
                };
                let node = &mut outline.nodes[holder];
                (node.brackets, node.value) = (Some(at + 1..limit), at..limit);
                node.end = node.end.max(limit);
                frames.push(Frame { owner: holder, is_map: *byte == b'{', key: None });
                if frames.len() > MAX_DEPTH {
                    return limit;
                }
                at += 1;
            }
            b'}' | b']' => {
                let Some(frame) = frames.pop() else { return at };
                let node = &mut outline.nodes[frame.owner];
                node.brackets = node.brackets.take().map(|brackets| brackets.start..at);
                at += 1;
                (node.value.end, node.end) = (at, at);
                if frames.is_empty() {
                    return at;
                }
            }
            b',' => {
                frames.last_mut().into_iter().for_each(|frame| frame.key = None);
                at += 1;
            }
            b'#' if text[..at].ends_with([' ', '\n', '\t']) => {
                at += text[at..limit].find('\n').unwrap_or(limit - at);
            }
            b':' | b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            _ => {
                let Some(frame) = frames.last_mut() else { return at };
                let end = end_of_scalar(text, at, limit);
                if frame.is_map && frame.key.is_none() {
                    let key = outline.add(frame.owner, false, at..end, 0);
                    outline.nodes[key].is_flow = true;
                    frame.key = Some(key);
                } else {
                    let node = value_node(outline, frame, at);
                    outline.nodes[node].value = at..end;
                    outline.nodes[node].end = end;
                }
                at = end;
            }
        }
    }
    limit
}

/// Returns the node that a value at `at` belongs to: that of the key before it, or a new item.
fn value_node(outline: &mut Outline<'_>, frame: &Frame, at: usize) -> usize {
    frame.key.unwrap_or_else(|| {
        let node = outline.add(frame.owner, true, at..at, 0);
        outline.nodes[node].is_flow = true;
        node
    })
}

/// Returns where a scalar that starts at `start` ends.
fn end_of_scalar(text: &str, start: usize, limit: usize) -> usize {
    if let Some(quote @ (b'"' | b'\'')) = text.as_bytes().get(start) {
        let line = start + text[start..limit].find('\n').unwrap_or(limit - start);
        return end_of_quote(text, start, limit, *quote).unwrap_or(line);
    }
    let mut end = start;
    for (at, char) in text[start..limit].char_indices() {
        let rest = &text[start + at + char.len_utf8()..limit];
        let ends = match char {
            ',' | '[' | ']' | '{' | '}' | '\n' => true,
            ':' => rest.is_empty() || rest.starts_with([' ', '\n', '\r', ',', '}', ']', '"', '{', '[']),
            '#' => text[..start + at].ends_with(' '),
            _ => false,
        };
        if ends {
            break;
        }
        end = start + at + char.len_utf8();
    }
    // Never nothing, so that reading continues.
    let end = start + text[start..end].trim_end().len();
    if end > start { end } else { start + text[start..].chars().next().map_or(1, char::len_utf8) }
}

/// Returns where the quote that starts at `start` ends, if it does before `limit`.
pub(super) fn end_of_quote(text: &str, start: usize, limit: usize, quote: u8) -> Option<usize> {
    let bytes = &text.as_bytes()[..limit.max(start)];
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            _ if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 1,
            _ if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}
