//! The pages of all rules. They are not in the rules' metadata, so that a program that prints none, such as the playground, does
//! not contain them.

use include_dir::{Dir, include_dir};

use crate::diagnostic::meta::Meta;

static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// Returns the page of a rule: `rules/<id>.md`.
pub fn page(rule: &Meta) -> &'static str {
    PAGES.get_file(format!("{}.md", rule.id)).and_then(|it| it.contents_utf8()).unwrap_or_default()
}

/// Returns the first paragraph of a rule's page that is text, on one line.
pub fn opening(rule: &Meta) -> String {
    first_text(page(rule))
}

fn first_text(page: &str) -> String {
    let is_text = |paragraph: &&str| {
        let paragraph = paragraph.trim();
        !paragraph.is_empty() && !paragraph.starts_with(['#', '|', '<', '>']) && !paragraph.starts_with("```")
    };
    let paragraph = page.split("\n\n").find(is_text).unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{first_text, page};
    use crate::rules::ALL;

    #[test]
    fn the_opening_of_a_page_is_its_first_text() {
        let page = "# an-id\n\n| box | |\n|--|--|\n\n`ttl` ends\nthe Job.\n\n## Wrong\n";
        assert_eq!(first_text(page), "`ttl` ends the Job.");
    }

    #[test]
    fn every_rule_has_a_page() {
        for rule in ALL {
            assert_eq!(page(&rule.meta).lines().next(), Some(&*format!("# {}", rule.meta.id)));
        }
    }
}
