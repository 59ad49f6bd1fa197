//! Labels, and what selects pods by them (`LabelSelector` in `k8s.io/apimachinery/pkg/apis/meta/v1`).

use crate::manifest::document::{Field, Node};
use crate::text::placeholder::is_placeholder;

/// A label with its value.
pub type Label = (Box<str>, Box<str>);

/// Labels with their values.
pub type Labels = Box<[Label]>;

/// A `LabelSelector`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    labels: Labels,
    expressions: Box<[Expression]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Expression {
    key: Box<str>,
    operator: Operator,
    values: Box<[Box<str>]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

/// Reads labels.
pub fn labels(field: Field<'_>) -> Labels {
    field.entries().filter_map(|it| Some((it.key.into(), it.value.text()?.into()))).collect()
}

/// Whether labels have all of some others, of which there are any.
pub fn has_all(labels: &Labels, wanted: &Labels) -> bool {
    !wanted.is_empty() && wanted.iter().all(|it| labels.contains(it))
}

impl Selector {
    /// Reads a selector; `None` where its operators are not known.
    pub(super) fn read(node: Node<'_>) -> Option<Self> {
        let expressions = node.field("matchExpressions").items().map(|it| {
            let operator = match it.field("operator").text()? {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                _ => return None,
            };
            let values = it.field("values").items().filter_map(Node::text).map(Into::into).collect();
            Some(Expression { key: it.field("key").text()?.into(), operator, values })
        });
        Some(Selector {
            labels: labels(node.field("matchLabels")),
            expressions: expressions.collect::<Option<_>>()?,
        })
    }

    /// Whether it may select the pods of a Job or CronJob of this name by the labels that the Job controller gives them.
    pub(super) fn may_ask_for_job(&self, name: &str) -> bool {
        let is_of_job = |key: &str| key.ends_with("job-name") || key.starts_with("batch.kubernetes.io/");
        let is_open = name.is_empty() || is_placeholder(name);
        // The Jobs of a CronJob have a number after its name.
        let may_be =
            |it: &str| it.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        let may_be_any = |key: &str, mut values: Box<dyn Iterator<Item = &str> + '_>| {
            is_of_job(key) && (is_open || !key.ends_with("job-name") || values.any(may_be))
        };
        let labels = self.labels.iter();
        let mut expressions = self.expressions.iter();
        labels.into_iter().any(|(key, value)| may_be_any(key, Box::new(std::iter::once(&**value))))
            || expressions.any(|it| match it.operator {
                Operator::In => may_be_any(&it.key, Box::new(it.values.iter().map(|it| &**it))),
                _ => is_of_job(&it.key),
            })
    }

    /// Whether the selector selects pods with these labels; an empty one selects all.
    pub fn selects(&self, labels: &Labels) -> bool {
        self.labels.iter().all(|it| labels.contains(it)) && self.expressions.iter().all(|it| it.holds(labels))
    }
}

impl Expression {
    fn holds(&self, labels: &Labels) -> bool {
        let value = labels.iter().find(|(key, _)| *key == self.key).map(|(_, value)| value);
        let is_listed = value.is_some_and(|it| self.values.contains(it));
        match self.operator {
            Operator::In => is_listed,
            Operator::NotIn => !is_listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}
