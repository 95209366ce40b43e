use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::*;

const HEX: &str = "00000000000000000000000000000000";
const CHECK: &str = "AES-128 66E94B";
const SHORT: Duration = Duration::from_millis(150);

fn place() -> Place {
    Place::line(&Path::new("/c/config.toml").into(), 7)
}

#[cfg(unix)]
fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is our own");
}

fn file(folder: &TempDir, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join("pin.key");
    fs::write(&path, text).expect("the folder is our own");
    #[cfg(unix)]
    chmod(&path, 0o600);
    path
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("there is a temporary folder")
}

fn in_file(path: impl Into<PathBuf>) -> KeySource {
    KeySource::new(SecretSource::file(path.into(), place()), KeyFormat::Hex)
}

fn in_variable(name: &str, around: &Env) -> KeySource {
    let source = SecretSource::variable(name, around, place());
    KeySource::new(source, KeyFormat::Hex)
}

fn from_shell(script: &str) -> KeySource {
    from("/bin/sh", &["-c", script])
}

fn from(program: &str, arguments: &[&str]) -> KeySource {
    let around = Env::given([("PATH", "/usr/bin:/bin"), ("HELD", HEX)]);
    let source = SecretSource::command(
        Program::new(program, |path| path.into()),
        arguments,
        &around,
        place(),
    );
    KeySource::new(source, KeyFormat::Hex)
}

fn check_value(source: &KeySource) -> String {
    match source.read() {
        Ok(key) => key.check_value().to_string(),
        Err(error) => panic!("{error}"),
    }
}

fn sentence(source: &KeySource) -> String {
    match source.read_within(SHORT) {
        Ok(_) => panic!("this is no key"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_source_moves_to_another_thread() {
    let source = KeySource::held(Zeroizing::new(vec![0; 16]));
    let there = source.clone();
    let read = std::thread::spawn(move || check_value(&there)).join();
    assert_eq!(read.ok().as_deref(), Some(CHECK));
    assert_eq!(source.describe(), "held in memory");
}

#[test]
fn a_key_is_read_from_a_file() {
    let folder = folder();
    let source = in_file(file(&folder, format!("{HEX}\n")));
    assert_eq!(check_value(&source), CHECK);
    assert!(source.describe().starts_with("file /"));
}

#[test]
fn a_file_must_be_there_and_be_one() {
    let folder = folder();
    let missing = folder.path().join("none.key");
    assert_eq!(
        sentence(&in_file(&missing)),
        format!(
            "/c/config.toml, line 7: {} does not exist",
            missing.display()
        )
    );
    assert_eq!(
        sentence(&in_file(folder.path())),
        format!(
            "/c/config.toml, line 7: {} is not a regular file",
            folder.path().display()
        )
    );
    let said = sentence(&in_file(file(&folder, "")));
    assert!(said.ends_with("pin.key is empty"), "{said}");
    let said = sentence(&in_file(file(&folder, "\n")));
    assert!(said.ends_with("there is nothing in it"), "{said}");
    let said = sentence(&in_file(file(&folder, vec![b'0'; 64 * 1024 + 1])));
    assert!(said.ends_with("is larger than 64 KiB"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_file_is_for_its_owner_alone() {
    let folder = folder();
    let path = file(&folder, HEX);
    for mode in [0o640, 0o604, 0o620, 0o601] {
        chmod(&path, mode);
        let shown = path.display();
        assert_eq!(
            sentence(&in_file(&path)),
            format!(
                "/c/config.toml, line 7: {shown} can be read by others; \
                 only its owner may: chmod 600 {shown}"
            )
        );
    }
    chmod(&path, 0o400);
    assert_eq!(check_value(&in_file(&path)), CHECK);
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_write_is_refused() {
    let folder = folder();
    let path = file(&folder, HEX);
    for mode in [0o770, 0o707, 0o1777, 0o1770] {
        chmod(folder.path(), mode);
        let said = sentence(&in_file(&path));
        // What a folder such as /tmp is for, no advice changes.
        let advice = if mode > 0o777 {
            "move it to a folder of your own (chmod 700)".to_owned()
        } else {
            format!("chmod go-w {}", folder.path().display())
        };
        assert!(said.ends_with(&advice), "{said}");
    }
    for mode in [0o755, 0o711, 0o700] {
        chmod(folder.path(), mode);
        assert_eq!(check_value(&in_file(&path)), CHECK);
    }

    chmod(folder.path(), 0o777);
    let elsewhere = super::tests::folder();
    let link = elsewhere.path().join("link.key");
    std::os::unix::fs::symlink(&path, &link).expect("the folder is our own");
    let said = sentence(&in_file(&link));
    assert!(said.contains("can be changed by other users"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_folder_on_the_way_is_nobody_elses() {
    let outer = folder();
    let inner = outer.path().join("shared/desk");
    fs::create_dir_all(&inner).expect("the folder is our own");
    let shared = outer.path().join("shared");
    let path = inner.join("pin.key");
    fs::write(&path, HEX).expect("the folder is our own");
    chmod(&path, 0o600);
    chmod(&inner, 0o700);
    // Nobody can put another folder in the place of ours, as in /tmp.
    for mode in [0o755, 0o1777, 0o1775] {
        chmod(&shared, mode);
        assert_eq!(check_value(&in_file(&path)), CHECK, "{mode:o}");
    }
    let elsewhere = folder();
    let (near, far) = (
        elsewhere.path().join("near.key"),
        elsewhere.path().join("desk"),
    );
    std::os::unix::fs::symlink("desk/pin.key", &near).expect("the folder is our own");
    std::os::unix::fs::symlink(&inner, &far).expect("the folder is our own");
    let winding = inner.join("../desk/./pin.key");
    for way in [&near, &far.join("pin.key"), &winding] {
        chmod(&shared, 0o755);
        assert_eq!(check_value(&in_file(way)), CHECK, "{}", way.display());
        for mode in [0o777, 0o775] {
            chmod(&shared, mode);
            let said = sentence(&in_file(way));
            let advice = format!(
                "can be changed by other users; only its owner may write it: chmod go-w {}",
                shared.canonicalize().expect("it is there").display()
            );
            assert!(said.ends_with(&advice), "{said}");
        }
    }
}

#[cfg(unix)]
#[test]
fn what_belongs_to_another_user_is_refused() {
    let outer = folder();
    let inner = outer.path().join("desk");
    fs::create_dir(&inner).expect("the folder is our own");
    let path = inner.join("pin.key");
    fs::write(&path, HEX).expect("the folder is our own");
    chmod(&path, 0o600);
    chmod(&inner, 0o755);
    let link = outer.path().join("link.key");
    std::os::unix::fs::symlink(&path, &link).expect("the folder is our own");
    for given in [&path, &inner, &link] {
        if std::os::unix::fs::lchown(given, Some(4315), None).is_err() {
            let mut told = std::io::stderr();
            writeln!(told, "skipped: only root can give files away").ok();
            return;
        }
        let said = sentence(&in_file(&link));
        let shown = given.canonicalize().expect("it is there");
        let shown = if given == &link { &link } else { &shown };
        let expected = format!("{} belongs to another user", shown.display());
        assert!(said.contains(&expected), "{said}");
        std::os::unix::fs::lchown(given, Some(0), None).expect("root can take it back");
    }
    assert_eq!(check_value(&in_file(&link)), CHECK);
}

#[test]
fn a_key_is_read_from_a_variable() {
    let around = Env::given([("PIN_KEY", HEX), ("EMPTY", "")]);
    let source = in_variable("PIN_KEY", &around);
    assert_eq!(check_value(&source), CHECK);
    assert_eq!(source.describe(), "environment variable PIN_KEY");
    for name in ["NONE", "EMPTY"] {
        assert_eq!(
            sentence(&in_variable(name, &around)),
            format!("/c/config.toml, line 7: the environment variable {name} is not set or empty")
        );
    }
}

#[test]
fn a_key_that_is_none_is_not_quoted() {
    let around = Env::given([("PIN_KEY", "hunter2hunter2")]);
    assert_eq!(
        sentence(&in_variable("PIN_KEY", &around)),
        "/c/config.toml, line 7: environment variable PIN_KEY: it is not hex: only 0-9 and a-f, \
         two for each byte, are allowed (or set format = \"base64\")"
    );
}

#[test]
fn base64_is_read_as_such() {
    let around = Env::given([("PIN_KEY", "AAAAAAAAAAAAAAAAAAAAAA==")]);
    let source = SecretSource::variable("PIN_KEY", &around, place());
    assert_eq!(
        check_value(&KeySource::new(source, KeyFormat::Base64)),
        CHECK
    );
}

#[test]
fn only_one_line_break_is_taken_from_a_password() {
    let folder = folder();
    let read = |text: &str| {
        let source = SecretSource::file(file(&folder, text), place());
        source.read().map(|s| s.expose_secret().to_owned())
    };
    assert_eq!(read("a b \n").as_deref(), Ok("a b "));
    assert_eq!(read("a\r\n").as_deref(), Ok("a"));
    assert_eq!(read("a\n\n").as_deref(), Ok("a\n"));
}

#[test]
fn a_password_is_text() {
    let folder = folder();
    let source = SecretSource::file(file(&folder, [b'a', 0xff]), place());
    let said = source.read().err().map(|error| error.to_string());
    assert!(said.is_some_and(|said| said.ends_with("it is not text")));
}

#[cfg(unix)]
mod commands {
    use super::*;

    #[test]
    fn a_key_is_what_a_command_prints() {
        assert_eq!(check_value(&from("echo", &[HEX])), CHECK);
        assert_eq!(check_value(&from_shell("printf %s \"$HELD\"")), CHECK);
        assert_eq!(from("echo", &[HEX]).describe(), "command echo");
    }

    #[test]
    fn arguments_meet_no_shell() {
        let said = sentence(&from("echo", &["$HELD"]));
        assert!(said.contains("it is not hex"), "{said}");
    }

    #[test]
    fn each_way_to_fail_is_said_without_arguments_or_output() {
        let program = "/c/config.toml, line 7: the command /bin/sh";
        for (script, end) in [
            ("echo hunter2; exit 3", "failed with status 3"),
            ("kill -9 $$ # hunter2", "was ended by a signal"),
            ("echo hunter2 >&2", "printed nothing"),
            ("echo; true hunter2", "printed nothing"),
        ] {
            assert_eq!(sentence(&from_shell(script)), format!("{program} {end}"));
        }
        assert_eq!(
            sentence(&from("no-such-vault", &["hunter2"])),
            "/c/config.toml, line 7: the command no-such-vault was not found"
        );
        let folder = folder();
        let path = file(&folder, "hunter2");
        let said = sentence(&from(&path.to_string_lossy(), &["hunter2"]));
        assert!(said.contains("could not be started"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }

    #[test]
    fn a_command_line_in_one_string_shows_its_program_only() {
        for (line, shown) in [
            ("vault kv get -token=s.SECRET", "vault ..."),
            ("  vault\tkv get -token=s.SECRET", "vault ..."),
            ("vault\u{a0}s.SECRET", "vault ..."),
            ("VAULT_TOKEN=s.SECRET vault kv get", "VAULT_TOKEN ..."),
            ("/opt/vault kv get -token=s.SECRET/a", "/opt/vault ..."),
            ("/bin/sh -c s.SECRET", "/bin/sh ..."),
        ] {
            let source = from(line, &["s.SECRET"]);
            assert_eq!(source.describe(), format!("command {shown}"));
            // Long enough for the system to refuse it as a name.
            for more in ["", &" s.SECRET".repeat(600)] {
                let said = sentence(&from(&format!("{line}{more}"), &[]));
                let checked = from(line, &[]).check();
                assert_eq!(
                    checked.map_err(|error| error.to_string()),
                    Err(sentence(&source))
                );
                assert!(
                    said.contains(&format!("the command {shown} was not found")),
                    "{said}"
                );
                assert!(
                    said.contains("each argument must be a string of its own"),
                    "{said}"
                );
                assert!(!said.contains("s.SECRET"), "{said}");
            }
        }
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        for script in ["exec sleep 60", "exec sleep 60 >&-", "sleep 20 & echo 00"] {
            let begin = Instant::now();
            assert_eq!(
                sentence(&from_shell(script)),
                "/c/config.toml, line 7: the command /bin/sh took longer than 150ms and was ended"
            );
            assert!(begin.elapsed() < Duration::from_secs(5), "{script}");
        }
    }

    /// Whether it runs, or only waits for a parent to take notice of its end.
    #[cfg(target_os = "linux")]
    fn runs(process: &str) -> bool {
        let Ok(state) = std::fs::read_to_string(format!("/proc/{process}/stat")) else {
            return false;
        };
        let (_, rest) = state.rsplit_once(") ").expect("a name in brackets");
        !rest.starts_with(['Z', 'X'])
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_command_started_is_ended_with_it() {
        for hangs in ["wait", "exit 0"] {
            let folder = tempfile::tempdir().expect("a folder");
            let note = folder.path().join("process");
            let script = format!("sleep 600 & echo $! > {}; echo 00; {hangs}", note.display());
            assert!(
                sentence(&from_shell(&script)).ends_with("took longer than 150ms and was ended")
            );
            let process = std::fs::read_to_string(note).expect("it was started");
            let until = Instant::now() + Duration::from_secs(10);
            while runs(process.trim()) {
                assert!(Instant::now() < until, "it is still there: {hangs}");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }

    #[test]
    fn a_command_that_never_stops_printing_is_ended() {
        let source = from_shell("exec cat /dev/zero");
        let said = source.read().err().map(|error| error.to_string());
        assert!(said.is_some_and(|said| said.ends_with("printed more than 64 KiB")));
    }

    #[test]
    fn a_command_has_no_input() {
        assert_eq!(check_value(&from_shell("cat; echo $HELD")), CHECK);
    }
}
