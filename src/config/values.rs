//! Single values: addresses, durations, names, lists of words.
//! Nothing here opens a file, and no address that may carry a password is quoted.

use std::net::IpAddr;
use std::time::Duration;

use url::{Host, ParseError, Url};

use super::error::ConfigError;
use super::files::{PlainFile, PrivateFile};
use super::toml_file::Entry;
use crate::dcms::{BranchId, Tenant};
use crate::durations;
use crate::pin::PinLength;

/// What an address is.
pub(super) const ADDRESS: &str = "an address, such as \"https://api.dcms.example.com/v1\"";
/// What a tenant's name may be.
pub(super) const TENANT_ALLOWED: &str =
    "the name that the DCMS knows the bank by, 1 to 64 visible ASCII characters without blanks";
/// How hosts that are reached without the proxy are written.
const HOSTS: &str = "[\"dcms.bank.example\", \".internal\", \"10.0.0.0/8\"]";

/// The address of a DCMS, without the slash that would double before a call's path.
pub(super) fn base_url(entry: &Entry<'_>) -> Result<Url, ConfigError> {
    let mut url = plain_url(entry)?;
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(
            entry.error("is http://, which is allowed for a loopback host only; use https://")
        );
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The address of an HTTP proxy. TLS goes through it as it is, so its own scheme does not matter.
pub(super) fn proxy(entry: &Entry<'_>, base_url: &Url) -> Result<Url, ConfigError> {
    if base_url.scheme() == "http" {
        return Err(entry.error("is allowed with an https:// base_url only"));
    }
    let url = plain_url(entry)?;
    if url.path() != "/" {
        return Err(entry.error("must be a host and a port only, such as \"http://proxy:3128\""));
    }
    Ok(url)
}

/// Hosts that are reached without the proxy.
pub(super) fn hosts_past_proxy(
    entry: &Entry<'_>,
    has_proxy: bool,
) -> Result<Vec<String>, ConfigError> {
    let hosts = entry.texts(HOSTS)?;
    if !has_proxy {
        return Err(entry.error("is allowed together with proxy only"));
    }
    if let Some(odd) = hosts.iter().find(|host| !is_past_proxy(host)) {
        let allowed = format!(
            "allowed are names, .domains, addresses, networks and \"*\", each without scheme and port, such as {HOSTS}"
        );
        // One of a whole address with a name and a password in it is not quoted.
        return Err(if odd.contains('@') {
            entry.error(format!("names a host with a user; {allowed}"))
        } else {
            entry.refuse(odd, allowed)
        });
    }
    Ok(hosts.into_iter().map(str::to_owned).collect())
}

/// Whether it can be the host of any address: what never can is a slip.
fn is_past_proxy(text: &str) -> bool {
    if text == "*" || text.parse::<IpAddr>().is_ok() {
        return true;
    }
    if let Some((address, bits)) = text.split_once('/') {
        let most = match address.parse() {
            Ok(IpAddr::V4(_)) => 32,
            Ok(IpAddr::V6(_)) => 128,
            Err(_) => return false,
        };
        return bits.parse::<u8>().is_ok_and(|bits| bits <= most);
    }
    let name = text.strip_prefix('.').unwrap_or(text);
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    name.chars().all(allowed) && matches!(Host::parse(name), Ok(Host::Domain(_)))
}

fn plain_url(entry: &Entry<'_>) -> Result<Url, ConfigError> {
    let url = Url::parse(entry.text()?).map_err(|error| match error {
        // No tables of Unicode are built in.
        ParseError::IdnaError => entry
            .error("is not an address: write the host's name as DNS has it, in ASCII (xn--...)"),
        error => entry.error(format!("is not an address: {error}")),
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(entry.error("must begin with https:// (or http:// for a loopback host)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(entry.error("can't hold a name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(entry.error("can't hold a query or a fragment (? or #)"));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A duration within bounds, such as `5s`; `allowed` says what the bounds are.
pub(super) fn duration(
    entry: &Entry<'_>,
    bounds: std::ops::RangeInclusive<Duration>,
    allowed: &str,
) -> Result<Duration, ConfigError> {
    let text = entry.text()?;
    let duration = durations::parse(text);
    let duration = duration.filter(|duration| bounds.contains(duration));
    duration.ok_or_else(|| entry.refuse(text, allowed))
}

pub(super) fn tenant(entry: &Entry<'_>) -> Result<Tenant, ConfigError> {
    let text = entry.text()?;
    Tenant::parse(text).map_err(|_| entry.refuse(text, format!("allowed is {TENANT_ALLOWED}")))
}

pub(crate) fn branch_id(entry: &Entry<'_>) -> Result<BranchId, ConfigError> {
    let text = entry.text()?;
    BranchId::parse(text)
        .map_err(|_| entry.refuse(text, "allowed are 1 to 64 letters, digits, -, _ and ."))
}

/// Words that forms offer.
pub(super) fn offers(entry: &Entry<'_>, example: &str) -> Result<Vec<String>, ConfigError> {
    let words = entry.texts(&format!("[{example:?}]"))?;
    let is_word = |word: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_- ".contains(c);
        (1..=64).contains(&word.len()) && word.chars().all(plain) && word.trim() == *word
    };
    if let Some(odd) = words.iter().find(|word| !is_word(word)) {
        return Err(entry.refuse(odd, "allowed are 1 to 64 letters, digits, _ and -"));
    }
    Ok(words.into_iter().map(str::to_owned).collect())
}

pub(super) fn pin_length(entry: &Entry<'_>) -> Result<PinLength, ConfigError> {
    let length = match entry.numbers().as_deref() {
        Some(&[min, max]) => PinLength::new(min, max),
        _ => None,
    };
    length.ok_or_else(|| {
        entry.error("must be the fewest and the most digits, within 4 to 12, such as [4, 6]")
    })
}

/// A file that holds no secret.
pub(super) fn plain_file(entry: &Entry<'_>) -> Result<Option<PlainFile>, ConfigError> {
    let key = entry.key().to_owned();
    Ok(Some(PlainFile::new(key, entry.path()?, entry.place())))
}

/// A file that only its owner may read.
pub(super) fn private_file(entry: &Entry<'_>) -> Result<PrivateFile, ConfigError> {
    let key = entry.key().to_owned();
    Ok(PrivateFile::new(key, entry.path()?, entry.place()))
}

/// A name, such as an operator's for the record of actions: 1 to 64 characters that can be seen.
pub(crate) fn operator(text: &str) -> Option<String> {
    let text = text.trim();
    let length = text.chars().count();
    let good = (1..=64).contains(&length) && text.chars().all(is_visible);
    good.then(|| text.to_owned())
}

/// False for control characters, and for those that reorder or hide the text next to them.
pub(super) fn is_visible(c: char) -> bool {
    let hidden = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !hidden && (c == ' ' || !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_can_be_seen() {
        assert_eq!(operator(" asha.r ").as_deref(), Some("asha.r"));
        assert_eq!(operator("Zoë 王").as_deref(), Some("Zoë 王"));
        assert_eq!(operator(&"a".repeat(64)).map(|o| o.len()), Some(64));
        for odd in ["", "  ", "a\u{1b}[31m", "a\u{202e}b", "a\u{200b}", "a\tb"] {
            assert_eq!(operator(odd), None, "{odd:?}");
        }
        assert_eq!(operator(&"a".repeat(65)), None);
    }

    #[test]
    fn hosts_past_a_proxy_can_be_hosts() {
        for good in [
            "*",
            "localhost",
            "dcms.bank.example",
            ".internal",
            "10.0.0.7",
            "10.0.0.0/8",
            "::1",
            "fd00::/8",
        ] {
            assert!(is_past_proxy(good), "{good}");
        }
        for odd in [
            "",
            ".",
            "https://localhost",
            "localhost:8443",
            "10.0.0.0/99",
            "10.0.0.300",
            "fd00::/129",
            "*.internal",
            "a,b",
            "a b",
            "[::1]",
            "10.0.0.7/",
        ] {
            assert!(!is_past_proxy(odd), "{odd}");
        }
    }
}
