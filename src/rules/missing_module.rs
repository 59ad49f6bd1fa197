mod programs;

use std::rc::Rc;

use crate::diagnostic::meta::{Admission, Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::imports::{Language, imported_module};
use crate::facts::mounted_script::ConfigMaps;
use crate::manifest::document::Node;
use crate::manifest::image::Image;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::{Invocation, PodContext};
use crate::text::word_list::has_word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-module",
        summary: "The image does not have a module that the program imports",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        // A review has no ConfigMap.
        admission: Admission::Never,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::ConfigMaps(check),
};

/// Words that tell of a way to bring modules into a container.
const BRINGS: &str = "NODE_PATH PYTHONHOME PYTHONPATH PYTHONUSERBASE apk apt bun conda cp curl easy_install git install mamba mv \
    npm npx pip pip3 pipenv pipx pnpm poetry rsync tar unzip uv venv virtualenv wget yarn";

fn check(pod: Pod<'_>, maps: &ConfigMaps<'_>, reporter: &mut Reporter<'_>) {
    let mut containers = pod.containers().filter_map(|it| Some((it, language(it)?))).peekable();
    if containers.peek().is_none() || pod.containers().any(|it| it.command_line().any(brings)) {
        return;
    }
    let context = Rc::new(PodContext::new(pod));
    for (container, language) in containers.filter(|it| !may_have_modules(it.0)) {
        let Some(invocation) = Invocation::in_pod(container, &context) else { continue };
        let image = container.image().text().unwrap_or_default();
        for program in programs::of(&invocation, language, maps) {
            let Some(module) = imported_module(language, &program.text) else { continue };
            if program.has_neighbor(module) || words(&program.text).any(|it| has_word(BRINGS, it)) {
                continue;
            }
            let name = program.path.map_or("the program".to_owned(), |it| format!("`{it}`"));
            let message = format!(
                "{name} fails when it imports `{module}`: `{image}` does not have this module, and nothing in the pod installs it"
            );
            reporter.report(program.place, message).help(format!(
                "build an image from `{image}` in which the modules are installed, and run that"
            ));
            break;
        }
    }
}

/// Returns the language of whose programs a container's image has only the interpreter: one of the official images.
fn language(container: Container<'_>) -> Option<Language> {
    const MIRRORS: [&str; 4] =
        ["docker.io/library/", "docker.io/", "public.ecr.aws/docker/library/", "mirror.gcr.io/library/"];
    let image = Image::parse(container.image().text()?)?;
    let name = MIRRORS.iter().find_map(|it| image.name.strip_prefix(it)).unwrap_or(image.name);
    match name {
        "python" => Some(Language::Python),
        "node" => Some(Language::JavaScript),
        _ => None,
    }
}

/// Whether a volume or a variable can bring modules.
fn may_have_modules(container: Container<'_>) -> bool {
    let is_place = |path: &str| {
        ["/usr", "/opt", "/root", "/home", "/lib", "/node_modules"].iter().any(|it| path.starts_with(it))
            || ["packages", "node_modules", "venv", "deps"].iter().any(|it| path.contains(it))
    };
    let mut mounts = container.volume_mounts().items();
    let mut env = container.env().items();
    mounts.any(|it| it.field("mountPath").text().is_none_or(is_place))
        || env.any(|it| it.field("name").text().is_none_or(|it| has_word(BRINGS, it)))
        || container.node.field("workingDir").is_set()
}

fn brings(word: Node<'_>) -> bool {
    word.text().is_none_or(|it| words(it).any(|it| has_word(BRINGS, it)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !(it.is_ascii_alphanumeric() || it == '_'))
}
