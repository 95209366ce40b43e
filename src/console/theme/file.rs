//! A theme's file, walked key by key, so that every fault knows its line and what is allowed there.
//! Takes text and gives a theme; which file it is from is the caller's affair.

use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::{Scope, Styles, Theme, text_of};

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

/// Why a theme was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("theme {name}{}: {what}", .line.map(|line| format!(", line {line}")).unwrap_or_default())]
pub struct ThemeFault {
    name: String,
    line: Option<usize>,
    what: String,
}

impl ThemeFault {
    /// There is no theme of that name, but these.
    pub fn unknown(name: &str, known: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let what = format!("there is no such theme; there are {}", list(known));
        let (name, line) = (name.to_owned(), None);
        Self { name, line, what }
    }
}

/// What a file says, laid over what it inherits.
#[derive(Default)]
struct Layers {
    about: String,
    palette: BTreeMap<String, Color>,
    inks: BTreeMap<Scope, Ink>,
    /// Not inherited: whoever changes the palette means other sixteen colours as well.
    sixteen: BTreeMap<Scope, Ink>,
}

/// A scope's entry. Its colours are looked up last, so that a child may change the palette alone.
struct Ink {
    fg: Option<String>,
    bg: Option<String>,
    weights: Style,
}

pub(super) fn read(name: &str, text: &str) -> Result<Theme, ThemeFault> {
    let layers = layers(name, text)?;
    let styles = |inks: &BTreeMap<Scope, Ink>, palette: &BTreeMap<String, Color>| -> Styles {
        let styles = inks.iter().map(|(scope, ink)| {
            let colour = |text: &String| palette.get(text).copied().or_else(|| colour(text));
            let mut style = ink.weights;
            style.fg = ink.fg.as_ref().and_then(colour);
            style.bg = ink.bg.as_ref().and_then(colour);
            (*scope, style)
        });
        styles.collect()
    };
    Ok(Theme {
        name: name.to_owned(),
        styles: styles(&layers.inks, &layers.palette),
        // "blue" is the terminal's own here, whatever the palette calls by that name.
        sixteen: styles(&layers.sixteen, &BTreeMap::new()),
        about: layers.about,
        is_under: false,
    })
}

fn layers(name: &str, text: &str) -> Result<Layers, ThemeFault> {
    let page = Page { name, text };
    let table = DeTable::parse(text).map_err(|fault| {
        let what = format!("this is not TOML: {}", fault.message());
        page.fault(&fault.span().unwrap_or(0..0), what)
    })?;
    let entries = entries(table.get_ref());
    page.only(&entries, "at the top", &TOP)?;
    let get = |wanted: &str| entries.iter().find(|entry| entry.key == wanted);

    let mut all = match get("inherits") {
        None => Layers::default(),
        Some(entry) => {
            let parent = page.text(entry)?;
            let text = text_of(parent).ok_or_else(|| {
                let known = list(Theme::names());
                page.fault(
                    &entry.span,
                    format!("inherits is {parent:?}; allowed are {known}"),
                )
            })?;
            layers(parent, text)?
        }
    };
    all.sixteen.clear();
    all.about = match get("about") {
        Some(entry) => page.text(entry)?.to_owned(),
        None => String::new(),
    };
    if let Some(entry) = get("palette") {
        for entry in page.table(entry)? {
            let given = page.text(&entry)?;
            let colour = colour(given).ok_or_else(|| {
                let what = format!(
                    "palette.{} is {given:?}; allowed are {}",
                    entry.key,
                    colours()
                );
                page.fault(&entry.span, what)
            })?;
            all.palette.insert(entry.key.to_owned(), colour);
        }
    }
    if let Some(entry) = get("scopes") {
        let inks = page.inks(
            entry,
            |text| all.palette.contains_key(text) || colour(text).is_some(),
            || {
                let own = list(all.palette.keys());
                let own = if own.is_empty() {
                    own
                } else {
                    format!("{own}, ")
                };
                format!("{own}{}", colours())
            },
        )?;
        all.inks.extend(inks);
    }
    if let Some(entry) = get("scopes16") {
        all.sixteen = page.inks(
            entry,
            |text| named(text).is_some(),
            || list(NAMED.map(|(name, _)| name)),
        )?;
    }
    Ok(all)
}

/// A file's text, and what it is called.
struct Page<'a> {
    name: &'a str,
    text: &'a str,
}

struct Entry<'t> {
    key: &'t str,
    span: Range<usize>,
    value: &'t DeValue<'t>,
}

impl Page<'_> {
    fn fault(&self, span: &Range<usize>, what: String) -> ThemeFault {
        let before = self.text.as_bytes().iter().take(span.start);
        ThemeFault {
            name: self.name.to_owned(),
            line: Some(1 + before.filter(|&&byte| byte == b'\n').count()),
            what,
        }
    }

    fn only(
        &self,
        entries: &[Entry<'_>],
        within: &str,
        allowed: &[&str],
    ) -> Result<(), ThemeFault> {
        match entries.iter().find(|entry| !allowed.contains(&entry.key)) {
            None => Ok(()),
            Some(entry) => {
                let what = format!(
                    "unknown key {:?} {within}; allowed are {}",
                    entry.key,
                    list(allowed)
                );
                Err(self.fault(&entry.span, what))
            }
        }
    }

    fn text<'t>(&self, entry: &Entry<'t>) -> Result<&'t str, ThemeFault> {
        entry
            .value
            .as_str()
            .ok_or_else(|| self.fault(&entry.span, format!("{} must be text in quotes", entry.key)))
    }

    fn table<'t>(&self, entry: &Entry<'t>) -> Result<Vec<Entry<'t>>, ThemeFault> {
        let DeValue::Table(table) = entry.value else {
            let example = "{ fg = \"#d7dae0\", bold = true }";
            let what = format!("{} must be a table, such as {example}", entry.key);
            return Err(self.fault(&entry.span, what));
        };
        Ok(entries(table))
    }

    /// The entries of `[scopes]` or `[scopes16]`.
    fn inks(
        &self,
        section: &Entry<'_>,
        is_colour: impl Fn(&str) -> bool,
        allowed: impl Fn() -> String,
    ) -> Result<BTreeMap<Scope, Ink>, ThemeFault> {
        let entries = self.table(section)?;
        let within = format!("in [{}]", section.key);
        self.only(&entries, &within, &Scope::ALL.map(|(_, name)| name))?;
        let known = [["fg", "bg"].as_slice(), &WEIGHTS.map(|(name, _)| name)].concat();
        let mut inks = BTreeMap::new();
        for scope in &entries {
            let fields = self.table(scope)?;
            self.only(
                &fields,
                &format!("in {}.{}", section.key, scope.key),
                &known,
            )?;
            let (mut fg, mut bg, mut weights) = (None, None, Style::new());
            for field in &fields {
                let refuse = |what: String| {
                    self.fault(
                        &field.span,
                        format!("{}.{}.{} {what}", section.key, scope.key, field.key),
                    )
                };
                if let Some((_, weight)) = WEIGHTS.iter().find(|(name, _)| *name == field.key) {
                    weights = match field.value.as_bool() {
                        Some(true) => weights.add_modifier(*weight),
                        // Said to be without, it takes the weight from what it is laid over.
                        Some(false) => weights.remove_modifier(*weight),
                        None => return Err(refuse("must be true or false".to_owned())),
                    };
                    continue;
                }
                let Some(given) = field.value.as_str() else {
                    return Err(refuse("must be text in quotes".to_owned()));
                };
                if !is_colour(given) {
                    return Err(refuse(format!("is {given:?}; allowed are {}", allowed())));
                }
                let place = if field.key == "fg" { &mut fg } else { &mut bg };
                *place = Some(given.to_owned());
            }
            let meant = Scope::ALL.iter().find(|(_, name)| *name == scope.key);
            if let Some((meant, _)) = meant {
                inks.insert(*meant, Ink { fg, bg, weights });
            }
        }
        Ok(inks)
    }
}

/// In the order of the file, so that the first fault is told first.
fn entries<'t>(table: &'t DeTable<'t>) -> Vec<Entry<'t>> {
    let entry = |(key, value): (&'t Spanned<DeString<'t>>, &'t Spanned<DeValue<'t>>)| Entry {
        key: key.get_ref(),
        span: key.span(),
        value: value.get_ref(),
    };
    let mut entries: Vec<_> = table.iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.span.start);
    entries
}

fn list(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<_> = words
        .into_iter()
        .map(|word| word.as_ref().to_owned())
        .collect();
    words.join(", ")
}

/// What a colour may be written as, for a fault's sentence.
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
