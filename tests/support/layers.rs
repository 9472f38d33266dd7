//! The checker behind the layering table: resolves every path of a file and compares it with the file's row.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::sources::{attributes_of, is_test_only, module_of, test_only_files};

/// One row of the table: what a part may name besides itself and the standard library.
pub(crate) struct Row {
    /// The part the row speaks about.
    pub(crate) part: &'static str,
    /// Parts of ours.
    pub(crate) ours: &'static [&'static str],
    /// Crates of others.
    pub(crate) others: &'static [&'static str],
}

/// What a path stands for once `crate`, `self`, `super` and other names are resolved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    /// A path inside this crate, from its root.
    Ours(Vec<String>),
    /// A path that starts at another crate.
    Foreign(Vec<String>),
}

/// A path as written, with where it stands.
struct Mention {
    /// The module it is written in, from the root.
    module: Vec<String>,
    path: Vec<String>,
    /// Written with a leading `::`, so it can only be a crate.
    is_global: bool,
    /// From a `use` tree: then even one segment names something.
    is_import: bool,
    /// From a `use` that passes a name on.
    is_reexport: bool,
    line: usize,
}

/// How a `use` is written.
#[derive(Clone, Copy)]
struct How {
    is_global: bool,
    is_public: bool,
}

/// Compares every file with its row; one line per offence, each starting with the file's name.
pub(crate) fn check(table: &[Row], crates: &[String], files: &[(String, String)]) -> Vec<String> {
    let exempt = test_only_files(files);
    files
        .iter()
        .filter(|(name, _)| !exempt.contains(name))
        .flat_map(|(name, text)| check_file(table, crates, name, text))
        .collect()
}

/// Files that import each other in a circle, one line per circle. A name that is passed on is followed to where it is declared;
/// what a module declares its own files may name.
pub(crate) fn circles(crates: &[String], files: &[(String, String)]) -> Vec<String> {
    let exempt = test_only_files(files);
    let files: Vec<_> = files.iter().filter(|(name, _)| !exempt.contains(name)).collect();
    let modules: BTreeMap<Vec<String>, &str> = files.iter().map(|(name, _)| (module_of(name), name.as_str())).collect();
    let mut mentioned: Vec<(&str, Vec<String>)> = Vec::new();
    let mut passed_on: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    for (name, text) in &files {
        let Ok(file) = syn::parse_file(text) else { continue };
        let module = module_of(name);
        let mut reader = Reader { module: module.clone(), crates, ..Reader::default() };
        reader.visit_file(&file);
        let imported = reader.names();
        let imports: BTreeMap<usize, &String> = reader.imports.iter().map(|(name, at)| (*at, name)).collect();
        for (at, mention) in reader.mentions.iter().enumerate() {
            for target in reader.resolve(mention, &imported) {
                match (target, imports.get(&at)) {
                    (Target::Ours(path), Some(own)) if mention.is_reexport => {
                        passed_on.insert([module.as_slice(), std::slice::from_ref(*own)].concat(), path);
                    }
                    (Target::Ours(path), _) => mentioned.push((name, path)),
                    (Target::Foreign(_), _) => {}
                }
            }
        }
    }
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, path) in &mentioned {
        let module = module_of(name);
        let is_above = |target: &str| module.starts_with(&module_of(target));
        if let Some(target) = file_of(path, &modules, &passed_on).filter(|target| !is_above(target)) {
            edges.entry(name).or_default().insert(target);
        }
    }
    circles_of(&edges)
}

/// The file that declares what a path names.
fn file_of<'a>(
    path: &[String],
    modules: &BTreeMap<Vec<String>, &'a str>,
    passed_on: &BTreeMap<Vec<String>, Vec<String>>,
) -> Option<&'a str> {
    let mut path = path.to_vec();
    for _ in 0..8 {
        let module = (1..=path.len()).rev().find(|length| modules.contains_key(&path[..*length]))?;
        let next = path.get(..=module).and_then(|name| passed_on.get(name));
        match next {
            Some(next) if next[..] != path[..=module] => path = [next.as_slice(), &path[module + 1..]].concat(),
            _ => return modules.get(&path[..module]).copied(),
        }
    }
    None
}

/// Sets of files each of which reaches every other.
fn circles_of(edges: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    let reach = |from: &str| {
        let mut seen = BTreeSet::new();
        let mut todo: Vec<&str> = edges.get(from).into_iter().flatten().copied().collect();
        while let Some(file) = todo.pop() {
            if seen.insert(file) {
                todo.extend(edges.get(file).into_iter().flatten());
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = edges.keys().map(|file| (*file, reach(file))).collect();
    let together = |file: &str, other: &str| reached.get(other).is_some_and(|back| back.contains(file));
    let circles: BTreeSet<Vec<&str>> = reached
        .iter()
        .map(|(file, reached)| reached.iter().filter(|other| together(file, other)).copied().collect::<Vec<_>>())
        .filter(|circle| !circle.is_empty())
        .collect();
    circles.into_iter().map(|circle| circle.join(", ")).collect()
}

fn check_file(table: &[Row], crates: &[String], name: &str, text: &str) -> Vec<String> {
    let module = module_of(name);
    let part = part_of_file(&module);
    let Some(row) = table.iter().find(|row| row.part == part) else {
        return vec![format!("{name}: there is no row for this file in the table")];
    };
    let file = match syn::parse_file(text) {
        Ok(file) => file,
        Err(error) => return vec![format!("{name}: cannot be parsed: {error}")],
    };
    let mut reader = Reader { module: module.clone(), crates, ..Reader::default() };
    reader.visit_file(&file);

    let names = reader.names();
    let mut found = BTreeSet::new();
    for (line, message) in &reader.refused {
        found.insert((*line, message.clone()));
    }
    for mention in &reader.mentions {
        for target in reader.resolve(mention, &names) {
            if let Some(message) = offence(row, &module, &target) {
                found.insert((mention.line, message));
            }
        }
    }
    found.into_iter().map(|(line, message)| format!("{name}:{line}: {message}")).collect()
}

/// Which row a file belongs to.
fn part_of_file(module: &[String]) -> &str {
    let names: Vec<&str> = module.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["app", "runner", ..] => "runner",
        [] | ["app" | "bin" | "cli" | "options" | "start", ..] => "app",
        ["screens"] => "screens",
        ["screens", _, file, ..] if file.starts_with("view") => "view",
        ["screens", ..] => "screen",
        [part, ..] => part,
    }
}

/// Why the row refuses the target, if it does.
fn offence(row: &Row, module: &[String], target: &Target) -> Option<String> {
    let part = row.part;
    match target {
        Target::Foreign(path) => {
            let name = path.first()?;
            let is_std = ["std", "core", "alloc"].contains(&name.as_str());
            let is_allowed = is_std || row.others.contains(&name.as_str());
            (!is_allowed).then(|| format!("{part} may not name the crate `{name}` ({})", path.join("::")))
        }
        Target::Ours(path) => {
            let allows = |wanted: &str| row.ours.contains(&wanted);
            let Some(first) = path.first() else {
                return (!allows("everything")).then(|| format!("{part} may not name the crate's root"));
            };
            let is_allowed = allows("everything")
                || (first == part && first != "screens")
                || (first != "screens" && allows(first))
                || (first == "screens" && screen_is_allowed(row, module, path));
            (!is_allowed).then(|| format!("{part} may not name `{}`", path.join("::")))
        }
    }
}

/// Paths below `screens`: a screen's own, one named item, or all of them.
fn screen_is_allowed(row: &Row, module: &[String], path: &[String]) -> bool {
    let is_own = path.len() > 1 && module.len() > 1 && path[..2] == module[..2];
    row.ours.iter().any(|&allowed| match allowed {
        "every screen" => true,
        "own screen" => is_own,
        _ => path.join("::") == allowed || path.join("::").starts_with(&format!("{allowed}::")),
    })
}

/// Collects the paths of one file.
#[derive(Default)]
struct Reader<'a> {
    crates: &'a [String],
    module: Vec<String>,
    /// Modules declared in this file, by the path they get.
    modules: BTreeSet<Vec<String>>,
    mentions: Vec<Mention>,
    /// The names that `use` brings in: name to the index of its mention.
    imports: Vec<(String, usize)>,
    /// What is refused whatever it names: line and words.
    refused: Vec<(usize, String)>,
}

type Names = BTreeMap<String, BTreeSet<Target>>;

impl Reader<'_> {
    fn mention(&mut self, path: Vec<String>, is_global: bool, is_import: bool, span: Span) {
        self.mentions.push(Mention {
            module: self.module.clone(),
            path,
            is_global,
            is_import,
            is_reexport: false,
            line: span.start().line,
        });
    }

    /// Everything that imports bring into this file, followed until nothing new turns up.
    fn names(&self) -> Names {
        let mut names = Names::new();
        loop {
            let mut is_settled = true;
            for (name, index) in &self.imports {
                for target in self.resolve(&self.mentions[*index], &names) {
                    is_settled &= !names.entry(name.clone()).or_default().insert(target);
                }
            }
            if is_settled {
                return names;
            }
        }
    }

    fn resolve(&self, mention: &Mention, names: &Names) -> Vec<Target> {
        let Some((first, rest)) = mention.path.split_first() else {
            return Vec::new();
        };
        if mention.is_global {
            return vec![Target::Foreign(mention.path.clone())];
        }
        let from = |base: &[String], rest: &[String]| Target::Ours([base, rest].concat());
        match first.as_str() {
            "crate" | "swip_kiosk" => return vec![from(&[], rest)],
            "self" | "super" => {
                let is_step = |segment: &&String| *segment == "self" || *segment == "super";
                let steps = mention.path.iter().take_while(is_step).count();
                let ups = mention.path[..steps].iter().filter(|s| *s == "super");
                let kept = mention.module.len().saturating_sub(ups.count());
                return vec![from(&mention.module[..kept], &mention.path[steps..])];
            }
            _ => {}
        }
        if mention.path.len() == 1 && !mention.is_import {
            // A local name; where it came from was looked at when it was imported.
            return Vec::new();
        }
        let local = [mention.module.as_slice(), std::slice::from_ref(first)].concat();
        if self.modules.contains(&local) {
            return vec![from(&local, rest)];
        }
        let mut targets = Vec::new();
        if let Some(imported) = names.get(first) {
            // An import of a crate under its own name resolves to itself.
            for target in imported {
                targets.push(match target {
                    Target::Ours(base) => from(base, rest),
                    Target::Foreign(base) => Target::Foreign([base.as_slice(), rest].concat()),
                });
            }
            targets.retain(|target| match target {
                Target::Ours(path) | Target::Foreign(path) => path.len() < 16,
            });
        }
        let is_std = ["std", "core", "alloc"].contains(&first.as_str());
        if is_std || self.crates.contains(first) {
            targets.clear();
            targets.push(Target::Foreign(mention.path.clone()));
        }
        targets
    }

    fn import(&mut self, tree: &syn::UseTree, prefix: &[String], how: How) {
        let joined = |name: &syn::Ident| [prefix, &[plain(name)]].concat();
        match tree {
            syn::UseTree::Path(path) => {
                self.import(&path.tree, &joined(&path.ident), how);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, prefix, how);
                }
            }
            syn::UseTree::Name(name) => {
                self.leaf(joined(&name.ident), None, how, name.span());
            }
            syn::UseTree::Rename(rename) => {
                let path = joined(&rename.ident);
                let name = plain(&rename.rename);
                self.leaf(path, Some(name), how, rename.span());
            }
            syn::UseTree::Glob(glob) => {
                let path = prefix.to_vec();
                self.refuse_whole_crate(&path, how, glob.span());
                self.mention(path, how.is_global, true, glob.span());
            }
        }
    }

    fn leaf(&mut self, mut path: Vec<String>, name: Option<String>, how: How, span: Span) {
        // `use a::b::{self}` names `a::b`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        self.refuse_whole_crate(&path, how, span);
        if let Some(name) = name.or_else(|| path.last().cloned()) {
            self.imports.push((name, self.mentions.len()));
        }
        self.mention(path, how.is_global, true, span);
        if let Some(mention) = self.mentions.last_mut() {
            mention.is_reexport = how.is_public;
        }
    }

    /// A crate that is passed on whole could be used by anyone through us.
    fn refuse_whole_crate(&mut self, path: &[String], how: How, span: Span) {
        if let [name] = path
            && how.is_public
            && self.crates.contains(name)
        {
            let message = format!("passes on the whole crate `{name}`");
            self.refused.push((span.start().line, message));
        }
    }

    /// Finds the paths in tokens that no grammar covers: macro bodies and attributes.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut start = Span::call_site();
        let mut colons = 0;
        let mut is_field = false;
        let mut is_global = false;
        for token in tokens {
            match token {
                TokenTree::Ident(name) if colons == 2 && !path.is_empty() => {
                    path.push(plain(&name));
                    colons = 0;
                }
                TokenTree::Ident(name) => {
                    self.close(&mut path, is_global, start);
                    start = name.span();
                    is_global = colons == 2;
                    if !is_field {
                        path.push(plain(&name));
                    }
                    colons = 0;
                    is_field = false;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                other => {
                    self.close(&mut path, is_global, start);
                    colons = 0;
                    is_field = matches!(&other, TokenTree::Punct(mark) if mark.as_char() == '.');
                    if let TokenTree::Group(group) = other {
                        self.read_tokens(group.stream());
                    }
                }
            }
        }
        self.close(&mut path, is_global, start);
    }

    fn close(&mut self, path: &mut Vec<String>, is_global: bool, span: Span) {
        let path = std::mem::take(path);
        if path.len() > 1 || (is_global && !path.is_empty()) {
            self.mention(path, is_global, false, span);
        }
    }
}

/// The name without `r#`.
fn plain(name: &syn::Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

impl Reader<'_> {
    /// `<Type>::name`: the name belongs to the type, only the type names a part.
    fn visit_associated(&mut self, of: &syn::QSelf, path: &syn::Path) {
        self.visit_type(&of.ty);
        for segment in &path.segments {
            self.visit_path_arguments(&segment.arguments);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_test_only(attributes_of(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_file(&mut self, file: &'ast syn::File) {
        for item in &file.items {
            declare(item, &self.module, &mut self.modules);
        }
        visit::visit_file(self, file);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        for attribute in &module.attrs {
            if attribute.path().is_ident("path") {
                let message = "#[path] hides which part a file belongs to".to_owned();
                self.refused.push((attribute.span().start().line, message));
            }
        }
        self.module.push(plain(&module.ident));
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let how =
            How { is_global: item.leading_colon.is_some(), is_public: !matches!(item.vis, syn::Visibility::Inherited) };
        self.import(&item.tree, &[], how);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let how = How { is_global: item.ident != "self", is_public: !matches!(item.vis, syn::Visibility::Inherited) };
        let name = item.rename.as_ref().map(|(_, name)| plain(name));
        self.leaf(vec![plain(&item.ident)], name, how, item.span());
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        match &path.qself {
            Some(of) if of.position == 0 => self.visit_associated(of, &path.path),
            _ => visit::visit_expr_path(self, path),
        }
    }

    fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
        match &path.qself {
            Some(of) if of.position == 0 => self.visit_associated(of, &path.path),
            _ => visit::visit_type_path(self, path),
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|s| plain(&s.ident)).collect();
        self.mention(names, path.leading_colon.is_some(), false, path.span());
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.read_tokens(list.tokens.clone());
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if call.path.is_ident("include") {
            let message = "include! hides which part code belongs to".to_owned();
            self.refused.push((call.span().start().line, message));
        }
        self.read_tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }
}

/// Notes the modules an item declares, so that they win over crates of the same name.
fn declare(item: &syn::Item, module: &[String], modules: &mut BTreeSet<Vec<String>>) {
    if let syn::Item::Mod(declared) = item {
        let path = [module, &[plain(&declared.ident)]].concat();
        for item in declared.content.iter().flat_map(|(_, items)| items) {
            declare(item, &path, modules);
        }
        modules.insert(path);
    }
}
