//! Sets a Markdown page for a terminal: the little Markdown that the pages use.

use std::fmt::Write as _;

/// Sets a page in `width` columns; with `color`, headings and code stand out by ANSI escapes.
pub(crate) fn render_page(page: &str, width: usize, color: bool) -> String {
    let mut setter = PageRenderer { text: String::new(), width: width.clamp(40, 100), color };
    let mut lines = page.lines().filter(|line| !line.starts_with("<!--")).peekable();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            setter.styled("1", heading);
        } else if let Some(title) = line.strip_prefix("# ") {
            setter.styled("1;4", title);
        } else if line.starts_with("```") {
            lines.by_ref().take_while(|line| !line.starts_with("```")).for_each(|line| setter.code(line));
        } else if line.starts_with('|') {
            let mut rows = vec![line];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(row);
            }
            setter.table(&rows);
        } else if line.is_empty() {
            setter.blank();
        } else {
            // A paragraph continues until something else starts.
            let starts_new = |line: &str| line.is_empty() || line.starts_with(['#', '|', '`', '-']);
            let mut paragraph = line.to_owned();
            while let Some(next) =
                lines.next_if(|next| !starts_new(next) || (next.starts_with('`') && !next.starts_with("```")))
            {
                let _ = write!(paragraph, " {}", next.trim_start());
            }
            setter.paragraph(&paragraph);
        }
    }
    setter.text
}

struct PageRenderer {
    text: String,
    width: usize,
    color: bool,
}

impl PageRenderer {
    fn styled(&mut self, style: &str, text: &str) {
        let line = if self.color { format!("\u{1b}[{style}m{text}\u{1b}[0m\n") } else { format!("{text}\n") };
        self.text += &line;
    }

    fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Sets a line of an example: indented, comments dimmed.
    fn code(&mut self, line: &str) {
        let (code, comment) = match line.find("# ") {
            Some(at) if line[..at].is_empty() || line[..at].ends_with(' ') => line.split_at(at),
            _ => (line, ""),
        };
        let comment = if self.color && !comment.is_empty() {
            format!("\u{1b}[2m{comment}\u{1b}[0m")
        } else {
            comment.to_owned()
        };
        let _ = writeln!(self.text, "{}", format!("    {code}{comment}").trim_end());
    }

    fn paragraph(&mut self, text: &str) {
        let hang = if text.starts_with("- ") { "  " } else { "" };
        let mut column = 0;
        // Code of several words stays together on its line.
        let parts = text.split('`').enumerate();
        let joined: Vec<_> = parts
            .map(|(at, it)| if at % 2 == 1 { it.replace(' ', "\u{a0}") } else { it.to_owned() })
            .collect();
        for word in joined.join("`").split(' ').filter(|word| !word.is_empty()) {
            let length = plain_length(word);
            if column > 0 && column + 1 + length > self.width {
                let _ = write!(self.text, "\n{hang}");
                column = hang.len();
            } else if column > 0 {
                self.text.push(' ');
                column += 1;
            }
            column += length;
            let word = self.inline(word);
            self.text += &word;
        }
        self.text.push('\n');
    }

    /// Sets code in words: without backticks in colour, else with them. Links lose their brackets.
    fn inline(&self, word: &str) -> String {
        let is_link = word.contains("<https");
        let end = if is_link { "" } else { ">" };
        let word = word.replace("<https", "https").replace('>', end).replace('\u{a0}', " ");
        if !self.color {
            return word;
        }
        let mut text = String::new();
        for (index, part) in word.split('`').enumerate() {
            if index > 0 {
                text += if index % 2 == 1 { "\u{1b}[36m`" } else { "`\u{1b}[0m" };
            }
            text += part;
        }
        text
    }

    fn table(&mut self, rows: &[&str]) {
        let cells: Vec<Vec<&str>> = rows
            .iter()
            .filter(|row| !row.contains("---"))
            .map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        let columns = cells.iter().map(Vec::len).max().unwrap_or_default();
        let width =
            |column: usize| cells.iter().filter_map(|row| row.get(column)).map(|it| it.chars().count()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
        let (last, before) =
            (columns.saturating_sub(1), widths.iter().rev().skip(1).map(|it| it + 2).sum::<usize>());
        for (index, row) in cells.iter().enumerate() {
            let head: String = row[..row.len().min(last)]
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:width$}  "))
                .collect();
            let rest = row.get(last).copied().unwrap_or_default();
            if index == 0 {
                self.styled("2", format!("{head}{rest}").trim_end());
                continue;
            }
            // The last column continues below itself.
            let mut line = head;
            let mut column = before;
            for word in rest.split_whitespace() {
                if column > before && column + word.chars().count() + 1 > self.width {
                    let _ = write!(line, "\n{:before$}", "");
                    column = before;
                } else if column > before {
                    line.push(' ');
                }
                line += &self.inline(word);
                column += word.chars().count() + 1;
            }
            let _ = writeln!(self.text, "{}", line.trim_end());
        }
    }
}

fn plain_length(word: &str) -> usize {
    word.chars().count()
}

#[cfg(test)]
mod tests {
    use super::render_page;

    #[test]
    fn paragraphs_are_wrapped_lists_hang_and_tables_align() {
        let page = "# a-rule\n\n<!-- box -->\n| severity | since |\n|---|---|\n| warning | 0.1.0 |\n<!-- end -->\n\nA paragraph of\nseveral words that is longer than a line.\n\n- one `code` item that is longer than one line is\n- two\n\n```yaml\nkind: Job # warning: [a-rule]\n```\n";
        let expected = "\
a-rule

severity  since
warning   0.1.0

A paragraph of several words that is
longer than a line.

- one `code` item that is longer than
  one line is
- two

    kind: Job # warning: [a-rule]
";
        assert_eq!(render_page(page, 40, false), expected);
    }
}
