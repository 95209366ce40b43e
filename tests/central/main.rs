//! The central store with a real `PostgreSQL`, which the tests start themselves: that of `KITDESK_POSTGRES` (a
//! folder with `initdb` and `postgres`) or Debian's newest. Where there is none each test says that it was
//! skipped, unless `KITDESK_NEED_POSTGRES=1` asks for it.

#![cfg(unix)]

mod anchors;
mod audit;
mod bank;
mod checkpoints;
mod claims;
mod compared;
#[path = "../terminal/console.rs"]
#[allow(dead_code, reason = "the screens' tests use all of it")]
mod console;
mod cut;
mod earlier;
mod engine;
#[path = "../verbs/fixtures.rs"]
#[allow(dead_code, reason = "the verbs' tests use all of it")]
mod fixtures;
mod format;
mod gone;
mod measure;
mod proofs;
mod records;
mod restored;
mod rights;
mod rivals;
mod secured;
mod simulation;
#[path = "../verbs/tls.rs"]
#[allow(dead_code, reason = "the verbs' tests use all of it")]
mod tls;
mod verbs;
mod writes;
