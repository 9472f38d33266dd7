//! Opens the window from the start menu of Windows, without a console beside it.
//!
//! The program itself belongs to the console, so that shells wait for its verbs and see their exit codes. Started from a menu it
//! would open a console of its own: this starts it without one, and ends.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::env;
use std::io;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    if start().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Starts the program that lies beside this one, with the same arguments.
fn start() -> io::Result<()> {
    let program = env::current_exe()?.with_file_name(format!("swip-kiosk{}", env::consts::EXE_SUFFIX));
    let mut command = Command::new(program);
    command.args(env::args_os().skip(1));
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NO_WINDOW);
    }
    command.spawn().map(drop)
}
