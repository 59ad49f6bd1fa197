//! When Helm and Argo CD create an object, as its annotations say.

use crate::manifest::document::Node;
use crate::manifest::hook::{
    SYNC_WAVE, Tool, WEIGHT, Words, chart_of, helm_hooks_of_argo_cd, hooks_of, wave, whole_number,
};

/// When a tool creates an object: before the others (-1), with them (0) or after them (1), then by a number.
pub type Turn = (i8, i64);

/// When tools create an object.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The chart of which `helm template` has printed it into a file.
    pub chart: Option<Box<str>>,
    /// The tool for which it is annotated.
    pub tool: Option<Tool>,
    /// Its turn where Helm installs a release: a phase and a weight. None if it cannot be told.
    pub install: Option<Turn>,
    /// Its turn where Argo CD syncs: a phase and a wave. None if it cannot be told.
    pub sync: Option<Turn>,
}

impl Delivery {
    /// An object without annotations for a tool.
    pub(super) const PLAIN: Delivery =
        Delivery { chart: None, tool: None, install: Some((0, 0)), sync: Some((0, 0)) };

    /// Reads what stands above an object, and its annotations.
    pub fn of(object: Node<'_>) -> Self {
        Delivery { chart: chart_of(object).map(Box::from), ..Delivery::annotated(object) }
    }

    /// Whether another object may be a part of the same release.
    pub fn may_share(&self, other: &Delivery) -> bool {
        self.chart.is_none() || other.chart.is_none() || self.chart == other.chart
    }

    fn annotated(object: Node<'_>) -> Self {
        let Some(annotations) = object.field("metadata.annotations").node() else { return Delivery::PLAIN };
        let [helm, argo_cd] = Tool::ALL.map(|it| annotations.get(it.hook_key()).is_some());
        let keys = [Tool::Helm.hook_key(), WEIGHT, Tool::ArgoCd.hook_key(), SYNC_WAVE];
        let mut stated = keys.into_iter().filter(|key| annotations.get(key).is_some());
        let tool = match (helm, argo_cd || annotations.get(SYNC_WAVE).is_some()) {
            (_, true) => Some(Tool::ArgoCd),
            (true, false) => Some(Tool::Helm),
            (false, false) => return Delivery::PLAIN,
        };
        if stated.any(|key| Words::of(object, key).is_none()) {
            return Delivery { tool, install: None, sync: None, ..Delivery::PLAIN };
        }
        let of_helm = helm.then(|| hooks_of(object, Tool::Helm));
        let of_argo_cd = argo_cd.then(|| hooks_of(object, Tool::ArgoCd));
        let weight = Words::of(object, WEIGHT).and_then(|it| whole_number(it.text)).unwrap_or_default();
        let install = of_helm.map_or(Some(0), |hooks| install_phase(&hooks));
        // What Helm 2 had for custom resources is not a hook of Argo CD.
        let is_crd = annotations.get(Tool::Helm.hook_key()).and_then(Node::text) == Some("crd-install");
        let sync = sync_phase(of_argo_cd, (helm && !is_crd).then(|| helm_hooks_of_argo_cd(object)));
        let (install, sync) = (install.map(|it| (it, weight)), sync.map(|it| (it, wave(object))));
        Delivery { tool, install, sync, ..Delivery::PLAIN }
    }
}

fn install_phase(hooks: &[&str]) -> Option<i8> {
    let has = |hook| hooks.contains(&hook);
    if has("pre-install") { Some(-1) } else { has("post-install").then_some(1) }
}

/// Returns the phase: hooks of Helm count where there are none of Argo CD (`gitops-engine/pkg/sync/hook/hook.go`).
fn sync_phase(own: Option<Vec<&str>>, of_helm: Option<Vec<&str>>) -> Option<i8> {
    if own.is_none() && of_helm.is_none() {
        return Some(0);
    }
    let own = own.filter(|it| !it.is_empty()).or(of_helm).unwrap_or_default();
    let phases = own.into_iter().filter_map(|hook| match hook {
        "PreSync" | "pre-install" | "pre-upgrade" => Some(-1),
        "Sync" => Some(0),
        "PostSync" | "post-install" | "post-upgrade" => Some(1),
        _ => None,
    });
    phases.min()
}
