//! What every call has in common: method, path, headers, body, and signing in.

use super::*;

const KITS: &str = "POST /v1/kit-manager/fetchKitsByEntityId";

async fn refused(line: &str, headers: &str, body: &str) -> (u16, String, String) {
    let sandbox = sandbox().await;
    send(&sandbox, line, headers, body).await.refusal()
}

fn is(got: &(u16, String, String), status: u16, code: &str) {
    assert_eq!((got.0, got.1.as_str()), (status, code), "{}", got.2);
}

#[tokio::test]
async fn the_tenant_is_asked_for() {
    let json = "content-type: application/json\r\n";
    let body = r#"{"entityId":"676165"}"#;
    is(
        &refused(KITS, json, body).await,
        400,
        "tenant.header.missing",
    );
    let other = format!("{json}tenant: OTHER\r\n");
    is(
        &refused(KITS, &other, body).await,
        403,
        "tenant.not.allowed",
    );
    let sandbox = sandbox().await;
    let shouted = format!("{json}TENANT: SANDBOX\r\n");
    send(&sandbox, KITS, &shouted, body).await.result();
}

#[tokio::test]
async fn only_json_posts_to_known_paths_are_taken() {
    let body = r#"{"entityId":"676165"}"#;
    let tenant = "tenant: SANDBOX\r\n";
    let get = "GET /v1/kit-manager/fetchKitsByEntityId";
    is(
        &refused(get, GOOD_HEADERS, body).await,
        400,
        "method.not.allowed",
    );
    is(
        &refused(KITS, tenant, body).await,
        400,
        "content.type.not.json",
    );
    for path in ["/v1/nothing", "/kit-manager/fetchKitsByEntityId", "/v1x"] {
        let line = format!("POST {path}");
        is(
            &refused(&line, GOOD_HEADERS, body).await,
            404,
            "path.not.found",
        );
    }
}

#[tokio::test]
async fn a_bad_body_is_named() {
    for (body, said) in [
        ("", "body: is not JSON"),
        ("{", "body: is not JSON"),
        ("[]", "body: must be a JSON object"),
        ("{}", "entityId: is required"),
        (r#"{"entityId":null}"#, "entityId: is required"),
        (r#"{"entityId":" "}"#, "entityId: is required"),
        (r#"{"entityId":676165}"#, "entityId: must be a string"),
    ] {
        let got = refused(KITS, GOOD_HEADERS, body).await;
        is(&got, 400, "VAL001");
        assert_eq!(got.2, said);
    }
    let long = format!(r#"{{"entityId":"{}"}}"#, "x".repeat(70_000));
    is(
        &refused(KITS, GOOD_HEADERS, &long).await,
        413,
        "body.too.large",
    );
}

#[tokio::test]
async fn signing_in_is_possible_and_not_needed() {
    let sandbox = sandbox().await;
    let line = "POST /api/authenticate";
    let json = "content-type: application/json\r\n";
    let good = r#"{"username":"sandbox","password":"sandbox"}"#;
    let reply = send(&sandbox, line, json, good).await;
    assert_eq!(reply.status, 200);
    assert!(reply.json()["id_token"].is_string());
    assert!(reply.json().get("exception").is_none());
    let bad = r#"{"username":"sandbox","password":"guess"}"#;
    let got = send(&sandbox, line, json, bad).await.refusal();
    is(&got, 401, "credentials.invalid");
    assert_eq!(sandbox.received("authenticate"), 2);
}

#[tokio::test]
async fn a_token_may_be_needed() {
    let options = Options {
        sign_in: true,
        ..Options::default()
    };
    let sandbox = start(options).await.expect("a free port");
    let body = r#"{"entityId":"676165"}"#;
    let with = |token: &str| format!("{GOOD_HEADERS}authorization: Bearer {token}\r\n");
    for headers in [GOOD_HEADERS.to_owned(), with("guess")] {
        let got = send(&sandbox, KITS, &headers, body).await.refusal();
        is(&got, 401, "token.invalid");
    }
    let user = r#"{"username":"sandbox","password":"sandbox"}"#;
    let reply = send(&sandbox, "POST /api/authenticate", GOOD_HEADERS, user).await;
    let token = reply.json()["id_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    send(&sandbox, KITS, &with(&token), body).await.result();
    assert!(sandbox.config_file().contains("[profiles.sandbox.sign_in]"));
}

#[tokio::test]
async fn one_connection_serves_many_calls() {
    let sandbox = sandbox().await;
    let mut stream = TcpStream::connect(sandbox.address()).await.expect("open");
    let body = r#"{"entityId":"210000000083"}"#;
    let length = body.len();
    for _ in 0..2 {
        let request = format!(
            "{KITS} HTTP/1.1\r\nhost: s\r\ncontent-length: {length}\r\n{GOOD_HEADERS}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"}") {
            stream.read_buf(&mut bytes).await.expect("received");
        }
        assert_eq!(split(&bytes).result(), json!([]));
    }
}
