//! Jobs that change data from one shape to another: a guess by names.

use std::sync::LazyLock;

use crate::manifest::document::Node;
use crate::manifest::image::Image;
use crate::manifest::live;
use crate::manifest::workload::Job;
use crate::text::finder::Finder;
use crate::text::word_list::{has_word, has_word_in_any_case};
use crate::value::program::base_name;

/// Words that only migrations have in their names.
const MIGRATIONS: [&str; 12] = [
    "alembic",
    "dbmate",
    "dbmigrate",
    "dbmigration",
    "flyway",
    "liquibase",
    "migrate",
    "migrates",
    "migrating",
    "migration",
    "migrations",
    "migrator",
];

/// Parts of which each of those words has one: most scripts have none, and need not be split into words.
static PARTS: LazyLock<Finder> =
    LazyLock::new(|| Finder::new(["alembic", "dbmate", "flyway", "liquibase", "migrat"].into_iter()));

/// Programs that record each migration as they apply it, so that a second try starts where the first one stopped, each
/// with the word that makes it migrate; an empty word stands for any.
const RESUMING: [(&str, &str); 15] = [
    ("alembic", ""),
    ("artisan", "migrate"),
    ("atlas", "migrate"),
    ("dbmate", ""),
    ("django-admin", "migrate"),
    ("drizzle-kit", "migrate"),
    ("flyway", ""),
    ("goose", "up"),
    ("knex", "migrate:latest"),
    ("liquibase", ""),
    ("manage.py", "migrate"),
    ("prisma", "migrate"),
    ("rails", "db:migrate"),
    ("rake", "db:migrate"),
    ("typeorm", "migration:run"),
];

/// What each attempt of a command does once more: a program, a word, and the effect.
const REPEATING: [(&str, &str, &str); 12] = [
    ("alembic", "downgrade", UNDOES),
    ("artisan", "migrate:rollback", UNDOES),
    ("dbmate", "rollback", UNDOES),
    ("drizzle-kit", "push --force", DELETES),
    ("goose", "down", UNDOES),
    ("knex", "migrate:rollback", UNDOES),
    ("prisma", "db push --accept-data-loss", DELETES),
    ("rails", "db:rollback", UNDOES),
    ("rake", "db:rollback", UNDOES),
    ("sequelize", "db:migrate:undo", UNDOES),
    ("sequelize-cli", "db:migrate:undo", UNDOES),
    ("typeorm", "migration:revert", UNDOES),
];

const DELETES: &str = "can delete data that does not fit the new schema";
const UNDOES: &str = "can undo one more migration";

/// Databases that cannot roll back a change of the schema, so that a migration can stop halfway.
const NOT_TRANSACTIONAL: [&str; 6] = ["cassandra", "clickhouse", "mariadb", "mongo", "mysql", "oracle"];

/// With one of these it is about migrations, but none.
const OTHERS: &str = "backup check checks cleanup dry help list lint no plan report skip status test tests validate \
    verify version wait without";

/// Labels that name an application or a tool as a whole.
const GENERAL_LABELS: &[&str] = &[
    "app.kubernetes.io/instance",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/part-of",
    "chart",
    "helm.sh/chart",
    "heritage",
    "release",
];

/// Returns what says that the Job is a migration: its name, a label, an image or a command.
pub fn evidence(job: Job<'_>) -> Option<Node<'_>> {
    let pod = job.pod()?;
    let names = [job.object.name(), job.object.generate_name()];
    let labels =
        [job.object.labels(), job.labels(), job.template_labels()].into_iter().filter_map(|it| it.node());
    let labels = labels.flat_map(|it| it.entries()).filter(|it| !GENERAL_LABELS.contains(&it.key));
    let named: Vec<_> =
        names.into_iter().filter_map(|it| it.node()).chain(labels.map(|it| it.value)).collect();
    // Kubernetes' own migration of stored objects changes none of their data.
    let is_of_stored =
        || named.iter().any(|it| has_matching_text(*it, &|text| text.contains("storage-version")));
    let images = pod.main_containers().filter_map(|it| it.image().node());
    // `kubectl wait job/migrate`
    let is_other = |it: Node<'_>| it.text().is_some_and(|word| has_word(OTHERS, word));
    let commands = pod.main_containers().filter(|it| !it.command_line().any(is_other));
    let commands = commands.flat_map(|it| it.command_line());
    // To copy files again does no harm, whatever the Job is called.
    let copies =
        || pod.main_containers().any(|it| it.command_line().any(|it| has_matching_text(it, &copies_files)));
    let by_name =
        named.iter().copied().find(|it| has_matching_text(*it, &is_migration)).filter(|_| !copies());
    by_name
        .or_else(|| images.into_iter().find(|it| has_matching_text(*it, &image_migrates)))
        .or_else(|| commands.into_iter().find(|it| has_matching_text(*it, &script_migrates)))
        .filter(|_| !is_of_stored())
}

/// Returns what says that the Job is a migration that can stop halfway: not one of a tool that resumes, unless a
/// database shows whose changes are no transactions.
pub fn unrepeatable(job: Job<'_>) -> Option<Node<'_>> {
    evidence(job).filter(|_| !resumes(job))
}

fn resumes(job: Job<'_>) -> bool {
    let Some(pod) = job.pod() else { return false };
    let runs = |it: &(&str, &str)| {
        pod.main_containers().any(|container| {
            let lines = container.command_line().filter_map(Node::text);
            let mut words =
                lines.flat_map(|it| it.split([' ', '\t', '\n', '"', '\'', ';', '(', ')'])).map(base_name);
            let is_image =
                || it.1.is_empty() && container.image().text().is_some_and(|text| image_name(text) == it.0);
            words.any(|word| word == it.0) && (it.1.is_empty() || words.any(|word| word == it.1))
                || is_image()
        })
    };
    let has_marks = |it: Node<'_>| {
        it.text().is_some_and(|text| {
            let text = text.to_ascii_lowercase();
            NOT_TRANSACTIONAL.iter().any(|name| text.contains(name))
        })
    };
    let shows_other = || {
        let mut found = false;
        pod.spec.visit(&mut |it| found |= has_marks(it));
        found
    };
    RESUMING.iter().any(runs) && !shows_other()
}

/// Returns the command of a Job that undoes migrations or deletes data, with what each attempt does.
fn repeating(job: Job<'_>) -> Option<(Node<'_>, &'static str)> {
    let found = job.pod()?.main_containers().filter_map(|container| {
        let nodes = container.command_line().filter_map(|node| Some((node, node.text()?)));
        let words: Vec<(Node<'_>, &str)> = nodes
            .flat_map(|(node, text)| text.split([' ', '\t', '\n', '"', '\'', ';']).map(move |it| (node, it)))
            .collect();
        REPEATING.iter().find_map(|(program, then, effect)| {
            let at = words.iter().position(|(_, word)| base_name(word) == *program)?;
            let rest = &words[at..];
            let has_all = then.split(' ').all(|it| rest.iter().any(|(_, word)| *word == it));
            has_all.then_some((container.name().text(), words[at].0, *effect))
        })
    });
    // In whatever order the containers stand, the same one is named.
    found.min_by_key(|(name, ..)| *name).map(|(_, node, effect)| (node, effect))
}

/// Whether a Job that is never retried does work of which a second start, halfway through the first, does harm: a
/// migration, or the restore of a backup.
pub fn must_not_start_twice(job: Job<'_>) -> bool {
    let names = [job.object.name(), job.object.generate_name()];
    let commands = job.pod().into_iter().flat_map(|it| it.main_containers().flat_map(|it| it.command_line()));
    let mut texts = names.into_iter().filter_map(|it| it.node()).chain(commands);
    let is_once = job.cron_job().is_none() && job.retry_limit().integer() == Some(0);
    is_once
        && (texts.any(|it| has_matching_text(it, &names_restore))
            || evidence(job).or(repeating(job).map(|it| it.0)).is_some())
}

/// Whether a name or a command is about restoring data.
fn names_restore(text: &str) -> bool {
    let mut words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    words.clone().any(|it| has_word_in_any_case("restore mongorestore pg_restore", it))
        && !words.any(|it| has_word_in_any_case("check list test verify", it))
}

/// Returns what says that the Job restores a dump into a database, on top of whatever is there.
fn restored(job: Job<'_>) -> Option<Node<'_>> {
    const DATABASES: &str = "mariadb mongo mysql postgis postgres postgresql timescaledb";
    const CLIENTS: &str = "mariadb mongorestore mysql pg_restore psql";
    // What clears the place first, or is one transaction, can be repeated, and so can copies of files.
    const REPEATABLE: [&str; 13] = [
        "--clean",
        "--drop",
        "--single-transaction",
        "drop ",
        "dropdb",
        "if-exists",
        "truncate ",
        " -1",
        "pg_restore -c",
        "pgbackrest",
        "restic",
        "rm -rf",
        "wal-g",
    ];
    let containers = || job.pod().into_iter().flat_map(|it| it.main_containers());
    let texts = || containers().flat_map(|it| it.command_line()).filter_map(Node::text);
    let is_database = |text: &str| has_word(DATABASES, image_name(text));
    let runs_client = |it: &str| it.split_whitespace().any(|it| has_word(CLIENTS, base_name(it)));
    let of_database =
        containers().any(|it| it.image().text().is_some_and(is_database)) || texts().any(runs_client);
    let is_repeatable = texts().any(|it| {
        let text = it.to_ascii_lowercase();
        REPEATABLE.iter().any(|it| text.contains(it))
    });
    let names = [job.object.name(), job.object.generate_name()].into_iter().filter_map(|it| it.node());
    let mut named = names.filter(|it| has_matching_text(*it, &names_restore));
    named.next().filter(|_| of_database && !is_repeatable)
}

/// A Job of which a second attempt does harm.
pub struct Retried<'d> {
    /// What says so.
    pub evidence: Node<'d>,
    /// What it does: a migration, or a restore.
    pub work: &'static str,
    /// What each attempt does, if that is known.
    pub effect: Option<&'static str>,
}

/// Returns why a second attempt of the Job does harm, where a stated limit lets it run more than once.
pub fn retried(job: Job<'_>) -> Option<Retried<'_>> {
    // A CronJob runs again and again anyway; a suspended one is a template for people.
    let is_repeated = job.cron_job().is_some_and(|it| it.suspend().boolean() != Some(true));
    let least = if job.pod()?.restart_policy().is("OnFailure") { 0 } else { 1 };
    let is_stated =
        job.backoff_limit_per_index().is_set() || !live::may_be_default(job.object, "spec.backoffLimit");
    let is_retried = is_stated && job.retry_limit().integer()? >= least;
    (is_retried && !is_repeated && job.pod_failure_policy().is_missing())
        .then(|| {
            let found = |evidence, work, effect| Retried { evidence, work, effect };
            let repeating = repeating(job).map(|(node, effect)| found(node, "migration", Some(effect)));
            let migration = || unrepeatable(job).map(|it| found(it, "migration", None));
            repeating.or_else(migration).or_else(|| restored(job).map(|it| found(it, "restore", None)))
        })
        .flatten()
}

fn has_matching_text(node: Node<'_>, test: &dyn Fn(&str) -> bool) -> bool {
    node.text().is_some_and(test)
}

/// Whether a name or a word of a command names a migration: `pre-upgrade-migrations`, `db:migrate`.
fn is_migration(name: &str) -> bool {
    let mut words = name.split(|it: char| !it.is_ascii_alphanumeric());
    PARTS.is_in(name)
        && words.clone().any(|word| MIGRATIONS.iter().any(|it| it.eq_ignore_ascii_case(word)))
        && !words.any(|word| has_word_in_any_case(OTHERS, word))
}

fn image_migrates(text: &str) -> bool {
    is_migration(image_name(text))
}

fn image_name(text: &str) -> &str {
    base_name(Image::parse(text).map_or("", |image| image.name))
}

/// Whether a command or a script runs a migration. Comments and what is printed do not count.
fn script_migrates(text: &str) -> bool {
    if !PARTS.is_in(text) {
        return false;
    }
    text.lines().map(str::trim).any(|line| {
        let line = line.split(" #").next().unwrap_or_default();
        let is_said = ["#", "echo ", "printf "].iter().any(|it| line.starts_with(it));
        let mut words = line.split([' ', '\t', '"', '\'', ';', '(', ')']).filter(|it| !it.is_empty());
        !is_said
            && words.clone().any(is_migration)
            && !words.any(|word| has_word(OTHERS, word.trim_start_matches('-')))
    })
}

/// Whether a command or a script copies files. A program that runs after that may do more, but nothing tells so.
fn copies_files(text: &str) -> bool {
    text.split(['\n', ';', '&', '|', '(']).any(|command| {
        let mut words = command.split_ascii_whitespace();
        let word = words.find(|it| !matches!(*it, "sudo" | "exec" | "time" | "if" | "then" | "do"));
        let program = word.map(base_name);
        program.is_some_and(|it| matches!(it, "cp" | "rsync" | "rclone"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_part() {
        assert!(MIGRATIONS.iter().all(|word| PARTS.is_in(word)));
    }

    #[test]
    fn copies_are_known_by_their_programs() {
        for script in ["cp -r -v /mnt/old/. /mnt/new", "apk add rsync && rsync -a /a/ /b", "/usr/bin/rclone"]
        {
            assert!(copies_files(script), "{script}");
        }
        for script in ["python manage.py migrate", "scp a b", "echo cp"] {
            assert!(!copies_files(script), "{script}");
        }
    }

    #[test]
    fn migrations_are_known_by_their_words() {
        for name in ["db-migrate", "rel-kong-init-migrations", "migration-db-v2", "flyway", "shop_migrator"] {
            assert!(is_migration(name), "{name}");
        }
        for name in ["import", "check-migrations", "migratory-birds", "wait-for-migrations", "--no-migrate"] {
            assert!(!is_migration(name), "{name}");
        }
    }

    #[test]
    fn commands_run_them() {
        for script in
            ["python manage.py migrate", "set -e\nbundle exec rake db:migrate\n", "alembic upgrade head"]
        {
            assert!(script_migrates(script), "{script}");
        }
        for script in
            ["echo running migrations", "# migrate later\nls", "manage.py migrate --check", "backup.sh"]
        {
            assert!(!script_migrates(script), "{script}");
        }
    }

    #[test]
    fn images_name_them() {
        assert!(image_migrates("registry.example.com/shop/migrator:2.0"));
        assert!(!image_migrates("registry.example.com/migrations/report:2.0"));
    }
}
