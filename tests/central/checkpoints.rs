//! Checkpoints of a host: signed, kept at the store, in a file and by a program, and what they show that a journal's
//! own chain can't.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kitdesk::central::CentralError;
use kitdesk::checkpoint::{Checkpoint, Frontier, SigningKey, origin};
use kitdesk::sandbox::{Options, Sandbox, start};
use serde_json::Value;

use crate::engine::Database;
use crate::fixtures::{Desk, ENTITY, Ended};
use crate::records::{all, enrolled};

/// A host that signs.
pub struct Branch {
    _sandbox: Sandbox,
    pub desk: Desk,
    pub database: Database,
    pub config: String,
}

pub const LOOK_UP: [&str; 3] = ["kits", "--entity", ENTITY];

impl Branch {
    /// It keeps checkpoints in these ways.
    pub async fn new(keeps: &str) -> Option<Self> {
        let database = Database::new().await?;
        let sandbox = start(Options::default()).await.expect("it starts");
        let (folder, port) = (database.engine.folder.display(), database.engine.port);
        let role = format!("signs_{}", database.name);
        let bank = sandbox.config_file();
        let bank = bank.replace("environment = \"sandbox\"", "environment = \"uat\"");
        let config = format!(
            "{bank}\n[central]\nurl = \"postgres://{role}@/{}?host={folder}&port={port}\"\n\
             password = {{ command = [\"printf\", \"%s\", \"p\"] }}\n\
             signing_key = \"signing_ed25519\"\n{keeps}\n",
            database.name
        );
        // A host that does not sign yet has a journal.
        let desk = Desk::configured(&bank);
        desk.run(&LOOK_UP).code(0);
        let branch = Self {
            _sandbox: sandbox,
            desk,
            database,
            config,
        };
        branch.configure(&branch.config);
        let ended = branch.desk.run(&LOOK_UP).code(2);
        ended.says("`kitdesk central enrol` makes it");
        let made = branch.desk.run(&["central", "enrol"]).code(0);
        let made = made.says("signing_ed25519 was made");
        let again = branch.desk.run(&["central", "enrol"]).code(0);
        assert!(
            again.out == made.out && again.err.is_empty(),
            "it is made once"
        );
        let file = branch
            .home()
            .join("signing_ed25519")
            .metadata()
            .expect("it is there");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        let set = format!("{}; ALTER ROLE {role} PASSWORD 'p'", made.out);
        let owner = &branch.database.owner;
        owner.batch_execute(&set).await.expect("it is good");
        Some(branch)
    }

    /// Where its configuration, key and checkpoints are.
    pub fn home(&self) -> PathBuf {
        self.desk.path("kitdesk")
    }

    pub fn configure(&self, config: &str) {
        std::fs::write(self.home().join("config.toml"), config).expect("it is ours");
    }

    pub fn checkpoint(&self) -> PathBuf {
        self.home().join("checkpoint.txt")
    }

    /// Looks customers up until this has happened.
    pub async fn until(&self, what: &str, mut happened: impl AsyncFnMut() -> bool) {
        let until = Instant::now() + Duration::from_mins(1);
        loop {
            self.desk.run(&LOOK_UP).code(0);
            if happened().await {
                return;
            }
            assert!(Instant::now() < until, "{what}");
        }
    }

    fn verify(&self, more: &[&str]) -> Ended {
        let arguments = [&["journal", "verify"], more].concat();
        self.desk.run(&arguments)
    }

    fn verify_file(&self, file: &Path) -> Ended {
        self.verify(&["--checkpoint", &file.display().to_string()])
    }
}

/// The program is run where kitdesk is.
const KEEPS: &str = "checkpoint_file = \"checkpoint.txt\"\n\
    anchor = [\"sh\", \"-c\", \"cat >>kitdesk/anchored; cp $0 kitdesk/copied\", \"{}\"]";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_signs_and_its_checkpoints_are_kept_in_three_places() {
    let Some(branch) = Branch::new(KEEPS).await else {
        return;
    };
    let (file, anchored) = (branch.checkpoint(), branch.home().join("copied"));
    branch
        .until("kept in three places", async || {
            let note = std::fs::read_to_string(&file).unwrap_or_default();
            let there = format!("checkpoints WHERE note = '{note}'");
            let copied = std::fs::read_to_string(&anchored).unwrap_or_default();
            !note.is_empty() && note == copied && branch.database.count(&there).await == 1
        })
        .await;
    let all = std::fs::read_to_string(branch.home().join("anchored")).expect("it is there");
    assert!(all.contains(&std::fs::read_to_string(&anchored).expect("it is there")));
    let ended = branch.verify_file(&file).code(0);
    assert!(ended.out.contains("the journal holds the"), "{}", ended.out);
    let ended = branch.verify(&["--central", "--json"]).code(0);
    let said: Value = serde_json::from_str(&ended.out).expect("JSON");
    let central = &said["result"]["central"];
    assert_eq!(central["differ"], 0, "{central}");
    assert_eq!(central["checkpoint"]["holds"], true, "{central}");
    let status = branch.desk.run(&["central", "status"]).code(0).out;
    assert!(status.contains("signs by   kitdesk/"), "{status}");
    let doctor = branch.desk.run(&["doctor"]).code(0).out;
    let line = |name: &str| {
        doctor
            .lines()
            .find(|line| line.contains(name))
            .map(str::to_owned)
    };
    for name in [" signing_key ", " checkpoint "] {
        assert!(
            line(name).is_some_and(|line| line.contains("ok")),
            "{doctor}"
        );
    }
    // Somebody else's key, and notes that were damaged, at each line.
    let other = SigningKey::make(&branch.home().join("other")).expect("a key");
    let note = std::fs::read_to_string(&file).expect("it is there");
    let name = note.lines().next().expect("a line");
    let other = other.signer(name).verifying().to_string();
    let path = file.display().to_string();
    let refused = branch
        .verify(&["--checkpoint", &path, "--key", &other])
        .code(1);
    refused.says("it is not signed by this key");
    for line in 0..note.lines().count() {
        let mut lines: Vec<_> = note.lines().map(str::to_owned).collect();
        lines[line].push('1');
        let damaged = branch.home().join("damaged.txt");
        std::fs::write(&damaged, lines.join("\n") + "\n").expect("it is ours");
        branch.verify_file(&damaged).code(1).says("damaged.txt: it");
    }
    // The superuser changes a record there.
    let changed = "ALTER TABLE kitdesk.records DISABLE TRIGGER ALL;
        ALTER TABLE kitdesk.records DROP CONSTRAINT hash_holds;
        UPDATE kitdesk.records SET operator = 'nobody' WHERE id = 1";
    branch
        .database
        .owner
        .batch_execute(changed)
        .await
        .expect("the superuser may");
    let ended = branch.verify(&["--central", "--json"]).code(1);
    let said: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(said["result"]["central"]["first"]["how"], "changed_there");
    assert_eq!(said["result"]["whole"], true);
    branch
        .verify(&["--central"])
        .code(1)
        .says("record 1 was changed there");
}

/// What no chain and no head shows: a copy of the folder goes on in the journal's place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_written_again_from_a_copy_is_found_by_its_checkpoint_alone() {
    let Some(branch) = Branch::new("checkpoint_file = \"checkpoint.txt\"").await else {
        return;
    };
    let file = branch.checkpoint();
    branch.until("signed", async || file.exists()).await;
    let first = branch.home().join("first.txt");
    std::fs::copy(&file, &first).expect("it is there");
    let state = branch.desk.path("state");
    assert!(
        state.join("journal.db").exists(),
        "the journal is elsewhere"
    );
    let copy = branch.home().join("copy");
    copy_folder(&state, &copy);
    let size = |file: &Path| {
        let note = std::fs::read_to_string(file).unwrap_or_default();
        note.lines()
            .nth(1)
            .and_then(|size| size.parse::<u64>().ok())
            .unwrap_or(0)
    };
    let before = size(&first);
    branch
        .until("signed again", async || size(&file) > before + 1)
        .await;
    let (signed, last) = (branch.home().join("signed.txt"), size(&file));
    std::fs::copy(&file, &signed).expect("it is there");
    std::fs::remove_dir_all(&state).expect("it is ours");
    copy_folder(&copy, &state);
    // Without the store: it would refuse to go on.
    let central = branch.config.find("[central]").expect("it has one");
    branch.configure(&branch.config[..central]);
    while Journal::records(&branch) <= last {
        branch.desk.run(&["kits", "--entity", "676165"]).code(0);
    }
    branch.configure(&branch.config);
    branch.verify(&[]).code(0);
    branch.verify_file(&first).code(0);
    let paths = [&first, &signed].map(|file| file.display().to_string());
    let both = [
        "--checkpoint",
        paths[1].as_str(),
        "--checkpoint",
        paths[0].as_str(),
    ];
    let ended = branch.verify(&both).code(1);
    let range = format!("one from record {} to {last} was changed", before + 1);
    assert!(ended.err.contains(&range), "{range:?} in {}", ended.err);
    branch
        .verify(&["--central"])
        .code(1)
        .says("at the central store: the journal's first");
    // One that was only cut back.
    std::fs::remove_dir_all(&state).expect("it is ours");
    copy_folder(&copy, &state);
    branch
        .verify_file(&signed)
        .code(1)
        .says("the rest was cut off");
}

struct Journal;

impl Journal {
    fn records(branch: &Branch) -> u64 {
        let ended = branch.verify(&["--json"]).code(0);
        let said: Value = serde_json::from_str(&ended.out).expect("JSON");
        said["result"]["records"].as_u64().expect("a number")
    }
}

fn copy_folder(from: &Path, to: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(to)
        .expect("it is new");
    for entry in std::fs::read_dir(from).expect("it is there") {
        let entry = entry.expect("it is read");
        if entry.file_type().expect("it has one").is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("it is copied");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_can_not_be_written_and_a_program_that_fails_stop_nothing() {
    let keeps = "checkpoint_file = \"no/such/folder.txt\"\nanchor = [\"sh\", \"-c\", \"exit 7\"]";
    let Some(branch) = Branch::new(keeps).await else {
        return;
    };
    let log = branch.home().join("log");
    let with_log = [&["--log", log.to_str().expect("text")], LOOK_UP.as_slice()].concat();
    branch
        .until("said in the log", async || {
            branch.desk.run(&with_log).code(0);
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            said.contains("checkpoint_file can't be written")
                && said.contains("failed with status 7")
        })
        .await;
    branch
        .until("at the store all the same", async || {
            branch.database.count("checkpoints").await > 0
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_signed_while_the_store_was_away_comes_in_later() {
    let Some(branch) = Branch::new("checkpoint_file = \"checkpoint.txt\"").await else {
        return;
    };
    let file = branch.checkpoint();
    let away = branch.config.replace("?host=/", "?host=/nowhere/");
    branch.configure(&away);
    branch.until("signed", async || file.exists()).await;
    branch.verify_file(&file).code(0);
    branch.verify(&["--central"]).code(3).says("is not reached");
    assert_eq!(branch.database.count("checkpoints").await, 0);
    branch.configure(&branch.config);
    branch
        .until("there", async || {
            branch.database.count("checkpoints").await > 0
        })
        .await;
    branch.verify(&["--central"]).code(0);
}

/// A host's own word, and no other.
#[tokio::test]
async fn the_store_keeps_a_checkpoint_of_what_it_has_and_of_its_own_host() {
    let Some(database) = Database::new().await else {
        return;
    };
    let (journal, _folder, host, store) = enrolled(&database, 6).await;
    store
        .forward(crate::records::chain(&journal), all(&journal))
        .await
        .expect("they are taken");
    let roots = journal.reader().roots(&[4, 6]).expect("it is read");
    let signed = |size: u64, root| {
        let origin = origin(&host.chain);
        let checkpoint = Checkpoint { origin, size, root };
        let note = format!("{checkpoint}\n\u{2014} any signature\n");
        (checkpoint, note)
    };
    let (four, note) = signed(4, roots[0].expect("it has four"));
    for _ in 0..2 {
        store.keep(&four, &note).await.expect("it is kept");
    }
    let (another, other) = signed(4, Frontier::default().root());
    let error = store
        .keep(&another, &other)
        .await
        .expect_err("another root");
    assert!(matches!(error, CentralError::OtherHistory(_)), "{error}");
    let (beyond, note) = signed(7, Frontier::default().root());
    let error = store.keep(&beyond, &note).await.expect_err("there are six");
    assert!(error.to_string().contains("which are not here"), "{error}");
    let (six, note) = signed(6, roots[1].expect("it has six"));
    store
        .keep(&six, "something else")
        .await
        .expect_err("the note says so");
    let neighbour = database.host("b", crate::claims::CHAIN_B, "ACME").await;
    database
        .store(&neighbour)
        .keep(&six, &note)
        .await
        .expect_err("another's");
    store.keep(&six, &note).await.expect("it is kept");
    // An older one says nothing new.
    let (four, note) = signed(4, roots[0].expect("it has four"));
    store.keep(&four, &note).await.expect("it is there");
    assert_eq!(database.count("checkpoints").await, 2);
    let about = store.about_chain(&host.chain).await.expect("it answers");
    assert_eq!(about.checkpoint.map(|newest| newest.size), Some(6));
}
