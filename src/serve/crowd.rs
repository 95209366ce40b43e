//! Who is here now: the limits of sessions, and ending a session from outside it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::watch;

use super::refusal::{EndReason, Refusal};
use crate::console::{SessionRow, SessionState, Sessions};
use crate::desk::WritesUnderWay;
use crate::people::{Admitted, Person};
use crate::utc::now;

/// All sessions of this server.
pub(super) struct Crowd {
    in_all: usize,
    a_person: usize,
    members: Members,
}

type Members = Arc<Mutex<State>>;

#[derive(Default)]
struct State {
    is_closed: bool,
    last: u64,
    members: BTreeMap<u64, Member>,
}

/// Who comes in, and with what.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) admitted: Admitted,
    /// The name of their terminal.
    pub(super) terminal: Option<String>,
    /// What their client says it is.
    pub(super) client: String,
}

struct Member {
    visitor: Visitor,
    since: Timestamp,
    last_key: LastKey,
    /// Once their desk is there.
    writes: Option<WritesUnderWay>,
    end: watch::Sender<Option<EndReason>>,
}

/// When somebody typed last.
#[derive(Clone)]
pub(super) struct LastKey(Arc<Mutex<Instant>>);

impl LastKey {
    /// Coming in counts as one.
    pub(super) fn now() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// Somebody types.
    pub(super) fn is_now(&self) {
        *lock(&self.0) = Instant::now();
    }
}

/// A session's place, given back by its drop and so the moment its screens are gone, however they went.
pub(super) struct Place {
    number: u64,
    members: Members,
    end: watch::Receiver<Option<EndReason>>,
    pub(super) last_key: LastKey,
}

impl Crowd {
    pub(super) fn new(in_all: usize, a_person: usize) -> Self {
        Self {
            in_all,
            a_person,
            members: Members::default(),
        }
    }

    /// A place for one more session of this person.
    pub(super) fn enter(&self, visitor: Visitor) -> Result<Place, Refusal> {
        let admitted = &visitor.admitted;
        let mut state = lock(&self.members);
        if state.is_closed {
            return Err(Refusal::Stopping);
        }
        if state.members.len() >= self.in_all {
            return Err(Refusal::Sessions(self.in_all));
        }
        let person = &admitted.person.id;
        let theirs = state.members.values();
        let theirs = theirs.filter(|member| member.visitor.admitted.person.id == *person);
        if theirs.count() >= self.a_person {
            return Err(Refusal::SessionsOfPerson(
                admitted.person.name.clone(),
                self.a_person,
            ));
        }
        state.last += 1;
        let number = state.last;
        let (end, ending) = watch::channel(None);
        let last_key = LastKey::now();
        let member = Member {
            visitor,
            since: now(),
            last_key: last_key.clone(),
            writes: None,
            end,
        };
        state.members.insert(number, member);
        drop(state);
        Ok(Place {
            number,
            members: Arc::clone(&self.members),
            end: ending,
            last_key,
        })
    }

    /// Ends all those for whom there is a reason.
    pub(super) fn end_where(&self, reason: impl Fn(&Admitted) -> Option<EndReason>) {
        for member in lock(&self.members).members.values() {
            if let Some(reason) = reason(&member.visitor.admitted) {
                end(member, &reason);
            }
        }
    }

    /// Ends all, and lets nobody in any more.
    pub(super) fn close(&self) {
        lock(&self.members).is_closed = true;
        self.end_where(|_| Some(EndReason::Stopping));
    }
}

/// The first reason counts.
fn end(member: &Member, reason: &EndReason) {
    member.end.send_if_modified(|end| {
        let is_first = end.is_none();
        if is_first {
            *end = Some(reason.clone());
        }
        is_first
    });
}

impl Place {
    /// From now on it is seen whether this session writes.
    pub(super) fn writes(&self, writes: WritesUnderWay) {
        if let Some(member) = lock(&self.members).members.get_mut(&self.number) {
            member.writes = Some(writes);
        }
    }

    /// All sessions, for this person to see and end.
    pub(super) fn overseen_by(&self, person: Arc<Person>) -> Arc<dyn Sessions> {
        Arc::new(Overseen {
            members: Arc::clone(&self.members),
            own: self.number,
            person,
        })
    }

    /// Comes back once the session has to end, with the reason.
    pub(super) async fn ended(&mut self) -> EndReason {
        let ended = self.end.wait_for(Option::is_some).await;
        // The other end lives as long as the place.
        let reason = ended.ok().and_then(|reason| reason.clone());
        reason.unwrap_or(EndReason::Stopping)
    }
}

/// The sessions as one person may see and end them.
struct Overseen {
    members: Members,
    own: u64,
    person: Arc<Person>,
}

impl Sessions for Overseen {
    fn now(&self) -> Vec<SessionRow> {
        let state = lock(&self.members);
        let rows = state.members.iter().map(|(number, member)| SessionRow {
            is_own: *number == self.own,
            ..member.row(*number)
        });
        rows.collect()
    }

    fn end(&self, number: u64) {
        let state = lock(&self.members);
        if let Some(member) = state.members.get(&number).filter(|_| number != self.own) {
            end(member, &EndReason::EndedBy(Arc::clone(&self.person)));
        }
    }
}

impl Member {
    fn row(&self, number: u64) -> SessionRow {
        let Visitor {
            admitted,
            terminal,
            client,
        } = &self.visitor;
        let is_writing = self.writes.as_ref().is_some_and(WritesUnderWay::is_any);
        SessionRow {
            number,
            person: admitted.person.id.to_string(),
            name: admitted.person.name.clone(),
            since: self.since,
            from: admitted.from.to_string(),
            terminal: terminal.clone(),
            client: client.clone(),
            idle: lock(&self.last_key.0).elapsed(),
            state: match (self.end.borrow().is_some(), is_writing) {
                (true, _) => SessionState::Ending,
                (false, true) => SessionState::Writing,
                (false, false) => SessionState::Open,
            },
            is_own: false,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.members).members.remove(&self.number);
    }
}

/// What it holds is whole whatever happened to the task that held the lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
