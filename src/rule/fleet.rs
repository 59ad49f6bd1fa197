//! What rules about several objects keep of each: its document is gone by the time they see all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::diagnostic::finding::Finding;
use crate::manifest::edit::Edits;
use crate::neighbours::Neighbours;
use crate::neighbours::environments::{environment, may_meet};
use crate::neighbours::home::Home;
use crate::text::placeholder::is_placeholder;
use crate::time::calendar::Calendar;
use crate::value::quantity::Quantity;

/// The facts that a run has collected of its objects.
#[derive(Debug, Default)]
pub struct Fleet {
    /// The CronJobs that start at most once an hour and are not suspended.
    pub cron_jobs: Vec<CronJobStarts>,
    /// What the runs of CronJobs take of quotas.
    pub demands: Vec<RunDemand>,
    /// The claims that the pods of CronJobs mount.
    pub claims: Vec<ClaimUse>,
    /// Objects of other kinds, which are not checked themselves.
    pub neighbours: Neighbours,
}

/// So many directories for a cluster each are compared with the others.
const MOST_CLUSTERS: usize = 16;

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
    /// The edits that give it a minute of its own; none where it has that.
    pub edits: Edits,
    /// Where it belongs.
    pub home: Home,
    /// How many CronJobs in one minute are too many.
    pub minimum: i64,
}

/// What each run of a CronJob takes of quotas.
#[derive(Debug)]
pub struct RunDemand {
    /// The finding at its schedule, named after the CronJob.
    pub draft: Draft,
    /// When it starts.
    pub calendar: Calendar,
    /// Where it belongs.
    pub home: Home,
    /// What its pods take at once, by the names that quotas have for it; a name that is missing is not known.
    pub taken: BTreeMap<&'static str, Quantity>,
}

/// A claim that the pods of a CronJob mount.
#[derive(Debug)]
pub struct ClaimUse {
    /// The finding at the claim's name, named after the CronJob.
    pub draft: Draft,
    /// The same as an info, where one would be shown.
    pub mild: Option<Draft>,
    /// When it starts.
    pub calendar: Calendar,
    /// Where it belongs.
    pub home: Home,
    /// The name of the claim.
    pub claim: String,
    /// Whether a container mounts it.
    pub is_mounted: bool,
    /// The labels of the nodes on which its pods run.
    pub nodes: BTreeMap<String, String>,
    /// Whether its pods state on which nodes they run, in whatever way.
    pub states_nodes: bool,
}

impl Fleet {
    /// Adds the facts about other objects.
    pub fn add(&mut self, other: Fleet) {
        self.cron_jobs.extend(other.cron_jobs);
        self.demands.extend(other.demands);
        self.claims.extend(other.claims);
        self.neighbours.add(other.neighbours);
    }

    /// Keeps only what can become a finding that is shown.
    pub fn retain(&mut self, shows: impl Fn(&Finding) -> bool) {
        self.cron_jobs.retain(|it| shows(&it.draft.finding));
        self.demands.retain(|it| shows(&it.draft.finding));
        self.claims.retain_mut(|it| {
            it.mild.take_if(|mild| !shows(&mild.finding));
            shows(&it.draft.finding)
        });
    }

    /// Returns all drafts.
    pub fn drafts(&mut self) -> impl Iterator<Item = &mut Draft> {
        let demands = self.demands.iter_mut().map(|it| &mut it.draft);
        let claims = self.claims.iter_mut().flat_map(|it| std::iter::once(&mut it.draft).chain(&mut it.mild));
        self.cron_jobs.iter_mut().map(|it| &mut it.draft).chain(demands).chain(claims)
    }

    /// Returns the CronJobs that can be in one cluster, each object once: those of directories whose paths name no different
    /// environments.
    pub fn cron_jobs_by_cluster(&self) -> Vec<Vec<&CronJobStarts>> {
        let of = |it: &CronJobStarts| environment(it.home.directory.as_deref().unwrap_or_default());
        let of_each: Vec<(&CronJobStarts, Vec<String>)> =
            self.cron_jobs.iter().map(|it| (it, of(it))).collect();
        let all: BTreeSet<&Vec<String>> = of_each.iter().map(|(_, environment)| environment).collect();
        let is_many = all.len() > MOST_CLUSTERS;
        // What says less stands right before what says more.
        let next = all.iter().skip(1).map(Some).chain([None]);
        let whole =
            all.iter().zip(next).filter(|(it, next)| is_many || !next.is_some_and(|next| may_meet(it, next)));
        let members = |whole: &Vec<String>| {
            let meets = |it: &Vec<String>| {
                if is_many { it == whole } else { it.len() <= whole.len() && may_meet(it, whole) }
            };
            of_each.iter().filter(|(_, it)| meets(it)).map(|(it, _)| *it).collect::<Vec<_>>()
        };
        whole.flat_map(|(it, _)| self.without_copies(&members(it))).collect()
    }

    /// Returns some CronJobs by cluster. Directories that hold the same object can be for several clusters, so that each is taken by
    /// itself, with those directories that are no nearer to another one.
    fn without_copies<'f>(&self, cron_jobs: &[&'f CronJobStarts]) -> Vec<Vec<&'f CronJobStarts>> {
        let objects = cron_jobs.iter().map(|&it| {
            let (mut home, name) = (it.home.clone(), it.draft.finding.subject.name.as_str());
            self.neighbours.settle(&mut home);
            // Two charts can give the same placeholder different values.
            let object = (!name.is_empty() && !is_placeholder(name)).then_some((home.namespace, name));
            (it, object, it.home.directory.as_deref())
        });
        let objects: Vec<_> = objects.collect();
        let mut directories = HashMap::new();
        let mut alternatives = BTreeSet::new();
        for (_, object, directory) in objects.iter().filter(|it| it.1.is_some()) {
            let first = *directories.entry(object).or_insert(*directory);
            if first != *directory {
                alternatives.extend([first, *directory].into_iter().flatten());
            }
        }
        let clusters: Vec<&str> = alternatives.into_iter().collect();
        let mut known = HashSet::new();
        let mut members: BTreeMap<Option<usize>, Vec<&'f CronJobStarts>> = BTreeMap::new();
        let mut homes: HashMap<Option<&str>, Vec<Option<usize>>> = HashMap::new();
        for (it, object, directory) in &objects {
            for cluster in homes.entry(*directory).or_insert_with(|| clusters_of(*directory, &clusters)) {
                if object.is_none() || known.insert((*cluster, object)) {
                    members.entry(*cluster).or_default().push(it);
                }
            }
        }
        members.into_values().collect()
    }

    /// Puts the facts in the order of the files, whichever was read first.
    pub fn sort(&mut self) {
        fn place(draft: &Draft) -> (&str, usize, Option<usize>) {
            (&draft.finding.source.name, draft.finding.document, draft.finding.item)
        }
        self.cron_jobs.sort_by(|left, right| place(&left.draft).cmp(&place(&right.draft)));
        self.demands.sort_by(|left, right| place(&left.draft).cmp(&place(&right.draft)));
        self.claims.sort_by(|left, right| place(&left.draft).cmp(&place(&right.draft)));
        self.neighbours.sort();
    }
}

/// Returns the numbers of the directories for a cluster each to which another directory belongs: itself, or all that share most of
/// their path with it.
fn clusters_of(directory: Option<&str>, clusters: &[&str]) -> Vec<Option<usize>> {
    let own = clusters.iter().position(|it| Some(*it) == directory);
    // What is for all of many clusters is compared with no other directory, so that the work does not grow with both.
    if own.is_some() || clusters.is_empty() || clusters.len() > MOST_CLUSTERS {
        return vec![own];
    }
    let parts = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let own = parts(directory.unwrap_or_default());
    let common = |it: &&str| own.iter().zip(parts(it)).take_while(|(left, right)| *left == right).count();
    let nearest = clusters.iter().map(common).max();
    (0..clusters.len()).filter(|it| Some(common(&clusters[*it])) == nearest).map(Some).collect()
}
