use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::facts::metadata_keys::{Key, Level, Site, known, preferred, sites};
use crate::manifest::document::Entry;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::{Kind, Object};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "misplaced-metadata",
        summary: "A label or annotation is on an object where its tool does not read it",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

/// The most entries that a finding names and its fix moves.
const MOST: usize = 50;

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let sites: Vec<_> = sites(object).collect();
    for site in &sites {
        // The keys of one tool are misplaced together.
        let mut groups: Vec<(&Key, Vec<Entry<'_>>)> = Vec::new();
        for entry in site.field.entries() {
            let Some(key) = ignored(entry, site, &sites, object) else { continue };
            match groups.iter_mut().find(|group| is_alike(group.0, key)) {
                Some((_, entries)) => entries.push(entry),
                None => groups.push((key, vec![entry])),
            }
        }
        for (key, entries) in groups {
            report(key, &entries, site, &sites, object, reporter);
        }
    }
}

/// Returns the key of an entry that its tool does not read, unless the key also stands where it is read.
fn ignored(
    entry: Entry<'_>,
    site: &Site<'_>,
    sites: &[Site<'_>],
    object: Object<'_>,
) -> Option<&'static Key> {
    let key = known(entry.key, site.map)?;
    let is_read = |site: &Site<'_>| site.reads(key, object.kind);
    let stands_in = |site: &Site<'_>| site.field.node().is_some_and(|it| it.get(entry.key).is_some());
    let is_ignored = !is_read(site) && !sites.iter().any(|it| is_read(it) && stands_in(it));
    is_ignored.then(|| preferred(entry.key).unwrap_or(key))
}

/// Whether two keys belong to one tool and to one place.
fn is_alike(one: &Key, other: &Key) -> bool {
    one.reader == other.reader
        && one.levels == other.levels
        && one.maps[0] == other.maps[0]
        && one.owner == other.owner
}

/// Reports the keys of one tool at one place.
fn report(
    key: &Key,
    entries: &[Entry<'_>],
    site: &Site<'_>,
    sites: &[Site<'_>],
    object: Object<'_>,
    reporter: &mut Reporter<'_>,
) {
    let [entry, others @ ..] = entries else { return };
    let map = if key.maps.contains(&site.map) { site.map } else { key.maps[0] };
    let owner = match (key.levels.first(), key.owner) {
        (Some(Level::Object), _) => format!("the {}", object.kind_name()),
        (Some(Level::Job), _) => "Jobs".to_owned(),
        (Some(Level::Pod), _) => "pods".to_owned(),
        (None, owner) => format!("{owner}s"),
    };
    let here = match site.level {
        Level::Object => format!("the {}", object.kind_name()),
        Level::Job => "the CronJob's Jobs".to_owned(),
        Level::Pod => "the pods".to_owned(),
    };
    let message = format!(
        "{} ignores `{}`: it reads {}s of {owner}, and this is {} of {here}",
        key.reader,
        entry.key,
        map.noun(),
        site.map.article()
    );
    let finding = reporter.report(*entry, message);
    finding.condition = gitops::condition_of(entry.key);
    for other in others.iter().take(MOST) {
        finding.related(*other, format!("`{}` is ignored here as well", other.key));
    }
    finding.affects(others.iter().skip(MOST).copied());
    let them = if others.is_empty() { "it" } else { "them" };
    let is_right = |it: &&Site<'_>| {
        let is_level = key.levels.contains(&site.level) || key.levels.first() == Some(&it.level);
        is_level && it.map == map && it.reads(key, object.kind)
    };
    let Some(target) = sites.iter().filter(is_right).min_by_key(|it| it.level != site.level) else {
        let name = object.job().and_then(|it| it.pod()?.service_account_name().text());
        finding.help(match name.filter(|_| key.owner == "ServiceAccount") {
            Some(name) => format!("move {them} to the ServiceAccount `{name}`"),
            None if key.owner == "ServiceAccount" => {
                format!("move {them} to the ServiceAccount of the pods")
            }
            None => format!("move {them} to the {}", key.owner),
        });
        return;
    };
    let help = format!("move {them} to `{}`", path(target, object.kind));
    let (node, missing) = target.field.deepest();
    finding.help(help.clone());
    // To cut out each of very many takes too long.
    if entries.len() > MOST {
        return;
    }
    finding.fix(help, Safety::Unsafe, Edit::relocate_all(entries, node, &missing));
}

/// Returns the path of labels or annotations in their object.
fn path(site: &Site<'_>, kind: Kind) -> String {
    let owner = match (site.level, kind) {
        (Level::Object, _) => "",
        (Level::Job, _) => "spec.jobTemplate.",
        (Level::Pod, Kind::Job) => "spec.template.",
        (Level::Pod, Kind::CronJob) => "spec.jobTemplate.spec.template.",
    };
    format!("{owner}metadata.{}", site.field.name())
}
