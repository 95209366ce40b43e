//! What an operation is called, in every sentence about it.

/// An operation's names, each as a sentence needs it.
#[derive(Debug)]
pub struct Words {
    /// As a heading: `Upgrade a card`.
    pub title: &'static str,
    /// Begins a sentence about it, before its target: `The upgrade of`.
    pub name: &'static str,
    /// While it is under way: `Upgrading`.
    pub doing: &'static str,
    /// Before its target in a short notice: `Upgrade of`.
    pub short: &'static str,
    /// On a receipt: `Upgrade of a card`.
    pub receipt: &'static str,
    /// On the receipt of one that was done, to the customer: what comes next.
    pub next: &'static str,
    /// In the list of records: `upgrade`.
    pub record: &'static str,
    /// What a refusal means besides, where that needs saying.
    pub if_refused: Option<&'static str>,
    /// What an unknown outcome means besides.
    pub if_unknown: Option<&'static str>,
    /// What can't be undone, where that is so: a sentence for the review, drawn as a danger.
    pub for_good: Option<&'static str>,
}
