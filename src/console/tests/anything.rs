//! Whatever comes, in whatever order and at whatever size: no panic, nothing drawn outside, and a
//! confirmation is always whole.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;

use super::pictures::many;
use super::*;
use crate::console::keymap::Place;
use crate::console::{Guards, SMALLEST};
use crate::dcms::{Doubt, List, NotSent, Transactions};
use crate::desk::{Candidate, CustomerRead, Question, Target};

/// Something that happens to the app.
#[derive(Debug, Clone)]
enum Happens {
    Key(KeyEvent),
    Typed(&'static str),
    Paste(String),
    Mouse(MouseEventKind, u16, u16),
    /// What was asked last is answered: well, ill or hostile.
    Answer(u8),
    /// So many seconds pass.
    Time(u64),
    Focus(bool),
    Stop,
    Size(u16, u16),
}

fn happens() -> impl Strategy<Value = Happens> {
    let code = prop_oneof![
        4 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Backspace,
            KeyCode::Delete, KeyCode::Up, KeyCode::Down, KeyCode::Left, KeyCode::Right,
            KeyCode::Home, KeyCode::End, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Null,
        ]),
        3 => (1..13_u8).prop_map(KeyCode::F),
        4 => prop::sample::select("upgorsSxjkJtdm1789?/y".chars().collect::<Vec<_>>())
            .prop_map(KeyCode::Char),
        1 => any::<char>().prop_map(KeyCode::Char),
    ];
    let modifiers = prop_oneof![
        12 => Just(KeyModifiers::NONE),
        2 => Just(KeyModifiers::CONTROL),
        1 => Just(KeyModifiers::SHIFT),
        1 => Just(KeyModifiers::ALT),
    ];
    let typed = prop::sample::select(vec![
        "676165",
        "1789",
        "SILVER",
        "4315",
        "0729",
        "ACME_BANK",
        "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "afa6",
        "4111111111111111",
        "मीना 王芳 👩‍🚀",
    ]);
    let button = prop::sample::select(vec![
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::ScrollDown,
        MouseEventKind::ScrollUp,
        MouseEventKind::Moved,
    ]);
    let size = prop_oneof![
        (1..200_u16, 1..70_u16),
        (58..90_u16, 14..26_u16),
        Just((500, 200)),
    ];
    prop_oneof![
        10 => (code, modifiers).prop_map(|(code, modifiers)| Happens::Key(KeyEvent::new(code, modifiers))),
        5 => typed.prop_map(Happens::Typed),
        1 => ".{0,40}".prop_map(Happens::Paste),
        2 => (button, 0..200_u16, 0..60_u16).prop_map(|(kind, x, y)| Happens::Mouse(kind, x, y)),
        6 => any::<u8>().prop_map(Happens::Answer),
        1 => (0..400_u64).prop_map(Happens::Time),
        1 => any::<bool>().prop_map(Happens::Focus),
        1 => Just(Happens::Stop),
        4 => size.prop_map(|(width, height)| Happens::Size(width, height)),
    ]
}

fn hostile() -> Kit {
    let json = serde_json::json!({
        "kitNo": "4561789", "entityId": "676165", "accountNo": "\u{1b}]0;x\u{7}",
        "cardNumber": "411111XXXXXX1111", "cardStatus": "ACTIVE",
        "aliasName": "मीना\u{202e}\u{200b}👩‍👩‍👧‍👦 \u{1b}[2J".repeat(9), "tierType": "王".repeat(80),
        "productName": "e\u{301}\u{301}\u{301}".repeat(50), "expDate": "garbage",
    });
    serde_json::from_str(&json.to_string()).expect("a kit")
}

/// How the DCMS could answer, by a number.
#[derive(Clone, Copy)]
struct Mood(u8);

impl Mood {
    fn fault(self) -> ReadError {
        match self.0 % 5 {
            0 => ReadError::Lost(Doubt::TimedOut(seconds(5))),
            1 => ReadError::Refused(refusal(
                r#"{"exception":{"errorCode":"MCC007","detailMessage":"\u001b[31mno"}}"#,
            )),
            _ => ReadError::NotReached(unreached()),
        }
    }

    fn read<T>(self, good: T) -> Result<T, ReadError> {
        if self.0 >= 60 {
            Ok(good)
        } else {
            Err(self.fault())
        }
    }

    fn kits(self) -> Vec<Kit> {
        match self.0 % 4 {
            0 => Vec::new(),
            1 => vec![hostile()],
            2 => many(),
            _ => kits(),
        }
    }

    fn outcome<T>(self, done: T) -> Outcome<T> {
        match self.0 % 4 {
            0 => Outcome::NotSent(unreached()),
            1 => Outcome::Unknown(Doubt::LineLost),
            2 => refused(
                r#"{"exception":{"errorCode":"x","fieldErrors":[{"field":"tierType","message":"bad"}]}}"#,
            ),
            _ => Outcome::Done(done),
        }
    }

    fn found(self) -> Found {
        let entity = EntityId::parse("676165").expect("good");
        if self.0.is_multiple_of(7) {
            let name = Some(Text::new("محمد \u{202e}علي"));
            return Found::Several(
                vec![
                    Candidate {
                        entity,
                        name,
                        kits: None
                    };
                    3
                ]
                .into(),
            );
        }
        let kits = self.kits();
        Found::One(CustomerKits {
            entity,
            kits: kits.into(),
        })
    }

    fn order(self) -> Order {
        order(if self.0.is_multiple_of(2) {
            "RECEIVED"
        } else {
            "PROCESSED"
        })
    }
}

fn unreached() -> NotSent {
    NotSent::NoConnection {
        host: "h:443".into(),
        reason: "connection refused".into(),
    }
}

impl Happens {
    fn is_typed(&self) -> bool {
        matches!(
            self,
            Self::Key(_) | Self::Typed(_) | Self::Paste(_) | Self::Mouse(..)
        )
    }
}

fn is_small((width, height): (u16, u16)) -> bool {
    width < SMALLEST.0 || height < SMALLEST.1
}

impl Bench {
    /// Answers what was asked last as it could be answered.
    fn answer(&mut self, mood: Mood) {
        let Some(command) = self.asked.pop() else {
            return;
        };
        let event = match command {
            Command::Find(ticket, _) => Event::Found(ticket, mood.read(mood.found())),
            Command::ReadAgain(ticket, ..) => {
                let read = Reading {
                    limits: Some(Box::default()),
                    ..Reading::from(kits())
                };
                Event::ReadAgain(ticket, mood.read(read))
            }
            Command::ReadOrder(ticket, _) => Event::OrderRead(ticket, mood.read(mood.order())),
            Command::Ask(ticket, question) => Event::Answered(
                ticket,
                match *question {
                    Question::Customer(_) => Answer::Customer(CustomerRead {
                        customer: mood.read(Box::default()),
                        kits: mood.read(kits().into()),
                    }),
                    Question::Parcels(_) => Answer::Parcels(mood.read(Vec::new())),
                    Question::Limits(..) => Answer::Limits(mood.read(Box::default())),
                    Question::Transactions(_) => {
                        Answer::Transactions(mood.read(Transactions::default()))
                    }
                    Question::BranchOrders(_) => Answer::BranchOrders(mood.read(List::default())),
                    Question::CheckCard(_) => return,
                },
            ),
            Command::Write(_, ref request) => {
                let made = match request.kind().write {
                    Write::Upgrade => Made::Kits(vec![hostile()]),
                    Write::SetPin
                    | Write::Activate
                    | Write::Lock
                    | Write::Unlock
                    | Write::Block
                    | Write::Replace
                    | Write::BlockAndReplace
                    | Write::LockAll
                    | Write::BlockAll
                    | Write::SetLimits => Made::Nothing,
                    Write::CancelOrder => Made::Words(Text::new("done")),
                };
                let reading = match request.target() {
                    Target::Kit { .. } | Target::Customer(_) => read(mood.kits()),
                    Target::Order(_) => read_order("CANCELLED"),
                };
                let (outcome, reading) = (mood.outcome(made), mood.read(reading));
                end_of(&command, outcome, reading, JournalResult::default())
            }
            Command::Records(ticket, ..) => Event::Records(ticket, Ok(Vec::new())),
            Command::Bank(ticket, ..) => Event::Bank(ticket, Err("it is away".to_owned())),
            _ => return,
        };
        self.event(event);
    }

    fn happens(&mut self, what: &Happens) {
        match what {
            Happens::Key(event) => self.message(Message::Key(*event)),
            Happens::Typed(text) => {
                for c in text.chars() {
                    let event = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
                    self.message(Message::Key(event));
                }
            }
            Happens::Paste(text) => {
                self.message(Message::Paste(Zeroizing::new(text.clone())));
            }
            Happens::Mouse(kind, column, row) => self.message(Message::Mouse(MouseEvent {
                kind: *kind,
                column: *column,
                row: *row,
                modifiers: KeyModifiers::NONE,
            })),
            Happens::Answer(how) => self.answer(Mood(*how)),
            Happens::Time(time) => {
                self.now += seconds(*time);
                self.message(Message::Tick);
            }
            Happens::Focus(is_there) => self.message(Message::Focus(*is_there)),
            Happens::Stop => {
                self.message(Message::Suspend);
                self.message(Message::Resumed);
            }
            Happens::Size(width, height) => self.size = (*width, *height),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn nothing_breaks_the_console(
        all in prop::collection::vec(happens(), 1..70),
        live in any::<bool>(),
        begins_at_a_review in any::<bool>(),
    ) {
        let environment = if live { Environment::Live } else { Environment::Uat };
        let mut bench = if begins_at_a_review && !live {
            reviewed()
        } else {
            Bench::with(about(environment))
        };
        bench.app = bench.app.guarded(Guards {
            idle_limit: seconds(300),
            hide_on_focus_lost: true,
        });
        for what in &all {
            let (was_small, asked) = (is_small(bench.size), bench.asked.len());
            bench.happens(what);
            // Nothing is asked for by a key that was pressed under a sentence.
            prop_assert!(!was_small || !what.is_typed() || bench.asked.len() <= asked, "{what:?}");
            let picture = bench.look();
            let is_harmful = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
            prop_assert!(!picture.contains(is_harmful));
            if is_small(bench.size) {
                let words = picture.replace('\n', " ");
                prop_assert!(!words.contains("4561789"), "{picture}");
                continue;
            }
            let word = if live { "LIVE" } else { "UAT" };
            prop_assert!(picture.lines().next().is_some_and(|line| line.contains(word)));
            if bench.app.place() == Place::Review {
                // What is to be typed, what it does, and the way back: none of it is cut off.
                prop_assert!(picture.contains("Review: "), "{picture}");
                prop_assert!(picture.contains("Type the last 4 of "), "{picture}");
                prop_assert!(picture.contains("to send it"), "{picture}");
                prop_assert!(picture.contains("Enter send"), "{picture}");
                prop_assert!(picture.contains("Esc back"), "{picture}");
            }
        }
    }

    #[test]
    fn nothing_is_sent_that_was_typed_blind(
        size in prop_oneof![(1..60_u16, 1..70_u16), (60..200_u16, 1..16_u16)],
        seen in 0..5_usize,
    ) {
        // The window shrinks somewhere on the way to a confirmation, which goes on all the same.
        let mut bench = reviewed();
        for (place, c) in "1789\n".chars().enumerate() {
            if place == seen {
                bench.size = size;
            }
            bench.press(if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) });
        }
        prop_assert_eq!(bench.sent(), None, "nothing was sent");
        // Nor is it by Enter alone, once it can be seen.
        bench.size = (80, 24);
        bench.enter();
        prop_assert_eq!(bench.sent(), None, "nothing was sent");
        bench.text("1789");
        bench.enter();
        prop_assert_eq!(bench.sent(), Some(Write::Upgrade), "{}", bench.look());
    }
}
