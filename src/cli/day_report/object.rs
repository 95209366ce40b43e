//! A day as programs read it.

use jiff::Timestamp;
use serde::Serialize;

use crate::config::Words as _;
use crate::dcms::{EntityId, KitNo, OrderId, Word};
use crate::desk::day::{Day, Tally, is_final};
use crate::journal::{ResultWord, Standing, StandingWrite, State};

#[derive(Serialize)]
pub(super) struct DayObject<'a> {
    date: String,
    operator: Option<&'a str>,
    /// Open writes, those of earlier days too, and what was settled as unknown.
    unsettled: Vec<WriteObject<'a>>,
    refusals: Vec<RefusalObject<'a>>,
    final_steps: Vec<WriteObject<'a>>,
    busy_customers: Vec<BusyObject<'a>>,
    /// All 24.
    hours: Vec<HourObject>,
    operators: Vec<OperatorObject<'a>>,
    /// Of a whole bank, by host.
    hosts: Vec<HostObject<'a>>,
    /// When a bank's records were read.
    as_of: Option<String>,
    writes: Vec<WriteObject<'a>>,
}

/// A write; its message and what was read are in the journal.
#[derive(Serialize)]
pub(super) struct WriteObject<'a> {
    pub(super) journal_id: i64,
    pub(super) at: String,
    pub(super) operator: &'a str,
    pub(super) tenant: &'a str,
    pub(super) environment: &'static str,
    pub(super) operation: &'static str,
    pub(super) entity_id: Option<&'a str>,
    pub(super) kit_no: Option<&'a str>,
    pub(super) order_id: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
    pub(super) outcome: &'static str,
    /// `answered`, `settled`, `open` or `under_way`.
    pub(super) state: &'static str,
    pub(super) error_code: Option<&'a str>,
    #[serde(rename = "final")]
    pub(super) is_final: bool,
    pub(super) host: &'a str,
    /// Of a whole bank, for which the host is enrolled.
    pub(super) branch: Option<&'a str>,
    /// Of a whole bank, the journal that the record is in.
    pub(super) chain: Option<&'a str>,
}

#[derive(Serialize)]
struct RefusalObject<'a> {
    code: Option<&'a str>,
    writes: usize,
}

#[derive(Serialize)]
struct BusyObject<'a> {
    tenant: &'a str,
    environment: &'static str,
    entity_id: &'a str,
    writes: usize,
}

/// How many writes have each outcome.
#[derive(Serialize)]
struct TallyObject {
    writes: usize,
    done: usize,
    refused: usize,
    not_sent: usize,
    unknown: usize,
    not_done: usize,
}

#[derive(Serialize)]
struct HourObject {
    hour: usize,
    #[serde(flatten)]
    tally: TallyObject,
}

#[derive(Serialize)]
struct HostObject<'a> {
    branch: Option<&'a str>,
    host: &'a str,
    #[serde(flatten)]
    tally: TallyObject,
    look_ups: u64,
}

#[derive(Serialize)]
struct OperatorObject<'a> {
    operator: &'a str,
    #[serde(flatten)]
    tally: TallyObject,
    look_ups: u64,
}

impl From<Tally> for TallyObject {
    fn from(tally: Tally) -> Self {
        let of = |word: ResultWord| tally.of_word(word);
        Self {
            writes: tally.total(),
            done: of(ResultWord::Outcome(Word::Done)),
            refused: of(ResultWord::Outcome(Word::Refused)),
            not_sent: of(ResultWord::Outcome(Word::NotSent)),
            unknown: of(ResultWord::Outcome(Word::Unknown)),
            not_done: of(ResultWord::NotDone),
        }
    }
}

impl<'a> From<&'a StandingWrite> for WriteObject<'a> {
    fn from(write: &'a StandingWrite) -> Self {
        let intent = &write.intent;
        let subject = &intent.subject;
        let copied = write.copied.as_deref();
        Self {
            journal_id: intent.id.0,
            at: time(intent.at),
            operator: &intent.who.operator,
            tenant: intent.place.tenant.as_str(),
            environment: intent.place.environment.name(),
            operation: intent.operation.word(),
            entity_id: subject.entity.as_ref().map(EntityId::as_str),
            kit_no: subject.kit.as_ref().map(KitNo::as_str),
            order_id: subject.order.as_ref().map(OrderId::as_str),
            reason: intent.reason.as_deref(),
            outcome: write.standing.word().word(),
            state: match write.standing {
                Standing::Answered(_) => "answered",
                Standing::Settled(_) => "settled",
                Standing::Open(State::UnderWay) => "under_way",
                Standing::Open(State::Unknown | State::Abandoned) => "open",
            },
            error_code: write.error_code.as_deref(),
            is_final: is_final(write),
            host: &intent.who.host,
            branch: copied.and_then(|copied| copied.branch.as_deref()),
            chain: copied.map(|copied| &*copied.mark.chain),
        }
    }
}

/// As `journal list` writes it.
fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

impl<'a> From<&'a Day> for DayObject<'a> {
    fn from(day: &'a Day) -> Self {
        let refusals = day.refusals().into_iter();
        let busy = day.busy_customers().into_iter();
        let hours = day.hours().into_iter().enumerate();
        let operators = day.operators().into_iter();
        Self {
            date: day.date.to_string(),
            operator: day.operator.as_deref(),
            unsettled: day.unsettled().map(Into::into).collect(),
            refusals: refusals
                .map(|(code, writes)| RefusalObject { code, writes })
                .collect(),
            final_steps: day.final_steps().map(Into::into).collect(),
            busy_customers: busy
                .map(|customer| BusyObject {
                    tenant: customer.place.tenant.as_str(),
                    environment: customer.place.environment.name(),
                    entity_id: customer.entity.as_str(),
                    writes: customer.writes,
                })
                .collect(),
            hours: hours
                .map(|(hour, tally)| HourObject {
                    hour,
                    tally: tally.into(),
                })
                .collect(),
            operators: operators
                .map(|(operator, of_day)| OperatorObject {
                    operator,
                    tally: Tally::of(of_day.writes).into(),
                    look_ups: of_day.look_ups,
                })
                .collect(),
            hosts: day
                .of_bank
                .iter()
                .flat_map(|bank| &bank.hosts)
                .map(|((branch, host), of_host)| HostObject {
                    branch: branch.as_deref(),
                    host,
                    tally: of_host.tally.into(),
                    look_ups: of_host.look_ups,
                })
                .collect(),
            as_of: day.of_bank.as_ref().map(|bank| time(bank.as_of)),
            writes: day.writes.iter().map(Into::into).collect(),
        }
    }
}
