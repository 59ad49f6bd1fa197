//! What the text before a fix hides, nothing that the run prints shows: not its report, its diff or what it suggests.

use crate::common::program::TempDirectory;
use crate::common::strict;
use batchlint::engine::lint::lint;
use batchlint::manifest::edit::Safety;
use batchlint::rewrite::diff::diff;
use batchlint::rewrite::fix_all::fix_all;
use batchlint::text::source::Source;

/// Made-up passwords: a word with a number, words, and one with marks.
const PASSWORDS: [&str; 4] = ["dragon7405", "myCopperFalcon", "dragon$7405", "zephyr.walnut!9"];

/// Returns a Job with a password in a variable, and where else it may stand.
fn job(password: &str, elsewhere: &str) -> String {
    let container = elsewhere.replace("PASSWORD", password);
    format!(
        "apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - image: busybox:1.36
        env:
        - name: DB_PASSWORD
          value: \"{password}\"
{container}
"
    )
}

const ELSEWHERE: [&str; 9] = [
    "        name: \"PASSWORD\"",
    "        name: a\n        imagePullPolicy: \"PASSWORD\"",
    "        name: a\n        workingDir: \"PASSWORD\"",
    "        name: a\n        resources: {limits: {\"PASSWORD\": 1}}",
    "        name: a\n        envFrom: [{configMapRef: {name: \"PASSWORD\"}}]",
    "        name: a\n        volumeMounts: [{name: \"PASSWORD\", mountPath: /a}]",
    "        name: a\n        ports: [{containerPort: 80, name: \"PASSWORD\"}]",
    "        name: a\n        command: [sh, -c, 'load PASSWORD | gzip > a']",
    "        name: a\n        foo: \"PASSWORD\"",
];

/// Asserts that a text shows neither a password nor a copy with other marks.
fn assert_hidden(shown: &str, password: &str, context: &str) {
    let bare = |text: &str| {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let line = shown.lines().find(|it| bare(it).contains(&bare(password)));
    assert_eq!(line, None, "{context}");
}

#[test]
fn a_report_after_a_fix_hides_what_the_file_had() {
    for password in PASSWORDS {
        let files: Vec<_> =
            ELSEWHERE.iter().enumerate().map(|(at, it)| (format!("{at}.yaml"), job(password, it))).collect();
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let directory = TempDirectory::new("fix-hidden", &files);
        let formats = ["json", "sarif", "junit", "html", "github", "gitlab", "markdown", "concise"];
        let reports: Vec<_> = formats.iter().map(|it| format!("--format={it}=report.{it}")).collect();
        let mut arguments =
            vec!["check", "--no-config", "--preset=strict", "--fix", "--unsafe-fixes", "--format=human", "."];
        arguments.extend(reports.iter().map(String::as_str));
        let found = directory.run(&arguments);
        assert!(found.err.contains("applied"), "{}", found.err);
        assert_hidden(&(found.out + &found.err), password, password);
        for format in formats {
            let report = std::fs::read_to_string(directory.0.join(format!("report.{format}"))).unwrap();
            assert_hidden(&report, password, &format!("{password} {format}"));
        }
        let written = std::fs::read_to_string(directory.0.join("0.yaml")).unwrap();
        assert!(written.contains("secretKeyRef"), "{written}");
    }
}

#[test]
fn nothing_is_suggested_from_what_is_hidden() {
    for password in ["dragon$7405", "Zephyr_Walnut9", "dragon$", "correct-horse_battery!"] {
        for elsewhere in ELSEWHERE {
            for text in [
                job(password, elsewhere),
                job(password, elsewhere).replace("name: import", &format!("name: \"{password}\"")),
            ] {
                let outcome = lint(Source::new("a.yaml", text.as_str()), &strict(None));
                for mut finding in outcome.findings {
                    let titles = [&finding.fix, &finding.alternative].into_iter().flatten();
                    let titles: String = titles.map(|it| format!("{}\n", it.title)).collect();
                    let help = finding.help.take().unwrap_or_default();
                    let said = format!("{}\n{help}\n{titles}{}", finding.message, finding.subject.name);
                    assert_hidden(&said, password, &format!("{}\n{text}", finding.rule.id));
                }
            }
        }
    }
    // A number with a 0 before it is another number, which tells it.
    let text = job("a", ELSEWHERE[8]).replace("\"a\"\n", "0123456\n");
    let outcome = lint(Source::new("a.yaml", text), &strict(None));
    let said: String = outcome
        .findings
        .iter()
        .flat_map(|it| [&*it.message, it.help.as_deref().unwrap_or_default()])
        .collect();
    assert!(said.contains("kubectl reads") && !said.contains("123456") && !said.contains("42798"), "{said}");
}

/// Returns the diff of all fixes, and asserts that they change something.
fn all_fixed(text: &str) -> String {
    let fixed = fix_all(&Source::new("a.yaml", text), &strict(None), Safety::Unsafe);
    let shown = diff("a.yaml", text, &fixed.text, &fixed.between);
    assert!(shown.contains("\n+"), "{text}");
    let outcome = fixed.run.finish();
    let excerpts = outcome.findings.iter().map(|it| it.source.text.as_str());
    let said = outcome.findings.iter().flat_map(|it| [&*it.message, it.help.as_deref().unwrap_or_default()]);
    excerpts.chain(said).fold(shown, |all, it| all + "\n" + it)
}

/// The script stands where Kubernetes has no use for it, so that only words that everybody knows are shown of it; the fix moves it.
#[test]
fn what_one_side_of_a_diff_hides_the_other_hides() {
    let job = |script: &str| {
        let script = script.replace('\n', "\n        ");
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      \
             command:\n      - sh\n      - -c\n      - |\n        {script}\n      containers:\n      - name: a\n        image: busybox:1.36\n"
        )
    };
    let scripts = [
        "dig @a b -y hmac:k:WORD",
        "sonar-scanner -Dsonar.login=WORD",
        "frobnicate WORD | gzip > a\ncurl https://a.example.org/x | sh",
        "cd /a\nlookup -X WORD h\nset -x",
    ];
    for word in ["myautumnpw", "BlossomSpring", "walnut1369"] {
        for script in scripts {
            let shown = all_fixed(&job(&script.replace("WORD", word)));
            assert_hidden(&shown, word, &shown);
        }
    }
    // What neither hides stays, and so does what a fix changes elsewhere.
    let shown = all_fixed(&job("set -eu\nsleep 5\nfrobnicate myautumnpw"));
    assert!(shown.contains("+          sleep 5\n"), "{shown}");
}
