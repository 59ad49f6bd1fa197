//! Scripts in ConfigMaps of the same file: which of them a container runs, and that findings in them are at their lines.

use crate::common::program::TempDirectory;
use crate::common::strict;
use batchlint::engine::lint::lint;
use batchlint::manifest::edit::Safety;
use batchlint::rewrite::add_suppressions::add_suppressions;
use batchlint::rewrite::fix_all::fix_all;
use batchlint::text::source::Source;

/// A ConfigMap with a script that continues after a failure.
const MAP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data:
  run.sh: |
    #!/bin/sh
    fetch orders
    load orders
";

/// A Job that runs what its command says, with the ConfigMap at `/scripts`.
fn job(command: &str, mount: &str, volume: &str) -> String {
    format!(
        "apiVersion: batch/v1
kind: Job
metadata: {{name: load}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: load
        image: registry.example.com/load:1.4
        command: {command}
        volumeMounts: [{{name: files, {mount}}}]
      volumes: [{{name: files, configMap: {{name: scripts{volume}}}}}]
"
    )
}

/// Returns the lines on which `missing-errexit` is reported.
fn lines(text: &str) -> Vec<usize> {
    let outcome = lint(Source::new("a.yaml", text), &strict(None));
    let found = outcome.findings.iter().filter(|it| it.rule.id == "missing-errexit");
    found.map(|it| it.source.lines().line(it.place.span.start)).collect()
}

/// One cause, one finding: it is at the script, and the Job is not reported as well.
#[test]
fn a_wait_in_a_script_stands_for_the_deadline_that_its_job_lacks() {
    let map = MAP.replace("    fetch orders\n", "    until pg_isready -h db; do sleep 5; done\n");
    let job = job("[sh, /scripts/run.sh]", "mountPath: /scripts", "");
    let found = |text: &str| {
        let outcome = lint(Source::new("a.yaml", text), &strict(None));
        let deadlines =
            outcome.findings.iter().filter(|it| ["endless-wait", "missing-deadline"].contains(&it.rule.id));
        deadlines.map(|it| format!("{} {:?}", it.rule.id, it.also_ids())).collect::<Vec<_>>()
    };
    let (wait, missing) = ("endless-wait [\"missing-deadline\"]", "missing-deadline []");
    assert_eq!(found(&format!("{map}---\n{job}")), [wait]);
    let second = job.replace("name: load}", "name: load-again}");
    assert_eq!(found(&format!("{map}---\n{job}---\n{second}")), [wait, missing]);
    let timed = job.replace("[sh, /scripts/run.sh]", "[sh, -ec, 'timeout 60 sh /scripts/run.sh; load']");
    assert!(!found(&format!("{map}---\n{timed}")).iter().any(|it| it.starts_with("endless-wait")));
}

#[test]
fn a_script_that_a_container_runs_is_read_where_it_stands() {
    let executable = ", defaultMode: 0755";
    for (command, mount, volume) in [
        ("[sh, /scripts/run.sh]", "mountPath: /scripts", ""),
        ("[/bin/bash, -x, /scripts/run.sh, a]", "mountPath: /scripts/", ""),
        ("[timeout, '60', sh, /scripts/run.sh]", "mountPath: /scripts", ""),
        ("[/scripts/run.sh]", "mountPath: /scripts", executable),
        ("[sh, -c, /scripts/run.sh]", "mountPath: /scripts", executable),
        ("[sh, -c, exec sh /scripts/run.sh]", "mountPath: /scripts", ""),
        ("[sh, ./run.sh]\n        workingDir: /scripts", "mountPath: /scripts", ""),
        ("[sh, /opt/load.sh]", "mountPath: /opt/load.sh, subPath: run.sh", ""),
        ("[sh, /scripts/load.sh]", "mountPath: /scripts", ", items: [{key: run.sh, path: load.sh}]"),
        // It cannot start, and what is wrong with it is known already.
        ("[/scripts/run.sh]", "mountPath: /scripts", ""),
        ("[sh, -c, /scripts/run.sh]", "mountPath: /scripts", ""),
        ("[sh, -c, timeout 60 /scripts/run.sh]", "mountPath: /scripts", executable),
        ("[sh, -c, exec su-exec app sh /scripts/run.sh]", "mountPath: /scripts", ""),
        ("[sh, -c, . /scripts/run.sh]", "mountPath: /scripts", ""),
        ("[bash, -c, source /scripts/run.sh]", "mountPath: /scripts", ""),
    ] {
        assert_eq!(lines(&format!("{MAP}---\n{}", job(command, mount, volume))), [7], "{command} {volume}");
    }
}

#[test]
fn what_may_be_another_script_or_does_not_run_is_not_read() {
    for (command, mount, volume, why) in [
        ("[sh, -ec, . /scripts/run.sh]", "mountPath: /scripts", "", "the shell has `-e`"),
        ("[sh, -e, /scripts/run.sh]", "mountPath: /scripts", "", "the shell has `-e`"),
        ("[sh, /scripts/other.sh]", "mountPath: /scripts", "", "there is no such key"),
        ("[sh, /scripts/a/run.sh]", "mountPath: /scripts", "", "a ConfigMap has no directories"),
        ("[sh, /scripts/run.sh]", "mountPath: /scripts", ", items: [{key: a, path: b}]", "it is not mounted"),
        ("[sh, run.sh]", "mountPath: /scripts", "", "nobody knows the directory"),
        ("[python, /scripts/run.sh]", "mountPath: /scripts", "", "this is not a shell"),
        ("[sh, -c, '/scripts/run.sh | tee log']", "mountPath: /scripts", "", "this is a script of its own"),
    ] {
        assert_eq!(lines(&format!("{MAP}---\n{}", job(command, mount, volume))), [0; 0], "{why}");
    }
    let job = job("[sh, /scripts/run.sh]", "mountPath: /scripts", "");
    let within = |namespace: &str, text: &str| {
        text.replacen("metadata: {", &format!("metadata: {{namespace: {namespace}, "), 1)
    };
    for (text, expected) in [
        (format!("{MAP}---\n{MAP}---\n{job}"), vec![]),
        (format!("{}---\n{}", within("a", MAP), within("b", &job)), vec![]),
        (format!("{}---\n{}---\n{}", within("a", MAP), within("b", MAP), within("b", &job)), vec![16]),
        (format!("{}---\n{job}", MAP.replace("v1\n", "example.com/v1\n")), vec![]),
        (format!("{}---\n{job}", MAP.replace("data:", "binaryData:")), vec![]),
        (format!("{MAP}---\n{job}").replace("#!/bin/sh", "#!/bin/sh\n    set -e"), vec![]),
        (job.clone(), vec![]),
    ] {
        assert_eq!(lines(&text), expected, "{text}");
    }
}

#[test]
fn a_script_among_other_commands_is_read_like_one_that_is_the_whole_command() {
    let executable = ", defaultMode: 0555";
    for (script, volume) in [
        ("apk add curl; sh /scripts/run.sh", ""),
        ("apk add curl && bash /scripts/run.sh full", ""),
        ("mkdir -p /out; DIR=/out /scripts/run.sh; echo done", executable),
        ("cd /tmp; exec timeout 600 /scripts/run.sh", executable),
        ("if ! /scripts/run.sh; then exit 1; fi; verify", executable),
        ("for day in 1 2; do sh /scripts/run.sh $day; done", ""),
        ("apk add curl; /scripts/run.sh", ""),
        ("mkdir -p /out; exec nice -n 10 bash /scripts/run.sh", ""),
        ("apk add curl; cd /scripts && sh ./run.sh", ""),
        ("set +e; . /scripts/run.sh", ""),
    ] {
        let job = job(&format!("[sh, -ec, '{script}']"), "mountPath: /scripts", volume);
        assert_eq!(lines(&format!("{MAP}---\n{job}")), [7], "{script}");
    }
    for (script, volume, why) in [
        ("fetch; command -v /scripts/run.sh; load", ", defaultMode: 0755", "it does not run"),
        ("(cd /scripts; ls); sh run.sh; load", "", "it is in another directory"),
        ("cd /scripts; cd /tmp; sh run.sh; load", "", "it is in another directory"),
        ("apk add curl; sh -e /scripts/run.sh", "", "the shell has `-e`"),
        ("fetch; sh /scripts/run.sh || true", "", "its failure does not matter"),
        ("list=$(sh /scripts/run.sh); load $list", "", "only its output counts"),
        ("until sh /scripts/run.sh; do sleep 5; done; load", "", "it is asked again and again"),
        (". /scripts/run.sh; load", "", "it has the options of this shell"),
        ("cd /tmp; sh ./run.sh; load", "", "nobody knows the directory"),
        ("sh /scripts/other.sh; load", "", "there is no such key"),
    ] {
        let job = job(&format!("[sh, -ec, '{script}']"), "mountPath: /scripts", volume);
        assert_eq!(lines(&format!("{MAP}---\n{job}")), [0; 0], "{why}");
    }
}

/// Copies, and paths in variables or relative to a directory, are followed as far as they are certain.
#[test]
fn a_script_is_found_where_it_is_copied_or_named_by_variables() {
    let env = "\n        env: [{name: DIR, value: /scripts}, {name: FILE, value: run.sh}]";
    for script in [
        r#"apk add curl; sh "$DIR/run.sh""#,
        r#"apk add curl; sh $DIR/$FILE"#,
        r#"S=$DIR/run.sh; apk add curl; sh "$S""#,
        r#"apk add curl; cd "$DIR"; sh ./run.sh"#,
        "cd /tmp; cd ../scripts; sh run.sh",
        "cd /; cd scripts || exit 1; sh run.sh; verify",
        "(cd /tmp; fetch); cd /scripts; sh run.sh",
        "cp /scripts/run.sh /tmp/ && sh /tmp/run.sh",
        "cp /scripts/run.sh /tmp/load; chmod +x /tmp/load; /tmp/load",
        "cp /scripts/*.sh /work; chmod +x /work/*.sh; sh /work/run.sh",
        "cp -r /scripts/. /work; sh /work/run.sh",
        "cp -t /work /scripts/run.sh; cd /work; sh run.sh",
    ] {
        let job = job(&format!("[sh, -ec, '{script}']{env}"), "mountPath: /scripts", "");
        assert_eq!(lines(&format!("{MAP}---\n{job}")), [7], "{script}");
    }
    for (script, why) in [
        ("DIR=/other; sh $DIR/run.sh; load", "the script sets another directory"),
        ("DIR=$(find-it); sh $DIR/run.sh; load", "nobody knows the directory"),
        ("cd /scripts; cd $NEXT; sh run.sh; load", "nobody knows the directory"),
        ("if test -d /x; then cd /x; fi; sh run.sh; load", "nobody knows the directory"),
        ("cp /scripts/run.sh /tmp/; sed -i s/a/b/ /tmp/run.sh; sh /tmp/run.sh", "it is another script now"),
        ("sh /tmp/run.sh; cp /scripts/run.sh /tmp/", "it is copied later"),
        ("cp /other/run.sh /tmp/; sh /tmp/run.sh", "it comes from elsewhere"),
    ] {
        let job = job(&format!("[sh, -ec, '{script}']{env}"), "mountPath: /scripts", "");
        assert_eq!(lines(&format!("{MAP}---\n{job}")), [0; 0], "{why}");
    }
    let unknown = "\n        env: [{name: DIR, valueFrom: {configMapKeyRef: {name: a, key: b}}}]";
    let job = job(&format!("[sh, -ec, 'fetch; sh $DIR/run.sh; load']{unknown}"), "mountPath: /scripts", "");
    assert_eq!(lines(&format!("{MAP}---\n{job}")), [0; 0]);
}

/// What an init container copies for the others is read where the ConfigMap has it.
#[test]
fn a_script_is_found_where_an_init_container_copies_it() {
    let found = |init: &str, command: &str, others: &str| {
        let job = format!(
            "apiVersion: batch/v1
kind: Job
metadata: {{name: load}}
spec:
  template:
    spec:
      restartPolicy: Never
      initContainers:
      - name: copy
        image: busybox:1.36
        command: {init}
        volumeMounts: [{{name: files, mountPath: /scripts}}, {{name: work, mountPath: /work}}]
{others}      containers:
      - name: load
        image: registry.example.com/load:1.4
        command: {command}
        volumeMounts: [{{name: work, mountPath: /opt/work}}]
      volumes: [{{name: files, configMap: {{name: scripts}}}}, {{name: work, emptyDir: {{}}}}]
"
        );
        lines(&format!("{MAP}---\n{job}"))
    };
    let shell = |script: &str| format!("[sh, -ec, '{script}']");
    for (init, command) in [
        (shell("cp /scripts/* /work/ && chmod +x /work/*.sh"), "[/opt/work/run.sh]"),
        (shell("cp /scripts/*.sh /work"), "[sh, /opt/work/run.sh]"),
        (shell("cp -r /scripts/. /work; chmod -R 0755 /work"), "[sh, -c, /opt/work/run.sh]"),
        (shell("mkdir -p /work/bin; cp /scripts/run.sh /work/bin/load"), "[sh, /opt/work/bin/load]"),
        (shell("cp /scripts/run.sh /work"), "[sh, -ec, 'apk add curl; cd /opt/work; sh run.sh']"),
        ("[cp, /scripts/run.sh, /work/]".to_owned(), "[sh, /opt/work/run.sh]"),
        ("[cp, -r, /scripts/., /work]".to_owned(), "[sh, /opt/work/run.sh]"),
    ] {
        assert_eq!(found(&init, command, ""), [7], "{init} {command}");
    }
    let other = |init: &str| {
        format!(
            "      - {{name: other, image: 'busybox:1.36', command: {init}, volumeMounts: [{{name: work, mountPath: /w}}]}}\n"
        )
    };
    assert_eq!(
        found("[cp, /scripts/run.sh, /work]", "[sh, /opt/work/run.sh]", &other("[ls]")),
        [0; 0],
        "it may change it"
    );
    for (init, command, why) in [
        (shell("cp /other/* /work/"), "[sh, /opt/work/run.sh]", "it comes from elsewhere"),
        (shell("cp /scripts/*.sql /work/"), "[sh, /opt/work/run.sh]", "it is not copied"),
        (
            shell("cp /scripts/* /work/; sed -i s/a/b/ /work/*.sh"),
            "[sh, /opt/work/run.sh]",
            "it is another script now",
        ),
        (
            shell("cp /scripts/* /work/; cd /work; sed -i s/a/b/ run.sh"),
            "[sh, /opt/work/run.sh]",
            "it is another script now",
        ),
        (
            shell("envsubst < /scripts/run.sh > /work/run.sh"),
            "[sh, /opt/work/run.sh]",
            "it is another script",
        ),
        (shell("cp /scripts/* /work/"), "[sh, -e, /opt/work/run.sh]", "the shell has `-e`"),
        (shell("cp /scripts/* /work/"), "[sh, /work/run.sh]", "nothing is mounted there"),
        ("[cp, /scripts/*, /work/]".to_owned(), "[sh, /opt/work/run.sh]", "no shell expands it"),
    ] {
        assert_eq!(found(&init, command, ""), [0; 0], "{why}");
    }
}

#[test]
fn a_projected_volume_has_the_files_of_its_sources() {
    let plain = job("[sh, /scripts/run.sh]", "mountPath: /scripts", "");
    let with = |sources: &str| {
        let volume = format!("projected: {{sources: [{sources}]}}");
        lines(&format!("{MAP}---\n{}", plain.replace("configMap: {name: scripts}", &volume)))
    };
    assert_eq!(with("{configMap: {name: scripts}}"), [7]);
    assert_eq!(with("{configMap: {name: scripts, items: [{key: run.sh, path: run.sh}]}}"), [7]);
    assert_eq!(with("{configMap: {name: scripts}}, {secret: {name: a, items: [{key: b, path: c}]}}"), [7]);
    assert_eq!(with("{configMap: {name: scripts}}, {secret: {name: a}}"), [0; 0], "it may have the file");
    assert_eq!(
        with("{configMap: {name: scripts}}, {configMap: {name: others}}"),
        [0; 0],
        "it may have the file"
    );
    assert_eq!(with("{configMap: {name: scripts, items: [{key: run.sh, path: b.sh}]}}"), [0; 0]);
}

/// What a script reads with `.` runs with the options that it has set until then.
#[test]
fn a_sourced_script_has_the_options_of_the_shell_that_reads_it() {
    for (script, expected) in [
        ("fetch || exit 1; . /scripts/run.sh", 1),
        ("set -e; fetch; . /scripts/run.sh", 0),
        ("set -e; fetch; set +e; . /scripts/run.sh", 1),
    ] {
        let job = job(&format!("[bash, -c, '{script}']"), "mountPath: /scripts", "");
        let found = lines(&format!("{MAP}---\n{job}")).iter().filter(|it| **it == 7).count();
        assert_eq!(found, expected, "{script}");
    }
    // What only defines functions or sets variables is for the script that reads it.
    let found = |script: &str| {
        let map = MAP.replace("    #!/bin/sh\n    fetch orders\n    load orders\n", script);
        let job = job("[sh, -ec, '. /scripts/run.sh; load']", "mountPath: /scripts", "");
        let outcome = lint(Source::new("a.yaml", format!("{map}---\n{job}")), &strict(None));
        outcome.findings.iter().filter(|it| it.rule.id == "empty-script").count()
    };
    assert_eq!(found("    target=/backup\n    export target\n"), 0);
    assert_eq!(found("    load() {\n      fetch | sort\n    }\n"), 0);
    assert_eq!(found("    # to be written\n"), 1);
}

#[test]
fn a_mounted_script_without_a_command_is_reported_at_its_text() {
    let found = |script: &str, command: &str| {
        let map = MAP.replace("    #!/bin/sh\n    fetch orders\n    load orders\n", script);
        let text = format!("{map}---\n{}", job(command, "mountPath: /scripts", ""));
        let outcome = lint(Source::new("a.yaml", text), &strict(None));
        let found = outcome.findings.into_iter().filter(|it| it.rule.id == "empty-script");
        found
            .map(|it| (it.source.lines().line(it.place.span.start), it.message.into_owned()))
            .collect::<Vec<_>>()
    };
    let comments = "    # the backup script goes here\n";
    let ends = "the script contains only comments: it exits with 0 at once, and";
    let alone = (5, format!("{ends} the Job counts as Complete"));
    assert_eq!(found(comments, "[sh, /scripts/run.sh]"), [alone]);
    let called = (5, format!("{ends} the script that runs this one continues"));
    assert_eq!(found(comments, "[sh, -ec, 'fetch; sh /scripts/run.sh; load']"), [called]);
    assert_eq!(found("    true\n", "[sh, /scripts/run.sh]"), []);
}

/// What the first script sets may reach the second one, and what is at the container is reported once.
#[test]
fn a_script_among_others_is_read_with_what_the_others_pass_on() {
    let map = MAP.replace("fetch orders", "set -e").replace("load orders", "load \"$target/orders\"");
    let found = |script: &str, rule: &str| {
        let job = job(&format!("[sh, -ec, '{script}', sh, extra]"), "mountPath: /scripts", "");
        let outcome = lint(Source::new("a.yaml", format!("{map}---\n{job}")), &strict(None));
        outcome.findings.iter().filter(|it| it.rule.id == rule).count()
    };
    assert_eq!(found("echo start; sh /scripts/run.sh", "undefined-variable"), 1);
    assert_eq!(found("target=/a sh /scripts/run.sh; load", "undefined-variable"), 0);
    assert_eq!(found("export target=/a; sh /scripts/run.sh; load", "missing-nounset"), 0);
    assert_eq!(found("echo start; sh /scripts/run.sh", "extra-shell-arguments"), 1);
}

#[test]
fn a_script_of_two_objects_has_each_finding_once() {
    let job = job("[sh, /scripts/run.sh]", "mountPath: /scripts", "");
    let text = format!("{MAP}---\n{job}---\n{}", job.replace("{name: load}", "{name: again}"));
    assert_eq!(lines(&text), [7]);
}

#[test]
fn in_a_list_the_finding_is_at_the_item_of_the_config_map() {
    let item = |text: &str| format!("- {}", text.trim_end().replace('\n', "\n  "));
    let job = job("[sh, /scripts/run.sh]", "mountPath: /scripts", "");
    let text = format!("apiVersion: v1\nkind: List\nitems:\n{}\n{}\n", item(&job), item(MAP));
    let outcome = lint(Source::new("a.yaml", text.as_str()), &strict(None));
    let found = outcome.findings.iter().find(|it| it.rule.id == "missing-errexit").unwrap();
    assert_eq!((found.document, found.item, &*found.place.path), (0, Some(1), "data[run.sh]"));
    assert_eq!(found.subject.name, "load", "it is the Job that does not notice");
}

#[test]
fn the_fix_edits_the_script_and_the_help_has_no_c() {
    let text = format!("{MAP}---\n{}", job("[sh, /scripts/run.sh]", "mountPath: /scripts", ""));
    let fixed = fix_all(&Source::new("a.yaml", text.as_str()), &strict(None), Safety::Unsafe).text;
    assert!(fixed.contains("    #!/bin/sh\n    set -e\n    fetch orders\n"), "{fixed}");
    assert_eq!(lines(&fixed), [0; 0]);
    let run = TempDirectory::new("mounted", &[("a.yaml", &text)]).run(&["check", "a.yaml"]);
    assert!(run.out.contains("start the script with `sh -e`"), "{}", run.out);
}

#[test]
fn a_suppression_stands_on_the_job() {
    let text = format!("{MAP}---\n{}", job("[sh, /scripts/run.sh]", "mountPath: /scripts", ""));
    let added = add_suppressions(&Source::new("a.yaml", text.as_str()), &strict(None), "known");
    assert!(added.text.starts_with(MAP), "the ConfigMap stays as it is: {}", added.text);
    assert!(added.text.contains("missing-errexit: known"), "{}", added.text);
    assert_eq!(lines(&added.text), [0; 0]);
}

/// The kernel starts the shell that the first line names, which the image must have.
#[test]
fn the_first_line_of_a_script_names_a_shell_that_the_image_has_or_lacks() {
    let found = |first: &str, command: &str, image: &str| {
        let map = MAP.replace("#!/bin/sh", first);
        let job = job(command, "mountPath: /scripts", ", defaultMode: 0555")
            .replace("registry.example.com/load:1.4", image);
        let findings = lint(Source::new("a.yaml", format!("{map}---\n{job}")), &strict(None)).findings;
        let found = findings.iter().filter(|it| it.rule.id == "missing-program");
        found.map(|it| it.message.to_string()).collect::<Vec<_>>()
    };
    let lacks = "the script never starts: `alpine:3.20` does not have `bash`, which the first line names as its interpreter";
    for first in ["#!/bin/bash", "#!/usr/bin/env bash", "#!/bin/bash -e", "#!/usr/bin/env -S bash -e"] {
        for command in ["[/scripts/run.sh]", "[sh, -c, /scripts/run.sh]"] {
            assert_eq!(found(first, command, "alpine:3.20"), [lacks], "{first}, {command}");
        }
        assert_eq!(found(first, "[/scripts/run.sh]", "debian:12"), [""; 0], "{first}");
        assert_eq!(found(first, "[sh, /scripts/run.sh]", "alpine:3.20"), [""; 0], "a comment for `sh`");
    }
    assert_eq!(found("#!/bin/sh", "[/scripts/run.sh]", "alpine:3.20"), [""; 0]);
    assert_eq!(found("#!/opt/bin/bash", "[/scripts/run.sh]", "alpine:3.20"), [""; 0], "a volume can have it");
    let installs = "[sh, -c, 'apk add bash && /scripts/run.sh']";
    assert_eq!(found("#!/bin/bash", installs, "alpine:3.20"), [""; 0]);
}
