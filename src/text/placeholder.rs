//! Placeholders that a template engine, `envsubst` or a person is to fill in.

/// Whether the text holds a placeholder: `${NAME}`, `$NAME`, `$(NAME)`, `{{ name }}`, `<name>`, `__NAME__`,
/// `%NAME%`, `@NAME@` or `#{name}#`.
///
/// Meant for names, images, numbers and schedules, none of which may hold such characters. In a script or a sentence
/// most of them mean something else.
pub fn is_placeholder(text: &str) -> bool {
    has_mark(text) && has_placeholder(text)
}

/// Whether the text has any of the characters with which placeholders begin: most have none.
pub fn has_mark(text: &str) -> bool {
    let mut before = 0;
    text.bytes().any(|it| {
        let is_pair = it == b'_' && before == b'_';
        before = it;
        is_pair || matches!(it, b'$' | b'<' | b'{' | b'#' | b'%' | b'@')
    })
}

fn has_placeholder(text: &str) -> bool {
    is_filled_by_template(text)
        || follows(text, "$", |rest| rest.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_'))
        || follows(text, "<", |rest| {
            rest.starts_with(|it: char| it.is_ascii_alphanumeric())
                && encloses(rest, ">", |it| it.is_ascii_alphanumeric() || " _.-".contains(it))
        })
        || ["__", "%", "@"].iter().any(|mark| is_marked(text, mark))
}

/// Whether a word in capitals stands between two marks: `__MONTH__`, but not `RADARR__POSTGRES__HOST`.
pub fn is_marked(text: &str, mark: &str) -> bool {
    let is_inner = |it: char| it.is_ascii_alphanumeric() || it == '_';
    text.match_indices(mark).any(|(at, _)| {
        let rest = &text[at + mark.len()..];
        let end = rest.find(mark).unwrap_or_default();
        let word = &rest[..end];
        word.starts_with(|it: char| it.is_ascii_uppercase())
            && word.chars().all(|it| is_inner(it) && !it.is_ascii_lowercase())
            && !text[..at].ends_with(is_inner)
            && !rest[end + mark.len()..].starts_with(is_inner)
    })
}

/// Whether a line of YAML is nothing but a name in capitals, which a tool replaces by a whole line: `ETL_IMAGE`, `${VOLUMES}`, or
/// `ETL_IMAGE|-image: etl:1.2-|` with the line that is there by default.
pub fn stands_for_line(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default().trim();
    if names_line_with_default(line) {
        return line.ends_with("-|");
    }
    let is_in_capitals =
        |it: &str| it.starts_with(|it: char| it.is_ascii_uppercase()) && it.bytes().all(is_of_name);
    match line.strip_prefix('$') {
        Some(name) => {
            is_in_capitals(name.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or(name))
        }
        None => is_in_capitals(line) && line.contains('_'),
    }
}

/// Whether a text begins with a name in capitals and what marks the line that stands for it by default: `ETL_IMAGE|-image`.
pub fn names_line_with_default(text: &str) -> bool {
    text.split_once("|-").is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(is_of_name))
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
}

/// Whether the text holds `${…}`, `$(…)`, `{{ … }}` or `#{…}`, which no value has by chance.
pub fn is_filled_by_template(text: &str) -> bool {
    // Most texts have none of these.
    if !text.contains(['$', '{', '#']) {
        return false;
    }
    [("${", "}"), ("$(", ")"), ("{{", "}}"), ("#{", "}")].iter().any(|(open, close)| {
        // Whether a `close` follows is known from the last one: to look for it from each `open` takes too long.
        let last = text.rfind(close).unwrap_or_default();
        follows(text, open, |rest| text.len() - rest.len() < last && !rest.starts_with(close))
    })
}

/// Whether `test` holds for what follows any `mark` in the text.
fn follows(text: &str, mark: &str, test: impl Fn(&str) -> bool) -> bool {
    text.match_indices(mark).any(|(at, _)| test(&text[at + mark.len()..]))
}

/// Whether the text continues with one or more characters that `inner` takes, and then `close`.
fn encloses(text: &str, close: &str, inner: impl Fn(char) -> bool) -> bool {
    text.find(|it| !inner(it)).is_some_and(|end| end > 0 && text[end..].starts_with(close))
}

/// Whether a text has a variable that `envsubst` replaces: `$NAME`, `${NAME}`.
pub fn has_variable(text: &str) -> bool {
    follows(text, "$", |rest| rest.starts_with(|it: char| it.is_ascii_alphabetic() || "_{".contains(it)))
}

/// Returns the placeholders of a text that a shell would read as redirections: `<name>`.
pub fn in_angle_brackets(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('<').filter_map(|(at, _)| {
        let whole = text[at..].split_inclusive('>').next()?;
        (is_placeholder(whole) && !whole[1..].contains('<')).then_some(whole)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_to_be_filled_in() {
        let found = [
            "${job}",
            "wipe-${disk:-sda}",
            "$NODE",
            "app-$(BUILD_ID)",
            "{{ .Values.image }}:1",
            "{{name}}",
            "<node-hostname>",
            "registry.example.com/<your project>/app",
            "job-__MONTH__",
            "%REPLICAS%",
            "@VERSION@",
            "#{Environment}#",
        ];
        for text in found {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn a_shell_takes_some_for_redirections() {
        let found: Vec<_> = in_angle_brackets("a < b <CLUSTER>-<your name>-$X <").collect();
        assert_eq!(found, ["<CLUSTER>", "<your name>"]);
    }

    #[test]
    fn leaves_ordinary_values_alone() {
        let other = [
            "",
            "nightly-import",
            "*/5 * * * *",
            "registry.example.com/app@sha256:0f",
            "a__b__c",
            "100%",
            "50%",
            "$",
            "$5",
            "${}",
            "a < b > c!",
            "<>",
            "{}",
            "a@b@c",
            "__init__",
            "RADARR__POSTGRES__HOST",
        ];
        for text in other {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
