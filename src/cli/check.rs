//! `check`: from paths to reports and an exit code.
#![expect(clippy::disallowed_methods, reason = "reports are written, and the terminal asked, here")]

use crate::cli::terminal::{DEFAULT_WIDTH, excerpts, supports_unicode, terminal_width};
use std::io::{self, Write as _};
use std::path::Path;

use super::baseline;
use super::files::{self, Checked};
use super::fix::{Change, FixRequest};
use super::inputs::Inputs;
use super::manifests::reading_only;
use super::output;
use super::render::Rendered;
use crate::cli::exit::Exit;
use crate::cli::options::CheckArgs;
use crate::cli::options::ValueSet;
use crate::cli::terminal::{print, print_with, use_color};
use crate::manifest::edit::Safety;
use crate::mask::hide_in_text;
use crate::neighbours::Neighbours;
use crate::project::paths::display;
use crate::project::selection::Selection;
use crate::project::settings::{Settings, today};
use crate::report;
use crate::text::phrases::count;

/// Checks what the arguments name and reports it.
pub(crate) fn run(arguments: &CheckArgs) -> Result<Exit, String> {
    let invocation = report::Invocation {
        arguments: std::env::args_os().skip(1).map(|it| hide_in_text(&it.to_string_lossy())).collect(),
        started: jiff::Timestamp::now(),
        id: arguments.sarif_id.as_deref().map(hide_in_text),
    };
    let targets = targets(arguments)?;
    let selection = Selection { exclude: arguments.exclude.clone(), ..arguments.rules.selection() };
    let settings = Settings::new(&selection).map_err(|error| error.to_string())?;
    let fix_request = fix_request(arguments)?;
    if let Some(file) = arguments.helm_values.iter().find_map(ValueSet::missing) {
        return Err(format!("`--helm-values {}`: there is no such file", display(file)));
    }
    ensure_writable(arguments, &targets)?;
    let (paths, stdin_filename) = (&arguments.paths, &arguments.stdin_filename);
    let (neighbours, unread) = neighbours(arguments)?;
    let rendered = arguments.render.then(|| {
        let excludes = |path: &Path| settings.excludes(path);
        let mut rendered = Rendered::new(paths, &arguments.helm_values, &excludes, &display);
        rendered.neighbours = neighbours.clone();
        rendered.programs.release_name = arguments.release_name.clone();
        if arguments.new_from.is_some() {
            rendered.programs.keep();
        }
        rendered
    });
    let own = arguments.baseline.as_deref().or(arguments.write_baseline.as_deref());
    let max_size = arguments.max_size.0;
    let inputs = Inputs { paths, stdin_filename, own, max_size, rendered: rendered.as_ref() };
    let draws = arguments.format.iter().any(|it| it.format == report::Format::Html);
    let mut checked = files::check(&inputs, &settings, fix_request.as_ref(), draws, neighbours);
    checked.outcome.unread += unread;
    if arguments.diff {
        print(checked.diffs.concat().as_bytes())?;
    }
    for error in &checked.unwritten {
        let _ = writeln!(io::stderr(), "error: {}", hide_in_text(error));
    }
    if let Some(fix_request) = &fix_request {
        let reports = !arguments.diff && !arguments.fix_only;
        let unread = match checked.outcome.unread {
            0 => String::new(),
            _ if reports => String::new(),
            number => format!("; {} could not be read: `batchlint check` says why", count(number, "input")),
        };
        let _ = writeln!(io::stderr(), "{}{unread}", fix_request.describe(checked.changes));
    }
    if arguments.diff {
        return Ok(exit(arguments, &checked, !checked.diffs.is_empty()));
    }
    if arguments.fix_only {
        return Ok(exit(arguments, &checked, false));
    }
    baseline::compare(arguments, &settings, &mut checked, rendered.as_ref())?;
    let (outcome, is_terminal) = (&checked.outcome, terminal_width().is_some());
    for (target, file) in arguments.format.iter().zip(targets) {
        let options = report::ReportOptions {
            color: file.is_none() && use_color(arguments.color),
            links: file.is_none() && is_terminal && use_color(arguments.color),
            unicode: supports_unicode(),
            width: terminal_width().unwrap_or(DEFAULT_WIDTH),
            statistics: arguments.statistics,
            quiet: arguments.quiet,
            suppressed: arguments.sarif_suppressed,
            as_of: Some(arguments.rules.as_of.unwrap_or_else(today)),
        };
        // A report can be a hundred times as long as the manifests.
        let report = report::Report {
            outcome,
            files: checked.files.len(),
            comparison: checked.comparison.as_ref(),
            invocation: Some(&invocation),
            pictures: checked.pictures.as_ref(),
            options: &options,
        };
        let write = |out: &mut dyn io::Write| report::write(target.format, &report, out);
        match file {
            Some(path) => output::write_file_with(path, write)?,
            None => print_with(write)?,
        }
    }
    let counts = outcome.findings.iter().any(|finding| arguments.fail_on.counts(finding.severity));
    Ok(exit(arguments, &checked, counts))
}

/// Reads what `--with` names, and returns it with the number of inputs that cannot be read: why is said on standard error.
fn neighbours(arguments: &CheckArgs) -> Result<(Neighbours, usize), String> {
    let CheckArgs { with: paths, stdin_filename, max_size, .. } = arguments;
    if paths.is_empty() {
        return Ok((Neighbours::default(), 0));
    }
    if let Some(path) = paths.iter().find(|it| it.as_os_str() != "-" && !it.exists()) {
        return Err(format!("`--with {}`: there is no such file or directory", display(path)));
    }
    let inputs = Inputs { paths, stdin_filename, own: None, max_size: max_size.0, rendered: None };
    let (neighbours, outcome) = files::neighbours(&inputs, &reading_only(&arguments.exclude)?);
    let _ = io::stderr().write_all(&excerpts(&outcome)?);
    Ok((neighbours, outcome.unread))
}

/// Demands that no file which is to be written is one that is read.
fn ensure_writable(arguments: &CheckArgs, targets: &[Option<&Path>]) -> Result<(), String> {
    let CheckArgs { paths, with, rules, baseline, helm_values, .. } = arguments;
    let mut inputs: Vec<&Path> = paths.iter().chain(with).map(AsRef::as_ref).collect();
    inputs.extend(rules.config.as_deref());
    inputs.extend(helm_values.iter().flat_map(ValueSet::files));
    if let Some(file) = &arguments.write_baseline {
        output::ensure_writable("--write-baseline", file, &inputs)?;
        if targets.contains(&Some(file.as_path())) {
            return Err(format!("`--write-baseline {}`: the report goes to the same file", display(file)));
        }
    }
    inputs.extend(baseline.as_deref());
    targets.iter().flatten().try_for_each(|file| output::ensure_writable("--output", file, &inputs))
}

/// Reads what is to be done with the files.
fn fix_request(arguments: &CheckArgs) -> Result<Option<FixRequest>, String> {
    if arguments.diff && (arguments.fix || arguments.fix_only) {
        let flag = if arguments.fix { "--fix" } else { "--fix-only" };
        return Err(format!(
            "`{flag}` writes the changes that `--diff` only shows: remove `{flag}` to see them, `--diff` to apply them"
        ));
    }
    let write = arguments.fix || arguments.fix_only || arguments.add_ignore.is_some() && !arguments.diff;
    if !write && !arguments.diff {
        let without = "`--unsafe-fixes` needs `--fix`, `--fix-only` or `--diff`";
        return if arguments.unsafe_fixes { Err(without.to_owned()) } else { Ok(None) };
    }
    if write && arguments.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err("standard input cannot be changed in place: use `--diff`".to_owned());
    }
    let least = if arguments.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
    let change = match &arguments.add_ignore {
        Some(reason) if reason.trim().is_empty() => {
            return Err("`--add-ignore` needs a reason why the findings can stay".to_owned());
        }
        Some(reason) => Change::Suppress(reason.clone()),
        None => Change::Fix(least),
    };
    Ok(Some(FixRequest { change, write }))
}

/// Returns the file of each report; one report at most goes to standard output.
fn targets(arguments: &CheckArgs) -> Result<Vec<Option<&Path>>, String> {
    let files = arguments.format.iter().map(|format| format.file.as_deref());
    let targets: Vec<_> = files.map(|file| file.or(arguments.output.as_deref())).collect();
    let mut shared = targets.iter().enumerate().filter(|(at, file)| targets[..*at].contains(file));
    match shared.next() {
        None => Ok(targets),
        Some((_, None)) => {
            Err("several reports cannot all go to standard output: use `--format NAME=FILE`".to_owned())
        }
        Some((_, Some(file))) => Err(format!("several reports cannot all go to {}", file.display())),
    }
}

/// Returns the exit code, given whether something was found: what could not be checked or written wins over that.
fn exit(arguments: &CheckArgs, checked: &Checked, has_found: bool) -> Exit {
    if checked.outcome.is_incomplete() || !checked.unwritten.is_empty() {
        Exit::Failure
    } else if has_found || arguments.fail_if_empty && checked.outcome.objects == 0 {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
