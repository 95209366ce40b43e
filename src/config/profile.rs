//! A profile: one DCMS as one bank's desk reaches it, and what may be done there from here. Each of its
//! settings is declared in [`PROFILE`]. Secrets are still in their places; they are fetched for `dcms` and
//! `pin` alone.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::choices::{Environment, PinAccount, PinEntryRule, WeakPinRule, Words, word};
use super::error::{ConfigError, Place};
use super::files::PlainFile;
use super::secret::{HeaderValueSource, KeySource, SecretSource};
use super::secret_settings::{
    HEADERS, Headers, KEY, SIGN_IN, SignInSource, headers, is_header_value, key, key_file,
    show_headers, show_key, show_sign_in, sign_in,
};
use super::setting::{
    About, Holds, Row, Setting, about, list, one, only, read_all, read_first, set,
};
use super::timeouts::{self, TIMEOUTS, limits};
use super::toml_file::Entry;
use super::values::{
    ADDRESS, TENANT_ALLOWED, base_url, branch_id, hosts_past_proxy, offers, pin_length, plain_file,
    proxy, tenant,
};
use crate::dcms::{BranchId, Identity, Limits, Settings, SignIn, Tenant};
use crate::pin::{BlockForm, PinLength, PinRule, WeakList, WeakPins};

/// A named way to reach one DCMS.
#[derive(Clone)]
pub struct Profile {
    /// As the configuration calls it.
    pub name: String,
    /// Without a slash at its end.
    pub base_url: Url,
    /// The bank.
    pub tenant: Tenant,
    /// What is at stake.
    pub environment: Environment,
    /// The branch whose orders are looked at when nothing else is said.
    pub branch_id: Option<BranchId>,
    /// The bank's tiers, for forms to offer; others can be typed all the same.
    pub tiers: Vec<String>,
    /// The bank's plastic codes, likewise.
    pub plastic_codes: Vec<String>,
    /// Where a PIN may be entered.
    pub pin_entry: PinEntryRule,
    /// The form in which kitdesk encrypts the PIN block.
    pub pin_block: BlockForm,
    /// What the PIN is bound to.
    pub pin_account: PinAccount,
    /// How long a PIN may be.
    pub pin_length: PinLength,
    /// What is done about PINs that are easy to guess.
    pub weak_pins: WeakPinRule,
    /// More PINs that the bank refuses.
    pub weak_pin_list: Option<PlainFile>,
    /// How long to wait.
    pub limits: Limits,
    /// PEM certificates to trust in addition to the system's.
    pub ca_file: Option<PlainFile>,
    /// PEM certificate chain for a DCMS that asks for one; comes together with `client_key`.
    pub client_cert: Option<PlainFile>,
    /// Its PEM private key.
    pub client_key: Option<SecretSource>,
    /// An HTTP proxy.
    pub proxy: Option<Url>,
    /// Hosts that are reached without it.
    pub no_proxy: Vec<String>,
    /// Seals PINs. Without it no PIN can be set.
    pub pin_key: Option<KeySource>,
    /// Opens encrypted card numbers. Without it they are not asked for.
    pub card_key: Option<KeySource>,
    /// Where a deployment wants a token.
    pub sign_in: Option<SignInSource>,
    /// Fixed headers, their names in lower case.
    pub headers: Headers,
    pub(super) place: Option<Place>,
    /// The place of each key in the file, by its name below the profile, such as `timeouts.read`.
    pub(super) places: BTreeMap<String, Place>,
}

/// The settings of a profile, in the order in which they are read and shown.
pub(super) const PROFILE: &[Setting<Profile>] = &[
    Setting {
        about: About::new(
            "base_url",
            Holds::Value(ADDRESS),
            r#""https://api.dcms.example.com/v1""#,
            "Where the DCMS is. It ends in a version; http:// is for loopback only.",
        )
        .needed(),
        read: read_first,
        show: |profile| one(profile.base_url.to_string()),
    },
    Setting {
        about: About::new(
            "tenant",
            Holds::Value(TENANT_ALLOWED),
            r#""ACME_BANK""#,
            "The bank, as its DCMS knows it; capitals count.",
        )
        .needed(),
        read: read_first,
        show: |profile| one(profile.tenant.to_string()),
    },
    Setting {
        about: About::new(
            "environment",
            Holds::Words(Environment::names),
            r#""uat""#,
            "What is at stake; always on the screen.",
        )
        .needed(),
        read: read_first,
        show: |profile| one_word(profile.environment),
    },
    Setting {
        about: About::new(
            "branch_id",
            Holds::Value("1 to 64 letters, digits, -, _ and ."),
            r#""12345""#,
            "Filled in where orders are looked at and cancelled.",
        ),
        read: |profile, entry| set(&mut profile.branch_id, branch_id(entry).map(Some)),
        show: |profile| one(profile.branch_id.as_ref().map(ToString::to_string)),
    },
    Setting {
        about: About::new(
            "tiers",
            Holds::Value("a list of words"),
            r#"["CLASSIC", "SILVER", "GOLD"]"#,
            "Offered when a card is upgraded; others can be typed.",
        ),
        read: |profile, entry| set(&mut profile.tiers, offers(entry, "SILVER")),
        show: |profile| list(&profile.tiers),
    },
    Setting {
        about: About::new(
            "plastic_codes",
            Holds::Value("a list of words"),
            r#"["4566"]"#,
            "Offered when a card is upgraded; others can be typed.",
        ),
        read: |profile, entry| set(&mut profile.plastic_codes, offers(entry, "4566")),
        show: |profile| list(&profile.plastic_codes),
    },
    Setting {
        about: About::new(
            "pin_entry",
            Holds::Words(PinEntryRule::names),
            r#""local""#,
            "Where PINs may be typed: local is refused over SSH, off has no PIN screen. In live it is local when nothing is said.",
        ),
        read: |profile, entry| set(&mut profile.pin_entry, word(entry)),
        show: |profile| one_word(profile.pin_entry),
    },
    Setting {
        about: About::new(
            "pin_block",
            Holds::Words(BlockForm::names),
            r#""raw""#,
            "What of a PIN is sealed: raw are its 8 bytes, hex 16 upper-case hex characters. Ask your DCMS: a wrong one is refused as a bad PIN.",
        ),
        read: |profile, entry| set(&mut profile.pin_block, word(entry)),
        show: |profile| one_word(profile.pin_block),
    },
    Setting {
        about: About::new(
            "pin_account",
            Holds::Words(PinAccount::names),
            r#""pan""#,
            "What a PIN is bound to: the card number, the kit number as it stands, or the kit number with its last digit dropped like a check digit. Ask your DCMS: a wrong one is refused as a bad PIN.",
        ),
        read: |profile, entry| set(&mut profile.pin_account, word(entry)),
        show: |profile| one_word(profile.pin_account),
    },
    Setting {
        about: About::new(
            "pin_length",
            Holds::Value("two numbers within 4 to 12"),
            "[4, 6]",
            "The fewest and the most digits of a PIN.",
        ),
        read: |profile, entry| set(&mut profile.pin_length, pin_length(entry)),
        show: |profile| {
            let length = profile.pin_length;
            one(format!("[{}, {}]", length.min(), length.max()))
        },
    },
    Setting {
        about: About::new(
            "weak_pins",
            Holds::Words(WeakPinRule::names),
            r#""refuse""#,
            "PINs that anyone would try first; allow leaves them to the bank's other systems.",
        ),
        read: |profile, entry| set(&mut profile.weak_pins, word(entry)),
        show: |profile| one_word(profile.weak_pins),
    },
    Setting {
        about: About::new(
            "weak_pin_list",
            Holds::Value("a path"),
            r#""weak-pins.txt""#,
            "A file of more PINs to refuse, one a line.",
        ),
        read: |profile, entry| set(&mut profile.weak_pin_list, plain_file(entry)),
        show: |profile| path(profile.weak_pin_list.as_ref()),
    },
    Setting {
        about: About::new(
            "timeouts",
            Holds::Section(|| about(TIMEOUTS)),
            "",
            "How long to wait.",
        ),
        read: |profile, entry| set(&mut profile.limits, limits(entry)),
        show: |profile| timeouts::show(profile.limits),
    },
    Setting {
        about: About::new(
            "ca_file",
            Holds::Value("a path"),
            r#""bank-ca.pem""#,
            "PEM certificates to trust in addition to the system's.",
        ),
        read: |profile, entry| set(&mut profile.ca_file, plain_file(entry)),
        show: |profile| path(profile.ca_file.as_ref()),
    },
    Setting {
        about: About::new(
            "client_cert",
            Holds::Value("a path"),
            r#""desk.pem""#,
            "A PEM certificate chain, with client_key, for a DCMS or gateway that asks for a certificate.",
        ),
        read: |profile, entry| set(&mut profile.client_cert, plain_file(entry)),
        show: |profile| path(profile.client_cert.as_ref()),
    },
    Setting {
        about: About::new(
            "client_key",
            Holds::Value("a path"),
            r#""desk.key""#,
            "The PEM private key of client_cert; only its owner may read it: chmod 600.",
        ),
        read: |profile, entry| set(&mut profile.client_key, key_file(entry)),
        show: |profile| one(profile.client_key.as_ref().map(SecretSource::describe)),
    },
    Setting {
        about: About::new(
            "proxy",
            Holds::Value("an address"),
            r#""http://proxy.example.com:3128""#,
            "An HTTP proxy. The environment's proxy variables are never looked at.",
        ),
        read: |profile, entry| {
            set(
                &mut profile.proxy,
                proxy(entry, &profile.base_url).map(Some),
            )
        },
        show: |profile| one(profile.proxy.as_ref().map(ToString::to_string)),
    },
    Setting {
        about: About::new(
            "no_proxy",
            Holds::Value("a list of hosts"),
            r#"[".internal", "10.0.0.0/8"]"#,
            "Hosts that are reached without the proxy: names with all below them, addresses, networks.",
        ),
        read: |profile, entry| {
            let has_proxy = profile.proxy.is_some();
            set(&mut profile.no_proxy, hosts_past_proxy(entry, has_proxy))
        },
        show: |profile| list(&profile.no_proxy),
    },
    Setting {
        about: About::new(
            "pin_key",
            Holds::Section(|| KEY.iter().collect()),
            "file = \"pin.key\"\nformat = \"hex\"",
            "The shared set-PIN key, 16, 24 or 32 bytes. Without it no PIN can be set.",
        ),
        read: |profile, entry| set(&mut profile.pin_key, key(entry)),
        show: |profile| show_key(profile.pin_key.as_ref()),
    },
    Setting {
        about: About::new(
            "card_key",
            Holds::Section(|| KEY.iter().collect()),
            r#"command = ["vault", "kv", "get", "-field=card", "secret/dcms"]"#,
            "The key that opens encryptedCardNumber. Without it card numbers are typed.",
        ),
        read: |profile, entry| set(&mut profile.card_key, key(entry)),
        show: |profile| show_key(profile.card_key.as_ref()),
    },
    Setting {
        about: About::new(
            "sign_in",
            Holds::Section(|| SIGN_IN.iter().collect()),
            "",
            "For a DCMS that wants a token.",
        ),
        read: |profile, entry| set(&mut profile.sign_in, sign_in(entry)),
        show: |profile| show_sign_in(profile.sign_in.as_ref()),
    },
    Setting {
        about: About::new(
            "headers",
            Holds::Section(|| HEADERS.iter().collect()),
            r#""x-api-key" = { file = "gateway.key" }"#,
            "Fixed headers, for a gateway that wants them.",
        ),
        read: |profile, entry| {
            let signs_in = profile.sign_in.is_some();
            set(&mut profile.headers, headers(entry, signs_in))
        },
        show: |profile| show_headers(&profile.headers),
    },
];

fn one_word(choice: impl Words) -> Vec<Row> {
    one(choice.name().to_owned())
}

fn path(file: Option<&PlainFile>) -> Vec<Row> {
    one(file.map(|file| file.path().display().to_string()))
}

fn profile_name<'a>(entry: &Entry<'a>) -> Result<&'a str, ConfigError> {
    let name = entry.key();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(allowed) {
        return Err(ConfigError::at(
            entry.place(),
            "the name of a profile has 1 to 64 letters, digits, dots, hyphens and underscores",
        ));
    }
    Ok(name)
}

/// The name of the built-in sandbox's profile.
pub const BUILT_IN: &str = "built-in";

impl Profile {
    /// A profile with nothing but what it must have.
    #[must_use]
    pub fn new(name: &str, base_url: Url, tenant: Tenant, environment: Environment) -> Self {
        Self {
            name: name.to_owned(),
            base_url,
            tenant,
            environment,
            branch_id: None,
            tiers: Vec::new(),
            plastic_codes: Vec::new(),
            pin_entry: PinEntryRule::usual(environment),
            pin_block: BlockForm::default(),
            pin_account: PinAccount::default(),
            pin_length: PinLength::default(),
            weak_pins: WeakPinRule::default(),
            weak_pin_list: None,
            limits: Limits::default(),
            ca_file: None,
            client_cert: None,
            client_key: None,
            proxy: None,
            no_proxy: Vec::new(),
            pin_key: None,
            card_key: None,
            sign_in: None,
            headers: Vec::new(),
            place: None,
            places: BTreeMap::new(),
        }
    }

    /// Reads a profile from its section.
    pub(super) fn read(entry: &Entry<'_>) -> Result<Self, ConfigError> {
        let name = profile_name(entry)?;
        let section = entry.section("[profiles.acme-uat]")?;
        only(about(PROFILE), &section)?;
        let environments = format!("one of {}", Environment::names());
        let mut profile = Self::new(
            name,
            base_url(&section.needed("base_url", ADDRESS)?)?,
            tenant(&section.needed("tenant", TENANT_ALLOWED)?)?,
            word(&section.needed("environment", &environments)?)?,
        );
        read_all(PROFILE, &section, &mut profile)?;
        for (present, absent) in [("client_cert", "client_key"), ("client_key", "client_cert")] {
            if let (Some(entry), None) = (section.get(present), section.get(absent)) {
                return Err(entry.error(format!("also needs {absent}")));
            }
        }
        profile.place = Some(section.place());
        profile.places = section.places();
        Ok(profile)
    }

    /// The built-in sandbox's own profile.
    ///
    /// # Panics
    /// When `branch` is no branch id.
    #[must_use]
    pub fn sandbox(base_url: Url, branch: &str, pin_key: KeySource, card_key: KeySource) -> Self {
        let tenant = Tenant::parse("SANDBOX").expect("visible characters are a tenant");
        let branch = BranchId::parse(branch).expect("the sandbox knows its own branch");
        Self {
            branch_id: Some(branch),
            pin_key: Some(pin_key),
            card_key: Some(card_key),
            ..Self::new(BUILT_IN, base_url, tenant, Environment::Sandbox)
        }
    }

    /// Where it begins in the configuration file; the sandbox has no such place.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// Whether its file says this setting, and doesn't leave it to the default.
    #[must_use]
    pub fn states(&self, setting: &str) -> bool {
        self.places.contains_key(setting)
    }

    /// What is wrong with one of its settings, at its line; `setting` is its name below the profile,
    /// such as `timeouts.read`.
    #[must_use]
    pub fn error(&self, setting: &str, what: impl Into<String>) -> ConfigError {
        let place = self.places.get(setting).or(self.place.as_ref());
        ConfigError::maybe_at(place.cloned(), what)
    }

    /// Finds missing and exposed files before anything needs them.
    pub(super) fn check_files(&self) -> Result<(), ConfigError> {
        self.pin_rule()?;
        for file in [&self.ca_file, &self.client_cert].into_iter().flatten() {
            file.check()?;
        }
        for key in [&self.pin_key, &self.card_key].into_iter().flatten() {
            key.check()?;
        }
        if let Some(key) = &self.client_key {
            key.check()?;
        }
        if let Some(sign_in) = &self.sign_in {
            sign_in.password.check()?;
        }
        for (_, value) in &self.headers {
            if let HeaderValueSource::Fetched(source) = value {
                source.check()?;
            }
        }
        Ok(())
    }

    /// What the bank asks of a PIN, its list read.
    ///
    /// # Errors
    /// When the list can't be read or holds something else than PINs.
    pub fn pin_rule(&self) -> Result<PinRule, ConfigError> {
        let weak = match &self.weak_pin_list {
            _ if self.weak_pins == WeakPinRule::Allow => WeakPins::Allowed,
            None => WeakPins::Refused(None),
            Some(file) => {
                let text = file.read()?;
                let list = str::from_utf8(&text).map_err(|_| file.refused("it is not text"))?;
                let list = WeakList::parse(list).map_err(|error| file.refused(error))?;
                WeakPins::Refused(Some(list))
            }
        };
        let length = self.pin_length;
        Ok(PinRule { length, weak })
    }

    /// What the client must know, its password, headers and certificates fetched.
    /// Blocks for up to five seconds for each that comes from a command.
    ///
    /// # Errors
    /// When one of them can't be fetched.
    pub fn dcms_settings(&self) -> Result<Settings, ConfigError> {
        Ok(Settings {
            base_url: self.base_url.clone(),
            tenant: self.tenant.clone(),
            limits: self.limits,
            encrypted_pans: self.card_key.is_some(),
            ca_pem: self.ca_file.as_ref().map(PlainFile::read).transpose()?,
            identity: self.identity()?,
            proxy: self.proxy.clone(),
            no_proxy: self.no_proxy.clone(),
            sign_in: self.sign_in()?,
            headers: self.header_values()?,
        })
    }

    fn identity(&self) -> Result<Option<Identity>, ConfigError> {
        let (Some(cert), Some(key)) = (&self.client_cert, &self.client_key) else {
            return Ok(None);
        };
        let chain_pem = cert.read()?;
        let key_pem = key.read()?;
        Ok(Some(Identity { chain_pem, key_pem }))
    }

    fn sign_in(&self) -> Result<Option<SignIn>, ConfigError> {
        let Some(source) = &self.sign_in else {
            return Ok(None);
        };
        let username = source.username.clone();
        let password = source.password.read()?;
        Ok(Some(SignIn { username, password }))
    }

    fn header_values(&self) -> Result<Vec<(String, SecretString)>, ConfigError> {
        let headers = self.headers.iter().map(|(name, source)| {
            let value = match source {
                HeaderValueSource::Plain(value) => value.clone(),
                HeaderValueSource::Fetched(source) => source.read()?,
            };
            if !is_header_value(value.expose_secret()) {
                let what = format!("the value of the header {name} ({}) can't be sent: only visible ASCII characters and blanks are allowed", source.describe());
                return Err(self.error(&format!("headers.{name}"), what));
            }
            Ok((name.clone(), value))
        });
        headers.collect()
    }
}
