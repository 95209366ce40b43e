//! Only the room that seals can read a secret.

use kitdesk::pin::{Key, Pan, Pin, PinLength};

fn main() {
    let pin = Pin::parse("4315", PinLength::STANDARD).ok().unwrap();
    pin.expose_digits();
    let pan = Pan::parse("4111111111111111").ok().unwrap();
    pan.expose_digits();
    let key = Key::from_bytes(&[7; 16]).ok().unwrap();
    key.expose_bytes();
}
