//! The recipe for a restricted account in `docs/ssh.md`, with a real OpenSSH server: whatever is asked for, the
//! console is what comes, and no way leads around it. Where there is no OpenSSH, it says so.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kitdesk::sandbox::Sandbox;

use super::console::{Console, Key, home, sandbox, skipped, variables, write_file};

const PAGE: &str = include_str!("../../docs/ssh.md");
/// The account, the program and the file of keys in the recipe; a test has others.
const ACCOUNT: &str = "carddesk";
const PROGRAM: &str = "/usr/local/bin/kitdesk";
const KEYS: &str = "/etc/carddesk/authorized_keys";

/// A file of the page, word for word, by how its first line begins.
fn recipe(first_line: &str) -> &'static str {
    let start = format!("```\n{first_line}");
    let (_, text) = PAGE.split_once(&start).expect("the page has the file");
    text.split_once("```").expect("the end of the file").0
}

fn server_recipe() -> &'static str {
    recipe("# /etc/ssh/sshd_config.d/carddesk.conf\n")
}

/// A server on a pipe of its own: no port, and gone with the client.
struct Server {
    home: tempfile::TempDir,
    client: Vec<String>,
    program: PathBuf,
    /// What a server on a pipe needs; the recipe comes after it.
    settings: String,
}

fn server_program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let mut found = folders.into_iter().map(|folder| folder.join("sshd"));
    found.find(|file| file.is_file())
}

fn key_pair(file: &Path) -> bool {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(file)
        .status();
    made.is_ok_and(|status| status.success())
}

/// Makes a host's key in this folder and asks the server about its configuration. What it says on
/// standard error is the error.
fn asked(program: &Path, folder: &Path, config: &str, args: &[&str]) -> Result<String, String> {
    let host_key = folder.join("host_key");
    if !host_key.exists() && !key_pair(&host_key) {
        return Err("ssh-keygen makes no keys".into());
    }
    let file = folder.join("sshd_config");
    write_file(&file, config);
    let output = Command::new(program)
        .args(args)
        .arg("-h")
        .arg(host_key)
        .arg("-f")
        .arg(file)
        .output()
        .map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}

/// A server that takes an empty configuration, so that what it says of another is about that one.
fn checked_program(folder: &Path) -> Result<PathBuf, String> {
    let program = server_program().ok_or("there is no sshd")?;
    asked(&program, folder, "", &["-t"])?;
    Ok(program)
}

impl Server {
    /// What is missing, where OpenSSH is not there or does not start for this user.
    fn start(sandbox: &Sandbox) -> Result<Self, String> {
        let config = sandbox
            .config_file()
            .replace("environment =", "pin_entry = \"local\"\nenvironment =");
        let home = home(Some(&config));
        let folder = home.path().to_owned();
        let program = checked_program(&folder)?;
        let at = |name: &str| folder.join(name).display().to_string();
        if !key_pair(&folder.join("user_key")) {
            return Err("ssh-keygen makes no keys".into());
        }
        let key = std::fs::read_to_string(at("user_key.pub")).expect("a key");
        let known = recipe(&format!("# {KEYS}")).lines().last().expect("a key");
        let known = known.replace("ssh-ed25519 AAAA... lakshmi", &key);
        assert!(known.contains(&key), "the recipe names its keys as before");
        write_file(&folder.join("authorized_keys"), &known);
        let set = variables(&folder).into_iter();
        let set = set.filter(|(name, _)| name.starts_with("XDG") || *name == "KITDESK_STATE");
        let set: Vec<_> = set
            .map(|(name, value)| format!("{name}={}", value.to_string_lossy()))
            .collect();
        let server = format!(
            "HostKey {}\nPidFile none\nUsePAM no\nStrictModes no\nLogLevel ERROR\n\
             Subsystem sftp internal-sftp\nSetEnv {}\n",
            at("host_key"),
            set.join(" "),
        );
        let pipe = format!(
            "ProxyCommand={} -i -f {}",
            program.display(),
            at("sshd_config")
        );
        let options = [
            "-F".to_owned(),
            "none".to_owned(),
            "-i".to_owned(),
            at("user_key"),
            "-o".to_owned(),
            pipe,
            "-o".to_owned(),
            "StrictHostKeyChecking=no".to_owned(),
            "-o".to_owned(),
            "UserKnownHostsFile=/dev/null".to_owned(),
            "-o".to_owned(),
            "BatchMode=yes".to_owned(),
            "-o".to_owned(),
            "LogLevel=ERROR".to_owned(),
        ];
        Ok(Self {
            home,
            client: options.to_vec(),
            program,
            settings: server,
        })
    }

    /// The recipe with this account, this program and these keys.
    fn recipe(&self) -> String {
        let user = Command::new("id").arg("-un").output();
        let user = user.expect("every system has it").stdout;
        let keys = self.home.path().join("authorized_keys");
        server_recipe()
            .replace(KEYS, &keys.display().to_string())
            .replace(PROGRAM, env!("CARGO_BIN_EXE_kitdesk"))
            .replace(ACCOUNT, String::from_utf8_lossy(&user).trim())
    }

    /// What a client without a terminal reads when the server has these settings too.
    fn says_with(&self, settings: &str) -> Result<String, String> {
        let settings = format!("{}{settings}", self.settings);
        asked(&self.program, self.home.path(), &settings, &["-t"])?;
        let output = self.ask(&["desk"]);
        Ok(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }

    fn ask(&self, more: &[&str]) -> Output {
        Command::new("ssh")
            .args(&self.client)
            .args(more)
            .stdin(Stdio::null())
            .output()
            .expect("there is a client")
    }
}

/// A server with the recipe. Where a server does not even work without it, it says so.
fn server(sandbox: &Sandbox) -> Option<Server> {
    const CONSOLE: &str = "the console needs a terminal";
    let least = |server: &Server| {
        let keys = server.home.path().join("authorized_keys");
        let program = env!("CARGO_BIN_EXE_kitdesk");
        let keys = keys.display();
        format!("AuthorizedKeysFile {keys}\nPermitUserEnvironment yes\nForceCommand {program}\n")
    };
    let started = Server::start(sandbox).and_then(|server| {
        let said = server.says_with(&least(&server))?;
        if said.contains(CONSOLE) {
            Ok(server)
        } else {
            Err(said)
        }
    });
    match started {
        Ok(server) => {
            let said = server.says_with(&server.recipe());
            let said = said.expect("sshd takes the recipe");
            assert!(said.contains(CONSOLE), "{said}");
            Some(server)
        }
        Err(why) => {
            skipped(&format!(
                "there is no OpenSSH server here that starts for this user: {why}"
            ));
            None
        }
    }
}

#[test]
fn sshd_takes_the_readme_s_recipe_word_for_word() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = match checked_program(folder.path()) {
        Ok(program) => program,
        Err(why) => return skipped(&format!("no OpenSSH server checks files here: {why}")),
    };
    let recipe = server_recipe();
    asked(&program, folder.path(), recipe, &["-t"]).expect("sshd takes the recipe");

    let seen_by = |user: &str| {
        let who = format!("user={user},host=desk,addr=192.0.2.1");
        asked(&program, folder.path(), recipe, &["-T", "-C", &who]).expect("all settings")
    };
    let account = seen_by(ACCOUNT);
    for line in recipe.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') || line.starts_with("Match") {
            continue;
        }
        let (name, value) = line.split_once(' ').expect("a name and a value");
        let line = format!("{} {value}", name.to_lowercase());
        assert!(account.lines().any(|its| its == line), "{line}\n{account}");
    }
    assert!(
        !seen_by("root").contains(PROGRAM),
        "others keep their shell"
    );
}

#[test]
fn an_account_over_ssh_has_the_console_and_nothing_else() {
    let sandbox = sandbox();
    let Some(server) = server(&sandbox) else {
        return;
    };
    for wanted in [
        &["desk", "cat /etc/passwd"][..],
        &["desk", "sh", "-i"],
        &["desk", "kitdesk journal export"],
        &["-s", "desk", "sftp"],
    ] {
        let output = server.ask(wanted);
        assert_eq!(output.status.code(), Some(2), "{wanted:?}");
        assert!(output.stdout.is_empty(), "{wanted:?}");
        // Of a subsystem the server passes no error on.
        if wanted[0] != "-s" {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("the console needs a terminal"), "{said}");
        }
    }
    // To be passed on to another host, a connection would have to be opened.
    let output = server.ask(&["-W", &sandbox.address().to_string(), "desk"]);
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());

    let Server {
        home, mut client, ..
    } = server;
    client.extend(["-tt".to_owned(), "desk".to_owned(), "sh".to_owned()]);
    let mut console = Console::start_program("ssh", home, &client, 80, 24);
    console.until("Find a customer").until("lakshmi");
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789"]).until("u upgrade");
    console.type_text("p");
    console.until("PINs are typed at the counter only, not over SSH");
    console.type_text("u").until("Upgrade kit 4561789");
    console.type_text("SILVER").key(Key::F(10));
    console.until("Review: upgrade a card");
    console.type_text("1789").key(Key::Enter).until("Done");
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0);
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}
