//! What look-ups tell, in words: labelled lines and the cells of tables, for screens and verbs alike.

use super::review::shown;
use super::sentences::{counted, unread};
use crate::dcms::{
    Address, Area, BranchOrder, CardSetting, Channel, Contact, Customer, KitNo, Limit, Preferences,
    Shipment, Text, Transaction, Usage,
};

/// Labels and what they say; an empty label goes on with the one above.
pub type Lines = Vec<(String, String)>;

fn line(label: &str, value: impl Into<String>) -> (String, String) {
    (label.to_owned(), value.into())
}

/// A customer, with all addresses and contacts.
#[must_use]
pub fn customer(customer: &Customer) -> Lines {
    let mut lines = vec![
        line("name", shown(customer.name.as_ref())),
        line("date of birth", shown(customer.born.as_ref())),
        line("gender", shown(customer.gender.as_ref())),
    ];
    lines.extend(
        customer
            .accounts
            .iter()
            .map(|account| line("account", account.shown())),
    );
    for address in customer.addresses.iter() {
        let kind = shown(address.address_category.as_ref()).to_lowercase();
        lines.push(line(&format!("{kind} address"), in_one_line(address)));
    }
    lines.extend(unread(customer.addresses.unread, "address").map(|text| line("addresses", text)));
    for contact in customer.contacts.iter() {
        lines.extend(mobile(contact).map(|mobile| line("mobile", mobile)));
        lines.extend(email(contact).map(|email| line("email", email)));
    }
    lines.extend(unread(customer.contacts.unread, "contact").map(|text| line("contacts", text)));
    lines
}

/// An address as it would stand on a parcel.
#[must_use]
pub fn in_one_line(address: &Address) -> String {
    let parts = [
        &address.address1,
        &address.address2,
        &address.address3,
        &address.city,
        &address.state,
        &address.pincode,
        &address.country,
    ];
    let parts: Vec<_> = parts.into_iter().flatten().map(Text::shown).collect();
    if parts.is_empty() {
        "—".to_owned()
    } else {
        parts.join(", ")
    }
}

/// A phone's number, of which only the last four digits are shown.
#[must_use]
pub fn mobile(contact: &Contact) -> Option<String> {
    let digits: Vec<char> = contact.contact_no.as_ref()?.as_sent().chars().collect();
    let digits: Vec<char> = digits.into_iter().filter(char::is_ascii_digit).collect();
    let last: String = digits[digits.len().saturating_sub(4)..].iter().collect();
    Some(format!("•••• {last}"))
}

/// A mail address, of which only the first letter and the domain are shown.
#[must_use]
pub fn email(contact: &Contact) -> Option<String> {
    let text = contact.email_id.as_ref()?.shown();
    let (name, domain) = text.split_once('@')?;
    let first: String = name.chars().take(1).collect();
    Some(format!("{first}•••@{domain}"))
}

/// A kit's parcels, each with its way.
#[must_use]
pub fn parcels(kit: &KitNo, parcels: &[Shipment]) -> Lines {
    let mut lines = Vec::new();
    for parcel in parcels {
        lines.push(line(
            "parcel",
            format!(
                "{} {}  ·  {}  ·  expected {}",
                shown(parcel.delivery_service.as_ref()),
                shown(parcel.waybill_no.as_ref()),
                shown(parcel.status.as_ref()),
                shown(parcel.expected_delivery_date.as_ref())
            ),
        ));
        lines.extend(other_kit(kit, parcel).map(|said| line("  attention", said)));
        lines.push(line(
            "  way",
            format!(
                "{} to {}",
                shown(parcel.origin.as_ref()),
                shown(parcel.destination.as_ref())
            ),
        ));
        for scan in parcel.scans.scan_detail.iter() {
            lines.push((
                format!("  {}", shown(scan.scan_date.as_ref())),
                format!(
                    "{}, {}",
                    shown(scan.scan.as_ref()),
                    shown(scan.scanned_location.as_ref())
                ),
            ));
        }
    }
    lines
}

/// A parcel that names another kit is not this one's (contract, 2.1).
#[must_use]
pub fn other_kit(asked: &KitNo, parcel: &Shipment) -> Option<String> {
    let named = parcel.kit_no.as_ref()?;
    (named.as_sent().trim() != asked.as_str()).then(|| {
        format!(
            "the reply names kit {}, not kit {asked}: this may be another card's parcel",
            named.shown()
        )
    })
}

/// A card's switches and limits, one channel a line.
#[must_use]
pub fn limits(preferences: &Preferences) -> Lines {
    let mut lines = usage(Area::Domestic, &preferences.domestic);
    lines.extend(usage(Area::International, &preferences.international));
    let whole = |of: CardSetting, value: &str| line(&setting(of), value);
    let (shield, extra) = (preferences.location_shield, &preferences.dynamic_auth);
    lines.extend([
        whole(CardSetting::SwipeToPay, &limit(&preferences.swipe_to_pay)),
        whole(CardSetting::LocationShield, switch(shield)),
        whole(CardSetting::Otp, switch(extra.otp)),
        whole(CardSetting::Pin, switch(extra.pin)),
    ]);
    lines
}

fn usage(place: Area, usage: &Usage) -> Lines {
    let mut lines = vec![line(area(place), switch(usage.is_enabled))];
    for (way, of) in [
        (Channel::Atm, &usage.atm),
        (Channel::Pos, &usage.pos),
        (Channel::Ecom, &usage.ecom),
        (Channel::Contactless, &usage.contactless),
    ] {
        lines.push(line(&format!("  {}", channel(way)), limit(of)));
    }
    lines.extend([
        line(&format!("  {RECURRING}"), switch(usage.recurring_payments)),
        line(&format!("  {TOKENS}"), switch(usage.tokenization)),
    ]);
    lines
}

const RECURRING: &str = "recurring";
const TOKENS: &str = "tokens";

fn area(area: Area) -> &'static str {
    match area {
        Area::Domestic => "domestic",
        Area::International => "international",
    }
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Atm => "ATM",
        Channel::Pos => "POS",
        Channel::Ecom => "e-commerce",
        Channel::Contactless => "contactless",
    }
}

/// One switch or one daily limit, as labels and sentences name it: `domestic e-commerce a day`. Its name for
/// verbs and records is its `Display`.
#[must_use]
pub fn setting(setting: CardSetting) -> String {
    match setting {
        CardSetting::Area(place) => area(place).to_owned(),
        CardSetting::Channel(place, way) => format!("{} {}", area(place), channel(way)),
        CardSetting::Daily(place, way) => format!("{} {} a day", area(place), channel(way)),
        CardSetting::Recurring(place) => format!("{} {RECURRING}", area(place)),
        CardSetting::Tokenization(place) => format!("{} {TOKENS}", area(place)),
        CardSetting::SwipeToPay => "swipe to pay".to_owned(),
        CardSetting::SwipeToPayDaily => "swipe to pay a day".to_owned(),
        CardSetting::Otp => "extra OTP".to_owned(),
        CardSetting::Pin => "extra PIN".to_owned(),
        CardSetting::LocationShield => "location shield".to_owned(),
    }
}

fn switch(is_on: Option<bool>) -> &'static str {
    match is_on {
        Some(true) => "on",
        Some(false) => "off",
        None => "—",
    }
}

fn limit(limit: &Limit) -> String {
    let mut parts = vec![switch(limit.is_enabled).to_owned()];
    let amounts = [
        (&limit.daily_limit, "a day"),
        (&limit.monthly_limit, "a month"),
        (&limit.yearly_limit, "a year"),
    ];
    for (amount, per) in amounts {
        parts.extend(
            amount
                .as_ref()
                .map(|amount| format!("{} {per}", plain(amount))),
        );
    }
    let most = limit.max_limit.as_ref();
    parts.extend(most.map(|most| format!("at most {} a day", plain(most))));
    parts.join("  ·  ")
}

/// An amount without the zeros in front of it.
fn plain(amount: &Text) -> String {
    let text = amount.shown();
    match text.trim_start_matches('0') {
        "" if !text.is_empty() => "0".to_owned(),
        rest => rest.to_owned(),
    }
}

/// The same, by the name under which a record has it. One that this program does not know is called as it is there.
#[must_use]
pub fn recorded_setting(name: &str) -> String {
    let known = CardSetting::all().find(|setting| setting.to_string() == name);
    known.map_or_else(|| name.to_owned(), setting)
}

/// The headings of [`transaction`].
pub const TRANSACTION: [&str; 6] = ["WHEN", "CHANNEL", "AMOUNT", "WHAT", "WHERE", "TERMINAL"];

/// A payment as the cells of a row.
#[must_use]
pub fn transaction(payment: &Transaction) -> [String; 6] {
    let at = payment.date_time_transaction;
    [
        at.map_or_else(|| "—".to_owned(), |at| at.to_string()),
        shown(payment.channel.as_ref()),
        amount(payment),
        shown(payment.description.as_ref()),
        shown(payment.card_acceptor_name_location.as_ref()),
        shown(payment.card_acceptor_terminal_id.as_ref()),
    ]
}

/// What was paid, with two decimals at least and `CR` where it came in. Without it what was billed, which
/// is in minor units.
#[must_use]
pub fn amount(payment: &Transaction) -> String {
    let amount = match (&payment.amount, &payment.card_holder_billing_amount) {
        (Some(amount), _) => with_decimals(&amount.shown()),
        (None, Some(billed)) => from_minor(&billed.shown()),
        (None, None) => return "—".to_owned(),
    };
    let came_in = payment
        .cr_dr
        .as_ref()
        .is_some_and(|text| text.is_word("CR"));
    if came_in {
        format!("{amount} CR")
    } else {
        amount
    }
}

fn with_decimals(amount: &str) -> String {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (sign, digits) = match amount.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", amount),
    };
    match digits.split_once('.') {
        Some((whole, part)) if is_number(whole) && is_number(part) => {
            format!("{sign}{whole}.{part:0<2}")
        }
        None if is_number(digits) => format!("{sign}{digits}.00"),
        Some(_) | None => amount.to_owned(),
    }
}

fn from_minor(billed: &str) -> String {
    if billed.is_empty() || !billed.bytes().all(|byte| byte.is_ascii_digit()) {
        return billed.to_owned();
    }
    let digits = format!("{:0>3}", billed.trim_start_matches('0'));
    let (whole, part) = digits.split_at(digits.len() - 2);
    format!("{whole}.{part}")
}

/// The headings of [`branch_order`].
pub const BRANCH_ORDER: [&str; 5] = ["ORDER", "STATUS", "CARDS", "BRANCH", "SENT TO"];

/// An order of a branch as the cells of a row, with its status.
#[must_use]
pub fn branch_order(order: &BranchOrder, status: String) -> [String; 5] {
    let products = order.products.iter().map(|product| {
        format!(
            "{} × {}",
            shown(product.quantity.as_ref()),
            shown(product.product_id.as_ref())
        )
    });
    let mut products: Vec<_> = products.collect();
    products.extend(unread(order.products.unread, "product"));
    let address = [&order.address, &order.pin_code];
    let address: Vec<_> = address.into_iter().flatten().map(Text::shown).collect();
    [
        order.order.to_string(),
        status,
        products.join(", "),
        shown(order.branch_name.as_ref()),
        address.join(", "),
    ]
}

/// How many payments were read of how many, where the reply says it.
#[must_use]
pub fn of_all(read: usize, total: Option<u64>) -> String {
    match total {
        Some(total) if u64::try_from(read) != Ok(total) => {
            format!("{read} of {total} payments")
        }
        Some(_) | None => counted(read, "payment"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(json: &str) -> Transaction {
        serde_json::from_str(json).expect("a payment")
    }

    #[test]
    fn amounts_have_their_decimals_whatever_form_they_came_in() {
        for (json, said) in [
            (r#"{"damount":"-100.0","crDr":"DR"}"#, "-100.00"),
            (r#"{"damount":250,"crDr":"CR"}"#, "250.00 CR"),
            (r#"{"damount":"1.255"}"#, "1.255"),
            (r#"{"cardHolderBillingAmount":"000000010000"}"#, "100.00"),
            (r#"{"cardHolderBillingAmount":"5"}"#, "0.05"),
            (r#"{"damount":"a lot"}"#, "a lot"),
            (r#"{"damount":"-.5"}"#, "-.5"),
            ("{}", "—"),
        ] {
            assert_eq!(amount(&payment(json)), said, "{json}");
        }
    }

    #[test]
    fn of_a_contact_no_more_is_shown_than_is_needed_to_recognize_it() {
        let contact: Contact = serde_json::from_str(
            r#"{"contactNo":"+91 98765 43210","emailId":"anita.rao@example.com"}"#,
        )
        .expect("a contact");
        assert_eq!(mobile(&contact).as_deref(), Some("•••• 3210"));
        assert_eq!(email(&contact).as_deref(), Some("a•••@example.com"));
        let odd: Contact =
            serde_json::from_str(r#"{"contactNo":"12","emailId":"none"}"#).expect("a contact");
        assert_eq!(
            (mobile(&odd).as_deref(), email(&odd)),
            (Some("•••• 12"), None)
        );
    }

    #[test]
    fn a_parcel_of_another_kit_says_so() {
        let kit = KitNo::parse("4240181647").expect("a number");
        let of = |number: &str| -> Shipment {
            serde_json::from_str(&format!(r#"{{"kitNo":{number}}}"#)).expect("a parcel")
        };
        assert_eq!(other_kit(&kit, &of("4240181647")), None);
        assert_eq!(other_kit(&kit, &of("null")), None);
        let said = parcels(&kit, &[of("41063130")]);
        assert!(
            said.iter()
                .any(|(_, said)| said.contains("names kit 41063130"))
        );
    }

    #[test]
    fn limits_say_what_is_on_and_up_to_what() {
        let preferences: Preferences = serde_json::from_str(
            r#"{"domestic":{"isEnabled":true,"atm":{"isEnabled":false,"dailyLimit":"020000","maxLimit":150000}}}"#,
        )
        .expect("preferences");
        let lines = limits(&preferences);
        assert_eq!(lines[0], line("domestic", "on"));
        let atm = "off  ·  20000 a day  ·  at most 150000 a day";
        assert_eq!(lines[1], line("  ATM", atm));
    }
}
