//! Fault by fault: the word that is told, how often the work was done, what the journal holds, and
//! what the next start says. Over real sockets, with the whole program.

use std::path::Path;

use kitdesk::dcms::Word;
use kitdesk::journal::{Filter, Journal, Kind, Page, Record, ResultWord};
use kitdesk::sandbox::Sandbox;

use super::between::{Act, Answer, Between, reply};
use super::console::{Console, Key, sandbox};

/// What a fault must come to.
struct Row {
    name: &'static str,
    act: Act,
    /// On the screen.
    told: &'static str,
    /// In the journal.
    outcome: ResultWord,
    /// As what reading has settled it, if it has.
    settled: Option<ResultWord>,
}

/// The simulator's configuration, with another address and little patience.
fn config(sandbox: &Sandbox, address: &str) -> String {
    let config = sandbox.config_file();
    let base_url = sandbox.base_url();
    assert!(config.contains(&base_url));
    let limits = "timeouts = { connect = \"600ms\", read = \"3s\", write = \"700ms\" }\n";
    config
        .replace(&base_url, address)
        .replace("environment = ", &format!("{limits}environment = "))
}

fn address(sandbox: &Sandbox) -> std::net::SocketAddr {
    let url = sandbox.base_url();
    let host = url.trim_start_matches("http://").trim_end_matches("/v1");
    host.parse().expect("an address")
}

fn upgrade(console: &mut Console) {
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789", "ACTIVE"]).type_text("u");
    console.until("Upgrade kit 4561789");
    console.type_text("SILVER").key(Key::F(10));
    console.until("Review: upgrade a card");
    console.type_text("1789").key(Key::Enter);
}

/// The records about upgrades, oldest first; the whole journal's chain is walked as well.
fn records(home: &Path) -> Vec<Record> {
    let reader = Journal::open_to_read(&home.join("state")).expect("a journal");
    reader.verify().unwrap_or_else(|broken| panic!("{broken}"));
    let filter = Filter::parse("operation:upgrade").expect("a filter");
    let page = Page {
        limit: 1000,
        offset: 0,
    };
    let mut all = reader.list(&filter, page).expect("read");
    all.reverse();
    all
}

fn outcome_of(records: &[Record], kind: Kind) -> Option<ResultWord> {
    let found = records.iter().find(|record| record.kind == kind);
    found.and_then(|record| record.outcome)
}

fn check(row: &Row) {
    let sandbox = sandbox();
    let between = Between::start(address(&sandbox), "/upgradeCard", row.act.clone());
    let config = config(&sandbox, &format!("http://{}/v1", between.address()));
    let mut console = Console::configured(&config, 100, 30);
    upgrade(&mut console);
    console.until(row.told).until("journal record");
    assert_eq!(between.met(), 1, "{}: sent once", row.name);
    let worked = usize::from(row.act.works);
    assert_eq!(sandbox.worked("upgradeCard"), worked, "{}", row.name);
    console.end();

    let home = console.home();
    let all = records(home.path());
    let intents = all.iter().filter(|record| record.kind == Kind::Intent);
    assert_eq!(intents.count(), 1, "{}", row.name);
    let outcome = outcome_of(&all, Kind::Outcome);
    assert_eq!(outcome, Some(row.outcome), "{}", row.name);
    let settled = outcome_of(&all, Kind::Settled);
    assert_eq!(settled, row.settled, "{}", row.name);

    let mut again = Console::again(home, 100, 30);
    if row.outcome == ResultWord::Outcome(Word::Unknown) && row.settled.is_none() {
        again
            .until("? 1 open")
            .until("kit 4561789: an upgrade by maria");
    } else {
        again.until("A customer is found by any of");
        again.until_quiet().absent("open");
    }
    assert_eq!(between.met(), 1, "{}: never again by itself", row.name);
    again.end();
}

fn unknown(name: &'static str, works: bool, answer: Answer) -> Row {
    Row {
        name,
        act: Act { works, answer },
        told: if works {
            "? Unknown, settled: it was done"
        } else {
            "may or may not have been done"
        },
        outcome: ResultWord::Outcome(Word::Unknown),
        settled: works.then_some(ResultWord::Outcome(Word::Done)),
    }
}

fn refused(name: &'static str, answer: Answer) -> Row {
    Row {
        name,
        act: Act {
            works: false,
            answer,
        },
        told: "✗ Refused",
        outcome: ResultWord::Outcome(Word::Refused),
        settled: None,
    }
}

const EXCEPTION: &[u8] =
    br#"{"result":null,"exception":{"errorCode":"MCC007","detailMessage":"No"}}"#;

#[test]
fn lines_that_are_lost() {
    for works in [false, true] {
        check(&unknown("reset", works, Answer::Reset));
        check(&unknown("no answer", works, Answer::Nothing));
        check(&unknown("one byte now and then", works, Answer::Drip));
    }
    check(&unknown("half a reply", true, Answer::Half));
    check(&unknown(
        "closed without a word",
        true,
        Answer::Bytes(Vec::new()),
    ));
}

#[test]
fn answers_that_say_nothing() {
    for works in [false, true] {
        let broken = reply("500 Internal Server Error", EXCEPTION);
        check(&unknown("500", works, broken));
    }
    let html = b"<html>sorry</html>";
    check(&unknown("502", true, reply("502 Bad Gateway", html)));
    check(&unknown(
        "503",
        false,
        reply("503 Service Unavailable", html),
    ));
    check(&unknown(
        "408",
        false,
        reply("408 Request Timeout", EXCEPTION),
    ));
    check(&unknown("409", true, reply("409 Conflict", EXCEPTION)));
    check(&unknown("HTML on 200", true, reply("200 OK", html)));
    check(&unknown("100 MB", true, Answer::Pour));
    let no_text = b"{\"result\":{\"entityId\":\"\xff\xfe\"},\"exception\":null}";
    check(&unknown("invalid UTF-8", true, reply("200 OK", no_text)));
    let other = br#"{"result":{"entityId":"672765","kitInfo":[]},"exception":null}"#;
    check(&unknown("another customer's", true, reply("200 OK", other)));
}

#[test]
fn answers_that_decide() {
    check(&refused(
        "429",
        reply("429 Too Many Requests", b"slow down"),
    ));
    check(&refused("400", reply("400 Bad Request", EXCEPTION)));
    check(&refused("an exception on 200", reply("200 OK", EXCEPTION)));
    let done = |name, answer| Row {
        name,
        act: Act {
            works: true,
            answer,
        },
        told: "✓ Done",
        outcome: ResultWord::Outcome(Word::Done),
        settled: None,
    };
    // Numbers and strings stand in for one another (contract, 3).
    let numbers = br#"{"result":{"entityId":676165,"kitInfo":[{"kitNo":77000000001,"entityId":676165,"cardStatus":"ASSIGNED"}]},"exception":null}"#;
    check(&done(
        "a number where a string was",
        reply("200 OK", numbers),
    ));
    // Nobody keeps a connection here, so none can be found closed under the next request.
    let its = Answer::Its;
    check(&done("a connection that ends with its reply", its));
}

#[test]
fn a_console_that_is_killed_while_it_waits() {
    for works in [false, true] {
        let sandbox = sandbox();
        let act = Act {
            works,
            answer: Answer::Nothing,
        };
        let between = Between::start(address(&sandbox), "/upgradeCard", act);
        let config = config(&sandbox, &format!("http://{}/v1", between.address()))
            .replace("write = \"700ms\"", "write = \"60s\"");
        let mut console = Console::configured(&config, 100, 30);
        upgrade(&mut console);
        console.until("Upgrading kit 4561789");
        while sandbox.worked("upgradeCard") < usize::from(works) || between.met() == 0 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let home = console.home();
        console.kill();
        let all = records(home.path());
        assert_eq!(outcome_of(&all, Kind::Outcome), None);

        // The next start asks about it, and will not begin the same once more.
        let mut again = Console::again(home, 100, 30);
        again
            .until("? 1 open")
            .until("an upgrade by maria")
            .until("has an unknown outcome");
        again.type_text("676165").key(Key::Enter);
        again.until_row(&["4561789"]).until("u upgrade");
        again.type_text("u");
        let why = if works {
            "Kit 4561789 is REPLACED; it can't be upgraded."
        } else {
            "Kit 4561789: an upgrade is open (record"
        };
        again.until(why);
        // Reading settles what was done; the rest stays open until somebody knows.
        again
            .key(Key::F(4))
            .until_row(&["upgrade", "4561789", "? open"]);
        again.type_text("s");
        if works {
            again
                .until_gone("? 1 open")
                .until_row(&["upgrade", "4561789", "✓ done"]);
        } else {
            again.until("kit 4561789 is ACTIVE and no kit is new.");
            again
                .key(Key::Enter)
                .until("and what belongs to it")
                .type_text("d");
            again.until("Settle record").type_text("n").key(Key::Tab);
            again
                .type_text("asked support, ticket 4711")
                .key(Key::Enter);
            again.until_gone("? 1 open").until("ticket 4711");
        }
        again.end();
        assert_eq!(between.met(), 1, "sent once, over both runs");
        let home = again.home();
        let settled = outcome_of(&records(home.path()), Kind::Settled);
        let expected = if works {
            ResultWord::Outcome(Word::Done)
        } else {
            ResultWord::NotDone
        };
        assert_eq!(settled, Some(expected));
    }
}

#[test]
fn a_console_that_is_killed_after_the_answer() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 100, 30);
    upgrade(&mut console);
    console.until("✓ Done");
    let home = console.home();
    console.kill();
    let all = records(home.path());
    assert_eq!(
        outcome_of(&all, Kind::Outcome),
        Some(ResultWord::Outcome(Word::Done))
    );
    let mut again = Console::again(home, 100, 30);
    again.until("A customer is found by any of");
    again.until_quiet().absent("open");
    again.end();
}

#[test]
fn a_console_that_is_killed_before_it_has_sent() {
    // The review is on the screen: nothing has been decided, and nothing is on record.
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 100, 30);
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789", "ACTIVE"]).type_text("u");
    console.until("Upgrade kit 4561789");
    console.type_text("SILVER").key(Key::F(10));
    console.until("Review: upgrade a card").type_text("1789");
    console.until_row(&["1789"]);
    let home = console.home();
    console.kill();
    let all = records(home.path());
    assert!(all.iter().all(|record| record.kind != Kind::Intent));
    assert_eq!(sandbox.received("upgradeCard"), 0);
}
