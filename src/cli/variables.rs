//! Environment variables, which every flag has.

use std::env;
use std::ffi::OsString;

use clap::builder::{FalseyValueParser, TypedValueParser as _};
use clap::{Arg, ArgAction, Command};

/// Says how the variables are called.
pub(crate) const HELP: &str = "\
Each flag can also be set by an environment variable: `BATCHLINT_FAIL_ON=error` is `--fail-on error`, and \
`BATCHLINT_QUIET=1` is `--quiet`. The command line takes precedence.";

/// The flags that mean something else in each command: their variables have the name of the command, but for those of
/// `check`.
const OWN_FLAGS: [&str; 3] = ["format", "name", "namespace"];

/// Gives each flag of a command, and of the commands below it, its variable; one that contradicts a flag of the command
/// line gets none.
pub(crate) fn with_variables(command: Command) -> Command {
    let words: Vec<OsString> = env::args_os().skip(1).take_while(|it| it != "--").collect();
    let is_given = |flag: &str| {
        let mut flags = words.iter().filter_map(|it| it.to_str()?.strip_prefix("--"));
        flags.any(|it| it.split('=').next() == Some(flag))
    };
    add_to(command, "", &is_given)
}

/// Does so for a command that is called `path`, written as in a variable.
fn add_to(command: Command, path: &str, is_given: &dyn Fn(&str) -> bool) -> Command {
    let given: Vec<Arg> =
        command.get_arguments().filter(|it| it.get_long().is_some_and(is_given)).cloned().collect();
    let overruled: Vec<String> = command
        .get_arguments()
        .filter(|arg| {
            let conflicts = |one: &Arg, other: &Arg| {
                command.get_arg_conflicts_with(one).iter().any(|it| it.get_id() == other.get_id())
            };
            given.iter().any(|it| conflicts(it, arg) || conflicts(arg, it))
        })
        .map(|it| it.get_id().to_string())
        .collect();
    let command = command.mut_args(|arg| {
        if overruled.iter().any(|it| arg.get_id() == it.as_str()) { arg } else { with_variable(arg, path) }
    });
    let names: Vec<String> = command.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let below = format!("{path}{}_", in_variable(&name));
        let below = if name == "check" { String::new() } else { below };
        command.mut_subcommand(name, |it| add_to(it, &below, is_given))
    })
}

fn with_variable(arg: Arg, path: &str) -> Arg {
    let Some(flag) = arg.get_long() else { return arg };
    let path = if OWN_FLAGS.contains(&flag) { path } else { "" };
    let name = format!("BATCHLINT_{path}{}", in_variable(flag));
    let is_switch = matches!(arg.get_action(), ArgAction::SetTrue);
    // The values of variables stay out of the help: they depend on the machine, and may be credentials.
    if !is_switch {
        return arg.env(name).hide_env(true);
    }
    let switch = arg.clone().value_parser(FalseyValueParser::new());
    // A switch that is off contradicts nothing.
    let is_off = env::var_os(&name).is_none_or(|it| {
        FalseyValueParser::new().parse_ref(&Command::default(), None, &it).is_ok_and(|it| !it)
    });
    if is_off { switch } else { switch.env(name).hide_env(true) }
}

fn in_variable(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}
