use std::fs;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use url::Url;

use super::*;
use crate::config::{HeaderValueSource, PinAccount, PinEntryRule};
use crate::pin::{BlockForm, PinLength};

mod errors;

/// The example of the documentation, to the letter.
const EXAMPLE: &str = include_str!("../example.toml");
const SMALL: &str =
    "[profiles.a]\nbase_url = \"https://h/v1\"\ntenant = \"T\"\nenvironment = \"uat\"\n";

struct Desk(TempDir);

impl Desk {
    fn new(text: &str) -> Self {
        let desk = Self(tempfile::tempdir().expect("there is a temporary folder"));
        desk.put("config.toml", text);
        desk
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::write(&path, text).expect("the folder is our own");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::Permissions::from_mode(0o600);
            fs::set_permissions(&path, mode).expect("it is our own");
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn request(&self) -> Request {
        Request {
            config: Some(self.path("config.toml")),
            ..Request::default()
        }
    }

    fn load(&self) -> Result<Config, ConfigError> {
        load(&self.request(), &around([]))
    }

    fn profile(&self) -> Profile {
        good(self.load()).profile.expect("a file has a profile")
    }

    /// The sentence without the folder's changing name.
    fn sentence(&self) -> String {
        let said = sentence(self.load());
        said.replace(&format!("{}/", self.0.path().display()), "")
    }
}

fn around<const N: usize>(variables: [(&str, &str); N]) -> Env {
    Env::given(variables)
}

fn good<T>(result: Result<T, ConfigError>) -> T {
    match result {
        Ok(good) => good,
        Err(error) => panic!("{error}"),
    }
}

fn sentence<T>(result: Result<T, ConfigError>) -> String {
    match result {
        Ok(_) => panic!("it should have been refused"),
        Err(error) => error.to_string(),
    }
}

fn example() -> Desk {
    let desk = Desk::new(EXAMPLE);
    desk.put("bank-ca.pem", "-----BEGIN CERTIFICATE-----\n");
    desk.put("pin.key", "00000000000000000000000000000000\n");
    desk.put("gateway.key", "g4teway\n");
    desk
}

#[test]
fn the_documented_example_loads() {
    let desk = example();
    let config = good(desk.load());
    assert_eq!(config.file, Some(desk.path("config.toml")));
    assert_eq!(config.theme, Some(ThemeChoice::Name("desk".to_owned())));
    assert_eq!(config.idle_limit, Duration::from_mins(5));
    assert_eq!(config.operator, "no login");
    assert_eq!(config.state, None);

    let profile = config.profile.expect("a file has a profile");
    assert_eq!(profile.name, "acme-uat");
    assert_eq!(profile.base_url.as_str(), "https://api.dcms.example.com/v1");
    assert_eq!(profile.tenant.as_str(), "ACME_BANK");
    assert_eq!(profile.environment.to_string(), "UAT");
    assert_eq!(
        profile
            .branch_id
            .as_ref()
            .map(crate::dcms::BranchId::as_str),
        Some("12345")
    );
    assert_eq!(profile.pin_entry, PinEntryRule::Local);
    assert_eq!(profile.pin_block, BlockForm::Raw);
    assert_eq!(profile.pin_account, PinAccount::Pan);
    assert_eq!(profile.pin_length, PinLength::default());
    assert_eq!(profile.limits, crate::dcms::Limits::default());
    let ca_file = profile.ca_file.as_ref().map(|file| file.path().to_owned());
    assert_eq!(ca_file, Some(desk.path("bank-ca.pem")));
    let described =
        |key: Option<&crate::config::KeySource>| key.map(crate::config::KeySource::describe);
    assert_eq!(
        described(profile.pin_key.as_ref()),
        Some(format!("file {}", desk.path("pin.key").display()))
    );
    assert_eq!(
        described(profile.card_key.as_ref()).as_deref(),
        Some("command vault")
    );
    let sign_in = profile.sign_in.as_ref().expect("the example signs in");
    assert_eq!(sign_in.username, "api_user");
    assert_eq!(
        sign_in.password.describe(),
        "environment variable DCMS_PASSWORD"
    );
}

#[test]
fn settings_have_their_secrets_fetched() {
    let desk = example();
    let around = around([("DCMS_PASSWORD", "hunter2")]);
    let profile = good(load(&desk.request(), &around)).profile;
    let settings = good(profile.expect("a file has a profile").dcms_settings());
    assert!(settings.encrypted_pans);
    assert_eq!(
        settings.ca_pem.as_deref(),
        Some(&b"-----BEGIN CERTIFICATE-----\n"[..])
    );
    let sign_in = settings.sign_in.expect("the example signs in");
    assert_eq!(sign_in.password.expose_secret(), "hunter2");
    let headers = settings.headers.iter();
    let headers: Vec<_> = headers
        .map(|(name, value)| (name.as_str(), value.expose_secret()))
        .collect();
    assert_eq!(headers, [("x-api-key", "g4teway")]);

    let said = sentence(desk.profile().dcms_settings());
    assert!(
        said.ends_with("the environment variable DCMS_PASSWORD is not set or empty"),
        "{said}"
    );
}

#[test]
fn a_client_certificate_is_read_with_its_key() {
    let desk = Desk::new(&format!(
        "{SMALL}client_cert = \"own.pem\"\nclient_key = \"own.key\"\n"
    ));
    desk.put("own.pem", "chain");
    desk.put("own.key", "private");
    let settings = good(desk.profile().dcms_settings());
    let identity = settings.identity.expect("both files are there");
    assert_eq!(identity.chain_pem, b"chain");
    assert_eq!(identity.key_pem.expose_secret(), "private");
    assert!(!settings.encrypted_pans);
}

#[test]
fn without_a_file_there_is_the_sandbox() {
    let home = tempfile::tempdir().expect("there is a temporary folder");
    let home = home.path().to_string_lossy();
    let config = good(load(
        &Request::default(),
        &around([("HOME", &home), ("USER", "asha")]),
    ));
    assert!(config.profile.is_none());
    assert_eq!(config.file, None);
    assert_eq!(config.operator, "asha");
    assert_eq!(config.idle_limit, Duration::from_mins(5));
    assert!(!config.hide_on_focus_lost);
    assert!(
        good(load(&Request::default(), &around([])))
            .profile
            .is_none()
    );

    let request = Request {
        profile: Some("acme".to_owned()),
        ..Request::default()
    };
    assert_eq!(
        sentence(load(&request, &around([]))),
        "there is no configuration file, so there is no profile \"acme\" (--profile)"
    );
}

#[test]
fn the_sandbox_has_a_profile_of_its_own() {
    let url = Url::parse("http://127.0.0.1:8650/v1").expect("an address");
    let key = || crate::config::KeySource::held(zeroize::Zeroizing::new(vec![0; 16]));
    let profile = Profile::sandbox(url, "12345", key(), key());
    assert_eq!(profile.environment.word(), "SANDBOX");
    let settings = good(profile.dcms_settings());
    assert_eq!(settings.tenant.as_str(), "SANDBOX");
    assert!(settings.encrypted_pans);
}

#[test]
fn the_file_is_looked_for_in_order() {
    let flag = Desk::new(SMALL);
    let variable = Desk::new(&SMALL.replace("profiles.a", "profiles.b"));
    let path = variable.path("config.toml");
    let around = around([("KITDESK_CONFIG", &*path.to_string_lossy())]);
    let name = |config: Config| {
        let origin = config.origin("configuration").clone();
        (config.profile.map(|p| p.name), origin)
    };
    let (found, origin) = name(good(load(&flag.request(), &around)));
    assert_eq!(found.as_deref(), Some("a"));
    assert_eq!(origin.to_string(), "--config");
    let (found, origin) = name(good(load(&Request::default(), &around)));
    assert_eq!(found.as_deref(), Some("b"));
    assert_eq!(origin.to_string(), "environment variable KITDESK_CONFIG");
}

#[test]
fn the_profile_is_chosen_in_order() {
    let two = format!("{SMALL}{}", SMALL.replace("profiles.a", "profiles.b"));
    let desk = Desk::new(&two);
    assert_eq!(
        desk.sentence(),
        "config.toml: no profile is chosen: set default_profile, or --profile to one of a, b"
    );
    let desk = Desk::new(&format!("default_profile = \"b\"\n{two}"));
    let chosen = |request: &Request, around: &Env| {
        let config = good(load(request, around));
        let origin = config.origin("default_profile").clone();
        let name = config.profile.map(|profile| profile.name);
        (name.unwrap_or_default(), origin)
    };
    let mut request = desk.request();
    let (name, origin) = chosen(&request, &around([]));
    assert_eq!(name, "b");
    assert!(matches!(origin, Origin::File(_)));
    let variable = around([("KITDESK_PROFILE", "a")]);
    let (name, origin) = chosen(&request, &variable);
    assert_eq!(name, "a");
    assert_eq!(origin, Origin::Variable("KITDESK_PROFILE"));
    request.profile = Some("b".to_owned());
    let (name, origin) = chosen(&request, &variable);
    assert_eq!(name, "b");
    assert_eq!(origin, Origin::Flag("--profile"));
    assert_eq!(Desk::new(SMALL).profile().name, "a");
}

#[test]
fn the_operator_is_named_in_order() {
    let all = [
        ("KITDESK_OPERATOR", "two"),
        ("USER", "three"),
        ("LOGNAME", "four"),
    ];
    let mut request = Request {
        operator: Some("one".to_owned()),
        ..Request::default()
    };
    let named = |request: &Request, variables: &[(&str, &str)]| {
        let around = Env::given(variables.iter().copied());
        good(without_file(request, &around)).operator
    };
    assert_eq!(named(&request, &all), "one");
    request.operator = None;
    assert_eq!(named(&request, &all), "two");
    assert_eq!(named(&request, &all[1..]), "three");
    assert_eq!(named(&request, &all[2..]), "four");
    assert_eq!(named(&request, &[]), "no login");
    request.operator = Some(" ".to_owned());
    assert_eq!(
        sentence(without_file(&request, &around([]))),
        "the operator (--operator) is \" \"; allowed are 1 to 64 visible characters"
    );
}

#[test]
fn a_theme_is_a_name_or_a_file() {
    let desk = Desk::new(&format!("theme = \"night.toml\"\n{SMALL}"));
    let config = good(desk.load());
    let sibling = ThemeChoice::File(desk.path("night.toml"));
    assert_eq!(config.theme, Some(sibling));
    let mut request = desk.request();
    request.theme = Some("paper".to_owned());
    let config = good(load(&request, &around([])));
    assert_eq!(config.theme, Some(ThemeChoice::Name("paper".to_owned())));
    assert_eq!(config.origin("theme").to_string(), "--theme");
    assert_eq!(config.themes, Some(desk.path("themes")));
    // The sandbox is drawn in the user's colours too.
    let around = around([("HOME", "/home/asha")]);
    let config = good(without_file(&Request::default(), &around));
    assert_eq!(
        config.themes,
        Some("/home/asha/.config/kitdesk/themes".into())
    );
}

#[test]
fn what_is_left_out_depends_on_the_environment() {
    for (word, rule) in [
        ("sandbox", PinEntryRule::Anywhere),
        ("uat", PinEntryRule::Anywhere),
        ("live", PinEntryRule::Local),
    ] {
        let desk = Desk::new(&SMALL.replace("uat", word));
        let profile = desk.profile();
        assert_eq!(profile.pin_entry, rule, "{word}");
        assert_eq!(profile.environment.word(), word.to_uppercase());
    }
}

#[test]
fn addresses_are_made_even_and_loopback_may_be_plain() {
    for (written, read) in [
        ("https://h/v1/", "https://h/v1"),
        ("https://h/v1//", "https://h/v1"),
        ("https://h:8443", "https://h:8443/"),
        ("http://localhost:8650/v1", "http://localhost:8650/v1"),
        ("http://127.3.2.1/v1", "http://127.3.2.1/v1"),
        ("http://[::1]:80/v1", "http://[::1]/v1"),
    ] {
        let desk = Desk::new(&SMALL.replace("https://h/v1", written));
        assert_eq!(desk.profile().base_url.as_str(), read);
    }
}

#[test]
fn every_value_can_be_set() {
    let desk = Desk::new(&format!(
        "{SMALL}pin_entry = \"off\"\npin_block = \"hex\"\npin_account = \"kit\"\n\
         tiers = [\"GOLD\"]\nplastic_codes = [\"4566\", \"77\"]\n\
         pin_length = [5, 12]\ntimeouts = {{ write = \"20s\" }}\nproxy = \"http://p:3128\"\nno_proxy = [\".internal\"]\n\
         headers = {{ X-Plain = \"a b\", x-kept = {{ env = \"K\" }} }}\n"
    ));
    let profile = desk.profile();
    assert_eq!(profile.pin_entry, PinEntryRule::Off);
    assert_eq!(profile.pin_block, BlockForm::Hex);
    assert_eq!(profile.pin_account, PinAccount::Kit);
    assert_eq!(Some(profile.pin_length), PinLength::new(5, 12));
    assert_eq!(profile.tiers, ["GOLD"]);
    assert_eq!(profile.plastic_codes, ["4566", "77"]);
    assert_eq!(profile.limits.write, Duration::from_secs(20));
    assert_eq!(profile.limits.read, Duration::from_secs(5));
    assert!(profile.proxy.is_some());
    assert_eq!(profile.no_proxy, [".internal"]);
    let headers = profile.headers.iter();
    let headers: Vec<_> = headers
        .map(|(name, value)| (name.as_str(), value.describe()))
        .collect();
    assert_eq!(
        headers,
        [
            ("x-plain", "plain value".to_owned()),
            ("x-kept", "environment variable K".to_owned())
        ]
    );
    assert!(matches!(profile.headers[0].1, HeaderValueSource::Plain(_)));
}
