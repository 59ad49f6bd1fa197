//! Environment variables, which every flag has.

use clap::builder::FalseyValueParser;
use clap::{Arg, ArgAction, Command};

/// Says how the variables are called.
pub(crate) const HELP: &str = "\
Each flag can also be set by an environment variable: `BATCHLINT_FAIL_ON=error` is `--fail-on error`, and
`BATCHLINT_QUIET=1` is `--quiet`. The command line takes precedence.";

/// The flags that mean something else in each command: their variables have the name of the command, but for those of
/// `check`.
const OWN_FLAGS: [&str; 3] = ["format", "name", "namespace"];

/// Gives each flag of a command, and of the commands below it, its variable.
pub(crate) fn with_variables(command: Command) -> Command {
    add_to(command, "")
}

/// Does so for a command that is called `path`, written as in a variable.
fn add_to(command: Command, path: &str) -> Command {
    let command = command.mut_args(|arg| with_variable(arg, path));
    let names: Vec<String> = command.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let below = format!("{path}{}_", in_variable(&name));
        let below = if name == "check" { String::new() } else { below };
        command.mut_subcommand(name, |it| add_to(it, &below))
    })
}

fn with_variable(arg: Arg, path: &str) -> Arg {
    let Some(flag) = arg.get_long() else { return arg };
    let path = if OWN_FLAGS.contains(&flag) { path } else { "" };
    let name = format!("BATCHLINT_{path}{}", in_variable(flag));
    let is_switch = matches!(arg.get_action(), ArgAction::SetTrue);
    // The values of variables stay out of the help: they depend on the machine, and may be credentials.
    let arg = arg.env(name).hide_env(true);
    if is_switch { arg.value_parser(FalseyValueParser::new()) } else { arg }
}

fn in_variable(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}
