//! What the look-up box holds: an id, of what kind it is, and whether it was looked up already.
//! Sends nothing; the screen draws it and looks the id up.

use crossterm::event::KeyEvent;
use zeroize::Zeroizing;

use super::words;
use crate::console::screens::sentence;
use crate::console::widgets::entry::Entry;
use crate::dcms::{AccountNo, EntityId};
use crate::desk::FindBy;
use crate::pin::{MaskedPan, card_number_in};

/// By what the box looks up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    #[default]
    Guessed,
    Entity,
    Account,
    Card,
}

impl Kind {
    /// What Tab makes of it, from what is meant now.
    fn next(now: Self) -> Self {
        match now {
            Self::Guessed | Self::Entity => Self::Account,
            Self::Account => Self::Card,
            Self::Card => Self::Entity,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Guessed | Self::Entity => words::ENTITY_ID,
            Self::Account => words::ACCOUNT_NUMBER,
            Self::Card => words::MASKED_CARD,
        }
    }
}

/// How far what is in the box has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    /// It is being typed.
    #[default]
    Typed,
    /// It was looked up as it stands there: it makes room for the next one.
    LookedUp,
    /// The same, and the next one's kind was chosen already.
    KindChosen,
}

/// Room for what is typed, so that it does not grow and leave a copy behind: it may be
/// a card number.
const ROOM: usize = 256;
/// More digits than these are more than a mask shows: an 8-digit BIN and the last four.
const MASK_DIGITS: usize = 12;

/// The id in the making.
#[derive(Default)]
pub(super) struct IdBox {
    pub(super) input: Entry,
    pub(super) kind: Kind,
    stage: Stage,
}

impl IdBox {
    pub(super) fn new() -> Self {
        Self {
            input: Entry::of(String::with_capacity(ROOM)),
            ..Self::default()
        }
    }

    /// Selects what was looked up already: the next id is typed in its place.
    pub(super) fn make_room(&mut self) {
        if self.stage != Stage::Typed {
            self.input.select();
        }
    }

    /// Takes the look-up back, so that the id can be changed.
    pub(super) fn edit_again(&mut self) {
        self.stage = Stage::Typed;
    }

    /// Means another kind of id from now on.
    pub(super) fn next_kind(&mut self) {
        self.kind = Kind::next(self.meant());
        if self.stage == Stage::LookedUp {
            self.stage = Stage::KindChosen;
        }
    }

    /// Gives it a key. Returns whether that meant something.
    pub(super) fn edit(&mut self, event: &KeyEvent) -> bool {
        let is_next = self.input.is_replaced_by(event);
        self.change(is_next, |input| input.edit(event))
    }

    pub(super) fn paste(&mut self, text: &str) {
        let is_next = self.input.is_selected();
        self.change(is_next, |input| {
            input.paste(text);
            true
        });
    }

    /// What is to be looked up, which is no more in the making then; or what is wrong with it.
    pub(super) fn take(&mut self) -> Result<FindBy, String> {
        let by = self.asked_for()?;
        self.stage = Stage::LookedUp;
        Ok(by)
    }

    /// Changes what is in it, by something that says whether it did anything; `is_next` where that is no
    /// change to the last one but the beginning of another.
    fn change(&mut self, is_next: bool, change: impl FnOnce(&mut Entry) -> bool) -> bool {
        let before = Zeroizing::new(self.input.value().to_owned());
        let is_meant = change(&mut self.input);
        if self.input.value() == *before {
            return is_meant;
        }
        let is_begun = self.input.is_empty() || is_next;
        if is_begun && self.stage != Stage::KindChosen {
            self.kind = Kind::Guessed;
        }
        self.stage = Stage::Typed;
        is_meant
    }

    /// What the typed text most likely is. A full card number counts as its mask, and is drawn so.
    pub(super) fn meant(&self) -> Kind {
        let text = self.input.value().trim();
        match self.kind {
            Kind::Guessed if MaskedPan::guess(text).is_some() => Kind::Card,
            Kind::Guessed => Kind::Entity,
            chosen => chosen,
        }
    }

    /// The mask in whose form a whole card number is drawn; nothing where what is typed is drawn as it is.
    pub(super) fn drawn_as(&self) -> Option<MaskedPan> {
        let text = self.input.value();
        let is_whole = text.chars().filter(|c| c.is_numeric()).count() > MASK_DIGITS;
        match self.meant() {
            Kind::Card if is_whole => MaskedPan::parse(text).ok(),
            Kind::Guessed => card_number_in(text),
            // Chosen by hand: it is an id that only looks like a card number.
            Kind::Card | Kind::Entity | Kind::Account => None,
        }
    }

    fn asked_for(&mut self) -> Result<FindBy, String> {
        let text = Zeroizing::new(self.input.value().trim().to_owned());
        if text.is_empty() {
            return Err(words::NOTHING_TYPED.into());
        }
        let wrong = |error: String, example: &str| format!("{} {example}", sentence(&error));
        match self.meant() {
            Kind::Card => {
                let mask = MaskedPan::parse(&text).map_err(|error| sentence(&error.to_string()))?;
                mask.six_and_four()
                    .map_err(|error| sentence(&error.to_string()))?;
                self.input.put(&mask.to_string());
                Ok(FindBy::Card(mask))
            }
            Kind::Account => AccountNo::parse(&text)
                .map(FindBy::Account)
                .map_err(|error| wrong(error.to_string(), words::DIGITS_ONLY)),
            Kind::Entity | Kind::Guessed => EntityId::parse(&text)
                .map(FindBy::Entity)
                .map_err(|error| wrong(error.to_string(), words::ENTITY_ID_IS_DIGITS)),
        }
    }
}
