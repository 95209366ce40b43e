//! A write is sent once, and its outcome is one of four (contract, 4), whatever the line does.

use super::*;

const EXCEPTION: &str =
    r#"{"result":null,"exception":{"errorCode":"ORD003","fieldError":["no"]},"pagination":null}"#;

/// One write of each kind against a script: its outcome, and that it was asked for once.
async fn once(act: &Act) -> Outcome<()> {
    let mut same = None;
    for write in Write::ALL {
        let raw = Raw::start(vec![act.clone()]).await;
        let client = client_of(Settings {
            limits: Limits {
                write: if matches!(act, Act::SayAndHang(_)) {
                    SHORT
                } else {
                    LONG
                },
                ..patient()
            },
            ..settings(&raw.base_url())
        });
        let outcome = write.send(&client).await;
        let whole = usize::from(!matches!(act, Act::ResetHalfway));
        assert_eq!(raw.lines(), vec![write.line(); whole], "{act:?}");
        assert_eq!(raw.connections(), 1, "{write:?} {act:?}");
        let before = same.get_or_insert_with(|| outcome.clone());
        assert_eq!(*before, outcome, "{write:?} {act:?}");
    }
    same.expect("three writes")
}

#[tokio::test]
async fn a_write_is_sent_once_however_it_ends() {
    let done = good("true");
    let timed_out = Doubt::TimedOut(SHORT);
    for (act, doubt) in [
        (Act::ResetHalfway, Doubt::LineLost),
        (Act::Reset, Doubt::LineLost),
        (Act::SayAndClose(Vec::new()), Doubt::LineLost),
        (Act::SayAndClose(b"HTTP/1.1 2".to_vec()), Doubt::LineLost),
        (Act::SayAndClose(cut_off(done.clone(), 1)), Doubt::CutOff),
        (Act::SayAndHang(Vec::new()), timed_out.clone()),
        (Act::SayAndHang(b"HTTP/1.1 200".to_vec()), timed_out.clone()),
        (Act::SayAndHang(cut_off(done, 1)), timed_out),
    ] {
        assert_eq!(once(&act).await, Outcome::Unknown(doubt), "{act:?}");
    }
    for body in ["<html>It works!</html>", "", "[]", "{\"result\":"] {
        let outcome = once(&Act::Say(reply(200, body))).await;
        assert!(
            matches!(outcome, Outcome::Unknown(Doubt::Unreadable(_))),
            "{body}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn what_is_not_http_is_unknown_and_said_so() {
    for said in NOT_HTTP {
        let (raw, client) = scripted(vec![Act::SayAndClose(said.to_vec())]).await;
        let doubt = Doubt::NotHttp {
            at: raw.address().to_string(),
        };
        let told = String::from_utf8_lossy(said);
        for (nth, write) in Write::ALL.into_iter().enumerate() {
            let outcome = write.send(&client).await;
            assert_eq!(outcome, Outcome::Unknown(doubt.clone()), "{told}");
            assert_eq!(raw.connections(), nth + 1, "{told}");
        }
    }
}

#[tokio::test]
async fn a_status_stands_whatever_becomes_of_its_body() {
    for (status, whole) in [
        (400, EXCEPTION),
        (404, EXCEPTION),
        (422, EXCEPTION),
        (429, EXCEPTION),
    ] {
        let whole = reply(status, whole);
        let long = format!("HTTP/1.1 {status} Long\r\ncontent-length: 99999999999\r\n\r\n");
        let fragment = cut_off(whole.clone(), 25);
        for (act, code) in [
            (Act::SayAndClose(fragment.clone()), Some("ORD003")),
            (Act::SayAndHang(fragment), Some("ORD003")),
            (Act::SayAndHang(cut_off(whole, EXCEPTION.len())), None),
            (Act::SayAndClose(long.into_bytes()), None),
            (Act::Say(reply(status, &" ".repeat(1 << 20))), None),
        ] {
            let Outcome::Refused(refusal) = once(&act).await else {
                panic!("{status}");
            };
            assert_eq!(refusal.http, status);
            assert_eq!(refusal.code.is_some(), code.is_some());
            assert!(code.is_none_or(|code| refusal.is(code)), "{refusal}");
        }
    }
    // What the body would say of any other changes nothing.
    let broken = Act::SayAndClose(cut_off(reply(503, EXCEPTION), 9));
    assert_eq!(once(&broken).await, Outcome::Unknown(Doubt::Status(503)));
}

#[tokio::test]
async fn a_reply_in_an_encoding_is_unknown_and_names_it() {
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00";
    let said = |encoding: &str, body: &[u8]| {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {length}\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    };
    let outcome = once(&Act::Say(said("gzip", gzip))).await;
    assert_eq!(outcome, Outcome::Unknown(Doubt::Encoded("gzip".into())));
    // A gateway that names one and sends plain text is understood, and so is a name for none.
    for encoding in ["br", "Identity"] {
        let done = said(encoding, br#"{"result":true,"exception":null}"#);
        let raw = Raw::start(vec![Act::Say(done)]).await;
        let outcome = Write::SetPin.send(&client(&raw.base_url())).await;
        assert_eq!(outcome, Outcome::Done(()), "{encoding}");
    }
}

#[tokio::test]
async fn statuses_that_say_nothing_are_unknown_after_one_request() {
    for status in [201, 302, 405, 408, 409, 410, 500, 502, 503, 504] {
        for body in [EXCEPTION, "", "<html>"] {
            let act = Act::Say(reply(status, body));
            let doubt = Doubt::Status(status);
            assert_eq!(once(&act).await, Outcome::Unknown(doubt), "{body}");
        }
    }
}

#[tokio::test]
async fn statuses_that_refuse_do_so_with_and_without_an_envelope() {
    for status in [400, 401, 403, 404, 422, 429] {
        let Outcome::Refused(refusal) = once(&Act::Say(reply(status, EXCEPTION))).await else {
            panic!("{status}");
        };
        assert_eq!(refusal.http, status);
        assert!(refusal.is("ORD003"));
        for body in ["", "<html>"] {
            let Outcome::Refused(refusal) = once(&Act::Say(reply(status, body))).await else {
                panic!("{status} {body}");
            };
            assert_eq!((refusal.http, refusal.code), (status, None));
        }
    }
}

#[tokio::test]
async fn an_exception_on_200_is_a_refusal() {
    let Outcome::Refused(refusal) = once(&Act::Say(reply(200, EXCEPTION))).await else {
        panic!("not refused");
    };
    assert!(refusal.is("ORD003"));
    assert_eq!(refusal.http, 200);
}

#[tokio::test]
async fn a_second_write_never_goes_by_a_connection_that_was_kept() {
    for write in Write::ALL {
        let said = good(write.result());
        // Closed right after the reply, or left open: a request that finds a kept line dead would
        // be one that the layers below send again.
        for act in [Act::SayAndClose(said.clone()), Act::Say(said)] {
            let (raw, client) = scripted(vec![act.clone()]).await;
            for _ in 0..2 {
                assert_eq!(write.send(&client).await, Outcome::Done(()), "{act:?}");
            }
            let connections: Vec<_> = raw.asked().iter().map(|asked| asked.connection).collect();
            assert_eq!(connections, [1, 2], "{act:?}");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Raw::start(vec![Act::Say(good("true"))]).await;
        let redirect = format!(
            "HTTP/1.1 {status} Elsewhere\r\nlocation: {}/kit-manager/upgradeCard\r\n\
             content-length: 0\r\n\r\n",
            elsewhere.base_url()
        );
        let (raw, client) = scripted(vec![Act::Say(redirect.into_bytes())]).await;
        for write in Write::ALL {
            let outcome = write.send(&client).await;
            assert_eq!(outcome, Outcome::Unknown(Doubt::Status(status)));
        }
        let fault = read_kits(&client).await.expect_err("no kits");
        assert_eq!(fault, ReadError::Lost(Doubt::Status(status)));
        assert_eq!(raw.asked().len(), 4, "{status}");
        assert_eq!(elsewhere.connections(), 0, "{status}");
    }
}

#[tokio::test]
async fn the_simulators_faults_leave_one_request_and_what_was_done() {
    let unreadable = Doubt::Unreadable("it is not the JSON of a DCMS");
    for (kind, worked, doubt) in [
        ("500", 0, Doubt::Status(500)),
        ("503", 0, Doubt::Status(503)),
        ("reset-before", 0, Doubt::LineLost),
        ("reset-after", 1, Doubt::LineLost),
        ("truncate", 1, Doubt::CutOff),
        ("garbage", 1, unreadable),
        ("huge", 1, Doubt::TooLong),
        ("slow-drip", 1, Doubt::TimedOut(SHORT)),
        ("delay:2", 0, Doubt::TimedOut(SHORT)),
    ] {
        for write in [Write::Upgrade, Write::Cancel] {
            let sandbox = sandbox(&[&format!("{}={kind}", write.name())]).await;
            let hangs = matches!(doubt, Doubt::TimedOut(_));
            let client = client_of(Settings {
                limits: Limits {
                    write: if hangs { SHORT } else { LONG },
                    ..patient()
                },
                ..settings(&sandbox.base_url())
            });
            let outcome = write.send(&client).await;
            assert_eq!(outcome, Outcome::Unknown(doubt.clone()), "{write:?} {kind}");
            assert_eq!(sandbox.received(write.name()), 1, "{write:?} {kind}");
            assert_eq!(sandbox.worked(write.name()), worked, "{write:?} {kind}");
        }
    }
}

#[tokio::test]
async fn a_reply_about_another_customer_is_unknown_though_it_was_done() {
    let sandbox = sandbox(&["upgradeCard=wrong-entity"]).await;
    let outcome = Write::Upgrade.send(&client(&sandbox.base_url())).await;
    assert_eq!(
        outcome,
        Outcome::Unknown(Doubt::OtherCustomer {
            asked: entity("676165"),
            answered: "672765".into(),
        })
    );
    assert_eq!(sandbox.received("upgradeCard"), 1);
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn nobody_listening_is_not_sent() {
    // A port that was free a moment ago, and that nobody listens at.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let address = listener.expect("a free port").local_addr();
    let address = address.expect("an address");
    let client = client(&format!("http://{address}/v1"));
    for write in Write::ALL {
        let outcome = write.send(&client).await;
        assert_eq!(
            outcome,
            Outcome::NotSent(NotSent::NoConnection {
                host: address.to_string(),
                reason: "connection refused".into(),
            })
        );
    }
}

#[tokio::test]
async fn an_unknown_name_is_not_sent() {
    // RFC 6761 keeps `.invalid` from ever being a name. Some resolvers are slow to say so.
    let client = client_of(Settings {
        limits: Limits {
            connect: SHORT,
            ..patient()
        },
        ..settings("http://dcms.invalid:8650/v1")
    });
    match Write::Upgrade.send(&client).await {
        Outcome::NotSent(NotSent::NameNotFound { host }) => assert_eq!(host, "dcms.invalid"),
        Outcome::NotSent(NotSent::ConnectTimeOut { host, limit }) => {
            assert_eq!((host.as_str(), limit), ("dcms.invalid:8650", SHORT));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_handshake_that_fails_is_not_sent() {
    let raw = Raw::start(vec![Act::Blurt(b"220 mail.example.com ESMTP\r\n")]).await;
    let client = client(&format!("https://{}/v1", raw.address()));
    let outcome = Write::Upgrade.send(&client).await;
    let Outcome::NotSent(NotSent::Tls { host, reason }) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(host, raw.address().to_string());
    assert_eq!(reason, TlsReason::NoTls);
    assert_eq!((raw.connections(), raw.asked().len()), (1, 0));
}

#[tokio::test]
async fn a_handshake_that_hangs_is_not_sent_within_the_connection_limit() {
    let raw = Raw::start(vec![Act::Blurt(b"")]).await;
    // A write's limit below the connection's must not make a doubt of it.
    for (connect, write, told) in [(SHORT, LONG, SHORT), (LONG, SHORT, SHORT.mul_f32(0.9))] {
        let client = client_of(Settings {
            limits: Limits {
                connect,
                write,
                read: LONG,
            },
            ..settings(&format!("https://{}/v1", raw.address()))
        });
        let outcome = Write::Upgrade.send(&client).await;
        let Outcome::NotSent(NotSent::ConnectTimeOut { limit, .. }) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(limit, told);
    }
    assert!(raw.asked().is_empty());
}
