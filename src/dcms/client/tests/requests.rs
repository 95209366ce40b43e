//! What leaves the client: paths, headers and bodies, to the letter (contract, 1 and 2).

use std::io;
use std::sync::{Arc, Mutex};

use super::*;
use crate::dcms::{Preview, Route, Word};

/// Every look-up and every write, each answered by something that can't be read: what comes back
/// is not the point here.
async fn ask_everything(client: &Client) {
    let order = sample_cancel().order;
    let account = AccountNo::parse("8000000").expect("an account");
    let card = MaskedPan::parse("608040******6384").expect("a mask");
    client.kits_of(&entity("676165")).await.expect_err("nobody");
    client.kits_on(&account).await.expect_err("nobody");
    client.holders_of(&card).await.expect_err("nobody");
    let person = client.customer(&entity("676165")).await;
    person.expect_err("nobody");
    client.order(&order).await.expect_err("no order");
    let parcels = client.shipments_of(&kit_no("4561789")).await;
    parcels.expect_err("no parcels");
    for write in Write::ALL {
        assert_eq!(write.send(client).await.word(), Word::Unknown);
    }
}

fn unreadable() -> Vec<Act> {
    vec![Act::Say(reply(200, "[]"))]
}

#[tokio::test]
async fn every_call_has_the_path_and_body_of_the_contract() {
    let (raw, client) = scripted(unreadable()).await;
    ask_everything(&client).await;
    let asked = raw.asked();
    let sent: Vec<_> = asked
        .iter()
        .map(|asked| (asked.line.as_str(), asked.body.as_str()))
        .collect();
    let look_ups = [
        (
            "POST /v1/kit-manager/fetchKitsByEntityId",
            r#"{"entityId":"676165"}"#,
        ),
        (
            "POST /v1/kit-manager/fetchKitsByAccountNo?isAllCardsRequired=true",
            r#"{"accountNo":"8000000"}"#,
        ),
        (
            "POST /v1/fetchCifByMaskedCard",
            r#"{"maskedCardNo":"608040XXXXXX6384"}"#,
        ),
        ("POST /v1/viewCustomer", r#"{"entityId":"676165"}"#),
        (
            "POST /v1/card-order/fetchStatus",
            r#"{"cardOrderId":"3fa85f64-5717-4562-b3fc-2c963f66afa6"}"#,
        ),
        ("POST /v1/kit-manager/kitTracking", r#"{"kitNo":"4561789"}"#),
    ];
    assert_eq!(sent[..6], look_ups);
    assert_eq!(
        sent[6],
        (
            Write::Upgrade.line(),
            r#"{"entityId":"676165","kitNo":"4561789","deliveryAddress":"PERMANENT","kitInfo":[{"aliasName":"sample","cardType":"PHYSICAL","plasticCode":"4566","tierType":"SILVER"}]}"#
        )
    );
    assert_eq!(
        sent[8],
        (
            Write::Cancel.line(),
            r#"{"orderId":"3fa85f64-5717-4562-b3fc-2c963f66afa6","branchId":"12345"}"#
        )
    );
    assert_eq!(sent[7].0, Write::SetPin.line());
    assert_eq!(sent.len(), 9);
}

#[tokio::test]
async fn a_pin_travels_sealed_with_the_expiry_as_four_characters() {
    let (raw, client) = scripted(vec![Act::Say(good("true"))]).await;
    let request = sample_pin();
    assert_eq!(request.send(&client).await, Outcome::Done(Made::Nothing));
    let sealed = request.pin.as_wire();
    assert_eq!(
        raw.asked()[0].body,
        format!(
            r#"{{"entityId":"676165","kitNo":"4561789","expiryDate":"0729","pin":"{sealed}"}}"#
        )
    );
    // 16 of IV, 8 of block, 16 of tag, in base64.
    assert_eq!(sealed.len(), 56);
}

#[tokio::test]
async fn encrypted_card_numbers_are_asked_of_the_second_version() {
    let raw = Raw::start(vec![Act::Say(good("[]"))]).await;
    let client = client_of(Settings {
        encrypted_pans: true,
        ..settings(&raw.base_url())
    });
    read_kits(&client).await.expect("an empty list");
    assert_eq!(raw.lines(), ["POST /v1/kit-manager/v2/fetchKitsByEntityId"]);
    assert_eq!(raw.asked()[0].body, r#"{"entityId":"676165"}"#);
}

#[tokio::test]
async fn a_base_address_may_end_in_a_slash() {
    let raw = Raw::start(vec![Act::Say(good("[]"))]).await;
    let client = client(&format!("{}/", raw.base_url()));
    read_kits(&client).await.expect("an empty list");
    assert_eq!(raw.lines(), ["POST /v1/kit-manager/fetchKitsByEntityId"]);
}

#[tokio::test]
async fn tenant_content_type_and_fixed_headers_are_on_every_call() {
    let raw = Raw::start(unreadable()).await;
    let client = client_of(Settings {
        headers: vec![
            ("X-Api-Key".into(), "gate way".into()),
            ("x-branch".into(), "12345".into()),
        ],
        ..settings(&raw.base_url())
    });
    ask_everything(&client).await;
    let asked = raw.asked();
    assert_eq!(asked.len(), 9);
    for asked in asked {
        let line = &asked.line;
        assert_eq!(asked.header("tenant"), ["SANDBOX"], "{line}");
        assert_eq!(asked.header("content-type"), ["application/json"], "{line}");
        assert_eq!(asked.header("x-api-key"), ["gate way"], "{line}");
        assert_eq!(asked.header("x-branch"), ["12345"], "{line}");
        assert!(asked.header("authorization").is_empty(), "{line}");
        assert!(asked.header("cookie").is_empty(), "{line}");
        assert_eq!(asked.header("accept-encoding"), ["identity"], "{line}");
    }
}

#[tokio::test]
async fn a_preview_is_what_travels() {
    // What HTTP itself adds to any request.
    const TRANSPORT: [&str; 3] = ["accept", "content-length", "host"];
    let token = Act::Say(reply(200, r#"{"id_token":"eyJ.token"}"#));
    let raw = Raw::start(vec![
        token,
        Act::Say(good(r#""Order cancelled successfully""#)),
    ])
    .await;
    let settings = Settings {
        headers: vec![("x-api-key".into(), "gateway-key".into())],
        sign_in: Some(SignIn {
            username: "api".into(),
            password: "pass-word".into(),
        }),
        ..settings(&raw.base_url())
    };
    let route = Route {
        base_url: &settings.base_url.clone(),
        tenant: &settings.tenant.clone(),
        headers: &["x-api-key"],
        signs_in: true,
    };
    let request = sample_cancel();
    let preview = Preview::of(route, "/card-order/cancel", &request);
    let text = serde_json::to_string(&preview).expect("JSON");
    let preview = serde_json::to_value(preview).expect("JSON");
    let outcome = request.send(&client_of(settings)).await;
    assert_eq!(outcome.word(), Word::Done);
    let sent = raw.asked().pop().expect("asked");
    let line = format!("{} {}", preview["method"], preview["url"]).replace('"', "");
    assert_eq!(line.replace(&raw.base_url(), "/v1"), sent.line);
    let body = format!(r#""body":{}}}"#, sent.body);
    assert!(text.ends_with(&body), "{text}");
    let shown = preview["headers"].as_object().expect("an object");
    let names = sent.headers.iter().map(|(name, _)| name.as_str());
    let mut names: Vec<_> = names.filter(|name| !TRANSPORT.contains(name)).collect();
    names.sort_unstable();
    assert_eq!(names, shown.keys().collect::<Vec<_>>());
    for name in ["content-type", "tenant", "user-agent"] {
        assert_eq!(shown[name], sent.header(name)[0], "{name}");
    }
    for name in ["authorization", "x-api-key"] {
        assert_eq!(shown[name], "<secret>", "{name}");
    }
}

#[test]
fn a_header_that_cannot_travel_is_named_without_its_value() {
    for (name, value) in [("x-key", "sec\nret"), ("x key", "secret")] {
        let made = Client::new(Settings {
            headers: vec![(name.into(), value.into())],
            ..settings("http://127.0.0.1:9/v1")
        });
        let said = made.err().map(|fault| fault.to_string());
        let expected = format!("the header {name} can't be sent as it is");
        assert_eq!(said.as_deref(), Some(expected.as_str()));
    }
}

/// Everything that is traced, in one place.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_is_traced() {
    let token = Act::Say(reply(200, r#"{"id_token":"eyJ.token"}"#));
    let raw = Raw::start(vec![token, Act::Say(good("true"))]).await;
    let log = Log::default();
    let writer = log.clone();
    let everything = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let request = sample_pin();
    {
        // With one subscriber, `tracing` caches for each call site whether the first thread to reach it wants
        // the event, and other tests want none. With two subscribers it asks both each time.
        let _second = tracing::Dispatch::new(tracing_subscriber::fmt().finish());
        // The test's runtime has one thread, so this sees all of it.
        let _traced = tracing::subscriber::set_default(everything);
        let client = client_of(Settings {
            headers: vec![("x-api-key".into(), "gateway-key".into())],
            sign_in: Some(SignIn {
                username: "api".into(),
                password: "pass-word".into(),
            }),
            ..settings(&raw.base_url())
        });
        assert_eq!(request.send(&client).await, Outcome::Done(Made::Nothing));
    }
    let sent = raw.asked().pop().expect("asked");
    assert_eq!(sent.header("x-api-key"), ["gateway-key"]);
    let log = String::from_utf8(log.0.lock().expect("one thread").clone()).expect("text");
    assert!(log.contains("setPin"), "{log}");
    for secret in [
        "gateway-key",
        "eyJ.token",
        "pass-word",
        request.pin.as_wire(),
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
