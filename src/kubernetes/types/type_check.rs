//! Holds an object against the types of Kubernetes: fields that no type has, and values of another type.

use crate::manifest::document::{Entry, Node, Value};
use crate::manifest::workload::{Kind, Object};
use crate::schema;
use crate::schema::version::Version;
use crate::schema::{Struct, Type};

/// Something that the types of Kubernetes do not allow.
#[derive(Clone, Copy)]
pub enum TypeError<'d> {
    /// A field that the type does not have in this minor.
    UnknownField {
        /// The object around it.
        object: Object<'d>,
        /// The field.
        entry: Entry<'d>,
        /// The type that lacks it.
        within: &'static Struct,
    },
    /// A value of another type than the field takes.
    WrongType {
        /// The value.
        node: Node<'d>,
        /// The type that the field takes.
        expected: &'static Type,
    },
}

/// Walks an object next to its type and calls `found` for every problem, in the order of the text.
pub fn check<'d>(object: Object<'d>, version: Version, found: &mut dyn FnMut(TypeError<'d>)) {
    Walk { object, minor: version.minor, found }.walk_struct(object.node, root(object.kind));
}

/// Returns the type of a whole object; that of `batch/v1` stands for the versions before it too.
pub fn root(kind: Kind) -> &'static Struct {
    match kind {
        Kind::Job => schema::job(),
        Kind::CronJob => schema::cron_job(),
    }
}

/// Returns the type that Kubernetes has for a node of an object; nothing below a field that the minor does not know.
pub fn type_of(node: Node<'_>, object: Object<'_>, minor: u8) -> Option<Type> {
    if node == object.node {
        return Some(Type::Struct(root(object.kind)));
    }
    type_within(type_of(node.parent()?, object, minor)?, node.key(), minor)
}

/// Returns the type of what stands under a key in a value of a type, or in a list of that type without a key.
pub fn type_within(around: Type, key: Option<&str>, minor: u8) -> Option<Type> {
    match (around, key) {
        (Type::Struct(within), Some(key)) => within.field(key, minor).map(|field| field.kind),
        (Type::Map { value, .. }, Some(_)) => Some(*value),
        (Type::List { element, .. }, None) => Some(*element),
        _ => None,
    }
}

struct Walk<'d, 'f> {
    object: Object<'d>,
    minor: u8,
    found: &'f mut dyn FnMut(TypeError<'d>),
}

impl<'d> Walk<'d, '_> {
    fn walk_struct(&mut self, node: Node<'d>, within: &'static Struct) {
        for entry in node.entries() {
            match within.field(entry.key, self.minor) {
                Some(field) => self.walk(entry.value, &field.kind),
                None => (self.found)(TypeError::UnknownField { object: self.object, entry, within }),
            }
        }
    }

    fn walk(&mut self, node: Node<'d>, expected: &'static Type) {
        let value = node.value();
        let fits = match expected {
            Type::Any => return,
            // `null` stands for a field that is not set, whatever its type.
            _ if value == Value::Null => return,
            Type::String { .. } | Type::Time => matches!(value, Value::String(_)),
            Type::Bool => matches!(value, Value::Bool(_)),
            Type::Int32 => matches!(value, Value::Int(number) if i32::try_from(number).is_ok()),
            Type::Int64 => matches!(value, Value::Int(number) if i64::try_from(number).is_ok()),
            Type::Quantity => matches!(value, Value::String(_) | Value::Int(_) | Value::Float(_)),
            Type::IntOrString => match value {
                Value::Int(number) => i32::try_from(number).is_ok(),
                other => matches!(other, Value::String(_)),
            },
            Type::List { element, .. } => {
                node.items().for_each(|item| self.walk(item, element));
                value == Value::List
            }
            Type::Map { value: element, .. } => {
                node.entries().for_each(|entry| self.walk(entry.value, element));
                value == Value::Map
            }
            Type::Struct(within) => {
                self.walk_struct(node, within);
                value == Value::Map
            }
        };
        if !fits {
            (self.found)(TypeError::WrongType { node, expected });
        }
    }
}
