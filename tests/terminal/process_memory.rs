//! What can be found in another process' memory: a PIN, a card number or a key, in each form that they could
//! have there.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::time::Duration;

use kitdesk::sandbox::{CARD_KEY, PIN_KEY};

use super::console::skipped;

/// Twelve digits, so that a find is no accident.
pub const PIN: &str = "830671429506";
pub const PAN: &str = "4012888888881881";
/// What the DCMS sends enciphered for the kit of the contract's samples, opened.
pub const OPENED: &str = "6080400000071789";
/// The forms in which digits could lie about, and a key's own bytes.
pub struct Sought {
    pub what: String,
    pub bytes: Vec<u8>,
    /// How far each byte is from the one before: 1 in a text, more in a row of keys or characters.
    pub strides: std::ops::RangeInclusive<usize>,
}

fn sought() -> Vec<Sought> {
    let digits = |name: &str, text: &str| {
        let ascii = text.as_bytes().to_vec();
        let values: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
        let packed = values.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]);
        let packed = packed.collect();
        let one = |form: &str, bytes, strides| Sought {
            what: format!("{name} as {form}"),
            bytes,
            strides,
        };
        [
            one("text", ascii, 1..=64),
            one("numbers", values, 1..=64),
            one("packed digits", packed, 1..=1),
        ]
    };
    let mut all = Vec::from(digits("the PIN", PIN));
    all.extend(digits("the card number", PAN));
    all.extend(digits("the opened card number", OPENED));
    for (name, key) in [("the PIN key", PIN_KEY), ("the card key", CARD_KEY)] {
        let text = hex(key);
        for (form, bytes) in [
            ("bytes", key.as_slice()),
            ("hex", text.as_bytes()),
            ("capitals", text.to_uppercase().as_bytes()),
        ] {
            all.push(Sought {
                what: format!("{name} as {form}"),
                bytes: bytes.to_vec(),
                strides: 1..=1,
            });
        }
    }
    all
}

pub fn hex(key: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).expect("a nibble");
    let digits = key
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

impl Sought {
    pub fn is_in(&self, memory: &[u8]) -> bool {
        memchr::memchr_iter(self.bytes[0], memory).any(|start| {
            let mut strides = self.strides.clone();
            strides.any(|stride| {
                let mut rest = self.bytes.iter().enumerate().skip(1);
                rest.all(|(n, byte)| memory.get(start + n * stride) == Some(byte))
            })
        })
    }
}

/// All that the process could write to, or why it can't be read.
pub fn writable_memory(process: u32) -> io::Result<Vec<Vec<u8>>> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let mut all = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_ascii_whitespace();
        let (Some(range), Some(mode)) = (words.next(), words.next()) else {
            continue;
        };
        // What a file backs, such as the binary's own constants, is writable only where it is a copy.
        if !mode.contains('w') || line.ends_with("[vvar]") {
            continue;
        }
        let (start, end) = range.split_once('-').expect("two addresses");
        let address = |text| u64::from_str_radix(text, 16).expect("an address is hex");
        let (start, end) = (address(start), address(end));
        let mut bytes = vec![0; usize::try_from(end - start).expect("it fits into the memory")];
        // A guard page that can't be read holds nothing either.
        if memory.read_exact_at(&mut bytes, start).is_ok() {
            all.extend(without_empty_pages(&bytes));
        }
    }
    assert!(
        all.iter().map(Vec::len).sum::<usize>() > 100_000,
        "nothing was read"
    );
    Ok(all)
}

/// Most of what a process may write to has never been written to.
fn without_empty_pages(bytes: &[u8]) -> Vec<Vec<u8>> {
    const PAGE: usize = 4096;
    let pages: Vec<&[u8]> = bytes.chunks(PAGE).collect();
    let written = pages.split(|page| *page == [0; PAGE]);
    written
        .filter(|run| !run.is_empty())
        .map(<[&[u8]]>::concat)
        .collect()
}

pub fn found_in(places: &[Vec<u8>]) -> Vec<String> {
    let sought = sought().into_iter();
    let found = sought.filter(|sought| places.iter().any(|place| sought.is_in(place)));
    found.map(|sought| sought.what).collect()
}

/// Makes sure that this is what can be found in the process, and no more. A thread may still be at work with a
/// key: it has a moment to end, in which a console without keys does nothing else.
#[track_caller]
pub fn process_holds(process: u32, expected: &[&str], when: &str) {
    let mut found = Vec::new();
    for _ in 0..40 {
        match writable_memory(process) {
            Ok(memory) => found = found_in(&memory),
            Err(fault) => {
                skipped(&format!(
                    "other processes' memory can't be read here ({fault}); root can"
                ));
                return;
            }
        }
        if found == expected {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{when}: {found:?}");
}
