//! Turning a client away before SSH has begun: the sentence goes out as the reason of a disconnect, which
//! clients show, and costs no key exchange.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::VERSION;

/// RFC 4253, section 11.1.
const SSH_MSG_DISCONNECT: u8 = 1;
const TOO_MANY_CONNECTIONS: u32 = 12;
/// The unit that a packet is filled up to while nothing is encrypted (RFC 4253, section 6).
const BLOCK: usize = 8;
/// How long a client may take to hear it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Sends the sentence and closes.
pub(super) async fn turn_away(mut stream: TcpStream, why: &str) {
    let told = async {
        let mut bytes = format!("{VERSION}\r\n").into_bytes();
        bytes.extend(disconnect(why));
        stream.write_all(&bytes).await?;
        stream.shutdown().await?;
        // What the client has sent is read: closing with something unread would reset the connection, and
        // the client could lose the sentence.
        let mut unread = [0; 512];
        while stream.read(&mut unread).await? > 0 {}
        io::Result::Ok(())
    };
    // Said once: a client that is gone has no use for it.
    timeout(PATIENCE, told).await.ok();
}

/// The packet, as it is before any key exchange.
fn disconnect(why: &str) -> Vec<u8> {
    let mut payload = vec![SSH_MSG_DISCONNECT];
    payload.extend(TOO_MANY_CONNECTIONS.to_be_bytes());
    for text in [why, ""] {
        let length = u32::try_from(text.len()).expect("sentences are short");
        payload.extend(length.to_be_bytes());
        payload.extend(text.as_bytes());
    }
    // Length and padding's length count as well; there are at least four bytes of padding.
    let padding = BLOCK - (5 + payload.len()) % BLOCK;
    let padding = if padding < 4 {
        padding + BLOCK
    } else {
        padding
    };
    let length = u32::try_from(1 + payload.len() + padding).expect("sentences are short");
    let mut packet = Vec::from(length.to_be_bytes());
    packet.push(u8::try_from(padding).expect("less than two blocks"));
    packet.extend(payload);
    packet.resize(packet.len() + padding, 0);
    packet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packet_is_whole_blocks_with_enough_padding() {
        for length in 0..40 {
            let packet = disconnect(&"x".repeat(length));
            assert_eq!(packet.len() % BLOCK, 0, "{length}");
            let told = u32::from_be_bytes(packet[..4].try_into().expect("four bytes"));
            assert_eq!(told as usize + 4, packet.len());
            assert!((4..12).contains(&packet[4]), "{}", packet[4]);
            assert_eq!(packet[5], SSH_MSG_DISCONNECT);
        }
    }
}
