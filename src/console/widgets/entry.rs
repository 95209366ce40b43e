//! One line of typed text: its letters, its cursor, and whether the next letter replaces all of it.
//! The owner of the entry gives the text its meaning.

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::Span;
use tui_input::{Input, InputRequest};
use zeroize::Zeroize as _;

use super::text::cut;
use crate::console::keymap::request_of;
use crate::console::theme::{Scope, Theme};
use crate::pin::mask_typed_id;

/// Most letters of a line: more are a paste gone wrong.
pub const LONGEST: usize = 64;

/// A line of text in the making. No `Debug`: a card number may have been typed.
#[derive(Clone)]
pub struct Entry {
    input: Input,
    longest: usize,
    /// Whether all of it is selected: the next letter takes its place, anything else keeps it.
    selected: bool,
}

impl Default for Entry {
    fn default() -> Self {
        Self::of(String::new())
    }
}

impl Entry {
    /// With a text in it, the cursor behind it.
    #[must_use]
    pub fn of(text: impl Into<String>) -> Self {
        Self {
            input: Input::new(text.into()),
            longest: LONGEST,
            selected: false,
        }
    }

    /// Taking no more than so many letters.
    #[must_use]
    pub fn limited(mut self, longest: usize) -> Self {
        self.longest = longest;
        self
    }

    /// What is in it.
    #[must_use]
    pub fn value(&self) -> &str {
        self.input.value()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.value().is_empty()
    }

    /// Whether the cursor is behind the last letter.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.input.cursor() == self.value().chars().count()
    }

    /// Selects all of it: it stays as it is unless something else is typed in its place.
    pub fn select(&mut self) {
        self.selected = true;
        self.input.handle(InputRequest::GoToEnd);
    }

    /// Whether all of it is selected.
    #[must_use]
    pub fn is_selected(&self) -> bool {
        self.selected
    }

    /// Whether a key would put a letter in the place of all of it.
    #[must_use]
    pub fn is_replaced_by(&self, event: &KeyEvent) -> bool {
        self.selected && letter_of(event).is_some()
    }

    /// Keeps it: what is typed now goes on from it.
    pub fn keep(&mut self) {
        self.selected = false;
    }

    /// Another text in the place of this one, which is wiped.
    pub fn put(&mut self, text: &str) {
        let mut room = String::from(std::mem::take(&mut self.input));
        room.zeroize();
        room.push_str(text);
        self.input = Input::new(room);
        self.selected = false;
    }

    /// Gives it a key. Returns whether that meant something.
    pub fn edit(&mut self, event: &KeyEvent) -> bool {
        if let Some(c) = letter_of(event) {
            self.insert(c);
            return true;
        }
        let Some(request) = request_of(event) else {
            return false;
        };
        let was_selected = std::mem::take(&mut self.selected);
        match request {
            // The library would keep what was there for a later insertion.
            InputRequest::DeleteLine => self.put(""),
            InputRequest::DeleteNextChar if was_selected => self.put(""),
            request => {
                self.input.handle(request);
            }
        }
        true
    }

    /// Takes a paste, as one line.
    pub fn paste(&mut self, text: &str) {
        one_line(text).chars().for_each(|c| self.insert(c));
    }

    fn insert(&mut self, c: char) {
        if std::mem::take(&mut self.selected) {
            self.put("");
        }
        if self.value().chars().count() < self.longest {
            self.input.handle(InputRequest::InsertChar(c));
        }
    }

    /// Draws it with its cursor, scrolled so that the cursor is in sight; a hint where it is empty. A card
    /// number that was typed into a field for something else is drawn as its mask.
    pub fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        hint: &str,
        focused: bool,
        theme: &Theme,
    ) {
        if let Cow::Owned(masked) = mask_typed_id(self.value()) {
            let masked = Self {
                selected: self.selected,
                ..Self::of(masked)
            };
            masked.draw_as_typed(frame, area, hint, focused, theme);
        } else {
            self.draw_as_typed(frame, area, hint, focused, theme);
        }
    }

    /// Draws it as the filter of a list.
    pub fn draw_as_filter(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        hint: &str,
        focused: bool,
        theme: &Theme,
    ) {
        const LABEL: &str = "filter ";
        let [label, field] = Layout::horizontal([
            Constraint::Length(u16::try_from(LABEL.len()).unwrap_or(u16::MAX)),
            Constraint::Fill(1),
        ])
        .areas(area);
        frame.render_widget(Span::styled(LABEL, theme.of(Scope::Muted)), label);
        self.draw(frame, field, hint, focused, theme);
    }

    /// The same where what looks like a card number is meant as something else.
    pub fn draw_as_typed(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        hint: &str,
        focused: bool,
        theme: &Theme,
    ) {
        let ground = theme.of(Scope::Input);
        frame.buffer_mut().set_style(area, ground);
        let room = usize::from(area.width.saturating_sub(1));
        if self.is_empty() {
            let muted = ground.patch(theme.of(Scope::Muted));
            frame.render_widget(Span::styled(cut(hint, room), muted), area);
        } else {
            let scroll = self.input.visual_scroll(room);
            let shown: String = self.value().chars().skip(scroll).collect();
            let shown = crate::dcms::harmless(&shown).into_owned();
            // Turned round, which takes no colour to be seen.
            let style = if self.selected && focused {
                ground.reversed()
            } else {
                ground
            };
            frame.render_widget(Span::styled(shown, style), area);
        }
        if focused && theme.has_cursor() {
            let scroll = self.input.visual_scroll(room);
            let column = self.input.visual_cursor().saturating_sub(scroll);
            set_cursor(frame, area, column);
        }
    }
}

/// Puts the terminal's cursor into a column of a field.
pub(super) fn set_cursor(frame: &mut Frame<'_>, area: Rect, column: usize) {
    let column = u16::try_from(column)
        .unwrap_or(0)
        .min(area.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(area.x + column, area.y));
}

fn letter_of(event: &KeyEvent) -> Option<char> {
    match event.code {
        KeyCode::Char(c) if !has_command(event) => Some(c),
        _ => None,
    }
}

/// Whether a letter comes with a modifier that makes it a command.
pub(super) fn has_command(event: &KeyEvent) -> bool {
    event
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}

/// What was pasted as one line: where a line or a cell ended, words stay apart.
fn one_line(text: &str) -> String {
    let ends =
        |c: char| matches!(c, '\t' | '\n' | '\u{b}'..='\r' | '\u{85}' | '\u{2028}'..='\u{2029}');
    let parts = text.split(ends).map(|part| {
        let part: String = part.chars().filter(|c| !c.is_control()).collect();
        part.trim().to_owned()
    });
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(entry: &mut Entry, code: KeyCode, modifiers: KeyModifiers) -> bool {
        entry.edit(&KeyEvent::new(code, modifiers))
    }

    fn after(keys: &[(KeyCode, KeyModifiers)]) -> String {
        let mut entry = Entry::of("676165");
        entry.select();
        for (code, modifiers) in keys {
            press(&mut entry, *code, *modifiers);
        }
        entry.value().to_owned()
    }

    #[test]
    fn a_letter_takes_the_place_of_what_is_selected() {
        use KeyModifiers as M;
        let one = (KeyCode::Char('1'), M::NONE);
        assert_eq!(after(&[one, one]), "11");
        assert_eq!(after(&[(KeyCode::End, M::NONE), one]), "6761651");
        assert_eq!(after(&[(KeyCode::Home, M::NONE), one]), "1676165");
        assert_eq!(after(&[(KeyCode::Left, M::NONE), one]), "6761615");
        assert_eq!(after(&[(KeyCode::Backspace, M::NONE), one]), "676161");
        assert_eq!(after(&[(KeyCode::Delete, M::NONE), one]), "1");
        assert_eq!(after(&[(KeyCode::Char('u'), M::CONTROL), one]), "1");
        assert_eq!(after(&[(KeyCode::F(9), M::NONE), one]), "1");
    }

    #[test]
    fn a_paste_takes_its_place_too_and_none_leaves_it() {
        let mut entry = Entry::of("676165");
        entry.select();
        entry.paste("\n");
        assert_eq!(entry.value(), "676165");
        entry.paste("181223116\r\n");
        assert_eq!(entry.value(), "181223116");
        entry.paste("7");
        assert_eq!(entry.value(), "1812231167");
    }

    #[test]
    fn words_of_several_lines_and_cells_stay_apart() {
        assert_eq!(one_line("Zoë\nKumar\t42"), "Zoë Kumar 42");
        assert_eq!(one_line("\r\n a \r\n\r\n\tb\u{2028}c\n"), "a b c");
        assert_eq!(one_line("SIL\u{1b}VER\u{85}"), "SILVER");
        assert_eq!(one_line("two  blanks"), "two  blanks");
    }

    #[test]
    fn it_takes_no_more_than_it_may() {
        let mut entry = Entry::default().limited(4);
        entry.paste("17801789");
        press(&mut entry, KeyCode::Char('9'), KeyModifiers::NONE);
        assert_eq!(entry.value(), "1780");
        entry.select();
        entry.paste("1789");
        assert_eq!(entry.value(), "1789");
    }

    #[test]
    fn words_are_gone_over_and_taken_away() {
        let mut entry = Entry::of("PLATINUM CARD");
        press(&mut entry, KeyCode::Left, KeyModifiers::CONTROL);
        press(&mut entry, KeyCode::Char('X'), KeyModifiers::NONE);
        assert_eq!(entry.value(), "PLATINUM XCARD");
        press(&mut entry, KeyCode::End, KeyModifiers::SHIFT);
        press(&mut entry, KeyCode::Char('w'), KeyModifiers::CONTROL);
        assert_eq!(entry.value(), "PLATINUM ");
        assert!(!press(&mut entry, KeyCode::Char('x'), KeyModifiers::ALT));
        assert!(!press(
            &mut entry,
            KeyCode::Char('b'),
            KeyModifiers::CONTROL
        ));
    }
}
