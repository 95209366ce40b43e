//! What the system tells about processes: who started them, and which terminals they are on and have open.

/// A process, as far as it matters for who types here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) id: u32,
    pub(super) parent: u32,
    pub(super) name: String,
    /// The terminal that it is controlled from, as the system numbers it.
    pub(super) terminal: Option<u32>,
}

pub(super) trait Processes {
    fn process(&self, id: u32) -> Option<Process>;

    /// `None` where the system does not tell.
    fn all(&self) -> Option<Vec<Process>>;

    /// The terminals that a process has open; `None` where the system does not tell.
    fn terminals(&self, id: u32) -> Option<Vec<u32>>;
}

/// This system.
pub(super) struct System;

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

    fn terminals(&self, id: u32) -> Option<Vec<u32>> {
        let handles = std::fs::read_dir(format!("/proc/{id}/fd")).ok()?;
        let mut terminals = Vec::new();
        for handle in handles {
            let handle = handle.ok()?.path();
            // One that has been closed meanwhile is open no more.
            let Ok(name) = std::fs::read_link(&handle) else {
                continue;
            };
            let name = name.to_string_lossy();
            if name.starts_with("/dev/pts/") || (name.starts_with("/dev/tty") && name != "/dev/tty")
            {
                terminals.push(number_of(&std::fs::metadata(&handle).ok()?));
            }
        }
        terminals.sort_unstable();
        terminals.dedup();
        Some(terminals)
    }
}

/// As proc(5) numbers a terminal: the major number in bits 15 to 8, the minor one around it.
#[cfg(target_os = "linux")]
fn number_of(terminal: &std::fs::Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    let device = terminal.rdev();
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12)
}

/// `ID (NAME) STATE PARENT GROUP SESSION TERMINAL ...`; the name may hold anything, brackets and blanks too
/// (proc(5)). No terminal is a zero.
#[cfg(target_os = "linux")]
fn from_stat(id: u32, stat: &str) -> Option<Process> {
    let (head, rest) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    let mut rest = rest.split_ascii_whitespace().skip(1);
    let parent = rest.next()?.parse().ok()?;
    let terminal = rest.nth(2)?.parse().ok()?;
    Some(Process {
        id,
        parent,
        name: name.to_owned(),
        terminal: Some(terminal).filter(|terminal| *terminal != 0),
    })
}

#[cfg(not(target_os = "linux"))]
impl Processes for System {
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_brackets() {
        let process = from_stat(7, "7 (a) (b) S 3 7 7 34817 0").expect("a process");
        assert_eq!((process.parent, process.name.as_str()), (3, "a) (b"));
        // /dev/pts/1
        assert_eq!(process.terminal, Some(0x8801));
        let own = System.process(std::process::id()).expect("this process");
        assert_ne!(own.parent, 0);
    }

    #[test]
    fn the_terminals_that_are_open_are_those_that_processes_are_on() {
        let Some(one) = std::fs::read_dir("/dev/pts")
            .ok()
            .and_then(|mut pts| pts.next())
        else {
            return;
        };
        let Ok(open) = std::fs::File::open(one.expect("an entry").path()) else {
            return;
        };
        let number = number_of(&open.metadata().expect("it is open"));
        let open = System.terminals(std::process::id()).expect("our own");
        assert!(number == 0x502 || open.contains(&number));
    }
}
