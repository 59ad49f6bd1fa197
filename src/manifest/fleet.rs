//! All objects of a run, and the objects around them that rules look at.

use crate::manifest::document::Document;
use crate::manifest::document::Node;
use crate::manifest::workload::Object;
use crate::manifest::workload::{Classification, classify};

/// All objects of a run that are checked, and what is kept with them as context.
pub struct Fleet<'d> {
    /// The Jobs and CronJobs.
    pub objects: Vec<Object<'d>>,
    /// The PersistentVolumeClaims and Services, which are not checked.
    pub context: Vec<Node<'d>>,
}

fn is_context(node: Node<'_>) -> bool {
    node.field("apiVersion").is("v1")
        && ["PersistentVolumeClaim", "Service"].iter().any(|it| node.field("kind").is(it))
}

/// Whether a document has anything that such a rule looks at.
pub(crate) fn has_members(document: &Document) -> bool {
    document.objects().any(|node| matches!(classify(node), Classification::Object(_)) || is_context(node))
}

impl<'d> Fleet<'d> {
    /// Collects what documents hold.
    pub(crate) fn new(documents: &'d [Document]) -> Self {
        let mut fleet = Fleet { objects: Vec::new(), context: Vec::new() };
        for node in documents.iter().flat_map(Document::objects) {
            match classify(node) {
                Classification::Object(object) if !object.is_owned() && !object.is_partial() => {
                    fleet.objects.push(object)
                }
                _ if is_context(node) => fleet.context.push(node),
                _ => {}
            }
        }
        fleet
    }

    /// Returns the context of a kind.
    pub fn context_of(&self, kind: &str) -> impl Iterator<Item = Node<'d>> {
        self.context.iter().copied().filter(move |node| node.field("kind").is(kind))
    }
}
