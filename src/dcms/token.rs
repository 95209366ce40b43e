//! The token of a sign-in: how long it is good for, and when to fetch another.
//! Kept in memory only and never shown. Whether it is genuine is for the DCMS to check.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::clock::Clock;

/// How long a token is good for that does not say: about an hour (contract, 1).
const USUAL_LIFE: Duration = Duration::from_hours(1);
/// So much before its end it is renewed, or a tenth of its life where that is less.
const MARGIN: Duration = Duration::from_mins(5);

/// A token in use.
pub(super) struct Token {
    pub(super) text: SecretString,
    /// Started when it was granted.
    clock: Clock,
    life: Duration,
}

impl Token {
    /// A token that was granted when the clock was started.
    pub(super) fn new(text: SecretString, clock: Clock) -> Self {
        let life = life(text.expose_secret()).unwrap_or(USUAL_LIFE);
        Self { text, clock, life }
    }

    /// Whether it is better renewed before the next call.
    pub(super) fn is_due(&self) -> bool {
        self.clock.elapsed() >= self.life.saturating_sub(MARGIN.min(self.life / 10))
    }

    /// Whether it is this one.
    pub(super) fn is(&self, other: &SecretString) -> bool {
        self.text.expose_secret() == other.expose_secret()
    }
}

/// How long a JWT says that it is good for (RFC 7519, 4.1). From its own two times alone: this
/// machine's clock may be wrong.
fn life(jwt: &str) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Claims {
        iat: f64,
        exp: f64,
    }
    let claims = jwt.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    let Claims { iat, exp } = serde_json::from_slice(&claims).ok()?;
    Duration::try_from_secs_f64(exp - iat).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::moved;

    fn jwt(claims: &str) -> String {
        format!(
            "eyJhbGciOiJIUzI1NiJ9.{}.c2ln",
            URL_SAFE_NO_PAD.encode(claims)
        )
    }

    #[test]
    fn a_token_says_how_long_it_is_good_for() {
        let said = |claims: &str| life(&jwt(claims));
        let hour = Some(Duration::from_hours(1));
        assert_eq!(
            said(r#"{"sub":"api","iat":1700000000,"exp":1700003600}"#),
            hour
        );
        assert_eq!(said(r#"{"iat":1700000000.5,"exp":1700003600.5}"#), hour);
        for unsaid in [
            r#"{"exp":1700003600}"#,
            r#"{"iat":5,"exp":4}"#,
            r#"{"iat":"5","exp":"9"}"#,
            r#"{"iat":0,"exp":1e300}"#,
            "not JSON",
        ] {
            assert_eq!(said(unsaid), None, "{unsaid}");
        }
        assert_eq!(life("opaque"), None);
        assert_eq!(life("a.!!.c"), None);
    }

    #[test]
    fn it_is_renewed_before_its_end_also_where_the_machine_was_suspended() {
        for (text, good, due) in [
            ("opaque".to_owned(), 54 * 60, 60),
            (jwt(r#"{"iat":0,"exp":100}"#), 89, 1),
            (jwt(r#"{"iat":0,"exp":86400}"#), 86_400 - 301, 1),
        ] {
            let token = Token::new(text.into(), moved::clock());
            moved::pass(Duration::from_secs(good));
            assert!(!token.is_due(), "after {good} s");
            moved::pass(Duration::from_secs(due));
            assert!(token.is_due(), "after {good} s and {due} s");
        }
    }
}
