//! The server in this process, where what can't be brought about from outside is brought about: a session
//! that panics.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use russh::client::{self, Handle, Msg};
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{Channel, ChannelMsg};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Listening, Parts, make_host_key};
use crate::config::{self, Env, Request};
use crate::console::theme::{Depth, Theme};
use crate::console::{Keymap, Source, ThemeList};
use crate::dcms::Client;
use crate::desk::{PinSettings, Recorder};
use crate::journal::{Filter, Opening, Page, Where, Who};
use crate::people::Watched;
use crate::sandbox::{self, Options, Sandbox};

const PATIENCE: Duration = Duration::from_secs(20);
/// A terminal that this server can't serve.
const CRASHES: &str = "crashes";

/// A server that runs until it is asked to stop.
struct Running {
    address: std::net::SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
    recorder: Recorder,
    _sandbox: Sandbox,
    _folder: tempfile::TempDir,
}

fn write(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).expect("written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("its owner's");
}

async fn running(people: &PrivateKey) -> Running {
    let options = Options {
        customers: 0,
        ..Options::default()
    };
    let sandbox = sandbox::start(options).await.expect("a free port");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let config = sandbox.config_file() + "\n[serve]\nlisten = [\"127.0.0.1:0\"]\n";
    write(&file, &config);
    let key = people.public_key().to_openssh().expect("a line");
    let page =
        format!("[people.maria]\nname = \"Maria\"\nroles = [\"desk\"]\nkeys = [\"{key}\"]\n");
    write(&folder.path().join("people.toml"), &page);
    let request = Request {
        config: Some(file),
        ..Request::default()
    };
    let state = folder.path().join("state");
    let env = Env::given([
        ("KITDESK_STATE", state.as_os_str()),
        ("HOME", folder.path().as_os_str()),
    ]);
    let config = config::load(&request, &env).expect("a good file");
    let profile = config.profile.clone().expect("a profile");
    let settings = config.serve.clone().expect("a section");
    make_host_key(settings.host_keys[0].path(), "test").expect("made");
    let people = Watched::open(settings.people.path()).expect("good people");
    let listening = Listening::open(settings).await.expect("a free port");
    let address = listening.addresses().next().expect("one");
    let place = Where::of(&profile);
    let who = Who::new("the server", "here");
    let opening = move || Opening::new(&who, &place);
    let recorder = Recorder::start(config.state.clone(), opening);
    let theme = Theme::built_in(Theme::USUAL).expect("it is built in");
    let parts = Parts {
        client: Client::new(profile.dcms_settings().expect("good settings")).expect("a client"),
        pin_settings: PinSettings::of(&profile, &env).expect("good settings"),
        recorder: recorder.clone(),
        keymap: Keymap::default(),
        colours: Box::new(move |terminal| {
            assert_ne!(
                terminal.text("TERM").as_deref(),
                Some(CRASHES),
                "as it was asked to"
            );
            let themes = ThemeList {
                depth: Depth::None,
                folder: None,
                current: Source::built_in(Theme::USUAL),
            };
            (theme.clone(), themes)
        }),
        config,
        profile,
    };
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(async move {
        let stop = async { stopped.await.unwrap_or_default() };
        listening
            .serve(parts, people, stop, std::future::pending)
            .await;
    });
    Running {
        address,
        stop: Some(stop),
        task,
        recorder,
        _sandbox: sandbox,
        _folder: folder,
    }
}

struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        Ok(true)
    }
}

async fn session(
    server: &Running,
    key: &PrivateKey,
    term: &str,
) -> (Handle<Trusting>, Channel<Msg>) {
    let config = Arc::new(client::Config::default());
    let client = client::connect(config, server.address, Trusting).await;
    let mut client = client.expect("it listens");
    let key = PrivateKeyWithHashAlg::new(Arc::new(key.clone()), None);
    let answer = client.authenticate_publickey("desk", key).await;
    assert!(answer.expect("an answer").success());
    let channel = client.channel_open_session().await.expect("a channel");
    channel
        .request_pty(true, term, 80, 24, 0, 0, &[])
        .await
        .expect("a terminal");
    channel.request_shell(true).await.expect("a session");
    (client, channel)
}

/// What comes until this text or the exit status.
async fn until(channel: &mut Channel<Msg>, text: &str) -> (String, Option<u32>) {
    let mut all = String::new();
    let mut code = None;
    let came = async {
        while !all.contains(text) && code.is_none() {
            match channel.wait().await {
                Some(ChannelMsg::Data { data }) => all.push_str(&String::from_utf8_lossy(&data)),
                Some(ChannelMsg::ExitStatus { exit_status }) => code = Some(exit_status),
                Some(_) => {}
                None => break,
            }
        }
    };
    timeout(PATIENCE, came).await.expect("an answer");
    (all, code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_panics_ends_with_a_sentence_and_a_record_and_the_others_go_on() {
    let key = crate::key_file::generate("maria").expect("a key");
    let mut server = running(&key).await;
    let (_client, mut steady) = session(&server, &key, "xterm").await;
    until(&mut steady, "maria").await;

    let (_other, mut crashing) = session(&server, &key, CRASHES).await;
    let (said, code) = until(&mut crashing, "nothing like this").await;
    assert!(
        said.contains("kitdesk: an internal error has ended this session"),
        "{said}"
    );
    assert_eq!(code, Some(5));

    steady.data(&b"676165\r"[..]).await.expect("sent");
    let (said, _) = until(&mut steady, "4561789").await;
    assert!(said.contains("4561789"), "{said}");

    server.stop.take().expect("once").send(()).expect("it runs");
    let (said, code) = until(&mut steady, "nothing like this").await;
    assert!(said.contains("kitdesk: the server is stopping"), "{said}");
    assert_eq!(code, Some(1));
    timeout(PATIENCE, server.task)
        .await
        .expect("in time")
        .expect("no panic");
    let ends = server.recorder.ask(|journal| {
        let records = journal.reader().list(
            &Filter::default(),
            Page {
                limit: 100,
                offset: 0,
            },
        )?;
        Ok(records)
    });
    let ends = ends.await.expect("a journal");
    let whys: Vec<_> = ends
        .iter()
        .filter_map(|record| record.message.clone())
        .collect();
    assert!(
        whys.contains(&"crashed".to_owned()) && whys.contains(&"stopping".to_owned()),
        "{whys:?}"
    );
}
