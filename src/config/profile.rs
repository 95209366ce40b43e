//! One DCMS as one bank's desk reaches it, and what may be done there from here.
//! Data with its secrets still in their places; they are fetched for `dcms` and `pin` alone.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::check;
use super::fault::{Fault, Place};
use super::files::PlainFile;
use super::secret::{HeaderValueSource, KeySource, SecretSource};
use crate::dcms::{BranchId, Identity, Limits, Settings, SignIn, Tenant};
use crate::pin::{BlockForm, PinLength, PinRule, WeakList, WeakPins};

/// What is at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Made-up customers.
    Sandbox,
    /// A bank's acceptance tests.
    Uat,
    /// Real cards.
    Live,
}

impl Environment {
    /// The word that is always on the screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sandbox => "SANDBOX",
            Self::Uat => "UAT",
            Self::Live => "LIVE",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Where a PIN may be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinEntryRule {
    /// At this machine's own keyboard, not over SSH.
    Local,
    /// Over SSH too.
    Anywhere,
    /// Nowhere.
    Off,
}

impl PinEntryRule {
    /// What holds when the profile does not say.
    #[must_use]
    pub fn usual(environment: Environment) -> Self {
        match environment {
            Environment::Live => Self::Local,
            Environment::Sandbox | Environment::Uat => Self::Anywhere,
        }
    }
}

/// What a PIN is bound to (contract, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PinAccount {
    /// The card number.
    #[default]
    Pan,
    /// The kit number.
    Kit,
}

/// Who signs in, and where the password is kept.
#[derive(Clone)]
pub struct SignInSource {
    /// The API user.
    pub username: String,
    /// Its password.
    pub password: SecretSource,
}

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
    /// In which form the PIN block is enciphered.
    pub pin_block: BlockForm,
    /// What the PIN is bound to.
    pub pin_account: PinAccount,
    /// How long a PIN may be.
    pub pin_length: PinLength,
    /// Whether PINs that are easy to guess are taken.
    pub weak_pins: bool,
    /// PINs that the bank refuses beside those.
    pub weak_pin_list: Option<PlainFile>,
    /// How long to wait.
    pub limits: Limits,
    /// PEM certificates to trust beside the system's.
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
    pub headers: Vec<(String, HeaderValueSource)>,
    pub(super) place: Option<Place>,
    /// Where each key stands in the file, by its name below the profile, such as `timeouts.read`.
    pub(super) places: BTreeMap<String, Place>,
}

impl Profile {
    /// The built-in sandbox's own profile.
    ///
    /// # Panics
    /// When `branch` is no branch id.
    #[must_use]
    pub fn sandbox(base_url: Url, branch: &str, pin_key: KeySource, card_key: KeySource) -> Self {
        let environment = Environment::Sandbox;
        Self {
            name: "built-in".to_owned(),
            base_url,
            tenant: Tenant::parse("SANDBOX").expect("visible characters are a tenant"),
            environment,
            branch_id: Some(BranchId::parse(branch).expect("the sandbox knows its own branch")),
            tiers: Vec::new(),
            plastic_codes: Vec::new(),
            pin_entry: PinEntryRule::usual(environment),
            pin_block: BlockForm::default(),
            pin_account: PinAccount::default(),
            pin_length: PinLength::default(),
            weak_pins: false,
            weak_pin_list: None,
            limits: Limits::default(),
            ca_file: None,
            client_cert: None,
            client_key: None,
            proxy: None,
            no_proxy: Vec::new(),
            pin_key: Some(pin_key),
            card_key: Some(card_key),
            sign_in: None,
            headers: Vec::new(),
            place: None,
            places: BTreeMap::new(),
        }
    }

    /// Where it begins in the configuration file; the sandbox has no such place.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// What is wrong with one of its settings, at its line; `setting` is its name below the profile,
    /// such as `timeouts.read`.
    #[must_use]
    pub fn fault(&self, setting: &str, what: impl Into<String>) -> Fault {
        let place = self.places.get(setting).or(self.place.as_ref());
        Fault::maybe_at(place.cloned(), what)
    }

    /// Finds missing and exposed files before anything needs them.
    pub(super) fn check_files(&self) -> Result<(), Fault> {
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
            if let HeaderValueSource::Kept(source) = value {
                source.check()?;
            }
        }
        Ok(())
    }

    /// What the bank asks of a PIN, its list read.
    ///
    /// # Errors
    /// When the list can't be read or holds something else than PINs.
    pub fn pin_rule(&self) -> Result<PinRule, Fault> {
        let weak = match &self.weak_pin_list {
            _ if self.weak_pins => WeakPins::Allowed,
            None => WeakPins::Refused(None),
            Some(file) => {
                let text = file.read()?;
                let list = str::from_utf8(&text).map_err(|_| file.refused("it is not text"))?;
                let list = WeakList::parse(list).map_err(|fault| file.refused(fault))?;
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
    pub fn dcms_settings(&self) -> Result<Settings, Fault> {
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

    fn identity(&self) -> Result<Option<Identity>, Fault> {
        let (Some(cert), Some(key)) = (&self.client_cert, &self.client_key) else {
            return Ok(None);
        };
        let chain_pem = cert.read()?;
        let key_pem = key.read()?;
        Ok(Some(Identity { chain_pem, key_pem }))
    }

    fn sign_in(&self) -> Result<Option<SignIn>, Fault> {
        let Some(source) = &self.sign_in else {
            return Ok(None);
        };
        let username = source.username.clone();
        let password = source.password.read()?;
        Ok(Some(SignIn { username, password }))
    }

    fn header_values(&self) -> Result<Vec<(String, SecretString)>, Fault> {
        let headers = self.headers.iter().map(|(name, source)| {
            let value = match source {
                HeaderValueSource::Plain(value) => value.clone(),
                HeaderValueSource::Kept(source) => source.read()?,
            };
            if !check::is_header_value(value.expose_secret()) {
                let what = format!("the value of the header {name} ({}) can't be sent: only visible ASCII characters and blanks are allowed", source.describe());
                return Err(self.fault(&format!("headers.{name}"), what));
            }
            Ok((name.clone(), value))
        });
        headers.collect()
    }
}
