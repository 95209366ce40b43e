//! What can be wrong with a configuration, by running the program: exit code 2, the file, the line, and
//! what is allowed there.

use crate::console::write_file;
use crate::fixtures::Desk;

/// Good, and short: seven lines.
const GOOD: &str = "default_profile = \"one\"

[profiles.one]
base_url = \"https://dcms.example.com/v1\"
tenant = \"BANK\"
environment = \"uat\"
branch_id = \"12345\"
";

/// A verb that needs the configuration and asks nobody.
const DRY: [&str; 4] = ["cancel-order", "--order", "7", "--dry-run"];

#[track_caller]
fn refused(config: &str, line: Option<usize>, said: &str) {
    let desk = Desk::configured(config);
    write_file(&desk.path("kitdesk/good.key"), &"00".repeat(16));
    let place = match line {
        Some(line) => format!("config.toml, line {line}: "),
        None => "config.toml: ".to_owned(),
    };
    let ended = desk.run(&[&DRY[..], &["--json"]].concat());
    assert_eq!(ended.code, 2, "{said}: {}", ended.err);
    let json = ended.json();
    assert_eq!(json["outcome"], "not_sent");
    let ended = ended.says(&place).says(said);
    ended.keeps(&["hunter2"]);
}

#[test]
fn a_good_one_is_taken() {
    Desk::configured(GOOD).run(&DRY).code(0).shows("BANK");
}

#[test]
fn a_line_more_that_is_wrong() {
    for (line, said) in [
        ("pin_entry = \"never\"", "allowed are local, anywhere, off"),
        ("pin_block = \"RAW\"", "allowed are raw, hex"),
        ("pin_account = \"card\"", "allowed are pan, kit"),
        ("pin_length = [3, 6]", "within 4 to 12"),
        ("weak_pins = \"maybe\"", "allowed are refuse, allow"),
        ("weak_pin_list = \"gone.txt\"", "gone.txt does not exist"),
        ("timeouts = { read = \"1h\" }", "\"100ms\" to \"120s\""),
        (
            "timeouts = { reed = \"1s\" }",
            "allowed are connect, read, write",
        ),
        ("tiers = \"SILVER\"", "must be a list of texts"),
        ("plastic_codes = [\"a/b\"]", "allowed are 1 to 64 letters"),
        ("ca_file = \"gone.pem\"", "gone.pem does not exist"),
        ("client_cert = \"desk.pem\"", "also needs client_key"),
        ("client_key = \"desk.key\"", "also needs client_cert"),
        ("proxy = \"proxy:3128\"", "must begin with https://"),
        (
            "proxy = \"http://a:hunter2@p:3128\"",
            "can't hold a name or a password",
        ),
        ("no_proxy = [\"a\"]", "together with proxy only"),
        (
            "pin_key = { file = \"gone.key\" }",
            "gone.key does not exist",
        ),
        (
            "pin_key = { format = \"hex\" }",
            "exactly one of file, env, command",
        ),
        (
            "pin_key = { file = \"good.key\", format = \"b64\" }",
            "allowed are hex, base64",
        ),
        ("card_key = \"hunter2\"", "must be a table, such as { file"),
        (
            "card_key = { command = [] }",
            "must begin with the name of a program",
        ),
        (
            "sign_in = { username = \"u\" }",
            "lacks the key password; allowed is { file",
        ),
        (
            "sign_in = { username = \"u\", password = \"hunter2\" }",
            "say where it is kept: { file",
        ),
        ("headers = { tenant = \"x\" }", "the program sets itself"),
        (
            "headers = { x = \"a\\nhunter2\" }",
            "only visible ASCII characters",
        ),
        ("headers = { x = 1 }", "must be a table"),
        (
            "colour = \"red\"",
            "unknown key \"colour\" in [profiles.one]; allowed are base_url",
        ),
        ("x = hunter2", "this is not TOML"),
    ] {
        refused(&format!("{GOOD}{line}\n"), Some(8), said);
    }
    for past in ["https://localhost", "localhost:8443", "10.0.0.0/99", ""] {
        let lines = format!("proxy = \"http://p:3128\"\nno_proxy = [\"{past}\"]\n");
        let said =
            format!("no_proxy is \"{past}\"; allowed are names, .domains, addresses, networks");
        refused(&(GOOD.to_owned() + &lines), Some(9), &said);
    }
}

#[test]
fn a_line_that_is_wrong_in_its_place() {
    for (from, to, line, said) in [
        ("\"uat\"", "\"prod\"", 6, "allowed are sandbox, uat, live"),
        (
            "environment = \"uat\"\n",
            "",
            3,
            "lacks the key environment; allowed is one of sandbox, uat, live",
        ),
        (
            "\"BANK\"",
            "\"\"",
            5,
            "tenant is \"\"; allowed is the name that the DCMS knows the bank by",
        ),
        (
            "tenant = \"BANK\"\n",
            "",
            3,
            "lacks the key tenant; allowed is the name",
        ),
        (
            "\"12345\"",
            "\"1 2\"",
            7,
            "branch_id is \"1 2\"; allowed are 1 to 64 letters",
        ),
        ("https://", "http://", 4, "loopback host only"),
        ("https://", "ftp://", 4, "must begin with https://"),
        (
            "https://",
            "https://a:hunter2@",
            4,
            "can't hold a name or a password",
        ),
        ("/v1\"", "/v1?key=hunter2\"", 4, "can't hold a query"),
        (
            "= \"one\"",
            "= \"two\"",
            1,
            "default_profile is \"two\"; allowed are one",
        ),
        (
            "default_profile = \"one\"",
            "idle_limit = \"1s\"",
            1,
            "\"30s\" to \"24h\"",
        ),
        (
            "default_profile = \"one\"",
            "hide_on_focus_lost = 1",
            1,
            "must be true or false",
        ),
        (
            "default_profile = \"one\"",
            "theme = \"\"",
            1,
            "must be the name of a theme",
        ),
        (
            "default_profile = \"one\"",
            "theme = \"nonesuch\"",
            1,
            "there are desk,",
        ),
        (
            "default_profile = \"one\"",
            "keys = { upgrade = \"Ctrl+S\" }",
            1,
            "keys.upgrade",
        ),
        (
            "default_profile = \"one\"",
            "keys = { teapot = \"U\" }",
            1,
            "keys.teapot",
        ),
        (
            "default_profile = \"one\"",
            "color = 1",
            1,
            "allowed are default_profile, theme",
        ),
        (
            "[profiles.one]",
            "[profiles.\"o ne\"]",
            3,
            "1 to 64 letters, digits",
        ),
    ] {
        let config = GOOD.replace(from, to);
        assert_ne!(config, GOOD, "{said}");
        refused(&config, Some(line), said);
    }
    let live = GOOD
        .replace("\"uat\"", "\"live\"")
        .replace("default_profile = \"one\"", "idle_limit = \"16m\"");
    refused(&live, Some(1), "\"15m\" at most in live");
    refused("", None, "there is no profile in it");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_and_a_folder_that_others_can_write() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::configured(&format!("{GOOD}pin_key = {{ file = \"keys/pin.key\" }}\n"));
    let key = desk.path("kitdesk/keys/pin.key");
    std::fs::create_dir(desk.path("kitdesk/keys")).expect("a new folder");
    write_file(&key, &"00".repeat(16));
    desk.run(&DRY).code(0);
    set_permissions(&key, Permissions::from_mode(0o640)).expect("our own");
    desk.run(&DRY)
        .code(2)
        .says("config.toml, line 8: ")
        .says("chmod 600");
    set_permissions(&key, Permissions::from_mode(0o600)).expect("our own");
    set_permissions(desk.path("kitdesk/keys"), Permissions::from_mode(0o777)).expect("our own");
    desk.run(&DRY)
        .code(2)
        .says("config.toml, line 8: ")
        .says("chmod go-w");
}

#[test]
fn a_header_from_a_file_is_told_at_its_own_line() {
    let headers = "\n[profiles.one.headers]\n\"x-one\" = \"good\"\n\"X-Api-Key\" = { file = \"gateway.key\" }\n";
    let desk = Desk::configured(&(GOOD.to_owned() + headers));
    write_file(&desk.path("kitdesk/gateway.key"), "hunter2\nhunter2\n");
    let ended = desk.run(&["kits", "--entity", "1"]).code(2);
    ended
        .says("config.toml, line 11: the value of the header x-api-key")
        .keeps(&["hunter2"]);
}

#[test]
fn what_is_wrong_outside_of_the_file() {
    let desk = Desk::configured(GOOD);
    for (more, said) in [
        (
            ["--profile", "two"],
            "there is no profile \"two\" (--profile); allowed are one",
        ),
        (["--config", "gone.toml"], "gone.toml does not exist"),
        (["--config", "."], "is not a regular file"),
        (["--operator", ""], "allowed are 1 to 64 visible characters"),
        (
            ["--theme", "nonesuch"],
            "--theme: theme nonesuch: there is no such theme; there are",
        ),
    ] {
        desk.run(&[&DRY[..], &more].concat()).code(2).says(said);
    }
}
