//! What each role may have the desk do: every command, whatever the screens offer.

use jiff::civil::Date;

use super::*;
use crate::dcms::Word;
use crate::journal::{
    Filter, Finding, Journal, Kind, LookUps, Note, NoteKind, Page, Record, RecordId, Subject, Write,
};
use crate::people::{Rights, Role};

const EVERYBODY: &[Role] = &Role::ALL;
const WHO_LOOKS_UP: &[Role] = &[Role::Desk, Role::Check, Role::Settle];
const WHO_WRITES: &[Role] = &[Role::Desk];
const WHO_SETTLES: &[Role] = &[Role::Desk, Role::Settle];
const WHO_DECIDES: &[Role] = &[Role::Settle];
const WHO_SEES_OTHERS: &[Role] = &[Role::Settle, Role::Audit];
/// No role alone: it takes `audit`, which sees it, and `settle`.
const WHO_SETTLES_FOR_OTHERS: &[Role] = &[];
const WHO_SEES_THE_BANK: &[Role] = &[Role::Audit];

const TICKET: Ticket = Ticket(1);
const RECORD: RecordId = RecordId(7);
const ALL_OF_IT: Page = Page {
    limit: 100,
    offset: 0,
};

/// Each command with one of its kind and the roles that may give it. A new command has no line here, and stops
/// the build.
macro_rules! commands {
    ($($pattern:pat => $sample:expr, $roles:expr;)+) => {
        fn samples() -> Vec<Command> {
            vec![$($sample),+]
        }

        fn roles_of(command: &Command) -> &'static [Role] {
            match command {
                $($pattern => $roles,)+
            }
        }
    };
}

commands! {
    Command::Prepare(_) => Command::Prepare(Next::LookUp), WHO_LOOKS_UP;
    Command::Find(..) => find(1, by_entity("676165")), WHO_LOOKS_UP;
    Command::Name(..) => Command::Name(TICKET, entity("676165")), WHO_LOOKS_UP;
    Command::ReadAgain(..) => Command::ReadAgain(TICKET, Write::Upgrade, of_kit()), WHO_WRITES;
    Command::ReadOrder(..) => Command::ReadOrder(TICKET, OrderId::parse(ORDER).expect("an id")), WHO_LOOKS_UP;
    Command::Ask(..) => Command::Ask(TICKET, Box::new(Question::Customer(entity("676165")))), WHO_LOOKS_UP;
    Command::Write(..) => upgrade(1), WHO_WRITES;
    Command::Settle(..) => Command::Settle(TICKET, RECORD), WHO_SETTLES;
    Command::Decide(..) => Command::Decide(TICKET, RECORD, Finding::Done, "seen".into()), WHO_DECIDES;
    Command::ReadForGone(..) => Command::ReadForGone(TICKET, Box::new(a_record())), WHO_SETTLES_FOR_OTHERS;
    Command::DecideForGone(..) => Command::DecideForGone(TICKET, "a claim".into(), Finding::Done, "seen".into()), WHO_SETTLES_FOR_OTHERS;
    Command::Records(..) => records_of(Some("ravi")), WHO_SEES_OTHERS;
    Command::RecordThread(..) => Command::RecordThread(TICKET, RECORD), EVERYBODY;
    Command::Bank(..) => Command::Bank(TICKET, Box::new(BankQuestion::Day(None, None))), WHO_SEES_THE_BANK;
    Command::Day(..) => day_of(Some("ravi")), WHO_SEES_OTHERS;
    Command::Histories(..) => Command::Histories(TICKET, None, Vec::new()), WHO_WRITES;
    Command::Note(_) => Command::Note(Box::new(a_note())), EVERYBODY;
    Command::Leave(_) => Command::Leave(TICKET), EVERYBODY;
}

fn of_kit() -> Target {
    Target::kit(&entity("676165"), &kit_no("4561789"))
}

fn a_record() -> Record {
    let folder = tempfile::tempdir().expect("a folder");
    let who = Who::new("ravi", "counter-3");
    let mut journal =
        Journal::open(folder.path(), Opening::new(&who, &place())).expect("a journal");
    journal.note(&a_note()).expect("it is noted");
    on_record(folder.path()).remove(0)
}

fn a_note() -> Note {
    Note::new(NoteKind::FailedTry, Write::Upgrade, Subject::default())
}

fn records_of(operator: Option<&str>) -> Command {
    let filter = Filter {
        operator: operator.map(str::to_owned),
        ..Filter::default()
    };
    Command::Records(TICKET, Box::new(filter), LookUps::Shown, ALL_OF_IT)
}

fn day_of(operator: Option<&str>) -> Command {
    Command::Day(TICKET, None::<Date>, operator.map(str::to_owned))
}

fn access(operator: &str, roles: &[Role]) -> Access {
    let rights = Rights::of(&roles.iter().copied().collect());
    Access::of(operator, rights)
}

#[test]
fn each_command_is_for_the_roles_that_give_it_and_for_no_others() {
    for role in Role::ALL {
        for command in samples() {
            let said = format!("{role}: {command:?}");
            let is_given = roles_of(&command).contains(&role);
            match access("maria", &[role]).admit(command) {
                Ok(_) => assert!(is_given, "{said}"),
                Err((_, why)) => {
                    assert!(!is_given, "{said}");
                    assert!(why.contains("Your roles don't let you"), "{why}");
                }
            }
        }
    }
}

#[test]
fn a_local_person_and_one_with_all_roles_may_give_every_command() {
    for access in [Access::local(), access("maria", &Role::ALL)] {
        for command in samples() {
            assert!(access.admit(command).is_ok());
        }
    }
}

#[test]
fn what_reads_everybodys_records_is_narrowed_to_a_persons_own() {
    let narrowed = |roles: &[Role], command| match access("maria", roles).admit(command) {
        Ok(Command::Records(_, filter, ..)) => filter.operator,
        Ok(Command::Day(.., operator)) => operator,
        other => panic!("{other:?}"),
    };
    for command in [|| records_of(None), || day_of(None)] {
        assert_eq!(narrowed(&[Role::Desk], command()).as_deref(), Some("maria"));
        assert_eq!(
            narrowed(&[Role::Admin], command()).as_deref(),
            Some("maria")
        );
        assert_eq!(narrowed(&[Role::Audit], command()), None);
    }
    assert_eq!(
        narrowed(&[Role::Desk], records_of(Some("maria"))).as_deref(),
        Some("maria")
    );
    assert_eq!(
        narrowed(&[Role::Audit], records_of(Some("ravi"))).as_deref(),
        Some("ravi")
    );
}

/// A desk of somebody with a role, at a journal that they share.
fn desk_of(sandbox: &Sandbox, folder: &Path, operator: &str, roles: &[Role]) -> Handle {
    let who = Who::new(operator, "server");
    let recorder = recorder(folder).of(&who, &place());
    let client = std::future::ready(connect(sandbox));
    let schedule = Schedule::within(Duration::from_millis(1));
    start(client, recorder, schedule, access(operator, roles))
}

fn on_record(folder: &Path) -> Vec<Record> {
    let reader = Journal::open_to_read(folder).expect("a journal");
    reader.list(&Filter::default(), ALL_OF_IT).expect("read")
}

#[tokio::test]
async fn a_write_beyond_the_rights_is_not_sent_and_the_try_is_on_record() {
    let sandbox = sandbox(&[]).await;
    for role in Role::ALL
        .into_iter()
        .filter(|role| !WHO_WRITES.contains(role))
    {
        let folder = tempfile::tempdir().expect("a folder");
        let mut desk = desk_of(&sandbox, folder.path(), "maria", &[role]);
        for command in [upgrade(1), set_pin(1), cancel(1)] {
            desk.ask(command).await;
            let why = withheld(written(&mut desk, 1).await.outcome);
            assert!(why.contains("It needs the role desk"), "{why}");
        }
        assert!(desk.rest().await.is_empty());
        let records = on_record(folder.path());
        assert_eq!(records.len(), 3, "{role}");
        for record in records {
            assert_eq!(
                (record.kind, record.who.operator.as_str()),
                (Kind::Refusal, "maria")
            );
        }
    }
    for call in ["upgradeCard", "setPin", "cancel", "fetchKitsByEntityId"] {
        assert_eq!(sandbox.received(call), 0, "{call}");
    }
}

#[tokio::test]
async fn look_ups_beyond_the_rights_ask_the_dcms_nothing() {
    let sandbox = sandbox(&[]).await;
    for role in [Role::Audit, Role::Admin] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut desk = desk_of(&sandbox, folder.path(), "maria", &[role]);
        desk.ask(find(1, by_entity("676165"))).await;
        let Event::Found(_, Err(error)) = desk.next().await else {
            panic!("it was refused");
        };
        let said = sentences::read_error(&error);
        assert_eq!(
            said,
            "Your roles don't let you look up customers, cards and orders. It needs one of the roles desk, check, settle."
        );
        desk.ask(Command::Name(TICKET, entity("676165"))).await;
        assert!(desk.rest().await.is_empty());
    }
    assert_eq!(sandbox.received("fetchKitsByEntityId"), 0);
}

/// An upgrade of Ravi's whose outcome nobody knows.
async fn open_write(sandbox: &Sandbox, folder: &Path) -> RecordId {
    let mut ravi = desk_of(sandbox, folder, "ravi", &[Role::Desk]);
    ravi.ask(upgrade(1)).await;
    let written = written(&mut ravi, 1).await;
    assert_eq!(written.outcome.word(), Word::Unknown);
    ravi.rest().await;
    written.kept.record.expect("an intent")
}

#[tokio::test]
async fn others_records_are_for_those_who_may_see_them() {
    let sandbox = sandbox(&["upgradeCard=reset-after", "fetchKitsByEntityId=503"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let open = open_write(&sandbox, folder.path()).await;
    for role in Role::ALL {
        let mut maria = desk_of(&sandbox, folder.path(), "maria", &[role]);
        let sees = WHO_SEES_OTHERS.contains(&role);
        maria.ask(Command::RecordThread(TICKET, open)).await;
        match maria.next().await {
            Event::RecordThread(_, Ok(thread)) => {
                assert!(sees, "{role}");
                assert_eq!(thread.record.who.operator, "ravi");
            }
            Event::RecordThread(_, Err(why)) => {
                assert!(
                    !sees && why.contains("see actions of others"),
                    "{role}: {why}"
                );
            }
            other => panic!("{other:?}"),
        }
        maria.ask(records_of(None)).await;
        let Event::Records(_, Ok(listed)) = maria.next().await else {
            panic!("a list");
        };
        let is_ravis = |operator: &str| operator == "ravi";
        let all_listed = listed.iter().any(|one| is_ravis(&one.record.who.operator));
        assert_eq!(all_listed, sees, "{role}");
        maria.ask(day_of(None)).await;
        let Event::Day(_, Ok(day)) = maria.next().await else {
            panic!("a day");
        };
        assert_eq!(!day.writes.is_empty(), sees, "{role}");
        maria.ask(day_of(Some("ravi"))).await;
        let named = maria.next().await;
        assert_eq!(
            matches!(named, Event::Day(_, Ok(_))),
            sees,
            "{role}: {named:?}"
        );
    }
}

#[tokio::test]
async fn an_open_write_is_settled_by_who_sent_it_or_who_settles_for_all() {
    let sandbox = sandbox(&["upgradeCard=reset-after", "fetchKitsByEntityId=503"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let open = open_write(&sandbox, folder.path()).await;
    for (operator, role) in [
        ("maria", Role::Desk),
        ("maria", Role::Audit),
        ("ravi", Role::Check),
    ] {
        let mut desk = desk_of(&sandbox, folder.path(), operator, &[role]);
        desk.ask(Command::Settle(TICKET, open)).await;
        let settled = desk.next().await;
        assert!(
            matches!(settled, Event::Settled(_, _, Err(_))),
            "{role}: {settled:?}"
        );
        desk.ask(Command::Decide(TICKET, open, Finding::Done, "seen".into()))
            .await;
        let decided = desk.next().await;
        assert!(
            matches!(decided, Event::Settled(_, _, Err(_))),
            "{role}: {decided:?}"
        );
    }
    for (operator, role) in [("ravi", Role::Desk), ("asha", Role::Settle)] {
        let mut desk = desk_of(&sandbox, folder.path(), operator, &[role]);
        desk.ask(Command::Settle(TICKET, open)).await;
        let seen = desk.next().await;
        assert!(matches!(seen, Event::Observed(_)), "{role}: {seen:?}");
    }
}
