//! stub
use crate::lint::Outcome;
use std::io;
#[derive(Clone, Copy, Debug)]
pub enum Format {
    Human,
    Concise,
}
impl Format {
    pub const ALL: &'static [Format] = &[Format::Human, Format::Concise];
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Human => "human",
            _ => "concise",
        }
    }
    pub fn description(self) -> &'static str {
        ""
    }
}
pub struct Options {
    pub color: bool,
    pub width: usize,
    pub statistics: bool,
    pub quiet: bool,
}
pub fn write(
    _f: Format,
    outcome: &Outcome,
    files: usize,
    _o: &Options,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for f in &outcome.findings {
        let (s, _) = f.source.positions(f.place.span);
        writeln!(
            out,
            "{}:{}:{}: {}[{}] {} ({})",
            f.source.name,
            s.line,
            s.column,
            f.severity.as_str(),
            f.rule.id,
            f.message,
            f.help.as_deref().unwrap_or("")
        )?;
    }
    writeln!(
        out,
        "{} objects {files} files aside {:?} unread {}",
        outcome.objects, outcome.aside, outcome.unread
    )
}
