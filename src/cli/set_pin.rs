//! `kitdesk set-pin`: the kit is read, the PIN asked for and sealed, reviewed, and set once.
//! What is typed lies in wiped buffers; only the sealed PIN is handed to the desk.

use super::confirm::Confirmation;
use super::failed::Failed;
use super::line::Line;
use super::report::{Answer, say};
use super::secrets::{Source, Wanted};
use super::write::{self, Ending, WriteArgs, WriteSubcommand};
use crate::dcms::{EntityId, Expiry, Kit, KitNo};
use crate::desk::operations::SetPin;
use crate::desk::sentences::{NO_MASK, sentence};
use crate::desk::session::{PanPlan, pan_opened};
use crate::desk::{
    Asked, Kind, PinSettings, Request, SealJob, SealedUp, Target, checks, pan_opens,
};
use crate::journal::{Subject, Write};
use crate::tasks;

mod words {
    use std::fmt::Display;

    pub(super) const NOT_TRIED: &str = "the card number could not be tried";
    pub(super) const NOT_SEALED: &str = "the PIN could not be sealed";

    pub(super) fn no_expiry(kit: &dyn Display) -> String {
        format!("kit {kit} has no expiry: give the card's with --expiry MMYY")
    }

    pub(super) fn must_be_keyed(why: &dyn Display) -> String {
        format!("{why} It must be keyed from the card.")
    }
}

#[derive(clap::Args)]
pub(super) struct SetPinArgs {
    /// The customer's id.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: EntityId,
    /// The kit whose PIN is set.
    #[arg(long, value_name = "NO", value_parser = KitNo::parse)]
    kit: KitNo,
    /// The card's expiry, instead of the kit's.
    #[arg(long, value_name = "MMYY", value_parser = Expiry::parse)]
    expiry: Option<Expiry>,
    /// Read the PIN, then the card number if one is needed, from standard input, a line each.
    #[arg(long)]
    secrets_stdin: bool,
    #[command(flatten)]
    write: WriteArgs,
}

impl WriteSubcommand for SetPinArgs {
    fn kind(&self) -> Write {
        Write::SetPin
    }

    fn subject(&self) -> Subject {
        Subject::kit(self.entity.clone(), self.kit.clone())
    }

    fn write(&self) -> &WriteArgs {
        &self.write
    }

    fn run<'a>(&'a self, line: &'a mut Line<'_>) -> Ending<'a> {
        Box::pin(async move {
            let pin_settings = line.pin_settings.clone();
            pin_settings.admits_pins().map_err(Failed::usage)?;
            checks::has_pin_key(&pin_settings).map_err(Failed::usage)?;
            let sending = if self.write.dry_run {
                None
            } else {
                let confirmation = Confirmation::of(self.write.yes)?;
                Some((confirmation, Source::of(self.secrets_stdin)?))
            };
            // To the end: what is typed ahead of the questions must not be shown either.
            let _hushed = sending.as_ref().and_then(|(_, source)| source.hush());
            let kind = Kind::from_write(self.kind());
            let target = Target::kit(&self.entity, &self.kit);
            let read = line.read_again(kind.write, target.clone()).await?;
            let kit = read.kit(&self.entity, &self.kit).map_err(Failed::usage)?;
            kind.may(kit).map_err(Failed::usage)?;
            let expiry = self
                .expiry
                .or(kit.expiry)
                .ok_or_else(|| Failed::usage(words::no_expiry(&kit.kit_no)))?;
            let Some((confirmation, source)) = sending else {
                let body = SetPin::body_before_sealing(&self.entity, &self.kit, expiry);
                let preview = line.preview(kind.path, &body);
                return Ok(Answer::Preview(Box::new(preview)));
            };
            let name = format!("{} {target}", kind.words.name);
            let asked = Asked::any(Write::SetPin, &target);
            line.must_not_be_blocked(asked, &name).await?;
            let pan = pan_of(kit, &pin_settings).await?;
            if pan.is_unverified(kit) {
                say(&format!("kitdesk: {}", sentence(NO_MASK)));
            }
            if let PanPlan::Encrypted(_) = pan {
                line.note(pan_opened(target.subject())).await;
            }
            let request = SetPin {
                entity: self.entity.clone(),
                kit: self.kit.clone(),
                expiry,
                pin: sealed(kit, pin_settings, source, pan, line).await?.0,
            };
            let mut request = Request::from(request);
            request.take(&read).map_err(Failed::usage)?;
            write::confirmed(request, confirmation, line).await
        })
    }
}

/// Where the card number comes from: one that does not open must be keyed.
async fn pan_of(kit: &Kit, pin_settings: &PinSettings) -> Result<PanPlan, Failed> {
    let plan = PanPlan::new(kit, pin_settings);
    let PanPlan::Encrypted(encrypted) = plan.clone() else {
        return Ok(plan);
    };
    let (key, mask) = (pin_settings.card_key.clone(), kit.card.clone());
    // A key may come from a slow command.
    let opens = tasks::work(move || pan_opens(&encrypted, key.as_ref(), mask.as_ref()));
    match opens.await {
        Ok(Ok(())) => Ok(plan),
        Ok(Err(error)) => {
            let why = error.to_string();
            say(&words::must_be_keyed(&sentence(&why)));
            Ok(PanPlan::Keyed(why))
        }
        Err(_) => Err(Failed::internal(words::NOT_TRIED)),
    }
}

async fn sealed(
    kit: &Kit,
    pin_settings: PinSettings,
    source: Source,
    pan: PanPlan,
    line: &Line<'_>,
) -> Result<SealedUp, Failed> {
    let wanted = Wanted {
        rule: pin_settings.rule.clone(),
        pan: pan.why_keyed().map(str::to_owned),
        mask: kit.card.clone(),
        subject: Subject {
            entity: kit.entity.clone(),
            kit: Some(kit.kit_no.clone()),
            order: None,
        },
    };
    let given = source.ask(wanted, line).await?;
    let job = SealJob {
        pin: given.pin,
        pan: pan.source(|| given.pan.unwrap_or_default()),
        mask: kit.card.clone(),
        kit: kit.kit_no.clone(),
        pin_settings,
    };
    let sealed = tasks::work(move || job.run());
    let sealed = sealed
        .await
        .map_err(|_| Failed::internal(words::NOT_SEALED))?;
    sealed.map_err(Failed::usage)
}
