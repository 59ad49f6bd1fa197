use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::index;
use crate::manifest::document::Node;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::text::word_list::has_word_in_any_case;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "same-work-repeated",
        summary: "Every pod gets the same input",
        category: Category::Parallelism,
        severity: Severity::Info,
        confidence: Confidence::Low,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// Words for what hands each pod another piece of work.
const QUEUES: &str = "activemq amqp beanstalk broker celery gearman kafka nats pubsub queue queues rabbit rabbitmq \
    redis sidekiq sqs stream subscription tasks topic work worker workqueue";

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (job, field) = (pod.job, pod.job.completions());
    let Some(completions) = field.integer().filter(|&completions| completions > 1) else { return };
    // `index-without-indexed-mode` reports an index without the mode for it.
    let mode = job.completion_mode();
    let is_indexed = mode.is_set() && !mode.is("NonIndexed");
    // Each pod has another name.
    let is_told_apart = index::uses(pod).next().is_some() || index::uses_host_name(pod);
    if is_indexed || takes_from_queue(pod) || is_told_apart {
        return;
    }
    let pods = if completions == 2 { "both pods".to_owned() } else { format!("all {completions} pods") };
    reporter
        .report(field, format!("{pods} do the same work: nothing in the manifest gives them different input"))
        .help(
            "set `completionMode: Indexed` and read `JOB_COMPLETION_INDEX`, or remove `completions` if the \
             pods share a work queue",
        );
}

/// Whether a name, an image, a command or a variable mentions a queue.
fn takes_from_queue(pod: Pod<'_>) -> bool {
    let names =
        [pod.job.object.name(), pod.job.object.generate_name()].into_iter().filter_map(|it| it.node());
    let of_containers = pod.main_containers().flat_map(|container| {
        let variables = container.env().items().flat_map(|it| [it.field("name"), it.field("value")]);
        let sources = container
            .node
            .field("envFrom")
            .items()
            .flat_map(|it| [it.field("configMapRef.name"), it.field("secretRef.name")]);
        let fields = variables.chain(sources).chain([container.image(), container.name()]);
        container.command_line().chain(fields.filter_map(|it| it.node()).collect::<Vec<_>>())
    });
    let texts = names.chain(of_containers).filter_map(Node::text);
    texts
        .flat_map(|text| text.split(|it: char| !it.is_ascii_alphanumeric()))
        .any(|word| has_word_in_any_case(QUEUES, word))
}
