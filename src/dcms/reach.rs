//! Whether this DCMS is reached with these settings, found out by one harmless question, and how far
//! its clock is from ours. What to do about it is for others to say.

use jiff::SignedDuration;
use serde_json::json;

use super::client::Client;
use super::envelope::Refusal;
use super::outcome::{Attempt, ReadError, judge};
use super::text::Text;
use crate::utc;

/// An order is no customer's: nothing about anybody is asked for.
const CALL: &str = "/card-order/fetchStatus";
/// Has the form of an order's id, and is none.
const NOBODYS: &str = "00000000-0000-0000-0000-000000000000";

/// What a single question brought.
pub struct Reach {
    /// What came back.
    pub answer: Reached,
    /// By how much the other side's clock is ahead of ours, to about a second and half of the time
    /// that the question took. Nothing where it did not say.
    pub ahead: Option<SignedDuration>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    /// A DCMS that accepts this tenant and this operator: it looked for the order.
    Looked {
        /// What it said about an order that is not there, if it minded.
        refusal: Option<Refusal>,
    },
    /// A DCMS does not take the tenant.
    Tenant(Refusal),
    /// It does not accept the operator: the token, the gateway's header or the role.
    Denied(Refusal),
    /// It limits its requests just now.
    Busy(Refusal),
    /// Something answers that does not have this call: not a DCMS, or under another path.
    Elsewhere(Refusal),
    /// It refused for a reason that may have to do with the settings, or not.
    Unclear(Refusal),
    /// Nothing usable came, or the sign-in before it failed.
    Failed(ReadError),
}

impl Reached {
    fn of(read: Result<(), ReadError>) -> Self {
        let refusal = match read {
            Ok(()) => return Self::Looked { refusal: None },
            Err(ReadError::Refused(refusal)) => refusal,
            Err(error) => return Self::Failed(error),
        };
        let words = Words::of(&refusal);
        match refusal.http {
            _ if words.are_about_a_tenant() => Self::Tenant(refusal),
            401 | 403 => Self::Denied(refusal),
            429 => Self::Busy(refusal),
            _ if words.code.contains("path") => Self::Elsewhere(refusal),
            _ if words.miss_the_order() => Self::Looked {
                refusal: Some(refusal),
            },
            _ if words.code.is_empty() && words.rest.is_empty() => Self::Elsewhere(refusal),
            _ => Self::Unclear(refusal),
        }
    }
}

/// What a refusal says, in small letters.
struct Words {
    code: String,
    /// Its message and its fields.
    rest: String,
}

impl Words {
    fn of(refusal: &Refusal) -> Self {
        let small = |text: &Text| text.as_sent().to_ascii_lowercase();
        let rest = refusal.message.iter().chain(&refusal.fields).map(small);
        Self {
            code: refusal.code.as_ref().map(small).unwrap_or_default(),
            rest: rest.collect::<Vec<_>>().join(" "),
        }
    }

    /// A code about orders may well name the tenant whose order is not there.
    fn are_about_a_tenant(&self) -> bool {
        let is_about_orders = self.code.starts_with("ord");
        self.code.contains("tenant") || (self.rest.contains("tenant") && !is_about_orders)
    }

    /// The codes that the contract has for what is not there.
    fn miss_the_order(&self) -> bool {
        self.code.starts_with("ord") || self.code == "mcc007" || self.code.ends_with("not.found")
    }
}

impl Client {
    /// Asks once for an order that can't exist. Is never repeated, so that what is wrong shows.
    pub async fn reach(&self) -> Reach {
        let body = json!({"cardOrderId": NOBODYS});
        let asked = utc::now();
        let attempt = self.ask_once(CALL, &body).await;
        let took = utc::now().duration_since(asked);
        let said = match &attempt {
            Attempt::Answered(reply) => reply.date,
            Attempt::NotSent(_) | Attempt::Lost(_) => None,
        };
        // `Date` leaves out what is beyond the second: on average half of one.
        let then = asked.checked_add(took / 2).unwrap_or(asked);
        let ahead = said.map(|said| said.duration_since(then) + SignedDuration::from_millis(500));
        let answer = Reached::of(Result::from(judge(&attempt, |_| Ok(()))));
        Reach { answer, ahead }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(json: &str, http: u16) -> Reached {
        Reached::of(Err(ReadError::Refused(Refusal::from_json(json, http))))
    }

    #[test]
    fn what_a_refusal_tells_about_the_settings() {
        let with = |code: &str, http| {
            answered(
                &format!(r#"{{"exception":{{"errorCode":"{code}"}}}}"#),
                http,
            )
        };
        for (code, http) in [("ORD001", 400), ("order.not.found", 404), ("MCC007", 200)] {
            assert!(matches!(with(code, http), Reached::Looked { .. }), "{code}");
        }
        for (code, http) in [("tenant.header.missing", 400), ("tenant.not.allowed", 403)] {
            assert!(matches!(with(code, http), Reached::Tenant(_)), "{code}");
        }
        assert!(matches!(with("token.expired", 401), Reached::Denied(_)));
        assert!(matches!(with("role", 403), Reached::Denied(_)));
        assert!(matches!(with("slow.down", 429), Reached::Busy(_)));
        assert!(matches!(with("path.not.found", 404), Reached::Elsewhere(_)));
        for code in ["MCC001", "validation.failed", "kit.locked"] {
            assert!(matches!(with(code, 400), Reached::Unclear(_)), "{code}");
        }
    }

    #[test]
    fn a_tenant_may_be_named_in_the_words_alone() {
        let said = |code: &str, rest: &str| {
            let json = format!(r#"{{"exception":{{"errorCode":"{code}",{rest}}}}}"#);
            answered(&json, 400)
        };
        for rest in [
            r#""shortMessage":"Unknown Tenant""#,
            r#""fieldError":["no such tenant: ACME"]"#,
        ] {
            assert!(matches!(said("MCC007", rest), Reached::Tenant(_)), "{rest}");
        }
        let about_the_order = said("ORD001", r#""shortMessage":"not an order of this tenant""#);
        assert!(matches!(about_the_order, Reached::Looked { .. }));
    }

    #[test]
    fn what_is_not_a_dcms() {
        for http in [400, 404, 422] {
            let bare = Reached::of(Err(ReadError::Refused(Refusal::bare(http))));
            assert!(matches!(bare, Reached::Elsewhere(_)), "{http}");
        }
        for http in [401, 403] {
            let bare = Reached::of(Err(ReadError::Refused(Refusal::bare(http))));
            assert!(matches!(bare, Reached::Denied(_)), "{http}");
        }
    }
}
