//! What will be sent, old beside new, and the typed confirmation. Nothing is sent from elsewhere.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use tui_input::Input;

use super::outcome::{OutcomeScreen, Subject};
use super::{Context, Go, Layer};
use crate::console::keymap::Action;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::form::{draw_input, edit};
use crate::console::widgets::lines;
use crate::console::widgets::text::{columns, cut, fit, wrap};
use crate::dcms::{CancelOrder, Kit, KitNo, Order, SetPin, Upgrade, harmless};
use crate::desk::{Before, Command, review};
use crate::journal::{self, Note, NoteKind, Write};

/// A write that waits for its confirmation.
pub enum Reviewed {
    /// An upgrade.
    Upgrade {
        /// The card as it was just read.
        before: Box<Kit>,
        /// All kits of the customer, by number, as just read.
        known: Vec<KitNo>,
        /// What will be sent.
        request: Upgrade,
    },
    /// A PIN. The request is taken out when it is sent: a sealed PIN has no copies.
    Pin {
        /// The card as it was just read.
        kit: Box<Kit>,
        /// What will be sent.
        request: Option<SetPin>,
    },
    /// A cancellation.
    Cancel {
        /// The order as it was just read.
        order: Box<Order>,
        /// What will be sent.
        request: CancelOrder,
    },
}

impl Reviewed {
    fn subject(&self) -> Subject {
        let of_kit = |write, kit: &Kit, known: &[KitNo]| Subject {
            write,
            card: kit.card.clone(),
            kit: Some(kit.kit_no.clone()),
            order: None,
            branch: None,
            known: known.to_vec(),
        };
        match self {
            Self::Upgrade { before, known, .. } => of_kit(Write::Upgrade, before, known),
            Self::Pin { kit, .. } => of_kit(Write::SetPin, kit, &[]),
            Self::Cancel { request, .. } => Subject {
                write: Write::CancelOrder,
                card: None,
                kit: None,
                order: Some(request.order.clone()),
                branch: Some(request.branch.to_string()),
                known: Vec::new(),
            },
        }
    }

    /// What was read before: it goes with the write, for whoever asks later what it has changed.
    fn before(&self) -> Before {
        match self {
            Self::Upgrade { before, known, .. } => Before::Kits {
                kit: before.clone(),
                all: known.clone(),
            },
            Self::Pin { kit, .. } => Before::Kits {
                kit: kit.clone(),
                all: vec![kit.kit_no.clone()],
            },
            Self::Cancel { order, .. } => Before::Order(order.clone()),
        }
    }
}

/// The review.
pub struct ReviewScreen {
    reviewed: Reviewed,
    typed: Input,
    fault: Option<String>,
}

impl ReviewScreen {
    /// A review in which nothing has been confirmed.
    #[must_use]
    pub fn new(reviewed: Reviewed) -> Self {
        Self {
            reviewed,
            typed: Input::default(),
            fault: None,
        }
    }

    /// What must be typed, and of what it is the end.
    fn expected(&self) -> (&str, String) {
        match &self.reviewed {
            Reviewed::Upgrade { before, .. } => (
                before.kit_no.last_four(),
                format!("kit number {}", before.kit_no),
            ),
            Reviewed::Pin { kit, .. } => {
                (kit.kit_no.last_four(), format!("kit number {}", kit.kit_no))
            }
            Reviewed::Cancel { request, .. } => (
                request.order.last_four(),
                format!("order id {}", request.order),
            ),
        }
    }

    /// A confirmation is typed, not pasted: pasting would confirm without reading.
    pub fn paste(&mut self) {
        self.fault = Some("Type the four characters: a confirmation can't be pasted.".into());
    }

    /// Takes a key.
    pub fn key(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
        context: &mut Context<'_>,
    ) -> Go {
        match action {
            Some(Action::Back) => Go::Back,
            Some(Action::Enter | Action::GoOn) => {
                let (expected, of) = self.expected();
                if self.typed.value().trim().eq_ignore_ascii_case(expected) {
                    return self.send(context);
                }
                if !self.typed.value().trim().is_empty() {
                    let subject = self.reviewed.subject();
                    let about = match (subject.kit, subject.order) {
                        (Some(kit), _) => journal::Subject {
                            kit: Some(kit),
                            ..journal::Subject::default()
                        },
                        (None, Some(order)) => journal::Subject::order(order),
                        (None, None) => journal::Subject::default(),
                    };
                    context.note(Note {
                        message: Some("another confirmation was typed".to_owned()),
                        ..Note::new(NoteKind::FailedTry, subject.write, about)
                    });
                }
                self.fault = Some(if self.typed.value().trim().is_empty() {
                    format!(
                        "Type the last {} of the {of} to confirm, then Enter.",
                        expected.len()
                    )
                } else {
                    format!(
                        "That is not the end of the {of}. Compare it with what the customer asked for."
                    )
                });
                Go::Stay
            }
            _ => {
                if edit(&mut self.typed, event) {
                    self.fault = None;
                }
                Go::Stay
            }
        }
    }

    fn send(&mut self, context: &mut Context<'_>) -> Go {
        let before = Some(self.reviewed.before());
        let (what, command): (String, Box<dyn FnOnce(_) -> Command>) = match &mut self.reviewed {
            Reviewed::Upgrade { request, .. } => {
                let request = request.clone();
                let what = format!("Upgrading kit {}", request.kit);
                (
                    what,
                    Box::new(move |ticket| Command::Upgrade(ticket, request, before)),
                )
            }
            Reviewed::Pin { request, .. } => {
                let Some(request) = request.take() else {
                    return Go::Back;
                };
                let what = format!("Setting the PIN of kit {}", request.kit);
                (
                    what,
                    Box::new(move |ticket| Command::SetPin(ticket, request, before)),
                )
            }
            Reviewed::Cancel { request, .. } => {
                let request = request.clone();
                let what = format!("Cancelling order {}", request.order);
                (
                    what,
                    Box::new(move |ticket| Command::Cancel(ticket, request, before)),
                )
            }
        };
        let wait = context.ask(what, command);
        let outcome = OutcomeScreen::new(wait, self.reviewed.subject());
        Go::Replace(Box::new(Layer::Outcome(Box::new(outcome))))
    }

    /// Draws it.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let title = match &self.reviewed {
            Reviewed::Upgrade { .. } => "Review: upgrade a card",
            Reviewed::Pin { .. } => "Review: set a PIN",
            Reviewed::Cancel { .. } => "Review: cancel an order",
        };
        let inner = lines::panel(frame, area, title, true, theme);
        let [rows_area, confirm] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(5)]).areas(inner);
        self.draw_rows(frame, rows_area, theme);
        self.draw_confirmation(frame, confirm, theme);
    }

    fn draw_rows(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let rows = match &self.reviewed {
            Reviewed::Upgrade {
                before, request, ..
            } => review::upgrade(before, request),
            Reviewed::Pin { kit, request } => review::pin(kit, request.as_ref()),
            Reviewed::Cancel { order, request } => review::cancel(order, request),
        };
        let label = rows.iter().map(|row| columns(&row.what)).max().unwrap_or(0) + 2;
        let half = usize::from(area.width).saturating_sub(label + 4) / 2;
        let head = format!(
            "{}{}  {}",
            fit("", label),
            fit("now", half),
            fit("will be sent", half)
        );
        frame.render_widget(
            Span::styled(head, theme.of(Scope::Muted)),
            Rect { height: 1, ..area },
        );
        let mut y = area.y + 1;
        let whole = usize::from(area.width).saturating_sub(label);
        for row in rows.iter().take(usize::from(area.height.saturating_sub(1))) {
            let arrow = if row.changes { "→ " } else { "  " };
            let asked = if row.changes {
                Scope::Accent
            } else {
                Scope::Text
            };
            // A long id that is sent as it is stands there once, and whole.
            if row.now == row.asked && columns(&row.now) > half {
                let line = Line::from(vec![
                    Span::styled(fit(&row.what, label), theme.of(Scope::Muted)),
                    Span::raw(cut(&row.asked, whole)),
                ]);
                frame.render_widget(
                    line,
                    Rect {
                        y,
                        height: 1,
                        ..area
                    },
                );
                y += 1;
                continue;
            }
            let line = Line::from(vec![
                Span::styled(fit(&row.what, label), theme.of(Scope::Muted)),
                Span::raw(fit(&row.now, half)),
                Span::styled(arrow, theme.of(Scope::Accent)),
                Span::styled(cut(&row.asked, half + 2), theme.of(asked)),
            ]);
            frame.render_widget(
                line,
                Rect {
                    y,
                    height: 1,
                    ..area
                },
            );
            y += 1;
        }
        self.draw_body(
            frame,
            Rect {
                y: y + 1,
                height: area.bottom().saturating_sub(y + 1),
                ..area
            },
            theme,
        );
    }

    /// Exactly what will be sent: one field a line where there is room, else all of it in a row.
    fn draw_body(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let (call, body) = self.body();
        // Line by line: to a terminal, a line's end is a control character like any other.
        let body: Vec<_> = body
            .lines()
            .map(|line| harmless(line).into_owned())
            .collect();
        let width = usize::from(area.width);
        let lines: Vec<String> = if body.len() < usize::from(area.height) {
            body.iter().map(|line| cut(line, width)).collect()
        } else {
            wrap(&body.join(" "), width)
        };
        if area.height == 0 {
            return;
        }
        let head = Rect { height: 1, ..area };
        frame.render_widget(Span::styled(call, theme.of(Scope::Muted)), head);
        for (line, y) in lines.into_iter().zip(area.y + 1..area.bottom()) {
            frame.render_widget(
                Span::raw(line),
                Rect {
                    y,
                    height: 1,
                    ..area
                },
            );
        }
    }

    /// The call and its body to the letter, a PIN as `<sealed>`.
    fn body(&self) -> (String, String) {
        let (path, body) = match &self.reviewed {
            Reviewed::Upgrade { request, .. } => {
                (Upgrade::PATH, serde_json::to_string_pretty(&request.body()))
            }
            Reviewed::Pin { request, .. } => {
                let body = request.as_ref().map(SetPin::body_without_pin);
                (SetPin::PATH, serde_json::to_string_pretty(&body))
            }
            Reviewed::Cancel { request, .. } => (
                CancelOrder::PATH,
                serde_json::to_string_pretty(&request.body()),
            ),
        };
        (
            format!("POST {path}"),
            body.expect("requests are plain structs with text keys"),
        )
    }

    fn draw_confirmation(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let (expected, of) = self.expected();
        let [says, field, said] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(2),
        ])
        .areas(Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(1),
            ..area
        });
        let ask = format!(
            "Type the last {} of {of} to send it",
            expected.chars().count()
        );
        frame.render_widget(
            Span::styled(cut(&ask, says.width.into()), theme.of(Scope::Title)),
            says,
        );
        let field = Rect {
            width: field.width.min(8),
            ..field
        };
        draw_input(frame, field, &self.typed, "", true, theme);
        match &self.fault {
            Some(fault) => lines::sentence(frame, said, fault, Scope::Danger, theme),
            None => lines::sentence(
                frame,
                said,
                "Enter sends it, once. Esc goes back; nothing is lost.",
                Scope::Muted,
                theme,
            ),
        };
    }
}
