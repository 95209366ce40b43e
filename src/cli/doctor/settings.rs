//! Checks of the configuration and of what it names: the profile, keys by their check value, whether
//! PINs may be typed here, certificates and passwords. Nothing is sent.

use super::check::{Check, DoctorOutput};
use super::words;
use crate::cli::global::Global;
use crate::cli::line::{client, configuration_as_written, request};
use crate::config::{
    self, Config, Env, Environment, HeaderValueSource, KeySource, Origin, PinEntryRule, Profile,
    Words as _,
};
use crate::dcms::Client;
use crate::desk::{PinSettings, SealingError};
use crate::tasks;

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
            let advice = words::CORRECT_CONFIGURATION;
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
        None if global.sandbox => Check::skipped(NAME, words::CONFIGURATION_NOT_LOOKED_AT),
        None => {
            let looked = config::path(&request(global), around);
            let looked = looked.map_or(String::new(), |(path, _)| format!(" {}", path.display()));
            let advice = words::WRITE_CONFIGURATION;
            Check::fail(NAME, words::no_configuration(&looked), advice)
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
    let said = words::profile(name, tenant, &environment, at, &by);
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
        (None, PinEntryRule::Off) => Check::skipped(PIN, words::NO_PIN_KEY_NEEDED),
        (None, _) => Check::warn(PIN, words::NO_PIN_KEY, words::ADD_PIN_KEY),
    };
    output.tell(check);
    let check = match &profile.card_key {
        Some(key) => key_check(output, CARD, key).await,
        None => Check::skipped(CARD, words::NO_CARD_KEY),
    };
    output.tell(check);
}

async fn key_check(output: &DoctorOutput, name: &'static str, key: &KeySource) -> Check {
    output.waiting(name, &key.describe());
    let source = key.clone();
    let value = tasks::work(move || source.check_value()).await;
    match value {
        Ok(Ok(value)) => {
            let (value, source) = (value.by_both_methods(), key.describe());
            Check::ok(name, words::key(&value, &source))
        }
        Ok(Err(error)) => Check::fail(name, error.to_string(), words::CORRECT_SETTING),
        Err(_) => Check::fail(name, words::NOT_READ, words::TRY_AGAIN),
    }
}

/// Whether somebody has said what of a PIN is sealed: neither form is the usual one (contract, 5.1).
pub(super) fn pin_block(profile: &Profile) -> Check {
    const NAME: &str = "pin_block";
    let form = profile.pin_block.name();
    if profile.pin_key.is_none() {
        return Check::skipped(NAME, words::NO_PIN_SEALED);
    }
    if profile.environment == Environment::Sandbox || profile.states("pin_block") {
        return Check::ok(NAME, words::pins_sealed_as(&form));
    }
    Check::warn(
        NAME,
        words::pin_block_left_out(&form),
        words::ASK_FOR_PIN_BLOCK,
    )
}

/// Whether PINs may be typed here and now.
pub(super) fn pin_entry(profile: &Profile, around: &Env) -> Check {
    const NAME: &str = "pin_entry";
    let pin_settings = match PinSettings::of(profile, around) {
        Ok(pin_settings) => pin_settings,
        Err(error) => return Check::fail(NAME, error.to_string(), words::CORRECT_SETTING),
    };
    match pin_settings.admits_pins() {
        Ok(()) => Check::ok(NAME, words::pins_may_be_typed(&profile.pin_entry.name())),
        Err(error @ SealingError::SwitchedOff) => Check::skipped(NAME, error.to_string()),
        Err(error) => Check::warn(NAME, error.to_string(), words::SET_PINS_ELSEWHERE),
    }
}

/// What goes along with every request, fetched as it is fetched for one.
pub(super) async fn credentials(output: &mut DoctorOutput, profile: &Profile) -> Option<Client> {
    const NAME: &str = "credentials";
    output.waiting(NAME, words::FETCHING_CREDENTIALS);
    match client(profile.clone()).await {
        Ok(client) => {
            output.tell(Check::ok(NAME, carried(profile)));
            Some(client)
        }
        Err(error) => {
            output.tell(Check::fail(NAME, error, words::CORRECT_SETTING));
            None
        }
    }
}

fn carried(profile: &Profile) -> String {
    let mut parts = vec![match (&profile.ca_file, profile.base_url.scheme()) {
        (_, "http") => words::PLAIN_HTTP.to_owned(),
        (None, _) => words::SYSTEM_CERTIFICATES.to_owned(),
        (Some(file), _) => words::certificates_also_of(&file.path().display()),
    }];
    if let Some(file) = &profile.client_cert {
        parts.push(words::own_certificate(&file.path().display()));
    }
    if let Some(proxy) = &profile.proxy {
        parts.push(words::through_proxy(proxy));
    }
    if let Some(sign_in) = &profile.sign_in {
        let password = sign_in.password.describe();
        parts.push(words::signs_in_as(&sign_in.username, &password));
    }
    let described =
        |(name, value): &(String, HeaderValueSource)| words::header(name, &value.describe());
    parts.extend(profile.headers.iter().map(described));
    parts.join("; ")
}
