//! Where a manifest can have a credential, and how it can be broken.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::kinds::{Kind, indented, json, shell};

/// A place for a credential.
pub(crate) struct Place {
    pub id: &'static str,
    /// Writes a manifest that has it there.
    pub write: fn(&Kind) -> String,
    /// Whether something there says that it is one, whatever its form.
    pub is_named: bool,
}

const fn place(id: &'static str, is_named: bool, write: fn(&Kind) -> String) -> Place {
    Place { id, write, is_named }
}

/// A Job up to the first fields of its container.
pub(crate) const CONTAINER: &str = "apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: a
        image: busybox
";

/// What a CronJob has at its places.
#[derive(Default)]
struct Parts {
    container: String,
    metadata: String,
    pod: String,
    image: String,
}

fn manifest(parts: &Parts) -> String {
    let image = if parts.image.is_empty() { "busybox" } else { &parts.image };
    format!(
        "apiVersion: batch/v1
kind: CronJob
metadata:
  name: a
{}spec:
  schedule: \"0 3 * * *\"
  backoffLimit: 2
  jobTemplate:
    spec:
      template:
        metadata:
          labels: {{app: a}}
        spec:
          restartPolicy: Never
{}          containers:
          - name: a
            image: {image}
{}",
        parts.metadata, parts.pod, parts.container
    )
}

fn container(text: String) -> String {
    manifest(&Parts { container: indented(&text, 12), ..Parts::default() })
}

fn metadata(text: String) -> String {
    manifest(&Parts { metadata: indented(&text, 2), ..Parts::default() })
}

fn pod(text: String) -> String {
    manifest(&Parts { pod: indented(&text, 10), ..Parts::default() })
}

fn lower(it: &Kind) -> String {
    it.name.to_lowercase()
}

/// The places; `is_named` is false where only its form tells that a text is a credential.
pub(crate) const PLACES: &[Place] = &[
    place("env", true, |it| container(format!("env:\n- name: {}\n  value: {}", it.name, json(&it.value)))),
    place("args", true, |it| {
        let value = json(&it.value);
        let flag = lower(it).replace('_', "-");
        container(format!("args: [\"--{flag}={}\", x]", &value[1..value.len() - 1]))
    }),
    place("args-apart", true, |it| container(format!("args: [\"--password\", {}]", json(&it.value)))),
    place("script", true, |it| {
        let script = format!(
            "export {}={}\ncurl -H \"Authorization: $X\" http://x | tee y\nrun.sh",
            it.name,
            shell(&it.value)
        );
        container(format!("command: [sh, -c]\nargs:\n- |\n{}", indented(&script, 2)))
    }),
    place("script-flags", true, |it| {
        let value = shell(&it.value);
        container(format!(
            "command: [sh, -c]\nargs:\n- {}",
            json(&format!("curl -u bob:{value} http://x | a; mysql -p{value}"))
        ))
    }),
    place("annotation", true, |it| {
        metadata(format!("annotations:\n  example.com/{}: {}", lower(it), json(&it.value)))
    }),
    place("label", true, |it| metadata(format!("labels:\n  {}: {}", lower(it), json(&it.value)))),
    place("volume", false, |it| {
        pod(format!("volumes:\n- name: v\n  hostPath: {{path: {}}}", json(&format!("/a/{}", it.value))))
    }),
    place("pull-secret", false, |it| pod(format!("imagePullSecrets: [{{name: {}}}]", json(&it.value)))),
    place("json", true, |it| {
        let object = serde_json::json!({lower(it): it.value, "a": 1}).to_string();
        container(format!("env:\n- name: CONFIG\n  value: {}", json(&object)))
    }),
    place("last-applied", true, |it| {
        let object = serde_json::json!({"spec": {"containers": [{"name": "a", "env": [{"name": it.name, "value": it.value}]}]}});
        metadata(format!("annotations:\n  kubectl.kubernetes.io/last-applied-configuration: |\n    {object}"))
    }),
    place("base64", true, |it| {
        container(format!("env:\n- name: {}_B64\n  value: {}", it.name, STANDARD.encode(&it.value)))
    }),
    place("block", true, |it| {
        let lines = indented(&format!("# c\n{}\nend", it.value), 4);
        container(format!("env:\n- name: {}\n  value: |\n{lines}", it.name))
    }),
    place("copies", true, |it| {
        let copy = json(&format!("pre-{}", it.value));
        container(format!(
            "env:\n- name: {}\n  value: {}\n- name: COPY\n  value: {copy}",
            it.name,
            json(&it.value)
        ))
    }),
    place("twice", true, |it| {
        let (one, two) = (json(&it.value), json(&format!("{}zz", it.value)));
        container(format!(
            "env:\n- name: {0}\n  value: {one}\n  value: {two}\n- name: {0}\n  value: {one}",
            it.name
        ))
    }),
    place("script-on-one-line", true, |it| {
        let script = format!("{}={} foo\nfor i in 1 2; do bar | baz; done", it.name, shell(&it.value));
        container(format!("command: [sh, -c, {}]", json(&script)))
    }),
    place("wrong-place", true, |it| {
        let value = json(&it.value);
        container(format!("{0}: {value}\nenvironment: {{{0}: {value}}}", it.name))
    }),
    place("wrong-type", true, |it| container(format!("env:\n  {}: {}", it.name, json(&it.value)))),
    place("image", false, |it| {
        manifest(&Parts { image: json(&format!("reg/{}:latest", it.value)), ..Parts::default() })
    }),
    place("one-string", true, |it| {
        container(format!("command: [{}]", json(&format!("app --password={} --x | y", shell(&it.value)))))
    }),
    place("comment", true, |it| {
        container(format!("# {}: {}\nenv: []", it.name, it.value.replace('\n', "\\n")))
    }),
    place("init-container", true, |it| {
        pod(format!(
            "initContainers:\n- name: b\n  image: a\n  env: [{{name: {}, value: {}}}]\n  args: [mysql, {}]",
            it.name,
            json(&it.value),
            json(&format!("-p{}", it.value))
        ))
    }),
    place("key-of-secret", false, |it| {
        let value = json(&it.value);
        container(format!(
            "env:\n- name: {}\n  valueFrom: {{secretKeyRef: {{name: {value}, key: {value}}}}}",
            it.name
        ))
    }),
    place("probe-header", true, |it| {
        let (path, value) = (json(&format!("/x?token={}", it.value)), json(&it.value));
        container(format!(
            "livenessProbe: {{httpGet: {{path: {path}, port: 80, httpHeaders: [{{name: Authorization, value: {value}}}]}}}}"
        ))
    }),
];

/// A way to break a manifest.
pub(crate) struct Damage {
    pub id: &'static str,
    pub apply: fn(&str) -> String,
}

const fn damage(id: &'static str, apply: fn(&str) -> String) -> Damage {
    Damage { id, apply }
}

pub(crate) const DAMAGES: &[Damage] = &[
    damage("whole", str::to_owned),
    damage("a line that is not indented", |it| format!("{it}       - x\n")),
    damage("a tab", |it| it.replace("\n  schedule", "\n\tschedule")),
    damage("an open bracket", |it| it.replace("labels: {app: a}", "labels: {app: a")),
    damage("an open quotation mark", |it| it.replace("restartPolicy: Never", "restartPolicy: \"Never")),
    damage("another kind", |it| {
        it.replace("batch/v1", "apps/v1").replace("CronJob", "Deployment") + "  x: y: z\n"
    }),
    damage("Windows line ends", |it| it.replace('\n', "\r\n") + "x: y: z\r\n"),
    damage("old Macintosh line ends", |it| it.replace('\n', "\r") + "x: y: z\r"),
    damage("half a file", |it| it.trim_end().trim_end_matches(['}', ']']).to_owned()),
];
