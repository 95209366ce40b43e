//! What receipts say, one of every operation: each from records as the journal really keeps them.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::{TimeZone, offset};
use serde_json::{Value, json};

use super::*;
use crate::config::Environment;
use crate::dcms::{EntityId, KitNo, OrderId, Tenant};
use crate::journal::{
    self, Digest, Finding, Intent, Journal, Observation, Opening, Reason, RecordId, Settlement,
    Subject, Where, Who, Why,
};

const KIT: &str = "4561789";
const NEW: &str = "77000000001";

/// A journal whose clock stands still, a second before midnight in UTC.
fn journal(folder: &std::path::Path) -> Journal {
    let who = Who::new("maria", "counter-3");
    let place = Where {
        profile: "acme-uat".into(),
        tenant: Tenant::parse("ACME_BANK").expect("a tenant"),
        environment: Environment::Uat,
    };
    let clock = || -> Timestamp { "2026-11-24T23:59:59Z".parse().expect("a time") };
    Journal::open(folder, Opening::new(&who, &place).clock(clock)).expect("a journal")
}

fn kit(number: &str, status: &str, tier: &str) -> Value {
    json!({"kit_no": number, "status": status, "card": "608040XXXXXX1789", "card_type": "PHYSICAL", "tier": tier,
        "plastic_code": null, "expiry": "0729"})
}

/// What a change is about, what was read before it and after it, and what its receipt shows of that.
struct Case {
    subject: Subject,
    before: Value,
    after: Value,
    shows: &'static [&'static str],
}

/// Every operation has one: it would not compile otherwise.
fn case(write: Write) -> Case {
    let entity = EntityId::parse("676165").expect("an id");
    let of_kit = |now: &str, new: Value, shows| Case {
        subject: Subject::kit(entity.clone(), KitNo::parse(KIT).expect("a number")),
        before: json!({"kit": kit(KIT, "ACTIVE", "CLASSIC"), "kits": [KIT], "states": ["ACTIVE"], "since": null}),
        after: json!({"kit": kit(KIT, now, "CLASSIC"), "new": new, "count": 1}),
        shows,
    };
    let none = || json!([]);
    let new = |tier| json!([kit(NEW, "ASSIGNED", tier)]);
    let of_all = |states: Value, shows| Case {
        subject: Subject::entity(entity.clone()),
        before: json!({"kit": null, "kits": ["1", KIT], "states": ["REPLACED", "ACTIVE"],
            "cards": {KIT: "608040XXXXXX1789"}, "since": null}),
        after: json!({"kit": null, "new": [], "count": 2, "states": states}),
        shows,
    };
    match write {
        Write::Upgrade => of_kit(
            "REPLACED",
            new("SILVER"),
            &[
                "Status        ACTIVE -> REPLACED",
                "Tier          CLASSIC",
                "New, as read  77000000001, 608040XXXXXX1789, SILVER, PHYSICAL, ASSIGNED",
            ],
        ),
        Write::SetPin => of_kit("ACTIVE", none(), &["The new PIN counts"]),
        Write::CancelOrder => Case {
            subject: Subject::order(
                OrderId::parse("3fa85f64-5717-4562-b3fc-2c963f66afa6").expect("an id"),
            ),
            before: json!({"status": "RECEIVED"}),
            after: json!({"status": "CANCELLED"}),
            shows: &[
                "Order     3fa85f64-5717-4562-b3fc-2c963f66afa6",
                "RECEIVED -> CANCELLED",
            ],
        },
        Write::Activate => Case {
            before: json!({"kit": kit(KIT, "ASSIGNED", "CLASSIC"), "kits": [KIT], "states": ["ASSIGNED"], "since": null}),
            ..of_kit(
                "ACTIVE",
                none(),
                &["ASSIGNED -> ACTIVE", "can be used from now on"],
            )
        },
        Write::Lock => of_kit(
            "LOCKED",
            none(),
            &["ACTIVE -> LOCKED", "until the branch unlocks it"],
        ),
        Write::Unlock => Case {
            before: json!({"kit": kit(KIT, "LOCKED", "CLASSIC"), "kits": [KIT], "states": ["LOCKED"], "since": null}),
            ..of_kit("ACTIVE", none(), &["LOCKED -> ACTIVE"])
        },
        Write::Block => of_kit(
            "BLOCKED",
            none(),
            &["ACTIVE -> BLOCKED", "can never be used again"],
        ),
        Write::Replace => of_kit("REPLACED", new("CLASSIC"), &["ACTIVE -> REPLACED", NEW]),
        Write::BlockAndReplace => of_kit("BLOCKED", new("CLASSIC"), &["ACTIVE -> BLOCKED", NEW]),
        Write::LockAll => of_all(
            json!({"1": "REPLACED", "4561789": "LOCKED"}),
            &[
                "Kit 1        REPLACED",
                "Kit 4561789  608040XXXXXX1789, ACTIVE -> LOCKED",
            ],
        ),
        Write::BlockAll => of_all(
            json!({"1": "REPLACED", "4561789": "BLOCKED"}),
            &["Kit 4561789  608040XXXXXX1789, ACTIVE -> BLOCKED"],
        ),
        Write::SetLimits => {
            let mut case = of_kit("ACTIVE", none(), &["domestic ATM a day  20000 -> 10000"]);
            let limits = |daily: &str| json!({"domestic": "on", "domestic.atm.daily": daily});
            case.before["limits"] = json!({"read": limits("20000"), "sent": limits("10000")});
            case.after["limits"] = limits("10000");
            case
        }
    }
}

fn intent(write: Write, case: &Case) -> Intent {
    Intent {
        write,
        subject: case.subject.clone(),
        digest: Digest::of(write, &json!({})),
        before: Some(case.before.clone()),
        since: None,
        key_check: None,
        claim: None,
        why: Some(Why {
            reason: Reason::Lost,
            note: Some("on the bus, call 98765 43210, since 2026-11-24 18:30".into()),
        }),
    }
}

fn ended(word: Word) -> journal::Outcome {
    journal::Outcome {
        word,
        error_code: None,
        message: None,
        duration: Duration::from_secs(1),
        after: None,
    }
}

/// The receipt of a change that has ended so, after which this was read and done.
fn receipt(
    write: Write,
    word: Word,
    after: Option<Value>,
    settled: Option<Settlement>,
    copies: Copies,
) -> Receipt {
    let folder = tempfile::tempdir().expect("a folder");
    let mut journal = journal(folder.path());
    let record = journal
        .intend(&intent(write, &case(write)))
        .expect("recorded");
    journal.conclude(record, &ended(word)).expect("recorded");
    if let Some(after) = after {
        let seen = Observation {
            after: Some(after),
            message: None,
            duration: Duration::ZERO,
        };
        journal.observe(record, &seen).expect("recorded");
    }
    if let Some(settled) = settled {
        journal.settle(record, &settled).expect("settled");
    }
    let thread = journal.reader().show(record).expect("there");
    let zone = TimeZone::fixed(offset(2));
    let receipt = Receipt::of(thread, Some("12345".into()), &zone, copies);
    receipt.expect("of a change")
}

pub(super) fn of_a_lock() -> Receipt {
    let after = case(Write::Lock).after;
    receipt(Write::Lock, Word::Done, Some(after), None, Copies::One)
}

fn done(write: Write) -> String {
    receipt(
        write,
        Word::Done,
        Some(case(write).after),
        None,
        Copies::One,
    )
    .text()
}

#[test]
fn every_operation_has_a_receipt_with_all_that_a_customer_may_ask_for() {
    for &write in Write::ALL {
        let text = done(write);
        let kind = Kind::from_write(write);
        for part in [
            kind.words.receipt,
            "ACME_BANK (UAT)",
            "12345",
            "2026-11-25 01:59:59 +02:00",
            "maria",
            "Done\n",
            "lost",
            "on the bus",
        ]
        .iter()
        .chain(case(write).shows)
        {
            assert!(text.contains(part), "{write}: {part} is not in\n{text}");
        }
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            flat.ends_with(&format!("Next {}", kind.words.next)),
            "{write}: {text}"
        );
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        // Neither an expiry nor a whole phone number.
        for secret in ["0729", "98765", "43210 "] {
            assert!(!text.contains(secret), "{write}: {secret}\n{text}");
        }
        assert!(
            text.contains("XXXXX X3210") && text.contains("2026-11-24 18:30"),
            "{text}"
        );
    }
}

#[test]
fn a_receipt_reads_like_this() {
    insta::assert_snapshot!(done(Write::BlockAndReplace));
    insta::assert_snapshot!(
        receipt(
            Write::Lock,
            Word::Done,
            Some(case(Write::Lock).after),
            None,
            Copies::Two
        )
        .text()
    );
}

#[test]
fn a_refusal_after_which_the_card_reads_otherwise_is_not_called_as_before() {
    let write = Write::BlockAndReplace;
    let text = |status: &str| {
        let after = json!({"kit": kit(KIT, status, "CLASSIC"), "new": [], "count": 1});
        receipt(write, Word::Refused, Some(after), None, Copies::One).text()
    };
    assert!(text("ACTIVE").contains("The card is as before."));
    let changed = text("BLOCKED");
    assert!(
        changed.contains("was ACTIVE, and now it is BLOCKED") && !changed.contains("as before"),
        "{changed}"
    );
    let taken = case(Write::SetLimits).after;
    let text = receipt(
        Write::SetLimits,
        Word::Refused,
        Some(taken),
        None,
        Copies::One,
    )
    .text();
    assert!(
        text.contains("some of it reads back as it was asked for") && !text.contains("as before"),
        "{text}"
    );
}

#[test]
fn what_nobody_knows_is_never_called_done() {
    for &write in Write::ALL {
        let after = || Some(case(write).after);
        let text = receipt(write, Word::Unknown, None, None, Copies::One).text();
        assert!(
            text.contains("Unknown\n") && !text.contains("Done"),
            "{text}"
        );
        assert!(
            text.contains("It is not known yet whether this was done."),
            "{text}"
        );
        let by_person = Settlement::ByPerson {
            finding: Finding::NotDone,
            reason: "asked support".into(),
        };
        let text = receipt(write, Word::Unknown, after(), Some(by_person), Copies::One).text();
        let settled = "Unknown, settled by maria: it was not done";
        assert!(
            text.contains(settled) && !text.contains(Kind::from_write(write).words.next),
            "{text}"
        );
        for (word, said) in [
            (Word::Refused, "It was refused."),
            (Word::NotSent, "Nothing was sent."),
        ] {
            let text = receipt(write, word, None, None, Copies::One).text();
            assert!(text.contains(said) && !text.contains("Done"), "{text}");
        }
    }
}

#[test]
fn what_was_read_against_it_is_said() {
    let mut after = case(Write::Lock).after;
    after["kit"]["status"] = "ACTIVE".into();
    let text = receipt(Write::Lock, Word::Done, Some(after), None, Copies::One).text();
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Done, but what was read afterwards does not show it",
        "Read after The DCMS has accepted it; it still reads ACTIVE.",
        "Next It is not certain yet that this is how it stays.",
    ] {
        assert!(flat.contains(part), "{text}");
    }
    // Half done.
    let after = case(Write::Block).after;
    let text = receipt(
        Write::BlockAndReplace,
        Word::Done,
        Some(after),
        None,
        Copies::One,
    )
    .text();
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("It is half done: kit 4561789 is blocked; no new card found."),
        "{text}"
    );
    let mut after = case(Write::SetLimits).after;
    after["limits"]["domestic.atm.daily"] = "20000".into();
    let text = receipt(Write::SetLimits, Word::Done, Some(after), None, Copies::One).text();
    assert!(
        text.contains("20000; asked for 10000") && text.contains("Not all of it reads back"),
        "{text}"
    );
}

#[test]
fn a_record_of_no_change_has_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut journal = journal(folder.path());
    let note = journal::Note::new(
        journal::NoteKind::LookUp,
        journal::LookUp::Customer,
        Subject::default(),
    );
    journal.note(&note).expect("recorded");
    let thread = journal.reader().show(RecordId(1)).expect("there");
    let refused = Receipt::of(thread, None, &TimeZone::UTC, Copies::One);
    assert_eq!(
        refused.err().as_deref(),
        Some("Record 1 has no receipt: only a change that was to be sent has one.")
    );
}
