//! Each call of the contract, sent to the simulator as raw HTTP: the status, the envelope, and what the contract
//! names in a result. Neither kitdesk's client nor the simulator's own types are used here.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::fixtures::Desk;
use crate::simulator::Simulator;

const ORDER: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

/// Status and body of a reply.
fn post(simulator: &Simulator, path: &str, headers: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let mut stream = TcpStream::connect(simulator.address()).expect("it listens");
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("it is sent");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("it comes whole");
    let (head, body) = reply.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).expect("a status");
    let body = serde_json::from_str(body).expect("JSON");
    (status.parse().expect("a number"), body)
}

fn call(simulator: &Simulator, path: &str, body: &Value) -> (u16, Value) {
    let (status, reply) = post(
        simulator,
        &format!("/v1{path}"),
        "tenant: SANDBOX\r\n",
        body,
    );
    let fields: Vec<&str> = reply
        .as_object()
        .expect("an envelope")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(fields, ["exception", "pagination", "result"], "{path}");
    (status, reply)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a row for each call")]
fn each_call_answers_as_the_contract_has_it() {
    let desk = Desk::unconfigured();
    let simulator = Simulator::start(&desk, &[]);
    let anita = || json!({"entityId": "181223116"});
    let kit = |no: &str| json!({"entityId": "181223116", "kitNo": no});
    let manage = |operation: &str| {
        json!({"entityId": "181223116", "oldKit": "10930010477", "operation": operation,
            "cardType": "PHYSICAL", "deliveryAddress": "PERMANENT"})
    };
    // The path, the body, and what the result has, as JSON pointers; "" is the result itself. Reads come before
    // the writes that change what they find.
    let table: [(&str, Value, &[&str]); 22] = [
        (
            "/kit-manager/fetchKitsByEntityId",
            anita(),
            &["/0/kitNo", "/0/cardStatus", "/0/expDate"],
        ),
        (
            "/kit-manager/v2/fetchKitsByEntityId",
            anita(),
            &["/0/encryptedCardNumber"],
        ),
        (
            "/kit-manager/fetchKitsByAccountNo?isAllCardsRequired=true",
            json!({"accountNo": "8000000"}),
            &[
                "/accountStatus",
                "/accountType",
                "/entity/0/isPrimary",
                "/entity/0/kitInfo/2",
            ],
        ),
        (
            "/fetchCifByMaskedCard",
            json!({"maskedCardNo": "608040XXXXXX6384"}),
            &["/entityId/0"],
        ),
        (
            "/viewCustomer",
            anita(),
            &[
                "/title",
                "/accountInfo/0/schemeCode",
                "/addressInfo/0/pincode",
                "/communicationInfo/0/contactNo",
                "/kitInfo/0",
            ],
        ),
        (
            "/v2/fetchByCif",
            anita(),
            &[
                "/accountInfo/accountNo",
                "/accountInfo/kitInfo/0/domestic/atm/dailyLimit",
                "/accountInfo/kitInfo/0/toggle/superPin",
            ],
        ),
        (
            "/kit-manager/validateCard",
            json!({"entityId": "181223116", "mobileNo": "9371175140", "cardNoLastSix": "056384", "expiryDate": "0729"}),
            &["/kitNo", "/cardStatus", "/accountInfo/0"],
        ),
        (
            "/kit-manager/kitTracking",
            json!({"kitNo": "4561789"}),
            &[
                "/shipmentData/shipment/0/kitNo",
                "/shipmentData/shipment/0/scans/scanDetail/0/scanType",
            ],
        ),
        (
            "/preference/fetch",
            kit("10930010477"),
            &[
                "/domestic/atm/yearlyLimit",
                "/international/tokenization",
                "/dynamicAuth/otp",
                "/swipeToPay/maxLimit",
            ],
        ),
        (
            "/kit-manager/fetchTransaction",
            json!({"entityId": "181223116", "startDate": "01-12-2025", "endDate": "31-01-2026", "page": 0, "size": 5}),
            &[
                "/currentPage",
                "/totalItems",
                "/totalPages",
                "/data/0/dateTimeTransaction",
            ],
        ),
        (
            "/card-order/fetchStatus",
            json!({"cardOrderId": ORDER}),
            &["/status", "/productDetails/0/noOfCard"],
        ),
        (
            "/inventory/fetchCardOrderDetailsFromInventory",
            json!({"refType": "DC_KIT", "branchId": "12345", "pageNo": 1, "pageSize": 10}),
            &[
                "/0/orderId",
                "/0/branchInfo/branchName",
                "/0/products/0/quantity",
            ],
        ),
        (
            "/preference/set",
            json!({"entityId": "181223116", "kitNo": "10930010477", "domestic": {"atm": {"dailyLimit": "20000"}}, "international": {}}),
            &["/domestic/atm/dailyLimit"],
        ),
        ("/kit-manager/kitActivation", kit("10930010478"), &[""]),
        ("/kit-manager/manageKit", manage("LOCK"), &["/status"]),
        ("/kit-manager/manageKit", manage("UNLOCK"), &["/status"]),
        ("/kit-manager/manageKit", manage("BLOCK"), &["/status"]),
        ("/kit-manager/manageKit", manage("REPLACE"), &["/status"]),
        (
            "/kit-manager/upgradeCard",
            json!({"entityId": "676165", "kitNo": "4561789", "deliveryAddress": "PERMANENT",
                "kitInfo": [{"aliasName": "sample", "cardType": "VIRTUAL", "plasticCode": "4566", "tierType": "SILVER"}]}),
            &["/entityId", "/kitInfo/0/kitNo"],
        ),
        (
            "/kit-manager/applyForCard",
            json!({"entityId": "676165", "kitNo": "77000000002", "deliveryAddress": "PERMANENT"}),
            &["/kitInfo/0/cardConversionDate"],
        ),
        (
            "/kit-manager/manageAllKits",
            json!({"entityId": "181223116", "operation": "LOCK", "reason": "lost", "changer": "op1", "channel": "BRANCH"}),
            &["/totalCardsManaged", "/managedCards/0/previousStatus"],
        ),
        (
            "/card-order/cancel",
            json!({"orderId": ORDER, "branchId": "12345"}),
            &[""],
        ),
    ];
    for (path, body, has) in table {
        let (status, reply) = call(&simulator, path, &body);
        assert_eq!(status, 200, "{path}: {reply}");
        assert!(reply["exception"].is_null(), "{path}: {reply}");
        for pointer in has {
            let found = reply["result"].pointer(pointer);
            assert!(
                found.is_some_and(|found| !found.is_null()),
                "{path} {pointer}: {reply}"
            );
        }
        let is_paged = path.starts_with("/inventory");
        assert_eq!(reply["pagination"].is_object(), is_paged, "{path}");
    }
}

#[test]
fn refusals_are_the_contracts() {
    let desk = Desk::unconfigured();
    let simulator = Simulator::start(&desk, &[]);
    let pair = || json!({"entityId": "676165", "kitNo": "10930010477"});
    let page = [
        "detailMessage",
        "errorCode",
        "fieldError",
        "httpStatus",
        "languageCode",
        "shortMessage",
    ];
    let guide = ["errorCode", "errorMessage", "httpStatus"];
    let table: [(&str, Value, &str, &[&str]); 9] = [
        (
            "/fetchCifByMaskedCard",
            json!({"maskedCardNo": "123456XXXXXX6789"}),
            "MCC007",
            &page,
        ),
        ("/kit-manager/kitActivation", pair(), "MCC007", &page),
        (
            "/kit-manager/kitActivation",
            json!({"entityId": "676165", "kitNo": "4561789"}),
            "card.already.active",
            &guide,
        ),
        ("/kit-manager/upgradeCard", pair(), "kit.not.found", &guide),
        (
            "/kit-manager/v2/setPin",
            json!({"entityId": "676165", "kitNo": "4561789", "expiryDate": "0729", "pin": "rubbish"}),
            "PIN001",
            &page,
        ),
        (
            "/kit-manager/validateCard",
            json!({"entityId": "676165", "mobileNo": "9000000000", "cardNoLastSix": "071789", "expiryDate": "0729"}),
            "CRD001",
            &page,
        ),
        (
            "/kit-manager/fetchKitsByEntityId",
            json!({"entityId": "1"}),
            "entity.not.found",
            &guide,
        ),
        (
            "/preference/set",
            json!({"entityId": "676165", "kitNo": "4561789", "domestic": {"atm": {"dailyLimit": "99999999"}}, "international": {}}),
            "invalid.daily.limit.product",
            &guide,
        ),
        (
            "/card-order/cancel",
            json!({"orderId": "9b2e4c1a-0d3f-4f5e-8a61-7c2d9e0f1b34", "branchId": "12345"}),
            "ORD003",
            &page,
        ),
    ];
    for (path, body, code, shape) in table {
        let (status, reply) = call(&simulator, path, &body);
        assert!([200, 400, 404].contains(&status), "{path}: {status}");
        assert!(reply["result"].is_null(), "{path}: {reply}");
        let exception = &reply["exception"];
        assert_eq!(exception["errorCode"], code, "{path}");
        let fields: Vec<&String> = exception.as_object().expect("an object").keys().collect();
        assert_eq!(fields, shape, "{path}");
    }
    let (status, reply) = post(&simulator, "/v1/viewCustomer", "", &pair());
    let code = &reply["exception"]["errorCode"];
    assert_eq!((status, code), (400, &json!("tenant.header.missing")));
}

#[test]
fn signing_in_has_no_envelope() {
    let desk = Desk::unconfigured();
    let simulator = Simulator::start(&desk, &["--sign-in"]);
    let anita = json!({"entityId": "181223116"});
    let (status, _) = call(&simulator, "/viewCustomer", &anita);
    assert_eq!(status, 401);
    let user = json!({"username": "sandbox", "password": "sandbox"});
    let (status, reply) = post(&simulator, "/api/authenticate", "", &user);
    assert_eq!(
        (status, reply.as_object().map(serde_json::Map::len)),
        (200, Some(1))
    );
    let token = reply["id_token"].as_str().expect("a token");
    let headers = format!("tenant: SANDBOX\r\nAuthorization: Bearer {token}\r\n");
    let (status, _) = post(&simulator, "/v1/viewCustomer", &headers, &anita);
    assert_eq!(status, 200);
}
