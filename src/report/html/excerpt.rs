//! The lines that a finding is about, with its marks.

use super::escape::{escape_html, prose};
use crate::diagnostic::finding::Finding;
use crate::report::excerpt::{Cut, Excerpt, Line, Mark};

/// How many related places a finding shows.
const MAX_RELATED: usize = 5;

/// Returns the excerpt as a block of numbered lines; what related places have to say stands at the ends of their lines.
pub(super) fn draw(finding: &Finding) -> String {
    let related = &finding.related[..finding.related.len().min(MAX_RELATED)];
    let places = std::iter::once(&finding.place).chain(related.iter().map(|label| &label.place));
    let cut = Cut { width: 160, ellipsis: "…" };
    let excerpt = Excerpt::new(&finding.source, places.map(|place| place.span), cut);
    let mut html = String::from("<pre class=\"excerpt\" tabindex=\"0\" aria-label=\"Excerpt\">");
    for (at, piece) in excerpt.pieces().enumerate() {
        if at > 0 {
            html.push_str("<span class=\"gap\">⋯</span>\n");
        }
        for line in piece {
            let is_here = |mark: &Mark| mark.text.start <= line.end() && line.start <= mark.text.end;
            let is_marked = excerpt.marks().first().is_some_and(is_here);
            let class = if is_marked { "line hit" } else { "line" };
            html.push_str(&format!("<span class=\"{class}\"><span class=\"number\">{}</span>", line.number));
            mark(&mut html, &line, excerpt.marks());
            let starts_here = |mark: &Mark| (line.start..=line.end()).contains(&mark.text.start);
            for (label, place) in related.iter().zip(&excerpt.marks()[1..]) {
                if starts_here(place) && !label.text.is_empty() {
                    html.push_str(&format!("<span class=\"said\">{}</span>", prose(&label.text)));
                }
            }
            html.push_str("</span>\n");
        }
    }
    html.push_str("</pre>\n");
    if finding.related.len() > related.len() {
        let more = finding.related.len() - related.len();
        html.push_str(&format!("<p class=\"note\"><b>more</b> {more} places like these</p>\n"));
    }
    html
}

/// Writes a line in parts: what the finding itself marks, what related places mark, and the rest.
fn mark(html: &mut String, line: &Line<'_>, marks: &[Mark]) {
    let within = |at: usize| at.clamp(line.start, line.end());
    let mut edges: Vec<usize> =
        marks.iter().flat_map(|mark| [within(mark.text.start), within(mark.text.end)]).collect();
    edges.extend([line.start, line.end()]);
    edges.sort_unstable();
    edges.dedup();
    for pair in edges.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let part = line.text.get(start - line.start..end - line.start).unwrap_or_default();
        let part = escape_html(&part.replace('\t', "    "));
        let covers = |mark: &Mark| mark.text.start <= start && end <= mark.text.end;
        match marks.iter().position(covers) {
            Some(0) => html.extend(["<mark>", &part, "</mark>"]),
            Some(_) => html.extend(["<mark class=\"related\">", &part, "</mark>"]),
            None => html.push_str(&part),
        }
    }
}
