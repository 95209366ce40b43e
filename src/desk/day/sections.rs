//! A day as tables: which there are, in which order, and what their cells say.

use jiff::Timestamp;

use super::{Day, OfBank, StandingWrite, Tally, USUAL_WRITES};
use crate::dcms::{EntityId, KitNo, OrderId};
use crate::desk::operations::Kind;
use crate::desk::sentences::counted;
use crate::journal::{Operation, Standing, State, Where};
use crate::utc::day_of;

/// A table with its title. No column of it is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Of its columns.
    pub heads: Vec<&'static str>,
    /// A cell for each head.
    pub rows: Vec<Vec<String>>,
    /// What is said where there are no rows.
    pub none: &'static str,
}

impl Section {
    fn new<const N: usize>(
        title: impl Into<String>,
        heads: [&'static str; N],
        rows: impl Iterator<Item = [String; N]>,
        none: &'static str,
    ) -> Self {
        let rows: Vec<_> = rows.collect();
        let is_used: [bool; N] =
            std::array::from_fn(|at| rows.iter().any(|row| !row[at].is_empty()));
        let used = |at: &usize| is_used[*at];
        Self {
            title: title.into(),
            heads: (0..N).filter(used).map(|at| heads[at]).collect(),
            rows: rows
                .iter()
                .map(|row| (0..N).filter(used).map(|at| row[at].clone()).collect())
                .collect(),
            none,
        }
    }
}

/// The words for how a write stands.
#[must_use]
pub fn standing_words(standing: Standing) -> String {
    match standing {
        Standing::Answered(word) => word.spoken(),
        Standing::Settled(word) => format!("{}, settled", word.spoken()),
        Standing::Open(State::UnderWay) => "under way".to_owned(),
        Standing::Open(State::Unknown) => "unknown, open".to_owned(),
        Standing::Open(State::Abandoned) => "no answer, open".to_owned(),
    }
}

/// `3 writes: 2 done, 1 unknown`.
fn told(tally: Tally) -> String {
    let counts = tally.counts().filter(|(_, count)| *count > 0);
    let counts = counts.map(|(word, count)| format!("{count} {}", word.spoken()));
    let counts: Vec<_> = counts.collect();
    let writes = counted(u64::try_from(tally.total()).unwrap_or(u64::MAX), "write");
    if counts.is_empty() {
        writes
    } else {
        format!("{writes}: {}", counts.join(", "))
    }
}

impl Day {
    /// `Day's end 2026-11-03 (UTC)`, and whose.
    #[must_use]
    pub fn title(&self) -> String {
        let of = self.operator.as_ref();
        let of = of.map(|operator| format!(", operator {operator}"));
        let bank = if self.of_bank.is_some() {
            ", the whole bank"
        } else {
            ""
        };
        format!(
            "Day's end {} (UTC){}{bank}",
            self.date,
            of.unwrap_or_default()
        )
    }

    /// The day in a line.
    #[must_use]
    pub fn summary(&self) -> String {
        let look_ups: u64 = self.look_ups.values().sum();
        let place = self.only_place();
        let place = place.map(|place| format!(" At {}.", place_words(place)));
        let told = told(Tally::of(&self.writes));
        let look_ups = counted(look_ups, "look-up");
        let as_of = self.of_bank.as_ref().map(|bank| {
            let at = bank.as_of.strftime("%Y-%m-%d %H:%M:%S UTC");
            format!(" What the hosts had forwarded by {at}.")
        });
        let [place, as_of] = [place, as_of].map(Option::unwrap_or_default);
        format!("{told}. {look_ups}.{place}{as_of}")
    }

    /// Everything about it, what needs somebody first. Those of single operators are made when they are asked for: each
    /// write is in one of them, and a bank has many.
    pub fn sections(&self) -> impl Iterator<Item = Section> {
        let mut sections = vec![
            self.of_writes("Unknown and unsettled", self.unsettled(), None),
            self.refused(),
            self.of_writes("Final steps", self.final_steps(), None),
            self.busy(),
            self.by_hour(),
            self.by_operator(),
        ];
        if let Some(bank) = &self.of_bank {
            sections.insert(5, by_host(bank));
        }
        let operators = self.operators().into_iter();
        let operators = operators.filter(|(_, of_day)| !of_day.writes.is_empty());
        let of_operators = operators.map(|(operator, of_day)| {
            let tally = Tally::of(of_day.writes.iter().copied());
            let title = format!("{operator}: {}", told(tally));
            self.of_writes(title, of_day.writes.into_iter(), Some(operator))
        });
        sections.into_iter().chain(of_operators)
    }

    /// The one DCMS that all of it is about. Where there are several, each row has its own.
    fn only_place(&self) -> Option<&Where> {
        let mut places = self.open_before.iter().chain(&self.writes);
        let first = &places.next()?.intent.place;
        let is_only = places.all(|write| write.intent.place.same_cards(first));
        is_only.then_some(first)
    }

    /// What a row has as its place: nothing where all have the same.
    fn place_cell(&self) -> impl Fn(&Where) -> String {
        let is_only = self.only_place().is_some();
        move |place| {
            if is_only {
                String::new()
            } else {
                place_words(place)
            }
        }
    }

    /// With the day where it is another one.
    fn time_cell(&self, at: Timestamp) -> String {
        let is_today = day_of(at) == self.date;
        let format = if is_today {
            "%H:%M:%S"
        } else {
            "%Y-%m-%d %H:%M:%S"
        };
        at.strftime(format).to_string()
    }

    fn of_writes<'a>(
        &self,
        title: impl Into<String>,
        writes: impl Iterator<Item = &'a StandingWrite>,
        named: Option<&str>,
    ) -> Section {
        let heads = [
            "RECORD",
            "TIME (UTC)",
            "BY",
            "HOST",
            "WHAT",
            "CUSTOMER",
            "KIT OR ORDER",
            "REASON",
            "OUTCOME",
            "CODE",
            "AT",
        ];
        let place_cell = self.place_cell();
        let rows = writes.map(|write| {
            let intent = &write.intent;
            let subject = &intent.subject;
            let kit = subject.kit.as_ref().map(KitNo::to_string);
            let order = subject.order.as_ref().map(OrderId::to_string);
            // Who it was is in the title where that names them.
            let operator = Some(intent.who.operator.as_str()).filter(|who| named != Some(*who));
            [
                write.name(),
                self.time_cell(intent.at),
                operator.unwrap_or_default().to_owned(),
                // This host is not named.
                write
                    .copied
                    .as_ref()
                    .map(|_| intent.who.host.clone())
                    .unwrap_or_default(),
                what(intent.operation).to_owned(),
                subject
                    .entity
                    .as_ref()
                    .map(EntityId::to_string)
                    .unwrap_or_default(),
                kit.or(order).unwrap_or_default(),
                intent.reason.clone().unwrap_or_default(),
                standing_words(write.standing),
                write.error_code.clone().unwrap_or_default(),
                place_cell(&intent.place),
            ]
        });
        Section::new(title, heads, rows, "None.")
    }

    fn refused(&self) -> Section {
        let rows = self.refusals().into_iter();
        let rows =
            rows.map(|(code, count)| [code.unwrap_or("no code").to_owned(), count.to_string()]);
        Section::new("Refused, by code", ["CODE", "WRITES"], rows, "None.")
    }

    fn busy(&self) -> Section {
        let place_cell = self.place_cell();
        let rows = self.busy_customers().into_iter().map(|customer| {
            [
                customer.entity.to_string(),
                customer.writes.to_string(),
                place_cell(customer.place),
            ]
        });
        let title = format!("Customers with more than {USUAL_WRITES} writes");
        Section::new(title, ["CUSTOMER", "WRITES", "AT"], rows, "None.")
    }

    fn by_hour(&self) -> Section {
        let hours = self.hours();
        let rows = hours
            .iter()
            .enumerate()
            .filter(|(_, tally)| tally.total() > 0);
        let rows =
            rows.map(|(hour, tally)| tally_row(format!("{hour:02}:00"), *tally, String::new()));
        let heads = tally_heads("HOUR (UTC)", "");
        Section::new("Writes by hour", heads, rows, "None.")
    }

    fn by_operator(&self) -> Section {
        let rows = self.operators().into_iter().map(|(operator, of_day)| {
            let tally = Tally::of(of_day.writes.iter().copied());
            tally_row(operator.to_owned(), tally, of_day.look_ups.to_string())
        });
        let heads = tally_heads("OPERATOR", "LOOK-UPS");
        Section::new("Operators", heads, rows, "None.")
    }
}

fn by_host(bank: &OfBank) -> Section {
    let rows = bank.hosts.iter().map(|((branch, host), of_host)| {
        let row = tally_row(host.clone(), of_host.tally, of_host.look_ups.to_string());
        let mut cells: [String; 9] = std::array::from_fn(|_| branch.clone().unwrap_or_default());
        cells[1..].clone_from_slice(&row);
        cells
    });
    let heads = tally_heads("HOST", "LOOK-UPS");
    let mut with_branch = ["BRANCH"; 9];
    with_branch[1..].copy_from_slice(&heads);
    Section::new("Branches and hosts", with_branch, rows, "None.")
}

/// The columns of [`tally_row`].
fn tally_heads(first: &'static str, last: &'static str) -> [&'static str; 8] {
    [
        first, "WRITES", "DONE", "REFUSED", "NOT SENT", "UNKNOWN", "NOT DONE", last,
    ]
}

/// The number of each outcome; none of those that there are not.
fn tally_row(first: String, tally: Tally, last: String) -> [String; 8] {
    let mut row: [String; 8] = std::array::from_fn(|_| String::new());
    row[0] = first;
    row[1] = tally.total().to_string();
    for (at, (_, count)) in tally.counts().enumerate() {
        if count > 0 {
            row[2 + at] = count.to_string();
        }
    }
    row[7] = last;
    row
}

fn what(operation: Operation) -> &'static str {
    match operation {
        Operation::Write(write) => Kind::from_write(write).words.record,
        Operation::LookUp(_) | Operation::Session | Operation::Journal => operation.word(),
    }
}

fn place_words(place: &Where) -> String {
    format!("{} ({})", place.tenant, place.environment)
}
