//! What will happen: the week of the CronJobs, and the course of the Jobs.

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::escape::{escape, prose};
use crate::chart;
use crate::chart::week::Week;
use crate::report::options::Report;
use crate::report::pictures::Drawn;
use crate::text::phrases::count;
use crate::time::retry::{self, ContainerRun, JobAssumptions};

/// The most Jobs whose course is drawn.
const MAX_JOBS: usize = 50;

/// The sections with pictures.
#[derive(Default)]
pub(super) struct Charts {
    /// For each section its id and its title.
    pub links: Vec<(&'static str, &'static str)>,
    /// The sections, as HTML.
    pub sections: String,
}

/// Draws what there is to draw of the objects that were checked.
pub(super) fn draw(report: &Report<'_>) -> Charts {
    let mut charts = Charts::default();
    let Some(pictures) = report.pictures else { return charts };
    if let Some(from) = report.options.as_of {
        let fleet: Vec<_> = pictures.cron_jobs.iter().map(|it| (it.title.clone(), it.fact.clone())).collect();
        week(&mut charts, &Week::new(&fleet, from, TimeZone::UTC));
    }
    jobs(&mut charts, &pictures.jobs);
    charts
}

fn week(charts: &mut Charts, week: &Week) {
    if week.is_empty() {
        return;
    }
    charts.links.push(("week", "Week"));
    let lines = week.lines();
    let _ = writeln!(
        charts.sections,
        "<section id=\"week\"><h2>The week of the CronJobs</h2>\n<p>{}. Times are in UTC.</p>\n\
         <div class=\"picture\" tabindex=\"0\" role=\"region\" aria-label=\"The week\">{}</div>",
        escape(&week.title()),
        week.to_svg_element()
    );
    if !lines.is_empty() {
        charts.sections.push_str("<h3>Busiest minutes</h3>\n<ul>\n");
        lines.iter().for_each(|line| charts.sections += &format!("<li>{}</li>\n", escape(line)));
        charts.sections.push_str("</ul>\n");
    }
    charts.sections.push_str("</section>\n");
}

fn jobs(charts: &mut Charts, drawn: &[Drawn<retry::JobPlan>]) {
    if drawn.is_empty() {
        return;
    }
    charts.links.push(("jobs", "Retries"));
    charts.sections.push_str(
        "<section id=\"jobs\"><h2>When every attempt fails</h2>\n<p>What Kubernetes does when each attempt exits with 1 \
         after 5 seconds: its retries, the waits between them, and the end.</p>\n",
    );
    for Drawn { title, file, fact: plan, .. } in drawn.iter().take(MAX_JOBS) {
        let chart = course(title, plan);
        let (first, others) =
            chart.footer.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let _ = writeln!(
            charts.sections,
            "<details class=\"job\"><summary><b>{}</b> {} <span>{}</span></summary>\n\
             <div class=\"picture\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">{}</div>",
            escape(&chart.title),
            prose(first),
            escape(file),
            chart.to_svg_element()
        );
        others.iter().for_each(|line| charts.sections += &format!("<p>{}</p>\n", prose(line)));
        charts.sections.push_str("</details>\n");
    }
    if drawn.len() > MAX_JOBS {
        let more = count(drawn.len() - MAX_JOBS, "more object");
        let _ = writeln!(charts.sections, "<p>and {more}: <code>batchlint timeline FILE</code></p>");
    }
    charts.sections.push_str("</section>\n");
}

/// Draws what happens to a Job whose attempts all fail.
fn course(title: &str, plan: &retry::JobPlan) -> chart::Chart {
    let run = |_| ContainerRun { takes: 5_000, exit_code: 1 };
    let assumptions = JobAssumptions { run: &run, pod_starts_in: 0, pod_ends_in: 2_000, interventions: &[] };
    let timeline = retry::simulate(plan, &assumptions);
    chart::job::chart(title.to_owned(), String::new(), plan, &timeline, Vec::new())
}
