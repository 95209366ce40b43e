//! The async task: takes commands from a channel, runs each as a job of its own, sends the events.
//! Look-ups can be left; a write that has begun runs to its end, and one kit has one at a time.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{AbortHandle, JoinSet};

use super::jobs::{self, not_begun, tell};
use super::message::{AfterCancel, AfterPin, AfterUpgrade, Command, Event, Ticket};
use crate::dcms::Client;

/// How many messages wait in a channel before the sender does.
const WAITING: usize = 64;

/// The screens' end of both channels.
pub struct Handle {
    /// Questions to the desk.
    pub commands: Sender<Command>,
    /// Its answers.
    pub events: Receiver<Event>,
}

/// Starts the task. `connect` makes the client, beside the first picture and not before it; where
/// that fails, its sentence answers every command.
pub fn start(connect: impl Future<Output = Result<Client, String>> + Send + 'static) -> Handle {
    let (commands, inbox) = channel(WAITING);
    let (outbox, events) = channel(WAITING);
    tokio::spawn(serve(connect, inbox, outbox));
    Handle { commands, events }
}

/// What is under way.
#[derive(Default)]
struct UnderWay {
    look_ups: HashMap<Ticket, AbortHandle>,
    writes: Writes,
}

/// What is being written: kits and orders.
type Writes = Arc<Mutex<HashSet<String>>>;

/// The right to write to one kit or order; its drop gives the right back.
struct Turn {
    what: String,
    writes: Writes,
}

impl Turn {
    /// Nothing where another write has it.
    fn take(what: String, writes: &Writes) -> Option<Self> {
        let writes = Arc::clone(writes);
        let free = lock(&writes).insert(what.clone());
        // Made only where it was free: a turn that is dropped is one that ends.
        free.then(|| Self { what, writes })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.writes).remove(&self.what);
    }
}

/// A set is whole whatever became of the job that held it.
fn lock(writes: &Mutex<HashSet<String>>) -> MutexGuard<'_, HashSet<String>> {
    writes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a job was when it ends.
enum Ended {
    LookUp(Ticket),
    Write,
}

async fn serve(
    connect: impl Future<Output = Result<Client, String>>,
    mut inbox: Receiver<Command>,
    outbox: Sender<Event>,
) {
    let client = connect.await.map(Arc::new);
    let mut under_way = UnderWay::default();
    let mut jobs = JoinSet::new();
    loop {
        tokio::select! {
            command = inbox.recv() => match (command, &client) {
                (None, _) => break,
                (Some(command), Ok(client)) => {
                    begin(command, client, &mut under_way, &mut jobs, &outbox).await;
                }
                (Some(command), Err(why)) => refuse(command, why, &outbox).await,
            },
            Some(ended) = jobs.join_next() => match ended {
                Ok(Ended::LookUp(ticket)) => {
                    under_way.look_ups.remove(&ticket);
                }
                Ok(Ended::Write) => {}
                Err(left) => tracing::debug!(%left, "a job did not end by itself"),
            },
        }
    }
    // The screens are gone. Look-ups go with them; a write that has been sent is waited for.
    for (_, job) in under_way.look_ups {
        job.abort();
    }
    while jobs.join_next().await.is_some() {}
}

async fn begin(
    command: Command,
    client: &Arc<Client>,
    under_way: &mut UnderWay,
    jobs: &mut JoinSet<Ended>,
    outbox: &Sender<Event>,
) {
    let (client, events) = (Arc::clone(client), outbox.clone());
    let look_up = match command {
        Command::Leave(ticket) => {
            if let Some(job) = under_way.look_ups.remove(&ticket) {
                job.abort();
            }
            return;
        }
        Command::Upgrade(..) | Command::SetPin(..) | Command::Cancel(..) => {
            let Some(what) = subject(&command) else {
                return;
            };
            match Turn::take(what, &under_way.writes) {
                None => refuse(command, "another write for it is still under way", outbox).await,
                Some(turn) => {
                    jobs.spawn(async move {
                        write(&client, command, turn, &events).await;
                        Ended::Write
                    });
                }
            }
            return;
        }
        Command::Find(ticket, by) => {
            let job = jobs.spawn(async move {
                jobs::find(&client, ticket, by, &events).await;
                Ended::LookUp(ticket)
            });
            (ticket, job)
        }
        Command::ReadAgain(ticket, entity) => {
            let job = jobs.spawn(async move {
                let kits = client.kits_of(&entity).await;
                tell(&events, Event::KitsAgain(ticket, kits)).await;
                Ended::LookUp(ticket)
            });
            (ticket, job)
        }
        Command::ReadOrder(ticket, order) => {
            let job = jobs.spawn(async move {
                let order = client.order(&order).await;
                tell(&events, Event::OrderRead(ticket, order)).await;
                Ended::LookUp(ticket)
            });
            (ticket, job)
        }
        Command::Track(ticket, kit) => {
            let job = jobs.spawn(async move {
                let shipments = client.shipments_of(&kit).await;
                tell(&events, Event::Tracked(ticket, shipments)).await;
                Ended::LookUp(ticket)
            });
            (ticket, job)
        }
    };
    under_way.look_ups.insert(look_up.0, look_up.1);
}

/// Whose turn a write takes: one at a time for a kit or an order.
fn subject(command: &Command) -> Option<String> {
    match command {
        Command::Upgrade(_, request) => Some(format!("kit {}", request.kit)),
        Command::SetPin(_, request) => Some(format!("kit {}", request.kit)),
        Command::Cancel(_, request) => Some(format!("order {}", request.order)),
        _ => None,
    }
}

async fn write(client: &Client, command: Command, turn: Turn, events: &Sender<Event>) {
    let event = match command {
        Command::Upgrade(ticket, request) => {
            Event::Upgraded(ticket, Box::new(jobs::upgrade(client, request).await))
        }
        Command::SetPin(ticket, request) => {
            Event::PinSet(ticket, Box::new(jobs::set_pin(client, request).await))
        }
        Command::Cancel(ticket, request) => {
            Event::Cancelled(ticket, Box::new(jobs::cancel(client, request).await))
        }
        _ => return,
    };
    // Before the telling: the next write may follow it at once.
    drop(turn);
    tell(events, event).await;
}

/// Answers a command that can't be begun, so that no screen waits for ever.
async fn refuse(command: Command, why: &str, events: &Sender<Event>) {
    let fault = not_begun::<()>(why).1;
    let event = match command {
        Command::Leave(_) => return,
        Command::Find(ticket, _) => Event::Found(ticket, Err(fault)),
        Command::ReadAgain(ticket, _) => Event::KitsAgain(ticket, Err(fault)),
        Command::ReadOrder(ticket, _) => Event::OrderRead(ticket, Err(fault)),
        Command::Track(ticket, _) => Event::Tracked(ticket, Err(fault)),
        Command::Upgrade(ticket, request) => {
            let after = AfterUpgrade {
                request,
                outcome: not_begun(why).0,
                reading: Err(fault),
            };
            Event::Upgraded(ticket, Box::new(after))
        }
        Command::SetPin(ticket, request) => {
            let after = AfterPin {
                entity: request.entity,
                kit: request.kit,
                outcome: not_begun(why).0,
                reading: Err(fault),
            };
            Event::PinSet(ticket, Box::new(after))
        }
        Command::Cancel(ticket, request) => {
            let after = AfterCancel {
                request,
                outcome: not_begun(why).0,
                reading: Err(fault),
            };
            Event::Cancelled(ticket, Box::new(after))
        }
    };
    tell(events, event).await;
}
