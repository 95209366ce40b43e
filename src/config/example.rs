//! The first configuration: a commented example, put where none is yet and for its owner alone.
//! Never changes a file that is there.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::choices::Words as _;
use super::error::ConfigError;
use super::reference::example;
use crate::io_error::plain;
use crate::pin::BlockForm;

/// Writes the example, and makes its folder where there is none. What of a PIN is sealed has no usual form
/// (contract, 5.1): it stays open unless it is said here.
///
/// # Errors
/// When there is a file already, or it can't be written: a sentence with what to do.
pub fn write_example(path: &Path, pin_block: Option<BlockForm>) -> Result<(), ConfigError> {
    let refused = |error: &io::Error| {
        let (path, why) = (path.display(), plain(error.kind()));
        ConfigError::outside(format!(
            "{path} can't be written ({why}): name a file in a folder of your own with --path"
        ))
    };
    if let Some(folder) = path.parent()
        && !folder.as_os_str().is_empty()
    {
        owners_folder(folder).map_err(|error| refused(&error))?;
    }
    let mut file = owners_file()
        .open(path)
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => ConfigError::outside(format!(
                "{} is there already and stays as it is: name another file with --path",
                path.display()
            )),
            _ => refused(&error),
        })?;
    let written = file
        .write_all(with_pin_block(example(), pin_block).as_bytes())
        .and_then(|()| file.sync_all());
    written.map_err(|error| refused(&error))
}

fn with_pin_block(example: String, form: Option<BlockForm>) -> String {
    let Some(form) = form else {
        return example;
    };
    let (open, said) = (
        "\n#pin_block = \"raw\"\n",
        format!("\npin_block = \"{}\"\n", form.name()),
    );
    debug_assert!(example.contains(open), "the example has the setting");
    example.replacen(open, &said, 1)
}

#[cfg(unix)]
fn owners_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn owners_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(folder)
}

fn owners_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Env, Origin, Request, load, settings};

    fn loaded(path: &Path) -> Config {
        let request = Request {
            config: Some(path.to_owned()),
            ..Request::default()
        };
        let around = Env::given([("KITDESK_STATE", "/s")]);
        match load(&request, &around) {
            Ok(config) => config,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn loads_as_it_is_and_is_for_its_owner() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let path = home.path().join("new/kitdesk/config.toml");
        write_example(&path, None).expect("nothing is there yet");
        let profile = loaded(&path).profile.expect("it has one");
        assert_eq!(profile.name, "acme-uat");
        assert!(profile.pin_key.is_none());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| {
                let metadata = std::fs::metadata(path).expect("it was made");
                metadata.permissions().mode() & 0o777
            };
            assert_eq!(mode(&path), 0o600);
            assert_eq!(mode(path.parent().expect("a folder")), 0o700);
        }
        let error = write_example(&path, None).expect_err("it is there now");
        assert!(error.to_string().contains("is there already"), "{error}");
    }

    #[test]
    fn what_of_a_pin_is_sealed_is_said_or_stays_open() {
        let home = tempfile::tempdir().expect("a temporary folder");
        for (name, form) in [("raw", BlockForm::Raw), ("hex", BlockForm::Hex)] {
            let path = home.path().join(name);
            write_example(&path, Some(form)).expect("nothing is there yet");
            let profile = loaded(&path).profile.expect("it has one");
            assert_eq!(profile.pin_block, form);
            assert!(profile.places.contains_key("pin_block"), "{name}");
        }
        let path = home.path().join("open");
        write_example(&path, None).expect("nothing is there yet");
        let profile = loaded(&path).profile.expect("it has one");
        assert!(!profile.places.contains_key("pin_block"));
    }

    /// What is only a comment must be right as well, and say what holds without it.
    #[test]
    fn loads_with_every_setting_switched_on() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let path = home.path().join("config.toml");
        let switched_on = |line: &str| match line.strip_prefix('#') {
            Some(setting) if !setting.is_empty() && !setting.starts_with(' ') => {
                setting.to_owned() + "\n"
            }
            _ => line.to_owned() + "\n",
        };
        let text: String = example().lines().map(switched_on).collect();
        for (name, text) in [
            ("config.toml", text.as_str()),
            ("pin.key", "00112233445566778899aabbccddeeff"),
            ("weak-pins.txt", "2580\n"),
            ("bank-ca.pem", "a certificate"),
            ("desk.pem", "a certificate"),
            ("desk.key", "a key"),
            ("gateway.key", "a value"),
            ("host_a.pem", "a certificate"),
            ("host_a.key", "a key"),
            ("db.pass", "a password"),
        ] {
            let path = home.path().join(name);
            let mut file = owners_file().open(path).expect("a new file");
            file.write_all(text.as_bytes()).expect("it takes them");
        }
        let all = settings(&loaded(&path), "desk");
        let unset = all
            .iter()
            .filter(|setting| !matches!(setting.origin, Origin::File(_)));
        let unset: Vec<&str> = unset.map(|setting| setting.name.as_str()).collect();
        let by_nature = [
            "configuration",
            "operator",
            "state",
            "profiles.acme-uat.card_key.format",
        ];
        assert_eq!(unset, by_nature);
    }
}
