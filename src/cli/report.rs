//! Prints how a verb ended: lines for people or one JSON object, and the exit code.
//! Nothing is asked or sent here, and every text from the server is made harmless before it is printed.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::failed::{Failed, INTERNAL};
use super::spoken;
use crate::config::Env;
use crate::console::Signs;
use crate::dcms::{Preview, Refusal, Text, Word, harmless, judged};
use crate::desk::Written;
use crate::desk::sentences::sentence;
use crate::io_error::plain;
use crate::journal::RecordId;
use crate::output::Patient;
use crate::pin::mask_card_numbers;

mod words {
    use std::fmt::Display;

    pub(super) fn done(told: &dyn Display) -> String {
        format!("Done: {told}")
    }

    pub(super) fn no_result(why: &dyn Display) -> String {
        format!("kitdesk: the result can't be written: {why}")
    }
}

/// What a verb comes to.
pub(super) enum Answer {
    /// Something was asked of the DCMS.
    Report(Report),
    /// Nothing was sent: this is what would have been.
    Preview(Box<Preview>),
    /// The same of many.
    Previews(Vec<Preview>),
    /// It has told itself, line by line, and ends with this exit code.
    Told(ExitCode),
}

/// The end of a verb, for people and for programs.
pub(super) struct Report {
    word: Word,
    code: u8,
    sentences: Vec<String>,
    refusal: Option<Refusal>,
    errors: Vec<String>,
    /// What goes to standard error, whatever the word.
    warnings: Vec<String>,
    journal_id: Option<RecordId>,
    result: Option<Box<RawValue>>,
    shown: String,
}

/// The one object that programs read.
#[derive(Serialize)]
struct Object<'a> {
    outcome: Word,
    operation: &'a str,
    result: Option<&'a RawValue>,
    error: Option<ErrorObject<'a>>,
    /// The record of a write's intent; none where nothing was recorded, and so nothing sent.
    journal_id: Option<i64>,
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    code: Option<&'a str>,
    message: String,
    fields: Vec<&'a str>,
}

impl Report {
    fn new(word: Word) -> Self {
        Self {
            word,
            code: word.exit_code(),
            sentences: Vec::new(),
            refusal: None,
            errors: Vec::new(),
            warnings: Vec::new(),
            journal_id: None,
            result: None,
            shown: String::new(),
        }
    }

    /// Something was read.
    pub(super) fn read(result: &impl Serialize, shown: String) -> Self {
        Self::new(Word::Done).with(result, shown)
    }

    /// A write came to its end. Where its outcome is unknown, what reading says of it counts.
    pub(super) fn written(written: &Written) -> Self {
        Self {
            sentences: vec![written.headline()],
            refusal: written.outcome.refusal().cloned(),
            warnings: written.kept.trouble.clone().into_iter().collect(),
            journal_id: written.kept.record,
            ..Self::new(written.word())
        }
    }

    /// Many writes came to their ends; `word` and `code` are the worst's.
    pub(super) fn of_many(
        (word, code): (Word, u8),
        sentence: String,
        result: &impl Serialize,
        shown: String,
    ) -> Self {
        let report = Self {
            code,
            sentences: vec![sentence],
            ..Self::new(word)
        };
        report.with(result, shown)
    }

    /// Something went wrong, before or after. The sentence may name what was typed, and that may be a
    /// card number in the wrong place; the name of a file is no such thing.
    pub(super) fn failed(failed: Failed) -> Self {
        let files = file_names(&failed.sentence);
        let sentence = mask_card_numbers(&failed.sentence, &files).into_owned();
        Self {
            code: failed.code,
            sentences: vec![sentence],
            refusal: failed.refusal.map(|refusal| *refusal),
            errors: failed.errors,
            journal_id: failed.record,
            ..Self::new(failed.word)
        }
    }

    /// Ends with another word after all, and says why.
    pub(super) fn but(mut self, word: Word, sentence: impl Into<String>) -> Self {
        self.word = word;
        self.code = word.exit_code();
        self.adding(sentence)
    }

    /// Names the journal's record that it is about.
    pub(super) fn about_record(mut self, record: RecordId) -> Self {
        self.journal_id = Some(record);
        self
    }

    /// Says something more.
    pub(super) fn adding(mut self, sentence: impl Into<String>) -> Self {
        self.sentences.push(sentence.into());
        self
    }

    /// Says what must be heard on standard error even where all seems well.
    pub(super) fn warning(mut self, sentence: Option<String>) -> Self {
        self.warnings.extend(sentence);
        self
    }

    /// Brings what was read afterwards.
    pub(super) fn with(mut self, result: &impl Serialize, shown: String) -> Self {
        self.result = Some(raw(result));
        self.shown = shown;
        self
    }

    /// The exit code that telling it gives.
    pub(super) fn code(&self) -> u8 {
        self.code
    }

    /// Prints the object for programs; people have had their lines already.
    pub(super) fn tell_object(&self, operation: &str) -> ExitCode {
        put(&self.json_line(operation, &self.sentences.join(" ")));
        ExitCode::from(self.code)
    }

    fn json_line(&self, operation: &str, told: &str) -> String {
        harmless_json(self.object(operation, told)) + "\n"
    }

    /// Prints it, and gives the exit code; `operation` is the verb as programs read it. A failure to print
    /// changes nothing about what was done.
    pub(super) fn tell(&self, operation: &str, json: bool) -> ExitCode {
        let told = self.sentences.join(" ");
        let mut out = String::new();
        if json {
            out = self.json_line(operation, &told);
        } else if self.word == Word::Done && !told.is_empty() {
            let written = writeln!(out, "{}", words::done(&told));
            debug_assert!(written.is_ok(), "a string takes any text");
        }
        if self.word != Word::Done {
            let opening = match self.word {
                word if spoken::is_on() => word.title(),
                _ => "kitdesk",
            };
            say(&format!("{opening}: {told}"));
            for error in &self.errors {
                say(&format!("  {}", harmless(error)));
            }
        }
        for warning in &self.warnings {
            say(&format!("kitdesk: {}", harmless(warning)));
        }
        if !json {
            out.push_str(&self.shown);
        }
        let is_whole = put(&out);
        // A list that stops in the middle is no list; a write's outcome stays what it is, printed or not.
        if !is_whole && self.is_look_up() {
            return ExitCode::from(INTERNAL);
        }
        ExitCode::from(self.code)
    }

    /// Whether something was read and all there is to tell is what that was.
    pub(super) fn is_look_up(&self) -> bool {
        self.word == Word::Done && self.sentences.is_empty()
    }

    fn object(&self, operation: &str, told: &str) -> String {
        let error = (self.word != Word::Done).then(|| match &self.refusal {
            Some(refusal) => ErrorObject {
                code: refusal.code.as_ref().map(Text::as_sent),
                message: match &refusal.message {
                    // What was refused is the sign-in before it.
                    _ if self.word == Word::NotSent => told.to_owned(),
                    Some(message) => message.as_sent().to_owned(),
                    None => sentence(&refusal.to_string()),
                },
                fields: refusal.fields.iter().map(Text::as_sent).collect(),
            },
            None => ErrorObject {
                code: None,
                message: told.to_owned(),
                fields: self.errors.iter().map(String::as_str).collect(),
            },
        });
        let object = Object {
            outcome: self.word,
            operation,
            result: self.result.as_deref(),
            error,
            journal_id: self.journal_id.map(|record| record.0),
        };
        serde_json::to_string(&object).expect("plain structs with text keys are JSON")
    }
}

/// The words of a sentence that name files: a card number has no folder and no ending.
pub(super) fn file_names(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'`()<>".contains(c));
    let words = words.map(|word| word.trim_end_matches([':', ',', ';', '.']));
    let has_ending = |word: &str| {
        let ending = word.rsplit_once('.').map_or("", |(_, ending)| ending);
        !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    words
        .filter(|word| word.contains(['/', '\\']) || has_ending(word))
        .collect()
}

/// Tells what would be sent.
pub(super) fn tell_preview(preview: &impl Serialize) -> ExitCode {
    let json = serde_json::to_string(preview).expect("plain structs with text keys are JSON");
    if put(&(harmless_json(json) + "\n")) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(INTERNAL)
    }
}

fn raw(result: &impl Serialize) -> Box<RawValue> {
    to_raw_value(result).expect("plain structs with text keys are JSON")
}

/// Writes to standard output, and says whether all of it was written. A reader may close the pipe early;
/// any other error is reported.
pub(super) fn put(text: &str) -> bool {
    let text = spelled(text, io::stdout().is_terminal());
    let mut out = out();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => true,
        Err(error) => {
            let why = plain(error.kind());
            say(&words::no_result(&why));
            false
        }
    }
}

/// Prints a line on standard error. If that is closed, the line is lost.
pub(super) fn say(text: &str) {
    // Names of files, variables and arguments may hold anything: here all of them come by.
    let lines: Vec<_> = text.lines().map(harmless).collect();
    let mut text = lines.join("\n");
    if spoken::is_on() {
        text = spoken::sentence(&text);
    }
    let text = spelled(&text, io::stderr().is_terminal());
    let mut err = err();
    writeln!(err, "{text}").and_then(|()| err.flush()).ok();
}

/// With the signs that a terminal has; a program gets the text as it is.
fn spelled(text: &str, is_for_terminal: bool) -> Cow<'_, str> {
    if !is_for_terminal || text.is_ascii() {
        return text.into();
    }
    let around = Env::of_process();
    let var = |name: &str| around.text(name);
    Signs::of(var).spell(text).into()
}

/// Standard output, for whatever a verb writes there: it may be shared with a program that has set it not
/// to block.
pub(super) fn out() -> Patient<io::StdoutLock<'static>> {
    Patient(io::stdout().lock())
}

/// The same for standard error.
pub(super) fn err() -> Patient<io::StderrLock<'static>> {
    Patient(io::stderr().lock())
}

/// What stands before and after the result of a look-up in its one object, for a result that is too
/// long to be held.
pub(super) fn around_result(operation: &str) -> (String, String) {
    const RESULT: &str = "\"result\":null";
    let object = Report::read(&(), String::new()).object(operation, "");
    let around = object.split_once(RESULT);
    let (before, after) = around.expect("a result that is nothing is written as null");
    (format!("{before}\"result\":"), after.to_owned())
}

/// JSON may go to a terminal too: what could steer it is written as `\u....`, which is the same
/// text to every program. Such characters can only stand inside of strings.
pub(super) fn harmless_json(json: String) -> String {
    if !judged(&json).any(|(_, is_harmful)| is_harmful) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for (c, is_harmful) in judged(&json) {
        if is_harmful {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let written = write!(out, "\\u{unit:04x}");
                debug_assert!(written.is_ok(), "a string takes any text");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_is_escaped_and_nothing_is_lost() {
        let text = "A\u{1b}[31m\u{9b}2J\u{202e}\u{e0041}मीना";
        let json = harmless_json(serde_json::to_string(text).expect("JSON"));
        assert!(!judged(&json).any(|(_, is_harmful)| is_harmful), "{json}");
        assert_eq!(
            serde_json::from_str::<String>(&json).expect("JSON"),
            text,
            "{json}"
        );
    }

    #[test]
    fn one_object_with_every_key() {
        let report = Report::failed(Failed::usage("no such thing"));
        assert_eq!(
            report.object("kits", "no such thing"),
            r#"{"outcome":"not_sent","operation":"kits","result":null,"error":{"code":null,"message":"no such thing","fields":[]},"journal_id":null}"#
        );
    }
}
