//! Any body that a server gets is refused, or answered for its uid; what is denied says why.
#![no_main]

use batchlint::policy::config::Config;
use batchlint::webhook::review::{Decision, check_request, parse_review, parse_head};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    parse_head(body);
    let configs: [Config; 2] = [batchlint_fuzz::strict(), Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 28))];
    for config in configs {
        let Ok(mut request) = parse_review(body) else { return };
        let verdict = check_request(&mut request, &config, "fuzz", &|| false);
        let response = &verdict.answer.response;
        assert_eq!(response.uid, request.uid);
        if verdict.decision == Decision::Deny {
            assert!(!response.allowed && response.status.as_ref().is_some_and(|it| !it.message.is_empty()));
        }
        serde_json::to_vec(&verdict.answer).expect("an answer is JSON");
    }
});
