//! Where keys can go, by one table: a new place is one entry in it.

/// What places have in common: each has the keys that go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trait {
    /// Letters are typed here, so that they are no commands.
    Text,
    /// Fields are gone through.
    Form,
    /// Rows are gone through, one by one.
    List,
    /// The same by the page.
    Paged,
    /// The same to either end.
    Ended,
    /// Esc goes one step back, and is called so.
    Back,
    /// The commands of the whole console work, and its help.
    Console,
}

/// Declares the places once: what each is, the heading of its help, what it has in common with others,
/// and what its help says besides the keys.
macro_rules! places {
    ($($(#[$doc:meta])* $place:ident: $title:literal, [$($trait:ident)*] $(, $help:literal)?;)+) => {
        /// Where the keys go at the moment.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Place {
            $($(#[$doc])* $place,)+
        }

        impl Place {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$place),+];

            /// The heading of its help.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$place => $title,)+ }
            }

            /// What it is for, next to its keys.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self { $(Self::$place => concat!("" $(, $help)?),)+ }
            }

            const fn traits(self) -> &'static [Trait] {
                match self { $(Self::$place => &[$(Trait::$trait),*],)+ }
            }
        }
    };
}

places! {
    /// The look-up box is being typed into.
    Box: "Finding a customer", [Text Console],
        "Type an entity id, an account number or a masked card (first six and last four). Esc leaves the box, so that single letters are commands.";
    /// Something is being waited for.
    Waiting: "While waiting", [Console];
    /// The kits table.
    Kits: "The kits", [List Paged Ended Back Console],
        "All kits of the customer, replaced and inactive ones too. j k, arrows, Home, End, PgUp and PgDn move.";
    /// The kits table's filter is being typed.
    Filter: "Filtering the kits", [Text Paged Console],
        "All kits of the customer, replaced and inactive ones too. j k, arrows, Home, End, PgUp and PgDn move.";
    /// A list of customers to choose from.
    Picker: "Choosing a customer", [List Paged Ended Back Console];
    /// One kit.
    Detail: "One kit", [List Paged Ended Back Console];
    /// What was looked up about a customer or a card.
    LookUp: "What the DCMS knows", [List Paged Ended Back Console],
        "Read when it was opened; r reads it again.";
    /// A card's switches and limits.
    Limits: "The limits", [List Paged Ended Back Console],
        "Read when it was opened; r reads it again.";
    /// A card's payments.
    Payments: "The payments", [List Paged Ended Back Console],
        "Read when it was opened, the newest first; r reads it again. The next page comes with the row below the last.";
    /// The filter of the payments is being typed.
    PaymentFilter: "Filtering the payments", [Text Console],
        "Words like declined, channel:ATM, from:2026-11-03 and to:2026-11-04; any other word is looked for in the rows. Esc shows all payments again.";
    /// The upgrade form.
    Upgrade: "Upgrading a card", [Text Form Back Console],
        "What is left empty is not sent. Enter goes to the next field and, on the last, to the review; a word that is offered is completed on the way, unless Delete says that it is meant as typed. Esc keeps what was typed.";
    /// The form of an operation that declares its fields.
    Form: "Saying why", [Text Form Back Console],
        "The reason is kept in the journal. Enter goes to the next field and, on the last, to the review; a word that is offered is completed on the way. Esc keeps what was typed.";
    /// The PIN form.
    Pin: "Setting a PIN", [Text Form Back Console],
        "The customer types the PIN. It is sealed before it leaves this screen and wiped when the screen is left.";
    /// The form of a card's limits.
    LimitsForm: "Changing limits", [Text Form Back Console],
        "What is left empty stays as it is; all of it is sent, since the DCMS takes the limits as a whole. Enter goes to the next field and, on the last, to the review. Esc keeps what was typed.";
    /// A review with its confirmation.
    Review: "Before it is sent", [Text Paged Back Console],
        "Compare with what the customer asked for, type the last four characters and press Enter. It is sent once.";
    /// What is asked of the card at the counter.
    CardCheck: "Checking the card", [Text Form Back Console],
        "The DCMS says whether the card is this customer's. Only its answer is recorded.";
    /// The end of a write on a kit.
    Outcome: "The outcome", [Back Console],
        "Done, Refused, Not sent and Unknown are four different things. Unknown is settled by reading, never by sending again.";
    /// The end of a cancellation.
    OrderOutcome: "The outcome", [Back Console],
        "Done, Refused, Not sent and Unknown are four different things. Unknown is settled by reading, never by sending again.";
    /// The name of a receipt's file, and how many copies.
    Receipt: "Writing a receipt", [Text Form Paged Back Console],
        "What is below the form is what will be on the paper: as the journal has it on record. PgUp and PgDn move it.";
    /// How many copies a receipt has that is copied and not written, because the disk is the server's.
    ServedReceipt: "A receipt", [Text Form Paged Back Console],
        "What is below is what will be on the paper: as the journal has it on record. PgUp and PgDn move it. No file is written, because the console runs on a server.";
    /// The journal's list.
    Journal: "The journal", [List Paged Ended Back Console];
    /// The journal's filter is being typed.
    JournalFilter: "Filtering the journal", [Text Back Console];
    /// A day's end.
    DayEnd: "The day's end", [List Paged Ended Back Console],
        "Out of the journal, for one day in UTC: today's, until another one is chosen.";
    /// The line that says which day and whose is being typed.
    DayFilter: "Choosing a day", [Text Back Console];
    /// One record with what belongs to it.
    RecordThread: "One action", [List Paged Ended Back Console];
    /// The sessions of the server.
    Sessions: "The sessions", [List Paged Ended Back Console],
        "The sessions of this server as they were when the list was opened; r reads it again. Ending one is on record, and a write under way ends first.";
    /// Whether a session is to be ended.
    EndSession: "Ending a session", [Back Console],
        "The session ends with a sentence that has your name. A write under way ends first.";
    /// What a person knows of an open write.
    Decide: "Settling by hand", [Text Form Back Console];
    /// The orders form.
    OrderForm: "Finding an order", [Text Form Back Console],
        "Only an order that is RECEIVED can be cancelled, by its own branch.";
    /// An order.
    Order: "One order", [List Paged Ended Back Console],
        "Only an order that is RECEIVED can be cancelled, by its own branch.";
    /// The orders of a branch.
    BranchOrders: "The orders of a branch", [List Paged Ended Back Console],
        "The status of each is read as it is shown. The next page comes with the row below the last.";
    /// The days of the orders are being typed.
    OrderFilter: "Filtering the orders", [Text Console],
        "The days, in UTC, on which they were made: from:2026-11-03, to:2026-11-04, or both. Esc shows all orders again.";
    /// The command palette.
    Palette: "Commands", [Text List Back];
    /// The choice of a theme.
    Themes: "Choosing a theme", [List Ended];
    /// The tenant's name, before the first write to real cards.
    Tenant: "Before real cards are changed", [Text Back];
    /// A question or a text laid over the screen.
    Popup: "Help", [List Paged Back Console];
    /// The screens are hidden.
    Hidden: "Hidden", [];
}

impl Place {
    /// Whether it has this in common with others.
    #[must_use]
    pub const fn has(self, wanted: Trait) -> bool {
        let mut left = self.traits();
        while let [first, rest @ ..] = left {
            if *first as u8 == wanted as u8 {
                return true;
            }
            left = rest;
        }
        false
    }

    /// Whether letters are typed here, so that they are no commands.
    #[must_use]
    pub const fn takes_text(self) -> bool {
        self.has(Trait::Text)
    }

    /// Whether a wheel moves here: elsewhere its keys change fields, which nobody means by turning it.
    #[must_use]
    pub fn is_scrolled(self) -> bool {
        self.has(Trait::List) || self == Self::Filter
    }
}

/// How many places have this.
const fn count(wanted: Trait) -> usize {
    let (mut count, mut left) = (0, Place::ALL);
    while let [first, rest @ ..] = left {
        count += first.has(wanted) as usize;
        left = rest;
    }
    count
}

const fn select<const COUNT: usize>(wanted: Trait) -> [Place; COUNT] {
    let mut selected = [Place::Hidden; COUNT];
    let (mut at, mut left) = (0, Place::ALL);
    while let [first, rest @ ..] = left {
        if first.has(wanted) {
            selected[at] = *first;
            at += 1;
        }
        left = rest;
    }
    selected
}

macro_rules! with {
    ($($name:ident = $trait:ident;)+) => {
        $(pub(super) const $name: &[Place] = &select::<{ count(Trait::$trait) }>(Trait::$trait);)+
    };
}

with! {
    FORMS = Form;
    LISTS = List;
    PAGED = Paged;
    ENDED = Ended;
    BACK = Back;
    EVERYWHERE = Console;
}
