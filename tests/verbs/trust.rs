//! Who could change what decides which programs run, where secrets go and whom to trust: nobody but the
//! user and root. One rule for every file, in the verbs and in the doctor.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{PermissionsExt as _, lchown, symlink};
use std::path::{Path, PathBuf};

use kitdesk::sandbox::Sandbox;

use crate::console::{sandbox, skipped, write_file};
use crate::fixtures::{Desk, ENTITY, Ended, KIT, config_for};
use crate::tls::Authority;

/// A user who is neither root nor the one who runs the tests.
const STRANGER: u32 = 4315;

fn chmod(path: &Path, mode: u32) {
    set_permissions(path, Permissions::from_mode(mode)).expect("the test's own file");
}

/// Every file that a configuration can name, its permissions, and the setting that names it.
const NAMED: [(&str, u32, &str); 9] = [
    ("ca.pem", 0o644, "ca_file"),
    ("own.pem", 0o644, "client_cert"),
    ("own.key", 0o600, "client_key"),
    ("weak.txt", 0o644, "weak_pin_list"),
    ("pin.key", 0o600, "pin_key"),
    ("vault", 0o755, "card_key"),
    ("on-path", 0o755, "headers.x-one"),
    ("gateway.key", 0o600, "headers.x-two"),
    ("password", 0o600, "password"),
];

/// A desk with all of them, each in a folder of its own, so that one way alone can be spoilt.
fn desk(sandbox: &Sandbox) -> Desk {
    let config = config_for(
        sandbox.address(),
        "ca_file = \"ca.pem.d/ca.pem\"\n\
         client_cert = \"own.pem.d/own.pem\"\n\
         client_key = \"own.key.d/own.key\"\n\
         weak_pin_list = \"weak.txt.d/weak.txt\"\n\
         pin_key = { file = \"pin.key.d/pin.key\" }\n\
         card_key = { command = [\"vault.d/vault\", \"card\"] }\n\
         sign_in = { username = \"sandbox\", password = { file = \"password.d/password\" } }\n\
         [profiles.one.headers]\n\
         x-one = { command = [\"on-path\", \"header\"] }\n\
         x-two = { file = \"gateway.key.d/gateway.key\" }",
    );
    let desk = Desk::configured(&config);
    let bank = Authority::new();
    let (certificate, key) = bank.certificate("desk", |_| ()).pem();
    for (name, mode, _) in NAMED {
        let file = file(&desk, name);
        std::fs::create_dir(file.parent().expect("a folder")).expect("a new folder");
        let text = match name {
            "ca.pem" => bank.pem(),
            "own.pem" => certificate.clone(),
            "own.key" => key.clone(),
            "weak.txt" => "4321\n".to_owned(),
            "vault" | "on-path" => "#!/bin/sh\necho 00112233445566778899aabbccddeeff\n".to_owned(),
            "password" => "sandbox".to_owned(),
            _ => "00112233445566778899aabbccddeeff".to_owned(),
        };
        write_file(&file, &text);
        chmod(&file, mode);
        chmod(file.parent().expect("a folder"), 0o755);
    }
    desk
}

fn file(desk: &Desk, name: &str) -> PathBuf {
    desk.path("kitdesk").join(format!("{name}.d")).join(name)
}

fn run(desk: &Desk, args: &[&str]) -> Ended {
    let mut path = file(desk, "on-path")
        .parent()
        .expect("a folder")
        .as_os_str()
        .to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    Ended::of(
        &desk
            .command(args)
            .env("PATH", path)
            .output()
            .expect("it runs"),
    )
}

fn is_root_s_to_give(file: &Path) -> bool {
    let given = lchown(file, Some(STRANGER), None).is_ok();
    if !given {
        skipped("only root can give files away");
    }
    given
}

/// Spoils a file or folder in every way, and makes sure that each is refused with its name.
fn refused_in_every_way(path: &Path, advice: &Path, refused: impl Fn(&str)) {
    let mode = path.metadata().expect("it is there").permissions().mode();
    for writable in [0o020, 0o002] {
        chmod(path, mode | writable);
        refused(&format!("chmod go-w {}", advice.display()));
    }
    chmod(path, mode);
    if is_root_s_to_give(path) {
        refused(&format!("{} belongs to another user", advice.display()));
        lchown(path, Some(0), None).expect("root takes it back");
    }
}

#[test]
fn nobody_else_can_change_a_file_that_the_configuration_names() {
    let sandbox = sandbox();
    let desk = desk(&sandbox);
    let kits = ["kits", "--entity", ENTITY];
    run(&desk, &kits).code(0).shows(KIT);
    for (name, mode, setting) in NAMED {
        let file = file(&desk, name);
        let refused = |advice: &str| {
            // A secret must not be read either, and that is said first.
            let advice = if mode == 0o600 {
                advice.replace("chmod go-w", "chmod 600")
            } else {
                advice.to_owned()
            };
            let ended = run(&desk, &kits).code(2);
            assert!(
                ended.err.contains(&advice),
                "{setting}: {advice}\n{}",
                ended.err
            );
            let found = run(&desk, &["doctor"]);
            assert!(
                found.out.contains(&advice),
                "{setting}: {advice}\n{}",
                found.out
            );
            assert_ne!(found.code, 0, "{setting}");
        };
        refused_in_every_way(&file, &file, refused);
        let folder = file.parent().expect("a folder");
        refused_in_every_way(folder, folder, |advice| {
            run(&desk, &kits).code(2).says(advice);
        });
        // A link in a folder of the user's own leads there as well.
        let real = folder.join("real");
        std::fs::rename(&file, &real).expect("a new name");
        symlink(&real, &file).expect("a link");
        run(&desk, &kits).code(0);
        if is_root_s_to_give(&file) {
            let other = format!("{} belongs to another user", file.display());
            run(&desk, &kits).code(2).says(&other);
            lchown(&file, Some(0), None).expect("root takes it back");
        }
    }
    run(&desk, &kits).code(0).shows(KIT);
    assert_eq!(sandbox.worked("upgradeCard"), 0);
}

#[test]
fn nobody_else_can_change_the_configuration_or_a_theme() {
    let sandbox = sandbox();
    let desk = desk(&sandbox);
    let config = desk.path("kitdesk/config.toml");
    let kits = ["kits", "--entity", ENTITY];
    chmod(&config, 0o644);
    let refused = |advice: &str| {
        run(&desk, &kits).code(2).says(advice);
        run(&desk, &["config", "show"]).code(2).says(advice);
        run(&desk, &["doctor"]).code(2).shows(advice);
    };
    let folder = desk.path("kitdesk");
    refused_in_every_way(&config, &config, refused);
    refused_in_every_way(&folder, &folder, refused);
    run(&desk, &kits).code(0);

    let theme = desk.path("kitdesk/ca.pem.d/theme.toml");
    write_file(&theme, "inherits = \"desk\"\n");
    chmod(&theme, 0o644);
    let name = theme.display().to_string();
    let shown = ["--theme", &name, "config", "show"];
    run(&desk, &shown).code(0);
    refused_in_every_way(&theme, &theme, |advice| {
        run(&desk, &shown).code(2).says(advice);
    });
}

#[test]
fn nobody_else_can_replace_the_journal_or_the_log() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let upgrade = [
        "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER", "--yes",
    ];
    let outer = desk.path("outer");
    let state = outer.join("state");
    std::fs::create_dir_all(&state).expect("new folders");
    chmod(&state, 0o700);
    let with_state = |args: &[&str]| {
        let output = desk.command(args).env("KITDESK_STATE", &state).output();
        Ended::of(&output.expect("it runs"))
    };
    for folder in [&outer, &state] {
        refused_in_every_way(folder, folder, |advice| {
            with_state(&upgrade).code(2).says(advice);
            with_state(&["doctor"]).code(2).shows(advice);
        });
    }
    assert_eq!(sandbox.received("upgradeCard"), 0);

    let log = outer.join("kitdesk.log");
    let name = log.display().to_string();
    let logged = ["--log", &name, "themes"];
    refused_in_every_way(&outer, &outer, |advice| {
        desk.run(&logged).code(2).says(advice);
        assert!(!log.exists(), "{advice}");
    });
    // All users share such a folder, and nobody can replace what is another's.
    chmod(&outer, 0o1777);
    desk.run(&logged).code(0);
    desk.run(&["--log", "/dev/null", "themes"]).code(0);
}
