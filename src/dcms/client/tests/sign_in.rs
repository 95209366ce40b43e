//! Signing in (contract, 1): where, when, and what a refused token means for look-ups and writes.

use super::*;
use crate::dcms::Word;

fn signing_in(base_url: &str) -> Client {
    client_of(Settings {
        sign_in: Some(SignIn {
            username: "sandbox".into(),
            password: "sandbox".into(),
        }),
        ..settings(base_url)
    })
}

async fn scripted(script: Vec<Act>) -> (Raw, Client) {
    let raw = Raw::start(script).await;
    let client = signing_in(&raw.base_url());
    (raw, client)
}

fn token(text: &str) -> Act {
    Act::Say(reply(200, &format!(r#"{{"id_token":"{text}"}}"#)))
}

fn status(status: u16) -> Act {
    let body = r#"{"result":null,"exception":{"errorCode":"token.expired"}}"#;
    Act::Say(reply(status, body))
}

const AUTHENTICATE: &str = "POST /api/authenticate";
const KITS: &str = "POST /v1/kit-manager/fetchKitsByEntityId";

/// Line and `Authorization` of everything that was asked.
fn seen(raw: &Raw) -> Vec<(String, String)> {
    let asked = raw.asked().into_iter();
    asked
        .map(|asked| (asked.line.clone(), asked.header("authorization").join(", ")))
        .collect()
}

fn expected(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = all.iter();
    all.map(|&(line, token)| (line.to_owned(), token.to_owned()))
        .collect()
}

#[tokio::test]
async fn a_token_may_follow_a_byte_order_mark_and_is_not_empty() {
    let marked = Act::Say(reply(200, "\u{feff}{\"id_token\":\"one\"}"));
    let (raw, client) = scripted(vec![marked, Act::Say(good("[]"))]).await;
    read_kits(&client).await.expect("an empty list");
    assert_eq!(
        seen(&raw),
        expected(&[(AUTHENTICATE, ""), (KITS, "Bearer one")])
    );
    for empty in ["", " ", "\\t"] {
        let (raw, client) = scripted(vec![token(empty)]).await;
        let fault = read_kits(&client).await.expect_err("no token");
        assert_eq!(
            fault.to_string(),
            "signing in to the DCMS failed: the answer could not be read (its id_token is empty)"
        );
        assert_eq!(raw.lines(), [AUTHENTICATE]);
    }
}

#[tokio::test]
async fn a_token_is_fetched_at_the_servers_root_and_used_again() {
    let (raw, client) = scripted(vec![token("one"), Act::Say(good("[]"))]).await;
    for _ in 0..2 {
        read_kits(&client).await.expect("an empty list");
    }
    let calls = [
        (AUTHENTICATE, ""),
        (KITS, "Bearer one"),
        (KITS, "Bearer one"),
    ];
    assert_eq!(seen(&raw), expected(&calls));
    let first = &raw.asked()[0];
    let body: serde_json::Value = serde_json::from_str(&first.body).expect("JSON");
    let fields = serde_json::json!({"username": "sandbox", "password": "sandbox"});
    assert_eq!(body, fields);
    assert_eq!(first.header("content-type"), ["application/json"]);
    assert_eq!(first.header("tenant"), ["SANDBOX"]);
}

#[tokio::test]
async fn a_token_that_ends_is_renewed_before_it_is_used_again() {
    // {"iat":0,"exp":0}
    let ended = "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjAsImV4cCI6MH0.c2ln";
    let script = vec![
        token(ended),
        Act::Say(good("[]")),
        token("new"),
        Act::Say(good("[]")),
    ];
    let (raw, client) = scripted(script).await;
    for _ in 0..2 {
        read_kits(&client).await.expect("an empty list");
    }
    let old = format!("Bearer {ended}");
    let calls = [
        (AUTHENTICATE, ""),
        (KITS, old.as_str()),
        (AUTHENTICATE, ""),
        (KITS, "Bearer new"),
    ];
    assert_eq!(seen(&raw), expected(&calls));
}

#[tokio::test]
async fn two_calls_at_once_sign_in_once() {
    let sandbox = sandbox(&["authenticate=delay:0.05"]).await;
    let client = signing_in(&sandbox.base_url());
    let (one, other) = tokio::join!(read_kits(&client), read_kits(&client));
    assert_eq!(one.expect("kits").len(), 1);
    assert_eq!(other.expect("kits").len(), 1);
    assert_eq!(sandbox.received("authenticate"), 1);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_look_up_asked_once_more() {
    let script = vec![
        token("old"),
        status(401),
        token("new"),
        Act::Say(good("[]")),
    ];
    let (raw, client) = scripted(script).await;
    read_kits(&client).await.expect("an empty list");
    let calls = [
        (AUTHENTICATE, ""),
        (KITS, "Bearer old"),
        (AUTHENTICATE, ""),
        (KITS, "Bearer new"),
    ];
    assert_eq!(seen(&raw), expected(&calls));
}

#[tokio::test]
async fn a_refused_token_means_that_a_write_was_not_done_so_it_goes_once_more() {
    for write in Write::ALL {
        let done = Act::Say(good(write.result()));
        let script = vec![token("old"), status(401), token("new"), done];
        let (raw, client) = scripted(script).await;
        assert_eq!(write.send(&client).await, Outcome::Done(()));
        let calls = [
            (AUTHENTICATE, ""),
            (write.line(), "Bearer old"),
            (AUTHENTICATE, ""),
            (write.line(), "Bearer new"),
        ];
        assert_eq!(seen(&raw), expected(&calls));
    }
}

#[tokio::test]
async fn a_second_401_is_a_refusal_and_there_is_no_third_try() {
    let script = || vec![token("old"), status(401), token("new"), status(401)];
    for write in Write::ALL {
        let (raw, client) = scripted(script()).await;
        let outcome = write.send(&client).await;
        let Outcome::Refused(refusal) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(refusal.http, 401);
        assert!(refusal.is("token.expired"));
        assert_eq!(raw.asked().len(), 4, "{write:?}");
    }
    let (raw, client) = scripted(script()).await;
    let fault = read_kits(&client).await.expect_err("refused");
    assert!(matches!(fault, ReadError::Refused(_)), "{fault}");
    assert_eq!(raw.asked().len(), 4);
}

#[tokio::test]
async fn after_a_401_a_write_that_is_lost_is_unknown() {
    let script = vec![token("old"), status(401), token("new"), Act::Reset];
    let (raw, client) = scripted(script).await;
    let outcome = Write::Upgrade.send(&client).await;
    assert_eq!(outcome, Outcome::Unknown(Doubt::LineLost));
    assert_eq!(raw.asked().len(), 4);
}

#[tokio::test]
async fn where_no_new_token_is_to_be_had_the_401_is_a_refusal() {
    let script = vec![token("old"), status(401), status(500)];
    let (raw, client) = scripted(script).await;
    let outcome = Write::Upgrade.send(&client).await;
    let Outcome::Refused(refusal) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(refusal.http, 401);
    let lines = [AUTHENTICATE, Write::Upgrade.line(), AUTHENTICATE];
    assert_eq!(raw.lines(), lines);
}

#[tokio::test]
async fn without_a_sign_in_a_401_is_a_refusal_at_once() {
    for write in Write::ALL {
        let (raw, client) = super::scripted(vec![status(401)]).await;
        assert_eq!(write.send(&client).await.word(), Word::Refused);
        assert_eq!(raw.lines(), [write.line()]);
    }
}

#[tokio::test]
async fn a_sign_in_that_fails_leaves_the_write_unsent() {
    for act in [
        status(401),
        status(500),
        Act::Reset,
        Act::Say(reply(200, "{}")),
        Act::Say(reply(200, "<html>")),
        Act::Say(reply(302, "")),
    ] {
        let (raw, client) = scripted(vec![act.clone()]).await;
        let outcome = Write::Upgrade.send(&client).await;
        let Outcome::NotSent(why @ NotSent::SignIn(_)) = outcome else {
            panic!("{act:?}: {outcome:?}");
        };
        let said = why.to_string();
        assert!(
            said.starts_with("signing in to the DCMS failed: "),
            "{said}"
        );
        assert_eq!(raw.lines(), [AUTHENTICATE], "{act:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_reported_in_the_dcms_own_words() {
    let sandbox = sandbox(&[]).await;
    let client = client_of(Settings {
        sign_in: Some(SignIn {
            username: "sandbox".into(),
            password: "wrong".into(),
        }),
        ..settings(&sandbox.base_url())
    });
    let outcome = Write::Upgrade.send(&client).await;
    let Outcome::NotSent(NotSent::SignIn(fault)) = outcome else {
        panic!("{outcome:?}");
    };
    let ReadError::Refused(refusal) = *fault else {
        panic!("{fault}");
    };
    assert!(refusal.is("credentials.invalid"), "{refusal}");
    assert_eq!(sandbox.received("upgradeCard"), 0);
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_the_dcms_fault() {
    for text in [r"a\nb", r"a\r\nX: y", r"a\u0000b", r"\u007f"] {
        let (raw, client) = scripted(vec![token(text)]).await;
        let outcome = Write::Cancel.send(&client).await;
        let Outcome::NotSent(why @ NotSent::SignIn(_)) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(
            why.to_string(),
            "signing in to the DCMS failed: the answer could not be read (its id_token contains control characters)"
        );
        assert_eq!(raw.lines(), [AUTHENTICATE]);
    }
}
