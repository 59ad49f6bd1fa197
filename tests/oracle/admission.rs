//! Pods and what a namespace has for them: made from chance, in and out of bounds.

use serde_json::{Map, Value, json};

use crate::generate::Generator;
use crate::words::*;

/// Makes pairs of a pod and a namespace.
pub(crate) struct Pairs {
    chance: Generator,
    minor: u8,
}

impl Pairs {
    /// Starts with a seed, for a judge of a minor.
    pub(crate) fn new(seed: u64, minor: u8) -> Self {
        Pairs { chance: Generator::new(seed), minor }
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.chance.below(count) == 0
    }

    fn word(&mut self, words: &str) -> String {
        let words: Vec<&str> = words.split_whitespace().collect();
        words[self.chance.below(words.len())].to_owned()
    }

    fn words(&mut self, words: &str, most: usize) -> Value {
        let count = self.chance.below(most + 1);
        (0..count).map(|_| Value::from(self.word(words))).collect()
    }

    fn flag(&mut self) -> Value {
        match self.chance.below(9) {
            0 => Value::Null,
            number => (number % 2 == 0).into(),
        }
    }

    /// Returns a pair.
    pub(crate) fn pair(&mut self) -> Value {
        let mut pair = Map::new();
        pair.insert("template".to_owned(), self.template());
        pair.insert("server".to_owned(), (29 + self.chance.below(9)).into());
        if !self.one_in(12) {
            pair.insert("enforce".to_owned(), self.word(LEVELS).into());
        }
        if !self.one_in(4) {
            pair.insert("version".to_owned(), self.word(VERSIONS).into());
        }
        // What is filled in is what the judge's own minor fills in.
        if self.one_in(2) {
            pair.insert("server".to_owned(), self.minor.into());
            if self.one_in(2) {
                pair.insert("overhead".to_owned(), self.list("cpu memory", 2));
            }
            if !self.one_in(4) {
                pair.insert("limitRange".to_owned(), self.limit_range());
            }
            if !self.one_in(4) {
                pair.insert("quota".to_owned(), self.quota());
            }
        }
        pair.into()
    }

    fn template(&mut self) -> Value {
        let is_good = self.one_in(2);
        let mut spec = Map::new();
        let all: Vec<Value> =
            ["a", "b", "c"].iter().map(|name| self.container(name, is_good, false)).collect();
        let count = 1 + self.chance.below(3);
        spec.insert("containers".to_owned(), all.into_iter().take(count).collect());
        if self.one_in(3) {
            let count = 1 + self.chance.below(3);
            let names = ["i", "j", "k"];
            let init = names[..count].iter().map(|name| self.container(name, is_good, true)).collect();
            spec.insert("initContainers".to_owned(), init);
        }
        if is_good || !self.one_in(3) {
            let context = self.pod_context(is_good);
            spec.insert("securityContext".to_owned(), context);
        }
        for name in ["hostNetwork", "hostPID", "hostIPC"] {
            if self.one_in(8) {
                spec.insert(name.to_owned(), self.flag());
            }
        }
        if self.one_in(4) {
            spec.insert("hostUsers".to_owned(), self.flag());
        }
        if self.one_in(6) {
            spec.insert("os".to_owned(), json!({"name": self.word("windows linux")}));
        }
        if self.one_in(3) {
            let count = self.chance.below(4);
            spec.insert("volumes".to_owned(), (0..count).map(|index| self.volume(index)).collect());
        }
        // A pod for Windows must not have any.
        if self.one_in(5) && spec.get("os").is_none_or(|os| os["name"] != "windows") {
            spec.insert("resources".to_owned(), self.resources("cpu memory hugepages-2Mi"));
        }
        if self.one_in(3) {
            let seconds = [0, 1, 600, 3600];
            spec.insert("activeDeadlineSeconds".to_owned(), self.chance.pick(&seconds).into());
        }
        if self.one_in(3) {
            spec.insert("priorityClassName".to_owned(), self.word("low high batch").into());
        }
        if self.one_in(4) {
            spec.insert("affinity".to_owned(), self.affinity());
        }
        let mut metadata = Map::new();
        if self.one_in(4) {
            metadata.insert("annotations".to_owned(), self.annotations());
        }
        json!({"metadata": metadata, "spec": spec})
    }

    fn annotations(&mut self) -> Value {
        let mut all = Map::new();
        for _ in 0..1 + self.chance.below(3) {
            let prefix = self.word(
                "container.apparmor.security.beta.kubernetes.io/ container.seccomp.security.alpha.kubernetes.io/",
            );
            let key = match self.chance.below(5) {
                0 => "seccomp.security.alpha.kubernetes.io/pod".to_owned(),
                _ => format!("{prefix}{}", self.word("a b i none")),
            };
            let values =
                ["runtime/default", "localhost/x", "unconfined", "docker/default", "", "a\"b\u{e9}\n"];
            all.insert(key, self.chance.pick(&values).into());
        }
        all.into()
    }

    /// What pods and containers have in common in their security contexts.
    fn context(&mut self, mut context: Map<String, Value>, rare: usize) -> Map<String, Value> {
        let mut set = |name: &str, value: Value| _ = context.insert(name.to_owned(), value);
        if self.one_in(rare) {
            set("runAsNonRoot", self.flag());
        }
        if self.one_in(rare) {
            let users = [json!(0), json!(1000), Value::Null];
            set("runAsUser", self.chance.pick(&users));
        }
        for name in ["seccompProfile", "appArmorProfile"] {
            if self.one_in(rare) {
                let profile = match self.chance.below(8) {
                    0 => Value::Null,
                    1 => json!({}),
                    _ => json!({"type": self.word(PROFILES)}),
                };
                set(name, profile);
            }
        }
        if self.one_in(2 * rare) {
            let mut options = Map::new();
            for (name, words) in [
                ("type", "container_t container_init_t container_engine_t container_kvm_t spc_t custom_t"),
                ("user", "user_u"),
                ("role", "role_r"),
                ("level", "s0"),
            ] {
                if self.one_in(2) {
                    options.insert(name.to_owned(), self.word(words).into());
                }
            }
            set("seLinuxOptions", options.into());
        }
        if self.one_in(2 * rare) {
            set("windowsOptions", json!({"hostProcess": self.flag()}));
        }
        context
    }

    fn pod_context(&mut self, is_good: bool) -> Value {
        let good = json!({"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}});
        let base = if is_good { good.as_object().cloned().unwrap_or_default() } else { Map::new() };
        let mut context = self.context(base, if is_good { 12 } else { 3 });
        if self.one_in(4) {
            let count = self.chance.below(4);
            let sysctls =
                (0..count).map(|_| json!({"name": self.word(SYSCTLS), "value": "1"})).collect::<Value>();
            context.insert("sysctls".to_owned(), sysctls);
        }
        context.into()
    }

    fn container(&mut self, name: &str, is_good: bool, is_init: bool) -> Value {
        let mut container = Map::new();
        let mut set = |name: &str, value: Value| _ = container.insert(name.to_owned(), value);
        set("name", name.into());
        set("image", "i".into());
        if is_init && self.one_in(3) {
            set("restartPolicy", "Always".into());
        }
        if is_good || !self.one_in(4) {
            set("securityContext", self.container_context(is_good));
        } else if self.one_in(3) {
            set("securityContext", Value::Null);
        }
        if !self.one_in(3) {
            set("resources", self.resources(RESOURCES));
        }
        if self.one_in(5) {
            let count = self.chance.below(3);
            let port = |it: &mut Self| {
                let mut port = Map::new();
                port.insert("containerPort".to_owned(), it.chance.pick(&[80, 8080, 9, 443]).into());
                if it.one_in(2) {
                    port.insert("hostPort".to_owned(), it.chance.pick(&[0, 80, 8080, 31000]).into());
                }
                Value::from(port)
            };
            set("ports", (0..count).map(|_| port(self)).collect());
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            if self.one_in(12) {
                set(probe, self.handler());
            }
        }
        if self.one_in(10) {
            let mut lifecycle = Map::new();
            for hook in ["postStart", "preStop"] {
                if self.one_in(2) {
                    lifecycle.insert(hook.to_owned(), self.handler());
                }
            }
            set("lifecycle", lifecycle.into());
        }
        container.into()
    }

    fn handler(&mut self) -> Value {
        let kind = self.word("httpGet tcpSocket exec");
        let mut handler = Map::new();
        if kind == "exec" {
            handler.insert("command".to_owned(), json!(["true"]));
        } else {
            handler.insert("port".to_owned(), 80.into());
            if self.one_in(2) {
                let hosts = ["", "10.0.0.1", "localhost", "example.com"];
                handler.insert("host".to_owned(), self.chance.pick(&hosts).into());
            }
        }
        json!({ kind: handler })
    }

    fn container_context(&mut self, is_good: bool) -> Value {
        let good = json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}});
        let base = if is_good { good.as_object().cloned().unwrap_or_default() } else { Map::new() };
        let rare = if is_good { 16 } else { 4 };
        let mut context = self.context(base, rare);
        let mut set = |name: &str, value: Value| _ = context.insert(name.to_owned(), value);
        if self.one_in(rare) {
            set("privileged", self.flag());
        }
        if self.one_in(rare) {
            set("allowPrivilegeEscalation", self.flag());
        }
        if self.one_in(rare) {
            let mut capabilities = Map::new();
            for list in ["add", "drop"] {
                if !self.one_in(3) {
                    capabilities.insert(list.to_owned(), self.words(CAPABILITIES, 3));
                }
            }
            set("capabilities", capabilities.into());
        }
        if self.one_in(2 * rare) {
            let mounts = [json!("Default"), json!("Unmasked"), json!("Other"), json!(""), Value::Null];
            set("procMount", self.chance.pick(&mounts));
        }
        context.into()
    }

    fn volume(&mut self, index: usize) -> Value {
        let mut volume = Map::new();
        volume.insert("name".to_owned(), format!("v{index}").into());
        let sources = [1, 1, 1, 1, 1, 1, 0, 2];
        for _ in 0..self.chance.pick(&sources) {
            let source = if self.one_in(12) { Value::Null } else { json!({}) };
            volume.insert(self.word(VOLUMES), source);
        }
        volume.into()
    }

    fn affinity(&mut self) -> Value {
        let mut affinity = Map::new();
        for kind in ["podAffinity", "podAntiAffinity"] {
            let term = match self.chance.below(4) {
                0 => json!({"topologyKey": "a", "namespaces": ["x"]}),
                1 => json!({"topologyKey": "a", "namespaceSelector": {}}),
                2 => json!({"topologyKey": "a", "namespaces": [], "namespaceSelector": null}),
                _ => json!({"topologyKey": "a"}),
            };
            let terms = match self.chance.below(3) {
                0 => json!({"requiredDuringSchedulingIgnoredDuringExecution": [term]}),
                1 => json!({
                    "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": term}]
                }),
                _ => continue,
            };
            affinity.insert(kind.to_owned(), terms);
        }
        affinity.into()
    }

    fn quantity(&mut self, resource: &str) -> Value {
        if self.one_in(60) {
            return self.word(HUGE).into();
        }
        let is_memory = ["memory", "storage", "hugepages"].iter().any(|it| resource.contains(it));
        let text = match resource {
            _ if resource.contains("cpu") => self.word(CPU),
            _ if is_memory => self.word(MEMORY),
            _ => self.word(COUNTS),
        };
        match text.parse::<i64>() {
            Ok(number) if self.one_in(4) => number.into(),
            _ => text.into(),
        }
    }

    fn list(&mut self, resources: &str, most: usize) -> Value {
        let mut list = Map::new();
        for _ in 0..=self.chance.below(most) {
            let resource = self.word(resources);
            let quantity = self.quantity(&resource);
            list.insert(resource, quantity);
        }
        list.into()
    }

    fn resources(&mut self, names: &str) -> Value {
        let mut resources = Map::new();
        for list in ["requests", "limits"] {
            match self.chance.below(6) {
                0 => {}
                1 => _ = resources.insert(list.to_owned(), self.chance.pick(&[Value::Null, json!({})])),
                _ => _ = resources.insert(list.to_owned(), self.list(names, 3)),
            }
        }
        resources.into()
    }

    fn limit_range(&mut self) -> Value {
        let count = 1 + self.chance.below(2);
        let item = |it: &mut Self| {
            let kind = it.word("Container Container Container Pod Pod PersistentVolumeClaim");
            let mut item = Map::new();
            for list in ["min", "max", "default", "defaultRequest", "maxLimitRequestRatio"] {
                if it.one_in(2) && (kind == "Container" || !list.starts_with("default")) {
                    let mut list_of =
                        it.list("cpu cpu memory ephemeral-storage example.com/gpu hugepages-2Mi", 2);
                    if list == "maxLimitRequestRatio" {
                        list_of =
                            json!({"cpu": it.word("1 1.5 2 3 10 4500m"), "memory": it.word("1 2 1.1 4")});
                    }
                    item.insert(list.to_owned(), list_of);
                }
            }
            item.insert("type".to_owned(), kind.into());
            Value::from(item)
        };
        json!({"limits": (0..count).map(|_| item(self)).collect::<Value>()})
    }

    fn quota(&mut self) -> Value {
        let mut quota = Map::new();
        let mut hard = Map::new();
        for _ in 0..1 + self.chance.below(5) {
            let name = self.word(HARD);
            let amount =
                if self.one_in(3) { self.word("2 5 3 16Gi 4Gi 10 0").into() } else { self.quantity(&name) };
            hard.insert(name, amount);
        }
        quota.insert("hard".to_owned(), hard.into());
        if self.one_in(3) {
            quota.insert("scopes".to_owned(), self.words(SCOPES, 2));
        }
        if self.one_in(4) {
            let operator = self.word("In NotIn Exists DoesNotExist");
            let mut expression = json!({"scopeName": "PriorityClass", "operator": operator});
            if operator.ends_with("In") {
                expression["values"] = json!([self.word("low high"), self.word("high batch")]);
            }
            quota.insert("scopeSelector".to_owned(), json!({"matchExpressions": [expression]}));
        }
        quota.into()
    }
}
