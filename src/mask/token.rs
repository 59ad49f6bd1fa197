//! Credentials that tell by themselves what they are: tokens, private keys, passwords in addresses and behind the words
//! of a protocol.

use std::ops::Range;

use super::address::hide_password;
use super::everyday::is_everyday;
use super::excuse::{has_literal, hides, is_user};
use super::lines::{Lines, is_blank, is_line_end};
use super::name::Promise;
use super::next::{continuation_end, next_word};
use super::word::word;
use crate::facts::secret::chance::is_random;
use crate::facts::secret::shape;
use crate::facts::secret::shape::SHAPES;
use crate::mask::hidden::Scan;
use crate::text::span::range_in;
use crate::text::word_list::has_word_in_any_case;

/// What only decides whether something is a credential is looked for so far.
const FAR: usize = 1000;

/// More of a token than its beginning need not be there: some are cut.
const MIN_BODY: usize = 16;

/// What stands before, within or behind a credential, in lower case.
pub(super) const BEFORE: [&str; 30] = [
    ":*:",
    "user = ",
    "user=",
    "bearer ",
    "basic ",
    "identified by",
    "identified with",
    "hooks.slack.com/services/",
    "/api/webhooks/",
    "/incomingwebhook/",
    "/hooks/catch/",
    "key=",
    "code=",
    ".atlasv1.",
    "@tcp(",
    "@unix(",
    ":aa",
    "oracle:thin:",
    "convertto-securestring ",
    "--from-literal",
    "password for ",
    "kv put ",
    "set data secret",
    "--secret-string",
    "--body",
    ":5432:",
    "crypt(",
    "scram-sha-256$",
    "$argon2",
    "session=",
];

/// The header of a JSON Web Token, and of other JSON in base64.
const JSON: &str = "eyJ";

/// Returns how tokens begin.
pub(super) fn beginnings() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|it| it.prefix).chain([JSON])
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.~+=%".contains(&byte)
}

fn run(lines: &Lines<'_>, from: usize, test: impl Fn(u8) -> bool) -> usize {
    from + lines.text.as_bytes()[from..].iter().take_while(|it| test(**it)).count()
}

/// Hides a token that begins at a place.
pub(super) fn token(scan: &mut Scan<'_>, range: Range<usize>, number: usize) {
    let lines = scan.lines;
    let bytes = lines.text.as_bytes();
    let prefix = SHAPES.get(number).map_or(JSON, |it| it.prefix);
    let is_inner = range.start > 0 && bytes[range.start - 1].is_ascii_alphanumeric();
    if !lines.text[range.start..].starts_with(prefix) || is_inner && prefix.len() < 5 {
        return;
    }
    let same = SHAPES.iter().filter(|it| it.prefix == prefix);
    let fits = |test: fn(u8) -> bool, least: usize| {
        let body = &bytes[range.end..];
        let length = body.iter().take(least).take_while(|it| test(**it)).count();
        length == least && is_made(prefix, &body[..length])
    };
    let is_token = match number {
        _ if prefix == JSON => fits(shape::dashed, MIN_BODY),
        _ => same.into_iter().any(|it| fits(it.body, it.least.min(MIN_BODY))),
    };
    if is_token {
        let end = run(lines, range.end, is_token_byte);
        let end = range.start + lines.text[range.start..end].trim_end_matches('.').len();
        scan.hide(range.start..end);
    }
}

/// Whether the body of a token looks made by chance, and not a word: with a digit, with letters of both cases, or in
/// capitals like its prefix.
fn is_made(prefix: &str, body: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| body.iter().any(test);
    let is_capital = |it: u8| it.is_ascii_uppercase();
    has(u8::is_ascii_digit)
        || has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
        || prefix.bytes().chain(body.iter().copied()).all(is_capital)
}

/// Hides a private key from its first line to its last, whichever of them is there.
pub(super) fn private_key(scan: &mut Scan<'_>, range: Range<usize>) {
    let lines = scan.lines;
    let text = lines.text;
    let label = text[range.end..].bytes().take(60).take_while(|it| !is_line_end(*it)).count();
    let label = &text[range.end..text.floor_char_boundary(range.end + label)];
    if !label.contains("PRIVATE KEY") {
        return;
    }
    let own_end = |from: usize| text[from..].find("-----").map_or(from, |at| from + at + 5);
    let label_end = range.end + label.find("KEY").unwrap_or_default() + 3;
    if text[range.clone()].eq_ignore_ascii_case("-----end") {
        let line = lines.line(range.start);
        let is_body =
            |line: &usize| is_base64_line(lines.content(*line)) && lines.start(*line) >= scan.last.end;
        let count = (0..line).rev().take_while(is_body).count();
        let start = lines.start(line - count) + lines.indent(line - count);
        // What is hidden already is not hidden once more with each mark on a line.
        let start = start.max(scan.last.end);
        if start < label_end {
            scan.hide(start..label_end);
        }
        return;
    }
    // As far as the next one begins, or the lines are of a key.
    let first = lines.line(range.start);
    let mut last = first;
    loop {
        let from = if last == first { label_end } else { lines.start(last) };
        let line = &text[from..lines.end(last)];
        if let Some(end) = line.find("-----END") {
            let end = own_end((from + end + 9).min(text.len()));
            return scan.hide(range.start..end.min(lines.end(last)).max(label_end));
        }
        let is_body = last == first || is_base64_line(lines.content(last)) || is_header(lines.content(last));
        if !is_body {
            return scan.hide(range.start..lines.end(last - 1));
        }
        if last + 1 == lines.count() {
            return scan.hide(range.start..lines.end(last));
        }
        last += 1;
    }
}

/// So many bytes behind its scheme an address of Oracle has user and password.
const LONGEST_LOGIN: usize = 256;

/// Whether a line may be one of a key: nothing but base64 and what surrounds it.
fn is_base64_line(line: &str) -> bool {
    line.bytes().all(|it| it.is_ascii_alphanumeric() || b"+/=\\\"'#-, ".contains(&it))
        && !line.trim().contains("- ")
        || line.is_empty()
}

/// Whether a line is one of the headers of an encrypted key: `Proc-Type: 4,ENCRYPTED`.
fn is_header(line: &str) -> bool {
    ["Proc-Type:", "DEK-Info:"].iter().any(|it| line.starts_with(it))
}

/// Returns where a quoted text begins on the line below, if the line ends at a place; else that place.
fn quoted_below(lines: &Lines<'_>, at: usize) -> usize {
    let line = lines.line(at) + 1;
    if !lines.byte(at).is_some_and(is_line_end) || line >= lines.count() {
        return at;
    }
    let below = lines.start(line) + lines.indent(line);
    if lines.quote_at(below).is_some() { below } else { at }
}

/// Returns the password that SQL gives a user: `IDENTIFIED BY 'hunter2'`, `IDENTIFIED WITH sha256_password BY 'hunter2'`.
fn of_user(lines: &Lines<'_>, phrase: &Range<usize>) -> Option<Range<usize>> {
    let mut at = quoted_below(lines, lines.skip_blanks(phrase.end));
    if lines.text[phrase.clone()].to_ascii_lowercase().ends_with("with") {
        let plugin = word(lines, at);
        let by = word(lines, lines.skip_blanks(plugin.end));
        has_word_in_any_case("BY AS", &lines.text[by.clone()]).then_some(())?;
        at = quoted_below(lines, lines.skip_blanks(by.end));
    }
    let value = word(lines, at);
    // A sentence goes on with a word in small letters: the jobs are identified by their labels.
    let is_word = lines.text[value.clone()].bytes().all(|it| it.is_ascii_lowercase() || b".,:".contains(&it))
        && !lines.text[phrase.clone()].starts_with("IDENTIFIED");
    let is_keyword = has_word_in_any_case("EXTERNALLY PASSWORD RANDOM VALUES", &lines.text[value.clone()]);
    let is_quoted = lines.quote_at(at).is_some();
    (is_quoted || !is_word && !is_keyword).then_some(value)
}

/// Returns the password that another one takes the place of: `IDENTIFIED BY 'tulip' REPLACE 'hunter2'`.
fn replaced(lines: &Lines<'_>, end: usize) -> Option<Range<usize>> {
    let verb = word(lines, lines.skip_blanks(lines.quote_at(end).map_or(end, |it| it.1)));
    let is_verb = lines.text[verb.clone()].eq_ignore_ascii_case("REPLACE");
    is_verb.then(|| word(lines, lines.skip_blanks(verb.end)))
}

/// Whether a text stands before a place, in small letters or capitals and not far from it.
fn is_behind(lines: &Lines<'_>, range: &Range<usize>, text: &str) -> bool {
    let start = lines.text.floor_char_boundary(range.start.saturating_sub(FAR));
    lines.text[start..range.start].to_ascii_lowercase().contains(text)
}

/// Returns the value of a flag that ends at a place: `--body=hunter2`, `--body hunter2`.
fn given_to(lines: &Lines<'_>, flag_end: usize) -> Option<Range<usize>> {
    match lines.byte(flag_end) {
        Some(b'=') => Some(word(lines, flag_end + 1)),
        _ => next_word(lines, flag_end),
    }
}

/// Returns the value of `name=value`.
fn entry(lines: &Lines<'_>, it: Range<usize>) -> Option<Range<usize>> {
    let equals = lines.text[it.clone()].find('=')?;
    let value = it.start + equals + 1..it.end;
    let inner = &lines.text[value.clone()];
    // `login='a b'`
    let quoted = inner.strip_prefix(['"', '\'']).and_then(|it| it.strip_suffix(['"', '\'']));
    Some(quoted.map_or(value.clone(), |_| value.start + 1..value.end - 1))
}

/// Returns the words behind a place, to the end of the command.
fn arguments<'l>(lines: &'l Lines<'_>, from: usize) -> impl Iterator<Item = Range<usize>> + 'l {
    let end = lines.end(lines.line(from)).min(from + FAR);
    let mut at = from;
    std::iter::from_fn(move || {
        at = lines.skip_blanks(at);
        if at >= end || lines.byte(at).is_some_and(|it| b"|&;<>".contains(&it)) {
            return None;
        }
        let it = word(lines, at);
        at = it.end.max(at) + 1;
        Some(it)
    })
}

/// Hides the credential beside the words of a protocol.
pub(super) fn behind(scan: &mut Scan<'_>, range: Range<usize>) {
    let lines = scan.lines;
    let bytes = lines.text.as_bytes();
    let found = match &*lines.text[range.clone()].to_ascii_lowercase() {
        "bearer " | "basic " => {
            let value = word(lines, lines.skip_blanks(range.end));
            let text = &lines.text[value.clone()];
            let is_mixed = text.bytes().any(|it| it.is_ascii_digit() || it.is_ascii_uppercase());
            let is_word = || !is_everyday(text) && lines.text[range.clone()].starts_with("Bearer");
            (text.len() >= 8 && (is_mixed || has_literal(text) || is_word())).then_some(value)
        }
        // A line for curl: `user = "app:hunter2"`.
        "user = " | "user=" => {
            let Some((quote, inner)) = lines.quote_at(range.end) else { return };
            let Some((end, _)) = lines.close_near(quote, inner) else { return };
            let password = lines.text[inner..end].find(':').map(|at| inner + at + 1..end);
            if let Some(password) = password.filter(|it| is_user(&lines.text[inner..it.start - 1])) {
                scan.hide_value(Promise::Generated, "", password);
            }
            return;
        }
        "convertto-securestring " => Some(word(lines, lines.skip_blanks(range.end))),
        // `kubectl create secret generic db --from-literal=login=hunter2`
        "--from-literal" => {
            let quoted = lines.quote_before(range.start).and_then(|it| lines.close_near(it, range.end));
            let it = match quoted {
                Some((close, _)) if close > range.end => Some(range.end + 1..close),
                _ => given_to(lines, range.end),
            };
            let value = it.filter(|_| is_behind(lines, &range, "secret")).and_then(|it| entry(lines, it));
            // `--from-literal=login=\`, and the value on the next line.
            value.map(|it| match continuation_end(lines, it.start) {
                next if next > it.start => word(lines, next),
                _ => it,
            })
        }
        // `vault kv put secret/db login=hunter2`, `oc set data secret/db login=hunter2`
        "kv put " | "set data secret" => {
            for it in arguments(lines, range.end).filter_map(|it| entry(lines, it)) {
                scan.hide_value(Promise::Password, "", it);
            }
            return;
        }
        // `aws secretsmanager create-secret --secret-string hunter2`, `gh secret set DB --body hunter2`
        flag @ ("--secret-string" | "--body") => {
            let value = given_to(lines, range.end)
                .filter(|_| flag != "--body" || is_behind(lines, &range, "secret set"));
            if let Some(value) = value {
                scan.hide_value(Promise::Password, "", value);
            }
            return;
        }
        // `SET PASSWORD FOR 'app'@'%' = 'hunter2'`
        "password for " => {
            let end = lines.end(lines.line(range.end)).min(range.end + FAR);
            let equals = bytes[range.end..end]
                .iter()
                .position(|it| *it == b'=')
                .filter(|_| is_behind(lines, &range, "set "));
            equals.map(|at| word(lines, lines.skip_blanks(range.end + at + 1)))
        }
        // A line of `.pgpass`: `db:5432:shop:app:hunter2`.
        ":5432:" | ":*:" => {
            let ends = |it: &&u8| !is_blank(**it) && !is_line_end(**it) && !b"\"'`".contains(*it);
            let length = bytes[range.end..].iter().take(FAR).take_while(ends).count();
            let text = lines.text.get(range.end..range.end + length).unwrap_or_default();
            let password = text.splitn(3, ':').nth(2).unwrap_or_default();
            range_in(lines.text, password).filter(|it| !it.is_empty())
        }
        "crypt(" => {
            let is_inner = range.start > 0 && bytes[range.start - 1].is_ascii_alphanumeric();
            (!is_inner && lines.quote_at(range.end).is_some()).then(|| word(lines, range.end))
        }
        // What a server keeps of a password.
        "scram-sha-256$" | "$argon2" => Some(
            range.start..run(lines, range.end, |it| it.is_ascii_alphanumeric() || b"$:=+/,.-".contains(&it)),
        ),
        "session=" => {
            let start = range.start.saturating_sub("--cookie ''".len());
            let before = lines.text.get(start..range.start).unwrap_or_default().to_ascii_lowercase();
            ["-b", "cookie"].iter().any(|it| before.contains(it)).then(|| word(lines, range.end))
        }
        "identified by" | "identified with" => {
            let value = of_user(lines, &range);
            if let Some(old) = value.as_ref().and_then(|it| replaced(lines, it.end)) {
                scan.hide_value(Promise::Password, "", old);
            }
            value
        }
        ".atlasv1." => {
            let name =
                bytes[..range.start].iter().rev().take(FAR).take_while(|it| it.is_ascii_alphanumeric());
            Some(range.start - name.count()..run(lines, range.end, shape::dashed))
        }
        ":aa" => {
            let digits =
                bytes[..range.start].iter().rev().take(12).take_while(|it| it.is_ascii_digit()).count();
            let end = run(lines, range.end, shape::dashed);
            (digits >= 6 && end - range.end >= 20).then_some(range.start - digits..end)
        }
        "@tcp(" | "@unix(" => {
            let ends = |it: &&u8| !is_blank(**it) && !is_line_end(**it) && !b"\"'".contains(*it);
            let before = &bytes[scan.last.end.min(range.start)..range.start];
            let length = before.iter().rev().take(FAR).take_while(ends).count();
            let start = range.start - length;
            let login = lines.text.get(start..range.start).unwrap_or_default();
            if let Some(colon) = login.find(':') {
                hide_password(scan, start + colon + 1..range.start);
            }
            return;
        }
        "oracle:thin:" => {
            let ends = |it: &&u8| !is_blank(**it) && !is_line_end(**it) && !b"\"'".contains(*it);
            let length = bytes[range.end..].iter().take(LONGEST_LOGIN).take_while(ends).count();
            let text = lines.text.get(range.end..range.end + length).unwrap_or_default();
            let (user, rest) = text.split_once('/').unwrap_or((text, ""));
            rest.find('@').filter(|_| !user.contains('@')).map(|at| {
                let start = range.end + user.len() + 1;
                start..start + at
            })
        }
        "key=" | "code=" => {
            let ends = |it: u8| is_blank(it) || is_line_end(it) || b"&#;\"'`<>\\".contains(&it);
            let value = range.end..run(lines, range.end, |it| !ends(it));
            let is_parameter = range.start > 0 && b"?&;#".contains(&bytes[range.start - 1]);
            let is_hidden = || hides(Promise::Weak, "", &lines.text[value.clone()]);
            (is_parameter && is_hidden()).then_some(value)
        }
        // An address that posts.
        _ => {
            let end = run(lines, range.end, |it| shape::dashed(it) || it == b'/');
            let path = &lines.text[range.end..end];
            (path.len() >= 20 || is_random(path)).then_some(range.end..end)
        }
    };
    let is_filled_in = |text: &str| text.starts_with(['$', '{', '<']) && !has_literal(text);
    if let Some(found) = found.filter(|it| !is_filled_in(&lines.text[it.clone()])) {
        scan.hide(found);
    }
}
