//! Only sealing makes a sealed PIN.

use kitdesk::pin::SealedPin;

fn main() {
    let _ = SealedPin {
        message: "4315".to_owned(),
    };
    let _ = SealedPin::from("4315");
}
