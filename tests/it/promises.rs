//! What `docs/promises.md` says is kept, and by the tests that it names.

use std::collections::BTreeSet;

use crate::guides::{prose, read, root};
use batchlint::rules;
use batchlint::schema::version;

/// Each test that a promise names is there.
#[test]
fn promises_name_tests_that_exist() {
    for page in ["docs/promises.md", "SECURITY.md", "docs/cluster.md"] {
        for quoted in prose(&read(page)).split('`').skip(1).step_by(2) {
            let is_path =
                ["tests/", "fuzz/", "e2e/", "oracle/", ".ci/"].iter().any(|it| quoted.starts_with(it));
            if !is_path || quoted.contains(' ') {
                continue;
            }
            let (file, test) = quoted.split_once("::").unwrap_or((quoted, ""));
            assert!(root().join(file).exists(), "{page} names `{file}`, which is not there");
            let is_there = test.is_empty() || read(file).contains(&format!("fn {test}("));
            assert!(is_there, "{page}: {file} has no test {test}");
        }
    }
}

#[test]
fn every_rule_says_since_when() {
    let parts = |version: &str| version.split('.').map(|it| it.parse().unwrap()).collect::<Vec<u32>>();
    for rule in rules::registry().iter() {
        assert!(parts(rule.since) <= parts(env!("CARGO_PKG_VERSION")), "{} is since {}", rule.id, rule.since);
    }
}

#[test]
fn every_supported_minor_has_its_types() {
    let (oldest, newest) = (version::OLDEST_MINOR, version::NEWEST_MINOR);
    assert!(read("docs/promises.md").contains(&format!("1.{oldest} to 1.{newest} are supported")));
    for minor in oldest..=newest {
        assert!(
            root().join(format!("oracle/schema/minors/1.{minor}.mod")).exists(),
            "there are no types of 1.{minor}"
        );
    }
}

#[test]
fn the_oldest_rust_is_the_one_that_ci_builds_with() {
    let oldest = env!("CARGO_PKG_RUST_VERSION");
    assert!(read("docs/promises.md").contains(&format!("The oldest Rust is {oldest},")));
    let workflow = read(".github/workflows/ci.yml");
    assert!(
        workflow.contains(&format!("RUSTUP_TOOLCHAIN: \"{oldest}\"")),
        "no job of CI builds with Rust {oldest}"
    );
}

#[test]
fn the_library_exports_what_is_promised() {
    let page = read("docs/promises.md");
    let row = page.lines().find(|line| line.starts_with("| **The library.**")).unwrap();
    let promised: BTreeSet<_> = row.split(" | ").next().unwrap().split('`').skip(1).step_by(2).collect();
    let source = read("src/lib.rs");
    let mut exported = BTreeSet::new();
    for line in source.lines() {
        if let Some(function) = line.strip_prefix("pub fn ") {
            exported.insert(function.split('(').next().unwrap());
        } else if let Some(path) = line.strip_prefix("pub use ") {
            let names = path.rsplit("::").next().unwrap().trim_end_matches(';').trim_matches(['{', '}']);
            exported.extend(names.split(", "));
        }
    }
    assert_eq!(exported, promised, "what src/lib.rs exports, and what docs/promises.md lists");
}
