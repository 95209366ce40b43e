//! Who does something, where, and which journal records it. Opens nothing: the desk's own thread does
//! that, while the first picture is drawn.

use std::sync::Arc;

use super::failed::Failed;
use crate::central::Bank;
use crate::config::{Config, Env, Profile};
use crate::desk::{Central, Courier, Recorder};
use crate::journal::{Finding, Opening, Settlement, Where, Who};
use crate::tasks;

mod words {
    pub(super) const NO_HOST_NAME: &str = "no host name";
    pub(super) const SANDBOX_AGAIN: &str = "the built-in sandbox was started again";
}

/// The journal of this profile's desk.
pub(super) fn recorder(
    config: &Config,
    profile: &Profile,
    around: &Env,
) -> Result<Recorder, Failed> {
    let recorder = Recorder::start(config.state.clone(), opening(config, profile, around));
    let Some(settings) = &config.central else {
        return Ok(recorder);
    };
    let bank = Bank {
        tenant: profile.tenant.clone(),
        environment: profile.environment,
    };
    let central = Central::new(settings, bank).map_err(Failed::usage)?;
    let central = Arc::new(central);
    let courier = Courier::new(Arc::clone(&central), settings, recorder.clone());
    tasks::spawn(courier.map_err(Failed::usage)?.run());
    Ok(recorder.with_central(central))
}

/// Who opens it, and where.
pub(super) fn opening(
    config: &Config,
    profile: &Profile,
    around: &Env,
) -> impl Fn() -> Opening + Send + use<> {
    let host = whoami::hostname().unwrap_or_else(|_| words::NO_HOST_NAME.to_owned());
    let who = Who {
        ssh_origin: ssh_origin(around),
        ..Who::new(&config.operator, host)
    };
    let place = Where::of(profile);
    move || Opening::new(&who, &place)
}

/// The address at the other end, as SSH tells it: `CLIENT PORT SERVER PORT`.
fn ssh_origin(around: &Env) -> Option<String> {
    let said = around.var("SSH_CONNECTION")?.into_string().ok()?;
    said.split_ascii_whitespace().next().map(str::to_owned)
}

/// Settles the open writes of an earlier built-in sandbox as unknown: it forgot everything when it ended,
/// so no reading can show their outcome.
pub(super) async fn close_sandbox_writes(recorder: &Recorder, built_in: &Profile) {
    let profile = built_in.name.clone();
    let settled = recorder.ask(move |journal| {
        let open = journal.reader().open_writes()?;
        for open in open
            .iter()
            .filter(|open| open.intent.place.profile == profile)
        {
            let how = Settlement::ByPerson {
                finding: Finding::Unknown,
                reason: words::SANDBOX_AGAIN.to_owned(),
            };
            // One that is under way belongs to a console that runs.
            journal.settle(open.intent.id, &how).ok();
        }
        Ok(())
    });
    if let Err(error) = settled.await {
        tracing::debug!(%error, "the journal can't be used");
    }
}
