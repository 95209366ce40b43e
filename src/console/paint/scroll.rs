//! Finding out that rows have only moved. From the pictures alone: no widget has to say that it has
//! scrolled.

use super::grid::{Grid, PARTS};

/// Rows that move up (`by` above zero) or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) top: u16,
    /// The last one.
    pub(super) bottom: u16,
    pub(super) by: i16,
}

/// The parts of one row.
const ALL: i32 = 6;
const _: () = assert!(ALL.unsigned_abs() as usize == PARTS);
/// How many parts of rows must come right by it: less is not worth the trouble.
const WORTH: i32 = 3 * ALL / 2;

/// The move that brings most of the picture to its place, if there is one.
pub(super) fn find(wanted: &Grid, shown: &Grid) -> Option<Shift> {
    let (new, old) = (wanted.looks(), shown.looks());
    let rows = new.len();
    let changed = new.iter().zip(old).filter(|(new, old)| new != old).count();
    if changed < 3 {
        return None;
    }
    let limit = i32::try_from(rows / 2).unwrap_or(0);
    let all = (-limit..=limit).filter(|by| *by != 0);
    let best = all
        .filter_map(|by| best_for(new, old, by))
        .max_by_key(|(_, gain)| *gain);
    best.filter(|(_, gain)| *gain >= WORTH)
        .map(|(shift, _)| shift)
}

/// The run of rows that gains most if they move so far.
fn best_for(new: &[[u64; PARTS]], old: &[[u64; PARTS]], by: i32) -> Option<(Shift, i32)> {
    let mut best: Option<(usize, usize, i32)> = None;
    let (mut start, mut sum) = (0, 0);
    for y in 0..new.len() {
        let from = usize::try_from(i32::try_from(y).ok()? + by).ok();
        let Some(moved) = from.and_then(|from| old.get(from)) else {
            sum = 0;
            continue;
        };
        if sum <= 0 {
            (start, sum) = (y, 0);
        }
        sum += differing(&new[y], &old[y]) - differing(&new[y], moved);
        if best.is_none_or(|(_, _, gain)| sum > gain) {
            best = Some((start, y, sum));
        }
    }
    let (first, last, gain) = best?;
    // What moves in and what is moved over belong to the rows that scroll.
    let (top, bottom) = if by > 0 {
        (first, last + usize::try_from(by).ok()?)
    } else {
        (first - usize::try_from(-by).ok()?, last)
    };
    let shift = Shift {
        top: u16::try_from(top).ok()?,
        bottom: u16::try_from(bottom).ok()?,
        by: i16::try_from(by).ok()?,
    };
    // Those that move in are written in full; if they showed already what they should, that is a loss.
    let fresh = if by > 0 {
        last + 1..bottom + 1
    } else {
        top..first
    };
    let spoilt: i32 = fresh.map(|y| ALL - differing(&new[y], &old[y])).sum();
    Some((shift, gain - spoilt))
}

fn differing(one: &[u64; PARTS], other: &[u64; PARTS]) -> i32 {
    let differing = one.iter().zip(other).filter(|(one, other)| one != other);
    i32::try_from(differing.count()).unwrap_or(0)
}
