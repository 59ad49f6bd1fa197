//! What a page draws of the objects of a run, as facts that outlive their documents.

use crate::manifest::document::Document;
use crate::manifest::workload::{Classification, CronJob, Kind, Object, classify};
use crate::mask;
use crate::time::calendar::Calendar;
use crate::time::retry;

/// The objects that a page draws.
#[derive(Debug, Default)]
pub struct Pictures {
    /// The CronJobs that start, with their names.
    pub(super) cron_jobs: Vec<Drawn<Calendar>>,
    /// The Jobs, and those that CronJobs make.
    pub(super) jobs: Vec<Drawn<retry::JobPlan>>,
}

/// What is drawn of an object.
#[derive(Debug)]
pub(super) struct Drawn<T> {
    pub(super) title: String,
    pub(super) file: String,
    /// Its document in the file, from 0.
    document: usize,
    pub(super) fact: T,
}

impl Pictures {
    /// Takes what is drawn of the documents of a file.
    pub fn take(&mut self, documents: &[Document]) {
        let (cron_jobs, jobs) = (self.cron_jobs.len(), self.jobs.len());
        for node in documents.iter().flat_map(Document::objects) {
            if let Classification::Object(object) = classify(node)
                && !object.is_owned()
                && !object.is_partial()
            {
                self.object(object);
            }
        }
        let titles = self.cron_jobs[cron_jobs..].iter_mut().map(|it| &mut it.title);
        let titles = titles.chain(self.jobs[jobs..].iter_mut().map(|it| &mut it.title));
        mask::hide_in_titles(titles, documents);
    }

    /// Adds what is drawn of others.
    pub fn append(&mut self, mut other: Pictures) {
        self.cron_jobs.append(&mut other.cron_jobs);
        self.jobs.append(&mut other.jobs);
    }

    fn object(&mut self, object: Object<'_>) {
        let document = object.node.document;
        let (file, document) = (document.source.name.clone(), document.index);
        let namespace = object.namespace().text().map(|it| format!("{it}/")).unwrap_or_default();
        let name = object.name().text();
        let active = |it: &CronJob<'_>| it.suspend().boolean() != Some(true);
        if let Some(calendar) = object.cron_job().filter(active).and_then(Calendar::for_cron_job) {
            let title = format!("{namespace}{}", name.unwrap_or_default());
            self.cron_jobs.push(Drawn { title, file: file.clone(), document, fact: calendar });
        }
        if let Some(Ok(plan)) = object.job().map(retry::JobPlan::for_job) {
            let name = name.or(object.generate_name().text()).unwrap_or_default();
            let each = if object.kind == Kind::CronJob { ": each run" } else { "" };
            let title = format!("{} {namespace}{name}{each}", object.kind_name());
            self.jobs.push(Drawn { title, file, document, fact: plan });
        }
    }

    /// Puts the objects in the order of the files, whichever was read first.
    pub fn sort(&mut self) {
        sort(&mut self.cron_jobs);
        sort(&mut self.jobs);
    }
}

fn sort<T>(drawn: &mut [Drawn<T>]) {
    drawn.sort_by(|left, right| (&left.file, left.document).cmp(&(&right.file, right.document)));
}
