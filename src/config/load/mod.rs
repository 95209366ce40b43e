//! From flags, environment and file to one configuration: what was chosen, and by what.
//! Flags come before variables, variables before the file, the file before what is built in.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::env::{Env, NO_LOGIN};
use super::error::{ConfigError, Place, quoted};
use super::file_checks::FileError;
use super::files;
use super::origin::Origin;
use super::profile::Profile;
use super::setting::{about, only, read_all};
use super::toml_file::{Section, TomlFile};
use super::top_level::{Config, TOP, ThemeChoice};
use super::values;

/// What the command line asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `--config FILE`
    pub config: Option<PathBuf>,
    /// `--profile NAME`
    pub profile: Option<String>,
    /// `--operator ID`
    pub operator: Option<String>,
    /// `--theme NAME|FILE`
    pub theme: Option<String>,
}

/// Finds and reads the configuration, and looks at the files that it names.
///
/// # Errors
/// When anything in it is wrong: a [`ConfigError`] with the file, the line and what is allowed.
pub fn load(request: &Request, around: &Env) -> Result<Config, ConfigError> {
    let config = load_as_written(request, around)?;
    if let Some(profile) = &config.profile {
        profile.check_files()?;
    }
    if let Some(central) = &config.central {
        central.check_files()?;
    }
    Ok(config)
}

/// The same for those who look at the files one by one, and tell of each what is wrong with it.
///
/// # Errors
/// When the configuration itself is wrong.
pub fn load_as_written(request: &Request, around: &Env) -> Result<Config, ConfigError> {
    let mut config = without_file(request, around)?;
    let wanted = wanted_profile(request, around)?;
    let Some((path, origin)) = path(request, around) else {
        return no_file(config, wanted, None);
    };
    if origin == Origin::BuiltIn && matches!(path.try_exists(), Ok(false)) {
        return no_file(config, wanted, Some(&path));
    }
    let file: Arc<Path> = path.as_path().into();
    let text = read(&file)?;
    let page = TomlFile {
        file: &file,
        text: &text,
        around,
    };
    let table = page.parse()?;
    fill(&mut config, &page.top(&table), wanted, &file)?;
    config.file = Some(path);
    config.decided("configuration", origin);
    Ok(config)
}

/// What holds when no configuration file is looked at, as for `--sandbox`.
///
/// # Errors
/// When the operator's name from a flag or variable can't be one.
pub fn without_file(request: &Request, around: &Env) -> Result<Config, ConfigError> {
    let (operator, operator_origin) = operator(request, around)?;
    let theme = request.theme.as_deref();
    let mut config = Config {
        theme: theme.map(|text| ThemeChoice::new(text, |path| path.into())),
        themes: theme_folder(request, around),
        operator,
        state: around.state(),
        ..Config::default()
    };
    config.decided("operator", operator_origin);
    if theme.is_some() {
        config.decided("theme", Origin::Flag("--theme"));
    }
    if let Some(variable) = around.state_variable() {
        config.decided("state", Origin::Variable(variable));
    }
    Ok(config)
}

/// Where the configuration is looked for, whether it is there or not, and who says so; nowhere when
/// there is no home folder and nobody says anything.
#[must_use]
pub fn path(request: &Request, around: &Env) -> Option<(PathBuf, Origin)> {
    if let Some(path) = &request.config {
        return Some((path.clone(), Origin::Flag("--config")));
    }
    if let Some(path) = around.path("KITDESK_CONFIG") {
        return Some((path, Origin::Variable("KITDESK_CONFIG")));
    }
    Some((around.config_file()?, Origin::BuiltIn))
}

/// Next to the configuration file, whichever it is: the sandbox uses the user's colours too.
fn theme_folder(request: &Request, around: &Env) -> Option<PathBuf> {
    let (path, _) = self::path(request, around)?;
    Some(path.parent()?.join("themes"))
}

fn read(file: &Arc<Path>) -> Result<Zeroizing<String>, ConfigError> {
    let bytes = match files::read(file, files::Others::Read) {
        // An empty file is read as well, so that its error says what it lacks.
        Err(FileError::Empty(_)) => Zeroizing::new(Vec::new()),
        other => other
            .map_err(|error| ConfigError::outside(format!("the configuration file {error}")))?,
    };
    match str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(error) => {
            let before = bytes.iter().take(error.valid_up_to());
            let line = 1 + before.filter(|&&byte| byte == b'\n').count();
            let place = Place::line(file, line);
            Err(ConfigError::at(
                place,
                "this is not UTF-8, as TOML has to be",
            ))
        }
    }
}

/// A profile's name and who asked for it.
type Wanted = Option<(String, Origin)>;

fn wanted_profile(request: &Request, around: &Env) -> Result<Wanted, ConfigError> {
    if let Some(name) = &request.profile {
        return Ok(Some((name.clone(), Origin::Flag("--profile"))));
    }
    let name = variable("KITDESK_PROFILE", around)?;
    Ok(name.map(|name| (name, Origin::Variable("KITDESK_PROFILE"))))
}

fn variable(name: &'static str, around: &Env) -> Result<Option<String>, ConfigError> {
    let text = around.var(name).map(OsString::into_string).transpose();
    text.map_err(|_| ConfigError::outside(format!("the environment variable {name} is not text")))
}

/// A profile that was asked for by name can't be the sandbox: better no console than a wrong one.
fn no_file(config: Config, wanted: Wanted, path: Option<&Path>) -> Result<Config, ConfigError> {
    let Some((name, origin)) = wanted else {
        return Ok(config);
    };
    let searched = match path {
        Some(path) => format!("there is no configuration file {}", path.display()),
        None => "there is no configuration file".to_owned(),
    };
    Err(ConfigError::outside(format!(
        "{searched}, so there is no profile {} ({origin})",
        quoted(&name)
    )))
}

fn fill(
    config: &mut Config,
    top: &Section<'_>,
    wanted: Wanted,
    file: &Arc<Path>,
) -> Result<(), ConfigError> {
    only(about(TOP), top)?;
    let (profile, origin) = choose(top, wanted, file)?;
    config.profile = Some(profile);
    config.decided("default_profile", origin);
    read_all(TOP, top, config)?;
    for (name, place) in top.places() {
        config.decided(name, Origin::File(place));
    }
    Ok(())
}

fn choose(
    top: &Section<'_>,
    wanted: Wanted,
    file: &Arc<Path>,
) -> Result<(Profile, Origin), ConfigError> {
    let profiles = profiles(top)?;
    let names: Vec<_> = profiles.iter().map(|profile| &*profile.name).collect();
    let names = names.join(", ");
    let Some(first) = profiles.first() else {
        let what = "there is no profile in it; at least one [profiles.NAME] is needed";
        return Err(ConfigError::at(Place::whole(file), what));
    };

    let default = top.get("default_profile");
    let default = match default {
        Some(entry) => Some((entry.text()?.to_owned(), entry.place())),
        None => None,
    };
    if let Some((name, place)) = &default
        && !profiles.iter().any(|profile| profile.name == *name)
    {
        let name = quoted(name);
        let what = format!("default_profile is {name}; allowed are {names}");
        return Err(ConfigError::at(place.clone(), what));
    }

    let default = default.map(|(name, place)| (name, Origin::File(place)));
    let (name, origin) = match wanted.or(default) {
        Some(chosen) => chosen,
        None if profiles.len() == 1 => (first.name.clone(), Origin::BuiltIn),
        None => {
            let what = format!(
                "no profile is chosen: set default_profile, or --profile to one of {names}"
            );
            return Err(ConfigError::at(Place::whole(file), what));
        }
    };
    let found = profiles.into_iter().find(|profile| profile.name == name);
    let profile = found.ok_or_else(|| {
        let name = quoted(&name);
        let what = format!("there is no profile {name} ({origin}); allowed are {names}");
        ConfigError::at(Place::whole(file), what)
    })?;
    Ok((profile, origin))
}

fn profiles(top: &Section<'_>) -> Result<Vec<Profile>, ConfigError> {
    let Some(entry) = top.get("profiles") else {
        return Ok(Vec::new());
    };
    let section = entry.section("[profiles.acme-uat]")?;
    let entries = section.entries();
    entries.iter().map(Profile::read).collect()
}

/// A flag or variable that was meant must be good; what the system calls the user is tried in turn.
fn operator(request: &Request, around: &Env) -> Result<(String, Origin), ConfigError> {
    let meant = match &request.operator {
        Some(text) => Some((text.clone(), Origin::Flag("--operator"))),
        None => variable("KITDESK_OPERATOR", around)?
            .map(|text| (text, Origin::Variable("KITDESK_OPERATOR"))),
    };
    if let Some((text, origin)) = meant {
        let good = values::operator(&text);
        let good = good.ok_or_else(|| {
            let text = quoted(&text);
            ConfigError::outside(format!(
                "the operator ({origin}) is {text}; allowed are 1 to 64 visible characters"
            ))
        })?;
        return Ok((good, origin));
    }
    for name in ["USER", "LOGNAME"] {
        let text = around.var(name).and_then(|text| text.into_string().ok());
        if let Some(good) = text.as_deref().and_then(values::operator) {
            return Ok((good, Origin::Variable(name)));
        }
    }
    let login = values::operator(&around.login());
    let login = login.unwrap_or_else(|| NO_LOGIN.to_owned());
    Ok((login, Origin::BuiltIn))
}

#[cfg(test)]
mod tests;
