//! The sections that name secrets: keys, the sign-in, fixed headers. What is read here is where a secret
//! is kept, never the secret.

use secrecy::SecretString;

use super::choices::{Words as _, word};
use super::command::Program;
use super::error::ConfigError;
use super::secret::{HeaderValueSource, KeySource, SecretSource};
use super::setting::{About, Holds, Row, one, only};
use super::toml_file::{Entry, Section};
use crate::pin::KeyFormat;

/// Headers that the client sets itself, or that would change how a message is cut or read.
const RESERVED: [&str; 12] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "te",
    "tenant",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub(super) const SOURCE: &str =
    "{ file = \"NAME\" }, { env = \"NAME\" } or { command = [\"PROGRAM\", ...] }";
const COMMAND: &str = "[\"vault\", \"kv\", \"get\", \"secret/dcms\"]";

/// Where a key is kept: one of the first three. Without the last, also of any other secret.
pub(super) const KEY: [About; 4] = [
    About::new(
        "file",
        Holds::Value("a path"),
        "\"pin.key\"",
        "A file that only its owner can read: chmod 600.",
    ),
    About::new(
        "env",
        Holds::Value("a name"),
        "\"DCMS_KEY\"",
        "An environment variable.",
    ),
    About::new(
        "command",
        Holds::Value("a list of texts"),
        COMMAND,
        "What a program prints within five seconds.",
    ),
    About::new(
        "format",
        Holds::Words(KeyFormat::names),
        "\"hex\"",
        "How a key is written down there; hex when nothing is said. A text is 16, 24 or 32 characters, used as they stand. Keys alone have it.",
    ),
];

/// Who signs in.
pub(super) const SIGN_IN: [About; 2] = [
    About::new(
        "username",
        Holds::Value("the name of the API user"),
        "\"api_user\"",
        "Who signs in.",
    )
    .needed(),
    About::new(
        "password",
        Holds::Value(SOURCE),
        "{ env = \"DCMS_PASSWORD\" }",
        "Where the password is kept.",
    )
    .needed(),
];

/// Fixed headers.
pub(super) const HEADERS: [About; 1] = [About::new(
    "NAME",
    Holds::Value("text, or a source as a password has it"),
    "",
    "The header of that name has this value.",
)];

/// Who signs in, and where the password is kept.
#[derive(Clone)]
pub struct SignInSource {
    /// The API user.
    pub username: String,
    /// Its password.
    pub password: SecretSource,
}

pub(super) fn key(entry: &Entry<'_>) -> Result<Option<KeySource>, ConfigError> {
    let section = entry.section(SOURCE)?;
    only(&KEY, &section)?;
    let format = section
        .get("format")
        .map(|entry| word(&entry))
        .transpose()?;
    let source = source(&section)?;
    Ok(Some(KeySource::new(source, format.unwrap_or_default())))
}

/// Where a key is kept, and in which format if that can be said.
pub(super) fn show_key(key: Option<&KeySource>) -> Vec<Row> {
    let mut rows = one(key.map(KeySource::describe));
    if let Some(key) = key {
        let format = key.format().map(|format| format.name().to_owned());
        rows.push(("format".to_owned(), format));
    }
    rows
}

/// Where a secret is kept.
pub(super) fn secret(entry: &Entry<'_>) -> Result<SecretSource, ConfigError> {
    let section = entry.section(SOURCE)?;
    only(&KEY[..3], &section)?;
    source(&section)
}

fn source(section: &Section<'_>) -> Result<SecretSource, ConfigError> {
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
                return Err(env.error(
                    "must be the name of an environment variable, made of letters, digits and _, such as \"DCMS_PASSWORD\"",
                ));
            }
            Ok(SecretSource::variable(name, around, env.place()))
        }
        (None, None, Some(command)) => {
            let words = command.texts(COMMAND)?;
            match words.split_first() {
                Some((&program, arguments)) if !program.is_empty() => {
                    let program = Program::new(program, |path| command.resolve(path));
                    let place = command.place();
                    Ok(SecretSource::command(program, arguments, around, place))
                }
                _ => Err(command.error(format!(
                    "must begin with the name of a program, such as {COMMAND}"
                ))),
            }
        }
        _ => Err(section.error(format!(
            "[{}] must have exactly one of file, env, command",
            section.name()
        ))),
    }
}

/// A key in a file, which only its owner may read.
pub(super) fn key_file(entry: &Entry<'_>) -> Result<Option<SecretSource>, ConfigError> {
    Ok(Some(SecretSource::file(entry.path()?, entry.place())))
}

pub(super) fn sign_in(entry: &Entry<'_>) -> Result<Option<SignInSource>, ConfigError> {
    let section = entry.section("[profiles.acme-uat.sign_in]")?;
    only(&SIGN_IN, &section)?;
    let username = section.needed("username", "the name of the API user")?;
    let name = username.text()?;
    if name.trim().is_empty() {
        return Err(username.error("is empty; allowed is the name of the API user"));
    }
    let password = section.needed("password", SOURCE)?;
    if password.as_text().is_some() {
        return Err(password.error(format!(
            "can't be in this file; say where it is kept: {SOURCE}"
        )));
    }
    Ok(Some(SignInSource {
        username: name.to_owned(),
        password: secret(&password)?,
    }))
}

pub(super) fn show_sign_in(sign_in: Option<&SignInSource>) -> Vec<Row> {
    let username = sign_in.map(|sign_in| sign_in.username.clone());
    let password = sign_in.map(|sign_in| sign_in.password.describe());
    vec![
        ("username".to_owned(), username),
        ("password".to_owned(), password),
    ]
}

/// Fixed headers: their names in lower case, and where their values are.
pub(super) type Headers = Vec<(String, HeaderValueSource)>;

pub(super) fn headers(entry: &Entry<'_>, signs_in: bool) -> Result<Headers, ConfigError> {
    let section = entry.section("[profiles.acme-uat.headers]")?;
    let mut headers: Headers = Vec::new();
    for entry in section.entries() {
        let name = header_name(&entry, signs_in)?;
        if headers.iter().any(|(other, _)| *other == name) {
            return Err(entry.error("is there twice: capitals don't count in header names"));
        }
        headers.push((name, header_value(&entry)?));
    }
    Ok(headers)
}

pub(super) fn show_headers(headers: &Headers) -> Vec<Row> {
    let row = |(name, value): &(String, HeaderValueSource)| (name.clone(), Some(value.describe()));
    headers.iter().map(row).collect()
}

fn header_value(entry: &Entry<'_>) -> Result<HeaderValueSource, ConfigError> {
    match entry.as_text() {
        Some(text) if is_header_value(text) => {
            Ok(HeaderValueSource::Plain(SecretString::from(text)))
        }
        Some(_) => Err(entry.error(
            "has a value that can't be sent: only visible ASCII characters and blanks are allowed",
        )),
        None => Ok(HeaderValueSource::Fetched(secret(entry)?)),
    }
}

/// A fixed header's name.
fn header_name(entry: &Entry<'_>, signs_in: bool) -> Result<String, ConfigError> {
    let name = entry.key();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        // Not quoted: it may be a whole line `name: value` put in the place of a name.
        let what = "a header name can have only letters, digits and !#$%&'*+-.^_`|~";
        return Err(ConfigError::at(entry.place(), what));
    }
    let lower = name.to_ascii_lowercase();
    if RESERVED.contains(&lower.as_str()) {
        return Err(entry.error("is a header that the program sets itself; leave it out"));
    }
    if signs_in && lower == "authorization" {
        return Err(entry.error("is the header that sign_in sets; leave out one of the two"));
    }
    Ok(lower)
}

/// Whether a header can carry the text.
pub(super) fn is_header_value(text: &str) -> bool {
    let visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    !text.trim().is_empty() && text.bytes().all(visible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_values_are_visible_ascii() {
        assert!(is_header_value("Key abc-123"));
        for odd in ["", " ", "a\r\nb: c", "ä", "a\0"] {
            assert!(!is_header_value(odd), "{odd:?}");
        }
    }
}
