//! The Merkle tree of RFC 6962, section 2.1, kept as its frontier: the roots of the full trees that it is made of, from
//! the largest to the smallest. That is all that is needed to add a leaf and to tell the root.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::encoding::{base64, of_base64};

/// The root of a tree.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Root([u8; 32]);

/// A tree to which leaves are added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    roots: Vec<Root>,
}

impl Root {
    /// Reads the standard base64 of 32 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = of_base64(text)?;
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn of_leaf(leaf: &[u8]) -> Self {
        Self(
            Sha256::new()
                .chain_update([0])
                .chain_update(leaf)
                .finalize()
                .into(),
        )
    }

    pub(super) fn of_node(left: Self, right: Self) -> Self {
        let node = Sha256::new().chain_update([1]);
        Self(
            node.chain_update(left.0)
                .chain_update(right.0)
                .finalize()
                .into(),
        )
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64(&self.0))
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Frontier {
    /// A frontier that was kept; nothing where a tree of this size has another number of full trees.
    #[must_use]
    pub fn of_parts(size: u64, roots: Vec<Root>) -> Option<Self> {
        let fits = usize::try_from(size.count_ones()) == Ok(roots.len());
        fits.then_some(Self { size, roots })
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of its full trees, the largest first.
    #[must_use]
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: &[u8]) {
        let mut root = Root::of_leaf(leaf);
        // Each full tree of the same size makes one that is twice as large.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                root = Root::of_node(left, root);
            }
        }
        self.roots.push(root);
        self.size += 1;
    }

    /// The root of the whole tree.
    #[must_use]
    pub fn root(&self) -> Root {
        let mut roots = self.roots.iter().rev().copied();
        let Some(smallest) = roots.next() else {
            return Root(Sha256::digest([]).into());
        };
        roots.fold(smallest, |right, left| Root::of_node(left, right))
    }
}

/// The vectors of Certificate Transparency's own tests.
#[cfg(test)]
pub(super) mod published {
    use super::Root;

    /// Of the first so many leaves.
    pub(in crate::checkpoint) const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    pub(in crate::checkpoint) fn leaves() -> Vec<Vec<u8>> {
        let leaves = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        leaves.into_iter().map(hex).collect()
    }

    pub(in crate::checkpoint) fn root(text: &str) -> Root {
        Root(hex(text).try_into().expect("32 bytes"))
    }

    fn hex(text: &str) -> Vec<u8> {
        let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
        (0..text.len()).step_by(2).map(byte).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 6962's definition, word by word.
    fn defined(leaves: &[Vec<u8>]) -> Root {
        match leaves {
            [] => Root(Sha256::digest([]).into()),
            [one] => Root::of_leaf(one),
            many => {
                let split = many.len().next_power_of_two() / 2;
                Root::of_node(defined(&many[..split]), defined(&many[split..]))
            }
        }
    }

    #[test]
    fn the_published_roots_come_out() {
        let mut tree = Frontier::default();
        assert_eq!(tree.root(), published::root(published::ROOTS[0]));
        for (leaf, root) in published::leaves().iter().zip(&published::ROOTS[1..]) {
            tree.push(leaf);
            assert_eq!(tree.root(), published::root(root), "{} leaves", tree.size());
        }
    }

    proptest! {
        #[test]
        fn the_frontier_tells_what_the_definition_tells(
            leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..200)
        ) {
            let mut tree = Frontier::default();
            for (at, leaf) in leaves.iter().enumerate() {
                tree.push(leaf);
                prop_assert_eq!(tree.root(), defined(&leaves[..=at]));
                let kept = Frontier::of_parts(tree.size(), tree.roots().to_vec());
                prop_assert_eq!(kept, Some(tree.clone()));
            }
            prop_assert!(tree.roots().len() <= 8);
        }
    }

    #[test]
    fn parts_that_make_no_tree_are_refused() {
        let mut tree = Frontier::default();
        for _ in 0..5 {
            tree.push(b"leaf");
        }
        for size in [0, 1, 4, 7, u64::MAX] {
            assert_eq!(Frontier::of_parts(size, tree.roots().to_vec()), None);
        }
    }
}
