//! `kitdesk set-limits`: the limits are read, changed, reviewed, confirmed, and set once.

use super::confirm::Confirmation;
use super::failed::Failed;
use super::line::Line;
use super::write::{self, Ending, WriteArgs, WriteSubcommand};
use crate::dcms::{CardSetting, CardSettings, EntityId, KitNo, SettingValue};
use crate::desk::operations::SetLimits;
use crate::desk::{Asked, Kind, Request, Target};
use crate::journal::{Subject, Write};

mod words {
    use std::fmt::Display;

    pub(super) fn given_twice(setting: &dyn Display) -> String {
        format!("--set: {setting} is given twice")
    }
}

#[derive(clap::Args)]
pub(super) struct SetLimitsArgs {
    /// The customer's id.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: EntityId,
    /// The kit.
    #[arg(long, value_name = "NO", value_parser = KitNo::parse)]
    kit: KitNo,
    /// What to change, like domestic.ecom=on or domestic.atm.daily=20000; may be given several times.
    #[arg(long, value_name = "KEY=VALUE", value_parser = CardSetting::parse, required = true)]
    set: Vec<(CardSetting, SettingValue)>,
    #[command(flatten)]
    write: WriteArgs,
}

impl SetLimitsArgs {
    /// What changes.
    fn changes(&self) -> Result<CardSettings, Failed> {
        let mut seen = Vec::new();
        for (setting, _) in &self.set {
            if seen.contains(setting) {
                return Err(Failed::usage(words::given_twice(&setting)));
            }
            seen.push(*setting);
        }
        Ok(self.set.iter().cloned().collect())
    }
}

impl WriteSubcommand for SetLimitsArgs {
    fn kind(&self) -> Write {
        Write::SetLimits
    }

    fn subject(&self) -> Subject {
        Subject::kit(self.entity.clone(), self.kit.clone())
    }

    fn write(&self) -> &WriteArgs {
        &self.write
    }

    fn run<'a>(&'a self, line: &'a mut Line<'_>) -> Ending<'a> {
        Box::pin(async move {
            let changes = self.changes()?;
            let confirmation = if self.write.dry_run {
                None
            } else {
                Some(Confirmation::of(self.write.yes)?)
            };
            // What is sent follows from what is read, for a dry run too.
            let kind = Kind::from_write(self.kind());
            let target = Target::kit(&self.entity, &self.kit);
            let read = line.read_again(kind.write, target).await?;
            let kit = read.kit(&self.entity, &self.kit).map_err(Failed::usage)?;
            kind.may(kit).map_err(Failed::usage)?;
            let request = SetLimits::new(self.entity.clone(), self.kit.clone(), &changes, &read);
            let mut request = Request::from(request.map_err(Failed::usage)?);
            request.take(&read).map_err(Failed::usage)?;
            let Some(confirmation) = confirmation else {
                return Ok(write::preview(&request, line));
            };
            line.must_not_be_blocked(Asked::new(&request), &write::name(&request))
                .await?;
            write::confirmed(request, confirmation, line).await
        })
    }
}
