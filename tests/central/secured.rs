//! TLS to the store: whom kitdesk trusts, and by which name.

use kitdesk::central::Store;
use rcgen::{DnType, KeyPair, PKCS_ED25519, date_time_ymd};

use crate::claims::two;
use crate::console::write_file;
use crate::engine::{Database, Host, store};
use crate::tls::Authority;

const BY_PASSWORD: &str = "hostssl all all 127.0.0.1/32 scram-sha-256";

/// Over TCP, with this authority's certificate to trust.
fn secured(
    database: &Database,
    host: &Host,
    name: &str,
    authority: &Authority,
    more: &str,
) -> String {
    let file = host.home.path().join("ca.pem");
    write_file(&file, &authority.pem());
    let central = Database::at(
        host,
        &format!("{name}:{}/{}", database.engine.port, database.name),
    );
    format!("{central}ca_file = \"{}\"\n{more}", file.display())
}

#[tokio::test]
async fn the_bank_s_own_authority_is_enough_and_the_password_is_bound() {
    let Some((database, [a, _], _)) = two().await else {
        return;
    };
    let central = secured(&database, &a, "localhost", &database.engine.authority, "");
    let store = store(&a, &central);
    let standing = store.standing().await.expect("it is trusted");
    assert_eq!(standing.tenant.as_deref(), Some("ACME"));
    let row = database
        .owner
        .query_one(
            "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND usename = $1::text::name",
            &[&a.role],
        )
        .await
        .expect("the superuser may");
    assert_eq!(row.get::<_, i64>(0), 1);
}

#[tokio::test]
async fn another_authority_and_another_name_are_refused() {
    let Some((database, [a, _], _)) = two().await else {
        return;
    };
    let central = secured(&database, &a, "localhost", &Authority::new(), "");
    let error = store(&a, &central)
        .standing()
        .await
        .expect_err("a stranger");
    assert!(
        error
            .to_string()
            .contains("an authority that is not trusted"),
        "{error}"
    );
    let central = secured(&database, &a, "127.0.0.1", &database.engine.authority, "");
    let error = store(&a, &central)
        .standing()
        .await
        .expect_err("another name");
    assert!(error.to_string().contains("for another name"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_it_is_wanted() {
    let Some((database, [a, _], _)) = two().await else {
        return;
    };
    // What stands between could say that there is no TLS, and read the rest.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let port = listener.local_addr().expect("it has one").port();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 8];
            stream.read_exact(&mut asked).await.ok();
            stream.write_all(b"N").await.ok();
            let mut more = [0; 1];
            let read = stream.read(&mut more).await;
            assert!(!matches!(read, Ok(1..)), "it goes on without TLS");
        }
    });
    let central = secured(&database, &a, "localhost", &database.engine.authority, "");
    let central = central.replace(&database.engine.port.to_string(), &port.to_string());
    let error = store(&a, &central)
        .standing()
        .await
        .expect_err("a downgrade");
    assert!(
        error.to_string().contains("does not support TLS"),
        "{error}"
    );
}

/// What a person reads of a store that is not reached.
async fn said(store: Store) -> String {
    store
        .standing()
        .await
        .expect_err("it is refused")
        .to_string()
}

/// The server's own certificate, in an engine that is given one after the other.
#[tokio::test]
async fn each_certificate_that_is_not_right_has_its_sentence() {
    let Some(database) = Database::alone().await else {
        return;
    };
    let engine = database.engine;
    let a = database.host("a", crate::claims::CHAIN_A, "ACME").await;
    let authority = &engine.authority;
    let central = secured(&database, &a, "localhost", authority, "");
    let expired = authority.certificate("localhost", |params| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    });
    engine
        .lets_in(&expired.pem(), &authority.pem(), BY_PASSWORD)
        .await;
    let words = said(store(&a, &central)).await;
    assert!(
        words.ends_with("is not reached: its certificate has expired"),
        "{words}"
    );
    let early = authority.certificate("localhost", |params| {
        params.not_before = date_time_ymd(3020, 1, 1);
        params.not_after = date_time_ymd(3021, 1, 1);
    });
    engine
        .lets_in(&early.pem(), &authority.pem(), BY_PASSWORD)
        .await;
    let words = said(store(&a, &central)).await;
    assert!(
        words.ends_with("is not valid yet: is this machine's clock right?"),
        "{words}"
    );

    // A password that the server gets in clear is bound to nothing, and is not given.
    let good = authority.certificate("localhost", |_| {}).pem();
    let in_clear = "hostssl all all 127.0.0.1/32 password";
    engine.lets_in(&good, &authority.pem(), in_clear).await;
    let words = said(store(&a, &central)).await;
    assert!(words.contains("channel_binding"), "{words}");

    // An authority that signs with Ed25519 leaves nothing to bind the password to.
    let modern = Authority::by(KeyPair::generate_for(&PKCS_ED25519).expect("a key"));
    let server = modern.certificate("localhost", |_| {}).pem();
    engine.lets_in(&server, &authority.pem(), BY_PASSWORD).await;
    let central = secured(&database, &a, "localhost", &modern, "");
    let words = said(store(&a, &central)).await;
    assert!(words.contains("channel_binding = \"prefer\""), "{words}");
    let prefers = secured(
        &database,
        &a,
        "localhost",
        &modern,
        "channel_binding = \"prefer\"\n",
    );
    let standing = store(&a, &prefers)
        .standing()
        .await
        .expect("it does without");
    assert_eq!(standing.tenant.as_deref(), Some("ACME"));
}

/// A host that logs in by a certificate alone.
#[tokio::test]
async fn a_client_certificate_is_the_right_one_or_is_refused_in_words() {
    let Some(database) = Database::alone().await else {
        return;
    };
    let engine = database.engine;
    let a = database.host("a", crate::claims::CHAIN_A, "ACME").await;
    let (authority, clients) = (&engine.authority, Authority::new());
    let server = authority.certificate("localhost", |_| {}).pem();
    let by_certificate = "hostssl all all 127.0.0.1/32 cert";
    engine
        .lets_in(&server, &clients.pem(), by_certificate)
        .await;
    let plain = secured(&database, &a, "localhost", authority, "");
    let plain = plain.lines().filter(|line| !line.starts_with("password"));
    let plain = plain.collect::<Vec<_>>().join("\n");
    let with = |by: &Authority, name: &str| {
        let certificate = by.certificate("client", |params| {
            params.distinguished_name.push(DnType::CommonName, name);
        });
        let (certificate, key) = certificate.pem();
        let [pem, key_file] = ["client.pem", "client.key"].map(|name| a.home.path().join(name));
        write_file(&pem, &certificate);
        write_file(&key_file, &key);
        let (pem, key_file) = (pem.display(), key_file.display());
        format!("{plain}\nclient_cert = \"{pem}\"\nclient_key = \"{key_file}\"\n")
    };
    let right = store(&a, &with(&clients, &a.role)).standing().await;
    assert_eq!(right.expect("it is let in").tenant.as_deref(), Some("ACME"));
    let words = said(store(&a, &plain)).await;
    assert!(
        words.contains("requires a valid client certificate"),
        "{words}"
    );
    let words = said(store(&a, &with(&clients, "somebody"))).await;
    assert!(
        words.contains("refuses this host") && words.contains(&a.role),
        "{words}"
    );
    let words = said(store(&a, &with(&Authority::new(), &a.role))).await;
    assert!(
        words.contains("does not trust this host's client_cert"),
        "{words}"
    );
}
