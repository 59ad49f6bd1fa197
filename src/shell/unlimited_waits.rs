//! Waits that an option, or the lack of one, keeps from ever ending; and loops of Python that wait.

use crate::text::span::Span;
use crate::value::duration;
use crate::value::program::base_name;

/// A wait that its own options do not limit.
pub struct UnlimitedWait {
    /// What must not happen for it to last, after "if".
    pub condition: &'static str,
    /// How long it lasts at most, to follow "waits"; none if it can last forever.
    pub limit: Option<&'static str>,
    /// Why it lasts that long.
    pub cause: &'static str,
    /// A timeout that ends it.
    pub timeout: &'static str,
}

/// Returns how a program waits that has no limit.
pub fn unlimited_wait(words: &[&str]) -> Option<UnlimitedWait> {
    const UNAVAILABLE: &str = "the service never becomes available";
    let wait = |condition, cause, timeout| Some(UnlimitedWait { condition, limit: None, cause, timeout });
    let (program, arguments) = words.split_first()?;
    let value = |names: &[&str]| {
        arguments.iter().enumerate().find_map(|(at, word)| {
            if names.contains(word) {
                return arguments.get(at + 1).copied();
            }
            let (name, value) = word.split_once('=')?;
            names.contains(&name).then_some(value)
        })
    };
    let is_zero = |it: &str| duration::seconds(it) == Some(0.0);
    match base_name(program) {
        "wait-for-it" | "wait-for-it.sh" | "wait-for" | "wait-for.sh" | "wait4x" => {
            value(&["-t", "--timeout"]).filter(|it| is_zero(it))?;
            let timeout = if program.ends_with("wait4x") { "--timeout=5m" } else { "--timeout=300" };
            wait(UNAVAILABLE, "its timeout is 0", timeout)
        }
        "wait-on" => {
            let has_limit = arguments.iter().any(|it| {
                it.starts_with("-t")
                    || it.starts_with("--timeout")
                    || it.starts_with("-c")
                    || it.starts_with("--config")
            });
            let has_target = arguments.iter().any(|it| it.contains(':') || it.contains('/'));
            if !has_target || has_limit {
                return None;
            }
            wait(UNAVAILABLE, "`--timeout` is not set", "--timeout 5m")
        }
        "kubectl" | "oc" if arguments.contains(&"wait") => {
            value(&["--timeout"]).filter(|it| it.starts_with('-'))?;
            let endless = wait("the condition is never met", "`--timeout` is negative", "--timeout=30m")?;
            Some(UnlimitedWait { limit: Some("for up to a week"), ..endless })
        }
        _ => None,
    }
}

/// A `while True` of Python.
pub struct PythonLoop {
    /// Where its first line stands in the script.
    pub span: Span,
    /// Whether something can end it.
    pub leaves: bool,
    /// Whether it asks another program again and again, and counts nothing.
    pub is_wait: bool,
}

/// Returns the first loop of a Python script whose condition is always true.
pub fn python_loop(text: &str) -> Option<PythonLoop> {
    const LEAVES: [&str; 5] = ["break", "return", "exit(", "raise", "os._exit"];
    const ASKS: [&str; 9] = [
        "connect",
        "urlopen",
        "requests.",
        "ping(",
        "create_engine",
        "getaddrinfo",
        "gethostbyname",
        "exists(",
        "select 1",
    ];
    const COUNTS: [&str; 8] =
        ["+= 1", "+=1", "-= 1", "-=1", "time.time()", "monotonic()", "deadline", "next("];
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut at = 0;
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        let code = line.split('#').next().unwrap_or_default().trim();
        if matches!(code, "while True:" | "while 1:") {
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|it| it.trim().is_empty() || indent(it) > indent(line))
                .map(|it| it.split('#').next().unwrap_or_default())
                .collect();
            let has = |words: &[&str]| {
                body.iter()
                    .any(|line| words.iter().any(|it| line.to_lowercase().contains(&it.to_lowercase())))
            };
            let start = at + indent(line);
            let is_wait = has(&["sleep("]) && has(&ASKS) && !has(&COUNTS);
            return Some(PythonLoop {
                span: Span::new(start, start + code.len()),
                leaves: has(&LEAVES),
                is_wait,
            });
        }
        at += line.len();
    }
    None
}
