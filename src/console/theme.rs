//! Colours by meaning: scopes read from TOML, with a palette and `inherits`.
//! No screen names a colour; without colour, modifiers still carry every meaning.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// The themes that are built in, by name; the first is the default.
const BUILT_IN: [(&str, &str); 2] = [
    ("desk", include_str!("../../themes/desk.toml")),
    ("paper", include_str!("../../themes/paper.toml")),
];

/// What a style is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Plain text on the screen's own ground.
    Text,
    /// What may be overlooked: labels, hints, what is not there.
    Muted,
    /// What leads the eye.
    Accent,
    /// Headings.
    Title,
    /// The name of a key.
    Key,
    /// A frame.
    Border,
    /// The frame around what has the focus.
    BorderFocus,
    /// A field that is typed into.
    Input,
    /// The row or choice that the next key is about.
    Selection,
    /// Went well.
    Ok,
    /// Needs a look.
    Warn,
    /// Went wrong.
    Danger,
    /// The top line.
    Bar,
    /// The environment's badge in the top line.
    Sandbox,
    /// The environment's badge in the top line.
    Uat,
    /// The environment's badge in the top line.
    Live,
}

/// Why a theme was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("theme {name}: {fault}")]
pub struct ThemeFault {
    name: String,
    fault: String,
}

/// A style for each scope.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    styles: BTreeMap<Scope, Style>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    inherits: Option<String>,
    #[serde(default)]
    palette: BTreeMap<String, String>,
    #[serde(default)]
    scopes: BTreeMap<Scope, Ink>,
}

#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields, default)]
struct Ink {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    underlined: bool,
    reversed: bool,
}

impl Theme {
    /// A built-in theme.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn built_in(name: &str) -> Result<Self, ThemeFault> {
        Self::parse(name, text_of(name)?)
    }

    /// A theme from its file's text; `name` is for the sentence where it is faulty.
    ///
    /// # Errors
    /// What is wrong with it, and on which line.
    pub fn parse(name: &str, text: &str) -> Result<Self, ThemeFault> {
        let (palette, inks) = layers(name, text, 0)?;
        let mut styles = BTreeMap::new();
        for (scope, ink) in inks {
            let style = ink.style(&palette).map_err(|fault| ThemeFault {
                name: name.to_owned(),
                fault: format!("{scope:?}: {fault}"),
            })?;
            styles.insert(scope, style);
        }
        Ok(Self { styles })
    }

    /// The names of the built-in themes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The same without a colour: what must stand out does so by weight and by reversed ground.
    #[must_use]
    pub fn without_colour(mut self) -> Self {
        for (scope, style) in &mut self.styles {
            let mut plain = Style::new().add_modifier(style.add_modifier);
            if matches!(
                scope,
                Scope::Selection | Scope::Bar | Scope::Live | Scope::Uat | Scope::Sandbox
            ) {
                plain = plain.add_modifier(Modifier::REVERSED);
            }
            if matches!(scope, Scope::Input) {
                plain = plain.add_modifier(Modifier::UNDERLINED);
            }
            *style = plain;
        }
        self
    }

    /// The style for a meaning.
    #[must_use]
    pub fn of(&self, scope: Scope) -> Style {
        self.styles.get(&scope).copied().unwrap_or_default()
    }
}

type Layers = (BTreeMap<String, String>, BTreeMap<Scope, Ink>);

fn text_of(name: &str) -> Result<&'static str, ThemeFault> {
    let found = BUILT_IN.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text).ok_or_else(|| {
        let known: Vec<_> = Theme::names().collect();
        ThemeFault {
            name: name.to_owned(),
            fault: format!("there is no such theme; there are {}", known.join(", ")),
        }
    })
}

/// A theme's palette and scopes laid over those that it inherits.
fn layers(name: &str, text: &str, depth: usize) -> Result<Layers, ThemeFault> {
    let fault = |fault: String| ThemeFault {
        name: name.to_owned(),
        fault,
    };
    let file: File = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text[..start.min(text.len())].matches('\n').count() + 1;
        fault(format!("line {line}: {}", error.message()))
    })?;
    let (mut palette, mut inks) = match &file.inherits {
        Some(parent) if depth < 4 => layers(parent, text_of(parent)?, depth + 1)?,
        Some(_) => return Err(fault("inherits goes round in a circle".into())),
        None => Layers::default(),
    };
    palette.extend(file.palette);
    inks.extend(file.scopes);
    Ok((palette, inks))
}

impl Ink {
    fn style(&self, palette: &BTreeMap<String, String>) -> Result<Style, String> {
        let colour = |name: &String| -> Result<Color, String> {
            let text = palette.get(name).unwrap_or(name);
            text.parse().map_err(|_| format!("{text:?} is no colour"))
        };
        let mut style = Style::new();
        style.fg = self.fg.as_ref().map(colour).transpose()?;
        style.bg = self.bg.as_ref().map(colour).transpose()?;
        for (wanted, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.underlined, Modifier::UNDERLINED),
            (self.reversed, Modifier::REVERSED),
        ] {
            if wanted {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_theme_loads() {
        for name in Theme::names() {
            let theme = Theme::built_in(name).expect(name);
            assert!(
                theme.of(Scope::Text).bg.is_some(),
                "{name} has a ground of its own"
            );
            assert_ne!(theme.of(Scope::Live), theme.of(Scope::Sandbox), "{name}");
        }
    }

    #[test]
    fn a_theme_that_is_not_there_names_those_that_are() {
        let fault = Theme::built_in("dsek").expect_err("no such theme");
        assert_eq!(
            fault.to_string(),
            "theme dsek: there is no such theme; there are desk, paper"
        );
    }

    #[test]
    fn a_faulty_file_is_refused_by_its_line() {
        let text = "inherits = \"desk\"\n[scopes]\nshiny = { fg = \"blue\" }\n";
        let fault = Theme::parse("mine.toml", text)
            .expect_err("no such scope")
            .to_string();
        assert!(
            fault.starts_with("theme mine.toml: line 3: unknown variant `shiny`"),
            "{fault}"
        );
        let text = "[scopes]\nok = { fg = \"bleu\" }\n";
        let fault = Theme::parse("mine.toml", text)
            .expect_err("no such colour")
            .to_string();
        assert_eq!(fault, "theme mine.toml: Ok: \"bleu\" is no colour");
    }

    #[test]
    fn without_colour_the_selection_still_stands_out() {
        let theme = Theme::built_in("desk").expect("built in").without_colour();
        let selection = theme.of(Scope::Selection);
        assert_eq!((selection.fg, selection.bg), (None, None));
        assert!(selection.add_modifier.contains(Modifier::REVERSED));
    }
}
