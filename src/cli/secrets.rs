//! The PIN and the card number, from the terminal or from standard input, into wiped buffers.
//! They are checked by the same rules as on the PIN screen; nothing is sealed or sent here.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};

use zeroize::{Zeroize as _, Zeroizing};

use super::collected::{Collected, Wrong};
use super::failed::Failed;
use super::line::Line;
use super::prompt::{self, Prompt, Typed};
use super::taken::Hushed;
use crate::desk::session::{not_taken, pin_not_taken};
use crate::io_error::plain;
use crate::journal::Subject;
use crate::pin::{Digits, MaskedPan, PanEntry, PinEntry, PinRule, scrub_stack};
use crate::tasks;

mod words {
    use std::fmt::Display;

    pub(super) const PIPE_ONLY: &str = "--secrets-stdin reads from a pipe or a file: on a terminal it \
        would show the PIN; leave it out, and the PIN is asked for without being shown";
    pub(super) const TERMINAL_ONLY: &str =
        "a PIN is typed on a terminal, and this is not one: in a script use --secrets-stdin";
    pub(super) const UNREADABLE: &str = "standard input could not be read";
    pub(super) const CARD_NUMBER_HIDDEN: &str = "Card number, not shown: ";
    pub(super) const CARD_NUMBER_PASTED: &str =
        "a card number is keyed from the card, never pasted";
    pub(super) const PIN_AGAIN: &str = "PIN again: ";
    pub(super) const OTHER_PIN: &str = "this is not the same PIN as before";
    pub(super) const PIN_PASTED: &str = "a PIN is typed, never pasted";
    pub(super) const THE_PIN: &str = "the PIN";
    pub(super) const THE_CARD_NUMBER: &str = "the card number";
    pub(super) const CLOSED: &str = "standard input is closed";

    pub(super) fn card_number_of(mask: &dyn Display) -> String {
        format!("Card number of {mask}, not shown: ")
    }

    pub(super) fn pin_hidden(length: &dyn Display) -> String {
        format!("PIN ({length}, not shown): ")
    }

    pub(super) fn needed(sentence: &dyn Display, why: &dyn Display) -> String {
        format!("{sentence} (it is needed: {why})")
    }

    pub(super) fn ended_before(what: &dyn Display) -> String {
        format!("standard input ended before {what}: give it a line of its own")
    }

    pub(super) fn far_too_long(what: &dyn Display) -> String {
        format!("the line with {what} is far too long: a line holds its digits and nothing else")
    }

    pub(super) fn unreadable(what: &dyn Display, why: &dyn Display) -> String {
        format!("standard input can't be read for {what}: {why}")
    }
}

/// How often a customer may mistype before the verb gives up.
const TRIES: usize = 3;
/// No line with a secret is longer, not even one with mistakes in it.
const LONGEST_LINE: usize = 256;

/// Where secrets come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Typed, and shown as nothing.
    Terminal,
    /// A line each on standard input.
    Stdin,
}

/// What is asked for.
#[derive(Clone)]
pub(super) struct Wanted {
    /// What the bank asks of a PIN.
    pub(super) rule: PinRule,
    /// Why the card number must be keyed, if it must.
    pub(super) pan: Option<String>,
    /// The kit's own card.
    pub(super) mask: Option<MaskedPan>,
    /// Whose PIN it is: a failed try goes on record with it.
    pub(super) subject: Subject,
}

/// What was given.
pub(super) struct Given {
    pub(super) pin: PinEntry,
    pub(super) pan: Option<PanEntry>,
}

impl Source {
    /// Decides it before anything is read or sent.
    pub(super) fn of(secrets_stdin: bool) -> Result<Self, Failed> {
        let stdin = io::stdin().is_terminal();
        match (secrets_stdin, stdin && io::stderr().is_terminal()) {
            (true, _) if stdin => Err(Failed::usage(words::PIPE_ONLY)),
            (true, _) => Ok(Self::Stdin),
            (false, true) => Ok(Self::Terminal),
            (false, false) => Err(Failed::usage(words::TERMINAL_ONLY)),
        }
    }

    /// Keeps keys from being shown from now on, where secrets are typed.
    pub(super) fn hush(self) -> Option<Hushed> {
        (self == Self::Terminal).then(Hushed::take)
    }

    /// Asks for the secrets. What is typed and can't be used goes on record as a failed try.
    pub(super) async fn ask(self, wanted: Wanted, line: &Line<'_>) -> Result<Given, Failed> {
        match self {
            Self::Terminal => {
                let given = typed(&wanted, line).await;
                scrub_stack();
                given
            }
            Self::Stdin => {
                // The writer of the pipe may take its time.
                let read = tasks::work(move || {
                    let given = piped(&wanted);
                    scrub_stack();
                    given
                });
                read.await
                    .unwrap_or_else(|_| Err(Failed::internal(words::UNREADABLE)))
            }
        }
    }
}

/// The card number first, as it lies on the counter, then the customer's PIN, twice.
async fn typed(wanted: &Wanted, line: &Line<'_>) -> Result<Given, Failed> {
    let mut prompt = Prompt::open()?;
    let pan = if wanted.pan.is_some() {
        Some(typed_pan(&mut prompt, wanted, line).await?)
    } else {
        None
    };
    let pin = typed_pin(&mut prompt, wanted, line).await?;
    Ok(Given { pin, pan })
}

async fn typed_pan(
    prompt: &mut Prompt,
    wanted: &Wanted,
    line: &Line<'_>,
) -> Result<PanEntry, Failed> {
    let question = match &wanted.mask {
        Some(mask) => words::card_number_of(&mask),
        None => words::CARD_NUMBER_HIDDEN.to_owned(),
    };
    let mut error = String::new();
    let mut tries = 0;
    while tries < TRIES {
        error = match prompt.digits(&question).await? {
            Typed::It(pan) => match check_pan(&pan, wanted) {
                Ok(()) => return Ok(pan),
                Err(error) => error,
            },
            Typed::Wrong(wrong) => wrong.pan(),
            Typed::Pasted => words::CARD_NUMBER_PASTED.into(),
            // Nobody has mistyped.
            Typed::Stopped => continue,
        };
        tries += 1;
        line.note(not_taken(wanted.subject.clone(), error.as_str()))
            .await;
        prompt::say(&error);
    }
    Err(Failed::usage(error))
}

async fn typed_pin(
    prompt: &mut Prompt,
    wanted: &Wanted,
    line: &Line<'_>,
) -> Result<PinEntry, Failed> {
    let mut error = String::new();
    for _ in 0..TRIES {
        error = match pin_twice(prompt, &wanted.rule).await? {
            Ok(pin) => return Ok(pin),
            Err(wrong) => wrong,
        };
        line.note(pin_not_taken(wanted.subject.clone())).await;
        prompt::say(&error);
    }
    Err(Failed::usage(error))
}

/// A PIN that was typed twice alike, or what is wrong with it. After a stop both are asked for again:
/// the person who goes on need not be the one who typed the first.
async fn pin_twice(
    prompt: &mut Prompt,
    rule: &PinRule,
) -> Result<Result<PinEntry, String>, Failed> {
    let question = words::pin_hidden(&rule.length);
    loop {
        let one = match one_pin(prompt, &question, rule).await? {
            Some(Ok(pin)) => pin,
            Some(Err(wrong)) => return Ok(Err(wrong)),
            None => continue,
        };
        return Ok(match one_pin(prompt, words::PIN_AGAIN, rule).await? {
            Some(Ok(other)) if one.same_as(&other) => Ok(one),
            Some(Ok(_)) => Err(words::OTHER_PIN.into()),
            Some(Err(wrong)) => Err(wrong),
            None => continue,
        });
    }
}

/// What was typed once; nothing where the program was stopped meanwhile.
async fn one_pin(
    prompt: &mut Prompt,
    question: &str,
    rule: &PinRule,
) -> Result<Option<Result<PinEntry, String>>, Failed> {
    Ok(Some(match prompt.digits(question).await? {
        Typed::It(pin) => match rule.check(&pin) {
            Ok(()) => Ok(pin),
            Err(error) => Err(error.to_string()),
        },
        Typed::Wrong(wrong) => Err(wrong.pin(rule.length)),
        Typed::Pasted => Err(words::PIN_PASTED.into()),
        Typed::Stopped => return Ok(None),
    }))
}

fn check_pan(pan: &PanEntry, wanted: &Wanted) -> Result<(), String> {
    pan.check_against(wanted.mask.as_ref())
        .map_err(|error| error.to_string())
}

/// A line with the PIN, then one with the card number where it is wanted.
fn piped(wanted: &Wanted) -> Result<Given, Failed> {
    let mut lines = Lines::of_stdin()?;
    let pin = lines
        .next(words::THE_PIN)?
        .map_err(|wrong| Failed::usage(wrong.pin(wanted.rule.length)))?;
    wanted.rule.check(&pin).map_err(Failed::usage)?;
    let pan = if let Some(why) = &wanted.pan {
        let pan = lines
            .next(words::THE_CARD_NUMBER)
            .map_err(|failed| Failed {
                sentence: words::needed(&failed.sentence, &why),
                ..failed
            })?
            .map_err(|wrong| Failed::usage(wrong.pan()))?;
        check_pan(&pan, wanted).map_err(Failed::usage)?;
        Some(pan)
    } else {
        None
    };
    Ok(Given { pin, pan })
}

/// Lines of digits, byte by byte: a buffer between would keep a copy that nobody wipes.
struct Lines {
    file: File,
    byte: Zeroizing<[u8; 1]>,
}

impl Lines {
    fn of_stdin() -> Result<Self, Failed> {
        #[cfg(unix)]
        let own = std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned();
        #[cfg(windows)]
        let own = std::os::windows::io::AsHandle::as_handle(&io::stdin()).try_clone_to_owned();
        let file = own.map_err(|_| Failed::usage(words::CLOSED))?;
        Ok(Self::of(File::from(file)))
    }

    fn of(file: File) -> Self {
        Self {
            file,
            byte: Zeroizing::new([0]),
        }
    }

    /// The digits of the next line, `what` being their name.
    fn next<const CAP: usize>(&mut self, what: &str) -> Result<Result<Digits<CAP>, Wrong>, Failed> {
        let mut line = Collected::<CAP>::default();
        let mut length = 0;
        let mut after_return = false;
        loop {
            let ended = !self.read_byte(what)?;
            match self.byte[0] {
                _ if ended && length == 0 => {
                    return Err(Failed::usage(words::ended_before(&what)));
                }
                _ if ended => break,
                b'\n' => break,
                _ if length == LONGEST_LINE => {
                    return Err(Failed::usage(words::far_too_long(&what)));
                }
                byte => {
                    // A carriage return belongs to the end of a line, and nowhere else.
                    if after_return {
                        line.push('\r');
                    }
                    after_return = byte == b'\r';
                    if !after_return {
                        line.push(char::from(byte));
                    }
                    length += 1;
                }
            }
        }
        self.byte.zeroize();
        Ok(line.finish())
    }

    /// False at the end.
    fn read_byte(&mut self, what: &str) -> Result<bool, Failed> {
        loop {
            match self.file.read(self.byte.as_mut_slice()) {
                Ok(count) => return Ok(count > 0),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Failed::usage(words::unreadable(
                        &what,
                        &plain(error.kind()),
                    )));
                }
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Write as _;
    use std::os::fd::OwnedFd;

    use super::*;

    fn lines(text: &[u8]) -> Lines {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        writer.write_all(text).expect("it fits into a pipe");
        Lines::of(File::from(OwnedFd::from(reader)))
    }

    fn first(text: &[u8]) -> Result<Result<usize, Wrong>, String> {
        let line = lines(text).next::<12>("the PIN");
        line.map(|line| line.map(|digits| digits.len()))
            .map_err(|failed| failed.sentence)
    }

    #[test]
    fn a_line_ends_in_many_ways() {
        for text in ["4315\n", "4315\r\n", "4315", "4315\r", "4315\nrest"] {
            assert_eq!(first(text.as_bytes()), Ok(Ok(4)), "{text:?}");
        }
    }

    #[test]
    fn one_line_after_the_other() {
        let mut lines = lines(b"4315\r\n4111111111111111\n");
        assert!(matches!(lines.next::<12>("the PIN"), Ok(Ok(pin)) if pin.len() == 4));
        assert!(matches!(lines.next::<19>("it"), Ok(Ok(pan)) if pan.len() == 16));
        assert!(lines.next::<12>("more").is_err());
    }

    #[test]
    fn what_is_no_line_of_digits() {
        for text in [
            "43 15\n",
            " 4315\n",
            "43\r15\n",
            "４３１５\n",
            "٤٣١٥\n",
            "\u{feff}4315\n",
        ] {
            assert_eq!(
                first(text.as_bytes()),
                Ok(Err(Wrong::NotDigits)),
                "{text:?}"
            );
        }
        assert_eq!(first(b"\n"), Ok(Err(Wrong::Empty)));
        assert_eq!(first(b"\r\n"), Ok(Err(Wrong::Empty)));
        assert_eq!(first(b"1234567890123\n"), Ok(Err(Wrong::TooMany(13))));
        assert!(first(b"").is_err_and(|said| said.contains("ended before the PIN")));
        assert!(first(&[b'7'; 4000]).is_err_and(|said| said.contains("far too long")));
    }
}
