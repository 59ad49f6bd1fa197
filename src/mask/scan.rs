//! Finds what may be a credential in any text: a manifest that parses or not, an object of another kind, a comment, a
//! configuration, a script, a message.
//!
//! Nothing is parsed. A few words and the beginnings of tokens are looked for all at once, and around each of them the
//! text is read as lines, names and quotes. Every step looks at a bounded part of the text, or goes on behind what was
//! hidden, so that the time grows with the bytes.

use std::collections::HashMap;
use std::ops::Range;

use super::excuse::is_user_name;
use super::extent::Separator;
use super::hidden::{Prose, Scan};
use super::indirect::{self, next_item};
use super::lines::{Lines, whole_name};
use super::name::{self, Promise};
use super::next::{next_word, word_below};
use super::prose;
use super::public_name::is_in_image;
use super::separator::separator;
use super::told;
use super::trigger::{TRIGGERS, Trigger};
use super::{
    address, call, command, data, dialogue, encoded, input, login_flags, neighbor, pairs, protocol, random,
    table, token, verb, vocabulary, xml,
};

/// So many words of a line are looked at: each may look through all that follows, so that the rest is hidden instead.
const MOST_ON_LINE: usize = 256;

/// The longest variable at the beginning of the name of a file, in bytes.
const MAX_DIRECTORY: usize = 16;

/// The longest word before a name with which it is one of two, in bytes.
const NEAR: usize = 16;

/// Finds the parts of a text that may be credentials, in no order.
pub(super) fn scan(text: &str) -> Vec<Range<usize>> {
    scan_within(text, 0)
}

/// Does the same; `prose` gets what its sentences say.
pub(super) fn scan_with(text: &str, prose: &mut Prose) -> Vec<Range<usize>> {
    scan_all(text, 0, prose)
}

/// Does the same for a text that was found in another one, `depth` times encoded.
pub(super) fn scan_within(text: &str, depth: usize) -> Vec<Range<usize>> {
    scan_all(text, depth, &mut Prose::default())
}

fn scan_all(text: &str, depth: usize, prose: &mut Prose) -> Vec<Range<usize>> {
    let (finder, kinds) = &*TRIGGERS;
    let mut triggered = finder.find(text).peekable();
    let mut found = match triggered.peek() {
        None => Vec::new(),
        Some(_) => {
            let lines = &Lines::new(text);
            let mut scan = Scan {
                lines,
                found: Vec::new(),
                last: 0..0,
                next_name: 0,
                next_command: 0,
                next_account: 0,
                next_input: 0,
                next_quoted: 0,
                next_table: 0,
                next_data: 0,
                next_below: 0,
                far: text.len(),
                marks: None,
                next_literal: 0,
                aliases: None,
                neighbors: HashMap::new(),
                variables: None,
                assigned: None,
                documents: None,
                secrets: Vec::new(),
                prose: Prose::default(),
            };
            let (mut line_end, mut on_line) = (0, 0);
            for it in triggered {
                let Some(index) = it.index.filter(|_| !scan.last.contains(&it.range.start)) else { continue };
                if it.range.start >= line_end {
                    (line_end, on_line) = (lines.end(lines.line(it.range.start)), 0);
                }
                on_line += 1;
                if on_line > MOST_ON_LINE {
                    scan.hide(it.range.start..line_end);
                } else {
                    scan.look(it.range, kinds[index]);
                }
            }
            data::hide_data(&mut scan);
            *prose = scan.prose;
            scan.found
        }
    };
    found.extend(encoded::find(text, depth, scan_within));
    random::find(text, &mut |word| found.push(word));
    found
}

impl<'t> Scan<'t> {
    fn look(&mut self, range: Range<usize>, trigger: Trigger) {
        match trigger {
            Trigger::Word if range.start >= self.next_name => self.name(range),
            Trigger::Word => {}
            Trigger::Address => address::address(self, range),
            Trigger::Login => {
                prose::behind_user(self, &range);
                address::without_scheme(self, range.start);
            }
            Trigger::Account => prose::behind_user(self, &range),
            Trigger::Phrase => prose::phrase(self, &range),
            Trigger::Pair => pairs::look(self, &range),
            Trigger::Call => call::look(self, &range),
            Trigger::Token(shape) => token::token(self, range, shape),
            Trigger::Key => token::private_key(self, range),
            Trigger::Before => token::behind(self, range),
            Trigger::Reader => {
                input::read(self, range.clone());
                // Of equal texts the last one counts: some take a password as an argument, too.
                if command::names().any(|it| it == &self.lines.text[range.clone()]) {
                    command::look(self, range);
                }
            }
            Trigger::User => login_flags::user(self, &range),
            Trigger::Tool => {
                protocol::ftp(self, &range);
                command::look(self, range);
            }
        }
    }

    fn name(&mut self, hit: Range<usize>) {
        let range = whole_name(self.lines, hit.clone(), self.next_name);
        let lines = self.lines;
        self.next_name = range.end;
        if is_in_image(lines, range.start) {
            return;
        }
        if let Some((pattern, text)) = dialogue::substituted(lines, &hit)
            && let Some(promise) = name::promise(&lines.text[pattern])
        {
            self.hide_value(promise, "", text);
        }
        let name = &lines.text[range.clone()];
        if name::is_secret(name) {
            self.secrets.push(range.start);
        }
        if name.eq_ignore_ascii_case("stringData")
            && range.start >= self.next_data
            && let Some((Separator::Colon, from)) = separator(lines, &range)
        {
            data::hide_below(self, &range, from);
            return;
        }
        if name == "secretGenerator"
            && range.start >= self.next_literal
            && let Some((Separator::Colon, from)) = separator(lines, &range)
        {
            data::hide_literals(self, &range, from);
            return;
        }
        let before =
            || &lines.text[lines.text.floor_char_boundary(range.start.saturating_sub(NEAR))..range.start];
        let promise = name::promise(name).or_else(|| name::promise_of_pair(before(), name));
        let is_of_passwords = name.to_ascii_lowercase().contains("pgpassfile");
        if is_of_passwords || name::promise_of_file(name).is_some_and(|it| it > Promise::Weak) {
            if is_written(lines, range.start) {
                input::hide(self, range.clone());
            }
            if let Some(given) = input::substituted(lines, range.end) {
                self.hide_value(Promise::Password, "", given);
            }
        }
        // What a server is given under such a name is meant for it alone: `?key=hunter2`, `X-Secret: hunter2`.
        let is_parameter = is_parameter(lines, &range);
        let is_given =
            is_parameter || name::is_header(name) || is_code(lines, &range) || is_pragma(lines, &range);
        let promise = if is_given { promise.max(name::promise_of_parameter(name)) } else { promise };
        let is_apart = || lines.byte(range.end).is_none_or(|it| !b"=:".contains(&it));
        let is_key = (name.eq_ignore_ascii_case("key") || name.eq_ignore_ascii_case("keys")) && is_apart();
        let is_user = || {
            promise == Some(Promise::Login)
                && is_user_name(name.trim_end_matches(|it: char| it.is_ascii_digit()))
        };
        if (promise.is_some() && !is_user() || is_key) && !name::is_rule(name) {
            let is_clear = promise == Some(Promise::Password) && !name.eq_ignore_ascii_case("pass");
            prose::around(self, &range, is_clear);
        }
        let Some(promise) = promise.filter(|_| !name::is_rule(name)) else { return };
        // npm's user and password in base64.
        let is_auth = name == "_auth" || name.ends_with("/_auth");
        // What `-Dsonar.login` has is mostly a token.
        let promise = if is_auth || name.ends_with("sonar.login") { Promise::Password } else { promise };
        if promise > Promise::Weak {
            if is_written(lines, range.start) {
                input::hide(self, range.clone());
            }
            for it in dialogue::answers(lines, &range) {
                self.hide_value(promise, name, it);
            }
        }
        if let Some(password) = protocol::log_in(lines, &range) {
            self.hide_value(Promise::Password, "", password);
        }
        match separator(lines, &range) {
            Some((separator, from)) => {
                self.hide_values(&range, from, separator, promise, name);
                if promise > Promise::Weak {
                    neighbor::below(self, &range, from, promise, name);
                    if let Some(item) = indirect::behind_item(lines, from, separator) {
                        self.hide_value(promise, name, item);
                    }
                }
            }
            // The flag has no value: `docker login --password-stdin registry.example.com`
            None if name.starts_with('-') && name.ends_with("stdin") => {}
            None if name.starts_with('-') => {
                let next = next_word(lines, range.end);
                let value = next.or_else(|| word_below(lines, &range));
                self.hide_value_or_near(promise, name, value, range.end);
            }
            None => {
                table::look(self, &range);
                // `docker login registry:5000`
                let value = told::told(lines, &range).filter(|_| promise > Promise::Login);
                let value = value.or_else(|| told::called(lines, &range, promise));
                let value = value.or_else(|| told::set_to(lines, &range).filter(|_| promise > Promise::Weak));
                let value = value.or_else(|| next_item(lines, &range, promise));
                let value = value.or_else(|| told::quoted_below(lines, &range, promise));
                call::with_user(self, &range, promise);
                verb::argument(self, &range);
                if promise > Promise::Weak {
                    neighbor::in_block(self, &range, promise, name);
                }
                if let Some(mapping) = value.clone().filter(|it| lines.byte(it.start) == Some(b'{')) {
                    neighbor::below(self, &range, mapping.start, promise, name);
                }
                let value = value.or_else(|| xml::tagged(lines, &range));
                // In a language without blanks, the value is a part of the name.
                let name = if value.as_ref().is_some_and(|it| it.start < range.end) { "" } else { name };
                self.hide_value_or_near(promise, name, value, range.end);
                if neighbor::is_value(lines, &range) {
                    neighbor::beside(self, &range, promise, name);
                }
            }
        }
    }

    /// Returns where objects say that they are a Secret.
    pub(super) fn take_secrets(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.secrets)
    }
}

/// Whether a name is that of a parameter in an address, and its value none that everybody knows: `?key=hunter2`, `?key=value`.
fn is_parameter(lines: &Lines<'_>, name: &Range<usize>) -> bool {
    let is_one = matches!(lines.before(name.start), Some(b'?' | b'&')) && lines.byte(name.end) == Some(b'=');
    let value = lines.text[name.end..].bytes().skip(1).take_while(u8::is_ascii_alphanumeric).count();
    is_one && !vocabulary::has(&lines.text[name.end + 1..name.end + 1 + value])
}

/// Whether `secret` is a name in a program or a request, where it is that of no object: `"secret":"hunter2"`, `secret = 'hunter2'`.
fn is_code(lines: &Lines<'_>, name: &Range<usize>) -> bool {
    if !lines.text[name.clone()].eq_ignore_ascii_case("secret") {
        return false;
    }
    let separator = |at: usize| lines.byte(lines.skip_blanks(at));
    match lines.quote_at(name.end) {
        Some((_, behind)) => separator(behind) == Some(b':'),
        None => separator(name.end) == Some(b'='),
    }
}

/// Whether a name is that of a setting of SQLite, which has the key of a database: `PRAGMA key = 'hunter2'`.
fn is_pragma(lines: &Lines<'_>, name: &Range<usize>) -> bool {
    const WORD: &str = "pragma ";
    let before = name.start.checked_sub(WORD.len()).and_then(|it| lines.text.get(it..name.start));
    before.is_some_and(|it| it.eq_ignore_ascii_case(WORD))
}

/// Whether a command writes to the file of this name.
fn is_written(lines: &Lines<'_>, name: usize) -> bool {
    let at = name - lines.quote_before(name).map_or(0, |it| it.length());
    let bytes = lines.text.as_bytes();
    // `> $HOME/.pgpass`
    let directory = bytes[..at]
        .iter()
        .rev()
        .take(MAX_DIRECTORY)
        .take_while(|it| it.is_ascii_alphanumeric() || b"~$_{}".contains(it));
    let before = &bytes[..at - directory.count()];
    let before = before[before.len().saturating_sub(8)..].trim_ascii_end();
    // `> "$PASSWORD_FILE"`
    let before = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii_end();
    [&b">"[..], b">|", b"tee", b"tee -a"].iter().any(|it| before.ends_with(it))
}
