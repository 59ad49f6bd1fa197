//! Commands that ask a server for a credential and print it: `vault kv get`, `kubectl get secret … -o yaml`.

use super::secret::promise::promise;
use crate::text::word_list::has_word;
use crate::value::program::base_name;

/// Commands that print a credential, whatever else they are told.
const COMMANDS: [&str; 16] = [
    "aws ecr get-authorization-token",
    "aws ecr get-login-password",
    "aws iam create-access-key",
    "aws secretsmanager get-secret-value",
    "aws sts assume-role",
    "az account get-access-token",
    "az keyvault secret show",
    "gcloud auth print-access-token",
    "gcloud auth print-identity-token",
    "gcloud secrets versions access",
    "gh auth token",
    "kubectl create token",
    "oc create token",
    "op read",
    "vault kv get",
    "vault operator init",
];

/// Options with which they print something else, or print it elsewhere.
const OTHER_OUTPUT: [&str; 6] =
    ["--help", "--out-file", "--output-file", "-pgp-keys", "-status", "-wrap-ttl"];

/// Options that pick one of several values.
const PICKS: [&str; 3] = ["--query", "-field", "--field"];

/// Options that name the format of what is printed.
const FORMATS: [&str; 3] = ["-o", "--output", "--template"];

/// Returns what messages call a command if it prints a credential that it has asked for. The words are the program and its
/// arguments.
pub(crate) fn fetched_credential<'w>(words: &'w [impl AsRef<str>]) -> Option<&'w str> {
    let words: Vec<&'w str> = words.iter().map(AsRef::as_ref).collect();
    let (program, arguments) = words.split_first()?;
    let has_other = arguments.iter().any(|it| OTHER_OUTPUT.iter().any(|option| it.starts_with(option)));
    if has_other || option(arguments, &FORMATS).is_some_and(|it| it == "none") {
        return None;
    }
    let program = base_name(program);
    let is_run = |command: &&&str| {
        let Some((_, verbs)) = command.split_once(' ').filter(|(name, _)| *name == program) else {
            return false;
        };
        let verbs: Vec<&str> = verbs.split(' ').collect();
        arguments.windows(verbs.len()).any(|it| it == verbs)
    };
    if matches!(program, "kubectl" | "oc") && prints_secret(arguments) {
        return Some(if program == "oc" { "oc get secret" } else { "kubectl get secret" });
    }
    let command = COMMANDS.iter().find(is_run)?;
    option(arguments, &PICKS).is_none_or(is_credential).then_some(*command)
}

/// Whether `kubectl get` prints the values of Secrets.
fn prints_secret(arguments: &[&str]) -> bool {
    let Some(at) = arguments.iter().position(|it| *it == "get") else { return false };
    let is_kind = arguments.get(at + 1).is_some_and(|it| {
        it.split(',').any(|it| it.split('/').next().is_some_and(|it| has_word("secret secrets", it)))
    });
    let Some(format) = option(arguments, &FORMATS).filter(|_| is_kind) else { return false };
    let template = option(arguments, &["--template"]).unwrap_or(format);
    match format {
        "yaml" | "json" => true,
        _ if template.contains("{{") => template.contains("base64decode"),
        _ => template.split_once(".data").is_some_and(|(_, key)| {
            let key = key.trim_matches(['}', '.', '[', ']', '\'', '"', '*', '\\']).replace("\\.", "_");
            let is_known = has_word("dockerconfigjson tls_key", key.trim_start_matches(['.', '_']));
            key.is_empty() || is_known || promise(&key.replace('-', "_")).is_some()
        }),
    }
}

/// Whether a path into what is printed, or the name of a value, is that of a credential.
fn is_credential(path: &str) -> bool {
    let last = path.rsplit(['.', '/']).next().unwrap_or(path);
    has_word("SecretString value data", last) || promise(last).is_some()
}

/// Returns the value of the first of some options that is given.
fn option<'w>(arguments: &[&'w str], names: &[&str]) -> Option<&'w str> {
    arguments.iter().enumerate().find_map(|(at, word)| {
        names.iter().find_map(|name| {
            let rest = word.strip_prefix(name)?;
            let is_joined = *name == "-o" && !rest.is_empty();
            match rest.strip_prefix('=') {
                Some(value) => Some(value),
                None if is_joined => Some(rest),
                None => arguments.get(at + 1).copied().filter(|_| rest.is_empty()),
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(command: &str) -> Option<String> {
        let words: Vec<&str> = command.split_whitespace().collect();
        fetched_credential(&words).map(str::to_owned)
    }

    #[test]
    fn commands_that_print_a_credential() {
        for (command, title) in [
            ("vault kv get secret/registry", "vault kv get"),
            ("vault -namespace=shop kv get -field=password secret/registry", "vault kv get"),
            ("/usr/bin/vault operator init -key-shares=1", "vault operator init"),
            ("kubectl -n shop get secret registry -o yaml", "kubectl get secret"),
            ("kubectl get secrets -ojson", "kubectl get secret"),
            ("oc get secret/db --output=jsonpath={.data.password}", "oc get secret"),
            ("kubectl get secret db -o jsonpath={.data}", "kubectl get secret"),
            ("kubectl get secret db -o jsonpath={.data.admin-password}", "kubectl get secret"),
            ("kubectl get secret db --template={{.data.password|base64decode}}", "kubectl get secret"),
            ("kubectl get secret pull -o jsonpath={.data.\\.dockerconfigjson}", "kubectl get secret"),
            ("kubectl get secret web -o jsonpath={.data['tls\\.key']}", "kubectl get secret"),
            ("kubectl create token deployer", "kubectl create token"),
            (
                "aws --region eu-west-1 secretsmanager get-secret-value --secret-id db",
                "aws secretsmanager get-secret-value",
            ),
            (
                "aws secretsmanager get-secret-value --secret-id db --query SecretString --output text",
                "aws secretsmanager get-secret-value",
            ),
            ("gcloud secrets versions access latest --secret=db", "gcloud secrets versions access"),
        ] {
            assert_eq!(fetched(command).as_deref(), Some(title), "{command}");
        }
    }

    #[test]
    fn commands_that_print_something_else() {
        for command in [
            "vault kv metadata get secret/registry",
            "vault kv get -field=host secret/db",
            "vault kv put secret/registry password=x",
            "vault operator init -status",
            "kubectl get secret registry",
            "kubectl get secret registry -o name",
            "kubectl get secret registry -o jsonpath={.metadata.name}",
            "kubectl get secret tls -o jsonpath={.data.tls\\.crt}",
            "kubectl get secret db -o jsonpath={.data.username}",
            "kubectl get secret db -o go-template={{range$k,$v:=.data}}{{$k}}{{end}}",
            "kubectl get configmap settings -o yaml",
            "kubectl get secretproviderclasses -o yaml",
            "kubectl describe secret registry",
            "aws secretsmanager get-secret-value --secret-id db --query ARN",
            "aws iam create-access-key --query AccessKey.AccessKeyId",
            "aws secretsmanager list-secrets",
            "gcloud secrets versions access latest --secret=db --out-file=/tmp/db",
            "az keyvault secret show --vault-name shop --name db --output none",
        ] {
            assert_eq!(fetched(command), None, "{command}");
        }
    }
}
