//! JSON that is read from front to back without being built: where each value of a body stands, however deep it is.
//!
//! It does not recurse, and does not look into strings: what they hold matters only to those who keep the value.

use std::borrow::Cow;

/// Why reading stopped before the end of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScanStop {
    /// The body ends inside a value.
    Truncated,
    /// The body is not JSON.
    Malformed,
}

/// A body with the place up to which it is read.
pub(super) struct Scanner<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The expected keys that came twice, or in another case: readers do not agree on which value counts.
    pub(super) ambiguous: Vec<&'static str>,
}

impl<'b> Scanner<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Scanner { bytes, at: 0, ambiguous: Vec::new() }
    }

    /// Returns the text of the next value.
    pub(super) fn value(&mut self) -> Result<&'b [u8], ScanStop> {
        let start = self.position();
        self.skip_value()?;
        Ok(self.since(start))
    }

    /// Returns where the next value starts.
    pub(super) fn position(&mut self) -> usize {
        self.skip_blanks();
        self.at
    }

    /// Returns the text that was read since a position.
    pub(super) fn since(&self, position: usize) -> &'b [u8] {
        &self.bytes[position..self.at]
    }

    /// Whether the next value is a mapping.
    pub(super) fn is_map(&mut self) -> bool {
        self.skip_blanks();
        self.peek() == Ok(b'{')
    }

    /// Calls `each` for those keys of the next value that are among `expected`; it has to read the value of the key.
    /// Other keys are skipped, and so is a value that is not a mapping.
    pub(super) fn fields(
        &mut self,
        expected: &[&'static str],
        each: &mut dyn FnMut(&mut Self, &'static str) -> Result<(), ScanStop>,
    ) -> Result<(), ScanStop> {
        let mut seen = Vec::new();
        self.skip_blanks();
        if self.peek()? != b'{' {
            return self.skip_value();
        }
        self.at += 1;
        self.skip_blanks();
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = self.key()?;
            match expected.iter().copied().find(|name| is_same(name, &key)) {
                Some(name) if name == key && !seen.contains(&name) => {
                    seen.push(name);
                    each(self, name)?;
                }
                Some(name) => {
                    self.ambiguous.push(name);
                    self.skip_value()?;
                }
                None => self.skip_value()?,
            }
            self.skip_blanks();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(ScanStop::Malformed),
            }
        }
    }

    /// Checks that nothing follows.
    pub(super) fn end(&mut self) -> Result<(), ScanStop> {
        self.skip_blanks();
        if self.at == self.bytes.len() { Ok(()) } else { Err(ScanStop::Malformed) }
    }

    fn peek(&self) -> Result<u8, ScanStop> {
        self.bytes.get(self.at).copied().ok_or(ScanStop::Truncated)
    }

    fn skip_blanks(&mut self) {
        while let Ok(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn skip_value(&mut self) -> Result<(), ScanStop> {
        // The brackets that are still to be closed.
        let mut open = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek()? {
                first @ (b'{' | b'[') => {
                    let close = if first == b'{' { b'}' } else { b']' };
                    self.at += 1;
                    self.skip_blanks();
                    if self.peek()? != close {
                        open.push(close);
                        if first == b'{' {
                            self.skip_key()?;
                        }
                        continue;
                    }
                    self.at += 1;
                }
                b'"' => self.skip_string()?,
                b'-' | b'0'..=b'9' => self.skip_number()?,
                b't' => self.skip_word(b"true")?,
                b'f' => self.skip_word(b"false")?,
                b'n' => self.skip_word(b"null")?,
                _ => return Err(ScanStop::Malformed),
            }
            // A value has ended, and perhaps what it is in.
            loop {
                let Some(&close) = open.last() else { return Ok(()) };
                self.skip_blanks();
                match self.peek()? {
                    b',' => {
                        self.at += 1;
                        if close == b'}' {
                            self.skip_key()?;
                        }
                        break;
                    }
                    found if found == close => {
                        self.at += 1;
                        open.pop();
                    }
                    _ => return Err(ScanStop::Malformed),
                }
            }
        }
    }

    /// Reads a key and its colon.
    fn key(&mut self) -> Result<Cow<'b, str>, ScanStop> {
        let quoted = self.skip_key()?;
        let key = if quoted.contains(&b'\\') {
            // A key that is not text is none that anybody expects.
            Cow::Owned(serde_json::from_slice(quoted).unwrap_or_default())
        } else {
            String::from_utf8_lossy(&quoted[1..quoted.len() - 1])
        };
        Ok(key)
    }

    /// Skips a key and its colon, and returns the key in its quotes.
    fn skip_key(&mut self) -> Result<&'b [u8], ScanStop> {
        self.skip_blanks();
        if self.peek()? != b'"' {
            return Err(ScanStop::Malformed);
        }
        let start = self.at;
        self.skip_string()?;
        let quoted = &self.bytes[start..self.at];
        self.skip_blanks();
        if self.peek()? != b':' {
            return Err(ScanStop::Malformed);
        }
        self.at += 1;
        Ok(quoted)
    }

    fn skip_string(&mut self) -> Result<(), ScanStop> {
        self.at += 1;
        loop {
            let rest = &self.bytes[self.at..];
            let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            self.at += rest.iter().position(is_special).unwrap_or(rest.len());
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    match self.peek()? {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
                        b'u' => {
                            self.at += 1;
                            for _ in 0..4 {
                                if !self.peek()?.is_ascii_hexdigit() {
                                    return Err(ScanStop::Malformed);
                                }
                                self.at += 1;
                            }
                        }
                        _ => return Err(ScanStop::Malformed),
                    }
                }
                _ => return Err(ScanStop::Malformed),
            }
        }
        self.at += 1;
        Ok(())
    }

    fn skip_number(&mut self) -> Result<(), ScanStop> {
        if self.peek()? == b'-' {
            self.at += 1;
        }
        match self.peek()? {
            // No digit may follow.
            b'0' => self.at += 1,
            _ => self.skip_digits()?,
        }
        if self.peek() == Ok(b'.') {
            self.at += 1;
            self.skip_digits()?;
        }
        if let Ok(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Ok(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.skip_digits()?;
        }
        Ok(())
    }

    fn skip_digits(&mut self) -> Result<(), ScanStop> {
        if !self.peek()?.is_ascii_digit() {
            return Err(ScanStop::Malformed);
        }
        while self.peek().is_ok_and(|it| it.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn skip_word(&mut self, word: &[u8]) -> Result<(), ScanStop> {
        for &letter in word {
            if self.peek()? != letter {
                return Err(ScanStop::Malformed);
            }
            self.at += 1;
        }
        Ok(())
    }
}

/// Whether two keys are the same to a reader that ignores case, as Go's `encoding/json` does, which also takes `ſ` for `s`
/// and the Kelvin sign for `k`.
fn is_same(name: &str, key: &str) -> bool {
    let folded = |text: &str| text.to_uppercase().to_lowercase();
    name == key || name.eq_ignore_ascii_case(key) || (!key.is_ascii() && folded(name) == folded(key))
}
