//! The journal: whole, cut off from its head, damaged, in the wrong place, with an open write.

use super::{doctor, finds};
use crate::console::{sandbox, write_file};
use crate::fixtures::{Desk, ENTITY, Ended, KIT, closed_port, config_for};

const UPGRADE: [&str; 8] = [
    "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER", "--yes",
];

#[test]
fn a_journal() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&UPGRADE).code(0);
    let ended = doctor(&desk).code(0);
    let ended = finds(ended, "journal", "ok", "format 2");
    let ended = finds(ended, "journal_chain", "ok", "whole");
    finds(ended, "open_writes", "ok", "none");

    std::fs::remove_file(desk.path("state/journal.head")).expect("it is there");
    let ended = doctor(&desk).code(2);
    let ended = finds(ended, "journal", "ok", "records");
    finds(ended, "journal_chain", "fail", "journal.head is missing");

    let text = "not a journal at all. ".repeat(400);
    write_file(&desk.path("state/journal.db"), &text);
    let ended = doctor(&desk).code(2);
    finds(ended, "journal", "fail", "put back a backup");
}

#[test]
fn a_journals_folder_that_is_none() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    write_file(&desk.path("state"), "a file");
    let ended = doctor(&desk).code(2);
    let ended = finds(
        ended,
        "journal",
        "fail",
        "can't be used (a part of its path is a file and no folder)",
    );
    finds(ended, "journal", "fail", "KITDESK_STATE");
    // Of two codes the higher one.
    let desk = Desk::configured(&config_for(closed_port(), ""));
    write_file(&desk.path("state"), "a file");
    let ended = doctor(&desk).code(3);
    ended.says("checks failed: dcms, journal");
}

#[cfg(target_os = "linux")]
#[test]
fn a_journals_folder_that_no_right_helps_to_make() {
    // Not even root makes a folder there.
    let sandbox = sandbox();
    for folder in ["/proc/kitdesk/state", "/proc"] {
        let desk = Desk::on(&sandbox);
        let mut command = desk.command(&["doctor", "--json"]);
        command.env("KITDESK_STATE", folder);
        let ended = Ended::of(&command.output().expect("the program runs")).code(2);
        finds(ended, "journal", "fail", "KITDESK_STATE");
    }
}

#[test]
fn looking_at_it_leaves_nothing_behind() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let deep = desk.path("new/folder/state");
    let run = || {
        let mut command = desk.command(&["doctor", "--json"]);
        command.env("KITDESK_STATE", &deep);
        let ended = Ended::of(&command.output().expect("the program runs")).code(0);
        finds(ended, "journal", "ok", "the first action makes it");
    };
    run();
    assert!(!desk.path("new").exists());
    std::fs::create_dir_all(&deep).expect("made");
    run();
    let left = std::fs::read_dir(&deep).expect("it stays").count();
    assert_eq!(left, 0);
}

#[cfg(unix)]
#[test]
fn a_journals_folder_that_others_can_write() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&UPGRADE).code(0);
    let mode = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(desk.path("state"), mode).expect("it is our own");
    let ended = doctor(&desk).code(2);
    finds(ended, "journal", "fail", "chmod go-w");
}

#[test]
fn a_write_whose_end_nobody_knows() {
    let sandbox = sandbox();
    sandbox.add_fault("upgradeCard=500:1".parse().expect("a fault"));
    let desk = Desk::on(&sandbox);
    desk.run(&UPGRADE).code(4);
    let ended = doctor(&desk).code(0);
    let ended = finds(ended, "open_writes", "warn", "settle it by reading");
    finds(ended, "journal_chain", "ok", "whole");
}
