//! A look-up is asked at most three times, where that can help, and within what the user waits.

use futures_util::future::join_all;

use super::*;

const EXCEPTION: &str =
    r#"{"result":null,"exception":{"errorCode":"entity.not.found"},"pagination":null}"#;

/// What can pass: lost lines, a cut-off, 5xx.
fn passing() -> Vec<(Act, Doubt)> {
    vec![
        (Act::Reset, Doubt::LineLost),
        (Act::SayAndClose(Vec::new()), Doubt::LineLost),
        (Act::SayAndClose(cut_off(good("[]"), 3)), Doubt::CutOff),
        (Act::Say(reply(500, EXCEPTION)), Doubt::Status(500)),
        (Act::Say(reply(503, "")), Doubt::Status(503)),
    ]
}

#[tokio::test]
async fn what_can_pass_is_asked_again_up_to_twice() {
    // All at once: the pauses between the tries add up otherwise.
    let recovers = passing().into_iter().map(|(act, _)| async move {
        let script = vec![act.clone(), act.clone(), Act::Say(good("[]"))];
        let (raw, client) = scripted(script).await;
        let kits = read_kits(&client).await;
        assert_eq!(kits, Ok(Vec::new()), "{act:?}");
        let asked = raw.asked();
        assert_eq!(asked.len(), 3, "{act:?}");
        assert!(asked.iter().all(|again| again.body == asked[0].body));
        assert!(asked.iter().all(|again| again.line == asked[0].line));
    });
    let stays = passing().into_iter().map(|(act, doubt)| async move {
        let (raw, client) = scripted(vec![act.clone()]).await;
        let fault = read_kits(&client).await.expect_err("no kits");
        assert_eq!(fault, ReadError::Lost(doubt), "{act:?}");
        assert_eq!(raw.asked().len(), 3, "{act:?}");
    });
    tokio::join!(join_all(recovers), join_all(stays));
}

#[tokio::test]
async fn what_cannot_pass_is_asked_once() {
    for status in [400, 401, 403, 404, 422, 429] {
        let (raw, client) = scripted(vec![Act::Say(reply(status, EXCEPTION))]).await;
        let fault = read_kits(&client).await.expect_err("refused");
        let ReadError::Refused(refusal) = fault else {
            panic!("{status}: {fault}");
        };
        assert!(refusal.means_not_found());
        assert_eq!(raw.asked().len(), 1, "{status}");
    }
    for status in [201, 302, 408, 409] {
        let (raw, client) = scripted(vec![Act::Say(reply(status, EXCEPTION))]).await;
        let fault = read_kits(&client).await.expect_err("no kits");
        assert_eq!(fault, ReadError::Lost(Doubt::Status(status)));
        assert_eq!(raw.asked().len(), 1, "{status}");
    }
    for body in ["<html>It works!</html>", "[]", r#"{"result":{"kits":1}}"#] {
        let (raw, client) = scripted(vec![Act::Say(reply(200, body))]).await;
        let fault = read_kits(&client).await.expect_err("no kits");
        assert!(
            matches!(fault, ReadError::Lost(Doubt::Unreadable(_))),
            "{body}: {fault}"
        );
        assert_eq!(raw.asked().len(), 1, "{body}");
    }
    let (raw, client) = scripted(vec![Act::Say(reply(200, EXCEPTION))]).await;
    let fault = read_kits(&client).await.expect_err("refused");
    assert!(matches!(fault, ReadError::Refused(_)), "{fault}");
    assert_eq!(raw.asked().len(), 1);
}

#[tokio::test]
async fn what_is_not_http_is_asked_once() {
    for said in NOT_HTTP {
        let (raw, client) = scripted(vec![Act::SayAndClose(said.to_vec())]).await;
        let fault = read_kits(&client).await.expect_err("no kits");
        let at = raw.address().to_string();
        let told = String::from_utf8_lossy(said);
        assert_eq!(fault, ReadError::Lost(Doubt::NotHttp { at }), "{told}");
        assert_eq!(raw.connections(), 1, "{told}");
    }
}

#[tokio::test]
async fn what_greets_before_it_is_asked_is_not_http() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let at = listener.local_addr().expect("an address").to_string();
    let client = client(&format!("http://{at}/v1"));
    let greeting = tokio::spawn(async move {
        for connections in 1.. {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let greeting = b"SSH-2.0-OpenSSH_9.6\r\n";
            tokio::io::AsyncWriteExt::write_all(&mut stream, greeting)
                .await
                .ok();
            assert_eq!(connections, 1);
            // Longer than the answer is waited for.
            tokio::time::sleep(LONG).await;
        }
    });
    let fault = read_kits(&client).await.expect_err("no kits");
    assert_eq!(fault, ReadError::Lost(Doubt::NotHttp { at }));
    greeting.abort();
}

#[tokio::test]
async fn a_look_up_without_a_connection_is_not_reached_whatever_the_limits() {
    // Takes connections and says nothing: no handshake comes to its end.
    let raw = Raw::start(vec![Act::Blurt(b"")]).await;
    let third = SHORT / 3;
    for (connect, read, told) in [
        (SHORT, SHORT, SHORT.mul_f32(0.9)),
        (LONG, SHORT, SHORT.mul_f32(0.9)),
        // Time is up in the middle of the second try.
        (third * 2, SHORT, third * 2),
    ] {
        let client = client_of(Settings {
            limits: Limits {
                connect,
                read,
                write: LONG,
            },
            ..settings(&format!("https://{}/v1", raw.address()))
        });
        let started = Instant::now();
        let fault = read_kits(&client).await.expect_err("no kits");
        assert!(started.elapsed() < SHORT * 5);
        let ReadError::NotReached(NotSent::ConnectTimeOut { limit, .. }) = fault else {
            panic!("{fault}");
        };
        assert_eq!(limit, told);
    }
}

#[tokio::test]
async fn a_byte_order_mark_hides_nothing() {
    let marked = |status, body: &str| Act::Say(reply(status, &format!("\u{feff}{body}")));
    let kits = r#"{"result":[{"kitNo":"1"}],"exception":null}"#;
    let (_raw, client) = scripted(vec![marked(200, kits)]).await;
    assert_eq!(read_kits(&client).await.map(|kits| kits.len()), Ok(1));
    for status in [200, 404] {
        let (_raw, client) = scripted(vec![marked(status, EXCEPTION)]).await;
        let fault = read_kits(&client).await.expect_err("refused");
        let ReadError::Refused(refusal) = fault else {
            panic!("{status}: {fault}");
        };
        assert!(refusal.is("entity.not.found"), "{status}: {refusal}");
    }
}

#[tokio::test]
async fn nobody_listening_is_not_reached() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let address = listener.expect("a free port").local_addr();
    let client = client(&format!("http://{}/v1", address.expect("an address")));
    let fault = read_kits(&client).await.expect_err("no kits");
    assert!(
        matches!(fault, ReadError::NotReached(NotSent::NoConnection { .. })),
        "{fault}"
    );
}

#[tokio::test]
async fn kits_of_another_customer_are_not_shown() {
    let sandbox = sandbox(&[
        "fetchKitsByEntityId=wrong-entity",
        "viewCustomer=wrong-entity",
    ])
    .await;
    let client = client(&sandbox.base_url());
    let other = ReadError::Lost(Doubt::OtherCustomer {
        asked: entity("676165"),
        answered: "672765".into(),
    });
    assert_eq!(read_kits(&client).await, Err(other.clone()));
    assert_eq!(client.customer(&entity("676165")).await, Err(other));
    assert_eq!(sandbox.received("fetchKitsByEntityId"), 1);
    assert_eq!(sandbox.received("viewCustomer"), 1);
}

#[tokio::test]
async fn a_parcel_that_nobody_has_scanned_is_a_parcel_all_the_same() {
    let parcel =
        |rest: &str| format!(r#"{{"shipmentData":{{"shipment":[{{"waybillNo":7{rest}}}]}}}}"#);
    for (result, parcels) in [
        (parcel(""), 1),
        (parcel(r#","scans":null"#), 1),
        (parcel(r#","scans":{"scanDetail":null}"#), 1),
        (r#"{"shipmentData":{"shipment":null}}"#.to_owned(), 0),
        (r#"{"shipmentData":null}"#.to_owned(), 0),
        ("{}".to_owned(), 0),
    ] {
        let (_raw, client) = scripted(vec![Act::Say(good(&result))]).await;
        let read = client.shipments_of(&kit_no("4561789")).await;
        let read = read.unwrap_or_else(|fault| panic!("{result}: {fault}"));
        assert_eq!(read.len(), parcels, "{result}");
        assert!(
            read.iter()
                .all(|parcel| parcel.scans.scan_detail.is_empty())
        );
    }
}

#[tokio::test]
async fn an_odd_element_hides_no_other() {
    let kit = |number: &str| format!(r#"{{"kitNo":"{number}","entityId":"676165"}}"#);
    let (one, odd) = (kit("1"), kit(&"9".repeat(70)));
    let (_raw, client) = scripted(vec![Act::Say(good(&format!("[{odd},{one}]")))]).await;
    let kits = client.kits_of(&entity("676165")).await.expect("kits");
    assert_eq!((kits.len(), kits.unread), (1, 1));

    let (_raw, client) = scripted(vec![Act::Say(good(
        r#"{"status":"RECEIVED","productDetails":[null,{"productId":"P1"},7]}"#,
    ))])
    .await;
    let order = client
        .order(&sample_cancel().order)
        .await
        .expect("an order");
    assert_eq!((order.products.len(), order.products.unread), (1, 2));

    let ids = r#"{"entityId":["1",null,"2",{},"1",""]}"#;
    let (_raw, client) = scripted(vec![Act::Say(good(ids))]).await;
    let holders = client.holders_of(&mask()).await.expect("customers");
    let expected = (vec![entity("1"), entity("2")], 3);
    assert_eq!((holders.items, holders.unread), expected);

    // The customer is known by name though an account is odd.
    let customer =
        r#"{"entityId":"676165","firstName":"Meena","accountInfo":[null,{"accountNo":1}]}"#;
    let (_raw, client) = scripted(vec![Act::Say(good(customer))]).await;
    let customer = client.customer(&entity("676165")).await.expect("known");
    assert_eq!(customer.accounts.len(), 1);

    let new = format!(r#"{{"entityId":"676165","kitInfo":[null,{odd},{one}]}}"#);
    let (_raw, client) = scripted(vec![Act::Say(good(&new))]).await;
    let outcome = sample_upgrade().send(&client).await;
    assert!(
        matches!(&outcome, Outcome::Done(Made::Kits(kits)) if kits.len() == 1),
        "{outcome:?}"
    );
}

fn mask() -> MaskedPan {
    MaskedPan::parse("608040XXXXXX6384").expect("a mask")
}

async fn on_account(entity: &str) -> Result<(Vec<(String, usize, usize)>, usize), ReadError> {
    let result = format!(r#"{{"accountNo":"8000000","entity":{entity}}}"#);
    let (_raw, client) = scripted(vec![Act::Say(good(&result))]).await;
    let account = AccountNo::parse("8000000").expect("an account");
    let holders = client.kits_on(&account).await?;
    let told = holders.iter().map(|holder| {
        let kits = &holder.kits;
        (holder.entity.to_string(), kits.len(), kits.unread)
    });
    Ok((told.collect(), holders.unread))
}

#[tokio::test]
async fn the_holders_of_an_account_in_every_shape() {
    let one = r#"{"entityId":"1","kitInfo":[{"kitNo":"11"},null]}"#;
    let told = |id: &str, kits, unread| (id.to_owned(), kits, unread);
    for (sent, expected) in [
        ("null".to_owned(), (vec![], 0)),
        ("[]".to_owned(), (vec![], 0)),
        (one.to_owned(), (vec![told("1", 1, 1)], 0)),
        (
            r#"{"entityId":1,"kitInfo":null}"#.into(),
            (vec![told("1", 0, 0)], 0),
        ),
        (
            r#"{"entityId":1,"kitInfo":{"kitNo":"11"}}"#.into(),
            (vec![told("1", 1, 0)], 0),
        ),
        (
            r#"{"entityId":1,"kitInfo":"?"}"#.into(),
            (vec![told("1", 0, 1)], 0),
        ),
        (
            format!(r#"[{one},null,{{"kitInfo":[]}},{{"entityId":"2"}}]"#),
            (vec![told("1", 1, 1), told("2", 0, 0)], 2),
        ),
        // Named twice: one customer, with the kits of both.
        (
            format!(
                r#"[{one},{{"entityId":"2"}},{{"entityId":"1","kitInfo":[{{"kitNo":"12"}},{{"kitNo":"11"}}]}}]"#
            ),
            (vec![told("1", 2, 1), told("2", 0, 0)], 0),
        ),
    ] {
        assert_eq!(on_account(&sent).await.as_ref(), Ok(&expected), "{sent}");
    }
}

#[tokio::test]
async fn an_answer_about_another_account_or_customer_is_not_shown() {
    let asked = AccountNo::parse("08000000").expect("an account");
    let read = async |result: &str| {
        let (_raw, client) = scripted(vec![Act::Say(good(result))]).await;
        let holders = client.kits_on(&asked).await?;
        Ok::<_, ReadError>(holders.len())
    };
    let holders = r#""entity":[{"entityId":"1","kitInfo":[{"kitNo":"11","entityId":"1"}]}]"#;
    for same in ["", r#""accountNo":"08000000","#, r#""accountNo":8000000,"#] {
        assert_eq!(read(&format!("{{{same}{holders}}}")).await, Ok(1), "{same}");
    }
    let other = Doubt::OtherAccount {
        asked: asked.clone(),
        answered: "8000001".into(),
    };
    let reply = format!(r#"{{"accountNo":"8000001",{holders}}}"#);
    assert_eq!(read(&reply).await, Err(ReadError::Lost(other)));
    let reply = r#"{"entity":[{"entityId":"1","kitInfo":[{"kitNo":"11","entityId":"2"}]}]}"#;
    let other = Doubt::OtherCustomer {
        asked: entity("1"),
        answered: "2".into(),
    };
    assert_eq!(read(reply).await, Err(ReadError::Lost(other)));
}

#[tokio::test]
async fn an_account_number_that_no_float_can_hold_keeps_its_digits() {
    let kits = r#"[{"kitNo":4561789,"entityId":676165,"accountNo":900719925474100003}]"#;
    let (_raw, client) = scripted(vec![Act::Say(good(kits))]).await;
    let kits = read_kits(&client).await.expect("one kit");
    let account = kits[0].account_no.as_ref().expect("an account");
    assert_eq!(account.as_sent(), "900719925474100003");
}
