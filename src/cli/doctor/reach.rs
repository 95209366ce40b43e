//! Checks the connection to the DCMS, and says which is wrong: address, certificate, tenant or sign-in.
//! Asks for an order that can't exist; card numbers are decrypted only to be wiped.

use jiff::SignedDuration;

use super::check::{Check, DoctorOutput};
use super::words;
use crate::config::Profile;
use crate::dcms::{
    Client, Doubt, EntityId, Kit, NotSent, ProxyReason, Reached, ReadError, Refusal, TlsReason,
};
use crate::desk::pan_opens;
use crate::durations;
use crate::tasks;

const DCMS: &str = "dcms";
const CLOCK: &str = "clock";
const CARD_NUMBERS: &str = "card_numbers";
/// More than this, and times in two records can't be compared any more.
const MOST_APART: SignedDuration = SignedDuration::from_secs(60);
/// As far apart as this, hours say nothing to anybody.
const A_YEAR: std::time::Duration = std::time::Duration::from_hours(365 * 24);

/// Asks once, and tells what came of it and what time it is over there.
pub(super) async fn dcms(output: &mut DoctorOutput, profile: &Profile, client: Option<&Client>) {
    let Some(client) = client else {
        output.tell(Check::skipped(DCMS, words::NO_CREDENTIALS));
        output.tell(Check::skipped(CLOCK, words::NOT_ASKED));
        return;
    };
    let limit = durations::shown(client.limits().read);
    output.waiting(DCMS, &words::asking(&profile.base_url, &limit));
    let reach = client.reach().await;
    output.tell(answered(reach.answer, profile));
    output.tell(clock(reach.ahead));
}

fn answered(answer: Reached, profile: &Profile) -> Check {
    let tenant = &profile.tenant;
    match answer {
        Reached::Looked { refusal } => {
            let said = refusal.map_or(String::new(), |refusal| words::dcms_said(&refusal));
            Check::ok(DCMS, words::accepted(tenant) + &said)
        }
        Reached::Tenant(refusal) => Check::fail(
            DCMS,
            words::tenant_refused(tenant, &refusal),
            words::CHECK_TENANT,
        ),
        Reached::Denied(refusal) => denied(&refusal, profile),
        Reached::Busy(refusal) => Check::warn(DCMS, words::busy(&refusal), words::WAIT_A_MOMENT),
        Reached::Elsewhere(refusal) => {
            Check::fail(DCMS, words::no_such_call(&refusal), words::CHECK_PATH)
        }
        Reached::Unclear(refusal) => {
            Check::warn(DCMS, words::unclear(&refusal), words::FIX_UNCLEAR)
        }
        Reached::Failed(error) => failed(error, profile),
    }
}

fn denied(refusal: &Refusal, profile: &Profile) -> Check {
    let said = match (refusal.http, &profile.sign_in) {
        (403, _) => words::may_not_look_up(refusal),
        (_, Some(_)) => words::token_refused(refusal),
        (_, None) => words::operator_refused(refusal),
    };
    Check::fail(DCMS, said, words::CHECK_SIGN_IN)
}

fn failed(error: ReadError, profile: &Profile) -> Check {
    match error {
        ReadError::NotReached(NotSent::SignIn(error)) => signed_out(*error, profile),
        ReadError::NotReached(why) => {
            let advice = way_there(&why, profile);
            Check::unreached(DCMS, why.to_string(), advice)
        }
        ReadError::Lost(doubt) => lost(&doubt, profile),
        ReadError::Refused(refusal) => Check::fail(DCMS, refusal.to_string(), words::CHECK_SIGN_IN),
    }
}

fn signed_out(error: ReadError, profile: &Profile) -> Check {
    match error {
        ReadError::Refused(refusal) => Check::fail(
            DCMS,
            words::sign_in_refused(&refusal),
            words::CHECK_PASSWORD,
        ),
        // The way there is the same as for every other call.
        ReadError::NotReached(_) | ReadError::Lost(_) => failed(error, profile),
    }
}

fn way_there(why: &NotSent, profile: &Profile) -> &'static str {
    match why {
        NotSent::NameNotFound { .. } => words::CHECK_HOST,
        NotSent::NoConnection { .. } => words::CHECK_HOST_AND_PORT,
        NotSent::ConnectTimeOut { .. } if profile.proxy.is_some() => words::CHECK_WAY_BY_PROXY,
        NotSent::ConnectTimeOut { .. } => words::CHECK_WAY,
        NotSent::Proxy { reason, .. } => proxy(reason),
        NotSent::Tls { reason, .. } => tls(reason, profile),
        NotSent::SignIn(_) | NotSent::Withheld(_) | NotSent::Unmade(_) => words::CHECK_ADDRESS,
    }
}

fn proxy(reason: &ProxyReason) -> &'static str {
    match reason {
        ProxyReason::NameNotFound => words::CHECK_PROXY_HOST,
        ProxyReason::NoConnection(_) | ProxyReason::Tls(_) => words::CHECK_PROXY,
        ProxyReason::WantsSignIn => words::PROXY_WANTS_SIGN_IN,
        ProxyReason::Refused => words::PROXY_REFUSES,
        ProxyReason::NoProxy => words::NO_PROXY_THERE,
    }
}

fn tls(reason: &TlsReason, profile: &Profile) -> &'static str {
    match reason {
        TlsReason::Expired => words::CERTIFICATE_EXPIRED,
        TlsReason::NotValidYet => words::SET_CLOCK,
        TlsReason::OtherName => words::OTHER_NAME,
        TlsReason::UnknownIssuer => words::UNKNOWN_ISSUER,
        TlsReason::SelfSigned => words::SELF_SIGNED,
        TlsReason::SelfSignedAuthority => words::SELF_SIGNED_AUTHORITY,
        TlsReason::ShortKey { .. } => words::SHORT_KEY,
        TlsReason::NoTls => words::NO_TLS,
        TlsReason::TooOld => words::TLS_TOO_OLD,
        TlsReason::WantsCertificate | TlsReason::Alert(_) => client_certificate(profile),
        TlsReason::Certificate(_) | TlsReason::Other(_) => words::SHOW_TO_OPERATOR,
    }
}

fn client_certificate(profile: &Profile) -> &'static str {
    if profile.client_cert.is_some() {
        words::OWN_CERTIFICATE_ACCEPTED
    } else {
        words::OWN_CERTIFICATE_REQUIRED
    }
}

fn lost(doubt: &Doubt, profile: &Profile) -> Check {
    let said = doubt.to_string();
    match doubt {
        Doubt::Status(500..) => {
            Check::unreached(DCMS, words::own_error(&said), words::WAIT_OR_TELL_OPERATOR)
        }
        Doubt::Encoded(_) => Check::fail(DCMS, said, words::NO_ENCODING),
        Doubt::Crashed => Check::fail(DCMS, said, words::REPORT_CRASH),
        Doubt::Unreadable(_)
        | Doubt::Status(_)
        | Doubt::TooLong
        | Doubt::TooManyKits(_)
        | Doubt::NotHttp { .. }
        | Doubt::SoAlready(_)
        | Doubt::OtherCustomer { .. }
        | Doubt::OtherAccount { .. } => {
            Check::fail(DCMS, words::no_dcms(&said), words::CHECK_ADDRESS)
        }
        // With TLS 1.3, a client whose certificate was refused sees only that the connection is closed.
        Doubt::LineLost if profile.base_url.scheme() == "https" => {
            let advice = words::else_try_again(client_certificate(profile));
            Check::unreached(DCMS, said, &advice)
        }
        Doubt::TimedOut(_) | Doubt::LineLost | Doubt::CutOff => {
            Check::unreached(DCMS, said, words::CHECK_PORT)
        }
    }
}

fn clock(ahead: Option<SignedDuration>) -> Check {
    let Some(ahead) = ahead else {
        return Check::skipped(CLOCK, words::NO_TIME);
    };
    let apart = ahead.abs();
    let said = if apart < SignedDuration::from_secs(1) {
        words::SAME_TIME.to_owned()
    } else {
        let way = if ahead.is_positive() {
            words::AHEAD
        } else {
            words::BEHIND
        };
        let apart = std::time::Duration::from_secs(apart.as_secs().unsigned_abs());
        let apart = match apart.as_secs() / A_YEAR.as_secs() {
            0 => durations::shown(apart),
            years => words::years(years),
        };
        words::clocks_apart(&apart, way)
    };
    if apart > MOST_APART {
        let advice = words::SET_CLOCKS;
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
        let said = words::CARD_NUMBERS_NOT_TRIED;
        output.tell(Check::skipped(CARD_NUMBERS, said));
        return;
    };
    output.waiting(CARD_NUMBERS, &words::kits_of(entity));
    let check = match client.kits_of(entity).await {
        Ok(kits) => opened(kits.list, profile, entity).await,
        Err(ReadError::Refused(refusal)) => Check::warn(
            CARD_NUMBERS,
            words::kits_not_read(entity, &refusal),
            words::NAME_A_CUSTOMER,
        ),
        Err(error) => failed(error, profile).renamed(CARD_NUMBERS),
    };
    output.tell(check);
}

async fn opened(kits: Vec<Kit>, profile: &Profile, entity: &EntityId) -> Check {
    let key = profile.card_key.clone();
    let tried = tasks::work(move || {
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
            words::no_card_number(entity),
            words::ASK_FOR_CARD_NUMBERS,
        ),
        (_, None) if compared == all => Check::ok(CARD_NUMBERS, words::all_matched(all, entity)),
        (_, None) => {
            let which = if compared == 0 {
                words::THEY.to_owned()
            } else {
                words::of_them(all - compared)
            };
            Check::warn(
                CARD_NUMBERS,
                words::not_compared(all, entity, &which),
                words::ASK_FOR_MASKS,
            )
        }
        (_, Some(first)) if failed.len() == all => Check::fail(
            CARD_NUMBERS,
            words::none_opened(all, entity, first),
            words::COMPARE_CARD_KEY,
        ),
        (_, Some(first)) => Check::warn(
            CARD_NUMBERS,
            words::some_not_opened(failed.len(), all, entity, first),
            words::SOME_ARE_KEYED,
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
