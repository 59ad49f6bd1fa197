//! The credentials of an object, each once, wherever it is repeated.

use std::collections::HashMap;

use crate::facts::secret::detected::{Secret, Within};

/// A credential, and the other places that hold the same one.
#[derive(Clone)]
pub struct Leak<'d> {
    /// Where it comes first.
    pub first: Secret<'d>,
    /// Where it comes again.
    pub others: Vec<Secret<'d>>,
}

/// Returns the credentials that are in such places, in the order in which they come first.
pub fn leaks<'d>(secrets: &[Secret<'d>], within: Within) -> Vec<Leak<'d>> {
    let (mut leaks, mut known): (Vec<Leak<'d>>, HashMap<&str, usize>) = Default::default();
    for &secret in secrets.iter().filter(|it| it.within == within) {
        let at = *known.entry(secret.text).or_insert(leaks.len());
        match leaks.get_mut(at) {
            Some(leak) if leak.first.place() == secret.place() => {}
            Some(leak) => leak.others.push(secret),
            None => leaks.push(Leak { first: secret, others: Vec::new() }),
        }
    }
    leaks
}
