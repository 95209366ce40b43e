//! The program: hands the command line to the library.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// Whatever is let go of is wiped: a customer who has left the screen has left the memory too.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> std::process::ExitCode {
    kitdesk::cli::main()
}
