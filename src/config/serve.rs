//! The section `serve`: where the SSH server listens, whom it lets in and how many.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use super::error::{ConfigError, Place};
use super::files::{PlainFile, PrivateFile};
use super::network::Network;
use super::setting::{About, Holds, Row, Setting, about, list, one, only, read_all, rows, set};
use super::toml_file::Entry;
use super::values::{duration, is_visible};
use crate::durations::shown;

/// The settings of `kitdesk serve`.
#[derive(Debug, Clone)]
pub struct ServeSettings {
    /// Where it listens.
    pub listen: Vec<SocketAddr>,
    /// The server's own private keys.
    pub host_keys: Vec<PrivateFile>,
    /// Who may log in.
    pub people: PlainFile,
    /// How long a client may take until it has proved who it is.
    pub login_grace: Duration,
    /// How many clients may be on that way at once.
    pub startups: usize,
    /// The same of one address.
    pub startups_a_source: usize,
    /// How many sessions there may be at once.
    pub sessions: usize,
    /// The same of one person.
    pub sessions_a_person: usize,
    /// After how much silence a client is asked whether it is still there.
    pub keepalive: Duration,
    /// How long a session may last.
    pub longest_session: Duration,
    /// What everybody reads before they log in; nothing where it is empty.
    pub banner: Option<String>,
    /// The load balancers that may say for whom they connect.
    pub proxy_from: Vec<Network>,
    /// Where its figures can be read; nowhere without it.
    pub metrics: Option<SocketAddr>,
}

const BANNER: &str = "Authorised staff only. Every action is on record.";
const ADDRESSES: &str = "[\"0.0.0.0:2222\", \"[::]:2222\"]";
const NETWORKS: &str = "[\"10.1.0.10\", \"10.1.1.0/24\"]";
const COUNT: Holds = Holds::Value("a whole number from 1 to 100000");
const GRACE: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_mins(10);
const KEEPALIVE: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_mins(10);
const SESSION: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_hours(24);
/// Clients show it whole, whatever their window.
const LONGEST_BANNER: usize = 2000;

impl ServeSettings {
    /// The defaults, of a section at this place; `resolve` has paths start where the file's do.
    pub(super) fn new(resolve: impl Fn(&str) -> PathBuf, place: &Place) -> Self {
        let host_key = resolve("host_ed25519");
        Self {
            listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 2222))],
            host_keys: vec![PrivateFile::new(
                "host_keys".to_owned(),
                host_key,
                place.clone(),
            )],
            people: PlainFile::new("people".to_owned(), resolve("people.toml"), place.clone()),
            login_grace: Duration::from_secs(30),
            startups: 64,
            startups_a_source: 10,
            sessions: 1000,
            sessions_a_person: 3,
            keepalive: Duration::from_secs(30),
            longest_session: Duration::from_hours(10),
            banner: Some(BANNER.to_owned()),
            proxy_from: Vec::new(),
            metrics: None,
        }
    }
}

/// Its settings.
pub(super) const SERVE: &[Setting<ServeSettings>] = &[
    Setting {
        about: About::new(
            "listen",
            Holds::Value("a list of addresses with ports"),
            "[\"127.0.0.1:2222\"]",
            "Where the server listens: \"0.0.0.0:2222\" for every IPv4 address of the machine, \"[::]:2222\" for IPv6 too.",
        ),
        read: |serve, entry| set(&mut serve.listen, addresses(entry)),
        show: |serve| {
            list(
                &serve
                    .listen
                    .iter()
                    .map(SocketAddr::to_string)
                    .collect::<Vec<_>>(),
            )
        },
    },
    Setting {
        about: About::new(
            "host_keys",
            Holds::Value("a list of paths"),
            "[\"host_ed25519\"]",
            "The server's own private keys, which only the service may read; `kitdesk serve --init` makes the first.",
        ),
        read: |serve, entry| set(&mut serve.host_keys, host_keys(entry)),
        show: |serve| {
            list(
                &serve
                    .host_keys
                    .iter()
                    .map(|key| key.path().display().to_string())
                    .collect::<Vec<_>>(),
            )
        },
    },
    Setting {
        about: About::new(
            "people",
            Holds::Value("a path"),
            "\"people.toml\"",
            "Who may log in, with which keys and roles; `kitdesk people check` looks for mistakes in it.",
        ),
        read: |serve, entry| set(&mut serve.people, plain_file(entry)),
        show: |serve| one(serve.people.path().display().to_string()),
    },
    Setting {
        about: About::new(
            "login_grace",
            Holds::Value("a time from 1s to 10m"),
            "\"30s\"",
            "How long a client may take to log in.",
        ),
        read: |serve, entry| {
            set(
                &mut serve.login_grace,
                duration(entry, GRACE, "allowed is a time from \"1s\" to \"10m\""),
            )
        },
        show: |serve| one(shown(serve.login_grace)),
    },
    Setting {
        about: About::new(
            "startups",
            COUNT,
            "64",
            "How many clients may be logging in at once.",
        ),
        read: |serve, entry| set(&mut serve.startups, count(entry)),
        show: |serve| one(serve.startups.to_string()),
    },
    Setting {
        about: About::new(
            "startups_a_source",
            COUNT,
            "10",
            "How many of them from one address, or one /64 network of IPv6. Behind one gateway a whole branch has one \
             address.",
        ),
        read: |serve, entry| {
            set(
                &mut serve.startups_a_source,
                count_within(entry, "startups", serve.startups),
            )
        },
        show: |serve| one(serve.startups_a_source.to_string()),
    },
    Setting {
        about: About::new(
            "sessions",
            COUNT,
            "1000",
            "How many sessions there may be at once.",
        ),
        read: |serve, entry| set(&mut serve.sessions, count(entry)),
        show: |serve| one(serve.sessions.to_string()),
    },
    Setting {
        about: About::new(
            "sessions_a_person",
            COUNT,
            "3",
            "How many of them one person may have.",
        ),
        read: |serve, entry| {
            set(
                &mut serve.sessions_a_person,
                count_within(entry, "sessions", serve.sessions),
            )
        },
        show: |serve| one(serve.sessions_a_person.to_string()),
    },
    Setting {
        about: About::new(
            "keepalive",
            Holds::Value("a time from 1s to 10m"),
            "\"30s\"",
            "After how much silence a client is asked whether it is still there; after three questions without an answer its session ends.",
        ),
        read: |serve, entry| {
            set(
                &mut serve.keepalive,
                duration(entry, KEEPALIVE, "allowed is a time from \"1s\" to \"10m\""),
            )
        },
        show: |serve| one(shown(serve.keepalive)),
    },
    Setting {
        about: About::new(
            "longest_session",
            Holds::Value("a time from 1s to 24h"),
            "\"10h\"",
            "How long a session may last, from its login.",
        ),
        read: |serve, entry| {
            set(
                &mut serve.longest_session,
                duration(entry, SESSION, "allowed is a time from \"1s\" to \"24h\""),
            )
        },
        show: |serve| one(shown(serve.longest_session)),
    },
    Setting {
        about: About::new(
            "banner",
            Holds::Value("text of up to 2000 characters"),
            "\"Authorised staff only. Every action is on record.\"",
            "What everybody reads before they log in; \"\" for nothing.",
        ),
        read: |serve, entry| set(&mut serve.banner, banner(entry)),
        show: |serve| one(serve.banner.clone()),
    },
    Setting {
        about: About::new(
            "proxy_from",
            Holds::Value("a list of networks"),
            "[\"10.1.0.10\"]",
            "The load balancers that say by PROXY protocol, version 2, for which client they connect. Nobody else may.",
        ),
        read: |serve, entry| set(&mut serve.proxy_from, networks(entry)),
        show: |serve| {
            list(
                &serve
                    .proxy_from
                    .iter()
                    .map(Network::to_string)
                    .collect::<Vec<_>>(),
            )
        },
    },
    Setting {
        about: About::new(
            "metrics",
            Holds::Value("a loopback address with a port"),
            "\"127.0.0.1:9650\"",
            "Where the server's figures can be read by HTTP, on this machine alone; nowhere without it.",
        ),
        read: |serve, entry| set(&mut serve.metrics, metrics(entry).map(Some)),
        show: |serve| one(serve.metrics.map(|address| address.to_string())),
    },
];

/// The section as the file has it.
pub(super) fn settings(entry: &Entry<'_>) -> Result<Option<ServeSettings>, ConfigError> {
    let section = entry.section("[serve]")?;
    only(about(SERVE), &section)?;
    let mut serve = ServeSettings::new(|path| entry.resolve(path), &entry.place());
    read_all(SERVE, &section, &mut serve)?;
    Ok(Some(serve))
}

/// What is not set in a section that is there keeps its default.
pub(super) fn show(serve: &ServeSettings) -> Vec<Row> {
    rows(SERVE, serve)
}

fn addresses(entry: &Entry<'_>) -> Result<Vec<SocketAddr>, ConfigError> {
    let texts = entry.texts(ADDRESSES)?;
    let addresses = texts.iter().map(|text| {
        let address = text.parse();
        address.map_err(|_| {
            entry.refuse(
                text,
                format!("allowed are addresses with ports, such as {ADDRESSES}"),
            )
        })
    });
    let addresses = addresses.collect::<Result<Vec<_>, _>>()?;
    if addresses.is_empty() {
        return Err(entry.error(format!("must be one address at least, such as {ADDRESSES}")));
    }
    Ok(addresses)
}

fn host_keys(entry: &Entry<'_>) -> Result<Vec<PrivateFile>, ConfigError> {
    let example = "[\"host_ed25519\"]";
    let paths = entry.texts(example)?;
    if paths.is_empty()
        || paths
            .iter()
            .any(|path| path.is_empty() || path.contains('\0'))
    {
        return Err(entry.error(format!(
            "must be one path of a file at least, such as {example}"
        )));
    }
    let key =
        |path: &&str| PrivateFile::new(entry.key().to_owned(), entry.resolve(path), entry.place());
    Ok(paths.iter().map(key).collect())
}

fn plain_file(entry: &Entry<'_>) -> Result<PlainFile, ConfigError> {
    Ok(PlainFile::new(
        entry.key().to_owned(),
        entry.path()?,
        entry.place(),
    ))
}

fn count(entry: &Entry<'_>) -> Result<usize, ConfigError> {
    let count = entry.number().filter(|count| (1..=100_000).contains(count));
    count.ok_or_else(|| entry.error("must be a whole number from 1 to 100000, without quotes"))
}

/// One that counts a part of what another one counts.
fn count_within(entry: &Entry<'_>, whole: &str, most: usize) -> Result<usize, ConfigError> {
    let count = count(entry)?;
    if count > most {
        return Err(entry.error(format!(
            "is {count}; allowed is {most} at most, as {whole} is {most}"
        )));
    }
    Ok(count)
}

fn banner(entry: &Entry<'_>) -> Result<Option<String>, ConfigError> {
    let text = entry.text()?.trim_end();
    let good =
        text.chars().all(|c| c == '\n' || is_visible(c)) && text.chars().count() <= LONGEST_BANNER;
    if !good {
        return Err(entry.error(format!(
            "must be text of up to {LONGEST_BANNER} characters that can be seen, with \\n for a new line"
        )));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Networks of the list under a key.
pub(crate) fn networks(entry: &Entry<'_>) -> Result<Vec<Network>, ConfigError> {
    let texts = entry.texts(NETWORKS)?;
    let network = |text: &&str| text.parse().map_err(|error| entry.refuse(text, error));
    texts.iter().map(network).collect()
}

fn metrics(entry: &Entry<'_>) -> Result<SocketAddr, ConfigError> {
    let text = entry.text()?;
    let address = text.parse::<SocketAddr>().ok();
    let address = address.filter(|address| is_loopback(address.ip()));
    address.ok_or_else(|| {
        entry.refuse(
            text,
            "allowed is a loopback address with a port, such as \"127.0.0.1:9650\" or \"[::1]:9650\"",
        )
    })
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::toml_file::read_section;

    fn read(text: &str) -> Result<ServeSettings, String> {
        read_section("serve", text, settings)
    }

    fn said(text: &str) -> String {
        let error = read(text).expect_err(text);
        error.replace("/etc/kitdesk/config.toml, line 2: ", "")
    }

    #[test]
    fn an_empty_section_has_defaults_and_paths_next_to_the_file() {
        let serve = read("").expect("it is good");
        assert_eq!(serve.listen, [SocketAddr::from(([127, 0, 0, 1], 2222))]);
        assert_eq!(serve.people.path(), Path::new("/etc/kitdesk/people.toml"));
        assert_eq!(serve.host_keys.len(), 1);
        assert_eq!(
            serve.host_keys[0].path(),
            Path::new("/etc/kitdesk/host_ed25519")
        );
        assert_eq!(serve.banner.as_deref(), Some(BANNER));
        assert_eq!(serve.metrics, None);
    }

    #[test]
    fn everything_can_be_set() {
        let serve = read(
            "listen = [\"0.0.0.0:22\", \"[::]:22\"]\nhost_keys = [\"/k\", \"l\"]\npeople = \"p\"\nlogin_grace = \"1m\"\n\
             startups = 5\nstartups_a_source = 5\nsessions = 7\nsessions_a_person = 1\nkeepalive = \"15s\"\n\
             longest_session = \"24h\"\nbanner = \"\"\nproxy_from = [\"10.0.0.0/8\", \"::1\"]\nmetrics = \"[::1]:9\"",
        );
        let serve = serve.expect("it is good");
        assert_eq!(serve.listen.len(), 2);
        assert_eq!(serve.host_keys[0].path(), Path::new("/k"));
        assert_eq!((serve.startups, serve.startups_a_source), (5, 5));
        assert_eq!((serve.sessions, serve.sessions_a_person), (7, 1));
        assert_eq!(serve.banner, None);
        assert!(Network::any_contains(
            &serve.proxy_from,
            IpAddr::from([10, 9, 8, 7])
        ));
        assert_eq!(serve.metrics.map(|address| address.port()), Some(9));
    }

    #[test]
    fn a_mistake_is_reported_with_what_is_allowed() {
        for (line, sentence) in [
            (
                "listen = []",
                "listen must be one address at least, such as [\"0.0.0.0:2222\", \"[::]:2222\"]",
            ),
            (
                "listen = [\"2222\"]",
                "listen is \"2222\"; allowed are addresses with ports, such as [\"0.0.0.0:2222\", \"[::]:2222\"]",
            ),
            (
                "listen = \"0.0.0.0:22\"",
                "listen must be a list of texts, such as [\"0.0.0.0:2222\", \"[::]:2222\"]",
            ),
            (
                "host_keys = []",
                "host_keys must be one path of a file at least, such as [\"host_ed25519\"]",
            ),
            ("people = 5", "people must be text in quotes"),
            (
                "login_grace = \"900ms\"",
                "login_grace is \"900ms\"; allowed is a time from \"1s\" to \"10m\"",
            ),
            (
                "startups = \"64\"",
                "startups must be a whole number from 1 to 100000, without quotes",
            ),
            (
                "startups = 0",
                "startups must be a whole number from 1 to 100000, without quotes",
            ),
            (
                "startups_a_source = 65",
                "startups_a_source is 65; allowed is 64 at most, as startups is 64",
            ),
            (
                "sessions_a_person = 1001",
                "sessions_a_person is 1001; allowed is 1000 at most, as sessions is 1000",
            ),
            (
                "longest_session = \"25h\"",
                "longest_session is \"25h\"; allowed is a time from \"1s\" to \"24h\"",
            ),
            (
                "banner = \"a\\u001b[2J\"",
                "banner must be text of up to 2000 characters that can be seen, with \\n for a new line",
            ),
            (
                "proxy_from = [\"10.1.0.7/16\"]",
                "proxy_from is \"10.1.0.7/16\"; its address goes on behind the prefix: did you mean \"10.1.0.0/16\"?",
            ),
            (
                "metrics = \"0.0.0.0:9650\"",
                "metrics is \"0.0.0.0:9650\"; allowed is a loopback address with a port, such as \"127.0.0.1:9650\" or \"[::1]:9650\"",
            ),
        ] {
            assert_eq!(said(line), sentence);
        }
        assert!(
            said("sesions = 1")
                .starts_with("unknown key \"sesions\" in [serve] (did you mean sessions?)")
        );
    }
}
