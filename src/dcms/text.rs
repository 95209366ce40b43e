//! Text as the DCMS sends it: data, never instructions. Kept as it came, shown only when harmless.

use std::borrow::Cow;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::list::for_each;
use crate::columns::is_printable_ascii;
use crate::pin::mask_card_numbers;

/// A text of the server's. It has no `Display` on purpose: what reaches a terminal or a message
/// goes through [`Text::shown`], what goes back to the server through [`Text::as_sent`]. Shared: most
/// kits say the same in most fields.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// Takes a text as it came.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::from(text.into()))
    }

    /// To the letter, for sending it back and for comparing.
    #[must_use]
    pub fn as_sent(&self) -> &str {
        &self.0
    }

    /// With a mark in place of every character that could steer or disguise: control and escape
    /// characters, bidirectional overrides, zero-width ones.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        harmless(&self.0)
    }

    /// The same, with every card number in it cut to its mask.
    pub(super) fn with_card_numbers_masked(self) -> Self {
        match mask_card_numbers(&self.shown(), &[]) {
            Cow::Borrowed(_) => self,
            Cow::Owned(masked) => Self(masked.into()),
        }
    }

    /// Whether it says this word, in any case.
    #[must_use]
    pub fn is_word(&self, word: &str) -> bool {
        self.0.trim().eq_ignore_ascii_case(word)
    }

    /// What is [`said`] there, to be kept.
    pub(super) fn from_raw(raw: &RawValue) -> Option<Self> {
        said(raw).map(|text| Self(text.into()))
    }

    /// The same, and the text that is known already where it is equal. Blanks alone are nothing.
    pub(super) fn from_raw_or_known(raw: &RawValue, known: &mut [Option<Self>]) -> Option<Self> {
        let text = said(raw)?;
        if text.trim().is_empty() {
            return None;
        }
        // The place follows from the text, so that looking for it costs the same however many there
        // are; what was there before makes room.
        let mix = text.bytes().fold(0_usize, |mix, byte| {
            mix.wrapping_mul(31).wrapping_add(byte.into())
        });
        let place = mix % known.len();
        let known = &mut known[place];
        if known.as_ref().is_none_or(|known| *known.0 != *text) {
            *known = Some(Self(text.into()));
        }
        known.clone()
    }
}

/// A JSON string, number or truth value as text; nothing for `null`, lists and objects.
/// Numbers are taken by their letters, so that a long account number stays what it is.
pub(super) fn said(raw: &RawValue) -> Option<Cow<'_, str>> {
    let json = raw.get();
    match json.as_bytes().first()? {
        b'"' => of_string(json),
        b'n' | b'{' | b'[' => None,
        _ => Some(Cow::Borrowed(json)),
    }
}

/// What a JSON string says. Most have nothing in them that must be read twice.
fn of_string(json: &str) -> Option<Cow<'_, str>> {
    let plain = json.strip_prefix('"')?.strip_suffix('"')?;
    if plain.contains('\\') {
        serde_json::from_str(json).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(plain))
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.shown())
    }
}

/// Replaces what must never reach a terminal by `·`.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    // Most texts are this, and every kit of a customer is looked through for each letter of a filter.
    if is_printable_ascii(text) {
        return Cow::Borrowed(text);
    }
    if text.chars().any(is_harmful) {
        Cow::Owned(
            text.chars()
                .map(|c| if is_harmful(c) { '·' } else { c })
                .collect(),
        )
    } else {
        Cow::Borrowed(text)
    }
}

/// Control characters, and those that Unicode calls format characters. The zero-width joiner and
/// non-joiner stay between letters of scripts that need them only as far as a terminal can draw
/// them, which is not at all: they are marked too.
#[must_use]
pub fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// An optional text field: missing, null and wrongly shaped ones are nothing.
pub(super) fn optional<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Text>, D::Error> {
    let raw = Option::<&RawValue>::deserialize(json)?;
    Ok(raw
        .and_then(Text::from_raw)
        .filter(|text| !text.0.trim().is_empty()))
}

/// How many texts of a list are kept: more than anybody reads.
const MOST_TEXTS: usize = 100;

/// One text or a list of them; anything else is an empty list.
pub(super) fn several<'de, D: Deserializer<'de>>(json: D) -> Result<Vec<Text>, D::Error> {
    let Some(raw) = Option::<&RawValue>::deserialize(json)? else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for_each(raw, |element| {
        if all.len() < MOST_TEXTS {
            all.extend(Text::from_raw(element));
        }
    });
    Ok(all)
}

/// `null` is as good as missing.
pub(super) fn or_none<'de, D, T>(json: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(json).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Sample {
        #[serde(default, deserialize_with = "optional")]
        one: Option<Text>,
        #[serde(default, deserialize_with = "several")]
        many: Vec<Text>,
    }

    fn one(json: &str) -> Option<String> {
        let sample: Sample = serde_json::from_str(json).expect("JSON");
        sample.one.map(|text| text.as_sent().to_owned())
    }

    #[test]
    fn strings_and_numbers_stand_in_for_one_another() {
        assert_eq!(one(r#"{"one":"8000000"}"#).as_deref(), Some("8000000"));
        assert_eq!(one(r#"{"one":8000000}"#).as_deref(), Some("8000000"));
        assert_eq!(
            one(r#"{"one":123456789012345678901234567890}"#).as_deref(),
            Some("123456789012345678901234567890"),
        );
        for nothing in [
            r"{}",
            r#"{"one":null}"#,
            r#"{"one":{"a":1}}"#,
            r#"{"one":"  "}"#,
        ] {
            assert_eq!(one(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_list_may_be_one_or_missing() {
        let many = |json: &str| {
            serde_json::from_str::<Sample>(json)
                .expect("JSON")
                .many
                .len()
        };
        assert_eq!(many(r#"{"many":["a","b"]}"#), 2);
        assert_eq!(many(r#"{"many":"a"}"#), 1);
        assert_eq!(many(r#"{"many":null}"#), 0);
        assert_eq!(many(r#"{"many":{"field":"a"}}"#), 0);
    }

    #[test]
    fn nothing_harmful_is_shown() {
        let hostile = Text::new("A\u{1b}[31mB\u{202e}C\u{200b}D\r\n");
        assert_eq!(hostile.shown(), "A·[31mB·C·D··");
        assert_eq!(hostile.as_sent().len(), 17);
        assert_eq!(Text::new("मीना 王芳").shown(), "मीना 王芳");
    }
}
