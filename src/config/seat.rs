//! Whether whoever types here sits at this machine or at the other end of an SSH connection.
//! A guard against habit, not against someone who hides it: `pin_entry = "off"` is for that.

use std::fmt;

use super::surroundings::Surroundings;

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
/// The process that all others stem from, and that takes in those whose parents are gone.
const INIT: u32 = 1;
/// A chain of parents is not as long as this.
const FARTHEST: usize = 64;

/// Where whoever types here sits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seat {
    /// At this machine, as far as it can be told.
    Here,
    /// Elsewhere, or it can't be told.
    Remote(Sign),
}

/// By what it was seen that the terminal is somebody's elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
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

impl Sign {
    /// Whether it stays for as long as this process does; a keeper's users come and go.
    #[must_use]
    pub fn stays(&self) -> bool {
        matches!(self, Self::Variable(_) | Self::Parent(_))
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "{name} is set"),
            Self::Parent(name) => write!(f, "started by {name}"),
            Self::Keeper(name) => write!(f, "{name} is used over SSH"),
            Self::Untold => f.write_str("a tmux hides who types"),
            Self::Hidden => f.write_str("the system hides who started it"),
        }
    }
}

impl Seat {
    /// Looks around this process, now: who is connected to a `tmux` can change at any time.
    #[must_use]
    pub fn of_process(around: &Surroundings) -> Self {
        Self::look(around, std::process::id(), &System)
    }

    fn look(around: &Surroundings, own: u32, processes: &impl Processes) -> Self {
        for name in ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"] {
            if around.var(name).is_some() {
                return Self::Remote(Sign::Variable(name));
            }
        }
        let chain = chain(own, processes);
        if let Some(carrier) = carrier(&chain) {
            return Self::Remote(Sign::Parent(carrier));
        }
        if is_broken(&chain) {
            return Self::Remote(Sign::Hidden);
        }
        if !chain.iter().any(|process| is_keeper(&process.name)) {
            let mut said = ["TMUX", "STY", "ZELLIJ"].iter();
            return match said.find(|name| around.var(name).is_some()) {
                // There is one, under a name that nobody knows.
                Some(_) => Self::Remote(Sign::Untold),
                None => Self::Here,
            };
        }
        // Who is connected to a keeper is no parent of what runs in it.
        let Some(all) = processes.all() else {
            return Self::Remote(Sign::Untold);
        };
        let connected = all.iter().filter(|process| is_keeper(&process.name));
        let mut from_elsewhere = connected
            .filter(|process| carrier(&self::chain(process.id, processes)).is_some())
            .map(|process| {
                process
                    .name
                    .split(':')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            });
        match from_elsewhere.next() {
            Some(name) => Self::Remote(Sign::Keeper(name)),
            None => Self::Here,
        }
    }
}

/// Whether the chain ends although somebody is named as the next. A container's ends at nobody, and
/// that init can't be looked at hides no one.
fn is_broken(chain: &[Process]) -> bool {
    let ends = chain.len() < FARTHEST;
    ends && chain.last().is_some_and(|last| last.parent > INIT)
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

/// A process, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    id: u32,
    parent: u32,
    name: String,
}

trait Processes {
    fn process(&self, id: u32) -> Option<Process>;
    /// `None` where the system does not tell.
    fn all(&self) -> Option<Vec<Process>>;
}

struct System;

#[cfg(target_os = "linux")]
impl Processes for System {
    fn process(&self, id: u32) -> Option<Process> {
        let stat = std::fs::read(format!("/proc/{id}/stat")).ok()?;
        from_stat(id, &String::from_utf8_lossy(&stat))
    }

    fn all(&self) -> Option<Vec<Process>> {
        let ids = std::fs::read_dir("/proc").ok()?;
        let ids = ids.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        Some(ids.filter_map(|id| self.process(id)).collect())
    }
}

/// `ID (NAME) STATE PARENT ...`; the name may hold anything, brackets and blanks too (proc(5)).
#[cfg(target_os = "linux")]
fn from_stat(id: u32, stat: &str) -> Option<Process> {
    let (head, rest) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    let parent = rest.split_ascii_whitespace().nth(1)?.parse().ok()?;
    let name = name.to_owned();
    Some(Process { id, parent, name })
}

#[cfg(not(target_os = "linux"))]
impl Processes for System {
    fn process(&self, _: u32) -> Option<Process> {
        None
    }

    fn all(&self) -> Option<Vec<Process>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (id, parent, name)
    struct Given(&'static [(u32, u32, &'static str)]);

    impl Processes for Given {
        fn process(&self, id: u32) -> Option<Process> {
            self.all()?.into_iter().find(|process| process.id == id)
        }

        fn all(&self) -> Option<Vec<Process>> {
            let process = |&(id, parent, name): &(u32, u32, &str)| Process {
                id,
                parent,
                name: name.to_owned(),
            };
            Some(self.0.iter().map(process).collect())
        }
    }

    fn seat(variables: &[(&str, &str)], processes: &'static [(u32, u32, &'static str)]) -> Seat {
        let around = Surroundings::given(variables.iter().copied());
        Seat::look(&around, 9, &Given(processes))
    }

    #[test]
    fn at_this_machine() {
        assert_eq!(
            seat(
                &[],
                &[
                    (1, 0, "init"),
                    (4, 1, "foot"),
                    (5, 4, "bash"),
                    (9, 5, "kitdesk")
                ]
            ),
            Seat::Here
        );
        // Another's connection is none of ours.
        assert_eq!(
            seat(
                &[],
                &[
                    (1, 0, "init"),
                    (2, 1, "sshd"),
                    (3, 2, "bash"),
                    (9, 1, "kitdesk")
                ]
            ),
            Seat::Here
        );
    }

    #[test]
    fn variables_tell() {
        for name in ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"] {
            assert_eq!(
                seat(&[(name, "10.0.0.7 50022 10.0.0.1 22")], &[]),
                Seat::Remote(Sign::Variable(name))
            );
        }
        assert_eq!(seat(&[("SSH_TTY", "")], &[]), Seat::Here);
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
                seat(&[], processes.leak()),
                Seat::Remote(Sign::Parent(name.into()))
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
        assert_eq!(seat(&[("TMUX", "/tmp/t,2,0")], LOCAL), Seat::Here);
        assert_eq!(
            seat(&[("TMUX", "/tmp/t,2,0")], WATCHED),
            Seat::Remote(Sign::Keeper("tmux".into()))
        );
        assert_eq!(
            seat(&[], WATCHED),
            Seat::Remote(Sign::Keeper("tmux".into()))
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
            seat(&[("STY", "2.pts-0")], RESUMED),
            Seat::Remote(Sign::Keeper("screen".into()))
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
        }
        let inside = Surroundings::given([("TMUX", "/tmp/t,2,0")]);
        assert_eq!(Seat::look(&inside, 9, &Silent), Seat::Remote(Sign::Untold));
        let outside = Surroundings::given([("TERM", "xterm")]);
        assert_eq!(Seat::look(&outside, 9, &Silent), Seat::Here);
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
            assert_eq!(seat(&[(name, "2")], RENAMED), Seat::Remote(Sign::Untold));
        }
        let mytmux = Seat::Remote(Sign::Keeper("mytmux".into()));
        assert_eq!(seat(&[], TMUX), mytmux);
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
                seat(&[], processes.leak()),
                Seat::Remote(Sign::Keeper(name.into()))
            );
        }
    }

    #[test]
    fn a_parent_that_can_not_be_seen_may_be_anyone() {
        let hidden = Seat::Remote(Sign::Hidden);
        assert_eq!(seat(&[], &[(5, 4, "bash"), (9, 5, "kitdesk")]), hidden);
        assert_eq!(seat(&[], &[(1, 0, "init"), (9, 5, "kitdesk")]), hidden);
        // In a container, and where only init is hidden.
        assert_eq!(seat(&[], &[(1, 0, "sh"), (9, 1, "kitdesk")]), Seat::Here);
        assert_eq!(seat(&[], &[(9, 0, "kitdesk")]), Seat::Here);
        assert_eq!(seat(&[], &[(5, 1, "foot"), (9, 5, "kitdesk")]), Seat::Here);
    }

    #[test]
    fn a_circle_of_parents_ends() {
        assert_eq!(seat(&[], &[(9, 8, "a"), (8, 9, "b")]), Seat::Here);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_may_hold_brackets() {
        let process = from_stat(7, "7 (a) (b) S 3 7 7 0").expect("a process");
        assert_eq!((process.parent, process.name.as_str()), (3, "a) (b"));
        let own = System.process(std::process::id()).expect("this process");
        assert_ne!(own.parent, 0);
    }
}
