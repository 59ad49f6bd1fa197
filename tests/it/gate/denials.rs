//! What people read of a denial, with `kubectl` or in events.

use crate::common::gate::{containers, create, cron_job, policy};
use crate::common::review::ask;
use serde_json::{Value, json};

fn denial(edit: impl FnOnce(&mut Value)) -> String {
    let mut object = cron_job();
    edit(&mut object);
    ask(&create(object), &policy("strict")).answer.response.status.unwrap().message
}

/// Returns the rules of a denial in the order of its lines.
fn rules(message: &str) -> Vec<&str> {
    let lines = message.lines().filter(|line| line.contains(" spec."));
    lines.map(|line| line.split(' ').next().unwrap()).collect()
}

/// Practices come first, the credentials among them before the rest; then what is severe.
#[test]
fn a_denial_begins_with_what_matters_most() {
    let message = denial(|_| {});
    let expected = [
        "secret-in-command",
        "literal-secret",
        "missing-deadline",
        "missing-memory-limit",
        // `alpine` has no `mysql`.
        "missing-program",
        "privileged-container",
        "host-namespaces",
    ];
    assert_eq!(rules(&message)[..expected.len()], expected, "{message}");
}

/// Equals come in the order of the containers, not of the digits of their numbers.
#[test]
fn equals_are_in_the_order_of_their_places() {
    let message = denial(|it| {
        let images = (0..12).map(|it| json!({"name": format!("c{it}"), "image": format!("busybox{it}")}));
        *containers(it) = images.collect();
    });
    let places: Vec<_> = message.lines().filter_map(|it| it.strip_prefix("mutable-image ")).collect();
    assert!(places.len() > 4 && places[1].contains("containers[1]") && places[2].contains("containers[2]"));
}

/// Events end after 1,024 characters. A client sees ten findings, and of the rest the rules.
#[test]
fn a_credential_is_not_among_those_that_are_left_out() {
    let message = denial(|it| {
        let images = (0..40).map(|it| json!({"name": format!("c{it}"), "image": format!("busybox{it}")}));
        containers(it).extend(images);
    });
    let (beginning, _) = message.split_at(1_024);
    assert!(
        beginning.contains("\nsecret-in-command ") && beginning.contains("\nliteral-secret "),
        "{message}"
    );
    assert_eq!(rules(&message).len(), 10, "{message}");
    let count = message.split(' ').next().unwrap().parse::<usize>().unwrap() - 10;
    assert!(message.contains(&format!("\nand {count} more, of mutable-image")), "{message}");
}

/// Each finding says what to do, and the last line where to read more.
#[test]
fn a_denial_says_what_to_do() {
    let message = denial(|it| containers(it)[0]["env"] = json!([]));
    assert!(message.contains(
        "\n  help: set `activeDeadlineSeconds` to more seconds than the longest successful run takes, retries included\n"
    ));
    let last =
        "\nmore: https://batchlint.dev/rules/secret-in-command, or `batchlint explain secret-in-command`";
    assert!(message.ends_with(last), "{message}");
}
