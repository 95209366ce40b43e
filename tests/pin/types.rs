//! What the types of the secrets promise: nobody prints, copies, compares, stores or sends one.
//! That only [`kitdesk::pin`] reads them is proven next to the methods that read, in doctests.

use std::borrow::Borrow;
use std::fmt::{Binary, Debug, Display, LowerHex, UpperHex};
use std::hash::Hash;
use std::ops::Deref;

use kitdesk::desk::operations::SetPin;
use kitdesk::pin::{Key, Pan, PanEntry, Pin, PinEntry, SealedPin};
use serde::Serialize;
use serde::de::DeserializeOwned;
use static_assertions::{assert_impl_all, assert_not_impl_any};

/// One list for all of them: a secret that gains one of these traits does not compile here.
macro_rules! assert_secret {
    ($($secret:ty),+) => {$(
        assert_not_impl_any!($secret: Debug, Display, LowerHex, UpperHex, Binary);
        assert_not_impl_any!($secret: Clone, Copy, Deref, AsRef<[u8]>, AsRef<str>, Borrow<[u8]>);
        assert_not_impl_any!($secret: Into<Vec<u8>>, Into<String>, IntoIterator);
        // The derived comparisons stop at the first difference, which can be timed.
        assert_not_impl_any!($secret: PartialEq, PartialOrd, Hash);
        assert_not_impl_any!($secret: Serialize, DeserializeOwned);
    )+};
}

assert_secret!(Pin, Pan, Key, PinEntry, PanEntry);

// The lists above can tell: a type that does have the traits has them under these names too.
assert_impl_all!(String: Debug, Display, Clone, AsRef<[u8]>, AsRef<str>, Into<Vec<u8>>, Deref);
assert_impl_all!(String: PartialEq, PartialOrd, Hash, Serialize, DeserializeOwned);

// Only sealing makes a sealed PIN. Its own doctest proves that its fields are private.
assert_not_impl_any!(SealedPin: From<&'static str>, From<String>, From<Vec<u8>>, Default, Clone);
assert_not_impl_any!(SealedPin: From<Pin>, From<PinEntry>, Serialize, DeserializeOwned);

/// What goes through the channel to the desk holds a sealed PIN, and no type but this one.
#[test]
fn a_request_to_set_a_pin_takes_a_sealed_one_only() {
    let _: fn(SetPin) -> SealedPin = |request| request.pin;
}
