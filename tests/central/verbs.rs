//! The verbs: SQL for the administrator, enrolling a host, how the store stands to it.

use std::process::Command;

use kitdesk::sandbox::{Options, start};
use serde_json::Value;

use crate::engine::Database;
use crate::fixtures::{Desk, ENTITY};

/// A desk at a simulator that stands for a bank's own, so that a host can be enrolled for it.
fn configured(sandbox: &str, central: &str) -> Desk {
    let config = sandbox.replace("environment = \"sandbox\"", "environment = \"uat\"");
    Desk::configured(&format!("{config}\n{central}"))
}

#[test]
fn the_sql_needs_no_configuration() {
    let sql = Desk::unconfigured().run(&["central", "sql"]).code(0).out;
    assert_eq!(sql, kitdesk::central::SQL);
    let json = Desk::unconfigured()
        .run(&["central", "sql", "--json"])
        .code(0)
        .out;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["result"]["version"], 1);
}

#[test]
fn without_a_store_in_the_configuration_that_is_said() {
    for verb in ["enrol", "status"] {
        Desk::unconfigured()
            .run(&["central", verb])
            .code(2)
            .says("there is no [central]");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_is_enrolled_by_what_is_printed() {
    let Some(database) = Database::new().await else {
        return;
    };
    let sandbox = start(Options::default()).await.expect("it starts");
    let (folder, port) = (database.engine.folder.display(), database.engine.port);
    let role = format!("new_{}", database.name);
    let central = format!(
        "[central]\nurl = \"postgres://{role}@/{}?host={folder}&port={port}\"\npassword = {{ env = \"DB\" }}\n",
        database.name
    );
    let desk = configured(&sandbox.config_file(), &central);
    // Before the first look-up: the journal is made with its name.
    let sql = desk.run(&["central", "enrol"]).code(0).out;
    desk.run(&["kits", "--entity", ENTITY]).code(0);
    assert_eq!(desk.run(&["central", "enrol"]).code(0).out, sql);
    for _ in 0..2 {
        database
            .owner
            .batch_execute(&sql)
            .await
            .expect("it can be run twice");
    }
    let set = format!("ALTER ROLE {role} PASSWORD 'p'");
    database
        .owner
        .batch_execute(&set)
        .await
        .expect("the superuser may");
    let status = |password: &str| -> Command {
        let mut command = desk.command(&["central", "status", "--json"]);
        command.env("DB", password);
        command
    };
    let output = status("p").output().expect("it runs");
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(said["result"]["role"], role);
    assert_eq!(said["result"]["environments"][0], "uat");
    assert_eq!(said["result"]["forwarded"], 0);
    assert_eq!(said["result"]["records"], said["result"]["waiting"]);
    let output = status("wrong").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("refuses this host"), "{said}");
    assert!(!said.contains("wrong\""), "{said}");
}

#[test]
fn a_store_that_is_down_is_exit_code_3() {
    let desk = Desk::configured(
        "[central]\nurl = \"postgres://a@/k?host=/nowhere\"\n\
         [profiles.p]\nbase_url = \"http://127.0.0.1:1/v1\"\ntenant = \"ACME\"\nenvironment = \"uat\"\n",
    );
    let ended = desk.run(&["central", "status"]).code(3);
    ended.says("is not reached: it does not exist");
}
