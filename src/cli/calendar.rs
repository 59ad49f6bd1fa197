//! `calendar`: the week of all CronJobs.

use std::path::PathBuf;

use super::args::Color;
use super::settings::today;
use super::timeline::{DrawFormat, objects, options, read};
use super::{Exit, print};
use crate::chart::week::Week;
use crate::time::words;

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
    let week = Week::of(objects(&outcome), words::midnight(arguments.as_of.unwrap_or_else(today)));
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
