//! Any script is read, and checked where a shell of a container runs it.
#![no_main]

use batchlint::shell::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|script: &str| {
    if let Err(error) = parse(script) {
        assert!(script.get(error.span.range()).is_some(), "{error:?}");
    }
    for shell in ["sh", "bash"] {
        let command = serde_json::json!([shell, "-c", script]);
        batchlint_fuzz::check_text(&format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      \
             containers:\n      - {{name: a, image: \"busybox:1.36\", command: {command}}}\n"
        ));
    }
});
