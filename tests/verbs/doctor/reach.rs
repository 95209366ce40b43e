//! The way to the DCMS: a wrong address, tenant, path, sign-in, clock and card key are told apart.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use super::{check, doctor, finds, keys_of};
use crate::console::{sandbox, write_file};
use crate::fixtures::{Desk, Ended, closed_port, config_for};

#[test]
fn nobody_listens() {
    let desk = Desk::configured(&config_for(closed_port(), ""));
    let ended = doctor(&desk).code(3);
    let ended = finds(ended, "dcms", "fail", "connection refused");
    let ended = finds(ended, "clock", "skipped", "did not send its time");
    finds(ended, "pin_key", "warn", "pin_entry = \"off\"");
    let plain = desk.run(&["doctor"]).code(3);
    plain.says("checks failed: dcms").keeps(&["OK"]);
}

#[test]
fn a_name_that_nobody_has() {
    // RFC 6761 keeps `.invalid` from ever being a name. Some resolvers are slow to say so.
    let sandbox = sandbox();
    let config = sandbox.config_file();
    let there = format!("http://{}", sandbox.address());
    let ended = doctor(&Desk::configured(
        &config.replace(&there, "https://dcms.invalid"),
    ))
    .code(3);
    // As slow as that, all that is known is that no connection came about.
    let ended = finds(ended, "dcms", "fail", "dcms.invalid");
    let ended = finds(ended, "dcms", "fail", "of base_url");
    let (_, words) = check(&ended, "dcms");
    let is_told = [
        "the name dcms.invalid was not found -> check the host",
        "dcms.invalid:443 did not take the connection within 5s -> check host and port",
    ];
    assert!(is_told.iter().any(|told| words.contains(told)), "{words}");
}

#[test]
fn a_port_that_speaks_no_tls() {
    let sandbox = sandbox();
    let config = sandbox.config_file().replace("http://", "https://");
    let ended = doctor(&Desk::configured(&config)).code(3);
    let ended = finds(ended, "dcms", "fail", "does not speak TLS");
    finds(ended, "credentials", "ok", "certificates are checked");
}

#[test]
fn a_wrong_tenant_and_a_wrong_path() {
    let sandbox = sandbox();
    let config = sandbox.config_file().replace("\"SANDBOX\"", "\"OTHER\"");
    let ended = doctor(&Desk::configured(&config)).code(2);
    finds(ended, "dcms", "fail", "does not take the tenant OTHER");

    let config = sandbox.config_file().replace("/v1\"", "/v7\"");
    let ended = doctor(&Desk::configured(&config)).code(2);
    finds(ended, "dcms", "fail", "check the path of base_url");
}

#[test]
fn a_dcms_in_trouble() {
    for (fault, code, state, said) in [
        ("fetchStatus=503", 3, "fail", "has an error of its own"),
        (
            "fetchStatus=reset-before",
            3,
            "fail",
            "the connection was lost",
        ),
        ("fetchStatus=429", 0, "warn", "limits its requests"),
        (
            "fetchStatus=garbage",
            2,
            "fail",
            "the server there is not a DCMS",
        ),
    ] {
        let sandbox = sandbox();
        sandbox.add_fault(fault.parse().expect("a fault"));
        let ended = doctor(&Desk::on(&sandbox)).code(code);
        finds(ended, "dcms", state, said);
        assert_eq!(sandbox.received("fetchStatus"), 1, "asked once: {fault}");
    }
}

#[test]
fn a_sign_in() {
    let sandbox = sandbox();
    let desk = |password: &str| {
        let config = sandbox.config_file()
            + "[profiles.sandbox.sign_in]\nusername = \"sandbox\"\npassword = { file = \"word\" }\n";
        let desk = Desk::configured(&config);
        write_file(&desk.path("kitdesk").join("word"), password);
        desk
    };
    let ended = doctor(&desk("sandbox")).code(0);
    let ended = finds(ended, "credentials", "ok", "signs in as sandbox (file ");
    finds(ended, "dcms", "ok", "ORD001");
    let ended = doctor(&desk("w8-Zq-pass")).code(2);
    let ended = finds(ended, "dcms", "fail", "the sign-in was refused");
    ended.keeps(&["w8-Zq-pass"]);
    let ended = doctor(&desk("")).code(2);
    let ended = finds(ended, "credentials", "fail", "word is empty");
    finds(ended, "dcms", "skipped", "not asked");
}

#[test]
fn card_numbers_that_open_and_that_do_not() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let tried = |desk: &Desk, entity: &str| -> Ended {
        desk.run(&["doctor", "--entity", entity, "--json"])
    };
    let ended = tried(&desk, "181223116").code(0);
    finds(ended, "card_numbers", "ok", "3 of 181223116 opened");
    let ended = tried(&desk, "210000000099").code(2);
    finds(ended, "card_numbers", "fail", "check value of card_key");
    let ended = tried(&desk, "nobody").code(0);
    finds(ended, "card_numbers", "warn", "were not read");

    let config = sandbox.config_file();
    let [pin_key, card_key] = &keys_of(&config)[..] else {
        panic!("two keys in {config}");
    };
    let swapped = Desk::configured(&config.replace(card_key.as_str(), pin_key));
    let ended = tried(&swapped, "181223116").code(2);
    let ended = finds(ended, "card_numbers", "fail", "none of 3");
    ended.keeps(&[pin_key]);

    let (without, _) = config
        .split_once("[profiles.sandbox.card_key]")
        .expect("its key");
    let ended = tried(&Desk::configured(without), "181223116").code(0);
    let ended = finds(ended, "card_numbers", "skipped", "takes a card_key");
    finds(ended, "card_key", "skipped", "keyed from the card");
}

/// A DCMS that answers once with this exception, and says that it is this time.
fn answering(date: Option<&str>, exception: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    let date = date.map_or(String::new(), |date| format!("date: {date}\r\n"));
    let body = format!(r#"{{"result":null,"exception":{exception}}}"#);
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the program comes");
        let mut request = Vec::new();
        let mut chunk = [0; 1024];
        while !request.ends_with(b"}") {
            let count = stream.read(&mut chunk).expect("a request");
            request.extend_from_slice(&chunk[..count]);
        }
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 404 Not Found\r\n{date}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .expect("the program reads");
    });
    address
}

/// The same about an order that is not there.
fn at(date: Option<&str>) -> SocketAddr {
    answering(date, r#"{"errorCode":"order.not.found"}"#)
}

#[test]
fn a_refusal_is_well_only_where_it_is_about_the_order() {
    let looked = |exception: &str, code: i32| {
        let address = answering(None, exception);
        doctor(&Desk::configured(&config_for(address, ""))).code(code)
    };
    let unknown = r#"{"errorCode":"MCC007","shortMessage":"Tenant not registered"}"#;
    let ended = looked(unknown, 2);
    finds(ended, "dcms", "fail", "does not take the tenant SANDBOX");
    let field = r#"{"errorCode":"E400","fieldError":["tenant SANDBOX is unknown"]}"#;
    finds(looked(field, 2), "dcms", "fail", "set tenant to the name");
    let odd = r#"{"errorCode":"E400","shortMessage":"institution disabled"}"#;
    let ended = finds(looked(odd, 0), "dcms", "warn", "institution disabled");
    finds(ended, "dcms", "warn", "fix what it is about");
}

#[test]
fn clocks() {
    let looked = |date| doctor(&Desk::configured(&config_for(at(date), ""))).code(0);
    let ended = looked(Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    let ended = finds(ended, "dcms", "ok", "order.not.found");
    let ended = finds(ended, "clock", "warn", "years");
    finds(ended, "clock", "warn", "behind this machine's");
    let ended = looked(Some("Wed, 06 Nov 2999 08:49:37 GMT"));
    finds(ended, "clock", "warn", "ahead of this machine's");
    for odd in [None, Some("teatime")] {
        finds(looked(odd), "clock", "skipped", "did not send its time");
    }
}
