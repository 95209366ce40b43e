//! What people read about the settings, made from their declarations: the example file of `kitdesk config
//! init`, and the tables in `docs/configuration.md`.

use super::setting::{About, Holds, about};
use super::top_level::TOP;

const HEAD: &str = "\
# kitdesk's configuration. What begins with \"#\" and a blank is explained; what begins with \"#\" alone
# is a setting to switch on. `kitdesk config show` tells what holds and why, `kitdesk doctor` whether
# it works. Relative paths start in this file's folder; \"~/\" is the home folder.
";
/// The name of the profile in the example.
const PROFILE_NAME: &str = "acme-uat";

/// A section of the file.
struct Part {
    /// Such as `profiles.acme-uat.timeouts`; empty at the top.
    name: String,
    about: Option<&'static About>,
    settings: Vec<&'static About>,
}

impl Part {
    /// A section and those in it, in the order of the file.
    fn with_all_below(self) -> Vec<Self> {
        let mut below = Vec::new();
        for setting in &self.settings {
            if let Holds::Section(settings) = setting.holds {
                let mut name = [self.name.as_str(), setting.name].join(".");
                if setting.name == "profiles" {
                    name = format!("{name}.{PROFILE_NAME}");
                }
                let part = Self {
                    name: name.trim_start_matches('.').to_owned(),
                    about: Some(setting),
                    settings: settings(),
                };
                below.extend(part.with_all_below());
            }
        }
        below.insert(0, self);
        below
    }

    /// As the example has it: what must be there is a setting, the rest is a comment.
    fn example(&self) -> String {
        let mut lines = Vec::new();
        let mark = |is_needed| if is_needed { "" } else { "#" };
        if let Some(about) = self.about {
            let is_needed = self.settings.iter().any(|setting| setting.is_needed);
            let is_needed = is_needed && !self.name.ends_with(about.name);
            lines.push(comment(about.purpose));
            lines.push(format!("{}[{}]", mark(is_needed), self.name));
            lines.extend(about.example.lines().map(|line| format!("#{line}")));
        }
        for setting in &self.settings {
            let has_lines = self.about.is_some_and(|about| !about.example.is_empty());
            if has_lines || matches!(setting.holds, Holds::Section(_)) {
                continue;
            }
            let mark = mark(setting.is_needed && self.name.ends_with(PROFILE_NAME));
            lines.push(comment(&format!(
                "{} Allowed: {}.",
                setting.purpose,
                setting.allowed()
            )));
            lines.push(format!("{mark}{} = {}", setting.name, setting.example));
        }
        lines.join("\n")
    }
}

fn parts() -> Vec<Part> {
    let top = Part {
        name: String::new(),
        about: None,
        settings: about(TOP),
    };
    top.with_all_below()
}

/// A first configuration: every setting with a line about it.
pub(super) fn example() -> String {
    let parts = parts().into_iter().map(|part| part.example());
    let parts: Vec<_> = std::iter::once(HEAD.to_owned()).chain(parts).collect();
    parts.join("\n\n").replace("\n\n\n", "\n\n") + "\n"
}

/// In lines of a comment.
fn comment(text: &str) -> String {
    const WIDEST: usize = 100;
    let mut lines = vec!["#".to_owned()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is one");
        if line.len() + 1 + word.len() > WIDEST {
            lines.push(format!("# {word}"));
        } else {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use url::Url;

    use super::*;
    use crate::config::profile::PROFILE;
    use crate::config::setting::rows;
    use crate::config::{
        CentralSettings, Env, Environment, Place, Profile, Request, ServeSettings, without_file,
    };
    use crate::config::{central, serve};
    use crate::dcms::Tenant;
    use crate::documents;

    /// The default of each setting that has one.
    fn defaults() -> BTreeMap<String, String> {
        let config = without_file(&Request::default(), &Env::none());
        let config = config.expect("nothing is said that could be wrong");
        let url = Url::parse("https://h").expect("an address");
        let tenant = Tenant::parse("T").expect("a tenant");
        let profile = Profile::new(PROFILE_NAME, url, tenant, Environment::Uat);
        let below = rows(PROFILE, &profile).into_iter();
        let below = below.map(|(name, value)| (format!("profiles.{PROFILE_NAME}.{name}"), value));
        let place = Place::whole(&Path::new("config.toml").into());
        let defaults_of_serve = ServeSettings::new(|path| PathBuf::from(path), &place);
        let serve = serve::show(&defaults_of_serve).into_iter();
        let serve = serve.map(|(name, value)| (format!("serve.{name}"), value));
        let central = central::show(&CentralSettings::default_for_tests(place)).into_iter();
        let central = central.map(|(name, value)| (format!("central.{name}"), value));
        let all = rows(TOP, &config).into_iter().chain(below);
        let all = all.chain(serve).chain(central);
        all.filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    fn table(part: &Part, defaults: &BTreeMap<String, String>) -> String {
        let name = part.name.replace(PROFILE_NAME, "NAME");
        let mut lines = match part.about {
            None => vec!["### At the top".to_owned()],
            Some(about) => vec![
                format!("### `[{name}]`"),
                String::new(),
                about.purpose.to_owned(),
            ],
        };
        let row = |setting: &&About| {
            let full = [part.name.as_str(), setting.name].join(".");
            let default = match defaults.get(full.trim_start_matches('.')) {
                _ if setting.is_needed => "needed".to_owned(),
                Some(default) => format!("`{default}`"),
                None => String::new(),
            };
            let (name, purpose) = (format!("`{}`", setting.name), setting.purpose.to_owned());
            [name, setting.allowed(), default, purpose]
        };
        let rows: Vec<_> = part.settings.iter().map(row).collect();
        let head = ["key", "holds", "default", "what it is for"];
        lines.push(String::new());
        lines.push(documents::table(head, &rows));
        lines.join("\n")
    }

    #[test]
    fn the_documents_have_every_setting() {
        let defaults = defaults();
        let tables: Vec<_> = parts().iter().map(|part| table(part, &defaults)).collect();
        documents::compare("docs/configuration.md", "settings", &tables.join("\n\n"));
    }
}
