//! The templates of charts, as they are written.

use std::path::Path;

use crate::engine::chart_template;
use crate::engine::outcome::Outcome;
use crate::project::contents::MAX_BYTES;
use crate::project::open::read_own_text;
use crate::project::paths::{charts_around, is_manifest_name};
use crate::project::settings::Settings;
use crate::project::walk::files;
use crate::text::source::Source;

/// Returns the findings about hooks in a template that Helm leaves out of what it renders.
pub(crate) fn unknown_hooks(template: &Path, name: &str, settings: &Settings) -> Outcome {
    let config = settings.config(Path::new(name));
    let text = config.and_then(|it| Some((it, read_own_text(template, MAX_BYTES).ok()?)));
    text.map(|(config, text)| chart_template::unknown_hooks(Source::new(name, text), &config))
        .unwrap_or_default()
}

/// Returns those of all templates of a chart and of the charts in it.
pub(crate) fn unknown_hooks_of(
    chart: &Path,
    name_of: &dyn Fn(&Path) -> String,
    settings: &Settings,
) -> Outcome {
    let directories = [chart.join("templates"), chart.join("charts")];
    let directories: Vec<_> = directories.iter().filter(|it| it.is_dir()).collect();
    let is_template =
        |it: &Path| is_manifest_name(it) && charts_around(it).any(|around| around.starts_with(chart));
    let mut outcome = Outcome::default();
    for template in files(&directories, &is_template, &|_| true) {
        outcome.add(unknown_hooks(&template, &name_of(&template), settings));
    }
    outcome
}
