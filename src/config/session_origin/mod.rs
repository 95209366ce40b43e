//! Whether the user sits at this machine or at the other end of an SSH connection.
//! A guard against habit, not against someone who hides it: `pin_entry = "off"` is for that.

use std::fmt;

mod processes;

use processes::{Process, Processes, System};

use super::env::Env;

/// Programs that hand a terminal to somebody elsewhere.
const CARRIERS: [&str; 11] = [
    "sshd",
    "sshd-session",
    "dropbear",
    "tinysshd",
    "mosh-server",
    "etserver",
    "telnetd",
    "in.telnetd",
    "rlogind",
    "in.rshd",
    "ttyd",
];
/// Programs that keep a terminal while its users come and go, as the system names them.
const KEEPERS: [&str; 8] = [
    "tmux: server",
    "tmux",
    "screen",
    "SCREEN",
    "zellij",
    "abduco",
    "dtach",
    "shpool",
];
/// Of these, the ones that have their users' terminals open.
const HOLDERS: [&str; 2] = ["tmux", "screen"];
/// The process that all others stem from, and that takes in those whose parents are gone.
const INIT: u32 = 1;
/// A chain of parents is not as long as this.
const FARTHEST: usize = 64;

/// By what it is known where the user sits.
#[derive(Clone)]
pub enum SessionKind {
    /// A console or verb of its own process, with these variables.
    OfProcess(Env),
    /// A console that kitdesk's SSH server shows at this address.
    Served(String),
}

impl SessionKind {
    /// Where the user sits, now: who is connected to a `tmux` can change at any time.
    #[must_use]
    pub fn origin(&self) -> SessionOrigin {
        match self {
            Self::OfProcess(around) => SessionOrigin::of_process(around),
            Self::Served(address) => SessionOrigin::Remote(RemoteSign::Served(address.clone())),
        }
    }
}

/// Where the user sits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionOrigin {
    /// At this machine: nothing shows otherwise.
    Here,
    /// At another machine, or possibly so.
    Remote(RemoteSign),
}

/// By what it was seen that the terminal is somebody's elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteSign {
    /// The console is shown at this address by kitdesk's SSH server.
    Served(String),
    /// A variable that SSH sets.
    Variable(&'static str),
    /// One of the processes that this one was started by.
    Parent(String),
    /// `tmux` or the like, to which somebody is connected from elsewhere.
    Keeper(String),
    /// `tmux` or the like, of which it can't be seen who is connected.
    Untold,
    /// One of the processes that this one was started by can't be seen.
    Hidden,
}

impl RemoteSign {
    /// Whether it stays for as long as this process does; a keeper's users come and go.
    #[must_use]
    pub fn stays(&self) -> bool {
        matches!(self, Self::Served(_) | Self::Variable(_) | Self::Parent(_))
    }
}

impl fmt::Display for RemoteSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Served(address) => write!(f, "connected to kitdesk's SSH server from {address}"),
            Self::Variable(name) => write!(f, "{name} is set"),
            Self::Parent(name) => write!(f, "started by {name}"),
            Self::Keeper(name) => write!(f, "{name} is used over SSH"),
            Self::Untold => f.write_str("kitdesk can't tell who is attached to tmux"),
            Self::Hidden => f.write_str("kitdesk can't see its parent processes"),
        }
    }
}

impl SessionOrigin {
    /// Looks around this process, now: who is connected to a `tmux` can change at any time.
    #[must_use]
    pub fn of_process(around: &Env) -> Self {
        Self::look(around, std::process::id(), &System)
    }

    fn look(around: &Env, own: u32, processes: &impl Processes) -> Self {
        for name in ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"] {
            if around.var(name).is_some() {
                return Self::Remote(RemoteSign::Variable(name));
            }
        }
        let chain = chain(own, processes);
        if let Some(carrier) = carrier(&chain) {
            return Self::Remote(RemoteSign::Parent(carrier));
        }
        if is_broken(&chain) {
            return Self::Remote(RemoteSign::Hidden);
        }
        if !chain.iter().any(|process| is_keeper(&process.name)) {
            let mut said = ["TMUX", "STY", "ZELLIJ"].iter();
            return match said.find(|name| around.var(name).is_some()) {
                // There is one, under a name that nobody knows.
                Some(_) => Self::Remote(RemoteSign::Untold),
                None => Self::Here,
            };
        }
        let Some(all) = processes.all() else {
            return Self::Remote(RemoteSign::Untold);
        };
        match watched(&chain, &all, processes, &mut Vec::new()) {
            Some(sign) => Self::Remote(sign),
            None => Self::Here,
        }
    }
}

/// Whether somebody elsewhere is connected to one of the keepers in a chain. Who is connected to a keeper
/// is no parent of what runs in it, and may sit in another keeper; each is looked at once.
fn watched(
    chain: &[Process],
    all: &[Process],
    processes: &impl Processes,
    known: &mut Vec<u32>,
) -> Option<RemoteSign> {
    for keeper in chain.iter().filter(|process| is_keeper(&process.name)) {
        if known.contains(&keeper.id) {
            continue;
        }
        known.push(keeper.id);
        let Some(connected) = connected(keeper, all, processes) else {
            return Some(RemoteSign::Untold);
        };
        for process in connected {
            let chain = self::chain(process.id, processes);
            if carrier(&chain).is_some() {
                return Some(RemoteSign::Keeper(family(&keeper.name)));
            }
            if is_broken(&chain) {
                return Some(RemoteSign::Untold);
            }
            let sign = watched(&chain, all, processes, known);
            if sign.is_some() {
                return sign;
            }
        }
    }
    None
}

/// The processes that are connected to a keeper; none where the system hides them. `tmux` and `screen` have their
/// users' terminals open. Others don't, and the system may hide it: then every process of the keeper's
/// program counts, whosever it is.
fn connected<'a>(
    keeper: &Process,
    all: &'a [Process],
    processes: &impl Processes,
) -> Option<Vec<&'a Process>> {
    let family = family(&keeper.name);
    let is_holder = HOLDERS.contains(&family.as_str());
    let terminals = is_holder.then(|| processes.terminals(keeper.id));
    let Some(terminals) = terminals.flatten() else {
        let same =
            |process: &&Process| is_keeper(&process.name) && self::family(&process.name) == family;
        return Some(all.iter().filter(same).collect());
    };
    let mut connected = Vec::new();
    for terminal in terminals {
        let before = connected.len();
        connected.extend(
            all.iter()
                .filter(|process| process.terminal == Some(terminal)),
        );
        if connected.len() == before {
            return None;
        }
    }
    Some(connected)
}

/// A keeper's program: `tmux` for `tmux: server`.
fn family(name: &str) -> String {
    let program = name.split(':').next().unwrap_or_default();
    program.to_ascii_lowercase()
}

/// Whether the chain ends before the process that all others stem from. One without a parent that is
/// another was put into its container from outside, by `docker exec` or `nsenter`. That init itself can't
/// be looked at hides no one.
fn is_broken(chain: &[Process]) -> bool {
    let is_whole = |last: &Process| last.id == INIT || last.parent == INIT;
    chain.len() >= FARTHEST || chain.last().is_some_and(|last| !is_whole(last))
}

/// A tmux says which of its two it is behind its name, whatever that is.
fn is_keeper(name: &str) -> bool {
    KEEPERS.contains(&name) || name.ends_with(": server") || name.ends_with(": client")
}

fn carrier(chain: &[Process]) -> Option<String> {
    let mut names = chain.iter().map(|process| &process.name);
    names
        .find(|name| CARRIERS.contains(&name.as_str()))
        .cloned()
}

/// A process and those that it was started by.
fn chain(of: u32, processes: &impl Processes) -> Vec<Process> {
    let next = |process: &Process| processes.process(process.parent);
    let chain = std::iter::successors(processes.process(of), next);
    chain.take(FARTHEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (id, parent, name), who is on which terminal, and which terminals each has open, if known.
    struct Given {
        processes: &'static [(u32, u32, &'static str)],
        on: &'static [(u32, u32)],
        open: Option<&'static [(u32, u32)]>,
    }

    impl Processes for Given {
        fn process(&self, id: u32) -> Option<Process> {
            self.all()?.into_iter().find(|process| process.id == id)
        }

        fn all(&self) -> Option<Vec<Process>> {
            let process = |&(id, parent, name): &(u32, u32, &str)| Process {
                id,
                parent,
                name: name.to_owned(),
                terminal: of(self.on, id).next(),
            };
            Some(self.processes.iter().map(process).collect())
        }

        fn terminals(&self, id: u32) -> Option<Vec<u32>> {
            Some(of(self.open?, id).collect())
        }
    }

    fn of(pairs: &[(u32, u32)], id: u32) -> impl Iterator<Item = u32> {
        let own = pairs.iter().filter(move |(process, _)| *process == id);
        own.map(|(_, terminal)| *terminal)
    }

    fn origin(
        variables: &[(&str, &str)],
        processes: &'static [(u32, u32, &'static str)],
    ) -> SessionOrigin {
        let around = Env::given(variables.iter().copied());
        let given = Given {
            processes,
            on: &[],
            open: None,
        };
        SessionOrigin::look(&around, 9, &given)
    }

    #[test]
    fn at_this_machine() {
        assert_eq!(
            origin(
                &[],
                &[
                    (1, 0, "init"),
                    (4, 1, "foot"),
                    (5, 4, "bash"),
                    (9, 5, "kitdesk")
                ]
            ),
            SessionOrigin::Here
        );
        // Another's connection is none of ours.
        assert_eq!(
            origin(
                &[],
                &[
                    (1, 0, "init"),
                    (2, 1, "sshd"),
                    (3, 2, "bash"),
                    (9, 1, "kitdesk")
                ]
            ),
            SessionOrigin::Here
        );
    }

    #[test]
    fn a_served_session_is_remote_and_stays_so() {
        let origin = SessionKind::Served("10.1.2.3".into()).origin();
        let SessionOrigin::Remote(sign) = origin else {
            panic!("it is not here");
        };
        assert!(sign.stays());
        assert_eq!(
            sign.to_string(),
            "connected to kitdesk's SSH server from 10.1.2.3"
        );
    }

    #[test]
    fn variables_tell() {
        for name in ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"] {
            assert_eq!(
                origin(&[(name, "10.0.0.7 50022 10.0.0.1 22")], &[]),
                SessionOrigin::Remote(RemoteSign::Variable(name))
            );
        }
        assert_eq!(origin(&[("SSH_TTY", "")], &[]), SessionOrigin::Here);
    }

    #[test]
    fn parents_tell_where_variables_were_taken_away() {
        for name in ["sshd", "sshd-session", "dropbear", "mosh-server"] {
            let processes = vec![
                (1, 0, "init"),
                (2, 1, name),
                (3, 2, "bash"),
                (4, 3, "sudo"),
                (9, 4, "kitdesk"),
            ];
            assert_eq!(
                origin(&[], processes.leak()),
                SessionOrigin::Remote(RemoteSign::Parent(name.into()))
            );
        }
    }

    #[test]
    fn a_tmux_that_somebody_uses_over_ssh() {
        const LOCAL: &[(u32, u32, &str)] = &[
            (1, 0, "init"),
            (2, 1, "tmux: server"),
            (3, 2, "bash"),
            (9, 3, "kitdesk"),
            (20, 1, "foot"),
            (21, 20, "tmux: client"),
        ];
        const WATCHED: &[(u32, u32, &str)] = &[
            (1, 0, "init"),
            (2, 1, "tmux: server"),
            (3, 2, "bash"),
            (9, 3, "kitdesk"),
            (20, 1, "sshd"),
            (21, 20, "bash"),
            (22, 21, "tmux: client"),
        ];
        assert_eq!(
            origin(&[("TMUX", "/tmp/t,2,0")], LOCAL),
            SessionOrigin::Here
        );
        assert_eq!(
            origin(&[("TMUX", "/tmp/t,2,0")], WATCHED),
            SessionOrigin::Remote(RemoteSign::Keeper("tmux".into()))
        );
        assert_eq!(
            origin(&[], WATCHED),
            SessionOrigin::Remote(RemoteSign::Keeper("tmux".into()))
        );
    }

    #[test]
    fn a_screen_that_was_resumed_over_ssh() {
        const RESUMED: &[(u32, u32, &str)] = &[
            (1, 0, "init"),
            (2, 1, "screen"),
            (9, 2, "kitdesk"),
            (20, 1, "sshd-session"),
            (21, 20, "screen"),
        ];
        assert_eq!(
            origin(&[("STY", "2.pts-0")], RESUMED),
            SessionOrigin::Remote(RemoteSign::Keeper("screen".into()))
        );
    }

    #[test]
    fn a_system_that_tells_nothing_is_not_trusted() {
        struct Silent;
        impl Processes for Silent {
            fn process(&self, _: u32) -> Option<Process> {
                None
            }
            fn all(&self) -> Option<Vec<Process>> {
                None
            }
            fn terminals(&self, _: u32) -> Option<Vec<u32>> {
                None
            }
        }
        let inside = Env::given([("TMUX", "/tmp/t,2,0")]);
        assert_eq!(
            SessionOrigin::look(&inside, 9, &Silent),
            SessionOrigin::Remote(RemoteSign::Untold)
        );
        let outside = Env::given([("TERM", "xterm")]);
        assert_eq!(
            SessionOrigin::look(&outside, 9, &Silent),
            SessionOrigin::Here
        );
    }

    #[test]
    fn a_keeper_under_another_name_hides_who_types() {
        const RENAMED: &[(u32, u32, &str)] = &[
            (1, 0, "init"),
            (2, 1, "keeper"),
            (9, 2, "kitdesk"),
            (20, 1, "sshd"),
            (21, 20, "keeper"),
            (30, 1, "tmux: server"),
        ];
        const TMUX: &[(u32, u32, &str)] = &[
            (1, 0, "init"),
            (2, 1, "mytmux: server"),
            (9, 2, "kitdesk"),
            (20, 1, "sshd"),
            (21, 20, "mytmux: client"),
        ];
        for name in ["TMUX", "STY"] {
            assert_eq!(
                origin(&[(name, "2")], RENAMED),
                SessionOrigin::Remote(RemoteSign::Untold)
            );
        }
        let mytmux = SessionOrigin::Remote(RemoteSign::Keeper("mytmux".into()));
        assert_eq!(origin(&[], TMUX), mytmux);
    }

    #[test]
    fn other_keepers_that_are_used_over_ssh() {
        for name in ["dtach", "shpool", "abduco"] {
            let processes = vec![
                (1, 0, "init"),
                (2, 1, name),
                (9, 2, "kitdesk"),
                (20, 1, "sshd"),
                (21, 20, name),
            ];
            assert_eq!(
                origin(&[], processes.leak()),
                SessionOrigin::Remote(RemoteSign::Keeper(name.into()))
            );
        }
    }

    #[test]
    fn a_parent_that_can_not_be_seen_may_be_anyone() {
        let hidden = SessionOrigin::Remote(RemoteSign::Hidden);
        assert_eq!(origin(&[], &[(5, 4, "bash"), (9, 5, "kitdesk")]), hidden);
        assert_eq!(origin(&[], &[(1, 0, "init"), (9, 5, "kitdesk")]), hidden);
        // Put into a container from outside.
        assert_eq!(origin(&[], &[(9, 0, "kitdesk")]), hidden);
        assert_eq!(origin(&[], &[(7, 0, "bash"), (9, 7, "kitdesk")]), hidden);
        let sibling_of_init = &[(1, 0, "sh"), (7, 0, "bash"), (9, 7, "kitdesk")];
        assert_eq!(origin(&[], sibling_of_init), hidden);
        // Started in one, and where only init is hidden.
        assert_eq!(
            origin(&[], &[(1, 0, "sh"), (9, 1, "kitdesk")]),
            SessionOrigin::Here
        );
        assert_eq!(
            origin(&[], &[(5, 1, "foot"), (9, 5, "kitdesk")]),
            SessionOrigin::Here
        );
    }

    #[test]
    fn a_chain_without_an_end_hides_who_is_at_it() {
        let hidden = SessionOrigin::Remote(RemoteSign::Hidden);
        assert_eq!(origin(&[], &[(9, 8, "a"), (8, 9, "b")]), hidden);
        // As many shells within one another as nobody needs, and an SSH server behind them.
        let mut shells: Vec<_> = (9..200).map(|id| (id, id + 1, "bash")).collect();
        shells.extend([(200, 1, "sshd"), (1, 0, "init")]);
        assert_eq!(origin(&[], shells.leak()), hidden);
    }

    #[test]
    fn only_the_keeper_of_this_terminal_counts() {
        const OTHERS: &[(u32, u32, &str)] = &[
            (1, 0, "init"),
            (2, 1, "screen"),
            (9, 2, "kitdesk"),
            (20, 1, "sshd"),
            (21, 20, "tmux: client"),
            (22, 1, "tmux: server"),
        ];
        assert_eq!(origin(&[("STY", "2.pts-0")], OTHERS), SessionOrigin::Here);
    }

    /// Two tmux servers: ours, 2, used at this machine by 30, and another, 3, used over SSH by 40.
    const TWO: &[(u32, u32, &str)] = &[
        (1, 0, "init"),
        (2, 1, "tmux: server"),
        (3, 1, "tmux: server"),
        (9, 2, "kitdesk"),
        (29, 1, "foot"),
        (30, 29, "tmux: client"),
        (39, 1, "sshd"),
        (40, 39, "tmux: client"),
    ];

    fn in_tmux(
        processes: &'static [(u32, u32, &'static str)],
        on: &'static [(u32, u32)],
        open: &'static [(u32, u32)],
    ) -> SessionOrigin {
        let around = Env::given([("TMUX", "/tmp/t,2,0")]);
        let open = Some(open);
        SessionOrigin::look(
            &around,
            9,
            &Given {
                processes,
                on,
                open,
            },
        )
    }

    #[test]
    fn a_keeper_is_used_by_those_whose_terminals_it_has_open() {
        let remote = SessionOrigin::Remote(RemoteSign::Keeper("tmux".into()));
        let on = &[(30, 300), (40, 400), (9, 900)];
        assert_eq!(in_tmux(TWO, on, &[(2, 300), (3, 400)]), SessionOrigin::Here);
        assert_eq!(in_tmux(TWO, on, &[(2, 300), (2, 400)]), remote);
        assert_eq!(in_tmux(TWO, on, &[(2, 400)]), remote);
        // Nobody at all.
        assert_eq!(in_tmux(TWO, on, &[]), SessionOrigin::Here);
        // Somebody who can't be seen.
        let untold = SessionOrigin::Remote(RemoteSign::Untold);
        assert_eq!(in_tmux(TWO, on, &[(2, 300), (2, 500)]), untold);
        assert_eq!(in_tmux(TWO, &[(40, 400)], &[(2, 300)]), untold);
    }

    #[test]
    fn a_keeper_within_another_is_used_by_those_who_use_that() {
        const NESTED: &[(u32, u32, &str)] = &[
            (1, 0, "init"),
            (2, 1, "tmux: server"),
            (9, 2, "kitdesk"),
            (30, 31, "tmux: client"),
            (31, 1, "screen"),
            (39, 1, "sshd"),
            (40, 39, "screen"),
        ];
        let on = &[(30, 300), (40, 400)];
        let origin = in_tmux(NESTED, on, &[(2, 300), (31, 400)]);
        assert_eq!(
            origin,
            SessionOrigin::Remote(RemoteSign::Keeper("screen".into()))
        );
        assert_eq!(in_tmux(NESTED, on, &[(2, 300)]), SessionOrigin::Here);
    }
}
