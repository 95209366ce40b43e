//! The form kit: labelled fields of text, choice and secret digits, with their faults beside them.
//! Draws itself; what the fields mean is the screen's affair. Secrets are drawn as dots, one by one.

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use tui_input::{Input, InputRequest};

use super::text::{columns, cut, wrap};
use crate::console::theme::{Scope, Theme};
use crate::pin::{PanEntry, PinEntry};

/// Longest text that a field takes: longer ones are a paste gone wrong.
const LONGEST: usize = 64;

/// A labelled field.
pub struct Field {
    /// Before the field.
    pub label: Cow<'static, str>,
    /// What is typed or chosen.
    pub value: Value,
    /// Shown, muted, while a text is empty: for example what the present card has.
    pub hint: String,
    /// What is wrong with it, in a sentence.
    pub fault: Option<String>,
    /// What it is, for the line under the form while it has the focus.
    pub explains: &'static str,
}

/// What a field holds. No `Debug`: some hold secrets.
pub enum Value {
    /// Free text.
    Text(Input),
    /// One of a few.
    Choice(Choice),
    /// A PIN, as dots.
    Pin(Secret<PinEntry>),
    /// A card number: first six and last four are shown, the rest as dots.
    Pan {
        /// The digits.
        entry: Secret<PanEntry>,
        /// How many the card has.
        expected: usize,
    },
}

/// A secret in the making.
#[derive(Default)]
pub struct Secret<E> {
    /// The digits.
    pub entry: E,
    /// Whether the next digit starts over: nobody can correct the middle of a row of dots.
    starts_over: bool,
}

/// One of a few words, or none where that is allowed.
pub struct Choice {
    options: Vec<&'static str>,
    chosen: Option<usize>,
    may_be_none: bool,
    typed: String,
}

impl Choice {
    /// Nothing chosen yet, and nothing need be.
    #[must_use]
    pub fn optional(options: Vec<&'static str>) -> Self {
        Self {
            options,
            chosen: None,
            may_be_none: true,
            typed: String::new(),
        }
    }

    /// Chooses the option of this name, if there is one.
    pub fn choose(&mut self, word: &str) {
        self.chosen = self
            .options
            .iter()
            .position(|option| option.eq_ignore_ascii_case(word));
    }

    /// The place of the chosen option.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    fn step(&mut self, forward: bool) {
        let count = self.options.len();
        self.typed.clear();
        let ends_at_none = self.may_be_none && self.chosen.is_some();
        self.chosen = match (self.chosen, forward) {
            (Some(at), true) if at + 1 < count => Some(at + 1),
            (Some(at), false) if at > 0 => Some(at - 1),
            _ if ends_at_none => None,
            (_, true) => Some(0),
            (_, false) => Some(count - 1),
        };
    }

    /// Type-ahead: the letters typed so far, or the last one alone, name an option.
    fn type_ahead(&mut self, letter: char) {
        self.typed.push(letter.to_ascii_uppercase());
        let starts = |typed: &str| {
            self.options
                .iter()
                .position(|option| option.starts_with(typed))
        };
        if let Some(found) = starts(&self.typed) {
            self.chosen = Some(found);
            return;
        }
        let last = letter.to_ascii_uppercase().to_string();
        if let Some(found) = starts(&last) {
            self.chosen = Some(found);
        }
        self.typed = last;
    }
}

/// What became of a key that was given to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// It changed the field.
    Changed,
    /// It meant nothing here.
    Ignored,
}

impl Field {
    /// A text field.
    #[must_use]
    pub fn text(label: impl Into<Cow<'static, str>>, hint: impl Into<String>) -> Self {
        Self::new(label, Value::Text(Input::default()), hint)
    }

    /// A field with one of a few words.
    #[must_use]
    pub fn choice(
        label: impl Into<Cow<'static, str>>,
        choice: Choice,
        hint: impl Into<String>,
    ) -> Self {
        Self::new(label, Value::Choice(choice), hint)
    }

    /// A field of any kind.
    #[must_use]
    pub fn new(label: impl Into<Cow<'static, str>>, value: Value, hint: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value,
            hint: hint.into(),
            fault: None,
            explains: "",
        }
    }

    /// With a line that explains it.
    #[must_use]
    pub fn explained(mut self, explains: &'static str) -> Self {
        self.explains = explains;
        self
    }

    /// With a text in it.
    #[must_use]
    pub fn filled(mut self, text: &str) -> Self {
        self.value = Value::Text(Input::new(text.to_owned()));
        self
    }

    /// The text without blanks around it; nothing for an empty one and for other kinds of field.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(input) => Some(input.value().trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The chosen option's place.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        match &self.value {
            Value::Choice(choice) => choice.chosen(),
            _ => None,
        }
    }

    fn typed(&mut self, event: &KeyEvent) -> Typed {
        let changed = match &mut self.value {
            Value::Text(input) => edit(input, event),
            Value::Choice(choice) => match event.code {
                KeyCode::Left => then(|| choice.step(false)),
                KeyCode::Right | KeyCode::Char(' ') => then(|| choice.step(true)),
                KeyCode::Char(letter) if !has_command(event) => then(|| choice.type_ahead(letter)),
                KeyCode::Backspace | KeyCode::Delete => then(|| {
                    choice.typed.clear();
                    if choice.may_be_none {
                        choice.chosen = None;
                    }
                }),
                _ => false,
            },
            Value::Pin(secret) => {
                secret.typed(event, PinEntry::push, PinEntry::pop, PinEntry::wipe)
            }
            Value::Pan { entry, .. } => {
                entry.typed(event, PanEntry::push, PanEntry::pop, PanEntry::wipe)
            }
        };
        if changed {
            self.fault = None;
            Typed::Changed
        } else {
            Typed::Ignored
        }
    }

    /// Takes a paste; secrets are never pasted.
    fn pasted(&mut self, text: &str) {
        match &mut self.value {
            Value::Text(input) => {
                for c in text.trim().chars().filter(|c| !c.is_control()) {
                    insert(input, c);
                }
                self.fault = None;
            }
            Value::Choice(choice) => choice.choose(text.trim()),
            Value::Pin(_) => self.fault = Some("a PIN is typed, never pasted".into()),
            Value::Pan { .. } => self.fault = Some("a card number is keyed, never pasted".into()),
        }
    }
}

impl<E> Secret<E> {
    fn typed(
        &mut self,
        event: &KeyEvent,
        push: fn(&mut E, char) -> bool,
        pop: fn(&mut E),
        wipe: fn(&mut E),
    ) -> bool {
        match event.code {
            KeyCode::Char(digit) if digit.is_ascii_digit() && !has_command(event) => {
                if std::mem::take(&mut self.starts_over) {
                    wipe(&mut self.entry);
                }
                push(&mut self.entry, digit)
            }
            KeyCode::Backspace => {
                self.starts_over = false;
                then(|| pop(&mut self.entry))
            }
            KeyCode::Delete => then(|| wipe(&mut self.entry)),
            KeyCode::Char('u') if has_command(event) => then(|| wipe(&mut self.entry)),
            _ => false,
        }
    }
}

fn then(work: impl FnOnce()) -> bool {
    work();
    true
}

fn has_command(event: &KeyEvent) -> bool {
    event
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}

/// Gives a key to a one-line text. Returns whether it meant something.
pub fn edit(input: &mut Input, event: &KeyEvent) -> bool {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let request = match event.code {
        KeyCode::Char(c) if !has_command(event) => {
            insert(input, c);
            return true;
        }
        KeyCode::Backspace if !ctrl => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left if ctrl => InputRequest::GoToPrevWord,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right if ctrl => InputRequest::GoToNextWord,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        KeyCode::Char('a') if ctrl => InputRequest::GoToStart,
        KeyCode::Char('e') if ctrl => InputRequest::GoToEnd,
        KeyCode::Char('u') if ctrl => InputRequest::DeleteLine,
        KeyCode::Backspace | KeyCode::Char('w') if ctrl => InputRequest::DeletePrevWord,
        _ => return false,
    };
    input.handle(request);
    true
}

fn insert(input: &mut Input, c: char) {
    if input.value().chars().count() < LONGEST {
        input.handle(InputRequest::InsertChar(c));
    }
}

/// Fields with one focus.
#[derive(Default)]
pub struct Form {
    /// From top to bottom.
    pub fields: Vec<Field>,
    /// The place of the field that keys go to.
    pub focus: usize,
}

impl Form {
    /// A form with the focus on its first field.
    #[must_use]
    pub fn new(fields: Vec<Field>) -> Self {
        Self { fields, focus: 0 }
    }

    /// The field that keys go to.
    pub fn focused(&mut self) -> &mut Field {
        &mut self.fields[self.focus]
    }

    /// Whether the focus is on the last field, where Enter goes on.
    #[must_use]
    pub fn is_on_last(&self) -> bool {
        self.focus + 1 == self.fields.len()
    }

    /// Moves the focus; it does not go round, so that Tab held down ends somewhere.
    pub fn step(&mut self, forward: bool) {
        let to = if forward {
            (self.focus + 1).min(self.fields.len() - 1)
        } else {
            self.focus.saturating_sub(1)
        };
        self.go_to(to);
    }

    /// Puts the focus on a field.
    pub fn go_to(&mut self, place: usize) {
        if place != self.focus {
            self.focus = place;
            self.retype();
        }
    }

    /// Makes the next digit of a secret start over.
    pub fn retype(&mut self) {
        match &mut self.focused().value {
            Value::Pin(secret) => secret.starts_over = true,
            Value::Pan { entry, .. } => entry.starts_over = true,
            _ => {}
        }
    }

    /// Puts the focus on the first field with a fault. Returns whether there is one.
    pub fn go_to_fault(&mut self) -> bool {
        let faulty = self.fields.iter().position(|field| field.fault.is_some());
        if let Some(place) = faulty {
            self.focus = place;
            self.retype();
        }
        faulty.is_some()
    }

    /// Gives a key to the focused field.
    pub fn typed(&mut self, event: &KeyEvent) -> Typed {
        self.focused().typed(event)
    }

    /// Gives a paste to the focused field.
    pub fn pasted(&mut self, text: &str) {
        self.focused().pasted(text);
    }

    /// Draws the fields from the top of the area, a row between them where there is room, and what
    /// explains the focused one below. As many as fit, the focused one among them. Returns what is
    /// left of the area.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) -> Rect {
        let label = self
            .fields
            .iter()
            .map(|field| columns(&field.label))
            .max()
            .unwrap_or(0)
            + 4;
        let heights: Vec<u16> = self
            .fields
            .iter()
            .map(|field| height(field, area, label))
            .collect();
        let count = u16::try_from(self.fields.len()).unwrap_or(u16::MAX);
        let gap = u16::from(heights.iter().sum::<u16>() + count + 6 <= area.height);
        let room = area.height.saturating_sub(3);
        let mut first = 0;
        while heights[first..=self.focus].iter().sum::<u16>() > room && first < self.focus {
            first += 1;
        }
        let mut y = area.y;
        for (place, field) in self.fields.iter().enumerate().skip(first) {
            if y + heights[place] > area.y + room {
                break;
            }
            let row = Rect::new(area.x, y, area.width, heights[place]);
            draw_field(frame, row, field, place == self.focus, label, theme);
            y += heights[place] + gap;
        }
        y += 1 - gap;
        let left = |y: u16| Rect {
            y,
            height: area.bottom().saturating_sub(y),
            ..area
        };
        let explains = self.fields[self.focus].explains;
        let mut below = left(y);
        below.height = below.height.min(2);
        for (line, y) in wrap(explains, area.width.into())
            .iter()
            .zip(below.y..below.bottom())
        {
            let row = Rect {
                y,
                height: 1,
                ..area
            };
            frame.render_widget(Span::styled(line.as_str(), theme.of(Scope::Muted)), row);
        }
        left(below.bottom() + 1)
    }
}

fn width_of_value(area: Rect, label: usize) -> usize {
    usize::from(area.width)
        .saturating_sub(label + 1)
        .min(LONGEST / 2 + 8)
}

fn height(field: &Field, area: Rect, label: usize) -> u16 {
    let Some(fault) = &field.fault else { return 1 };
    let room = usize::from(area.width).saturating_sub(label + 2).max(10);
    1 + u16::try_from(wrap(fault, room).len()).unwrap_or(1)
}

fn draw_field(
    frame: &mut Frame<'_>,
    area: Rect,
    field: &Field,
    focused: bool,
    label: usize,
    theme: &Theme,
) {
    let label_width = u16::try_from(label).unwrap_or(u16::MAX);
    let value_width = u16::try_from(width_of_value(area, label)).unwrap_or(u16::MAX);
    let [label_area, value_area] = Layout::horizontal([
        Constraint::Length(label_width),
        Constraint::Length(value_width),
    ])
    .areas(area);
    let label_style = theme.of(if focused { Scope::Title } else { Scope::Muted });
    let mark = if focused { "▸ " } else { "  " };
    let line = Line::from(vec![
        Span::styled(mark, theme.of(Scope::Accent)),
        Span::styled(&*field.label, label_style),
    ]);
    frame.render_widget(line, label_area);
    let value_row = Rect {
        height: 1,
        ..value_area
    };
    draw_value(frame, value_row, field, focused, theme);
    if let Some(fault) = &field.fault {
        let room = usize::from(area.width).saturating_sub(label + 2).max(10);
        for (nth, line) in wrap(fault, room).into_iter().enumerate() {
            let mark = if nth == 0 { "^" } else { " " };
            let y = value_area.y + 1 + u16::try_from(nth).unwrap_or(0);
            let row = Rect::new(
                value_area.x,
                y,
                area.right().saturating_sub(value_area.x),
                1,
            );
            frame.render_widget(
                Span::styled(format!("{mark} {line}"), theme.of(Scope::Danger)),
                row,
            );
        }
    }
}

fn draw_value(frame: &mut Frame<'_>, area: Rect, field: &Field, focused: bool, theme: &Theme) {
    let ground = theme.of(Scope::Input);
    let muted = ground.patch(theme.of(Scope::Muted));
    frame.buffer_mut().set_style(area, ground);
    let cursor = match &field.value {
        Value::Text(input) => return draw_input(frame, area, input, &field.hint, focused, theme),
        Value::Choice(choice) => {
            let line = match choice.chosen {
                Some(at) => Span::styled(choice.options[at], ground),
                None => Span::styled(cut(&field.hint, area.width.into()), muted),
            };
            frame.render_widget(line, area);
            if focused {
                let all = format!("◂ {} ▸", choice.options.join(" / "));
                let room = usize::from(area.width);
                let used = choice
                    .chosen
                    .map_or(columns(&field.hint), |at| columns(choice.options[at]));
                if used + 2 + columns(&all) <= room {
                    frame.render_widget(Line::styled(all, muted).right_aligned(), area);
                } else {
                    frame.render_widget(Line::styled("◂ ▸", muted).right_aligned(), area);
                }
            }
            0
        }
        Value::Pin(secret) => {
            for place in 0..secret.entry.len() {
                put(frame, area, place, '•');
            }
            secret.entry.len()
        }
        Value::Pan { entry, expected } => {
            for place in 0..entry.entry.len() {
                put(
                    frame,
                    area,
                    place,
                    entry.entry.visible_digit(place, *expected).unwrap_or('•'),
                );
            }
            entry.entry.len()
        }
    };
    let is_empty_secret = cursor == 0 && !matches!(field.value, Value::Choice(_));
    if is_empty_secret {
        frame.render_widget(
            Span::styled(cut(&field.hint, area.width.into()), muted),
            area,
        );
    }
    if focused {
        set_cursor(frame, area, cursor);
    }
}

/// Draws one character into one cell: a secret never becomes a string.
fn put(frame: &mut Frame<'_>, area: Rect, place: usize, c: char) {
    let x = area
        .x
        .saturating_add(u16::try_from(place).unwrap_or(u16::MAX));
    if let Some(cell) = frame.buffer_mut().cell_mut(Position::new(x, area.y))
        && x < area.right()
    {
        cell.set_char(c);
    }
}

/// Draws a one-line text with its cursor, scrolled so that the cursor is in sight.
pub fn draw_input(
    frame: &mut Frame<'_>,
    area: Rect,
    input: &Input,
    hint: &str,
    focused: bool,
    theme: &Theme,
) {
    let ground = theme.of(Scope::Input);
    frame.buffer_mut().set_style(area, ground);
    let room = usize::from(area.width.saturating_sub(1));
    if input.value().is_empty() {
        let muted = ground.patch(theme.of(Scope::Muted));
        frame.render_widget(Span::styled(cut(hint, room), muted), area);
    } else {
        let scroll = input.visual_scroll(room);
        let shown: String = input.value().chars().skip(scroll).collect();
        frame.render_widget(
            Span::styled(crate::dcms::harmless(&shown).into_owned(), ground),
            area,
        );
    }
    if focused {
        set_cursor(
            frame,
            area,
            input
                .visual_cursor()
                .saturating_sub(input.visual_scroll(room)),
        );
    }
}

fn set_cursor(frame: &mut Frame<'_>, area: Rect, column: usize) {
    let column = u16::try_from(column)
        .unwrap_or(0)
        .min(area.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(area.x + column, area.y));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(form: &mut Form, code: KeyCode) -> Typed {
        form.typed(&KeyEvent::new(code, KeyModifiers::NONE))
    }

    fn card_type() -> Form {
        let mut choice = Choice::optional(vec!["PHYSICAL", "VIRTUAL"]);
        choice.choose("physical");
        Form::new(vec![Field::choice("card type", choice, "")])
    }

    #[test]
    fn type_ahead_finds_an_option_and_forgets_a_dead_end() {
        let mut form = card_type();
        for c in "VIRTUAL".chars() {
            press(&mut form, KeyCode::Char(c));
        }
        assert_eq!(form.fields[0].chosen(), Some(1));
        press(&mut form, KeyCode::Char('p'));
        assert_eq!(form.fields[0].chosen(), Some(0));
        press(&mut form, KeyCode::Right);
        assert_eq!(form.fields[0].chosen(), Some(1));
    }

    #[test]
    fn a_fault_goes_when_the_field_is_changed() {
        let mut form = Form::new(vec![Field::text("tier", "")]);
        form.fields[0].fault = Some("no such tier".into());
        press(&mut form, KeyCode::F(9));
        assert!(form.fields[0].fault.is_some());
        press(&mut form, KeyCode::Char('S'));
        assert!(form.fields[0].fault.is_none());
        assert_eq!(form.fields[0].as_text(), Some("S"));
    }

    #[test]
    fn a_secret_starts_over_after_one_came_back_to_it() {
        let pin = || Field::new("PIN", Value::Pin(Secret::default()), "");
        let mut form = Form::new(vec![pin(), pin()]);
        for c in ['1', '2', 'x', '٣'] {
            press(&mut form, KeyCode::Char(c));
        }
        form.step(true);
        form.step(false);
        press(&mut form, KeyCode::Char('9'));
        let Value::Pin(secret) = &form.fields[0].value else {
            panic!("a PIN field");
        };
        assert_eq!(secret.entry.len(), 1);
    }

    #[test]
    fn secrets_are_not_pasted() {
        let mut form = Form::new(vec![Field::new("PIN", Value::Pin(Secret::default()), "")]);
        form.pasted("4315");
        let Value::Pin(secret) = &form.fields[0].value else {
            panic!("a PIN field");
        };
        assert!(secret.entry.is_empty());
        assert_eq!(
            form.fields[0].fault.as_deref(),
            Some("a PIN is typed, never pasted")
        );
    }

    #[test]
    fn a_paste_into_a_text_leaves_control_characters_behind() {
        let mut form = Form::new(vec![Field::text("tier", "")]);
        form.pasted(" SIL\u{1b}VER\n");
        assert_eq!(form.fields[0].as_text(), Some("SILVER"));
    }
}
