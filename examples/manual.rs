//! Writes the man pages and the completions for shells into a folder: `cargo run --example manual -- FOLDER`.

use std::fs;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::Shell;
use swip_kiosk::options::Options;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).unwrap_or_else(|| ".".into()));
    let (man, completions) = (folder.join("man"), folder.join("completions"));
    fs::create_dir_all(&man)?;
    fs::create_dir_all(&completions)?;
    clap_mangen::generate_to(Options::command(), man)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let file = clap_complete::generate_to(shell, &mut Options::command(), "swip-kiosk", &completions)?;
        if shell == Shell::Bash {
            fs::rename(file, completions.join("swip-kiosk"))?;
        }
    }
    Ok(())
}
