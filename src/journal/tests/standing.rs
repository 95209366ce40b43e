//! Writes with how they stand: answered, settled, open, and restated after somebody changed a record.

use super::*;

fn standings(folder: &Path, filter: &Filter) -> Vec<(i64, Standing, Option<String>)> {
    let reader = Journal::open_to_read(folder).expect("a journal");
    let writes = reader.writes(filter).expect("readable").into_iter();
    let writes = writes.map(|write| (write.intent.id.0, write.standing, write.error_code));
    writes.collect()
}

fn by_person(finding: Finding) -> Settlement {
    Settlement::ByPerson {
        finding,
        reason: "asked the DCMS".to_owned(),
    }
}

#[test]
fn a_settled_write_stands_as_what_it_was_settled_as() {
    let folder = folder();
    let mut journal = open(folder.path());
    let mut write = |number: &str, word: Option<Word>, code: Option<&str>| {
        let id = journal.intend(&upgrade(number)).expect("an intent");
        if let Some(word) = word {
            let end = Outcome {
                error_code: code.map(str::to_owned),
                ..an_outcome(word)
            };
            journal.conclude(id, &end).expect("an end");
        }
        id
    };
    let done = write("1", Some(Word::Done), None);
    let refused = write("2", Some(Word::Refused), Some("KIT010"));
    let not_done = write("3", Some(Word::Unknown), None);
    let given_up = write("4", Some(Word::Unknown), None);
    let open = write("5", Some(Word::Unknown), None);
    let under_way = write("6", None, None);
    for (id, finding) in [(not_done, Finding::NotDone), (given_up, Finding::Unknown)] {
        journal.settle(id, &by_person(finding)).expect("settled");
    }
    let stands = |last: State| {
        let outcome = ResultWord::Outcome;
        vec![
            (done.0, Standing::Answered(outcome(Word::Done)), None),
            (
                refused.0,
                Standing::Answered(outcome(Word::Refused)),
                Some("KIT010".to_owned()),
            ),
            (not_done.0, Standing::Settled(ResultWord::NotDone), None),
            (given_up.0, Standing::Settled(outcome(Word::Unknown)), None),
            (open.0, Standing::Open(State::Unknown), None),
            (under_way.0, Standing::Open(last), None),
        ]
    };
    let all = Filter::default();
    assert_eq!(standings(folder.path(), &all), stands(State::UnderWay));
    drop(journal);
    assert_eq!(standings(folder.path(), &all), stands(State::Abandoned));

    let nobody = Filter {
        operator: Some("ravi".to_owned()),
        ..Filter::default()
    };
    assert_eq!(standings(folder.path(), &nobody), []);
}

#[test]
fn a_write_that_was_restated_is_one_write_and_stands_as_the_later_record_says() {
    let folder = folder();
    let mut journal = open(folder.path());
    let id = journal.intend(&upgrade(KIT)).expect("an intent");
    journal
        .conclude(id, &an_outcome(Word::Done))
        .expect("an end");
    journal.note(&look_up()).expect("a note");
    drop(journal);
    let sql = format!("UPDATE records SET message = 'more' WHERE id = 2; {TRIGGERS}");
    tamper(folder.path(), &sql);
    let mut journal = open(folder.path());
    journal.accept("seen and asked about").expect("accepted");
    let all = Filter::default();
    let stands = |standing| vec![(id.0, standing, None)];
    let found = standings(folder.path(), &all);
    assert_eq!(found, stands(Standing::Open(State::Abandoned)));
    let open = journal.reader().open_writes().expect("readable");
    assert_ne!(open[0].intent.id, id, "a record of its own");
    let settled = journal.settle(open[0].intent.id, &by_person(Finding::Done));
    settled.expect("settled");
    let done = Standing::Settled(ResultWord::Outcome(Word::Done));
    assert_eq!(standings(folder.path(), &all), stands(done));
}

#[test]
fn look_ups_are_counted_by_operator() {
    let folder = folder();
    for (operator, count) in [("asha", 2), ("ravi", 3)] {
        let mut journal = Journal::open(folder.path(), opening(operator)).expect("a journal");
        for _ in 0..count {
            journal.note(&look_up()).expect("a note");
        }
    }
    let reader = Journal::open_to_read(folder.path()).expect("a journal");
    let counts = reader.look_ups(&Filter::default()).expect("readable");
    let counts: Vec<_> = counts.iter().map(|(who, count)| (&**who, *count)).collect();
    assert_eq!(counts, [("asha", 2), ("ravi", 3)]);
}
