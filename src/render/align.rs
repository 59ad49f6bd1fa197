//! Which line of a template a rendered line comes from.
//!
//! Helm says of each document which file it comes from, not which line. A template line stands for a rendered one where the
//! text around its `{{ actions }}` is in it, in order; the alignment that explains most lines, without crossings, wins.
//! What `toYaml` and `include` write has no line of its own in the template: the line of the action stands for it.

/// Larger products of line counts are not aligned: 4 MiB of memory, some milliseconds.
const MAX_CELLS: usize = 4 * 1024 * 1024;

/// The lines of a template that the lines of a rendered document come from.
#[derive(Debug)]
pub struct Alignment {
    /// By rendered line, from 0: the line of the template, from 1.
    lines: Vec<Option<usize>>,
}

impl Alignment {
    /// Aligns a rendered document with the part of the template that explains most of it.
    pub fn new(template: &str, rendered: &str) -> Self {
        let lines: Vec<Line<'_>> = template.lines().map(Line::new).collect();
        let rendered: Vec<&str> = rendered.lines().map(str::trim_end).collect();
        let mut best: (usize, Vec<Option<usize>>) = (0, vec![None; rendered.len()]);
        let mut start = 0;
        // A file of several documents: the same lines are in each of them.
        for part in lines.split_inclusive(|line| line.text.starts_with("---")) {
            let (score, mut found) = align(part, &rendered);
            if score > best.0 {
                fill(part, &rendered, &mut found);
                best = (score, found.into_iter().map(|line| line.map(|line| start + line + 1)).collect());
            }
            start += part.len();
        }
        Alignment { lines: best.1 }
    }

    /// Returns the line of the template, from 1, for a rendered line, from 1.
    pub fn line(&self, rendered: usize) -> Option<usize> {
        self.lines.get(rendered.checked_sub(1)?).copied().flatten()
    }
}

/// A line of a template, taken apart at its actions.
struct Line<'t> {
    text: &'t str,
    /// The text before, between and after the actions; one more than there are actions.
    literals: Vec<&'t str>,
    actions: Vec<&'t str>,
}

impl<'t> Line<'t> {
    fn new(text: &'t str) -> Self {
        let text = text.trim_end();
        let (mut literals, mut actions) = (Vec::new(), Vec::new());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (action, behind) = after.split_once("}}").unwrap_or((after, ""));
            // Dashes take the white space away, as Go's templates have it.
            literals.push(if action.starts_with('-') { before.trim_end() } else { before });
            rest = if action.ends_with('-') { behind.trim_start() } else { behind };
            actions.push(action.trim_matches('-').trim());
        }
        literals.push(rest);
        Line { text, literals, actions }
    }

    /// Returns how well the line explains a rendered one: 0 is not at all.
    fn score(&self, rendered: &str) -> u32 {
        if rendered.is_empty() {
            return 0;
        }
        if self.actions.is_empty() {
            return if self.text == rendered { 4 } else { 0 };
        }
        let [first, between @ .., last] = self.literals.as_slice() else { return 0 };
        if self.literals.iter().all(|literal| literal.trim().is_empty()) {
            return 0;
        }
        let Some(mut rest) = rendered.strip_prefix(first.trim_end()) else { return 0 };
        for literal in between {
            let Some((_, behind)) = rest.split_once(literal) else { return 0 };
            rest = behind;
        }
        if rest.ends_with(last) { 3 } else { 0 }
    }

    /// Whether the line has an action that can write lines of its own.
    fn writes_lines(&self) -> bool {
        const SILENT: &[&str] =
            &["if", "else", "end", "range", "with", "define", "block", "break", "continue", "/*"];
        self.actions.iter().any(|action| {
            let word = action.split_whitespace().next().unwrap_or_default();
            let is_silent = SILENT.contains(&word) || action.starts_with("/*") || action.contains(":=");
            let is_whole = self.literals.iter().all(|literal| literal.trim().is_empty());
            let is_block =
                ["indent", "toYaml", "include", "tpl", "template"].iter().any(|it| action.contains(it));
            !is_silent && (is_whole || is_block)
        })
    }
}

/// Returns the greatest sum of scores, and for each rendered line the one of the template, from 0.
fn align(template: &[Line<'_>], rendered: &[&str]) -> (usize, Vec<Option<usize>>) {
    let (height, width) = (template.len(), rendered.len());
    let mut found = vec![None; width];
    if height.saturating_mul(width) > MAX_CELLS {
        return (0, found);
    }
    // `sums[column]` is the best of the template so far and the rendered lines up to `column`.
    let mut sums = vec![0_u32; width + 1];
    let mut steps = vec![Step::Template; height * width];
    for (row, line) in template.iter().enumerate() {
        let mut diagonal = 0;
        for (column, text) in rendered.iter().enumerate() {
            let above = sums[column + 1];
            let score = line.score(text);
            let (both, left) = (diagonal + score, sums[column]);
            let (sum, step) = if score > 0 && both > above && both >= left {
                (both, Step::Both)
            } else if above >= left {
                (above, Step::Template)
            } else {
                (left, Step::Rendered)
            };
            (sums[column + 1], steps[row * width + column]) = (sum, step);
            diagonal = above;
        }
    }
    let (mut row, mut column) = (height, width);
    while row > 0 && column > 0 {
        match steps[(row - 1) * width + column - 1] {
            Step::Both => {
                found[column - 1] = Some(row - 1);
                (row, column) = (row - 1, column - 1);
            }
            Step::Template => row -= 1,
            Step::Rendered => column -= 1,
        }
    }
    (sums[width] as usize, found)
}

/// Which line an alignment continues from.
#[derive(Clone, Copy)]
enum Step {
    Both,
    Template,
    Rendered,
}

/// Finds lines for what the alignment leaves: further rounds of a loop, and what an action writes.
fn fill(template: &[Line<'_>], rendered: &[&str], found: &mut [Option<usize>]) {
    let aligned = found.to_vec();
    for (column, text) in rendered.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        if aligned[column].is_some() {
            continue;
        }
        let only = |mut lines: Box<dyn Iterator<Item = usize> + '_>| match (lines.next(), lines.next()) {
            (Some(line), None) => Some(line),
            _ => None,
        };
        let alike = (0..template.len()).filter(|&row| template[row].score(text) > 0);
        let first = aligned[..column].iter().rev().find_map(|row| *row).unwrap_or(0);
        let last = aligned[column..].iter().find_map(|row| *row).unwrap_or(template.len());
        let writers = (first..last).filter(|&row| template[row].writes_lines());
        found[column] = only(Box::new(alike)).or_else(|| only(Box::new(writers)));
    }
}

#[cfg(test)]
mod tests {
    use super::Alignment;

    /// Aligns, and says for each rendered line the template's.
    fn lines(template: &str, rendered: &str) -> Vec<usize> {
        let alignment = Alignment::new(template, rendered);
        (1..=rendered.lines().count()).map(|line| alignment.line(line).unwrap_or(0)).collect()
    }

    #[test]
    fn text_around_actions_is_found_and_conditions_leave_no_line() {
        let template = "\
{{- if .Values.enabled }}
kind: Job
metadata:
  name: {{ .Release.Name }}-import
{{- end }}
spec:
";
        assert_eq!(lines(template, "kind: Job\nmetadata:\n  name: release-import\nspec:\n"), [2, 3, 4, 6]);
    }

    #[test]
    fn what_an_action_writes_has_the_actions_line() {
        let template = "\
spec:
  resources:
    {{- toYaml .Values.resources | nindent 4 }}
  env: {{- toYaml .Values.env | nindent 4 }}
  image: a
";
        let rendered = "\
spec:
  resources:
    limits:
      cpu: 1
  env:
    - name: A
  image: a
";
        assert_eq!(lines(template, rendered), [1, 2, 3, 3, 4, 4, 5]);
    }

    #[test]
    fn every_round_of_a_loop_has_the_lines_of_its_body() {
        let template = "a:\n{{- range .Values.names }}\n- name: {{ . }}\n  value: x\n{{- end }}\n";
        assert_eq!(lines(template, "a:\n- name: b\n  value: x\n- name: c\n  value: x\n"), [1, 3, 4, 3, 4]);
    }

    #[test]
    fn of_several_documents_the_one_that_explains_most_is_taken() {
        let template = "kind: Job\nname: one\n---\nkind: Job\nname: two\nspec:\n";
        assert_eq!(lines(template, "kind: Job\nname: two\nspec:\n"), [4, 5, 6]);
    }

    /// Where two lines could have written it, none is named.
    #[test]
    fn nothing_is_guessed() {
        let template = "a:\n  {{ include \"x\" . }}\n  {{ include \"y\" . }}\nb: c\n";
        assert_eq!(lines(template, "a:\n  q: 1\nb: c\n"), [1, 0, 4]);
    }
}
