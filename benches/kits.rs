//! How the dear steps grow with the number of kits: decoding a reply, a step, a picture, a filter, an
//! order. `cargo bench` runs them; what they came to is in `README.md` beside this file.
#![allow(missing_docs, reason = "benchmarks have no users")]

use std::cell::Cell;
use std::fmt::Write as _;
use std::io;
use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use divan::{Bencher, black_box};
use kitdesk::config::{
    Env, Environment, KeySource, PinAccount, PinEntryRule, SessionKind, SessionOrigin,
};
use kitdesk::console::theme::Theme;
use kitdesk::console::{About, App, Codes, Effect, Message, Painter, Signs, TermCaps};
use kitdesk::dcms::{EntityId, Kit, KitNo, Limits, Tenant, Word, kits_in};
use kitdesk::desk::{Command, CustomerKits, Event, Found, PinSettings};
use kitdesk::journal::{self, Digest, Intent, Journal, Opening, Subject, Where, Who, Write};
use kitdesk::people::Rights;
use kitdesk::pin::{Account, BlockForm, Key, Pan, Pin, PinLength, PinRule, seal};
use ratatui::layout::Size;
use zeroize::Zeroizing;

const COUNTS: [usize; 4] = [10, 1_000, 20_000, 200_000];
const SIZE: Size = Size {
    width: 120,
    height: 40,
};

fn main() {
    divan::main();
}

/// A reply with so many kits, as different from each other as a bank's are.
fn reply(count: usize) -> Vec<u8> {
    let mut text = String::from(r#"{"result":["#);
    for nth in 0..count {
        let comma = if nth == 0 { "" } else { "," };
        let number = 82_000_000_000 + nth;
        let tier = ["CLASSIC", "SILVER", "GOLD", "PLATINUM"][nth % 4];
        let status = ["ACTIVE", "REPLACED", "ASSIGNED", "LOCKED", "HOTLISTED"][nth % 5];
        let (day, year, tail) = (1 + nth % 28, 2019 + nth % 7, nth % 10_000);
        write!(
            text,
            r#"{comma}{{"kitNo":"{number}","entityId":"676165","accountNo":8000000,"cardNumber":"608040XXXXXX{tail:04}","cardCategory":"DEBIT","cardType":"PHYSICAL","cardStatus":"{status}","networkType":"RUPAY","productId":"DC040","productName":"RUPAY Debit","tierType":"{tier}","aliasName":"MEENA IYER","plasticCode":"4466","expDate":"2029-07-31T00:00:00.000+00:00","createdDate":"{year}-07-{day:02}T10:00:00.000+00:00","changedDate":null,"cardActivationDate":"{year}-08-{day:02}T10:00:00.000+00:00"}}"#
        )
        .expect("a string takes any text");
    }
    text += r#"],"exception":null,"pagination":null}"#;
    text.into_bytes()
}

fn kits(count: usize) -> Vec<Kit> {
    kits_in(&reply(count)).expect("a reply")
}

fn about() -> About {
    let key = || Some(KeySource::held(Zeroizing::new(vec![7; 16])));
    About {
        environment: Environment::Uat,
        tenant: "ACME_BANK".into(),
        profile: "acme-uat".into(),
        operator: "maria".into(),
        branch: None,
        zone: jiff::tz::TimeZone::UTC,
        clock: |zone| zone.to_datetime(jiff::Timestamp::UNIX_EPOCH),
        tiers: Vec::new(),
        plastic_codes: Vec::new(),
        limits: Limits::default(),
        origin: SessionOrigin::Here,
        pin_settings: PinSettings {
            pin_key: key(),
            card_key: key(),
            form: BlockForm::Raw,
            account: PinAccount::Pan,
            rule: PinRule::default(),
            entry: PinEntryRule::Anywhere,
            session: SessionKind::OfProcess(Env::given::<&str, &str>([])),
        },
        rights: Rights::all(),
        has_bank: false,
        served: None,
    }
}

fn press(app: &mut App, code: KeyCode) -> Vec<Effect> {
    app.seen(SIZE, Instant::now());
    let key = KeyEvent::new(code, KeyModifiers::NONE);
    app.update(Message::Key(key), Instant::now())
}

/// A console with a customer of so many kits on it.
fn console(count: usize) -> App {
    let theme = Theme::built_in("desk").expect("built in");
    let mut app = App::new(about(), theme);
    for digit in "676165".chars() {
        press(&mut app, KeyCode::Char(digit));
    }
    let asked = press(&mut app, KeyCode::Enter);
    let ticket = asked.iter().find_map(|effect| match effect {
        Effect::Ask(Command::Find(ticket, _)) => Some(*ticket),
        _ => None,
    });
    let found = Found::One(CustomerKits {
        entity: EntityId::parse("676165").expect("an id"),
        kits: kits(count).into(),
    });
    let event = Event::Found(ticket.expect("it was asked for"), Ok(found));
    app.update(Message::Desk(event), Instant::now());
    app
}

#[derive(Default)]
struct Sink(Cell<usize>);

impl io::Write for &Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn painter(sink: &Sink) -> Painter<&Sink> {
    let tongue = TermCaps {
        codes: Codes::Full,
        erases_with_ground: true,
        signs: Signs::All,
    };
    Painter::new(sink, || Ok(SIZE), tongue)
}

fn draw(painter: &mut Painter<&Sink>, app: &App) {
    let now = Instant::now();
    painter
        .show(|frame| app.draw(frame, now))
        .expect("a sink takes all");
}

/// The reply's bytes to kits as they are kept.
#[divan::bench(args = COUNTS)]
fn decode(bencher: Bencher<'_, '_>, count: usize) {
    let reply = reply(count);
    bencher.bench_local(|| kits_in(black_box(&reply)));
}

/// One key in the table, without its picture.
#[divan::bench(args = COUNTS)]
fn update(bencher: Bencher<'_, '_>, count: usize) {
    let mut app = console(count);
    let mut is_down = false;
    bencher.bench_local(|| {
        is_down = !is_down;
        let code = if is_down { KeyCode::Down } else { KeyCode::Up };
        press(&mut app, code)
    });
}

/// One step and its picture, down to the bytes for the terminal.
#[divan::bench(args = COUNTS)]
fn step(bencher: Bencher<'_, '_>, count: usize) {
    let mut app = console(count);
    let sink = Sink::default();
    let mut painter = painter(&sink);
    draw(&mut painter, &app);
    bencher.bench_local(|| {
        press(&mut app, KeyCode::Down);
        draw(&mut painter, &app);
    });
}

/// A whole picture from nothing.
#[divan::bench(args = COUNTS)]
fn picture(bencher: Bencher<'_, '_>, count: usize) {
    let app = console(count);
    bencher.bench_local(|| {
        let sink = Sink::default();
        draw(&mut painter(&sink), &app);
        sink.0.get()
    });
}

/// The first letter of a filter, which looks at every kit.
#[divan::bench(args = COUNTS)]
fn filter(bencher: Bencher<'_, '_>, count: usize) {
    let mut app = console(count);
    press(&mut app, KeyCode::Char('/'));
    bencher.bench_local(|| {
        press(&mut app, KeyCode::Char('g'));
        press(&mut app, KeyCode::Backspace)
    });
}

/// From one column's order to the next one's, through all of them.
#[divan::bench(args = COUNTS)]
fn sort(bencher: Bencher<'_, '_>, count: usize) {
    let mut app = console(count);
    bencher.bench_local(|| press(&mut app, KeyCode::Char('s')));
}

/// A PIN into its message, key set-up included.
#[divan::bench]
fn seal_a_pin(bencher: Bencher<'_, '_>) {
    let pin = Pin::parse("4315", PinLength::default()).expect("a PIN");
    let pan = Pan::parse("4111111111111111").expect("a test number");
    bencher.bench_local(|| {
        let Ok(key) = Key::from_bytes(&[7; 32]) else {
            panic!("a good length");
        };
        let Ok(sealed) = seal(&pin, &Account::Pan(&pan), &key, BlockForm::Raw) else {
            panic!("it can be sealed");
        };
        sealed.as_wire().len()
    });
}

/// A write's intent and outcome, both on the disk, into a journal of so many records.
#[divan::bench(args = COUNTS, sample_count = 20)]
fn journal(bencher: Bencher<'_, '_>, count: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let who = Who::new("maria", "counter-3");
    let place = Where {
        profile: "acme-uat".into(),
        tenant: Tenant::parse("ACME_BANK").expect("a tenant"),
        environment: Environment::Uat,
    };
    let mut journal = Journal::open(folder.path(), Opening::new(&who, &place)).expect("a journal");
    let intent = |kit: usize| Intent {
        write: Write::Upgrade,
        subject: Subject::kit(
            EntityId::parse("676165").expect("an id"),
            KitNo::parse(&kit.to_string()).expect("a kit"),
        ),
        digest: Digest::of(Write::Upgrade, &serde_json::json!({"kitNo": kit})),
        before: None,
        since: None,
        key_check: None,
        claim: None,
        why: None,
    };
    let end = journal::Outcome {
        word: Word::Done,
        error_code: None,
        message: None,
        duration: std::time::Duration::from_millis(240),
        after: None,
    };
    let mut kit = 0;
    let mut write = move || {
        kit += 1;
        let record = journal.intend(&intent(kit)).expect("recorded");
        journal.conclude(record, &end).expect("recorded");
    };
    for _ in 0..count / 2 {
        write();
    }
    bencher.bench_local(write);
}
