//! A reply's body while it is read. A large one lies in pages of its own, which go back to the system
//! as soon as its kits are made: an allocator would keep them, as room for the next of its size.

use std::ops::Deref;

use memmap2::MmapMut;

/// From what length on.
const LARGE: usize = 1 << 20;

/// What has come so far.
pub(super) enum Body {
    Small(Vec<u8>),
    Large(MmapMut, usize),
}

impl Body {
    /// Room for as much as was announced.
    pub(super) fn of(announced: usize) -> Self {
        if announced >= LARGE
            && let Ok(pages) = MmapMut::map_anon(announced)
        {
            // Thousands of small pages are given one by one, while the rest of the reply waits.
            #[cfg(target_os = "linux")]
            pages.advise(memmap2::Advice::HugePage).ok();
            return Self::Large(pages, 0);
        }
        Self::Small(Vec::with_capacity(announced))
    }

    /// Takes what came next.
    pub(super) fn push(&mut self, chunk: &[u8]) {
        match self {
            Self::Small(bytes) => bytes.extend_from_slice(chunk),
            Self::Large(pages, length) => {
                let end = *length + chunk.len();
                if let Some(room) = pages.get_mut(*length..end) {
                    room.copy_from_slice(chunk);
                    *length = end;
                } else {
                    // More than was announced: the layers below allow it for no reply with a length.
                    let mut bytes = pages[..*length].to_vec();
                    bytes.extend_from_slice(chunk);
                    *self = Self::Small(bytes);
                }
            }
        }
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Small(bytes) => bytes,
            Self::Large(pages, length) => &pages[..*length],
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Small(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_there_whatever_was_announced() {
        for announced in [0, 10, LARGE, 3 * LARGE] {
            let mut body = Body::of(announced);
            let chunks = [vec![1; 7], vec![2; LARGE], vec![3; LARGE / 2]];
            for chunk in &chunks {
                body.push(chunk);
            }
            assert_eq!(&*body, chunks.concat(), "{announced}");
        }
    }
}
