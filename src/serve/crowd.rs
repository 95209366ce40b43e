//! Who is here now: the limits of sessions, and ending a session from outside it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::refusal::{EndReason, Refusal};
use crate::people::Admitted;

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

struct Member {
    admitted: Admitted,
    end: watch::Sender<Option<EndReason>>,
}

/// A session's place, given back by its drop and so the moment its screens are gone, however they went.
pub(super) struct Place {
    number: u64,
    members: Members,
    end: watch::Receiver<Option<EndReason>>,
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
    pub(super) fn enter(&self, admitted: Admitted) -> Result<Place, Refusal> {
        let mut state = lock(&self.members);
        if state.is_closed {
            return Err(Refusal::Stopping);
        }
        if state.members.len() >= self.in_all {
            return Err(Refusal::Sessions(self.in_all));
        }
        let person = &admitted.person.id;
        let theirs = state.members.values();
        let theirs = theirs.filter(|member| member.admitted.person.id == *person);
        if theirs.count() >= self.a_person {
            return Err(Refusal::SessionsOfPerson(
                admitted.person.name.clone(),
                self.a_person,
            ));
        }
        state.last += 1;
        let number = state.last;
        let (end, ending) = watch::channel(None);
        state.members.insert(number, Member { admitted, end });
        drop(state);
        Ok(Place {
            number,
            members: Arc::clone(&self.members),
            end: ending,
        })
    }

    /// Ends all those for whom there is a reason.
    pub(super) fn end_where(&self, reason: impl Fn(&Admitted) -> Option<EndReason>) {
        for member in lock(&self.members).members.values() {
            if let Some(reason) = reason(&member.admitted) {
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
    /// Comes back once the session has to end, with the reason.
    pub(super) async fn ended(&mut self) -> EndReason {
        let ended = self.end.wait_for(Option::is_some).await;
        // The other end lives as long as the place.
        let reason = ended.ok().and_then(|reason| reason.clone());
        reason.unwrap_or(EndReason::Stopping)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.members).members.remove(&self.number);
    }
}

/// The list is whole whatever happened to the task that held the lock.
fn lock(members: &Mutex<State>) -> MutexGuard<'_, State> {
    members.lock().unwrap_or_else(PoisonError::into_inner)
}
