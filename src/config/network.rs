//! A network by its CIDR, such as `10.1.0.0/16`, and whether an address is in it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// A range of addresses. One address alone is a network of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

/// Why a text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// It is neither an address nor a network.
    #[error(
        "allowed are networks and addresses, such as \"10.1.0.0/16\", \"10.1.0.7\" and \"fd00::/8\""
    )]
    NotOne,
    /// The address has bits behind its prefix, so either is a slip.
    #[error("its address goes on behind the prefix: did you mean \"{0}\"?")]
    Longer(IpNet),
    /// IPv4 in the spelling of IPv6, which is never compared: addresses are compared as IPv4.
    #[error("write it as IPv4, such as \"10.1.0.0/16\"")]
    Mapped,
}

impl Network {
    /// Whether an address is in it. An IPv4 client of a listener on IPv6 comes as `::ffff:10.1.0.7`, and is
    /// compared as `10.1.0.7`.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Whether any of these has the address.
    #[must_use]
    pub fn any_contains(networks: &[Self], address: IpAddr) -> bool {
        networks.iter().any(|network| network.contains(address))
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse().map_err(|_| NetworkError::NotOne)?,
        };
        let is_mapped =
            matches!(network.addr(), IpAddr::V6(address) if address.to_ipv4_mapped().is_some());
        if is_mapped {
            return Err(NetworkError::Mapped);
        }
        if network != network.trunc() {
            return Err(NetworkError::Longer(network.trunc()));
        }
        Ok(Self(network))
    }
}

impl fmt::Display for Network {
    /// As it is written: a single address without its prefix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() {
            write!(f, "{}", self.0.addr())
        } else {
            write!(f, "{}", self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn an_address_is_in_its_network_and_no_other() {
        for (of, within, outside) in [
            ("10.1.0.0/16", "10.1.255.255", "10.2.0.0"),
            ("10.1.0.7", "10.1.0.7", "10.1.0.8"),
            ("fd00::/8", "fd12::1", "fe80::1"),
            ("::1", "::1", "::2"),
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
            // A listener on IPv6 has IPv4 clients by such addresses.
            ("10.1.0.0/16", "::ffff:10.1.2.3", "::ffff:10.2.2.3"),
        ] {
            let of = network(of);
            let address = |text: &str| text.parse().expect("an address");
            assert!(of.contains(address(within)), "{of} {within}");
            assert!(!of.contains(address(outside)), "{of} {outside}");
        }
        assert!(!Network::any_contains(&[], IpAddr::from([127, 0, 0, 1])));
    }

    #[test]
    fn a_network_is_shown_as_it_is_written() {
        for text in ["10.1.0.0/16", "10.1.0.7", "fd00::/8", "::1", "::/0"] {
            assert_eq!(network(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_probably_a_slip_is_refused() {
        let said = |text: &str| match text.parse::<Network>() {
            Ok(network) => panic!("{text} is {network}"),
            Err(error) => error.to_string(),
        };
        for odd in [
            "",
            "10.1.0.0/33",
            "10.1",
            "10.1.0.0/",
            "bank.example",
            "10.1.0.0/16 ",
        ] {
            assert!(said(odd).starts_with("allowed are"), "{odd:?}");
        }
        assert!(said("10.1.0.7/16").ends_with("did you mean \"10.1.0.0/16\"?"));
        assert!(said("::ffff:10.1.0.0/112").starts_with("write it as IPv4"));
    }
}
