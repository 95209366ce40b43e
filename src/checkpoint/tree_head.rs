//! The three lines of a checkpoint: whose records, how many, and the root of the tree over them.

use std::fmt;

use super::merkle::Root;

/// How many records there are, and the root of the tree over all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose records: `kitdesk/` and the name of the chain.
    pub origin: String,
    /// How many.
    pub size: u64,
    /// Of the tree over their hashes.
    pub root: Root,
}

/// Whose records a checkpoint is about, and the name of the key that signs it.
#[must_use]
pub fn origin(chain: &impl fmt::Display) -> String {
    format!("kitdesk/{chain}")
}

impl Checkpoint {
    /// Reads the text of a note. Nothing where it is no checkpoint of three lines.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let number: u64 = size.parse().ok()?;
        let checkpoint = Self {
            origin: origin.to_owned(),
            size: number,
            root: Root::parse(root)?,
        };
        // Each has one way to be written.
        (checkpoint.to_string() == text).then_some(checkpoint)
    }
}

impl fmt::Display for Checkpoint {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Frontier;

    #[test]
    fn a_checkpoint_is_read_back_and_nothing_else_is() {
        let mut tree = Frontier::default();
        tree.push(b"one");
        let checkpoint = Checkpoint {
            origin: origin(&"aaaaaaaa-0000-0000-0000-000000000001"),
            size: tree.size(),
            root: tree.root(),
        };
        let text = checkpoint.to_string();
        assert_eq!(Checkpoint::parse(&text), Some(checkpoint.clone()));
        let root = checkpoint.root;
        for odd in [
            "",
            "\n",
            text.trim_end(),
            &format!("{text}more\n"),
            &format!("{text}\n"),
            &text.replace("\n1\n", "\n01\n"),
            &text.replace("\n1\n", "\n+1\n"),
            &text.replace("\n1\n", "\n1\r\n"),
            &text.replace(&root.to_string(), "AAAA"),
            &text.replace(&root.to_string(), &format!("{root} ")),
        ] {
            assert_eq!(Checkpoint::parse(odd), None, "{odd:?}");
        }
    }
}
