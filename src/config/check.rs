//! Checks of single values: addresses, durations, header names, the operator's name.
//! Nothing here opens a file, and no address that may carry a password is quoted.

use std::net::IpAddr;
use std::time::Duration;

use url::{Host, Url};

use super::page::Entry;
use crate::config::Fault;

/// Headers that the client sets itself, or that would change how a message is cut or read.
const RESERVED: [&str; 12] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "te",
    "tenant",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The address of a DCMS, without the slash that would double before a call's path.
pub(super) fn base_url(entry: &Entry<'_>) -> Result<Url, Fault> {
    let mut url = plain_url(entry)?;
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(
            entry.fault("is http://, which is allowed for a loopback host only; use https://")
        );
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The address of an HTTP proxy. TLS goes through it as it is, so its own scheme does not matter.
pub(super) fn proxy(entry: &Entry<'_>, base_url: &Url) -> Result<Url, Fault> {
    if base_url.scheme() == "http" {
        return Err(entry.fault("is allowed with an https:// base_url only"));
    }
    let url = plain_url(entry)?;
    if url.path() != "/" {
        return Err(entry.fault("must be a host and a port only, such as \"http://proxy:3128\""));
    }
    Ok(url)
}

/// Hosts that are reached without the proxy.
pub(super) fn no_proxy(entry: &Entry<'_>, has_proxy: bool) -> Result<Vec<String>, Fault> {
    const EXAMPLE: &str = "[\"dcms.bank.example\", \".internal\", \"10.0.0.0/8\"]";
    let hosts = entry.texts(EXAMPLE)?;
    if !has_proxy {
        return Err(entry.fault("is allowed together with proxy only"));
    }
    if let Some(odd) = hosts.iter().find(|host| !is_past_proxy(host)) {
        let allowed = format!(
            "allowed are names, .domains, addresses, networks and \"*\", each without scheme and port, such as {EXAMPLE}"
        );
        // One of a whole address with a name and a password in it is not quoted.
        return Err(if odd.contains('@') {
            entry.fault(format!("names a host with a user; {allowed}"))
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

fn plain_url(entry: &Entry<'_>) -> Result<Url, Fault> {
    let url = Url::parse(entry.text()?)
        .map_err(|fault| entry.fault(format!("is not an address: {fault}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(entry.fault("must begin with https:// (or http:// for a loopback host)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(entry.fault("can't hold a name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(entry.fault("can't hold a query or a fragment (? or #)"));
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
) -> Result<Duration, Fault> {
    let text = entry.text()?;
    let duration = humantime::parse_duration(text).ok();
    let duration = duration.filter(|duration| bounds.contains(duration));
    duration.ok_or_else(|| entry.refuse(text, allowed))
}

/// A fixed header's name.
pub(super) fn header_name(entry: &Entry<'_>, signs_in: bool) -> Result<String, Fault> {
    let name = entry.key();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        // Not quoted: it may be a whole line `name: value` put in the place of a name.
        let what = "a header name can have only letters, digits and !#$%&'*+-.^_`|~";
        return Err(Fault::at(entry.place(), what));
    }
    let lower = name.to_ascii_lowercase();
    if RESERVED.contains(&lower.as_str()) {
        return Err(entry.fault("is a header that the program sets itself; leave it out"));
    }
    if signs_in && lower == "authorization" {
        return Err(entry.fault("is the header that sign_in sets; leave out one of the two"));
    }
    Ok(lower)
}

/// Whether a header can carry the text.
pub(super) fn is_header_value(text: &str) -> bool {
    let visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    !text.trim().is_empty() && text.bytes().all(visible)
}

/// An operator's name, for the record of actions: 1 to 64 characters that can be seen.
pub(super) fn operator(text: &str) -> Option<String> {
    let text = text.trim();
    let length = text.chars().count();
    let good = (1..=64).contains(&length) && text.chars().all(is_visible);
    good.then(|| text.to_owned())
}

/// Not for controls, nor for what reorders or hides the text beside it.
fn is_visible(c: char) -> bool {
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

    #[test]
    fn header_values_are_visible_ascii() {
        assert!(is_header_value("Key abc-123"));
        for odd in ["", " ", "a\r\nb: c", "ä", "a\0"] {
            assert!(!is_header_value(odd), "{odd:?}");
        }
    }
}
