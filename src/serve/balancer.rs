//! The address of a client behind a load balancer, from the PROXY header that the balancer sends first.
//! Only named balancers are believed: anybody else could claim any address.

use std::io;
use std::net::SocketAddr;

use proxy_header::{ParseConfig, ProxyHeader};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// Signature, version, protocol and the length of the rest.
const FIXED: usize = 16;
/// Addresses and what a balancer may add about the connection. None needs as much.
const LONGEST_REST: usize = 1024;

const HEADERS: ParseConfig = ParseConfig {
    include_tlvs: false,
    allow_v1: false,
    allow_v2: true,
};

/// Reads the header and not a byte of what comes after it. Nothing is given for the balancer's own
/// connections, such as its health checks.
///
/// # Errors
/// When the connection does not begin with a header of version 2, or ends in it.
pub(super) async fn source_of(stream: &mut TcpStream) -> io::Result<Option<SocketAddr>> {
    let mut header = vec![0; FIXED];
    stream.read_exact(&mut header).await?;
    let rest = usize::from(u16::from_be_bytes([header[14], header[15]]));
    // The signature first: the length of something else means nothing.
    if !header.starts_with(b"\r\n\r\n\0\r\nQUIT\n") || rest > LONGEST_REST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    header.resize(FIXED + rest, 0);
    stream.read_exact(&mut header[FIXED..]).await?;
    let (header, _) = ProxyHeader::parse(&header, HEADERS)
        .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(header.proxied_address().map(|address| address.source))
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::*;

    async fn read(bytes: &'static [u8]) -> (io::Result<Option<SocketAddr>>, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut client = TcpStream::connect(address).await.expect("connected");
        client.write_all(bytes).await.expect("written");
        client.shutdown().await.expect("closed");
        let (mut server, _) = listener.accept().await.expect("accepted");
        let source = source_of(&mut server).await;
        let mut rest = Vec::new();
        server.read_to_end(&mut rest).await.expect("read");
        (source, rest)
    }

    /// 10.1.2.3 port 4660 to 10.9.9.9 port 2222, and the client's first bytes.
    const V4: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x0a\x01\x02\x03\x0a\x09\x09\x09\x12\x34\x08\xaeSSH-2.0-x";

    #[tokio::test]
    async fn the_client_s_address_is_read_and_nothing_after_it() {
        let (source, rest) = read(V4).await;
        let source = source.expect("a header").expect("an address");
        assert_eq!(source, "10.1.2.3:4660".parse().expect("an address"));
        assert_eq!(rest, b"SSH-2.0-x");
    }

    #[tokio::test]
    async fn a_balancer_s_own_connection_has_no_client() {
        let (source, _) = read(b"\r\n\r\n\0\r\nQUIT\n\x20\x00\0\0").await;
        assert_eq!(source.expect("a header"), None);
    }

    #[tokio::test]
    async fn what_is_no_header_of_version_2_is_refused() {
        for bytes in [
            &b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n"[..],
            b"PROXY TCP4 10.1.2.3 10.9.9.9 4660 2222\r\n",
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x0a\x01",
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff\x0a\x01\x02\x03",
            b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0c\x0a\x01\x02\x03\x0a\x09\x09\x09\x12\x34\x08\xae",
            b"",
        ] {
            assert!(read(bytes).await.0.is_err(), "{bytes:?}");
        }
    }
}
