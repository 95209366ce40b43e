//! A few bytes on a page of their own: kept out of the swap where the system allows, wiped when
//! dropped, never moved. The types around them give them a meaning.

use std::alloc::{Layout, handle_alloc_error};

use memmap2::MmapMut;
use region::LockGuard;
use zeroize::Zeroize;

/// `N` bytes that stay where they are. No `Debug`, `Display`, `Clone` or `serde` on purpose.
pub(super) struct Locked<const N: usize> {
    /// Before the page, because fields are dropped in this order and a page that was given back can't
    /// be unlocked.
    lock: Option<LockGuard>,
    /// The system's own pages, however large they are: locking or unlocking them touches nobody else's
    /// bytes, and nobody else's unlocking touches them.
    page: MmapMut,
}

const FITS: &str = "the page was made for N bytes";

impl<const N: usize> Locked<N> {
    /// Zeros, locked and left out of core files. Where the system refuses (a limit, a container), they
    /// are used all the same: a customer at the counter is not sent away for it.
    pub(super) fn new() -> Self {
        let page = MmapMut::map_anon(N);
        let page = page.unwrap_or_else(|_| handle_alloc_error(Layout::new::<[u8; N]>()));
        let lock = region::lock(page.as_ptr(), N).ok();
        // No core file is ever written anyway: this is the second lock on that door.
        #[cfg(target_os = "linux")]
        page.advise(memmap2::Advice::DontDump).ok();
        Self { lock, page }
    }

    fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    pub(super) fn expose(&self) -> &[u8; N] {
        self.page.first_chunk().expect(FITS)
    }

    pub(super) fn expose_mut(&mut self) -> &mut [u8; N] {
        self.page.first_chunk_mut().expect(FITS)
    }

    pub(super) fn wipe(&mut self) {
        self.page.zeroize();
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
        let size = region::page::size();
        assert_eq!((one % size, other % size), (0, 0));
        assert!(one.abs_diff(other) >= size);
    }

    /// What the system keeps about the page at this address (proc(5), `VmFlags`).
    #[cfg(target_os = "linux")]
    fn flags_at(address: usize) -> Vec<String> {
        let maps = std::fs::read_to_string("/proc/self/smaps").expect("a process sees its own");
        let mut is_there = false;
        for line in maps.lines() {
            let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
            if let Some((start, end)) = first.split_once('-') {
                let number = |text| usize::from_str_radix(text, 16).expect("an address is hex");
                is_there = (number(start)..number(end)).contains(&address);
            } else if is_there && first == "VmFlags:" {
                return rest.split_ascii_whitespace().map(str::to_owned).collect();
            }
        }
        Vec::new()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn neither_swapped_nor_dumped() {
        use std::io::Write as _;
        let mut entry = Locked::<12>::new();
        entry.expose_mut()[0] = 4;
        let flags = flags_at(entry.expose().as_ptr().addr());
        let skipped = |why: &str| {
            writeln!(std::io::stderr(), "skipped: {why}").ok();
        };
        if flags.is_empty() {
            return skipped("this system does not tell");
        }
        let has = |flag: &str| flags.iter().any(|one| one == flag);
        assert!(has("wr"), "{flags:?}");
        assert!(has("dd"), "left out of core files: {flags:?}");
        if !entry.is_locked() {
            return skipped("no page can be locked here");
        }
        assert!(has("lo"), "locked: {flags:?}");
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
