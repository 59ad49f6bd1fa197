//! The library as the playground asks it: texts in, JSON out. Nothing is kept between two questions.
//!
//! Places are counted as browsers count them, in the units of UTF-16.

mod charts;
mod findings;
mod settings;
mod units;
mod verdict;

use wasm_bindgen::prelude::wasm_bindgen;

/// What the text is called where a message names its file.
const FILE: &str = "manifest.yaml";

/// Returns the versions of Kubernetes, the presets and the rules, for the page's controls.
#[wasm_bindgen]
pub fn choices() -> String {
    settings::choices().to_string()
}

/// Checks a text, and returns what `check` reports of it.
#[wasm_bindgen]
pub fn check(text: &str, settings: &str) -> Result<String, String> {
    settings::read(settings).map(|config| findings::check(text, &config).to_string())
}

/// Applies the safe fixes of a text, or all of them.
#[wasm_bindgen]
pub fn fix(text: &str, settings: &str, with_unsafe: bool) -> Result<String, String> {
    settings::read(settings).map(|config| findings::fix(text, &config, with_unsafe).to_string())
}

/// Returns what the API server would answer to each document of a text.
#[wasm_bindgen]
pub fn dry_run(text: &str, settings: &str) -> Result<String, String> {
    let version = settings::read(settings)?.assumptions.kubernetes_version;
    Ok(verdict::answers(text, version).to_string())
}

/// Draws what will happen to each Job and CronJob of a text. `now` is in milliseconds since 1970, `attempt` in seconds.
#[wasm_bindgen]
pub fn timeline(text: &str, now: f64, attempt: u32, succeed_on: Option<u32>) -> Result<String, String> {
    charts::timeline(text, now, attempt, succeed_on).map(|it| it.to_string())
}

/// Draws the week of all CronJobs of a text. `now` is in milliseconds since 1970.
#[wasm_bindgen]
pub fn calendar(text: &str, now: f64) -> Result<String, String> {
    charts::calendar(text, now).map(|it| it.to_string())
}
