//! Charts as SVG: no scripts, no fonts from elsewhere, readable on white and on dark pages.

use crate::chart::model::SvgKind;
use std::fmt::Write as _;

use crate::chart::model::{BarStyle, Chart};

const WIDTH: f64 = 1120.0;
const LABEL: f64 = 190.0;
const NOTE: f64 = 350.0;
const ROW: f64 = 22.0;

/// More rows than this make no picture.
const MAX_ROWS: usize = 200;

const STYLE: &str = ".chart text{font:12px system-ui,sans-serif;fill:#24292f}\
    .chart .title{font-size:16px;font-weight:600}.chart .muted{fill:#57606a}.chart .grid{stroke:#d0d7de}\
    .chart .mark{stroke:#24292f;stroke-dasharray:4 3}.chart .page{fill:#fff}.chart .cell{fill:#f3f4f6}\
    .chart .light{fill:#fff}@media (prefers-color-scheme:dark){.chart .page{fill:#0d1117}.chart text{fill:#e6edf3}\
    .chart .muted{fill:#8b949e}.chart .grid{stroke:#30363d}.chart .mark{stroke:#e6edf3}.chart .cell{fill:#161b22}}";

/// Starts a picture.
pub(super) fn open(width: f64, height: f64, title: &str, usage: SvgKind) -> String {
    let title = escape(title);
    let start = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{title}\">"
    );
    match usage {
        SvgKind::Element => start,
        SvgKind::Document => format!(
            "{start}<title>{title}</title><style>{STYLE}</style>\
             <rect class=\"page\" width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>"
        ),
    }
}

pub(super) fn draw(chart: &Chart, usage: SvgKind) -> String {
    let rows = &chart.rows[..chart.rows.len().min(MAX_ROWS)];
    let left_out = chart.rows.len() - rows.len();
    let is_document = usage == SvgKind::Document;
    let top = if is_document { 64.0 } else { 12.0 };
    let axis = top + ROW * rows.len().max(1) as f64;
    let footer: Vec<&String> = chart.footer.iter().filter(|line| is_document && !line.is_empty()).collect();
    let below = match usage {
        SvgKind::Document => 56.0,
        SvgKind::Element if left_out > 0 => 56.0,
        SvgKind::Element if chart.marks.is_empty() => 24.0,
        SvgKind::Element => 40.0,
    };
    let height = axis + below + 18.0 * (footer.len() + usize::from(left_out > 0)) as f64;
    let plot = WIDTH - LABEL - NOTE - 32.0;
    let x = |at| LABEL + 16.0 + chart.position(at) * plot;
    let mut svg = open(WIDTH, height, &chart.title, usage);
    if is_document {
        text(&mut svg, 16.0, 26.0, "title", "start", &chart.title);
        text(&mut svg, 16.0, 46.0, "muted", "start", &chart.subtitle);
    }
    for (at, label) in spread(chart, plot) {
        let at = x(at);
        let _ = write!(svg, "<path class=\"grid\" d=\"M{at:.1} {:.1}V{axis:.1}\"/>", top - 4.0);
        text(&mut svg, at, axis + 16.0, "muted", "middle", label);
    }
    for (number, row) in rows.iter().enumerate() {
        let y = top + ROW * number as f64;
        text(&mut svg, LABEL, y + 15.0, "", "end", &row.label);
        for bar in &row.bars {
            let (start, end) = (x(bar.start), x(bar.end));
            let (height, least) = if bar.style == BarStyle::Waiting { (4.0, 0.0) } else { (14.0, 2.0) };
            let _ = write!(
                svg,
                "<rect x=\"{start:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height}\" rx=\"2\" fill=\"{}\"/>",
                y + (ROW - height) / 2.0,
                (end - start).max(least),
                bar.style.color()
            );
        }
        text(&mut svg, WIDTH - NOTE, y + 15.0, "muted", "start", &row.note);
    }
    for mark in &chart.marks {
        let at = x(mark.at);
        let _ = write!(svg, "<path class=\"mark\" d=\"M{at:.1} {:.1}V{:.1}\"/>", top - 4.0, axis + 22.0);
        text(&mut svg, at, axis + 34.0, "", "middle", &mark.label);
    }
    let mut y = axis + 52.0;
    if left_out > 0 {
        text(&mut svg, 16.0, y, "muted", "start", &format!("and {left_out} more rows"));
        y += 18.0;
    }
    for line in footer {
        text(&mut svg, 16.0, y, "", "start", line);
        y += 18.0;
    }
    svg + "</svg>\n"
}

/// Returns the ticks that have room for their labels.
fn spread(chart: &Chart, plot: f64) -> Vec<(i64, &String)> {
    let mut last = f64::NEG_INFINITY;
    let has_room = |(at, label): &(i64, &String)| {
        let (position, half) = (chart.position(*at) * plot, label.chars().count() as f64 * 3.4);
        let is_free = position - half > last + 8.0;
        last = if is_free { position + half } else { last };
        is_free
    };
    chart.ticks.iter().map(|(at, label)| (*at, label)).filter(has_room).collect()
}

pub(super) fn text(svg: &mut String, x: f64, y: f64, class: &str, anchor: &str, text: &str) {
    if !text.is_empty() {
        let text = escape(text);
        let _ = write!(
            svg,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{text}</text>"
        );
    }
}

/// Escapes for XML; what it forbids becomes a mark.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            char if char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            char => escaped.push(char),
        }
    }
    escaped
}
