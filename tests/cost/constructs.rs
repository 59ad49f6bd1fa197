//! The constructs of manifests, each as a line that is repeated at a place.

/// A construct: `line` is repeated below `head` at `place`; `%` in it is a number.
pub(crate) struct Construct {
    /// What fails says this.
    pub name: &'static str,
    place: Place,
    head: &'static str,
    line: &'static str,
}

/// Where lines are repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `metadata`
    Metadata,
    /// The Job's `spec`.
    Spec,
    /// The pod's `metadata`.
    PodMetadata,
    /// The pod's `spec`.
    Pod,
    /// A container.
    Container,
    /// The list of containers.
    Containers,
    /// Behind the object.
    Behind,
    /// Before the `spec`, in the first column.
    Top,
    /// A script of `sh -c`, in as many containers as it needs.
    Script,
    /// A text of its own: the head, then lines.
    File,
    /// The same, with an `\r` alone at the end of each line.
    Returns,
    /// The same in brackets, on one line.
    OneLine,
}

use Place::{
    Behind, Container, Containers, File, Metadata, OneLine, Pod, PodMetadata, Returns, Script, Spec, Top,
};

const fn at(place: Place, name: &'static str, head: &'static str, line: &'static str) -> Construct {
    Construct { name, place, head, line }
}

/// Linux starts no program with a longer argument; longer scripts are not read.
const LONGEST_SCRIPT: usize = 120 << 10;

/// The beginning of a file that cannot be parsed, and of a long line in it.
const BROKEN: &str = "kind: Job\napiVersion: batch/v1\nx: y: z\na: ";

/// All constructs.
pub(crate) const ALL: &[Construct] = &[
    at(Container, "env", "env:", "- {name: V%, value: a}"),
    at(Container, "env: names that come twice", "env:", "- {name: V, value: a}"),
    at(Container, "env: variables in variables", "env:", "- {name: V%, value: $(V)$(W%)}"),
    at(
        Container,
        "env: keys of a Secret",
        "env:",
        "- {name: V%, valueFrom: {secretKeyRef: {name: s, key: k%}}}",
    ),
    at(
        Container,
        "env: resources of containers",
        "env:",
        "- {name: V%, valueFrom: {resourceFieldRef: {containerName: b%, resource: limits.cpu}}}",
    ),
    at(Container, "env: names that are refused", "env:", "- {name: '=%', value: a}"),
    at(Container, "env: values of wrong types", "env:", "- {name: V%, value: %}"),
    at(Container, "env: null", "env:", "- null"),
    at(Container, "env: fields that are not known", "env:", "- {name: V%, valeu: a}"),
    at(Container, "env: keys that come twice", "env:", "- {name: V%, value: a, value: b}"),
    at(Container, "env: passwords", "env:", "- {name: P%_PASSWORD, value: xK%k9Q2z}"),
    at(
        Container,
        "env: addresses with passwords",
        "env:",
        "- {name: V%, value: 'postgres://u:xK%k9Q2z@h/d'}",
    ),
    at(
        Container,
        "env: a value of keys without an end",
        "env:\n- name: V\n  value: |-",
        "    -----BEGIN PRIVATE KEY-----",
    ),
    at(Container, "env: a value of marks of passwords", "env:\n- name: V\n  value: >-", "    &password: "),
    at(Container, "env: a value of references without an end", "env:\n- name: V\n  value: >-", "    $(A"),
    at(Container, "args: a script of substitutions without an end", "command:\n- sh\n- -c\n- >-", "  $(a"),
    at(
        Container,
        "env: a password that is escaped in JSON",
        "env:\n- name: PASSWORD\n  value: >-",
        "    &<%&&&\"",
    ),
    at(Container, "env: passwords in JSON", "env:", "- {name: V%, value: '{\"password\":\"xK%k9Q2z\"}'}"),
    at(Container, "envFrom", "envFrom:", "- {secretRef: {name: s%}}"),
    at(Container, "args", "args:", "- --x=y"),
    at(Container, "args: flags with passwords", "args:", "- --password=xk9Q%zz"),
    at(Container, "args: variables that are not there", "args:", "- $(W%)"),
    at(Container, "args: numbers", "args:", "- %"),
    at(Container, "args: texts of lines", "args:", "- |\n  a b"),
    at(Container, "args: folded texts", "args:", "- >-\n  a\n  b"),
    at(Container, "ports", "ports:", "- {containerPort: 80, hostPort: 80}"),
    at(
        Container,
        "resources",
        "resources: {limits: {cpu: 1}}\nvolumeMounts:",
        "- {name: v%, mountPath: /a/%}",
    ),
    at(Container, "mounts of one path", "volumeMounts:", "- {name: v, mountPath: /a}"),
    at(Container, "fields that are not known", "env: []", "imagePullPolicy%: b"),
    at(
        Container,
        "suppressions of each line",
        "env:",
        "- {name: V%, valeu: a} # batchlint: ignore[unknown-field] why",
    ),
    at(
        Container,
        "suppressions above each line",
        "env:",
        "# batchlint: ignore[unknown-field] why\n- {name: V%, valeu: a}",
    ),
    at(Container, "comments", "env:", "- {name: V%, value: a} # why"),
    at(Containers, "containers", "", "- {name: c%, image: 'a:1'}"),
    at(Containers, "containers of one name", "", "- {name: c, image: 'a:latest'}"),
    at(
        Containers,
        "containers with scripts",
        "",
        "- {name: c%, image: 'a:1', command: [sh, -c, 'set -e; a | b; curl x > /y']}",
    ),
    at(
        Containers,
        "containers with broken scripts",
        "",
        "- {name: c%, image: 'a:1', command: [sh, -c, 'if <a>; then']}",
    ),
    at(
        Containers,
        "containers with variables",
        "",
        "- {name: c%, image: 'a:1', env: [{name: A, value: b}, {name: B, valueFrom: {resourceFieldRef: {containerName: c%, resource: limits.cpu}}}]}",
    ),
    at(
        Containers,
        "containers with mounts",
        "",
        "- {name: c%, image: 'a:1', volumeMounts: [{name: v%, mountPath: /a}], command: [sh, -c, 'mkdir /a/b']}",
    ),
    at(
        Containers,
        "containers with rights",
        "",
        "- {name: c%, image: a, securityContext: {privileged: true, runAsUser: 0}}",
    ),
    at(
        Containers,
        "containers with probes",
        "",
        "- {name: c%, image: a, livenessProbe: {httpGet: {port: x%}}}",
    ),
    at(
        Containers,
        "containers with an alias of a script",
        "- {name: a, image: 'a:1', command: [sh, -c, &s 'set -e; while true; do curl x | tee /y; sleep 1; done; mysql -pXk9zQ; a > /z']}",
        "- {name: c%, image: 'a:1', command: [sh, -c, *s]}",
    ),
    at(Containers, "containers that are refused", "", "- {name: 'c %', image: ''}"),
    at(Pod, "init containers", "initContainers:", "- {name: i%, image: 'a:1', command: [sh, -c, 'a | b']}"),
    at(Pod, "sidecars", "initContainers:", "- {name: i%, image: 'a:1', restartPolicy: Always}"),
    at(Pod, "volumes", "volumes:", "- {name: v%, emptyDir: {}}"),
    at(Pod, "volumes of one name", "volumes:", "- {name: v, emptyDir: {}}"),
    at(Pod, "volumes that are refused", "volumes:", "- {name: 'v %'}"),
    at(Pod, "folders of the node", "volumes:", "- {name: v%, hostPath: {path: /a/%}}"),
    at(Pod, "tolerations", "tolerations:", "- {key: k%, operator: Exists}"),
    at(Pod, "tolerations that are refused", "tolerations:", "- {key: 'k %', operator: Bad}"),
    at(Pod, "node selector", "nodeSelector:", "  k%: v"),
    at(
        Pod,
        "affinity to nodes",
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}\ntopologySpreadConstraints:",
        "- {maxSkew: 1, topologyKey: k%, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {a: b}}}",
    ),
    at(
        Pod,
        "affinity to pods",
        "affinity:\n  podAntiAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:",
        "    - {topologyKey: k%, labelSelector: {matchLabels: {a: b}}}",
    ),
    at(Pod, "pull secrets", "imagePullSecrets:", "- {name: s%}"),
    at(Pod, "host aliases", "hostAliases:", "- {ip: 10.0.0.1, hostnames: [a%]}"),
    at(
        PodMetadata,
        "annotations of pods",
        "annotations:",
        "  container.apparmor.security.beta.kubernetes.io/c%: unconfined",
    ),
    at(Metadata, "labels", "labels:", "  k%: v"),
    at(Metadata, "labels that are refused", "labels:", "  'k %': v v"),
    at(Metadata, "labels that come twice", "labels:", "  a: b"),
    at(Metadata, "annotations", "annotations:", "  k%: v"),
    at(Metadata, "annotations that are refused", "annotations:", "  'k %': 1"),
    at(
        Metadata,
        "annotations with sentences",
        "annotations:",
        "  a%: the password of app% is tulip, of root not",
    ),
    at(Metadata, "annotations with passwords", "annotations:", "  password%: xK%k9Q2z"),
    at(
        Metadata,
        "owners",
        "ownerReferences:",
        "- {apiVersion: v1, kind: A, name: a%, uid: u%, controller: true}",
    ),
    at(
        Metadata,
        "owners that are refused",
        "ownerReferences:",
        "- {apiVersion: '', kind: '', name: a%, uid: ''}",
    ),
    at(Metadata, "finalizers", "finalizers:", "- a.b/c%"),
    at(Metadata, "finalizers that are refused", "finalizers:", "- 'a b%'"),
    at(
        Metadata,
        "suppressions in an annotation",
        "annotations:\n  batchlint.dev/ignore: |",
        "    missing-ttl: why",
    ),
    at(Metadata, "merges that override", "annotations: &a {k: v}\nlabels:\n  <<: *a", "  k%: v"),
    at(
        Spec,
        "rules for failures",
        "podFailurePolicy:\n  rules:",
        "  - {action: Ignore, onExitCodes: {operator: In, values: [%]}}",
    ),
    at(
        Spec,
        "exit codes",
        "podFailurePolicy:\n  rules:\n  - action: Ignore\n    onExitCodes:\n      operator: In\n      values:",
        "      - %",
    ),
    at(
        Spec,
        "exit codes that come twice",
        "podFailurePolicy:\n  rules:\n  - action: Ignore\n    onExitCodes:\n      operator: In\n      values:",
        "      - 1",
    ),
    at(
        Spec,
        "conditions",
        "podFailurePolicy:\n  rules:\n  - action: Ignore\n    onPodConditions:",
        "    - {type: T%, status: 'True'}",
    ),
    at(Spec, "selector", "selector:\n  matchExpressions:", "  - {key: k%, operator: In, values: [a]}"),
    at(
        Spec,
        "selector that is refused",
        "selector:\n  matchExpressions:",
        "  - {key: 'k %', operator: Bad, values: [a]}",
    ),
    at(Spec, "fields that are not known, of a Job", "suspend: false", "key%: b"),
    at(Top, "suppressions above each other", "", "# batchlint: ignore[missing-ttl] why"),
    at(Behind, "comments behind the object", "", "# why"),
    at(Behind, "suppressions behind the object", "", "# batchlint: ignore[missing-ttl] why"),
    at(Behind, "suppressions of no rule", "", "# batchlint: ignore[nope-%] why"),
    at(
        File,
        "suppressions of many rules",
        "kind: Job\napiVersion: batch/v1\nspec: {}\n# batchlint: ignore[\\",
        "missing-ttl,\\",
    ),
    at(
        File,
        "items of a List",
        "apiVersion: v1\nkind: List\nitems:",
        "- {apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}",
    ),
    at(
        File,
        "items of a List with names",
        "apiVersion: v1\nkind: List\nitems:",
        "- {apiVersion: batch/v1, kind: Job, metadata: {name: a%}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}",
    ),
    at(
        File,
        "items of a List that start at one minute",
        "apiVersion: v1\nkind: List\nitems:",
        "- {apiVersion: batch/v1, kind: CronJob, metadata: {name: a%}, spec: {schedule: 0 3 * * *, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}}}",
    ),
    at(
        File,
        "items of a List with claims that several pods share",
        "apiVersion: v1\nkind: List\nitems:",
        "- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a%}, spec: {accessModes: [ReadWriteOnce]}}\n- {apiVersion: batch/v1, kind: Job, metadata: {name: a%}, spec: {parallelism: 2, template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}], volumes: [{name: a, persistentVolumeClaim: {claimName: a%}}]}}}}",
    ),
    at(
        File,
        "items of a List with neighbours",
        "apiVersion: v1\nkind: List\nitems:",
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: settings%, namespace: a%}, data: {key: a}}\n- {apiVersion: v1, kind: LimitRange, metadata: {name: a, namespace: a%}, spec: {limits: [{type: Pod, max: {cpu: 1}}]}}\n- {apiVersion: v1, kind: Service, metadata: {name: a, namespace: a%}, spec: {selector: {a: b%}, ports: [{port: 1}]}}\n- {apiVersion: batch/v1, kind: Job, metadata: {name: a, namespace: a%}, spec: {template: {metadata: {labels: {a: b%}}, spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1', env: [{name: A, valueFrom: {configMapKeyRef: {name: settings%, key: kye}}}, {name: B, valueFrom: {configMapKeyRef: {name: setings%, key: key}}}]}]}}}}",
    ),
    at(
        File,
        "items of a List that has all objects of some namespaces",
        "apiVersion: v1\nkind: List\nitems:",
        "- {apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: a%, uid: u}}\n- {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a, namespace: a%, uid: u}, subjects: [{kind: ServiceAccount, name: b%}]}\n- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: a%, uid: u}}\n- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a, namespace: a%, uid: u}, spec: {podSelector: {}, policyTypes: [Egress]}}\n- {apiVersion: batch/v1, kind: Job, metadata: {name: a, namespace: a%}, spec: {template: {spec: {restartPolicy: Never, serviceAccountName: c%, containers: [{name: a, image: 'a:1', command: [kubectl, get, pods]}]}}}}",
    ),
    at(
        File,
        "items of a List with NetworkPolicies of one namespace",
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: a, uid: u}}",
        "- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a%, namespace: a, uid: u}, spec: {podSelector: {matchLabels: {a: b%}}, policyTypes: [Egress]}}\n- {apiVersion: batch/v1, kind: Job, metadata: {name: a%, namespace: a}, spec: {template: {metadata: {labels: {a: b%}}, spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}",
    ),
    at(
        File,
        "items of a List with CronJobs that fill a quota",
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ResourceQuota, metadata: {name: a, namespace: a}, spec: {hard: {count/jobs.batch: 4}}}",
        "- {apiVersion: batch/v1, kind: CronJob, metadata: {name: a%, namespace: a}, spec: {schedule: '1 1 * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}}}",
    ),
    at(
        File,
        "items of a List with scripts in ConfigMaps",
        "apiVersion: v1\nkind: List\nitems:",
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts%, namespace: a}, data: {run.sh: \"fetch\\nload\\n\"}}\n- {apiVersion: batch/v1, kind: Job, metadata: {name: a%, namespace: a}, spec: {template: {spec: {restartPolicy: Never, volumes: [{name: v, configMap: {name: scripts%}}], containers: [{name: a, image: 'a:1', command: [sh, /s/run.sh], volumeMounts: [{name: v, mountPath: /s}]}]}}}}",
    ),
    at(
        File,
        "items of a List with suppressions",
        "apiVersion: v1\nkind: List\nitems:",
        "# batchlint: ignore[missing-ttl] why\n- {apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}",
    ),
    at(
        File,
        "items of a List with keys that come twice",
        "apiVersion: v1\nkind: List\nitems:",
        "- {apiVersion: batch/v1, kind: Job, metadata: {name: a, name: a}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}",
    ),
    at(
        File,
        "items of a JobList",
        "apiVersion: batch/v1\nkind: JobList\nitems:",
        "- {metadata: {name: a%}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}",
    ),
    at(
        File,
        "documents",
        "",
        "---\n{apiVersion: batch/v1, kind: Job, metadata: {name: a%}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}",
    ),
    at(
        File,
        "documents of CronJobs",
        "",
        "---\n{apiVersion: batch/v1, kind: CronJob, metadata: {name: a%}, spec: {schedule: '0 3 * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}}}",
    ),
    at(File, "documents that cannot be read", "kind: Job", "---\na: b: c"),
    at(File, "documents without anything", "kind: Job", "---"),
    at(File, "anchors", "kind: Job\napiVersion: batch/v1\nl:", "- &x% a\n- *x%"),
    at(File, "merges", "x: &x {k: v}\nkind: Job\napiVersion: batch/v1\nl:", "- {<<: *x, k: w}"),
    at(File, "blank lines", "kind: Job\napiVersion: batch/v1", ""),
    at(
        OneLine,
        "JSON on one line: keys that come twice",
        "{\"kind\":\"Job\",\"apiVersion\":\"batch/v1\",\"m\":{\"a\":1",
        ",\"a\":1",
    ),
    at(OneLine, "JSON on one line: a list", "{\"kind\":\"Job\",\"apiVersion\":\"batch/v1\",\"m\":[1", ",{}"),
    at(
        OneLine,
        "JSON on one line: containers",
        "{\"kind\":\"Job\",\"apiVersion\":\"batch/v1\",\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"é\"}",
        ",{\"name\":\"é%\",\"image\":\"a:latest\"}",
    ),
    at(
        OneLine,
        "JSON on one line: a List",
        "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[{}",
        ",{\"kind\":\"Job\",\"apiVersion\":\"batch/v1\",\"metadata\":{\"name\":\"a%\"},\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"a\",\"image\":\"a:1\"}]}}}}",
    ),
    at(Returns, "lines that end with CR: keys that come twice", "kind: Job\napiVersion: batch/v1", "a: b"),
    at(Returns, "lines that end with CR: comments", "kind: Job\napiVersion: batch/v1", "# why"),
    at(
        Returns,
        "lines that end with CR: suppressions",
        "kind: Job\napiVersion: batch/v1",
        "# batchlint: ignore[missing-ttl] why",
    ),
    at(OneLine, "marks without an end: ,password", BROKEN, ",password"),
    at(OneLine, "marks without an end: password ", BROKEN, "password "),
    at(OneLine, "marks without an end: password=$A;", BROKEN, "password=$A;"),
    at(OneLine, "marks without an end: A=b;", BROKEN, "A=b;"),
    at(OneLine, "marks without an end: -----END PRIVATE KEY", BROKEN, "-----END PRIVATE KEY"),
    at(OneLine, "marks without an end: -----BEGIN ", BROKEN, "-----BEGIN "),
    at(OneLine, "marks without an end: oracle:thin:a/", BROKEN, "oracle:thin:a/"),
    at(OneLine, "marks without an end: a:b@tcp(", BROKEN, "a:b@tcp("),
    at(OneLine, "marks without an end: Password=a1B2;", BROKEN, "Password=a1B2;"),
    at(OneLine, "marks without an end: 1:AA", BROKEN, "1:AA"),
    at(OneLine, "marks without an end: Bearer a1B2 ", BROKEN, "Bearer a1B2 "),
    at(OneLine, "marks without an end: https://a:b", BROKEN, "https://a:b"),
    at(OneLine, "marks without an end: identified by ", BROKEN, "identified by "),
    at(OneLine, "marks without an end: mysql -pa1B2 ", BROKEN, "mysql -pa1B2 "),
    at(OneLine, "marks without an end: [A_TOKEN,", BROKEN, "[A_TOKEN,"),
    at(OneLine, "marks without an end: %password", BROKEN, "(password"),
    at(OneLine, "marks without an end: x.atlasv1.", BROKEN, "x.atlasv1."),
    at(OneLine, "marks without an end: stringData: {", BROKEN, "stringData: {"),
    at(OneLine, "marks without an end: password: [[", BROKEN, "password: [["),
    at(OneLine, "marks without an end: password: {a: ", BROKEN, "password: {a: "),
    at(OneLine, "marks without an end: a:b@c:1,", BROKEN, "a:b@c:1,"),
    at(OneLine, "marks without an end: --user=", BROKEN, "--user="),
    at(OneLine, "marks without an end: n=pw val=$( ", BROKEN, "n=pw val=$( "),
    at(OneLine, "marks without an end: name=PASSWORD value=a ", BROKEN, "name=PASSWORD value=a "),
    at(OneLine, "marks without an end: val=secret ", BROKEN, "val=secret "),
    at(OneLine, "marks without an end: key=", BROKEN, "key="),
    at(OneLine, "marks without an end: -pkey=", BROKEN, "-pkey="),
    at(OneLine, "marks without an end: ^password", BROKEN, "^password"),
    at(OneLine, "marks without an end: -u $A ", BROKEN, "-u $A "),
    at(OneLine, "marks without an end: PASSWORD: $A ", BROKEN, "PASSWORD: $A "),
    at(OneLine, "marks without an end: echo a > password ", BROKEN, "echo a > password "),
    at(OneLine, "marks without an end: sudo -S ", BROKEN, "sudo -S "),
    at(OneLine, "marks without an end: login: a ", BROKEN, "login: a "),
    at(OneLine, "marks without an end: -u a -p ", BROKEN, "-u a -p "),
    at(OneLine, "marks without an end: a_secret: b ", BROKEN, "a_secret: b "),
    at(OneLine, "marks without an end: password|", BROKEN, "password|"),
    at(OneLine, "marks without an end: (password) values (", BROKEN, "(password) values ("),
    at(OneLine, "marks without an end: # password is ", BROKEN, "# password is "),
    at(OneLine, "marks without an end: # admin / ", BROKEN, "# admin / "),
    at(OneLine, "marks without an end: echo a login ", BROKEN, "echo a login "),
    at(OneLine, "marks without an end: connect('a', ", BROKEN, "connect('a', "),
    at(OneLine, "marks without an end: ; a auth ", BROKEN, "; a auth "),
    at(OneLine, "marks without an end: pw = \"x' ", BROKEN, "pw = \"x' "),
    at(OneLine, "marks without an end: case $PASSWORD in a ", BROKEN, "case $PASSWORD in a "),
    at(OneLine, "marks without an end: s|PASSWORD|", BROKEN, "s|PASSWORD|"),
    at(OneLine, "marks without an end: password: {{ default ", BROKEN, "password: {{ default "),
    at(OneLine, "marks without an end: # {{", "kind: Job\napiVersion: batch/v1\n# ", "{{"),
    at(OneLine, "marks without an end: PASSWORD=$word read ", BROKEN, "PASSWORD=$word read "),
    at(Script, "scripts in a directory", "cd /s", "sh ./run.sh; timeout 60 nice ./a%.sh"),
    at(Script, "script: commands for ftp", "", "ftp <<E\nuser a x%Y2"),
    at(
        OneLine,
        "marks without an end: {value: a}, {name: PASSWORD}, ",
        BROKEN,
        "{value: a}, {name: PASSWORD}, ",
    ),
    at(OneLine, "marks without an end: value: {name: PASSWORD, ", BROKEN, "value: {name: PASSWORD, "),
    at(OneLine, "marks without an end: secretKeyRef:{", BROKEN, "secretKeyRef:{"),
    at(File, "hiding: keys below question marks", "kind: Job\nx: y: z\n", "? password\n: a"),
    at(File, "hiding: comments with names", "kind: Job\nx: y: z\n", "# DB_PASSWORD"),
    at(File, "hiding: tables", "kind: Job\nx: y: z\n", "user,password"),
    at(File, "hiding: kinds of Secrets", "kind: Job\nx: y: z\n", "kind: Secret"),
    at(
        File,
        "hiding: Secrets in a script",
        "kind: Job\nx: y: z\na: |\n",
        "  kind: Secret\n  stringData: {a: b}",
    ),
    at(
        File,
        "hiding: scripts with Secrets",
        "kind: Job\nx: y: z\n",
        "a%: |\n  kind: Secret\n  stringData: {a: b}",
    ),
    at(
        File,
        "hiding: items with a dash too many",
        "kind: Job\nx: y: z\n",
        "- name: PASSWORD\n- value: a1B2c3D4",
    ),
    at(File, "hiding: names below their keys", "kind: Job\nx: y: z\n", "name:\n  PASSWORD"),
    at(File, "hiding: names broken over lines", "kind: Job\nx: y: z\n", "pass\\\n word"),
    at(Container, "args: passwords", "args:", "- --password=x%Y2"),
    at(
        Container,
        "args: passwords in variables",
        "env: [{name: A, value: x1Y2}]\nargs:",
        "- --password=$(A)",
    ),
    at(
        Container,
        "env: passwords in variables",
        "env:\n- {name: A, value: x1Y2}",
        "- {name: DB%_PASSWORD, value: $(A)}",
    ),
    at(Script, "script: passwords in variables", "", "P=x%Y2; mysql -p$P"),
    at(Script, "script: commands", "", "load a"),
    at(Script, "script: commands of one letter", "", "/; a; :; /; */; ./b; /; ://"),
    at(Script, "script: pipelines", "", "a | b | c > d"),
    at(Script, "script: loops", "", "while true; do curl x; sleep 1; done"),
    at(Script, "script: waits", "", "until curl x; do sleep 1; done"),
    at(Script, "script: functions", "", "f%() { f; exit 3; }; f%"),
    at(Script, "script: background jobs", "", "a & p%=$!; wait $p%"),
    at(Script, "script: lists of clients", "", "set -e; for x in $(oc get a%); do y%=$x; load $y%; done"),
    at(Script, "script: choices", "", "[ -f a% ] && b% || c%; find . -exec d% {} ';'"),
    at(Script, "script: variables", "", "echo \"$v%\" $w"),
    at(Script, "script: assignments", "", "a%=$a; export b%=c"),
    at(Script, "script: substitutions", "", "x=$(a | b) y=`c`"),
    at(Script, "script: conditions", "", "if [ -z \"$a%\" ]; then b; elif c; then d || exit 3; fi"),
    at(Script, "script: cases", "", "case $x in a|b) c;; *) d;; esac"),
    at(Script, "script: here-documents", "", "cat <<E\n$(a) ${b}\nE"),
    at(Script, "script: passwords", "", "mysql -pX%k9zQ"),
    at(Script, "script: scripts within", "", "eval 'mysql -pX%k9zQ'; ssh a 'echo b c'"),
    at(Script, "script: literals of a program", "", "python -c \"password='xK%k9Q'; connect(password='x')\""),
    at(Script, "script: functions that get passwords", "", "f%() { PGPASSWORD=$1 psql; }; f% xK%k9Q"),
    at(Script, "script: here-documents with settings", "", "cat > a <<E\npassword: $A\nE"),
    at(Script, "script: values that are printed", "", "P=$(echo xK%k9Q); export PGPASSWORD=${B:-$P}"),
    at(Container, "env: headers", "env:", "- {name: V%, value: 'Authorization: Bearer xK%k9Q2zAbCd'}"),
    at(Container, "env: base64", "env:", "- {name: V%, value: eyJkYiI6eyJwYXNzd29yZCI6Imh1bnRlcjIifX0K}"),
    at(Container, "env: logins", "env:", "- {name: V%, value: 'app:xK%k9Q2z@db:5432/shop'}"),
    at(
        Container,
        "args: variables in JSON",
        "args:",
        "- '{\"name\": \"P_PASSWORD\", \"value\": \"xK%k9Q2z\"}'",
    ),
    at(
        Metadata,
        "annotations with copies of manifests",
        "annotations:",
        "  a%: '{\"spec\": {\"containers\": [{\"args\": [\"--password=xK%k9Q2z\"]}]}}'",
    ),
    at(Script, "script: paths", "", "mkdir -p /a/b%/c; echo x >> /data/y%"),
    at(Script, "script: comments", "", "# why"),
];

impl Construct {
    /// Returns a text of about so many bytes.
    pub(crate) fn text(&self, bytes: usize) -> String {
        if self.place == Script {
            let scripts = bytes.div_ceil(LONGEST_SCRIPT);
            let script = self.lines(bytes / scripts, "          ", "\n");
            let container = |at: usize| {
                format!(
                    "      - name: s{at}\n        image: busybox:1.36\n        command: [sh, -c]\n        args:\n        - |\n{script}"
                )
            };
            return format!("{}{}", self.job(""), (0..scripts).map(container).collect::<String>());
        }
        match self.place {
            // A line that ends with a backslash goes on.
            File => {
                let text = format!("{}\n{}", self.head, self.lines(bytes, "", "\n"));
                if text.ends_with("\\\n") { text.replace("\\\n", "") + "missing-ttl] why\n" } else { text }
            }
            OneLine => self.head.to_owned() + &self.lines(bytes, "", "") + &closing(self.head),
            Returns => format!("{}\n{}", self.head, self.lines(bytes, "", "\n")).replace('\n', "\r"),
            _ => self.job(&self.lines(bytes, "", "\n")),
        }
    }

    /// Repeats the line.
    fn lines(&self, bytes: usize, indent: &str, end: &str) -> String {
        let mut text = String::new();
        for number in 1.. {
            if text.len() >= bytes {
                break;
            }
            for line in self.line.split('\n') {
                text += indent;
                text += &line.replace('%', &number.to_string());
                text += end;
            }
        }
        text
    }

    /// Returns a Job with lines at the place.
    fn job(&self, lines: &str) -> String {
        let put = |place: Place, indent: usize| {
            if self.place != place {
                return String::new();
            }
            let all = format!("{}\n{lines}", self.head);
            all.lines()
                .filter(|line| !line.is_empty())
                .map(|line| format!("{:indent$}{line}\n", ""))
                .collect()
        };
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n{}{}spec:\n  completions: 1\n{}  template:\n    metadata:\n      name: a\n{}    \
             spec:\n      restartPolicy: Never\n{}      containers:\n      - name: a\n        image: busybox:1.36\n{}{}{}",
            put(Metadata, 2),
            put(Top, 0),
            put(Spec, 2),
            put(PodMetadata, 6),
            put(Pod, 6),
            put(Container, 8),
            put(Containers, 6),
            put(Behind, 0),
        )
    }
}

/// Returns the brackets that close what a text leaves open.
fn closing(text: &str) -> String {
    let mut open = Vec::new();
    for character in text.chars() {
        match character {
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => _ = open.pop(),
            _ => {}
        }
    }
    open.into_iter().rev().collect()
}
