//! What the app is drawn in: a theme looked at, kept, or taken back.
//! Files are read by the loop; here is only what their themes do to the app.

use super::app::App;
use super::message::Effect;
use super::screens::popup::Popup;
use super::screens::sentence;
use super::screens::themes::{Picked, Shelf, Source, ThemePicker};
use super::theme::Theme;

impl App {
    /// With these themes to choose from.
    #[must_use]
    pub fn with_themes(mut self, themes: Shelf) -> Self {
        self.shelf = themes;
        self
    }

    /// Opens the choice and looks for the user's own themes.
    pub(super) fn choose_theme(&mut self, effects: &mut Vec<Effect>) {
        let picker = ThemePicker::new(&self.shelf, self.theme.clone());
        self.popup = Some(Popup::Themes(Box::new(picker)));
        effects.extend(self.shelf.folder.clone().map(Effect::FindThemes));
    }

    /// Offers the user's own themes, if the choice is still open.
    pub(super) fn themes_found(&mut self, own: Vec<Source>) {
        if let Some(Popup::Themes(picker)) = &mut self.popup {
            picker.found(own);
        }
    }

    /// Draws with the theme that is looked at, keeps it, or goes back to the one before.
    pub(super) fn picked(&mut self, picked: Picked, effects: &mut Vec<Effect>) {
        match picked {
            Picked::Stay => {}
            Picked::Look(source) => {
                if let Some(path) = source.path().cloned() {
                    effects.push(Effect::ReadTheme(source, path));
                } else {
                    let theme = Theme::built_in(source.name()).map(Box::new);
                    self.theme_read(source, theme.map_err(|fault| fault.to_string()));
                }
            }
            Picked::Keep(source) => {
                self.shelf.current = source;
                self.popup = None;
            }
            Picked::Back(theme) => {
                self.theme = *theme;
                self.popup = None;
            }
        }
    }

    /// A theme that nobody looks at any more is dropped; a faulty one leaves the last good one.
    pub(super) fn theme_read(&mut self, source: Source, theme: Result<Box<Theme>, String>) {
        let Some(Popup::Themes(picker)) = &mut self.popup else {
            return;
        };
        if !picker.looks_at(&source) {
            return;
        }
        match theme {
            Ok(theme) => {
                self.theme = theme.at(self.shelf.depth);
                if picker.shown() {
                    self.shelf.current = source;
                    self.popup = None;
                }
            }
            Err(why) => picker.refused(sentence(&why)),
        }
    }
}
