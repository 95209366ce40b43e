//! A server with people, and OpenSSH's client.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kitdesk::sandbox::Sandbox;
use russh::keys::ssh_key::LineEnding;
use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::keys::{HashAlg, PrivateKey};
use serde_json::Value;
use tempfile::TempDir;

use crate::console::{Console, home, variables, write_file};

/// How long a server may take to do something: far more than it needs, for machines under load.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A key pair of a test, the same for the same number.
pub fn key(number: u8) -> PrivateKey {
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&[number; 32]));
    PrivateKey::new(pair, format!("key {number}")).expect("a key")
}

/// Its public half, as `people.toml` has it.
pub fn public(key: &PrivateKey) -> String {
    key.public_key().to_openssh().expect("a line")
}

pub fn fingerprint(key: &PrivateKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// Somebody with the key of this number.
pub fn person(id: &str, name: &str, roles: &str, number: u8) -> String {
    format!(
        "[people.{id}]\nname = \"{name}\"\nroles = [{roles}]\nkeys = [\"{}\"]\n\n",
        public(&key(number))
    )
}

/// Maria at the desk with key 1, Lakshmi with key 2, and an auditor with key 3.
pub fn people() -> String {
    [
        person("maria", "Maria D'Souza", "\"desk\"", 1),
        person("lakshmi", "Lakshmi Rao", "\"desk\", \"settle\"", 2),
        person("arun", "Arun Menon", "\"audit\"", 3),
    ]
    .concat()
}

/// The program as a server, until it is dropped.
pub struct Server {
    home: TempDir,
    child: Child,
    pub address: SocketAddr,
    pub host_key: String,
    pub metrics: Option<SocketAddr>,
    /// What it says on standard error, as far as it has.
    said: Arc<Mutex<String>>,
}

impl Server {
    /// With the people of [`people`] and the settings of every server.
    pub fn on(sandbox: &Sandbox) -> Self {
        Self::with(sandbox, "", &people())
    }

    /// With more settings of its section, and these people.
    pub fn with(sandbox: &Sandbox, settings: &str, people: &str) -> Self {
        Self::configured(&sandbox.config_file(), settings, people)
    }

    /// With this configuration before its section.
    pub fn configured(config: &str, settings: &str, people: &str) -> Self {
        Self::with_files(config, settings, &[("people.toml", people.to_owned())])
    }

    /// The same with these files next to it.
    pub fn with_files(config: &str, settings: &str, files: &[(&str, String)]) -> Self {
        let config = format!("{config}\n[serve]\nlisten = [\"127.0.0.1:0\"]\n{settings}\n");
        let home = home(Some(&config));
        for (name, text) in files {
            write_file(&home.path().join("kitdesk").join(name), text);
        }
        if !home.path().join("kitdesk/host_ed25519").exists() {
            let made = Self::command(home.path(), &["serve", "--init"]).output();
            let made = made.expect("the program runs");
            let said = String::from_utf8_lossy(&made.stderr).into_owned();
            assert!(made.status.success(), "{said}");
        }
        Self::start(home)
    }

    fn start(home: TempDir) -> Self {
        let mut child = Self::command(home.path(), &["serve", "--json"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        let mut out = BufReader::new(out);
        let mut error = child.stderr.take().expect("its errors");
        let said = Arc::new(Mutex::new(String::new()));
        let keeps = Arc::clone(&said);
        std::thread::spawn(move || {
            let mut chunk = [0; 1024];
            while let Ok(count @ 1..) = error.read(&mut chunk) {
                let text = String::from_utf8_lossy(&chunk[..count]).into_owned();
                keeps.lock().expect("nobody has panicked").push_str(&text);
            }
        });
        out.read_line(&mut line).expect("a line");
        let said_at_once = || said.lock().expect("nobody has panicked").clone();
        assert!(!line.is_empty(), "it does not start: {}", said_at_once());
        let started: Value = serde_json::from_str(&line).expect("JSON");
        let result = &started["result"];
        let address = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
        Self {
            address: address(&result["listen"][0]).expect("where it listens"),
            metrics: address(&result["metrics"]),
            host_key: result["host_keys"][0].as_str().expect("a key").to_owned(),
            home,
            child,
            said,
        }
    }

    fn command(home: &Path, args: &[&str]) -> Command {
        // A release build, where the cost of it is measured.
        let program = std::env::var_os("KITDESK_PROGRAM");
        let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_kitdesk").into());
        let mut command = Command::new(program);
        command
            .args(args)
            .env_clear()
            .envs(variables(home))
            .env_remove("KITDESK_OPERATOR")
            .current_dir(home);
        command
    }

    /// Runs a verb in the server's home.
    pub fn verb(&self, args: &[&str]) -> Output {
        let ran = Self::command(self.home.path(), args)
            .stdin(Stdio::null())
            .output();
        ran.expect("the program runs")
    }

    /// The records of its journal, the newest first.
    pub fn records(&self) -> Vec<Value> {
        let output = self.verb(&["journal", "list", "--limit", "1000", "--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        report["result"]["records"]
            .as_array()
            .expect("a list")
            .clone()
    }

    /// Waits until a record of this kind is in the journal.
    pub fn recorded(&self, kind: &str) -> Value {
        self.until(kind, || {
            let records = self.records();
            records.into_iter().find(|record| record["kind"] == kind)
        })
    }

    /// Waits for something that becomes true without a sign.
    pub fn until<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let since = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            let said = || self.said.lock().expect("nobody has panicked").clone();
            assert!(since.elapsed() < PATIENCE, "no {what}: {}", said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Other people from now on.
    pub fn set_people(&self, people: &str) {
        write_file(&self.home.path().join("kitdesk/people.toml"), people);
    }

    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, name: &str) {
        let id = self.process_id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &id])
            .status();
        assert!(sent.expect("every system has it").success());
    }

    /// Waits until it has ended by itself.
    pub fn exit_code(&mut self) -> i32 {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of this process") {
                return status.code().expect("it was not killed");
            }
            assert!(since.elapsed() < PATIENCE * 2, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// How much memory it has written to, in KiB. Not its code: whose that is depends on which other tests run.
    pub fn memory(&self) -> usize {
        let path = format!("/proc/{}/smaps_rollup", self.process_id());
        let rollup = std::fs::read_to_string(path).expect("the system tells");
        let own = rollup
            .lines()
            .filter(|line| line.starts_with("Private_Dirty"));
        let sizes = own.filter_map(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok());
        sizes.sum()
    }

    /// Its counters.
    pub fn figures(&self) -> String {
        use std::io::Write as _;
        let address = self.metrics.expect("it was asked for");
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        // Where too many ask, it closes.
        stream.write_all(request.as_bytes()).ok();
        let mut text = String::new();
        stream.read_to_string(&mut text).ok();
        text
    }

    /// OpenSSH's client with this key.
    pub fn ssh(&self, key: &PrivateKey) -> Ssh {
        let home = home(None);
        write_key(&home.path().join("id"), key);
        Ssh::new(home, self.address)
    }

    /// A console over OpenSSH's client.
    pub fn console(&self, key: &PrivateKey, columns: u16, rows: u16) -> Console {
        self.ssh(key).console(columns, rows)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Writes a private key as OpenSSH does.
pub fn write_key(path: &Path, key: &PrivateKey) {
    let text = key.to_openssh(LineEnding::LF).expect("a key");
    write_file(path, &text);
}

/// OpenSSH's client with a home of its own.
pub struct Ssh {
    pub home: TempDir,
    args: Vec<String>,
}

impl Ssh {
    fn new(home: TempDir, address: SocketAddr) -> Self {
        let id = home.path().join("id").display().to_string();
        let port = address.port().to_string();
        let args = [
            "-F",
            "none",
            "-p",
            &port,
            "-i",
            &id,
            "-o",
            "IdentitiesOnly=yes",
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "BatchMode=yes",
            "-o",
            "LogLevel=ERROR",
        ];
        Self {
            args: args.map(str::to_owned).to_vec(),
            home,
        }
    }

    /// Without the key that it was made with.
    pub fn without_key(mut self) -> Self {
        let place = self
            .args
            .iter()
            .position(|arg| arg == "-i")
            .expect("it has one");
        self.args.drain(place..place + 2);
        self
    }

    /// With more options, of which each counts before those that it has.
    pub fn with_first(mut self, more: &[&str]) -> Self {
        let more = more.iter().map(|arg| (*arg).to_owned());
        self.args.splice(0..0, more);
        self
    }

    /// With more options.
    pub fn with(mut self, more: &[&str]) -> Self {
        self.args.extend(more.iter().map(|arg| (*arg).to_owned()));
        self
    }

    fn args(&self) -> Vec<String> {
        let mut args = self.args.clone();
        args.push("desk@127.0.0.1".to_owned());
        args
    }

    /// What it says without a terminal, and how it ends.
    pub fn ask(&self, wanted: &[&str]) -> Output {
        Command::new("ssh")
            .args(self.args())
            .args(wanted)
            .stdin(Stdio::null())
            .output()
            .expect("there is a client")
    }

    /// A console in a pseudo-terminal.
    pub fn console(self, columns: u16, rows: u16) -> Console {
        let mut console = self.terminal(columns, rows);
        console.until("Find a customer");
        console
    }

    /// Whatever comes in a pseudo-terminal.
    pub fn terminal(self, columns: u16, rows: u16) -> Console {
        let args = self.args();
        Console::start_program("ssh", self.home, &args, columns, rows)
    }
}

/// Whether OpenSSH's client is here; says so where it is not.
pub fn has_ssh() -> bool {
    has("ssh", "-V")
}

/// Whether a program is here; says so where it is not.
pub fn has(program: &str, version: &str) -> bool {
    let found = Command::new(program)
        .arg(version)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !found {
        crate::console::skipped(&format!("{program} is not installed"));
    }
    found
}
