//! What a chart shows, before it is drawn.

use crate::time::retry::model::Millis;

/// How a bar looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BarStyle {
    Succeeded,
    Failed,
    Deleted,
    Running,
    Waiting,
}

/// A span of time in a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    pub(crate) start: Millis,
    pub(crate) end: Millis,
    pub(crate) style: BarStyle,
}

/// A row: when, what, its bars, and what to say of it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) bars: Vec<Bar>,
    pub(crate) note: String,
}

/// A moment that matters: a deadline, the end.
#[derive(Clone, Debug)]
pub(crate) struct Marker {
    pub(crate) at: Millis,
    pub(crate) label: String,
}

/// A picture of rows over time.
#[derive(Clone, Debug)]
pub struct Chart {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) marks: Vec<Marker>,
    pub(crate) span: (Millis, Millis),
    pub(crate) ticks: Vec<(Millis, String)>,
    pub(crate) footer: Vec<String>,
}

/// How a chart is drawn in a terminal.
#[derive(Clone, Copy, Debug)]
pub struct ChartOptions {
    /// Colours, as ANSI escapes.
    pub color: bool,
    /// Blocks of Unicode instead of ASCII.
    pub unicode: bool,
    /// The columns of the terminal.
    pub width: usize,
}

/// What a picture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SvgKind {
    /// A document of its own, with its words and colours.
    Document,
    /// An element of a page, which has the words next to the picture and colours for the classes in `chart`.
    Element,
}
