//! What the page's controls set.

use batchlint::policy::config::Preset;
use batchlint::rules;
use batchlint::schema::version::Version;
use batchlint::{Config, Date, config};
use serde_json::{Value, json};

/// Reads the settings of a question: `{"preset": "default", "version": "1.37", "today": "2027-01-31"}`.
pub(crate) fn read(settings: &str) -> Result<Config, String> {
    let settings: Value = serde_json::from_str(settings).map_err(|error| error.to_string())?;
    let text = |name| settings[name].as_str().ok_or_else(|| format!("the settings have no `{name}`"));
    let today: Date = text("today")?.parse().map_err(|_| "`today` must be a date".to_owned())?;
    let preset = text("preset")?;
    let mut config = config(today);
    config.preset = Preset::ALL
        .into_iter()
        .find(|it| it.as_str() == preset)
        .ok_or_else(|| format!("there is no preset `{preset}`"))?;
    config.assumptions.kubernetes_version =
        text("version")?.parse::<Version>().map_err(|error| error.to_string())?;
    Ok(config)
}

/// Returns what can be chosen.
pub(crate) fn choices() -> Value {
    let versions = (Version::OLDEST.minor..=Version::NEWEST.minor).map(|minor| Version { minor }.to_string());
    let rules = rules::registry().iter().map(|rule| {
        json!({
            "id": rule.id,
            "summary": rule.summary,
            "category": rule.category.title(),
        })
    });
    json!({
        "versions": versions.collect::<Vec<_>>(),
        "presets": Preset::ALL.map(Preset::as_str),
        "rules": rules.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_or_refused() {
        let config = read(r#"{"preset": "strict", "version": "1.31", "today": "2027-01-31"}"#).unwrap();
        assert_eq!((config.preset, config.assumptions.kubernetes_version.minor), (Preset::Strict, 31));
        for wrong in ["", "{}", r#"{"preset": "x", "version": "1.31", "today": "2027-01-31"}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read(r#"{"preset": "strict", "version": "1.2", "today": "2027-01-31"}"#).is_err());
    }
}
