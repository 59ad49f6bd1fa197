//! What will happen to the Jobs and CronJobs of a text, as pictures with their words.

use batchlint::Source;
use batchlint::chart::timeline::{Assumed, draw};
use batchlint::chart::week::Week;
use batchlint::chart::{Chart, ChartOptions};
use batchlint::engine::read::{Manifest, read};
use batchlint::manifest::live::own_objects;
use batchlint::manifest::workload::Object;
use batchlint::mask::hide_in_output;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::FILE;

/// The most objects that are drawn one by one.
const MAX_DRAWN: usize = 50;

/// How the pictures are written for those who cannot see them.
const AS_TEXT: ChartOptions = ChartOptions { color: false, unicode: true, width: 100 };

/// Draws what will happen to each Job and CronJob.
pub(crate) fn timeline(text: &str, now: f64, attempt: u32, succeed_on: Option<u32>) -> Result<Value, String> {
    let manifest = read(Source::new(FILE, text));
    let assumed = Assumed {
        attempt: i64::from(attempt) * 1_000,
        exit_code: 1,
        succeed_on: succeed_on.map(|it| it as usize),
        pod_starts_in: 0,
        pod_ends_in: 2_000,
        suspend_at: None,
        resume_at: None,
        created: moment(now)?,
        runs: None,
        until: None,
        run_takes: None,
        hint: "`activeDeadlineSeconds`",
    };
    let objects = objects(&manifest);
    let more = objects.len().saturating_sub(MAX_DRAWN);
    let drawn = objects.into_iter().take(MAX_DRAWN).map(|object| match draw(object, &assumed) {
        Ok((chart, _)) => picture(&chart, &manifest),
        Err(error) => json!({"error": hidden(error, &manifest)}),
    });
    Ok(json!({"charts": drawn.collect::<Vec<_>>(), "more": more}))
}

/// Draws the week of all CronJobs, from today on.
pub(crate) fn calendar(text: &str, now: f64) -> Result<Value, String> {
    let manifest = read(Source::new(FILE, text));
    let active = |it: &Object<'_>| it.cron_job().is_some_and(|it| !it.is_suspended());
    let first = TimeZone::UTC.to_datetime(moment(now)?).date();
    let week = Week::from_objects(objects(&manifest).into_iter().filter(active), first, TimeZone::UTC);
    if week.is_empty() {
        return Ok(Value::Null);
    }
    let plain = hidden(week.to_text(&AS_TEXT), &manifest);
    Ok(json!({
        "title": week.title(),
        "svg": hidden(week.to_svg_element(), &manifest),
        "lines": week.lines().into_iter().map(|it| hidden(it, &manifest)).collect::<Vec<_>>(),
        "text": plain,
    }))
}

/// Returns the objects that are drawn; a template has none.
fn objects(manifest: &Manifest) -> Vec<Object<'_>> {
    if manifest.is_template() { Vec::new() } else { own_objects(&manifest.documents).collect() }
}

fn picture(chart: &Chart, manifest: &Manifest) -> Value {
    let (title, assumed, sentences) = chart.words();
    json!({
        "title": hidden(title.to_owned(), manifest),
        "assumed": hidden(assumed.to_owned(), manifest),
        "svg": hidden(chart.to_svg_element(), manifest),
        "lines": sentences.iter().map(|it| hidden(it.clone(), manifest)).collect::<Vec<_>>(),
        "text": hidden(chart.to_text(&AS_TEXT), manifest),
    })
}

/// Returns a text about the objects without the credentials of the manifest.
fn hidden(text: String, manifest: &Manifest) -> String {
    hide_in_output(text, &manifest.documents)
}

fn moment(now: f64) -> Result<Timestamp, String> {
    Timestamp::from_second((now / 1e3) as i64).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: f64 = 1_800_000_000_000.0;
    const MANIFEST: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: \"0 3 * * *\"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: main, image: registry.example.com/nightly:1.4.2}]
";

    #[test]
    fn a_cron_job_has_its_runs_and_its_week() {
        let drawn = timeline(MANIFEST, NOW, 5, None).unwrap();
        let chart = &drawn["charts"][0];
        assert_eq!(chart["title"], "CronJob nightly");
        assert!(chart["svg"].as_str().unwrap().starts_with("<svg "), "{chart}");
        let week = calendar(MANIFEST, NOW).unwrap();
        assert_eq!(week["title"], "1 CronJob from 2027-01-15: 7 starts");
    }

    #[test]
    fn what_cannot_be_drawn_says_why() {
        let drawn = timeline(&MANIFEST.replace("0 3 * * *", "0 99 * * *"), NOW, 5, None).unwrap();
        assert!(drawn["charts"][0]["error"].as_str().unwrap().contains("spec.schedule"), "{drawn}");
        assert_eq!(calendar("a: 1\n", NOW).unwrap(), Value::Null);
    }
}
