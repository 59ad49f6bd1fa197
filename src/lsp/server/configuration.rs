//! What is in force: the flags, under what the client configures, and the configuration files that are found.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::Uri;
use serde_json::{Value, json};

use crate::engine::rule_set::RuleSet;
use crate::lsp::server::state::{OpenDocument, Session};
use crate::lsp::uri::{path_of, uri_of};
use crate::policy::config::Preset;
use crate::project::selection::Selection;
use crate::project::settings::{Settings, SettingsError};
use crate::schema::version::VersionError;

/// The id of the one question that is asked again and again.
pub(crate) const CONFIGURATION: &str = "configuration";

/// What a client can configure, as the command line's flags; what it leaves out, or empty, is not set.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ClientOptions {
    preset: Option<String>,
    select: Option<Vec<String>>,
    ignore: Option<Vec<String>>,
    kubernetes_version: Option<String>,
    config: Option<String>,
}

/// Why what a client configures cannot be used.
#[derive(Debug, thiserror::Error)]
enum OptionsError {
    /// An option has the wrong type.
    #[error(transparent)]
    Malformed(#[from] serde_json::Error),
    /// There is no such preset.
    #[error("there is no preset `{0}`; the presets are `default`, `strict` and `security`")]
    Preset(String),
    /// The version of Kubernetes cannot be used.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The rules cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl ClientOptions {
    /// Puts what is configured over the flags.
    fn merge_over(self, flags: &Selection) -> Result<Selection, OptionsError> {
        let mut rules = flags.clone();
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        if let Some(name) = text(self.preset) {
            let preset = Preset::ALL.into_iter().find(|preset| preset.as_str() == name);
            rules.preset = Some(preset.ok_or(OptionsError::Preset(name))?);
        }
        if let Some(version) = text(self.kubernetes_version) {
            rules.kubernetes_version = Some(version.parse()?);
        }
        let list = |list: Option<Vec<String>>| list.filter(|list| !list.is_empty());
        rules.select = list(self.select).unwrap_or(rules.select);
        rules.ignore = list(self.ignore).unwrap_or(rules.ignore);
        rules.config = text(self.config).map(PathBuf::from).or(rules.config);
        Ok(rules)
    }
}

impl Session {
    /// Takes what the client has configured, if it can be meant.
    pub(crate) fn configure(&mut self, settings: &Value) {
        if settings.is_null() {
            return;
        }
        match self.selection(settings) {
            Ok(rules) => {
                self.rules = rules;
                self.reload();
            }
            Err(error) => self.show_error(&format!("batchlint: invalid settings: {error}")),
        }
    }

    fn selection(&self, settings: &Value) -> Result<Selection, OptionsError> {
        let options: ClientOptions = serde_json::from_value(settings.clone())?;
        let rules = options.merge_over(&self.flags)?;
        Settings::new(&rules)?;
        Ok(rules)
    }

    pub(crate) fn ask_for_configuration(&mut self) {
        if self.client.answers_configuration {
            let params = json!({ "items": [{ "section": "batchlint" }] });
            self.ask_client(CONFIGURATION, "workspace/configuration", params);
        }
    }

    /// Reads all configurations again, and checks every text by them.
    pub(crate) fn reload(&mut self) {
        self.clear_configurations();
        for uri in std::mem::take(&mut self.broken) {
            self.publish(uri, Vec::new(), None);
        }
        let all: Vec<Uri> = self.open.keys().cloned().collect();
        all.iter().for_each(|uri| self.queue_lint(uri));
    }

    /// Forgets the configurations that were read, and which day it is.
    pub(crate) fn clear_configurations(&mut self) {
        if let Ok(settings) = Settings::new(&self.rules) {
            self.settings = settings;
        }
    }

    /// Returns what is in force for a file, and shows what is wrong with its configuration, in that.
    pub(crate) fn config_for(&mut self, name: &str) -> Option<Arc<RuleSet>> {
        let found = self.settings.for_file(Path::new(name));
        let mistakes = self.settings.drain_config_errors().findings;
        for in_file in mistakes.chunk_by(|left, right| Arc::ptr_eq(&left.source, &right.source)) {
            let Some(uri) = uri_of_path(Path::new(&in_file[0].source.name)) else { continue };
            // Clients write one address in several ways. A base that is open has another name, and is not read as one there.
            let shows_own = |(open, document): (&Uri, &OpenDocument)| {
                document.is_configuration() && path_of(open) == path_of(&uri)
            };
            if !self.open.iter().any(shows_own) {
                let list = self.diagnostics(in_file, &uri);
                self.publish(uri.clone(), list, None);
                self.broken.push(uri);
            }
        }
        if let Some(file) = found.file()
            && let Some(uri) = uri_of_path(file)
            && let Some(at) = self.broken.iter().position(|broken| *broken == uri)
        {
            self.broken.swap_remove(at);
            self.publish(uri, Vec::new(), None);
        }
        found.config(Path::new(name))
    }
}

/// Returns the address of a file.
fn uri_of_path(path: &Path) -> Option<Uri> {
    uri_of(&std::path::absolute(path).ok()?)
}
