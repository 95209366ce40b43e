//! One kit with everything that the DCMS says about it, and where its parcel is.

use std::cell::Cell;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use super::{Cx, Go, Screen, Shown, View, look_up, read_error};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::theme::Scope;
use crate::console::widgets::kits::kit_lines;
use crate::console::widgets::lines::{self, LABEL, pairs};
use crate::console::widgets::scroll::Scroll;
use crate::console::widgets::text::wrap;
use crate::dcms::{Kit, ReadError, Shipment};
use crate::desk::operations::Begun;
use crate::desk::pages;
use crate::desk::{Answer, Command, Event, Question, Replacement};

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) const NOT_ASKED: &str =
        "Not asked yet: the key for parcels, below, asks where the card is.";
    pub(super) const NO_PARCEL: &str = "No parcel is known for this kit.";

    pub(super) fn asking_for_parcels(kit: &dyn Display) -> String {
        format!("Asking for the parcels of kit {kit}")
    }

    pub(super) fn title(kit: &dyn Display) -> String {
        format!("Kit {kit}")
    }
}

/// A kit, opened.
pub struct DetailScreen {
    kit: Kit,
    replacement: Option<Replacement>,
    wait: Option<Wait>,
    parcels: Option<Result<Vec<Shipment>, String>>,
    scroll: Scroll,
    /// Whether the parcels were asked for and are to be in sight with the next picture.
    to_parcels: Cell<bool>,
}

/// Rows that parcels need for a frame of their own.
const PARCELS: u16 = 6;

impl DetailScreen {
    /// Opens a kit.
    #[must_use]
    pub fn new(kit: Kit, replacement: Option<Replacement>) -> Self {
        Self {
            kit,
            replacement,
            wait: None,
            parcels: None,
            scroll: Scroll::default(),
            to_parcels: Cell::default(),
        }
    }

    /// Opens a kit and asks for its parcels.
    pub fn tracking(kit: Kit, cx: &mut Cx) -> Self {
        let mut screen = Self::new(kit, None);
        screen.track(cx);
        screen
    }

    fn track(&mut self, cx: &mut Cx) {
        let kit = self.kit.kit_no.clone();
        let what = words::asking_for_parcels(&kit);
        self.wait = Some(cx.ask(what, |ticket| {
            Command::Ask(ticket, Box::new(Question::Parcels(kit)))
        }));
        self.to_parcels.set(true);
    }
}

impl Screen for DetailScreen {
    fn place(&self) -> Place {
        match self.wait {
            Some(_) => Place::Waiting,
            None => Place::Detail,
        }
    }

    fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    fn shown(&self) -> Shown<'_> {
        Shown {
            kit: Some(&self.kit),
            ..Shown::default()
        }
    }

    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, cx: &mut Cx) -> Go {
        match action {
            Some(Action::Back) if self.wait.is_some() => {
                cx.leave(&mut self.wait);
                Go::Stay
            }
            Some(Action::Back) => Go::Back,
            _ if self.wait.is_some() => Go::Stay,
            Some(Action::Write(write)) => Go::Begin(write.into(), Box::new(self.kit.clone())),
            Some(Action::LostCard) => Go::Begin(Begun::LostCard, Box::new(self.kit.clone())),
            Some(Action::Track) => {
                self.track(cx);
                Go::Stay
            }
            Some(action) if let Some(go) = look_up::over_kit(action, &self.kit, None, cx) => go,
            other => {
                self.scroll.by(other);
                Go::Stay
            }
        }
    }

    /// Takes the kit's parcels.
    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        if let Message::Desk(Event::Answered(_, Answer::Parcels(shipments))) = answer {
            self.wait = None;
            self.to_parcels.set(true);
            self.parcels = Some(match shipments {
                Err(ReadError::Refused(refusal)) if refusal.means_not_found() => Ok(Vec::new()),
                shipments => shipments.map_err(|error| read_error(&error)),
            });
        }
        Go::Stay
    }

    /// The parcels are below the kit, in a frame of their own where both have room.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let width = usize::from(area.width.saturating_sub(4));
        let title = || words::title(&self.kit.kit_no);
        let mut kit = kit_lines(&self.kit, self.replacement.as_ref(), width, theme);
        let parcels = self.parcel_lines(width, view);
        let rows = u16::try_from(kit.len() + 2).unwrap_or(u16::MAX);
        if rows.saturating_add(PARCELS) <= area.height {
            let [kit_area, parcels_area] =
                Layout::vertical([Constraint::Length(rows), Constraint::Fill(1)]).areas(area);
            let above = Scroll::default();
            above.draw(frame, kit_area, (title(), true), &kit, theme);
            self.scroll
                .draw(frame, parcels_area, ("Parcels", false), &parcels, theme);
        } else {
            if self.to_parcels.take() {
                self.scroll.go_to(kit.len() + 1);
            }
            kit.push(Line::default());
            kit.push(Line::styled("Parcels", theme.of(Scope::Title)));
            kit.extend(parcels);
            self.scroll.draw(frame, area, (title(), true), &kit, theme);
        }
    }
}

impl DetailScreen {
    fn parcel_lines(&self, width: usize, view: &View<'_>) -> Vec<Line<'static>> {
        let theme = view.theme;
        let (text, scope) = match (&self.wait, &self.parcels) {
            (Some(wait), _) => (lines::waiting(wait, view.now), Scope::Accent),
            (None, None) => (words::NOT_ASKED.to_owned(), Scope::Muted),
            (None, Some(Err(error))) => (error.clone(), Scope::Danger),
            (None, Some(Ok(parcels))) if parcels.is_empty() => {
                (words::NO_PARCEL.to_owned(), Scope::Muted)
            }
            (None, Some(Ok(parcels))) => {
                let lines = pages::parcels(&self.kit.kit_no, parcels);
                return lines
                    .iter()
                    .flat_map(|(label, value)| {
                        pairs(label, value, Scope::Text, (LABEL, width), theme)
                    })
                    .collect();
            }
        };
        let parts = wrap(&text, width).into_iter();
        parts
            .map(|part| Line::styled(part, theme.of(scope)))
            .collect()
    }
}
