//! Checks of the SSH server: its own keys, and the list of people. Only where it is configured.

use russh::keys::ssh_key::{Algorithm, PrivateKey};

use super::check::{Check, DoctorOutput};
use crate::cli::people::how_many;
use crate::config::{PrivateFile, ServeSettings};
use crate::people::{Fingerprint, People};
use crate::utc;

const MAKE: &str = "make one with `kitdesk serve --init`, or correct host_keys";
const LIST: &str = "correct it: `kitdesk people check` has every mistake";

/// All of them.
pub(super) fn serve(output: &mut DoctorOutput, serve: &ServeSettings) {
    for key in &serve.host_keys {
        output.tell(host_key(key));
    }
    output.tell(people(serve));
}

/// Whether it is there, for its owner alone, of the kind that is wanted, and by which fingerprint clients know it.
fn host_key(file: &PrivateFile) -> Check {
    const NAME: &str = "host_key";
    let bytes = match file.read() {
        Ok(bytes) => bytes,
        Err(error) => return Check::fail(NAME, error.to_string(), MAKE),
    };
    let refuse = |why: &str| Check::fail(NAME, file.refused(why).to_string(), MAKE);
    let Ok(key) = PrivateKey::from_openssh(&*bytes) else {
        return refuse("it is no OpenSSH private key");
    };
    if key.is_encrypted() {
        return refuse("it has a passphrase, which nobody types for a server");
    }
    if key.algorithm() != Algorithm::Ed25519 {
        return refuse(&format!(
            "it is of the kind {}, not ssh-ed25519",
            key.algorithm()
        ));
    }
    let (path, fingerprint) = (file.path().display(), Fingerprint::of(key.public_key()));
    Check::ok(NAME, format!("{path}: ssh-ed25519 {fingerprint}"))
}

/// Whether the list is read without a mistake, and what is probably not meant in it.
fn people(serve: &ServeSettings) -> Check {
    const NAME: &str = "people";
    let path = serve.people.path();
    let people = match People::read(path) {
        Ok(people) => people,
        Err(error) => {
            let mistakes: Vec<_> = error.mistakes().iter().map(ToString::to_string).collect();
            return Check::fail(NAME, mistakes.join("; "), LIST);
        }
    };
    let warnings: Vec<_> = people
        .warnings(utc::now())
        .iter()
        .map(ToString::to_string)
        .collect();
    if !warnings.is_empty() {
        return Check::warn(
            NAME,
            warnings.join("; "),
            "correct it, or leave it if it is meant so",
        );
    }
    let how_many = how_many(people.iter().count(), people.authorities().len());
    Check::ok(NAME, format!("{}: {how_many}", path.display()))
}
