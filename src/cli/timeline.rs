//! `timeline`: what will happen to the Jobs and CronJobs of a file.
#![expect(clippy::disallowed_methods, reason = "the terminal is asked here")]

use crate::cli::terminal::{DEFAULT_WIDTH, supports_unicode, terminal_width};
use crate::text::phrases;
use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;

use super::manifests::Manifests;
use crate::chart::ChartOptions;
use crate::chart::timeline::{Assumed, draw};
use crate::cli::exit::Exit;
use crate::cli::options::Color;
use crate::cli::terminal::note;
use crate::cli::terminal::{print, use_color};
use crate::manifest::workload::Object;
use crate::text::nearest::nearest;
use crate::time::retry::Millis;
use crate::value::duration;

/// Draw the timeline of a Job, or the next runs of a CronJob
///
/// For a Job: its attempts, the waits between them, its deadline, its end and its deletion, as Kubernetes' controllers
/// compute them. For a CronJob: its next runs in its zone and in UTC, which of them overlap, start late or are skipped,
/// and the nights when the clock changes. Nothing is run: how long an attempt takes, and how it ends, is assumed.
#[derive(Debug, clap::Args)]
pub(crate) struct TimelineArgs {
    /// The manifest, `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Only the object of this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// How to draw
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
    format: DrawFormat,

    /// How long an attempt runs: `5s`, `1h30m`
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = milliseconds)]
    attempt: Millis,

    /// The exit code of every attempt
    #[arg(long, value_name = "CODE", default_value_t = 1)]
    exit_code: i64,

    /// This attempt of the Job, or of each index, exits with 0, and no other
    #[arg(long, value_name = "K")]
    succeed_on: Option<usize>,

    /// How long a pod takes to start
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = milliseconds)]
    pod_starts_in: Millis,

    /// How long a deleted pod takes to end
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = milliseconds)]
    pod_ends_in: Millis,

    /// Suspend the Job this long after its creation
    #[arg(long, value_name = "DURATION", value_parser = milliseconds)]
    suspend_at: Option<Millis>,

    /// Resume the Job this long after its creation
    #[arg(long, value_name = "DURATION", value_parser = milliseconds)]
    resume_at: Option<Millis>,

    /// When the CronJob is created: `2026-11-24` or `2026-11-24T03:00:00Z` [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    as_of: Option<Timestamp>,

    /// How many start times of a CronJob to show [default: 10, or all of them with `--until`]
    #[arg(long, value_name = "N")]
    runs: Option<usize>,

    /// Show no start times of a CronJob after this
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,

    /// How long a run of a CronJob lasts [default: as long as it can, otherwise 30s]
    #[arg(long, value_name = "DURATION", value_parser = milliseconds)]
    run_takes: Option<Millis>,

    /// When to use colors
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DrawFormat {
    /// For a terminal
    #[default]
    Human,
    /// For programs
    Json,
    /// For documents
    Svg,
}

/// Reads a duration as Go writes it, in milliseconds.
fn milliseconds(text: &str) -> Result<Millis, String> {
    match duration::parse_go(text)? / 1_000_000 {
        negative if negative < 0 => Err("a duration must not be negative".to_owned()),
        milliseconds => Ok(milliseconds),
    }
}

/// Reads a date or a time; without an offset it is in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let civil = || text.parse::<jiff::civil::DateTime>();
    let date = || text.parse::<jiff::civil::Date>().map(|it| it.to_datetime(jiff::civil::Time::midnight()));
    let local = |it: jiff::civil::DateTime| jiff::tz::TimeZone::UTC.to_timestamp(it);
    text.parse::<Timestamp>()
        .or_else(|_| civil().or_else(|_| date()).and_then(local))
        .map_err(|_| "expected a date or time such as 2026-11-24 or 2026-11-24T03:00:00Z".to_owned())
}

/// Returns the time, in whole seconds, as a CronJob's `creationTimestamp` has it.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Returns what a terminal takes.
pub(crate) fn options(color: Color) -> ChartOptions {
    ChartOptions {
        color: use_color(color),
        unicode: supports_unicode(),
        width: terminal_width().unwrap_or(DEFAULT_WIDTH),
    }
}

/// Draws what the arguments name, as far as it can be read.
pub(crate) fn run(arguments: &TimelineArgs) -> Result<Exit, String> {
    let manifests = Manifests::read(std::slice::from_ref(&arguments.file), None)?;
    let objects = named(manifests.objects(), arguments);
    let objects = match objects {
        Err(_) if manifests.is_incomplete() => return Ok(Exit::Failure),
        other => other.map_err(|error| manifests.hide_secrets(error))?,
    };
    let (mut drawn, mut exit) = (Vec::new(), manifests.exit());
    let assumed = assumed(arguments);
    for object in objects {
        match draw(object, &assumed) {
            Ok(drawing) => drawn.push(drawing),
            Err(error) => {
                note(&manifests.hide_secrets(format!("error: {error}")));
                exit = Exit::Failure;
            }
        }
    }
    if drawn.is_empty() {
        return Ok(exit);
    }
    let text = match arguments.format {
        DrawFormat::Human => {
            let options = options(arguments.color);
            drawn.iter().map(|(chart, _)| chart.to_text(&options)).collect::<Vec<_>>().join("\n")
        }
        DrawFormat::Svg => match &drawn[..] {
            [(chart, _)] => chart.to_svg(),
            _ => return Err("the file has several objects: pick one with `--name`".to_owned()),
        },
        DrawFormat::Json => {
            let mut values: Vec<Value> = drawn.into_iter().map(|(_, value)| value).collect();
            let value = if values.len() == 1 { values.remove(0) } else { Value::Array(values) };
            serde_json::to_string_pretty(&value).map_err(|error| error.to_string())? + "\n"
        }
    };
    print(manifests.hide_secrets(text).as_bytes())?;
    Ok(exit)
}

/// Returns the objects that are asked for: all of them, or those of a name.
fn named<'d>(objects: Vec<Object<'d>>, arguments: &TimelineArgs) -> Result<Vec<Object<'d>>, String> {
    let file = arguments.file.display();
    let Some(name) = arguments.name.as_deref() else {
        let nothing = format!("{file}: it contains no Job or CronJob");
        return if objects.is_empty() { Err(nothing) } else { Ok(objects) };
    };
    let (found, others): (Vec<_>, Vec<_>) = objects.into_iter().partition(|it| it.name().is(name));
    if !found.is_empty() {
        return Ok(found);
    }
    let names = || others.iter().filter_map(|it| it.name().text());
    let hint = match nearest(name, names()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if names().next().is_none() => String::new(),
        None => {
            format!("; it has {}", phrases::list(&names().map(|it| format!("`{it}`")).collect::<Vec<_>>()))
        }
    };
    Err(format!("{file}: there is no Job or CronJob `{name}`{hint}"))
}

fn assumed(arguments: &TimelineArgs) -> Assumed {
    Assumed {
        attempt: arguments.attempt,
        exit_code: arguments.exit_code,
        succeed_on: arguments.succeed_on,
        pod_starts_in: arguments.pod_starts_in,
        pod_ends_in: arguments.pod_ends_in,
        suspend_at: arguments.suspend_at,
        resume_at: arguments.resume_at,
        created: arguments.as_of.unwrap_or_else(now),
        runs: arguments.runs,
        until: arguments.until,
        run_takes: arguments.run_takes,
        hint: "`--run-takes`",
    }
}
