//! What a `kustomization.yaml` names, and where in those files the parts of a built object are written.

use std::sync::Arc;

use super::generated::{line, to_file};
use crate::diagnostic::finding::Finding;
use crate::manifest::document;
use crate::manifest::document::{Document, Node};
use crate::text::source::{ImageChange, Source};
use crate::text::span::Span;

/// What a kustomization is made of, as paths relative to its directory; addresses of other places among them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Kustomization {
    /// Files and directories whose objects are taken.
    pub resources: Vec<String>,
    /// Files that change them.
    pub patches: Vec<String>,
    /// Files that objects are generated from, and that say how the others are changed.
    pub others: Vec<String>,
    /// Those of them that ConfigMaps are generated from, each a value.
    pub generated: Vec<String>,
    /// How it changes images.
    pub(crate) images: Vec<ImageChange>,
    /// Whether it is a part of others, and cannot be built alone.
    pub is_component: bool,
}

impl Kustomization {
    /// Returns everything that it names.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().chain(&self.patches).chain(&self.others).map(String::as_str)
    }

    /// Reads a `kustomization.yaml`; what cannot be read is empty here and said by kustomize.
    pub fn parse(text: &str) -> Self {
        let stream = document::read(&Arc::new(Source::new("", text)));
        let Some(root) = stream.documents.first().map(Document::root) else { return Self::default() };
        let items = |key| root.get(key).into_iter().flat_map(Node::items);
        let text = |node: Node<'_>| node.text().map(str::to_owned);
        let path = |node: Node<'_>| node.get("path").and_then(text);
        let resources = ["resources", "bases", "components"].into_iter().flat_map(items).filter_map(text);
        // A patch can also stand in the file itself.
        let merges = items("patchesStrategicMerge").filter_map(text).filter(|it| !it.contains('\n'));
        let patches = ["patches", "patchesJson6902"].into_iter().flat_map(items).filter_map(path);
        // A file can get another key: `settings=app.properties`.
        let file = |it: String| it.rsplit_once('=').map_or(it.clone(), |(_, file)| file.to_owned());
        let of_generators = |node: Node<'_>| {
            let files =
                ["files", "envs"].into_iter().filter_map(|key| node.get(key)).flat_map(|it| it.items());
            files.chain(node.get("env")).filter_map(text).map(file).collect::<Vec<_>>()
        };
        let generated =
            ["configMapGenerator", "secretGenerator"].into_iter().flat_map(items).flat_map(of_generators);
        let of_maps = items("configMapGenerator").filter_map(|node| node.get("files"));
        let of_maps = of_maps.flat_map(Node::items).filter_map(text).map(file).collect();
        let named = ["generators", "transformers", "validators", "configurations", "crds"].into_iter();
        let others = generated.chain(named.flat_map(items).filter_map(text));
        let others = others.chain(items("replacements").filter_map(path));
        let others = others.chain(root.get("openapi").and_then(path)).collect();
        let image = |node: Node<'_>| {
            let field = |key| node.get(key).and_then(text).unwrap_or_default();
            let (name, new_name) = (field("name"), field("newName"));
            ImageChange { name, new_name, new_tag: field("newTag"), digest: field("digest") }
        };
        let images = items("images").map(image).filter(|it| !it.name.is_empty()).collect();
        let is_component = root.get("kind").and_then(|kind| kind.text()) == Some("Component");
        Kustomization {
            resources: resources.collect(),
            patches: merges.chain(patches).collect(),
            others,
            generated: of_maps,
            images,
            is_component,
        }
    }
}

/// Brings a finding in a built object back to the file that it is written in, if one has the same at the same path.
///
/// `rendered` is what was built, `origins` are the files that it was made of, resources before patches, `generated` those that
/// became values of ConfigMaps, and `kustomization` is the file that says how.
pub fn to_origin(
    finding: &mut Finding,
    rendered: &[Document],
    origins: &[Document],
    generated: &[Arc<Source>],
    kustomization: Option<&Document>,
) {
    // Edits of what was built are none of the file's.
    (finding.fix, finding.alternative) = (None, None);
    let document = rendered.iter().find(|it| it.index == finding.document);
    let objects = document.map(|it| it.objects().collect::<Vec<_>>()).unwrap_or_default();
    let Some(&object) = objects.get(finding.item.unwrap_or(0)) else { return };
    if to_file(finding, object, generated) {
        return;
    }
    let part = BuiltPart::covering(object, finding.place.span);
    let mut candidates: Vec<_> =
        origins.iter().flat_map(Document::objects).filter(|it| is_origin(object, *it)).collect();
    candidates.sort_by_key(|it| name(*it) != name(object));
    let found = candidates.iter().find_map(|it| Some((*it, part.as_ref()?.find(*it)?)));
    let Some((origin, span)) = found else {
        if let Some((document, span)) =
            part.zip(kustomization).and_then(|(part, it)| Some((it, part.image_in(it)?)))
        {
            finding.place.span = span;
            finding.related.clear();
            (finding.source, finding.document, finding.item) =
                (document.source.clone(), document.index, None);
        }
        return;
    };
    finding.place.span = span;
    finding.related.retain_mut(|label| {
        let span = BuiltPart::covering(object, label.place.span).and_then(|part| part.find(origin));
        span.map(|span| label.place.span = span).is_some()
    });
    finding.source = origin.document.source.clone();
    finding.document = origin.document.index;
    let place_in_list = || origin.document.objects().position(|it| it == origin);
    finding.item = if origin.document.root().is_object() { None } else { place_in_list() };
}

/// Whether a built object can have been made of this one: kustomize can put something before and after its name.
fn is_origin(built: Node<'_>, origin: Node<'_>) -> bool {
    let is_part = |origin: &str| name(built).is_some_and(|built| built.contains(origin));
    built.get("kind").and_then(Node::text) == origin.get("kind").and_then(Node::text)
        && name(origin).is_some_and(is_part)
}

fn name(object: Node<'_>) -> Option<&str> {
    object.get("metadata")?.get("name")?.text()
}

/// A part of a built object that a finding points to.
struct BuiltPart<'d> {
    /// From the object to the value.
    path: Vec<Node<'d>>,
    /// Whether its key is meant, else its value.
    is_key: bool,
    /// The first bytes that are meant, counted from the start of the key or value.
    offset: u32,
    length: u32,
}

impl<'d> BuiltPart<'d> {
    /// Finds the part that has these bytes.
    fn covering(object: Node<'d>, span: Span) -> Option<Self> {
        let within = |node: Node<'_>| node.is_within(object);
        let nodes = || object.document.all().filter(|node| within(*node));
        let key = nodes().find(|node| node.key_span() == Some(span)).map(|node| (node, true));
        let value = || {
            let around = nodes().filter(|node| node.span().contains(span));
            around.min_by_key(|node| node.span().end - node.span().start).map(|node| (node, false))
        };
        let (node, is_key) = key.or_else(value)?;
        let start = if is_key { node.key_span()?.start } else { node.span().start };
        let mut path = vec![node];
        while let Some(parent) = path.last().filter(|node| **node != object).and_then(|node| node.parent()) {
            path.push(parent);
        }
        path.reverse();
        Some(BuiltPart {
            path,
            is_key,
            offset: span.start.checked_sub(start)?,
            length: span.end - span.start,
        })
    }

    /// Finds the part of a line in a block scalar that differs from the built one in its indentation only.
    fn in_block(&self, built: Node<'_>, own: Node<'_>) -> Option<Span> {
        let at = self.offset as usize;
        let number = built.raw().get(..at)?.matches('\n').count();
        let (built_start, built_line) = line(built.raw(), number)?;
        let (own_start, own_line) = line(own.raw(), number)?;
        let (built_words, own_words) = (built_line.trim_start(), own_line.trim_start());
        if number == 0 || built_words != own_words {
            return None;
        }
        let column = at.checked_sub(built_start + built_line.len() - built_words.len())?;
        let length = (self.length as usize).min(own_words.len().checked_sub(column)?);
        Some(own.span().part(own_start + own_line.len() - own_words.len() + column, length))
    }

    /// Finds the tag or digest that a kustomization gives this image.
    fn image_in(&self, kustomization: &Document) -> Option<Span> {
        let image = self.path.last().filter(|it| it.key() == Some("image"))?.text()?;
        kustomization.root().get("images")?.items().find_map(|item| {
            let name = item.get("newName").or(item.get("name"))?.text()?;
            let given = |key, mark: &str| {
                let value = item.get(key)?;
                (image == format!("{name}{mark}{}", value.text()?)).then_some(value.span())
            };
            given("digest", "@").or_else(|| given("newTag", ":"))
        })
    }

    /// Finds the same in another object: the same path, items of the same names, and for a value the same text.
    fn find(&self, object: Node<'_>) -> Option<Span> {
        let mut node = object;
        for pair in self.path.windows(2) {
            let &[parent, child] = pair else { continue };
            node = match child.key() {
                Some(key) => node.get(key)?,
                None => {
                    let at = parent.items().position(|item| item == child)?;
                    let same_name = |item: &Node<'_>| named(*item) == named(child);
                    match named(child) {
                        Some(_) => node.items().find(same_name)?,
                        None => node.items().nth(at)?,
                    }
                }
            };
        }
        let target = self.path.last()?;
        if self.is_key {
            return node.key_span();
        }
        if node.raw() == target.raw() {
            return Some(node.span().part(self.offset as usize, self.length as usize));
        }
        // Quotes and indentation are kustomize's; what they hold is not.
        let same = target.text().is_some() && node.text() == target.text();
        same.then(|| self.in_block(*target, node).unwrap_or_else(|| node.span()))
    }
}

fn named(item: Node<'_>) -> Option<&str> {
    item.get("name")?.text()
}
