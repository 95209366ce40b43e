//! Every setting with its value and with what decided it, as it may be shown to anyone.

use super::keys::bare;
use super::origin::Origin;
use super::profile::PROFILE;
use super::setting::rows;
use super::top_level::{Config, TOP};

/// A setting as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// As the file calls it, from the top: `profiles.acme-uat.timeouts.read`. What has no place in
    /// the file has a plain name: `configuration`, `operator`, `state`.
    pub name: String,
    /// None where nothing is set and there is no default.
    pub value: Option<String>,
    /// What decided it.
    pub origin: Origin,
}

/// All settings: those of the program, then those of the chosen profile, in the order of their
/// declarations. `usual_theme` is what the screens take when nobody chose.
#[must_use]
pub fn settings(config: &Config, usual_theme: &str) -> Vec<Shown> {
    let path = |path: &std::path::PathBuf| path.display().to_string();
    let mut top = vec![("configuration".to_owned(), config.file.as_ref().map(path))];
    top.extend(rows(TOP, config));
    top.push(("operator".to_owned(), Some(config.operator.clone())));
    top.push(("state".to_owned(), config.state.as_ref().map(path)));
    let shown = |(name, value): (String, Option<String>)| Shown {
        origin: config.origin(&name).clone(),
        value: match name.as_str() {
            "theme" => value.or_else(|| Some(usual_theme.to_owned())),
            _ => value,
        },
        name,
    };
    let mut all: Vec<_> = top.into_iter().map(shown).collect();
    if let Some(profile) = &config.profile {
        let name = bare(&profile.name);
        all.extend(rows(PROFILE, profile).into_iter().map(|(setting, value)| {
            let place = profile.places.get(&setting).cloned();
            Shown {
                name: format!("profiles.{name}.{setting}"),
                value,
                origin: place.map_or(Origin::BuiltIn, Origin::File),
            }
        }));
    }
    all
}
