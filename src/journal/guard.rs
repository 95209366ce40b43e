//! The guard at the journal's door: no full card number gets in with a text, however it is spelt.
//! It walks through texts and readings; it knows nothing of where they go.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::dcms::{KitNo, harmless};
use crate::pin::mask_card_numbers;

/// Longest free text that is kept; a longer one is a page of a gateway's.
const LONGEST: usize = 1000;

/// A free text as it may be kept: harmless, of bearable length, with every card number in it cut to
/// its mask. `known` are identifiers that may look like card numbers and are none.
pub(super) fn text(text: &str, known: &[&str]) -> String {
    let mut kept = mask_card_numbers(&harmless(text), known).into_owned();
    if let Some((end, _)) = kept.char_indices().nth(LONGEST) {
        kept.truncate(end);
        kept.push('…');
    }
    kept
}

/// The same for a text that is kept in another file of the program's.
#[must_use]
pub fn guarded(free: &str, known: &[&str]) -> String {
    text(free, known)
}

/// A reading as it may be kept: the same for every text, number and name in it, but for the numbers of
/// kits. The DCMS has named those, and what is read later is compared with them.
pub(super) fn json(value: &Value, known: &[&str]) -> Value {
    match value {
        Value::String(string) => Value::String(text(string, known)),
        Value::Number(number) => {
            let digits = number.to_string();
            match mask_card_numbers(&digits, known) {
                Cow::Borrowed(_) => value.clone(),
                Cow::Owned(mask) => Value::String(mask),
            }
        }
        Value::Array(list) => list.iter().map(|item| json(item, known)).collect(),
        Value::Object(fields) => {
            let mut kept = Map::new();
            kept.extend(fields.iter().map(|(name, item)| {
                let item = match name.as_str() {
                    "kit_no" | "kits" => kit_numbers(item, known),
                    _ => json(item, known),
                };
                (text(name, known), item)
            }));
            kept.into()
        }
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// A kit's number, or a list of them.
fn kit_numbers(value: &Value, known: &[&str]) -> Value {
    match value {
        Value::String(number) if KitNo::parse(number).is_ok() => value.clone(),
        Value::Array(list) => list.iter().map(|item| kit_numbers(item, known)).collect(),
        other => json(other, known),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kept(free: &str) -> String {
        text(free, &[])
    }

    #[test]
    fn readings_are_walked_through() {
        let reading = json!({"kits": [{"kit": "4561789", "card": "4111111111111111", "n": 4_111_111_111_111_111_u64}],
            "4111111111111111": null, "on": true, "f": 4_111_111_111_111_111.0});
        assert_eq!(
            json(&reading, &[]),
            json!({"kits": [{"kit": "4561789", "card": "411111XXXXXX1111", "n": "411111XXXXXX1111"}],
                "411111XXXXXX1111": null, "on": true, "f": "411111XXXXXX1111.0"})
        );
    }

    #[test]
    fn kits_that_were_read_keep_their_numbers() {
        let reading = json!({"kit": {"kit_no": "4111111111111111", "card": "4111111111111111"},
            "kits": ["4222222222222", "1"], "states": ["4222222222222"]});
        assert_eq!(
            json(&reading, &[]),
            json!({"kit": {"kit_no": "4111111111111111", "card": "411111XXXXXX1111"},
                "kits": ["4222222222222", "1"], "states": ["422222XXX2222"]})
        );
    }

    #[test]
    fn harmful_and_endless_texts_are_tamed() {
        assert_eq!(kept("A\u{1b}[31mB"), "A·[31mB");
        assert_eq!(kept(&"x".repeat(5000)).chars().count(), LONGEST + 1);
        assert_eq!(
            kept("4111\u{200b}1111\u{200b}1111\u{200b}1111"),
            "411111XXXXXX1111"
        );
    }
}
