//! Before the review of an operation that has no form: the kit is read once more, so that what is reviewed
//! is what there is now.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::review::ReviewScreen;
use super::{Context, Go, Layer, draw_said, read_fault};
use crate::console::keymap::Action;
use crate::console::message::{Effect, Wait};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::lines;
use crate::dcms::{EntityId, Kit, ReadFault};
use crate::desk::{Command, KitsRead, Request, Ticket};

/// The wait for the kit.
pub struct CheckingScreen {
    /// Taken out when it is reviewed.
    request: Option<Request>,
    kit: Kit,
    /// What is waited for.
    pub wait: Wait,
}

impl CheckingScreen {
    /// Asks for the kit.
    pub fn new(
        request: impl Into<Request>,
        entity: EntityId,
        kit: Kit,
        context: &mut Context<'_>,
    ) -> Self {
        let what = format!("Reading kit {} once more before it is reviewed", kit.kit_no);
        Self {
            wait: context.ask(what, |ticket| Command::ReadAgain(ticket, entity)),
            request: Some(request.into()),
            kit,
        }
    }

    /// Takes a key: it can only be left.
    pub fn key(&mut self, action: Option<Action>, context: &mut Context<'_>) -> Go {
        if action != Some(Action::Back) {
            return Go::Stay;
        }
        context
            .effects
            .push(Effect::Ask(Command::Leave(self.wait.ticket)));
        Go::Back
    }

    /// Takes the customer's kits as they are now: on to the review, or back with the reason.
    pub fn read_again(&mut self, ticket: Ticket, kits: &Result<KitsRead, ReadFault>) -> Go {
        if self.wait.ticket != ticket {
            return Go::Stay;
        }
        let Some(mut request) = self.request.take() else {
            return Go::Back;
        };
        let fits = match kits {
            Ok(kits) => request.read_kits(kits),
            Err(fault) => Err(read_fault(fault)),
        };
        match fits {
            Ok(()) => Go::Replace(Box::new(Layer::Review(Box::new(ReviewScreen::new(
                request,
            ))))),
            Err(why) => Go::BackSaying(why),
        }
    }

    /// Draws it.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, now: Instant, theme: &Theme) {
        let title = self.request.as_ref();
        let title = title.map_or("", |request| request.kind().words.title);
        let inner = lines::panel(frame, area, title.to_owned(), true, theme);
        let [head, said] =
            Layout::vertical([Constraint::Length(3), Constraint::Fill(1)]).areas(inner);
        let card = self.kit.card.as_ref();
        let card = card.map_or_else(|| "—".into(), ToString::to_string);
        let now_is = format!(
            "kit {}  ·  {card}  ·  {}",
            self.kit.kit_no,
            self.kit.status.word()
        );
        lines::sentence(frame, head, &now_is, Scope::Muted, theme);
        draw_said(frame, said, Some(&self.wait), None, now, theme);
    }
}
