//! How much memory a console takes where many run in one process: each with a desk of its own, one client and one
//! journal thread for all, a customer's kits on the screen, and a terminal that takes everything.
//!
//! Alone in its process, because it goes by what the process holds. With `KITDESK_MEASURE` set to a number it
//! builds so many in each size and prints what one takes; without, it only holds the bound of one size.
#![cfg(target_os = "linux")]

use std::alloc::System;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::stream;
use kitdesk::clock::Clock;
use kitdesk::config::{Env, Environment, PinAccount, PinEntryRule, SessionKind};
use kitdesk::console::theme::{Depth, Theme};
use kitdesk::console::{
    About, App, Ending, Extras, FarKeyboard, Guards, Keymap, NeverSuspended, Paced, Packet,
    Painter, Served, TermCaps, run,
};
use kitdesk::dcms::{Client, Limits, Settings, Tenant};
use kitdesk::desk::{self, Access, PinSettings, Recorder, Schedule};
use kitdesk::journal::{Note, Opening, SessionFacts, Where, Who};
use kitdesk::people::Rights;
use kitdesk::pin::{BlockForm, PinRule};
use kitdesk::sandbox::{self, Sandbox};
use ratatui::layout::Size;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinHandle;
use zeroize::Zeroizing;
use zeroizing_alloc::ZeroAlloc;

/// As the program has it.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

/// Nothing here takes as long: whatever does is stuck.
const STUCK: Duration = Duration::from_mins(1);
/// What a console of this size may take at most, in KiB, with a few kits on it. An SSH connection takes as much
/// again.
const BOUNDS: [(Size, u64); 3] = [
    (Size::new(80, 24), 120),
    (Size::new(120, 40), 180),
    (Size::new(200, 60), 340),
];
/// What the loop may keep while it waits, in bytes.
const LARGEST_FUTURE: usize = 6 << 10;

/// A customer with a few kits, and one with 240.
const FEW: &str = "676165";
const MANY: &str = "210000000082";

/// A terminal that takes everything, and counts.
#[derive(Clone, Default)]
struct Taken(Arc<Counts>);

#[derive(Default)]
struct Counts {
    bytes: AtomicUsize,
    kits: AtomicUsize,
}

impl Write for Taken {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let kits = memchr::memmem::find_iter(bytes, b"ACTIVE").count();
        self.0.kits.fetch_add(kits, Ordering::Relaxed);
        self.0.bytes.fetch_add(bytes.len(), Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Paced for Taken {
    fn stuck_since(&self) -> Option<Instant> {
        None
    }

    async fn taken(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn drop_rest(&mut self) {}
}

/// What all consoles of a process share.
struct House {
    _sandbox: Sandbox,
    client: Client,
    recorder: Recorder,
    theme: Theme,
    keymap: Keymap,
}

impl House {
    async fn new(folder: &Path) -> Self {
        let options = sandbox::Options {
            kits: 240,
            ..sandbox::Options::default()
        };
        let sandbox = sandbox::start(options).await.expect("a free port");
        let address = sandbox.base_url().parse().expect("an address");
        let who = who("server", None);
        let opening = move || Opening::new(&who, &place());
        Self {
            _sandbox: sandbox,
            client: Client::new(Settings::new(address, tenant())).expect("a client"),
            recorder: Recorder::start(Some(folder.to_owned()), opening),
            theme: Theme::built_in("desk").expect("built in"),
            keymap: Keymap::chosen(&[]).expect("the built-in keys"),
        }
    }

    fn sits_down(&self, number: usize, size: Size) -> Person {
        let address = IpAddr::V4(Ipv4Addr::new(10, 1, 2, 3)).to_string();
        let name = format!("person-{number}");
        let recorder = self.recorder.of(&who(&name, Some(&address)), &place());
        let facts = SessionFacts {
            person: name.clone(),
            key: "SHA256:uNiVztksCsDhcc0u9e8BrgJXVGDvyEnYBjqCd1E1E7k".into(),
            address: address.clone(),
            terminal: Some("xterm-256color".into()),
            client: "SSH-2.0-OpenSSH_9.6".into(),
        };
        recorder.note(Note::session_began(&facts), drop);
        let client = self.client.for_another_desk();
        let connect = std::future::ready(Ok(client));
        let mut desk = desk::start(connect, recorder, Schedule::default(), Access::local());
        let guards = Guards {
            idle_limit: Duration::from_mins(15),
            hide_on_focus_lost: false,
        };
        let app = App::new(about(name, address), self.theme.clone())
            .with_keys(self.keymap.clone())
            .guarded(guards);
        let variables = [("TERM", "xterm-256color"), ("LANG", "en_IN.UTF-8")];
        let caps = TermCaps::of(Depth::True, &Env::given(variables));
        let screen = Taken::default();
        let mut painter =
            Painter::new(screen.clone(), move || Ok(size), caps).with_extras(Extras::default());
        let (keys, packets) = channel(4);
        let packets = stream::unfold(packets, async |mut packets| {
            Some((packets.recv().await?, packets))
        });
        let mut keyboard = FarKeyboard::new(Box::pin(packets));
        let task = tokio::spawn(async move {
            let mut never = NeverSuspended;
            let ended = run(
                &mut painter,
                &mut keyboard,
                &mut never,
                app,
                &mut desk,
                Clock::start(),
            );
            let size = size_of_val(&ended);
            assert!(size <= LARGEST_FUTURE, "{size} bytes");
            let ended = ended.await.expect("it takes everything");
            assert!(desk.finish(STUCK, drop).await);
            ended
        });
        Person { keys, screen, task }
    }
}

fn tenant() -> Tenant {
    Tenant::parse("SANDBOX").expect("a tenant")
}

fn who(operator: &str, ssh_origin: Option<&str>) -> Who {
    Who {
        operator: operator.to_owned(),
        host: "bastion".to_owned(),
        ssh_origin: ssh_origin.map(str::to_owned),
        key: None,
    }
}

fn place() -> Where {
    Where {
        profile: "sandbox".to_owned(),
        tenant: tenant(),
        environment: Environment::Sandbox,
    }
}

fn about(operator: String, address: String) -> About {
    let session = SessionKind::Served(address);
    About {
        environment: Environment::Sandbox,
        tenant: "SANDBOX".into(),
        profile: "sandbox".into(),
        operator,
        branch: None,
        zone: jiff::tz::TimeZone::UTC,
        clock: |zone| zone.to_datetime(jiff::Timestamp::UNIX_EPOCH),
        tiers: Vec::new(),
        plastic_codes: Vec::new(),
        limits: Limits::default(),
        origin: session.origin(),
        pin_settings: PinSettings {
            pin_key: None,
            card_key: None,
            form: BlockForm::Raw,
            account: PinAccount::Pan,
            rule: PinRule::default(),
            entry: PinEntryRule::Local,
            session,
        },
        rights: Rights::all(),
        has_bank: false,
        served: Some(Served {
            clipboard: true,
            sessions: None,
        }),
    }
}

/// Somebody in front of a console.
struct Person {
    keys: Sender<Packet>,
    screen: Taken,
    task: JoinHandle<Ending>,
}

impl Person {
    async fn types(&self, text: &str) {
        for byte in text.bytes() {
            let packet = Packet::Bytes(Zeroizing::new(vec![byte]));
            assert!(self.keys.send(packet).await.is_ok(), "it is listened to");
        }
    }

    async fn waits_for_kits(&self) {
        let seen = async {
            while self.screen.0.kits.load(Ordering::Relaxed) == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(STUCK, seen).await.expect("kits");
    }

    async fn leaves(self) {
        drop(self.keys);
        let ended = self.task.await.expect("no panic");
        assert_eq!(ended, Ending::InputEnded);
    }
}

/// What the process holds for itself, in KiB.
fn held() -> u64 {
    let all = std::fs::read_to_string("/proc/self/smaps_rollup").expect("Linux has it");
    let line = all.lines().find(|line| line.starts_with("Private_Dirty:"));
    let size = line.and_then(|line| line.split_ascii_whitespace().nth(1));
    size.and_then(|size| size.parse().ok()).expect("a number")
}

/// So many consoles of one size, each with a customer on it: what one takes, in KiB.
async fn measure(wish: &Wish, count: usize) -> u64 {
    /// Who warm up what is shared.
    const FIRST: usize = 8;
    let folder = tempfile::tempdir().expect("a folder");
    let house = House::new(folder.path()).await;
    let mut people = Vec::new();
    let mut before = 0;
    for number in 0..FIRST + count {
        if number == FIRST {
            before = held();
        }
        let person = house.sits_down(number, wish.size);
        person.types(&format!("{}\r", wish.customer)).await;
        person.waits_for_kits().await;
        people.push(person);
    }
    let each = held().saturating_sub(before) / count as u64;
    for person in people {
        person.leaves().await;
    }
    each
}

/// What is to be measured.
struct Wish {
    size: Size,
    customer: &'static str,
}

/// Says it in a process of its own: no process gives back all that it has held.
const OWN: &str = "KITDESK_CROWD";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_in_a_crowd_takes_little_memory() {
    let wishes = BOUNDS.iter().flat_map(|(size, most)| {
        let wish = |customer| Wish {
            size: *size,
            customer,
        };
        [(wish(FEW), Some(*most)), (wish(MANY), None)]
    });
    let mut wishes = wishes.collect::<Vec<_>>();
    let number = |name| {
        let said = std::env::var(name).ok();
        said.map(|said| said.parse::<usize>().expect("a number"))
    };
    let Some(count) = number("KITDESK_MEASURE") else {
        let (size, most) = BOUNDS[1];
        let customer = FEW;
        let each = measure(&Wish { size, customer }, 24).await;
        assert!(each <= most, "{each} KiB a console of {size}");
        return;
    };
    if let Some(own) = number(OWN) {
        let (wish, most) = wishes.swap_remove(own);
        let each = measure(&wish, count).await;
        let allowed = most.map_or(String::new(), |most| format!(", {most} allowed"));
        let Wish { size, customer } = wish;
        let said = format!("{size}, customer {customer}: {each} KiB a console{allowed}");
        writeln!(io::stderr(), "{said}").ok();
        return;
    }
    for own in 0..wishes.len() {
        let test = std::env::current_exe().expect("this test");
        let mut run = std::process::Command::new(test);
        let ran = run.arg("--nocapture").env(OWN, own.to_string()).status();
        assert!(ran.expect("it can be run").success());
    }
}
