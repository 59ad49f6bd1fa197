//! Labels, and what selects pods by them (`LabelSelector` in `k8s.io/apimachinery/pkg/apis/meta/v1`).

use crate::manifest::document::{Field, Node};

/// A label with its value.
pub type Label = (Box<str>, Box<str>);

/// Labels with their values.
pub type Labels = Box<[Label]>;

/// A `LabelSelector`.
#[derive(Clone, Debug)]
pub struct Selector {
    labels: Labels,
    expressions: Box<[Expression]>,
}

#[derive(Clone, Debug)]
struct Expression {
    key: Box<str>,
    operator: Operator,
    values: Box<[Box<str>]>,
}

#[derive(Clone, Copy, Debug)]
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

    /// Returns the keys of the labels that the selector looks at.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let labels = self.labels.iter().map(|(key, _)| &**key);
        labels.chain(self.expressions.iter().map(|it| &*it.key))
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
