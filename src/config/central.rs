//! The section `central`: where the central store is, how this host logs in, and what happens while it can't
//! be reached.

use std::net::IpAddr;
use std::path::PathBuf;

use tokio_postgres::config::Host;

use super::choices::{ChannelBinding, Environment, WhenDown, Words as _, word};
use super::error::{ConfigError, Place};
use super::files::{PlainFile, PrivateFile};
use super::secret::SecretSource;
use super::secret_settings::{SOURCE, key_file, secret};
use super::setting::{
    About, Holds, Row, Setting, about, one, only, read_all, read_first, rows, set,
};
use super::toml_file::Entry;
use super::tool::{Tool, tool};
use super::values::{plain_file, private_file};

/// How the central store is reached.
#[derive(Clone)]
pub struct CentralSettings {
    /// Where it is, which database it is, and as which role this host logs in.
    pub address: StoreAddress,
    /// The role's password.
    pub password: Option<SecretSource>,
    /// PEM certificate chain by which this host logs in; comes together with `client_key`.
    pub client_cert: Option<PlainFile>,
    /// Its PEM private key.
    pub client_key: Option<SecretSource>,
    /// PEM certificates of the authorities that are trusted, in place of the system's.
    pub ca_file: Option<PlainFile>,
    /// Whether the password has to be bound to the TLS connection.
    pub channel_binding: ChannelBinding,
    when_down: WhenDown,
    /// The key by which this host signs checkpoints of its journal.
    pub signing_key: Option<PrivateFile>,
    /// Where the newest of them is written.
    pub checkpoint_file: Option<PathBuf>,
    /// What is run with each.
    pub anchor: Option<Tool>,
    place: Place,
}

/// A central store's address.
#[derive(Clone)]
pub struct StoreAddress {
    /// As the client takes it; there is no password in it.
    pub postgres: tokio_postgres::Config,
    text: String,
}

const ADDRESS: &str = "an address: \"postgres://ROLE@HOST[:PORT]/DATABASE\"";
const ANCHOR: &str = "[\"rsync\", \"{}\", \"audit.bank.example:checkpoints/host_a\"]";
const EXAMPLE: &str = "\"postgres://host_a@db.bank.example/kitdesk\"";

impl CentralSettings {
    /// The defaults, of a store at this address.
    fn new(address: StoreAddress, place: Place) -> Self {
        Self {
            address,
            password: None,
            client_cert: None,
            client_key: None,
            ca_file: None,
            channel_binding: ChannelBinding::default(),
            when_down: WhenDown::default(),
            signing_key: None,
            checkpoint_file: None,
            anchor: None,
            place,
        }
    }

    /// The defaults, of a store that no setting names.
    #[cfg(test)]
    pub(super) fn default_for_tests(place: Place) -> Self {
        let text = "postgres://a@h/k".to_owned();
        let postgres = text.parse().expect("an address");
        Self::new(StoreAddress { postgres, text }, place)
    }

    /// What happens to writes of this environment while it can't be reached. Live ones are never sent.
    #[must_use]
    pub fn when_down(&self, environment: Environment) -> WhenDown {
        match environment {
            Environment::Live => WhenDown::Refuse,
            Environment::Sandbox | Environment::Uat => self.when_down,
        }
    }

    /// Finds errors that show without connecting: files that are missing, or that others can read or change.
    ///
    /// # Errors
    /// The first of them.
    pub fn check_files(&self) -> Result<(), ConfigError> {
        for file in [&self.ca_file, &self.client_cert].into_iter().flatten() {
            file.check()?;
        }
        for secret in [&self.password, &self.client_key].into_iter().flatten() {
            secret.check()?;
        }
        if let Some(anchor) = &self.anchor {
            anchor
                .check()
                .map_err(|error| self.error(format!("anchor: {error}")))?;
        }
        Ok(())
    }

    /// The certificates to trust.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn ca_pem(&self) -> Result<Option<Vec<u8>>, ConfigError> {
        self.ca_file.as_ref().map(PlainFile::read).transpose()
    }

    /// The certificate by which this host logs in.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn client_pem(&self) -> Result<Option<Vec<u8>>, ConfigError> {
        self.client_cert.as_ref().map(PlainFile::read).transpose()
    }

    /// Something in it can't be used.
    #[must_use]
    pub fn error(&self, what: impl Into<String>) -> ConfigError {
        ConfigError::at(self.place.clone(), what)
    }

    fn checked(self) -> Result<Self, ConfigError> {
        for (present, absent, is_half) in [
            (
                "client_cert",
                "client_key",
                self.client_cert.is_some() && self.client_key.is_none(),
            ),
            (
                "client_key",
                "client_cert",
                self.client_key.is_some() && self.client_cert.is_none(),
            ),
            (
                "checkpoint_file",
                "signing_key",
                self.checkpoint_file.is_some() && self.signing_key.is_none(),
            ),
            (
                "anchor",
                "signing_key",
                self.anchor.is_some() && self.signing_key.is_none(),
            ),
        ] {
            if is_half {
                return Err(self.error(format!(
                    "[central] has {present} without {absent}; both are needed"
                )));
            }
        }
        let wants_a_file = self.anchor.as_ref().is_some_and(Tool::takes_a_file);
        if wants_a_file && self.checkpoint_file.is_none() {
            return Err(self.error("anchor has {} in it, and there is no checkpoint_file"));
        }
        Ok(self)
    }
}

impl StoreAddress {
    /// The role by which this host logs in.
    #[must_use]
    pub fn role(&self) -> &str {
        self.postgres.get_user().unwrap_or_default()
    }

    /// The database's name.
    #[must_use]
    pub fn database(&self) -> &str {
        self.postgres.get_dbname().unwrap_or_default()
    }

    /// Whether everything stays on this machine; anything else goes through TLS.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.postgres.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => is_loopback(name),
            #[cfg(unix)]
            Host::Unix(_) => true,
        })
    }

    /// Where it is, for people.
    #[must_use]
    pub fn shown(&self) -> String {
        let hosts = self.postgres.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(folder) => folder.display().to_string(),
        });
        hosts.collect::<Vec<_>>().join(", ")
    }

    /// Reads an address. Nothing of it is quoted where it has a password in it.
    fn read(entry: &Entry<'_>) -> Result<Self, ConfigError> {
        let text = entry.text()?;
        let parsed: Result<tokio_postgres::Config, _> = text.parse();
        let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let Some(postgres) = parsed.ok().filter(|_| is_url) else {
            return Err(entry.error(format!("must be {ADDRESS}, such as {EXAMPLE}")));
        };
        if postgres.get_password().is_some() {
            return Err(entry.error(
                "has a password in it, which can't be in this file; say with password where it is kept",
            ));
        }
        let (_, parameters) = text.split_once('?').unwrap_or((text, ""));
        for parameter in parameters.split('&').filter(|one| !one.is_empty()) {
            let (name, _) = parameter.split_once('=').unwrap_or((parameter, ""));
            if !["host", "port"].contains(&name) {
                return Err(entry.error(
                    "has a parameter that is none of host and port; TLS, time limits and the rest are kitdesk's own",
                ));
            }
        }
        let named = |name: Option<&str>| name.is_some_and(|name| !name.is_empty());
        if !named(postgres.get_user())
            || !named(postgres.get_dbname())
            || postgres.get_hosts().is_empty()
        {
            return Err(entry.error(format!(
                "must name a role, a host and a database, such as {EXAMPLE}"
            )));
        }
        let text = text.to_owned();
        Ok(Self { postgres, text })
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Its settings.
pub(super) const CENTRAL: &[Setting<CentralSettings>] = &[
    Setting {
        about: About::new(
            "url",
            Holds::Value(ADDRESS),
            EXAMPLE,
            "Where the central store is, and as which role this host logs in. Anything but a loopback address and a Unix socket (?host=/run/postgresql) goes through TLS.",
        )
        .needed(),
        read: read_first,
        show: |central| one(central.address.text.clone()),
    },
    Setting {
        about: About::new(
            "password",
            Holds::Value(SOURCE),
            "{ file = \"db.pass\" }",
            "Where the role's password is kept.",
        ),
        read: |central, entry| {
            if entry.as_text().is_some() {
                return Err(entry.error(format!(
                    "can't be in this file; say where it is kept: {SOURCE}"
                )));
            }
            set(&mut central.password, secret(entry).map(Some))
        },
        show: |central| one(central.password.as_ref().map(SecretSource::describe)),
    },
    Setting {
        about: About::new(
            "client_cert",
            Holds::Value("a path"),
            "\"host_a.pem\"",
            "A PEM certificate chain by which this host logs in, with client_key; a password may come with it.",
        ),
        read: |central, entry| set(&mut central.client_cert, plain_file(entry)),
        show: |central| path(central.client_cert.as_ref()),
    },
    Setting {
        about: About::new(
            "client_key",
            Holds::Value("a path"),
            "\"host_a.key\"",
            "The PEM private key of client_cert; only its owner may read it: chmod 600.",
        ),
        read: |central, entry| set(&mut central.client_key, key_file(entry)),
        show: |central| one(central.client_key.as_ref().map(SecretSource::describe)),
    },
    Setting {
        about: About::new(
            "ca_file",
            Holds::Value("a path"),
            "\"bank-ca.pem\"",
            "PEM certificates of the authorities to trust, in place of the system's.",
        ),
        read: |central, entry| set(&mut central.ca_file, plain_file(entry)),
        show: |central| path(central.ca_file.as_ref()),
    },
    Setting {
        about: About::new(
            "channel_binding",
            Holds::Words(ChannelBinding::names),
            "\"require\"",
            "Whether the password is bound to the TLS connection. Servers with an Ed25519 certificate can't: prefer does without.",
        ),
        read: |central, entry| set(&mut central.channel_binding, word(entry)),
        show: |central| one(central.channel_binding.name().to_owned()),
    },
    Setting {
        about: About::new(
            "when_down",
            Holds::Words(WhenDown::names),
            "\"refuse\"",
            "What happens to writes while the central store can't be reached: refuse sends none, local sends them without a claim. In live it is always refuse.",
        ),
        read: |central, entry| set(&mut central.when_down, word(entry)),
        show: |central| one(central.when_down.name().to_owned()),
    },
    Setting {
        about: About::new(
            "signing_key",
            Holds::Value("a path"),
            "\"signing_ed25519\"",
            "The key by which this host signs checkpoints of its journal; kitdesk central enrol makes it. Only its owner may read it: chmod 600.",
        ),
        read: |central, entry| set(&mut central.signing_key, private_file(entry).map(Some)),
        show: |central| {
            let file = central.signing_key.as_ref();
            one(file.map(|file| file.path().display().to_string()))
        },
    },
    Setting {
        about: About::new(
            "checkpoint_file",
            Holds::Value("a path"),
            "\"checkpoint.txt\"",
            "A file for the newest checkpoint, to be copied to where nobody on this host can change it.",
        ),
        read: |central, entry| set(&mut central.checkpoint_file, entry.path().map(Some)),
        show: |central| one(central.checkpoint_file.as_ref().map(|file| file.display().to_string())),
    },
    Setting {
        about: About::new(
            "anchor",
            Holds::Value("a list of texts"),
            ANCHOR,
            "A program that keeps checkpoints elsewhere: it gets each on its standard input, and has ten seconds. {} in an argument is checkpoint_file.",
        ),
        read: |central, entry| set(&mut central.anchor, tool(entry, ANCHOR).map(Some)),
        show: |central| one(central.anchor.as_ref().map(Tool::describe)),
    },
];

/// The section as the file has it.
pub(super) fn settings(entry: &Entry<'_>) -> Result<Option<CentralSettings>, ConfigError> {
    let section = entry.section("[central]")?;
    only(about(CENTRAL), &section)?;
    let address = StoreAddress::read(&section.needed("url", EXAMPLE)?)?;
    let mut central = CentralSettings::new(address, entry.place());
    read_all(CENTRAL, &section, &mut central)?;
    central.checked().map(Some)
}

/// What is not set in a section that is there keeps its default.
pub(super) fn show(central: &CentralSettings) -> Vec<Row> {
    rows(CENTRAL, central)
}

fn path(file: Option<&PlainFile>) -> Vec<Row> {
    one(file.map(|file| file.path().display().to_string()))
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::config::toml_file::read_section;

    fn read(text: &str) -> Result<CentralSettings, String> {
        read_section("central", text, settings)
    }

    fn said(text: &str) -> String {
        match read(text) {
            Ok(_) => panic!("{text} is taken"),
            Err(error) => error,
        }
    }

    #[test]
    fn an_address_alone_is_enough() {
        let central = read("url = \"postgres://host_a@db.bank.example/kitdesk\"").expect("good");
        assert_eq!(central.address.role(), "host_a");
        assert_eq!(central.address.database(), "kitdesk");
        assert_eq!(central.address.shown(), "db.bank.example");
        assert!(!central.address.is_local());
        assert_eq!(central.channel_binding, ChannelBinding::Require);
        assert_eq!(central.when_down(Environment::Uat), WhenDown::Refuse);
    }

    #[test]
    fn only_loopback_and_sockets_do_without_tls() {
        for (url, is_local) in [
            ("postgres://a@localhost/k", true),
            ("postgres://a@127.0.0.1:5433/k", true),
            ("postgres://a@[::1]/k", true),
            ("postgresql://a@/k?host=/run/postgresql", true),
            ("postgres://a@%2Frun%2Fpostgresql/k", true),
            ("postgres://a@localhost.bank.example/k", false),
            ("postgres://a@10.1.1.1/k", false),
            ("postgres://a@127.0.0.1,10.1.1.1/k", false),
        ] {
            let central = read(&format!("url = \"{url}\"")).expect(url);
            assert_eq!(central.address.is_local(), is_local, "{url}");
        }
    }

    #[test]
    fn live_always_refuses() {
        let central = read("url = \"postgres://a@h/k\"\nwhen_down = \"local\"").expect("good");
        assert_eq!(central.when_down(Environment::Live), WhenDown::Refuse);
        assert_eq!(central.when_down(Environment::Uat), WhenDown::Local);
    }

    #[test]
    fn errors_say_what_is_allowed() {
        let url = "url = \"postgres://a@h/k\"";
        for (text, wrong) in [
            ("when_down = \"local\"".to_owned(), "url"),
            ("url = \"mysql://a@h/k\"".to_owned(), "must be an address"),
            ("url = \"host=h user=a\"".to_owned(), "must be an address"),
            ("url = \"postgres://h/k\"".to_owned(), "must name a role"),
            ("url = \"postgres://a@h\"".to_owned(), "must name a role"),
            (
                "url = \"postgres://a@h/k?sslmode=disable\"".to_owned(),
                "none of host and port",
            ),
            (format!("{url}\nwhen_down = \"wait\""), "refuse"),
            (format!("{url}\nclient_cert = \"c\""), "without client_key"),
            (format!("{url}\npasword = 1"), "pasword"),
        ] {
            let error = said(&text);
            assert!(error.contains(wrong), "{text}: {error}");
            assert!(
                error.starts_with("/etc/kitdesk/config.toml, line"),
                "{error}"
            );
        }
    }

    #[test]
    fn no_password_is_quoted() {
        for text in [
            "url = \"postgres://a:geheim@h/k\"".to_owned(),
            "url = \"postgres://a@h/k?password=geheim\"".to_owned(),
            "url = \"postgres://a@h/k\"\npassword = \"geheim\"".to_owned(),
        ] {
            let error = said(&text);
            assert!(!error.contains("geheim"), "{error}");
            assert!(error.contains("can't be in this file"), "{error}");
        }
    }
}
