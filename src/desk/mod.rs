//! The desk's jobs: look up, upgrade, set a PIN, cancel, settle; the only room that joins the DCMS
//! and the journal. Commands come in and events go out over channels; no terminal is known here.

mod access;
mod asking;
pub mod bank;
mod card_answer;
mod central;
mod checkpoints;
pub mod checks;
mod courier;
pub mod day;
pub mod gone;
mod hand_over;
mod history;
mod look_ups;
mod message;
pub mod operations;
pub mod pages;
pub mod payment_filter;
mod questions;
mod reading;
mod receipt;
pub mod record_threads;
mod recorder;
mod replacements;
pub mod review;
mod sealing;
pub mod sentences;
pub mod session;
pub mod settling;
mod target;
mod task;
pub mod typed_days;
mod work;
mod writes;
mod written;

pub use access::Access;
pub use bank::{BankPage, BankQuestion};
pub use card_answer::CardAnswer;
pub use central::{Central, Delivery};
pub use courier::Courier;
pub use day::Day;
pub use hand_over::{HandOver, HandOverError};
pub use history::{Asked, Histories};
pub use message::{Candidate, Command, CustomerKits, Event, FindBy, Found, Next, OpenNow, Ticket};
pub use operations::{Body, Kind, Made, Request};
pub use questions::{Answer, CustomerRead, Question};
pub use reading::{AsOf, Part, Reading, Undone};
pub use receipt::{Copies, Receipt, is_doubted};
pub use recorder::Recorder;
pub use replacements::{Replacement, Replacements};
pub use sealing::{PanSource, PinSettings, SealJob, SealedUp, SealingError, pan_opens};
pub use session::Session;
pub use settling::{KitsBefore, Observation, RecordedIntent, Schedule, Verdict};
pub use target::Target;
pub use task::{Handle, WritesUnderWay, start};
pub use written::{JournalResult, Written};

#[cfg(test)]
pub(crate) mod tests;
