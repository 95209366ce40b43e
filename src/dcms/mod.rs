//! The contract with a debit card management system: requests, replies, outcomes, the client.
//! Knows HTTP and JSON; never a terminal, a file or the journal.

mod body;
mod card_setting;
mod client;
mod client_error;
mod connection;
mod date;
mod envelope;
mod expiry;
mod ids;
mod kit;
mod list;
mod lookups;
mod outcome;
mod preview;
mod reach;
mod rsa;
mod settings;
mod text;
mod tls;
mod token;
mod trouble;
mod word;
mod writes;

pub use card_setting::{Area, CardSetting, CardSettings, SettingValue};
pub use client::{Call, CallEnd, Client, Observer};
pub use client_error::ClientError;
pub use envelope::Refusal;
pub use expiry::{Expiry, ExpiryError};
pub use ids::{AccountNo, BranchId, EntityId, IdError, KitNo, OrderId, Tenant};
pub use kit::{Kit, Kits, Status};
pub use list::List;
#[doc(hidden)]
pub use lookups::kits_in;
pub use lookups::{
    Address, BranchOrder, BranchOrdersQuery, BranchProduct, CardCheck, Channel, CheckedCard,
    Contact, Customer, DynamicAuth, Holder, Limit, Moment, Order, OrderStatus, OrderedProduct,
    PinChange, Preferences, Scan, Scans, Shipment, Transaction, TransactionQuery, Transactions,
    Usage,
};
pub(crate) use lookups::{all_of, decode, same_customer};
pub use outcome::{Doubt, NotSent, Outcome, ProxyReason, ReadError, TlsReason};
pub use preview::{Preview, Route};
pub use reach::{Reach, Reached};
pub use settings::{Identity, Limits, Settings, SignIn};
pub(crate) use text::optional;
pub use text::{Text, harmless, is_harmful, is_plain, judged};
pub use word::Word;
pub use writes::{CardType, Delivery};
