//! Many texts looked for at once, in time that grows with the text alone: a trie with the links of Aho and Corasick.
//!
//! Upper and lower case letters of ASCII are the same: suggestions and errors write values in lower case.
//!
//! Of the texts that end at a byte only the longest is kept. To hide all of them that is enough, and a list of all would
//! grow with the square of texts that are suffixes of each other, which untrusted files can have.

use std::ops::Range;

use super::span::to_u32;

/// Texts to look for.
pub(crate) struct Finder {
    /// Which of the bytes that the texts have each byte is, upper and lower case being one; 0 for all others.
    classes: [u8; 256],
    /// How many classes there are.
    width: usize,
    /// Where each class of bytes leads, node by node: from the root and as many nodes near it as there is room for.
    rows: Vec<u32>,
    /// By depth. The root is at 0, which therefore also stands for "none".
    nodes: Vec<Node>,
    lengths: Vec<u32>,
}

#[derive(Clone, Copy, Default)]
struct Node {
    byte: u8,
    depth: u32,
    child: u32,
    sibling: u32,
    /// The node of the longest suffix that is in the trie too.
    fallback: u32,
    /// The longest text that ends here: its index plus 1.
    longest: u32,
}

/// A place where a text was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The bytes.
    pub range: Range<usize>,
    /// The index of the text; none where a cut has left only the beginning of one.
    pub index: Option<usize>,
}

/// What stands where a text was cut.
const ELLIPSIS: &str = "…";

/// Rows have this many entries at most: what people list has fewer, what a file brings may have any number.
const MOST_ENTRIES: usize = 1 << 16;

/// A shorter beginning of a text before an ellipsis is there by chance.
const MIN_CUT: u32 = 4;

impl Finder {
    pub(crate) fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let (nodes, rows, lengths) = (vec![Node::default()], Vec::new(), Vec::new());
        let mut finder = Finder { classes: [0; 256], width: 1, rows, nodes, lengths };
        texts.for_each(|text| finder.insert(text));
        finder.sort_by_depth();
        finder.link();
        finder
    }

    fn insert(&mut self, text: &str) {
        let mut at = 0;
        for byte in text.bytes().map(|it| it.to_ascii_lowercase()) {
            at = match self.child(at, byte) {
                0 => self.add(at, byte),
                child => child,
            };
        }
        self.lengths.push(to_u32(text.len()));
        if at != 0 {
            self.nodes[at as usize].longest = to_u32(self.lengths.len());
        }
    }

    fn add(&mut self, parent: u32, byte: u8) -> u32 {
        let new = to_u32(self.nodes.len());
        let Node { depth, child: sibling, .. } = self.nodes[parent as usize];
        self.nodes.push(Node { byte, sibling, depth: depth + 1, ..Node::default() });
        self.nodes[parent as usize].child = new;
        if self.classes[usize::from(byte)] == 0 {
            self.classes[usize::from(byte)] = self.width as u8;
            self.classes[usize::from(byte.to_ascii_uppercase())] = self.width as u8;
            self.width += 1;
        }
        new
    }

    /// Returns the child of a node for a byte in lower case.
    fn child(&self, parent: u32, byte: u8) -> u32 {
        let mut child = self.nodes[parent as usize].child;
        while child != 0 && self.nodes[child as usize].byte != byte {
            child = self.nodes[child as usize].sibling;
        }
        child
    }

    fn sort_by_depth(&mut self) {
        let (mut order, mut at) = (vec![0_u32], 0);
        while let Some(&parent) = order.get(at) {
            let mut child = self.nodes[parent as usize].child;
            while child != 0 {
                order.push(child);
                child = self.nodes[child as usize].sibling;
            }
            at += 1;
        }
        let mut numbers = vec![0; order.len()];
        for (number, &node) in (0..).zip(&order) {
            numbers[node as usize] = number;
        }
        let numbered = |&node: &u32| {
            let Node { child, sibling, .. } = self.nodes[node as usize];
            let (child, sibling) = (numbers[child as usize], numbers[sibling as usize]);
            Node { child, sibling, ..self.nodes[node as usize] }
        };
        self.nodes = order.iter().map(numbered).collect();
    }

    /// Sets the fallbacks and the rows.
    fn link(&mut self) {
        for parent in 0..to_u32(self.nodes.len()) {
            let Node { fallback, mut child, .. } = self.nodes[parent as usize];
            self.add_row(parent);
            while child != 0 {
                let Node { byte, sibling, longest, .. } = self.nodes[child as usize];
                let fallback = if parent == 0 { 0 } else { self.step(fallback, byte) };
                self.nodes[child as usize].fallback = fallback;
                if longest == 0 {
                    self.nodes[child as usize].longest = self.nodes[fallback as usize].longest;
                }
                child = sibling;
            }
        }
    }

    /// Gives the next node a row while there is room: that of its fallback, but for the bytes of its children.
    fn add_row(&mut self, node: u32) {
        let start = self.rows.len();
        if start + self.width > MOST_ENTRIES {
            return;
        }
        let Node { fallback, mut child, .. } = self.nodes[node as usize];
        if node == 0 {
            self.rows.resize(self.width, 0);
        } else {
            let row = fallback as usize * self.width;
            self.rows.extend_from_within(row..row + self.width);
        }
        while child != 0 {
            let Node { byte, sibling, .. } = self.nodes[child as usize];
            self.rows[start + usize::from(self.classes[usize::from(byte)])] = child;
            child = sibling;
        }
    }

    #[inline]
    fn step(&self, mut at: u32, byte: u8) -> u32 {
        let class = usize::from(self.classes[usize::from(byte)]);
        loop {
            if let Some(next) = self.rows.get(at as usize * self.width + class) {
                return *next;
            }
            match self.child(at, byte.to_ascii_lowercase()) {
                0 => at = self.nodes[at as usize].fallback,
                child => return child,
            }
        }
    }

    /// Whether a text has any of the texts.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.find(text).any(|it| it.index.is_some())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.len() == 1
    }

    /// Finds, for each byte of a text at which some of the texts end, the longest of them, also where they overlap; and
    /// the beginnings of texts before an ellipsis.
    pub(crate) fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Match> + 'a {
        let bytes = if self.is_empty() { &[] } else { text.as_bytes() };
        let (mut at, mut state) = (0, 0);
        std::iter::from_fn(move || {
            while let Some(&byte) = bytes.get(at) {
                if byte == ELLIPSIS.as_bytes()[0] && self.is_cut(state) && text[at..].starts_with(ELLIPSIS) {
                    let start = at - self.nodes[state as usize].depth as usize;
                    state = 0;
                    at += ELLIPSIS.len();
                    return Some(Match { range: start..at - ELLIPSIS.len(), index: None });
                }
                state = self.step(state, byte);
                at += 1;
                if state == 0 {
                    continue;
                }
                let longest = self.nodes[state as usize].longest as usize;
                if let Some(index) = longest.checked_sub(1) {
                    return Some(Match { range: at - self.lengths[index] as usize..at, index: Some(index) });
                }
            }
            None
        })
    }

    fn is_cut(&self, state: u32) -> bool {
        self.nodes[state as usize].depth >= MIN_CUT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str], text: &str) -> Vec<(String, Option<usize>)> {
        let finder = Finder::new(texts.iter().copied());
        finder.find(text).map(|it| (text[it.range].to_owned(), it.index)).collect()
    }

    #[test]
    fn texts_that_overlap_are_all_found() {
        let expected = [("abcd".to_owned(), Some(0)), ("cdef".to_owned(), Some(1))];
        assert_eq!(found(&["abcd", "cdef"], "xabcdefx"), expected);
    }

    #[test]
    fn of_texts_that_end_at_the_same_place_the_longest_is_found() {
        let expected = [("bc".to_owned(), Some(0)), ("abcd".to_owned(), Some(2))];
        assert_eq!(found(&["bc", "cd", "abcd"], "abcd"), expected);
        assert_eq!(found(&["aa", "aaa"], "aaa"), [("aa".to_owned(), Some(0)), ("aaa".to_owned(), Some(1))]);
    }

    #[test]
    fn the_beginning_of_a_text_before_an_ellipsis_is_found() {
        assert_eq!(found(&["hunter2Zx9"], "curl -u bob:hunter2…"), [("hunter2".to_owned(), None)]);
        assert_eq!(found(&["hunter2Zx9"], "echo hun…"), []);
    }

    #[test]
    fn upper_and_lower_case_are_the_same() {
        assert_eq!(found(&["aBc"], "xAbCx"), [("AbC".to_owned(), Some(0))]);
    }

    #[test]
    fn nothing_is_found_without_texts() {
        assert_eq!(found(&[], "a"), []);
        assert_eq!(found(&[""], "a"), []);
    }
}
