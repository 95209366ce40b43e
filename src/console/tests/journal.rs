//! The journal's side of the screens: what is open, settling, receipts, notes, and keys that come too soon.

use jiff::Timestamp;

use super::*;
use crate::central::Piece;
use crate::console::Served;
use crate::dcms::{Doubt, Word};
use crate::desk::{
    BankPage, BankQuestion, Delivery, KitsBefore, Observation, OpenNow, RecordedIntent, Target,
    Verdict,
};
use crate::journal::{
    self, Copied, CopyId, Digest, Filter, Finding, Intent, Journal, Listed, LookUps, Mark, Note,
    NoteKind, OpenWrite, Opening, RecordId, RecordThread, ResultWord, Standing, Subject, Where,
    Who,
};

/// A journal with an unknown upgrade and a refused cancellation, read back: records as they really are.
pub(super) fn unknown_upgrade() -> (Vec<Listed>, Vec<OpenWrite>, RecordThread) {
    let folder = tempfile::tempdir().expect("a folder");
    let who = Who::new("asha", "counter-3");
    let place = Where {
        profile: "acme-uat".into(),
        tenant: crate::dcms::Tenant::parse("ACME_BANK").expect("a tenant"),
        environment: Environment::Uat,
    };
    let clock = || "2026-11-24T10:32:05Z".parse().expect("a time");
    let opening = Opening::new(&who, &place).clock(clock);
    let mut journal = Journal::open(folder.path(), opening).expect("a journal");
    let kit = KitNo::parse("4561789").expect("a kit");
    let entity = EntityId::parse("676165").expect("an entity");
    let subject = Subject::kit(entity, kit);
    let intent = Intent {
        write: Write::Upgrade,
        subject,
        digest: Digest::of(Write::Upgrade, &serde_json::json!({"kitNo": "4561789"})),
        before: Some(serde_json::json!({"kits": ["4561789"]})),
        since: None,
        key_check: None,
        why: None,
        claim: None,
    };
    let record = journal.intend(&intent).expect("recorded");
    let end = journal::Outcome {
        word: Word::Unknown,
        error_code: None,
        message: Some("the connection was lost before an answer came".into()),
        duration: Duration::from_millis(1234),
        after: None,
    };
    journal.conclude(record, &end).expect("recorded");
    let order =
        crate::dcms::OrderId::parse("3fa85f64-5717-4562-b3fc-2c963f66afa6").expect("an order id");
    let refused = Note {
        message: Some("it is being printed".into()),
        ..Note::new(NoteKind::Refusal, Write::CancelOrder, Subject::order(order))
    };
    journal.note(&refused).expect("recorded");
    let reader = journal.reader();
    let page = crate::journal::Page {
        limit: 10,
        offset: 0,
    };
    let filter = crate::journal::Filter::default();
    let records = reader.actions(&filter, journal::LookUps::Folded, page);
    let open = reader.open_writes().expect("read");
    let mut thread = reader.show(record).expect("read");
    // A journal's name is drawn by lot and is in each of its hashes: a picture needs the same each time.
    let hash = journal::Hash::parse(&"4d".repeat(32)).expect("a hash");
    thread.record.hash = hash;
    for follower in &mut thread.followers {
        follower.hash = hash;
    }
    (records.expect("read"), open, thread)
}

pub(super) fn observation(verdict: Verdict, kits: Vec<Kit>) -> Box<Observation> {
    Box::new(Observation {
        intent: RecordedIntent {
            record: RecordId(1),
            write: Write::Upgrade,
            target: Target::kit(
                &EntityId::parse("676165").expect("an entity"),
                &KitNo::parse("4561789").expect("a kit"),
            ),
            before: Some(KitsBefore::of(&vec![kit("4561789", "ACTIVE")].into(), None)),
            sent: Timestamp::UNIX_EPOCH,
        },
        reading: Ok(read(kits)),
        verdict,
        next: None,
        unasked: None,
        trouble: None,
    })
}

#[test]
fn missing_records_and_what_is_not_recorded_are_errors() {
    let mut bench = Bench::new();
    let gap = "records 2 to 4 are missing: `kitdesk journal accept`";
    bench.event(Event::Open(Ok(OpenNow {
        writes: Vec::new(),
        gap: Some(gap.into()),
    })));
    bench.must_show("! records missing");
    bench.must_show("Records 2 to 4 are missing");
    bench.event(Event::Open(Ok(OpenNow::default())));
    assert!(!bench.shows("missing"));
    bench.event(Event::Recording(Err("another program has held it".into())));
    bench.must_show("! no journal");
    bench.must_show("The journal could not record this: Another program has held it.");
    // That it can be read does not mean that it can be written.
    bench.event(Event::Open(Ok(OpenNow::default())));
    bench.must_show("! no journal");
    bench.event(Event::Recording(Ok(())));
    assert!(!bench.shows("! no journal"));
}

#[test]
fn a_central_store_that_is_away_is_in_the_title_bar() {
    let mut bench = Bench::new();
    let away = |waiting| Delivery {
        waiting,
        trouble: Some("it is not reached".into()),
    };
    bench.event(Event::Central(away(None)));
    bench.must_show("! central");
    bench.event(Event::Central(away(Some(12))));
    bench.must_show("! central 12");
    // What needs somebody at once comes before it.
    bench.event(Event::Recording(Err("the disk is full".into())));
    bench.must_show("! no journal");
    bench.event(Event::Recording(Ok(())));
    bench.event(Event::Central(Delivery::default()));
    assert!(!bench.shows("! central"));
}

#[test]
fn what_is_open_is_shown_at_the_start_and_in_the_title_bar() {
    let (_, open, _) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.event(Event::Open(Ok(open.into())));
    bench.must_show("? 1 open");
    bench.must_show("One write has an unknown outcome. J or F4 settles it:");
    bench.must_show("kit 4561789: an upgrade by asha");
    bench.event(Event::Open(Ok(OpenNow::default())));
    assert!(!bench.shows("open"));
}

#[test]
fn a_second_upgrade_of_an_open_kit_is_not_begun() {
    let (_, open, _) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.event(Event::Open(Ok(open.into())));
    bench.found(kits());
    bench.text("u");
    bench.must_show("Kit 4561789: an upgrade is open (record 1). Settle it first: J or F4.");
    assert_eq!(
        bench.notes.last().map(|note| note.kind),
        Some(NoteKind::Refusal)
    );
    bench.event(Event::Open(Ok(OpenNow::default())));
    bench.text("u");
    bench.must_show("Upgrade kit 4561789");
}

#[test]
fn without_a_journal_it_is_said_and_look_ups_go_on() {
    let mut bench = Bench::new();
    let error = "/s/journal.db can't be written: give yourself the right to write it";
    bench.event(Event::Open(Err(error.into())));
    bench.must_show("! no journal");
    bench.must_show("Nothing can be recorded: /s/journal.db can't be written");
    bench.found(kits());
    bench.must_show("4561789");
}

#[test]
fn an_open_write_is_settled_by_reading() {
    let (records, open, thread) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.event(Event::Open(Ok(open.into())));
    bench.press(KeyCode::Esc);
    bench.text("J");
    let Command::Records(ticket, filter, ..) = bench.last() else {
        panic!("the newest records are asked for");
    };
    let ticket = *ticket;
    assert_eq!(**filter, crate::journal::Filter::default());
    bench.event(Event::Records(ticket, Ok(records)));
    bench.must_show("? open");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread.clone()))));
    bench.must_show("asha on counter-3");
    bench.must_show("the connection was lost before an answer came");
    bench.text("s");
    assert!(matches!(bench.last(), Command::Settle(_, RecordId(1))));
    bench.must_show("Reading the outcome of record 1");
    let ticket = bench.ticket();
    let after = vec![kit("4561789", "REPLACED"), kit("77000000001", "ASSIGNED")];
    bench.event(Event::Observed(observation(Verdict::Done, after)));
    bench.event(Event::Settled(ticket, RecordId(1), Ok(())));
    bench.must_show("Settled: what was sent for kit 4561789 was done.");
    assert!(matches!(
        bench.last(),
        Command::RecordThread(_, RecordId(1))
    ));
}

#[test]
fn settling_comes_to_its_end_whatever_is_asked_meanwhile() {
    let (_, open, _) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.event(Event::Open(Ok(open.into())));
    bench.press(KeyCode::F(4));
    bench.text("s");
    assert!(matches!(bench.last(), Command::Settle(..)));
    let settling = bench.ticket();
    bench.press(KeyCode::F(4));
    assert!(matches!(bench.last(), Command::Records(..)));
    bench.event(Event::Settled(settling, RecordId(1), Ok(())));
    assert!(!bench.app.is_waiting());
}

#[test]
fn an_open_write_is_settled_by_a_person_with_a_reason() {
    let (records, open, thread) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.event(Event::Open(Ok(open.into())));
    bench.press(KeyCode::F(4));
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(records)));
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread))));
    bench.text("d");
    bench.must_show("Settle record 1 by what you know");
    bench.press(KeyCode::F(10));
    bench.must_show("choose one");
    bench.must_show("say in a few words how you know");
    bench.text("n");
    bench.must_show("NOT DONE");
    bench.press(KeyCode::Tab);
    bench.text("asked support, ticket 4711");
    bench.enter();
    let Command::Decide(ticket, RecordId(1), Finding::NotDone, reason) = bench.last() else {
        panic!("{:?}", bench.last());
    };
    assert_eq!(reason, "asked support, ticket 4711");
    let ticket = *ticket;
    bench.event(Event::Settled(
        ticket,
        RecordId(1),
        Err("no room is left".into()),
    ));
    bench.must_show("No room is left.");
    bench.must_show("asked support, ticket 4711");
}

#[test]
fn the_journal_is_filtered_and_a_bad_filter_is_explained() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(4));
    bench.text("/");
    bench.text("outcome:lost");
    bench.enter();
    bench.must_show(
        "Outcome can't be \"lost\": allowed are done, refused, not_sent, unknown, not_done",
    );
    bench.ctrl('u');
    bench.text("outcome:unknown kit:4561789");
    bench.enter();
    let Command::Records(ticket, filter, ..) = bench.last() else {
        panic!("{:?}", bench.last());
    };
    assert_eq!(filter.kit, KitNo::parse("4561789").ok());
    let ticket = *ticket;
    bench.event(Event::Records(ticket, Ok(Vec::new())));
    bench.must_show("No record matches the filter.");
}

/// An upgrade whose answer was lost, and what was read then.
pub(super) fn lost(kept: JournalResult, kits: Vec<Kit>) -> Bench {
    let mut bench = super::reviewed();
    bench.text("1789");
    bench.enter();
    let lost = Outcome::Unknown(Doubt::LineLost);
    bench.ends(Write::Upgrade, lost, read(kits), kept);
    bench
}

#[test]
fn a_later_reading_settles_what_is_shown() {
    let kept = JournalResult {
        record: Some(RecordId(1)),
        verdict: Some(Verdict::Open),
        next: Some(Duration::from_secs(5)),
        ..JournalResult::default()
    };
    let mut bench = lost(kept, kits());
    bench.must_show("kit 4561789 is ACTIVE and no kit is new. It may still be under way.");
    bench.must_show("Checked again automatically");
    bench.must_show("journal record 1");
    let mut after = kits();
    after[0] = kit("4561789", "REPLACED");
    after.push(kit("77000000001", "ASSIGNED"));
    bench.event(Event::Observed(observation(Verdict::Done, after)));
    bench.must_show("? Unknown, settled: it was done");
    bench.must_show("77000000001 is new, so it was done.");
    bench.must_show("new kit 77000000001");
    bench.must_show("p      set its PIN");
}

#[test]
fn a_later_reading_is_shown_on_every_screen() {
    let kept = JournalResult {
        record: Some(RecordId(1)),
        verdict: Some(Verdict::Open),
        ..JournalResult::default()
    };
    let mut bench = lost(kept, kits());
    bench.must_show("Left open. Check it again");
    bench.press(KeyCode::F(3));
    bench.event(Event::Observed(observation(Verdict::Open, kits())));
    assert!(!bench.shows("kit 4561789"), "nothing new is no notice");
    bench.event(Event::Observed(observation(Verdict::Done, kits())));
    bench.must_show("Settled: what was sent for kit 4561789 was done.");
}

#[test]
fn a_receipt_is_written_where_the_user_says() {
    let (_, _, thread) = unknown_upgrade();
    let kept = JournalResult {
        record: Some(RecordId(1)),
        ..JournalResult::default()
    };
    let mut bench = lost(kept, kits());
    bench.text("s");
    bench.must_show("receipt-1.txt");
    assert!(matches!(
        bench.last(),
        Command::RecordThread(_, RecordId(1))
    ));
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread.clone()))));
    bench.must_show("Unknown");
    bench.must_show("2026-11-24 12:32:05 +02:00");
    bench.press(KeyCode::PageDown);
    bench.must_show("receipt-1.txt");
    bench.must_show("12345");
    assert!(!bench.shows("Customer's signature"));
    bench.ctrl('u');
    bench.press(KeyCode::F(10));
    bench.must_show("type the name of a file first");
    bench.text("/tmp/meena.txt");
    bench.enter();
    bench.text("t");
    bench.must_show("Customer's signature");
    bench.enter();
    let (ticket, receipt, path) = bench.receipts.pop().expect("a receipt");
    assert_eq!(path, PathBuf::from("/tmp/meena.txt"));
    assert_eq!(receipt.text().matches("Copy for the").count(), 2);
    assert!(!receipt.text().contains("Done"));
    let taken = "/tmp/meena.txt is there already: choose another name.";
    bench.message(Message::ReceiptWritten(ticket, Err(taken.into())));
    bench.must_show(taken);
    bench.text("2");
    // It is settled meanwhile: the paper says so.
    bench.event(Event::Observed(observation(Verdict::Done, kits())));
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread))));
    bench.press(KeyCode::F(10));
    let (ticket, _, path) = bench.receipts.pop().expect("a receipt");
    assert_eq!(path, PathBuf::from("/tmp/meena.txt2"));
    bench.message(Message::ReceiptWritten(ticket, Ok(path)));
    bench.must_show("The receipt is in /tmp/meena.txt2.");
}

#[test]
fn a_receipt_on_a_server_is_copied_and_writes_no_file() {
    for clipboard in [true, false] {
        let (_, _, thread) = unknown_upgrade();
        let kept = JournalResult {
            record: Some(RecordId(1)),
            ..JournalResult::default()
        };
        let mut bench = lost(kept, kits());
        bench.app.cx.about.served = Some(Served {
            clipboard,
            sessions: None,
        });
        bench.text("s");
        let ticket = bench.ticket();
        bench.event(Event::RecordThread(ticket, Ok(Box::new(thread))));
        bench.must_show("no file is written");
        assert!(!bench.shows("receipt-1.txt"));
        assert_eq!(bench.shows("F10 copy it"), clipboard);
        bench.text("t");
        bench.press(KeyCode::F(10));
        assert!(bench.receipts.is_empty());
        if clipboard {
            assert_eq!(bench.copied[0].matches("Copy for the").count(), 2);
            bench.must_show("sent to the clipboard of your terminal");
        } else {
            assert!(bench.copied.is_empty());
            bench.must_show("switched off there");
        }
    }
}

#[test]
fn a_console_on_a_server_is_not_stopped() {
    let mut far = about(Environment::Uat);
    far.served = Some(Served {
        clipboard: false,
        sessions: None,
    });
    let mut bench = Bench::with(far);
    bench.message(Message::Suspend);
    assert_eq!(bench.stopped, 0);
}

#[test]
fn an_action_in_the_journal_has_its_receipt_too() {
    let (records, _, thread) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.press(KeyCode::F(4));
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(records)));
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread.clone()))));
    bench.text("w");
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread))));
    bench.must_show("Receipt of record 1");
    bench.must_show("Upgrade of a card");
    bench.press(KeyCode::Esc);
    bench.must_show("Record 1 and what belongs to it");
}

#[test]
fn what_was_not_recorded_has_no_receipt() {
    let mut bench = lost(JournalResult::default(), kits());
    let asked = bench.asked.len();
    bench.text("s");
    bench.must_show("Nothing was recorded, so there is nothing to write a receipt of.");
    assert_eq!(bench.asked.len(), asked);
}

#[test]
fn a_wrong_confirmation_is_on_record() {
    let mut bench = super::reviewed();
    bench.text("0000");
    bench.enter();
    let note = bench.notes.last().expect("a note");
    assert_eq!(note.kind, NoteKind::FailedTry);
    assert_eq!(note.subject.kit, KitNo::parse("4561789").ok());
    assert_eq!(note.subject.entity, EntityId::parse("676165").ok());
}

#[test]
fn a_card_number_that_was_opened_for_a_pin_is_on_record_once() {
    let bench = super::pin::pin_reviewed();
    let opened = bench.notes.iter();
    let opened = opened.filter(|note| note.kind == NoteKind::PanOpened);
    assert_eq!(opened.count(), 1);
}

#[test]
fn a_second_cancellation_of_an_open_order_is_not_begun() {
    let (_, mut open, _) = unknown_upgrade();
    let id = crate::dcms::OrderId::parse("3fa85f64-afa6").expect("an id");
    open[0].intent.operation = Write::CancelOrder.into();
    open[0].intent.subject = Subject::order(id);
    let mut bench = Bench::new();
    bench.event(Event::Open(Ok(open.into())));
    bench.press(KeyCode::F(3));
    bench.text("3fa85f64-afa6");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.text("x");
    bench.must_show("Order 3fa85f64-afa6: a cancellation is open (record 1). Settle it first");
    let note = bench.notes.last().expect("a note");
    assert_eq!(note.kind, NoteKind::Refusal);
    assert!(matches!(bench.last(), Command::ReadOrder(asked, _) if *asked == ticket));
}

#[test]
fn a_pin_is_not_begun_while_another_console_writes_to_the_kit() {
    let (_, mut open, _) = unknown_upgrade();
    open[0].state = crate::journal::State::UnderWay;
    let mut bench = Bench::new();
    bench.event(Event::Open(Ok(open.into())));
    bench.found(kits());
    bench.text("p");
    bench.must_show("(record 1) is still under way: wait for its outcome.");
    assert!(!bench.shows("Set the PIN of kit"));
}

#[test]
fn a_weak_pin_is_on_record_without_what_is_weak_about_it() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("p");
    bench.enter();
    bench.text("1987");
    bench.enter();
    bench.text("1987");
    bench.enter();
    let note = bench.notes.last().expect("a note");
    assert_eq!(note.kind, NoteKind::FailedTry);
    assert_eq!(note.message.as_deref(), Some("a PIN was not taken"));
    assert!(
        bench
            .notes
            .iter()
            .any(|note| note.kind == NoteKind::PanOpened)
    );
}

#[test]
fn a_key_pressed_before_a_screen_was_seen_is_no_answer_to_it() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.text("GOLD");
    bench.press(KeyCode::F(10));
    let Command::ReadAgain(ticket, ..) = bench.last() else {
        panic!("{:?}", bench.last());
    };
    let ticket = *ticket;
    bench.look();
    bench.event(Event::ReadAgain(ticket, Ok(kits().into())));
    // The review has come to the front and nobody has seen it.
    for code in "1789".chars().map(KeyCode::Char).chain([KeyCode::Enter]) {
        bench.message(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }
    assert!(
        matches!(bench.last(), Command::ReadAgain(..)),
        "nothing was sent"
    );
    bench.must_show("Review: upgrade a card");
    bench.text("1789");
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::Upgrade));
}

#[test]
fn a_write_carries_what_was_read_before_it() {
    let mut bench = super::reviewed();
    bench.text("1789");
    bench.enter();
    let request = sent_request(&bench);
    let kit = request.kit().expect("a kit");
    assert_eq!(kit.kit_no.as_str(), "4561789");
    let known = request.kits_before().expect("kits");
    assert!(kits().iter().all(|kit| known.holds(&kit.kit_no)));
}

#[test]
fn look_ups_are_folded_away_until_they_are_asked_for() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(4));
    let asked = |bench: &Bench| match bench.last() {
        Command::Records(_, _, look_ups, _) => *look_ups,
        other => panic!("{other:?}"),
    };
    assert_eq!(asked(&bench), journal::LookUps::Folded);
    bench.must_show("look-ups are folded away");
    bench.text("v");
    assert_eq!(asked(&bench), journal::LookUps::Shown);
    assert!(!bench.shows("folded away"));
    bench.text("v");
    assert_eq!(asked(&bench), journal::LookUps::Folded);
}

#[test]
fn an_open_write_is_in_the_list_once_and_counted_once() {
    let (records, open, _) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.event(Event::Open(Ok(open.into())));
    bench.press(KeyCode::F(4));
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(records[1..].to_vec())));
    bench.must_show("Journal: 1 action, newest first");
    bench.must_show("1 of 1");
    let picture = bench.picture(120, 40);
    assert_eq!(picture.matches("upgrade ").count(), 1, "{picture}");
    // The cells of a row stay together, however wide the window is.
    for (width, height) in [(60, 16), (80, 24), (200, 60)] {
        let picture = bench.picture(width, height);
        let row = picture.lines().find(|line| line.contains("? open"));
        let row = row.expect("a row").trim_end();
        assert!(row.contains("kit 4561789"), "{picture}");
        assert!(!row.contains("          "), "{picture}");
    }
}

#[test]
fn one_action_is_one_action() {
    let (records, ..) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.press(KeyCode::F(4));
    let ticket = bench.ticket();
    bench.event(Event::Records(
        ticket,
        Ok(records.into_iter().take(1).collect()),
    ));
    bench.must_show("Journal: 1 action, newest first");
}

#[test]
fn the_list_follows_what_is_recorded_meanwhile() {
    let (records, open, _) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.press(KeyCode::F(4));
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(records[..1].to_vec())));
    let asked = bench.asked.len();
    bench.event(Event::Open(Ok(open.clone().into())));
    assert!(matches!(bench.last(), Command::Records(..)) && bench.asked.len() == asked + 1);
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(records)));
    bench.must_show("Journal: 2 actions, newest first");
    // Nothing is read for nothing.
    bench.event(Event::Open(Ok(open.into())));
    assert_eq!(bench.asked.len(), asked + 1);
}

#[test]
fn a_story_scrolls_to_its_end_and_says_so() {
    let (records, open, thread) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.event(Event::Open(Ok(open.into())));
    bench.press(KeyCode::F(4));
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(records)));
    bench.size = (60, 16);
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread))));
    assert!(bench.look().contains(" ▼ "));
    bench.press(KeyCode::End);
    let picture = bench.look();
    assert!(
        picture.contains(" ▲ ") && !picture.contains('▼'),
        "{picture}"
    );
    let blank = picture
        .lines()
        .filter(|line| line.trim_matches(['│', ' ']).is_empty());
    assert!(blank.count() < 6, "{picture}");
}

#[test]
fn what_reads_otherwise_has_no_tick() {
    let (records, ..) = unknown_upgrade();
    let done = |is_doubted| {
        let mut listed = records.last().expect("an upgrade").clone();
        let word = journal::ResultWord::Outcome(Word::Done);
        listed.standing = Some(journal::Standing::Answered(word));
        listed.is_doubted = is_doubted;
        listed
    };
    let mut bench = Bench::new();
    bench.press(KeyCode::F(4));
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(vec![done(false)])));
    bench.must_show("✓ done");
    bench.text("r");
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(vec![done(true)])));
    bench.must_show("! done");
    assert!(!bench.shows("✓"));
}

/// A console with a central store, with its journal in front.
fn bench_with_bank() -> Bench {
    let mut about = about(Environment::Uat);
    about.has_bank = true;
    let mut bench = Bench::with(about);
    bench.press(KeyCode::Esc);
    bench.text("J");
    let (records, ..) = unknown_upgrade();
    bench.event(Event::Records(bench.ticket(), Ok(records)));
    bench
}

/// Copies of these records, as the store has them.
fn copies(number: i64, (host, changed): (&str, bool)) -> Listed {
    let (mut records, ..) = unknown_upgrade();
    let mut record = records.remove(0).record;
    record.id = RecordId(number);
    record.who.host = host.into();
    let mark = Mark {
        at: record.at.to_string(),
        chain: format!("{number:08x}-0000-0000-0000-000000000000"),
        id: number,
    };
    Listed {
        standing: Some(Standing::Answered(ResultWord::Outcome(Word::Done))),
        is_doubted: false,
        copied: Some(Box::new(Copied {
            mark,
            branch: Some("1021".into()),
            changed: changed.then_some(record.id).into_iter().collect(),
            is_under_way: false,
            settled: None,
        })),
        record,
    }
}

fn page_of_bank(found: Vec<Listed>, next: Option<Mark>) -> BankPage {
    BankPage {
        open: Vec::new(),
        actions: Piece {
            found,
            next,
            unreadable: 0,
            as_of: "2026-11-27T08:29:58Z".parse().expect("a time"),
        },
    }
}

fn asked_of_bank(bench: &Bench) -> &BankQuestion {
    match bench.last() {
        Command::Bank(_, question) => question,
        other => panic!("the bank's records are asked for, not {other:?}"),
    }
}

#[test]
fn one_key_leads_to_the_bank_s_journal_and_back() {
    let mut bench = bench_with_bank();
    bench.must_show("Journal of this host: ");
    bench.text("B");
    assert!(matches!(
        asked_of_bank(&bench),
        BankQuestion::Actions(filter, LookUps::Folded, None) if **filter == Filter::default()
    ));
    bench.must_show("Journal of the WHOLE BANK");
    bench.must_show("Reading the journal of the whole bank");
    let page = page_of_bank(
        vec![
            copies(17, ("counter-3", false)),
            copies(4, ("counter-9", true)),
        ],
        None,
    );
    bench.event(Event::Bank(bench.ticket(), Ok(Box::new(page))));
    bench.must_show("Journal of the WHOLE BANK: 2 actions, as of 10:29:58");
    bench.must_show("counter-3");
    bench.must_show("✓ done");
    bench.must_show("! changed");
    keep!(bench, "bank");
    // Nothing of it is settled here, unread.
    bench.text("s");
    bench.must_show("Open the action");
    bench.text("e");
    assert_eq!(*asked_of_bank(&bench), BankQuestion::Day(None, None));
    bench.press(KeyCode::Esc);
    bench.enter();
    let id = CopyId::parse("00000011-0000-0000-0000-000000000000/17").expect("a name");
    assert_eq!(*asked_of_bank(&bench), BankQuestion::Action(id));
    bench.text("B");
    assert!(matches!(bench.last(), Command::Records(..)));
    bench.must_show("Journal of this host");
}

#[test]
fn a_bank_s_journal_goes_on_after_the_last_row_that_was_read() {
    let mut bench = bench_with_bank();
    bench.text("B");
    let mark = Mark {
        at: "2026-11-27T08:00:00.000Z".into(),
        chain: "00000011-0000-0000-0000-000000000000".into(),
        id: 17,
    };
    let page = page_of_bank(vec![copies(17, ("counter-3", false))], Some(mark.clone()));
    bench.event(Event::Bank(bench.ticket(), Ok(Box::new(page))));
    bench.must_show("1+ actions");
    bench.press(KeyCode::Down);
    assert!(matches!(
        asked_of_bank(&bench),
        BankQuestion::Actions(_, _, Some(after)) if *after == mark
    ));
    let page = page_of_bank(vec![copies(4, ("counter-9", false))], None);
    bench.event(Event::Bank(bench.ticket(), Ok(Box::new(page))));
    bench.must_show("2 actions, as of 10:29:58");
}

/// An upgrade on a host of which nothing is heard any more, without an end.
fn left_open() -> RecordThread {
    let (.., mut thread) = unknown_upgrade();
    thread.record.claim = Some("7f1c0000-0000-4000-8000-000000000001".to_owned());
    thread.copied = copies(17, ("counter-3", false)).copied;
    assert!(matches!(thread.standing(), Some(Standing::Open(_))));
    thread
}

#[test]
fn what_a_host_that_is_gone_has_left_is_read_and_then_settled() {
    let mut bench = bench_with_bank();
    bench.text("B");
    let page = page_of_bank(vec![copies(17, ("counter-3", false))], None);
    bench.event(Event::Bank(bench.ticket(), Ok(Box::new(page))));
    bench.text("s");
    bench.must_show("Open the action");
    bench.enter();
    bench.event(Event::RecordThread(
        bench.ticket(),
        Ok(Box::new(left_open())),
    ));
    bench.text("d");
    bench.must_show("First settle by reading");
    bench.text("w");
    bench.must_show("on the host where it was sent");
    bench.text("s");
    let Command::ReadForGone(ticket, intent) = bench.last() else {
        panic!("{:?}", bench.last());
    };
    assert_eq!(intent.id, RecordId(1));
    let ticket = *ticket;
    bench.must_show("Reading the outcome of record 00000011/1");
    // It still lives: there is nothing to decide here.
    let lives = "the host counter-3 still counts as living".to_owned();
    bench.event(Event::ReadForGone(ticket, Err(lives)));
    bench.must_show("still counts as living");
    bench.text("d");
    bench.must_show("First settle by reading");
    bench.text("s");
    let said = "Read just now: kit 4561789 is ACTIVE. That does not show the outcome.".to_owned();
    bench.event(Event::ReadForGone(bench.ticket(), Ok(said)));
    keep!(bench, "left-by-a-host-that-is-gone");
    bench.text("d");
    bench.must_show("Settle record 00000011/1 by what you know");
    bench.text("n");
    bench.press(KeyCode::Tab);
    bench.text("asked support, ticket 4711");
    keep!(bench, "settling-for-a-host-that-is-gone");
    bench.enter();
    let Command::DecideForGone(ticket, claim, Finding::NotDone, reason) = bench.last() else {
        panic!("{:?}", bench.last());
    };
    assert_eq!(claim, "7f1c0000-0000-4000-8000-000000000001");
    assert_eq!(reason, "asked support, ticket 4711");
    let ticket = *ticket;
    let late = "that claim has ended already".to_owned();
    bench.event(Event::SettledForGone(ticket, Err(late)));
    bench.must_show("That claim has ended already.");
    bench.must_show("asked support, ticket 4711");
    bench.press(KeyCode::F(10));
    bench.event(Event::SettledForGone(bench.ticket(), Ok(())));
    // It is read again, and shows what it was settled as.
    let asked = bench.asked.iter().rev().take(2);
    let mut read = asked.filter_map(|command| match command {
        Command::Bank(ticket, question) if matches!(**question, BankQuestion::Action(_)) => {
            Some(*ticket)
        }
        _ => None,
    });
    let ticket = read.next().expect("the action is read again");
    let mut settled = left_open();
    let copied = settled.copied.as_mut().expect("it is a copy");
    copied.settled = Some(journal::SettledElsewhere {
        finding: Finding::NotDone,
        operator: "maria".into(),
        reason: "asked support, ticket 4711".into(),
        at: "2026-11-27 09:00 UTC".into(),
    });
    bench.event(Event::RecordThread(ticket, Ok(Box::new(settled))));
    bench.must_show("asked support, ticket 4711");
    bench.text("s");
    bench.must_show("outcome of this action is known");
}

#[test]
fn a_bank_s_journal_is_filtered_by_host_and_branch() {
    let mut bench = bench_with_bank();
    bench.text("/");
    bench.text("branch:1021");
    bench.enter();
    bench.must_show("only the bank's journal can be filtered by it");
    bench.press(KeyCode::Esc);
    bench.text("B");
    bench.text("/");
    bench.text("branch:1021 host:counter-3");
    bench.enter();
    let BankQuestion::Actions(filter, ..) = asked_of_bank(&bench) else {
        panic!("actions are asked for");
    };
    let named = (filter.branch.as_deref(), filter.host.as_deref());
    assert_eq!(named, (Some("1021"), Some("counter-3")));
}

#[test]
fn a_store_that_is_away_leaves_the_host_s_journal_one_key_away() {
    let mut bench = bench_with_bank();
    bench.text("B");
    let away = "the central store at db is not reached: connection refused";
    bench.event(Event::Bank(bench.ticket(), Err(away.into())));
    bench.must_show("can't be read: the central store at db is not reached: connection refused.");
    bench.must_show("press B.");
    bench.text("B");
    assert!(matches!(bench.last(), Command::Records(..)));
}

#[test]
fn without_a_store_or_the_role_the_bank_s_journal_is_not_offered() {
    let mut bench = Bench::new();
    bench.press(KeyCode::Esc);
    bench.text("J");
    let asked = bench.asked.len();
    bench.text("B");
    assert_eq!(bench.asked.len(), asked);
    let mut about = about(Environment::Uat);
    about.has_bank = true;
    about.rights = Rights::of(&[crate::people::Role::Settle].into_iter().collect());
    let mut bench = Bench::with(about);
    bench.press(KeyCode::Esc);
    bench.text("J");
    bench.text("B");
    assert!(matches!(bench.last(), Command::Records(..)));
    bench.must_show("It needs the role audit.");
}
