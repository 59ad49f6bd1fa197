//! Passwords in the logins of the programs of Oracle: `USER/PASSWORD@DATABASE`.

use crate::value::program::base_name;

/// `exp USER/PASSWORD`, `sqlldr userid=USER/PASSWORD@DATABASE`
pub(super) fn of_oracle<'a>(
    words: &[&'a str],
    program: usize,
    plain: impl Iterator<Item = usize>,
) -> Option<&'a str> {
    let named = words[program + 1..].iter().find_map(|it| {
        let (name, login) = it.split_once('=')?;
        name.eq_ignore_ascii_case("userid").then_some(login)
    });
    match named {
        Some(login) => of_user(login),
        // Their names are short: others may have them.
        None if matches!(base_name(words[program]), "exp" | "imp")
            && !words[program + 1..].iter().any(|it| it.contains('=')) =>
        {
            None
        }
        None => behind_user(words, plain),
    }
}

/// `rman target USER/PASSWORD@DATABASE`
pub(super) fn of_recovery<'a>(words: &[&'a str], program: usize) -> Option<&'a str> {
    let is_role =
        |it: &str| ["auxiliary", "catalog", "target"].iter().any(|role| it.eq_ignore_ascii_case(role));
    words[program..].windows(2).filter(|it| is_role(it[0])).find_map(|it| of_user(it[1]))
}

/// `sqlplus USER/PASSWORD@DATABASE`
pub(super) fn behind_user<'a>(words: &[&'a str], mut plain: impl Iterator<Item = usize>) -> Option<&'a str> {
    of_user(words[plain.next()?])
}

/// Splits `USER/PASSWORD@DATABASE`.
fn of_user(login: &str) -> Option<&str> {
    let (user, rest) = login.split_once('/')?;
    let is_user = !user.is_empty() && !user.contains(['@', '=', '.', '$']);
    let text = rest.rsplit_once('@').map_or(rest, |it| it.0);
    is_user.then_some(text)
}
