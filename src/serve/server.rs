//! What all sessions of one server share.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::mpsc;

use super::counts::Counts;
use super::crowd::Crowd;
use super::refusal::EndReason;
use super::startups::Startups;
use crate::config::{Config, Env, Profile, ServeSettings};
use crate::console::theme::Theme;
use crate::console::{Keymap, ThemeList};
use crate::dcms::Client;
use crate::desk::{PinSettings, Recorder};
use crate::journal::Where;
use crate::people::{Admitted, People};
use crate::utc::now;

/// The theme for a terminal, by what it says of itself.
pub type Colours = Box<dyn Fn(&Env) -> (Theme, ThemeList) + Send + Sync>;

/// What a console is made of, but for its user and their terminal.
pub struct Parts {
    /// The configuration, with its limits.
    pub config: Config,
    /// The bank's DCMS.
    pub profile: Profile,
    /// How PINs are sealed.
    pub pin_settings: PinSettings,
    /// The way to the DCMS, for all of them.
    pub client: Client,
    /// The journal's one thread.
    pub recorder: Recorder,
    /// Which key does what.
    pub keymap: Keymap,
    /// The theme for a terminal, by what it says of itself.
    pub colours: Colours,
}

impl Parts {
    /// At which DCMS everything is done here.
    pub(super) fn place(&self) -> Where {
        Where::of(&self.profile)
    }
}

/// One running server.
pub(super) struct Server {
    pub(super) settings: ServeSettings,
    pub(super) parts: Parts,
    pub(super) startups: Startups,
    pub(super) crowd: Crowd,
    pub(super) counts: Counts,
    people: RwLock<Arc<People>>,
    /// Given to each session while the server runs. Not kept here: clients on their way in have this server too, and
    /// a stop doesn't wait for them.
    alive: mpsc::WeakSender<()>,
}

impl Server {
    /// With what is dropped at a stop, and what says then when the last session is over.
    pub(super) fn new(
        settings: ServeSettings,
        mut parts: Parts,
        people: Arc<People>,
    ) -> (Arc<Self>, mpsc::Sender<()>, mpsc::Receiver<()>) {
        let counts = Counts::new();
        parts.client = parts.client.observed_by(counts.of_calls());
        let (alive, over) = mpsc::channel(1);
        let server = Self {
            startups: Startups::new(settings.startups, settings.startups_a_source),
            crowd: Crowd::new(settings.sessions, settings.sessions_a_person),
            counts,
            people: RwLock::new(people),
            settings,
            parts,
            alive: alive.downgrade(),
        };
        (Arc::new(server), alive, over)
    }

    /// The people as they are now.
    pub(super) fn people(&self) -> Arc<People> {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&people)
    }

    /// Takes a new list of people. Who is not on it any more is ended.
    pub(super) fn take_people(&self, people: Arc<People>) {
        *self.people.write().unwrap_or_else(PoisonError::into_inner) = people;
        self.end_who_may_not_stay();
    }

    /// Ends the sessions of those who may no longer be here, by the list or by the time.
    pub(super) fn end_who_may_not_stay(&self) {
        let (people, now) = (self.people(), now());
        self.crowd.end_where(|admitted: &Admitted| {
            let why = people.still_admits(admitted, now).err()?;
            Some(EndReason::NoLongerAdmitted(why.to_string()))
        });
    }

    /// Held by a session until all of it is over, its writes too. Nothing for one that begins after the stop: it is
    /// turned away.
    pub(super) fn alive(&self) -> Option<mpsc::Sender<()>> {
        self.alive.upgrade()
    }

    /// How long a write that is under way is waited for.
    pub(super) fn patience(&self) -> Duration {
        self.parts.profile.limits.write + Duration::from_secs(5)
    }
}
