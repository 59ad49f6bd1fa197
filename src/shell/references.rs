//! Variables that Kubernetes puts into `command` and `args`.

use std::borrow::Cow;

use crate::text::span::to_u32;

/// Returns the name in `$(NAME)` at the start of a text.
pub fn reference(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("$(")?;
    let len = inner.bytes().take_while(|it| !matches!(it, b')' | b' ' | b'\n' | b'$')).count();
    inner[len..].starts_with(')').then(|| &inner[..len])
}

/// Puts in the variables as Kubernetes does before it starts the container (`third_party/forked/golang/expansion`):
/// `$(NAME)` of the container's `env`, here as letters of the same length, and `$` for `$$`.
pub(super) fn expand_references<'d>(
    text: &'d str,
    is_in_env: &dyn Fn(&str) -> bool,
) -> (Cow<'d, str>, Vec<u32>) {
    if !text.contains("$$") && !text.contains("$(") {
        return (text.into(), Vec::new());
    }
    let (mut result, mut removed, mut rest) = (String::with_capacity(text.len()), Vec::new(), text);
    while let Some(at) = rest.find('$') {
        result.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("$$") {
            result.push('$');
            removed.push(to_u32(result.len()));
            rest = &rest[2..];
        } else if let Some(name) = reference(rest).filter(|name| is_in_env(name)) {
            result.extend(std::iter::repeat_n('x', name.len() + 3));
            rest = &rest[name.len() + 3..];
        } else {
            result.push('$');
            rest = &rest[1..];
        }
    }
    result.push_str(rest);
    (result.into(), removed)
}
