//! The upgrade form: one or several cards wanted in place of one, and where they go.
//! What is left empty is not sent: the DCMS decides it.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::review::ReviewScreen;
use super::{Cx, Go, Heard, Screen, View, leave, read_error};
use crate::console::keymap::{Action, Place};
use crate::console::message::{About, Message};
use crate::console::theme::Scope;
use crate::console::widgets::form::{Choice, Field, Form, Offers, Routed};
use crate::console::widgets::form_page::{FormPage, Head};
use crate::console::widgets::kits::shown;
use crate::dcms::{CardType, Delivery, EntityId, Kit, Outcome, Refusal, Text};
use crate::desk::operations::{Upgrade, WantedCard};
use crate::desk::{Command, Event, Kind, Request, Target, checks};
use crate::journal::Write;

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) const TIER: &str = "tier";
    pub(super) const CARD_TYPE: &str = "card type";
    pub(super) const PLASTIC_CODE: &str = "plastic code";
    pub(super) const NAME_ON_CARD: &str = "name on the card";
    pub(super) const AT_LEAST_ONE: &str = "An upgrade asks for at least one card.";
    pub(super) const DELIVERY: &str = "delivery address";
    pub(super) const AS_DCMS_DECIDES: &str = "as the DCMS decides";
    pub(super) const DELIVERY_EXPLAINED: &str = "To the PERMANENT or the COMMUNICATION address: P or C chooses, Backspace leaves it to the DCMS.";
    pub(super) const NONE_NOW: &str = "none now";
    pub(super) const TIER_EXPLAINED: &str =
        "The wanted tier, in the bank's word. Left empty, it is not sent.";
    pub(super) const CARD_TYPE_EXPLAINED: &str =
        "P or V chooses, Left and Right change. Filled from the present card.";
    pub(super) const PLASTIC_CODE_EXPLAINED: &str =
        "Which plastic. Left empty, it is not sent and the DCMS decides.";
    pub(super) const NAME_EXPLAINED: &str =
        "At most 26 characters. Left empty, it is not sent and the DCMS decides.";

    pub(super) fn as_left(restart: &dyn Display) -> String {
        format!("As you left it; {restart} starts over.")
    }

    pub(super) fn at_most(most: &dyn Display) -> String {
        format!("At most {most} cards can be asked for at once.")
    }

    pub(super) fn reading(kit: &dyn Display) -> String {
        format!("Reading kit {kit} once more before it is reviewed")
    }

    pub(super) fn now_is(
        card: &dyn Display,
        tier: &dyn Display,
        plastic: &dyn Display,
        card_type: &dyn Display,
        status: &dyn Display,
    ) -> String {
        format!("now: {card}  ·  tier {tier}  ·  plastic {plastic}  ·  {card_type}  ·  {status}")
    }

    pub(super) fn title(kit: &dyn Display) -> String {
        format!("Upgrade kit {kit}")
    }

    pub(super) fn now(text: &dyn Display) -> String {
        format!("now {text}")
    }
}

/// Fields of one card, in this order: tier, card type, plastic code, name on the card.
const FIELDS: usize = 4;
/// Most cards in one upgrade: more than any customer asks for at a counter.
const MOST: usize = 5;

/// An upgrade in the making.
pub struct UpgradeScreen {
    entity: EntityId,
    /// The card to upgrade, as it was last read.
    kit: Kit,
    page: FormPage,
    /// The request as the fields were when they were checked: this, and nothing typed later, is reviewed.
    checked: Option<Upgrade>,
    offers: CardOffers,
    /// What is said of a draft that came back, until something is changed.
    comes_back: Option<String>,
}

/// The bank's words that are offered for a card.
#[derive(Clone, Default)]
pub struct CardOffers {
    /// Tiers.
    pub tiers: Vec<String>,
    /// Plastic codes.
    pub plastic_codes: Vec<String>,
}

impl CardOffers {
    /// What the profile names, and what the customer's kits have.
    #[must_use]
    pub fn of(about: &About, kits: &[Kit]) -> Self {
        let with = |named: &[String], of: fn(&Kit) -> Option<&Text>| {
            let had = kits
                .iter()
                .filter_map(of)
                .map(|text| text.as_sent().to_owned());
            named.iter().cloned().chain(had).collect()
        };
        Self {
            tiers: with(&about.tiers, |kit| kit.tier.as_ref()),
            plastic_codes: with(&about.plastic_codes, |kit| kit.plastic_code.as_ref()),
        }
    }
}

impl UpgradeScreen {
    /// An upgrade in which nothing has been asked for.
    #[must_use]
    pub fn new(entity: EntityId, kit: Kit, offers: CardOffers) -> Self {
        let mut screen = Self {
            entity,
            page: FormPage::new(fields(&kit, &offers)),
            kit,
            checked: None,
            offers,
            comes_back: None,
        };
        screen.label();
        screen
    }

    /// What was asked for when the form was left, for the card as it is by now; `restart` are the keys that
    /// discard it.
    #[must_use]
    pub fn with_draft(mut self, draft: Form, restart: &str) -> Self {
        self.comes_back = Some(words::as_left(&restart));
        self.page.form = draft;
        self.take_kit(self.kit.clone());
        self
    }

    /// Shows the card as it is now next to what was typed, which stays.
    fn take_kit(&mut self, kit: Kit) {
        for card in 0..self.cards() {
            for (nth, fresh) in card_fields(&kit, &self.offers).into_iter().enumerate() {
                let field = &mut self.page.form.fields[card * FIELDS + nth];
                field.hint = fresh.hint;
                field.present = fresh.present;
                field.offers = fresh.offers;
            }
        }
        self.kit = kit;
    }

    /// Whether nothing is asked for: then there is nothing to come back to.
    fn is_untouched(&self) -> bool {
        self.page.form.holds(&fields(&self.kit, &self.offers))
    }

    fn cards(&self) -> usize {
        self.page.form.fields.len() / FIELDS
    }

    /// Numbers the labels where there are several cards.
    fn label(&mut self) {
        let several = self.cards() > 1;
        let labels = [
            words::TIER,
            words::CARD_TYPE,
            words::PLASTIC_CODE,
            words::NAME_ON_CARD,
        ];
        let in_cards = self.cards() * FIELDS;
        for (place, field) in self.page.form.fields[..in_cards].iter_mut().enumerate() {
            let name = labels[place % FIELDS];
            field.label = if several {
                format!("{}. {name}", place / FIELDS + 1).into()
            } else {
                name.into()
            };
        }
    }

    fn add_card(&mut self) {
        if self.cards() >= MOST {
            self.page.error = Some(words::at_most(&MOST));
            return;
        }
        let end = self.cards() * FIELDS;
        self.page
            .form
            .add(end, card_fields(&self.kit, &self.offers));
        self.label();
    }

    fn remove_card(&mut self) {
        if self.cards() == 1 {
            self.page.error = Some(words::AT_LEAST_ONE.into());
            return;
        }
        let card = (self.page.form.focus / FIELDS).min(self.cards() - 1);
        self.page.form.remove(card * FIELDS, FIELDS);
        self.page.form.go_to(card.min(self.cards() - 1) * FIELDS);
        self.label();
    }

    /// What is wrong with one field.
    fn check(&self, place: usize) -> Option<String> {
        let text = self.page.form.fields[place].as_text()?;
        if place >= self.cards() * FIELDS {
            return None;
        }
        match place % FIELDS {
            0 => checks::tier(text).err(),
            2 => checks::plastic_code(text).err(),
            3 => checks::name_on_card(text).err(),
            _ => None,
        }
    }

    fn go_on(&mut self, cx: &mut Cx) {
        for place in 0..self.page.form.fields.len() {
            self.page.form.fields[place].error = self.check(place);
        }
        let request = self.request();
        if self.changes_nothing(&request) {
            return;
        }
        self.checked = Some(request);
        let target = Target::kit(&self.entity, &self.kit.kit_no);
        let what = words::reading(&self.kit.kit_no);
        self.page.wait = Some(cx.ask(what, |ticket| {
            Command::ReadAgain(ticket, Write::Upgrade, target)
        }));
    }

    /// Whether a card that is asked for would be as the kit is now. Says so at its first field.
    fn changes_nothing(&mut self, request: &Upgrade) -> bool {
        for (card, wanted) in request.cards.iter().enumerate() {
            if let Err(error) = wanted.changes_something(&self.kit) {
                self.page.form.fields[card * FIELDS].error = Some(error);
            }
        }
        self.page.form.go_to_fault()
    }

    fn wanted(&self, card: usize) -> WantedCard {
        let field = |offset: usize| &self.page.form.fields[card * FIELDS + offset];
        let text = |offset: usize| field(offset).as_text().map(str::to_owned);
        WantedCard {
            tier_type: text(0),
            card_type: field(1).chosen().map(|at| CardType::ALL[at]),
            plastic_code: text(2),
            alias_name: text(3),
        }
    }

    fn request(&self) -> Upgrade {
        let delivery = self.page.form.fields.last().and_then(Field::chosen);
        Upgrade {
            entity: self.entity.clone(),
            kit: self.kit.kit_no.clone(),
            delivery: delivery.map(|at| Delivery::ALL[at]),
            cards: (0..self.cards()).map(|card| self.wanted(card)).collect(),
        }
    }

    fn refused(&mut self, refusal: &Refusal) {
        let by_name = ["tierType", "cardType", "plasticCode", "aliasName"];
        for (offset, name) in by_name.iter().enumerate() {
            let Some(said) = refusal.about(name) else {
                continue;
            };
            // Of several cards, the one whose own value the server names.
            let names_value = |card: &usize| {
                let value = self.page.form.fields[card * FIELDS + offset].as_text();
                value.is_some_and(|value| {
                    said.as_sent()
                        .to_uppercase()
                        .contains(&value.to_uppercase())
                })
            };
            let card = (0..self.cards()).find(names_value).unwrap_or(0);
            self.page.form.fields[card * FIELDS + offset].error = Some(said.shown().into_owned());
        }
        if let (Some(said), Some(field)) = (
            refusal.about("deliveryAddress"),
            self.page.form.fields.last_mut(),
        ) {
            field.error = Some(said.shown().into_owned());
        }
        self.page.refused(refusal);
    }
}

impl Screen for UpgradeScreen {
    fn place(&self) -> Place {
        self.page.place(Place::Upgrade)
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
        if !self.is_untouched() {
            let about = Target::kit(&self.entity, &self.kit.kit_no);
            self.page.keep((Write::Upgrade.into(), about), cx);
        }
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        if self.page.waits(action, cx) {
            return Go::Stay;
        }
        match action {
            Some(Action::StartOver) => {
                self.page.form.start_over(fields(&self.kit, &self.offers));
                self.comes_back = None;
            }
            Some(Action::AddCard) => self.add_card(),
            Some(Action::RemoveCard) => self.remove_card(),
            _ => match self.page.form.route(action, event) {
                Routed::Back => return Go::Back,
                Routed::GoOn => self.go_on(cx),
                Routed::Left(place) => self.page.form.fields[place].error = self.check(place),
                Routed::Changed => {
                    self.comes_back = None;
                    self.label();
                }
                Routed::Ignored => {}
            },
        }
        Go::Stay
    }

    /// Takes the kits as they are now, and goes on to the review where the kit still allows it.
    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        let Message::Desk(Event::ReadAgain(_, read)) = answer else {
            return Go::Stay;
        };
        self.page.wait = None;
        let Some(request) = self.checked.take() else {
            return Go::Stay;
        };
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                self.page.error = Some(read_error(&error));
                return Go::Stay;
            }
        };
        let kit = match read.kit(&self.entity, &self.kit.kit_no) {
            Ok(kit) => kit.clone(),
            Err(gone) => {
                self.page.error = Some(gone);
                return Go::Stay;
            }
        };
        if let Err(why) = Kind::from_write(Write::Upgrade).may(&kit) {
            self.page.error = Some(why);
            return Go::Stay;
        }
        self.take_kit(kit);
        if self.changes_nothing(&request) {
            return Go::Stay;
        }
        let mut request = Request::from(request);
        if let Err(why) = request.take(&read) {
            self.page.error = Some(why);
            return Go::Stay;
        }
        Go::Push(Box::new(ReviewScreen::new(request)))
    }

    /// Takes an upgrade's end: a refusal is shown where it belongs, and nothing typed is lost. Once the
    /// kit was replaced, what was asked for it is no draft any more.
    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        let Message::Desk(Event::Written(_, written)) = answer else {
            return Heard::Nothing;
        };
        if written.target.kit_no() != Some(&self.kit.kit_no) {
            return Heard::Nothing;
        }
        match &written.outcome {
            Outcome::Done(_) if written.write.brings_kits() => return Heard::Over,
            Outcome::Refused(refusal) if written.write == Write::Upgrade => self.refused(refusal),
            Outcome::Done(_) | Outcome::Refused(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => {}
        }
        Heard::Nothing
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let card = self
            .kit
            .card
            .as_ref()
            .map_or_else(|| "—".into(), ToString::to_string);
        let now_is = words::now_is(
            &card,
            &shown(self.kit.tier.as_ref()),
            &shown(self.kit.plastic_code.as_ref()),
            &shown(self.kit.card_type.as_ref()),
            &self.kit.status.word(),
        );
        let comes_back = self.comes_back.as_deref().unwrap_or_default();
        let head = Head {
            title: words::title(&self.kit.kit_no),
            rows: 3,
            sentences: &[(&now_is, Scope::Muted), (comes_back, Scope::Muted)],
        };
        self.page.draw(frame, area, head, view);
    }
}

fn fields(kit: &Kit, offers: &CardOffers) -> Vec<Field> {
    let words = Delivery::ALL.map(Delivery::word).to_vec();
    let delivery = Field::choice(
        words::DELIVERY,
        Choice::optional(words),
        words::AS_DCMS_DECIDES,
    )
    .explained(words::DELIVERY_EXPLAINED);
    let mut fields = card_fields(kit, offers);
    fields.push(delivery);
    fields
}

fn card_fields(kit: &Kit, offers: &CardOffers) -> Vec<Field> {
    let sent = |text: &Option<Text>| text.as_ref().map(|text| text.as_sent().to_owned());
    let now = |text: &Option<Text>| match text {
        Some(text) => words::now(&text.shown()),
        None => words::NONE_NOW.into(),
    };
    // What the card has already is the least likely wish, so it comes last.
    let offer = |words: &[String], present: &Option<Text>| {
        let present = sent(present);
        let others = words
            .iter()
            .filter(|word| Some(*word) != present.as_ref())
            .cloned();
        Offers::new(others.chain(present.clone()))
    };
    let mut card_type = Choice::optional(CardType::ALL.map(CardType::word).to_vec());
    if let Some(present) = &kit.card_type {
        card_type.choose(present.as_sent());
    }
    vec![
        Field::text(words::TIER, now(&kit.tier))
            .offering(offer(&offers.tiers, &kit.tier))
            .instead_of(sent(&kit.tier))
            .explained(words::TIER_EXPLAINED),
        Field::choice(words::CARD_TYPE, card_type, words::AS_DCMS_DECIDES)
            .instead_of(sent(&kit.card_type))
            .explained(words::CARD_TYPE_EXPLAINED),
        Field::text(words::PLASTIC_CODE, now(&kit.plastic_code))
            .offering(offer(&offers.plastic_codes, &kit.plastic_code))
            .instead_of(sent(&kit.plastic_code))
            .explained(words::PLASTIC_CODE_EXPLAINED),
        Field::text(words::NAME_ON_CARD, now(&kit.alias))
            .instead_of(sent(&kit.alias))
            .explained(words::NAME_EXPLAINED),
    ]
}
