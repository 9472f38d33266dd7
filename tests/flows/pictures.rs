//! Pictures to look at, of whatever the measured pages show: into the folder that `KIOSK_PICTURES` names, those whose names
//! end in one of the words of `KIOSK_PICTURES_OF`, such as `ru-200-high-low-1024x768`.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::support::Window;

/// Takes a picture if it is asked for.
pub(crate) fn take(window: &mut Window, name: &str) {
    let Some(folder) = env::var_os("KIOSK_PICTURES").map(PathBuf::from) else { return };
    let wanted = env::var("KIOSK_PICTURES_OF").unwrap_or_default();
    if wanted.split_whitespace().any(|word| name.ends_with(word)) {
        fs::create_dir_all(&folder).expect("a folder");
        let picture = window.harness.render().expect("a picture");
        picture.save(folder.join(format!("{name}.png"))).expect("a file");
    }
}
