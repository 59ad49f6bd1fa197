//! What a ServiceAccount is in a cloud, where its annotation still has a placeholder.

use crate::manifest::document::Node;
use crate::text::to_fill_in::is_addressed_to_reader;
use crate::text::word_list::has_word;

/// An identity in a cloud that cannot exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfilledIdentity {
    /// The cloud.
    pub cloud: &'static str,
    /// The annotation that names the identity.
    pub key: &'static str,
    /// The part that was to be replaced.
    pub placeholder: Box<str>,
    /// The whole value.
    pub value: Box<str>,
}

/// The accounts in AWS' own examples.
const EXAMPLES: &str = "012345678901 111122223333 123456789012 444455556666";

/// An annotation with its cloud, and what finds the part of its value that was to be replaced.
type Row = (&'static str, &'static str, fn(&str) -> Option<&str>);

/// The annotations from which clouds take the identity of a pod.
const KEYS: [Row; 3] = [
    ("eks.amazonaws.com/role-arn", "AWS", in_arn),
    ("iam.gke.io/gcp-service-account", "Google Cloud", in_address),
    ("azure.workload.identity/client-id", "Azure", in_client_id),
];

/// Returns the identity of a ServiceAccount whose annotation has a placeholder for people. What a template engine replaces may be
/// replaced.
pub(super) fn unfilled_identity(account: Node<'_>) -> Option<UnfilledIdentity> {
    let annotations = account.field("metadata.annotations").node()?;
    KEYS.iter().find_map(|(key, cloud, find)| {
        let value = annotations.get(key)?.text()?;
        let placeholder = find(value).filter(|_| !value.contains(['$', '{', '%', '#']))?;
        Some(UnfilledIdentity { cloud, key, placeholder: placeholder.into(), value: value.into() })
    })
}

/// An account of AWS is a number of 12 digits: `arn:aws:iam::ACCOUNT_ID:role/report`.
fn in_arn(value: &str) -> Option<&str> {
    let account = value.strip_prefix("arn:aws").and_then(|it| it.split(':').nth(3))?;
    let is_number = account.bytes().all(|it| it.is_ascii_digit());
    let is_placeholder = if is_number { has_word(EXAMPLES, account) } else { is_for_people(account) };
    is_placeholder.then_some(account)
}

/// A project of Google Cloud has small letters: `report@PROJECT_ID.iam.gserviceaccount.com`.
fn in_address(value: &str) -> Option<&str> {
    let (_, domain) = value.split_once('@')?;
    let project = domain.strip_suffix(".iam.gserviceaccount.com")?;
    is_for_people(project).then_some(project)
}

/// A client of Azure has a UUID.
fn in_client_id(value: &str) -> Option<&str> {
    let is_zero = value.len() == 36 && value.bytes().all(|it| it == b'0' || it == b'-');
    let is_uuid = value.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-');
    (is_zero || !is_uuid && is_for_people(value)).then_some(value)
}

/// Whether a text asks for another one: `ACCOUNT_ID`, `<account>`, `your-project`, `XXXXXXXXXXXX`.
fn is_for_people(text: &str) -> bool {
    let is_upper = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit() || matches!(it, b'_' | b'-');
    text.starts_with('<') && text.ends_with('>')
        || text.len() > 2
            && text.starts_with(|it: char| it.is_ascii_uppercase())
            && text.bytes().all(is_upper)
        || text.len() > 3 && text.bytes().all(|it| it == b'x')
        || is_addressed_to_reader(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_in_identities() {
        for (find, value, found) in [
            (KEYS[0].2, "arn:aws:iam::ACCOUNT_ID:role/report", Some("ACCOUNT_ID")),
            (KEYS[0].2, "arn:aws:iam::<account-id>:role/report", Some("<account-id>")),
            (KEYS[0].2, "arn:aws:iam::123456789012:role/report", Some("123456789012")),
            (KEYS[0].2, "arn:aws-cn:iam::YOUR_ACCOUNT:role/report", Some("YOUR_ACCOUNT")),
            (KEYS[0].2, "arn:aws:iam::412345678901:role/REPORT", None),
            (KEYS[0].2, "", None),
            (KEYS[1].2, "report@PROJECT_ID.iam.gserviceaccount.com", Some("PROJECT_ID")),
            (KEYS[1].2, "report@your-project-id.iam.gserviceaccount.com", Some("your-project-id")),
            (KEYS[1].2, "report@shop-prod-1.iam.gserviceaccount.com", None),
            (KEYS[2].2, "00000000-0000-0000-0000-000000000000", Some("00000000-0000-0000-0000-000000000000")),
            (KEYS[2].2, "<client-id>", Some("<client-id>")),
            (KEYS[2].2, "6b1d0c9e-55a4-4f0e-9a57-1c0de7a1b2c3", None),
        ] {
            assert_eq!(find(value), found, "{value}");
        }
    }
}
