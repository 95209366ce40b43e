//! The configuration as a whole: the settings at the top of the file, each declared in [`TOP`], and what
//! flags and variables decided.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::central::{self, CENTRAL, CentralSettings};
use super::choices::Environment;
use super::env::NO_LOGIN;
use super::error::ConfigError;
use super::keys::{self, KEYS, KeyChoice};
use super::origin::Origin;
use super::profile::{PROFILE, Profile};
use super::serve::{self, SERVE, ServeSettings};
use super::setting::{About, Holds, Setting, about, one, read_first, set};
use super::toml_file::Entry;
use super::values::duration;
use crate::durations::shown;

const SHORTEST_IDLE: Duration = Duration::from_secs(30);
const LONGEST_IDLE_LIVE: Duration = Duration::from_mins(15);
/// Far longer than any shift, and short enough for any clock to count to.
const LONGEST_IDLE: Duration = Duration::from_hours(24);
pub(super) const IDLE_ALLOWED: &str =
    "allowed is a time from \"30s\" to \"24h\" (\"15m\" at most in live)";

/// Which colours to draw in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThemeChoice {
    /// One that is built in or lies in the user's folder of themes.
    Name(String),
    /// A file.
    File(PathBuf),
}

impl ThemeChoice {
    /// What has a slash or ends in `.toml` is a path; it starts where `resolve` has it start.
    pub(super) fn new(text: &str, resolve: impl FnOnce(&str) -> PathBuf) -> Self {
        let extension = Path::new(text).extension();
        if text.contains('/') || extension.is_some_and(|extension| extension == "toml") {
            Self::File(resolve(text))
        } else {
            Self::Name(text.to_owned())
        }
    }
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
    /// Whether the console asks line by line, and draws nothing.
    pub linear: bool,
    /// Other keys for the console's commands.
    pub keys: Vec<KeyChoice>,
    /// Who is at the desk, for the record of actions.
    pub operator: String,
    /// The folder of the journal and the logs; `None` when there is no home folder.
    pub state: Option<PathBuf>,
    /// The SSH server, where one is configured.
    pub serve: Option<ServeSettings>,
    /// The central store, where one is configured.
    pub central: Option<CentralSettings>,
    /// What decided each setting, by its name in `kitdesk config show`; the rest is built in.
    pub(super) origins: BTreeMap<String, Origin>,
}

/// What holds when nothing is said.
impl Default for Config {
    fn default() -> Self {
        Self {
            file: None,
            profile: None,
            theme: None,
            themes: None,
            idle_limit: Duration::from_mins(5),
            hide_on_focus_lost: false,
            linear: false,
            keys: Vec::new(),
            operator: NO_LOGIN.to_owned(),
            state: None,
            serve: None,
            central: None,
            origins: BTreeMap::new(),
        }
    }
}

impl Config {
    /// What decided a setting, by its name in `kitdesk config show`.
    #[must_use]
    pub fn origin(&self, setting: &str) -> &Origin {
        self.origins.get(setting).unwrap_or(&Origin::BuiltIn)
    }

    /// Notes what decided a setting, unless something did before.
    pub(super) fn decided(&mut self, setting: impl Into<String>, origin: Origin) {
        self.origins.entry(setting.into()).or_insert(origin);
    }
}

/// The settings at the top of the file, in the order in which they are read and shown.
pub(super) const TOP: &[Setting<Config>] = &[
    Setting {
        about: About::new(
            "default_profile",
            Holds::Value("a profile's name"),
            "\"acme-uat\"",
            "Which of the profiles, when neither --profile nor KITDESK_PROFILE says; a single one needs no word.",
        ),
        read: read_first,
        show: |config| one(config.profile.as_ref().map(|profile| profile.name.clone())),
    },
    Setting {
        about: About::new(
            "theme",
            Holds::Value("a name or a path"),
            "\"desk\"",
            "The colours: `kitdesk themes` lists them; or the path of a theme's file.",
        ),
        read: theme,
        show: |config| {
            one(config.theme.as_ref().map(|theme| match theme {
                ThemeChoice::Name(name) => name.clone(),
                ThemeChoice::File(path) => path.display().to_string(),
            }))
        },
    },
    Setting {
        about: About::new(
            "idle_limit",
            Holds::Value("a time from 30s to 24h, 15m at most in live"),
            "\"5m\"",
            "How long the console may stand unattended.",
        ),
        read: |config, entry| {
            set(
                &mut config.idle_limit,
                idle_limit(config.profile.as_ref(), entry),
            )
        },
        show: |config| one(shown(config.idle_limit)),
    },
    Setting {
        about: About::new(
            "hide_on_focus_lost",
            Holds::Value("true or false"),
            "false",
            "Whether another window in front hides the screen, where the terminal reports it.",
        ),
        read: |config, entry| set(&mut config.hide_on_focus_lost, entry.switch()),
        show: |config| one(config.hide_on_focus_lost.to_string()),
    },
    Setting {
        about: About::new(
            "linear",
            Holds::Value("true or false"),
            "false",
            "Whether the console asks line by line and draws nothing, for a screen reader or a plain terminal.",
        ),
        read: |config, entry| set(&mut config.linear, entry.switch()),
        show: |config| one(config.linear.to_string()),
    },
    Setting {
        about: About::new(
            "keys",
            Holds::Section(|| KEYS.iter().collect()),
            "upgrade = [\"u\", \"F12\"]\nfind = [\"f\", \"F2\"]",
            "Other keys for the console's commands. Letters are no commands where text is typed, so what works there as well needs another key too. A key that would mean two things is refused.",
        ),
        read: |config, entry| set(&mut config.keys, keys::choices(&entry.section("[keys]")?)),
        show: |config| keys::show(&config.keys),
    },
    Setting {
        about: About::new(
            "profiles",
            Holds::Section(|| about(PROFILE)),
            "",
            "A profile is one DCMS as one bank's desk reaches it. There can be as many as needed.",
        ),
        read: read_first,
        show: |_| Vec::new(),
    },
    Setting {
        about: About::new(
            "serve",
            Holds::Section(|| about(SERVE)),
            "",
            "The SSH server, `kitdesk serve`: one console a connection, for the people in people.toml.",
        ),
        read: |config, entry| set(&mut config.serve, serve::settings(entry)),
        show: |config| config.serve.as_ref().map(serve::show).unwrap_or_default(),
    },
    Setting {
        about: About::new(
            "central",
            Holds::Section(|| about(CENTRAL)),
            "",
            "The central store on PostgreSQL, for several hosts of one bank.",
        ),
        read: |config, entry| set(&mut config.central, central::settings(entry)),
        show: |config| {
            let central = config.central.as_ref();
            central.map(central::show).unwrap_or_default()
        },
    },
];

/// A faulty theme is one also where a flag chose another.
fn theme(config: &mut Config, entry: &Entry<'_>) -> Result<(), ConfigError> {
    let text = entry.text()?;
    if text.trim().is_empty() {
        return Err(entry.error("must be the name of a theme or the path of its file"));
    }
    let choice = ThemeChoice::new(text, |path| entry.resolve(path));
    config.theme.get_or_insert(choice);
    Ok(())
}

fn idle_limit(profile: Option<&Profile>, entry: &Entry<'_>) -> Result<Duration, ConfigError> {
    let longest = match profile.map(|profile| profile.environment) {
        Some(Environment::Live) => LONGEST_IDLE_LIVE,
        Some(Environment::Sandbox | Environment::Uat) | None => LONGEST_IDLE,
    };
    duration(entry, SHORTEST_IDLE..=longest, IDLE_ALLOWED)
}
