//! Checks the connection to the DCMS, and says which is wrong: address, certificate, tenant or sign-in.
//! Asks for an order that can't exist; card numbers are decrypted only to be wiped.

use jiff::SignedDuration;

use super::check::{Check, DoctorOutput};
use crate::config::Profile;
use crate::dcms::{
    Client, Doubt, EntityId, Kit, NotSent, ProxyReason, Reached, ReadError, Refusal, TlsReason,
};
use crate::desk::pan_opens;
use crate::desk::sentences::counted;
use crate::durations;

const DCMS: &str = "dcms";
const CLOCK: &str = "clock";
const CARD_NUMBERS: &str = "card_numbers";
/// More than this, and times in two records can't be compared any more.
const MOST_APART: SignedDuration = SignedDuration::from_secs(60);
/// As far apart as this, hours say nothing to anybody.
const A_YEAR: std::time::Duration = std::time::Duration::from_hours(365 * 24);
const ADDRESS: &str = "check the host, port and path of base_url";
const SIGN_IN: &str =
    "check the profile's sign_in and headers, and what the DCMS's administrator has granted";

/// Asks once, and tells what came of it and what time it is over there.
pub(super) async fn dcms(output: &mut DoctorOutput, profile: &Profile, client: Option<&Client>) {
    let Some(client) = client else {
        output.tell(Check::skipped(DCMS, "not asked without its credentials"));
        output.tell(Check::skipped(CLOCK, "not asked"));
        return;
    };
    let limit = durations::shown(client.limits().read);
    output.waiting(DCMS, &format!("{}, {limit} at most", profile.base_url));
    let reach = client.reach().await;
    output.tell(answered(reach.answer, profile));
    output.tell(clock(reach.ahead));
}

fn answered(answer: Reached, profile: &Profile) -> Check {
    let tenant = &profile.tenant;
    match answer {
        Reached::Looked { refusal } => {
            let said = match refusal {
                Some(refusal) => format!("; the DCMS said: {refusal}"),
                None => String::new(),
            };
            Check::ok(
                DCMS,
                format!(
                    "accepts tenant {tenant} and this operator; asked for an order that can't exist{said}"
                ),
            )
        }
        Reached::Tenant(refusal) => Check::fail(
            DCMS,
            format!("does not take the tenant {tenant}: {refusal}"),
            "set tenant to the name that the DCMS knows the bank by; capitals count",
        ),
        Reached::Denied(refusal) => denied(&refusal, profile),
        Reached::Busy(refusal) => Check::warn(
            DCMS,
            format!("is reached, but limits its requests: {refusal}"),
            "wait a moment and try again",
        ),
        Reached::Elsewhere(refusal) => Check::fail(
            DCMS,
            format!("the server there does not have this call: {refusal}"),
            "check the path of base_url, which ends in a version such as /v1, and its port",
        ),
        Reached::Unclear(refusal) => Check::warn(
            DCMS,
            format!("is reached, and says of an order that can't exist: {refusal}"),
            "if that is not about the order, fix what it is about; otherwise ignore it",
        ),
        Reached::Failed(error) => failed(error, profile),
    }
}

fn denied(refusal: &Refusal, profile: &Profile) -> Check {
    let said = match (refusal.http, &profile.sign_in) {
        (403, _) => format!("this user, role or tenant may not look orders up: {refusal}"),
        (_, Some(_)) => format!("does not take the token that it gave at the sign-in: {refusal}"),
        (_, None) => format!("does not take who is asking: {refusal}"),
    };
    Check::fail(DCMS, said, SIGN_IN)
}

fn failed(error: ReadError, profile: &Profile) -> Check {
    match error {
        ReadError::NotReached(NotSent::SignIn(error)) => signed_out(*error, profile),
        ReadError::NotReached(why) => {
            let advice = way_there(&why, profile);
            Check::unreached(DCMS, why.to_string(), advice)
        }
        ReadError::Lost(doubt) => lost(&doubt, profile),
        ReadError::Refused(refusal) => Check::fail(DCMS, refusal.to_string(), SIGN_IN),
    }
}

fn signed_out(error: ReadError, profile: &Profile) -> Check {
    match error {
        ReadError::Refused(refusal) => Check::fail(
            DCMS,
            format!("the sign-in was refused: {refusal}"),
            "check username and password of the profile's sign_in",
        ),
        // The way there is the same as for every other call.
        ReadError::NotReached(_) | ReadError::Lost(_) => failed(error, profile),
    }
}

fn way_there(why: &NotSent, profile: &Profile) -> &'static str {
    match why {
        NotSent::NameNotFound { .. } => {
            "check the host of base_url, and whether this machine resolves other names"
        }
        NotSent::NoConnection { .. } => {
            "check host and port of base_url, whether the DCMS is up, and the network"
        }
        NotSent::ConnectTimeOut { .. } if profile.proxy.is_some() => {
            "check host and port of base_url and of proxy, and the firewall in between"
        }
        NotSent::ConnectTimeOut { .. } => {
            "check host and port of base_url, the firewall in between, and whether a proxy is needed"
        }
        NotSent::Proxy { reason, .. } => proxy(reason),
        NotSent::Tls { reason, .. } => tls(reason, profile),
        NotSent::SignIn(_) | NotSent::Withheld(_) | NotSent::Unmade(_) => ADDRESS,
    }
}

fn proxy(reason: &ProxyReason) -> &'static str {
    match reason {
        ProxyReason::NameNotFound => {
            "check the host of proxy, and whether this machine resolves other names"
        }
        ProxyReason::NoConnection(_) | ProxyReason::Tls(_) => {
            "check scheme, host and port of proxy, and whether it is up; hosts in no_proxy go past it"
        }
        ProxyReason::WantsSignIn => {
            "ask the proxy's operator to let this machine through without them, or check proxy and no_proxy"
        }
        ProxyReason::Refused => {
            "ask the proxy's operator to let this machine through to that host and port, or check proxy and no_proxy"
        }
        ProxyReason::NoProxy => {
            "check host and port of proxy: it must be an HTTP proxy that knows CONNECT"
        }
    }
}

fn tls(reason: &TlsReason, profile: &Profile) -> &'static str {
    match reason {
        TlsReason::Expired => {
            "tell the DCMS's operator, and check this machine's clock; kitdesk always checks certificates"
        }
        TlsReason::NotValidYet => "set this machine's clock",
        TlsReason::OtherName => "check the host of base_url: it must be a name in the certificate",
        TlsReason::UnknownIssuer => {
            "put the certificate of the bank's own CA into ca_file; for a public CA, update the system's"
        }
        TlsReason::SelfSigned => {
            "compare its fingerprint with the DCMS's operator and set it as ca_file, or ask for one signed by a CA"
        }
        TlsReason::SelfSignedAuthority => {
            "ask the DCMS's operator for a server certificate, signed by a CA that ca_file can name"
        }
        TlsReason::ShortKey { .. } => "ask the DCMS's operator for a certificate with a longer key",
        TlsReason::NoTls => "check the port of base_url: https:// needs one that speaks TLS",
        TlsReason::TooOld => {
            "ask the DCMS's operator to enable TLS 1.2 or 1.3; kitdesk speaks nothing older"
        }
        TlsReason::WantsCertificate | TlsReason::Alert(_) => client_certificate(profile),
        TlsReason::Certificate(_) | TlsReason::Other(_) => {
            "show this to the DCMS's operator; kitdesk always checks certificates"
        }
    }
}

fn client_certificate(profile: &Profile) -> &'static str {
    if profile.client_cert.is_some() {
        "ask the DCMS's operator whether it accepts the certificate in client_cert: its issuer, validity and name"
    } else {
        "ask the DCMS's operator whether it requires a client certificate (client_cert, client_key)"
    }
}

fn lost(doubt: &Doubt, profile: &Profile) -> Check {
    let said = doubt.to_string();
    match doubt {
        Doubt::Status(500..) => Check::unreached(
            DCMS,
            format!("has an error of its own: {said}"),
            "wait and try again; if it stays, tell the DCMS's operator",
        ),
        Doubt::Encoded(_) => Check::fail(
            DCMS,
            said,
            "have the gateway in front of the DCMS send replies without an encoding",
        ),
        Doubt::Crashed => Check::fail(DCMS, said, "report this to kitdesk's maintainers"),
        Doubt::Unreadable(_)
        | Doubt::Status(_)
        | Doubt::TooLong
        | Doubt::TooManyKits(_)
        | Doubt::NotHttp { .. }
        | Doubt::SoAlready(_)
        | Doubt::OtherCustomer { .. }
        | Doubt::OtherAccount { .. } => Check::fail(
            DCMS,
            format!("the server there is not a DCMS: {said}"),
            ADDRESS,
        ),
        // With TLS 1.3, a client whose certificate was refused sees only that the connection is closed.
        Doubt::LineLost if profile.base_url.scheme() == "https" => {
            let advice = format!("{}; else try again", client_certificate(profile));
            Check::unreached(DCMS, said, &advice)
        }
        Doubt::TimedOut(_) | Doubt::LineLost | Doubt::CutOff => Check::unreached(
            DCMS,
            said,
            "check that the port of base_url is that of the DCMS, then try again; see timeouts.read",
        ),
    }
}

fn clock(ahead: Option<SignedDuration>) -> Check {
    let Some(ahead) = ahead else {
        return Check::skipped(CLOCK, "the DCMS did not send its time");
    };
    let apart = ahead.abs();
    let said = if apart < SignedDuration::from_secs(1) {
        "the DCMS's clock and this machine's are the same to the second".to_owned()
    } else {
        let way = if ahead.is_positive() {
            "ahead of"
        } else {
            "behind"
        };
        let apart = std::time::Duration::from_secs(apart.as_secs().unsigned_abs());
        let apart = match apart.as_secs() / A_YEAR.as_secs() {
            0 => durations::shown(apart),
            years => counted(years, "year"),
        };
        format!("the DCMS's clock is {apart} {way} this machine's")
    };
    if apart > MOST_APART {
        let advice = "set this machine's clock, or tell the DCMS's operator: records and certificates depend on it";
        Check::warn(CLOCK, said, advice)
    } else {
        Check::ok(CLOCK, said)
    }
}

/// Tries whether a customer's encrypted card numbers open with the card key and match their masks.
pub(super) async fn card_numbers(
    output: &mut DoctorOutput,
    profile: &Profile,
    client: Option<&Client>,
    entity: &EntityId,
) {
    let (Some(client), Some(_)) = (client, &profile.card_key) else {
        let said = "not tried: that takes a card_key and the DCMS's credentials";
        output.tell(Check::skipped(CARD_NUMBERS, said));
        return;
    };
    output.waiting(CARD_NUMBERS, &format!("the kits of {entity}"));
    let check = match client.kits_of(entity).await {
        Ok(kits) => opened(kits.list, profile, entity).await,
        Err(ReadError::Refused(refusal)) => Check::warn(
            CARD_NUMBERS,
            format!("the kits of {entity} were not read: {refusal}"),
            "give --entity a customer that the DCMS knows",
        ),
        Err(error) => failed(error, profile).renamed(CARD_NUMBERS),
    };
    output.tell(check);
}

async fn opened(kits: Vec<Kit>, profile: &Profile, entity: &EntityId) -> Check {
    let key = profile.card_key.clone();
    let tried = tokio::task::spawn_blocking(move || {
        let sent = kits
            .iter()
            .filter_map(|kit| Some((kit, kit.encrypted_pan.as_ref()?)));
        let opens = sent.map(|(kit, pan)| {
            let mask = kit.card.as_ref();
            let opened = pan_opens(pan, key.as_ref(), mask).map_err(|error| error.to_string());
            opened.map(|()| mask.is_some())
        });
        // Of each that opened, whether there was a mask to compare it with.
        opens.collect::<Vec<Result<bool, String>>>()
    });
    judged(&tried.await.unwrap_or_default(), entity)
}

/// What the tried card numbers say; of each that opened, whether there was a mask to compare it with.
fn judged(tried: &[Result<bool, String>], entity: &EntityId) -> Check {
    let all = tried.len();
    let failed: Vec<&String> = tried
        .iter()
        .filter_map(|opened| opened.as_ref().err())
        .collect();
    let compared = tried.iter().filter(|opened| **opened == Ok(true)).count();
    match (all, failed.first()) {
        (0, _) => Check::warn(
            CARD_NUMBERS,
            format!("the DCMS sent no encrypted card number of {entity}"),
            "ask the DCMS's operator whether encryptedCardNumber is enabled for this tenant",
        ),
        (_, None) if compared == all => Check::ok(
            CARD_NUMBERS,
            format!("{all} of {entity} opened, matched their masks and were wiped"),
        ),
        (_, None) => Check::warn(
            CARD_NUMBERS,
            format!(
                "{all} of {entity} opened and were wiped; {} could not be compared, because the DCMS shows no digits of the card (cardNumber)",
                if compared == 0 {
                    "they".to_owned()
                } else {
                    format!("{} of them", all - compared)
                }
            ),
            "give --entity a customer whose kits show a masked card, or ask the DCMS's operator to send one",
        ),
        (_, Some(first)) if failed.len() == all => Check::fail(
            CARD_NUMBERS,
            format!("none of {all} of {entity} opened: {first}"),
            "compare the check value of card_key with the bank's; until it opens, card numbers are keyed",
        ),
        (_, Some(first)) => Check::warn(
            CARD_NUMBERS,
            format!(
                "{} of {all} of {entity} did not open: {first}",
                failed.len()
            ),
            "those cards' numbers are keyed from the card; the key itself is right",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_match_only_where_there_was_a_mask() {
        let entity = EntityId::parse("676165").expect("an id");
        let said = |tried: &[Result<bool, String>]| judged(tried, &entity).said;
        assert!(said(&[Ok(true), Ok(true)]).contains("2 of 676165 opened, matched their masks"));
        for (tried, part) in [
            (&[Ok(false), Ok(false)][..], "they could not be compared"),
            (&[Ok(true), Ok(false)], "1 of them could not be compared"),
        ] {
            let said = said(tried);
            assert!(said.contains(part) && !said.contains("matched"), "{said}");
        }
    }
}
