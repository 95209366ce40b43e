//! The async task: takes commands from a channel, runs each as a job of its own, sends the events.
//! Look-ups can be left; a write that has begun runs to its end, and one kit has one at a time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::watch;
use tokio::task::{AbortHandle, Id, JoinError, JoinHandle, JoinSet};

use super::access::Access;
use super::asking;
use super::bank::{self, BankQuestion};
use super::central::Delivery;
use super::day::Day;
use super::gone;
use super::history;
use super::look_ups;
use super::message::{Command, Event, Next, OpenNow, Ticket};
use super::operations::Request;
use super::receipt::is_doubted;
use super::recorder::Recorder;
use super::settling::{RecordedIntent, Schedule, settle_in_time, settle_now};
use super::target::Target;
use super::work::{Notes, Work};
use super::written::Written;
use crate::dcms::{Client, Doubt, NotSent, ReadError};
use crate::journal::{
    JournalError, Note, NoteKind, RecordId, RecordThread, Settlement, Standing, guarded,
};
use crate::tasks;
use crate::utc::{day_of, now};

/// How many messages wait in a channel before the sender does.
const WAITING: usize = 64;

/// The screens' end of both channels.
pub struct Handle {
    /// Questions to the desk.
    pub commands: Sender<Command>,
    /// Its answers.
    pub events: Receiver<Event>,
    task: JoinHandle<()>,
    writes: Writes,
}

impl Handle {
    /// Whether a write is under way.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        !self.writes.borrow().is_empty()
    }

    /// What is being written, for those who don't have the desk itself.
    #[must_use]
    pub fn writes(&self) -> WritesUnderWay {
        WritesUnderWay(self.writes.subscribe())
    }

    /// No more questions. Waits for a write under way, so that its outcome is recorded, but not
    /// longer than this. Says whether all has come to its end; the events until then go to `last`.
    pub async fn finish(self, patience: Duration, mut last: impl FnMut(Event)) -> bool {
        let Self {
            commands,
            mut events,
            task,
            writes: _,
        } = self;
        drop(commands);
        let rest = async {
            while let Some(event) = events.recv().await {
                last(event);
            }
            task.await.ok();
        };
        tokio::time::timeout(patience, rest).await.is_ok()
    }
}

/// Starts the task. `connect` makes the client while the first picture is drawn; where that
/// fails, its sentence answers every command. Many desks can share what a client keeps: see
/// [`Client::for_another_desk`]. What `access` does not allow is refused.
pub fn start(
    connect: impl Future<Output = Result<Client, String>> + Send + 'static,
    recorder: Recorder,
    schedule: Schedule,
    access: Access,
) -> Handle {
    let (commands, inbox) = channel(WAITING);
    let (outbox, events) = channel(WAITING);
    let desk = Desk {
        notes: Notes::new(recorder.clone(), outbox.clone()),
        recorder,
        schedule,
        access,
        outbox,
        under_way: UnderWay::default(),
        jobs: JoinSet::new(),
        if_it_crashes: HashMap::new(),
    };
    let writes = Arc::clone(&desk.under_way.writes);
    let task = tasks::spawn(desk.serve(connect, inbox));
    Handle {
        commands,
        events,
        task,
        writes,
    }
}

/// What is under way.
#[derive(Default)]
struct UnderWay {
    look_ups: HashMap<Ticket, AbortHandle>,
    settling: HashMap<RecordId, AbortHandle>,
    writes: Writes,
}

/// What is being written to.
type Writes = Arc<watch::Sender<Vec<Target>>>;

/// What a desk is writing.
pub struct WritesUnderWay(watch::Receiver<Vec<Target>>);

impl WritesUnderWay {
    /// Whether something is being written now.
    #[must_use]
    pub fn is_any(&self) -> bool {
        !self.0.borrow().is_empty()
    }

    /// Comes back once nothing is being written.
    pub async fn over(mut self) {
        // A desk that is gone writes nothing.
        self.0.wait_for(Vec::is_empty).await.ok();
    }
}

/// The right to write to a target and all that it contains; its drop gives the right back.
struct Turn {
    target: Target,
    writes: Writes,
}

impl Turn {
    /// Nothing where another write has it, or a part of it.
    fn take(target: Target, writes: &Writes) -> Option<Self> {
        let is_free = writes.send_if_modified(|taken| {
            let is_free = !taken.iter().any(|other| other.excludes(&target));
            if is_free {
                taken.push(target.clone());
            }
            is_free
        });
        let writes = Arc::clone(writes);
        // Not before it is known: its drop gives the right back.
        is_free.then(|| Self { target, writes })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.writes
            .send_modify(|taken| taken.retain(|target| target != &self.target));
    }
}

/// What has changed of how far the records are forwarded; nothing where they never are.
async fn changed(delivery: &mut Option<watch::Receiver<Delivery>>) -> Option<Delivery> {
    let delivery = delivery.as_mut()?;
    delivery.changed().await.ok()?;
    Some(delivery.borrow_and_update().clone())
}

/// What a job was when it ends.
enum Ended {
    LookUp(Ticket),
    /// A write, with what is to be settled by reading.
    Write(Option<RecordedIntent>),
    Settling(RecordId),
    Other,
}

struct Desk {
    recorder: Recorder,
    notes: Notes,
    schedule: Schedule,
    /// What may be asked of it.
    access: Access,
    outbox: Sender<Event>,
    under_way: UnderWay,
    jobs: JoinSet<Ended>,
    /// What answers the question that a job was to answer, if it crashes.
    if_it_crashes: HashMap<Id, Event>,
}

impl Desk {
    async fn serve(
        mut self,
        connect: impl Future<Output = Result<Client, String>>,
        mut inbox: Receiver<Command>,
    ) {
        self.tell_what_is_open();
        let mut delivery = self.recorder.central().map(|central| central.delivery());
        if let Some(delivery) = &mut delivery
            && delivery.borrow().trouble.is_some()
        {
            // It began before this desk did.
            delivery.mark_changed();
        }
        let client = connect.await.map(Arc::new);
        loop {
            tokio::select! {
                Some(news) = changed(&mut delivery) => {
                    self.outbox.send(Event::Central(news)).await.ok();
                }
                command = inbox.recv() => match command {
                    None => break,
                    Some(command) => self.take(command, &client).await,
                },
                Some(ended) = self.jobs.join_next_with_id() => match self.ended(ended).await {
                    Some(Ended::LookUp(ticket)) => {
                        self.under_way.look_ups.remove(&ticket);
                        // Another program may have left something open meanwhile.
                        self.tell_what_is_open();
                    }
                    Some(Ended::Write(open)) => {
                        if let (Some(open), Ok(client)) = (open, &client) {
                            self.settle_in_time(open, Arc::clone(client));
                        }
                        self.tell_what_is_open();
                    }
                    Some(Ended::Settling(record)) => {
                        self.under_way.settling.remove(&record);
                        self.tell_what_is_open();
                    }
                    Some(Ended::Other) | None => {}
                },
            }
        }
        // The screens are gone. What only reads goes with them; a write that has been sent is
        // waited for, and what is still to be recorded is recorded.
        let reads = self.under_way.look_ups.values();
        for job in reads.chain(self.under_way.settling.values()) {
            job.abort();
        }
        while let Some(ended) = self.jobs.join_next_with_id().await {
            self.ended(ended).await;
        }
        self.recorder.drained().await;
        if let Some(central) = self.recorder.central() {
            central.drained().await;
        }
    }

    /// Begins what was asked for, and remembers what answers it if its job crashes.
    async fn take(&mut self, command: Command, client: &Result<Arc<Client>, String>) {
        let command = match self.access.admit(command) {
            Ok(command) => command,
            Err((command, why)) => return self.forbid(&command, &why).await,
        };
        let if_it_crashes = unanswered(&command, ReadError::Lost(Doubt::Crashed));
        let begun = match (self.of_the_journal(command), client) {
            (Ok(job), _) => job,
            (Err(command), Ok(client)) => self.begin(command, Arc::clone(client)).await,
            (Err(command), Err(why)) => self.refuse(&command, NotSent::Unmade(why.clone())).await,
        };
        if let (Some(job), Some(answer)) = (begun, if_it_crashes) {
            self.if_it_crashes.insert(job.id(), answer);
        }
    }

    /// What a job was when it ends; nothing where it was left, or has crashed.
    async fn ended(&mut self, ended: Result<(Id, Ended), JoinError>) -> Option<Ended> {
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let answer = self.if_it_crashes.remove(&id);
        match ended {
            Ok((_, ended)) => return Some(ended),
            Err(crashed) if crashed.is_panic() => {
                tracing::error!("a job has panicked");
                if answer.is_some() {
                    // An intent that it has recorded stays open.
                    self.tell_what_is_open();
                }
                for event in answer.into_iter().chain([Event::Crashed]) {
                    self.outbox.send(event).await.ok();
                }
            }
            Err(_) => tracing::debug!("a job was left"),
        }
        None
    }

    fn work(&self, client: Arc<Client>) -> Work {
        Work {
            client,
            recorder: self.recorder.clone(),
            events: self.outbox.clone(),
            notes: self.notes.clone(),
            settles_at_once: self.schedule.at_once,
        }
    }

    /// Begins what needs the DCMS.
    async fn begin(&mut self, command: Command, client: Arc<Client>) -> Option<AbortHandle> {
        let work = self.work(client);
        let look_up = match command {
            Command::Prepare(Next::LookUp) => {
                work.client.prepare_look_up();
                return None;
            }
            Command::Prepare(Next::Write) => {
                self.spawn(async move {
                    work.client.prepare_write().await;
                    Ended::Other
                });
                return None;
            }
            Command::Leave(ticket) => {
                if let Some(job) = self.under_way.look_ups.remove(&ticket) {
                    job.abort();
                }
                return None;
            }
            Command::Write(ticket, request) => return self.write(ticket, request, work).await,
            Command::Settle(ticket, record) => {
                let access = self.access.clone();
                return Some(self.spawn(async move {
                    let settled = settle_for(&work, record, &access).await;
                    work.tell(Event::Settled(ticket, record, settled)).await;
                    Ended::Settling(record)
                }));
            }
            Command::ReadForGone(ticket, intent) => (
                ticket,
                self.spawn(async move {
                    let read = gone::read(&work, &intent).await;
                    let read = read.map_err(|error| error.to_string());
                    work.tell(Event::ReadForGone(ticket, read)).await;
                    Ended::LookUp(ticket)
                }),
            ),
            Command::Find(ticket, by) => (
                ticket,
                self.spawn(async move {
                    look_ups::find(&work, ticket, by).await;
                    Ended::LookUp(ticket)
                }),
            ),
            Command::Name(ticket, entity) => (
                ticket,
                self.spawn(async move {
                    look_ups::name(&work, ticket, entity).await;
                    Ended::LookUp(ticket)
                }),
            ),
            Command::ReadAgain(ticket, write, target) => (
                ticket,
                self.spawn(async move {
                    look_ups::read_again(&work, ticket, write, target).await;
                    Ended::LookUp(ticket)
                }),
            ),
            Command::ReadOrder(ticket, order) => (
                ticket,
                self.spawn(async move {
                    look_ups::read_order(&work, ticket, order).await;
                    Ended::LookUp(ticket)
                }),
            ),
            Command::Ask(ticket, question) => (
                ticket,
                self.spawn(async move {
                    let answer = asking::ask(&work, &question).await;
                    work.tell(Event::Answered(ticket, answer)).await;
                    Ended::LookUp(ticket)
                }),
            ),
            Command::Decide(..)
            | Command::DecideForGone(..)
            | Command::Records(..)
            | Command::RecordThread(..)
            | Command::Bank(..)
            | Command::Day(..)
            | Command::Histories(..)
            | Command::Note(_) => return None,
        };
        let (ticket, job) = look_up;
        self.under_way.look_ups.insert(ticket, job.clone());
        Some(job)
    }

    /// Begins what needs no DCMS, and gives back everything else.
    fn of_the_journal(&mut self, command: Command) -> Result<Option<AbortHandle>, Command> {
        let (recorder, events) = (self.recorder.clone(), self.outbox.clone());
        let access = self.access.clone();
        let job = match command {
            Command::Note(note) => {
                self.notes.leave(*note);
                return Ok(None);
            }
            Command::Records(ticket, filter, look_ups, page) => {
                if page.offset == 0 {
                    self.tell_what_is_open();
                }
                self.spawn(async move {
                    let records = recorder.ask(move |journal| {
                        let reader = journal.reader();
                        let mut listed = reader.actions(&filter, look_ups, page)?;
                        for one in &mut listed {
                            let thread = || reader.show(one.record.id);
                            one.is_doubted = one.standing.is_some_and(Standing::is_done)
                                && thread().is_ok_and(|thread| is_doubted(&thread));
                        }
                        Ok(listed)
                    });
                    let records = records.await.map_err(|error| error.to_string());
                    events.send(Event::Records(ticket, records)).await.ok();
                    Ended::Other
                })
            }
            Command::Bank(ticket, question) => self.spawn(async move {
                let event = of_the_bank(&recorder, ticket, *question).await;
                events.send(event).await.ok();
                Ended::Other
            }),
            Command::RecordThread(ticket, record) => self.spawn(async move {
                let thread = thread_of(&recorder, record).await;
                let thread = thread.and_then(|thread| {
                    access.may_see(&thread.record)?;
                    Ok(Box::new(thread))
                });
                events.send(Event::RecordThread(ticket, thread)).await.ok();
                Ended::Other
            }),
            Command::Day(ticket, date, operator) => self.spawn(async move {
                let date = date.unwrap_or_else(|| day_of(now()));
                // As the journal keeps it.
                let operator = operator.map(|operator| guarded(&operator, &[]));
                let day = recorder
                    .ask(move |journal| Day::read(journal.reader(), date, operator))
                    .await;
                let day = day.map(Box::new).map_err(|fault| fault.to_string());
                events.send(Event::Day(ticket, day)).await.ok();
                Ended::Other
            }),
            Command::Histories(ticket, since, writes) => self.spawn(async move {
                let histories = history::histories(&recorder, since, writes).await;
                let histories = histories.map(Box::new).map_err(|error| error.to_string());
                events.send(Event::Histories(ticket, histories)).await.ok();
                Ended::Other
            }),
            Command::Decide(ticket, record, finding, reason) => self.spawn(async move {
                let how = Settlement::ByPerson { finding, reason };
                let settled = recorder
                    .ask(move |journal| journal.settle(record, &how))
                    .await;
                let settled = settled.map(drop).map_err(|error| error.to_string());
                events
                    .send(Event::Settled(ticket, record, settled))
                    .await
                    .ok();
                Ended::Settling(record)
            }),
            Command::DecideForGone(ticket, claim, finding, reason) => self.spawn(async move {
                let operator = recorder.ask(|journal| Ok(journal.signature().0.operator));
                let settled = match operator.await {
                    Ok(operator) => {
                        gone::settle(&recorder, &claim, (finding, &reason), &operator).await
                    }
                    Err(error) => Err(error.into()),
                };
                let settled = settled.map(drop).map_err(|error| error.to_string());
                events
                    .send(Event::SettledForGone(ticket, settled))
                    .await
                    .ok();
                Ended::Other
            }),
            other => return Err(other),
        };
        Ok(Some(job))
    }

    /// Answers a command that is not allowed. That a write was tried is on record.
    async fn forbid(&self, command: &Command, why: &str) {
        // Every screen has connections opened ahead.
        if !matches!(command, Command::Prepare(_)) {
            tracing::warn!(why, "a command was refused");
        }
        if let Command::Write(_, request) = command {
            let note = Note {
                message: Some(why.to_owned()),
                ..Note::new(
                    NoteKind::Refusal,
                    request.kind().write,
                    request.target().subject(),
                )
            };
            self.notes.leave(note);
        }
        self.refuse(command, NotSent::Withheld(why.to_owned()))
            .await;
    }

    /// Answers a command that can't be begun.
    async fn refuse(&self, command: &Command, why: NotSent) -> Option<AbortHandle> {
        let error = ReadError::NotReached(why);
        if let Some(event) = unanswered(command, error) {
            self.outbox.send(event).await.ok();
        }
        None
    }

    async fn write(
        &mut self,
        ticket: Ticket,
        request: Box<Request>,
        work: Work,
    ) -> Option<AbortHandle> {
        let Some(turn) = Turn::take(request.target(), &self.under_way.writes) else {
            let why = NotSent::Unmade("another write for it is still under way".to_owned());
            return self.refuse(&Command::Write(ticket, request), why).await;
        };
        let first = self.schedule.later.first().copied();
        Some(self.spawn(async move {
            let (mut written, open) = work.write(ticket, request).await;
            written.kept.next = open.as_ref().and(first);
            // Before the telling: the next write may follow it at once.
            drop(turn);
            work.tell(Event::Written(ticket, Box::new(written))).await;
            Ended::Write(open)
        }))
    }

    /// Reads an open write again and again, until it is settled or time is up.
    fn settle_in_time(&mut self, open: RecordedIntent, client: Arc<Client>) {
        let work = self.work(client);
        let later = self.schedule.later.clone();
        let record = open.record;
        let job = self.spawn(async move {
            settle_in_time(&work, &open, &later).await;
            Ended::Settling(record)
        });
        self.under_way.settling.insert(record, job);
    }

    /// Begins a job. In a box: each kind of task is compiled twice, for both of the runtime's kinds.
    fn spawn(&mut self, job: impl Future<Output = Ended> + Send + 'static) -> AbortHandle {
        self.jobs.spawn(job.boxed())
    }

    /// Asks the journal which writes are open, and tells; waits for neither.
    fn tell_what_is_open(&mut self) {
        let (recorder, events) = (self.recorder.clone(), self.outbox.clone());
        self.spawn(async move {
            let open = recorder.ask(|journal| {
                let writes = journal.reader().open_writes()?;
                let gap = journal.trouble_at_a_glance()?;
                let gap = gap.map(|broken| JournalError::Gap(Box::new(broken)).to_string());
                Ok(OpenNow { writes, gap })
            });
            let open = open.await.map_err(|error| error.to_string());
            events.send(Event::Open(open)).await.ok();
            Ended::Other
        });
    }
}

/// What answers a question about the bank where there is no answer.
fn unanswered_by_bank(ticket: Ticket, question: &BankQuestion, why: String) -> Event {
    match question {
        BankQuestion::Actions(..) => Event::Bank(ticket, Err(why)),
        BankQuestion::Action(_) => Event::RecordThread(ticket, Err(why)),
        BankQuestion::Day(..) => Event::Day(ticket, Err(why)),
    }
}

/// Answers from the central store.
async fn of_the_bank(recorder: &Recorder, ticket: Ticket, question: BankQuestion) -> Event {
    let Some(central) = recorder.central() else {
        return unanswered_by_bank(ticket, &question, bank::words::NO_CENTRAL.to_owned());
    };
    let records = central.records();
    match question {
        BankQuestion::Actions(filter, look_ups, after) => {
            let page = bank::page(records, (&filter, look_ups), after.as_ref()).await;
            let page = page.map(Box::new).map_err(|error| error.to_string());
            Event::Bank(ticket, page)
        }
        BankQuestion::Action(id) => {
            let thread = bank::action(records, &id).await;
            let thread = thread.map(Box::new).map_err(|error| error.to_string());
            Event::RecordThread(ticket, thread)
        }
        BankQuestion::Day(date, operator) => {
            let day = bank::day(records, date, operator).await;
            let day = day.map(Box::new).map_err(|error| error.to_string());
            Event::Day(ticket, day)
        }
    }
}

async fn thread_of(recorder: &Recorder, record: RecordId) -> Result<RecordThread, String> {
    let thread = recorder.ask(move |journal| journal.reader().show(record));
    thread.await.map_err(|error| error.to_string())
}

/// Settles a write by reading, if it is one that may be settled for this person.
async fn settle_for(work: &Work, record: RecordId, access: &Access) -> Result<(), String> {
    let thread = thread_of(&work.recorder, record).await?;
    access.may_settle(&thread.record)?;
    settle_now(work, record).await
}

/// What answers a command in place of what was asked for, so that no screen waits for ever; nothing where
/// nobody waits.
fn unanswered(command: &Command, error: ReadError) -> Option<Event> {
    Some(match *command {
        Command::Find(ticket, _) => Event::Found(ticket, Err(error)),
        Command::ReadAgain(ticket, ..) => Event::ReadAgain(ticket, Err(error)),
        Command::ReadOrder(ticket, _) => Event::OrderRead(ticket, Err(error)),
        Command::Ask(ticket, ref question) => Event::Answered(ticket, question.failed(error)),
        Command::Settle(ticket, record) | Command::Decide(ticket, record, ..) => {
            Event::Settled(ticket, record, Err(error.to_string()))
        }
        Command::ReadForGone(ticket, _) => Event::ReadForGone(ticket, Err(error.to_string())),
        Command::DecideForGone(ticket, ..) => Event::SettledForGone(ticket, Err(error.to_string())),
        Command::Write(ticket, ref request) => {
            let (write, target) = (request.kind().write, request.target());
            let written = match error {
                ReadError::NotReached(unmade) => Written::not_sent(write, target, unmade),
                ReadError::Refused(_) | ReadError::Lost(_) => Written::crashed(write, target),
            };
            Event::Written(ticket, Box::new(written))
        }
        Command::Records(ticket, ..) => Event::Records(ticket, Err(error.to_string())),
        Command::RecordThread(ticket, _) => Event::RecordThread(ticket, Err(error.to_string())),
        Command::Bank(ticket, ref question) => {
            unanswered_by_bank(ticket, question, error.to_string())
        }
        Command::Day(ticket, ..) => Event::Day(ticket, Err(error.to_string())),
        Command::Histories(ticket, ..) => Event::Histories(ticket, Err(error.to_string())),
        Command::Prepare(_) | Command::Name(..) | Command::Leave(_) | Command::Note(_) => {
            return None;
        }
    })
}
