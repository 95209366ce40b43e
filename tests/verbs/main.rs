//! The verbs by running the program: what it prints, where, and with which exit code it ends.
//! What the DCMS would do is done by the sandbox in this process.

mod addresses;
mod attacks;
mod bad_input;
#[path = "../terminal/between.rs"]
#[allow(dead_code, reason = "the screens' tests use all of it")]
mod between;
mod configuring;
mod confirmed;
#[path = "../terminal/console.rs"]
#[allow(dead_code, reason = "the screens' tests use all of it")]
mod console;
mod contract;
mod counter;
mod doctor;
mod documents;
mod faults;
mod fixtures;
mod journal;
mod line;
mod look_ups;
mod lost_writes;
mod many;
mod outcomes;
mod people;
mod pins;
mod proxy;
mod reach;
mod report;
mod set_limits;
#[cfg(unix)]
mod signals;
mod simulator;
#[cfg(target_os = "linux")]
mod slow_readers;
mod stop_and_replace;
#[cfg(target_os = "linux")]
mod stopped;
mod tls;
#[cfg(unix)]
mod trust;
mod usage;
