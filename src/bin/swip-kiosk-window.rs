//! Opens the window from the start menu of Windows, without a console beside it.
//!
//! The program itself belongs to the console, so that shells wait for its verbs and see their exit codes. Started from a menu it
//! would open a console of its own: this starts it without one, and ends. As the shell of a kiosk, whose end Windows takes for the end
//! of the work, it is told to wait, and ends as the program did.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::env;
use std::io;
use std::process::{Command, ExitCode};

/// Given first, this one stays until the program has ended. Whatever comes after it is for the program.
const WAIT: &str = "--wait";

fn main() -> ExitCode {
    start().unwrap_or(ExitCode::FAILURE)
}

/// Starts the program that lies beside this one, with the same arguments.
fn start() -> io::Result<ExitCode> {
    let program = env::current_exe()?.with_file_name(format!("swip-kiosk{}", env::consts::EXE_SUFFIX));
    let mut arguments = env::args_os().skip(1).peekable();
    let waits = arguments.next_if(|first| first == WAIT).is_some();
    let mut command = Command::new(program);
    command.args(arguments);
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NO_WINDOW);
    }
    if !waits {
        return command.spawn().map(|_| ExitCode::SUCCESS);
    }
    // A code of the system's own, such as that of a crash, is wider than ours.
    let code = command.status()?.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
