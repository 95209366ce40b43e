//! Windows that change their size under every screen, and the end by a signal.

use super::console::{Console, Key, sandbox};

/// Smaller than what is needed comes in between, and larger than anybody has.
const SIZES: [(u16, u16); 6] = [(60, 16), (50, 10), (200, 60), (59, 40), (1, 1), (80, 24)];

/// Goes through the sizes; the screen must be drawn anew at each of them.
fn through_sizes(console: &mut Console, shown: &str) {
    for (columns, rows) in SIZES {
        console.resize(columns, rows);
        match (columns, rows) {
            (1, 1) => console.until_screen("something in the one cell", |screen| {
                !screen.contents().trim().is_empty()
            }),
            (..60, _) | (_, ..16) => console.until(&format!(
                "kitdesk needs 60 columns and 16 rows; this window has {columns} and {rows}."
            )),
            _ => console.until(shown).until("kitdesk SANDBOX"),
        };
    }
    // The key line is drawn last: without it, more of this picture is still to come.
    console.until_screen("the key line", |screen| {
        let text = screen.contents();
        text.lines().last().is_some_and(|row| row.contains("Esc "))
    });
}

#[test]
fn every_screen_survives_every_size() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    through_sizes(&mut console, "Find a customer");

    console.type_text("181223116").key(Key::Enter);
    console.until_row(&["10930010477", "ACTIVE"]);
    through_sizes(&mut console, "10930010478");
    console.type_text("/active").until("filter active");
    through_sizes(&mut console, "filter active");
    console.key(Key::Esc).until_gone("filter active");

    console.key(Key::Enter).until("Parcels").type_text("t");
    console.until("Delivered, Chennai");
    through_sizes(&mut console, "Kit 10930010477");
    console.type_text("?").until("One kit");
    through_sizes(&mut console, "One kit");
    console.key(Key::Esc).until_gone("One kit");
    console.key(Key::Ctrl('k')).until("Commands");
    through_sizes(&mut console, "Commands");
    // What lies under it was to be seen all the time.
    console.key(Key::Esc).until_gone("Enter do it");

    console
        .type_text("p")
        .until("Set the PIN of kit 10930010477");
    console.key(Key::Tab).type_text("4315").key(Key::Tab);
    through_sizes(&mut console, "Set the PIN of kit 10930010477");
    console.type_text("4315").key(Key::F(10));
    console.until("Review: set a PIN");
    through_sizes(&mut console, "Review: set a PIN");
    console.key(Key::Esc).until("Set the PIN of kit");
    console.key(Key::Esc).until("Parcels");

    console.type_text("u").until("Upgrade kit 10930010477");
    through_sizes(&mut console, "Upgrade kit 10930010477");
    console.type_text("SILVER").key(Key::F(10));
    console.until("Review: upgrade a card");
    through_sizes(&mut console, "Review: upgrade a card");
    console.type_text("0477").key(Key::Enter).until("✓ Done");
    through_sizes(&mut console, "✓ Done");

    console.key(Key::F(3)).until("Find an order");
    through_sizes(&mut console, "Find an order");
    console.type_text("3fa85f64-5717-4562-b3fc-2c963f66afa6");
    console.key(Key::Enter).until_row(&["status", "RECEIVED"]);
    through_sizes(&mut console, "RECEIVED");
    console.type_text("x").until("Review: cancel an order");
    through_sizes(&mut console, "Review: cancel an order");
    console.type_text("afa6").key(Key::Enter).until("✓ Done");
    through_sizes(&mut console, "✓ Done");
    console.end();
}

#[test]
fn names_of_any_script_and_many_kits_survive_every_size() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    for (entity, shown) in [
        ("210000000096", "1 of 240"),
        ("210000000095", "Hostile"),
        ("210000000093", "210000000093"),
        ("210000000092", "210000000092"),
        ("210000000091", "小明"),
        ("210000000090", "210000000090"),
        ("210000000089", "Venkatanarasimharajuvaripeta"),
    ] {
        console.key(Key::F(2)).key(Key::Ctrl('u'));
        console.type_text(entity).key(Key::Enter).until(shown);
        through_sizes(&mut console, shown);
    }
    console.end();
}

#[cfg(unix)]
fn send(signal: &str, console: &Console) {
    let sent = std::process::Command::new("sh")
        .args(["-c", &format!("kill -{signal} {}", console.process_id())])
        .status()
        .expect("a shell, which has kill built in");
    assert!(sent.success());
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_and_the_terminal_is_given_back() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130), ("QUIT", 131)] {
        let sandbox = sandbox();
        let mut console = Console::on(&sandbox, 80, 24);
        console.type_text("676165").key(Key::Enter);
        console.until_row(&["4561789"]);
        send(signal, &console);
        assert_eq!(console.exit_code(), code, "{signal}");
        console.gave_the_terminal_back();
    }
}

/// The most memory that the program has had at any moment, in MiB.
#[cfg(target_os = "linux")]
fn most_memory(console: &Console) -> u64 {
    let status = format!("/proc/{}/status", console.process_id());
    let status = std::fs::read_to_string(status).expect("it runs");
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let most = most.and_then(|most| most.trim().strip_suffix(" kB"));
    let most: u64 = most.expect("it is told").parse().expect("a number");
    most / 1024
}

#[cfg(target_os = "linux")]
#[test]
fn no_size_of_a_window_takes_more_memory_than_it_may() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("181223116").key(Key::Enter);
    console.until_row(&["10930010477", "ACTIVE"]);
    // The release build has 10 MiB by now, with which it stays below 40; a debug build has more.
    let before = most_memory(&console);
    for (columns, rows) in [
        (5000, 5000),
        (65535, 65535),
        (65535, 1),
        (1, 65535),
        (65535, 20),
        (70, 65535),
        (20000, 20000),
        (501, 301),
        (65535, 65535),
    ] {
        console.resize(columns, rows);
        if columns >= 60 && rows >= 16 {
            console.key(Key::Ctrl('l')).until("Hidden.");
            console.key(Key::Enter).until("10930010477");
        }
    }
    let more = most_memory(&console) - before;
    assert!(more <= 27, "{more} MiB more");
    console.resize(80, 24).until_row(&["10930010477", "ACTIVE"]);
    console.end();
}

#[test]
fn a_terminal_that_does_not_tell_its_size() {
    for (variables, columns, rows) in [
        (&[][..], 80, 24),
        (&["COLUMNS=100", "LINES=30"], 100, 30),
        (&["COLUMNS=100"], 100, 24),
        (&["COLUMNS=0", "LINES=many"], 80, 24),
    ] {
        let sandbox = sandbox();
        let home = super::console::home(Some(&sandbox.config_file()));
        let program = env!("CARGO_BIN_EXE_kitdesk");
        let args = variables.iter().chain(std::iter::once(&program));
        let args: Vec<_> = args.map(|arg| (*arg).to_owned()).collect();
        let mut console = Console::start_unsized("env", home, &args, columns, rows);
        console.until("Find a customer").type_text("181223116");
        console
            .key(Key::Enter)
            .until_row(&["10930010477", "ACTIVE"]);
        // The last row is that of the keys.
        console.until_screen("the key line", |screen| {
            let text = screen.contents();
            text.lines()
                .nth(usize::from(rows) - 1)
                .is_some_and(|row| row.contains("Enter open"))
        });
        console.end();
    }
}

#[cfg(unix)]
#[test]
fn a_change_of_size_to_the_same_size_draws_all_of_it_again() {
    let sandbox = sandbox();
    let args = ["--mouse".to_owned()];
    let home = super::console::home(Some(&sandbox.config_file()));
    let mut console = Console::start(home, &args, 80, 24);
    console.until("Find a customer").type_text("181223116");
    console
        .key(Key::Enter)
        .until_row(&["10930010477", "ACTIVE"]);
    console.until_quiet();
    // As `dtach -r winch` and `abduco` do when somebody attaches again.
    console.attach_again();
    send("WINCH", &console);
    console
        .until("kitdesk SANDBOX")
        .until_row(&["10930010477", "ACTIVE"])
        .until("Enter open");
    console.until_screen("the modes set again", |screen| {
        screen.alternate_screen()
            && screen.bracketed_paste()
            && screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None
    });
    console.end();
}
