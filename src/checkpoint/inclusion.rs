//! That a leaf is in a tree: the path of RFC 6962, section 2.1.1, from the leaf up to the root, made in one pass over all
//! leaves and checked with no other leaf at hand.

use std::ops::Range;

use super::merkle::{Frontier, Root};

/// The way from a leaf to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The leaf's place, from 0 on.
    pub index: u64,
    /// The root of what is next to the way at each step, the leaf's neighbour first.
    pub path: Vec<Root>,
}

/// Makes an [`Inclusion`] out of the leaves.
#[derive(Debug)]
pub struct InclusionBuilder {
    index: u64,
    /// What is next to the way, the leaf's neighbour first.
    siblings: Vec<(Range<u64>, Frontier)>,
    all: Frontier,
}

impl InclusionBuilder {
    /// For the leaf at this place in a tree of this size; nothing where it has no such leaf.
    #[must_use]
    pub fn new(index: u64, size: u64) -> Option<Self> {
        let mut within = 0..size;
        if !within.contains(&index) {
            return None;
        }
        let mut siblings = Vec::new();
        while within.end - within.start > 1 {
            // The largest power of two that is smaller than the size.
            let left = 1 << (within.end - within.start - 1).ilog2();
            let middle = within.start + left;
            let (own, sibling) = if index < middle {
                (within.start..middle, middle..within.end)
            } else {
                (middle..within.end, within.start..middle)
            };
            siblings.push((sibling, Frontier::default()));
            within = own;
        }
        siblings.reverse();
        let all = Frontier::default();
        Some(Self {
            index,
            siblings,
            all,
        })
    }

    /// Takes the next leaf.
    pub fn push(&mut self, leaf: &[u8]) {
        let place = self.all.size();
        let mut siblings = self.siblings.iter_mut();
        if let Some((_, tree)) = siblings.find(|(range, _)| range.contains(&place)) {
            tree.push(leaf);
        }
        self.all.push(leaf);
    }

    /// The way, and the root of all leaves that it was given.
    #[must_use]
    pub fn finish(self) -> (Inclusion, Root) {
        let path = self.siblings.iter().map(|(_, tree)| tree.root());
        let inclusion = Inclusion {
            index: self.index,
            path: path.collect(),
        };
        (inclusion, self.all.root())
    }
}

impl Inclusion {
    /// The root of a tree of this size with this leaf at its place; nothing where no such tree has a way like this.
    #[must_use]
    pub fn root(&self, leaf: &[u8], size: u64) -> Option<Root> {
        let mut last = size.checked_sub(1)?;
        let mut place = self.index;
        if place > last {
            return None;
        }
        let mut root = Root::of_leaf(leaf);
        for sibling in &self.path {
            if last == 0 {
                return None;
            }
            if place & 1 == 1 || place == last {
                root = Root::of_node(*sibling, root);
                // A tree that is not full has no neighbour on the right at these heights.
                while place & 1 == 0 && place != 0 {
                    (place, last) = (place >> 1, last >> 1);
                }
            } else {
                root = Root::of_node(root, *sibling);
            }
            (place, last) = (place >> 1, last >> 1);
        }
        (last == 0).then_some(root)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::merkle::published;
    use super::*;

    fn made(leaves: &[Vec<u8>], index: u64) -> (Inclusion, Root) {
        let size = u64::try_from(leaves.len()).expect("few");
        let mut builder = InclusionBuilder::new(index, size).expect("it is in it");
        for leaf in leaves {
            builder.push(leaf);
        }
        builder.finish()
    }

    /// The paths of Certificate Transparency's own tests, which count leaves from 1 on.
    #[test]
    fn the_published_paths_come_out() {
        let paths: [(u64, usize, &[&str]); 5] = [
            (1, 1, &[]),
            (
                1,
                8,
                &[
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ],
            ),
            (
                6,
                8,
                &[
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ],
            ),
            (
                3,
                3,
                &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
            ),
            (
                2,
                5,
                &[
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ],
            ),
        ];
        let leaves = published::leaves();
        for (number, size, path) in paths {
            let (inclusion, root) = made(&leaves[..size], number - 1);
            let path: Vec<_> = path.iter().map(|hex| published::root(hex)).collect();
            assert_eq!(inclusion.path, path, "leaf {number} of {size}");
            assert_eq!(root, published::root(published::ROOTS[size]));
            let leaf = &leaves[usize::try_from(number).expect("few") - 1];
            let size = u64::try_from(size).expect("few");
            assert_eq!(inclusion.root(leaf, size), Some(root));
        }
    }

    proptest! {
        // Each looks at every place in every tree.
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn each_leaf_is_proved_and_nothing_else(
            leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 1..40),
            changed in any::<prop::sample::Index>(),
        ) {
            let size = u64::try_from(leaves.len()).expect("few");
            for index in 0..size {
                let leaf = &leaves[usize::try_from(index).expect("few")];
                let (inclusion, root) = made(&leaves, index);
                prop_assert_eq!(inclusion.root(leaf, size), Some(root));
                let other = [leaf.as_slice(), b"more"].concat();
                prop_assert_ne!(inclusion.root(&other, size), Some(root));
                for wrong in (0..size + 2).filter(|wrong| *wrong != index) {
                    let moved = Inclusion { index: wrong, ..inclusion.clone() };
                    // Only equal leaves can change places.
                    let is_proved = moved.root(leaf, size) == Some(root);
                    let there = usize::try_from(wrong).ok().and_then(|wrong| leaves.get(wrong));
                    prop_assert!(!is_proved || there == Some(leaf));
                }
                if !inclusion.path.is_empty() {
                    let mut damaged = inclusion.clone();
                    let step = changed.index(damaged.path.len());
                    damaged.path[step] = Root::of_leaf(b"another");
                    prop_assert_ne!(damaged.root(leaf, size), Some(root));
                    damaged.path.remove(step);
                    prop_assert_ne!(damaged.root(leaf, size), Some(root));
                }
                let mut longer = inclusion.clone();
                longer.path.push(root);
                prop_assert_ne!(longer.root(leaf, size), Some(root));
            }
            prop_assert!(InclusionBuilder::new(size, size).is_none());
        }
    }
}
