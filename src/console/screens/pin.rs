//! The PIN form: expiry, the card number where it can't be opened, the PIN twice, as dots.
//! What is typed goes into wiped buffers, is sealed away from the loop, and is gone from here.

use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::review::ReviewScreen;
use super::{Cx, Go, Heard, Screen, Secret as Secrecy, View, read_error, refused, sentence};
use crate::config::{PinEntryRule, SessionOrigin};
use crate::console::keymap::{Action, Place};
use crate::console::message::{About, Effect, Message, Wait};
use crate::console::theme::Scope;
use crate::console::widgets::form::{Field, Routed, Secret, Value};
use crate::console::widgets::form_page::{FormPage, Head};
use crate::dcms::{EntityId, Expiry, Kit, Outcome, ReadError};
use crate::desk::operations::SetPin;
use crate::desk::sentences::NO_MASK;
use crate::desk::session::{PanPlan, not_taken, pan_opened, pin_not_taken};
use crate::desk::{
    Command, Event, Kind, PanSource, Reading, Request, SealJob, SealedUp, SealingError, Target,
    Ticket, checks,
};
use crate::journal::{Subject, Write};
use crate::pin::{MaskedPan, PinEntry, PinRule, SealedPin};

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) const EXPIRY_EXPLAINED: &str =
        "Month and year as on the card, like 0729. Filled from the kit.";
    pub(super) const PIN_EXPLAINED: &str =
        "The customer types it. It is shown as dots and can't be pasted.";
    pub(super) const PIN_AGAIN: &str = "PIN again";
    pub(super) const PIN_AGAIN_EXPLAINED: &str = "Once more, to be sure. Enter goes on.";
    pub(super) const NOT_THE_SAME: &str =
        "this is not the same PIN as above: type it again, here or above";
    pub(super) const EXPIRY_MISSING: &str = "the expiry is missing: MMYY as on the card";
    pub(super) const PAN_MISSING: &str = "the card number is missing: key it from the card";
    pub(super) const PIN_MISSING: &str = "the PIN is missing: the customer types it here";
    pub(super) const NO_CARD: &str = "no card";
    pub(super) const PAN_NOT_NEEDED: &str = "not needed: the PIN is bound to the kit number";
    pub(super) const PAN_OPENED: &str = "opened from what the DCMS sent";
    pub(super) const PAN_KEYED: &str = "keyed from the card";
    pub(super) const CARD_NUMBER: &str = "card number";
    pub(super) const PAN_EXPLAINED: &str =
        "All digits as on the card. Only the first six and last four are shown.";

    pub(super) fn sealing(kit: &dyn Display) -> String {
        format!("Sealing the PIN and reading kit {kit} once more")
    }

    pub(super) fn key_it(sentence: &dyn Display) -> String {
        format!("{sentence} Key it from the card.")
    }

    pub(super) fn wiped(sentence: &dyn Display) -> String {
        format!("{sentence} The PIN was wiped: it must be typed again.")
    }

    pub(super) fn card(card: &dyn Display) -> String {
        format!("card {card}")
    }

    pub(super) fn shows_now(card: &dyn Display, kit: &dyn Display) -> String {
        format!("The DCMS shows {card} for kit {kit} now.")
    }

    pub(super) fn about(
        card: &dyn Display,
        status: &dyn Display,
        pan: &dyn Display,
        length: &dyn Display,
    ) -> String {
        format!("{card}  ·  {status}  ·  card number {pan}  ·  a PIN has {length}")
    }

    pub(super) fn title(kit: &dyn Display) -> String {
        format!("Set the PIN of kit {kit}")
    }

    pub(super) fn pan_hint(card: &dyn Display) -> String {
        format!("of card {card}")
    }
}

/// Reading a key must not take longer than this: a command that gives it has as long.
const SEALING: Duration = Duration::from_secs(5);
/// Without a key for this long, the screen is wiped and closed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A PIN in the making.
pub struct PinScreen {
    entity: EntityId,
    kit: Kit,
    /// The fields; their places depend on whether the card number is keyed.
    page: FormPage,
    pan: PanPlan,
    rule: PinRule,
    sealing: Option<Ticket>,
    reading: Option<Ticket>,
    trying: Option<Ticket>,
    sealed: Option<SealedPin>,
    /// The customer's kits as they were read once more.
    read: Option<Reading>,
    /// The expiry as it was checked: this, and nothing typed later, is reviewed.
    checked: Option<Expiry>,
    last_key: Instant,
}

/// Whether a PIN can be set for this kit, here.
///
/// # Errors
/// A sentence that says why not.
pub fn may_set(about: &About, kit: &Kit) -> Result<(), String> {
    match &about.origin {
        // The screen looks again as soon as it is open.
        SessionOrigin::Remote(sign) if !sign.stays() => {}
        _ => may_type_pins(about)?,
    }
    Kind::from_write(Write::SetPin).may(kit)?;
    checks::has_pin_key(&about.pin_settings)
}

/// Whether PINs may be typed where this terminal is, as it was seen last.
///
/// # Errors
/// A sentence that says why not.
pub fn may_type_pins(about: &About) -> Result<(), String> {
    let error = match (about.pin_settings.entry, &about.origin) {
        (PinEntryRule::Off, _) => SealingError::SwitchedOff,
        (PinEntryRule::Local, SessionOrigin::Remote(sign)) => SealingError::Remote(sign.clone()),
        _ => return Ok(()),
    };
    Err(sentence(&error.to_string()))
}

impl PinScreen {
    /// The form for a kit. If its card number is encrypted, this tries to decrypt it now.
    pub fn new(entity: EntityId, kit: Kit, cx: &mut Cx) -> Self {
        let pin_settings = &cx.about.pin_settings;
        let rule = pin_settings.rule.clone();
        let mut trying = None;
        let pan = PanPlan::new(&kit, pin_settings);
        if let PanPlan::Encrypted(encrypted) = &pan {
            let ticket = cx.ticket();
            trying = Some(ticket);
            let try_it = Effect::TryPan(ticket, encrypted.clone(), kit.card.clone());
            cx.effects.push(try_it);
        }
        cx.effects.push(Effect::LookAround);
        let mut expiry = Field::text("expiry", "MMYY")
            .required()
            .explained(words::EXPIRY_EXPLAINED);
        if let Some(known) = kit.expiry {
            expiry = expiry.filled(&known.mmyy());
        }
        let pin = |label: &'static str, explains: &'static str| {
            Field::new(label, Value::Pin(Secret::default()), "")
                .required()
                .explained(explains)
        };
        let mut fields = vec![expiry];
        if let PanPlan::Keyed(_) = pan {
            fields.push(pan_field(&kit));
        }
        fields.push(pin("PIN", words::PIN_EXPLAINED));
        fields.push(pin(words::PIN_AGAIN, words::PIN_AGAIN_EXPLAINED));
        Self {
            entity,
            kit,
            page: FormPage::new(fields),
            pan,
            rule,
            sealing: None,
            reading: None,
            trying,
            sealed: None,
            read: None,
            checked: None,
            last_key: cx.now,
        }
    }

    fn give_up_waiting(&mut self, cx: &mut Cx) {
        if let Some(ticket) = self.reading.take() {
            cx.effects.push(Effect::Ask(Command::Leave(ticket)));
        }
        self.page.wait = None;
        self.sealing = None;
        self.sealed = None;
    }

    fn first_pin(&self) -> usize {
        self.page.form.fields.len() - 2
    }

    /// What is wrong with one field; an empty one is only wrong when the form goes on.
    fn check(&self, place: usize) -> Option<String> {
        match &self.page.form.fields[place].value {
            Value::Text(_) => {
                let text = self.page.form.fields[place].as_text()?;
                Expiry::parse(text).err().map(|error| error.to_string())
            }
            Value::Pan { entry, .. } if !entry.entry.is_empty() => {
                let error = entry.entry.check_against(self.kit.card.as_ref()).err();
                error.map(|error| error.to_string())
            }
            Value::Pin(secret) if !secret.entry.is_empty() => self.check_pin(place, &secret.entry),
            _ => None,
        }
    }

    fn check_pin(&self, place: usize, entry: &PinEntry) -> Option<String> {
        if let Err(error) = self.rule.check(entry) {
            return Some(error.to_string());
        }
        let is_second = place == self.first_pin() + 1;
        if is_second && !self.pins_agree() {
            return Some(words::NOT_THE_SAME.into());
        }
        None
    }

    fn pins_agree(&self) -> bool {
        match &self.page.form.fields[self.first_pin()..] {
            [
                Field {
                    value: Value::Pin(first),
                    ..
                },
                Field {
                    value: Value::Pin(second),
                    ..
                },
            ] => first.entry.same_as(&second.entry),
            _ => false,
        }
    }

    fn go_on(&mut self, cx: &mut Cx) {
        for place in 0..self.page.form.fields.len() {
            let field = &self.page.form.fields[place];
            let missing = match &field.value {
                Value::Text(_) if field.as_text().is_none() => Some(words::EXPIRY_MISSING),
                Value::Pan { entry, .. } if entry.entry.is_empty() => Some(words::PAN_MISSING),
                Value::Pin(secret) if secret.entry.is_empty() => Some(words::PIN_MISSING),
                _ => None,
            };
            self.page.form.fields[place].error =
                missing.map(str::to_owned).or_else(|| self.check(place));
        }
        if self.page.form.go_to_fault() {
            self.note_failed(cx);
            return;
        }
        let expiry = self.page.form.fields[0].as_text();
        self.checked = expiry.and_then(|text| Expiry::parse(text).ok());
        let ticket = cx.ticket();
        let job = SealJob {
            pin: self.take_pin(),
            pan: self.take_pan(),
            mask: self.kit.card.clone(),
            kit: self.kit.kit_no.clone(),
            pin_settings: cx.about.pin_settings.clone(),
        };
        cx.effects.push(Effect::Seal(ticket, Box::new(job)));
        self.sealing = Some(ticket);
        let target = Target::kit(&self.entity, &self.kit.kit_no);
        let what = words::sealing(&self.kit.kit_no);
        let wait = cx.ask(what, |ticket| {
            Command::ReadAgain(ticket, Write::SetPin, target)
        });
        self.reading = Some(wait.ticket);
        self.page.wait = Some(Wait {
            limit: wait.limit.max(SEALING),
            ..wait
        });
    }

    /// A try that was not taken goes on record.
    fn note_failed(&self, cx: &mut Cx) {
        let of = |field: &Field| {
            let error = field.error.clone()?;
            Some(match &field.value {
                Value::Pin(_) => pin_not_taken(self.subject()),
                _ => not_taken(self.subject(), error),
            })
        };
        if let Some(note) = self.page.form.fields.iter().find_map(of) {
            cx.note(note);
        }
    }

    fn subject(&self) -> Subject {
        Subject::kit(self.entity.clone(), self.kit.kit_no.clone())
    }

    /// Takes the PIN out of the form; its second copy is wiped here and now.
    fn take_pin(&mut self) -> PinEntry {
        let first = self.first_pin();
        let mut taken = PinEntry::new();
        for field in self.page.form.fields[first..].iter_mut().rev() {
            if let Value::Pin(secret) = &mut field.value {
                taken = std::mem::take(&mut secret.entry);
            }
        }
        taken
    }

    fn take_pan(&mut self) -> PanSource {
        let fields = &mut self.page.form.fields;
        self.pan.source(|| {
            let keyed = fields.iter_mut().find_map(|field| match &mut field.value {
                Value::Pan { entry, .. } => Some(std::mem::take(&mut entry.entry)),
                Value::Text(_) | Value::Choice(_) | Value::Pin(_) => None,
            });
            keyed.unwrap_or_default()
        })
    }

    /// Takes the news whether the card number opens; where it does not, it is keyed.
    fn pan_tried(&mut self, opened: Result<(), SealingError>, cx: &mut Cx) {
        self.trying = None;
        match opened {
            Ok(()) => cx.note(pan_opened(self.subject())),
            Err(error) => self.key_the_pan(&error),
        }
    }

    fn key_the_pan(&mut self, error: &SealingError) {
        if let PanPlan::Encrypted(_) = self.pan {
            self.pan = PanPlan::Keyed(error.to_string());
            self.page.form.fields.insert(1, pan_field(&self.kit));
            if self.page.form.focus >= 1 {
                self.page.form.focus += 1;
            }
        }
        self.page.error = Some(words::key_it(&sentence(&error.to_string())));
    }

    /// Takes the sealed PIN, or why there is none.
    fn sealed(&mut self, sealed: Result<SealedUp, SealingError>, cx: &mut Cx) -> Go {
        self.sealing = None;
        match sealed {
            Ok(SealedUp(pin)) => {
                self.sealed = Some(pin);
                self.review_when_ready()
            }
            Err(error) => {
                cx.note(not_taken(self.subject(), error.to_string()));
                self.give_up_waiting(cx);
                if let SealingError::Pan(_) = error {
                    self.key_the_pan(&error);
                    self.page.form.focus = 1;
                } else {
                    self.page.error = Some(sentence(&error.to_string()));
                    self.page.form.focus = self.first_pin();
                }
                Go::Stay
            }
        }
    }

    /// Takes the kits as they are now.
    fn read_again(&mut self, read: Result<Reading, ReadError>) -> Go {
        self.reading = None;
        let stop = |screen: &mut Self, sentence: String| {
            screen.page.wait = None;
            screen.sealing = None;
            screen.sealed = None;
            screen.page.form.focus = screen.first_pin();
            screen.page.error = Some(words::wiped(&sentence));
            Go::Stay
        };
        let read = match read {
            Ok(read) => read,
            Err(error) => return stop(self, read_error(&error)),
        };
        let kit = match read.kit(&self.entity, &self.kit.kit_no) {
            Ok(kit) => kit.clone(),
            Err(gone) => return stop(self, gone),
        };
        if let Err(why) = Kind::from_write(Write::SetPin).may(&kit) {
            return stop(self, why);
        }
        // The card number was compared with what the DCMS showed before.
        if self.pan.is_needed() && kit.card != self.kit.card {
            let shown = kit
                .card
                .as_ref()
                .map_or_else(|| words::NO_CARD.into(), |card| words::card(&card));
            let changed = words::shows_now(&shown, &kit.kit_no);
            self.kit = kit;
            return stop(self, changed);
        }
        self.kit = kit;
        self.read = Some(read);
        self.review_when_ready()
    }

    fn review_when_ready(&mut self) -> Go {
        if self.reading.is_some() {
            return Go::Stay;
        }
        let (Some(expiry), Some(pin)) = (self.checked, self.sealed.take()) else {
            return Go::Stay;
        };
        let Some(read) = self.read.take() else {
            return Go::Stay;
        };
        self.page.wait = None;
        let request = SetPin {
            entity: self.entity.clone(),
            kit: self.kit.kit_no.clone(),
            expiry,
            pin,
        };
        let mut request = Request::from(request);
        self.page.form.focus = self.first_pin();
        if let Err(why) = request.take(&read) {
            self.page.error = Some(why);
            return Go::Stay;
        }
        Go::Push(Box::new(ReviewScreen::new(request)))
    }
}

impl Screen for PinScreen {
    fn place(&self) -> Place {
        self.page.place(Place::Pin)
    }

    fn page(&self) -> Option<&FormPage> {
        Some(&self.page)
    }

    fn page_mut(&mut self) -> Option<&mut FormPage> {
        Some(&mut self.page)
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        [self.reading, self.sealing, self.trying].contains(&Some(ticket))
    }

    fn secret(&self) -> Option<Secrecy> {
        let is_typed = |field: &Field| match &field.value {
            Value::Pin(secret) => !secret.entry.is_empty(),
            Value::Pan { entry, .. } => !entry.entry.is_empty(),
            Value::Text(_) | Value::Choice(_) => false,
        };
        let is_held = self.sealing.is_some()
            || self.sealed.is_some()
            || self.page.form.fields.iter().any(is_typed);
        Some(Secrecy {
            closes_at: self.last_key + PATIENCE,
            is_held,
        })
    }

    fn touched(&mut self, now: Instant) {
        self.last_key = now;
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        if self.page.wait.is_some() {
            if action == Some(Action::Back) {
                self.give_up_waiting(cx);
            }
            return Go::Stay;
        }
        self.page.error = None;
        match self.page.form.route(action, event) {
            Routed::Back => return Go::Back,
            Routed::GoOn => self.go_on(cx),
            Routed::Left(place) => self.page.form.fields[place].error = self.check(place),
            Routed::Changed | Routed::Ignored => {}
        }
        Go::Stay
    }

    fn answer(&mut self, answer: Message, cx: &mut Cx) -> Go {
        match answer {
            Message::Desk(Event::ReadAgain(_, read)) => self.read_again(read),
            Message::Sealed(_, sealed) => self.sealed(sealed, cx),
            Message::PanTried(_, opened) => {
                self.pan_tried(opened, cx);
                Go::Stay
            }
            _ => Go::Stay,
        }
    }

    /// Takes the end of setting the PIN: a refusal is shown where it belongs.
    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        if let Message::Desk(Event::Written(_, written)) = answer
            && let (Write::SetPin, Outcome::Refused(refusal)) = (written.write, &written.outcome)
            && written.target.kit_no() == Some(&self.kit.kit_no)
        {
            if let Some(said) = refusal.about("expiry") {
                self.page.form.fields[0].error = Some(said.shown().into_owned());
                self.page.form.focus = 0;
            } else {
                self.page.error = Some(refused(refusal));
            }
        }
        Heard::Nothing
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let pan = match self.pan {
            PanPlan::NotNeeded => words::PAN_NOT_NEEDED,
            PanPlan::Encrypted(_) => words::PAN_OPENED,
            PanPlan::Keyed(_) => words::PAN_KEYED,
        };
        let (card, scope) = match &self.kit.card {
            Some(card) => (words::card(&card), Scope::Muted),
            None if self.pan.is_unverified(&self.kit) => (NO_MASK.into(), Scope::Warn),
            None => ("card —".into(), Scope::Muted),
        };
        let about = words::about(&card, &self.kit.status.word(), &pan, &self.rule.length);
        let head = Head {
            title: words::title(&self.kit.kit_no),
            rows: 3,
            sentences: &[(&about, scope)],
        };
        self.page.draw(frame, area, head, view);
    }
}

fn pan_field(kit: &Kit) -> Field {
    let hint = kit
        .card
        .as_ref()
        .map_or_else(String::new, |card| words::pan_hint(&card));
    let expected = kit.card.as_ref().and_then(MaskedPan::width);
    let value = Value::Pan {
        entry: Secret::default(),
        expected,
    };
    Field::new(words::CARD_NUMBER, value, hint)
        .required()
        .explained(words::PAN_EXPLAINED)
}
