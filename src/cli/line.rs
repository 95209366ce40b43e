//! From the command line to the desk: the configuration, the profile, and one question at a time.
//! The desk does the jobs; the verbs print how they ended.

use std::time::Duration;

use serde::Serialize;
use url::Url;
use zeroize::Zeroizing;

use super::colours;
use super::failed::Failed;
use super::global::Global;
use super::record;
use super::report::{Answer, say};
use super::spoken;
use super::subcommand::Context;
use super::verb_progress::VerbProgress;
use crate::config::{self, Config, Env, KeySource, Profile};
use crate::console::Keymap;
use crate::dcms::{Client, NotSent, Order, OrderId, Outcome, Preview, ReadError, Route, Word};
use crate::desk::sentences::{sentence, what_became};
use crate::desk::{
    self, Access, Asked, Command, Event, FindBy, Found, Handle, Histories, JournalResult, Next,
    Observation, OpenNow, PinSettings, Question, Reading, Request, Schedule, Target, Ticket,
    Verdict, Written,
};
use crate::journal::{Anchor, Finding, History, Note, OpenWrite, RecordId, Write};
use crate::sandbox::{self, Options, Sandbox};
use crate::tasks;

mod words {
    use std::fmt::Display;

    pub(super) const NO_CLIENT: &str = "the client could not be made";
    pub(super) const NO_CONFIGURATION: &str = "there is no configuration file: name one with --config, or try \
        this on the built-in sandbox with --sandbox";
    pub(super) const ERROR_ENDED_A_WRITE: &str = "An error in kitdesk has ended this, so the outcome is unknown. \
        Read it before you send it again.";
    pub(super) const NO_JOURNAL: &str = "the journal did not answer in time";
    pub(super) const STILL_WAITING: &str = "Still waiting for an answer.";
    pub(super) const ERROR_ENDED_IT: &str = "an error in kitdesk has ended this";
    pub(super) const DESK_STOPPED: &str = "the desk has stopped";

    pub(super) fn not_recorded(why: &dyn Display) -> String {
        format!("kitdesk: what was done here could not be recorded: {why}.")
    }
}

/// What the command line says about the configuration.
pub(super) fn request(global: &Global) -> config::Request {
    config::Request {
        config: global.config.clone(),
        profile: global.profile.clone(),
        operator: global.operator.clone(),
        theme: global.theme.clone(),
    }
}

/// The configuration that the command line asks for.
pub(super) fn configuration(global: &Global, around: &Env) -> Result<Config, Failed> {
    let config = loaded(global, around, config::load).map_err(Failed::usage)?;
    if let Some(folder) = &config.state {
        let checked = config::check_state(folder);
        checked.map_err(|error| Failed::usage(config.origin("state").error(error)))?;
    }
    Ok(config)
}

/// The same for those who look at the files that it names one by one.
pub(super) fn configuration_as_written(
    global: &Global,
    around: &Env,
) -> Result<Config, config::ConfigError> {
    loaded(global, around, config::load_as_written)
}

fn loaded(
    global: &Global,
    around: &Env,
    load: impl FnOnce(&config::Request, &Env) -> Result<Config, config::ConfigError>,
) -> Result<Config, config::ConfigError> {
    let request = request(global);
    let config = if global.sandbox {
        config::without_file(&request, around)
    } else {
        load(&request, around)
    }?;
    // A faulty file is faulty for every verb, also where no key is ever pressed and nothing drawn.
    Keymap::chosen(&config.keys)?;
    colours::chosen(&config)?;
    Ok(config)
}

/// The built-in sandbox and its profile.
pub(super) async fn embedded() -> Result<(Profile, Sandbox), Failed> {
    let sandbox = sandbox::start(Options::default())
        .await
        .map_err(Failed::internal)?;
    let base_url = Url::parse(&sandbox.base_url()).map_err(Failed::internal)?;
    let mut profile = Profile::sandbox(
        base_url,
        sandbox::BRANCH,
        KeySource::held(Zeroizing::new(sandbox::PIN_KEY.to_vec())),
        KeySource::held(Zeroizing::new(sandbox::CARD_KEY.to_vec())),
    );
    profile.tiers = sandbox::TIERS.map(str::to_owned).to_vec();
    Ok((profile, sandbox))
}

/// The client for a profile. Secrets may come from a command, and certificates from slow disks.
pub(super) async fn client(profile: Profile) -> Result<Client, String> {
    let made = tasks::work(move || {
        let settings = profile.dcms_settings().map_err(|error| error.to_string())?;
        Client::new(settings).map_err(|error| {
            let what = error.to_string();
            match error.setting() {
                Some(setting) => profile.error(setting, what).to_string(),
                None => what,
            }
        })
    });
    made.await.unwrap_or_else(|_| Err(words::NO_CLIENT.into()))
}

/// Picks the answer of one kind out of what the desk tells.
macro_rules! answer {
    ($kind:ident) => {
        |event| {
            let Event::$kind(ticket, said) = event else {
                return None;
            };
            Some((ticket, said))
        }
    };
}

/// Picks the answer to one kind of question.
macro_rules! answered {
    ($kind:ident) => {
        |answer| {
            let $crate::desk::Answer::$kind(said) = answer else {
                return None;
            };
            Some(said)
        }
    };
}
pub(super) use answered;

/// A desk that is asked one thing after another.
pub(super) struct Line<'a> {
    /// Where the desk reaches to.
    pub(super) profile: Profile,
    /// How PINs are sealed there.
    pub(super) pin_settings: PinSettings,
    /// Whether ids may look like card numbers.
    pub(super) card_like_ids: bool,
    /// Whether the output is for a program.
    pub(super) json: bool,
    /// Who works here.
    pub(super) operator: String,
    desk: Handle,
    last: u64,
    /// How far the verb has come: a signal handler decides by it.
    pub(super) verb_progress: &'a VerbProgress,
    _sandbox: Option<Sandbox>,
}

/// Opens a desk, has it asked, and closes it; a write whose outcome is unknown is settled by reading for
/// so long.
pub(super) async fn with<'a>(
    context: &Context<'a>,
    settle_for: Duration,
    ask: impl AsyncFnOnce(&mut Line<'a>) -> Result<Answer, Failed>,
) -> Result<Answer, Failed> {
    let mut line = Line::open(context.global, settle_for, context.verb_progress).await?;
    let ended = ask(&mut line).await;
    line.close().await;
    ended
}

/// The same for what changes nothing.
pub(super) async fn reading<'a>(
    context: &Context<'a>,
    ask: impl AsyncFnOnce(&mut Line<'a>) -> Result<Answer, Failed>,
) -> Result<Answer, Failed> {
    with(context, Duration::ZERO, ask).await
}

impl<'a> Line<'a> {
    /// Opens the desk. Without a configuration there is none: a script must never take the
    /// sandbox's "done" for the bank's.
    async fn open(
        global: &Global,
        settle_for: Duration,
        verb_progress: &'a VerbProgress,
    ) -> Result<Self, Failed> {
        let around = Env::of_process();
        let config = configuration(global, &around)?;
        let (profile, sandbox) = match config.profile.clone() {
            Some(profile) => (profile, None),
            None if let Some(profile) = &global.running_sandbox => (profile.clone(), None),
            None if global.sandbox => {
                let (profile, sandbox) = embedded().await?;
                (profile, Some(sandbox))
            }
            None => {
                return Err(Failed::usage(words::NO_CONFIGURATION));
            }
        };
        let pin_settings = PinSettings::of(&profile, &around).map_err(Failed::usage)?;
        let client = client(profile.clone()).await.map_err(Failed::usage)?;
        let recorder = record::recorder(&config, &profile, &around)?;
        if sandbox.is_some() {
            record::close_sandbox_writes(&recorder, &profile).await;
        }
        let schedule = Schedule::within(settle_for);
        Ok(Self {
            profile,
            pin_settings,
            card_like_ids: global.card_like_ids,
            json: global.json,
            operator: config.operator.clone(),
            desk: desk::start(
                std::future::ready(Ok(client)),
                recorder,
                schedule,
                Access::local(),
            ),
            last: 0,
            verb_progress,
            _sandbox: sandbox,
        })
    }

    /// A write as it would be sent.
    pub(super) fn preview(&self, path: &str, body: &impl Serialize) -> Preview {
        let headers = self.profile.headers.iter();
        let headers: Vec<&str> = headers.map(|(name, _)| name.as_str()).collect();
        let route = Route {
            base_url: &self.profile.base_url,
            tenant: &self.profile.tenant,
            headers: &headers,
            signs_in: self.profile.sign_in.is_some(),
        };
        Preview::of(route, path, body)
    }

    /// Finds a customer's kits.
    pub(super) async fn find(&mut self, by: FindBy) -> Result<Found, Failed> {
        let question = |ticket| Command::Find(ticket, by);
        Ok(self.ask(question, answer!(Found)).await??)
    }

    /// Reads what a write is about, just before it is reviewed.
    pub(super) async fn read_again(
        &mut self,
        write: Write,
        target: Target,
    ) -> Result<Reading, Failed> {
        let question = |ticket| Command::ReadAgain(ticket, write, target);
        Ok(self.ask(question, answer!(ReadAgain)).await??)
    }

    /// Reads an order.
    pub(super) async fn order(&mut self, order: &OrderId) -> Result<Order, Failed> {
        let question = |ticket| Command::ReadOrder(ticket, order.clone());
        Ok(self.ask(question, answer!(OrderRead)).await??)
    }

    /// Asks what takes one look-up.
    pub(super) async fn question<T>(
        &mut self,
        question: Question,
        pick: impl Fn(desk::Answer) -> Option<Result<T, ReadError>>,
    ) -> Result<T, Failed> {
        let ask = |ticket| Command::Ask(ticket, Box::new(question));
        let answer = self.ask(ask, |event| {
            let (ticket, answer) = answer!(Answered)(event)?;
            Some((ticket, pick(answer)?))
        });
        Ok(answer.await??)
    }

    /// Changes something, once.
    pub(super) async fn write(&mut self, request: Request) -> Result<Written, Failed> {
        self.verb_progress.hand_over();
        let question = |ticket| Command::Write(ticket, Box::new(request));
        match self.ask(question, answer!(Written)).await {
            Ok(written) => Ok(*written),
            Err(_) => Err(Failed::unknown(words::ERROR_ENDED_A_WRITE)),
        }
    }

    /// Waits for what later readings say of a write whose outcome is unknown, until one decides or
    /// the time that was given is up.
    pub(super) async fn settled(&mut self, kept: &JournalResult) -> Option<Box<Observation>> {
        let record = kept.record?;
        let mut waits = kept.verdict == Some(Verdict::Open) && kept.next.is_some();
        let mut last = None;
        while waits {
            let event = self.desk.events.recv().await?;
            // Nothing more may come.
            waits = !matches!(event, Event::Crashed);
            if let Event::Observed(observation) = event
                && observation.intent.record == record
            {
                waits = observation.next.is_some();
                last = Some(observation);
            }
        }
        last
    }

    /// Reads the outcome of an open write, now.
    pub(super) async fn settle(&mut self, record: RecordId) -> Result<Box<Observation>, Failed> {
        let question = |ticket| Command::Settle(ticket, record);
        let asked = self.send(question).await?;
        loop {
            let event = self.event().await?;
            if let Event::Settled(ticket, _, Err(why)) = &event
                && *ticket == asked
            {
                return Err(Failed::usage(sentence(why)));
            }
            if let Event::Observed(observation) = event
                && observation.intent.record == record
            {
                return Ok(observation);
            }
        }
    }

    /// Settles an open write by what a person says.
    pub(super) async fn decide(
        &mut self,
        record: RecordId,
        finding: Finding,
        reason: String,
    ) -> Result<(), Failed> {
        let question = |ticket| Command::Decide(ticket, record, finding, reason);
        let settled = self.ask(question, |event| {
            let Event::Settled(ticket, _, settled) = event else {
                return None;
            };
            Some((ticket, settled))
        });
        settled.await?.map_err(|why| Failed::usage(sentence(&why)))
    }

    /// The open writes of this profile's own cards, as soon as the desk has told of them, and which
    /// records are missing.
    pub(super) async fn open_now(&mut self) -> Result<OpenNow, Failed> {
        loop {
            if let Event::Open(open) = self.event().await? {
                let mut open = open.map_err(|why| Failed::usage(sentence(&why)))?;
                let here = |open: &OpenWrite| {
                    open.intent.place.tenant == self.profile.tenant
                        && open.intent.place.environment == self.profile.environment
                };
                open.writes.retain(here);
                return Ok(open);
            }
        }
    }

    /// What is on record of these writes since then; without an anchor, what forbids them now.
    pub(super) async fn histories(
        &mut self,
        since: Option<Anchor>,
        writes: Vec<Asked>,
    ) -> Result<Histories, Failed> {
        let question = |ticket| Command::Histories(ticket, since, writes);
        let histories = self.ask(question, answer!(Histories)).await?;
        histories
            .map(|histories| *histories)
            .map_err(|why| Failed::usage(sentence(&why)))
    }

    /// Refuses a write that an open one forbids before anybody is asked for a PIN or a confirmation.
    /// The desk holds it back in any case; `what` is its name, with a capital letter.
    pub(super) async fn must_not_be_blocked(
        &mut self,
        asked: Asked,
        what: &str,
    ) -> Result<(), Failed> {
        let Ok(asked) = self.histories(None, vec![asked]).await else {
            return Ok(());
        };
        match asked.histories.first() {
            Some(History::Forbidden(open)) => {
                let outcome = Outcome::<()>::NotSent(NotSent::Withheld(open.to_string()));
                let said = what_became(&outcome, what);
                Err(Failed::found(Word::NotSent.exit_code(), said))
            }
            _ => Ok(()),
        }
    }

    /// Has the desk open the connection for a write while its confirmation is typed.
    pub(super) async fn prepare_write(&self) {
        // A desk that has stopped opens nothing; what follows tells so.
        let prepare = Command::Prepare(Next::Write);
        self.desk.commands.send(prepare).await.ok();
    }

    /// Leaves a note in the journal.
    pub(super) async fn note(&self, note: Note) {
        let note = Command::Note(Box::new(note));
        // A desk that has stopped has nobody to note it; what follows tells so.
        self.desk.commands.send(note).await.ok();
    }

    /// No more questions. What is still to be recorded is recorded.
    async fn close(self) {
        // Longer than another program's lock is waited for, so that it can be said.
        const PATIENCE: Duration = Duration::from_secs(7);
        let said = |event| {
            if let Event::Recording(Err(why)) = event {
                unrecorded(&why);
            }
        };
        if !self.desk.finish(PATIENCE, said).await {
            unrecorded(words::NO_JOURNAL);
        }
    }

    /// Puts a question to the desk.
    async fn send(&mut self, question: impl FnOnce(Ticket) -> Command) -> Result<Ticket, Failed> {
        self.last += 1;
        let ticket = Ticket(self.last);
        let sent = self.desk.commands.send(question(ticket)).await;
        sent.map(|()| ticket).map_err(|_| stopped())
    }

    /// What the desk tells next.
    async fn event(&mut self) -> Result<Event, Failed> {
        /// Where lines are heard, nobody sees that something is under way: silence is not longer.
        const SILENCE: Duration = Duration::from_secs(4);
        let mut next = std::pin::pin!(self.desk.events.recv());
        let event = loop {
            if !spoken::is_on() {
                break next.await;
            }
            match tokio::time::timeout(SILENCE, &mut next).await {
                Ok(event) => break event,
                Err(_) => say(words::STILL_WAITING),
            }
        };
        match event {
            Some(Event::Crashed) => Err(Failed::internal(words::ERROR_ENDED_IT)),
            event => event.ok_or_else(stopped),
        }
    }

    /// Puts a question to the desk and waits for its answer.
    async fn ask<T>(
        &mut self,
        question: impl FnOnce(Ticket) -> Command,
        answer: impl Fn(Event) -> Option<(Ticket, T)>,
    ) -> Result<T, Failed> {
        let asked = self.send(question).await?;
        loop {
            match self.event().await? {
                Event::PendingWrite(record) => self.verb_progress.recorded(record),
                Event::Recording(Err(why)) => unrecorded(&why),
                event => {
                    if let Some((ticket, said)) = answer(event)
                        && ticket == asked
                    {
                        return Ok(said);
                    }
                }
            }
        }
    }
}

fn stopped() -> Failed {
    Failed::internal(words::DESK_STOPPED)
}

/// What was done is done all the same.
fn unrecorded(why: &str) {
    say(&words::not_recorded(&why));
}
