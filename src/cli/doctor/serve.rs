//! Checks of the SSH server: its own keys, and the list of people. Only where it is configured.

use super::check::{Check, DoctorOutput};
use super::words;
use crate::cli::people::how_many;
use crate::config::{PrivateFile, ServeSettings};
use crate::people::People;
use crate::serve::{fingerprint, read_host_key};
use crate::utc;

/// All of them.
pub(super) fn serve(output: &mut DoctorOutput, serve: &ServeSettings) {
    for key in &serve.host_keys {
        output.tell(host_key(key));
    }
    output.tell(people(serve));
}

/// Whether it can be used, and by which fingerprint clients know it.
fn host_key(file: &PrivateFile) -> Check {
    const NAME: &str = "host_key";
    match read_host_key(file) {
        Ok(key) => {
            let (path, kind) = (file.path().display(), key.algorithm());
            let fingerprint = fingerprint(&key);
            Check::ok(NAME, format!("{path}: {kind} {fingerprint}"))
        }
        Err(error) => Check::fail(NAME, error.to_string(), words::MAKE_HOST_KEY),
    }
}

/// Whether the list is read without a mistake, and what is probably not meant in it.
fn people(serve: &ServeSettings) -> Check {
    const NAME: &str = "people";
    let path = serve.people.path();
    let people = match People::read(path) {
        Ok(people) => people,
        Err(error) => {
            let mistakes: Vec<_> = error.mistakes().iter().map(ToString::to_string).collect();
            return Check::fail(NAME, mistakes.join("; "), words::CORRECT_PEOPLE);
        }
    };
    let warnings: Vec<_> = people
        .warnings(utc::now())
        .iter()
        .map(ToString::to_string)
        .collect();
    if !warnings.is_empty() {
        return Check::warn(NAME, warnings.join("; "), words::CORRECT_OR_LEAVE);
    }
    let how_many = how_many(people.iter().count(), people.authorities().len());
    Check::ok(NAME, format!("{}: {how_many}", path.display()))
}
