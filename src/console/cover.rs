//! The cover: one key, or another window in front, and nothing of a customer is on the screen.
//! What lies under it stays as it was, but takes no keys and can't be seen.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::app::App;
use super::keymap::{Action, Here, Place};
use super::message::{Effect, Message};
use super::sight::Sight;
use super::theme::Scope;
use super::widgets::lines;

/// What the screen is hidden by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cover {
    /// Because another window came to the front: it goes when this one is in front again.
    by_focus: bool,
    /// Whether a PIN was wiped for it. It is told when there is somebody to read it.
    pub(super) has_wiped: bool,
}

impl App {
    /// Hides everything, at once and down to what the terminal holds.
    pub(super) fn hide(&mut self, by_focus: bool, effects: &mut Vec<Effect>) {
        let cover = self.cover.get_or_insert(Cover {
            by_focus,
            has_wiped: false,
        });
        cover.by_focus &= by_focus;
        effects.push(Effect::Clear);
    }

    fn show_again(&mut self, effects: &mut Vec<Effect>) {
        if self.cover.take().is_some_and(|cover| cover.has_wiped) {
            self.notices
                .say("The PIN screen was wiped and closed: the screen was hidden.");
        }
        // Whoever pressed the next key already has not seen for what.
        self.sight = Sight::Another;
        effects.push(Effect::Clear);
    }

    /// Takes what hides and shows. Gives back what is for the screens: with a cover, no key is.
    pub(super) fn uncovered(
        &mut self,
        message: Message,
        effects: &mut Vec<Effect>,
    ) -> Option<Message> {
        match &message {
            Message::Focus(false) if self.idle.hides_without_focus() => self.hide(true, effects),
            Message::Focus(true) if self.cover.is_some_and(|cover| cover.by_focus) => {
                self.show_again(effects);
            }
            Message::Focus(_) => {}
            Message::Key(event) => {
                let action = self.keymap.action(self.place(), event);
                match (self.cover, action) {
                    // Never the other way round: dtach presses Ctrl+L for whoever attaches.
                    (_, Some(Action::Hide)) => self.hide(false, effects),
                    (None, _) => return Some(message),
                    (Some(_), Some(Action::Enter)) => self.show_again(effects),
                    (Some(_), Some(Action::Quit)) => {
                        // The question that may come now must be seen.
                        self.show_again(effects);
                        return Some(message);
                    }
                    (Some(_), _) => {}
                }
            }
            Message::Paste(_) | Message::LostPaste | Message::Mouse(_) if self.cover.is_some() => {}
            _ => return Some(message),
        }
        None
    }

    /// Draws the cover in place of everything but the top line.
    pub(super) fn draw_cover(&self, frame: &mut Frame<'_>, now: Instant) {
        let [top, body, notice, keys] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(frame.area());
        self.draw_top(frame, top);
        let room = Rect {
            x: body.x + 3,
            y: body.y + body.height / 2,
            width: body.width.saturating_sub(6),
            height: body.height / 2,
        };
        let text = "Hidden. Enter shows it again; no other key does anything.";
        lines::sentence(frame, room, text, Scope::Text, &self.theme);
        self.draw_notice(frame, notice, now);
        let here = Here {
            place: Place::Cover,
            ..self.here_below()
        };
        lines::key_line(
            frame,
            keys,
            (&self.keymap, here),
            |_| true,
            &self.bars.keys,
            &self.theme,
        );
    }
}
