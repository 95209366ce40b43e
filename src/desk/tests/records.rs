//! What the journal holds of what the desk does, and what the desk does without a journal.

use super::*;
use crate::dcms::Word;
use crate::journal::{
    Filter, Journal, JournalError, Kind, LookUp, Note, NoteKind, Page, Record, ResultWord, Subject,
    Write,
};

/// All records, oldest first.
fn records(folder: &Path) -> Vec<Record> {
    let reader = Journal::open_to_read(folder).expect("a journal");
    let page = Page {
        limit: 1000,
        offset: 0,
    };
    let mut all = reader.list(&Filter::default(), page).expect("read");
    assert!(reader.verify().is_ok());
    all.reverse();
    all
}

fn kinds(folder: &Path) -> Vec<(Kind, Option<ResultWord>)> {
    let all = records(folder);
    all.iter().map(|one| (one.kind, one.outcome)).collect()
}

async fn next_observation(desk: &mut Handle) -> Observation {
    match desk.next().await {
        Event::Observed(observation) => *observation,
        other => panic!("{other:?}"),
    }
}

fn kept(event: Event) -> JournalResult {
    match event {
        Event::Written(_, written) => written.kept,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_intent_is_on_disk_before_anything_is_sent() {
    let sandbox = sandbox(&["upgradeCard=delay:2"]).await;
    let desk = desk(&sandbox);
    desk.ask(upgrade(1)).await;
    until("the write", || sandbox.received("upgradeCard") == 1).await;
    assert_eq!(kinds(desk.folder.path()), [(Kind::Intent, None)]);
}

#[tokio::test]
async fn without_a_journal_nothing_is_sent_and_look_ups_go_on() {
    let sandbox = sandbox(&[]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("journal");
    std::fs::write(&file, "no folder").expect("written");
    let client = connect(&sandbox);
    let mut desk = start_with(client, recorder(&file), Schedule::default());
    for command in [upgrade(1), set_pin(2), cancel(3)] {
        desk.ask(command).await;
        let Event::Written(_, written) = desk.next().await else {
            panic!("no end");
        };
        assert_eq!(written.kept.record, None);
        let why = withheld(written.outcome);
        assert!(why.contains("KITDESK_STATE"), "{why}");
    }
    for call in ["upgradeCard", "setPin", "cancel"] {
        assert_eq!(sandbox.received(call), 0, "{call}");
    }
    desk.ask(find(4, by_entity("676165"))).await;
    desk.ask(Command::Name(Ticket(5), entity("676165"))).await;
    // The desk reports once that nothing is recorded, whatever comes first.
    let (mut found, mut told) = (0, 0);
    while found + told < 3 {
        match desk.next().await {
            Event::Found(_, Ok(_)) | Event::Named(..) => found += 1,
            Event::Recording(Err(why)) => {
                assert!(why.contains("KITDESK_STATE"), "{why}");
                told += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((found, told), (2, 1));
}

/// How many writes are open, when the desk tells so the next time and it is not this many any more.
async fn open_other_than(desk: &mut Handle, before: usize) -> usize {
    loop {
        let next = tokio::time::timeout(STUCK, desk.events.recv()).await;
        let event = next.expect("not stuck").expect("the desk runs");
        if let Event::Open(Ok(open)) = event
            && open.writes.len() != before
        {
            return open.writes.len();
        }
    }
}

#[tokio::test]
async fn what_another_program_left_open_is_known_after_the_next_look_up() {
    let sandbox = sandbox(&["upgradeCard=reset-before:1"]).await;
    let mut here = desk(&sandbox);
    here.ask(find(1, by_entity("181223116"))).await;
    assert!(matches!(here.next().await, Event::Found(_, Ok(_))));
    // A verb on the same journal, which has ended by then.
    let client = connect(&sandbox);
    let mut elsewhere = start_with(client, recorder(here.folder.path()), Schedule::default());
    elsewhere.ask(upgrade(2)).await;
    let ended = elsewhere.next().await;
    assert!(matches!(ended, Event::Written(_, after) if after.outcome.word() == Word::Unknown));

    here.ask(find(3, by_entity("676165"))).await;
    assert_eq!(open_other_than(&mut here, 0).await, 1);
    assert_eq!(sandbox.received("upgradeCard"), 1);
}

#[tokio::test]
async fn a_done_write_is_an_intent_an_outcome_and_a_reading() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    desk.ask(good_pin(1)).await;
    let kept = kept(desk.next().await);
    assert_eq!((kept.verdict, kept.trouble), (None, None));
    let all = records(desk.folder.path());
    let told: Vec<_> = all.iter().map(|one| (one.kind, one.outcome)).collect();
    assert_eq!(
        told,
        [
            (Kind::Intent, None),
            (Kind::Outcome, Some(ResultWord::Outcome(Word::Done))),
            (Kind::Reading, None)
        ]
    );
    assert_eq!(kept.record, Some(all[0].id));
    assert_eq!(all[0].operation, Write::SetPin.into());
    let check = all[0].key_check.as_deref().expect("the key's check value");
    assert!(check.starts_with("AES-256 "), "{check}");
}

#[tokio::test]
async fn what_never_left_is_on_record_as_not_sent() {
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let plain = plain.expect("a free port");
    let address = plain.local_addr().expect("an address");
    // A client that wants TLS gets plain HTTP.
    let server = tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            use tokio::io::AsyncWriteExt as _;
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .await
                .ok();
        }
    });
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let nobody = closed
        .expect("a free port")
        .local_addr()
        .expect("an address");
    for (base_url, said) in [
        (format!("http://{nobody}/v1"), "no connection to"),
        ("https://dcms.invalid/v1".to_owned(), "was not found"),
        (format!("https://{address}/v1"), "no secure connection to"),
    ] {
        for command in [upgrade(1), good_pin(1), cancel(1)] {
            let client = Client::new(Settings::to_test(&base_url));
            let client = client.map_err(|fault| fault.to_string());
            let mut desk = desk_with(client, Schedule::default());
            desk.ask(command).await;
            let kept = kept(desk.next().await);
            assert_eq!((kept.verdict, kept.next), (None, None), "{base_url}");
            let all = records(desk.folder.path());
            let told: Vec<_> = all.iter().map(|one| (one.kind, one.outcome)).collect();
            let not_sent = (Kind::Outcome, Some(ResultWord::Outcome(Word::NotSent)));
            assert_eq!(told, [(Kind::Intent, None), not_sent], "{base_url}");
            let message = all[1].message.as_deref().expect("why");
            assert!(message.contains(said), "{message}");
            // The next start has nothing to ask about.
            let reader = Journal::open_to_read(desk.folder.path()).expect("a journal");
            assert_eq!(reader.open_writes(), Ok(Vec::new()));
        }
    }
    server.abort();
}

#[tokio::test]
async fn an_unknown_upgrade_that_was_done_is_settled_by_the_first_reading() {
    let sandbox = sandbox(&["upgradeCard=reset-after"]).await;
    let mut desk = desk(&sandbox);
    let kits = connect(&sandbox)
        .expect("a client")
        .kits_of(&entity("676165"))
        .await;
    let read = kits.expect("read").list.into();
    desk.ask(upgrade_after(1, &read)).await;
    assert_eq!(kept(desk.next().await).verdict, Some(Verdict::Done));
    assert_eq!(
        kinds(desk.folder.path())[..3],
        [
            (Kind::Intent, None),
            (Kind::Outcome, Some(ResultWord::Outcome(Word::Unknown))),
            (Kind::Settled, Some(ResultWord::Outcome(Word::Done)))
        ]
    );
}

#[tokio::test]
async fn what_was_read_before_another_console_had_done_it_is_not_sent() {
    let sandbox = sandbox(&["upgradeCard=reset-after:1"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let console = || {
        let client = connect(&sandbox);
        start_with(client, recorder(folder.path()), Schedule::default())
    };
    let mut desks = [console(), console()];
    let mut reads = Vec::new();
    for desk in &mut desks {
        let target = Target::kit(&entity("676165"), &kit_no("4561789"));
        desk.ask(Command::ReadAgain(Ticket(1), Write::Upgrade, target))
            .await;
        let Event::ReadAgain(_, Ok(read)) = desk.next().await else {
            panic!("kits");
        };
        assert!(read.since().is_some());
        reads.push(read);
    }
    // Both were at the review; the first one's answer is lost, and reading settles it as done.
    for (desk, read) in desks.iter_mut().zip(reads) {
        desk.ask(upgrade_after(2, &read)).await;
        let Event::Written(_, after) = desk.next().await else {
            panic!("an end");
        };
        match after.outcome {
            Outcome::Unknown(_) => assert_eq!(after.kept.verdict, Some(Verdict::Done)),
            Outcome::NotSent(why) => {
                let why = why.to_string();
                assert!(why.contains("an upgrade by maria"), "{why}");
                assert!(why.contains("read them again"), "{why}");
                assert_eq!(after.kept.record, None);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sandbox.received("upgradeCard"), 1);
}

#[tokio::test]
async fn what_stays_unknown_is_read_at_its_times_and_then_left_open() {
    let sandbox = sandbox(&["upgradeCard=reset-before:1"]).await;
    assert_eq!(
        Schedule::default().later,
        [5, 15, 45].map(Duration::from_secs)
    );
    let sooner = Schedule {
        at_once: true,
        later: [5, 15, 45].map(Duration::from_millis).to_vec(),
    };
    let mut desk = desk_with(connect(&sandbox), sooner);
    desk.ask(upgrade(1)).await;
    let kept = kept(desk.next().await);
    assert_eq!(kept.verdict, Some(Verdict::Open));
    assert_eq!(kept.next, Some(Duration::from_millis(5)));
    for next in [Some(10), Some(30), None] {
        let observation = next_observation(&mut desk).await;
        assert_eq!(observation.verdict, Verdict::Open);
        assert_eq!(observation.next, next.map(Duration::from_millis));
    }
    let record = kept.record.expect("recorded");
    let reader = Journal::open_to_read(desk.folder.path()).expect("a journal");
    assert_eq!(reader.open_writes().expect("read")[0].intent.id, record);
    // A second one is not sent until somebody has settled the first.
    desk.ask(upgrade(2)).await;
    let Event::Written(_, after) = desk.next().await else {
        panic!("an answer");
    };
    let told = format!("{:?}", after.outcome);
    assert!(
        told.contains("settle it before anything else is sent"),
        "{told}"
    );
    let reason = "asked support".to_owned();
    let finding = crate::journal::Finding::NotDone;
    desk.ask(Command::Decide(Ticket(3), record, finding, reason))
        .await;
    assert!(matches!(desk.next().await, Event::Settled(_, _, Ok(()))));
    desk.ask(upgrade(4)).await;
    let Event::Written(_, after) = desk.next().await else {
        panic!("an answer");
    };
    assert_eq!(after.outcome.word(), Word::Done);
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn a_write_stays_open_whose_later_readings_panic() {
    let sandbox = sandbox(&["upgradeCard=reset-before:1"]).await;
    // A time that no clock reaches: the job that waits for it panics.
    let never = Schedule {
        at_once: true,
        later: vec![Duration::MAX],
    };
    let mut desk = desk_with(connect(&sandbox), never);
    desk.ask(upgrade(1)).await;
    let record = kept(desk.next().await).record.expect("recorded");
    assert!(matches!(desk.next().await, Event::Crashed));
    let reader = Journal::open_to_read(desk.folder.path()).expect("a journal");
    assert_eq!(reader.open_writes().expect("read")[0].intent.id, record);
    desk.ask(find(2, by_entity("676165"))).await;
    assert!(matches!(desk.next().await, Event::Found(_, Ok(_))));
}

#[tokio::test]
async fn a_question_whose_job_panics_has_an_answer_all_the_same() {
    let sandbox = sandbox(&[]).await;
    // No clock reaches the end of this limit either: what reads panics, also after a write.
    let settings = Settings {
        limits: Limits {
            read: Duration::MAX,
            ..Limits::default()
        },
        ..Settings::to_test(&sandbox.base_url())
    };
    let client = Client::new(settings).map_err(|fault| fault.to_string());
    let mut desk = desk_with(client, Schedule::default());
    desk.ask(find(1, by_entity("676165"))).await;
    assert!(matches!(
        desk.next().await,
        Event::Found(Ticket(1), Err(ReadError::Lost(Doubt::Crashed)))
    ));
    assert!(matches!(desk.next().await, Event::Crashed));
    desk.ask(upgrade(2)).await;
    let written = written(&mut desk, 2).await;
    assert_eq!(written.word(), Word::Unknown);
    assert!(matches!(desk.next().await, Event::Crashed));
    assert_eq!(sandbox.worked("upgradeCard"), 1);
    // It is on record as done, and the kit is free again: the next one is held back for its old reading.
    desk.ask(upgrade(3)).await;
    let next = super::written(&mut desk, 3).await;
    let why = next.why().unwrap_or_default();
    assert!(why.contains("(record 2) ended after the kits"), "{why}");
}

#[tokio::test]
async fn an_open_write_is_read_when_somebody_asks() {
    let sandbox = sandbox(&["cancel=reset-after:1", "fetchStatus=503:3"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(cancel(1)).await;
    let kept = kept(desk.next().await);
    assert_eq!(kept.verdict, Some(Verdict::Open), "it could not be read");
    let record = kept.record.expect("recorded");
    desk.ask(Command::Settle(Ticket(2), record)).await;
    let observation = next_observation(&mut desk).await;
    assert_eq!(
        (observation.intent.record, observation.verdict),
        (record, Verdict::Done)
    );
    assert!(matches!(
        desk.next().await,
        Event::Settled(Ticket(2), _, Ok(()))
    ));
    // There is nothing left to settle.
    desk.ask(Command::Settle(Ticket(3), record)).await;
    let Event::Settled(_, _, Err(said)) = desk.next().await else {
        panic!("an answer");
    };
    assert!(said.contains("settled already, as done"), "{said}");
}

#[tokio::test]
async fn a_pin_that_is_set_again_puts_the_unknown_one_to_rest() {
    let sandbox = sandbox(&["setPin=reset-before:1"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(good_pin(1)).await;
    assert_eq!(kept(desk.next().await).verdict, Some(Verdict::CantBeRead));
    let open = |folder: &Path| {
        let reader = Journal::open_to_read(folder).expect("a journal");
        reader.open_writes().expect("read").len()
    };
    assert_eq!(open(desk.folder.path()), 1);
    desk.ask(good_pin(2)).await;
    assert_eq!(kept(desk.next().await).verdict, None);
    assert_eq!(open(desk.folder.path()), 0);
}

#[tokio::test]
async fn look_ups_leave_notes_with_their_outcomes() {
    let sandbox = sandbox(&["fetchKitsByAccountNo=500"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(find(1, by_entity("676165"))).await;
    assert!(matches!(desk.next().await, Event::Found(_, Ok(_))));
    desk.ask(Command::Name(Ticket(5), entity("676165"))).await;
    assert!(matches!(desk.next().await, Event::Named(..)));
    desk.ask(find(
        2,
        FindBy::Account(AccountNo::parse("8000000").expect("one")),
    ))
    .await;
    assert!(matches!(desk.next().await, Event::Found(_, Err(_))));
    desk.ask(find(3, by_entity("404"))).await;
    assert!(matches!(desk.next().await, Event::Found(_, Err(_))));
    let folder = desk.folder.path().to_owned();
    let Desk {
        handle,
        folder: _keeps,
    } = desk;
    assert!(handle.finish(STUCK, drop).await);
    let told: Vec<_> = records(&folder)
        .into_iter()
        .map(|one| (one.operation, one.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (
                LookUp::KitsByEntity.into(),
                Some(ResultWord::Outcome(Word::Done))
            ),
            (
                LookUp::Customer.into(),
                Some(ResultWord::Outcome(Word::Done))
            ),
            (
                LookUp::KitsByAccount.into(),
                Some(ResultWord::Outcome(Word::Unknown))
            ),
            (
                LookUp::KitsByEntity.into(),
                Some(ResultWord::Outcome(Word::Refused))
            ),
        ]
    );
}

#[tokio::test]
async fn a_cancellation_that_another_request_may_have_done_is_left_open() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    // Two operators were at the review of one order. The first cancels it.
    desk.ask(cancel(1)).await;
    let Event::Written(_, after) = desk.next().await else {
        panic!("an end");
    };
    assert_eq!(after.outcome.word(), Word::Done);
    // The request of the second never arrives, and its reading shows what the first has done.
    sandbox.add_fault("cancel=reset-before:1".parse().expect("a fault"));
    desk.ask(cancel(2)).await;
    let second = kept(desk.next().await);
    assert_eq!(second.verdict, Some(Verdict::Open));
    let record = second.record.expect("recorded");
    desk.ask(Command::Settle(Ticket(3), record)).await;
    let observation = next_observation(&mut desk).await;
    assert_eq!(observation.verdict, Verdict::Open);
    let said = observation.in_words();
    assert!(
        said.contains("it is unclear which of them did it"),
        "{said}"
    );
}

#[tokio::test]
async fn a_cancellation_that_changed_nothing_is_no_rival() {
    let sandbox = sandbox(&["cancel=429:1"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(cancel(1)).await;
    let Event::Written(_, after) = desk.next().await else {
        panic!("an end");
    };
    assert_eq!(after.outcome.word(), Word::Refused);
    sandbox.add_fault("cancel=reset-after:1".parse().expect("a fault"));
    desk.ask(cancel(2)).await;
    assert_eq!(kept(desk.next().await).verdict, Some(Verdict::Done));
}

#[tokio::test]
async fn a_look_up_that_is_left_before_its_answer_is_on_record() {
    let sandbox = sandbox(&["fetchKitsByEntityId=delay:30"]).await;
    let desk = desk(&sandbox);
    let asked = || sandbox.received("fetchKitsByEntityId");
    desk.ask(find(1, by_entity("676165"))).await;
    until("the first look-up", || asked() == 1).await;
    desk.ask(Command::Leave(Ticket(1))).await;
    desk.ask(find(2, by_entity("181223116"))).await;
    until("the second look-up", || asked() == 2).await;
    let Desk { handle, folder } = desk;
    // The end of the program leaves the second one.
    assert!(handle.finish(STUCK, drop).await);
    let told = records(folder.path()).into_iter();
    let told = told.map(|one| (one.subject.entity, one.outcome));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (
                Some(entity("676165")),
                Some(ResultWord::Outcome(Word::Unknown))
            ),
            (
                Some(entity("181223116")),
                Some(ResultWord::Outcome(Word::Unknown))
            ),
        ]
    );
}

#[tokio::test]
async fn each_question_behind_a_look_up_is_on_record() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    desk.ask(find(1, FindBy::Card(mask("608040XXXXXX0007"))))
        .await;
    assert!(matches!(desk.next().await, Event::Found(_, Ok(_))));
    desk.ask(find(2, FindBy::Card(mask("608040XXXXXX6384"))))
        .await;
    assert!(matches!(desk.next().await, Event::Found(_, Ok(_))));
    let Desk { handle, folder } = desk;
    assert!(handle.finish(STUCK, drop).await);
    let told = records(folder.path()).into_iter().map(|one| one.operation);
    let expected = [
        LookUp::OwnersByCard,
        LookUp::Customer,
        LookUp::Customer,
        LookUp::OwnersByCard,
        LookUp::KitsByEntity,
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected.map(Into::into));
    assert_eq!(sandbox.received("viewCustomer"), 2);
}

/// The next answer that is no news about the journal, and whether there was some.
async fn next_with_news(desk: &mut Handle) -> (Event, bool) {
    let mut unrecorded = false;
    loop {
        match desk.next().await {
            Event::Recording(Err(_)) => unrecorded = true,
            Event::Recording(Ok(())) | Event::Named(..) => {}
            event => return (event, unrecorded),
        }
    }
}

#[tokio::test]
async fn a_desk_whose_journal_was_taken_away_sends_nothing_and_looks_up() {
    let take_away: [fn(&Path); 3] = [
        |folder| std::fs::remove_dir_all(folder).expect("removed"),
        |folder| std::fs::rename(folder, folder.with_extension("away")).expect("moved"),
        |folder| {
            let old = std::fs::read(folder.join("journal.db")).expect("read");
            std::fs::remove_file(folder.join("journal.db")).expect("removed");
            std::fs::write(folder.join("journal.db"), old).expect("put back");
            // SQLite's lock on the log's index holds against other processes only. The second desk
            // of this process would cut the index that the first one has mapped.
            std::fs::remove_file(folder.join("journal.db-shm")).expect("removed");
        },
    ];
    for attack in take_away {
        let sandbox = sandbox(&[]).await;
        let parent = tempfile::tempdir().expect("a folder");
        let state = parent.path().join("state");
        let client = connect(&sandbox);
        let recorder_here = recorder(&state);
        let mut here = start_with(client, recorder_here.clone(), Schedule::default());
        here.ask(find(1, by_entity("676165"))).await;
        assert!(matches!(here.next().await, Event::Found(_, Ok(_))));
        let has_opened = recorder_here.ask(|_| Ok(())).await;
        has_opened.expect("the journal's files are all made");
        attack(&state);

        for command in [upgrade(2), set_pin(3), cancel(4)] {
            here.ask(command).await;
            let (event, _) = next_with_news(&mut here).await;
            let Event::Written(_, written) = event else {
                panic!("{event:?}");
            };
            assert_eq!(written.outcome.word(), Word::NotSent);
        }
        here.ask(find(5, by_entity("676165"))).await;
        let (event, _) = next_with_news(&mut here).await;
        assert!(matches!(event, Event::Found(_, Ok(_))));
        // A second desk at the same name sends it, and only that one does.
        let client = connect(&sandbox);
        let mut there = start_with(client, recorder(&state), Schedule::default());
        there.ask(upgrade(6)).await;
        let (event, _) = next_with_news(&mut there).await;
        assert!(matches!(event, Event::Written(_, after) if after.outcome.word() == Word::Done));
        for call in ["setPin", "cancel"] {
            assert_eq!(sandbox.received(call), 0, "{call}");
        }
        assert_eq!(sandbox.received("upgradeCard"), 1);
    }
}

#[tokio::test]
async fn a_crashed_journal_is_reported_and_nothing_waits_for_it() {
    let sandbox = sandbox(&[]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = recorder(folder.path());
    let crashed: Result<(), JournalError> =
        recorder.ask(|_| panic!("an error on this thread")).await;
    assert_eq!(crashed, Err(JournalError::Stopped));
    let client = connect(&sandbox);
    let mut desk = start_with(client, recorder.clone(), Schedule::default());
    for command in [upgrade(1), set_pin(2), cancel(3)] {
        desk.ask(command).await;
        let Event::Written(_, written) = next_with_news(&mut desk).await.0 else {
            panic!("no end");
        };
        let why = withheld(written.outcome);
        assert!(why.contains("an error in kitdesk has stopped"), "{why}");
    }
    for call in ["upgradeCard", "setPin", "cancel"] {
        assert_eq!(sandbox.received(call), 0, "{call}");
    }
    desk.ask(find(4, by_entity("676165"))).await;
    assert!(matches!(
        next_with_news(&mut desk).await.0,
        Event::Found(_, Ok(_))
    ));
    // The desk also reports a note that never ends.
    let (told, heard) = tokio::sync::oneshot::channel();
    let note = Note::new(
        NoteKind::LookUp,
        LookUp::KitsByEntity,
        Subject::entity(entity("676165")),
    );
    recorder.note(note, |noted| told.send(noted).expect("heard"));
    assert_eq!(heard.await.expect("told"), Err(JournalError::Stopped));
    recorder.drained().await;
}

#[tokio::test]
async fn the_day_s_end_is_read_for_a_day_and_for_one_operator() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    desk.ask(cancel(1)).await;
    assert_eq!(written(&mut desk, 1).await.word(), Word::Done);
    let at = records(desk.folder.path())[0].at;
    let day = crate::utc::day_of(at);
    let before = day.yesterday().expect("a day before");
    for (date, operator, expected) in [
        (day, None, 1),
        (day, Some("maria"), 1),
        (day, Some("nobody"), 0),
        (before, None, 0),
    ] {
        let operator = operator.map(str::to_owned);
        desk.ask(Command::Day(Ticket(2), Some(date), operator))
            .await;
        let Event::Day(Ticket(2), Ok(read)) = desk.next().await else {
            panic!("a day");
        };
        assert_eq!((read.date, read.writes.len()), (date, expected));
    }
    // Without a date it is the day on which it is asked for.
    desk.ask(Command::Day(Ticket(3), None, None)).await;
    let Event::Day(Ticket(3), Ok(read)) = desk.next().await else {
        panic!("a day");
    };
    assert!(read.date >= day);
}

#[tokio::test]
async fn a_list_says_where_what_was_read_speaks_against_the_answer() {
    let sandbox = sandbox(&["cancel=no-effect"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(cancel(1)).await;
    assert_eq!(written(&mut desk, 1).await.outcome.word(), Word::Done);
    desk.ask(upgrade(2)).await;
    assert_eq!(written(&mut desk, 2).await.outcome.word(), Word::Done);
    let page = crate::journal::Page {
        limit: 10,
        offset: 0,
    };
    let folded = crate::journal::LookUps::Folded;
    desk.ask(Command::Records(Ticket(3), Box::default(), folded, page))
        .await;
    let Event::Records(_, Ok(listed)) = desk.next().await else {
        panic!("no records");
    };
    let doubted: Vec<_> = listed.iter().map(|one| one.is_doubted).collect();
    assert_eq!(doubted, [false, true], "the newest first");
}
