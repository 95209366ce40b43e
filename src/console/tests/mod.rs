//! The screens without a terminal and without a desk: events in, effects and pictures out.

/// Keeps a screen's picture at the smallest, a common and a comfortable size, if it can be read in
/// every theme. Without the lines at the top and the bottom: they are the same for many screens.
macro_rules! keep {
    ($bench:expr, $name:literal) => {
        $bench.must_be_readable();
        insta::assert_snapshot!(concat!($name, "-60x16"), $bench.body(60, 16));
        insta::assert_snapshot!(concat!($name, "-80x24"), $bench.body(80, 24));
        insta::assert_snapshot!(concat!($name, "-120x40"), $bench.body(120, 40));
    };
}

/// Keeps the whole window as well, with its styles.
macro_rules! keep_whole {
    ($bench:expr, $name:literal) => {
        keep!($bench, $name);
        insta::assert_snapshot!(concat!($name, "-whole"), $bench.styled(80, 24));
    };
}

mod activate;
mod addresses;
mod anything;
mod around;
mod chance;
mod colours;
mod commands;
mod day;
mod find;
mod guard;
mod journal;
mod limits;
mod live;
mod look_up;
mod lost;
mod manage_kit;
mod mouse;
mod orders;
mod pictures;
mod pin;
mod rights;
mod sessions;
mod states;
mod suspend;
mod themes;
mod upgrade;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroizing;

use super::theme::{Scope, Theme};
use super::{About, App, Effect, Message, Source};
use crate::config::{
    Env, Environment, KeySource, PinAccount, PinEntryRule, SessionKind, SessionOrigin,
};
use crate::dcms::{
    BranchId, Customer, EntityId, Kit, KitNo, Limits, Order, Outcome, ReadError, Text,
};
use crate::desk::operations::{SetPin, Upgrade};
use crate::desk::{
    Answer, Command, CustomerKits, Event, Found, JournalResult, Made, Next, PinSettings, Reading,
    Receipt, Request, Ticket, Written,
};
use crate::journal::{Note, Write};
use crate::people::Rights;
use crate::pin::{BlockForm, Key, Pan, PinRule, seal_card_number};

const CARD_KEY: [u8; 16] = [7; 16];

/// A console whose desk is the test itself.
struct Bench {
    app: App,
    /// Of the window.
    size: (u16, u16),
    now: Instant,
    asked: Vec<Command>,
    /// What connections were asked for.
    prepared: Vec<Next>,
    has_quit: bool,
    /// What was said at the end by the idle limit.
    ended: Option<Vec<String>>,
    /// How often the terminal was wiped.
    cleared: usize,
    stopped: usize,
    retaken: usize,
    looked_around: usize,
    themes_sought: usize,
    themes_read: Vec<Source>,
    notes: Vec<Note>,
    receipts: Vec<(Ticket, Receipt, PathBuf)>,
    copied: Vec<String>,
}

fn about(environment: Environment) -> About {
    let key = |byte: u8| Some(KeySource::held(Zeroizing::new(vec![byte; 16])));
    About {
        environment,
        tenant: "ACME_BANK".into(),
        profile: "acme-uat".into(),
        operator: "maria".into(),
        branch: BranchId::parse("12345").ok(),
        zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(2)),
        clock: |_| jiff::civil::datetime(2026, 11, 27, 10, 30, 0, 0),
        tiers: vec!["SILVER".into(), "GOLD".into()],
        plastic_codes: vec!["4566".into()],
        limits: Limits::default(),
        origin: SessionOrigin::Here,
        pin_settings: PinSettings {
            pin_key: key(1),
            card_key: key(CARD_KEY[0]),
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

impl Bench {
    fn new() -> Self {
        Self::with(about(Environment::Uat))
    }

    fn with(about: About) -> Self {
        let theme = Theme::built_in("desk").expect("built in");
        Self {
            app: App::new(about, theme),
            size: (80, 24),
            now: Instant::now(),
            asked: Vec::new(),
            prepared: Vec::new(),
            has_quit: false,
            ended: None,
            cleared: 0,
            stopped: 0,
            retaken: 0,
            looked_around: 0,
            themes_sought: 0,
            themes_read: Vec::new(),
            notes: Vec::new(),
            receipts: Vec::new(),
            copied: Vec::new(),
        }
    }

    fn message(&mut self, message: Message) {
        for effect in self.app.update(message, self.now) {
            match effect {
                Effect::Ask(Command::Note(note)) => self.notes.push(*note),
                Effect::Ask(Command::Prepare(next)) => self.prepared.push(next),
                Effect::Ask(command) => self.asked.push(command),
                Effect::Quit => self.has_quit = true,
                Effect::End(said) => self.ended = Some(said),
                Effect::Clear => self.cleared += 1,
                Effect::Suspend => self.stopped += 1,
                Effect::Retake => self.retaken += 1,
                // The test sees the effects that read files, and answers for the loop.
                Effect::FindThemes(_) => self.themes_sought += 1,
                Effect::ReadTheme(source, _) => self.themes_read.push(source),
                Effect::LookAround => self.looked_around += 1,
                Effect::Copy(text) => self.copied.push(text),
                Effect::ListSessions(ticket) => self.sessions(ticket),
                Effect::EndSession(ticket, number) => {
                    self.server().end(number);
                    self.sessions(ticket);
                }
                Effect::WriteReceipt(ticket, receipt, path) => {
                    self.receipts.push((ticket, *receipt, path));
                }
                // What the loop does on a thread of its own is done on the spot.
                Effect::Seal(ticket, job) => self.message(Message::Sealed(ticket, job.run())),
                Effect::TryPan(ticket, encrypted, mask) => {
                    let card_key = self.app.pin_settings().card_key.clone();
                    let opened =
                        crate::desk::pan_opens(&encrypted, card_key.as_ref(), mask.as_ref());
                    self.message(Message::PanTried(ticket, opened));
                }
            }
        }
    }

    fn event(&mut self, event: Event) {
        self.message(Message::Desk(event));
    }

    /// What is in front is drawn, as after everything that happens.
    fn look(&mut self) -> String {
        let picture = self.picture(self.size.0, self.size.1);
        self.app.seen(self.size.into(), self.now);
        picture
    }

    /// A key that is pressed once, after what is in front was drawn.
    fn press(&mut self, code: KeyCode) {
        self.look();
        self.strike(code);
        // As long as it takes to see that it is not held.
        if let Some(due) = self.app.held.due_at() {
            self.now = due;
            self.message(Message::Tick);
        }
    }

    /// A key, whatever was drawn, and nothing after it.
    fn strike(&mut self, code: KeyCode) {
        self.message(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    fn ctrl(&mut self, letter: char) {
        self.look();
        self.message(Message::Key(KeyEvent::new(
            KeyCode::Char(letter),
            KeyModifiers::CONTROL,
        )));
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            self.press(KeyCode::Char(c));
        }
    }

    /// Whether nothing lies over any tab.
    fn has_no_layers(&self) -> bool {
        self.app.layers().iter().all(|layers| *layers == 0)
    }

    fn enter(&mut self) {
        self.press(KeyCode::Enter);
    }

    /// The command that was asked last.
    fn last(&self) -> &Command {
        self.asked.last().expect("something was asked")
    }

    fn ticket(&self) -> Ticket {
        match self.last() {
            Command::Find(ticket, _)
            | Command::Name(ticket, _)
            | Command::ReadAgain(ticket, ..)
            | Command::ReadOrder(ticket, _)
            | Command::Ask(ticket, _)
            | Command::Write(ticket, _)
            | Command::Settle(ticket, _)
            | Command::Decide(ticket, ..)
            | Command::ReadForGone(ticket, _)
            | Command::DecideForGone(ticket, ..)
            | Command::Records(ticket, ..)
            | Command::RecordThread(ticket, _)
            | Command::Bank(ticket, _)
            | Command::Day(ticket, ..)
            | Command::Histories(ticket, ..)
            | Command::Leave(ticket) => *ticket,
            Command::Prepare(_) | Command::Note(_) => panic!("nobody waits for it"),
        }
    }

    /// Which write was asked last; nothing where that was no write.
    fn sent(&self) -> Option<Write> {
        self.asked.last().and_then(write_of)
    }

    /// Answers the write that was asked last, which must be this one.
    #[track_caller]
    fn ends(
        &mut self,
        write: Write,
        outcome: Outcome<Made>,
        reading: Reading,
        kept: JournalResult,
    ) {
        assert_eq!(self.sent(), Some(write));
        let end = end_of(self.last(), outcome, Ok(reading), kept);
        self.event(end);
    }

    /// Looks a customer up and gets these kits.
    fn found(&mut self, kits: Vec<Kit>) {
        self.text("676165");
        self.enter();
        let entity = EntityId::parse("676165").expect("good");
        let ticket = self.ticket();
        let found = Found::One(CustomerKits {
            entity: entity.clone(),
            kits: kits.into(),
        });
        self.event(Event::Found(ticket, Ok(found)));
        let names = self.asked.iter().rev().find_map(|command| match command {
            Command::Name(ticket, _) => Some(*ticket),
            _ => None,
        });
        let ticket = names.expect("the name was asked for");
        let name = Some(Text::new("Ms Meena Iyer"));
        self.event(Event::Named(
            ticket,
            entity,
            Customer {
                name,
                ..Customer::default()
            },
        ));
    }

    /// Answers the reading before a review.
    fn read_again(&mut self, kits: Result<Vec<Kit>, ReadError>) {
        let ticket = self.ticket();
        self.event(Event::ReadAgain(ticket, kits.map(Reading::from)));
    }

    /// The screen, cell by cell.
    fn buffer(&self, width: u16, height: u16) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
        terminal
            .draw(|frame| self.app.draw(frame, self.now))
            .expect("a test terminal takes every picture");
        terminal.backend().buffer().clone()
    }

    /// The screen as text, a row a line.
    fn picture(&self, width: u16, height: u16) -> String {
        let buffer = self.buffer(width, height);
        let rows = buffer.content.chunks(usize::from(width));
        let text = rows.map(|row| {
            let mut line = String::new();
            let mut column = 0;
            while let Some(cell) = row.get(column) {
                line.push_str(cell.symbol());
                // A wide character covers the cell behind it.
                column += UnicodeWidthStr::width(cell.symbol()).max(1);
            }
            line.trim_end().to_owned() + "\n"
        });
        text.collect()
    }

    /// The same without the lines at the top and the bottom.
    fn body(&self, width: u16, height: u16) -> String {
        let picture = self.picture(width, height);
        let rows: Vec<&str> = picture.lines().collect();
        rows[1..rows.len() - 1].join("\n")
    }

    /// The screen as text, and below it in which style each part of a row is drawn.
    fn styled(&self, width: u16, height: u16) -> String {
        let buffer = self.buffer(width, height);
        let mut text = self.picture(width, height);
        let usual = Theme::built_in("desk").expect("built in").of(Scope::Text);
        let usual = in_words(usual);
        for (y, row) in buffer.content.chunks(usize::from(width)).enumerate() {
            let mut from = 0;
            for run in row.chunk_by(|one, other| one.style() == other.style()) {
                let (first, last) = (from, from + run.len() - 1);
                from += run.len();
                let style = in_words(run[0].style());
                if style != usual && run.iter().any(|cell| cell.symbol() != " ") {
                    let _ = writeln!(text, "{y:2} {first:2}-{last:2} {style}");
                }
            }
        }
        text
    }

    fn shows(&self, text: &str) -> bool {
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        // A sentence may go over two rows of a frame.
        let picture = self.picture(120, 40).replace('│', " ");
        flat(&picture).contains(&flat(text))
    }

    #[track_caller]
    fn must_show(&self, text: &str) {
        assert!(
            self.shows(text),
            "{text:?} is not on the screen:\n{}",
            self.picture(120, 40)
        );
    }
}

fn kit(no: &str, status: &str) -> Kit {
    let json = serde_json::json!({
        "kitNo": no, "entityId": "676165", "accountNo": 8_000_000, "cardNumber": "411111XXXXXX1111",
        "cardType": "PHYSICAL", "cardStatus": status, "networkType": "VISA", "productId": "DC040",
        "productName": "Visa Debit", "tierType": "CLASSIC", "aliasName": "MEENA IYER",
        "plasticCode": "4466", "expDate": "2029-07-31T00:00:00.000+00:00",
        "createdDate": "2024-07-09T10:00:00.000+00:00", "cardCategory": "DEBIT",
    });
    serde_json::from_str(&json.to_string()).expect("a kit")
}

/// A kit whose card number opens under the bench's card key.
fn with_pan(mut kit: Kit) -> Kit {
    let Ok(key) = Key::from_bytes(&CARD_KEY) else {
        panic!("a good length");
    };
    let pan = Pan::parse("4111111111111111").expect("a test number");
    kit.encrypted_pan = seal_card_number(&pan, &key).ok();
    kit
}

fn kits() -> Vec<Kit> {
    vec![
        with_pan(kit("4561789", "ACTIVE")),
        kit("4561700", "REPLACED"),
        kit("4561801", "ASSIGNED"),
    ]
}

/// Up to the review of an upgrade to SILVER.
fn reviewed() -> Bench {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.text("SILVER");
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(kits()));
    bench
}

/// Which write a command asks for; nothing where it asks for none.
fn write_of(command: &Command) -> Option<Write> {
    match command {
        Command::Write(_, request) => Some(request.kind().write),
        _ => None,
    }
}

/// The end of a write, about what its command asked for.
#[track_caller]
fn end_of(
    command: &Command,
    outcome: Outcome<Made>,
    reading: Result<Reading, ReadError>,
    kept: JournalResult,
) -> Event {
    let Command::Write(ticket, request) = command else {
        panic!("a write was expected, not {command:?}");
    };
    let written = Written {
        write: request.kind().write,
        target: request.target(),
        outcome,
        reading,
        not_read_again: None,
        before: request.kits_before().cloned(),
        sent: None,
        kept,
    };
    Event::Written(*ticket, Box::new(written))
}

/// A reading of these kits.
fn read(kits: Vec<Kit>) -> Reading {
    kits.into()
}

/// A reading of an order in this state.
fn read_order(status: &str) -> Reading {
    order(status).into()
}

#[track_caller]
fn sent_request(bench: &Bench) -> &Request {
    match bench.last() {
        Command::Write(_, request) => request,
        other => panic!("a write was expected, not {other:?}"),
    }
}

#[track_caller]
fn sent_upgrade(bench: &Bench) -> &Upgrade {
    sent_request(bench).typed().expect("an upgrade")
}

#[track_caller]
fn sent_pin(bench: &Bench) -> &SetPin {
    sent_request(bench).typed().expect("a PIN")
}

fn order(status: &str) -> Order {
    crate::dcms::Order {
        name: Some(Text::new("Branch stock")),
        status: status_of(status),
        tenant: Some(Text::new("ACME_BANK")),
        products: Vec::new().into(),
    }
}

fn status_of(word: &str) -> crate::dcms::OrderStatus {
    use crate::dcms::OrderStatus as S;
    match word {
        "RECEIVED" => S::Received,
        "CANCELLED" => S::Cancelled(Text::new("CANCELLED")),
        _ => S::Processed,
    }
}

fn refused<T>(json: &str) -> Outcome<T> {
    Outcome::Refused(refusal(json))
}

fn refusal(json: &str) -> crate::dcms::Refusal {
    crate::dcms::Refusal::from_json(json, 400)
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// A style as a snapshot names it: the colours, and what else is not usual.
fn in_words(style: Style) -> String {
    let colours = [("", style.fg), ("on ", style.bg)].into_iter();
    let colours = colours.filter_map(|(on, colour)| Some(format!("{on}{}", colour?)));
    let more = style.add_modifier;
    let more = (!more.is_empty()).then(|| format!("{more:?}").to_lowercase());
    colours.chain(more).collect::<Vec<_>>().join(" ")
}
