//! `calendar`: the week of all CronJobs.

use std::path::PathBuf;

use super::args::Color;
use super::timeline::{DrawFormat, objects, options, read};
use super::{Exit, print};
use crate::chart::week::Week;
use crate::time::{calendar, words};

/// Draw the week of all CronJobs: busy hours, the busiest minutes, and quieter ones
///
/// Suspended CronJobs, and schedules that the API server refuses, are left out. Times are in UTC.
#[derive(Debug, clap::Args)]
pub(super) struct Calendar {
    /// Files and directories, `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How to draw
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: DrawFormat,

    /// The first day of the week [default: today, in UTC]
    #[arg(long, value_name = "DATE")]
    as_of: Option<jiff::civil::Date>,

    /// When to use colours
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

/// Draws the week.
pub(super) fn run(arguments: &Calendar) -> Result<Exit, String> {
    let Some(outcome) = read(&arguments.paths)? else { return Ok(Exit::Failure) };
    let mut fleet = Vec::new();
    for object in objects(&outcome) {
        let Some(cron_job) = object.cron_job().filter(|it| it.suspend().boolean() != Some(true)) else {
            continue;
        };
        let Some(calendar) = calendar::Calendar::of(cron_job) else { continue };
        let name = object.name().text().unwrap_or_default();
        let namespace = object.namespace().text().map(|it| format!("{it}/")).unwrap_or_default();
        fleet.push((format!("{namespace}{name}"), calendar));
    }
    let today = || jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let week = Week::new(&fleet, words::midnight(arguments.as_of.unwrap_or_else(today)));
    let text = match arguments.format {
        DrawFormat::Human => week.to_text(&options(arguments.color)),
        DrawFormat::Svg => week.to_svg(),
        DrawFormat::Json => {
            serde_json::to_string_pretty(&week.to_json()).map_err(|error| error.to_string())? + "\n"
        }
    };
    print(text.as_bytes())?;
    Ok(Exit::Clean)
}
