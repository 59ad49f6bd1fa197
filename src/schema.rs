//! The types of `batch/v1` Job and CronJob in every supported Kubernetes minor, as Kubernetes' own code declares them.
//!
//! The data is `schema.txt`, which `oracle/schema/generate.sh` writes. It is split into structs once, when first asked
//! for, and the fields of a struct are read when that struct is first looked into.

pub mod version;

use crate::schema::version::NEWEST_MINOR;
use crate::schema::version::OLDEST_MINOR;
use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, OnceLock};

static TEXT: &str = include_str!("schema.txt");
static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::split(TEXT));

/// Returns the type of a `batch/v1` Job.
pub fn job() -> &'static Struct {
    root("v1.Job")
}

/// Returns the type of a `batch/v1` CronJob.
pub fn cron_job() -> &'static Struct {
    root("v1.CronJob")
}

#[expect(clippy::expect_used, reason = "the generator starts from these types and a test reads them")]
fn root(go_name: &str) -> &'static Struct {
    SCHEMA.structs.get(go_name).expect("schema.txt has Job and CronJob")
}

/// What the text declares: structs, and what the other named types are.
struct Schema {
    structs: HashMap<&'static str, Struct>,
    named: HashMap<&'static str, &'static str>,
}

impl Schema {
    /// Splits the text into its paragraphs: a heading, one for each struct, and the named types.
    fn split(text: &'static str) -> Self {
        let mut schema = Schema { structs: HashMap::with_capacity(256), named: HashMap::with_capacity(128) };
        for paragraph in text.split("\n\n").skip(1) {
            let (head, body) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
            if head.contains(" = ") {
                schema.named.extend(paragraph.lines().filter_map(|line| line.split_once(" = ")));
            } else {
                let (go_name, minors) = head.split_once(' ').unwrap_or((head, ""));
                let (since, until) = range(minors, OLDEST_MINOR, NEWEST_MINOR);
                let fields = OnceLock::new();
                schema.structs.insert(go_name, Struct { go_name, since, until, body, fields });
            }
        }
        schema
    }
}

/// Reads `1.30-`, `-1.33` or `1.31-1.33`; an open end is that of the surrounding range.
fn range(text: &str, since: u8, until: u8) -> (u8, u8) {
    let (first, last) = text.split_once('-').unwrap_or_default();
    let minor = |text: &str| text.strip_prefix("1.")?.parse().ok();
    (minor(first).unwrap_or(since), minor(last).unwrap_or(until))
}

/// A Go struct: the fields that an object may have.
pub struct Struct {
    /// The type as Go prints it, such as `v1.JobSpec`.
    pub go_name: &'static str,
    /// The oldest minor in which a Job or CronJob contains the struct.
    pub since: u8,
    /// The newest minor in which a Job or CronJob contains the struct.
    pub until: u8,
    body: &'static str,
    fields: OnceLock<Vec<FieldType>>,
}

impl Struct {
    /// Returns the name without its package, as a decoding error starts a path: `JobSpec`.
    pub fn name(&self) -> &'static str {
        self.go_name.rsplit('.').next().unwrap_or(self.go_name)
    }

    /// Returns the fields of all minors, those of embedded structs among them, in the order in which Go declares them.
    pub fn fields(&self) -> &[FieldType] {
        self.fields.get_or_init(|| self.body.lines().map(|line| FieldType::parse(line, self)).collect())
    }

    /// Finds a field by its JSON name, if the minor has it; upper and lower case differ.
    pub fn field(&self, name: &str, minor: u8) -> Option<&FieldType> {
        self.fields().iter().find(|field| field.name == name && field.is_in(minor))
    }

    /// Finds a field by its JSON name in the oldest minor that has it.
    pub fn any_minor(&self, name: &str) -> Option<&FieldType> {
        self.fields().iter().filter(|field| field.name == name).min_by_key(|field| field.since)
    }
}

impl fmt::Debug for Struct {
    /// Writes the name alone, for types may contain each other.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.go_name)
    }
}

/// A field of a struct, in the minors that have it with one type.
#[derive(Clone, Copy, Debug)]
pub struct FieldType {
    /// The name in JSON and YAML, such as `backoffLimit`.
    pub name: &'static str,
    /// The type of the value.
    pub kind: Type,
    /// The embedded struct that declares the field, such as `VolumeSource`, joined by dots where they nest, or empty.
    pub embedded: &'static str,
    /// The oldest minor that has the field with this type.
    pub since: u8,
    /// The newest minor that has the field with this type.
    pub until: u8,
}

impl FieldType {
    /// Reads a line such as ` VolumeSource.image v1.ImageVolumeSource 1.31-`.
    fn parse(line: &'static str, parent: &Struct) -> Self {
        let (path, rest) = line.trim_start().split_once(' ').unwrap_or_default();
        let (go_type, minors) = rest.split_once(' ').unwrap_or((rest, ""));
        let (embedded, name) = path.rsplit_once('.').unwrap_or(("", path));
        let (since, until) = range(minors, parent.since, parent.until);
        FieldType { name, kind: Type::parse(go_type), embedded, since, until }
    }

    /// Whether the minor has the field with this type.
    pub fn is_in(&self, minor: u8) -> bool {
        (self.since..=self.until).contains(&minor)
    }
}

/// The type of a value: what JSON it is read from, and its name in Go.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// A string, possibly of a named type such as `v1.RestartPolicy`.
    String {
        /// The type as Go prints it.
        go_type: &'static str,
    },
    /// A boolean.
    Bool,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A list.
    List {
        /// The type as Go prints it, such as `[]v1.Volume`.
        go_type: &'static str,
        /// The type of its items.
        element: &'static Type,
    },
    /// A map with strings as keys.
    Map {
        /// The type as Go prints it, such as `map[string]string` or `v1.ResourceList`.
        go_type: &'static str,
        /// The type of its values.
        value: &'static Type,
    },
    /// An object with the fields of a struct.
    Struct(&'static Struct),
    /// A number or string such as `500m`.
    Quantity,
    /// A time such as `2006-01-02T15:04:05Z`.
    Time,
    /// An integer of 32 bits or a string.
    IntOrString,
    /// Any JSON, kept as it is: the `fieldsV1` of `managedFields`.
    Any,
}

impl Type {
    /// Returns the type as Go prints it in a decoding error, such as `[]v1.Volume`.
    pub fn go_type(&self) -> &'static str {
        match self {
            Type::String { go_type } | Type::List { go_type, .. } | Type::Map { go_type, .. } => go_type,
            Type::Struct(structure) => structure.go_name,
            Type::Bool => "bool",
            Type::Int32 => "int32",
            Type::Int64 => "int64",
            Type::Quantity => "resource.Quantity",
            Type::Time => "v1.Time",
            Type::IntOrString => "intstr.IntOrString",
            Type::Any => "v1.FieldsV1",
        }
    }

    /// Reads a type as Go prints it; what the text does not declare is `Any`, and a test finds none.
    fn parse(go_type: &'static str) -> Self {
        if let Some(structure) = SCHEMA.structs.get(go_type) {
            return Type::Struct(structure);
        }
        match SCHEMA.named.get(go_type).copied().unwrap_or(go_type) {
            "string" => Type::String { go_type },
            "bool" => Type::Bool,
            "int32" => Type::Int32,
            "int64" => Type::Int64,
            "custom" => match go_type {
                "resource.Quantity" => Type::Quantity,
                "v1.Time" => Type::Time,
                "intstr.IntOrString" => Type::IntOrString,
                _ => Type::Any,
            },
            underlying => {
                if let Some(element) = underlying.strip_prefix("[]") {
                    Type::List { go_type, element: keep(Type::parse(element)) }
                } else if let Some((_, value)) = underlying.split_once(']') {
                    Type::Map { go_type, value: keep(Type::parse(value)) }
                } else {
                    Type::Any
                }
            }
        }
    }
}

/// Keeps a type for as long as the program runs, as its field is kept.
fn keep(kind: Type) -> &'static Type {
    Box::leak(Box::new(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(root: &'static Struct, path: &str) -> Option<&'static FieldType> {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let structure = if parent.is_empty() { Some(root) } else { inside(at(root, parent)?.kind) };
        structure?.any_minor(name)
    }

    fn inside(kind: Type) -> Option<&'static Struct> {
        match kind {
            Type::Struct(structure) => Some(structure),
            Type::List { element: inner, .. } | Type::Map { value: inner, .. } => inside(*inner),
            _ => None,
        }
    }

    fn go_type(path: &str) -> Option<&'static str> {
        at(job(), path).map(|field| field.kind.go_type())
    }

    #[test]
    fn managed_by_is_known_since_1_30() {
        let spec = at(job(), "spec").and_then(|field| inside(field.kind));
        assert_eq!(spec.map(Struct::name), Some("JobSpec"));
        assert!(spec.and_then(|spec| spec.field("managedBy", 29)).is_none());
        assert!(spec.and_then(|spec| spec.field("managedBy", 30)).is_some());
        assert_eq!(spec.and_then(|spec| spec.any_minor("managedBy")).map(|field| field.since), Some(30));
        assert!(spec.and_then(|spec| spec.any_minor("managedby")).is_none());
    }

    #[test]
    fn a_field_of_an_embedded_struct_names_it() {
        let ephemeral = at(cron_job(), "spec.jobTemplate.spec.template.spec.volumes.ephemeral");
        assert_eq!(ephemeral.map(|field| field.embedded), Some("VolumeSource"));
        assert_eq!(ephemeral.map(|field| field.kind.go_type()), Some("v1.EphemeralVolumeSource"));
    }

    #[test]
    fn named_types_keep_their_names() {
        let policy = at(job(), "spec.template.spec.restartPolicy").map(|field| field.kind);
        assert!(matches!(policy, Some(Type::String { go_type: "v1.RestartPolicy" })));
        let requests = at(job(), "spec.template.spec.containers.resources.requests").map(|field| field.kind);
        assert!(matches!(requests, Some(Type::Map { go_type: "v1.ResourceList", value: Type::Quantity })));
        assert_eq!(go_type("spec.template.spec.volumes"), Some("[]v1.Volume"));
        assert_eq!(go_type("metadata.labels"), Some("map[string]string"));
        assert_eq!(go_type("metadata.creationTimestamp"), Some("v1.Time"));
    }

    #[test]
    fn a_field_of_a_younger_struct_is_no_older_than_it() {
        let path = at(job(), "spec.template.spec.containers.restartPolicyRules.action");
        assert_eq!(path.map(|field| (field.since, field.until)), Some((34, NEWEST_MINOR)));
    }

    #[test]
    fn every_type_is_declared_and_used() {
        let heading = format!("in Kubernetes 1.{OLDEST_MINOR}-1.{NEWEST_MINOR},");
        assert!(TEXT.lines().next().is_some_and(|line| line.contains(&heading)));
        let mut seen = vec![job(), cron_job()];
        for index in 0.. {
            let Some(structure) = seen.get(index).copied() else { break };
            for field in structure.fields() {
                let any = matches!(field.kind, Type::Any);
                assert_eq!(any, field.name == "fieldsV1", "{structure:?} {field:?}");
                let known = |new: &&Struct| seen.iter().any(|old| old.go_name == new.go_name);
                seen.extend(inside(field.kind).filter(|new| !known(new)));
            }
        }
        assert_eq!(seen.len(), SCHEMA.structs.len());
    }
}
