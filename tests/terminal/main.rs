//! The whole program in a pseudo-terminal: real keys in, the screen that is drawn out.
//! What the DCMS would do is done by the sandbox in this process.

mod alone;
mod between;
mod bytes;
mod cast;
mod colours;
mod console;
mod faults;
#[cfg(target_os = "linux")]
mod guards;
mod keys;
#[cfg(unix)]
mod linear;
mod lost;
#[cfg(target_os = "linux")]
mod memory;
mod picture;
#[cfg(target_os = "linux")]
mod process_memory;
mod readme;
mod resize;
#[cfg(target_os = "linux")]
mod session_origin;
#[cfg(unix)]
mod ssh;
#[cfg(target_os = "linux")]
mod still;
#[cfg(unix)]
mod strange;
mod trouble;
mod walk;
mod wrong;
