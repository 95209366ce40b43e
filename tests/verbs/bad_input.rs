//! What can be wrong with a PIN, a card number or a key: one sentence each, exit code 2, nothing
//! sent, and no part of the secret anywhere.

use kitdesk::sandbox::Sandbox;
use serde_json::json;

use crate::console::{sandbox, write_file};
use crate::fixtures::{Desk, ENTITY, Ended, KIT, answers, config_for};

fn set_pin(desk: &Desk, input: &[u8]) -> Ended {
    let args = [
        "set-pin",
        "--entity",
        ENTITY,
        "--kit",
        KIT,
        "--secrets-stdin",
        "--yes",
        "--json",
    ];
    desk.run_with(&args, input)
}

#[track_caller]
fn refused_here(ended: Ended, said: &str) -> Ended {
    let ended = ended.code(2).says(said);
    let json = ended.json();
    assert_eq!(json["outcome"], "not_sent");
    let message = json["error"]["message"].as_str().expect("a sentence");
    assert!(message.contains(said), "{message}");
    ended
}

#[test]
fn lines_that_are_no_pin() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let digits = "a PIN is made of the digits 0 to 9 only";
    for (line, said, secret) in [
        ("739\n", "a PIN has 4 to 6 digits here, not 3", "739"),
        (
            "7391826\n",
            "a PIN has 4 to 6 digits here, not 7",
            "7391826",
        ),
        (
            "7391826450918\n",
            "a PIN has 4 to 6 digits here, not 13",
            "7391826",
        ),
        ("73a1\n", digits, "73a1"),
        ("７３９１\n", digits, "７３９１"),
        ("٧٣٩١\n", digits, "٧٣٩١"),
        ("73 91\n", digits, "73 91"),
        ("7777\n", "too easy to guess", "7777"),
        ("\n", "the PIN is missing", "\u{0}"),
        ("\r\n", "the PIN is missing", "\u{0}"),
        ("", "standard input ended before the PIN", "\u{0}"),
    ] {
        refused_here(set_pin(&desk, line.as_bytes()), said).keeps(&[secret]);
    }
    let long = [b'7'; 5000];
    refused_here(set_pin(&desk, &long), "far too long").keeps(&["777"]);
    refused_here(set_pin(&desk, b"\xff\xfe\n"), digits);
    assert_eq!(sandbox.received("setPin"), 0);
}

#[test]
fn lines_that_are_not_the_card_number() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = [
        "set-pin",
        "--entity",
        "210000000099",
        "--kit",
        "99000000001",
        "--secrets-stdin",
        "--yes",
        "--json",
    ];
    for (pan, said) in [
        ("4111111111111112", "the check digit does not fit"),
        (
            "5555555555554444",
            "this is another card: the kit's card is 411111XXXXXX1111",
        ),
        ("411111111111", "a card number has 13 to 19 digits, not 12"),
        (
            "41111111111111111111",
            "a card number has 13 to 19 digits, not 20",
        ),
        (
            "4111 1111 1111 1111",
            "a card number is made of the digits 0 to 9 only",
        ),
        (
            "４１１１１１１１１１１１１１１１",
            "a card number is made of the digits 0 to 9 only",
        ),
    ] {
        let input = format!("7391\n{pan}\n");
        let ended = desk.run_with(&args, input.as_bytes());
        refused_here(ended, said).keeps(&[pan, "7391"]);
    }
    let ended = desk.run_with(&args, b"7391\n\n");
    refused_here(ended, "the card number is missing");
    let ended = desk.run_with(&args, b"7391\n");
    refused_here(
        ended,
        "standard input ended before the card number: give it a line of its own (it is needed: the \
         card number could not be opened",
    );
    assert_eq!(sandbox.received("setPin"), 0);
}

#[test]
fn kits_that_take_no_pin() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let run = |kit: &str| {
        let args = [
            "set-pin",
            "--entity",
            "181223116",
            "--kit",
            kit,
            "--secrets-stdin",
            "--yes",
            "--json",
        ];
        desk.run_with(&args, b"7391\n")
    };
    refused_here(run("10930010476"), "is REPLACED; it can't take a PIN");
    refused_here(run(KIT), "has no kit 4561789");
    assert_eq!(sandbox.received("setPin"), 0);
}

#[test]
fn a_kit_without_an_expiry() {
    let kit = json!([{"kitNo": KIT, "entityId": ENTITY, "cardStatus": "ACTIVE", "expDate": null}]);
    let key = "pin_key = { command = [\"printf\", \"%s\", \"00112233445566778899aabbccddeeff\"] }";
    let desk = Desk::configured(&config_for(answers(vec![kit.to_string()]), key));
    let ended = set_pin(&desk, b"7391\n");
    refused_here(
        ended,
        "kit 4561789 has no expiry: give the card's with --expiry MMYY",
    );
}

/// The sandbox' configuration with another set-PIN key.
fn with_key(sandbox: &Sandbox, key: &str) -> Desk {
    let config = sandbox.config_file();
    let start = config
        .find("[profiles.sandbox.pin_key]\n")
        .expect("its key");
    let end = config
        .find("[profiles.sandbox.card_key]\n")
        .expect("the other key");
    let section = format!("[profiles.sandbox.pin_key]\n{key}\n\n");
    Desk::configured(&(config[..start].to_owned() + &section + &config[end..]))
}

#[test]
fn keys_that_are_none() {
    const HEX: &str = "c4d1f06a93b27e5588ab01cc";
    let sandbox = sandbox();
    for (text, format, said) in [
        // 15 bytes.
        ("c4d1f06a93b27e5588ab01cc420aff", "hex", "15"),
        ("c4d1f06a93b27e5588ab01cc420affg0", "hex", "hex"),
        // 16 bytes, without the padding.
        ("xNHwapOyflWIqwHMQgr/AQ", "base64", "base64"),
        ("", "hex", "is empty"),
    ] {
        let desk = with_key(
            &sandbox,
            &format!("file = \"pin.key\"\nformat = \"{format}\""),
        );
        write_file(&desk.path("kitdesk").join("pin.key"), text);
        let ended = set_pin(&desk, b"7391\n").code(2);
        assert!(ended.err.contains("pin.key"), "{}", ended.err);
        assert!(ended.err.contains(said), "{said}: {}", ended.err);
        assert_eq!(ended.json()["outcome"], "not_sent");
        ended.keeps(&[HEX, "xNHwapOy", "7391"]);
    }
    let desk = with_key(&sandbox, "file = \"pin.key\"");
    std::fs::create_dir(desk.path("kitdesk").join("pin.key")).expect("a folder");
    let ended = set_pin(&desk, b"7391\n").code(2).says("pin.key");
    ended.says("is not a regular file").keeps(&["7391"]);
    assert_eq!(sandbox.received("setPin"), 0);
}

#[cfg(unix)]
#[test]
fn commands_that_give_no_key() {
    let sandbox = sandbox();
    for (command, said) in [
        (r#"["true"]"#, "the command true printed nothing"),
        (r#"["false"]"#, "the command false failed with status 1"),
        (
            r#"["sleep", "60"]"#,
            "the command sleep took longer than 5s",
        ),
        (
            r#"["no-such-program"]"#,
            "the command no-such-program was not found",
        ),
    ] {
        let desk = with_key(&sandbox, &format!("command = {command}"));
        refused_here(set_pin(&desk, b"7391\n"), said).keeps(&["7391", "60\""]);
    }
    assert_eq!(sandbox.received("setPin"), 0);
}

#[test]
fn a_profile_without_a_key() {
    let desk = Desk::configured(&config_for(crate::fixtures::closed_port(), ""));
    refused_here(set_pin(&desk, b"7391\n"), "This profile has no pin_key");
}

#[test]
fn a_card_number_in_the_place_of_an_id_is_not_sent_and_not_repeated() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    for number in [
        "4222222222222",
        "4111_1111_1111_1111",
        "6799998900000070017",
        "PAN4111111111111111",
        "4111．1111．1111．1111",
        "4111/1111/1111/1111",
        ";4111111111111111=29121010000000000?",
    ] {
        for args in [
            &["kits", "--entity"][..],
            &["kits", "--account"],
            &["order", "--order"],
            &["set-pin", "--entity", ENTITY, "--yes", "--kit"],
        ] {
            let args = [args, &[number, "--json"]].concat();
            desk.run(&args).code(2).keeps(&[number]);
        }
        if !number
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            // No id at all, and its digits are not repeated either.
            let (in_one, masked) = (format!("--entity={number}"), "411111XXXXXX1111");
            for args in [&["kits", "--entity", number][..], &["kits", &in_one]] {
                desk.run(args)
                    .code(2)
                    .says(masked)
                    .keeps(&["1111111111", "1111/1111", "1111．"]);
            }
            continue;
        }
        let args = ["kits", "--json", "--entity", number];
        refused_here(desk.run(&args), "--entity looks like a card number").says("--card-like-ids");
    }
    desk.run(&["kits", "--card", "4111 1111 1111 1111"])
        .code(2)
        .keeps(&["1111 1111"]);
    assert_eq!(sandbox.received("fetchKitsByEntityId"), 0);
    // An id that happens to look like one can be asked for; no sentence repeats it.
    let args = ["kits", "--entity", "4222222222222", "--card-like-ids"];
    desk.run(&args).code(1).keeps(&["4222222222222"]);
    let filter = ["journal", "list", "--entity", "4222222222222"];
    let filtered = desk.run(&filter).code(0);
    filtered.shows("422222XXX2222");
    let listed = desk.run(&["journal", "export"]).code(0);
    listed.shows("422222XXX2222").keeps(&["4222222222222"]);
}

#[test]
fn a_mask_that_shows_too_little_is_told_so() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    for mask in ["6080XXXXXXXX6384", "XXXX6384", "608040XXXXXXXXXX"] {
        let ended = desk.run(&["kits", "--json", "--card", mask]);
        refused_here(
            ended,
            "the DCMS finds a card by its first six and last four",
        );
    }
    for mask in ["608040......6384", "608040****6384", "608040 6384"] {
        desk.run(&["kits", "--card", mask])
            .code(0)
            .shows("181223116");
    }
}

#[test]
fn the_name_of_a_file_is_told_whole() {
    let desk = Desk::unconfigured();
    for name in [
        "/nowhere/4111111111111111/config.toml",
        "4111111111111111.toml",
    ] {
        let ended = desk
            .run(&["kits", "--entity", ENTITY, "--config", name])
            .code(2);
        ended.says(name);
    }
}

#[test]
fn a_pin_for_a_card_of_which_no_digit_is_known_is_announced() {
    let kit = json!([{"kitNo": KIT, "entityId": ENTITY, "cardStatus": "ACTIVE", "cardNumber": "XXXX",
        "expDate": "2029-07-31"}]);
    let key = "pin_key = { command = [\"printf\", \"%s\", \"00112233445566778899aabbccddeeff\"] }";
    let desk = Desk::configured(&config_for(answers(vec![kit.to_string()]), key));
    let ended = set_pin(&desk, b"7391\n4111111111111111\n");
    ended.says("No digits of this card are known: compare the card yourself.");
}

#[test]
fn a_mask_of_any_width_keeps_another_card_out() {
    for mask in [
        "6080XXXXXXXX1785",
        "60804012XXXX1785",
        "**** 1785",
        "608040......1785",
    ] {
        let kit = json!([{"kitNo": KIT, "entityId": ENTITY, "cardStatus": "ACTIVE", "cardNumber": mask,
            "expDate": "2029-07-31"}]);
        let key =
            "pin_key = { command = [\"printf\", \"%s\", \"00112233445566778899aabbccddeeff\"] }";
        let desk = Desk::configured(&config_for(answers(vec![kit.to_string()]), key));
        let ended = set_pin(&desk, b"7391\n4111111111111111\n");
        refused_here(ended, "this is another card: the kit's card is ");
    }
}
