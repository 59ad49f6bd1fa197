use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::host_path::{is_of_system, is_runtime_socket};
use crate::manifest::document::Field;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub static RULE: Rule = Rule {
    meta: Meta {
        id: "host-path",
        summary: "The pods work on files of their node",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/host-path.md"),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut found: Vec<_> = pod.volumes().items().filter_map(|volume| path_with_use(pod, volume)).collect();
    found.sort_by_key(|&(_, _, worst)| std::cmp::Reverse(worst));
    let mut found = found.into_iter();
    let Some((field, path, worst)) = found.next() else { return };
    let message = match worst {
        Use::TakesOver => {
            format!("whoever controls the pods controls their node: they write to its `{path}`")
        }
        Use::Writes => format!("the pods write to `{path}` of whichever node they land on"),
        Use::Reads => format!("the pods read `{path}` of whichever node they land on"),
    };
    let finding = reporter.report(field, message);
    finding.help("keep files in a PersistentVolumeClaim, a ConfigMap or an `emptyDir`, and mount what has to be the node's `readOnly`");
    for (field, path, _) in found {
        finding.related(field, format!("`{path}` of the node too"));
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Reads,
    Writes,
    TakesOver,
}

/// Returns the path of the node in a volume, and the worst that the containers can do with it.
fn path_with_use<'d>(
    pod: Pod<'d>,
    volume: crate::manifest::document::Node<'d>,
) -> Option<(Field<'d>, &'d str, Use)> {
    let field = volume.field("hostPath.path");
    let path = field.text().filter(|path| !is_runtime_socket(path))?;
    let name = volume.field("name").text();
    let mut mounts = pod.containers().flat_map(|container| container.volume_mounts().items());
    let writes =
        mounts.any(|it| it.field("name").text() == name && it.field("readOnly").boolean() != Some(true));
    Some(match writes {
        true if is_of_system(path) => (field, path, Use::TakesOver),
        true => (field, path, Use::Writes),
        false => (field, path, Use::Reads),
    })
}
