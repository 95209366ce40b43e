//! What became of a write: waiting for it, then one of four words, and what was read afterwards.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::{Go, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::Wait;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::kits::{scope, shown, sign};
use crate::console::widgets::lines;
use crate::dcms::{Kit, KitNo, Outcome, ReadFault, Text};
use crate::desk::sentences::{AFTER_UNKNOWN_PIN, after_unknown_upgrade, what_became};
use crate::desk::{AfterCancel, AfterPin, AfterUpgrade, Ticket};

/// A write's end, or the wait for it.
pub struct OutcomeScreen {
    ticket: Ticket,
    is_order: bool,
    /// The kits that the customer had before: what is not among them has come since.
    before: Vec<KitNo>,
    state: State,
}

enum State {
    Waiting(Wait),
    Ended(Box<End>),
}

/// What is told.
struct End {
    word: &'static str,
    scope: Scope,
    sentences: Vec<String>,
    /// Read afterwards: what is shown is what was read.
    read: Vec<(String, String, Scope)>,
    /// The kit that the next step is about.
    next: Option<Kit>,
    /// The kit to select in the list.
    list: Option<KitNo>,
    was_refused: bool,
}

impl OutcomeScreen {
    /// Waits for a write's end.
    #[must_use]
    pub fn new(wait: Wait, is_order: bool, before: Vec<KitNo>) -> Self {
        Self {
            ticket: wait.ticket,
            is_order,
            before,
            state: State::Waiting(wait),
        }
    }

    /// Whether the end under this ticket belongs here.
    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.ticket == ticket
    }

    /// What is waited for.
    #[must_use]
    pub fn wait(&self) -> Option<&Wait> {
        match &self.state {
            State::Waiting(wait) => Some(wait),
            State::Ended(_) => None,
        }
    }

    /// Where the keys go.
    #[must_use]
    pub fn place(&self) -> Place {
        match (&self.state, self.is_order) {
            (State::Waiting(_), _) => Place::Waiting,
            (State::Ended(_), true) => Place::OrderOutcome,
            (State::Ended(_), false) => Place::Outcome,
        }
    }

    /// Which entries of the key line don't apply.
    #[must_use]
    pub fn hides(&self) -> &'static [&'static str] {
        match &self.state {
            State::Waiting(_) => &["leave"],
            State::Ended(end) if end.next.is_none() => &["set its PIN"],
            State::Ended(_) => &[],
        }
    }

    /// Takes a key.
    pub fn key(&mut self, action: Option<Action>) -> Go {
        let end = match &self.state {
            State::Waiting(_) if action == Some(Action::Back) => {
                return Go::Say(
                    "It has been sent and can't be taken back. What becomes of it is shown here."
                        .into(),
                );
            }
            State::Waiting(_) => return Go::Stay,
            State::Ended(end) => end,
        };
        match action {
            // After a refusal the form is there with everything that was typed.
            Some(Action::Back) if end.was_refused => Go::Back,
            Some(Action::Enter | Action::Back) if self.is_order => Go::ToOrder,
            Some(Action::Enter | Action::Back) => Go::ToList(end.list.clone()),
            Some(Action::SetPin) => match &end.next {
                Some(kit) => Go::SetPin(Box::new(kit.clone())),
                None => Go::Stay,
            },
            _ => Go::Stay,
        }
    }

    /// Takes an upgrade's end.
    pub fn upgraded(&mut self, after: &AfterUpgrade) {
        let mut end = End::of(
            &after.outcome,
            &format!("The upgrade of kit {}", after.request.kit),
        );
        let named: &[Kit] = match &after.outcome {
            Outcome::Done(kits) => kits,
            _ => &[],
        };
        end.list = named
            .first()
            .map_or(Some(after.request.kit.clone()), |kit| {
                Some(kit.kit_no.clone())
            });
        match &after.reading {
            Ok(kits) => {
                for kit in kits {
                    let is_new = named.iter().any(|new| new.kit_no == kit.kit_no)
                        || !self.before.contains(&kit.kit_no);
                    if is_new || kit.kit_no == after.request.kit {
                        end.read
                            .push(kit_row(if is_new { "new kit" } else { "old kit" }, kit));
                    }
                }
                let is_there = |new: &&Kit| kits.iter().any(|kit| kit.kit_no == new.kit_no);
                if named.iter().any(|new| !is_there(&new)) {
                    end.sentences.push(
                        "The new kit is not in the customer's list yet: read it again in a moment."
                            .into(),
                    );
                }
                let mut new = kits.iter().filter(|kit| !self.before.contains(&kit.kit_no));
                end.next = new.next().cloned();
                if matches!(after.outcome, Outcome::Unknown(_)) {
                    end.sentences.push(after_unknown_upgrade(
                        kits,
                        &self.before,
                        &after.request.kit,
                    ));
                }
            }
            Err(fault) => end.unread(&after.outcome, fault),
        }
        if end.next.is_some() {
            end.sentences
                .push("Press p to set the new card's PIN.".into());
        }
        self.state = State::Ended(Box::new(end));
    }

    /// Takes the end of setting a PIN.
    pub fn pin_set(&mut self, after: &AfterPin) {
        let mut end = End::of(
            &after.outcome,
            &format!("Setting the PIN of kit {}", after.kit),
        );
        end.list = Some(after.kit.clone());
        match after.outcome {
            Outcome::Unknown(_) => end.sentences.push(AFTER_UNKNOWN_PIN.into()),
            Outcome::Refused(_) => {
                end.sentences
                    .push("The PIN was wiped: it must be typed again.".into());
            }
            _ => {}
        }
        match &after.reading {
            Ok(kits) => {
                if let Some(kit) = kits.iter().find(|kit| kit.kit_no == after.kit) {
                    end.read.push(kit_row("kit", kit));
                }
            }
            Err(fault) => end.unread(&after.outcome, fault),
        }
        self.state = State::Ended(Box::new(end));
    }

    /// Takes a cancellation's end.
    pub fn cancelled(&mut self, after: &AfterCancel) {
        let what = format!("The cancellation of order {}", after.request.order);
        let mut end = End::of(&after.outcome, &what);
        if let Outcome::Done(words) = &after.outcome {
            end.sentences
                .push(format!("The DCMS says: {}", sentence(&Text::shown(words))));
        }
        match &after.reading {
            Ok(order) => end.read.push((
                "order".to_owned(),
                order.status.word().into_owned(),
                Scope::Text,
            )),
            Err(fault) => end.unread(&after.outcome, fault),
        }
        self.state = State::Ended(Box::new(end));
    }

    /// Draws it.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, now: Instant, theme: &Theme) {
        let end = match &self.state {
            State::Waiting(wait) => return draw_wait(frame, area, wait, now, theme),
            State::Ended(end) => end,
        };
        let block = lines::framed("Outcome", true, theme);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let inner = Rect {
            x: inner.x + 2,
            width: inner.width.saturating_sub(4),
            ..inner
        };
        let mark = match end.word {
            "Done" => '✓',
            "Refused" => '✗',
            "Not sent" => '○',
            _ => '?',
        };
        let word = Line::from(Span::styled(
            format!("{mark} {}", end.word),
            theme.of(end.scope).add_modifier(Modifier::BOLD),
        ));
        let mut y = inner.y + 1;
        frame.render_widget(
            word,
            Rect {
                y,
                height: 1,
                ..inner
            },
        );
        y += 2;
        for text in &end.sentences {
            let room = Rect {
                y,
                height: inner.bottom().saturating_sub(y),
                ..inner
            };
            y += lines::sentence(frame, room, text, Scope::Text, theme);
        }
        if end.read.is_empty() {
            return;
        }
        y += 1;
        if y < inner.bottom() {
            let head = Rect {
                y,
                height: 1,
                ..inner
            };
            frame.render_widget(
                Span::styled("Read afterwards", theme.of(Scope::Muted)),
                head,
            );
        }
        for ((label, value, scope), y) in end.read.iter().zip(y + 1..inner.bottom()) {
            lines::pair(frame, Rect { y, ..inner }, label, value, *scope, theme);
        }
    }
}

impl End {
    fn of<T>(outcome: &Outcome<T>, what: &str) -> Self {
        let (scope, next) = match outcome {
            Outcome::Done(_) => (Scope::Ok, ""),
            Outcome::Refused(_) => (Scope::Danger, " Esc goes back to correct it."),
            Outcome::NotSent(_) | Outcome::Unknown(_) => (Scope::Warn, ""),
        };
        let said = format!("{}{next}", what_became(outcome, what));
        Self {
            word: outcome.word(),
            scope,
            sentences: vec![said],
            read: Vec::new(),
            next: None,
            list: None,
            was_refused: matches!(outcome, Outcome::Refused(_) | Outcome::NotSent(_)),
        }
    }

    fn unread<T>(&mut self, outcome: &Outcome<T>, fault: &ReadFault) {
        if !matches!(outcome, Outcome::NotSent(_)) {
            self.sentences
                .push(format!("It could not be read afterwards: {fault}."));
        }
    }
}

fn kit_row(label: &str, kit: &Kit) -> (String, String, Scope) {
    let expiry = kit
        .expiry
        .map_or_else(|| "—".into(), |expiry| expiry.to_string());
    let value = format!(
        "{}  {}  {}  {} {}  {expiry}",
        kit.kit_no,
        kit.card
            .as_ref()
            .map_or_else(|| "—".into(), ToString::to_string),
        shown(kit.tier.as_ref()),
        sign(&kit.status),
        kit.status.word(),
    );
    (label.to_owned(), value, scope(&kit.status))
}

fn draw_wait(frame: &mut Frame<'_>, area: Rect, wait: &Wait, now: Instant, theme: &Theme) {
    let block = lines::framed("Sent", true, theme);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let inner = Rect {
        x: inner.x + 2,
        y: inner.y + 1,
        width: inner.width.saturating_sub(4),
        height: inner.height.saturating_sub(1),
    };
    let text = lines::waiting(&wait.what, now.duration_since(wait.since), wait.limit);
    let used = lines::sentence(frame, inner, &text, Scope::Accent, theme);
    let below = Rect {
        y: inner.y + used + 1,
        height: inner.height.saturating_sub(used + 1),
        ..inner
    };
    lines::sentence(
        frame,
        below,
        "It is sent once and can't be taken back. The rest of the console works meanwhile.",
        Scope::Muted,
        theme,
    );
}
