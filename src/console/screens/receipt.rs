//! The receipt of a change: what will be on the paper, the name of its file, and how many copies. It is made from the
//! journal's record; nothing is read from the DCMS. A console that runs on a server writes no file: there it is
//! shown, and copied.

use std::path::PathBuf;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use super::{Cx, Go, Heard, Screen, View, draw_said, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Effect, Message};
use crate::console::served::Served;
use crate::console::theme::Scope;
use crate::console::widgets::form::{Choice, Field, Routed};
use crate::console::widgets::form_page::FormPage;
use crate::console::widgets::lines;
use crate::console::widgets::scroll::Scroll;
use crate::desk::{Command, Copies, Event, Receipt, Ticket};
use crate::journal::{RecordId, RecordThread};

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) const COPIED: &str =
        "The receipt was sent to the clipboard of your terminal: paste it where you need it.";
    pub(super) const NO_CLIPBOARD: &str = "This console runs on a server, so no file is written, \
        and copying to your clipboard is switched off there.";
    pub(super) const TWO: &str = "two, to sign";
    pub(super) const FILE: &str = "file";
    pub(super) const FILE_EXPLAINED: &str =
        "Its name ends in .txt. A file that exists is never overwritten.";
    pub(super) const COPIES: &str = "copies";
    pub(super) const COPIES_EXPLAINED: &str =
        "Two are for the customer and the branch, each with lines to sign on.";
    pub(super) const NO_ANSWER_YET: &str =
        "The journal has not answered yet: try again in a moment.";
    pub(super) const FILE_MISSING: &str = "type the name of a file first";
    pub(super) const ON_THE_PAPER: &str = "On the paper";

    pub(super) fn copies_with(key: &dyn Display) -> String {
        format!(
            "This console runs on a server, so no file is written. {key} copies the receipt to the \
             clipboard of your terminal, where the terminal takes that (OSC 52)."
        )
    }

    pub(super) fn written(path: &dyn Display) -> String {
        format!("The receipt is in {path}.")
    }

    pub(super) fn title(record: &dyn Display) -> String {
        format!("Receipt of record {record}")
    }
}

const FILE: usize = 0;
/// A receipt in the making.
pub struct ReceiptScreen {
    record: RecordId,
    page: FormPage,
    /// The reading of the record, or the writing of the file, that is under way.
    asked: Option<Ticket>,
    thread: Option<RecordThread>,
    /// What will be on the paper.
    text: String,
    scroll: Scroll,
    /// What differs where the disk is a server's.
    served: Option<Served>,
}

impl ReceiptScreen {
    /// Asks the journal for the record of a change.
    pub fn new(record: RecordId, cx: &mut Cx) -> Self {
        let file = Field::text(words::FILE, "receipt.txt")
            .filled(&format!("receipt-{record}.txt"))
            .required()
            .explained(words::FILE_EXPLAINED);
        let copies = Field::choice(words::COPIES, Choice::optional(vec![words::TWO]), "one")
            .explained(words::COPIES_EXPLAINED);
        let served = cx.about.served.clone();
        let fields = match &served {
            None => vec![file, copies],
            Some(_) => vec![copies],
        };
        let mut screen = Self {
            record,
            page: FormPage::new(fields),
            asked: None,
            thread: None,
            text: String::new(),
            scroll: Scroll::default(),
            served,
        };
        screen.read(cx);
        screen
    }

    fn read(&mut self, cx: &mut Cx) {
        let record = self.record;
        self.asked = Some(cx.tell_desk(|ticket| Command::RecordThread(ticket, record)));
    }

    fn receipt(&self, cx: &Cx) -> Result<Receipt, String> {
        let thread = self.thread.clone();
        let thread = thread.ok_or(words::NO_ANSWER_YET)?;
        let about = &cx.about;
        // What was done with another profile was done at a branch that is not known here.
        let is_here = thread.record.place.profile == about.profile;
        let branch = about.branch.as_ref().filter(|_| is_here);
        let copies = match self.page.form.fields.last().and_then(Field::chosen) {
            None => Copies::One,
            Some(_) => Copies::Two,
        };
        Receipt::of(thread, branch.map(ToString::to_string), &about.zone, copies)
    }

    fn show(&mut self, cx: &Cx) {
        match self.receipt(cx) {
            Ok(receipt) => self.text = receipt.text(),
            Err(why) => self.page.error = Some(why),
        }
    }

    /// Where it goes: to the clipboard at the other end, or to a file.
    fn go_on(&mut self, cx: &mut Cx) -> Go {
        match &self.served {
            None => self.write(cx),
            Some(Served {
                clipboard: false, ..
            }) => {
                self.page.error = Some(words::NO_CLIPBOARD.to_owned());
            }
            Some(Served {
                clipboard: true, ..
            }) => match self.receipt(cx) {
                Ok(receipt) => {
                    cx.effects.push(Effect::Copy(receipt.text()));
                    return Go::Say(words::COPIED.to_owned());
                }
                Err(why) => self.page.error = Some(why),
            },
        }
        Go::Stay
    }

    fn write(&mut self, cx: &mut Cx) {
        let Some(file) = self.page.form.fields[FILE].as_text().map(PathBuf::from) else {
            self.page.form.fields[FILE].error = Some(words::FILE_MISSING.into());
            self.page.form.go_to_fault();
            return;
        };
        match self.receipt(cx) {
            Ok(receipt) => {
                let ticket = cx.ticket();
                self.asked = Some(ticket);
                let receipt = Box::new(receipt);
                cx.effects.push(Effect::WriteReceipt(ticket, receipt, file));
            }
            Err(why) => self.page.error = Some(why),
        }
    }
}

impl Screen for ReceiptScreen {
    fn place(&self) -> Place {
        match &self.served {
            None => Place::Receipt,
            Some(_) => Place::ServedReceipt,
        }
    }

    fn why_not(&self, action: Action) -> Option<String> {
        let no_clipboard = self.served.as_ref().is_some_and(|served| !served.clipboard);
        (action == Action::GoOn && no_clipboard).then(|| words::NO_CLIPBOARD.to_owned())
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        self.asked == Some(ticket)
    }

    fn page(&self) -> Option<&FormPage> {
        Some(&self.page)
    }

    fn page_mut(&mut self) -> Option<&mut FormPage> {
        Some(&mut self.page)
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        self.page.error = None;
        match self.page.form.route(action, event) {
            Routed::Back => return Go::Back,
            Routed::GoOn => return self.go_on(cx),
            Routed::Changed => self.show(cx),
            Routed::Ignored => self.scroll.by(action),
            Routed::Left(_) => {}
        }
        Go::Stay
    }

    /// Takes the record, or the result of writing the file.
    fn answer(&mut self, answer: Message, cx: &mut Cx) -> Go {
        self.asked = None;
        match answer {
            Message::Desk(Event::RecordThread(_, Ok(thread))) => {
                self.thread = Some(*thread);
                self.show(cx);
            }
            Message::Desk(Event::RecordThread(_, Err(error))) => {
                self.page.error = Some(sentence(&error));
            }
            Message::ReceiptWritten(_, Ok(path)) => {
                return Go::BackSaying(words::written(&path.display()));
            }
            // The name stays, to be changed.
            Message::ReceiptWritten(_, Err(sentence)) => {
                self.page.error = Some(sentence);
                self.page.form.go_to(FILE);
            }
            _ => {}
        }
        Go::Stay
    }

    /// One more reading of what the receipt is about: the record says more now.
    fn follow(&mut self, answer: &Message, cx: &mut Cx) -> Heard {
        if let Message::Desk(Event::Observed(observation)) = answer
            && observation.intent.record == self.record
        {
            self.read(cx);
        }
        Heard::Nothing
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let title = words::title(&self.record);
        let inner = lines::panel(frame, area, title, true, view.theme);
        let said = match (&self.served, &self.page.error) {
            (Some(_), _) => 3,
            (None, Some(_)) => 2,
            (None, None) => 0,
        };
        let [form, said, paper] = Layout::vertical([
            Constraint::Length(self.page.form.rows() + 4),
            Constraint::Length(said),
            Constraint::Fill(1),
        ])
        .areas(inner);
        self.page.form.draw(frame, form, true, view.theme);
        match &self.served {
            Some(served) if self.page.error.is_none() => {
                let text = if served.clipboard {
                    words::copies_with(&view.cx.keymap.named(Action::GoOn))
                } else {
                    words::NO_CLIPBOARD.to_owned()
                };
                lines::sentence(frame, said, &text, Scope::Muted, view.theme);
            }
            _ => draw_said(frame, said, (None, self.error()), view),
        }
        let text = view.theme.of(Scope::Text);
        let lines = self.text.lines();
        let lines: Vec<_> = lines.map(|line| Line::styled(line, text)).collect();
        let title = (words::ON_THE_PAPER, false);
        self.scroll.draw(frame, paper, title, &lines, view.theme);
    }
}
