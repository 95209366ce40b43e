//! No secret can be written to a file or a socket.

use kitdesk::pin::{Key, Pan, PanEntry, Pin, PinEntry};

fn write<T: serde::Serialize>() {}

fn main() {
    write::<Pin>();
    write::<Pan>();
    write::<Key>();
    write::<PinEntry>();
    write::<PanEntry>();
}
