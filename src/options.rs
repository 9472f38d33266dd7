//! The command line as typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::SignupField;
use crate::domain::settings::Mode;

/// Loyalty signup and points for shops. Without a verb it opens the window.
#[derive(Debug, Parser)]
#[command(name = "swip-kiosk", version, about, args_conflicts_with_subcommands = false)]
pub struct Options {
    /// What holds for every verb.
    #[command(flatten)]
    pub global: GlobalOptions,
    /// What holds for the window only.
    #[command(flatten)]
    pub window: WindowOptions,
    /// What to do; nothing opens the window.
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What holds for every verb.
#[derive(Clone, Debug, Args)]
pub struct GlobalOptions {
    /// Where the station keeps its files.
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Where the station's root key lives.
    #[arg(long, global = true, value_name = "DIR")]
    pub key_dir: Option<PathBuf>,
    /// The language of words, such as ru or en.
    #[arg(long, global = true, value_name = "TAG")]
    pub lang: Option<String>,
}

/// What holds for the window only.
#[derive(Clone, Debug, Args)]
pub struct WindowOptions {
    /// Work against the built-in sandbox and store nothing.
    #[arg(long)]
    pub sandbox: bool,
    /// Who stands in front of the sandbox.
    #[arg(long, requires = "sandbox", value_enum)]
    pub mode: Option<ModeOption>,
    /// Never full screen: for development.
    #[arg(long)]
    pub windowed: bool,
}

/// A mode on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModeOption {
    /// A customer at a touch screen.
    Kiosk,
    /// A cashier.
    Counter,
}

impl From<ModeOption> for Mode {
    fn from(option: ModeOption) -> Self {
        match option {
            ModeOption::Kiosk => Self::Kiosk,
            ModeOption::Counter => Self::Counter,
        }
    }
}

/// What to do without a window.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Check a station profile and store it.
    Provision(ProvisionOptions),
    /// Test the connection, step by step.
    Check(CheckOptions),
    /// Show a customer's points.
    Points(PointsOptions),
    /// Sign a customer up.
    Signup(SignupOptions),
    /// Set the manager PIN, read from standard input.
    Pin(PinOptions),
    /// Look after the signups that wait.
    Queue(QueueOptions),
    /// Look after the evidence of what customers agreed to.
    Consents(ConsentsOptions),
    /// Look up the points of a whole list.
    Balances(BalancesOptions),
    /// Run the sandbox server alone.
    Sandbox(SandboxArgs),
}

impl Verb {
    /// Whether one line of JSON is wanted.
    pub fn is_json(&self) -> bool {
        match self {
            Self::Provision(options) => options.json,
            Self::Check(options) => options.json,
            Self::Points(options) => options.json,
            Self::Signup(options) => options.json,
            Self::Pin(options) => options.json,
            Self::Queue(options) => options.json,
            Self::Consents(options) => options.json,
            Self::Balances(options) => options.json,
            Self::Sandbox(_) => false,
        }
    }
}

/// `provision`
#[derive(Debug, Args)]
pub struct ProvisionOptions {
    /// The profile, or - for standard input.
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    /// Delete FILE once it is stored.
    #[arg(long)]
    pub consume: bool,
    /// One line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// `check`
#[derive(Debug, Args)]
pub struct CheckOptions {
    /// Whose points to ask for; without it a number that nobody has.
    #[arg(long, value_name = "N")]
    pub phone: Option<String>,
    /// One line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// `points`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("customer").required(true).multiple(false))]
pub struct PointsOptions {
    /// The customer's phone.
    #[arg(long, value_name = "N", group = "customer")]
    pub phone: Option<String>,
    /// The customer's pass.
    #[arg(long, value_name = "P", group = "customer")]
    pub pass: Option<String>,
    /// One JSON object with phone or pass on standard input.
    #[arg(value_name = "-", value_parser = ["-"], group = "customer")]
    pub stdin: Option<String>,
    /// One line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// `signup`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("customer").required(true).multiple(false))]
pub struct SignupOptions {
    /// The customer's phone.
    #[arg(long, value_name = "N", group = "customer")]
    pub phone: Option<String>,
    /// One JSON object on standard input.
    #[arg(value_name = "-", value_parser = ["-"], group = "customer")]
    pub stdin: Option<String>,
    /// May be left out.
    #[arg(long, value_name = "S", conflicts_with = "stdin")]
    pub first_name: Option<String>,
    /// May be left out.
    #[arg(long, value_name = "S", conflicts_with = "stdin")]
    pub last_name: Option<String>,
    /// May be left out.
    #[arg(long, value_name = "yyyy-MM-dd", conflicts_with = "stdin")]
    pub birthday: Option<String>,
    /// One line of JSON.
    #[arg(long)]
    pub json: bool,
}

impl SignupOptions {
    /// Takes what is given for a field.
    pub fn take(&mut self, field: SignupField) -> Option<String> {
        let given = match field {
            SignupField::Phone => &mut self.phone,
            SignupField::FirstName => &mut self.first_name,
            SignupField::LastName => &mut self.last_name,
            SignupField::Birthday => &mut self.birthday,
        };
        given.take()
    }
}

/// `pin`
#[derive(Debug, Args)]
pub struct PinOptions {
    /// One line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// `queue`
#[derive(Debug, Args)]
pub struct QueueOptions {
    /// What to do with them.
    #[command(subcommand)]
    pub verb: QueueVerb,
    /// One line of JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do with the signups that wait.
#[derive(Debug, Subcommand)]
pub enum QueueVerb {
    /// List them.
    List,
    /// Put one, or all that are held or need a manager, back in line.
    Retry {
        /// Which; without it all.
        id: Option<i64>,
    },
    /// Send what is due.
    Deliver {
        /// Go on until none is left.
        #[arg(long)]
        until_empty: bool,
        /// Stop after so many seconds.
        #[arg(long, value_name = "SECS")]
        deadline: Option<u64>,
    },
    /// `export`, `import` and `release` of versions before 0.2.
    #[command(name = "export", aliases = ["import", "release"], hide = true)]
    Gone {
        /// Whatever they took.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
}

/// `consents`
#[derive(Debug, Args)]
pub struct ConsentsOptions {
    /// What to do with it.
    #[command(subcommand)]
    pub verb: ConsentsVerb,
    /// One line of JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do with the evidence of consents.
#[derive(Debug, Subcommand)]
pub enum ConsentsVerb {
    /// Write all of it into a new file; the manager's PIN is the one line of standard input.
    Export {
        /// A table, or JSON if it ends in .json.
        file: PathBuf,
    },
    /// Show what one customer agreed to.
    Find(OneCustomer),
    /// Destroy it, and every signup of the phone that was not sent.
    Delete(OneCustomer),
}

/// Whom `consents find` and `consents delete` are about.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("customer").required(true).multiple(false))]
pub struct OneCustomer {
    /// The customer's whole phone.
    #[arg(long, value_name = "N", group = "customer")]
    pub phone: Option<String>,
    /// One JSON object with the phone on standard input.
    #[arg(value_name = "-", value_parser = ["-"], group = "customer")]
    pub stdin: Option<String>,
}

/// `balances`
#[derive(Debug, Args)]
pub struct BalancesOptions {
    /// The list of phones or passes: a table as text, or a workbook (XLSX).
    pub file: PathBuf,
    /// Where the result goes: a table, or a workbook if it ends in .xlsx.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// One line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// `sandbox`
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// The port on 127.0.0.1; 0 is a free one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
}

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    /// What to print, help and version too, and with which exit code.
    pub fn parse_from_args(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let options = Self::try_parse_from(args).map_err(without_values)?;
        let WindowOptions { sandbox, windowed, .. } = options.window;
        if options.verb.is_some() && (sandbox || windowed) {
            let message = "--sandbox, --mode and --windowed are for the window only\n";
            return Err(clap::Error::raw(clap::error::ErrorKind::ArgumentConflict, message));
        }
        Ok(options)
    }
}

/// The error without what was typed: a stray word may be a customer's name or phone, and standard error ends up in logs.
fn without_values(error: clap::Error) -> clap::Error {
    if !error.use_stderr() {
        // Help and version.
        return error;
    }
    let mut message = error.kind().to_string();
    if let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) {
        let name = argument.split([' ', '=']).next().unwrap_or_default();
        let is_option = name.starts_with("--") && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        if is_option {
            message = format!("{message}: {name}");
        }
    }
    if let Some(usage) = error.get(ContextKind::Usage) {
        message = format!("{message}\n\n{usage}");
    }
    clap::Error::raw(error.kind(), format!("{message}\n\nFor more information, try '--help'.\n"))
}
