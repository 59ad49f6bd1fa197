//! Charts in a terminal.

use crate::chart::model::{BarStyle, Chart, ChartOptions};
use crate::text::terminal::{escape, paint};

/// More rows than this say nothing more.
const MAX_ROWS: usize = 40;

pub(super) fn draw(chart: &Chart, options: &ChartOptions) -> String {
    let mut text = format!("{}\n", paint(&escape(&chart.title), "1", options.color));
    if !chart.subtitle.is_empty() {
        text += &format!("{}\n", escape(&chart.subtitle));
    }
    text.push('\n');
    let shown = &chart.rows[..chart.rows.len().min(MAX_ROWS)];
    let label = shown.iter().map(|row| row.label.chars().count()).max().unwrap_or_default();
    let note = shown.iter().map(|row| row.note.chars().count()).max().unwrap_or_default();
    let width = options.width.saturating_sub(label + note + 6).clamp(20, 72);
    for row in shown {
        let mut cells = vec![(' ', None); width + 1];
        for bar in &row.bars {
            let cell = |at| (chart.position(at) * width as f64).round() as usize;
            let (start, end) = (cell(bar.start).min(width - 1), cell(bar.end));
            let last = end.clamp(start + 1, width);
            let character = bar.style.character(options.unicode);
            // What runs is never hidden by what waits.
            let is_free = |style: &Option<BarStyle>| bar.style != BarStyle::Waiting || style.is_none();
            cells[start..last].iter_mut().filter(|it| is_free(&it.1)).for_each(|cell| {
                *cell = (character, Some(bar.style));
            });
        }
        for mark in &chart.marks {
            let at = (chart.position(mark.at) * width as f64).round() as usize;
            if cells[at].1.is_none_or(|style| style == BarStyle::Waiting) {
                cells[at] = (if options.unicode { '│' } else { '|' }, None);
            }
        }
        let bars: String = cells
            .chunk_by(|left, right| left.1 == right.1)
            .map(|run| {
                let text: String = run.iter().map(|it| it.0).collect();
                let ansi = run[0].1.map_or("2", BarStyle::ansi);
                if text.trim().is_empty() { text } else { paint(&text, ansi, options.color).into_owned() }
            })
            .collect();
        let line = format!("{:>label$}  {bars}  {}", escape(&row.label), escape(&row.note));
        text += line.trim_end();
        text.push('\n');
    }
    if chart.rows.len() > shown.len() {
        text += &format!("{:>label$}  and {} more\n", "…", chart.rows.len() - shown.len());
    }
    text += &axis(chart, label, width);
    for line in &chart.footer {
        text += &format!("\n{}", escape(line));
    }
    text.push('\n');
    text
}

/// Writes the ticks below the rows, as many as find room.
fn axis(chart: &Chart, label: usize, width: usize) -> String {
    let mut line: Vec<char> = Vec::new();
    for (at, text) in &chart.ticks {
        let column = label + 2 + (chart.position(*at) * width as f64).round() as usize;
        if line.is_empty() || column > line.len() + 1 {
            line.resize(column, ' ');
            line.extend(text.chars());
        }
    }
    if line.is_empty() { String::new() } else { line.into_iter().collect::<String>() + "\n" }
}
