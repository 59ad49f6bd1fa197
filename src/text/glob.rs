//! Globs, matched without compiling them: memory grows with the bytes of the pattern, and the steps are counted.

use std::str::Chars;

/// The longest pattern, in bytes: a name has at most 255, and a path that a pattern spells out is rarely longer.
pub const LONGEST: usize = 1024;

/// The deepest nesting of `{a,{b,c}}`.
pub const DEEPEST: usize = 10;

/// Why a text is not a glob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// The pattern has more than [`LONGEST`] bytes.
    #[error("it is longer than {LONGEST} bytes")]
    TooLong,
    /// The pattern ends with a `\`, which escapes nothing.
    #[error("nothing follows its last `\\`")]
    Escape,
    /// A `[…]` is not closed, or its range runs backwards.
    #[error("a `[` is not closed, or its range runs backwards")]
    Class,
    /// The braces multiply to too many patterns.
    #[error("its braces have too many combinations")]
    Combinations,
    /// The braces nest deeper than [`DEEPEST`].
    #[error("its braces nest deeper than {DEEPEST}")]
    Nesting,
    /// A `}` closes nothing.
    #[error("a `}}` has no `{{`")]
    Unopened,
    /// A `{` is never closed.
    #[error("a `{{` is not closed")]
    Unclosed,
}

/// Whether a pattern is at most as long as allowed, and each `[…]` and `\` in it complete.
///
/// # Errors
/// Returns what is wrong with it.
pub fn check(pattern: &str) -> Result<(), GlobError> {
    if pattern.len() > LONGEST {
        return Err(GlobError::TooLong);
    }
    for part in pattern.split('/') {
        let mut rest = part.chars();
        while let Some(first) = rest.next() {
            match first {
                '\\' if rest.next().is_none() => return Err(GlobError::Escape),
                '[' if class(&mut rest, '\0').is_none() => {
                    return Err(GlobError::Class);
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// The most steps that it takes to decide about one path; a step looks at about one character of a pattern.
pub const MAX_STEPS: usize = 1 << 15;

/// Whether a pattern covers a whole path: `*` and `?` stay within a name, `**` stands for any number of directories, and at
/// the end for anything below. Takes its steps from `left`; without any left it covers nothing.
pub fn matches(pattern: &str, path: &str, left: &mut usize) -> bool {
    let below = if pattern == "**" || pattern.ends_with("/**") { Some("*") } else { None };
    let (mut parts, mut names) = (pattern.split('/').chain(below), path.split('/'));
    let mut retry = None;
    while spend_steps(4, left) {
        let (mut next_parts, mut next_names) = (parts.clone(), names.clone());
        match (next_parts.next(), next_names.next()) {
            (None, None) => return true,
            (Some("**"), _) => {
                parts = next_parts;
                retry = Some((parts.clone(), names.clone()));
                continue;
            }
            (Some(part), Some(name)) if matches_name(part, name, left) => {
                (parts, names) = (next_parts, next_names);
                continue;
            }
            _ => {}
        }
        // The last `**` takes one more directory; what an earlier one takes makes no difference then.
        let Some((after, from)) = &mut retry else { return false };
        if from.next().is_none() {
            return false;
        }
        (parts, names) = (after.clone(), from.clone());
    }
    false
}

/// Whether a pattern without `/` covers a whole name, in as many steps as are left.
pub fn matches_name(pattern: &str, name: &str, left: &mut usize) -> bool {
    let (mut pattern, mut name) = (pattern.chars(), name.chars());
    let mut retry: Option<(Chars<'_>, Chars<'_>)> = None;
    while spend_steps(1, left) {
        let (mut rest, mut others) = (pattern.clone(), name.clone());
        match (rest.next(), others.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                retry = Some((rest.clone(), name.clone()));
                pattern = rest;
                continue;
            }
            (Some(first), Some(character)) => {
                let is_taken = matches_char(first, &mut rest, character);
                // A class has as many steps as characters.
                spend_steps(pattern.as_str().len() - rest.as_str().len() - 1, left);
                if is_taken {
                    (pattern, name) = (rest, others);
                    continue;
                }
            }
            _ => {}
        }
        let Some((after, from)) = &mut retry else { return false };
        if from.next().is_none() {
            return false;
        }
        (pattern, name) = (after.clone(), from.clone());
    }
    false
}

/// Takes steps, and returns whether that many were left.
fn spend_steps(steps: usize, left: &mut usize) -> bool {
    let enough = *left >= steps;
    *left = left.saturating_sub(steps);
    enough
}

/// Whether the part of a pattern that begins with `first` takes a character; moves `rest` after it.
fn matches_char(first: char, rest: &mut Chars<'_>, character: char) -> bool {
    match first {
        '?' => true,
        '[' => class(rest, character).unwrap_or(false),
        '\\' => rest.next() == Some(character),
        other => other == character,
    }
}

/// Whether `[a-z]` has a character, for what follows the `[`; `None` if it is malformed.
fn class(rest: &mut Chars<'_>, character: char) -> Option<bool> {
    let is_negated = rest.as_str().starts_with(['!', '^']);
    if is_negated {
        rest.next();
    }
    let (mut has, mut is_first) = (false, true);
    loop {
        let mut start = rest.next()?;
        match start {
            ']' if !is_first => return Some(has != is_negated),
            '[' if rest.as_str().starts_with(':') => {
                let (name, behind) = rest.as_str()[1..].split_once(":]")?;
                has |= is_in_class(name, character)?;
                *rest = behind.chars();
                is_first = false;
                continue;
            }
            '\\' => start = rest.next()?,
            _ => {}
        }
        is_first = false;
        let behind = rest.as_str().strip_prefix('-').filter(|it| !it.is_empty() && !it.starts_with(']'));
        let Some(behind) = behind else {
            has |= start == character;
            continue;
        };
        *rest = behind.chars();
        let mut end = rest.next()?;
        if end == '\\' {
            end = rest.next()?;
        }
        if end < start {
            return None;
        }
        has |= (start..=end).contains(&character);
    }
}

/// Whether a named class of POSIX has a character.
fn is_in_class(name: &str, character: char) -> Option<bool> {
    Some(match name {
        "alnum" => character.is_ascii_alphanumeric(),
        "alpha" => character.is_ascii_alphabetic(),
        "blank" => matches!(character, ' ' | '\t'),
        "cntrl" => character.is_ascii_control(),
        "digit" => character.is_ascii_digit(),
        "graph" => character.is_ascii_graphic(),
        "lower" => character.is_ascii_lowercase(),
        "print" => character.is_ascii_graphic() || character == ' ',
        "punct" => character.is_ascii_punctuation(),
        "space" => character.is_ascii_whitespace() || character == '\u{b}',
        "upper" => character.is_ascii_uppercase(),
        "xdigit" => character.is_ascii_hexdigit(),
        _ => return None,
    })
}

/// Writes out the alternatives of `a/{b,c}`: `a/b` and `a/c`.
///
/// # Errors
/// Returns what is wrong with the braces: they do not pair, nest too deeply, or multiply to too many patterns.
pub fn alternatives(pattern: &str) -> Result<Vec<String>, GlobError> {
    if pattern.len() > LONGEST {
        return Err(GlobError::TooLong);
    }
    // A list costs about its own length; only products of lists cost more.
    let most = 1024 + 32 * pattern.len();
    let (mut done, mut waiting, mut size) = (Vec::new(), vec![pattern.to_owned()], 0);
    while let Some(text) = waiting.pop() {
        let Some(braces) = first_braces(&text)? else {
            size += text.len() + 16;
            done.push(text);
            if size > most {
                return Err(GlobError::Combinations);
            }
            continue;
        };
        let (before, after) = (&text[..braces[0]], &text[braces[braces.len() - 1] + 1..]);
        let inner = braces.windows(2).rev().map(|it| &text[it[0] + 1..it[1]]);
        waiting.extend(inner.map(|it| format!("{before}{it}{after}")));
    }
    Ok(done)
}

/// Returns where the first pair of braces opens, parts its alternatives, and closes.
fn first_braces(text: &str) -> Result<Option<Vec<usize>>, GlobError> {
    let (mut places, mut depth, mut characters) = (Vec::new(), 0usize, text.char_indices());
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => _ = characters.next(),
            // A brace in brackets is a character.
            '[' => {
                let mut rest = text[at + 1..].chars();
                if class(&mut rest, '\0').is_some() {
                    let end = text.len() - rest.as_str().len();
                    while characters.offset() < end {
                        characters.next();
                    }
                }
            }
            '{' => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(GlobError::Nesting);
                }
                if depth == 1 {
                    places.push(at);
                }
            }
            ',' if depth == 1 => places.push(at),
            '}' if depth == 0 => return Err(GlobError::Unopened),
            '}' => {
                depth -= 1;
                if depth == 0 {
                    places.push(at);
                    return Ok(Some(places));
                }
            }
            _ => {}
        }
    }
    if depth > 0 { Err(GlobError::Unclosed) } else { Ok(None) }
}
