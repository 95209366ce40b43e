//! Running a verb and looking at its end; configurations that point where a test wants.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use kitdesk::sandbox::Sandbox;
use serde_json::Value;
use tempfile::TempDir;

use crate::console::{home, variables};

pub const ENTITY: &str = "676165";
pub const KIT: &str = "4561789";
pub const RECEIVED: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
pub const PROCESSED: &str = "9b2e4c1a-0d3f-4f5e-8a61-7c2d9e0f1b34";

/// The program with one configuration.
pub struct Desk {
    home: TempDir,
}

/// How a run ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    /// Configured for this sandbox.
    pub fn on(sandbox: &Sandbox) -> Self {
        Self::configured(&sandbox.config_file())
    }

    /// With this configuration.
    pub fn configured(config: &str) -> Self {
        Self {
            home: home(Some(config)),
        }
    }

    /// Without any configuration.
    pub fn unconfigured() -> Self {
        Self { home: home(None) }
    }

    /// In a home where the program has run before.
    pub fn in_home(home: TempDir) -> Self {
        Self { home }
    }

    /// A file in the program's home.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The program's home, for a terminal to run it in.
    pub fn into_home(self) -> TempDir {
        self.home
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kitdesk"));
        self.set_up(command.args(args));
        command
    }

    fn set_up(&self, command: &mut Command) {
        command
            .env_clear()
            .envs(variables(self.home.path()))
            .current_dir(self.home.path())
            .stdin(Stdio::null());
    }

    /// Runs it to its end with no more than so many KiB of memory of its own.
    #[cfg(target_os = "linux")]
    pub fn run_within(&self, kib: u32, args: &[&str]) -> Ended {
        let limited = format!("ulimit -d {kib} && exec \"$0\" \"$@\"");
        let mut shell = Command::new("sh");
        shell.args(["-c", &limited, env!("CARGO_BIN_EXE_kitdesk")]);
        self.set_up(shell.args(args));
        Ended::of(&shell.output().expect("there is a shell"))
    }

    /// Runs it to its end, with nothing on standard input.
    pub fn run(&self, args: &[&str]) -> Ended {
        Ended::of(&self.command(args).output().expect("the program runs"))
    }

    /// Runs it to its end with these bytes on standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Ended {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().expect("its input is a pipe");
        // It may have ended before it reads.
        stdin.write_all(input).ok();
        drop(stdin);
        Ended::of(&child.wait_with_output().expect("the program ends"))
    }

    /// Starts it, for a signal to end it.
    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs")
    }
}

impl Ended {
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().expect("no signal ended it"),
            out: String::from_utf8(output.stdout.clone()).expect("text"),
            err: String::from_utf8(output.stderr.clone()).expect("text"),
        }
    }

    /// Makes sure of the exit code.
    #[track_caller]
    pub fn code(self, expected: i32) -> Self {
        let Self { code, out, err } = &self;
        assert_eq!(*code, expected, "out: {out}\nerr: {err}");
        self
    }

    /// Makes sure that standard error says this.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{text:?} in {:?}", self.err);
        self
    }

    /// Makes sure that this stands on standard output.
    #[track_caller]
    pub fn shows(self, text: &str) -> Self {
        assert!(self.out.contains(text), "{text:?} is not in:\n{}", self.out);
        self
    }

    /// The one object on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "one object: {}", self.out);
        let object: Value = serde_json::from_str(&self.out).expect("JSON");
        let keys = ["outcome", "operation", "result", "error", "journal_id"];
        let there = object.as_object().expect("an object");
        assert_eq!(there.len(), keys.len(), "{object}");
        assert!(keys.iter().all(|key| there.contains_key(*key)), "{object}");
        object
    }

    /// Makes sure that nothing that was written holds any of these.
    #[track_caller]
    pub fn keeps(self, secrets: &[&str]) -> Self {
        for secret in secrets {
            assert!(!self.out.contains(secret), "a secret in the output");
            assert!(!self.err.contains(secret), "a secret in what is told");
        }
        self
    }
}

/// A configuration for this address, with keys for it to hold.
pub fn config_for(address: SocketAddr, more: &str) -> String {
    format!(
        "[profiles.one]\nbase_url = \"http://{address}/v1\"\ntenant = \"SANDBOX\"\n\
         environment = \"sandbox\"\n{more}\n"
    )
}

/// An address at which nobody listens.
pub fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it has an address")
}

/// A DCMS that gives these results, one a connection, and is gone after the last one.
pub fn answers(results: Vec<String>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    thread::spawn(move || {
        let mut left = results.len();
        for result in results {
            let Ok((stream, _)) = listener.accept() else {
                return;
            };
            left -= 1;
            if left == 0 {
                // Before the last answer, so that nobody can come in between.
                let last = listener;
                drop(last);
                answer(stream, &result);
                return;
            }
            answer(stream, &result);
        }
    });
    address
}

fn answer(mut stream: TcpStream, result: &str) {
    let mut request = Vec::new();
    let mut chunk = [0; 1024];
    // Requests are small and end with their body's brace.
    while !request.ends_with(b"}") {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&chunk[..count]),
        }
    }
    let body = format!(r#"{{"result":{result},"exception":null,"pagination":null}}"#);
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .expect("the program reads");
}

/// Sends a signal by the name that `kill` knows.
#[cfg(unix)]
pub fn signal(process: u32, name: &str) {
    let status = Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .status()
        .expect("there is a kill");
    assert!(status.success());
}
