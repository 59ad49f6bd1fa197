//! What the scan looks for in all texts at once: parts of names, the beginnings of tokens, programs, functions and flags.

use std::sync::LazyLock;

use super::{address, call, command, input, login_flags, pairs, prose, token};
use crate::text::finder::Finder;

/// What a text has that may be near a credential.
#[derive(Clone, Copy)]
pub(super) enum Trigger {
    /// Part of a name.
    Word,
    /// The scheme of an address ends.
    Address,
    /// The `@` of an address that may have no scheme.
    Login,
    /// The beginning of a token, with its number among the shapes.
    Token(usize),
    /// A line of a private key.
    Key,
    /// What stands before a credential, whatever the name.
    Before,
    /// A program that may read a password, or its flag.
    Reader,
    /// A flag for a user and a password.
    User,
    /// A user, behind whom a password may stand.
    Account,
    /// What says that somebody logs in.
    Phrase,
    /// What stands between a user and a password in the line of a file.
    Pair,
    /// A function that connects or logs in.
    Call,
    /// A program whose flags do not say that they hold a password.
    Tool,
}

const WORDS: [&str; 86] = [
    "community",
    "hmac",
    "vapid",
    "pas",
    "psw",
    "pw",
    "secr",
    "sece",
    "scre",
    "token",
    "tokne",
    "toekn",
    "otken",
    "key",
    "cred",
    "auth",
    "sig",
    "jwt",
    "bearer",
    "cookie",
    "dsn",
    "salt",
    "pin",
    "kennwort",
    "contrase",
    "senha",
    "heslo",
    "wachtwoord",
    "пароль",
    "密码",
    "パスワード",
    "密碼",
    "비밀번호",
    "암호",
    "口令",
    "暗証番号",
    "hasło",
    "haslo",
    "jelsz",
    "khẩu",
    "lösenord",
    "şifre",
    "ŞİFRE",
    "sifre",
    "κωδικ",
    "סיסמ",
    "รหัสผ่าน",
    "adgangskode",
    "clave",
    "parola",
    "salasana",
    "zugangsdaten",
    "p4ss",
    "pss",
    "psk",
    "pepper",
    "pat",
    "seed",
    "stringdata",
    "login",
    "assw",
    "tokn",
    "serc",
    "kye",
    "kennw",
    "mdp",
    "geheim",
    "parol",
    "_code",
    "-code",
    ".code",
    "kcode",
    "pcode",
    "scode",
    "ycode",
    "appid",
    "mnemonic",
    "phrase",
    "answer",
    "sessid",
    "_user",
    "username",
    "users",
    "sword",
    "swrod",
    "otp",
];

/// Returns how a word may be written: the search takes only letters of ASCII for the same in both cases.
fn cases(word: &str) -> Vec<String> {
    if word.is_ascii() {
        return vec![word.to_owned()];
    }
    let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
    vec![word.to_owned(), word.to_lowercase(), word.to_uppercase(), first.to_uppercase() + rest]
}

/// The texts to look for, and what each is.
pub(super) static TRIGGERS: LazyLock<(Finder, Vec<Trigger>)> = LazyLock::new(|| {
    let words = WORDS.iter().flat_map(|it| cases(it)).map(|it| (it, Trigger::Word));
    let keys = ["-----begin", "-----end"].map(|it| (it.to_owned(), Trigger::Key));
    let before = token::BEFORE.iter().map(|it| ((*it).to_owned(), Trigger::Before));
    let tools = command::names().map(|it| (it.to_owned(), Trigger::Tool));
    let readers = input::READERS.iter().map(|it| ((*it).to_owned(), Trigger::Reader));
    let users = login_flags::USER_FLAGS.iter().map(|it| ((*it).to_owned(), Trigger::User));
    let tokens = token::beginnings().enumerate().map(|(at, it)| (it.to_lowercase(), Trigger::Token(at)));
    let accounts = prose::USERS.map(|it| (it.to_owned(), Trigger::Account));
    let phrases = prose::PHRASES.map(|it| (it.to_owned(), Trigger::Phrase));
    let pairs = pairs::MARKS.map(|it| (it.to_owned(), Trigger::Pair));
    let calls = call::NAMES.map(|it| (it.to_owned(), Trigger::Call));
    let addresses = address::MARKS.map(|it| (it.to_owned(), Trigger::Address));
    let addresses = addresses.into_iter().chain([("@".to_owned(), Trigger::Login)]);
    // Of equal texts the last one counts.
    let all = words
        .chain(accounts)
        .chain(phrases)
        .chain(pairs)
        .chain(calls)
        .chain(addresses)
        .chain(tools)
        .chain(users)
        .chain(readers)
        .chain(before)
        .chain(tokens)
        .chain(keys);
    let (texts, kinds): (Vec<String>, Vec<Trigger>) = all.unzip();
    (Finder::new(texts.iter().map(String::as_str)), kinds)
});
