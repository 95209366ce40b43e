//! A `PostgreSQL` for all tests of this binary, a database for each, and hosts that are enrolled there.

use std::ffi::OsString;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use kitdesk::central::{SQL, Store};
use kitdesk::config::{CentralSettings, Env, Request, load};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use crate::console::write_file;
use crate::tls::Authority;

/// Of every role of a test.
pub const PASSWORD: &str = "only for tests";

/// The engine, until this process ends, however it does.
pub struct Engine {
    pub folder: PathBuf,
    pub port: u16,
    pub authority: Authority,
    /// While it is open the engine runs.
    _shell: Child,
}

/// The engine; nothing where `PostgreSQL` is not installed, which is said.
pub fn engine() -> Option<&'static Engine> {
    static ENGINE: OnceLock<Option<Engine>> = OnceLock::new();
    let engine = ENGINE.get_or_init(|| programs().map(|programs| Engine::start(&programs)));
    if engine.is_none() {
        let needed = std::env::var_os("KITDESK_NEED_POSTGRES").is_some_and(|one| one == "1");
        assert!(
            !needed,
            "no PostgreSQL: install postgresql, or set KITDESK_POSTGRES"
        );
        crate::console::skipped("no PostgreSQL");
    }
    engine.as_ref()
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
    fn start(programs: &Path) -> Self {
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
        // The shell ends the engine as soon as its input closes: also when this process is killed.
        words.extend(["sh", "-c"].map(OsString::from));
        words.push(
            "cd \"$2\" || exit 1
            \"$1/initdb\" -D data -U owner -A trust --no-sync -E UTF8 --locale=C >log 2>&1 || { cat log; exit 1; }
            printf \"%s\\n\" \"ssl_cert_file = '$2/server.pem'\" \"ssl_key_file = '$2/server.key'\" >>data/postgresql.conf
            \"$1/postgres\" -D data -k \"$2\" -p \"$3\" -c listen_addresses=127.0.0.1 -c fsync=off \
                -c hba_file=\"$2/hba.conf\" -c ssl=on -c max_connections=200 >log 2>&1 </dev/null &
            cat >/dev/null
            kill -QUIT $!
            wait
            cd / && rm -rf \"$2\""
                .into(),
        );
        let port = free_port();
        words.extend(["sh".into(), programs.into(), folder.clone().into()]);
        words.push(port.to_string().into());
        let shell = Command::new(&words[0])
            .args(&words[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("there is a shell");
        let engine = Self {
            folder,
            port,
            authority,
            _shell: shell,
        };
        engine.prepare();
        engine
    }

    /// Waits until it answers, and makes the database that all others are copies of.
    fn prepare(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let prepared = async {
            let until = Instant::now() + Duration::from_mins(1);
            let client = loop {
                match self.owner("postgres").await {
                    Ok(client) => break client,
                    Err(error) if Instant::now() > until => {
                        let log = std::fs::read_to_string(self.folder.join("log"));
                        panic!("PostgreSQL does not start: {error}: {log:?}");
                    }
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            };
            client
                .batch_execute("CREATE DATABASE kd")
                .await
                .expect("a database");
            let client = self.owner("kd").await.expect("it is there");
            client.batch_execute(SQL).await.expect("the SQL is good");
        };
        // A runtime of its own, as tests have theirs.
        std::thread::scope(|scope| {
            scope.spawn(|| runtime.block_on(prepared));
        });
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
                return;
            }
            assert!(Instant::now() < until, "it reads its configuration again");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its superuser, in this database.
    pub async fn owner(&self, database: &str) -> Result<Client, tokio_postgres::Error> {
        let mut config = tokio_postgres::Config::new();
        config
            .host_path(&self.folder)
            .port(self.port)
            .user("owner")
            .dbname(database);
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }
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
            let engine: &'static Engine = Box::leak(Box::new(Engine::start(&programs)));
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
