//! What differs where kitdesk's SSH server shows the console somewhere else, and what it gives a person who looks
//! after the server. The console knows sessions by this alone.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

/// A console that kitdesk's SSH server shows somewhere else. The disk here is the server's: nothing is
/// written to it for a person, and no path of theirs is read.
#[derive(Clone)]
pub struct Served {
    /// Whether a receipt may be copied to the clipboard at the other end (OSC 52).
    pub clipboard: bool,
    /// The sessions of the server, for a person who may see and end them.
    pub sessions: Option<Arc<dyn Sessions>>,
}

/// The sessions of a server, as one person may see and end them. Neither call waits for anything.
pub trait Sessions: Send + Sync {
    /// All of them as they are now, the oldest first.
    fn now(&self) -> Vec<SessionRow>;

    /// Has one ended, once no write of it is under way. One's own stays, and so does one that is over already.
    fn end(&self, number: u64);
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// By which it is ended. No other session of this server ever has the same.
    pub number: u64,
    /// The person's id.
    pub person: String,
    /// Their name.
    pub name: String,
    /// When it began.
    pub since: Timestamp,
    /// The address at the other end.
    pub from: String,
    /// The terminal's name.
    pub terminal: Option<String>,
    /// How the SSH client names itself.
    pub client: String,
    /// For how long no key has come.
    pub idle: Duration,
    /// How it stands.
    pub state: SessionState,
    /// Whether it is the one that asks.
    pub is_own: bool,
}

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Nothing special.
    Open,
    /// A write is under way.
    Writing,
    /// It is to end, and does so once no write is under way.
    Ending,
}
