//! Colours by meaning: a style for each scope, at the depth of colours that the terminal has.
//! No screen names a colour, and no meaning hangs on one: weight and words carry it too.

pub(super) mod colour;
mod depth;
mod file;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::style::{Color, Style};

pub use depth::Depth;
pub(super) use depth::is_in_screen;
pub use file::ThemeError;
pub use source::{Source, ThemeList};

/// The themes that are built in, by name; the first is the default.
const BUILT_IN: [(&str, &str); 7] = [
    (Theme::USUAL, include_str!("../../../themes/desk.toml")),
    ("paper", include_str!("../../../themes/paper.toml")),
    ("contrast", include_str!("../../../themes/contrast.toml")),
    (
        "blue-orange",
        include_str!("../../../themes/blue-orange.toml"),
    ),
    ("3270", include_str!("../../../themes/3270.toml")),
    (BY_ROLE, include_str!("../../../themes/ansi.toml")),
    (WITHOUT_COLOUR, include_str!("../../../themes/mono.toml")),
];

/// Has a style for every scope in a terminal's own sixteen colours.
const BY_ROLE: &str = "ansi";
/// Has a style for every scope without a colour.
const WITHOUT_COLOUR: &str = "mono";

/// Declares the scopes once: what each is for, its name in a theme's file, and the scope that it looks
/// like where a theme does not name it.
macro_rules! scopes {
    ($($(#[$doc:meta])* $scope:ident = $name:literal $(like $parent:ident)?;)+) => {
        /// What a style is for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Scope {
            $($(#[$doc])* $scope,)+
        }

        impl Scope {
            /// All of them, with the names that they have in a theme's file.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$scope, $name)),+];

            /// The scope whose style it takes where a theme does not name it.
            fn parent(self) -> Option<Self> {
                match self {
                    $(Self::$scope => scopes!(@parent $($parent)?),)+
                }
            }
        }
    };
    (@parent) => { None };
    (@parent $parent:ident) => { Some(Self::$parent) };
}

scopes! {
    /// Plain text on the screen's own ground.
    Text = "text";
    /// What may be overlooked: labels, hints, what is not there.
    Muted = "muted" like Text;
    /// What leads the eye.
    Accent = "accent" like Text;
    /// Headings.
    Title = "title" like Text;
    /// The name of a key.
    Key = "key" like Accent;
    /// A frame.
    Border = "border" like Muted;
    /// The frame around what has the focus.
    BorderFocus = "border_focus" like Accent;
    /// A field that is typed into.
    Input = "input" like Text;
    /// The row or choice that the next key is about.
    Selection = "selection" like Text;
    /// Went well.
    Ok = "ok" like Text;
    /// Needs a look.
    Warn = "warn" like Text;
    /// Went wrong.
    Danger = "danger" like Warn;
    /// The top line.
    Bar = "bar" like Text;
    /// The environment's badge in the top line.
    Sandbox = "sandbox" like Bar;
    /// The environment's badge in the top line.
    Uat = "uat" like Bar;
    /// The environment's badge in the top line.
    Live = "live" like Danger;
}

type Styles = BTreeMap<Scope, Style>;

/// A style for each scope. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    name: Arc<str>,
    about: Arc<str>,
    styles: Arc<Styles>,
    /// What the theme itself wants where there are sixteen colours.
    sixteen: Arc<Styles>,
    /// Whether what is drawn lies under something else, and so has no cursor.
    is_under: bool,
}

impl Theme {
    /// The name of the theme that is taken when nobody chooses.
    pub const USUAL: &str = "desk";

    /// A built-in theme.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn built_in(name: &str) -> Result<Self, ThemeError> {
        match text_of(name) {
            Some(text) => Self::parse(name, text),
            None => Err(ThemeError::unknown(name, Self::names())),
        }
    }

    /// A theme from its file's text; `name` is for the sentence where it is faulty.
    ///
    /// # Errors
    /// What is wrong with it, on which line, and what is allowed there.
    pub fn parse(name: &str, text: &str) -> Result<Self, ThemeError> {
        file::read(name, text)
    }

    /// The names of the built-in themes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// What it is called: a built-in theme's name, or the file's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is like, in a few words of its own.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The style for a meaning: its own, or that of the scope that it looks like.
    #[must_use]
    pub fn of(&self, scope: Scope) -> Style {
        let named = std::iter::successors(Some(scope), |scope| scope.parent());
        let mut styles = named.filter_map(|scope| self.styles.get(&scope));
        styles.next().copied().unwrap_or_default()
    }

    /// The same for what lies under something else: a frame's cursor, once set, can't be taken back.
    #[must_use]
    pub fn under(&self) -> Self {
        Self {
            is_under: true,
            ..self.clone()
        }
    }

    /// Whether a field that has the focus sets the cursor.
    #[must_use]
    pub fn has_cursor(&self) -> bool {
        !self.is_under
    }

    /// The same for a terminal with fewer colours. 256 take the nearest to the eye. With sixteen, the
    /// theme's own wish counts, else the scope's style in the terminal's own palette: the nearest colour
    /// would often be the ground's. Without colours, each scope has its weight.
    #[must_use]
    pub fn at(mut self, depth: Depth) -> Self {
        match depth {
            Depth::True => {}
            Depth::Indexed => {
                for style in Arc::make_mut(&mut self.styles).values_mut() {
                    style.fg = style.fg.map(nearest);
                    style.bg = style.bg.map(nearest);
                }
            }
            Depth::Sixteen => {
                self.replace(is_rgb, BY_ROLE);
                let wished = std::mem::take(&mut self.sixteen);
                Arc::make_mut(&mut self.styles).extend(wished.iter());
            }
            Depth::None => self.replace(|_| true, WITHOUT_COLOUR),
        }
        self
    }

    /// Takes the styles that have a colour which can't be had from another theme.
    fn replace(&mut self, is_missing: impl Fn(Color) -> bool, other: &str) {
        let other = Self::built_in(other).expect("a test loads every built-in theme");
        for (scope, style) in Arc::make_mut(&mut self.styles) {
            if style.fg.into_iter().chain(style.bg).any(&is_missing) {
                *style = other.of(*scope);
            }
        }
    }
}

fn text_of(name: &str) -> Option<&'static str> {
    let found = BUILT_IN.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text)
}

fn is_rgb(colour: Color) -> bool {
    matches!(colour, Color::Rgb(..))
}

fn nearest(colour: Color) -> Color {
    match colour {
        Color::Rgb(r, g, b) => Color::Indexed(colour::nearest_of_256([r, g, b])),
        other => other,
    }
}
