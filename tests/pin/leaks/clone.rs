//! No secret can be copied.

use kitdesk::pin::{Key, Pan, PanEntry, Pin, PinEntry};

fn copy<T: Clone>() {}

fn main() {
    copy::<Pin>();
    copy::<Pan>();
    copy::<Key>();
    copy::<PinEntry>();
    copy::<PanEntry>();
}
