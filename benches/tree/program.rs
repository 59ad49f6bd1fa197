//! What a run of a program costs: CPU, wall time, memory and instructions.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run that is measured.
pub(crate) struct Run<'a> {
    pub title: &'a str,
    pub program: &'a str,
    pub arguments: &'a [&'a str],
    /// The file that it reads from standard input, if any.
    pub input: Option<&'a Path>,
    /// So many runs are averaged.
    pub repeats: u32,
}

impl Run<'_> {
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.stdin(self.input.map_or_else(Stdio::null, |file| File::open(file).unwrap().into()));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn spawn(&self) -> std::io::Result<Child> {
        self.command(self.program).args(self.arguments).spawn()
    }

    /// Prints what a run costs in CPU, wall time and memory; a program that is not there is left out.
    pub(crate) fn print(&self) {
        // Memory first, in a run of its own: to ask for it costs the program time.
        let Ok(mut child) = self.spawn() else { return };
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            peak = peak.max(peak_kilobytes(child.id()));
            std::thread::sleep(Duration::from_micros(200));
        }
        let (start, before) = (Instant::now(), children_ticks());
        for _ in 0..self.repeats {
            self.spawn().and_then(|mut child| child.wait()).unwrap();
        }
        let wall = start.elapsed().as_secs_f64() * 1000.0 / f64::from(self.repeats);
        // A tick of the Linux kernel's accounting is 10 ms.
        let cpu = (children_ticks() - before) as f64 * 10.0 / f64::from(self.repeats);
        println!("  {:42}  {cpu:>10.1} {wall:>10.1} {:>10.1}", self.title, peak as f64 / 1024.0);
    }

    /// Returns how many instructions a run takes, if `valgrind` is there to count them.
    pub(crate) fn instructions(&self) -> Option<u64> {
        let mut command = self.command("valgrind");
        command
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", self.program])
            .args(self.arguments);
        let output = command.stderr(Stdio::piped()).output().ok()?;
        let report = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = report.lines().find(|line| line.contains("Collected : "))?;
        line.rsplit(' ').next()?.parse().ok()
    }
}

/// Returns the CPU time of all children that have ended, in ticks.
fn children_ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    [13, 14].iter().filter_map(|&at| fields.get(at)?.parse::<u64>().ok()).sum()
}

/// Returns the most memory that a process has held so far.
fn peak_kilobytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}
