//! Which connection a request goes on: look-ups keep theirs, each write has one of its own, and one that
//! was opened ahead is never a reason to send a write twice.

use super::raw::HangUp;
use super::*;

const KITS: &str = "[]";

/// The connections that the requests came by, in their order.
fn used(raw: &Raw) -> Vec<usize> {
    raw.asked().iter().map(|asked| asked.connection).collect()
}

/// Waits until the server has taken so many connections.
async fn taken(raw: &Raw, connections: usize) {
    let all = async {
        while raw.connections() < connections {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, all)
        .await
        .expect("they are opened");
}

/// Lets what is on the way arrive.
async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

async fn look_up(client: &Client) {
    client.kits_of(&entity("676165")).await.expect("kits");
}

#[tokio::test]
async fn look_ups_share_a_connection() {
    let (raw, client) = scripted(vec![Act::Say(good(KITS))]).await;
    for _ in 0..3 {
        look_up(&client).await;
    }
    assert_eq!(used(&raw), [1, 1, 1]);
}

#[tokio::test]
async fn two_look_ups_at_once_have_a_connection_each() {
    let (raw, client) = scripted(vec![Act::Say(good(KITS))]).await;
    client.prepare_look_up();
    taken(&raw, 2).await;
    for _ in 0..2 {
        tokio::join!(look_up(&client), look_up(&client));
        client.prepare_look_up();
    }
    assert_eq!(raw.connections(), 2);
    assert_eq!(raw.asked().len(), 4);
}

#[tokio::test]
async fn desks_share_what_look_ups_keep_and_not_what_is_opened_for_a_write() {
    let (raw, first) = scripted(vec![Act::Say(good(KITS))]).await;
    let second = first.for_another_desk();
    look_up(&first).await;
    look_up(&second).await;
    assert_eq!(used(&raw), [1, 1]);
    first.prepare_write().await;
    taken(&raw, 2).await;
    second.prepare_write().await;
    taken(&raw, 3).await;
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_is_left() {
    for how in HangUp::ALL {
        let (raw, client) = scripted(vec![Act::Say(good(KITS))]).await;
        look_up(&client).await;
        raw.hang_up(how);
        a_moment().await;
        look_up(&client).await;
        assert_eq!(used(&raw), [1, 2], "{how:?}");
    }
}

#[tokio::test]
async fn a_look_up_that_is_lost_on_a_kept_connection_is_asked_again_at_once() {
    let acts = [Act::Say(good(KITS)), Act::Reset, Act::Say(good(KITS))];
    let (raw, client) = scripted(acts.to_vec()).await;
    look_up(&client).await;
    look_up(&client).await;
    assert_eq!(used(&raw), [1, 1, 2]);
}

#[tokio::test]
async fn a_write_has_a_connection_of_its_own() {
    for write in Write::ALL {
        let acts = [
            Act::Say(good(KITS)),
            Act::Say(good(write.result())),
            Act::Say(good(KITS)),
            Act::Say(good(write.result())),
        ];
        let (raw, client) = scripted(acts.to_vec()).await;
        look_up(&client).await;
        assert_eq!(write.send(&client).await, Outcome::Done(()));
        look_up(&client).await;
        assert_eq!(write.send(&client).await, Outcome::Done(()));
        assert_eq!(used(&raw), [1, 2, 1, 3], "{write:?}");
    }
}

#[tokio::test]
async fn what_is_opened_ahead_sends_nothing_and_carries_the_write() {
    for write in Write::ALL {
        let (raw, client) = scripted(vec![Act::Say(good(write.result()))]).await;
        client.prepare_write().await;
        // One for the write, and one for what is read afterwards.
        taken(&raw, 2).await;
        client.prepare_write().await;
        a_moment().await;
        assert_eq!((raw.connections(), raw.asked().len()), (2, 0));
        assert_eq!(write.send(&client).await, Outcome::Done(()));
        assert_eq!((raw.connections(), raw.asked().len()), (2, 1));
    }
}

#[tokio::test]
async fn a_prepared_connection_that_was_closed_is_left_before_anything_is_written() {
    for how in HangUp::ALL {
        for write in Write::ALL {
            let (raw, client) = scripted(vec![Act::Say(good(write.result()))]).await;
            client.prepare_write().await;
            taken(&raw, 2).await;
            a_moment().await;
            raw.hang_up(how);
            a_moment().await;
            assert_eq!(write.send(&client).await, Outcome::Done(()), "{how:?}");
            assert_eq!(used(&raw), [3], "{how:?}");
        }
    }
}

#[tokio::test]
async fn where_no_other_connection_can_be_opened_the_write_is_not_sent() {
    let (raw, client) = scripted(vec![Act::Say(good(KITS))]).await;
    client.prepare_write().await;
    taken(&raw, 2).await;
    a_moment().await;
    raw.hang_up(HangUp::Close);
    drop(raw);
    a_moment().await;
    let outcome = Write::Upgrade.send(&client).await;
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_write_on_a_prepared_connection_is_sent_once_whatever_comes_of_it() {
    for act in [
        Act::Reset,
        Act::ResetHalfway,
        Act::SayAndClose(Vec::new()),
        Act::SayAndClose(cut_off(good("true"), 3)),
    ] {
        for write in Write::ALL {
            let (raw, client) = scripted(vec![act.clone(), Act::Say(good(write.result()))]).await;
            client.prepare_write().await;
            taken(&raw, 2).await;
            let outcome = write.send(&client).await;
            assert!(
                matches!(outcome, Outcome::Unknown(_)),
                "{act:?} {outcome:?}"
            );
            a_moment().await;
            assert!(raw.asked().len() <= 1, "{act:?}");
            assert_eq!(raw.connections(), 2, "{act:?}");
        }
    }
}

/// The end of the connection and the write race: at every moment the write is sent once at most, and told
/// as not sent only where it was not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ends_at_any_moment_never_doubles_a_write() {
    for how in HangUp::ALL {
        for nth in 0..40 {
            let write = Write::ALL[nth % Write::ALL.len()];
            let (raw, client) = scripted(vec![Act::Say(good(write.result()))]).await;
            client.prepare_write().await;
            taken(&raw, 2).await;
            let sent = write.send(&client);
            let ended = async {
                for _ in 0..nth / 2 {
                    tokio::task::yield_now().await;
                }
                raw.hang_up(how);
            };
            let (outcome, ()) = tokio::join!(sent, ended);
            a_moment().await;
            let asked = raw.asked().len();
            match outcome {
                Outcome::Done(()) => assert_eq!(asked, 1, "{how:?} {nth}"),
                Outcome::NotSent(why) => assert_eq!(asked, 0, "{how:?} {nth}: {why}"),
                Outcome::Unknown(_) => assert!(asked <= 1, "{how:?} {nth}"),
                Outcome::Refused(refusal) => panic!("{refusal}"),
            }
        }
    }
}

#[tokio::test]
async fn a_token_is_there_before_the_write() {
    let acts = [
        Act::Say(reply(200, r#"{"id_token":"abc"}"#)),
        Act::Say(good(Write::Cancel.result())),
    ];
    let raw = Raw::start(acts.to_vec()).await;
    let client = client_of(Settings {
        sign_in: Some(SignIn {
            username: "api".into(),
            password: "secret".to_owned().into(),
        }),
        ..settings(&raw.base_url())
    });
    client.prepare_write().await;
    assert_eq!(raw.lines(), ["POST /api/authenticate"]);
    assert_eq!(Write::Cancel.send(&client).await, Outcome::Done(()));
    assert_eq!(raw.lines().len(), 2);
}
