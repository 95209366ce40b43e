//! Every setting with its value and with what decided it, as it may be shown to anyone.
//! Of a secret only where it is kept comes in here, never the secret nor a command's arguments.

use std::path::Path;
use std::time::Duration;

use super::files::PlainFile;
use super::load::{Config, Origin, ThemeChoice};
use super::profile::{Environment, PinAccount, PinEntryRule, Profile};
use super::secret::{KeySource, SecretSource};
use crate::pin::{BlockForm, KeyFormat};

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// As the file calls it, from the top: `profiles.acme-uat.timeouts.read`. What has no place in
    /// the file has a plain name: `configuration`, `operator`, `state`.
    pub name: String,
    /// None where nothing is set and nothing holds instead.
    pub value: Option<String>,
    /// What decided it.
    pub origin: Origin,
}

/// All settings: those of the program, then those of the chosen profile, in the order of the
/// documentation. `usual_theme` is what the screens take when nobody chose.
#[must_use]
pub fn settings(config: &Config, usual_theme: &str) -> Vec<Setting> {
    let mut all = at_the_top(config, usual_theme);
    if let Some(profile) = &config.profile {
        let whole = Whole { profile };
        all.extend(whole.address());
        all.extend(whole.pins());
        all.extend(whole.reach());
        all.extend(whole.secrets());
    }
    all
}

fn at_the_top(config: &Config, usual_theme: &str) -> Vec<Setting> {
    let origins = &config.origins;
    let theme = match &config.theme {
        None => usual_theme.to_owned(),
        Some(ThemeChoice::Name(name)) => name.clone(),
        Some(ThemeChoice::File(path)) => shown(path),
    };
    let row = |name: &str, value: Option<String>, origin: &Origin| Setting {
        name: name.to_owned(),
        value,
        origin: origin.clone(),
    };
    let file = config.file.as_deref().map(shown);
    let profile = config.profile.as_ref().map(|profile| profile.name.clone());
    let keys = config.keys.iter().map(|choice| Setting {
        name: format!("keys.{}", bare(&choice.name)),
        value: list(&choice.keys),
        origin: Origin::File(choice.place.clone()),
    });
    let mut all = vec![
        row("configuration", file, &origins.config),
        row("default_profile", profile, &origins.profile),
        row("theme", Some(theme), &origins.theme),
        row(
            "idle_limit",
            Some(time(config.idle_limit)),
            &origins.idle_limit,
        ),
        row(
            "hide_on_focus_lost",
            Some(config.hide_on_focus_lost.to_string()),
            &origins.hide_on_focus_lost,
        ),
        row("operator", Some(config.operator.clone()), &origins.operator),
        row("state", config.state.as_deref().map(shown), &origins.state),
    ];
    all.extend(keys);
    all
}

/// A profile whose rows are made.
struct Whole<'a> {
    profile: &'a Profile,
}

impl Whole<'_> {
    fn row(&self, key: &str, value: impl Into<Option<String>>) -> Setting {
        let place = self.profile.places.get(key);
        Setting {
            name: format!("profiles.{}.{key}", bare(&self.profile.name)),
            value: value.into(),
            origin: place.cloned().map_or(Origin::BuiltIn, Origin::File),
        }
    }

    fn address(&self) -> Vec<Setting> {
        let profile = self.profile;
        let environment = match profile.environment {
            Environment::Sandbox => "sandbox",
            Environment::Uat => "uat",
            Environment::Live => "live",
        };
        let branch = profile.branch_id.as_ref().map(ToString::to_string);
        vec![
            self.row("base_url", profile.base_url.to_string()),
            self.row("tenant", profile.tenant.to_string()),
            self.row("environment", environment.to_owned()),
            self.row("branch_id", branch),
            self.row("tiers", list(&profile.tiers)),
            self.row("plastic_codes", list(&profile.plastic_codes)),
        ]
    }

    fn pins(&self) -> Vec<Setting> {
        let profile = self.profile;
        let entry = match profile.pin_entry {
            PinEntryRule::Local => "local",
            PinEntryRule::Anywhere => "anywhere",
            PinEntryRule::Off => "off",
        };
        let block = match profile.pin_block {
            BlockForm::Raw => "raw",
            BlockForm::Hex => "hex",
        };
        let account = match profile.pin_account {
            PinAccount::Pan => "pan",
            PinAccount::Kit => "kit",
        };
        let length = profile.pin_length;
        let weak = if profile.weak_pins { "allow" } else { "refuse" };
        vec![
            self.row("pin_entry", entry.to_owned()),
            self.row("pin_block", block.to_owned()),
            self.row("pin_account", account.to_owned()),
            self.row(
                "pin_length",
                format!("[{}, {}]", length.min(), length.max()),
            ),
            self.row("weak_pins", weak.to_owned()),
            self.row("weak_pin_list", path(profile.weak_pin_list.as_ref())),
        ]
    }

    fn reach(&self) -> Vec<Setting> {
        let profile = self.profile;
        let client_key = profile.client_key.as_ref().map(SecretSource::describe);
        let proxy = profile.proxy.as_ref().map(ToString::to_string);
        vec![
            self.row("timeouts.connect", time(profile.limits.connect)),
            self.row("timeouts.read", time(profile.limits.read)),
            self.row("timeouts.write", time(profile.limits.write)),
            self.row("ca_file", path(profile.ca_file.as_ref())),
            self.row("client_cert", path(profile.client_cert.as_ref())),
            self.row("client_key", client_key),
            self.row("proxy", proxy),
            self.row("no_proxy", list(&profile.no_proxy)),
        ]
    }

    fn secrets(&self) -> Vec<Setting> {
        let profile = self.profile;
        let mut rows = self.key("pin_key", profile.pin_key.as_ref());
        rows.extend(self.key("card_key", profile.card_key.as_ref()));
        let sign_in = profile.sign_in.as_ref();
        let username = sign_in.map(|sign_in| sign_in.username.clone());
        let password = sign_in.map(|sign_in| sign_in.password.describe());
        rows.push(self.row("sign_in.username", username));
        rows.push(self.row("sign_in.password", password));
        for (name, value) in &profile.headers {
            rows.push(self.row(&format!("headers.{name}"), value.describe()));
        }
        rows
    }

    fn key(&self, name: &str, key: Option<&KeySource>) -> Vec<Setting> {
        let format = key.and_then(KeySource::format).map(|format| match format {
            KeyFormat::Hex => "hex".to_owned(),
            KeyFormat::Base64 => "base64".to_owned(),
        });
        let mut rows = vec![self.row(name, key.map(KeySource::describe))];
        if key.is_some() {
            rows.push(self.row(&format!("{name}.format"), format));
        }
        rows
    }
}

fn list(words: &[String]) -> Option<String> {
    (!words.is_empty()).then(|| words.join(", "))
}

fn path(file: Option<&PlainFile>) -> Option<String> {
    file.map(|file| shown(file.path()))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn time(time: Duration) -> String {
    humantime::format_duration(time).to_string()
}

/// A profile's name as TOML writes it in a path.
fn bare(name: &str) -> String {
    if name.contains('.') {
        format!("{name:?}")
    } else {
        name.to_owned()
    }
}
