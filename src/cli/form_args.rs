//! The flags of an operation that declares what is asked before it: one for each of its fields, from the same
//! declaration as the console's form.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::failed::Failed;
use super::line::Line;
use super::offered::Offered;
use super::write::{self, Ending, WriteArgs, WriteSubcommand};
use crate::dcms::{EntityId, KitNo};
use crate::desk::operations::{About, Answers, Field, YES};
use crate::desk::{Kind, Request, Target};
use crate::journal::{Subject, Write};
use crate::utc;

mod words {
    pub(super) const OTHER_ARGUMENTS: &str = "the operation has other arguments";
    pub(super) const CUSTOMER: &str = "The customer's id";
    pub(super) const KIT: &str = "The kit";
    pub(super) const WHICH_ADDRESS: &str = "Which one is meant where there are several addresses of that kind, \
        by its number in the review";
}

/// The arguments of the operation that has this place in [`Write::ALL`].
pub(super) struct FormArgs<const WRITE: usize>(pub(super) Filled);

/// What was given to such an operation.
pub(super) struct Filled {
    kind: &'static Kind,
    entity: EntityId,
    /// Where it is about one.
    kit: Option<KitNo>,
    /// What was typed for each of its fields.
    typed: Vec<String>,
    /// Which address is meant, where there are several.
    address: Option<usize>,
    write: WriteArgs,
}

const ENTITY: &str = "entity";
const KIT: &str = "kit";
const ADDRESS: &str = "address";

impl<const WRITE: usize> Args for FormArgs<WRITE> {
    fn augment_args(command: Command) -> Command {
        flags(Kind::from_write(Write::ALL[WRITE]), command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<const WRITE: usize> FromArgMatches for FormArgs<WRITE> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Filled::read(Kind::from_write(Write::ALL[WRITE]), matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// What an operation asks for.
fn fields(kind: &Kind) -> &'static [Field] {
    kind.asks().unwrap_or_default()
}

fn flags(kind: &Kind, command: Command) -> Command {
    let fields = fields(kind);
    let entity = flag(ENTITY, words::CUSTOMER).value_name("ID");
    let entity = entity.value_parser(EntityId::parse).required(true);
    let kit = flag(KIT, words::KIT).value_name("NO");
    let kit = kit.value_parser(KitNo::parse).required(true);
    let is_of_kit = matches!(kind.about, About::Kit(_));
    let flags = [entity].into_iter().chain(is_of_kit.then_some(kit));
    let flags = flags.chain(fields.iter().map(|field| flag_of(*field, fields)));
    let address = flag(ADDRESS, words::WHICH_ADDRESS);
    let address = address
        .value_name("N")
        .value_parser(clap::value_parser!(usize))
        .requires(Field::Delivery.word());
    let has_delivery = fields.contains(&Field::Delivery);
    let flags = flags.chain(has_delivery.then_some(address));
    WriteArgs::augment_args(command.args(flags))
}

impl Filled {
    fn read(kind: &'static Kind, matches: &ArgMatches) -> Result<Self, clap::Error> {
        let typed = fields(kind).iter().map(|field| match field {
            Field::Replace if matches.get_flag(field.word()) => YES.to_owned(),
            Field::Replace => String::new(),
            Field::Reason(_)
            | Field::Note
            | Field::CardType
            | Field::Delivery
            | Field::LostAt
            | Field::Step => {
                let typed = matches.get_one::<String>(field.word());
                typed.cloned().unwrap_or_default()
            }
        });
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingRequiredArgument);
        Ok(Self {
            kind,
            entity: matches.get_one(ENTITY).cloned().ok_or_else(missing)?,
            // There is no such flag where it is about a customer.
            kit: matches.try_get_one(KIT).ok().flatten().cloned(),
            typed: typed.collect(),
            address: matches.try_get_one(ADDRESS).ok().flatten().copied(),
            write: WriteArgs::from_arg_matches(matches)?,
        })
    }

    /// What is asked for, read by the operation's own fields.
    fn request(&self, operator: &str) -> Result<Request, Failed> {
        let fields = fields(self.kind);
        let typed = |field| {
            let place = fields.iter().position(|known| *known == field);
            place.map_or("", |place| &self.typed[place])
        };
        let answers =
            Answers::read(fields, utc::local_now(&utc::zone_here()), typed).map_err(|wrong| {
                let said = wrong.into_iter();
                let said = said.map(|(place, said)| format!("--{}: {said}", fields[place].word()));
                Failed::usage(said.collect::<Vec<_>>().join("; "))
            })?;
        let about = Target::from_subject(&self.subject());
        let request = about.and_then(|about| self.kind.request(&about, answers, operator));
        request.ok_or_else(|| Failed::internal(words::OTHER_ARGUMENTS))
    }
}

impl WriteSubcommand for Filled {
    fn kind(&self) -> Write {
        self.kind.write
    }

    fn subject(&self) -> Subject {
        Subject {
            entity: Some(self.entity.clone()),
            kit: self.kit.clone(),
            order: None,
        }
    }

    fn write(&self) -> &WriteArgs {
        &self.write
    }

    fn run<'a>(&'a self, line: &'a mut Line<'_>) -> Ending<'a> {
        Box::pin(async move {
            let request = write::to_address(self.request(&line.operator)?, self.address)?;
            write::run(request, &self.write, line).await
        })
    }
}

/// The flag of a field. What it means is read by the field itself.
fn flag_of(field: Field, fields: &[Field]) -> Arg {
    let is_required = field.is_required() && !field.depends_on_replace(fields);
    let mut arg = flag(field.word(), field.explained()).required(is_required);
    if field.depends_on_replace(fields) {
        arg = arg.requires(Field::Replace.word());
    }
    let (value, is_one_of_few) = match field {
        Field::Reason(_) => ("CODE", true),
        Field::Note => ("TEXT", false),
        Field::Replace => return arg.action(ArgAction::SetTrue),
        Field::CardType => ("TYPE", true),
        Field::Delivery => ("ADDRESS", true),
        Field::LostAt => ("TIME", false),
        Field::Step => ("WHAT", true),
    };
    let arg = arg.value_name(value);
    if is_one_of_few {
        arg.value_parser(Offered::new(field.choices()))
    } else {
        arg
    }
}

fn flag(word: &'static str, says: &'static str) -> Arg {
    // As clap does it with a comment: no full stop.
    Arg::new(word).long(word).help(says.trim_end_matches('.'))
}
