//! Pictures of what will happen: a Job's attempts, a CronJob's runs, a fleet's week; for terminals, as SVG and as data.

mod console;
pub mod cron_job;
pub mod job;
mod model;
pub mod spread;
mod svg;
pub mod timeline;
pub mod week;

pub use model::{Chart, ChartOptions};

use model::{BarStyle, SvgKind};

use crate::time::retry::Millis;

impl BarStyle {
    /// Returns the character for terminals with Unicode and without.
    fn character(self, unicode: bool) -> char {
        match (self, unicode) {
            (BarStyle::Succeeded, true) => '█',
            (BarStyle::Failed, true) => '▓',
            (BarStyle::Deleted, true) => '▒',
            (BarStyle::Running, true) => '░',
            (BarStyle::Waiting, true) => '·',
            (BarStyle::Succeeded, false) => '#',
            (BarStyle::Failed, false) => 'x',
            (BarStyle::Deleted, false) => '%',
            (BarStyle::Running, false) => '=',
            (BarStyle::Waiting, false) => '.',
        }
    }

    fn ansi(self) -> &'static str {
        match self {
            BarStyle::Succeeded => "32",
            BarStyle::Failed => "31",
            BarStyle::Deleted => "33",
            BarStyle::Running => "36",
            BarStyle::Waiting => "2",
        }
    }

    fn color(self) -> &'static str {
        match self {
            BarStyle::Succeeded => "#2f8f4e",
            BarStyle::Failed => "#c8374a",
            BarStyle::Deleted => "#d98a1f",
            BarStyle::Running => "#3a78b5",
            BarStyle::Waiting => "#c9ced6",
        }
    }
}

impl Chart {
    /// Draws the chart for a terminal.
    pub fn to_text(&self, options: &ChartOptions) -> String {
        console::draw(self, options)
    }

    /// Draws the chart as an SVG document.
    pub fn to_svg(&self) -> String {
        svg::draw(self, SvgKind::Document)
    }

    /// Draws the chart as an SVG element, without its words.
    pub fn to_svg_element(&self) -> String {
        svg::draw(self, SvgKind::Element)
    }

    /// Returns the words around the picture: its title, what is assumed, and the sentences below it.
    pub fn words(&self) -> (&str, &str, &[String]) {
        (&self.title, &self.subtitle, &self.footer)
    }

    /// Returns the part of the width at which a moment lies.
    fn position(&self, at: Millis) -> f64 {
        let (start, end) = self.span;
        let length = (end - start).max(1) as f64;
        ((at - start) as f64 / length).clamp(0.0, 1.0)
    }
}
