//! A language that a shop adds as a folder of texts.

use std::fs;

use egui_kittest::kittest::Queryable;

use crate::support::Shop;

#[test]
fn a_folder_of_texts_is_a_language_of_every_screen() {
    let shop = Shop::connected("ru");
    let folder = shop.home.path().join("data/languages/kk");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("all.ftl"), "language-name = Қазақша\napp-settings = Баптаулар\n").expect("a file");
    let mut window = shop.open("ru");
    window.click_words("Қазақша");
    assert_eq!(window.harness.state().state().language.as_str(), "kk");
    assert!(window.harness.query_by_label("Баптаулар").is_some(), "its own words\n{}", window.list());
    assert!(window.sees("counter-empty"), "Russian words for those it has not");
    window.click_words("English");
    assert!(window.harness.query_by_label("Settings").is_some() && window.harness.query_by_label("Қазақша").is_some());
}
