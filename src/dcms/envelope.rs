//! The envelope around every reply, and the two shapes of its exception (contract, 1).

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::text::{self, Text};

/// A reply's three parts; `result` is decoded by the call that asked for it.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow, default)]
    pub(super) result: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "object")]
    exception: Option<Exception>,
}

impl<'a> Envelope<'a> {
    /// Reads a body, or nothing where it is no envelope.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        // serde would also read a list as a struct, field by field.
        let is_object = body.trim_ascii_start().starts_with(b"{");
        is_object
            .then(|| serde_json::from_slice(body).ok())
            .flatten()
    }

    /// What the DCMS objects to, or else the result.
    pub(super) fn refused_or_result(self, http: u16) -> Result<Option<&'a RawValue>, Refusal> {
        match self.exception {
            Some(exception) => Err(exception.into_refusal(http)),
            None => Ok(self.result),
        }
    }
}

/// The JSON of a reply that breaks off, up to the last element that came whole.
fn completed(fragment: &[u8]) -> Option<String> {
    let text = fragment.utf8_chunks().next()?.valid();
    let (mut open, mut whole) = (Vec::new(), None);
    let (mut in_string, mut is_escaped, mut is_value) = (false, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => {
                in_string = !in_string;
                if !in_string && is_value {
                    whole = Some((at + 1, open.clone()));
                }
            }
            _ if in_string => {}
            b':' => is_value = true,
            b'{' => {
                open.push('}');
                is_value = false;
            }
            b'[' => {
                open.push(']');
                is_value = true;
            }
            b'}' | b']' => {
                open.pop();
                whole = Some((at + 1, open.clone()));
            }
            b',' => {
                whole = Some((at, open.clone()));
                is_value = open.last() == Some(&']');
            }
            _ => {}
        }
        if open.len() > DEEPEST {
            break;
        }
    }
    let (end, open) = whole?;
    Some(text[..end].chars().chain(open.into_iter().rev()).collect())
}

/// Deeper than any refusal is nested.
const DEEPEST: usize = 16;

/// Reads the result of a reply that is as it should be and holds no exception, with one look at each
/// letter: for long ones. Nothing for any other: [`Envelope::read`] says what there is to say about it.
pub(super) fn result_of<'a, S: DeserializeSeed<'a>>(body: &'a [u8], seed: S) -> Option<S::Value> {
    let text = std::str::from_utf8(body).ok()?;
    let mut json = serde_json::Deserializer::from_str(text);
    let result = json.deserialize_map(GoodReply(seed)).ok()?;
    json.end().ok()?;
    Some(result)
}

/// A map with a result for this seed, once, and without an exception.
struct GoodReply<S>(S);

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Part {
    Result,
    Exception,
    #[serde(other)]
    Other,
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for GoodReply<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an envelope with a result")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut parts: A) -> Result<S::Value, A::Error> {
        let (mut seed, mut result) = (Some(self.0), None);
        while let Some(part) = parts.next_key::<Part>()? {
            match part {
                Part::Result => {
                    let seed = seed.take();
                    let seed = seed.ok_or_else(|| A::Error::duplicate_field("result"))?;
                    result = Some(parts.next_value_seed(seed)?);
                }
                Part::Exception => {
                    if parts.next_value::<Option<IgnoredAny>>()?.is_some() {
                        return Err(A::Error::custom("an exception"));
                    }
                }
                Part::Other => {
                    parts.next_value::<IgnoredAny>()?;
                }
            }
        }
        result.ok_or_else(|| A::Error::missing_field("result"))
    }
}

/// Null or an object: serde would also read a list as an exception, field by field.
fn object<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Exception>, D::Error> {
    let raw = Option::<&RawValue>::deserialize(from)?;
    let Some(raw) = raw else {
        return Ok(None);
    };
    if raw.get().starts_with('[') {
        return Err(D::Error::custom("an exception is no list"));
    }
    serde_json::from_str(raw.get())
        .map(Some)
        .map_err(D::Error::custom)
}

/// Both shapes at once: what one does not have is missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exception {
    #[serde(default, deserialize_with = "text::optional")]
    error_code: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    detail_message: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    error_message: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    short_message: Option<Text>,
    #[serde(default, deserialize_with = "text::several")]
    field_error: Vec<Text>,
}

impl Exception {
    fn into_refusal(self, http: u16) -> Refusal {
        let message = self
            .detail_message
            .or(self.error_message)
            .or(self.short_message);
        // A bank may quote what it objects to. From here on these words go everywhere.
        let masked = Text::with_card_numbers_masked;
        Refusal {
            code: self.error_code.map(masked),
            message: message.map(masked),
            fields: self.field_error.into_iter().map(masked).collect(),
            http,
        }
    }
}

/// What the DCMS said when it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// `MCC007`, `kit.not.found`: the only part to branch on.
    pub code: Option<Text>,
    /// Its own sentence.
    pub message: Option<Text>,
    /// What it says about single fields.
    pub fields: Vec<Text>,
    /// The HTTP status that it came with.
    pub http: u16,
}

impl Refusal {
    /// The refusal of a status that says so alone, with what its body holds of a reason.
    pub(super) fn of_status(body: &[u8], http: u16) -> Self {
        let refused = |body: &[u8]| Envelope::read(body)?.refused_or_result(http).err();
        refused(body)
            .or_else(|| refused(completed(body)?.as_bytes()))
            .unwrap_or_else(|| Self::bare(http))
    }

    /// A refusal of which only the HTTP status is known.
    pub(super) fn bare(http: u16) -> Self {
        Self {
            code: None,
            message: None,
            fields: Vec::new(),
            http,
        }
    }

    /// For the tests of other rooms: a refusal as it comes over the line.
    #[cfg(test)]
    pub(crate) fn from_json(json: &str, http: u16) -> Self {
        let envelope = Envelope::read(json.as_bytes());
        envelope
            .and_then(|envelope| envelope.refused_or_result(http).err())
            .expect("an exception")
    }

    /// The code, harmless to show.
    #[must_use]
    pub fn code_shown(&self) -> Option<String> {
        self.code.as_ref().map(|code| code.shown().into_owned())
    }

    /// Whether the code is this one.
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        self.code.as_ref().is_some_and(|text| text.is_word(code))
    }

    /// Whether the DCMS says that there is no such record.
    #[must_use]
    pub fn means_not_found(&self) -> bool {
        let code = self
            .code
            .as_ref()
            .map(|code| code.as_sent().to_ascii_lowercase());
        self.http == 404 || code.is_some_and(|code| code == "mcc007" || code.contains("not.found"))
    }

    /// What was said about the field of this wire name, whichever way it is spelt
    /// (`aliasName`, `Alias Name`, `alias_name`).
    #[must_use]
    pub fn about(&self, wire_name: &str) -> Option<&Text> {
        let wanted = letters(wire_name);
        self.fields
            .iter()
            .find(|text| letters(text.as_sent()).contains(&wanted))
    }
}

impl std::fmt::Display for Refusal {
    /// One sentence: the most telling words first, the code behind them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said: Vec<_> = self.fields.iter().map(Text::shown).collect();
        match (said.as_slice(), &self.message) {
            ([], Some(message)) => write!(f, "{}", message.shown().trim_end_matches('.'))?,
            ([], None) => match self.http {
                401 => write!(f, "the DCMS did not accept who is asking")?,
                403 => write!(f, "this user may not do that")?,
                404 => write!(f, "the DCMS does not know this call or this record")?,
                429 => write!(f, "too many requests at the moment")?,
                _ => write!(f, "the DCMS gave no reason")?,
            },
            (fields, _) => write!(f, "{}", fields.join("; ").trim_end_matches('.'))?,
        }
        match &self.code {
            Some(code) => write!(f, " ({})", code.shown()),
            None => write!(f, " (HTTP {})", self.http),
        }
    }
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::*;

    fn refusal(json: &str) -> Refusal {
        let envelope = Envelope::read(json.as_bytes()).expect("an envelope");
        envelope.refused_or_result(400).expect_err("an exception")
    }

    #[test]
    fn the_shape_of_the_call_pages() {
        let refused = refusal(
            r#"{"result":null,"exception":{"errorCode":"ORD003","shortMessage":"Cannot cancel",
                "detailMessage":"Order cannot be cancelled","httpStatus":"BAD_REQUEST","languageCode":"en",
                "fieldError":["Order status is PROCESSED and cannot be cancelled"]},"pagination":null}"#,
        );
        assert!(refused.is("ORD003"));
        assert_eq!(
            refused.to_string(),
            "Order status is PROCESSED and cannot be cancelled (ORD003)"
        );
    }

    #[test]
    fn the_shape_of_the_guide() {
        let refused = refusal(
            r#"{"exception":{"errorCode":"kit.not.found","errorMessage":"Kit not found.","httpStatus":"400 BAD_REQUEST"}}"#,
        );
        assert_eq!(refused.to_string(), "Kit not found (kit.not.found)");
    }

    #[test]
    fn no_whole_card_number_is_taken_over() {
        let refused = refusal(
            r#"{"exception":{"errorCode":"4111111111111111","detailMessage":"card 4111 1111 1111 1111 is bad",
                "fieldError":["pan 4111111111111111","4111\u200b1111\u200b1111\u200b1111","kit 4561789"]}}"#,
        );
        let said: Vec<_> = refused.fields.iter().map(Text::as_sent).collect();
        assert_eq!(
            said,
            ["pan 411111XXXXXX1111", "411111XXXXXX1111", "kit 4561789"]
        );
        let message = refused.message.as_ref().map(Text::as_sent);
        assert_eq!(message, Some("card 411111XXXXXX1111 is bad"));
        assert!(refused.is("411111XXXXXX1111"));
    }

    #[test]
    fn an_empty_exception_is_one_all_the_same() {
        assert_eq!(
            refusal(r#"{"result":true,"exception":{}}"#).to_string(),
            "the DCMS gave no reason (HTTP 400)"
        );
    }

    #[test]
    fn fields_are_found_by_name_however_spelt() {
        let refused =
            refusal(r#"{"exception":{"fieldError":["Alias Name too long","Invalid Kit No"]}}"#);
        assert!(refused.about("aliasName").is_some());
        assert!(refused.about("kitNo").is_some());
        assert!(refused.about("tierType").is_none());
    }

    #[test]
    fn a_good_result_is_read_at_once_and_anything_else_is_left() {
        let read = |body: &[u8]| result_of(body, PhantomData::<Vec<u32>>);
        for good in [
            r#"{"result":[1,2],"exception":null,"pagination":null}"#,
            r#" {"exception":null,"new":{"field":[1]},"result":[1,2]} "#,
            r#"{"result":[1,2]}"#,
        ] {
            assert_eq!(read(good.as_bytes()), Some(vec![1, 2]), "{good}");
        }
        for other in [
            r#"{"result":[1,2],"exception":{}}"#,
            r#"{"exception":{"errorCode":"MCC007"},"result":[1,2]}"#,
            r#"{"result":[1,2],"exception":[]}"#,
            r#"{"result":[1,2],"result":[1,2]}"#,
            r#"{"result":null}"#,
            r#"{"result":["1"]}"#,
            r#"{"exception":null}"#,
            r"[[1,2],null]",
            r#"{"result":[1,2]} x"#,
            r#"{"result":[1,2]"#,
            "",
        ] {
            assert_eq!(read(other.as_bytes()), None, "{other}");
        }
        let bad = b"{\"result\":[1,2],\"new\":\"\xff\"}";
        assert!(read(bad).is_none(), "invalid UTF-8");
    }

    #[test]
    fn a_refusal_that_breaks_off_keeps_every_value_that_came_whole() {
        for (body, code, message) in [
            (
                r#"{"exception":{"errorCode":"ORD003""#,
                Some("ORD003"),
                None,
            ),
            (
                r#"{"exception":{"errorCode":"ORD003" "#,
                Some("ORD003"),
                None,
            ),
            (
                r#"{"exception":{"errorCode":"ORD003","detailM"#,
                Some("ORD003"),
                None,
            ),
            (
                r#"{"exception":{"errorCode":"ORD003","detailMessage""#,
                Some("ORD003"),
                None,
            ),
            (
                r#"{"exception":{"errorCode":"ORD003","detailMessage":"a: \""#,
                Some("ORD003"),
                None,
            ),
            (
                r#"{"exception":{"errorCode":"ORD003","detailMessage":"a""#,
                Some("ORD003"),
                Some("a"),
            ),
            (r#"{"exception":{"fieldError":["x","y""#, None, None),
            (r#"{"exception":{"errorCode":"ORD"#, None, None),
            (r#"{"exception":{"errorCode":12"#, None, None),
            (r#"{"exception":{"errorCode""#, None, None),
        ] {
            let refused = Refusal::of_status(body.as_bytes(), 400);
            let sent = |text: &Option<Text>| text.as_ref().map(|text| text.as_sent().to_owned());
            assert_eq!(sent(&refused.code).as_deref(), code, "{body}");
            assert_eq!(sent(&refused.message).as_deref(), message, "{body}");
        }
    }

    #[test]
    fn what_is_no_envelope() {
        for body in [
            "",
            "<html>",
            "{\"result\":",
            "[1]",
            "{\"exception\":[]}",
            "{\"exception\":[\"MCC007\"]}",
            "{\"exception\":false}",
            "{\"exception\":\"x\"}",
        ] {
            assert!(Envelope::read(body.as_bytes()).is_none(), "{body}");
        }
        assert!(
            Envelope::read(b"{\"result\":\"\xff\"}").is_none(),
            "invalid UTF-8"
        );
    }
}
