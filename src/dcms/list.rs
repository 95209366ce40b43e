//! Lists in replies, read element by element: one that can't be read is counted and hides no other.

use std::ops::Deref;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// How many elements are kept. No order, parcel or card has so many of anything; those beyond are
/// counted like the ones that can't be read.
const LONGEST_LIST: usize = 10_000;

/// The elements of a list that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T> {
    /// In the order of the reply.
    pub items: Vec<T>,
    /// How many could not be read. Nothing follows from what is missing in such a list.
    pub unread: usize,
}

impl<T> List<T> {
    /// Reads each element with `read`.
    pub(super) fn of(raw: &RawValue, mut read: impl FnMut(&RawValue) -> Option<T>) -> Self {
        let mut list = Self::default();
        for_each(raw, |element| {
            let has_room = list.items.len() < LONGEST_LIST;
            match has_room.then(|| read(element)).flatten() {
                Some(item) => list.items.push(item),
                None => list.unread += 1,
            }
        });
        list
    }
}

impl<T> List<T> {
    /// The same list of something else.
    #[must_use]
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> List<U> {
        List {
            items: self.items.into_iter().map(make).collect(),
            unread: self.unread,
        }
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, unread: 0 }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(json)?;
        Ok(Self::of(raw, |element| {
            serde_json::from_str(element.get()).ok()
        }))
    }
}

/// Hands over each element of a list. `null` is an empty list, and anything else a list of one: some
/// banks leave out the brackets around a single element.
pub(super) fn for_each<'a>(raw: &'a RawValue, take: impl FnMut(&'a RawValue)) {
    if !is_list(raw) {
        if raw.get() != "null" {
            let mut take = take;
            take(raw);
        }
        return;
    }
    serde_json::Deserializer::from_str(raw.get())
        .deserialize_seq(Each(take))
        .expect("a raw value is valid JSON, and no element is looked into");
}

/// Whether it is a list, and not a single value.
pub(super) fn is_list(raw: &RawValue) -> bool {
    raw.get().starts_with('[')
}

struct Each<F>(F);

impl<'de, F: FnMut(&'de RawValue)> Visitor<'de> for Each<F> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element()? {
            (self.0)(element);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(json: &str) -> (Vec<u8>, usize) {
        let list: List<u8> = serde_json::from_str(json).expect("JSON");
        (list.items, list.unread)
    }

    #[test]
    fn an_element_that_cant_be_read_is_counted_and_hides_no_other() {
        assert_eq!(list("[1,2]"), (vec![1, 2], 0));
        let deep = format!("[1,{}{},2]", "[".repeat(500), "]".repeat(500));
        for odd in [
            "[1,null,2]",
            r#"[1,"x",2]"#,
            "[1,{},2]",
            "[1,1e999,2]",
            r#"[1,{"\ud800":1},2]"#,
            &deep,
        ] {
            assert_eq!(list(odd), (vec![1, 2], 1), "{odd}");
        }
    }

    #[test]
    fn a_single_element_may_come_without_brackets_or_not_at_all() {
        assert_eq!(list("7"), (vec![7], 0));
        assert_eq!(list(" null "), (vec![], 0));
        assert_eq!(list(r#""x""#), (vec![], 1));
    }

    #[test]
    fn a_list_has_an_end() {
        let (items, unread) = list(&format!("[{}1]", "1,".repeat(LONGEST_LIST)));
        assert_eq!((items.len(), unread), (LONGEST_LIST, 1));
    }
}
