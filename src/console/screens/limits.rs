//! The form of a card's switches and daily limits: what is left empty stays as it is. What was read when the form
//! was opened is shown next to each field, and read again before the review.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::review::ReviewScreen;
use super::{Cx, Go, Heard, Screen, View, draw_said, leave, read_error, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::theme::Scope;
use crate::console::widgets::form::{Choice, Field, Form, Routed, Value};
use crate::console::widgets::lines;
use crate::dcms::{
    CardSetting, CardSettings, EntityId, Kit, Outcome, Preferences, Refusal, SettingValue,
};
use crate::desk::operations::SetLimits;
use crate::desk::{Command, Event, Kind, Reading, Request, Target, pages};
use crate::journal::Write;

/// Room for an amount, and for a switch with what it can be.
const VALUES: u16 = 17;

/// A change of limits in the making.
pub struct LimitsScreen {
    entity: EntityId,
    kit: Kit,
    /// A field for each of these.
    settings: Vec<CardSetting>,
    /// Without fields until the limits were read.
    form: Form,
    read: Preferences,
    wait: Option<Wait>,
    /// Whether the review is to follow what is read.
    goes_on: bool,
    /// What is wrong outside the fields.
    error: Option<String>,
}

impl LimitsScreen {
    /// Reads the limits; the draft is what was typed when the form was left.
    pub fn new(entity: EntityId, kit: Kit, draft: Option<Form>, cx: &mut Cx) -> Self {
        let mut screen = Self {
            entity,
            kit,
            settings: CardSetting::all()
                .filter(|setting| setting.can_be_set())
                .collect(),
            form: draft.unwrap_or_default(),
            read: Preferences::default(),
            wait: None,
            goes_on: false,
            error: None,
        };
        screen.ask(cx);
        screen
    }

    fn target(&self) -> Target {
        Target::kit(&self.entity, &self.kit.kit_no)
    }

    fn ask(&mut self, cx: &mut Cx) {
        let what = format!("Reading the limits of kit {}", self.kit.kit_no);
        let target = self.target();
        self.wait = Some(cx.ask(what, |ticket| {
            Command::ReadAgain(ticket, Write::SetLimits, target)
        }));
    }

    /// Shows the limits as they are now next to what was typed, which stays.
    fn take(&mut self, read: &Preferences) {
        let fresh = fields(&self.settings, read);
        if self.form.fields.len() == fresh.len() {
            for (field, fresh) in self.form.fields.iter_mut().zip(fresh) {
                field.hint = fresh.hint;
                field.present = fresh.present;
                field.explains = fresh.explains;
            }
        } else {
            self.form = Form::new(fresh).with_values_of(VALUES);
        }
        self.read = read.clone();
    }

    /// What was typed or chosen in a field; nothing where it is left as it is.
    fn typed(&self, place: usize) -> Option<&str> {
        let field = &self.form.fields[place];
        match &field.value {
            Value::Choice(choice) => choice.word(),
            Value::Text(_) | Value::Pin(_) | Value::Pan { .. } => field.as_text(),
        }
    }

    fn value(&self, place: usize) -> Result<Option<SettingValue>, String> {
        let Some(typed) = self.typed(place) else {
            return Ok(None);
        };
        let setting = self.settings[place];
        let value = setting
            .read(typed)
            .map_err(|takes| format!("this {takes}"))?;
        SetLimits::check(setting, &value, &self.read)?;
        Ok(Some(value))
    }

    fn check(&mut self, place: usize) {
        self.form.fields[place].error = self.value(place).err();
    }

    /// What changes; nothing where a field says what is wrong.
    fn changes(&mut self) -> Option<CardSettings> {
        let mut changes = Vec::new();
        for (place, setting) in self.settings.clone().into_iter().enumerate() {
            self.check(place);
            if let Ok(Some(value)) = self.value(place) {
                changes.push((setting, value));
            }
        }
        (!self.form.go_to_fault()).then(|| changes.into_iter().collect())
    }

    fn go_on(&mut self, cx: &mut Cx) {
        match self.changes() {
            Some(changes) if changes.is_empty() => {
                self.error = Some("Nothing is changed yet: fill in what is to change.".into());
            }
            Some(_) => {
                self.goes_on = true;
                self.ask(cx);
            }
            None => {}
        }
    }

    fn reviewed(&mut self, read: &Reading) -> Result<Go, String> {
        let kit = read.kit(&self.entity, &self.kit.kit_no)?;
        Kind::from_write(Write::SetLimits).may(kit)?;
        self.kit = kit.clone();
        let limits = read.limits.as_deref();
        let limits = limits.ok_or("The limits of this kit were not read.")?;
        self.take(limits);
        if !std::mem::take(&mut self.goes_on) {
            return Ok(Go::Stay);
        }
        let Some(changes) = self.changes() else {
            return Ok(Go::Stay);
        };
        let (entity, kit) = (self.entity.clone(), self.kit.kit_no.clone());
        let request = SetLimits::new(entity, kit, &changes, read);
        let mut request = Request::from(request.map_err(|why| sentence(&why))?);
        request.take(read)?;
        Ok(Go::Push(Box::new(ReviewScreen::new(request))))
    }

    /// Takes a refusal: at the fields that it names, or else below them.
    fn refused(&mut self, refusal: &Refusal) {
        let places = 0..self.form.fields.len();
        for place in places
            .filter(|place| self.typed(*place).is_some())
            .collect::<Vec<_>>()
        {
            let said = refusal.about(&self.settings[place].wire_name());
            self.form.fields[place].error = said.map(|said| said.shown().into_owned());
        }
        if !self.form.go_to_fault() {
            self.error = Some(format!("Refused: {}", sentence(&refusal.to_string())));
        }
    }
}

impl Screen for LimitsScreen {
    fn place(&self) -> Place {
        match self.wait {
            Some(_) => Place::Waiting,
            None => Place::LimitsForm,
        }
    }

    fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    fn paste(&mut self, text: &str) {
        self.form.pasted(text);
    }

    fn form(&self) -> Option<&Form> {
        Some(&self.form).filter(|form| !form.fields.is_empty())
    }

    /// Keeps what was typed.
    fn leave(&mut self, cx: &mut Cx) {
        leave(self.wait(), cx);
        if !self.form.holds(&fields(&self.settings, &self.read)) && self.form().is_some() {
            let form = std::mem::take(&mut self.form);
            cx.drafts
                .insert((Write::SetLimits.into(), self.target()), form);
        }
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        if self.wait.is_some() {
            if action == Some(Action::Back) {
                cx.leave(&mut self.wait);
                // Before the first reading there is nothing to come back to.
                return if self.goes_on { Go::Stay } else { Go::Back };
            }
            return Go::Stay;
        }
        self.error = None;
        match self.form.route(action, event) {
            Routed::Back => return Go::Back,
            Routed::GoOn => self.go_on(cx),
            Routed::Left(place) => self.check(place),
            Routed::Changed | Routed::Ignored => {}
        }
        Go::Stay
    }

    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        let Message::Desk(Event::ReadAgain(_, read)) = answer else {
            return Go::Stay;
        };
        self.wait = None;
        let is_first = !self.goes_on;
        let read = read.map_err(|error| read_error(&error));
        match read.and_then(|read| self.reviewed(&read)) {
            Ok(go) => go,
            Err(why) if is_first => Go::BackSaying(why),
            Err(why) => {
                self.goes_on = false;
                self.error = Some(why);
                Go::Stay
            }
        }
    }

    /// Takes the end of what was asked here: a refusal is shown, and nothing typed is lost.
    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        let Message::Desk(Event::Written(_, written)) = answer else {
            return Heard::Nothing;
        };
        if written.write != Write::SetLimits || written.target != self.target() {
            return Heard::Nothing;
        }
        match &written.outcome {
            Outcome::Done(_) => return Heard::Over,
            Outcome::Refused(refusal) => self.refused(refusal),
            Outcome::NotSent(_) | Outcome::Unknown(_) => {}
        }
        Heard::Nothing
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let title = format!("Limits and switches of kit {}", self.kit.kit_no);
        let inner = lines::panel(frame, area, title, true, view.theme);
        let [head, form] =
            Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(inner);
        let says = "What is left empty stays as it is.";
        lines::sentence(frame, head, says, Scope::Muted, view.theme);
        let said = match self.form() {
            Some(fields) => fields.draw(frame, form, self.wait.is_none(), view.theme),
            None => form,
        };
        draw_said(frame, said, (self.wait(), self.error()), view);
    }
}

/// A field for each setting, with nothing in it: as it is now is its hint.
fn fields(settings: &[CardSetting], read: &Preferences) -> Vec<Field> {
    let now = CardSettings::from(read);
    let fields = settings.iter().map(|setting| {
        let present = now.get(*setting).map(ToString::to_string);
        let hint = present.clone().unwrap_or_else(|| "—".into());
        let label = pages::setting(*setting);
        let field = if setting.is_amount() {
            let most = setting.ceiling(read);
            let most = most.map(|most| format!(", at most {}", most.shown()));
            Field::text(label, hint).explained(format!(
                "A day's amount, a whole number{}.",
                most.unwrap_or_default()
            ))
        } else {
            let choice = Choice::optional(vec!["on", "off"]);
            Field::choice(label, choice, hint).explained("On or off; Backspace leaves it as it is.")
        };
        field.instead_of(present)
    });
    fields.collect()
}
