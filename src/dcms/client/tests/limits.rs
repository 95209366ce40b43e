//! How long is waited and how much is read, at most.

use super::*;

/// Of an endless reply the system's own buffers take some megabytes that nobody asked for.
const BUFFERED: usize = 24 << 20;

fn hurried(base_url: &str) -> Client {
    client_of(Settings {
        limits: Limits {
            read: SHORT,
            ..patient()
        },
        ..settings(base_url)
    })
}

/// How long it took, within which it must have waited for the whole limit.
fn about_the_limit(started: Instant) {
    let took = started.elapsed();
    assert!(took >= SHORT, "{took:?}");
    assert!(took < SHORT * 5, "{took:?}");
}

#[tokio::test]
async fn a_look_up_that_is_never_answered_ends_at_its_limit_and_is_asked_once() {
    for act in [
        Act::SayAndHang(Vec::new()),
        Act::SayAndHang(cut_off(good("[]"), 1)),
    ] {
        let raw = Raw::start(vec![act]).await;
        let client = hurried(&raw.base_url());
        let started = Instant::now();
        let fault = read_kits(&client).await.expect_err("no kits");
        about_the_limit(started);
        assert_eq!(fault, ReadError::Lost(Doubt::TimedOut(SHORT)));
        assert_eq!(raw.asked().len(), 1);
    }
}

#[tokio::test]
async fn the_limit_of_a_look_up_holds_for_all_its_tries_together() {
    let raw = Raw::start(vec![Act::Reset, Act::SayAndHang(Vec::new())]).await;
    let client = hurried(&raw.base_url());
    let started = Instant::now();
    let fault = read_kits(&client).await.expect_err("no kits");
    about_the_limit(started);
    assert_eq!(fault, ReadError::Lost(Doubt::TimedOut(SHORT)));
    assert_eq!(raw.asked().len(), 2);
}

#[tokio::test]
async fn a_sign_in_is_within_the_limit_of_its_look_up() {
    let raw = Raw::start(vec![Act::SayAndHang(Vec::new())]).await;
    let client = client_of(Settings {
        limits: Limits {
            read: SHORT,
            ..patient()
        },
        sign_in: Some(SignIn {
            username: "api".into(),
            password: "pass-word".into(),
        }),
        ..settings(&raw.base_url())
    });
    let started = Instant::now();
    read_kits(&client).await.expect_err("no kits");
    about_the_limit(started);
    assert_eq!(raw.lines(), ["POST /api/authenticate"]);
}

#[tokio::test]
async fn a_reply_that_announces_too_much_is_refused_unread() {
    let length = LONGEST_REPLY + 1;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").into_bytes();
    // Nothing follows the head: who wants to read on waits for a time-out.
    let (raw, client) = scripted(vec![Act::SayAndHang(head)]).await;
    for write in Write::ALL {
        let outcome = write.send(&client).await;
        assert_eq!(outcome, Outcome::Unknown(Doubt::TooLong), "{write:?}");
    }
    let fault = read_kits(&client).await.expect_err("no kits");
    assert_eq!(fault, ReadError::Lost(Doubt::TooLong));
    assert_eq!(raw.asked().len(), 4);
}

#[tokio::test]
async fn a_reply_without_an_end_is_refused_long_before_it() {
    let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let (raw, client) = scripted(vec![Act::Pour(head)]).await;
    let outcome = Write::Upgrade.send(&client).await;
    assert_eq!(outcome, Outcome::Unknown(Doubt::TooLong));
    let poured = raw.poured();
    assert!(poured < LONGEST_REPLY + BUFFERED, "{poured}");
    let fault = read_kits(&client).await.expect_err("no kits");
    assert_eq!(fault, ReadError::Lost(Doubt::TooLong));
    assert_eq!(raw.asked().len(), 2);
}

#[tokio::test]
async fn the_longest_reply_is_still_read() {
    let (front, back) = (r#"{"result":[],"filler":""#, r#""}"#);
    let filler = "x".repeat(LONGEST_REPLY - front.len() - back.len());
    let longest = reply(200, &format!("{front}{filler}{back}"));
    let (_raw, client) = scripted(vec![Act::Say(longest)]).await;
    assert_eq!(read_kits(&client).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_long_reply_is_read_within_the_limit_of_its_call() {
    let long = format!(r#""{}""#, "x".repeat(2 << 20));
    let raw = Raw::start(vec![Act::Say(good(&long))]).await;
    let client = hurried(&raw.base_url());
    let started = Instant::now();
    let slow = |_: Option<&RawValue>| {
        std::thread::sleep(SHORT * 6);
        Ok(())
    };
    let read = client.read("/anything", &serde_json::json!({}), slow).await;
    about_the_limit(started);
    assert_eq!(read, Err(ReadError::Lost(Doubt::TimedOut(SHORT))));
}
