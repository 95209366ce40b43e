//! The form of a card's switches and daily limits: what is left empty stays as it is. What was read when the form
//! was opened is shown next to each field, and read again before the review.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::review::ReviewScreen;
use super::{Cx, Go, Heard, Screen, View, leave, read_error, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::Message;
use crate::console::theme::Scope;
use crate::console::widgets::form::{Choice, Field, Form, Routed};
use crate::console::widgets::form_page::{FormPage, Head};
use crate::dcms::{
    CardSetting, CardSettings, EntityId, Kit, Outcome, Preferences, Refusal, SettingValue,
};
use crate::desk::operations::SetLimits;
use crate::desk::{Command, Event, Kind, Reading, Request, Target, pages};
use crate::journal::Write;

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) const NOTHING_CHANGED: &str = "Nothing is changed yet: fill in what is to change.";
    pub(super) const NOT_READ: &str = "The limits of this kit were not read.";
    pub(super) const EMPTY_STAYS: &str = "What is left empty stays as it is.";
    pub(super) const SWITCH_EXPLAINED: &str = "On or off; Backspace leaves it as it is.";

    pub(super) fn reading(kit: &dyn Display) -> String {
        format!("Reading the limits of kit {kit}")
    }

    pub(super) fn this_takes(takes: &dyn Display) -> String {
        format!("this {takes}")
    }

    pub(super) fn title(kit: &dyn Display) -> String {
        format!("Limits and switches of kit {kit}")
    }

    pub(super) fn at_most(most: &dyn Display) -> String {
        format!(", at most {most}")
    }

    pub(super) fn amount_explained(most: &dyn Display) -> String {
        format!("A day's amount, a whole number{most}.")
    }
}

/// Room for an amount, and for a switch with what it can be.
const VALUES: u16 = 17;

/// A change of limits in the making.
pub struct LimitsScreen {
    entity: EntityId,
    kit: Kit,
    /// A field for each of these.
    settings: Vec<CardSetting>,
    /// Without fields until the limits were read.
    page: FormPage,
    read: Preferences,
    /// Whether the review is to follow what is read.
    goes_on: bool,
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
            page: draft.unwrap_or_default().into(),
            read: Preferences::default(),
            goes_on: false,
        };
        screen.ask(cx);
        screen
    }

    fn target(&self) -> Target {
        Target::kit(&self.entity, &self.kit.kit_no)
    }

    fn ask(&mut self, cx: &mut Cx) {
        let what = words::reading(&self.kit.kit_no);
        let target = self.target();
        self.page.wait = Some(cx.ask(what, |ticket| {
            Command::ReadAgain(ticket, Write::SetLimits, target)
        }));
    }

    /// Shows the limits as they are now next to what was typed, which stays.
    fn take(&mut self, read: &Preferences) {
        let fresh = fields(&self.settings, read);
        if self.page.form.fields.len() == fresh.len() {
            for (field, fresh) in self.page.form.fields.iter_mut().zip(fresh) {
                field.hint = fresh.hint;
                field.present = fresh.present;
                field.explains = fresh.explains;
            }
        } else {
            self.page.form = Form::new(fresh).with_values_of(VALUES);
        }
        self.read = read.clone();
    }

    fn value(&self, place: usize) -> Result<Option<SettingValue>, String> {
        let Some(typed) = self.page.typed(place) else {
            return Ok(None);
        };
        let setting = self.settings[place];
        let value = setting
            .read(typed)
            .map_err(|takes| words::this_takes(&takes))?;
        SetLimits::check(setting, &value, &self.read)?;
        Ok(Some(value))
    }

    fn check(&mut self, place: usize) {
        self.page.form.fields[place].error = self.value(place).err();
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
        (!self.page.form.go_to_fault()).then(|| changes.into_iter().collect())
    }

    fn go_on(&mut self, cx: &mut Cx) {
        match self.changes() {
            Some(changes) if changes.is_empty() => {
                self.page.error = Some(words::NOTHING_CHANGED.into());
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
        let limits = limits.ok_or(words::NOT_READ)?;
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
        let places = 0..self.page.form.fields.len();
        for place in places
            .filter(|place| self.page.typed(*place).is_some())
            .collect::<Vec<_>>()
        {
            let said = refusal.about(&self.settings[place].wire_name());
            self.page.form.fields[place].error = said.map(|said| said.shown().into_owned());
        }
        self.page.refused(refusal);
    }
}

impl Screen for LimitsScreen {
    fn place(&self) -> Place {
        self.page.place(Place::LimitsForm)
    }

    fn page(&self) -> Option<&FormPage> {
        Some(&self.page)
    }

    fn page_mut(&mut self) -> Option<&mut FormPage> {
        Some(&mut self.page)
    }

    /// Keeps what was typed.
    fn leave(&mut self, cx: &mut Cx) {
        leave(self.wait(), cx);
        if !self.page.form.holds(&fields(&self.settings, &self.read)) && self.form().is_some() {
            self.page.keep((Write::SetLimits.into(), self.target()), cx);
        }
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        if self.page.waits(action, cx) {
            // Before the first reading there is nothing to come back to.
            let is_left = self.page.wait.is_none() && !self.goes_on;
            return if is_left { Go::Back } else { Go::Stay };
        }
        match self.page.form.route(action, event) {
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
        self.page.wait = None;
        let is_first = !self.goes_on;
        let read = read.map_err(|error| read_error(&error));
        match read.and_then(|read| self.reviewed(&read)) {
            Ok(go) => go,
            Err(why) if is_first => Go::BackSaying(why),
            Err(why) => {
                self.goes_on = false;
                self.page.error = Some(why);
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
        let head = Head {
            title: words::title(&self.kit.kit_no),
            rows: 1,
            sentences: &[(words::EMPTY_STAYS, Scope::Muted)],
        };
        self.page.draw(frame, area, head, view);
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
            let most = most.map(|most| words::at_most(&most.shown()));
            Field::text(label, hint).explained(words::amount_explained(&most.unwrap_or_default()))
        } else {
            let choice = Choice::optional(vec!["on", "off"]);
            Field::choice(label, choice, hint).explained(words::SWITCH_EXPLAINED)
        };
        field.instead_of(present)
    });
    fields.collect()
}
