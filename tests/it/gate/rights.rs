//! Updates that give containers more of their node, or give it to more containers.

use crate::common::gate::{container, containers, cron_job, pod, policy, update};
use crate::common::review::{ask, denied};
use crate::gate::updates::{all_rules, neighbours};
use serde_json::{Value, json};

/// What a container may do is another defect with another value.
#[test]
fn a_worse_right_in_the_same_place_is_new() {
    let mut old = cron_job();
    containers(&mut old)[0]["securityContext"] = json!({"capabilities": {"add": ["NET_ADMIN"]}});
    pod(&mut old)["volumes"] = json!([{"name": "v", "hostPath": {"path": "/var/lib/app", "type": ""}}]);
    containers(&mut old)[0]["volumeMounts"] = json!([{"name": "v", "mountPath": "/data", "readOnly": true}]);
    let changed = |edit: &dyn Fn(&mut Value)| denied(&ask(&update(old.clone(), edit), &policy("strict")));
    let add =
        |it: &mut Value, list: Value| containers(it)[0]["securityContext"]["capabilities"]["add"] = list;
    assert_eq!(changed(&|it| add(it, json!(["SYS_ADMIN"]))), ["added-capabilities"]);
    assert_eq!(changed(&|it| add(it, json!(["NET_ADMIN", "SYS_ADMIN"]))), ["added-capabilities"]);
    assert_eq!(changed(&|it| it["spec"]["schedule"] = json!("0 3 * * *")), [""; 0]);
    assert_eq!(changed(&|it| add(it, json!(["NET_RAW"]))), ["added-capabilities"]);
    let path = |it: &mut Value, path: &str| pod(it)["volumes"][0]["hostPath"]["path"] = json!(path);
    assert_eq!(changed(&|it| path(it, "/etc")), ["host-path"]);
    // What was only read is written to.
    let writable = json!([{"name": "v", "mountPath": "/data"}]);
    assert_eq!(changed(&|it| containers(it)[0]["volumeMounts"] = writable.clone()), ["host-path"]);
    // Less is not worse.
    add(&mut old, json!(["NET_ADMIN", "SYS_ADMIN"]));
    let less = update(old, |it| add(it, json!(["SYS_ADMIN"])));
    assert_eq!(denied(&ask(&less, &policy("strict"))), [""; 0]);
}

/// Returns a CronJob with a volume of the node's `path`, and a mount of it in each of the containers.
fn with_volume(path: &str, mounts: &[(&str, Value)]) -> Value {
    let mut object = cron_job();
    pod(&mut object)["volumes"] = json!([{"name": "v", "hostPath": {"path": path, "type": ""}}]);
    *containers(&mut object) = mounts
        .iter()
        .map(|(name, mount)| {
            let mut container = container(name);
            container["volumeMounts"] = json!([{"name": "v", "mountPath": "/v"}]);
            container["volumeMounts"][0].as_object_mut().unwrap().extend(mount.as_object().unwrap().clone());
            container
        })
        .collect();
    object
}

/// A volume of the node is one defect, and each container that it reaches is another.
#[test]
fn a_path_of_the_node_that_reaches_further_is_new() {
    let read_only = json!({"readOnly": true});
    let part = |path: &str| json!({"subPath": path});
    let by_variable = json!({"subPathExpr": "$(POD)"});
    let spread = json!({"mountPropagation": "Bidirectional"});
    let recursive = json!({"readOnly": true, "recursiveReadOnly": "Enabled"});
    let elsewhere = json!({"mountPath": "/elsewhere"});
    let if_possible = json!({"readOnly": true, "recursiveReadOnly": "IfPossible"});
    let cases: [(&str, &Value, &Value, bool); 18] = [
        ("it is written to", &read_only, &json!({}), true),
        ("it is only read", &json!({}), &read_only, false),
        ("all of it in place of a part", &part("tmp"), &json!({}), true),
        ("a part in place of all of it", &json!({}), &part("tmp"), false),
        ("another part", &part("tmp"), &part("etc"), true),
        ("all of it in place of a part by name", &by_variable, &json!({}), true),
        ("a part by name in place of all of it", &json!({}), &by_variable, false),
        ("a part by name in place of another", &part("tmp"), &by_variable, true),
        ("what it mounts is mounted on the node", &json!({}), &spread, true),
        ("what it mounts stays its own", &spread, &json!({}), false),
        ("another directory of the container", &json!({}), &elsewhere, false),
        ("what is mounted below it is written to", &recursive, &read_only, true),
        ("what is mounted below it is only read", &read_only, &recursive, false),
        ("what is mounted below it may be written to", &recursive, &if_possible, true),
        ("it goes on to be written to below", &if_possible, &read_only, true),
        ("it may no longer be written to below", &read_only, &if_possible, false),
        ("all of it is written to", &recursive, &json!({}), true),
        ("nothing changes", &json!({}), &json!({}), false),
    ];
    for (rule, path) in [
        ("container-socket", "/var/run/docker.sock"),
        ("container-socket", "/run/containerd"),
        ("host-path", "/"),
        ("host-path", "/srv/data"),
    ] {
        let is_new = |old: &[(&str, Value)], new: &[(&str, Value)]| {
            let review = update(with_volume(path, old), |it| {
                *it = with_volume(path, new);
                it["spec"]["schedule"] = json!("0 3 * * *");
            });
            denied(&ask(&review, &policy("strict"))).contains(&rule)
        };
        for (what, old, new, expected) in cases {
            let found = is_new(&[("c", old.clone())], &[("c", new.clone())]);
            assert_eq!(found, expected, "{path}: {what}");
        }
        for mount in [json!({}), read_only.clone(), part("tmp")] {
            let mounted = |name| (name, mount.clone());
            let (c, d) = (mounted("c"), mounted("d"));
            let (only_c, only_d) = ([c.clone()], [d.clone()]);
            let (both, reversed) = ([c.clone(), d.clone()], [d, c]);
            assert!(is_new(&only_c, &both), "{path}: into a second container");
            assert!(is_new(&only_c, &reversed), "{path}: into a second container in front");
            assert!(is_new(&only_c, &only_d), "{path}: into another container");
            assert!(!is_new(&both, &reversed), "{path}: the containers are reordered");
            assert!(!is_new(&both, &only_d), "{path}: into one container less");
            // The volume was there, and no container used it.
            let mut review = update(with_volume(path, &only_c), |_| {});
            let old = &mut review["request"]["oldObject"];
            containers(old)[0].as_object_mut().unwrap().remove("volumeMounts");
            let found = denied(&ask(&review, &policy("strict")));
            assert!(found.contains(&rule), "{path}: into the first container");
        }
    }
}

/// A setting of the pod is the defect of each container that inherits it.
#[test]
fn a_container_that_inherits_a_defect_of_its_pod_is_new() {
    let unconfined = json!({"type": "Unconfined"});
    let confined = json!({"type": "RuntimeDefault"});
    let cases: [(&str, &str, Value, Value); 6] = [
        ("unconfined-seccomp", "seccompProfile", unconfined.clone(), confined.clone()),
        ("unconfined-apparmor", "appArmorProfile", unconfined, confined),
        ("unsafe-selinux-options", "seLinuxOptions", json!({"type": "spc_t"}), json!({"level": "s0:c1"})),
        ("unsafe-selinux-options", "seLinuxOptions", json!({"user": "root"}), json!({"type": "container_t"})),
        ("host-process", "windowsOptions", json!({"hostProcess": true}), json!({"hostProcess": false})),
        ("root-user", "runAsUser", json!(0), json!(1000)),
    ];
    for (rule, key, bad, good) in cases {
        let with = |names: &[&str]| {
            let mut object = cron_job();
            pod(&mut object)["securityContext"] = json!({key: bad});
            let named = names.iter().map(|name| {
                let mut container = container(name);
                container["securityContext"] = json!({});
                if name.starts_with("good") {
                    container["securityContext"][key] = good.clone();
                }
                container
            });
            *containers(&mut object) = named.collect();
            object
        };
        let is_new = |old: &[&str], new: &[&str]| {
            denied(&ask(&update(with(old), |it| *it = with(new)), &all_rules())).contains(&rule)
        };
        assert!(is_new(&["c"], &["c", "d"]), "{rule}: a second one inherits it");
        assert!(is_new(&["c"], &["d", "c"]), "{rule}: a second one in front inherits it");
        assert!(is_new(&["c", "good"], &["good", "d"]), "{rule}: another one inherits it");
        assert!(!is_new(&["c"], &["c", "good"]), "{rule}: the second one has its own");
        assert!(!is_new(&["c"], &["good", "c"]), "{rule}: the one in front has its own");
        assert!(!is_new(&["c", "d"], &["d", "c"]), "{rule}: they are reordered");
        assert!(!is_new(&["c", "d"], &["d"]), "{rule}: one goes");
        // What gets better is not denied for the rest.
        let review = update(with(&["c", "d"]), |it| containers(it)[1]["workingDir"] = json!("/work"));
        assert!(!denied(&ask(&review, &all_rules())).contains(&rule), "{rule}: nothing else changes");
    }
}

/// A container that was privileged had every right that it inherits.
#[test]
fn a_container_that_is_no_longer_privileged_inherits_nothing_new() {
    let mut old = cron_job();
    pod(&mut old)["securityContext"] = json!({"seccompProfile": {"type": "Unconfined"}});
    containers(&mut old).push(container("d"));
    containers(&mut old)[0]["securityContext"] = json!({});
    let review = update(old, |it| containers(it)[1]["securityContext"] = json!({}));
    assert_eq!(denied(&ask(&review, &policy("strict"))), [""; 0]);
}

/// Each container of a pod can use the namespaces of the node that the pod shares.
#[test]
fn a_container_that_shares_a_namespace_of_the_node_is_new() {
    for field in ["hostPID", "hostNetwork", "hostIPC"] {
        let mut old = neighbours();
        pod(&mut old)[field] = json!(true);
        let changed = |edit: &dyn Fn(&mut Vec<Value>)| {
            denied(&ask(&update(old.clone(), |it| edit(containers(it))), &policy("strict")))
        };
        let sound = |name: &str| {
            let mut sound =
                neighbours()["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][1].clone();
            sound["name"] = json!(name);
            sound["volumeMounts"] = json!([]);
            sound["ports"] = json!([]);
            sound
        };
        assert_eq!(changed(&|it| it.push(sound("more"))), ["host-namespaces"], "{field}");
        assert_eq!(changed(&|it| it.insert(0, sound("more"))), ["host-namespaces"], "{field}");
        assert_eq!(changed(&|it| it[1] = sound("another")), ["host-namespaces"], "{field}");
        assert_eq!(changed(&|it| it.reverse()), [""; 0], "{field}");
        assert_eq!(changed(&|it| drop(it.pop())), [""; 0], "{field}");
    }
}

/// On the network of the node each port of a container is one of the node.
#[test]
fn another_port_on_the_network_of_the_node_is_new() {
    let with = |ports: Value| {
        let mut object = cron_job();
        pod(&mut object)["hostNetwork"] = json!(true);
        containers(&mut object)[0]["ports"] = ports;
        object
    };
    let port = |number: u16| json!({"containerPort": number, "hostPort": number, "protocol": "TCP"});
    let named = |number: u16| json!({"name": "http", "containerPort": number, "hostPort": number});
    let is_new = |old: Value, new: Value| {
        let review = update(with(old), |it| *it = with(new));
        denied(&ask(&review, &policy("strict"))).contains(&"host-namespaces")
    };
    assert!(is_new(json!([]), json!([port(22)])), "the first one");
    assert!(is_new(json!([port(80)]), json!([port(80), port(22)])), "a further one");
    assert!(is_new(json!([port(80)]), json!([port(22)])), "another one");
    assert!(is_new(json!([named(80)]), json!([named(22)])), "another one under the same name");
    assert!(!is_new(json!([port(80), port(22)]), json!([port(22), port(80)])), "they are reordered");
    assert!(!is_new(json!([port(80), port(22)]), json!([port(22)])), "one goes");
}

/// Each of the options leaves the rules for containers in its own way.
#[test]
fn another_option_of_selinux_is_new() {
    let mut old = cron_job();
    let set = |it: &mut Value, options: Value| {
        containers(it)[0]["securityContext"] = json!({"seLinuxOptions": options})
    };
    set(&mut old, json!({"user": "system_u"}));
    let changed =
        |options: Value| denied(&ask(&update(old.clone(), |it| set(it, options)), &policy("strict")));
    assert_eq!(changed(json!({"user": "system_u", "role": "unconfined_r"})), ["unsafe-selinux-options"]);
    assert_eq!(changed(json!({"user": "system_u", "type": "spc_t"})), ["unsafe-selinux-options"]);
    assert_eq!(changed(json!({"user": "system_u", "level": "s0"})), [""; 0]);
}
