//! The ServiceAccounts to which bindings give roles (`appliesToUser` in `pkg/registry/rbac/validation/rule.go`).

use std::collections::HashSet;

use crate::manifest::document::Node;

/// A ServiceAccount, or all of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    /// Its namespace; `None` for all, or where it is not known.
    pub namespace: Option<Box<str>>,
    /// Its name; `None` for all of the namespace.
    pub name: Option<Box<str>>,
}

/// ServiceAccounts that have roles.
pub(super) type Accounts = HashSet<Account>;

/// Returns the ServiceAccounts that a binding names: in one of a namespace, that is the namespace of those without.
pub(super) fn accounts(binding: Node<'_>) -> Box<[Account]> {
    let own = binding.field("metadata.namespace").text();
    // Kubernetes itself lets everybody look around.
    let is_of_system = binding.field("roleRef.name").text().is_some_and(|it| it.starts_with("system:"));
    let subjects = binding.field("subjects").items();
    let named = subjects.filter_map(|subject| {
        let name = subject.field("name").text()?;
        let account = |namespace: Option<&str>, name: Option<&str>| {
            Some(Account { namespace: namespace.map(Into::into), name: name.map(Into::into) })
        };
        match subject.field("kind").text()? {
            "ServiceAccount" => account(subject.field("namespace").text().or(own), Some(name)),
            "User" => {
                let (namespace, name) = name.strip_prefix("system:serviceaccount:")?.split_once(':')?;
                account(Some(namespace), Some(name))
            }
            _ if is_of_system => None,
            _ => match name.strip_prefix("system:serviceaccounts") {
                Some("") => account(None, None),
                Some(rest) => account(rest.strip_prefix(':'), None),
                None if name == "system:authenticated" => account(None, None),
                None => None,
            },
        }
    });
    named.collect()
}

/// Whether one of the ServiceAccounts can be that of a namespace and name.
pub(super) fn has_account(accounts: &Accounts, namespace: &str, name: &str) -> bool {
    let namespaces = [None, Some(Box::from(namespace))].into_iter();
    let mut all = namespaces.flat_map(|namespace| {
        [None, Some(Box::from(name))].map(|name| Account { namespace: namespace.clone(), name })
    });
    all.any(|it| accounts.contains(&it))
}
