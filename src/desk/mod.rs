//! The desk's jobs: look up, upgrade, set a PIN, cancel, each with its reading afterwards.
//! Commands come in and events go out over channels; no terminal is known here.

pub mod checks;
mod jobs;
mod message;
pub mod review;
mod sealing;
pub mod sentences;
mod task;

pub use message::{
    AfterCancel, AfterPin, AfterUpgrade, Candidate, Command, CustomerKits, Event, FindBy, Found,
    Ticket,
};
pub use sealing::{PanSource, SealJob, SealedUp, SealingFault, Vault, pan_opens};
pub use task::{Handle, start};

#[cfg(test)]
mod tests;
