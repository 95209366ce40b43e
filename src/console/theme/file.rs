//! A theme's file: from its text to a theme, or to an error with its line and what is allowed there.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use ratatui::style::{Color, Modifier, Style};

use super::{Scope, Styles, Theme, text_of};
use crate::config::toml_file::{Entry, TomlFile};
use crate::config::{ConfigError, Env};
use crate::sorting;

const TOP: [&str; 5] = ["about", "inherits", "palette", "scopes", "scopes16"];
const WEIGHTS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];
const NAMED: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

/// Why a theme was not taken: which file, which line, and what is allowed there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("theme {0}")]
pub struct ThemeError(ConfigError);

impl ThemeError {
    /// There is no theme of that name, but these.
    pub fn unknown(name: &str, known: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let what = format!("there is no such theme; there are {}", list(known));
        Self(ConfigError::in_file(Path::new(name), what))
    }
}

/// What a file says, laid over what it inherits.
#[derive(Default)]
struct Layers {
    about: String,
    palette: BTreeMap<String, Color>,
    scopes: BTreeMap<Scope, ScopeStyle>,
    /// Not inherited: a theme with another palette needs other sixteen colours as well.
    sixteen: BTreeMap<Scope, ScopeStyle>,
}

/// A scope's entry. Its colours are looked up last, so that a child may change the palette alone.
struct ScopeStyle {
    fg: Option<String>,
    bg: Option<String>,
    weights: Style,
}

pub(super) fn read(name: &str, text: &str) -> Result<Theme, ThemeError> {
    let layers = layers(name, text).map_err(ThemeError)?;
    let styles =
        |scopes: &BTreeMap<Scope, ScopeStyle>, palette: &BTreeMap<String, Color>| -> Styles {
            sorting::map(scopes.iter().map(|(scope, entry)| {
                let colour = |text: &String| palette.get(text).copied().or_else(|| colour(text));
                let mut style = entry.weights;
                style.fg = entry.fg.as_ref().and_then(colour);
                style.bg = entry.bg.as_ref().and_then(colour);
                (*scope, style)
            }))
        };
    Ok(Theme {
        name: name.into(),
        styles: Arc::new(styles(&layers.scopes, &layers.palette)),
        // "blue" is the terminal's own here, whatever the palette calls by that name.
        sixteen: Arc::new(styles(&layers.sixteen, &BTreeMap::new())),
        about: layers.about.into(),
        is_under: false,
    })
}

fn layers(name: &str, text: &str) -> Result<Layers, ConfigError> {
    let (file, no_paths) = (Path::new(name).into(), Env::none());
    let page = TomlFile {
        file: &file,
        text,
        around: &no_paths,
    };
    let table = page.parse()?;
    let top = page.top(&table);
    top.only(&TOP)?;
    let mut all = match top.get("inherits") {
        None => Layers::default(),
        Some(entry) => {
            let parent = entry.text()?;
            let text = text_of(parent).ok_or_else(|| {
                entry.refuse(parent, format!("allowed are {}", list(Theme::names())))
            })?;
            layers(parent, text)?
        }
    };
    all.sixteen.clear();
    let about = top.get("about").map(|entry| entry.text()).transpose()?;
    all.about = about.map_or_else(String::new, str::to_owned);
    if let Some(entry) = top.get("palette") {
        for entry in entry.section("{ ink = \"#d7dae0\" }")?.entries() {
            let given = entry.text()?;
            let colour = colour(given)
                .ok_or_else(|| entry.refuse(given, format!("allowed are {}", colours())))?;
            all.palette.insert(entry.key().to_owned(), colour);
        }
    }
    if let Some(entry) = top.get("scopes") {
        let is_colour = |text: &str| all.palette.contains_key(text) || colour(text).is_some();
        let own = all.palette.keys().map(|name| format!("{name}, "));
        let allowed = own.collect::<String>() + &colours();
        all.scopes
            .extend(scope_styles(&entry, is_colour, &allowed)?);
    }
    if let Some(entry) = top.get("scopes16") {
        let allowed = list(NAMED.map(|(name, _)| name));
        all.sixteen = scope_styles(&entry, |text| named(text).is_some(), &allowed)?;
    }
    Ok(all)
}

/// The entries of `[scopes]` or `[scopes16]`; `allowed` are the colours that may stand there.
fn scope_styles(
    scopes: &Entry<'_>,
    is_colour: impl Fn(&str) -> bool,
    allowed: &str,
) -> Result<BTreeMap<Scope, ScopeStyle>, ConfigError> {
    const EXAMPLE: &str = "{ fg = \"#d7dae0\", bold = true }";
    let section = scopes.section(EXAMPLE)?;
    let names: Vec<_> = Scope::ALL.iter().map(|(_, name)| *name).collect();
    section.only(&names)?;
    let known = [["fg", "bg"].as_slice(), &WEIGHTS.map(|(name, _)| name)].concat();
    let mut styles = BTreeMap::new();
    for (scope, name) in Scope::ALL {
        let Some(entry) = section.get(name) else {
            continue;
        };
        let fields = entry.section(EXAMPLE)?;
        fields.only(&known)?;
        let colour = |key: &str| match fields.get(key) {
            None => Ok(None),
            Some(field) => {
                let given = field.text()?;
                if is_colour(given) {
                    Ok(Some(given.to_owned()))
                } else {
                    Err(field.refuse(given, format!("allowed are {allowed}")))
                }
            }
        };
        let mut weights = Style::new();
        for (key, weight) in WEIGHTS {
            let Some(field) = fields.get(key) else {
                continue;
            };
            weights = if field.switch()? {
                weights.add_modifier(weight)
            } else {
                // Said to be without, it takes the weight from what it is laid over.
                weights.remove_modifier(weight)
            };
        }
        let (fg, bg) = (colour("fg")?, colour("bg")?);
        styles.insert(*scope, ScopeStyle { fg, bg, weights });
    }
    Ok(styles)
}

fn list(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<_> = words
        .into_iter()
        .map(|word| word.as_ref().to_owned())
        .collect();
    words.join(", ")
}

/// What a colour may be written as, for an error's sentence.
fn colours() -> String {
    format!("#rrggbb, {}", list(NAMED.map(|(name, _)| name)))
}

fn named(text: &str) -> Option<Color> {
    let found = NAMED.iter().find(|(name, _)| *name == text);
    found.map(|(_, colour)| *colour)
}

fn colour(text: &str) -> Option<Color> {
    let Some(digits) = text.strip_prefix('#') else {
        return named(text);
    };
    if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, r, g, b] = number.to_be_bytes();
    Some(Color::Rgb(r, g, b))
}
