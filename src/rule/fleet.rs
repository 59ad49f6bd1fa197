//! What rules about several objects keep of each: its document is gone by the time they see all of them.

use crate::diagnostic::finding::Finding;
use crate::manifest::document::Node;
use crate::time::calendar::Calendar;

/// The facts that a run has collected of its objects.
#[derive(Debug, Default)]
pub struct Fleet {
    /// The CronJobs that start at most once an hour and are not suspended.
    pub cron_jobs: Vec<CronJobStarts>,
    /// The claims that pods mount of which several run at once.
    pub mounts: Vec<Mount>,
    /// The PersistentVolumeClaims, which are not checked themselves.
    pub claims: Vec<Claim>,
}

/// A finding about an object that depends on other objects, which complete its message.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The finding; its message is what other findings call the object, or the thing in it.
    pub finding: Finding,
    /// Whether a suppression covers it.
    pub is_suppressed: bool,
}

/// A CronJob that starts at most once an hour.
#[derive(Debug)]
pub struct CronJobStarts {
    /// The finding at its schedule, named after the CronJob.
    pub draft: Draft,
    /// When it starts.
    pub calendar: Calendar,
    /// How many CronJobs in one minute are too many.
    pub minimum: i64,
    /// The first day of the week to look at.
    pub from: jiff::civil::Date,
}

/// A claim that several pods mount at once.
#[derive(Debug)]
pub struct Mount {
    /// The finding at the volume, named after the claim.
    pub draft: Draft,
    /// The claim.
    pub claim: ClaimName,
    /// How many pods run at once.
    pub pods: i64,
}

/// The namespace of a claim, where one is set, and its name.
pub type ClaimName = (Option<String>, String);

/// A PersistentVolumeClaim.
#[derive(Debug)]
pub struct Claim {
    /// Its name.
    pub name: ClaimName,
    /// Its access mode, if that keeps pods on one node or to one.
    pub exclusive_mode: Option<&'static str>,
    /// Where it is: its file, its document there and its item in a list.
    place: (String, usize, usize),
}

impl Fleet {
    /// Adds the facts about other objects.
    pub fn add(&mut self, other: Fleet) {
        self.cron_jobs.extend(other.cron_jobs);
        self.mounts.extend(other.mounts);
        self.claims.extend(other.claims);
    }

    /// Returns all drafts.
    pub fn drafts(&mut self) -> impl Iterator<Item = &mut Draft> {
        let starts = self.cron_jobs.iter_mut().map(|it| &mut it.draft);
        starts.chain(self.mounts.iter_mut().map(|it| &mut it.draft))
    }

    /// Puts the facts in the order of the files, whichever was read first.
    pub fn sort(&mut self) {
        fn place(draft: &Draft) -> (&str, usize, Option<usize>) {
            (&draft.finding.source.name, draft.finding.document, draft.finding.item)
        }
        self.cron_jobs.sort_by(|left, right| place(&left.draft).cmp(&place(&right.draft)));
        self.mounts.sort_by(|left, right| place(&left.draft).cmp(&place(&right.draft)));
        self.claims.sort_by(|left, right| left.place.cmp(&right.place));
    }
}

impl Claim {
    /// Reads a PersistentVolumeClaim, which is number `index` of the objects of its document.
    pub fn of(node: Node<'_>, index: usize) -> Option<Self> {
        if !(node.field("apiVersion").is("v1") && node.field("kind").is("PersistentVolumeClaim")) {
            return None;
        }
        let namespace = node.field("metadata.namespace").text().map(str::to_owned);
        let name = (namespace, node.field("metadata.name").text()?.to_owned());
        let document = node.document;
        let place = (document.source.name.clone(), document.index, index);
        Some(Claim { name, exclusive_mode: exclusive_mode(node), place })
    }
}

/// Returns the first access mode of a claim whose modes are all for one node or one pod.
fn exclusive_mode(claim: Node<'_>) -> Option<&'static str> {
    const EXCLUSIVE: [&str; 2] = ["ReadWriteOnce", "ReadWriteOncePod"];
    let exclusive = |mode: Node<'_>| EXCLUSIVE.into_iter().find(|it| mode.text() == Some(it));
    let modes = claim.field("spec.accessModes").items().map(exclusive);
    modes.collect::<Option<Vec<_>>>()?.first().copied()
}
