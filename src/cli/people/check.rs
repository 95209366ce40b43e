//! `kitdesk people check`: every mistake in the list of people, and what is probably not meant.

use super::words;
use std::path::Path;

use serde::Serialize;

use super::how_many;
use crate::cli::failed::Failed;
use crate::cli::report::Report;
use crate::config::{ConfigError, Place};
use crate::dcms::harmless;
use crate::desk::sentences::counted;
use crate::people::People;
use crate::utc;

#[derive(Serialize)]
struct Checked {
    file: String,
    people: usize,
    authorities: usize,
    mistakes: Vec<RemarkObject>,
    warnings: Vec<RemarkObject>,
}

#[derive(Serialize)]
struct RemarkObject {
    file: Option<String>,
    line: Option<usize>,
    message: String,
}

impl From<&ConfigError> for RemarkObject {
    fn from(error: &ConfigError) -> Self {
        let place = error.place();
        Self {
            file: place.map(|place| place.file().display().to_string()),
            line: place.and_then(Place::line_number),
            message: error.message().to_owned(),
        }
    }
}

pub(super) fn run(path: &Path) -> Report {
    let file = path.display().to_string();
    let remarks = |errors: &[ConfigError]| errors.iter().map(RemarkObject::from).collect();
    match People::read(path) {
        Ok(people) => {
            let warnings = people.warnings(utc::now());
            let checked = Checked {
                people: people.iter().count(),
                authorities: people.authorities().len(),
                mistakes: Vec::new(),
                warnings: remarks(&warnings),
                file,
            };
            Report::read(&checked, shown(&checked, &warnings))
        }
        Err(error) => {
            let mistakes = error.mistakes();
            let checked = Checked {
                people: 0,
                authorities: 0,
                mistakes: remarks(mistakes),
                warnings: Vec::new(),
                file,
            };
            let many = counted(mistakes.len(), "mistake");
            let sentence = words::has_mistakes(&checked.file, &many);
            let mistakes = mistakes.iter().map(ToString::to_string).collect();
            let report = Report::failed(Failed::faulty(sentence, mistakes));
            report.with(&checked, String::new())
        }
    }
}

fn shown(checked: &Checked, warnings: &[ConfigError]) -> String {
    let how_many = how_many(checked.people, checked.authorities);
    let mut shown = words::no_mistake(&harmless(&checked.file), &how_many);
    for warning in warnings {
        shown.push_str(&harmless(&words::warning(&warning)));
        shown.push('\n');
    }
    shown
}
