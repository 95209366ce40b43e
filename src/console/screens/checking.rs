//! Before the review of an operation that has no form: the kit is read once more, so that what is reviewed
//! is what there is now.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::review::ReviewScreen;
use super::{Cx, Go, Screen, View, draw_said, read_error};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::theme::Scope;
use crate::console::widgets::lines;
use crate::desk::{Command, Event, Request};

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) fn reading(target: &dyn Display) -> String {
        format!("Reading {target} once more before it is reviewed")
    }
}

/// The wait for the kit.
pub struct CheckingScreen {
    /// Taken out when it is reviewed.
    request: Option<Request>,
    /// What it is about, in a line.
    about: String,
    wait: Option<Wait>,
}

impl CheckingScreen {
    /// Asks for the kit.
    pub fn new(request: Request, about: String, cx: &mut Cx) -> Self {
        let (write, target) = (request.kind().write, request.target());
        let what = words::reading(&target);
        Self {
            wait: Some(cx.ask(what, |ticket| Command::ReadAgain(ticket, write, target))),
            request: Some(request),
            about,
        }
    }
}

impl Screen for CheckingScreen {
    fn place(&self) -> Place {
        Place::Waiting
    }

    fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    /// It can only be left.
    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, _cx: &mut Cx) -> Go {
        match action {
            Some(Action::Back) => Go::Back,
            _ => Go::Stay,
        }
    }

    /// On to the review, or back with the reason.
    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        let Message::Desk(Event::ReadAgain(_, read)) = answer else {
            return Go::Stay;
        };
        self.wait = None;
        let Some(mut request) = self.request.take() else {
            return Go::Back;
        };
        let fits = match &read {
            Ok(read) => request.take(read),
            Err(error) => Err(read_error(error)),
        };
        match fits {
            Ok(()) => Go::Replace(Box::new(ReviewScreen::new(request))),
            Err(why) => Go::BackSaying(why),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let title = self.request.as_ref();
        let title = title.map_or("", |request| request.kind().words.title);
        let inner = lines::panel(frame, area, title.to_owned(), true, view.theme);
        let [head, said] =
            Layout::vertical([Constraint::Length(3), Constraint::Fill(1)]).areas(inner);
        lines::sentence(frame, head, &self.about, Scope::Muted, view.theme);
        draw_said(frame, said, (self.wait(), None), view);
    }
}
