//! Which comments belong to an object, and which lines they are about.

use std::collections::HashMap;

use crate::manifest::document::{Comment, Document, Node};
use crate::text::span::{Span, to_u32};

/// Returns the comments of an object: those of a whole document, or of an item of a list with the lines of comments above it.
pub(crate) fn comments_of(node: Node<'_>) -> &[Comment] {
    let comments = &node.document.comments;
    let area = area(node);
    let start = comments.partition_point(|comment| comment.span.start < area.start);
    let end = comments.partition_point(|comment| comment.span.end <= area.end);
    comments.get(start..end).unwrap_or_default()
}

/// Returns the bytes in which a comment belongs to the object.
fn area(node: Node<'_>) -> Span {
    let document = node.document;
    let Some(parent) = node.parent() else { return document.span };
    // What follows an item on its last line is the item's.
    let end_of_line = |offset: u32| {
        // A block scalar ends after the end of its last line.
        if document.source.text[..offset as usize].ends_with(['\n', '\r']) {
            return offset;
        }
        let line = document.source.lines().line(offset);
        offset.max(document.source.lines().start_of(line) + to_u32(document.source.line(line).len()))
    };
    let start = match node.item_before() {
        Some(item) => end_of_line(item.span().end),
        None => parent.key_span().map_or(document.span.start, |key| key.end),
    };
    Span { start, end: end_of_line(node.span().end) }
}

/// Returns the comments about the line on which a node starts: behind it, or on the lines above.
pub(crate) fn comments_on_line_of(node: Node<'_>) -> impl Iterator<Item = &str> {
    let document = node.document;
    let comments: Vec<_> = document.comments.iter().collect();
    let line = document.source.lines().line(node.span().start);
    let targets = targets(document, &comments);
    let about = comments.into_iter().zip(targets).filter(move |&(_, target)| target == line);
    about.map(|(comment, _)| comment.span.text(&document.source.text))
}

/// Returns the line that each comment is about: its own, or the next one that is not a comment.
pub(crate) fn targets(document: &Document, comments: &[&Comment]) -> Vec<usize> {
    let lines = document.source.lines();
    let is_comment = |line: usize| document.source.line(line).trim_start().starts_with('#');
    let mut targets = Vec::with_capacity(comments.len());
    // The line of the comment below, and the line that it is about: comments above each other are about the same one.
    let (mut below, mut target_below) = (0, 0);
    for comment in comments.iter().rev() {
        let line = lines.line(comment.span.start);
        let mut target = line;
        if comment.own_line {
            let ends = |it: &usize| *it == below || !is_comment(*it);
            target = match (line + 1..=lines.lines()).find(ends) {
                Some(next) if next == below => target_below,
                Some(next) => next,
                None => line,
            };
            (below, target_below) = (line, target);
        }
        targets.push(target);
    }
    targets.reverse();
    targets
}

/// Returns the line on which a node starts.
pub(crate) fn first_line(node: Node<'_>) -> usize {
    node.document.source.lines().line(node.span().start)
}

/// Returns for each line on which an item of a list starts the last line of the item, which a comment on the line reaches.
pub(crate) fn ends_of_items(object: Node<'_>) -> HashMap<usize, usize> {
    let lines = object.document.source.lines();
    let mut ends = HashMap::new();
    object.visit(&mut |node| {
        // Of several items that start on a line the first one is meant.
        let mut before = 0;
        for item in node.items() {
            let first = first_line(item);
            if first != before {
                let last = lines.line(item.span().end.saturating_sub(1));
                let end = ends.entry(first).or_insert(first);
                *end = last.max(*end);
            }
            before = first;
        }
    });
    ends
}
