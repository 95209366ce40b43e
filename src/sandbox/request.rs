//! The body of a request, and the strict reading of its fields.
//! What the fields mean is for the calls to know.

use serde_json::{Map, Value};

use super::exception::Exception;
use super::twist::Twist;

/// How many come at once where nothing is said.
const PAGE: u64 = 10;
/// How many may be asked for at once.
const LARGEST_PAGE: u64 = 100;

/// A part of a list.
pub(super) struct Page {
    pub(super) number: u64,
    pub(super) size: u64,
    /// The number of the first page.
    first: u64,
}

impl Page {
    /// What stands on it.
    pub(super) fn of<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let pages = usize::try_from(self.size).ok().map(|size| all.chunks(size));
        let skipped = usize::try_from(self.number - self.first).ok();
        let page = pages.zip(skipped);
        page.and_then(|(mut pages, skipped)| pages.nth(skipped))
            .unwrap_or_default()
    }

    /// How many pages a list has.
    pub(super) fn count<T>(&self, all: &[T]) -> u64 {
        (all.len() as u64).div_ceil(self.size)
    }
}

/// One call's body and query.
pub(super) struct Request {
    fields: Map<String, Value>,
    query: String,
    /// The other answer that was asked for.
    pub(super) twist: Option<Twist>,
}

impl Request {
    /// Reads a body that must be a JSON object.
    pub(super) fn parse(body: &[u8], query: &str, twist: Option<Twist>) -> Result<Self, Exception> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self::of(fields, query, twist)),
            Ok(_) => Err(Exception::field("body", "must be a JSON object")),
            Err(_) => Err(Exception::field("body", "is not JSON")),
        }
    }

    /// The body as it came.
    pub(super) fn body(&self) -> Value {
        Value::Object(self.fields.clone())
    }

    fn of(fields: Map<String, Value>, query: &str, twist: Option<Twist>) -> Self {
        Self {
            fields,
            query: query.to_owned(),
            twist,
        }
    }

    /// Whether this other answer was asked for.
    pub(super) fn has(&self, twist: Twist) -> bool {
        self.twist == Some(twist)
    }

    /// A field that must be there, as a string with something in it.
    pub(super) fn required(&self, name: &str) -> Result<&str, Exception> {
        self.optional(name)?
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| Exception::field(name, "is required"))
    }

    /// A field that must be there, as so many digits.
    pub(super) fn digits(&self, name: &str, count: usize) -> Result<&str, Exception> {
        let text = self.required(name)?;
        if text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(text);
        }
        Err(Exception::field(name, &format!("must be {count} digits")))
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

    /// An object that may be missing or null.
    pub(super) fn object(&self, name: &str) -> Result<Option<Self>, Exception> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(Self::of(fields.clone(), "", self.twist))),
            Some(_) => Err(Exception::field(name, "must be an object")),
        }
    }

    /// A yes or no that may be missing or null.
    pub(super) fn switch(&self, name: &str) -> Result<Option<bool>, Exception> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(is_on)) => Ok(Some(*is_on)),
            Some(_) => Err(Exception::field(name, "must be true or false")),
        }
    }

    /// A whole number that may be missing or null, as a number or as a string of digits.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Exception> {
        let given = match self.fields.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.parse().ok(),
            Some(other) => other.as_u64(),
        };
        let wrong = || Exception::field(name, "must be a whole number");
        given.map(Some).ok_or_else(wrong)
    }

    /// The page asked for, by the names of its two fields and the number of the first page.
    pub(super) fn page(&self, number: &str, size: &str, first: u64) -> Result<Page, Exception> {
        let page = Page {
            number: self.number(number)?.unwrap_or(first),
            size: self.number(size)?.unwrap_or(PAGE),
            first,
        };
        if page.number < first {
            return Err(Exception::field(
                number,
                &format!("must be {first} or more"),
            ));
        }
        if !(1..=LARGEST_PAGE).contains(&page.size) {
            let wrong = format!("must be 1 to {LARGEST_PAGE}");
            return Err(Exception::field(size, &wrong));
        }
        Ok(page)
    }

    /// The strings of an array that may be missing, null or empty.
    pub(super) fn strings(&self, name: &str) -> Result<Vec<&str>, Exception> {
        let wrong = || Exception::field(name, "must be an array of strings");
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(entries)) => entries
                .iter()
                .map(|entry| entry.as_str().ok_or_else(wrong))
                .collect(),
            Some(_) => Err(wrong()),
        }
    }

    /// The objects of an array that may be missing, null or empty.
    pub(super) fn objects(&self, name: &str) -> Result<Vec<Self>, Exception> {
        let wrong = || Exception::field(name, "must be an array of objects");
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(entries)) => entries
                .iter()
                .map(|entry| entry.as_object().cloned().ok_or_else(wrong))
                .map(|fields| fields.map(|fields| Self::of(fields, "", self.twist)))
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
