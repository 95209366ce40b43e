//! What is begun with a kit or an order: the form of an upgrade or a PIN, the tenant's name before it where
//! cards are real, or the sentence that says why not. Nothing is sent here.

use super::App;
use super::tab::TabName;
use super::words;
use crate::console::keymap::{Action, Place};
use crate::console::notices::Reason;
use crate::console::screens::checking::CheckingScreen;
use crate::console::screens::form::FormScreen;
use crate::console::screens::limits::LimitsScreen;
use crate::console::screens::tenant::{PendingWrite, TenantQuestion};
use crate::console::screens::upgrade::{CardOffers, UpgradeScreen};
use crate::console::screens::{Screen, pin, sentence};
use crate::console::widgets::lines;
use crate::dcms::{EntityId, Kit};
use crate::desk::operations::{About, Answers, Begun, Change, Form, OwnForm};
use crate::desk::{Kind, Target};
use crate::journal::{Note, NoteKind, OpenWrite, State, Subject, Write};
use crate::people::{Right, Role};

impl App {
    /// Begins an operation on a kit, or a lost card's path: with its form, or where it has none by reading the kit
    /// once more.
    pub(super) fn begin(&mut self, begun: Begun, kit: Kit) {
        let begun = match begun {
            Begun::Operation(write) => Kind::from_write(write).by_state(&kit).into(),
            Begun::LostCard => begun,
        };
        let write = begun.write();
        let shown = self.tabs[TabName::Kits].root.shown();
        let Some(entity) = kit.entity.clone().or_else(|| shown.entity.cloned()) else {
            return;
        };
        let kind = Kind::from_write(write);
        let target = kind.target(&entity, &kit.kit_no);
        let subject = target.subject();
        if let Err(why) = self.may_begin_with(begun, &kit) {
            return self.refuse(write, subject, why);
        }
        if !self.may_begin(PendingWrite::Kit(begun, Box::new(kit.clone())), subject) {
            return;
        }
        let cx = &mut self.cx;
        let is_path = begun == Begun::LostCard;
        let layer: Box<dyn Screen> = match &kind.form {
            Form::OfKit([], _) | Form::OfCustomer([], _) if !is_path => {
                let about = lines::target(&target, &kit);
                let request = kind.request(&target, Answers::default(), &cx.about.operator);
                let Some(request) = request else { return };
                Box::new(CheckingScreen::new(request, about, cx))
            }
            Form::OfKit(..) | Form::OfCustomer(..) => {
                let draft = cx.drafts.remove(&(begun, target.clone()));
                Box::new(FormScreen::new(begun, target, kit, draft))
            }
            Form::Own(OwnForm::Upgrade) => Box::new(self.upgrade_form(entity, kit)),
            Form::Own(OwnForm::Pin) => {
                // Whether PINs may be typed here is looked at again now.
                cx.notices.over(Reason::SessionOrigin);
                Box::new(pin::PinScreen::new(entity, kit, cx))
            }
            Form::Own(OwnForm::Limits) => {
                let draft = cx.drafts.remove(&(begun, target));
                Box::new(LimitsScreen::new(entity, kit, draft, cx))
            }
            // A cancellation is begun where the order is shown.
            Form::Own(OwnForm::Order) => return,
        };
        let tab = &mut self.tabs[TabName::Kits];
        if tab.top().is_sent() {
            tab.leave_from(0, &mut self.cx);
        }
        tab.layers.push(layer);
    }

    fn upgrade_form(&mut self, entity: EntityId, kit: Kit) -> UpgradeScreen {
        let kits = self.tabs[TabName::Kits].root.shown().kits;
        let offers = CardOffers::of(&self.cx.about, kits);
        let of = Target::kit(&entity, &kit.kit_no);
        let draft = self.cx.drafts.remove(&(Write::Upgrade.into(), of));
        let form = UpgradeScreen::new(entity, kit, offers);
        match draft {
            Some(draft) => form.with_draft(draft, &self.cx.keymap.named(Action::StartOver)),
            None => form,
        }
    }

    /// Whether a write may be begun. Asks for the tenant where that is still to be typed.
    pub(super) fn may_begin(&mut self, begun: PendingWrite, subject: Subject) -> bool {
        let question = self.cx.session.tenant_question(begun.write(), subject);
        let Some(question) = question else {
            return true;
        };
        self.open(TenantQuestion::new(question, begun));
        false
    }

    /// Whether any of what it may come to can be begun with a kit.
    pub(super) fn may_begin_with(&self, begun: Begun, kit: &Kit) -> Result<(), String> {
        self.cx.about.rights.need(Right::Write)?;
        let may = begun.writes(kit)?.into_iter();
        let mut may = may.map(|write| self.may_begin_on(write, kit));
        let first = may.next().unwrap_or(Ok(()));
        if may.any(|may| may.is_ok()) {
            return Ok(());
        }
        first
    }

    /// Whether an operation on a kit can be begun: in the kit's state, here, and with no open write in the
    /// way.
    pub(super) fn may_begin_on(&self, write: Write, kit: &Kit) -> Result<(), String> {
        self.cx.about.rights.need(Right::Write)?;
        let kind = Kind::from_write(write);
        match kind.about {
            About::Kit(Change::SetPin) => pin::may_set(&self.cx.about, kit)?,
            About::Kit(_) => kind.may(kit)?,
            About::Customer(_) => kind.may_any(self.tabs[TabName::Kits].root.shown().kits)?,
            About::Order(_) => return self.may_cancel(),
        }
        let is_of_kit = matches!(kind.about, About::Kit(_));
        let subject = Subject {
            entity: kit.entity.clone(),
            kit: is_of_kit.then(|| kit.kit_no.clone()),
            order: None,
        };
        self.may_write(write, &subject)
    }

    /// Whether the order that is shown can be cancelled, with no open write in the way.
    pub(super) fn may_cancel(&self) -> Result<(), String> {
        self.cx.about.rights.need(Right::Write)?;
        match self.tabs[TabName::Orders].root.shown().order {
            Some((_, order)) => Kind::from_write(Write::CancelOrder).may_order(order)?,
            None => return Err(words::NO_ORDER.into()),
        }
        self.may_write(Write::CancelOrder, &self.order())
    }

    /// Whether the order in front could be cancelled, as far as it is known here.
    pub(super) fn is_cancellable_in_front(&self) -> bool {
        let order = self.tabs[TabName::Orders].root.shown().order;
        self.place() == Place::Order
            && order.is_some_and(|(_, order)| {
                Kind::from_write(Write::CancelOrder)
                    .may_order(order)
                    .is_ok()
            })
    }

    /// The order that is shown, as the journal names it.
    pub(super) fn order(&self) -> Subject {
        let order = self.tabs[TabName::Orders].root.shown().order;
        order.map_or_else(Subject::default, |(id, _)| Subject::order(id.clone()))
    }

    /// The journal would hold the write back after it was confirmed: this says so before.
    fn may_write(&self, write: Write, subject: &Subject) -> Result<(), String> {
        let is_in_the_way = |open: &&OpenWrite| {
            let (intent, about) = (&open.intent, &self.cx.about);
            open.forbids(write)
                && intent.subject.excludes(subject)
                && intent.place.environment == about.environment
                && intent.place.tenant.as_str() == about.tenant
        };
        let journal = &self.cx.journal;
        if let Some(open) = journal.open_of_others.iter().find(is_in_the_way) {
            return Err(of_another(open));
        }
        match journal.open.iter().find(is_in_the_way) {
            Some(open) => Err(sentence(&match open.state {
                State::UnderWay => format!("{open}"),
                State::Unknown | State::Abandoned => words::open_write(
                    &open.of(),
                    &open.noun(),
                    &open.intent.id,
                    &self.cx.keymap.named(Action::Journal),
                ),
            })),
            None => Ok(()),
        }
    }

    /// Says why something is not begun, here and in the journal.
    pub(super) fn refuse(&mut self, write: Write, subject: Subject, why: String) {
        let note = Note {
            message: Some(why.clone()),
            ..Note::new(NoteKind::Refusal, write, subject).answered()
        };
        self.cx.note(note);
        self.cx.notices.answer(why);
    }
}

/// What somebody else has open, whose record this person may not see: who it is and what is to be done.
fn of_another(open: &OpenWrite) -> String {
    let (whose, what, who) = (open.of(), open.noun(), &open.intent.who.operator);
    sentence(&match open.state {
        State::UnderWay => words::under_way_by(&whose, &what, who),
        State::Unknown | State::Abandoned => words::open_by(&whose, &what, who, &Role::Settle),
    })
}
