//! The shape of `[profiles.NAME]`: which keys there are, what each may hold, what holds without it.
//! Turns a table into a [`Profile`]; no file but the configuration's own text is looked at here.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;

use super::check;
use super::command::Program;
use super::fault::{Fault, Place};
use super::files::PlainFile;
use super::page::{Entry, Section};
use super::profile::{Environment, PinAccount, PinEntryRule, Profile, SignInSource};
use super::secret::{HeaderValueSource, KeySource, SecretSource};
use crate::dcms::{BranchId, Limits, Tenant};
use crate::pin::{BlockForm, KeyFormat, PinLength};

const PROFILE: [&str; 22] = [
    "base_url",
    "tenant",
    "environment",
    "branch_id",
    "tiers",
    "plastic_codes",
    "pin_entry",
    "pin_block",
    "pin_account",
    "pin_length",
    "weak_pins",
    "weak_pin_list",
    "timeouts",
    "ca_file",
    "client_cert",
    "client_key",
    "proxy",
    "no_proxy",
    "pin_key",
    "card_key",
    "sign_in",
    "headers",
];
const ADDRESS: &str = "an address, such as \"https://api.dcms.example.com/v1\"";
const TENANT: &str =
    "the name that the DCMS knows the bank by, 1 to 64 visible ASCII characters without blanks";
const SOURCE: &str = "{ file = \"NAME\" }, { env = \"NAME\" } or { command = [\"PROGRAM\", ...] }";

/// Reads one profile.
pub(super) fn profile(entry: &Entry<'_>) -> Result<Profile, Fault> {
    let name = profile_name(entry)?;
    let section = entry.section("[profiles.acme-uat]")?;
    section.only(&PROFILE)?;
    let base_url = check::base_url(&section.needed("base_url", ADDRESS)?)?;
    let environment = section
        .needed("environment", "one of sandbox, uat, live")?
        .word(&[
            ("sandbox", Environment::Sandbox),
            ("uat", Environment::Uat),
            ("live", Environment::Live),
        ])?;
    let sign_in = read(&section, "sign_in", |entry| sign_in(&entry))?;
    let (client_cert, client_key) = identity(&section)?;
    Ok(Profile {
        name,
        tenant: tenant(&section.needed("tenant", TENANT)?)?,
        environment,
        branch_id: read(&section, "branch_id", |entry| branch_id(&entry))?,
        tiers: read(&section, "tiers", |entry| offers(&entry, "SILVER"))?.unwrap_or_default(),
        plastic_codes: read(&section, "plastic_codes", |entry| offers(&entry, "4566"))?
            .unwrap_or_default(),
        pin_entry: read(&section, "pin_entry", |entry| {
            entry.word(&[
                ("local", PinEntryRule::Local),
                ("anywhere", PinEntryRule::Anywhere),
                ("off", PinEntryRule::Off),
            ])
        })?
        .unwrap_or(PinEntryRule::usual(environment)),
        pin_block: read(&section, "pin_block", |entry| {
            entry.word(&[("raw", BlockForm::Raw), ("hex", BlockForm::Hex)])
        })?
        .unwrap_or_default(),
        pin_account: read(&section, "pin_account", |entry| {
            entry.word(&[("pan", PinAccount::Pan), ("kit", PinAccount::Kit)])
        })?
        .unwrap_or_default(),
        pin_length: read(&section, "pin_length", |entry| pin_length(&entry))?.unwrap_or_default(),
        weak_pins: read(&section, "weak_pins", |entry| {
            entry.word(&[("refuse", false), ("allow", true)])
        })?
        .unwrap_or_default(),
        weak_pin_list: read(&section, "weak_pin_list", |entry| {
            plain_file("weak_pin_list", &entry)
        })?,
        limits: read(&section, "timeouts", |entry| limits(&entry))?.unwrap_or_default(),
        ca_file: read(&section, "ca_file", |entry| plain_file("ca_file", &entry))?,
        client_cert,
        client_key,
        proxy: read(&section, "proxy", |entry| check::proxy(&entry, &base_url))?,
        no_proxy: read(&section, "no_proxy", |entry| {
            check::no_proxy(&entry, section.get("proxy").is_some())
        })?
        .unwrap_or_default(),
        pin_key: read(&section, "pin_key", |entry| key(&entry))?,
        card_key: read(&section, "card_key", |entry| key(&entry))?,
        headers: read(&section, "headers", |entry| {
            headers(&entry, sign_in.is_some())
        })?
        .unwrap_or_default(),
        sign_in,
        base_url,
        place: Some(section.place()),
        places: places(&section),
    })
}

/// Where each key stands. Header names are told in lower case, as they are kept.
fn places(section: &Section<'_>) -> BTreeMap<String, Place> {
    let mut places = BTreeMap::new();
    for entry in section.entries() {
        if let Ok(within) = entry.section("") {
            for inner in within.entries() {
                let name = format!("{}.{}", entry.key(), inner.key().to_ascii_lowercase());
                places.insert(name, inner.place());
            }
        }
        places.insert(entry.key().to_owned(), entry.place());
    }
    places
}

/// An entry that may be left out.
fn read<T>(
    section: &Section<'_>,
    key: &str,
    how: impl FnOnce(Entry<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    section.get(key).map(how).transpose()
}

fn profile_name(entry: &Entry<'_>) -> Result<String, Fault> {
    let name = entry.key();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(allowed) {
        return Err(Fault::at(
            entry.place(),
            "the name of a profile has 1 to 64 letters, digits, dots, hyphens and underscores",
        ));
    }
    Ok(name.to_owned())
}

fn tenant(entry: &Entry<'_>) -> Result<Tenant, Fault> {
    let text = entry.text()?;
    Tenant::parse(text).map_err(|_| entry.refuse(text, format!("allowed is {TENANT}")))
}

fn branch_id(entry: &Entry<'_>) -> Result<BranchId, Fault> {
    let text = entry.text()?;
    BranchId::parse(text)
        .map_err(|_| entry.refuse(text, "allowed are 1 to 64 letters, digits, -, _ and ."))
}

/// Words that forms offer.
fn offers(entry: &Entry<'_>, example: &str) -> Result<Vec<String>, Fault> {
    let words = entry.texts(&format!("[{example:?}]"))?;
    let is_word = |word: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_- ".contains(c);
        (1..=64).contains(&word.len()) && word.chars().all(plain) && word.trim() == *word
    };
    if let Some(odd) = words.iter().find(|word| !is_word(word)) {
        return Err(entry.refuse(odd, "allowed are 1 to 64 letters, digits, _ and -"));
    }
    Ok(words.into_iter().map(str::to_owned).collect())
}

fn pin_length(entry: &Entry<'_>) -> Result<PinLength, Fault> {
    let length = match entry.numbers().as_deref() {
        Some(&[min, max]) => PinLength::new(min, max),
        _ => None,
    };
    length.ok_or_else(|| {
        entry.fault("must be the fewest and the most digits, within 4 to 12, such as [4, 6]")
    })
}

fn limits(entry: &Entry<'_>) -> Result<Limits, Fault> {
    let section = entry.section("{ connect = \"5s\", read = \"5s\", write = \"15s\" }")?;
    section.only(&["connect", "read", "write"])?;
    let bounds = Duration::from_millis(100)..=Duration::from_mins(2);
    let limit = |key, usual| match section.get(key) {
        Some(entry) => check::duration(
            &entry,
            bounds.clone(),
            "allowed is a time from \"100ms\" to \"120s\"",
        ),
        None => Ok(usual),
    };
    let usual = Limits::default();
    Ok(Limits {
        connect: limit("connect", usual.connect)?,
        read: limit("read", usual.read)?,
        write: limit("write", usual.write)?,
    })
}

fn plain_file(key: &'static str, entry: &Entry<'_>) -> Result<PlainFile, Fault> {
    Ok(PlainFile::new(key, entry.path()?, entry.place()))
}

fn identity(section: &Section<'_>) -> Result<(Option<PlainFile>, Option<SecretSource>), Fault> {
    let (cert, key) = match (section.get("client_cert"), section.get("client_key")) {
        (None, None) => return Ok((None, None)),
        (Some(cert), Some(key)) => (cert, key),
        (Some(cert), None) => return Err(cert.fault("needs client_key beside it")),
        (None, Some(key)) => return Err(key.fault("needs client_cert beside it")),
    };
    let cert = plain_file("client_cert", &cert)?;
    let key = SecretSource::file(key.path()?, key.place());
    Ok((Some(cert), Some(key)))
}

fn key(entry: &Entry<'_>) -> Result<KeySource, Fault> {
    let section = entry.section(SOURCE)?;
    section.only(&["file", "env", "command", "format"])?;
    let format = read(&section, "format", |entry| {
        entry.word(&[("hex", KeyFormat::Hex), ("base64", KeyFormat::Base64)])
    })?;
    Ok(KeySource::new(
        source(&section)?,
        format.unwrap_or_default(),
    ))
}

fn secret(entry: &Entry<'_>) -> Result<SecretSource, Fault> {
    let section = entry.section(SOURCE)?;
    section.only(&["file", "env", "command"])?;
    source(&section)
}

fn source(section: &Section<'_>) -> Result<SecretSource, Fault> {
    let around = section.around();
    let kinds = (
        section.get("file"),
        section.get("env"),
        section.get("command"),
    );
    match kinds {
        (Some(file), None, None) => Ok(SecretSource::file(file.path()?, file.place())),
        (None, Some(env), None) => {
            let name = env.text()?;
            // Not quoted, because it may be the secret itself.
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty()
                || name.starts_with(|c: char| c.is_ascii_digit())
                || !name.chars().all(plain)
            {
                return Err(env.fault(
                    "must be the name of an environment variable, made of letters, digits and _, such as \"DCMS_PASSWORD\"",
                ));
            }
            Ok(SecretSource::variable(name, around, env.place()))
        }
        (None, None, Some(command)) => {
            let example = "[\"vault\", \"kv\", \"get\", \"secret/dcms\"]";
            let words = command.texts(example)?;
            match words.split_first() {
                Some((&program, arguments)) if !program.is_empty() => {
                    let program = Program::new(program, |path| command.resolve(path));
                    let place = command.place();
                    Ok(SecretSource::command(program, arguments, around, place))
                }
                _ => Err(command.fault(format!(
                    "must begin with the name of a program, such as {example}"
                ))),
            }
        }
        _ => Err(section.fault(format!(
            "[{}] must have exactly one of file, env, command",
            section.name()
        ))),
    }
}

fn sign_in(entry: &Entry<'_>) -> Result<SignInSource, Fault> {
    let section = entry.section("[profiles.acme-uat.sign_in]")?;
    section.only(&["username", "password"])?;
    let username = section.needed("username", "the name of the API user")?;
    let name = username.text()?;
    if name.trim().is_empty() {
        return Err(username.fault("is empty; allowed is the name of the API user"));
    }
    let password = section.needed("password", SOURCE)?;
    if password.as_text().is_some() {
        return Err(password.fault(format!(
            "can't stand in this file itself; say where it is kept: {SOURCE}"
        )));
    }
    Ok(SignInSource {
        username: name.to_owned(),
        password: secret(&password)?,
    })
}

fn headers(entry: &Entry<'_>, signs_in: bool) -> Result<Vec<(String, HeaderValueSource)>, Fault> {
    let section = entry.section("[profiles.acme-uat.headers]")?;
    let mut headers: Vec<(String, HeaderValueSource)> = Vec::new();
    for entry in section.entries() {
        let name = check::header_name(&entry, signs_in)?;
        if headers.iter().any(|(other, _)| *other == name) {
            return Err(entry.fault("is there twice: capitals don't count in header names"));
        }
        headers.push((name, header_value(&entry)?));
    }
    Ok(headers)
}

fn header_value(entry: &Entry<'_>) -> Result<HeaderValueSource, Fault> {
    match entry.as_text() {
        Some(text) if check::is_header_value(text) => {
            Ok(HeaderValueSource::Plain(SecretString::from(text)))
        }
        Some(_) => Err(entry.fault(
            "has a value that can't be sent: only visible ASCII characters and blanks are allowed",
        )),
        None => Ok(HeaderValueSource::Kept(secret(entry)?)),
    }
}
