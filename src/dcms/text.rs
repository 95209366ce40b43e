//! Text as the DCMS sends it: data, never instructions. Kept as it came, shown only when harmless.

use std::borrow::Cow;
use std::sync::Arc;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::list::for_each;
use crate::columns::is_printable_ascii;
use crate::pin::mask_card_numbers;

/// Most bytes that are kept of one text: longer ones are a gateway's pages.
const KEPT: usize = 4096;
/// Most characters of one text that are shown.
const SHOWN: usize = 1000;
/// How much of a text that is cut could be the beginning of a card number: 19 digits with three marks
/// between each two of them.
const NUMBER: usize = 19 + 18 * 3;

/// A text of the server's. It has no `Display` on purpose: what reaches a terminal or a message
/// goes through [`Text::shown`], what goes back to the server through [`Text::as_sent`]. Shared: most
/// kits say the same in most fields.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// Takes a text as it came, up to 4 KiB of it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::from(kept(text.into().into())))
    }

    /// To the letter, for sending it back and for comparing.
    #[must_use]
    pub fn as_sent(&self) -> &str {
        &self.0
    }

    /// With a mark in place of every character that could steer or disguise: control and escape
    /// characters, bidirectional overrides, invisible ones. At most 1,000 characters.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        let end = if self.0.len() <= SHOWN {
            None
        } else {
            self.0.char_indices().nth(SHOWN)
        };
        match end {
            None => harmless(&self.0),
            Some((end, _)) => Cow::Owned(harmless(&self.0[..end]).into_owned() + "…"),
        }
    }

    /// The same, with every card number in it cut to its mask.
    pub(crate) fn with_card_numbers_masked(self) -> Self {
        // All of it: what is cut off first could be the rest of a number.
        let harmless = harmless(&self.0);
        match mask_card_numbers(&harmless, &[]) {
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
        said(raw).map(|text| Self(kept(text).into()))
    }

    /// The same, and the text that is known already where it is equal. Blanks alone are nothing.
    pub(super) fn from_raw_or_known(raw: &RawValue, known: &mut [Option<Self>]) -> Option<Self> {
        let text = kept(said(raw)?);
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

/// As much of a text as is kept. What could be the beginning of a card number goes with what is cut off:
/// the rest of it would not be known for what it is.
fn kept(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.len() <= KEPT {
        return text;
    }
    let kept = &text[..text.floor_char_boundary(KEPT - '…'.len_utf8())];
    let cut = kept.char_indices().rev().take(NUMBER);
    let cut = cut.take_while(|(_, c)| !c.is_alphabetic());
    let end = cut.last().map_or(kept.len(), |(at, _)| at);
    Cow::Owned(kept[..end].to_owned() + "…")
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
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let marked = judged(text).map(|(c, is_harmful)| if is_harmful { '·' } else { c });
    Cow::Owned(marked.collect())
}

/// Whether nothing in a text must be replaced before it reaches a terminal.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    is_printable_ascii(text) || !judged(text).any(|(_, is_harmful)| is_harmful)
}

/// Each character of a text, and whether it must never reach a terminal there. A variation selector
/// is harmless behind the character that it changes, and invisible anywhere else.
pub fn judged(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut has_base = false;
    text.chars().map(move |c| {
        let is_harmful = if is_selector(c) {
            !std::mem::take(&mut has_base)
        } else {
            let is_harmful = is_harmful(c);
            has_base = !is_harmful && !c.is_whitespace();
            is_harmful
        };
        (c, is_harmful)
    })
}

/// Variation selectors (Unicode, 23.4): they choose how the character before them is drawn.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Control characters, line and paragraph separators, and all that Unicode calls format characters (Cf) or
/// default-ignorable, which nobody sees: by Unicode's own tables. The zero-width joiner and non-joiner stay
/// between letters of scripts that need them only as far as a terminal can draw them, which is not at all:
/// they are marked too. Variation selectors are judged by what comes before them ([`judged`]).
#[must_use]
pub fn is_harmful(c: char) -> bool {
    if c.is_ascii() {
        return c.is_control();
    }
    let is_ignorable = || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c);
    match CodePointMapData::<GeneralCategory>::new().get(c) {
        GeneralCategory::Control
        | GeneralCategory::Format
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => true,
        _ => is_ignorable() && !is_selector(c),
    }
}

/// An optional text field: missing, null and wrongly shaped ones are nothing.
pub(crate) fn optional<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Text>, D::Error> {
    let raw = Option::<&RawValue>::deserialize(json)?;
    Ok(raw
        .and_then(Text::from_raw)
        .filter(|text| !text.0.trim().is_empty()))
}

/// A truth value, also as text; missing, null and anything else are nothing.
pub(super) fn truth<'de, D: Deserializer<'de>>(json: D) -> Result<Option<bool>, D::Error> {
    let text = optional(json)?;
    let is = |word: &str| text.as_ref().is_some_and(|text| text.is_word(word));
    Ok(is("true").then_some(true).or(is("false").then_some(false)))
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
    fn strings_and_numbers_are_interchangeable() {
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

    #[test]
    fn nothing_invisible_is_shown() {
        // All of Cf and the default-ignorable code points (Unicode, DerivedCoreProperties.txt).
        for c in "\u{ad}\u{34f}\u{600}\u{605}\u{61c}\u{6dd}\u{70f}\u{890}\u{8e2}\u{115f}\u{1160}\u{17b4}\
            \u{17b5}\u{180b}\u{180c}\u{180d}\u{180e}\u{180f}\u{200b}\u{200d}\u{202e}\u{2060}\u{2065}\u{206f}\u{3164}\u{feff}\
            \u{ffa0}\u{fff0}\u{fffb}\u{110bd}\u{110cd}\u{13430}\u{1343f}\u{1bca0}\u{1d173}\u{1d17a}\u{e0001}\
            \u{e0020}\u{e007f}\u{e0080}\u{e0fff}\u{2028}\u{2029}\u{85}"
            .chars()
        {
            assert!(is_harmful(c), "{c:?}");
            assert_eq!(harmless(&format!("GOLD{c}CARD")), "GOLD·CARD", "{c:?}");
        }
    }

    #[test]
    fn a_variation_selector_needs_a_base() {
        for shown in ["\u{2764}\u{fe0f} CARD", "葛\u{e0100}城", "1\u{fe0f}"] {
            assert_eq!(harmless(shown), shown);
            assert!(is_plain(shown));
        }
        for (sent, shown) in [
            ("\u{fe0f}GOLD", "·GOLD"),
            ("GOLD \u{fe0f}CARD", "GOLD ·CARD"),
            ("G\u{fe0f}\u{fe0f}", "G\u{fe0f}·"),
            ("\u{200b}\u{fe00}", "··"),
        ] {
            assert_eq!(harmless(sent), shown);
            assert!(!is_plain(sent));
        }
    }

    #[test]
    fn long_texts_are_cut_and_no_card_number_with_them() {
        let shown = Text::new("é".repeat(5000));
        assert!(shown.as_sent().len() <= KEPT);
        assert_eq!(shown.shown().chars().count(), SHOWN + 1);
        // Wherever the cut falls, no half of a number is left that masking does not know.
        for front in KEPT - 40..KEPT {
            for number in ["4111111111111111", "4111 - 1111 - 1111 - 1111"] {
                let text = Text::new(format!("{}{number} and more", "x".repeat(front)));
                let masked = text.with_card_numbers_masked();
                assert!(masked.as_sent().len() <= KEPT);
                let digits = masked.as_sent().bytes().filter(u8::is_ascii_digit).count();
                assert!(digits <= 10, "{front}");
            }
        }
        let digits = Text::new("7 ".repeat(15_000_000)).with_card_numbers_masked();
        assert!(digits.as_sent().len() <= KEPT);
    }
}
