//! Makes values of any type that Kubernetes has: typical ones, those at a limit, and wrong ones.

use std::collections::BTreeMap;

use batchlint::schema::{FieldType, Struct, Type};

use crate::tree::Tree;

/// Deeper than this no more parts are made.
const DEEPEST: usize = 7;

const NUMBERS: &str = r#"0 | 1 | 2 | 3 | 5 | 10 | 30 | -1 | -2147483648 | 100 | 255 | 256 | 300 | 511 | 512 | 600 | 1000 | 10000 | 10001 |
65535 | 65536 | 99999 | 100000 | 100001 | 2147483647 |
9223372036854775807 | -9223372036854775808 | 0644 | 0x1F"#;
const TEXTS: &str = r#""" | a | b | main | "0" | A | "a b" | "a/b" | "a.b" | "-a" | "a-" | "a_b" | "é" | "a\tb" | "<&>" | "../x" |
"..x" | "/x" | "a/../b" | "a:b" | "example.com/x" | "kubernetes.io/x" | " a" | "a=b" | "$(A)" | "😀" | "\u0007" |
"\u2028" | "a\nb" | "{}" | "." | ".." | "a,b" | "a'b" | "a\"b" | "a\\b""#;
const QUANTITIES: &str = r#"0 | 1 | "1" | 500m | 1m | 100u | 1n | 0.1 | "0.5" | 1.5 | 1Gi | 128Mi | 1.5Gi | 1e3 | "1e3" | 1E | 1k | 1M | -1 |
-1Gi | -500m | 0.0001 | 1.0001 | 9223372036854775807 | 9223372036854775808 |
"99999999999999999999" | 1Ei | 10Ei | 100E | 1.005 | 3m | 2Mi | 1536Mi | +1 | ".5" | "5." | 1e-3 | 12e6 | 1024 |
0.3Ki | "1e400" | 5e-1"#;
const KEYS: &str = r#"a | cpu | memory | ephemeral-storage | hugepages-2Mi | hugepages-1Gi | hugepages-x | example.com/gpu | storage |
pods | requests.cpu | kubernetes.io/x | requests.example.com/gpu | kubernetes.io/os | beta.kubernetes.io/os |
job-name | batch.kubernetes.io/job-name | controller-uid | batch.kubernetes.io/controller-uid | a b | -a |  |
A/b | a/b/c | seccomp.security.alpha.kubernetes.io/pod | container.seccomp.security.alpha.kubernetes.io/main |
container.apparmor.security.beta.kubernetes.io/main | scheduler.alpha.kubernetes.io/critical-pod |
scheduler.alpha.kubernetes.io/tolerations | controller.kubernetes.io/pod-deletion-cost |
kubernetes.io/config.mirror | security.alpha.kubernetes.io/sysctls |
batch.kubernetes.io/cronjob-scheduled-timestamp"#;
const PORTS: &str = r#"http | "80" | "" | "a--b" | HTTP | "-a" | null"#;
const TIMES: &str =
    r#""2026-01-02T03:04:05Z" | "2026-01-02" | 2026-01-02T03:04:05Z | "" | "2026-13-02T03:04:05Z" | 5"#;
const WRONG: &str = r#"null | {} | [] | [a] | {a: b} | true | yes | 5 | "5" | ~ | "true" | [null] | [{}] | [[]] | -1 | x |
1.0 | 1.5 | 1e3 | 1e-3 | -0 | 0o17 | 1_000 | 08 | +5 | 2147483648 | 4294967296 | 4294967297 | 9223372036854775808 |
18446744073709551616 | 1K | 1gb | "1 Gi" | abc | 0x10 | "" | 1e400 | .5 | 5. | 0b11 | 0.1e1 | "1e400" | 1:30"#;

/// Makes values, from chance and from what it has seen.
pub(crate) struct Generator {
    state: u64,
    /// What fields had in manifests: by struct and field, and scalars by type too.
    seen: BTreeMap<String, Vec<Tree>>,
}

impl Generator {
    /// Starts with a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Generator { state: seed, seen: BTreeMap::new() }
    }

    /// Returns a number below `end` (SplitMix64).
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    /// Returns one of several.
    pub(crate) fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    /// Returns one of a list of words.
    fn word(&mut self, list: &'static str) -> &'static str {
        let words: Vec<&str> = list.split('|').map(str::trim).collect();
        self.pick(&words)
    }

    /// Remembers the values of a manifest.
    pub(crate) fn learn(&mut self, tree: &Tree, kind: &Type) {
        match (tree, kind) {
            (Tree::List(items), Type::List { element, .. }) => {
                items.iter().for_each(|it| self.learn(it, element))
            }
            (Tree::Map(entries), Type::Map { value, .. }) => {
                entries.iter().for_each(|it| self.learn(&it.1, value))
            }
            (Tree::Map(entries), Type::Struct(within)) => {
                for (name, child) in entries {
                    if let Some(field) = within.any_minor(name) {
                        self.remember(format!("{}.{name}", within.go_name), child);
                        self.learn(child, &field.kind);
                    }
                }
            }
            (Tree::Scalar(_), kind) => self.remember(kind.go_type().to_owned(), tree),
            _ => {}
        }
    }

    fn remember(&mut self, name: String, tree: &Tree) {
        let seen = self.seen.entry(name).or_default();
        if seen.len() < 400 {
            seen.push(tree.clone());
        }
    }

    fn recall(&mut self, name: &str) -> Option<Tree> {
        let count = self.seen.get(name).map_or(0, Vec::len);
        (count > 0).then(|| self.below(count)).map(|at| self.seen[name][at].clone())
    }

    /// Makes a value of a type; `name` is its struct and field, as it was learned.
    pub(crate) fn value(&mut self, kind: &Type, name: &str, depth: usize) -> Tree {
        let text = |text: &str| Tree::Scalar(text.to_owned());
        if self.below(40) == 0 {
            return text(self.word(WRONG));
        }
        if self.below(5) < 2
            && let Some(seen) = self.recall(name)
        {
            return seen;
        }
        match kind {
            Type::String { go_type } if self.below(2) == 0 => {
                self.recall(go_type).unwrap_or_else(|| text("a"))
            }
            Type::String { .. } if self.below(12) == 0 => {
                let length = self.pick(&[15, 16, 52, 53, 63, 64, 65, 128, 253, 254, 4096]);
                text(&"a".repeat(length))
            }
            Type::String { .. } => text(self.word(TEXTS)),
            Type::Bool => text(self.word("true | true | false")),
            Type::Int32 | Type::Int64 => text(self.word(NUMBERS)),
            Type::Quantity => text(self.word(QUANTITIES)),
            Type::Time => text(self.word(TIMES)),
            Type::IntOrString if self.below(2) == 0 => text(self.word(NUMBERS)),
            Type::IntOrString => text(self.word(PORTS)),
            Type::Any => text("{}"),
            Type::List { element, .. } => {
                let count = self.pick(&[0, 1, 1, 1, 2, 2, 3, 4]);
                Tree::List((0..count).map(|_| self.value(element, &format!("{name}[]"), depth + 1)).collect())
            }
            Type::Map { .. } => {
                let count = self.pick(&[0, 1, 1, 2, 3]);
                Tree::Map((0..count).map(|_| self.entry(kind, depth)).collect())
            }
            Type::Struct(within) => self.object(within, depth),
        }
    }

    /// Makes an entry for a mapping of a type.
    pub(crate) fn entry(&mut self, kind: &Type, depth: usize) -> (String, Tree) {
        match kind {
            Type::Struct(within) if !self.fields(within).is_empty() => {
                let fields = self.fields(within);
                let field = self.pick(&fields);
                let name = format!("{}.{}", within.go_name, field.name);
                (field.name.to_owned(), self.value(&field.kind, &name, depth + 1))
            }
            Type::Map { value, .. } => (self.word(KEYS).to_owned(), self.value(value, "", depth + 1)),
            _ => ("a".to_owned(), Tree::Scalar("b".to_owned())),
        }
    }

    fn fields(&self, within: &'static Struct) -> Vec<&'static FieldType> {
        // What servers write themselves is not checked here: `status`, and of metadata the managed fields.
        let is_ours = |field: &&FieldType| !matches!(field.name, "status" | "managedFields");
        within.fields().iter().filter(is_ours).collect()
    }

    /// Makes an object: what its type always has in manifests, and some of the rest.
    fn object(&mut self, within: &'static Struct, depth: usize) -> Tree {
        let fields = self.fields(within);
        let mut entries = Vec::new();
        for field in &fields {
            let name = format!("{}.{}", within.go_name, field.name);
            let is_usual = matches!(
                field.name,
                "name" | "key" | "operator" | "path" | "type" | "image" | "mountPath" | "action"
            );
            let wanted = if is_usual { 8 } else { 24 / fields.len().max(3) };
            if self.below(10) < wanted && (depth < DEEPEST || !matches!(field.kind, Type::Struct(_))) {
                entries.push((field.name.to_owned(), self.value(&field.kind, &name, depth + 1)));
            }
        }
        Tree::Map(entries)
    }
}
