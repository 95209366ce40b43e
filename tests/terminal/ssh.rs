//! The README's recipe for a restricted account, with a real OpenSSH server: whatever is asked for, the
//! console is what comes, and no way leads around it. Where there is no OpenSSH, it says so.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kitdesk::sandbox::Sandbox;

use super::console::{Console, Key, home, sandbox, skipped, variables, write_file};

/// What the README says to put into `sshd_config`, for everyone: here is only one account.
const RECIPE: &str = "\
    DisableForwarding yes\n\
    PermitTTY yes\n\
    PermitUserRC no\n\
    PermitUserEnvironment KITDESK_OPERATOR\n\
    AuthenticationMethods publickey\n";

/// A server on a pipe of its own: no port, and gone with the client.
struct Server {
    home: tempfile::TempDir,
    client: Vec<String>,
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

impl Server {
    /// What is missing, where OpenSSH is not there or does not start for this user.
    fn start(sandbox: &Sandbox) -> Result<Self, String> {
        let program = server_program().ok_or("there is no sshd")?;
        let config = sandbox
            .config_file()
            .replace("environment =", "pin_entry = \"local\"\nenvironment =");
        let home = home(Some(&config));
        let folder = home.path().to_owned();
        let at = |name: &str| folder.join(name).display().to_string();
        if !key_pair(&folder.join("host_key")) || !key_pair(&folder.join("user_key")) {
            return Err("ssh-keygen makes no keys".into());
        }
        let key = std::fs::read_to_string(at("user_key.pub")).expect("a key");
        let known = format!("environment=\"KITDESK_OPERATOR=lakshmi\" {key}");
        write_file(&folder.join("authorized_keys"), &known);
        let set = variables(&folder).into_iter();
        let set = set.filter(|(name, _)| name.starts_with("XDG") || *name == "KITDESK_STATE");
        let set: Vec<_> = set
            .map(|(name, value)| format!("{name}={}", value.to_string_lossy()))
            .collect();
        let server = format!(
            "HostKey {}\nAuthorizedKeysFile {}\nPidFile none\nUsePAM no\nStrictModes no\n\
             LogLevel ERROR\nSubsystem sftp internal-sftp\nSetEnv {}\nForceCommand {}\n{RECIPE}",
            at("host_key"),
            at("authorized_keys"),
            set.join(" "),
            env!("CARGO_BIN_EXE_kitdesk"),
        );
        write_file(&folder.join("sshd_config"), &server);
        let checked = Command::new(&program)
            .args(["-t", "-f", &at("sshd_config")])
            .output()
            .map_err(|error| error.to_string())?;
        if !checked.status.success() {
            return Err(String::from_utf8_lossy(&checked.stderr).trim().to_owned());
        }
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
        })
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

fn server(sandbox: &Sandbox) -> Option<Server> {
    let why_not = match Server::start(sandbox) {
        Ok(server) => {
            // No terminal: the console says so, which is how this is known to work at all.
            let output = server.ask(&["desk"]);
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            if said.contains("the console needs a terminal") {
                return Some(server);
            }
            said
        }
        Err(why) => why,
    };
    skipped(&format!(
        "there is no OpenSSH server here that starts for this user: {why_not}"
    ));
    None
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

    let Server { home, mut client } = server;
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
