//! No secret can be printed for a user.

use kitdesk::pin::{Key, Pan, PanEntry, Pin, PinEntry};

fn show<T: std::fmt::Display>() {}

fn main() {
    show::<Pin>();
    show::<Pan>();
    show::<Key>();
    show::<PinEntry>();
    show::<PanEntry>();
}
