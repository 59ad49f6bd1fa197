use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::variables::is_predefined;
use crate::shell::{Flavour, Invocation};
use crate::text::nearest::nearest;
use crate::text::span::Span;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "undefined-reference",
        summary: "A reference that Kubernetes cannot resolve",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let container = invocation.container;
    later_variable(container, reporter);
    if let Some(script) = script {
        if script.source.shell.flavour != Flavour::Python {
            lost_dollars(script, reporter);
        }
        return;
    }
    // Kubernetes expands nothing there: a tool fills the file in.
    let of_template = [container.image(), container.pod.job.object.namespace()];
    let is_template = of_template.iter().any(|it| it.text().is_some_and(|it| it.contains("$(")));
    if container.env_from().is_set() || is_template {
        return;
    }
    let found = invocation.plain_words().filter_map(|(node, text)| Some((node, missing(text, invocation)?)));
    for (node, name) in found.take(5) {
        let message =
            format!("the program gets the literal text `$({name})`: `env` has no variable of that name");
        let names = container.env().items().filter_map(|it| it.field("name").text());
        let literal = format!("write `$$({name})` if the literal text is meant");
        let finding = reporter.report(node, message);
        finding.condition = Some(Condition::NotSetByPatch(name.into()));
        finding.help(match nearest(name, names) {
            Some(near) => format!(
                "did you mean `$({near})`? Otherwise add `{name}` to the container's `env`, or {literal}"
            ),
            None => format!("add `{name}` to the container's `env`, or {literal}"),
        });
    }
}

/// `URL: http://$(HOST)` above `HOST`: Kubernetes replaces only what stands above (`makeEnvironmentVariables`,
/// `pkg/kubelet/kubelet_pods.go`).
fn later_variable(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let entries: Vec<_> = container.env().items().collect();
    // Of more nobody writes the order by hand; and what `envFrom` sets comes before them.
    if entries.len() > 200 || container.env_from().is_set() {
        return;
    }
    let names: Vec<&str> = entries.iter().filter_map(|it| it.field("name").text()).collect();
    if names.len() != entries.len() {
        return;
    }
    for (at, entry) in entries.iter().enumerate() {
        let Some(value) = entry.field("value").text().filter(|it| it.contains("$(")) else { continue };
        let later = names[at + 1..].iter().find(|name| {
            !names[..at].contains(*name)
                && value.contains(&format!("$({name})"))
                && !value.contains(&format!("$$({name})"))
        });
        let Some(name) = later else { continue };
        let message = format!(
            "`{}` gets the literal text `$({name})`: Kubernetes replaces only references to variables above it",
            names[at]
        );
        let finding = reporter.report(entry.field("value"), message);
        finding.help(format!("move `{name}` above `{}`", names[at]));
        return;
    }
}

/// Looks for the `$$` of a script, of which Kubernetes leaves one `$`.
fn lost_dollars(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let text = script.source.node.text().unwrap_or_default();
    // Of `$$2` the shell or `awk` gets `$2`, as it should.
    let lost = |at: &usize| {
        !text[at + 2..].starts_with(|it: char| it.is_ascii_alphanumeric() || "_{($@*#?!".contains(it))
    };
    // `$$$$` is the escape for the shell's `$$`.
    let alone = |at: &usize| !text[..*at].ends_with('$');
    let doubled: Vec<usize> =
        text.match_indices("$$").map(|(at, _)| at).filter(|at| lost(at) && alone(at)).collect();
    // Who writes `$${NAME}` knows the escape, be it for Kubernetes or for Flux, and means one `$` here, too.
    let is_escape = |at: usize| {
        text[at + 2..].starts_with(|it: char| it.is_ascii_alphabetic() || it == '_' || it == '{')
            && alone(&at)
    };
    let knows_escape = text.match_indices("$$").any(|(at, _)| is_escape(at));
    if doubled.is_empty() || knows_escape {
        return;
    }
    let place = |at: usize| script.source.original_place(Span::new(at, at + 2));
    let documents: Vec<Span> = script.tree.texts.iter().map(|it| script.place(*it).span).collect();
    let is_quoted = |at: &usize| documents.iter().any(|it| it.contains(place(*at).span));
    let (quotes, mut numbers): (Vec<usize>, Vec<usize>) = doubled.into_iter().partition(is_quoted);
    numbers.retain(|&at| !is_in_comment(&text[..at]));
    // To `grep '[.]csv$$'` the `$` that is left is the end of a line, as it was meant.
    let with_patterns =
        script.commands().iter().filter(|it| ["awk", "egrep", "grep", "sed"].iter().any(|name| it.is(name)));
    let patterns: Vec<Span> = with_patterns.map(|it| script.place(it.span).span).collect();
    let is_in_pattern =
        |at: usize| is_in_single_quotes(&text[..at]) && patterns.iter().any(|it| it.contains(place(at).span));
    numbers.retain(|&at| !is_in_pattern(at));
    if let Some((&first, others)) = quotes.split_first() {
        let message = "Kubernetes turns `$$` into `$` before the shell sees it: the dollar quote is lost";
        let finding = reporter.report(place(first), message);
        finding.help(
            "give the quote a name, as in `$body$`, which Kubernetes leaves unchanged, or write `$$$$`; \
                keep the delimiter of the here-document in quotes, as in `<<'SQL'`, or the shell expands \
                `$` too",
        );
        others.iter().take(5).for_each(|&at| {
            finding.related(place(at), "this dollar quote is lost too");
        });
    }
    let Some(&first) = numbers.first() else { return };
    if numbers.iter().any(|&at| opens_dollar_quote(&text[..at])) {
        let message = "Kubernetes turns `$$` into `$` before the shell sees it: the dollar quote is lost";
        reporter.report(place(first), message).help(
            "write `\\$\\$` in double quotes, where the shell expands `$` too, and `$$$$` in single quotes",
        );
    } else {
        let message = "Kubernetes turns `$$` into `$` before the shell sees it: the process ID is lost";
        reporter.report(place(first), message).help("write `$$$$` for the shell's `$$`");
    }
}

/// Whether a line of a shell that starts so has started a comment.
fn is_in_comment(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_outside = |text: &str| ['\'', '"'].iter().all(|quote| text.matches(*quote).count() % 2 == 0);
    let starts_word = |text: &str| text.is_empty() || text.ends_with([' ', '\t', ';']);
    line.match_indices('#').any(|(at, _)| starts_word(&line[..at]) && is_outside(&line[..at]))
}

/// Whether a single quote on the line is still open.
fn is_in_single_quotes(before: &str) -> bool {
    before.rsplit('\n').next().unwrap_or_default().matches('\'').count() % 2 == 1
}

/// Whether SQL before a `$$` makes it a dollar quote: `DO $$`, `AS $$`.
fn opens_dollar_quote(before: &str) -> bool {
    let word = before.trim_end().rsplit(|it: char| !it.is_ascii_alphanumeric()).next().unwrap_or_default();
    before.ends_with([' ', '\n']) && (word.eq_ignore_ascii_case("do") || word.eq_ignore_ascii_case("as"))
}

/// Returns the name in a `$(NAME)` that `env` does not have.
fn missing<'t>(text: &'t str, invocation: &Invocation<'_>) -> Option<&'t str> {
    text.match_indices('$').find_map(|(at, _)| {
        let inner = text[at + 1..].strip_prefix('(')?;
        let is_inner = |it: char| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_';
        let (name, behind) = inner.split_at(inner.find(|it| !is_inner(it))?);
        let escaped = text[..at].ends_with('$');
        let is_name =
            behind.starts_with(')') && name.len() > 1 && !name.starts_with(|it: char| it.is_ascii_digit());
        (is_name && !escaped && !invocation.is_in_env(name) && !is_predefined(name)).then_some(name)
    })
}
