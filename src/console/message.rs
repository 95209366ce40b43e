//! What comes to the app, what it asks for in return, and what it knows about its environment.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{KeyEvent, MouseEvent};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use zeroize::Zeroizing;

use super::served::{Served, SessionRow, Sessions};
use super::theme::{Source, Theme};
use crate::config::{Environment, SessionOrigin};
use crate::dcms::{BranchId, Limits};
use crate::desk::{Command, Event, PinSettings, Receipt, SealJob, SealedUp, SealingError, Ticket};
use crate::journal::{Record, guarded};
use crate::people::{Right, Rights};
use crate::pin::{EncryptedPan, MaskedPan};

/// Everything that can happen to the app.
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(Zeroizing<String>),
    /// A paste stood still halfway, and none of it was taken.
    LostPaste,
    /// A button or the wheel of the mouse.
    Mouse(MouseEvent),
    /// The terminal's window has come to the front, or gone from there.
    Focus(bool),
    /// The terminal has another size, or something else asks for a new picture.
    Redraw,
    /// The program is to stop for a while, and the terminal is somebody else's.
    Suspend,
    /// The program goes on, and what is on the terminal is not known.
    Resumed,
    /// The desk answers.
    Desk(Event),
    /// A PIN was sealed, or could not be.
    Sealed(Ticket, Result<SealedUp, SealingError>),
    /// A card number was tried: it opens, or does not.
    PanTried(Ticket, Result<(), SealingError>),
    /// A receipt was written, to this file, or could not be.
    ReceiptWritten(Ticket, Result<PathBuf, String>),
    /// The result of another look at where the user sits.
    Seated(SessionOrigin),
    /// The user's own themes, as far as there are any.
    ThemesFound(Vec<Source>),
    /// A theme's file was read, or is faulty.
    ThemeRead(Source, Result<Box<Theme>, String>),
    /// The sessions of the server as they are now.
    Sessions(Ticket, Vec<SessionRow>),
    /// Time has passed while something is waited for.
    Tick,
}

impl Message {
    /// Whether somebody typed, or the like.
    #[must_use]
    pub fn is_input(&self) -> bool {
        matches!(
            self,
            Self::Key(_) | Self::Paste(_) | Self::LostPaste | Self::Mouse(_)
        )
    }

    /// Under which ticket it was asked for, if it answers something.
    #[must_use]
    pub fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Sealed(ticket, _)
            | Self::PanTried(ticket, _)
            | Self::ReceiptWritten(ticket, _)
            | Self::Sessions(ticket, _) => Some(*ticket),
            Self::Desk(event) => event.ticket(),
            Self::Key(_)
            | Self::Paste(_)
            | Self::LostPaste
            | Self::Mouse(_)
            | Self::Focus(_)
            | Self::Redraw
            | Self::Suspend
            | Self::Resumed
            | Self::Seated(_)
            | Self::ThemesFound(_)
            | Self::ThemeRead(..)
            | Self::Tick => None,
        }
    }
}

/// What the app wants done.
pub enum Effect {
    /// A question to the desk.
    Ask(Command),
    /// A PIN to be sealed, away from the loop.
    Seal(Ticket, Box<SealJob>),
    /// A card number to be tried, away from the loop.
    TryPan(Ticket, EncryptedPan, Option<MaskedPan>),
    /// A receipt to be written to a file, away from the loop.
    WriteReceipt(Ticket, Box<Receipt>, PathBuf),
    /// A text to be put into the clipboard of the terminal.
    Copy(String),
    /// Looks at where the user sits.
    LookAround,
    /// A look for the user's own themes in this folder, away from the loop.
    FindThemes(PathBuf),
    /// A theme's file to be read, away from the loop.
    ReadTheme(Source, PathBuf),
    /// A look at the sessions of the server.
    ListSessions(Ticket),
    /// The end of the session with this number, and then a look at what is left.
    EndSession(Ticket, u64),
    /// Clears the terminal and draws all of it again.
    Clear,
    /// Gives the terminal back and stops the program until a signal continues it.
    Suspend,
    /// The terminal taken once more, as after the program was stopped.
    Retake,
    /// The end of the program.
    Quit,
    /// The end of the program after the idle limit, with what is to be said about it.
    End(Vec<String>),
}

/// What the screens know about where they are.
#[derive(Clone)]
pub struct About {
    /// sandbox, uat or live.
    pub environment: Environment,
    /// The bank.
    pub tenant: String,
    /// The profile's name.
    pub profile: String,
    /// Who sits here.
    pub operator: String,
    /// The branch that orders belong to, unless another is typed.
    pub branch: Option<BranchId>,
    /// The zone of the clock at the desk.
    pub zone: TimeZone,
    /// What that clock shows.
    pub clock: fn(&TimeZone) -> DateTime,
    /// Tiers that the profile names, for forms to offer.
    pub tiers: Vec<String>,
    /// Plastic codes that it names.
    pub plastic_codes: Vec<String>,
    /// For the waits that are shown.
    pub limits: Limits,
    /// Where the user sits, as last seen.
    pub origin: SessionOrigin,
    /// How PINs are sealed.
    pub pin_settings: PinSettings,
    /// What the person may do.
    pub rights: Rights,
    /// Whether there is a central store, with the records of the whole bank.
    pub has_bank: bool,
    /// What differs where kitdesk's SSH server shows the console; nothing where it has a terminal of its own.
    pub served: Option<Served>,
}

impl About {
    /// What the clock at the desk shows.
    #[must_use]
    pub fn local_time(&self) -> DateTime {
        (self.clock)(&self.zone)
    }

    /// The sessions of the server, where this is one and the person may see them.
    #[must_use]
    pub fn sessions(&self) -> Option<&Arc<dyn Sessions>> {
        let sessions = self.served.as_ref()?.sessions.as_ref();
        sessions.filter(|_| self.rights.has(Right::Sessions))
    }

    /// Whether the person may see a record: their own, or any where they may see those of others.
    #[must_use]
    pub fn may_see(&self, record: &Record) -> bool {
        // The journal keeps it so.
        let own = guarded(&self.operator, &[]);
        self.rights.has(Right::SeeOthers) || record.who.operator == own
    }
}

/// Something that is waited for.
#[derive(Debug, Clone)]
pub struct Wait {
    /// Under which ticket the answer comes.
    pub ticket: Ticket,
    /// In words, like "Looking up entity 676165".
    pub what: String,
    /// Since when.
    pub since: Instant,
    /// Up to when.
    pub limit: Duration,
    /// Whether it can't be left because it changes something.
    pub is_write: bool,
}

impl Wait {
    /// Whether this wait is for the answer under that ticket.
    #[must_use]
    pub fn is_for(wait: Option<&Self>, ticket: Ticket) -> bool {
        wait.is_some_and(|wait| wait.ticket == ticket)
    }
}
