//! Reads the crate's own source files for the tests that look at structure.

use std::fs;
use std::path::Path;

use syn::Meta;

/// The folder of the crate.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `folder` as (path from the crate's folder with `/`, text), in a fixed order.
pub(crate) fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root().join(folder), folder, &mut found);
    found.sort();
    found
}

fn walk(folder: &Path, name: &str, found: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            walk(&path, &name, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            // An unreadable file becomes an empty one, which the tests refuse for want of a `//!`.
            found.push((name, fs::read_to_string(&path).unwrap_or_default()));
        }
    }
}

/// Whether an item is compiled for tests only: `#[cfg(test)]` or `#[test]`.
pub(crate) fn is_test_only(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::NameValue(_) => false,
    })
}

/// The attributes of an item, whatever its kind.
pub(crate) fn attributes_of(item: &syn::Item) -> &[syn::Attribute] {
    use syn::Item;
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The module path a file stands for: `src/a/mod.rs` and `src/a.rs` are both `a`.
pub(crate) fn module_of(file: &str) -> Vec<String> {
    let inner = file.strip_prefix("src/").unwrap_or(file);
    let inner = inner.strip_suffix(".rs").unwrap_or(inner);
    let mut segments: Vec<String> = inner.split('/').map(str::to_owned).collect();
    let is_own_name = segments.len() > 1 && segments.last().is_some_and(|last| last == "mod");
    let is_root = segments == ["lib"] || segments == ["main"];
    if is_own_name || is_root {
        segments.pop();
    }
    segments
}

/// The files that exist for tests only because their parent declares them so: `#[cfg(test)] mod tests;`.
pub(crate) fn test_only_files(files: &[(String, String)]) -> Vec<String> {
    let mut modules: Vec<Vec<String>> = Vec::new();
    for (name, text) in files {
        let Ok(file) = syn::parse_file(text) else {
            continue;
        };
        for item in &file.items {
            if let syn::Item::Mod(module) = item
                && module.content.is_none()
                && is_test_only(&module.attrs)
            {
                let mut path = module_of(name);
                path.push(module.ident.to_string());
                modules.push(path);
            }
        }
    }
    files
        .iter()
        .map(|(name, _)| name)
        .filter(|name| {
            let path = module_of(name);
            modules.iter().any(|module| path.starts_with(module))
        })
        .cloned()
        .collect()
}
