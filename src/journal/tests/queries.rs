//! Lists, filters and exports.

use std::fmt::Write as _;

use super::*;
use crate::dcms::Word;
use crate::journal::chain::{COLUMNS, HASHED, Hash, LATER};

const ALL: Page = Page {
    limit: 100,
    offset: 0,
};

/// asha upgrades, ravi looks up, mistypes and cancels.
fn journal() -> tempfile::TempDir {
    let folder = folder();
    let mut asha = open(folder.path());
    let id = asha.intend(&upgrade("4561789")).expect("an intent");
    asha.conclude(id, &an_outcome(Word::Done)).expect("an end");
    let mut ravi = Journal::open(folder.path(), opening("ravi")).expect("a journal");
    let mut found = look_up();
    found.outcome = Some(Word::Done);
    ravi.note(&found).expect("a note");
    let subject = Subject::kit(entity(), kit("4561790"));
    let slip = Note::new(NoteKind::FailedTry, Write::SetPin, subject);
    ravi.note(&slip).expect("a note");
    let mut cancel = intent(Write::CancelOrder, Subject::order(order()));
    let key = crate::pin::Key::from_bytes(&[0; 16]).expect("a key");
    cancel.key_check = Some(key.check_value());
    let id = ravi.intend(&cancel).expect("an intent");
    ravi.conclude(id, &an_outcome(Word::Refused))
        .expect("an end");
    folder
}

fn ids(reader: &Reader, filter: &Filter) -> Vec<i64> {
    let records = reader.list(filter, ALL).expect("a list");
    let count = reader.count(filter).expect("a count");
    assert_eq!(usize::try_from(count).expect("few"), records.len());
    records.into_iter().map(|record| record.id.0).collect()
}

#[test]
fn each_filter_alone_and_all_together() {
    let folder = journal();
    let reader = Journal::open_to_read(folder.path()).expect("a journal");
    let ids = |filter: Filter| ids(&reader, &filter);
    let any = Filter::default;
    let at = |second| Timestamp::from_second(MORNING + second).ok();
    assert_eq!(ids(any()), [6, 5, 4, 3, 2, 1]);
    assert_eq!(
        ids(Filter {
            operator: Some("ravi".into()),
            ..any()
        }),
        [6, 5, 4, 3]
    );
    assert_eq!(
        ids(Filter {
            entity: Some(entity()),
            ..any()
        }),
        [4, 3, 2, 1]
    );
    assert_eq!(
        ids(Filter {
            kit: Some(kit("4561790")),
            ..any()
        }),
        [4]
    );
    assert_eq!(
        ids(Filter {
            order: Some(order()),
            ..any()
        }),
        [6, 5]
    );
    assert_eq!(
        ids(Filter {
            operation: Some(Write::Upgrade.into()),
            ..any()
        }),
        [2, 1]
    );
    assert_eq!(
        ids(Filter {
            outcome: Some(ResultWord::Outcome(Word::Done)),
            ..any()
        }),
        [3, 2]
    );
    assert_eq!(
        ids(Filter {
            kind: Some(Kind::FailedTry),
            ..any()
        }),
        [4]
    );
    // asha's clock and ravi's begin at the same second.
    assert_eq!(
        ids(Filter {
            from: at(1),
            to: at(2),
            ..any()
        }),
        [4, 2]
    );
    let both = Filter {
        from: at(1),
        operator: Some("ravi".into()),
        kind: Some(Kind::Outcome),
        ..any()
    };
    assert_eq!(ids(both), [6]);
}

#[test]
fn a_page_of_a_long_list() {
    let folder = journal();
    let reader = Journal::open_to_read(folder.path()).expect("a journal");
    let page = Page {
        limit: 2,
        offset: 1,
    };
    let page = reader.list(&Filter::default(), page).expect("a page");
    assert_eq!(
        page.iter().map(|record| record.id.0).collect::<Vec<_>>(),
        [5, 4]
    );
    assert_eq!(
        refused(reader.show(RecordId(7))),
        JournalError::NoSuchRecord(RecordId(7))
    );
}

#[test]
fn an_export_can_be_checked_by_others() {
    let folder = journal();
    let reader = Journal::open_to_read(folder.path()).expect("a journal");
    let mut lines = Vec::new();
    assert_eq!(reader.export(&Filter::default(), &mut lines), Ok(6));
    let lines = String::from_utf8(lines).expect("text");
    let chain = reader
        .chain_id()
        .expect("it is read")
        .expect("it has a name");
    let mut last = chain.to_string().replace('-', "") + &"0".repeat(32);
    for line in lines.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let id = RecordId(record["id"].as_i64().expect("a number"));
        assert_eq!(
            reader.record(id).map(|record| record.to_json()),
            Ok(record.clone())
        );
        let fields = record.as_object().expect("an object");
        assert_eq!(fields.len(), COLUMNS.len());
        // As the head of `chain.rs` tells it, with nothing but the line.
        let mut bytes = String::new();
        for column in &COLUMNS[..HASHED] {
            let is_later = LATER.contains(column);
            let text = match &fields[*column] {
                serde_json::Value::Null if is_later => continue,
                serde_json::Value::Null => {
                    bytes.push_str("-,");
                    continue;
                }
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            if is_later {
                write!(bytes, "{}:{column},", column.len()).expect("a string takes all");
            }
            write!(bytes, "{}:{text},", text.len()).expect("a string takes all");
        }
        assert_eq!(fields["prev"], last.as_str());
        last = Hash::of_bytes(bytes.as_bytes()).to_string();
        assert_eq!(fields["hash"], last.as_str());
    }
    let first = lines.lines().next().expect("a line");
    assert!(
        first.starts_with(r#"{"id":1,"at":"2026-03-01T09:00:00.000Z","session":""#),
        "{first}"
    );
    assert!(first.contains(r#""kind":"intent","of":null,"operator":"asha","host":"desk-4","ssh_origin":null,"profile":"acme","tenant":"ACME_BANK","environment":"uat","operation":"upgrade","entity":"181223116","kit":"4561789","order_id":null,"digest":""#), "{first}");
    assert!(
        first.contains(r#""before":[{"kit":"4561789","status":"ACTIVE"}],"#),
        "{first}"
    );
}

#[test]
fn an_export_that_can_not_be_written_says_so() {
    struct Broken;
    impl std::io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let folder = journal();
    let reader = Journal::open_to_read(folder.path()).expect("a journal");
    let error = refused(reader.export(&Filter::default(), &mut Broken));
    assert_eq!(
        said(&error),
        "the export could not be written (the other end is closed): check where it goes to"
    );
}

#[test]
fn ids_that_the_dcms_has_answered_for_are_kept_and_found_whole() {
    // Both have the same first six and last four, and pass Luhn.
    const OWN: &str = "4111111111111111";
    const OTHER: &str = "4111110000091111";
    let folder = folder();
    let mut journal = open(folder.path());
    let id = |text: &str| EntityId::parse(text).expect("an id");
    for text in [OWN, OTHER, "858471000000000000000925"] {
        let subject = Subject::entity(id(text));
        let mut note = Note::new(NoteKind::LookUp, LookUp::KitsByEntity, subject).answered();
        note.message = Some(format!("customer {text}"));
        journal.note(&note).expect("a note");
    }
    let typed = Subject::entity(id("858471000000000000000926"));
    let typed = Note::new(NoteKind::LookUp, LookUp::KitsByEntity, typed);
    journal.note(&typed).expect("a note");
    let reader = journal.reader();
    for (nth, text) in (1..).zip([
        OWN,
        OTHER,
        "858471000000000000000925",
        "858471000000000000000926",
    ]) {
        let filter = Filter {
            entity: Some(id(text)),
            ..Filter::default()
        };
        assert_eq!(ids(reader, &filter), [nth], "{text}");
        let record = reader.show(RecordId(nth)).expect("a record").record;
        assert_eq!(record.subject.entity, Some(id(text)));
        assert_eq!(
            record.message,
            (nth < 4).then(|| format!("customer {text}"))
        );
    }
}

#[test]
fn actions_are_one_line_each_with_how_they_stand() {
    let folder = journal();
    let reader = Journal::open_to_read(folder.path()).expect("a journal");
    let actions = |filter: &str, look_ups| {
        let filter = Filter::parse(filter).expect("a filter");
        let actions = reader.actions(&filter, look_ups, ALL).expect("a list");
        let actions = actions.into_iter();
        let listed = actions.map(|one| (one.record.id.0, one.standing.map(Standing::word)));
        listed.collect::<Vec<_>>()
    };
    let answered = |word| Some(ResultWord::Outcome(word));
    let (upgrade, tried) = ((1, answered(Word::Done)), (4, None));
    let cancel = (5, answered(Word::Refused));
    assert_eq!(actions("", LookUps::Folded), [cancel, tried, upgrade]);
    let (shown, look_up) = (actions("", LookUps::Shown), (3, None));
    assert_eq!(shown, [cancel, tried, look_up, upgrade]);
    // A filter that names them unfolds them, and one that fits an outcome finds its write.
    assert_eq!(actions("kind:look_up", LookUps::Folded), [look_up]);
    assert_eq!(actions("outcome:refused", LookUps::Folded), [cancel]);
    assert_eq!(actions("operator:ravi", LookUps::Folded), [cancel, tried]);
    let page = Page {
        limit: 1,
        offset: 1,
    };
    let second = reader.actions(&Filter::default(), LookUps::Folded, page);
    let second = second.expect("a list");
    assert_eq!(second[0].record.id.0, 4);
}

#[test]
fn a_list_comes_in_pieces_that_are_the_same_list() {
    let folder = journal();
    let reader = Journal::open_to_read(folder.path()).expect("a journal");
    let whole = ids(&reader, &Filter::default());
    for (piece, sizes) in [(2, vec![2, 2, 2, 0]), (4, vec![4, 2]), (100, vec![6])] {
        let (mut listed, mut seen) = (Vec::new(), Vec::new());
        reader
            .list_in_pieces(&Filter::default(), 100, piece, |records| {
                seen.push(records.len());
                listed.extend(records.iter().map(|record| record.id.0));
                Ok(())
            })
            .expect("a list");
        assert_eq!((&listed, seen), (&whole, sizes), "{piece}");
    }
    let broken = reader.list_in_pieces(&Filter::default(), 100, 2, |_| {
        Err(std::io::ErrorKind::BrokenPipe.into())
    });
    let told = refused(broken);
    assert!(matches!(told, JournalError::Output(_)), "{told}");
}
