//! What the program finds around itself: environment variables and the folders that follow from them.
//! `main` hands it in; nothing else in this module may look at the process.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Environment variables: the process' own, or a test's. Cheap to clone.
#[derive(Clone)]
pub struct Env(Variables);

#[derive(Clone)]
enum Variables {
    Process,
    Given(Arc<HashMap<String, OsString>>),
}

impl Env {
    /// The variables of this process; each look-up reads the current value.
    #[must_use]
    pub fn of_process() -> Self {
        Self(Variables::Process)
    }

    /// These variables and no others.
    #[must_use]
    pub fn given<N, V>(variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<OsString>,
    {
        let variables = variables.into_iter();
        let variables = variables.map(|(n, v)| (n.into(), v.into())).collect();
        Self(Variables::Given(Arc::new(variables)))
    }

    /// No variables at all, for files that name no paths.
    pub(crate) fn none() -> Self {
        Self::given::<String, OsString>([])
    }

    /// A variable's value; an empty one counts as none, as the XDG specification has it.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<OsString> {
        let value = match &self.0 {
            Variables::Process => std::env::var_os(name),
            Variables::Given(variables) => variables.get(name).cloned(),
        };
        value.filter(|value| !value.is_empty())
    }

    /// The same as text; what is no text is marked.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        Some(self.var(name)?.to_string_lossy().into_owned())
    }

    /// Who runs the program, as the system has it: the login name, or the number that stands for it.
    pub(super) fn login(&self) -> String {
        match &self.0 {
            Variables::Process => whoami::username().unwrap_or_else(|_| number()),
            Variables::Given(_) => NO_LOGIN.to_owned(),
        }
    }

    /// Gives a command these variables: it has to find its own home and servers.
    pub(super) fn pass_to(&self, command: &mut Command) {
        if let Variables::Given(variables) = &self.0 {
            command.env_clear().envs(variables.iter());
        }
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.var(name).map(PathBuf::from)
    }

    /// The XDG specification wants relative folders ignored.
    fn absolute(&self, name: &str) -> Option<PathBuf> {
        self.path(name).filter(|path| path.is_absolute())
    }

    fn home(&self) -> Option<PathBuf> {
        self.absolute("HOME")
    }

    /// The user's own configuration file, whether it exists or not.
    pub(super) fn config_file(&self) -> Option<PathBuf> {
        let folder = self.absolute("XDG_CONFIG_HOME");
        let folder = folder.or_else(|| Some(self.home()?.join(".config")))?;
        Some(folder.join("kitdesk").join("config.toml"))
    }

    /// The folder of the journal and the logs; nothing where there is no home either.
    #[must_use]
    pub fn state(&self) -> Option<PathBuf> {
        self.path("KITDESK_STATE").or_else(|| {
            let folder = self.absolute("XDG_STATE_HOME");
            let folder = folder.or_else(|| Some(self.home()?.join(".local/state")))?;
            Some(folder.join("kitdesk"))
        })
    }

    /// The variable that says where that is, if one does.
    pub(super) fn state_variable(&self) -> Option<&'static str> {
        match (self.var("KITDESK_STATE"), self.absolute("XDG_STATE_HOME")) {
            (Some(_), _) => Some("KITDESK_STATE"),
            (None, Some(_)) => Some("XDG_STATE_HOME"),
            (None, None) => None,
        }
    }

    /// A path as the configuration writes it: `~/` is the home folder, a relative one starts at `folder`.
    pub(super) fn resolve(&self, path: &str, folder: &Path) -> PathBuf {
        match (path.strip_prefix("~/"), self.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => folder.join(path),
        }
    }
}

/// Whom nothing is known of. Not by a word that an outcome is called by.
pub(super) const NO_LOGIN: &str = "no login";

#[cfg(target_os = "linux")]
fn number() -> String {
    format!("uid {}", rustix::process::getuid().as_raw())
}

#[cfg(not(target_os = "linux"))]
fn number() -> String {
    NO_LOGIN.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_follow_the_xdg_specification() {
        let none = Env::given::<&str, &str>([]);
        assert_eq!(none.config_file(), None);
        assert_eq!(none.state(), None);

        let home = Env::given([("HOME", "/home/asha"), ("XDG_CONFIG_HOME", "relative")]);
        assert_eq!(
            home.config_file(),
            Some("/home/asha/.config/kitdesk/config.toml".into())
        );
        assert_eq!(home.state(), Some("/home/asha/.local/state/kitdesk".into()));

        let xdg = Env::given([
            ("HOME", "/home/asha"),
            ("XDG_CONFIG_HOME", "/c"),
            ("XDG_STATE_HOME", "/s"),
        ]);
        assert_eq!(xdg.config_file(), Some("/c/kitdesk/config.toml".into()));
        assert_eq!(xdg.state(), Some("/s/kitdesk".into()));

        let own = Env::given([("KITDESK_STATE", "here"), ("XDG_STATE_HOME", "/s")]);
        assert_eq!(own.state(), Some("here".into()));
    }

    #[test]
    fn paths_start_at_home_or_at_the_folder() {
        let around = Env::given([("HOME", "/home/asha")]);
        let resolve = |path| around.resolve(path, Path::new("/etc/kitdesk"));
        assert_eq!(resolve("~/pin.key"), Path::new("/home/asha/pin.key"));
        assert_eq!(resolve("pin.key"), Path::new("/etc/kitdesk/pin.key"));
        assert_eq!(resolve("/k/pin.key"), Path::new("/k/pin.key"));
    }

    #[test]
    fn the_user_of_the_process_has_a_name_or_a_number() {
        let login = Env::of_process().login();
        assert!(!login.is_empty() && login != "unknown", "{login}");
        assert_eq!(Env::given::<&str, &str>([]).login(), "no login");
    }

    #[test]
    fn an_empty_variable_is_none() {
        let around = Env::given([("KITDESK_PROFILE", "")]);
        assert_eq!(around.var("KITDESK_PROFILE"), None);
    }
}
