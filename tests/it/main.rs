//! What the library and the program do, through their public doors. `cargo test --test it NAME` runs the tests with a name
//! in their path: `cargo test --test it fixes::`.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests may fail, print, use files, and run programs"
)]

#[path = "../common/mod.rs"]
mod common;

mod admission;
mod advice;
mod agreement;
mod architecture;
mod baseline;
mod calendars;
mod cli;
mod conditions;
mod config;
mod consequences;
mod defaults;
mod extends;
mod field_facts;
mod field_reports;
mod first_steps;
mod fixes;
mod gate;
mod guides;
mod half_typed;
mod helps;
mod hints;
mod kubernetes;
mod literal_help;
mod live;
mod lsp;
mod migrate;
mod mounted_scripts;
mod neighbour_rules;
mod neighbours;
mod new_from;
mod packages;
mod patches;
mod pieces;
mod pods;
mod practices;
mod promises;
mod real_tools;
mod releases;
mod render;
mod reports;
mod repository;
mod retries;
mod robustness;
mod schedules;
mod script;
mod secrets;
mod serve;
mod special_cases;
mod spread;
mod time_commands;
mod trees;
mod undecodable;
mod whole_lists;
mod words;
mod yaml;
