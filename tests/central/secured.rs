//! TLS to the store: whom kitdesk trusts, and by which name.

use crate::claims::two;
use crate::console::write_file;
use crate::engine::{Database, Host, store};
use crate::tls::Authority;

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
