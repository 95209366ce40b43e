//! From where a client comes, for what is counted by source. A client with IPv6 has a network of its own, of which it
//! can use any address: the network counts, as an address of IPv4 does.

use std::fmt;
use std::net::IpAddr;

use ipnet::Ipv6Net;

/// What one site gives to one of its networks (RFC 4291, section 2.5.4; RFC 6177).
const NETWORK: u8 = 64;

/// From where a client comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Source(IpAddr);

impl Source {
    pub(super) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Net::new_assert(address, NETWORK).network().into(),
            address @ IpAddr::V4(_) => address,
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "{address}"),
            IpAddr::V6(network) => write!(f, "{network}/{NETWORK}"),
        }
    }
}
