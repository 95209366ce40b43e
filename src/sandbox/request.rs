//! The body of a request, and the strict reading of its fields.
//! What the fields mean is for the calls to know.

use serde_json::{Map, Value};

use super::exception::Exception;

/// One call's body and query.
pub(super) struct Request {
    fields: Map<String, Value>,
    query: String,
}

impl Request {
    /// Reads a body that must be a JSON object.
    pub(super) fn parse(body: &[u8], query: &str) -> Result<Self, Exception> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self::of(fields, query)),
            Ok(_) => Err(Exception::field("body", "must be a JSON object")),
            Err(_) => Err(Exception::field("body", "is not JSON")),
        }
    }

    fn of(fields: Map<String, Value>, query: &str) -> Self {
        Self {
            fields,
            query: query.to_owned(),
        }
    }

    /// A field that must be there, as a string with something in it.
    pub(super) fn required(&self, name: &str) -> Result<&str, Exception> {
        self.optional(name)?
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| Exception::field(name, "is required"))
    }

    /// A string that may be missing or null.
    pub(super) fn optional(&self, name: &str) -> Result<Option<&str>, Exception> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Exception::field(name, "must be a string")),
        }
    }

    /// One of a few words, or nothing.
    pub(super) fn choice(
        &self,
        name: &str,
        allowed: &[&'static str],
    ) -> Result<Option<&'static str>, Exception> {
        let Some(given) = self.optional(name)? else {
            return Ok(None);
        };
        let word = allowed.iter().copied().find(|&word| word == given);
        let wrong = || Exception::field(name, &format!("must be one of {}", allowed.join(", ")));
        Ok(Some(word.ok_or_else(wrong)?))
    }

    /// The objects of an array that may be missing, null or empty.
    pub(super) fn objects(&self, name: &str) -> Result<Vec<Self>, Exception> {
        let wrong = || Exception::field(name, "must be an array of objects");
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(entries)) => entries
                .iter()
                .map(|entry| entry.as_object().cloned().ok_or_else(wrong))
                .map(|fields| fields.map(|fields| Self::of(fields, "")))
                .collect(),
            Some(_) => Err(wrong()),
        }
    }

    /// A yes or no from the query; no where it is missing.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Exception> {
        let given = self.query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key == name).then_some(value)
        });
        match given {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Exception::field(name, "must be true or false")),
        }
    }
}
