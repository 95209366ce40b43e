//! Many upgrades from a table: what is sent, what is not, and what stands in the results file. The
//! sandbox counts what came in and what was done.

mod faults;
mod going_on;
#[cfg(unix)]
mod signals;

use kitdesk::sandbox::Sandbox;
use serde_json::Value;

use crate::console::{Console, Key, sandbox};
use crate::fixtures::{Desk, Ended};

/// Customers and the kits of theirs that are ACTIVE.
const CARDS: [(&str, &str); 8] = [
    ("676165", "4561789"),
    ("181223116", "10930010477"),
    ("210000000094", "94000000001"),
    ("210000000093", "93000000001"),
    ("210000000092", "92000000001"),
    ("210000000091", "91000000001"),
    ("210000000090", "90000000001"),
    ("210000000089", "89000000001"),
];
/// As a script starts it, and as fast as it goes.
const MANY: [&str; 6] = ["upgrade", "--from", "batch.csv", "--yes", "--rate", "20"];
const RESULTS: &str = "batch.results.csv";

/// A sandbox, and a desk with a table for it.
struct Bench {
    sandbox: Sandbox,
    desk: Desk,
}

impl Bench {
    /// With so many rows that can be upgraded.
    fn new(rows: usize) -> Self {
        let cards = CARDS.iter().take(rows);
        let rows: Vec<String> = cards
            .map(|(entity, kit)| format!("{entity},{kit},SILVER\n"))
            .collect();
        Self::with(&format!("entity,kit,tier\n{}", rows.concat()))
    }

    fn with(table: &str) -> Self {
        let sandbox = sandbox();
        let desk = Desk::on(&sandbox);
        let bench = Self { sandbox, desk };
        bench.write("batch.csv", table);
        bench
    }

    fn fault(self, spec: &str) -> Self {
        self.sandbox.add_fault(spec.parse().expect("a fault"));
        self
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.desk.path(name), text).expect("a file of the test's own");
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.desk.path(name)).expect("it was written")
    }

    fn has(&self, name: &str) -> bool {
        self.desk.path(name).exists()
    }

    fn run(&self, more: &[&str]) -> Ended {
        self.desk.run(&[&MANY[..], more].concat())
    }

    /// How many upgrades came in at the sandbox, and how many were done there.
    fn sent(&self) -> (usize, usize) {
        let Self { sandbox, .. } = self;
        (
            sandbox.received("upgradeCard"),
            sandbox.worked("upgradeCard"),
        )
    }

    /// Some columns of the results file, as another program reads them.
    fn results(&self, columns: &[&str]) -> Vec<Vec<String>> {
        let text = self.text(RESULTS);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let head = reader.headers().expect("a head").clone();
        let place = |name: &&str| head.iter().position(|one| one == *name).expect("a column");
        let places: Vec<usize> = columns.iter().map(place).collect();
        reader
            .records()
            .map(|record| {
                let record = record.expect("as many cells as there are columns");
                places.iter().map(|&at| record[at].to_owned()).collect()
            })
            .collect()
    }

    fn outcomes(&self) -> Vec<String> {
        self.results(&["outcome"]).concat()
    }
}

fn counts(object: &Value) -> [u64; 5] {
    ["rows", "done", "refused", "not_sent", "unknown"]
        .map(|name| object["result"]["counts"][name].as_u64().expect("a number"))
}

#[test]
fn all_are_sent_and_each_stands_in_the_results() {
    let bench = Bench::new(3);
    let ended = bench.run(&[]).code(0);
    assert!(
        ended.out.starts_with("Done: Of 3 upgrades: 3 done;"),
        "{}",
        ended.out
    );
    let ended = ended.shows("77000000003").says("CLASSIC -> SILVER");
    assert_eq!(ended.err.matches("upgradeCard").count(), 1, "{}", ended.err);
    assert_eq!(bench.sent(), (3, 3));
    let results = bench.results(&["line", "entity", "kit", "tier", "outcome", "new_kits"]);
    for (place, row) in results.iter().enumerate() {
        let (entity, kit) = CARDS[place];
        let (line, new) = ((place + 2).to_string(), format!("7700000000{}", place + 1));
        assert_eq!(row[..], [&line, entity, kit, "SILVER", "done", &new]);
    }
    assert_eq!(results.len(), 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::metadata(bench.desk.path(RESULTS)).expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
    // The journal's records are those that the results name.
    for id in bench.results(&["journal_id"]).concat() {
        let shown = bench.desk.run(&["journal", "show", &id, "--json"]).code(0);
        let record = &shown.json()["result"]["records"][0];
        assert_eq!(record["kind"], "intent");
        assert_eq!(record["operation"], "upgrade");
    }
}

#[test]
fn one_object_at_the_end_and_nothing_else() {
    let bench = Bench::with(
        "alias,kit,entity,tier,delivery\n\
         \" ANITA R\",10930010477,181223116,SILVER,permanent\n,4561789,676165,NOSUCH,\n",
    );
    let ended = bench.run(&["--json"]).code(1);
    let object = ended.json();
    assert_eq!(object["outcome"], "refused");
    assert_eq!(object["operation"], "upgrade");
    assert!(object["journal_id"].is_null());
    assert_eq!(counts(&object), [2, 1, 1, 0, 0]);
    let rows = object["result"]["rows"].as_array().expect("rows");
    assert_eq!(rows[0]["line"], 2);
    assert_eq!(rows[0]["alias"], "ANITA R");
    assert_eq!(rows[0]["delivery"], "PERMANENT");
    assert_eq!(rows[0]["outcome"], "done");
    assert_eq!(rows[0]["new_kits"].as_array().map(Vec::len), Some(1));
    assert!(rows[0]["journal_id"].is_i64() && rows[0]["time"].is_string());
    assert_eq!(rows[1]["outcome"], "refused");
    assert!(rows[1]["error_code"].is_string() && rows[1]["alias"].is_null());
    assert_eq!(object["result"]["results"], RESULTS);
    assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
}

#[test]
fn a_dry_run_checks_all_and_sends_nothing() {
    let bench = Bench::new(2);
    let args = ["upgrade", "--from", "batch.csv", "--dry-run"];
    let ended = bench.desk.run(&args).code(0);
    let requests: Value = serde_json::from_str(&ended.out).expect("JSON");
    let requests = requests.as_array().expect("a list");
    for (request, (entity, kit)) in requests.iter().zip(CARDS) {
        assert_eq!(request["method"], "POST");
        assert_eq!(request["body"]["entityId"], entity);
        assert_eq!(request["body"]["kitNo"], kit);
        assert_eq!(request["body"]["kitInfo"][0]["tierType"], "SILVER");
    }
    assert_eq!(requests.len(), 2);
    assert!(!bench.has(RESULTS));
    bench.write("batch.csv", "entity,kit,tier\n181223116,10930010476,GOLD\n");
    bench.desk.run(&args).code(2).says("is REPLACED");
    assert_eq!(bench.sent(), (0, 0));
}

#[test]
fn nothing_is_sent_without_a_confirmation() {
    let bench = Bench::new(2);
    let args = ["upgrade", "--from", "batch.csv"];
    bench.desk.run(&args).code(2).says("in a script by --yes");
    assert_eq!(bench.sandbox.received("fetchKitsByEntityId"), 0);
    assert!(!bench.has(RESULTS));
}

#[test]
fn on_a_terminal_it_is_confirmed_by_their_number_and_a_bar_is_drawn() {
    for (typed, code) in [("2", 0), ("3", 2)] {
        let Bench { sandbox, desk } = Bench::new(2);
        let args = ["upgrade", "--from", "batch.csv", "--rate", "5"].map(str::to_owned);
        let mut terminal = Console::start(desk.into_home(), &args, 120, 40);
        terminal
            .until_row(&["4561789", "CLASSIC -> SILVER"])
            .until("Type how many are to be sent (2) to send them:");
        assert_eq!(sandbox.received("upgradeCard"), 0);
        terminal.type_text(typed).key(Key::Enter);
        if code == 0 {
            terminal.until("Done: Of 2 upgrades: 2 done;");
        } else {
            terminal
                .until("That is not how many they are.")
                .key(Key::Enter);
            terminal.until("it was not confirmed: nothing was sent");
        }
        assert_eq!(terminal.exit_code(), code);
        terminal.modes_are_back();
        let drawn = String::from_utf8_lossy(&terminal.bytes()).into_owned();
        assert_eq!(drawn.contains("] 1/2  1 done  "), code == 0, "{drawn}");
        assert_eq!(sandbox.worked("upgradeCard"), if code == 0 { 2 } else { 0 });
    }
}

#[test]
fn not_faster_than_wanted() {
    let bench = Bench::new(3);
    let began = std::time::Instant::now();
    let args = ["upgrade", "--from", "batch.csv", "--yes", "--rate", "4"];
    bench.desk.run(&args).code(0);
    assert!(began.elapsed() >= std::time::Duration::from_millis(500));
}
