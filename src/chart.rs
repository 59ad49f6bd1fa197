//! Pictures of what will happen: a Job's attempts, a CronJob's runs, a fleet's week; for terminals, as SVG and as data.

pub mod cron_job;
pub mod job;
mod model;
mod svg;
mod text;
pub mod week;

pub use model::{Chart, Options};

use model::{Look, Use};

use crate::time::retry::Millis;

impl Look {
    /// Returns the character for terminals with Unicode and without.
    fn character(self, unicode: bool) -> char {
        match (self, unicode) {
            (Look::Succeeded, true) => '█',
            (Look::Failed, true) => '▓',
            (Look::Deleted, true) => '▒',
            (Look::Running, true) => '░',
            (Look::Waiting, true) => '·',
            (Look::Succeeded, false) => '#',
            (Look::Failed, false) => 'x',
            (Look::Deleted, false) => '%',
            (Look::Running, false) => '=',
            (Look::Waiting, false) => '.',
        }
    }

    fn ansi(self) -> &'static str {
        match self {
            Look::Succeeded => "32",
            Look::Failed => "31",
            Look::Deleted => "33",
            Look::Running => "36",
            Look::Waiting => "2",
        }
    }

    fn color(self) -> &'static str {
        match self {
            Look::Succeeded => "#2f8f4e",
            Look::Failed => "#c8374a",
            Look::Deleted => "#d98a1f",
            Look::Running => "#3a78b5",
            Look::Waiting => "#c9ced6",
        }
    }
}

impl Chart {
    /// Draws the chart for a terminal.
    pub fn to_text(&self, options: &Options) -> String {
        text::draw(self, options)
    }

    /// Draws the chart as an SVG document.
    pub fn to_svg(&self) -> String {
        svg::draw(self, Use::Document)
    }

    /// Draws the chart as an SVG element, without its words.
    pub(crate) fn to_svg_element(&self) -> String {
        svg::draw(self, Use::Element)
    }

    /// Returns the part of the width at which a moment lies.
    fn position(&self, at: Millis) -> f64 {
        let (start, end) = self.span;
        let length = (end - start).max(1) as f64;
        ((at - start) as f64 / length).clamp(0.0, 1.0)
    }
}
