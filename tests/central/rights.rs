//! Rights in the database: what a host and an auditor may do by hand, and what they may not.

use crate::claims::{claim, kit, two};
use crate::engine::{Database, PASSWORD};
use kitdesk::central::{CentralError, Claimed, Store};
use kitdesk::journal::Write;

/// What a statement comes to.
async fn refusal(client: &tokio_postgres::Client, statement: &str) -> Option<String> {
    let error = client.batch_execute(statement).await.err()?;
    Some(
        error
            .as_db_error()
            .expect("the server's")
            .message()
            .to_owned(),
    )
}

const TABLES: [&str; 8] = [
    "hosts",
    "records",
    "checkpoints",
    "cuts",
    "claims",
    "ends",
    "holds",
    "generations",
];

#[tokio::test]
async fn a_host_changes_removes_and_empties_nothing() {
    let Some((database, [a, _], [store, _])) = two().await else {
        return;
    };
    assert_eq!(
        store.claim(&claim("maria", Write::Upgrade, kit("1"))).await,
        Ok(Claimed::Yes)
    );
    let host = database.by_hand(&a).await;
    for table in TABLES {
        let column = if table == "hosts" {
            "db_role"
        } else {
            "tenant"
        };
        let column = if ["cuts", "ends", "checkpoints"].contains(&table) {
            "chain"
        } else {
            column
        };
        for statement in [
            format!("UPDATE kitdesk.{table} SET {column} = NULL"),
            format!("DELETE FROM kitdesk.{table}"),
            format!("TRUNCATE kitdesk.{table} CASCADE"),
            format!("DROP TABLE kitdesk.{table} CASCADE"),
            format!("ALTER TABLE kitdesk.{table} DISABLE TRIGGER ALL"),
        ] {
            let said = refusal(&host, &statement)
                .await
                .unwrap_or_else(|| panic!("{statement}"));
            let is_no = said.contains("permission denied") || said.contains("must be owner");
            assert!(is_no, "{statement}: {said}");
        }
        if table != "records" {
            for statement in [
                format!("INSERT INTO kitdesk.{table} DEFAULT VALUES"),
                format!("SELECT * FROM kitdesk.{table}"),
            ] {
                let said = refusal(&host, &statement)
                    .await
                    .unwrap_or_else(|| panic!("{statement}"));
                assert!(said.contains("permission denied"), "{statement}: {said}");
            }
        }
    }
    for statement in [
        "SELECT kitdesk.cut(kitdesk.my_chain(), now())",
        "SELECT kitdesk.may('ACME', 'live')",
        "SELECT kitdesk.follows()",
        "SELECT kitdesk.may_read('ACME')",
        "SELECT kitdesk.head_of('intent', 1, NULL)",
        "SELECT kitdesk.threads(ARRAY[kitdesk.my_chain()], ARRAY[1], false)",
        "SELECT kitdesk.heard_of(NULL)",
        "SELECT kitdesk.holder('ACME', 'live', 'kit 1', 'customer 676165', NULL)",
        "SELECT kitdesk.conclude(gen_random_uuid(), kitdesk.my_chain(), 'done', 'x', NULL)",
        "SET ROLE kitdesk_owner",
        "CREATE TABLE kitdesk.mine (a int)",
        "CREATE FUNCTION kitdesk.cell(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ] {
        let said = refusal(&host, statement)
            .await
            .unwrap_or_else(|| panic!("{statement}"));
        assert!(said.contains("permission denied"), "{statement}: {said}");
    }
}

/// From the catalogue, so that a function that is added later is thought about.
#[tokio::test]
async fn a_host_runs_these_functions_and_no_other() {
    let Some((database, [a, _], _)) = two().await else {
        return;
    };
    let rows = database
        .owner
        .query(
            "SELECT proname::text FROM pg_proc WHERE pronamespace = 'kitdesk'::regnamespace
             AND has_function_privilege($1::text::name, oid, 'EXECUTE') ORDER BY 1",
            &[&a.role],
        )
        .await
        .expect("the superuser may");
    let names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(
        names,
        [
            "about_chain",
            "about_me",
            "cell",
            "claim",
            "count_look_ups",
            "doubt",
            "finish",
            "forwarded",
            "keep_checkpoint",
            "later",
            "my_chain",
            "my_open_claims",
            "my_tenant",
            "not_refilled",
            "open_of_others",
            "put_back",
            "read_action",
            "read_open",
            "read_records",
            "refilled",
            "rivals",
            "seen",
            "settle_for",
            "unknown_claims"
        ]
    );
}

#[tokio::test]
async fn a_role_that_may_too_much_is_noticed() {
    let Some((database, [a, _], [store, _])) = two().await else {
        return;
    };
    assert_eq!(store.may_too_much().await, Ok(false));
    for grant in ["DELETE ON kitdesk.records", "INSERT ON kitdesk.ends"] {
        let role = &a.role;
        let granted = format!("GRANT {grant} TO {role}");
        database
            .owner
            .batch_execute(&granted)
            .await
            .expect("the superuser may");
        assert_eq!(store.may_too_much().await, Ok(true), "{grant}");
        let taken = format!("REVOKE {grant} FROM {role}");
        database
            .owner
            .batch_execute(&taken)
            .await
            .expect("the superuser may");
    }
    let owner = format!("GRANT kitdesk_owner TO {}", a.role);
    database
        .owner
        .batch_execute(&owner)
        .await
        .expect("the superuser may");
    assert_eq!(store.may_too_much().await, Ok(true));
}

#[tokio::test]
async fn what_a_retired_host_has_left_open_is_given_up_by_the_owner() {
    let Some((database, [a, _host_b], [store, neighbour])) = two().await else {
        return;
    };
    let lost = claim("maria", Write::Upgrade, kit("1"));
    assert_eq!(store.claim(&lost).await, Ok(Claimed::Yes));
    let give_up = format!(
        "SELECT kitdesk.give_up('{}', 'looked at the DCMS')",
        a.chain
    );
    let said = refusal(&database.owner, &give_up).await;
    assert!(said.is_some_and(|said| said.contains("not retired")));
    let retired = format!(
        "UPDATE kitdesk.hosts SET retired_at = now() WHERE chain = '{}'",
        a.chain
    );
    database
        .owner
        .batch_execute(&retired)
        .await
        .expect("the superuser may");
    let by_owner = format!("SET ROLE kitdesk_owner; {give_up}; RESET ROLE");
    database
        .owner
        .batch_execute(&by_owner)
        .await
        .expect("the owner may");
    let next = claim("lakshmi", Write::Upgrade, kit("1"));
    assert_eq!(neighbour.claim(&next).await, Ok(Claimed::Yes));
}

#[tokio::test]
async fn not_even_the_owner_changes_a_record_by_a_slip() {
    let Some((database, _hosts, [store, _])) = two().await else {
        return;
    };
    let written = claim("maria", Write::Upgrade, kit("1"));
    assert_eq!(store.claim(&written).await, Ok(Claimed::Yes));
    store
        .finish(&written.id, kitdesk::central::End::Done, "maria", None)
        .await
        .expect("it answers");
    // As a superuser can: a host's own comes with its records.
    let one = "INSERT INTO kitdesk.checkpoints (chain, size, root, note)
        SELECT chain, 1, 'r', 'kitdesk/' || chain || E'\\n1\\nr\\n\\n' FROM kitdesk.hosts LIMIT 1";
    database
        .owner
        .batch_execute(one)
        .await
        .expect("the superuser may");
    for statement in [
        "UPDATE kitdesk.claims SET operator = 'x'",
        "DELETE FROM kitdesk.ends",
        "TRUNCATE kitdesk.claims CASCADE",
        "TRUNCATE kitdesk.records",
        "TRUNCATE kitdesk.checkpoints",
        "UPDATE kitdesk.checkpoints SET note = 'x'",
        "DELETE FROM kitdesk.checkpoints",
    ] {
        let said = refusal(&database.owner, statement)
            .await
            .unwrap_or_else(|| panic!("{statement}"));
        assert!(
            said.contains("never changed or removed"),
            "{statement}: {said}"
        );
    }
}

#[tokio::test]
async fn an_auditor_reads_everything_and_writes_nothing() {
    let Some((database, _hosts, [store, _])) = two().await else {
        return;
    };
    assert_eq!(
        store.claim(&claim("maria", Write::Upgrade, kit("1"))).await,
        Ok(Claimed::Yes)
    );
    let role = "SET ROLE kitdesk_audit";
    database
        .owner
        .batch_execute(role)
        .await
        .expect("the superuser may");
    for table in [
        "hosts",
        "records",
        "checkpoints",
        "cuts",
        "claims",
        "ends",
        "holds",
    ] {
        let read = format!("SELECT * FROM kitdesk.{table}");
        assert_eq!(refusal(&database.owner, &read).await, None, "{table}");
        let remove = format!("DELETE FROM kitdesk.{table}");
        assert!(refusal(&database.owner, &remove).await.is_some(), "{table}");
    }
    for statement in [
        "SELECT kitdesk.finish(gen_random_uuid(), 'never_sent', 'x', NULL)",
        "SELECT kitdesk.keep_checkpoint(1, 'root', 'note')",
        "SELECT kitdesk.rivals('ACME', 'live', '1', NULL, NULL, '{lock}', false, now())",
        "INSERT INTO kitdesk.checkpoints DEFAULT VALUES",
    ] {
        let said = refusal(&database.owner, statement).await;
        assert!(
            said.is_some_and(|said| said.contains("permission denied")),
            "{statement}"
        );
    }
}

/// What reads the records of all hosts.
const READS: [&str; 4] = [
    "SELECT * FROM kitdesk.read_records('ACME', 'live', '{}', true, false, true, NULL, NULL, NULL, 10)",
    "SELECT * FROM kitdesk.read_action('ACME', 'aaaaaaaa', 1)",
    "SELECT * FROM kitdesk.read_open('ACME', 'live', 10)",
    "SELECT * FROM kitdesk.count_look_ups('ACME', 'live', '2026', '2027')",
];

#[tokio::test]
async fn a_bank_s_records_are_read_by_its_hosts_and_by_auditors() {
    let Some((database, [a, _], _)) = two().await else {
        return;
    };
    let stranger = "cccccccc-0000-0000-0000-000000000003";
    let stranger = database.host("c", stranger, "OTHER").await;
    let auditor = format!("auditor_{}", database.name);
    let nobody = format!("nobody_{}", database.name);
    let made = format!(
        "CREATE ROLE {auditor} LOGIN PASSWORD '{PASSWORD}' IN ROLE kitdesk_audit;
         CREATE ROLE {nobody} LOGIN PASSWORD '{PASSWORD}' IN ROLE kitdesk_desk"
    );
    let made = database.owner.batch_execute(&made).await;
    made.expect("the superuser may");
    let host = database.by_hand(&a).await;
    let stranger = database.by_hand(&stranger).await;
    let auditor = database.client(&auditor, &database.name).await;
    let nobody = database.client(&nobody, &database.name).await;
    for read in READS {
        assert_eq!(refusal(&host, read).await, None, "{read}");
        assert_eq!(refusal(&auditor, read).await, None, "{read}");
        let said = refusal(&stranger, read).await.expect("it is refused");
        assert_eq!(said, "this host is enrolled for the tenant OTHER", "{read}");
        let said = refusal(&nobody, read).await.expect("it is refused");
        assert_eq!(said, "this host is not enrolled", "{read}");
        // Of a bank that it may ask for it gets its own alone.
        let of_other = read.replace("ACME", "OTHER");
        assert_eq!(refusal(&stranger, &of_other).await, None, "{of_other}");
    }
    // No value becomes a part of the question.
    let value = r#"{"operator": "x' OR true --", "kit": ["1' OR true --"], "no_such_key": "') OR true --"}"#;
    let value = value.replace('\'', "''");
    let asked = format!(
        "SELECT * FROM kitdesk.read_records('ACME', 'live', '{value}', false, false, true, NULL, NULL, NULL, 10)"
    );
    let rows = host.query(&asked, &[]).await.expect("it answers");
    assert!(rows.is_empty());
    for statement in [
        "SELECT kitdesk.settle_for(gen_random_uuid(), 'settled_done', 'x', 'y')",
        "SELECT * FROM kitdesk.open_of_others()",
    ] {
        let said = refusal(&auditor, statement).await;
        let said = said.unwrap_or_else(|| panic!("{statement}"));
        assert!(said.contains("permission denied"), "{statement}: {said}");
    }
}

#[tokio::test]
async fn the_branch_of_a_record_is_that_of_its_host_whatever_it_says() {
    let Some((database, [a, _], _)) = two().await else {
        return;
    };
    let host = database.by_hand(&a).await;
    for statement in [
        "UPDATE kitdesk.hosts SET branch = '1'",
        "UPDATE kitdesk.hosts SET gone_after = '1 hour'",
        "INSERT INTO kitdesk.records (branch) VALUES ('1') RETURNING chain",
    ] {
        let said = refusal(&host, statement).await;
        let said = said.unwrap_or_else(|| panic!("{statement}"));
        let is_no = said.contains("permission denied") || said.contains("row-level security");
        assert!(is_no, "{statement}: {said}");
    }
    let too_soon = "UPDATE kitdesk.hosts SET gone_after = '59 minutes'";
    let said = refusal(&database.owner, too_soon).await;
    assert!(said.is_some_and(|said| said.contains("gone_after")));
}

#[tokio::test]
async fn who_is_not_enrolled_gets_a_sentence() {
    let Some((database, [a, _], [store, _])) = two().await else {
        return;
    };
    let retired = format!(
        "UPDATE kitdesk.hosts SET retired_at = now() WHERE db_role = '{}'",
        a.role
    );
    database
        .owner
        .batch_execute(&retired)
        .await
        .expect("the superuser may");
    let error = store.claim(&claim("maria", Write::Upgrade, kit("1"))).await;
    assert_eq!(error, Err(CentralError::NotEnrolled));
    let standing = store.standing().await.expect("it answers");
    assert_eq!(standing.chain, None);
}

#[tokio::test]
async fn a_wrong_password_and_an_empty_database_are_told_apart() {
    let Some((database, [a, _], _)) = two().await else {
        return;
    };
    let central = database.central(&a);
    std::fs::write(a.home.path().join("db.pass"), "wrong").expect("it is ours");
    let wrong: Store = Store::new(&crate::engine::settings(&a, &central)).expect("good settings");
    let error = wrong.standing().await.expect_err("it is wrong");
    assert!(matches!(error, CentralError::Login(_)), "{error}");
    let (folder, port) = (database.engine.folder.display(), database.engine.port);
    let empty = Database::at(&a, &format!("/postgres?host={folder}&port={port}"));
    let error = crate::engine::store(&a, &empty)
        .standing()
        .await
        .expect_err("it is empty");
    assert!(error.to_string().contains("kitdesk central sql"), "{error}");
}

#[tokio::test]
async fn an_administrator_needs_not_be_a_superuser() {
    let Some(database) = Database::new().await else {
        return;
    };
    let dba = format!("dba_{}", database.name);
    let own = format!("own_{}", database.name);
    database
        .owner
        .batch_execute(&format!(
            "CREATE ROLE {dba} LOGIN CREATEROLE PASSWORD '{PASSWORD}'"
        ))
        .await
        .expect("the superuser may");
    let made = format!("CREATE DATABASE {own} OWNER {dba}");
    database
        .owner
        .batch_execute(&made)
        .await
        .expect("the superuser may");
    // The three roles are there from the other databases, so an administrator of newer servers needs a word.
    let version = "SELECT current_setting('server_version_num')::int";
    let version = database
        .owner
        .query_one(version, &[])
        .await
        .expect("it answers");
    if version.get::<_, i32>(0) >= 160_000 {
        let word = format!("GRANT kitdesk_owner TO {dba} WITH ADMIN OPTION");
        database
            .owner
            .batch_execute(&word)
            .await
            .expect("the superuser may");
    }
    let client = database.client(&dba, &own).await;
    client
        .batch_execute(kitdesk::central::SQL)
        .await
        .expect("it is enough");
    let chain = "aaaaaaaa-0000-0000-0000-000000000001";
    let enrol = format!(
        "INSERT INTO kitdesk.hosts (chain, db_role, tenant, environments) VALUES ('{chain}', 'x', 'ACME', '{{uat}}')"
    );
    client
        .batch_execute(&enrol)
        .await
        .expect("a member of the owner may");
}
