//! Checks of the configuration and of what it names: the profile, keys by their check value, whether
//! PINs may be typed here, certificates and passwords. Nothing is sent.

use super::check::{Check, DoctorOutput};
use crate::cli::global::Global;
use crate::cli::line::{client, configuration_as_written, request};
use crate::config::{
    self, Config, Env, Environment, HeaderValueSource, KeySource, Origin, PinEntryRule, Profile,
    Words as _,
};
use crate::dcms::Client;
use crate::desk::{PinSettings, SealingError};

const CORRECT: &str = "correct it; `kitdesk config show` shows the file and line of each setting";

/// The file itself. The files that it names are looked at one by one afterwards.
pub(super) fn configuration(
    output: &mut DoctorOutput,
    global: &Global,
    around: &Env,
) -> Option<Config> {
    const NAME: &str = "configuration";
    let config = match configuration_as_written(global, around) {
        Ok(config) => config,
        Err(error) => {
            let advice = "correct it there; `kitdesk config init --path FILE` writes an example";
            output.tell(Check::fail(NAME, error.to_string(), advice));
            return None;
        }
    };
    output.tell(match &config.file {
        Some(file) => {
            let file = file.display();
            let by = chosen_by(config.origin("configuration"));
            Check::ok(NAME, format!("{file}{by}"))
        }
        None if global.sandbox => Check::skipped(NAME, "not looked at (--sandbox)"),
        None => {
            let looked = config::path(&request(global), around);
            let looked = looked.map_or(String::new(), |(path, _)| format!(" {}", path.display()));
            let advice = "write one with `kitdesk config init`; without one there is only the built-in sandbox";
            Check::fail(NAME, format!("there is no configuration file{looked}"), advice)
        }
    });
    Some(config)
}

/// Which profile, and what it is.
pub(super) fn profile(profile: &Profile, config: Option<&Config>) -> Check {
    let by = config.map_or(String::new(), |config| {
        chosen_by(config.origin("default_profile"))
    });
    let (name, tenant, at) = (&profile.name, &profile.tenant, &profile.base_url);
    let environment = profile.environment;
    let said = format!("{name}: tenant {tenant}, {environment}, {at}{by}");
    Check::ok("profile", said)
}

fn chosen_by(origin: &Origin) -> String {
    match origin {
        Origin::BuiltIn => String::new(),
        said => format!(" ({said})"),
    }
}

/// Each key is read and shown by its check value: whether it is the bank's key, no other look tells.
pub(super) async fn keys(output: &mut DoctorOutput, profile: &Profile) {
    const PIN: &str = "pin_key";
    const CARD: &str = "card_key";
    let check = match (&profile.pin_key, profile.pin_entry) {
        (Some(key), _) => key_check(output, PIN, key).await,
        (None, PinEntryRule::Off) => Check::skipped(PIN, "none, and PIN entry is switched off"),
        (None, _) => Check::warn(
            PIN,
            "none: no PIN can be set",
            "add [profiles.NAME.pin_key], or say pin_entry = \"off\"",
        ),
    };
    output.tell(check);
    let check = match &profile.card_key {
        Some(key) => key_check(output, CARD, key).await,
        None => Check::skipped(CARD, "none: card numbers are keyed from the card"),
    };
    output.tell(check);
}

async fn key_check(output: &DoctorOutput, name: &'static str, key: &KeySource) -> Check {
    output.waiting(name, &key.describe());
    let source = key.clone();
    let value = tokio::task::spawn_blocking(move || source.check_value()).await;
    match value {
        Ok(Ok(value)) => {
            let (value, source) = (value.by_both_methods(), key.describe());
            let said = format!(
                "{value} ({source}); whether it is the bank's shows only by comparing the check value by the same method"
            );
            Check::ok(name, said)
        }
        Ok(Err(error)) => Check::fail(name, error.to_string(), CORRECT),
        Err(_) => Check::fail(name, "it could not be read", "try again"),
    }
}

/// Whether somebody has said what of a PIN is sealed: neither form is the usual one (contract, 5.1).
pub(super) fn pin_block(profile: &Profile) -> Check {
    const NAME: &str = "pin_block";
    let form = profile.pin_block.name();
    if profile.pin_key.is_none() {
        return Check::skipped(NAME, "no pin_key, so no PIN is sealed");
    }
    if profile.environment == Environment::Sandbox || profile.states("pin_block") {
        return Check::ok(NAME, format!("PINs are sealed as {form}"));
    }
    Check::warn(
        NAME,
        format!("left out, so PINs are sealed as {form}: your DCMS may want the other form"),
        "ask the DCMS's operator, then write pin_block = \"raw\" or pin_block = \"hex\"",
    )
}

/// Whether PINs may be typed here and now.
pub(super) fn pin_entry(profile: &Profile, around: &Env) -> Check {
    const NAME: &str = "pin_entry";
    let pin_settings = match PinSettings::of(profile, around) {
        Ok(pin_settings) => pin_settings,
        Err(error) => return Check::fail(NAME, error.to_string(), CORRECT),
    };
    match pin_settings.admits_pins() {
        Ok(()) => {
            let word = profile.pin_entry.name();
            Check::ok(
                NAME,
                format!("PINs may be typed here (pin_entry = \"{word}\")"),
            )
        }
        Err(error @ SealingError::SwitchedOff) => Check::skipped(NAME, error.to_string()),
        Err(error) => Check::warn(
            NAME,
            error.to_string(),
            "set PINs at the machine itself; everything else can be done here",
        ),
    }
}

/// What goes along with every request, fetched as it is fetched for one.
pub(super) async fn credentials(output: &mut DoctorOutput, profile: &Profile) -> Option<Client> {
    const NAME: &str = "credentials";
    output.waiting(NAME, "certificates, password, headers");
    match client(profile.clone()).await {
        Ok(client) => {
            output.tell(Check::ok(NAME, carried(profile)));
            Some(client)
        }
        Err(error) => {
            output.tell(Check::fail(NAME, error, CORRECT));
            None
        }
    }
}

fn carried(profile: &Profile) -> String {
    let mut parts = vec![match (&profile.ca_file, profile.base_url.scheme()) {
        (_, "http") => "plain HTTP on this machine, no certificate".to_owned(),
        (None, _) => "certificates are checked against the system's".to_owned(),
        (Some(file), _) => format!(
            "certificates are checked against the system's and {}",
            file.path().display()
        ),
    }];
    if let Some(file) = &profile.client_cert {
        parts.push(format!("client certificate {}", file.path().display()));
    }
    if let Some(proxy) = &profile.proxy {
        parts.push(format!("through the proxy {proxy}"));
    }
    if let Some(sign_in) = &profile.sign_in {
        let password = sign_in.password.describe();
        parts.push(format!("signs in as {} ({password})", sign_in.username));
    }
    let described = |(name, value): &(String, HeaderValueSource)| {
        format!("header {name} ({})", value.describe())
    };
    parts.extend(profile.headers.iter().map(described));
    parts.join("; ")
}
