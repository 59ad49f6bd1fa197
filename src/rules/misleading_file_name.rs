use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::file_formats::{Content, Format};
use crate::shell::misnamed_files::MisnamedFile;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "misleading-file-name",
        summary: "The name of a file promises another format than the one it is written in",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let files = script.misnamed_files();
    let Some((first, others)) = files.split_first() else { return };
    let MisnamedFile { name, format, promised, .. } = first;
    let written = script.excerpt(*name);
    let file = written.split_once('=').filter(|it| it.0.starts_with("--")).map_or(&*written, |it| it.1);
    let message = format!(
        "`{}` holds {}, although its name promises {}: {}",
        file.trim_matches('"'),
        describe(format),
        describe(promised),
        effect(format, promised)
    );
    let finding = reporter.report(script.place(*name), message);
    finding.help(help(format, promised, script.text()));
    others.iter().take(5).for_each(|it| {
        finding.related(script.place(it.name), format!("this one holds {}", describe(&it.format)));
    });
}

fn describe(format: &Format) -> String {
    let content = match format.content {
        Some(Content::Sql) => "SQL",
        Some(Content::PostgresCustom) => "PostgreSQL's custom format",
        Some(Content::Tar) => "a tar archive",
        Some(Content::MongoArchive) => "a `mongodump` archive",
        None => "a file",
    };
    match format.layers.as_slice() {
        [] => content.to_owned(),
        [layer] => format!("{content} compressed by `{}`", layer.program()),
        _ => format!("{content} that is compressed {} times", format.layers.len())
            .replace(" 2 times", " twice"),
    }
}

/// Returns what becomes of a restore that goes by the name.
fn effect(format: &Format, promised: &Format) -> String {
    let is_other = promised.content.is_some_and(|it| format.content != Some(it));
    match (promised.layers.as_slice(), promised.content) {
        (layers, _) if layers.len() < format.layers.len() && !layers.is_empty() => {
            format!("after `{} -d` it is still compressed", layers[0].program())
        }
        (layers @ [layer, ..], _) if layers != format.layers => {
            format!("`{} -d` cannot decompress it", layer.program())
        }
        (layers, Some(Content::Sql)) if format.content == Some(Content::PostgresCustom) => {
            let after = match format.layers.as_slice() {
                [layer] if layers.is_empty() => format!(", after `{} -d`", layer.program()),
                _ => String::new(),
            };
            format!("`psql` cannot restore it; only `pg_restore` can{after}")
        }
        (_, Some(Content::Tar)) if is_other => "`tar` cannot extract it".to_owned(),
        _ => "a client that reads SQL cannot restore it".to_owned(),
    }
}

fn help(format: &Format, promised: &Format, script: &str) -> String {
    let content = match format.content {
        Some(Content::Sql) => ".sql",
        Some(Content::PostgresCustom) => ".dump",
        Some(Content::Tar) => ".tar",
        Some(Content::MongoArchive) => ".archive",
        None => "",
    };
    let layers: String = format.layers.iter().map(|it| it.suffix()).collect();
    let rename = format!("end the name in `{content}{layers}`");
    let is_custom = format.content == Some(Content::PostgresCustom);
    // Another format alone does not help a name that promises other compression.
    let is_as_compressed = format.layers == promised.layers;
    match (format.layers.len(), promised.layers.as_slice(), promised.content) {
        (0, [layer, ..], Some(Content::Sql)) if is_custom => format!(
            "{rename}, or let `pg_dump` write SQL, `--format=plain`{}, and compress it with `{}`",
            without_compression(script),
            layer.program()
        ),
        (0, [layer, ..], _) => format!("compress it with `{}`, or {rename}", layer.program()),
        (2.., [_], _) => "compress it only once".to_owned(),
        (.., Some(Content::Tar)) if is_custom && is_as_compressed => {
            format!("{rename}, or let `pg_dump` write a tar archive: `--format=tar`")
        }
        _ if is_custom && is_as_compressed => {
            format!("{rename}, or let `pg_dump` write SQL: `--format=plain`{}", without_compression(script))
        }
        _ => rename,
    }
}

/// Returns which option has to go where `pg_dump` would compress the SQL itself.
fn without_compression(script: &str) -> String {
    let mut words = script.split_whitespace();
    let is_option = |it: &&str| it.starts_with("--compress") || it.starts_with("-Z");
    match words.find(|it| is_option(it) && !it.ends_with('0') && !it.ends_with("=none")) {
        Some(it) if it.len() <= 20 => format!(" without `{it}`"),
        Some(_) => " without `--compress`".to_owned(),
        None => String::new(),
    }
}
