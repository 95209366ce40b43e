//! The SSH server as it is used: the whole program, real clients, and clients that nobody should be.
//! What needs a client that is not installed says that it was skipped.

mod admin;
mod admission;
mod clients;
#[path = "../terminal/console.rs"]
#[allow(dead_code, reason = "the screens' tests use all of it")]
mod console;
mod endings;
mod fixtures;
mod limits;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
#[path = "../terminal/process_memory.rs"]
#[allow(dead_code, reason = "the screens' tests use all of it")]
mod process_memory;
mod raw;
mod refused;
#[cfg(target_os = "linux")]
mod secrets;
mod two;
mod walk;
