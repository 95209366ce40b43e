//! What goes to the desk takes a sealed PIN and nothing else.

use kitdesk::dcms::{EntityId, Expiry, KitNo, SetPin};
use kitdesk::pin::{Pin, PinLength};

fn main() {
    let _ = SetPin {
        entity: EntityId::parse("676165").unwrap(),
        kit: KitNo::parse("4561789").unwrap(),
        expiry: Expiry::parse("0729").unwrap(),
        pin: Pin::parse("4315", PinLength::STANDARD).ok().unwrap(),
    };
}
