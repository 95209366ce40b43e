//! What is left of a PIN, a card number and a key once the screen is gone: nothing, in the process'
//! own memory, on the terminal, in its files and in its log at the finest level.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use kitdesk::pin::{Pin, PinLength};
use kitdesk::sandbox::{BRANCH, PIN_KEY, TENANT};

use super::console::{Console, Key, home, sandbox, write_file};

/// Twelve digits, so that a find is no accident.
const PIN: &str = "830671429506";
const PAN: &str = "4012888888881881";
const ENTITY: &str = "210000000097";
const KIT: &str = "97000000001";

/// The forms in which digits could lie about, and a key's own bytes.
struct Sought {
    what: String,
    bytes: Vec<u8>,
    /// How far each byte is from the one before: 1 in a text, more in a row of keys or characters.
    strides: std::ops::RangeInclusive<usize>,
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
    let hex: String = PIN_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    let key = |form: &str, bytes: &[u8]| Sought {
        what: format!("the key as {form}"),
        bytes: bytes.to_vec(),
        strides: 1..=1,
    };
    let mut all = Vec::from(digits("the PIN", PIN));
    all.extend(digits("the card number", PAN));
    all.push(key("bytes", PIN_KEY));
    all.push(key("hex", hex.as_bytes()));
    all.push(key("hex in capitals", hex.to_uppercase().as_bytes()));
    all
}

impl Sought {
    fn is_in(&self, memory: &[u8]) -> bool {
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
fn writable_memory(process: u32) -> io::Result<Vec<Vec<u8>>> {
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

fn found_in(places: &[Vec<u8>]) -> Vec<String> {
    let sought = sought().into_iter();
    let found = sought.filter(|sought| places.iter().any(|place| sought.is_in(place)));
    found.map(|sought| sought.what).collect()
}

fn files_under(folder: &Path, files: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder of this test") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_under(&path, files);
        } else if path.file_name().is_none_or(|name| name != "pin.key") {
            files.push(fs::read(&path).expect("a file of this test"));
        }
    }
}

/// A console that logs all it can, with its key in a file.
fn console(base_url: &str) -> (Console, std::path::PathBuf) {
    let config = format!(
        "[profiles.counter]\nbase_url = \"{base_url}\"\ntenant = \"{TENANT}\"\n\
         environment = \"sandbox\"\nbranch_id = \"{BRANCH}\"\npin_length = [4, 12]\n\
         pin_key = {{ file = \"pin.key\" }}\n"
    );
    let home = home(Some(&config));
    let folder = home.path().to_owned();
    let hex: String = PIN_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    write_file(&folder.join("kitdesk/pin.key"), &hex);
    let log = folder.join("trace.log").display().to_string();
    let args = ["--log", &log, "--log-level", "trace"].map(str::to_owned);
    let mut console = Console::start(home, &args, 100, 30);
    console.until("Find a customer");
    (console, folder)
}

fn type_all(console: &mut Console) {
    console.type_text("p").until("Set the PIN of kit");
    console.key(Key::Tab).until_row(&["card number", "of card"]);
    // In one piece, as a fast hand or a slow line brings it: the hardest case for a buffer.
    console
        .type_text(PAN)
        .until_row(&["card number", "401288••••••1881"]);
    console.key(Key::Tab).type_text(PIN);
    console.until_row(&["PIN ", "••••••••••••"]);
    console.key(Key::Tab).type_text(PIN);
    console.until_row(&["PIN again", "••••••••••••"]);
}

#[test]
fn nothing_of_a_pin_a_card_number_or_a_key_is_left() {
    let sandbox = sandbox();
    let (mut console, folder) = console(&sandbox.base_url());
    console.guard(&[PIN, PAN]);
    console.type_text(ENTITY).key(Key::Enter);
    console.until_row(&[KIT]).until("u upgrade");
    let process = console.process_id();
    if let Err(fault) = writable_memory(process) {
        eprintln!("skipped: another process' memory can't be read here ({fault}); root can");
        return;
    }
    let look = || found_in(&writable_memory(process).expect("it could be read before"));

    type_all(&mut console);
    // If what is there could not be found, not finding it later would prove nothing.
    let seen = look();
    assert_eq!(seen, ["the PIN as numbers", "the card number as numbers"]);
    console
        .key(Key::Esc)
        .until("u upgrade")
        .until_gone("Set the PIN");
    assert_eq!(look(), [""; 0], "after Esc");

    type_all(&mut console);
    console.key(Key::Enter).until("Review: set a PIN");
    assert_eq!(look(), [""; 0], "sealed, before it is sent");
    console.type_text("0001").key(Key::Enter);
    console.until(&format!("Setting the PIN of kit {KIT} was done."));
    assert_eq!(look(), [""; 0], "after it was sent");
    let pin = Pin::parse(PIN, PinLength::STANDARD).expect("a PIN");
    assert!(sandbox.pin_is(KIT, &pin), "the bank has it all the same");

    console.key(Key::Enter).until("u upgrade");
    console
        .type_text("p")
        .until("Set the PIN of kit")
        .key(Key::Tab);
    console.paste(PIN).until("never pasted");
    console.key(Key::Esc).until("u upgrade");
    assert_eq!(look(), [""; 0], "after a paste");

    console.kept_secrets();
    let mut files = Vec::new();
    files_under(&folder, &mut files);
    let log = fs::read_to_string(folder.join("trace.log")).expect("the log");
    assert!(log.contains("setPin"), "the log tells of the call:\n{log}");
    assert_eq!(found_in(&files), [""; 0], "in files");
    console.end();
}
