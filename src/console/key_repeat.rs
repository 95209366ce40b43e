//! A key that is still held down when a write's end comes to the front: it is no answer to that screen.
//! Terminals tell nothing of a key being held but that it comes again and again, so Enter and Esc wait
//! there for a moment to see whether they do. Looks at no clock.

use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;

/// A key that is held comes again sooner than this; a person who means it twice hardly does.
const GAP: Duration = Duration::from_millis(120);
/// For how long a new screen minds it: a key comes for the second time after half a second or so.
const GUARDED: Duration = Duration::from_secs(3);
/// The key that confirmed a write and the first that answers its end can be as near as that; three
/// can't.
const HELD: u32 = 3;

/// What is known of keys that came one upon the other.
#[derive(Default)]
pub(super) struct KeyRepeatGuard {
    /// Up to when the screen in front minds a held key.
    until: Option<Instant>,
    last: Option<(KeyEvent, Instant)>,
    /// How often that has come at a stretch.
    count: u32,
    /// Whether it is held down; that goes on until it is let go.
    goes_on: bool,
    /// A key that is acted on unless it comes again before then.
    kept: Option<(KeyEvent, Instant)>,
}

impl KeyRepeatGuard {
    /// A write's end is in front, and was drawn now for the first time.
    pub(super) fn shown(&mut self, now: Instant) {
        self.until = Some(now + GUARDED);
    }

    /// A key came, whatever becomes of it.
    pub(super) fn count(&mut self, event: KeyEvent, now: Instant) {
        let is_again = self
            .last
            .is_some_and(|(last, at)| is_same(last, event) && now.duration_since(at) < GAP);
        self.count = if is_again { self.count + 1 } else { 1 };
        self.goes_on &= is_again;
        self.last = Some((event, now));
    }

    /// A key came that is for the screen in front, perhaps as an answer to a write's end. Gives back
    /// those that are to be acted on now.
    pub(super) fn pass(&mut self, event: KeyEvent, is_answer: bool, now: Instant) -> Vec<KeyEvent> {
        self.count(event, now);
        let kept = self.kept.take().map(|(kept, _)| kept);
        if !is_answer || self.until.is_none_or(|until| until <= now) {
            return kept.into_iter().chain([event]).collect();
        }
        let is_again = self.count > 1 && kept.is_some_and(|kept| is_same(kept, event));
        self.goes_on |= is_again || self.count >= HELD;
        if self.goes_on {
            return Vec::new();
        }
        self.kept = Some((event, now + GAP));
        kept.into_iter().collect()
    }

    /// When a key that was kept is to be acted on.
    pub(super) fn due_at(&self) -> Option<Instant> {
        self.kept.map(|(_, at)| at)
    }

    /// The key that has waited long enough. What comes after it is an answer to what it leads to.
    pub(super) fn due(&mut self, now: Instant) -> Option<KeyEvent> {
        let (kept, _) = self.kept.take_if(|(_, at)| *at <= now)?;
        self.until = None;
        Some(kept)
    }
}

fn is_same(one: KeyEvent, other: KeyEvent) -> bool {
    (one.code, one.modifiers) == (other.code, other.modifiers)
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    const ENTER: KeyEvent = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
    const ESC: KeyEvent = KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE);

    /// Keys by milliseconds after the one that confirmed; the end is drawn after 20. Says which were
    /// acted on.
    fn acted_on(keys: &[(KeyEvent, u64)]) -> Vec<KeyEvent> {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut held = KeyRepeatGuard::default();
        held.count(ENTER, at(0));
        held.shown(at(20));
        let mut acted = Vec::new();
        for (key, ms) in keys {
            acted.extend(held.due(at(*ms)));
            acted.extend(held.pass(*key, true, at(*ms)));
        }
        acted.extend(held.due(at(60_000)));
        acted
    }

    fn every(ms: u64, from: u64, count: u64) -> Vec<(KeyEvent, u64)> {
        (0..count).map(|nth| (ENTER, from + nth * ms)).collect()
    }

    #[test]
    fn a_held_key_is_no_answer() {
        // At once, and after the pause with which a keyboard begins.
        assert_eq!(acted_on(&every(33, 33, 60)), []);
        assert_eq!(acted_on(&every(33, 500, 60)), []);
        assert_eq!(acted_on(&every(90, 660, 20)), []);
    }

    #[test]
    fn one_press_is_an_answer_however_soon() {
        for ms in [30, 60, 150, 500, 2900, 10_000] {
            assert_eq!(acted_on(&[(ENTER, ms)]), [ENTER], "{ms}");
            assert_eq!(acted_on(&[(ESC, ms)]), [ESC], "{ms}");
        }
    }

    #[test]
    fn what_is_let_go_and_pressed_again_is_an_answer() {
        let mut keys = every(33, 500, 20);
        keys.push((ENTER, 500 + 20 * 33 + 300));
        assert_eq!(acted_on(&keys), [ENTER]);
    }

    #[test]
    fn another_key_does_not_overtake_it() {
        assert_eq!(acted_on(&[(ENTER, 30), (ESC, 40)]), [ENTER, ESC]);
    }
}
