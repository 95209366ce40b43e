use super::*;
use crate::config::top_level::IDLE_ALLOWED;
use crate::pin::WeakPins;

const PROFILE_KEYS: &str = "base_url, tenant, environment, branch_id, tiers, plastic_codes, \
    pin_entry, pin_block, pin_account, pin_length, weak_pins, weak_pin_list, timeouts, ca_file, client_cert, client_key, proxy, no_proxy, pin_key, \
    card_key, sign_in, headers";

/// The error of the smallest profile with these lines (the first is line 5) after it.
fn added(lines: &str) -> String {
    Desk::new(&format!("{SMALL}{lines}\n")).sentence()
}

/// The error of the smallest profile with another address.
fn address(url: &str) -> String {
    Desk::new(&SMALL.replace("https://h/v1", url)).sentence()
}

#[test]
fn a_word_says_file_line_and_what_is_allowed() {
    let desk = Desk::new(&SMALL.replace("uat", "prod"));
    let path = desk.path("config.toml");
    assert_eq!(
        sentence(desk.load()),
        format!(
            "{}, line 4: environment is \"prod\"; allowed are sandbox, uat, live",
            path.display()
        )
    );
    for (line, said) in [
        (
            "pin_entry = \"x\"",
            "pin_entry is \"x\"; allowed are local, anywhere, off",
        ),
        (
            "pin_block = \"x\"",
            "pin_block is \"x\"; allowed are raw, hex",
        ),
        (
            "pin_account = \"x\"",
            "pin_account is \"x\"; allowed are pan, kit, kit-as-pan",
        ),
        (
            "pin_key = { env = \"K\", format = \"x\" }",
            "format is \"x\"; allowed are hex, base64, text",
        ),
        (
            "branch_id = \"1 2\"",
            "branch_id is \"1 2\"; allowed are 1 to 64 letters, digits, -, _ and .",
        ),
        ("pin_entry = 5", "pin_entry must be text in quotes"),
    ] {
        assert_eq!(added(line), format!("config.toml, line 5: {said}"));
    }
}

#[test]
fn unknown_keys_are_refused_everywhere() {
    assert_eq!(
        Desk::new(&format!("color = 1\n{SMALL}")).sentence(),
        "config.toml, line 1: unknown key \"color\" at the top; \
         allowed are default_profile, theme, idle_limit, hide_on_focus_lost, linear, keys, profiles, serve, central"
    );
    assert_eq!(
        added("\nenvronment = \"uat\""),
        format!(
            "config.toml, line 6: unknown key \"envronment\" in [profiles.a] (did you mean environment?); \
             allowed are {PROFILE_KEYS}"
        )
    );
    assert_eq!(
        added("timeouts = { conect = \"5s\" }"),
        "config.toml, line 5: unknown key \"conect\" in [profiles.a.timeouts] (did you mean connect?); \
         allowed are connect, read, write"
    );
    assert_eq!(
        added("[profiles.a.pin_key]\nfiel = \"k\""),
        "config.toml, line 6: unknown key \"fiel\" in [profiles.a.pin_key] (did you mean file?); \
         allowed are file, env, command, format"
    );
    assert_eq!(
        added("[profiles.a.sign_in]\nuser = \"k\""),
        "config.toml, line 6: unknown key \"user\" in [profiles.a.sign_in] (did you mean username?); \
         allowed are username, password"
    );
    // A format is for keys only.
    assert_eq!(
        added("headers = { x = { env = \"K\", format = \"hex\" } }"),
        "config.toml, line 5: unknown key \"format\" in [profiles.a.headers.x]; \
         allowed are file, env, command"
    );
    let other = SMALL.replace("profiles.a", "profiles.b");
    let desk = Desk::new(&format!("default_profile = \"a\"\n{SMALL}{other}x = 1\n"));
    assert!(
        desk.sentence()
            .starts_with("config.toml, line 10: unknown key \"x\"")
    );
}

#[test]
fn what_is_needed_is_named() {
    for (key, allowed) in [
        (
            "base_url",
            "an address, such as \"https://api.dcms.example.com/v1\"",
        ),
        (
            "tenant",
            "the name that the DCMS knows the bank by, 1 to 64 visible ASCII characters without blanks",
        ),
        ("environment", "one of sandbox, uat, live"),
    ] {
        let lines = SMALL.lines().filter(|line| !line.starts_with(key));
        let text: Vec<_> = lines.collect();
        assert_eq!(
            Desk::new(&text.join("\n")).sentence(),
            format!("config.toml, line 1: [profiles.a] lacks the key {key}; allowed is {allowed}")
        );
    }
    assert_eq!(
        Desk::new("").sentence(),
        "config.toml: there is no profile in it; at least one [profiles.NAME] is needed"
    );
}

#[test]
fn what_is_not_toml_is_not_quoted() {
    for lines in [
        "headers = { \"x-api-key\" = hunter2 }",
        "headers = { \"x-api-key\" = \"hunter2 }",
        "headers = { \"x-api-key\" = \"hunter2\\q\" }",
        "[profiles.a.headers]\n\"x-api-key\" = \"a\"\n\"x-api-key\" = \"hunter2\"",
        "[profiles.a.headers]\nx-api-key: hunter2",
    ] {
        let said = added(lines);
        assert!(said.starts_with("config.toml, line "), "{said}");
        assert!(said.contains("this is not TOML: "), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn secrets_are_never_in_a_fault() {
    for lines in [
        "sign_in = { username = \"u\", password = \"hunter2\" }",
        "sign_in = \"hunter2\"",
        "headers = \"hunter2\"",
        "headers = { x = \"hunter2\\n\" }",
        "headers = { x = [\"hunter2\"] }",
        "headers = { tenant = \"hunter2\" }",
        "pin_key = \"hunter2\"",
        "pin_key = { command = \"hunter2\" }",
        "pin_key = { command = [\"\", \"hunter2\"] }",
        "pin_key = { command = [\"a\", \"hunter2\"], env = \"K\" }",
        "proxy = \"http://u:hunter2@p:3128\"",
        "proxy = \"http://u:hunter2@:x\"",
        "timeouts = \"hunter2\"",
    ] {
        let said = added(lines);
        assert!(said.starts_with("config.toml, line 5: "), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let said = address("https://u:hunter2@h/v1");
    assert_eq!(
        said,
        "config.toml, line 2: base_url can't hold a name or a password"
    );
}

#[test]
fn addresses_are_checked() {
    let at = "config.toml, line 2: base_url";
    for (url, said) in [
        (
            "http://h/v1",
            "is http://, which is allowed for a loopback host only; use https://",
        ),
        (
            "http://127.0.0.1.example.com/v1",
            "is http://, which is allowed for a loopback host only; use https://",
        ),
        (
            "ftp://h/v1",
            "must begin with https:// (or http:// for a loopback host)",
        ),
        (
            "https://h/v1?a=1",
            "can't hold a query or a fragment (? or #)",
        ),
        (
            "https://h/v1#a",
            "can't hold a query or a fragment (? or #)",
        ),
        ("https://", "is not an address: empty host"),
        ("h/v1", "is not an address: relative URL without a base"),
        (
            "https://karten.münchen.example/v1",
            "is not an address: write the host's name as DNS has it, in ASCII (xn--...)",
        ),
    ] {
        assert_eq!(address(url), format!("{at} {said}"));
    }
    assert_eq!(
        added("no_proxy = [\".internal\"]"),
        "config.toml, line 5: no_proxy is allowed together with proxy only"
    );
    assert!(
        added("proxy = \"http://p:3128\"\nno_proxy = [\"a b\"]")
            .contains("no_proxy is \"a b\"; allowed are names, .domains, addresses, networks"),
    );
    assert_eq!(
        added("proxy = \"https://p/path\""),
        "config.toml, line 5: proxy must be a host and a port only, such as \"http://proxy:3128\""
    );
    let plain = SMALL.replace("https://h/v1", "http://localhost/v1");
    assert_eq!(
        Desk::new(&format!("{plain}proxy = \"http://p:3128\"\n")).sentence(),
        "config.toml, line 5: proxy is allowed with an https:// base_url only"
    );
}

#[test]
fn numbers_and_times_have_bounds() {
    for bad in [
        "[3, 6]",
        "[4, 13]",
        "[6, 4]",
        "[4]",
        "[4, 5, 6]",
        "4",
        "[-4, 6]",
        "[\"4\", 6]",
    ] {
        assert_eq!(
            added(&format!("pin_length = {bad}")),
            "config.toml, line 5: pin_length must be the fewest and the most digits, \
             within 4 to 12, such as [4, 6]"
        );
    }
    for bad in ["99ms", "121s", "5", "soon", ""] {
        assert_eq!(
            added(&format!("timeouts = {{ read = \"{bad}\" }}")),
            format!(
                "config.toml, line 5: read is \"{bad}\"; \
                 allowed is a time from \"100ms\" to \"120s\""
            )
        );
    }
    let idle = |limit: &str, environment: &str| {
        let profile = SMALL.replace("uat", environment);
        Desk::new(&format!("idle_limit = \"{limit}\"\n{profile}"))
    };
    for (limit, environment) in [
        ("29s", "uat"),
        ("16m", "live"),
        ("25h", "uat"),
        ("x", "uat"),
    ] {
        assert_eq!(
            idle(limit, environment).sentence(),
            format!("config.toml, line 1: idle_limit is \"{limit}\"; {IDLE_ALLOWED}")
        );
    }
    for (limit, environment) in [("30s", "uat"), ("15m", "live"), ("16m", "uat")] {
        assert!(idle(limit, environment).load().is_ok(), "{limit}");
    }
    for bad in ["\"true\"", "1", "\"\""] {
        assert_eq!(
            Desk::new(&format!("hide_on_focus_lost = {bad}\n{SMALL}")).sentence(),
            "config.toml, line 1: hide_on_focus_lost must be true or false, without quotes"
        );
    }
}

#[test]
fn a_source_is_exactly_one() {
    for source in [
        "{}",
        "{ file = \"a\", env = \"b\" }",
        "{ format = \"hex\" }",
    ] {
        assert_eq!(
            added(&format!("pin_key = {source}")),
            "config.toml, line 5: [profiles.a.pin_key] must have exactly one of file, env, command"
        );
    }
    assert_eq!(
        added("card_key = { command = \"vault kv\" }"),
        "config.toml, line 5: command must be a list of texts, \
         such as [\"vault\", \"kv\", \"get\", \"secret/dcms\"]"
    );
    assert_eq!(
        added("card_key = { env = \"A=B\" }"),
        "config.toml, line 5: env must be the name of an environment variable, made of letters, digits and _, such as \"DCMS_PASSWORD\""
    );
    assert_eq!(
        added("sign_in = { username = \"u\", password = \"p\" }"),
        "config.toml, line 5: password can't be in this file; say where it is kept: \
         { file = \"NAME\" }, { env = \"NAME\" } or { command = [\"PROGRAM\", ...] }"
    );
}

#[test]
fn header_names_are_checked() {
    for name in ["tenant", "Content-Type", "HOST", "transfer-encoding"] {
        assert_eq!(
            added(&format!("headers = {{ {name} = \"v\" }}")),
            format!(
                "config.toml, line 5: {name} is a header that the program sets itself; leave it out"
            )
        );
    }
    assert_eq!(
        added("headers = { \"x: hunter2\" = \"v\" }"),
        "config.toml, line 5: a header name can have only letters, digits and !#$%&'*+-.^_`|~"
    );
    let said = added("headers = { x-a = \"v\", X-A = \"w\" }");
    assert!(said.contains("is there twice"), "{said}");
    let sign_in = "sign_in = { username = \"u\", password = { env = \"P\" } }";
    assert_eq!(
        added(&format!("{sign_in}\nheaders = {{ Authorization = \"v\" }}")),
        "config.toml, line 6: Authorization is the header that sign_in sets; \
         leave out one of the two"
    );
    let alone = Desk::new(&format!("{SMALL}headers = {{ Authorization = \"v\" }}\n"));
    assert!(alone.load().is_ok());
}

#[test]
fn files_of_the_chosen_profile_must_be_there() {
    assert_eq!(
        added("ca_file = \"ca.pem\""),
        "config.toml, line 5: ca_file: ca.pem does not exist"
    );
    assert_eq!(
        added("[profiles.a.pin_key]\nfile = \"pin.key\""),
        "config.toml, line 6: pin.key does not exist"
    );
    assert_eq!(
        added("client_cert = \"own.pem\""),
        "config.toml, line 5: client_cert also needs client_key"
    );
    assert_eq!(
        added("client_key = \"own.key\""),
        "config.toml, line 5: client_key also needs client_cert"
    );
    let other = SMALL.replace("profiles.a", "profiles.b");
    let desk = Desk::new(&format!(
        "default_profile = \"a\"\n{SMALL}{other}ca_file = \"none.pem\"\n"
    ));
    assert!(desk.load().is_ok());
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_refused_at_once() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new(&format!(
        "{SMALL}client_cert = \"own.pem\"\nclient_key = \"own.key\"\n"
    ));
    desk.put("own.pem", "chain");
    desk.put("own.key", "hunter2");
    let mode = fs::Permissions::from_mode(0o644);
    fs::set_permissions(desk.path("own.key"), mode).expect("it is our own");
    assert_eq!(
        desk.sentence(),
        "config.toml, line 6: own.key can be read by others; \
         only its owner may: chmod 600 own.key"
    );
}

#[test]
fn a_file_that_was_asked_for_must_be_there() {
    let desk = Desk::new(SMALL);
    let mut request = desk.request();
    let missing = desk.path("none.toml");
    request.config = Some(missing.clone());
    let said = format!(
        "the configuration file {} does not exist",
        missing.display()
    );
    assert_eq!(sentence(load(&request, &around([]))), said);
    let variable = around([("KITDESK_CONFIG", &*missing.to_string_lossy())]);
    assert_eq!(sentence(load(&Request::default(), &variable)), said);
    request.config = Some(desk.0.path().to_owned());
    let said = sentence(load(&request, &around([])));
    assert!(said.ends_with("is not a regular file"), "{said}");
    fs::write(desk.path("config.toml"), b"# one\n# \xff\n").expect("our own");
    assert_eq!(
        desk.sentence(),
        "config.toml, line 2: this is not UTF-8, as TOML has to be"
    );
}

#[test]
fn unknown_profiles_list_the_known() {
    let desk = Desk::new(SMALL);
    let mut request = desk.request();
    request.profile = Some("x".to_owned());
    let said = sentence(load(&request, &around([])));
    assert!(
        said.ends_with("config.toml: there is no profile \"x\" (--profile); allowed are a"),
        "{said}"
    );
    assert_eq!(
        Desk::new(&format!("default_profile = \"x\"\n{SMALL}")).sentence(),
        "config.toml, line 1: default_profile is \"x\"; allowed are a"
    );
    assert_eq!(
        Desk::new(&SMALL.replace("profiles.a", "profiles.\"a b\"")).sentence(),
        "config.toml, line 1: the name of a profile has 1 to 64 letters, digits, dots, hyphens \
         and underscores"
    );
}

#[test]
fn a_list_of_weak_pins_must_be_one() {
    let desk = |list: &str| {
        let desk = Desk::new(&format!("{SMALL}weak_pin_list = \"weak.txt\"\n"));
        desk.put("weak.txt", list);
        desk
    };
    assert_eq!(
        desk("1865\nabcd\n").sentence(),
        "config.toml, line 5: weak_pin_list: weak.txt: line 2 is not a PIN: one of 4 to 12 digits \
         a line is allowed, and lines that begin with #"
    );
    assert_eq!(
        added("weak_pin_list = \"weak.txt\""),
        "config.toml, line 5: weak_pin_list: weak.txt does not exist"
    );
    assert_eq!(
        added("weak_pins = \"no\""),
        "config.toml, line 5: weak_pins is \"no\"; allowed are refuse, allow"
    );
    let rule = desk("# our own\n1865\n").profile().pin_rule();
    assert!(matches!(
        rule.map(|rule| rule.weak),
        Ok(WeakPins::Refused(Some(_)))
    ));
    let allowed = Desk::new(&format!("{SMALL}weak_pins = \"allow\"\n")).profile();
    assert!(matches!(
        allowed.pin_rule().map(|rule| rule.weak),
        Ok(WeakPins::Allowed)
    ));
}
