//! A `PostgreSQL` for all tests of this binary, a database for each, and hosts that are enrolled there.

use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

use kitdesk::central::{SQL, Store};
use kitdesk::config::{CentralSettings, Env, Request, load};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use tokio_postgres::{Client, NoTls};

use crate::console::write_file;
use crate::tls::Authority;

/// Of every role of a test.
pub const PASSWORD: &str = "only for tests";

/// How long the engine may take to start, for one statement, and to be heard of.
const LIMIT: Duration = Duration::from_mins(1);

/// The engine, until this process ends, however it does.
pub struct Engine {
    pub folder: PathBuf,
    pub port: u16,
    pub authority: Authority,
}

/// The engine; nothing where `PostgreSQL` is not installed, which is said.
pub fn engine() -> Option<&'static Engine> {
    // One that does not start is not started again for the next test.
    static ENGINE: OnceLock<Option<Result<Engine, String>>> = OnceLock::new();
    let engine = ENGINE.get_or_init(|| programs().map(|programs| Engine::start(&programs)));
    if engine.is_none() {
        let needed = std::env::var_os("KITDESK_NEED_POSTGRES").is_some_and(|one| one == "1");
        assert!(
            !needed,
            "no PostgreSQL: install postgresql, or set KITDESK_POSTGRES"
        );
        crate::console::skipped("no PostgreSQL");
    }
    let started = engine.as_ref().map(Result::as_ref);
    started.map(|engine| engine.unwrap_or_else(|why| panic!("PostgreSQL does not start: {why}")))
}

fn programs() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("KITDESK_POSTGRES") {
        return Some(folder.into());
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.flatten().map(|version| version.path().join("bin"));
    let mut folders: Vec<_> = folders.filter(|bin| bin.join("initdb").exists()).collect();
    let number =
        |bin: &PathBuf| -> Option<u32> { bin.parent()?.file_name()?.to_str()?.parse().ok() };
    folders.sort_by_key(number);
    folders.pop()
}

/// As root it refuses to run: then it runs as another user.
fn user() -> Option<(&'static str, u32)> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    let mut known = ["postgres", "nobody"].into_iter();
    known.find_map(|name| Some((name, id(&["-u", name])?)))
}

impl Engine {
    fn start(programs: &Path) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        let authority = Authority::new();
        let (certificate, key) = authority.certificate("localhost", |_| {}).pem();
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            write_file(&path, text);
            path
        };
        let mut files = vec![folder.clone()];
        files.push(write("server.pem", &certificate));
        files.push(write("server.key", &key));
        files.push(write(
            "hba.conf",
            "local all owner trust\nlocal all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n",
        ));
        let mut words: Vec<OsString> = Vec::new();
        if let Some((name, id)) = user() {
            for file in &files {
                chown(file, Some(id), None).expect("root may");
            }
            words.extend(["setpriv", "--reuid", name, "--clear-groups"].map(OsString::from));
        }
        // The shell ends the engine as soon as its input closes: also when this process is killed. If the engine ends
        // before that, the shell ends too, and says why.
        words.extend(["sh", "-c"].map(OsString::from));
        words.push(
            "cd \"$2\" || exit 1
            \"$1/initdb\" -D data -U owner -A trust --no-sync -E UTF8 --locale=C >log 2>&1 || { cat log; exit 1; }
            printf \"%s\\n\" \"ssl_cert_file = '$2/server.pem'\" \"ssl_key_file = '$2/server.key'\" >>data/postgresql.conf
            \"$1/postgres\" -D data -k \"$2\" -p \"$3\" -c listen_addresses=127.0.0.1 -c fsync=off \
                -c hba_file=\"$2/hba.conf\" -c ssl=on -c max_connections=200 -c statement_timeout=\"$4\" \
                >log 2>&1 </dev/null &
            engine=$!
            exec 3<&0
            { cat <&3 >/dev/null; kill -QUIT $engine; } &
            wait $engine
            kill $! 2>/dev/null && tail -n 50 log
            cd / && rm -rf \"$2\""
                .into(),
        );
        let port = free_port();
        words.extend(["sh".into(), programs.into(), folder.clone().into()]);
        words.extend([port.to_string(), LIMIT.as_millis().to_string()].map(OsString::from));
        let shell = Command::new(&words[0])
            .args(&words[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let (says, said) = mpsc::channel();
        let watched = folder.clone();
        // For as long as this process runs, in a runtime of its own, as tests have theirs.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(watch(shell, &watched, port, &says));
        });
        said.recv().expect("it says how it went")?;
        Ok(Self {
            folder,
            port,
            authority,
        })
    }

    /// Has new connections let in as these files say: certificate and key of the server, the authority of clients,
    /// and who logs in by what.
    pub async fn lets_in(&self, server: &(String, String), clients: &str, rules: &str) {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let write = |name: &str, text: &str| {
            let path = self.folder.join(format!("{name}.{number}"));
            write_file(&path, text);
            if let Some((_, id)) = user() {
                chown(&path, Some(id), None).expect("root may");
            }
            path.display().to_string()
        };
        let set = [
            ("ssl_cert_file", write("server.pem", &server.0)),
            ("ssl_key_file", write("server.key", &server.1)),
            ("ssl_ca_file", write("clients.pem", clients)),
        ];
        let rules = format!("local all owner trust\n{rules}\n");
        std::fs::write(self.folder.join("hba.conf"), rules).expect("it is ours");
        let owner = self.owner("postgres").await.expect("it runs");
        for (name, file) in &set {
            let statement = format!("ALTER SYSTEM SET {name} = '{file}'");
            owner
                .batch_execute(&statement)
                .await
                .expect("the superuser may");
        }
        owner
            .batch_execute("SELECT pg_reload_conf()")
            .await
            .expect("the superuser may");
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            // What a new connection sees is what it is let in by.
            let owner = self.owner("postgres").await.expect("it runs");
            let row = owner
                .query_one("SHOW ssl_ca_file", &[])
                .await
                .expect("it answers");
            if row.get::<_, String>(0) == set[2].1 {
                break;
            }
            assert!(Instant::now() < until, "it reads its configuration again");
            sleep(Duration::from_millis(20)).await;
        }
        // Of files that it can't use it keeps what it had before.
        let log = std::fs::read_to_string(self.folder.join("log")).expect("it is there");
        assert!(!log.contains("was not reloaded"), "{log}");
    }

    /// Its superuser, in this database.
    pub async fn owner(&self, database: &str) -> Result<Client, tokio_postgres::Error> {
        owner(&self.folder, self.port, database).await
    }
}

async fn owner(folder: &Path, port: u16, database: &str) -> Result<Client, tokio_postgres::Error> {
    let mut config = tokio_postgres::Config::new();
    config
        .host_path(folder)
        .port(port)
        .user("owner")
        .dbname(database);
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Says whether the engine has started, and ends this process if it is gone later: tests would wait for its answers for
/// ever.
async fn watch(
    mut shell: Child,
    folder: &Path,
    port: u16,
    says: &mpsc::Sender<Result<(), String>>,
) {
    let log = || format!("{:?}", std::fs::read_to_string(folder.join("log")));
    let started = timeout(LIMIT, prepare(&mut shell, folder, port)).await;
    let started = started.unwrap_or_else(|_| Err(log()));
    let is_there = started.is_ok();
    says.send(started).expect("it is waited for");
    let mut heard = Instant::now();
    while is_there && heard.elapsed() < LIMIT && is_running(&mut shell).is_ok() {
        sleep(Duration::from_secs(5)).await;
        let asked = async {
            let client = owner(folder, port, "postgres").await?;
            client.simple_query("SELECT 1").await
        };
        match timeout(LIMIT, asked).await {
            Ok(Err(error)) if error.as_db_error().is_none() => {}
            Ok(_) => heard = Instant::now(),
            Err(_) => {}
        }
    }
    if is_there {
        writeln!(std::io::stderr(), "PostgreSQL is gone: {}", log()).expect("it is read");
        std::process::exit(1);
    }
}

/// Why it has ended, if it has.
fn is_running(shell: &mut Child) -> Result<(), String> {
    let Ok(Some(_)) = shell.try_wait() else {
        return Ok(());
    };
    let mut why = String::new();
    if let Some(mut out) = shell.stdout.take() {
        out.read_to_string(&mut why)
            .map_err(|error| error.to_string())?;
    }
    Err(why)
}

/// Waits until it answers, and makes the database that all others are copies of.
async fn prepare(shell: &mut Child, folder: &Path, port: u16) -> Result<(), String> {
    let client = loop {
        is_running(shell)?;
        match owner(folder, port, "postgres").await {
            Ok(client) => break client,
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    };
    let made = async {
        client.batch_execute("CREATE DATABASE kd").await?;
        owner(folder, port, "kd").await?.batch_execute(SQL).await
    };
    made.await.map_err(|error| format!("{error:?}"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it has an address").port()
}

/// A database of one test.
pub struct Database {
    pub engine: &'static Engine,
    pub name: String,
    pub owner: Client,
}

/// A host that is enrolled.
pub struct Host {
    pub role: String,
    pub chain: String,
    pub home: TempDir,
}

impl Database {
    pub async fn new() -> Option<Self> {
        let engine = tokio::task::spawn_blocking(engine).await;
        Some(Self::on(engine.expect("it starts")?).await)
    }

    /// In an engine of its own, which can be made to crash.
    pub async fn alone() -> Option<Self> {
        let start = || {
            let programs = engine().and_then(|_| programs())?;
            let engine: &'static Engine =
                Box::leak(Box::new(Engine::start(&programs).expect("it starts")));
            Some(engine)
        };
        let engine = tokio::task::spawn_blocking(start).await;
        Some(Self::on(engine.expect("it starts")?).await)
    }

    async fn on(engine: &'static Engine) -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", LAST.fetch_add(1, Ordering::Relaxed));
        let made = engine.owner("postgres").await.expect("it runs");
        let statement = format!("CREATE DATABASE {name} TEMPLATE kd");
        made.batch_execute(&statement).await.expect("a copy");
        let owner = engine.owner(&name).await.expect("it is there");
        Self {
            engine,
            name,
            owner,
        }
    }

    /// A host with this chain, for this tenant.
    pub async fn host(&self, short: &str, chain: &str, tenant: &str) -> Host {
        let role = format!("{short}_{}", self.name);
        let statement = format!(
            "CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}' IN ROLE kitdesk_desk;
             INSERT INTO kitdesk.hosts (chain, db_role, tenant, environments)
             VALUES ('{chain}', '{role}', '{tenant}', '{{uat,live}}')"
        );
        self.owner
            .batch_execute(&statement)
            .await
            .expect("enrolled");
        Host {
            role,
            chain: chain.to_owned(),
            home: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// What a configuration says so that a host reaches it over the Unix socket.
    pub fn central(&self, host: &Host) -> String {
        let (folder, port) = (self.engine.folder.display(), self.engine.port);
        Self::at(host, &format!("/{}?host={folder}&port={port}", self.name))
    }

    /// The same with this address.
    pub fn at(host: &Host, address: &str) -> String {
        write_file(&host.home.path().join("db.pass"), PASSWORD);
        let pass = host.home.path().join("db.pass");
        format!(
            "[central]\nurl = \"postgres://{}@{address}\"\npassword = {{ file = \"{}\" }}\n",
            host.role,
            pass.display()
        )
    }

    /// A host's way to the store.
    pub fn store(&self, host: &Host) -> Store {
        store(host, &self.central(host))
    }

    /// Its role without kitdesk: what it could do by hand.
    pub async fn by_hand(&self, host: &Host) -> Client {
        self.client(&host.role, &self.name).await
    }

    /// A role in a database.
    pub async fn client(&self, role: &str, database: &str) -> Client {
        let mut config = tokio_postgres::Config::new();
        config
            .host_path(&self.engine.folder)
            .port(self.engine.port)
            .user(role)
            .password(PASSWORD)
            .dbname(database);
        let (client, connection) = config.connect(NoTls).await.expect("it may log in");
        tokio::spawn(connection);
        client
    }

    /// One number.
    pub async fn count(&self, from: &str) -> i64 {
        let statement = format!("SELECT count(*) FROM kitdesk.{from}");
        let row = self.owner.query_one(&statement, &[]).await;
        row.expect("the superuser may").get(0)
    }
}

/// A store by a configuration's text.
pub fn store(host: &Host, central: &str) -> Store {
    Store::new(&settings(host, central)).expect("good settings")
}

pub fn settings(host: &Host, central: &str) -> CentralSettings {
    let file = host.home.path().join("config.toml");
    let profile = "[profiles.p]\nbase_url = \"http://127.0.0.1:1/v1\"\ntenant = \"ACME\"\nenvironment = \"uat\"\n";
    write_file(&file, &format!("{central}\n{profile}"));
    let request = Request {
        config: Some(file),
        ..Request::default()
    };
    let home = [("HOME", host.home.path())];
    let config = load(&request, &Env::given(home)).expect("a good configuration");
    config.central.expect("it is there")
}

/// A figure, for those who measure.
pub fn say(what: &str) {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{what}").expect("it is read");
}
