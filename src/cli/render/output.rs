//! What `helm` and `kustomize` print, which is kept where it is compared later.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::danger;
use super::tool::{self, RenderFailure};
use crate::cli::options::ValueSet;
use crate::policy::config::Config;
use crate::text::source::RELEASE_NAMESPACE;

/// What is rendered at once: a chart with one set of values, or a kustomization.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Unit {
    /// Where the chart or the kustomization is.
    pub(crate) directory: PathBuf,
    /// The number of the set, from 0; nothing for a kustomization.
    pub(super) values: Option<usize>,
}

impl Unit {
    pub(super) fn chart(directory: &Path, values: usize) -> Self {
        Unit { directory: directory.to_owned(), values: Some(values) }
    }

    pub(super) fn kustomization(directory: &Path) -> Self {
        Unit { directory: directory.to_owned(), values: None }
    }

    /// Whether it is a chart.
    pub(crate) fn is_chart(&self) -> bool {
        self.values.is_some()
    }

    /// Returns the same unit in another directory.
    pub(crate) fn moved_to(&self, directory: PathBuf) -> Self {
        Unit { directory, values: self.values }
    }
}

/// What a program prints, or why there is nothing.
type Output = Result<Arc<str>, String>;

/// The programs that render, with what they are given, and what they have printed.
pub(crate) struct Programs {
    /// The value sets that each chart is rendered with.
    pub(super) values: Vec<ValueSet>,
    /// The name of the release, where the user gives one.
    pub(crate) release_name: Option<String>,
    /// What they have printed; nothing is kept unless someone asks for that.
    kept: Option<Mutex<HashMap<Unit, Output>>>,
}

impl Programs {
    pub(super) fn new(values: Vec<ValueSet>) -> Self {
        Programs { values, release_name: None, kept: None }
    }

    /// Keeps from now on whatever they print.
    pub(crate) fn keep(&mut self) {
        self.kept = Some(Mutex::default());
    }

    /// Returns what is kept of a unit that could be rendered.
    pub(crate) fn kept(&self, unit: &Unit) -> Option<Arc<str>> {
        self.find(unit)?.ok()
    }

    /// Returns what is kept of a unit, or renders it.
    pub(super) fn output(&self, unit: &Unit, config: &Config) -> Output {
        self.find(unit).unwrap_or_else(|| {
            let output = self.render(unit, config).map(Arc::from);
            if let Some(kept) = &self.kept {
                kept.lock().unwrap_or_else(PoisonError::into_inner).insert(unit.clone(), output.clone());
            }
            output
        })
    }

    fn find(&self, unit: &Unit) -> Option<Output> {
        self.kept.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner).get(unit).cloned()
    }

    /// Renders a unit, whether or not that has been done before.
    pub(crate) fn render(&self, unit: &Unit, config: &Config) -> Result<String, String> {
        match unit.values {
            Some(values) => self.render_chart(&unit.directory, values, config).map_err(|why| ("chart", why)),
            None => build_kustomization(&unit.directory).map_err(|why| ("kustomization", why)),
        }
        .map_err(|(what, why)| format!("the {what} is not checked: {why}"))
    }

    fn render_chart(&self, chart: &Path, values: usize, config: &Config) -> Result<String, String> {
        let version = format!("v{}.0", config.assumptions.kubernetes_version);
        let chart_argument = absolute(chart);
        let mut arguments = vec![OsStr::new("template")];
        arguments.extend(self.release_name.as_deref().map(OsStr::new));
        arguments.push(chart_argument.as_os_str());
        // Nobody says where it will be installed: a name as made up as Helm's `release-name`, not `default`.
        arguments.extend(["--namespace", RELEASE_NAMESPACE, "--kube-version", &version].map(OsStr::new));
        // Without a cluster Helm knows groups and versions, but no kinds, and each cluster of these versions has this one.
        arguments.extend(["--api-versions", "batch/v1/CronJob"].map(OsStr::new));
        let values = &self.values[values].0;
        for values in values {
            arguments.extend([OsStr::new("--values"), values.as_os_str()]);
        }
        if let Some(why) = danger::chart_problem(chart) {
            return Err(why);
        }
        // Helm fetches the value files that the user has at addresses.
        let may_fetch = values.iter().any(|it| it.to_string_lossy().contains("://"));
        tool::run("helm", &arguments, may_fetch).map_err(|failure| match failure {
            RenderFailure::Missing => "`--render` needs `helm`, which is not on the `PATH`".to_owned(),
            RenderFailure::Failed(message) => message,
        })
    }
}

fn build_kustomization(directory: &Path) -> Result<String, String> {
    let place = absolute(directory);
    if let Some(why) = danger::kustomization_problem(directory) {
        return Err(why);
    }
    let built = match tool::run("kustomize", &[OsStr::new("build"), place.as_os_str()], false) {
        Err(RenderFailure::Missing) => {
            tool::run("kubectl", &[OsStr::new("kustomize"), place.as_os_str()], false)
        }
        other => other,
    };
    built.map_err(|failure| match failure {
        RenderFailure::Missing => {
            "`--render` needs `kustomize` or `kubectl`, and neither is on the `PATH`".to_owned()
        }
        RenderFailure::Failed(message) => message,
    })
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
