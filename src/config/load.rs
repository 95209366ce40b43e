//! From flags, environment and file to one configuration: what was chosen, and by what.
//! Flags come before variables, variables before the file, the file before what is built in.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::check;
use super::fault::{Fault, Place, quoted};
use super::files;
use super::keys::{self, KeyChoice};
use super::page::{Page, Section};
use super::profile::{Environment, Profile};
use super::shape;
use super::surroundings::{NO_LOGIN, Surroundings};

const USUAL_IDLE: Duration = Duration::from_mins(5);
const SHORTEST_IDLE: Duration = Duration::from_secs(30);
const LONGEST_IDLE_LIVE: Duration = Duration::from_mins(15);
/// Far longer than any shift, and short enough for any clock to count to.
const LONGEST_IDLE: Duration = Duration::from_hours(24);
const IDLE_ALLOWED: &str = "allowed is a time from \"30s\" to \"24h\" (\"15m\" at most in live)";

const TOP: [&str; 6] = [
    "default_profile",
    "theme",
    "idle_limit",
    "hide_on_focus_lost",
    "keys",
    "profiles",
];

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

/// What a choice was made by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag, such as `--profile`.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// A line of the configuration file.
    File(Place),
    /// Nobody: it is what holds when nothing is said.
    BuiltIn,
}

impl Origin {
    /// What is wrong with what was chosen by it.
    #[must_use]
    pub fn fault(&self, what: impl fmt::Display) -> Fault {
        match self {
            Self::File(place) => Fault::at(place.clone(), what.to_string()),
            Self::Flag(_) | Self::Variable(_) => Fault::outside(format!("{self}: {what}")),
            Self::BuiltIn => Fault::outside(what.to_string()),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => f.write_str(name),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::File(place) => place.fmt(f),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}

/// What each choice was made by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// Of the file's path.
    pub config: Origin,
    /// Of the profile.
    pub profile: Origin,
    /// Of the theme.
    pub theme: Origin,
    /// Of the idle limit.
    pub idle_limit: Origin,
    /// Of whether the screen is hidden with the focus.
    pub hide_on_focus_lost: Origin,
    /// Of the operator's name.
    pub operator: Origin,
    /// Of the folder of the journal and the logs.
    pub state: Origin,
}

/// Which colours to draw in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThemeChoice {
    /// One that is built in or lies in the user's folder of themes.
    Name(String),
    /// A file.
    File(PathBuf),
}

/// Everything that was chosen.
#[derive(Clone)]
pub struct Config {
    /// The file that was read.
    pub file: Option<PathBuf>,
    /// `None` without a configuration file: the built-in sandbox.
    pub profile: Option<Profile>,
    /// `None` when nobody chose.
    pub theme: Option<ThemeChoice>,
    /// The folder of the user's own themes, whether it exists or not; `None` when there is no home folder.
    pub themes: Option<PathBuf>,
    /// How long the console may stand unattended.
    pub idle_limit: Duration,
    /// Whether the screen is hidden while another window has the focus.
    pub hide_on_focus_lost: bool,
    /// Other keys for the console's commands.
    pub keys: Vec<KeyChoice>,
    /// Who is at the desk, for the record of actions.
    pub operator: String,
    /// The folder of the journal and the logs; `None` when there is no home folder.
    pub state: Option<PathBuf>,
    /// What each choice was made by.
    pub origins: Origins,
}

/// Finds and reads the configuration, and looks at the files that it names.
///
/// # Errors
/// When anything in it is wrong: a [`Fault`] with the file, the line and what is allowed.
pub fn load(request: &Request, around: &Surroundings) -> Result<Config, Fault> {
    let config = load_as_written(request, around)?;
    if let Some(profile) = &config.profile {
        profile.check_files()?;
    }
    Ok(config)
}

/// The same for those who look at the files one by one, and tell of each what is wrong with it.
///
/// # Errors
/// When the configuration itself is wrong.
pub fn load_as_written(request: &Request, around: &Surroundings) -> Result<Config, Fault> {
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
    let page = Page {
        file: &file,
        text: &text,
        around,
    };
    let table = page.parse()?;
    fill(&mut config, &page.top(&table), wanted, &file)?;
    config.file = Some(path);
    config.origins.config = origin;
    Ok(config)
}

/// What holds when no configuration file is looked at, as for `--sandbox`.
///
/// # Errors
/// When the operator's name from a flag or variable can't be one.
pub fn without_file(request: &Request, around: &Surroundings) -> Result<Config, Fault> {
    let (operator, operator_origin) = operator(request, around)?;
    let theme = request.theme.as_deref();
    let theme = theme.map(|text| theme_choice(text, |path| path.into()));
    let theme_origin = match theme {
        Some(_) => Origin::Flag("--theme"),
        None => Origin::BuiltIn,
    };
    let state_origin = around
        .state_variable()
        .map_or(Origin::BuiltIn, Origin::Variable);
    Ok(Config {
        file: None,
        profile: None,
        theme,
        themes: theme_folder(request, around),
        idle_limit: USUAL_IDLE,
        hide_on_focus_lost: false,
        keys: Vec::new(),
        operator,
        state: around.state(),
        origins: Origins {
            config: Origin::BuiltIn,
            profile: Origin::BuiltIn,
            theme: theme_origin,
            idle_limit: Origin::BuiltIn,
            hide_on_focus_lost: Origin::BuiltIn,
            operator: operator_origin,
            state: state_origin,
        },
    })
}

/// Where the configuration is looked for, whether it is there or not, and who says so; nowhere when
/// there is no home folder and nobody says anything.
#[must_use]
pub fn path(request: &Request, around: &Surroundings) -> Option<(PathBuf, Origin)> {
    if let Some(path) = &request.config {
        return Some((path.clone(), Origin::Flag("--config")));
    }
    if let Some(path) = around.path("KITDESK_CONFIG") {
        return Some((path, Origin::Variable("KITDESK_CONFIG")));
    }
    Some((around.config_file()?, Origin::BuiltIn))
}

/// Beside the configuration file, whichever it is: the sandbox is drawn in the user's colours too.
fn theme_folder(request: &Request, around: &Surroundings) -> Option<PathBuf> {
    let (path, _) = self::path(request, around)?;
    Some(path.parent()?.join("themes"))
}

fn read(file: &Arc<Path>) -> Result<Zeroizing<String>, Fault> {
    let bytes = match files::read(file, files::Others::Read) {
        // An empty file is read as well, so that its fault says what it lacks.
        Err(files::FileFault::Empty(_)) => Zeroizing::new(Vec::new()),
        other => {
            other.map_err(|fault| Fault::outside(format!("the configuration file {fault}")))?
        }
    };
    match str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(fault) => {
            let before = bytes.iter().take(fault.valid_up_to());
            let line = 1 + before.filter(|&&byte| byte == b'\n').count();
            let place = Place::line(file, line);
            Err(Fault::at(place, "this is not UTF-8, as TOML has to be"))
        }
    }
}

/// A profile's name and who asked for it.
type Wanted = Option<(String, Origin)>;

fn wanted_profile(request: &Request, around: &Surroundings) -> Result<Wanted, Fault> {
    if let Some(name) = &request.profile {
        return Ok(Some((name.clone(), Origin::Flag("--profile"))));
    }
    let name = variable("KITDESK_PROFILE", around)?;
    Ok(name.map(|name| (name, Origin::Variable("KITDESK_PROFILE"))))
}

fn variable(name: &'static str, around: &Surroundings) -> Result<Option<String>, Fault> {
    let text = around.var(name).map(OsString::into_string).transpose();
    text.map_err(|_| Fault::outside(format!("the environment variable {name} is not text")))
}

/// A profile that was asked for by name can't be the sandbox: better no console than a wrong one.
fn no_file(config: Config, wanted: Wanted, path: Option<&Path>) -> Result<Config, Fault> {
    let Some((name, origin)) = wanted else {
        return Ok(config);
    };
    let searched = match path {
        Some(path) => format!("there is no configuration file {}", path.display()),
        None => "there is no configuration file".to_owned(),
    };
    Err(Fault::outside(format!(
        "{searched}, so there is no profile {} ({origin})",
        quoted(&name)
    )))
}

fn fill(
    config: &mut Config,
    top: &Section<'_>,
    wanted: Wanted,
    file: &Arc<Path>,
) -> Result<(), Fault> {
    top.only(&TOP)?;
    let (profile, origin) = choose(top, wanted, file)?;

    if let Some(entry) = top.get("theme") {
        let text = entry.text()?;
        if text.trim().is_empty() {
            return Err(entry.fault("must be the name of a theme or the path of its file"));
        }
        if config.theme.is_none() {
            config.theme = Some(theme_choice(text, |path| entry.resolve(path)));
            config.origins.theme = Origin::File(entry.place());
        }
    }
    if let Some(entry) = top.get("idle_limit") {
        let longest = match profile.environment {
            Environment::Live => LONGEST_IDLE_LIVE,
            Environment::Sandbox | Environment::Uat => LONGEST_IDLE,
        };
        config.idle_limit = check::duration(&entry, SHORTEST_IDLE..=longest, IDLE_ALLOWED)?;
        config.origins.idle_limit = Origin::File(entry.place());
    }
    if let Some(entry) = top.get("hide_on_focus_lost") {
        config.hide_on_focus_lost = entry.switch()?;
        config.origins.hide_on_focus_lost = Origin::File(entry.place());
    }
    if let Some(entry) = top.get("keys") {
        config.keys = keys::choices(&entry.section("[keys]")?)?;
    }
    config.profile = Some(profile);
    config.origins.profile = origin;
    Ok(())
}

fn choose(top: &Section<'_>, wanted: Wanted, file: &Arc<Path>) -> Result<(Profile, Origin), Fault> {
    let profiles = profiles(top)?;
    let names: Vec<_> = profiles.iter().map(|profile| &*profile.name).collect();
    let names = names.join(", ");
    let Some(first) = profiles.first() else {
        let what = "there is no profile in it; at least one [profiles.NAME] is needed";
        return Err(Fault::at(Place::whole(file), what));
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
        return Err(Fault::at(place.clone(), what));
    }

    let default = default.map(|(name, place)| (name, Origin::File(place)));
    let (name, origin) = match wanted.or(default) {
        Some(chosen) => chosen,
        None if profiles.len() == 1 => (first.name.clone(), Origin::BuiltIn),
        None => {
            let what = format!(
                "no profile is chosen: set default_profile, or --profile to one of {names}"
            );
            return Err(Fault::at(Place::whole(file), what));
        }
    };
    let found = profiles.into_iter().find(|profile| profile.name == name);
    let profile = found.ok_or_else(|| {
        let name = quoted(&name);
        let what = format!("there is no profile {name} ({origin}); allowed are {names}");
        Fault::at(Place::whole(file), what)
    })?;
    Ok((profile, origin))
}

fn profiles(top: &Section<'_>) -> Result<Vec<Profile>, Fault> {
    let Some(entry) = top.get("profiles") else {
        return Ok(Vec::new());
    };
    let section = entry.section("[profiles.acme-uat]")?;
    let entries = section.entries();
    entries.iter().map(shape::profile).collect()
}

/// A flag or variable that was meant must be good; what the system calls the user is tried in turn.
fn operator(request: &Request, around: &Surroundings) -> Result<(String, Origin), Fault> {
    let meant = match &request.operator {
        Some(text) => Some((text.clone(), Origin::Flag("--operator"))),
        None => variable("KITDESK_OPERATOR", around)?
            .map(|text| (text, Origin::Variable("KITDESK_OPERATOR"))),
    };
    if let Some((text, origin)) = meant {
        let good = check::operator(&text);
        let good = good.ok_or_else(|| {
            let text = quoted(&text);
            Fault::outside(format!(
                "the operator ({origin}) is {text}; allowed are 1 to 64 visible characters"
            ))
        })?;
        return Ok((good, origin));
    }
    for name in ["USER", "LOGNAME"] {
        let text = around.var(name).and_then(|text| text.into_string().ok());
        if let Some(good) = text.as_deref().and_then(check::operator) {
            return Ok((good, Origin::Variable(name)));
        }
    }
    let login = check::operator(&around.login());
    let login = login.unwrap_or_else(|| NO_LOGIN.to_owned());
    Ok((login, Origin::BuiltIn))
}

fn theme_choice(text: &str, resolve: impl FnOnce(&str) -> PathBuf) -> ThemeChoice {
    let extension = Path::new(text).extension();
    if text.contains('/') || extension.is_some_and(|extension| extension == "toml") {
        ThemeChoice::File(resolve(text))
    } else {
        ThemeChoice::Name(text.to_owned())
    }
}

#[cfg(test)]
mod tests;
