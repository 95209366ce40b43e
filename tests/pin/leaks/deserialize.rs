//! No secret can be read from a file or a socket.

use kitdesk::pin::{Key, Pan, PanEntry, Pin, PinEntry};

fn read<T: serde::de::DeserializeOwned>() {}

fn main() {
    read::<Pin>();
    read::<Pan>();
    read::<Key>();
    read::<PinEntry>();
    read::<PanEntry>();
}
