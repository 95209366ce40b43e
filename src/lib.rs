//! kitdesk: a terminal console for a bank's card desk.
//!
//! Rooms, from the ground up; a room imports only from rooms below it: [`pin`] (the PIN's way),
//! [`dcms`] (the contract), [`config`] (profiles and secrets), [`people`] (who may do what),
//! `key_file` (keys of this machine's own), [`checkpoint`] (signed words for a journal),
//! [`journal`] (the record of actions), [`central`] (the store of several hosts),
//! [`desk`] (the jobs), [`console`] (the screens), [`serve`] (the SSH server), [`cli`] (the command line); next to them
//! [`sandbox`] (the simulator), `advice` (errors with what to do about them), `columns` (text in columns, for
//! whatever is shown), `output` (descriptors that don't take everything at once), `durations` (`5s` and its
//! like), `tasks` (how they are begun, and work for threads), `sorting` (one sort for all types), `utc` (the time of
//! day) and `clock` (time that a suspend does not stop).

pub mod advice;
#[cfg(test)]
mod architecture;
pub mod central;
pub mod checkpoint;
pub mod cli;
pub mod clock;
mod columns;
pub mod config;
pub mod console;
pub mod dcms;
pub mod desk;
#[cfg(test)]
mod documents;
mod durations;
mod io_error;
pub mod journal;
pub mod key_file;
mod output;
pub mod people;
pub mod pin;
pub mod sandbox;
pub mod serve;
mod sorting;
mod tasks;
mod utc;
