//! The README's walk, typed as its table says.

use super::console::{Console, Key, sandbox};

const README: &str = include_str!("../../README.md");

/// The rows of the table: what is typed, and what is to be seen then.
fn steps() -> impl Iterator<Item = (&'static str, &'static str)> {
    let (_, table) = README
        .split_once("| type | and you see |\n| --- | --- |\n")
        .expect("the README has the table");
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let row = row.trim_matches('|').split_once('|').expect("two columns");
        (row.0.trim(), row.1.trim())
    })
}

/// What a command opens: a person sees it before they type on.
const OPENS: [(&str, &str); 3] = [
    ("u", "Upgrade kit"),
    ("p", "Set the PIN of kit"),
    ("x", "Review: "),
];

/// Types what stands in backticks, and presses the keys around it.
fn take(console: &mut Console, typed: &str) {
    for (at, part) in typed.split('`').enumerate() {
        if at % 2 == 1 {
            console.type_text(part);
            if let Some((_, opened)) = OPENS.iter().find(|(command, _)| *command == part) {
                console.until(opened);
            }
            continue;
        }
        for key in part.split([',', ' ']).filter(|key| !key.is_empty()) {
            console.key(match key {
                "Enter" => Key::Enter,
                "Tab" => Key::Tab,
                "F3" => Key::F(3),
                "F10" => Key::F(10),
                other => panic!("{other} is no key of this test's"),
            });
        }
    }
}

#[test]
fn its_walk_leads_where_it_says() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 100, 30);
    console.until("Find a customer").until("F1 help");
    let mut taken = 0;
    for (typed, seen) in steps() {
        if typed == "Ctrl+C" {
            break;
        }
        take(&mut console, typed);
        // Each screen is there before the next keys are meant for it.
        let sign = match seen {
            seen if seen.starts_with("the review") => "Review: ",
            seen if seen.starts_with("*Done*") => "✓ Done",
            seen if seen.starts_with("a card order") => "x cancel order",
            seen if seen.starts_with("the customer's kits") => "u upgrade",
            other => panic!("nothing is known to look for: {other}"),
        };
        console.until(sign);
        taken += 1;
    }
    assert!(taken >= 7, "{taken}");
    console.until("CANCELLED").end();
}
