//! Sorting, and maps in order, in little code: the standard library's sort is compiled again for each type that is
//! sorted, 5 KB a time, and a map or set that is collected sorts as well.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Puts items in order.
pub fn sort<T: Ord>(items: &mut [T]) {
    let from = ordered(items.len(), &|a, b| items[a].cmp(&items[b]));
    put_in_order(items, from);
}

/// Puts items in order by what each is known by; of two alike the order stays.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    let from = ordered(items.len(), &|a, b| key(&items[a]).cmp(&key(&items[b])));
    put_in_order(items, from);
}

/// The places of items in their order, by how two of them compare: the one sort that is compiled.
fn ordered(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|a, b| compare(*a, *b));
    places
}

/// Moves each item to its place in the order.
fn put_in_order<T>(items: &mut [T], mut from: Vec<usize>) {
    for at in 0..from.len() {
        let mut place = from[at];
        // What was at a place before this one has been swapped away, to where that place's entry says.
        while place < at {
            place = from[place];
        }
        from[at] = place;
        items.swap(at, place);
    }
}

/// A map of pairs; of two with one key the last stays.
pub fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(pairs);
    map
}

/// A set of items.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn items_come_in_the_order_of_the_standard_library(items: Vec<(u8, u16)>) {
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by_key(&mut ours, |(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(&ours, &theirs);
            sort(&mut ours);
            theirs.sort_unstable();
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn of_two_pairs_with_one_key_the_last_stays() {
        let all = [(2, 'b'), (1, 'a'), (2, 'c')];
        assert_eq!(map(all), all.into_iter().collect());
        assert_eq!(set([2, 1, 2]), [1, 2].into());
    }
}
