//! A day's end by verb: what was done, by whom and how it stands, as text, CSV, JSON and a page.
//! The days are those of the records, not of the wall clock.

use std::process::{Command, Stdio};
use std::time::Duration;

use kitdesk::config::Environment;
use kitdesk::dcms::{EntityId, KitNo, OrderId, Tenant, Word};
use kitdesk::journal::{
    Digest, Finding, Intent, Journal, LookUp, Note, NoteKind, Opening, Outcome, Reason, RecordId,
    Settlement, Subject, Where, Who, Why, Write,
};
use serde_json::{Value, json};

use crate::console::{sandbox, skipped, write_file};
use crate::fixtures::{Desk, ENTITY, Ended, KIT, RECEIVED};

const DAY: &str = "2026-03-02";
/// What an operator's id, a code and a note may hold at worst.
const ODD: &str = "=<script>alert('x')</script>&\"";

/// A journal in a desk's home, whose clock stands where the test sets it.
struct Records(Journal);

impl Records {
    fn open(desk: &Desk, operator: &str, at: &str) -> Self {
        Self::open_at(desk, "ACME_BANK", operator, at)
    }

    fn open_at(desk: &Desk, tenant: &str, operator: &str, at: &str) -> Self {
        let who = Who::new(operator, "desk-4");
        let place = Where {
            profile: "acme".to_owned(),
            tenant: Tenant::parse(tenant).expect("a tenant"),
            environment: Environment::Uat,
        };
        let at = at.parse().expect("a time");
        let opening = Opening::new(&who, &place).clock(move || at);
        Self(Journal::open(&desk.path("state"), opening).expect("a journal"))
    }

    fn intend(&mut self, write: Write, subject: Subject) -> RecordId {
        let intent = Intent {
            write,
            subject,
            digest: Digest::of(write, &json!({})),
            before: None,
            since: None,
            key_check: None,
            claim: None,
            why: Some(Why {
                reason: Reason::Lost,
                note: Some("call 9845012345 back".to_owned()),
            }),
        };
        self.0.intend(&intent).expect("an intent")
    }

    fn conclude(&mut self, id: RecordId, word: Word, code: Option<&str>) {
        let outcome = Outcome {
            word,
            error_code: code.map(str::to_owned),
            message: None,
            duration: Duration::from_millis(240),
            after: None,
        };
        self.0.conclude(id, &outcome).expect("an end");
    }

    fn write(&mut self, write: Write, subject: Subject, word: Word) -> RecordId {
        let id = self.intend(write, subject);
        self.conclude(id, word, None);
        id
    }

    fn look_up(&mut self) {
        let subject = Subject::entity(entity());
        let note = Note::new(NoteKind::LookUp, LookUp::KitsByEntity, subject);
        self.0.note(&note).expect("a note");
    }
}

fn entity() -> EntityId {
    EntityId::parse(ENTITY).expect("an id")
}

fn kit(number: &str) -> Subject {
    Subject::kit(entity(), KitNo::parse(number).expect("a kit number"))
}

/// Two operators on one day, and what was left open the day before. The numbers of the records: the open
/// one, the settled one and the unknown one.
fn two_days(desk: &Desk) -> [i64; 3] {
    let mut before = Records::open(desk, "asha", "2026-03-01T23:59:59.999Z");
    let open = before.write(Write::Upgrade, kit("100"), Word::Unknown);
    before.write(Write::Activate, kit("101"), Word::Done);
    before.look_up();
    drop(before);

    let mut asha = Records::open(desk, "asha", "2026-03-02T00:00:00Z");
    asha.write(Write::Lock, kit("102"), Word::Done);
    let settled = asha.write(Write::Block, kit("103"), Word::Unknown);
    let by_person = Settlement::ByPerson {
        finding: Finding::Done,
        reason: "asked the DCMS".to_owned(),
    };
    asha.0.settle(settled, &by_person).expect("settled");
    asha.look_up();
    asha.look_up();
    drop(asha);

    let mut ravi = Records::open(desk, "ravi", "2026-03-02T14:30:00Z");
    let refused = ravi.intend(Write::Upgrade, kit("104"));
    ravi.conclude(refused, Word::Refused, Some("KIT010"));
    let unknown = ravi.write(Write::Replace, kit("105"), Word::Unknown);
    let order = Subject::order(OrderId::parse(RECEIVED).expect("an id"));
    ravi.write(Write::CancelOrder, order, Word::NotSent);
    drop(ravi);

    let mut after = Records::open(desk, "asha", "2026-03-03T00:00:00Z");
    after.write(Write::Lock, kit("106"), Word::Done);
    after.look_up();
    [open.0, settled.0, unknown.0]
}

fn report(desk: &Desk, more: &[&str]) -> Ended {
    desk.run(&[&["report", "--date", DAY], more].concat())
        .code(0)
}

fn numbers(writes: &Value) -> Vec<i64> {
    let writes = writes.as_array().expect("a list").iter();
    let ids = writes.map(|write| write["journal_id"].as_i64().expect("a number"));
    ids.collect()
}

#[test]
fn a_day_has_its_own_writes_and_what_is_still_open_of_others() {
    let desk = Desk::unconfigured();
    let [open, settled, unknown] = two_days(&desk);
    let day = report(&desk, &["--json"]).json()["result"].clone();
    assert_eq!(day["date"], DAY);
    assert_eq!(numbers(&day["unsettled"]), [open, unknown]);
    // What was settled counts as what it was settled as.
    let final_steps = day["final_steps"].as_array().expect("a list");
    assert_eq!(numbers(&day["final_steps"]), [settled, unknown]);
    assert_eq!(final_steps[0]["outcome"], "done");
    assert_eq!(final_steps[0]["state"], "settled");
    assert_eq!(final_steps[0]["reason"], "lost");
    assert_eq!(day["refusals"], json!([{"code": "KIT010", "writes": 1}]));
    // Four of the customer; the order has none.
    let busy =
        json!([{"tenant": "ACME_BANK", "environment": "uat", "entity_id": ENTITY, "writes": 4}]);
    assert_eq!(day["busy_customers"], busy);
    let of_operators = json!([
        {"operator": "asha", "writes": 2, "done": 2, "refused": 0, "not_sent": 0, "unknown": 0,
         "not_done": 0, "look_ups": 2},
        {"operator": "ravi", "writes": 3, "done": 0, "refused": 1, "not_sent": 1, "unknown": 1,
         "not_done": 0, "look_ups": 0},
    ]);
    assert_eq!(day["operators"], of_operators);
    assert_eq!(numbers(&day["writes"]).len(), 5);
    let hours = day["hours"].as_array().expect("a list");
    let busy: Vec<_> = hours
        .iter()
        .map(|hour| hour["writes"].as_u64().unwrap_or(0))
        .collect();
    assert_eq!((busy.len(), busy[0], busy[14]), (24, 2, 3));
    assert_eq!(busy.iter().sum::<u64>(), 5);

    // The same object by the other flag.
    let by_format = report(&desk, &["--format", "json"]);
    assert_eq!(by_format.json()["result"], day);
    assert_eq!(by_format.json()["operation"], "report");
}

#[test]
fn one_operators_day_alone() {
    let desk = Desk::unconfigured();
    let [open, ..] = two_days(&desk);
    let day = report(&desk, &["--operator", "asha", "--json"]).json()["result"].clone();
    assert_eq!(numbers(&day["unsettled"]), [open]);
    assert_eq!(numbers(&day["writes"]).len(), 2);
    assert_eq!(day["busy_customers"], json!([]));
    assert_eq!(day["operators"].as_array().map(Vec::len), Some(1));
    let none = report(&desk, &["--operator", "nobody"]);
    none.shows("operator nobody").shows("0 writes. 0 look-ups.");
    let pan = "6080401234561785";
    let refused = desk.run(&["report", "--operator", pan]).code(2);
    refused.keeps(&[pan]);
    for format in ["text", "csv", "json", "html"] {
        let whose = ["--operator", pan, "--card-like-ids"];
        report(&desk, &[&whose[..], &["--format", format]].concat()).keeps(&[pan]);
    }
}

#[test]
fn customers_of_two_banks_are_kept_apart() {
    let desk = Desk::unconfigured();
    for (tenant, kits) in [("ACME_BANK", 1..4), ("OTHER_BANK", 4..8)] {
        let mut records = Records::open_at(&desk, tenant, "asha", "2026-03-02T09:00:00Z");
        for number in kits {
            records.write(Write::Lock, kit(&number.to_string()), Word::Done);
        }
    }
    let day = report(&desk, &["--json"]).json()["result"].clone();
    let busy =
        json!([{"tenant": "OTHER_BANK", "environment": "uat", "entity_id": ENTITY, "writes": 4}]);
    assert_eq!(day["busy_customers"], busy);
    let shown = report(&desk, &[]);
    let shown = shown.shows("7 writes: 7 done. 0 look-ups.\n");
    shown
        .shows("done     ACME_BANK (UAT)\n")
        .shows("done     OTHER_BANK (UAT)\n");
}

#[test]
fn the_text_has_what_needs_somebody_first_and_no_note() {
    let desk = Desk::unconfigured();
    two_days(&desk);
    let shown = report(&desk, &[]);
    let titles = [
        "Day's end 2026-03-02 (UTC)\n\
         5 writes: 2 done, 1 refused, 1 not sent, 1 unknown. 2 look-ups. At ACME_BANK (UAT).\n",
        "\nUnknown and unsettled\n",
        "2026-03-01 23:59:59  asha  upgrade  676165    100           lost    unknown, open\n",
        "\nRefused, by code\n",
        "\nFinal steps\n",
        "done, settled",
        "\nCustomers with more than 3 writes\n",
        "\nWrites by hour\n",
        "\nOperators\n",
        "\nasha: 2 writes: 2 done\n",
        "\nravi: 3 writes: 1 refused, 1 not sent, 1 unknown\n",
    ];
    let mut rest = shown.out.as_str();
    for title in titles {
        let found = rest.split_once(title);
        let (_, after) =
            found.unwrap_or_else(|| panic!("{title:?} in its place in:\n{}", shown.out));
        rest = after;
    }
    for format in ["text", "csv", "json", "html"] {
        report(&desk, &["--format", format]).keeps(&["9845012345", "call"]);
    }
}

#[test]
fn a_day_without_records_is_an_empty_one_and_changes_nothing() {
    let desk = Desk::unconfigured();
    report(&desk, &[])
        .shows("0 writes. 0 look-ups.")
        .shows("None.");
    report(&desk, &["--format", "html"]).shows("<svg ");
    assert!(!desk.path("state").exists());
    desk.run(&["report", "--date", "yesterday"])
        .code(2)
        .says("a day is written like 2026-11-03");
    desk.run(&["report", "--format", "csv", "--json"])
        .code(2)
        .shows("leave out --json or --format");
}

#[test]
fn a_spreadsheet_gets_each_write_once_what_is_unsettled_first_and_no_formula() {
    let desk = Desk::unconfigured();
    let [open, _, unknown] = two_days(&desk);
    let mut odd = Records::open(&desk, ODD, "2026-03-02T15:00:00Z");
    let id = odd.intend(Write::Unlock, kit("107"));
    odd.conclude(id, Word::Refused, Some("@SUM(1)"));
    odd.look_up();
    drop(odd);
    let table = report(&desk, &["--format", "csv"]).out;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let heads = reader.headers().expect("heads").clone();
    let at = |head: &str| {
        heads
            .iter()
            .position(|name| name == head)
            .expect("a column")
    };
    let (id, count) = (at("journal_id"), at("count"));
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let first: Vec<_> = rows.iter().take(2).map(|row| row[id].to_owned()).collect();
    assert_eq!(first, [open.to_string(), unknown.to_string()]);
    let writes = rows.iter().filter(|row| !row[id].is_empty());
    assert_eq!(writes.count(), 7);
    let look_ups = rows
        .iter()
        .filter(|row| &row[at("operation")] == "look_ups");
    let look_ups: Vec<_> = look_ups.map(|row| row[count].to_owned()).collect();
    assert_eq!(look_ups, ["1", "2"]);
    assert!(table.contains("'@SUM(1)"), "{table}");
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
}

#[test]
fn the_page_needs_nothing_from_anywhere_and_escapes_every_text() {
    let desk = Desk::unconfigured();
    let mut odd = Records::open(&desk, ODD, "2026-03-02T15:00:00Z");
    let id = odd.intend(Write::Unlock, kit("107"));
    odd.conclude(id, Word::Refused, Some(ODD));
    drop(odd);
    let page = report(&desk, &["--format", "html"]).out;
    for outside in [
        "<script", "http:", "https:", "//", "src=", "href", "url(", "@import", "onload",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    let escaped = "=&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;";
    assert!(page.matches(escaped).count() >= 3, "{page}");
    assert!(page.contains("@page { size: A4;"), "{page}");
    assert_eq!(page.matches("<svg ").count(), 1);
}

#[test]
fn what_verbs_do_is_in_the_days_report() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let of_kit = |verb: &str, more: &[&str]| {
        let args = [verb, "--entity", ENTITY, "--kit", KIT, "--yes"];
        desk.run(&[&args, more].concat())
    };
    of_kit("lock", &["--reason", "stolen"]).code(0);
    of_kit("block", &["--reason", "stolen"]).code(0);
    of_kit("upgrade", &["--tier", "SILVER"]).code(1);
    sandbox.add_fault("cancel=reset-before:1".parse().expect("a fault"));
    let cancel = [
        "cancel-order",
        "--order",
        RECEIVED,
        "--yes",
        "--settle-for",
        "0",
    ];
    desk.run(&cancel).code(4);

    let records = desk
        .run(&["journal", "list", "--kind", "intent", "--json"])
        .json();
    let records = records["result"]["records"]
        .as_array()
        .expect("a list")
        .clone();
    let days = records
        .iter()
        .map(|record| record["at"].as_str().map(|at| at[..10].to_owned()));
    let mut days: Vec<_> = days.map(|day| day.expect("a time")).collect();
    days.dedup();
    // Two, where midnight was on the way.
    let (mut writes, mut final_steps, mut refusals) = (0, 0, 0);
    for day in &days {
        let day = desk
            .run(&["report", "--date", day, "--json"])
            .code(0)
            .json();
        let count = |key: &str| day["result"][key].as_array().map_or(0, Vec::len);
        writes += count("writes");
        final_steps += count("final_steps");
        refusals += count("refusals");
    }
    assert_eq!((writes, final_steps, refusals), (4, 2, 1));
    let last = desk.run(&["report", "--date", &days[0], "--json"]).json();
    let unsettled = &last["result"]["unsettled"];
    assert_eq!(unsettled[0]["operation"], "cancel_order");
    assert_eq!(unsettled[0]["state"], "open");
    assert_eq!(unsettled[0]["operator"], "maria");
}

/// The browser, where there is one.
fn chromium() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| {
            let asked = Command::new(name).arg("--version").output();
            asked.is_ok_and(|asked| asked.status.success())
        })
}

/// The texts of the picture, as the browser has them: what is drawn, without the hints on the bars.
fn drawn(page: &str) -> Vec<&str> {
    let (_, picture) = page.split_once("<svg").expect("a picture");
    let (picture, _) = picture.split_once("</svg>").expect("its end");
    let texts = picture.split("<text").skip(1);
    let texts = texts.filter_map(|text| text.split_once('>')?.1.split_once("</text>"));
    texts.map(|(text, _)| text).collect()
}

#[test]
fn a_browser_draws_the_picture_and_prints_a4() {
    let Some(browser) = chromium() else {
        return skipped("there is no Chromium here");
    };
    let desk = Desk::unconfigured();
    two_days(&desk);
    let file = desk.path("day.html");
    write_file(&file, &report(&desk, &["--format", "html"]).out);
    let run = |what: &str| {
        let output = Command::new(browser)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                what,
            ])
            .arg(format!(
                "--user-data-dir={}",
                desk.path("browser").display()
            ))
            .arg(format!("file://{}", file.display()))
            .stderr(Stdio::null())
            .output()
            .expect("the browser runs");
        assert!(output.status.success(), "{what}");
        String::from_utf8(output.stdout).expect("text")
    };
    let page = run("--dump-dom");
    let hours: Vec<String> = (0..24).map(|hour| format!("{hour:02}")).collect();
    let mut expected = vec!["Writes by hour (UTC) and outcome"];
    for hour in &hours {
        expected.push(hour);
        // The number above a bar.
        match hour.as_str() {
            "00" => expected.push("2"),
            "14" => expected.push("3"),
            _ => {}
        }
    }
    expected.extend([
        "done 2",
        "refused 1",
        "not sent 1",
        "unknown 1",
        "not done 0",
    ]);
    assert_eq!(drawn(&page), expected);
    assert!(page.contains("<title>14:00, refused: 1</title>"), "{page}");

    let printed = desk.path("day.pdf");
    run(&format!("--print-to-pdf={}", printed.display()));
    let printed = std::fs::read(&printed).expect("a file");
    let printed = String::from_utf8_lossy(&printed);
    // In points, as the file rounds them.
    let (_, size) = printed.split_once("/MediaBox [0 0 ").expect("a page");
    let (size, _) = size.split_once(']').expect("its end");
    let size = size
        .split(' ')
        .map(|side| side.parse::<f64>().expect("a number").round());
    assert_eq!(size.collect::<Vec<_>>(), [595.0, 842.0]);
}
