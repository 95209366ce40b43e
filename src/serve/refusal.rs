//! Why a connection or a session is refused or ended, in a sentence for the person and a word for the
//! operators' counters. A limit is named with its number, so that nobody has to guess which one it was.

use std::sync::Arc;
use std::time::Duration;

use super::source::Source;
use crate::durations::shown;
use crate::people::Person;

/// A connection that does not become a session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error(
        "too many clients are logging in: the limit is {0} at a time (startups); try again in a moment"
    )]
    Startups(usize),
    #[error(
        "too many clients are logging in from {source}: the limit is {limit} at a time from one address \
         (startups_a_source); try again in a moment",
        source = .0, limit = .1
    )]
    StartupsOfSource(Source, usize),
    #[error("the login took longer than {} (login_grace)", shown(*.0))]
    Grace(Duration),
    #[error("no room for another session: the limit is {0} in all (sessions)")]
    Sessions(usize),
    #[error(
        "{person} has {limit} sessions already, which is the limit (sessions_a_person): end one of them first",
        person = .0, limit = .1
    )]
    SessionsOfPerson(String, usize),
    #[error("the server is stopping: connect again in a minute")]
    Stopping,
    #[error("the connection comes from a load balancer and does not begin with a PROXY v2 header")]
    NoProxyHeader,
    #[error("a terminal is needed: connect without -T, or with -tt from a script")]
    NoTerminal,
    #[error("no commands are run over SSH: connect without one to get the console")]
    Command,
    #[error("no files are transferred")]
    Subsystem,
    #[error("one connection has one session: connect again for another")]
    SecondChannel,
    #[error("no ports, agents or displays are forwarded")]
    Forwarding,
}

impl Refusal {
    /// For the counters.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Startups(_) => "startups",
            Self::StartupsOfSource(..) => "startups_a_source",
            Self::Grace(_) => "login_grace",
            Self::Sessions(_) => "sessions",
            Self::SessionsOfPerson(..) => "sessions_a_person",
            Self::Stopping => "stopping",
            Self::NoProxyHeader => "no_proxy_header",
            Self::NoTerminal => "no_terminal",
            Self::Command => "command",
            Self::Subsystem => "subsystem",
            Self::SecondChannel => "second_channel",
            Self::Forwarding => "forwarding",
        }
    }
}

/// Why a session is ended by the server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum EndReason {
    #[error("the server is stopping: connect again in a minute")]
    Stopping,
    #[error("the session has lasted {}, which is the longest it may (longest_session)", shown(*.0))]
    Longest(Duration),
    /// By the list of people as it is now.
    #[error("your access has changed: {0}")]
    NoLongerAdmitted(String),
    /// By somebody who looks after the server.
    #[error("{name} has ended this session", name = .0.name)]
    EndedBy(Arc<Person>),
}

impl EndReason {
    /// For the journal and the counters.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Stopping => "stopping",
            Self::Longest(_) => "longest_session",
            Self::NoLongerAdmitted(_) => "no_longer_admitted",
            Self::EndedBy(_) => "ended_by_admin",
        }
    }

    /// The person who has ended it, where one has.
    pub(super) fn by(&self) -> Option<&str> {
        match self {
            Self::EndedBy(person) => Some(person.id.as_str()),
            Self::Stopping | Self::Longest(_) | Self::NoLongerAdmitted(_) => None,
        }
    }
}
