//! One key has several bytes, and a terminal sends more than keys: answers to another program's
//! questions, and keys in the form that another program has left it in.

use super::console::{Console, Key, sandbox};

/// What a terminal says that is no key here.
const ANSWERS: [&str; 14] = [
    "\x1b]10;rgb:1e1e/1e1e/2e2e\x1b\\",
    "\x1b]11;rgb:1e1e/1e1e/2e2e\x07",
    "\x1b]52;c;MTIzNDU2\x1b\\",
    "\x1bP!|7E565445\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1b_Gi=31;OK\x1b\\",
    "\x1b[>0;276;0c",
    "\x1b[?62;1;4c",
    "\x1b[?2026;2$y",
    "\x1b[24;80R",
    "\x1b[?997;1n",
    "\x1b[8;24;80t",
    "\x1b[?1u",
    "\x1b[M !\"",
];

fn on_the_kits(console: &mut Console) {
    console.until_row(&["4561789", "ACTIVE"]).until("u upgrade");
}

#[test]
fn backspace_and_enter_have_two_bytes_each() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("676166").send(b"\x08").type_text("5");
    console.send(b"\n");
    on_the_kits(&mut console);
    console.end();
}

#[test]
fn what_a_terminal_answers_is_neither_text_nor_an_esc() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    for digit in "676165".chars() {
        console.send(ANSWERS.concat().as_bytes());
        console.type_text(&digit.to_string());
    }
    console.key(Key::Enter);
    on_the_kits(&mut console);
    console.type_text("u").until("Upgrade kit 4561789");
    console
        .send(ANSWERS.concat().as_bytes())
        .type_text("SILVER");
    console.key(Key::F(10)).until("Review");
    for piece in ANSWERS.concat().as_bytes().chunks(3) {
        console.send(piece);
    }
    console.type_text("1789").key(Key::Enter).until("Done");
    console.end();
}

#[test]
fn digits_after_a_key_of_rxvt_are_typed() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    // Shift+Home, and back to the end.
    console.send(b"76165\x1b[7$6\x1b[8$\r");
    on_the_kits(&mut console);
    console.end();
}

#[test]
fn a_string_without_end_keeps_no_key_for_long() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.send(&[b"\x1b]0;".as_slice(), &[b'x'; 3000]].concat());
    console.until_quiet_for(std::time::Duration::from_millis(1500));
    console.type_text("676165").key(Key::Enter);
    on_the_kits(&mut console);
    console.send(b"\x1bP");
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0, "Ctrl+C ends it at any time");
}

#[test]
fn keys_in_the_form_that_another_program_has_left_are_keys() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    // The keypad's 6 7 6 1 6 5 and its Enter.
    console.send(b"\x1bOv\x1bOw\x1bOv\x1bOq\x1bOv\x1bOu\x1bOM");
    on_the_kits(&mut console);
    console.send(b"\x1b[27;5;108~").until("Hidden.");
    console.send(b"\x1b[13u");
    on_the_kits(&mut console);
    console.send(b"\x1b[99;5u");
    assert_eq!(console.exit_code(), 0);

    let all = String::from_utf8_lossy(&console.bytes()).into_owned();
    let (before, after) = all.split_once("kitdesk").expect("a picture");
    for mode in ["\x1b>", "\x1b[?1l", "\x1b[>4m", "\x1b[<u", "\x1b[?1003l"] {
        assert!(before.contains(mode), "{mode:?} when it is taken");
        assert!(after.contains(mode), "{mode:?} when it is given back");
    }
}

/// What is said where a paste stands still.
#[cfg(target_os = "linux")]
const LOST: &str = "The paste was incomplete, so nothing was pasted.";

#[cfg(target_os = "linux")]
#[test]
fn the_rest_of_a_paste_that_stood_still_is_no_key() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.send(b"\x1b[200~18").until(LOST);
    console.send(b"1223\rp\x1b[201~").type_text("181223116");
    console.until_row(&["181223116"]).key(Key::Enter);
    console.until_row(&["10930010477", "ACTIVE"]);
    // Where letters are commands it is none of them.
    console.send(b"\x1b[200~x").until(LOST);
    console.send(b"up\x1b[201~").type_text("p");
    console
        .until("Set the PIN of kit 10930010477")
        .key(Key::Tab);
    console.send(b"\x1b[200~").until(LOST);
    console.send(b"4315\x1b[201~").type_text("80").until("••");
    console.absent("•••");
    console.end();
}
