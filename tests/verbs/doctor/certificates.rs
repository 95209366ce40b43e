//! Certificates: trusted, expired, for another name, from somebody unknown, and one that is wanted
//! from us. Each has its own words, and none is got around.

use std::net::SocketAddr;

use rcgen::date_time_ymd;

use super::{doctor, finds};
use crate::console::write_file;
use crate::fixtures::{Desk, Ended, config_for};
use crate::tls::{Authority, Identity};

const UNKNOWN: &str = r#"{"result":null,"exception":{"errorCode":"order.not.found"}}"#;

/// A DCMS behind TLS that knows no order.
fn serve(identity: Identity, clients: Option<&Authority>) -> SocketAddr {
    crate::tls::serve(identity, clients, |_| {
        let length = UNKNOWN.len();
        let head = format!("HTTP/1.1 404 Not Found\r\ncontent-length: {length}\r\n");
        format!("{head}connection: close\r\n\r\n{UNKNOWN}").into_bytes()
    })
}

/// The doctor's word about the DCMS at this address, seen by a desk that trusts this authority.
fn looked(address: SocketAddr, trusted: Option<&Authority>, code: i32) -> Ended {
    let ca_file = trusted.map_or("", |_| "ca_file = \"bank-ca.pem\"");
    let config = config_for(address, ca_file).replace("http://", "https://");
    let desk = Desk::configured(&config);
    if let Some(authority) = trusted {
        write_file(&desk.path("kitdesk").join("bank-ca.pem"), &authority.pem());
    }
    doctor(&desk).code(code)
}

#[test]
fn one_of_the_banks_own() {
    let bank = Authority::new();
    let address = serve(bank.certificate("127.0.0.1", |_| ()), None);
    let ended = looked(address, Some(&bank), 0);
    let ended = finds(ended, "dcms", "ok", "order.not.found");
    finds(ended, "credentials", "ok", "bank-ca.pem");
}

#[test]
fn one_from_somebody_unknown() {
    let bank = Authority::new();
    let address = serve(bank.certificate("127.0.0.1", |_| ()), None);
    let ended = looked(address, None, 3);
    let ended = finds(
        ended,
        "dcms",
        "fail",
        "an issuer that this machine does not trust",
    );
    finds(ended, "dcms", "fail", "into ca_file");
}

#[test]
fn one_for_another_name() {
    let bank = Authority::new();
    let address = serve(bank.certificate("dcms.example.com", |_| ()), None);
    let ended = looked(address, Some(&bank), 3);
    let ended = finds(ended, "dcms", "fail", "is for another name");
    finds(ended, "dcms", "fail", "check the host of base_url");
}

#[test]
fn one_out_of_its_time() {
    let bank = Authority::new();
    let expired = bank.certificate("127.0.0.1", |params| {
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
    });
    let ended = looked(serve(expired, None), Some(&bank), 3);
    finds(ended, "dcms", "fail", "its certificate has expired");
    let early = bank.certificate("127.0.0.1", |params| {
        params.not_before = date_time_ymd(2999, 1, 1);
        params.not_after = date_time_ymd(3000, 1, 1);
    });
    let ended = looked(serve(early, None), Some(&bank), 3);
    finds(ended, "dcms", "fail", "set this machine's clock");
}

#[test]
fn one_that_is_wanted_from_us() {
    let bank = Authority::new();
    let address = serve(bank.certificate("127.0.0.1", |_| ()), Some(&bank));
    let ended = looked(address, Some(&bank), 3);
    finds(ended, "dcms", "fail", "client_cert");
}

#[test]
fn a_file_without_one() {
    let bank = Authority::new();
    let address = serve(bank.certificate("127.0.0.1", |_| ()), None);
    let config = config_for(address, "ca_file = \"bank-ca.pem\"").replace("http://", "https://");
    let desk = Desk::configured(&config);
    write_file(&desk.path("kitdesk").join("bank-ca.pem"), "no certificate");
    let ended = doctor(&desk).code(2);
    let said = "ca_file holds no certificate in PEM form";
    let ended = finds(ended, "credentials", "fail", said);
    finds(ended, "dcms", "skipped", "not asked");
}
