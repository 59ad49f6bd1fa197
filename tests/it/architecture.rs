//! The rooms of the source lie on floors: every import points down, and no files import each other in a circle.
//!
//! The tests that stand in a file of `src` do not count. `UPDATE=1 cargo test` writes the table of ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens as _;
use syn::visit::Visit;

/// The rooms from the bottom to the top. Those of one floor do not import each other.
const FLOORS: &[&[&str]] = &[
    &["schema"],
    &["text"],
    &["value"],
    &["manifest"],
    &["time"],
    &["diagnostic"],
    &["kubernetes"],
    &["neighbours", "policy"],
    &["shell"],
    &["facts"],
    &["mask"],
    &["rule"],
    &["rules"],
    &["engine"],
    &["alerts", "baseline", "chart", "dry_run", "render", "rewrite"],
    &["migrate", "report"],
    &["project"],
    &["lsp", "webhook"],
    &["cli"],
];

/// A file's path of modules below the crate: `["time", "cron"]`, and `[]` for `lib.rs`.
type Module = Vec<String>;

/// What each file imports of the crate.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

#[test]
fn every_import_points_down() {
    let floor = |room: &str| FLOORS.iter().position(|rooms| rooms.contains(&room));
    let mut upward = Vec::new();
    for (file, imports) in imports() {
        let Some(room) = file.first() else { continue };
        let own = floor(room).unwrap_or_else(|| panic!("`{room}` has no floor"));
        for import in imports.iter().filter(|import| import[0] != *room) {
            if floor(&import[0]).is_none_or(|below| below >= own) {
                upward.push(format!("{} imports {}", file.join("::"), import.join("::")));
            }
        }
    }
    assert!(upward.is_empty(), "these imports do not point down:\n{}", upward.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let imports = imports();
    let below: BTreeMap<&Module, BTreeSet<&Module>> =
        imports.keys().map(|file| (file, reachable(file, &imports))).collect();
    let mut lines = Vec::new();
    for (file, own) in &imports {
        for import in own.iter().filter(|import| below[import].contains(file)) {
            lines.push(format!("{} imports {}", file.join("::"), import.join("::")));
        }
    }
    assert!(lines.is_empty(), "these imports close circles:\n{}", lines.join("\n"));
}

/// Returns the files that a file imports, itself or by way of others.
fn reachable<'i>(file: &Module, imports: &'i Imports) -> BTreeSet<&'i Module> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&Module> = imports[file].iter().collect();
    while let Some(file) = next.pop() {
        if found.insert(file) {
            next.extend(&imports[file]);
        }
    }
    found
}

#[test]
fn the_table_of_rooms_is_up_to_date() {
    const START: &str = "<!-- rooms: written by `UPDATE=1 cargo test` -->\n";
    const END: &str = "<!-- end of rooms -->";
    let imports = imports();
    let mut table = "| floor | room | what is in it | imports |\n|---|---|---|---|\n".to_owned();
    for (floor, rooms) in FLOORS.iter().enumerate().rev() {
        for room in *rooms {
            let text = fs::read_to_string(root().join(format!("src/{room}.rs"))).unwrap();
            let doc = text.lines().next().unwrap_or_default().trim_start_matches("//!").trim();
            let files = imports.iter().filter(|(file, _)| file.first().is_some_and(|it| it == room));
            let below: BTreeSet<_> = files.flat_map(|(_, imports)| imports).map(|it| &it[0]).collect();
            let below: Vec<_> =
                below.into_iter().filter(|it| it != room).map(|it| format!("`{it}`")).collect();
            table += &format!("| {} | `{room}` | {doc} | {} |\n", floor + 1, below.join(" "));
        }
    }
    let path = root().join("ARCHITECTURE.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(START).expect("ARCHITECTURE.md has a place for the table");
    let (_, after) = rest.split_once(END).expect("the table has an end");
    let expected = format!("{before}{START}{table}{END}{after}");
    if expected != text && std::env::var_os("UPDATE").is_some() {
        fs::write(&path, expected).unwrap();
    } else {
        assert!(expected == text, "ARCHITECTURE.md is out of date: run `UPDATE=1 cargo test`");
    }
}

/// An import that does not point down and a circle of two files are seen for what they are.
#[test]
fn imports_are_found_wherever_they_stand() {
    let modules: BTreeSet<Module> =
        ["text", "text::span", "rules", "rules::one"].iter().map(|it| path(it)).collect();
    let found = |code: &str| imports_of(&path("rules::one"), code, &modules);
    for (code, expected) in [
        ("use crate::text::span::Span;", "text::span"),
        ("use crate::{text::{span::{self, Span}}};", "text::span"),
        ("pub use crate::text;", "text"),
        ("use super::Rule;", "rules"),
        ("fn f() { crate::text::span::to_u32(1) }", "text::span"),
        ("fn f(x: &crate::text::Source) {}", "text"),
        ("mod inner { use super::super::super::text::span; }", "text::span"),
        ("fn f() { matches!(1, crate::text::span::ONE) }", "text::span"),
    ] {
        assert_eq!(found(code), BTreeSet::from([path(expected)]), "{code}");
    }
    for code in
        ["#[cfg(test)] mod tests { use crate::text; }", "use std::fmt;", "use self::inner::One; mod inner {}"]
    {
        assert_eq!(found(code), BTreeSet::new(), "{code}");
    }
}

fn path(text: &str) -> Module {
    text.split("::").map(str::to_owned).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Reads what every file of `src` imports of the crate.
fn imports() -> Imports {
    let mut texts = BTreeMap::new();
    read_directory(&root().join("src"), &mut Vec::new(), &mut texts);
    let modules: BTreeSet<Module> = texts.keys().cloned().collect();
    texts.iter().map(|(module, code)| (module.clone(), imports_of(module, code, &modules))).collect()
}

fn read_directory(directory: &Path, module: &mut Module, texts: &mut BTreeMap<Module, String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            module.push(name);
            read_directory(&path, module, texts);
            module.pop();
        } else if path.extension().is_some_and(|it| it == "rs") && name != "main" && name != "lib" {
            let mut own = module.clone();
            own.push(name);
            texts.insert(own, fs::read_to_string(&path).unwrap());
        }
    }
}

/// Returns the files that the code of a file imports, itself left out.
fn imports_of(module: &Module, code: &str, modules: &BTreeSet<Module>) -> BTreeSet<Module> {
    let file = syn::parse_file(code).unwrap_or_else(|error| panic!("{}: {error}", module.join("::")));
    let mut paths = Paths { module: module.clone(), found: Vec::new() };
    paths.visit_file(&file);
    let file_of = |path: &Module| {
        (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|it| modules.contains(it))
    };
    paths.found.iter().filter_map(file_of).filter(|it| it != module).collect()
}

/// Collects paths into the crate, from its root on.
struct Paths {
    /// The module of the code that is looked at.
    module: Module,
    found: Vec<Module>,
}

impl Paths {
    fn add(&mut self, path: &[String]) {
        let supers = path.iter().take_while(|it| *it == "super").count();
        match path.first().map(String::as_str) {
            Some("crate") => self.found.push(path[1..].to_vec()),
            Some("self") => self.found.push([&self.module[..], &path[1..]].concat()),
            Some("super") => {
                let above = &self.module[..self.module.len().saturating_sub(supers)];
                self.found.push([above, &path[supers..]].concat());
            }
            // A child of this module, or another crate.
            Some(_) => self.found.push([&self.module[..], path].concat()),
            None => {}
        }
    }

    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Group(group) => group.items.iter().for_each(|it| self.add_tree(before, it)),
            syn::UseTree::Name(name) => self.add(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.add(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.add(before),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = |it: &syn::Attribute| {
            let words = it.meta.to_token_stream().to_string();
            it.path().is_ident("cfg") && words.contains("test") && !words.contains("not")
        };
        if item.attrs.iter().any(is_test) {
            return;
        }
        self.module.push(item.ident.to_string());
        syn::visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<_> = path.segments.iter().map(|it| it.ident.to_string()).collect();
        if names.len() > 1 {
            self.add(&names);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        // What a macro gets is not parsed: paths in it are found by their words.
        let text = item.tokens.to_string().replace(' ', "");
        let is_word = |it: char| it.is_alphanumeric() || it == '_' || it == ':';
        for word in text.split(|it| !is_word(it)).filter(|it| it.contains("::")) {
            let names: Vec<_> = word.split("::").map(str::to_owned).collect();
            self.add(&names);
        }
    }
}
