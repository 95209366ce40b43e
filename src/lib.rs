//! kitdesk: a terminal console for a bank's card desk.
//!
//! Rooms, from the ground up; a room imports only from rooms below it: [`pin`], [`dcms`], ...

pub mod dcms;
pub mod pin;
pub mod sandbox;
