//! One person's console at the far end of an SSH connection: put together, run, and ended with its writes
//! on record, whatever happens to the line.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use ratatui::layout::Size;
use russh::ChannelWriteHalf;
use russh::server::Msg;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

use super::connection::Cut;
use super::counts::Counts;
use super::crowd::{LastKey, Place, Visitor};
use super::outlet::LineOutlet;
use super::pty::Pty;
use super::refusal::{EndReason, Refusal};
use super::server::Server;
use crate::clock::Clock;
use crate::config::SessionKind;
use crate::console::{
    About, App, Ending, Extras, FarKeyboard, Guards, NeverSuspended, Packet, Painter, Served,
    Sessions, TermCaps, modes_off, run as run_screens,
};
use crate::desk::{self, Access, Command, Event, Next, Schedule};
use crate::journal::{Note, SessionFacts, Who};
use crate::people::Right;
use crate::tasks;
use crate::utc;

/// How many events of the desk wait for the screens.
const WAITING: usize = 16;
/// How long a client may take to hear how its session ended.
const LAST_WORD: Duration = Duration::from_secs(2);

/// What the client types, as it came. It may be a part of a PIN, so it is wiped where it is dropped.
pub(super) type Typed = Zeroizing<Vec<u8>>;

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
    /// The person who has ended it, where somebody else has.
    by: Option<String>,
}

/// Runs the session as a task of its own.
pub(super) fn start(server: Arc<Server>, visitor: Visitor, far: Far) {
    tasks::spawn(async move {
        let alive = server.alive();
        let (channel, cut) = (Arc::clone(&far.channel), far.cut.clone());
        match server.crowd.enter(visitor.clone()) {
            Ok(place) => live(&server, &visitor, far, place).await,
            Err(refusal) => {
                server.counts.refused(refusal.word());
                part(&channel, &Farewell::refused(&refusal)).await;
                hang_up(&cut).await;
            }
        }
        drop(alive);
    });
}

/// A client that keeps the connection open has nothing to use it for.
async fn hang_up(cut: &Cut) {
    sleep(LAST_WORD).await;
    cut.cut();
}

/// The session from its first record to its last. A panic in its screens ends it, and no other.
async fn live(server: &Server, visitor: &Visitor, far: Far, mut place: Place) {
    let parts = &server.parts;
    let recorder = parts.recorder.of(&who(visitor), &parts.place());
    recorder.note(Note::session_began(&facts(visitor)), drop);
    let began = Instant::now();
    server.counts.began();
    let client = parts.client.for_another_desk();
    let Visitor { admitted, .. } = visitor;
    let rights = admitted.rights();
    let access = Access::of(admitted.person.id.as_str(), rights);
    let connect = async move { Ok(client) };
    let mut desk = desk::start(connect, recorder.clone(), Schedule::default(), access);
    if rights.has(Right::LookUp) {
        desk.commands.try_send(Command::Prepare(Next::LookUp)).ok();
    }
    place.writes(desk.writes());
    let (channel, cut) = (Arc::clone(&far.channel), far.cut.clone());
    let shown = AssertUnwindSafe(Box::pin(show(server, visitor, far, &mut place, &mut desk)));
    let farewell = shown.catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(operator = %admitted.person.id, "a session has panicked");
        Farewell::crashed()
    });
    // Free for another session of the same person from now on, however long a write takes.
    drop(place);
    part(&channel, &farewell).await;
    let rest = async {
        let last = |event: Event| server.counts.told(&event);
        desk.finish(server.patience(), last).await;
        let (why, by) = (farewell.why, farewell.by.as_deref());
        recorder.note(Note::session_ended(why, by, began.elapsed()), drop);
        server.counts.ended(why);
        recorder.drained().await;
    };
    // However long the rest takes.
    tokio::join!(hang_up(&cut), rest);
}

/// The screens from their first picture to their last.
async fn show(
    server: &Server,
    visitor: &Visitor,
    far: Far,
    place: &mut Place,
    desk: &mut desk::Handle,
) -> Farewell {
    let Visitor { admitted, .. } = visitor;
    let sessions = admitted.rights().has(Right::Sessions);
    let sessions = sessions.then(|| place.overseen_by(Arc::clone(&admitted.person)));
    let around = far.pty.env();
    let (theme, themes) = (server.parts.colours)(&around);
    let caps = TermCaps::of(themes.depth, &around);
    let app = App::new(about(server, visitor, sessions), theme)
        .with_themes(themes)
        .with_keys(server.parts.keymap.clone())
        .guarded(Guards::of_time(server.parts.config.idle_limit));
    let size = far.size.clone();
    let measure = move || Ok(*size.borrow());
    let mut painter =
        Painter::new(LineOutlet::new(far.channel), measure, caps).with_extras(Extras::default());
    let is_ending = Arc::new(AtomicBool::new(false));
    let input = FarKeyboard::new(Incoming {
        keys: far.keys,
        resized: resized(far.size),
        last_key: place.last_key.clone(),
        is_ending: Arc::clone(&is_ending),
    });
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
        is_ending.store(true, Ordering::Relaxed);
        // The person who has asked for a write sees its outcome first.
        timeout(server.patience(), writes.over()).await.ok();
        why
    };
    let farewell = tokio::select! {
        ended = run_screens(&mut painter, input, &mut control, app, desk, Clock::start()) => {
            Farewell::from_ending(ended)
        }
        why = ended => Farewell::ended(&why),
        () = pass_on(&mut events, counted, &server.counts) => Farewell::crashed(),
    };
    desk.events = events;
    farewell
}

/// By whom the session's records are.
fn who(visitor: &Visitor) -> Who {
    Who {
        operator: visitor.admitted.person.id.to_string(),
        host: whoami::hostname().unwrap_or_else(|_| "no host name".to_owned()),
        ssh_origin: Some(visitor.admitted.from.to_string()),
        key: Some(visitor.admitted.key.to_string()),
    }
}

/// What the journal keeps of how the session came about.
fn facts(visitor: &Visitor) -> SessionFacts {
    let admitted = &visitor.admitted;
    SessionFacts {
        person: admitted.person.name.clone(),
        key: admitted.key.to_string(),
        address: admitted.from.to_string(),
        terminal: visitor.terminal.clone(),
        client: visitor.client.clone(),
    }
}

/// What the screens know of where they are.
fn about(server: &Server, visitor: &Visitor, sessions: Option<Arc<dyn Sessions>>) -> About {
    let profile = &server.parts.profile;
    let Visitor { admitted, .. } = visitor;
    let person = &admitted.person;
    let mut pin_settings = server.parts.pin_settings.clone();
    pin_settings.session = SessionKind::Served(admitted.from.to_string());
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
        rights: admitted.rights(),
        has_bank: server.parts.recorder.central().is_some(),
        served: Some(Served {
            clipboard: true,
            sessions,
        }),
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
            by: None,
        }
    }

    /// By the server, or by somebody who looks after it.
    fn ended(why: &EndReason) -> Self {
        Self {
            by: why.by().map(str::to_owned),
            ..Self::of(vec![why.to_string()], 1, why.word())
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
    resized: Resized,
    last_key: LastKey,
    /// Whether the session is to end: what is typed from then on counts no more, so that nothing new begins
    /// while a write is waited for.
    is_ending: Arc<AtomicBool>,
}

type Resized = Pin<Box<dyn Stream<Item = ()> + Send>>;

/// Its end is asked for once more with every key that is left then, which a stream bears only fused.
fn resized(size: watch::Receiver<Size>) -> Resized {
    let resized = futures_util::stream::unfold(size, async |mut size| {
        size.changed().await.ok()?;
        Some(((), size))
    });
    Box::pin(resized.fuse())
}

impl Stream for Incoming {
    type Item = Packet;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Packet>> {
        // Over with the keys: the size has no more news then.
        if let Poll::Ready(Some(())) = self.resized.as_mut().poll_next(context) {
            return Poll::Ready(Some(Packet::Resized));
        }
        loop {
            let keys = ready!(self.keys.poll_recv(context));
            if keys.is_some() && self.is_ending.load(Ordering::Relaxed) {
                continue;
            }
            self.last_key.is_now();
            return Poll::Ready(keys.map(Packet::Bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incoming() -> (mpsc::Sender<Typed>, watch::Sender<Size>, Incoming) {
        let (keys, typed) = mpsc::channel(4);
        let (size, sizes) = watch::channel(Size::new(80, 24));
        let incoming = Incoming {
            keys: typed,
            resized: resized(sizes),
            last_key: LastKey::now(),
            is_ending: Arc::default(),
        };
        (keys, size, incoming)
    }

    async fn put(keys: &mpsc::Sender<Typed>, bytes: &[u8]) {
        let sent = keys.send(Zeroizing::new(bytes.to_vec())).await;
        assert!(sent.is_ok());
    }

    /// What comes of it: the keys, and `|` for another size.
    async fn all(incoming: Incoming) -> Vec<u8> {
        let packets = incoming.map(|packet| match packet {
            Packet::Bytes(bytes) => bytes.to_vec(),
            Packet::Resized => b"|".to_vec(),
        });
        packets.collect::<Vec<_>>().await.concat()
    }

    #[tokio::test]
    async fn keys_that_are_left_when_the_line_ends_still_come() {
        let (keys, size, incoming) = incoming();
        size.send_replace(Size::new(120, 40));
        put(&keys, b"a").await;
        put(&keys, b"b").await;
        drop((keys, size));
        assert_eq!(all(incoming).await, b"|ab");
    }

    #[tokio::test]
    async fn keys_of_a_session_that_is_to_end_count_no_more() {
        let (keys, size, incoming) = incoming();
        incoming.is_ending.store(true, Ordering::Relaxed);
        put(&keys, b"a").await;
        drop((keys, size));
        assert_eq!(all(incoming).await, b"");
    }
}
