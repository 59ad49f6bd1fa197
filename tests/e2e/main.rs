//! A real control plane: its API server asks `batchlint serve` as the chart tells it to, and its controllers show what
//! `batchlint timeline` predicts. `e2e/run` starts what this needs.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may fail, start programs, and say what they measured"
)]

mod admission;
mod change;
mod chart;
#[path = "../common/client.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod client;
mod cluster;
mod gate;
mod latency;
mod pods;
mod refused;
mod siege;
mod time;
mod trouble;
mod webhook;
