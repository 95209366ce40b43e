//! What `kitdesk doctor` says, in the order of its checks. The names of the checks are no words: scripts go by them.

use std::fmt::Display;

use crate::desk::sentences::counted;

// The signs in front, in one width, and what all of it comes to.

pub(super) const OK: &str = "✓ ok     ";
pub(super) const WARN: &str = "! warn   ";
pub(super) const FAIL: &str = "✗ fail   ";
pub(super) const SKIPPED: &str = "- skipped";
pub(super) const ALL_OK: &str = "OK.";
pub(super) const NOTHING_CHECKED: &str = "nothing was checked";

pub(super) fn ok_with_warnings(names: &str) -> String {
    format!("OK, with warnings: {names}.")
}

pub(super) fn checks_failed(names: &str) -> String {
    format!("checks failed: {names}")
}

// By several checks.

pub(super) const NO_PROFILE: &str = "no profile to look at";
pub(super) const NOT_READ: &str = "it could not be read";
pub(super) const TRY_AGAIN: &str = "try again";
pub(super) const CORRECT_SETTING: &str =
    "correct it; `kitdesk config show` shows the file and line of each setting";

// The configuration and the profile.

pub(super) const CORRECT_CONFIGURATION: &str =
    "correct it there; `kitdesk config init --path FILE` writes an example";
pub(super) const CONFIGURATION_NOT_LOOKED_AT: &str = "not looked at (--sandbox)";
pub(super) const WRITE_CONFIGURATION: &str =
    "write one with `kitdesk config init`; without one there is only the built-in sandbox";

pub(super) fn no_configuration(looked: &dyn Display) -> String {
    format!("there is no configuration file{looked}")
}

pub(super) fn profile(
    name: &dyn Display,
    tenant: &dyn Display,
    environment: &dyn Display,
    at: &dyn Display,
    chosen_by: &str,
) -> String {
    format!("{name}: tenant {tenant}, {environment}, {at}{chosen_by}")
}

// Its keys, and how PINs are entered and sealed.

pub(super) const NO_PIN_KEY_NEEDED: &str = "none, and PIN entry is switched off";
pub(super) const NO_PIN_KEY: &str = "none: no PIN can be set";
pub(super) const ADD_PIN_KEY: &str = "add [profiles.NAME.pin_key], or say pin_entry = \"off\"";
pub(super) const NO_CARD_KEY: &str = "none: card numbers are keyed from the card";
pub(super) const NO_PIN_SEALED: &str = "no pin_key, so no PIN is sealed";
pub(super) const ASK_FOR_PIN_BLOCK: &str =
    "ask the DCMS's operator, then write pin_block = \"raw\" or pin_block = \"hex\"";
pub(super) const SET_PINS_ELSEWHERE: &str =
    "set PINs at the machine itself; everything else can be done here";

pub(super) fn key(check_value: &dyn Display, source: &dyn Display) -> String {
    format!(
        "{check_value} ({source}); whether it is the bank's shows only by comparing the check value by the same method"
    )
}

pub(super) fn pins_sealed_as(form: &dyn Display) -> String {
    format!("PINs are sealed as {form}")
}

pub(super) fn pin_block_left_out(form: &dyn Display) -> String {
    format!("left out, so PINs are sealed as {form}: your DCMS may want the other form")
}

pub(super) fn pins_may_be_typed(pin_entry: &dyn Display) -> String {
    format!("PINs may be typed here (pin_entry = \"{pin_entry}\")")
}

// What goes along with every request.

pub(super) const FETCHING_CREDENTIALS: &str = "certificates, password, headers";
pub(super) const PLAIN_HTTP: &str = "plain HTTP on this machine, no certificate";
pub(super) const SYSTEM_CERTIFICATES: &str = "certificates are checked against the system's";

pub(super) fn certificates_also_of(ca_file: &dyn Display) -> String {
    format!("certificates are checked against the system's and {ca_file}")
}

pub(super) fn own_certificate(file: &dyn Display) -> String {
    format!("client certificate {file}")
}

pub(super) fn through_proxy(proxy: &dyn Display) -> String {
    format!("through the proxy {proxy}")
}

pub(super) fn signs_in_as(username: &dyn Display, password_from: &dyn Display) -> String {
    format!("signs in as {username} ({password_from})")
}

pub(super) fn header(name: &dyn Display, value_from: &dyn Display) -> String {
    format!("header {name} ({value_from})")
}

// The DCMS: what it answers.

pub(super) const NOT_ASKED: &str = "not asked";
pub(super) const NO_CREDENTIALS: &str = "not asked without its credentials";
pub(super) const CHECK_ADDRESS: &str = "check the host, port and path of base_url";
pub(super) const CHECK_SIGN_IN: &str =
    "check the profile's sign_in and headers, and what the DCMS's administrator has granted";
pub(super) const CHECK_TENANT: &str =
    "set tenant to the name that the DCMS knows the bank by; capitals count";
pub(super) const WAIT_A_MOMENT: &str = "wait a moment and try again";
pub(super) const CHECK_PATH: &str =
    "check the path of base_url, which ends in a version such as /v1, and its port";
pub(super) const FIX_UNCLEAR: &str =
    "if that is not about the order, fix what it is about; otherwise ignore it";
pub(super) const CHECK_PASSWORD: &str = "check username and password of the profile's sign_in";

pub(super) fn asking(address: &dyn Display, limit: &dyn Display) -> String {
    format!("{address}, {limit} at most")
}

pub(super) fn accepted(tenant: &dyn Display) -> String {
    format!("accepts tenant {tenant} and this operator; asked for an order that can't exist")
}

/// Goes on after `accepted`.
pub(super) fn dcms_said(refusal: &dyn Display) -> String {
    format!("; the DCMS said: {refusal}")
}

pub(super) fn tenant_refused(tenant: &dyn Display, refusal: &dyn Display) -> String {
    format!("does not take the tenant {tenant}: {refusal}")
}

pub(super) fn busy(refusal: &dyn Display) -> String {
    format!("is reached, but limits its requests: {refusal}")
}

pub(super) fn no_such_call(refusal: &dyn Display) -> String {
    format!("the server there does not have this call: {refusal}")
}

pub(super) fn unclear(refusal: &dyn Display) -> String {
    format!("is reached, and says of an order that can't exist: {refusal}")
}

pub(super) fn may_not_look_up(refusal: &dyn Display) -> String {
    format!("this user, role or tenant may not look orders up: {refusal}")
}

pub(super) fn token_refused(refusal: &dyn Display) -> String {
    format!("does not take the token that it gave at the sign-in: {refusal}")
}

pub(super) fn operator_refused(refusal: &dyn Display) -> String {
    format!("does not take who is asking: {refusal}")
}

pub(super) fn sign_in_refused(refusal: &dyn Display) -> String {
    format!("the sign-in was refused: {refusal}")
}

// The way to the DCMS.

pub(super) const CHECK_HOST: &str =
    "check the host of base_url, and whether this machine resolves other names";
pub(super) const CHECK_HOST_AND_PORT: &str =
    "check host and port of base_url, whether the DCMS is up, and the network";
pub(super) const CHECK_WAY_BY_PROXY: &str =
    "check host and port of base_url and of proxy, and the firewall in between";
pub(super) const CHECK_WAY: &str =
    "check host and port of base_url, the firewall in between, and whether a proxy is needed";

pub(super) const CHECK_PROXY_HOST: &str =
    "check the host of proxy, and whether this machine resolves other names";
pub(super) const CHECK_PROXY: &str =
    "check scheme, host and port of proxy, and whether it is up; hosts in no_proxy go past it";
pub(super) const PROXY_WANTS_SIGN_IN: &str = "ask the proxy's operator to let this machine through without them, or check proxy and no_proxy";
pub(super) const PROXY_REFUSES: &str = "ask the proxy's operator to let this machine through to that host and port, or check proxy and no_proxy";
pub(super) const NO_PROXY_THERE: &str =
    "check host and port of proxy: it must be an HTTP proxy that knows CONNECT";

pub(super) const CERTIFICATE_EXPIRED: &str =
    "tell the DCMS's operator, and check this machine's clock; kitdesk always checks certificates";
pub(super) const SET_CLOCK: &str = "set this machine's clock";
pub(super) const OTHER_NAME: &str =
    "check the host of base_url: it must be a name in the certificate";
pub(super) const UNKNOWN_ISSUER: &str =
    "put the certificate of the bank's own CA into ca_file; for a public CA, update the system's";
pub(super) const SELF_SIGNED: &str = "compare its fingerprint with the DCMS's operator and set it as ca_file, or ask for one signed by a CA";
pub(super) const SELF_SIGNED_AUTHORITY: &str =
    "ask the DCMS's operator for a server certificate, signed by a CA that ca_file can name";
pub(super) const SHORT_KEY: &str = "ask the DCMS's operator for a certificate with a longer key";
pub(super) const NO_TLS: &str = "check the port of base_url: https:// needs one that speaks TLS";
pub(super) const TLS_TOO_OLD: &str =
    "ask the DCMS's operator to enable TLS 1.2 or 1.3; kitdesk speaks nothing older";
pub(super) const SHOW_TO_OPERATOR: &str =
    "show this to the DCMS's operator; kitdesk always checks certificates";
pub(super) const OWN_CERTIFICATE_ACCEPTED: &str = "ask the DCMS's operator whether it accepts the certificate in client_cert: its issuer, validity and name";
pub(super) const OWN_CERTIFICATE_REQUIRED: &str =
    "ask the DCMS's operator whether it requires a client certificate (client_cert, client_key)";

pub(super) const WAIT_OR_TELL_OPERATOR: &str =
    "wait and try again; if it stays, tell the DCMS's operator";
pub(super) const NO_ENCODING: &str =
    "have the gateway in front of the DCMS send replies without an encoding";
pub(super) const REPORT_CRASH: &str = "report this to kitdesk's maintainers";
pub(super) const CHECK_PORT: &str =
    "check that the port of base_url is that of the DCMS, then try again; see timeouts.read";

pub(super) fn own_error(doubt: &dyn Display) -> String {
    format!("has an error of its own: {doubt}")
}

pub(super) fn no_dcms(doubt: &dyn Display) -> String {
    format!("the server there is not a DCMS: {doubt}")
}

pub(super) fn else_try_again(advice: &str) -> String {
    format!("{advice}; else try again")
}

// Its clock.

pub(super) const NO_TIME: &str = "the DCMS did not send its time";
pub(super) const SAME_TIME: &str = "the DCMS's clock and this machine's are the same to the second";
pub(super) const AHEAD: &str = "ahead of";
pub(super) const BEHIND: &str = "behind";
pub(super) const SET_CLOCKS: &str =
    "set this machine's clock, or tell the DCMS's operator: records and certificates depend on it";

pub(super) fn clocks_apart(apart: &dyn Display, way: &str) -> String {
    format!("the DCMS's clock is {apart} {way} this machine's")
}

pub(super) fn years(count: u64) -> String {
    counted(count, "year")
}

// The card numbers of one customer.

pub(super) const CARD_NUMBERS_NOT_TRIED: &str =
    "not tried: that takes a card_key and the DCMS's credentials";
pub(super) const NAME_A_CUSTOMER: &str = "give --entity a customer that the DCMS knows";
pub(super) const ASK_FOR_CARD_NUMBERS: &str =
    "ask the DCMS's operator whether encryptedCardNumber is enabled for this tenant";
pub(super) const ASK_FOR_MASKS: &str = "give --entity a customer whose kits show a masked card, or ask the DCMS's operator to send one";
pub(super) const COMPARE_CARD_KEY: &str =
    "compare the check value of card_key with the bank's; until it opens, card numbers are keyed";
pub(super) const SOME_ARE_KEYED: &str =
    "those cards' numbers are keyed from the card; the key itself is right";
pub(super) const THEY: &str = "they";

pub(super) fn kits_of(entity: &dyn Display) -> String {
    format!("the kits of {entity}")
}

pub(super) fn kits_not_read(entity: &dyn Display, refusal: &dyn Display) -> String {
    format!("the kits of {entity} were not read: {refusal}")
}

pub(super) fn no_card_number(entity: &dyn Display) -> String {
    format!("the DCMS sent no encrypted card number of {entity}")
}

pub(super) fn all_matched(all: usize, entity: &dyn Display) -> String {
    format!("{all} of {entity} opened, matched their masks and were wiped")
}

/// `which` is `THEY` or `of_them`.
pub(super) fn not_compared(all: usize, entity: &dyn Display, which: &str) -> String {
    format!(
        "{all} of {entity} opened and were wiped; {which} could not be compared, because the DCMS shows no digits of the card (cardNumber)"
    )
}

pub(super) fn of_them(count: usize) -> String {
    format!("{count} of them")
}

pub(super) fn none_opened(all: usize, entity: &dyn Display, first: &str) -> String {
    format!("none of {all} of {entity} opened: {first}")
}

pub(super) fn some_not_opened(
    failed: usize,
    all: usize,
    entity: &dyn Display,
    first: &str,
) -> String {
    format!("{failed} of {all} of {entity} did not open: {first}")
}

// The SSH server.

pub(super) const MAKE_HOST_KEY: &str = "make one with `kitdesk serve --init`, or correct host_keys";
pub(super) const CORRECT_PEOPLE: &str = "correct it: `kitdesk people check` has every mistake";
pub(super) const CORRECT_OR_LEAVE: &str = "correct it, or leave it if it is meant so";

// The central store.

pub(super) const ENROL: &str =
    "have the database's administrator run what `kitdesk central enrol` prints";
pub(super) const TAKE_RIGHTS: &str =
    "take every right from the role but its membership of kitdesk_desk";
pub(super) const CHECK_CENTRAL: &str = "check url, ca_file, and the network between";
pub(super) const CENTRAL_STEPS: &str = "docs/central.md has the steps";
pub(super) const NOTHING_TO_COMPARE: &str = "no journal to compare";
pub(super) const JOURNAL_UNREADABLE: &str = "the journal can't be read";
pub(super) const OTHER_JOURNAL: &str = "another journal is enrolled for this host's role";
pub(super) const VERIFY_JOURNAL: &str = "one of the two was put back or changed: `kitdesk journal verify` says whether it is the journal";
pub(super) const FORWARDED_NEXT: &str =
    "the next console or verb forwards them; if they stay, its top line says why";

pub(super) const NOT_SIGNED: &str =
    "none: no checkpoints are signed ([central] has no signing_key)";
pub(super) const NO_KEY_YET: &str = "not compared without the key";
pub(super) const MAKE_SIGNING_KEY: &str =
    "make one with `kitdesk central enrol`, or correct signing_key";
pub(super) const OTHER_KEY: &str = "the central store has another key for this host";
pub(super) const KEY_NOT_ENROLLED: &str = "the central store has no key for this host";
pub(super) const NO_CHECKPOINT: &str = "the central store has none of this host";
pub(super) const SIGNED_NEXT: &str =
    "the next console or verb signs one; if none comes, its log (--log FILE) says why";
pub(super) const VERIFY_CENTRAL: &str = "`kitdesk journal verify --central` says more: keep a copy of the \
    journal's folder and ask who could write there";

pub(super) fn signs_by(path: &dyn Display, key: &dyn Display) -> String {
    format!("{path}: {key}")
}

pub(super) fn checkpoint(size: u64, at: &dyn Display) -> String {
    format!("{} signed, the last time {at}", counted(size, "record"))
}

/// Goes on after `checkpoint`.
pub(super) fn not_this_journal(checkpoint: &str) -> String {
    format!("{checkpoint}: not those of this journal, or not by this key")
}

pub(super) const FILE_OTHER: &str = "has another text";

pub(super) fn file_unread(why: &dyn Display) -> String {
    format!("can't be read: {why}")
}

pub(super) fn file_behind(size: u64) -> String {
    format!("has an older one of {}", counted(size, "record"))
}

/// Goes on after `checkpoint` or `records_since`.
pub(super) fn not_in_file(checkpoint: &str, trouble: &str) -> String {
    format!("{checkpoint}; checkpoint_file {trouble}")
}

/// Goes on after `checkpoint`.
pub(super) fn records_since(checkpoint: &str, since: i64) -> String {
    format!("{checkpoint}, {since} since")
}

pub(super) fn central(
    at: &dyn Display,
    server: &dyn Display,
    role: &dyn Display,
    tenant: &dyn Display,
    environments: &str,
) -> String {
    format!("{at}: PostgreSQL {server}, {role} for {tenant} in {environments}")
}

pub(super) fn other_profile(
    role: &dyn Display,
    tenant: &dyn Display,
    environments: &str,
) -> String {
    format!("{role} is enrolled for {tenant} in {environments}, not for this profile")
}

pub(super) fn may_too_much(role: &dyn Display) -> String {
    format!("{role} may change or remove records")
}

/// Goes on after `central`.
pub(super) fn not_refilled(central: &str, missing: &dyn Display) -> String {
    format!(
        "{central}; it was put back to an earlier state, and these have not brought back yet what they had claimed: {missing}"
    )
}

pub(super) const COME_BY: &str =
    "run any verb on them that reads, such as `kitdesk kits`; have those that are gone retired";

pub(super) fn other_record(id: i64) -> String {
    format!("record {id} is another one there than in the journal")
}

pub(super) fn records_there(count: u64) -> String {
    format!("{} there", counted(count, "record"))
}

/// Goes on after `records_there`.
pub(super) fn records_wait(there: &str, waiting: u64) -> String {
    format!("{there}, {waiting} wait")
}

// This machine and this process.

pub(super) const MEMORY_LOCKED: &str = "secrets are kept out of the swap";
pub(super) const MEMORY_NOT_LOCKED: &str =
    "the system does not let kitdesk lock memory: a secret in use could be swapped to disk";
pub(super) const RAISE_LIMIT: &str =
    "raise the limit of locked memory (ulimit -l) to 1024 KiB, or encrypt the swap";
#[cfg(target_os = "linux")]
pub(super) const LEAVES_CORE: &str = "a crash would leave a core file";
#[cfg(target_os = "linux")]
pub(super) const DUMPABLE: &str = "the process can be dumped and traced by its user";
#[cfg(target_os = "linux")]
pub(super) const NOT_DUMPABLE: &str = "leaves no core file and can't be dumped or traced";
#[cfg(target_os = "linux")]
pub(super) const FIND_OUT: &str =
    "find out what prevents the change, such as a container's seccomp rules";
#[cfg(not(target_os = "linux"))]
pub(super) const DUMPS_UNKNOWN: &str = "this system does not say whether the process can be dumped";

// The terminal, and who types on it.

pub(super) const CORRECT_COLOURS: &str =
    "correct it, or leave it out: kitdesk then goes by TERM and COLORTERM";
pub(super) const OUTPUT: &str = "output";
pub(super) const INPUT: &str = "input";
pub(super) const LOG_IN_AS_USER: &str =
    "log in as the user who runs kitdesk, instead of changing to that user";
pub(super) const TERM_UNKNOWN: &str = "TERM does not say what this terminal is";
pub(super) const SET_TERM: &str = "set TERM to what it is, such as xterm-256color";
pub(super) const LOCAL_SESSION: &str = "local session";

/// `stream` is `OUTPUT` or `INPUT`.
pub(super) fn no_terminal(stream: &str) -> String {
    format!("standard {stream} is not a terminal: the console needs one, the verbs don't")
}

pub(super) fn no_keys(why: &dyn Display) -> String {
    format!("the keys can't be read: {why}")
}

pub(super) fn make_larger(columns: u16, rows: u16) -> String {
    format!("make it {columns}×{rows} at least for the console")
}

pub(super) fn over_ssh(sign: &dyn Display) -> String {
    format!("over SSH: {sign}")
}

// The journal.

pub(super) const READING_CHAIN: &str = "reading the whole chain";
pub(super) const NO_JOURNAL_YET: &str = "no journal yet";
pub(super) const UNREADABLE: &str = "it can't be read";
pub(super) const KEEP_COPY: &str =
    "keep the copy of the folder from before that: it shows what was done";
pub(super) const NONE_OPEN: &str = "none";
pub(super) const SETTLE: &str =
    "settle it by reading: `kitdesk settle`, or the journal's screen in the console";

pub(super) fn first_action_makes_it(folder: &dyn Display) -> String {
    format!("none in {folder} yet: the first action makes it")
}

pub(super) fn journal(folder: &dyn Display, format: &dyn Display, records: u64) -> String {
    format!("{folder}, format {format}, {}", counted(records, "record"))
}

pub(super) fn whole(head: &dyn Display) -> String {
    format!("whole, up to the hash {head}")
}

pub(super) fn broken_before(from: &dyn Display, head: &dyn Display, accepted: &str) -> String {
    format!("broken before record {from}, whole from there up to the hash {head}; {accepted}")
}

pub(super) fn under_way(count: usize) -> String {
    format!("none but {count} under way in a console that runs")
}

pub(super) fn unknown_outcome(records: &str) -> String {
    format!("unknown outcome: record {records}")
}
