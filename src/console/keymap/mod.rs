//! What each key does in each place, by one table and the user's changes to it. Help, key line and
//! palette come from it. Data, not code: the app carries out the actions.

mod action;
mod chosen;
mod editing;
mod here;
mod key;
mod place;
mod table;

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub use action::Action;
pub use editing::{editing_keys, request_of};
pub use here::{Here, needed};
pub use key::Key;
pub use place::Place;
use table::BINDINGS;

/// One row of the table.
#[derive(Debug, Clone)]
pub struct Binding {
    /// What it does.
    pub action: Action,
    /// Which keys do it, the one that is shown first.
    keys: Vec<Key>,
    /// Where.
    places: &'static [Place],
    /// In a few words, for the key line and the help. Empty: works, but goes without saying.
    pub says: &'static str,
}

impl Binding {
    /// Whether it is of that place.
    #[must_use]
    pub fn is_in(&self, place: Place) -> bool {
        self.places.contains(&place)
    }

    /// Its keys, as far as they are no letters where letters are typed.
    pub fn keys_in(&self, place: Place) -> impl Iterator<Item = Key> {
        let keys = self.keys.iter().copied();
        keys.filter(move |key| !(place.takes_text() && key.is_typed()))
    }
}

/// All bindings. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Keymap(Arc<Vec<Binding>>);

impl Default for Keymap {
    /// As built in.
    fn default() -> Self {
        let rows = BINDINGS.iter().map(|row| Binding {
            action: row.action,
            keys: row.keys.to_vec(),
            places: row.places,
            says: row.says,
        });
        Self(Arc::new(rows.collect()))
    }
}

impl Keymap {
    /// What a key means in a place, if anything. Letters are no commands where text is typed.
    #[must_use]
    pub fn action(&self, place: Place, event: &KeyEvent) -> Option<Action> {
        let mut modifiers = event.modifiers;
        // A capital letter or a question mark comes with Shift on some terminals and without on others.
        if matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab) {
            modifiers.remove(KeyModifiers::SHIFT);
        }
        let pressed = Key(event.code, modifiers);
        let mut rows = self.0.iter().filter(|row| row.places.contains(&place));
        rows.find(|row| row.keys_in(place).any(|key| key == pressed))
            .map(|row| row.action)
    }

    /// The rows that a place's key line and help show.
    pub fn shown_in(&self, here: Here) -> impl Iterator<Item = &Binding> {
        self.0.iter().filter(move |row| {
            row.places.contains(&here.place) && !row.says.is_empty() && !here.lacks(row.action)
        })
    }

    /// All rows that are shown anywhere.
    pub fn shown(&self) -> impl Iterator<Item = &Binding> {
        self.0.iter().filter(|row| !row.says.is_empty())
    }

    /// The keys of an action in a place, shown there or not.
    pub fn keys_in(&self, action: Action, place: Place) -> impl Iterator<Item = Key> {
        let mut rows = self.0.iter();
        let row = rows.find(move |row| row.action == action && row.is_in(place));
        row.into_iter().flat_map(move |row| row.keys_in(place))
    }

    /// The keys of an action, for a sentence: "J or F4".
    #[must_use]
    pub fn named(&self, action: Action) -> String {
        let row = self.0.iter().find(|row| row.action == action);
        let keys = row.map_or(&[][..], |row| &row.keys);
        // What is quickest to type is named first.
        let (letters, others): (Vec<Key>, Vec<Key>) = keys.iter().partition(|key| key.is_typed());
        let names: Vec<_> = letters.iter().chain(&others).map(Key::to_string).collect();
        names.join(" or ")
    }

    /// One key of an action, in the fewest letters: where there is a choice, one that works in a form too.
    #[must_use]
    pub fn short(&self, action: Action) -> String {
        let row = self.0.iter().find(|row| row.action == action);
        let keys = row.map_or(&[][..], |row| &row.keys);
        let key = keys.iter().find(|key| !key.is_typed()).or(keys.first());
        key.map(Key::to_string).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::key::ctrl;
    use super::place::Trait;
    use super::{Place as P, *};
    use crate::documents;
    use crate::journal::Write;

    fn means(place: Place, code: KeyCode) -> Option<Action> {
        Keymap::default().action(place, &KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn letters_are_text_where_text_is_typed() {
        assert_eq!(means(P::Kits, KeyCode::Char('g')), Some(Action::LookUp));
        assert_eq!(means(P::Box, KeyCode::Char('g')), None);
        assert_eq!(means(P::Review, KeyCode::Char('?')), None);
        assert_eq!(means(P::Box, KeyCode::F(2)), Some(Action::LookUp));
    }

    #[test]
    fn no_key_means_two_things_in_one_place() {
        let map = Keymap::default();
        for place in P::ALL {
            let mut seen = Vec::new();
            for row in map.0.iter().filter(|row| row.is_in(*place)) {
                for key in row.keys_in(*place) {
                    let clash = seen.iter().find(|(known, action): &&(Key, Action)| {
                        *known == key && !action.shares_key_with(row.action)
                    });
                    assert!(clash.is_none(), "{key} means two things in {place:?}");
                    seen.push((key, row.action));
                }
            }
        }
    }

    #[test]
    fn what_edits_a_text_is_no_command_where_one_is_typed() {
        let map = Keymap::default();
        for place in P::ALL.iter().filter(|place| place.takes_text()) {
            for row in map.0.iter().filter(|row| row.is_in(*place)) {
                let clash = row.keys_in(*place).find(|key| editing::edits(*key));
                assert_eq!(clash, None, "{place:?}");
            }
        }
    }

    #[test]
    fn flow_control_and_suspend_are_left_alone() {
        for row in Keymap::default().0.iter() {
            for key in &row.keys {
                assert!(![ctrl('s'), ctrl('q'), ctrl('z')].contains(key), "{key}");
            }
        }
    }

    #[test]
    fn every_place_has_a_way_back_and_help() {
        for place in P::ALL {
            // What hides everything says itself which key shows it again.
            let back = (*place != P::Hidden).then_some(Action::Back);
            assert_eq!(means(*place, KeyCode::Esc), back, "{place:?}");
            let help = place.has(Trait::Console).then_some(Action::Help);
            assert_eq!(means(*place, KeyCode::F(1)), help, "{place:?}");
        }
    }

    #[test]
    fn every_place_can_be_hidden_and_ended() {
        for place in P::ALL {
            let means = |letter| {
                let event = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
                Keymap::default().action(*place, &event)
            };
            assert_eq!(means('l'), Some(Action::Hide), "{place:?}");
            assert_eq!(means('c'), Some(Action::Quit), "{place:?}");
        }
    }

    #[test]
    fn every_operation_has_a_key_and_a_word_in_the_key_line() {
        let map = Keymap::default();
        for write in Write::ALL {
            let mut rows = map
                .shown()
                .filter(|row| row.action == Action::Write(*write));
            assert!(rows.any(|row| !row.keys.is_empty()), "{write}");
        }
    }

    /// Where a command's keys work, by the headings of help.
    fn whereabouts(rows: &[&Binding]) -> String {
        let places: Vec<_> = rows.iter().flat_map(|row| row.places).collect();
        if place::EVERYWHERE
            .iter()
            .all(|place| places.contains(&place))
        {
            return "everywhere".to_owned();
        }
        let mut titles = Vec::new();
        for place in places {
            if !titles.contains(&place.title()) {
                titles.push(place.title());
            }
        }
        titles.join(", ")
    }

    #[test]
    fn the_documents_have_all_keys() {
        let map = Keymap::default();
        let commands: Vec<_> = Action::named()
            .map(|(name, action)| {
                let rows = map.0.iter().filter(|row| row.action == action);
                let rows: Vec<_> = rows.collect();
                let mut keys = Vec::new();
                for key in rows.iter().flat_map(|row| &row.keys) {
                    let key = format!("`{key}`");
                    if !keys.contains(&key) {
                        keys.push(key);
                    }
                }
                [format!("`{name}`"), keys.join(" "), whereabouts(&rows)]
            })
            .collect();
        let made = documents::table(["command", "keys", "where"], &commands);
        documents::compare("docs/keys.md", "keys", &made);
    }

    #[test]
    fn the_documents_have_all_keys_that_edit() {
        let rows: Vec<_> = editing_keys()
            .map(|(keys, says)| {
                let keys: Vec<_> = keys.split("  ").map(|key| format!("`{key}`")).collect();
                [keys.join(" "), says.to_owned()]
            })
            .collect();
        let made = documents::table(["keys", "do"], &rows);
        documents::compare("docs/keys.md", "editing", &made);
    }
}
