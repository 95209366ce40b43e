//! One person's console at the far end of an SSH connection: put together, run, and ended with its writes
//! on record, whatever happens to the line.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{FutureExt as _, Stream};
use ratatui::layout::Size;
use russh::ChannelWriteHalf;
use russh::server::Msg;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

use super::connection::Cut;
use super::counts::Counts;
use super::crowd::Place;
use super::outlet::LineOutlet;
use super::pty::Pty;
use super::refusal::{EndReason, Refusal};
use super::server::Server;
use crate::clock::Clock;
use crate::config::SessionKind;
use crate::console::{
    About, App, Ending, Extras, FarKeyboard, Guards, NeverSuspended, Packet, Painter, Served,
    TermCaps, modes_off, run as run_screens,
};
use crate::desk::{self, Access, Command, Event, Next, Schedule};
use crate::journal::{Note, SessionFacts, Who};
use crate::people::{Admitted, Right};
use crate::utc;

/// How many events of the desk wait for the screens.
const WAITING: usize = 16;
/// How long a client may take to hear how its session ended.
const LAST_WORD: Duration = Duration::from_secs(2);

/// What the client types, as it came. It may be a part of a PIN, so it is wiped where it is dropped.
pub(super) type Typed = Zeroizing<Vec<u8>>;

/// Whose session it is.
pub(super) struct Login {
    pub(super) admitted: Admitted,
    pub(super) from: SocketAddr,
    /// What the client says it is.
    pub(super) client: String,
}

/// The client's end.
pub(super) struct Far {
    pub(super) pty: Pty,
    pub(super) size: watch::Receiver<Size>,
    pub(super) keys: mpsc::Receiver<Typed>,
    pub(super) channel: Arc<ChannelWriteHalf<Msg>>,
    pub(super) cut: Cut,
}

/// How a session ended.
struct Farewell {
    sentences: Vec<String>,
    code: u32,
    /// For the journal and the counters.
    why: &'static str,
}

/// Runs the session as a task of its own.
pub(super) fn start(server: Arc<Server>, login: Login, far: Far) {
    tokio::spawn(async move {
        let alive = server.alive();
        let (channel, cut) = (Arc::clone(&far.channel), far.cut.clone());
        match server.crowd.enter(login.admitted.clone()) {
            Ok(place) => live(&server, &login, far, place).await,
            Err(refusal) => {
                server.counts.refused(refusal.word());
                part(&channel, &Farewell::refused(&refusal)).await;
            }
        }
        // A client that keeps the connection open has nothing to use it for.
        sleep(LAST_WORD).await;
        cut.cut();
        drop(alive);
    });
}

/// The session from its first record to its last. A panic in its screens ends it, and no other.
async fn live(server: &Server, login: &Login, far: Far, mut place: Place) {
    let parts = &server.parts;
    let recorder = parts.recorder.of(&who(login), &parts.place());
    recorder.note(Note::session_began(&facts(login, &far.pty)), drop);
    let began = Instant::now();
    server.counts.began();
    let client = parts.client.for_another_desk();
    let rights = login.admitted.rights();
    let access = Access::of(login.admitted.person.id.as_str(), rights);
    let connect = async move { Ok(client) };
    let mut desk = desk::start(connect, recorder.clone(), Schedule::default(), access);
    if rights.has(Right::LookUp) {
        desk.commands.try_send(Command::Prepare(Next::LookUp)).ok();
    }
    let channel = Arc::clone(&far.channel);
    let shown = AssertUnwindSafe(Box::pin(show(server, login, far, &mut place, &mut desk)));
    let farewell = shown.catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(operator = %login.admitted.person.id, "a session has panicked");
        Farewell::crashed()
    });
    // Free for another session of the same person from now on, however long a write takes.
    drop(place);
    part(&channel, &farewell).await;
    let last = |event: Event| server.counts.told(&event);
    desk.finish(server.patience(), last).await;
    recorder.note(Note::session_ended(farewell.why, began.elapsed()), drop);
    server.counts.ended(farewell.why);
    recorder.drained().await;
}

/// The screens from their first picture to their last.
async fn show(
    server: &Server,
    login: &Login,
    far: Far,
    place: &mut Place,
    desk: &mut desk::Handle,
) -> Farewell {
    let around = far.pty.env();
    let (theme, themes) = (server.parts.colours)(&around);
    let caps = TermCaps::of(themes.depth, &around);
    let app = App::new(about(server, login), theme)
        .with_themes(themes)
        .with_keys(server.parts.keymap.clone())
        .guarded(Guards::of_time(server.parts.config.idle_limit));
    let size = far.size.clone();
    let measure = move || Ok(*size.borrow());
    let mut painter =
        Painter::new(LineOutlet::new(far.channel), measure, caps).with_extras(Extras::default());
    let input = FarKeyboard::new(Incoming::new(far.keys, far.size));
    let mut control = NeverSuspended;
    let writes = desk.writes();
    let (counted, seen) = mpsc::channel(WAITING);
    let mut events = std::mem::replace(&mut desk.events, seen);
    let longest = server.settings.longest_session;
    let ended = async {
        let why = tokio::select! {
            why = place.ended() => why,
            () = sleep(longest) => EndReason::Longest(longest),
        };
        // The person who has asked for it sees its outcome first.
        timeout(server.patience(), writes.over()).await.ok();
        why
    };
    let farewell = tokio::select! {
        ended = run_screens(&mut painter, input, &mut control, app, desk, Clock::start()) => {
            Farewell::from_ending(ended)
        }
        why = ended => Farewell::of(vec![why.to_string()], 1, why.word()),
        () = pass_on(&mut events, counted, &server.counts) => Farewell::crashed(),
    };
    desk.events = events;
    farewell
}

/// By whom the session's records are.
fn who(login: &Login) -> Who {
    Who {
        operator: login.admitted.person.id.to_string(),
        host: whoami::hostname().unwrap_or_else(|_| "no host name".to_owned()),
        ssh_origin: Some(login.from.ip().to_canonical().to_string()),
    }
}

/// What the journal keeps of how the session came about.
fn facts(login: &Login, pty: &Pty) -> SessionFacts {
    SessionFacts {
        person: login.admitted.person.name.clone(),
        key: login.admitted.key.to_string(),
        address: login.from.to_string(),
        terminal: pty.term.clone(),
        client: login.client.clone(),
    }
}

/// What the screens know of where they are.
fn about(server: &Server, login: &Login) -> About {
    let profile = &server.parts.profile;
    let person = &login.admitted.person;
    let mut pin_settings = server.parts.pin_settings.clone();
    pin_settings.session = SessionKind::Served(login.from.ip().to_canonical().to_string());
    About {
        environment: profile.environment,
        tenant: profile.tenant.to_string(),
        profile: profile.name.clone(),
        operator: person.id.to_string(),
        branch: person.branch.clone().or_else(|| profile.branch_id.clone()),
        zone: utc::zone_here(),
        clock: utc::local_now,
        tiers: profile.tiers.clone(),
        plastic_codes: profile.plastic_codes.clone(),
        limits: profile.limits,
        origin: pin_settings.origin(),
        pin_settings,
        rights: login.admitted.rights(),
        served: Some(Served { clipboard: true }),
    }
}

/// Hands the desk's events to the screens, and counts them. Ends only with the desk.
async fn pass_on(
    events: &mut mpsc::Receiver<Event>,
    screens: mpsc::Sender<Event>,
    counts: &Counts,
) {
    while let Some(event) = events.recv().await {
        counts.told(&event);
        screens.send(event).await.ok();
    }
}

/// Gives the terminal back and says how it ended. Comes back once the client has all of it, or takes too long.
async fn part(channel: &ChannelWriteHalf<Msg>, farewell: &Farewell) {
    let mut last = modes_off();
    for sentence in &farewell.sentences {
        last.push_str("kitdesk: ");
        last.push_str(sentence);
        last.push_str("\r\n");
    }
    // Each fails where the client is gone, and then it needs nothing more.
    let told = async {
        channel.data_bytes(Bytes::from(last)).await?;
        channel.exit_status(farewell.code).await?;
        channel.eof().await?;
        channel.close().await
    };
    timeout(LAST_WORD, told).await.ok();
}

impl Farewell {
    fn of(sentences: Vec<String>, code: u32, why: &'static str) -> Self {
        Self {
            sentences,
            code,
            why,
        }
    }

    fn refused(refusal: &Refusal) -> Self {
        Self::of(vec![refusal.to_string()], 1, refusal.word())
    }

    fn crashed() -> Self {
        let sentence =
            "an internal error has ended this session; what was sent is on record. Connect again.";
        Self::of(vec![sentence.to_owned()], 5, "crashed")
    }

    fn from_ending(ended: std::io::Result<Ending>) -> Self {
        match ended {
            Ok(Ending::Asked) => Self::of(Vec::new(), 0, "asked"),
            Ok(Ending::Idle(said)) => Self::of(said, 0, "idle"),
            Ok(Ending::InputEnded) | Err(_) => Self::of(Vec::new(), 1, "line_lost"),
        }
    }
}

/// What comes from the client: keys, and that its terminal has another size.
struct Incoming {
    keys: mpsc::Receiver<Typed>,
    resized: Pin<Box<dyn Stream<Item = ()> + Send>>,
}

impl Incoming {
    fn new(keys: mpsc::Receiver<Typed>, size: watch::Receiver<Size>) -> Self {
        let resized = futures_util::stream::unfold(size, async |mut size| {
            size.changed().await.ok()?;
            Some(((), size))
        });
        Self {
            keys,
            resized: Box::pin(resized),
        }
    }
}

impl Stream for Incoming {
    type Item = Packet;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Packet>> {
        // Over with the keys: the size has no more news then.
        if let Poll::Ready(Some(())) = self.resized.as_mut().poll_next(context) {
            return Poll::Ready(Some(Packet::Resized));
        }
        let keys = self.keys.poll_recv(context);
        keys.map(|keys| keys.map(Packet::Bytes))
    }
}
