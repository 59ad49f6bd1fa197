//! The HTML report: that nothing in it comes from elsewhere or gets out of its place, and what it does in a real browser.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::common::program::TempDirectory;
use crate::common::skip::skip;
use serde_json::{Value, json};

/// A name that would take over the page if anything let it.
const HOSTILE: &str =
    "</script></title><script>document.title='taken'</script><img src=x onerror=document.title='taken'>";

/// Made up; no provider's form.
const SECRET: &str = "k3X9-wrong-Horse-7q";

/// Two files: a CronJob with defects, a secret and hostile texts wherever a report shows text; and a Job with a deadline.
fn directory(name: &str) -> TempDirectory {
    let odd = format!(
        "apiVersion: batch/v1
kind: CronJob
metadata: {{name: \"{HOSTILE}\", namespace: \"{HOSTILE}\"}}
spec:
  schedule: \"0 3 * * *\"
  jobTemplate:
    spec:
      backoffLimit: 3
      \"{HOSTILE}\": 1
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: a
            image: nginx
            env: [{{name: DB_PASSWORD, value: {SECRET}}}]
            command: [sh, -c, \"{HOSTILE} {SECRET} |\"]
"
    );
    let job = "\
apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  backoffLimit: 6
  activeDeadlineSeconds: 60
  template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}
";
    TempDirectory::new(
        name,
        &[("odd '&amp;.yaml", &odd), ("job.yaml", job), (".batchlint.yaml", "preset: strict\n")],
    )
}

fn page(directory: &TempDirectory) -> String {
    let run = directory.run(&["check", ".", "--format", "html", "--as-of", "2026-11-24"]);
    assert_eq!(run.code, 1, "{}", run.err);
    run.out
}

#[test]
fn the_page_asks_for_nothing_and_keeps_secrets() {
    let page = page(&directory("html-static"));
    assert!(page.starts_with("<!doctype html>\n"));
    assert!(page.contains("content=\"default-src 'none';"), "the policy forbids every request");
    for request in ["<link", "<iframe", "url(", "@import", "fetch(", " src=\"", "<img"] {
        assert!(!page.contains(request), "the page has {request}");
    }
    assert!(page.contains("DB_PASSWORD") && !page.contains(SECRET));
    assert_eq!(page.matches("<script>").count(), 1, "only the page's own");
    assert!(
        page.contains("&lt;/script&gt;&lt;/title&gt;&lt;script&gt;"),
        "hostile names are shown as they are"
    );
}

#[test]
fn a_clean_run_says_so_and_lists_what_was_judged() {
    let clean = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/clean");
    let run = directory("html-clean").run(&["check", clean, "--no-config", "--format", "html"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("<p class=\"nothing\">No findings.</p>"));
    assert!(run.out.contains("<summary>2 objects without findings</summary>"));
    assert!(run.out.contains("<li>Job media/resize-images <span>"));
}

#[test]
fn the_page_says_when_and_how_it_was_made() {
    let page = page(&directory("html-made"));
    let (_, footer) = page.split_once("<footer>").unwrap();
    let made = footer.split_once("</p>").unwrap().0;
    let expected = format!("<p>batchlint {}, ", env!("CARGO_PKG_VERSION"));
    let rest = made.strip_prefix(&expected).unwrap_or_else(|| panic!("{made}"));
    let (time, call) = rest.split_once(": ").unwrap();
    assert!(jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M UTC", time).is_ok(), "{time}");
    assert_eq!(call, "<code>batchlint check . --format html --as-of 2026-11-24</code>");
}

/// Namespaces and owners are chosen from where there are several.
#[test]
fn findings_are_chosen_by_namespace_and_owner() {
    let job = |metadata: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a, {metadata}}}\nspec:\n  template:\n    spec: \
             {{restartPolicy: Never, containers: [{{name: a, image: 'a:1'}}]}}\n"
        )
    };
    let (shop, bank) =
        ("namespace: shop, labels: {team: blue}", "namespace: bank, labels: {owner: red, team: blue}");
    let both = [job(shop), job(bank), job("labels: {app: a}")].join("---\n");
    let page = |text: &str| {
        let directory = TempDirectory::new("html-choices", &[("jobs.yaml", text)]);
        directory.run(&["check", "--select", "missing-deadline", "--format", "html"]).out
    };
    let all = page(&both);
    for option in [
        "<option value=\"-\">no namespace (1)</option>",
        "<option value=\"bank\">bank (1)</option>",
        "<option value=\"-\">no owner (1)</option>",
        "<option value=\"red\">red (1)</option>",
        "<option value=\"blue\">blue (1)</option>",
    ] {
        assert!(all.contains(option), "{option}");
    }
    assert!(all.contains("data-namespace=\"bank\" data-owner=\"red\""), "`owner` goes before `team`");
    let one = page(&job(shop));
    assert!(!one.contains("<select id=\"namespace\"") && !one.contains("<select id=\"owner\""));
}

/// The gravest findings are there in full, the others as short rows, from which the page's script makes pages.
#[test]
fn a_large_fleet_fits_into_a_page() {
    let job = |at: usize| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: job-{at}, namespace: ns-{}}}\nspec:\n  template:\n    \
             spec: {{restartPolicy: Never, containers: [{{name: '</script>', image: 'a:1'}}]}}\n",
            at % 7
        )
    };
    let page = |number: usize| {
        let jobs = (0..number).map(job).collect::<Vec<_>>().join("---\n");
        let directory = TempDirectory::new("html-fleet", &[("jobs.yaml", &jobs)]);
        let select = ["check", "--select", "missing-deadline,invalid-value", "--format", "html"];
        directory.run(&select).out
    };
    let (small, large) = (page(1_600), page(2_600));
    let rows = |page: &str| -> Option<Value> {
        let (_, data) = page.split_once("<script type=\"application/json\" id=\"rows\">")?;
        Some(serde_json::from_str(data.split_once("</script>")?.0).unwrap())
    };
    let of_severity =
        |page: &str, severity: &str| page.matches(&format!("<article class=\"finding {severity}")).count();
    // Each Job has an error and a warning.
    for page in [&small, &large] {
        assert_eq!((of_severity(page, "error"), of_severity(page, "warning")), (1_500, 0));
    }
    let (few, many) = (rows(&small).unwrap(), rows(&large).unwrap());
    assert_eq!(
        (few["rows"].as_array().unwrap().len(), many["rows"].as_array().unwrap().len()),
        (1_700, 3_700)
    );
    assert_eq!(many["dropped"], 0);
    assert_eq!(many["files"], json!(["jobs.yaml"]), "what repeats is written once");
    let grown = (large.len() as i64 - small.len() as i64) / 2_000;
    assert!(grown < 100, "{grown} bytes for each further finding: 100,000 of them take less than 20 MB");
    assert_eq!(rows(&page(10)), None);
}

/// Types, clicks and measures as a person would, and writes what it sees into the page.
const VISITOR: &str = r##"
const seen = {};
const shown = () => [...document.querySelectorAll(".finding")].filter((it) => it.offsetHeight > 0);
const key = (key) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const fill = (id, value) => { const it = document.getElementById(id); it.value = value; it.dispatchEvent(new Event("input", { bubbles: true })); };
const click = (query) => document.querySelector(query).click();
const headings = () => [...document.querySelectorAll(".group:not([hidden]) h2")].map((it) => it.textContent);

seen.title = document.title;
seen.all = shown().length;
seen.files = headings();
seen.wide = document.documentElement.scrollWidth > innerWidth;
seen.lines = [...document.querySelectorAll("#findings [data-rule=unknown-field] .line.hit .number")].map((it) => it.textContent);

fill("search", "DB_PASSWORD LITERAL");
seen.found = shown().map((it) => it.dataset.rule);
seen.count = document.getElementById("shown").textContent;
fill("search", "nothing is like this");
seen.none = document.getElementById("none").offsetHeight > 0;
key("Escape");
seen.again = shown().length;

click("[name=severity][value=info]");
click("[name=severity][value=warning]");
seen.errors = shown().every((it) => it.dataset.severity === "error") && shown().length > 0;
key("Escape");
fill("rule", "mutable-image");
seen.rule = [...new Set(shown().map((it) => it.dataset.rule))];
key("Escape");

click("[name=group][value=rule]");
seen.rules = headings().some((it) => it.startsWith("mutable-image "));
seen.grouped = shown().length;

const first = shown()[0], second = shown()[1];
key("j"); seen.j = document.activeElement === first;
key("j"); seen.jj = document.activeElement === second;
key("k"); seen.k = document.activeElement === first;
key("/"); seen.slash = document.activeElement.id;

const paper = () => getComputedStyle(document.body).backgroundColor;
seen.paper = paper();
click("#theme");
seen.other = paper();
document.querySelectorAll("details").forEach((it) => { it.open = true; });
seen.pictures = [...document.querySelectorAll("svg.chart")].filter((it) => it.getBoundingClientRect().height > 50).length;
seen.deadline = [...document.querySelectorAll("#jobs text")].some((it) => it.textContent === "deadline");
document.body.dataset.seen = JSON.stringify(seen);
"##;

#[test]
fn in_a_browser_it_searches_filters_groups_and_is_used_by_keyboard() {
    let Some(browser) = browser() else {
        skip("there is no Chromium; CHROMIUM names one that is not on the PATH");
        return;
    };
    let directory = directory("html-browser");
    let page = page(&directory);
    directory.write(
        "page.html",
        page.replace("</body>", &format!("<script>{VISITOR}</script></body>")).as_bytes(),
    );
    let visit = |arguments: &[&str]| -> Value {
        let mut command = Command::new(&browser);
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]).args(arguments);
        command.arg(format!("--user-data-dir={}", directory.0.join("profile").display()));
        let output =
            command.arg(format!("file://{}", directory.0.join("page.html").display())).output().unwrap();
        let dom = String::from_utf8_lossy(&output.stdout);
        let seen = dom.split("data-seen=\"").nth(1).and_then(|rest| rest.split('"').next());
        let seen = seen.unwrap_or_else(|| {
            panic!("the visitor did not finish: {}\n{dom}", String::from_utf8_lossy(&output.stderr))
        });
        serde_json::from_str(
            &seen.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"),
        )
        .unwrap()
    };

    let light = visit(&["--window-size=1280,1600"]);
    let report = directory.run(&["check", ".", "--format", "json", "--as-of", "2026-11-24"]).out;
    let report: Value = serde_json::from_str(&report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let of = |rule: &str| findings.iter().filter(|it| it["rule"] == rule).count();

    assert!(
        light["title"].as_str().unwrap().starts_with("batchlint: checked 2 objects in 2 files"),
        "{light}"
    );
    for all in ["all", "again", "grouped"] {
        assert_eq!(light[all], findings.len(), "{all}");
    }
    let in_job = findings.iter().filter(|it| it["file"] == "job.yaml").count();
    let in_odd = findings.len() - in_job;
    assert_eq!(light["files"], json!([format!("job.yaml {in_job}"), format!("odd '&amp;.yaml {in_odd}")]));
    assert_eq!(light["lines"], json!(["9"]));
    assert_eq!(light["found"], json!(["literal-secret"]), "words in any order and case");
    assert_eq!(light["count"], format!("1 of {} findings", findings.len()));
    assert_eq!(light["rule"], json!(["mutable-image"]));
    assert!(of("mutable-image") > 0);
    for holds in ["none", "errors", "rules", "j", "jj", "k", "deadline"] {
        assert_eq!(light[holds], true, "{holds}");
    }
    assert_eq!(light["slash"], "search");
    assert_eq!(light["pictures"], 3, "the week, and a picture for each object");

    // The page is light or dark as the system is, and the button turns it round.
    let dark = visit(&["--window-size=1280,1600", "--blink-settings=preferredColorScheme=0"]);
    assert_eq!((&dark["paper"], &dark["other"]), (&light["other"], &light["paper"]));
    assert_ne!(light["paper"], dark["paper"]);

    // Nothing sticks out on a narrow screen.
    let narrow = visit(&["--window-size=500,900"]);
    assert_eq!((&light["wide"], &narrow["wide"]), (&json!(false), &json!(false)));
}

/// Returns the browser that `CHROMIUM` or the PATH names.
fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut found = names.iter().flat_map(|name| directories.iter().map(move |it| it.join(name)));
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    named.or_else(|| found.find(|it| fs::metadata(it).is_ok_and(|it| it.is_file())))
}
