//! `calendar`: the week of all CronJobs.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::manifests;
use super::manifests::Manifests;
use super::render::Rendered;
use super::timeline::{DrawFormat, options};
use crate::chart::spread::Spread;
use crate::chart::week::Week;
use crate::cli::exit::Exit;
use crate::cli::options::Color;
use crate::cli::terminal::note;
use crate::cli::terminal::print;
use crate::manifest::workload::{CronJob, Object};
use crate::project::paths::display;
use crate::project::settings::today;
use crate::text::phrases::count;
use crate::time::spread::Window;
use crate::time::{nearest_zone, zone, zone_in_any_case};

/// Draw a week of all CronJobs: busy hours, the busiest minutes, and quieter alternatives
///
/// With `--spread`: other minutes for CronJobs that start together, and what starts in the busiest minute before and after.
/// Suspended CronJobs, and schedules that the API server rejects, are skipped and listed. Times are in UTC, unless
/// `--time-zone` names another zone. Exit code: 2 when something could not be read, including schedules, otherwise 0.
#[derive(Debug, clap::Args)]
pub(crate) struct CalendarArgs {
    /// Files and directories, `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How to draw
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
    format: DrawFormat,

    /// The time zone of the week's days and hours, such as `Europe/Berlin`
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = time_zone)]
    time_zone: TimeZone,

    /// The first day of the week [default: today, in UTC]
    #[arg(long, value_name = "DATE")]
    as_of: Option<jiff::civil::Date>,

    /// Propose other minutes for CronJobs that start together; with `--format svg`, draw the week with them
    #[arg(long)]
    spread: bool,

    /// The part of the hour in which `--spread` keeps a CronJob: `5m`, `10m`, `15m`, `20m`, `30m` or `1h` [default: 15m]
    #[arg(long, value_name = "DURATION", requires = "spread")]
    window: Option<Window>,

    /// Draw charts and kustomizations as `helm template` and `kustomize build` (or `kubectl kustomize`) render them. These
    /// programs run only with this flag
    #[arg(long)]
    render: bool,

    /// When to use colors
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

/// Finds a time zone by its name.
fn time_zone(name: &str) -> Result<TimeZone, String> {
    zone(name).ok_or_else(|| {
        let near = zone_in_any_case(name).or_else(|| nearest_zone(name));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!("there is no time zone `{name}`{hint}")
    })
}

/// Writes data for programs.
fn pretty(value: &Value) -> Result<String, String> {
    serde_json::to_string_pretty(value).map(|it| it + "\n").map_err(|error| error.to_string())
}

/// Draws the week of all that can be read.
pub(crate) fn run(arguments: &CalendarArgs) -> Result<Exit, String> {
    let rendered = arguments.render.then(|| Rendered::new(&arguments.paths, &[], &|_| false, &display));
    let manifests = Manifests::read(&arguments.paths, rendered.as_ref())?;
    let cron_jobs: Vec<Object<'_>> =
        manifests.objects().into_iter().filter(|it| it.cron_job().is_some()).collect();
    let is_empty = cron_jobs.is_empty();
    let is_suspended = |it: &Object<'_>| it.cron_job().is_some_and(CronJob::is_suspended);
    let (suspended, active): (Vec<_>, Vec<_>) = cron_jobs.into_iter().partition(is_suspended);
    let (refused, drawn) = manifests::split_rejected(active);
    let has_none = drawn.is_empty();
    let (first, zone) = (arguments.as_of.unwrap_or_else(today), arguments.time_zone.clone());
    let text = if arguments.spread {
        let window = arguments.window.unwrap_or(Window::DEFAULT);
        let spread = Spread::from_objects(drawn, manifests.neighbours(), window, first, zone);
        match arguments.format {
            DrawFormat::Human if has_none => String::new(),
            DrawFormat::Human => spread.to_text(&options(arguments.color)),
            DrawFormat::Svg => spread.week().to_svg(),
            DrawFormat::Json => pretty(&spread.to_json())?,
        }
    } else {
        let week = Week::from_objects(drawn, first, zone);
        match arguments.format {
            DrawFormat::Human if has_none => String::new(),
            DrawFormat::Human => week.to_text(&options(arguments.color)),
            DrawFormat::Svg => week.to_svg(),
            DrawFormat::Json => pretty(&week.to_json())?,
        }
    };
    print(manifests.hide_secrets(text).as_bytes())?;
    if has_none {
        note(if is_empty { "no CronJobs found" } else { "no CronJobs to draw" });
    }
    let suspended = (!suspended.is_empty()).then(|| count(suspended.len(), "suspended CronJob"));
    let left_out = manifests::describe_rejected(&refused).into_iter().chain(suspended).collect();
    manifests.print_left_out(left_out, "; use `--render` to include charts and overlays");
    Ok(if refused.is_empty() { manifests.exit() } else { Exit::Failure })
}
