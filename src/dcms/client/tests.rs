use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;

use super::raw::{Answer, Raw, reply};
use super::*;
use crate::dcms::{
    AccountNo, BranchId, CancelOrder, EntityId, Kit, KitNo, OrderId, Tenant, Text, Upgrade,
    WantedCard,
};
use crate::pin::MaskedPan;

const NO_KITS: &str = r#"{"result":[],"exception":null,"pagination":null}"#;
const REFUSED: &str =
    r#"{"result":null,"exception":{"errorCode":"MCC007","fieldError":["Invalid Kit No"]}}"#;
const UPGRADED: &str =
    r#"{"result":{"entityId":"676165","kitInfo":[{"kitNo":"9","entityId":"676165"}]}}"#;

/// A line to a server of the test's own, with short limits.
fn settings(base_url: &str) -> Settings {
    Settings {
        base_url: base_url.parse().expect("an address"),
        tenant: Tenant::parse("ACME_BANK").expect("good"),
        limits: Limits {
            connect: Duration::from_secs(2),
            read: Duration::from_secs(3),
            write: Duration::from_secs(3),
        },
        encrypted_pans: false,
        ca_pem: None,
        identity: None,
        proxy: None,
        sign_in: None,
        headers: Vec::new(),
    }
}

fn client(settings: Settings) -> Client {
    let Ok(client) = Client::new(settings) else {
        panic!("these settings are good");
    };
    client
}

fn on(raw: &Raw) -> Settings {
    settings(&format!("http://{}/v1/", raw.address))
}

fn entity() -> EntityId {
    EntityId::parse("676165").expect("good")
}

fn an_upgrade() -> Upgrade {
    Upgrade {
        entity: entity(),
        kit: KitNo::parse("4561789").expect("good"),
        delivery: None,
        cards: vec![WantedCard {
            tier_type: Some("SILVER".into()),
            ..WantedCard::default()
        }],
    }
}

/// One upgrade against a script: the outcome, and how many requests arrived.
async fn upgrade(script: Vec<Answer>) -> (Outcome<Vec<Kit>>, usize) {
    let raw = Raw::start(script).await;
    let mut settings = on(&raw);
    settings.limits.write = Duration::from_millis(400);
    let outcome = client(settings).upgrade(&an_upgrade()).await;
    (outcome, raw.requests().len())
}

/// One look-up against a script: what came, and how many requests arrived.
async fn look_up(script: Vec<Answer>) -> (Result<Vec<Kit>, ReadFault>, usize) {
    let raw = Raw::start(script).await;
    let kits = client(on(&raw)).kits_of(&entity()).await;
    (kits, raw.requests().len())
}

#[tokio::test]
async fn every_call_goes_to_its_path_with_its_body_and_headers() {
    let raw = Raw::start(vec![reply(400, REFUSED)]).await;
    let mut settings = on(&raw);
    settings.headers = vec![("x-api-key".into(), "gate".into())];
    settings.encrypted_pans = true;
    let v2 = client(settings);
    let v1 = client(on(&raw));
    let (kit, order) = (
        KitNo::parse("4561789").expect("good"),
        OrderId::parse("3fa8").expect("good"),
    );
    let mask = MaskedPan::parse("123456XXXXXX6789").expect("a mask");
    let cancel = CancelOrder {
        order: order.clone(),
        branch: BranchId::parse("12345").expect("good"),
    };

    v1.kits_of(&entity()).await.expect_err("refused");
    v2.kits_of(&entity()).await.expect_err("refused");
    v2.kits_on(&AccountNo::parse("8000000").expect("good"))
        .await
        .expect_err("refused");
    v2.holders_of(&mask).await.expect_err("refused");
    v2.customer(&entity()).await.expect_err("refused");
    v2.order(&order).await.expect_err("refused");
    v2.shipments_of(&kit).await.expect_err("refused");
    assert_eq!(v2.upgrade(&an_upgrade()).await.word(), "Refused");
    assert_eq!(v2.cancel_order(&cancel).await.word(), "Refused");

    let expected = [
        (
            "/v1/kit-manager/fetchKitsByEntityId",
            r#"{"entityId":"676165"}"#,
        ),
        (
            "/v1/kit-manager/v2/fetchKitsByEntityId",
            r#"{"entityId":"676165"}"#,
        ),
        (
            "/v1/kit-manager/fetchKitsByAccountNo?isAllCardsRequired=true",
            r#"{"accountNo":"8000000"}"#,
        ),
        (
            "/v1/fetchCifByMaskedCard",
            r#"{"maskedCardNo":"123456XXXXXX6789"}"#,
        ),
        ("/v1/viewCustomer", r#"{"entityId":"676165"}"#),
        ("/v1/card-order/fetchStatus", r#"{"cardOrderId":"3fa8"}"#),
        ("/v1/kit-manager/kitTracking", r#"{"kitNo":"4561789"}"#),
        (
            "/v1/kit-manager/upgradeCard",
            r#"{"entityId":"676165","kitNo":"4561789","kitInfo":[{"tierType":"SILVER"}]}"#,
        ),
        (
            "/v1/card-order/cancel",
            r#"{"orderId":"3fa8","branchId":"12345"}"#,
        ),
    ];
    let requests = raw.requests();
    assert_eq!(requests.len(), expected.len());
    for ((path, body), request) in expected.iter().zip(&requests) {
        assert!(
            request.starts_with(&format!("POST {path} HTTP/1.1\r\n")),
            "{path}: {request}"
        );
        assert!(
            request.ends_with(&format!("\r\n\r\n{body}")),
            "{path}: {request}"
        );
        assert!(
            request.contains("content-type: application/json\r\n"),
            "{request}"
        );
        assert!(request.contains("tenant: ACME_BANK\r\n"), "{request}");
    }
    assert!(
        requests[1..]
            .iter()
            .all(|request| request.contains("x-api-key: gate\r\n"))
    );
}

#[tokio::test]
async fn what_refuses_a_write_and_what_leaves_it_unknown() {
    for status in [400, 401, 403, 404, 422, 429] {
        for body in [REFUSED, "<html>no</html>"] {
            let (outcome, asked) = upgrade(vec![reply(status, body)]).await;
            assert_eq!((outcome.word(), asked), ("Refused", 1), "{status} {body}");
        }
    }
    let (outcome, asked) = upgrade(vec![reply(200, REFUSED)]).await;
    assert_eq!(
        (outcome.word(), asked),
        ("Refused", 1),
        "an exception on 200"
    );
    let (outcome, _) = upgrade(vec![reply(200, UPGRADED)]).await;
    assert_eq!(outcome.word(), "Done");

    let half =
        Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"result\":".to_vec());
    let other = UPGRADED.replace("676165", "672765");
    let unknown = [
        ("reset", Answer::Reset),
        ("silence", Answer::Silence),
        ("closed without a word", Answer::Bytes(Vec::new())),
        ("half a reply", half),
        ("no HTTP", Answer::Bytes(b"garbage\r\n\r\n".to_vec())),
        ("HTML on 200", reply(200, "<html>hello</html>")),
        (
            "invalid UTF-8",
            Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{\"\xff".to_vec()),
        ),
        ("another customer", reply(200, &other)),
        ("408", reply(408, REFUSED)),
        ("409", reply(409, REFUSED)),
        ("500", reply(500, UPGRADED)),
        ("502", reply(502, "bad gateway")),
        ("503", reply(503, REFUSED)),
    ];
    for (what, answer) in unknown {
        // A second connection would get the good reply: if one were made, the word would be Done.
        let (outcome, asked) = upgrade(vec![answer, reply(200, UPGRADED)]).await;
        assert_eq!((outcome.word(), asked), ("Unknown", 1), "{what}");
    }
}

#[tokio::test]
async fn what_provably_never_left() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let closed = free.local_addr().expect("it is bound");
    drop(free);
    let outcome = client(settings(&format!("http://{closed}/v1")))
        .upgrade(&an_upgrade())
        .await;
    assert!(
        matches!(outcome, Outcome::NotSent(NotSent::NoConnection { .. })),
        "{outcome:?}"
    );
    let said = format!("no connection to {closed}: nothing is listening there");
    assert!(matches!(outcome, Outcome::NotSent(why) if why.to_string() == said));

    let plain = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has free ports");
    let address = plain.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            stream
                .write_all(b"HTTP/1.1 400 This is no TLS\r\n\r\n")
                .await
                .ok();
        }
    });
    let secure = settings(&format!("https://{address}/v1"));
    // A machine without root certificates makes no such client at all, and says so.
    if let Ok(client) = Client::new(secure) {
        let outcome = client.upgrade(&an_upgrade()).await;
        assert!(
            matches!(outcome, Outcome::NotSent(NotSent::Tls { .. })),
            "{outcome:?}"
        );
    }

    let mut unknown = settings("http://no-such-host.invalid/v1");
    unknown.limits.connect = Duration::from_millis(1500);
    let outcome = client(unknown).upgrade(&an_upgrade()).await;
    let told = matches!(
        &outcome,
        Outcome::NotSent(NotSent::NameNotFound { .. } | NotSent::ConnectTimeOut { .. })
    );
    assert!(told, "{outcome:?}");
}

#[tokio::test]
async fn a_write_never_meets_a_used_connection() {
    // The server says that it keeps the line, and closes it after the reply.
    let raw = Raw::start(vec![reply(200, NO_KITS), reply(200, UPGRADED)]).await;
    let client = client(on(&raw));
    client.kits_of(&entity()).await.expect("kits");
    assert_eq!(client.upgrade(&an_upgrade()).await.word(), "Done");
    assert_eq!(raw.requests().len(), 2);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let target = Raw::start(vec![reply(200, UPGRADED)]).await;
    for status in [301, 302, 307, 308] {
        let head = format!(
            "HTTP/1.1 {status} X\r\nlocation: http://{}/v1/x\r\ncontent-length: 0\r\n\r\n",
            target.address
        );
        let (outcome, asked) = upgrade(vec![Answer::Bytes(head.into_bytes())]).await;
        assert_eq!((outcome.word(), asked), ("Unknown", 1), "{status}");
    }
    assert!(target.requests().is_empty());
}

#[tokio::test]
async fn replies_of_more_than_8_mib_are_refused() {
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 8388609\r\n\r\n{".to_vec();
    let (outcome, _) = upgrade(vec![Answer::Bytes(announced)]).await;
    assert_eq!(outcome, Outcome::Unknown(Doubt::TooLong));

    let mut chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n900000\r\n".to_vec();
    chunked.resize(chunked.len() + 0x90_0000, b' ');
    let (kits, asked) = look_up(vec![Answer::Bytes(chunked)]).await;
    assert_eq!((kits, asked), (Err(ReadFault::Lost(Doubt::TooLong)), 1));
}

#[tokio::test]
async fn look_ups_are_tried_three_times_at_most_and_only_where_that_can_help() {
    for passing in [
        Answer::Reset,
        reply(503, REFUSED),
        reply(500, ""),
        Answer::Bytes(Vec::new()),
    ] {
        let (kits, asked) =
            look_up(vec![passing.clone(), passing.clone(), reply(200, NO_KITS)]).await;
        assert_eq!((kits, asked), (Ok(Vec::new()), 3));
        let (kits, asked) = look_up(vec![passing]).await;
        assert!(kits.is_err());
        assert_eq!(asked, 3);
    }
    for lasting in [
        reply(400, REFUSED),
        reply(429, REFUSED),
        reply(200, REFUSED),
        reply(200, "<html>"),
    ] {
        let (kits, asked) = look_up(vec![lasting, reply(200, NO_KITS)]).await;
        assert!(kits.is_err());
        assert_eq!(asked, 1);
    }
}

#[tokio::test]
async fn a_look_up_ends_within_the_wait_that_is_shown() {
    let raw = Raw::start(vec![Answer::Silence]).await;
    let mut short = on(&raw);
    short.limits.read = Duration::from_millis(300);
    let started = Instant::now();
    let kits = client(short).kits_of(&entity()).await;
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(
        kits,
        Err(ReadFault::Lost(Doubt::TimedOut(Duration::from_millis(300))))
    );
}

#[tokio::test]
async fn a_reply_about_another_customer_is_no_reading() {
    let other = r#"{"result":[{"kitNo":"1","entityId":"999"}]}"#;
    let (kits, _) = look_up(vec![reply(200, other)]).await;
    assert!(matches!(
        kits,
        Err(ReadFault::Lost(Doubt::OtherCustomer { .. }))
    ));
}

/// A profile that signs in.
fn signing_in(raw: &Raw) -> Settings {
    Settings {
        sign_in: Some(SignIn {
            username: "api_user".into(),
            password: "p4ss".into(),
        }),
        ..on(raw)
    }
}

fn token(text: &str) -> Answer {
    reply(200, &format!(r#"{{"id_token":"{text}"}}"#))
}

#[tokio::test]
async fn a_token_is_fetched_at_the_root_and_used_again() {
    let raw = Raw::start(vec![
        token("eyJ1"),
        reply(200, NO_KITS),
        reply(200, UPGRADED),
    ])
    .await;
    let client = client(signing_in(&raw));
    client.kits_of(&entity()).await.expect("kits");
    assert_eq!(client.upgrade(&an_upgrade()).await.word(), "Done");
    let requests = raw.requests();
    assert!(
        requests[0].starts_with("POST /api/authenticate HTTP/1.1\r\n"),
        "{}",
        requests[0]
    );
    assert!(
        requests[0].ends_with(r#"{"password":"p4ss","username":"api_user"}"#),
        "{}",
        requests[0]
    );
    assert!(
        requests[1..]
            .iter()
            .all(|request| request.contains("authorization: Bearer eyJ1\r\n"))
    );
    assert_eq!(requests.len(), 3);
}

#[tokio::test]
async fn a_401_is_answered_by_one_new_token_and_one_repetition() {
    let script = vec![
        token("old"),
        reply(401, ""),
        token("new"),
        reply(200, UPGRADED),
    ];
    let raw = Raw::start(script).await;
    assert_eq!(
        client(signing_in(&raw)).upgrade(&an_upgrade()).await.word(),
        "Done"
    );
    assert!(raw.requests()[3].contains("authorization: Bearer new\r\n"));

    let script = vec![token("old"), reply(401, ""), token("new"), reply(401, "")];
    let raw = Raw::start(script).await;
    assert_eq!(
        client(signing_in(&raw)).upgrade(&an_upgrade()).await.word(),
        "Refused"
    );
    assert_eq!(raw.requests().len(), 4, "no third try");
}

#[tokio::test]
async fn without_a_token_a_write_is_not_sent() {
    for answer in [
        reply(401, ""),
        reply(200, "{}"),
        reply(500, ""),
        Answer::Reset,
    ] {
        let raw = Raw::start(vec![answer]).await;
        let outcome = client(signing_in(&raw)).upgrade(&an_upgrade()).await;
        assert!(
            matches!(outcome, Outcome::NotSent(NotSent::SignIn(_))),
            "{outcome:?}"
        );
        assert!(
            raw.requests()
                .iter()
                .all(|request| request.starts_with("POST /api/authenticate"))
        );
    }
}

#[tokio::test]
async fn readings_of_accounts_customers_and_orders() {
    let account = r#"{"result":{"accountNo":8000000,"entity":[{"entityId":1,"isPrimary":"true","kitInfo":[{"kitNo":7}]},{"entityId":"2","isPrimary":false,"kitInfo":null}]}}"#;
    let customer = r#"{"result":{"entityId":"676165","title":"Ms","firstName":"Meena","middleName":null,"lastName":"Iyer","accountInfo":[{"accountNo":8000000}]}}"#;
    let order = r#"{"result":{"cardOrderName":"x","status":"received","productDetails":[{"binNumber":87654322,"noOfCard":5}]}}"#;
    let mask = r#"{"result":{"entityId":["210000000012",17]}}"#;
    let parcels = r#"{"result":{"shipmentData":{"shipment":[{"waybillNo":12,"scans":{"scanDetail":[{"scan":"In"}]}}]}}}"#;
    let script = [account, customer, order, mask, parcels]
        .map(|body| reply(200, body))
        .to_vec();
    let raw = Raw::start(script).await;
    let client = client(on(&raw));

    let holders = client
        .kits_on(&AccountNo::parse("8000000").expect("good"))
        .await
        .expect("holders");
    assert_eq!(holders.len(), 2);
    assert!(holders[0].is_primary && !holders[1].is_primary);
    assert_eq!(holders[0].kits[0].kit_no.as_str(), "7");
    let known = client.customer(&entity()).await.expect("a customer");
    assert_eq!(
        known.name.as_ref().map(Text::as_sent),
        Some("Ms Meena Iyer")
    );
    let order = client
        .order(&OrderId::parse("3fa8").expect("good"))
        .await
        .expect("an order");
    assert!(order.status.can_be_cancelled());
    assert_eq!(
        order.products[0].no_of_card.as_ref().map(Text::as_sent),
        Some("5")
    );
    let masked = MaskedPan::parse("123456XXXXXX6789").expect("a mask");
    assert_eq!(client.holders_of(&masked).await.expect("holders").len(), 2);
    let kit = KitNo::parse("7").expect("good");
    let parcels = client.shipments_of(&kit).await.expect("parcels");
    assert_eq!(parcels[0].scans.scan_detail.len(), 1);
}
