//! Other keys, as the configuration gives them. What would clash, or take a key away that is needed, is
//! refused by its line, so that no key ever means two things.

use std::sync::Arc;

use super::editing::edits;
use super::{Action, Binding, Key, Keymap};
use crate::config::{ConfigError, KeyChoice};

impl Keymap {
    /// The table with the user's own keys in it.
    ///
    /// # Errors
    /// The first choice that can't be: an unknown command, a key that there is none of or that is needed
    /// elsewhere, two meanings of one key.
    pub fn chosen(choices: &[KeyChoice]) -> Result<Self, ConfigError> {
        let mut map = Self::default();
        for choice in choices {
            let action = action_named(choice)?;
            let keys = keys_of(choice, action, &map)?;
            let rows = Arc::make_mut(&mut map.0)
                .iter_mut()
                .filter(|row| row.action == action);
            rows.for_each(|row| row.keys.clone_from(&keys));
        }
        choices.iter().try_for_each(|choice| map.no_clash(choice))?;
        Ok(map)
    }

    fn no_clash(&self, choice: &KeyChoice) -> Result<(), ConfigError> {
        let action = action_named(choice)?;
        for row in self.0.iter().filter(|row| row.action == action) {
            for place in row.places {
                let others = self
                    .0
                    .iter()
                    .filter(|other| other.action != action && other.places.contains(place))
                    .filter(|other| !other.action.shares_key_with(action));
                for other in others {
                    let Some(key) = row
                        .keys_in(*place)
                        .find(|key| other.keys_in(*place).any(|its| its == *key))
                    else {
                        continue;
                    };
                    return Err(choice.error(format!(
                        ": {key} is {} too ({}); give one of them another key",
                        called(other),
                        place.title()
                    )));
                }
            }
        }
        Ok(())
    }
}

fn action_named(choice: &KeyChoice) -> Result<Action, ConfigError> {
    let mut named = Action::named();
    let found = named.find(|(name, _)| *name == choice.name);
    found.map(|(_, action)| action).ok_or_else(|| {
        let all: Vec<_> = Action::named().map(|(name, _)| name).collect();
        let all = all.join(", ");
        choice.error(format!(" is not a command; allowed are {all}"))
    })
}

fn keys_of(choice: &KeyChoice, action: Action, map: &Keymap) -> Result<Vec<Key>, ConfigError> {
    let mut keys = Vec::new();
    for name in &choice.keys {
        let key: Key = name.parse().map_err(|why| choice.error(why))?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        return Err(choice.error(" needs at least one key"));
    }
    // Where text is typed and the command works there as well.
    let rows = map.0.iter().filter(|row| row.action == action);
    let mut typed_in = rows.flat_map(|row| {
        let places = row.places.iter();
        places.filter(|place| place.takes_text() && row.keys_in(**place).next().is_some())
    });
    if let Some(place) = typed_in.next() {
        if let Some(key) = keys.iter().find(|key| edits(**key)) {
            return Err(choice.error(format!(": {key} is for editing what is typed")));
        }
        if keys.iter().all(|key| key.is_typed()) {
            return Err(choice.error(format!(
                " needs a key other than a letter, such as F12: it works where text is typed too ({})",
                place.title()
            )));
        }
    }
    Ok(keys)
}

fn called(row: &Binding) -> String {
    match row.action.name() {
        Some(name) => name.to_owned(),
        None if row.says.is_empty() => "the way through a form".to_owned(),
        None => format!("\"{}\"", row.says),
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;
    use crate::config::{Env, Request, load};
    use crate::console::keymap::Place;
    use crate::journal::Write;

    /// As they are read from a file.
    fn chosen(text: &str) -> Vec<KeyChoice> {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let file = folder.path().join("config.toml");
        let profile =
            "[profiles.a]\nbase_url = \"https://h/v1\"\ntenant = \"T\"\nenvironment = \"uat\"\n";
        std::fs::write(&file, format!("[keys]\n{text}\n{profile}")).expect("our own");
        let request = Request {
            config: Some(file),
            ..Request::default()
        };
        let config = load(&request, &Env::given::<&str, &str>([]));
        config.map_err(|error| error.to_string()).expect(text).keys
    }

    fn error(text: &str) -> String {
        match Keymap::chosen(&chosen(text)) {
            Ok(_) => panic!("{text} must be refused"),
            Err(error) => {
                let error = error.to_string();
                let (_, rest) = error.split_once("config.toml").expect("it names the file");
                format!("config.toml{rest}")
            }
        }
    }

    fn means(map: &Keymap, place: Place, code: KeyCode) -> Option<Action> {
        map.action(place, &KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn other_keys_take_the_place_of_the_old_ones() {
        let text = "upgrade = [\"U\", \"F12\"]\nfind = [\"f\", \"F2\"]";
        let map = Keymap::chosen(&chosen(text)).expect("no clash");
        assert_eq!(
            means(&map, Place::Kits, KeyCode::Char('U')),
            Some(Action::Write(Write::Upgrade))
        );
        assert_eq!(
            means(&map, Place::Kits, KeyCode::F(12)),
            Some(Action::Write(Write::Upgrade))
        );
        assert_eq!(means(&map, Place::Kits, KeyCode::Char('u')), None);
        assert_eq!(
            means(&map, Place::Detail, KeyCode::Char('f')),
            Some(Action::LookUp)
        );
        assert_eq!(means(&map, Place::Box, KeyCode::Char('f')), None);
        assert_eq!(map.named(Action::LookUp), "f or F2");
    }

    #[test]
    fn two_may_change_places() {
        let map = Keymap::chosen(&chosen("upgrade = \"p\"\nset_pin = \"u\"")).expect("no clash");
        assert_eq!(
            means(&map, Place::Kits, KeyCode::Char('p')),
            Some(Action::Write(Write::Upgrade))
        );
    }

    #[test]
    fn what_can_not_be_is_refused_by_its_line() {
        assert_eq!(
            error("set_pin = \"z\"\nupgrade = \"g\""),
            "config.toml, line 3: keys.upgrade: g is find too (The kits); give one of them another key"
        );
        assert!(error("upgrde = \"u\"").starts_with(
            "config.toml, line 2: keys.upgrde is not a command; allowed are find, orders, journal,"
        ));
        assert_eq!(
            error("upgrade = []"),
            "config.toml, line 2: keys.upgrade needs at least one key"
        );
        assert_eq!(
            error("find = \"f\""),
            "config.toml, line 2: keys.find needs a key other than a letter, such as F12: \
             it works where text is typed too (Finding a customer)"
        );
        assert_eq!(
            error("help = \"Home\""),
            "config.toml, line 2: keys.help: Home is for editing what is typed"
        );
        assert_eq!(
            error("help = \"F10\""),
            "config.toml, line 2: keys.help: F10 is go_on too (Upgrading a card); give one of them another key"
        );
        for (bad, why) in [
            ("Ctrl+S", "Ctrl+S, Ctrl+Q and Ctrl+Z are the terminal's own"),
            ("Ctrl+M", "a terminal can't tell Ctrl+M from another key"),
            ("Alt+x", "a terminal can't tell Alt from Esc and a letter"),
            (
                "Enter",
                "Enter, Esc, Tab and Backspace mean the same for everybody",
            ),
            ("F13", "is not a key; allowed are letters and signs"),
            ("", "is not a key"),
            ("ab", "is not a key"),
        ] {
            let error = error(&format!("hide = \"{bad}\""));
            assert!(error.contains(why), "{error}");
        }
    }
}
