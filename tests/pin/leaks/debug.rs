//! No secret can be printed for a programmer.

use kitdesk::pin::{Key, Pan, PanEntry, Pin, PinEntry};

fn print<T: std::fmt::Debug>() {}

fn main() {
    print::<Pin>();
    print::<Pan>();
    print::<Key>();
    print::<PinEntry>();
    print::<PanEntry>();
}
