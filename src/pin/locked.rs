//! A few bytes on a page of their own: kept out of the swap where the system allows, wiped when
//! dropped, never moved. What they mean is the affair of the types around them.

use region::LockGuard;
use zeroize::Zeroize;

const PAGE: usize = 4096;

/// Aligned like a page of the system: locking or unlocking it touches nobody else's bytes, and
/// nobody else's unlocking touches it. All of it is our own: what pads a smaller array to a page
/// would bring along whatever lay on the stack where it was made.
#[repr(align(4096))]
struct Page([u8; PAGE]);

/// `N` bytes that stay where they are. No `Debug`, `Display`, `Clone` or `serde` on purpose.
pub(super) struct Locked<const N: usize> {
    /// Before the page, because fields are dropped in this order and a freed page can't be unlocked.
    lock: Option<LockGuard>,
    page: Box<Page>,
}

const FITS: &str = "N was compared with the page when it was made";

impl<const N: usize> Locked<N> {
    /// Zeros, locked. Where the system refuses (a limit, a container), they are used all the same:
    /// a customer at the counter is not sent away for it.
    pub(super) fn new() -> Self {
        const { assert!(N <= PAGE) };
        let page = Box::new(Page([0; PAGE]));
        let lock = region::lock(page.0.as_ptr(), PAGE).ok();
        Self { lock, page }
    }

    fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    pub(super) fn expose(&self) -> &[u8; N] {
        self.page.0.first_chunk().expect(FITS)
    }

    pub(super) fn expose_mut(&mut self) -> &mut [u8; N] {
        self.page.0.first_chunk_mut().expect(FITS)
    }

    pub(super) fn wipe(&mut self) {
        self.page.0.zeroize();
    }
}

impl<const N: usize> Drop for Locked<N> {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// Whether the system lets this process keep a page out of the swap, tried on one.
#[must_use]
pub fn pages_lock() -> bool {
    Locked::<1>::new().is_locked()
}

/// Overwrites the part of the stack that the functions called before have left behind. Ciphers are
/// moved while they are made, and registers are spilled: wiping values can't reach those copies.
#[inline(never)]
#[expect(
    clippy::large_stack_arrays,
    reason = "the stack is what is to be overwritten"
)]
pub fn scrub_stack() {
    let mut below = [0xA5_u8; 48 * 1024];
    std::hint::black_box(&mut below);
    below.zeroize();
    std::hint::black_box(&below);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_its_own() {
        let (one, other) = (Locked::<12>::new(), Locked::<12>::new());
        let (one, other) = (one.expose().as_ptr().addr(), other.expose().as_ptr().addr());
        assert_eq!((one % 4096, other % 4096), (0, 0));
        assert!(one.abs_diff(other) >= 4096);
    }

    #[test]
    fn wiped_where_it_is() {
        let mut bytes = Locked::<4>::new();
        bytes.expose_mut().copy_from_slice(b"4315");
        bytes.wipe();
        assert_eq!(bytes.expose(), &[0; 4]);
    }

    #[test]
    fn many_at_once() {
        // More than most systems let an ordinary user lock: the rest is used unlocked.
        let all: Vec<_> = (0..64).map(|_| Locked::<32>::new()).collect();
        assert!(all.iter().all(|bytes| bytes.expose() == &[0; 32]));
    }
}
