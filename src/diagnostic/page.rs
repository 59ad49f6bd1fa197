//! Pages as they are read outside the repository.

use crate::diagnostic::meta::SITE;

/// Returns a page of the repository, such as `rules/missing-ttl.md`, for readers elsewhere: without the comments that say who writes
/// which part, and with links that lead to the web site.
pub fn published(path: &str, page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    let (mut is_block, mut is_code) = (false, false);
    for line in page.split_inclusive('\n') {
        let is_fence = line.trim_start().starts_with("```");
        is_block ^= is_fence;
        // Code between backticks can continue on the next line, but not after the end of the paragraph.
        is_code &= !line.trim().is_empty();
        if is_block || is_fence {
            text += line;
        } else if !line.starts_with("<!--") {
            is_code = push_prose(&mut text, path, line, is_code);
        }
    }
    text
}

/// Appends a line outside blocks; nothing between backticks is a link. Returns whether the line ends between two.
fn push_prose(text: &mut String, path: &str, line: &str, mut is_code: bool) -> bool {
    for (index, part) in line.split('`').enumerate() {
        if index > 0 {
            text.push('`');
            is_code = !is_code;
        }
        let mut rest = part;
        while !is_code && let Some((before, target, after)) = next_link(rest) {
            *text += before;
            *text += &absolute(path, target);
            rest = after;
        }
        *text += rest;
    }
    is_code
}

/// Returns the text up to the target of the first link, the target, and the text from its closing parenthesis on.
fn next_link(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("](")? + 2;
    let end = start + text[start..].find(')')?;
    Some((&text[..start], &text[start..end], &text[end..]))
}

/// Returns the address that a link on a page leads to, without a slash at its end as all addresses of pages have it.
fn absolute(path: &str, target: &str) -> String {
    if target.contains("://") {
        return target.to_owned();
    }
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let mut place: Vec<_> = path.split('/').collect();
    if !file.is_empty() {
        place.pop();
    }
    for step in file.split('/').filter(|step| !step.is_empty()) {
        if step == ".." {
            place.pop();
        } else {
            place.push(step);
        }
    }
    let place = place.join("/");
    let place = place.strip_suffix("/README.md").or(place.strip_suffix(".md")).unwrap_or(&place);
    let anchor = anchor.map(|anchor| format!("/#{anchor}")).unwrap_or_default();
    format!("{SITE}/{place}{anchor}")
}

#[cfg(test)]
mod tests {
    use super::{SITE, published};

    #[test]
    fn links_lead_to_the_site_and_comments_are_gone() {
        let page = "<!-- box -->\nSee [`a`](a.md), [b](../docs/b.md#c-d), [all](README.md) and [it](#why),\n\
                    not `x[0](y)`, `of\nx[0](y)` or [this](https://example.com/z.md).\n```sh\n[ -f x ](y.md)\n<!-- z -->\n```\n";
        let expected = format!(
            "See [`a`]({SITE}/rules/a), [b]({SITE}/docs/b/#c-d), [all]({SITE}/rules) and [it]({SITE}/rules/x/#why),\n\
             not `x[0](y)`, `of\nx[0](y)` or [this](https://example.com/z.md).\n\
             ```sh\n[ -f x ](y.md)\n<!-- z -->\n```\n"
        );
        assert_eq!(published("rules/x.md", page), expected);
    }
}
