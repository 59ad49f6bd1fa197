//! In which format programs write files, by their options, and which format the name of a file promises.

use super::client_errors::options;
use super::file_names::{is_known, known_end};
use crate::value::program::base_name;

/// What is in a file, but for how it is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// SQL statements.
    Sql,
    /// What `pg_dump -Fc` writes and `pg_restore` reads.
    PostgresCustom,
    /// A tar archive, also of `pg_dump -Ft`.
    Tar,
    /// What `mongodump --archive` writes and `mongorestore` reads.
    MongoArchive,
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// By `gzip` or `pigz`.
    Gzip,
    /// By `bzip2`.
    Bzip2,
    /// By `xz`.
    Xz,
    /// By `zstd`.
    Zstd,
    /// By `lz4`.
    Lz4,
}

impl Compression {
    /// Returns the program that compresses so.
    pub fn program(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Bzip2 => "bzip2",
            Compression::Xz => "xz",
            Compression::Zstd => "zstd",
            Compression::Lz4 => "lz4",
        }
    }

    /// Returns the end of the names of such files.
    pub fn suffix(self) -> &'static str {
        match self {
            Compression::Gzip => ".gz",
            Compression::Bzip2 => ".bz2",
            Compression::Xz => ".xz",
            Compression::Zstd => ".zst",
            Compression::Lz4 => ".lz4",
        }
    }

    /// Returns what a program compresses with.
    pub(super) fn of_program(program: &str) -> Option<Self> {
        Some(match base_name(program) {
            "gzip" | "pigz" => Compression::Gzip,
            "bzip2" | "pbzip2" | "lbzip2" => Compression::Bzip2,
            "xz" | "pixz" | "pxz" => Compression::Xz,
            "zstd" | "zstdmt" | "pzstd" => Compression::Zstd,
            "lz4" => Compression::Lz4,
            _ => return None,
        })
    }
}

/// The format of a file: its content, if that is known, and how it is compressed, the first compression first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// The content.
    pub content: Option<Content>,
    /// The compressions.
    pub layers: Vec<Compression>,
}

impl Format {
    fn plain(content: Content) -> Self {
        Format { content: Some(content), layers: Vec::new() }
    }

    fn compressed(content: Content, layer: Option<Compression>) -> Self {
        Format { content: Some(content), layers: layer.into_iter().collect() }
    }

    /// Returns the format that a name promises by its end: `.sql`, `.tar.gz`.
    pub(super) fn promised_by(name: &str) -> Option<Self> {
        let mut promised = Format { content: None, layers: Vec::new() };
        let mut parts = known_end(name).rsplit('.').peekable();
        while let Some(part) = parts.next() {
            // What stands before the first dot is not a suffix.
            if parts.peek().is_none() {
                break;
            }
            let layer = match part {
                "gz" | "gzip" | "tgz" => Compression::Gzip,
                "bz2" | "tbz" | "tbz2" => Compression::Bzip2,
                "xz" | "txz" => Compression::Xz,
                "zst" | "zstd" | "tzst" => Compression::Zstd,
                "lz4" => Compression::Lz4,
                "sql" | "tar" => {
                    let content = if part == "sql" { Content::Sql } else { Content::Tar };
                    promised.content = Some(content);
                    break;
                }
                _ => break,
            };
            promised.layers.insert(0, layer);
            if part.starts_with('t') {
                promised.content = Some(Content::Tar);
                break;
            }
        }
        (promised.content.is_some() || !promised.layers.is_empty()).then_some(promised)
    }

    /// Whether a file of this format keeps what a name promises.
    pub(super) fn keeps(&self, promised: &Format) -> bool {
        // To extract a file, `tar` finds out itself how it is compressed, and there is no other reason to say it.
        let is_any = promised.content == Some(Content::Tar) && promised.layers.is_empty();
        let is_same = |it: Content| promised.content.is_none_or(|other| it == other);
        (is_any || self.layers == promised.layers) && self.content.is_none_or(is_same)
    }
}

/// Returns the format in which a program writes with these words, of which it is the first, and the file that it writes to, unless
/// that is its output.
pub(super) fn written_by(words: &[&str]) -> Option<(Format, Option<String>)> {
    let (program, arguments) = words.split_first()?;
    match base_name(program) {
        "pg_dump" => by_pg_dump(arguments),
        "pg_dumpall" => {
            let found = options(arguments, "fhUpl", &[("file", 'f')]);
            Some((Format::plain(Content::Sql), value(&found.letters, 'f')))
        }
        "mysqldump" | "mariadb-dump" => {
            // The password follows `-p` without a space.
            let others: Vec<&str> = arguments.iter().copied().filter(|it| !it.starts_with("-p")).collect();
            let long = [("result-file", 'r'), ("tab", 'T'), ("xml", 'X')];
            let found = options(&others, "huPSrTw", &long);
            let is_other = found.letters.iter().any(|(letter, _)| matches!(letter, 'T' | 'X'));
            (!is_other).then(|| (Format::plain(Content::Sql), value(&found.letters, 'r')))
        }
        "mongodump" => {
            let archive = arguments.iter().find_map(|it| it.strip_prefix("--archive"))?;
            let layer = arguments.contains(&"--gzip").then_some(Compression::Gzip);
            let file = archive.strip_prefix('=').filter(|it| !it.is_empty()).map(str::to_owned);
            Some((Format::compressed(Content::MongoArchive, layer), file))
        }
        "tar" => by_tar(arguments),
        _ => None,
    }
}

fn by_pg_dump(arguments: &[&str]) -> Option<(Format, Option<String>)> {
    let long = [("format", 'F'), ("file", 'f'), ("compress", 'Z')];
    let found = options(arguments, "deEfFhjnNpStTUZ", &long);
    let content = match value(&found.letters, 'F').as_deref() {
        None | Some("p" | "plain") => Content::Sql,
        Some("c" | "custom") => Content::PostgresCustom,
        Some("t" | "tar") => Content::Tar,
        // A directory, or what only the run knows.
        Some(_) => return None,
    };
    let method = value(&found.letters, 'Z').filter(|_| content == Content::Sql);
    let layer = match method.as_deref() {
        None | Some("0" | "none") => None,
        Some(it) if !is_known(it) => return None,
        Some(it) if it.starts_with("lz4") => Some(Compression::Lz4),
        Some(it) if it.starts_with("zstd") => Some(Compression::Zstd),
        Some(_) => Some(Compression::Gzip),
    };
    Some((Format::compressed(content, layer), value(&found.letters, 'f')))
}

fn by_tar(arguments: &[&str]) -> Option<(Format, Option<String>)> {
    const LONG: [(&str, char); 9] = [
        ("create", 'c'),
        ("file", 'f'),
        ("gzip", 'z'),
        ("bzip2", 'j'),
        ("xz", 'J'),
        ("use-compress-program", 'I'),
        ("zstd", '@'),
        ("auto-compress", 'a'),
        ("directory", 'C'),
    ];
    let (first, rest) = arguments.split_first()?;
    let mut words = vec![(*first).to_owned()];
    if first.bytes().all(|it| it.is_ascii_alphabetic()) {
        // Letters without a dash take their values in order.
        if first.contains('f') && !first.ends_with('f') {
            return None;
        }
        words[0] = format!("-{first}");
    }
    words.extend(rest.iter().map(|it| (*it).to_owned()));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let found = options(&words, "fCTXIbg", &LONG);
    let has = |letter: char| found.letters.iter().any(|it| it.0 == letter);
    let other = ["--lzma", "--lzip", "--lzop", "--compress"].iter().any(|it| words.contains(it));
    if !has('c') || has('a') || has('Z') || other {
        return None;
    }
    let layer = match value(&found.letters, 'I') {
        Some(program) => Some(Compression::of_program(program.split(' ').next()?)?),
        None if has('z') => Some(Compression::Gzip),
        None if has('j') => Some(Compression::Bzip2),
        None if has('J') => Some(Compression::Xz),
        None if has('@') => Some(Compression::Zstd),
        None => None,
    };
    let file = value(&found.letters, 'f').filter(|it| it != "-" && it != "/dev/stdout");
    Some((Format::compressed(Content::Tar, layer), file))
}

fn value(letters: &[(char, &str)], letter: char) -> Option<String> {
    letters.iter().rev().find(|it| it.0 == letter).map(|it| it.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(line: &str) -> Option<String> {
        let words: Vec<&str> = line.split(' ').collect();
        let (format, file) = written_by(&words)?;
        let layers: String = format.layers.iter().map(|it| it.suffix()).collect();
        Some(format!("{:?}{layers} {}", format.content?, file.unwrap_or_else(|| "-".to_owned())))
    }

    #[test]
    fn options_decide_the_format() {
        for (line, expected) in [
            ("pg_dump -h db shop", "Sql -"),
            ("pg_dump -vFc -f a shop", "PostgresCustom a"),
            ("/usr/bin/pg_dump --format=custom --file=a", "PostgresCustom a"),
            ("pg_dump -F c -Z 9 shop", "PostgresCustom -"),
            ("pg_dump -Ft", "Tar -"),
            ("pg_dump -Z 9 -fa", "Sql.gz a"),
            ("pg_dump --compress=zstd:3", "Sql.zst -"),
            ("pg_dump -Z0", "Sql -"),
            ("pg_dumpall -U postgres -f a", "Sql a"),
            ("mysqldump -uroot -prelease --all-databases", "Sql -"),
            ("mysqldump --result-file=a shop", "Sql a"),
            ("mongodump --archive --gzip", "MongoArchive.gz -"),
            ("mongodump --archive=a", "MongoArchive a"),
            ("tar czf a dir", "Tar.gz a"),
            ("tar -C / -cJf a dir", "Tar.xz a"),
            ("tar -c -z -f - dir", "Tar.gz -"),
            ("tar --create --zstd --file=a dir", "Tar.zst a"),
            ("tar -I pigz -cf a dir", "Tar.gz a"),
            ("tar cf - dir", "Tar -"),
        ] {
            assert_eq!(written(line).as_deref(), Some(expected), "{line}");
        }
        for line in
            ["pg_dump -Fd -f a", "mysqldump --tab=/a shop", "mongodump --out a", "tar xzf a", "tar caf a b"]
        {
            assert_eq!(written(line), None, "{line}");
        }
    }

    #[test]
    fn the_end_of_a_name_promises_a_format() {
        for (name, expected) in [
            ("/a/shop.sql", "Some(Sql)"),
            ("s3://b/\u{1}x\u{1}.sql.gz", "Some(Sql).gz"),
            ("a.tgz", "Some(Tar).gz"),
            ("a.tar.bz2", "Some(Tar).bz2"),
            ("\u{1}x\u{1}.gz", "None.gz"),
            ("shop.dump.gz", "None.gz"),
            ("shop.gz", "None.gz"),
            ("shop.tar.gz.gz", "Some(Tar).gz.gz"),
        ] {
            let promised = Format::promised_by(name).expect(name);
            let layers: String = promised.layers.iter().map(|it| it.suffix()).collect();
            assert_eq!(format!("{:?}{layers}", promised.content), expected, "{name}");
        }
        for name in ["shop.dump", "sql", "/a.sql/shop", "a.gz\u{1}x\u{1}", "/a/", "gz"] {
            assert_eq!(Format::promised_by(name), None, "{name}");
        }
    }
}
