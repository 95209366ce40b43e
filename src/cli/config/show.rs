//! `kitdesk config show`: every setting, its value and what decided it.

use super::words;
use serde::Serialize;

use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::line::configuration_as_written;
use crate::cli::report::Report;
use crate::columns::{columns, fit};
use crate::config::{self, Env, Origin, Shown};
use crate::console::theme::Theme;
use crate::dcms::harmless;

/// A longer value pushes only its own origin to the right.
const WIDEST: usize = 44;

#[derive(Serialize)]
struct Listed<'a> {
    settings: Vec<SettingObject<'a>>,
}

#[derive(Serialize)]
struct SettingObject<'a> {
    name: &'a str,
    value: Option<&'a str>,
    origin: OriginObject,
}

#[derive(Serialize)]
struct OriginObject {
    /// `flag`, `variable`, `file` or `built_in`.
    kind: &'static str,
    /// The flag, the variable or the file.
    name: Option<String>,
    line: Option<usize>,
}

impl From<&Origin> for OriginObject {
    fn from(origin: &Origin) -> Self {
        let (kind, name, line) = match origin {
            Origin::Flag(name) => ("flag", Some((*name).to_owned()), None),
            Origin::Variable(name) => ("variable", Some((*name).to_owned()), None),
            Origin::File(place) => {
                let file = place.file().display().to_string();
                ("file", Some(file), place.line_number())
            }
            Origin::BuiltIn => ("built_in", None, None),
        };
        Self { kind, name, line }
    }
}

/// Shows them. Does not read the files that it names: `kitdesk doctor` checks those.
pub(super) fn run(global: &Global) -> Result<Report, Failed> {
    let around = Env::of_process();
    let config = configuration_as_written(global, &around).map_err(Failed::usage)?;
    let usual_theme = Theme::names().next().unwrap_or_default();
    let settings = config::settings(&config, usual_theme);
    let objects = settings.iter().map(|setting| SettingObject {
        name: &setting.name,
        value: setting.value.as_deref(),
        origin: (&setting.origin).into(),
    });
    let result = Listed {
        settings: objects.collect(),
    };
    let mut shown = table(&settings);
    if config.profile.is_none() {
        shown.push_str(words::NO_PROFILE);
    }
    Ok(Report::read(&result, shown))
}

fn table(settings: &[Shown]) -> String {
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let names = widest(&mut settings.iter().map(|setting| columns(&setting.name)));
    let values = settings.iter().map(|setting| columns(value(setting)));
    let values = widest(&mut values.filter(|&width| width <= WIDEST));
    let rows = settings.iter().map(|setting| {
        let width = values.max(columns(value(setting)));
        let name = fit(&setting.name, names);
        let value = fit(&harmless(value(setting)), width);
        format!("{name}  {value}  {}\n", setting.origin)
    });
    rows.collect()
}

fn value(setting: &Shown) -> &str {
    setting.value.as_deref().unwrap_or("—")
}
