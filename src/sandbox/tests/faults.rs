//! Every fault, seen from the other end of the socket.

use std::io::ErrorKind;
use std::time::Instant;

use super::*;

const UPGRADE: &str = "POST /v1/kit-manager/upgradeCard";
const BODY: &str = r#"{"entityId":"676165","kitNo":"4561789"}"#;

/// One upgrade under a fault: what came, and how the connection ended.
async fn upgrade(sandbox: &Sandbox) -> (Vec<u8>, std::io::Result<()>) {
    drain(open(sandbox, UPGRADE, GOOD_HEADERS, BODY).await).await
}

async fn whole(sandbox: &Sandbox) -> Answered {
    let (bytes, end) = upgrade(sandbox).await;
    end.expect("a proper end");
    split(&bytes)
}

#[tokio::test]
async fn statuses_are_answered_without_work() {
    for (kind, status, code) in [
        ("500", 500, "internal.error"),
        ("503", 503, "service.unavailable"),
        ("429", 429, "rate.limit.exceeded"),
        ("401", 401, "token.invalid"),
        ("403", 403, "role.not.allowed"),
        ("408", 408, "request.timeout"),
        ("409", 409, "request.conflict"),
        ("422", 422, "request.not.processable"),
        ("exception200", 200, "SBX001"),
        ("refuse:tier.not.found", 400, "tier.not.found"),
        ("refuse:PIN001", 400, "PIN001"),
    ] {
        let sandbox = sandbox_with(&[&format!("upgradeCard={kind}:1")]).await;
        let (got, said, _) = whole(&sandbox).await.refusal();
        assert_eq!((got, said.as_str()), (status, code));
        assert_eq!(sandbox.received("upgradeCard"), 1);
        assert_eq!(sandbox.worked("upgradeCard"), 0);
        whole(&sandbox).await.result();
        assert_eq!(sandbox.worked("upgradeCard"), 1);
    }
}

#[tokio::test]
async fn resets_are_hard_and_leave_no_byte() {
    for (kind, worked) in [("reset-before", 0), ("reset-after", 1)] {
        let sandbox = sandbox_with(&[&format!("upgradeCard={kind}:1")]).await;
        let (bytes, end) = upgrade(&sandbox).await;
        assert!(bytes.is_empty(), "{kind}");
        let end = end.expect_err("no proper end");
        assert_eq!(end.kind(), ErrorKind::ConnectionReset, "{kind}");
        assert_eq!(sandbox.worked("upgradeCard"), worked, "{kind}");
        assert_eq!(sandbox.received("upgradeCard"), 1, "{kind}");
    }
}

#[tokio::test]
async fn a_truncated_reply_breaks_off_halfway() {
    let sandbox = sandbox_with(&["upgradeCard=truncate:1"]).await;
    let (bytes, end) = upgrade(&sandbox).await;
    end.expect("closed, not reset");
    let reply = split(&bytes);
    let (_, declared) = reply.head.split_once("content-length: ").expect("a length");
    let declared = declared.lines().next().and_then(|no| no.parse().ok());
    assert_eq!(declared.map(|no: usize| no / 2), Some(reply.body.len()));
    assert!(reply.body.starts_with(b"{"));
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn garbage_is_a_web_page() {
    let sandbox = sandbox_with(&["*=garbage"]).await;
    let reply = whole(&sandbox).await;
    assert_eq!(reply.status, 200);
    assert!(reply.head.contains("content-type: text/html"));
    assert!(reply.body.starts_with(b"<!DOCTYPE html>"));
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn a_huge_reply_is_streamed_to_its_end() {
    let sandbox = sandbox_with(&["upgradeCard=huge"]).await;
    let mut stream = open(&sandbox, UPGRADE, GOOD_HEADERS, BODY).await;
    let mut piece = vec![0; 1 << 20];
    let (mut total, mut head) = (0, Vec::new());
    loop {
        let got = stream.read(&mut piece).await.expect("no fault");
        if got == 0 {
            break;
        }
        if total == 0 {
            head.extend_from_slice(&piece[..got]);
        }
        total += got;
    }
    assert!(total > 100_000_000, "{total}");
    let head = split(&head).head;
    assert!(head.contains("200 ok") && !head.contains("content-length"));
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn a_slow_drip_comes_byte_by_byte() {
    let sandbox = sandbox_with(&["upgradeCard=slow-drip"]).await;
    let mut stream = open(&sandbox, UPGRADE, GOOD_HEADERS, BODY).await;
    let mut bytes = Vec::new();
    let short = Duration::from_millis(500);
    while let Ok(got) = tokio::time::timeout(short, stream.read_buf(&mut bytes)).await {
        assert_ne!(got.expect("no fault"), 0, "it ended");
    }
    assert_eq!(split(&bytes).body, b"{");
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn a_delay_comes_before_the_work() {
    let sandbox = sandbox_with(&["upgradeCard=delay:0.1:1"]).await;
    let since = Instant::now();
    let stream = open(&sandbox, UPGRADE, GOOD_HEADERS, BODY).await;
    assert_eq!(sandbox.worked("upgradeCard"), 0);
    let (bytes, _) = drain(stream).await;
    split(&bytes).result();
    assert!(since.elapsed() >= Duration::from_millis(100));
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn who_hangs_up_does_not_undo_the_call() {
    let sandbox = sandbox_with(&["upgradeCard=delay:0.1"]).await;
    let stream = open(&sandbox, UPGRADE, GOOD_HEADERS, BODY).await;
    while sandbox.received("upgradeCard") == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(stream);
    let patience = Instant::now();
    while sandbox.worked("upgradeCard") == 0 {
        assert!(patience.elapsed() < Duration::from_secs(10), "not done");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_reply_can_be_about_someone_else() {
    let sandbox = sandbox_with(&["*=wrong-entity"]).await;
    let result = whole(&sandbox).await.result();
    assert_eq!(result["entityId"], "672765");
    assert_eq!(result["kitInfo"][0]["entityId"], "672765");
    assert_eq!(kits(&sandbox, "676165").await[1]["entityId"], "672765");
    let body = json!({"maskedCardNo": "608040XXXXXX6384"});
    let owners = call(&sandbox, "/fetchCifByMaskedCard", body).await.result();
    assert_eq!(owners["entityId"], json!(["672765"]));
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn faults_come_and_go_while_it_runs() {
    let sandbox = sandbox().await;
    sandbox.add_fault("*=503".parse().expect("a fault"));
    assert_eq!(whole(&sandbox).await.status, 503);
    sandbox.clear_faults();
    whole(&sandbox).await.result();
}

#[tokio::test]
async fn a_failure_may_be_inside_the_result() {
    for kind in ["inner-exception", "inner-status"] {
        let sandbox = sandbox_with(&[&format!("upgradeCard={kind}")]).await;
        let result = whole(&sandbox).await.result();
        if kind == "inner-exception" {
            assert_eq!(result["exception"]["errorCode"], "SBX001");
        } else {
            assert_eq!(result["status"], 400);
        }
        assert_eq!(sandbox.worked("upgradeCard"), 0);
    }
}

#[tokio::test]
async fn a_refusal_comes_in_either_shape_and_on_either_status() {
    let sandbox = sandbox_with(&["*=other-shape:4", "*=on-200:4"]).await;
    for status in [[400, 404], [200, 200]] {
        // The page's shape turned into the guide's, and the other way round.
        let page = call(&sandbox, "/viewCustomer", json!({})).await;
        let guide = call(&sandbox, "/v2/fetchByCif", json!({"entityId": "1"})).await;
        let exception = [&page, &guide].map(|reply| reply.json()["exception"].clone());
        let codes = [&exception[0]["errorCode"], &exception[1]["errorCode"]];
        assert_eq!(codes, ["VAL001", "entity.not.found"]);
        let is_turned = status == [400, 404];
        assert_eq!(exception[0].get("errorMessage").is_some(), is_turned);
        assert_eq!(exception[1].get("fieldError").is_some(), is_turned);
        assert_eq!([page.status, guide.status], status);
        assert_eq!(page.refusal().2, "entityId: is required");
        assert_eq!(guide.refusal().2, "no customer has this entity id");
        kits(&sandbox, "676165").await;
        whole(&sandbox).await;
    }
}
