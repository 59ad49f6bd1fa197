//! What a namespace decides where pods state nothing: limits and requests, and whether they get a token.

use crate::manifest::document::Node;
use crate::neighbours::facts::Facts;
use crate::neighbours::neighbour::Neighbour;

/// Whether one of some LimitRanges fills in one of these in containers: `limits.memory`.
pub(super) fn fill_in(ranges: &[&Neighbour], fields: &[&str]) -> bool {
    let mut specifications = ranges.iter().filter_map(|it| match &it.facts {
        Facts::Specification(kept) => kept.root(),
        _ => None,
    });
    specifications.any(|it| fields.iter().any(|field| fills_in(it, field)))
}

/// Whether the `spec` of a LimitRange fills in a limit or a request (`SetDefaults_LimitRangeItem`).
fn fills_in(range: Node<'_>, field: &str) -> bool {
    let Some((list, resource)) = field.split_once('.') else { return false };
    let sources: &[&'static str] = match list {
        "limits" => &["default", "max"],
        _ => &["defaultRequest", "default", "max", "min"],
    };
    let mut items = range.field("limits").items().filter(|it| it.field("type").is("Container"));
    items.any(|it| sources.iter().any(|list| it.get(list).is_some_and(|it| it.get(resource).is_some())))
}

/// Whether a ServiceAccount keeps its token from pods that do not ask for it.
pub(super) fn keeps_token(account: &Neighbour) -> bool {
    matches!(account.facts, Facts::ServiceAccount { mounts_token: false, .. })
}
