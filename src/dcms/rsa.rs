//! The size of an RSA key in a certificate. TLS libraries call a signature wrong when the key that made it
//! is too short, and its reader looks for an attacker instead of ordering a new certificate.

use std::fmt;

use rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

/// Shorter keys are refused (NIST SP 800-131A: disallowed since 2014).
const SHORTEST: usize = 2048;
/// DER's tags (X.690, 8.1.2).
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;

/// A key of too few bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShortKey {
    pub(super) bits: usize,
}

impl fmt::Display for ShortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RSA {} is too short", self.bits)
    }
}

impl std::error::Error for ShortKey {}

/// The first of these certificates' keys that is RSA and too short.
pub(super) fn short_key<'a>(
    mut certificates: impl Iterator<Item = &'a CertificateDer<'a>>,
) -> Option<ShortKey> {
    certificates.find_map(|certificate| {
        let parsed = EndEntityCert::try_from(certificate).ok()?;
        let bits = rsa_bits(&parsed.subject_public_key_info())?;
        (bits < SHORTEST).then_some(ShortKey { bits })
    })
}

/// How long the modulus of a `SubjectPublicKeyInfo` (RFC 5280, 4.1) is; nothing for other keys, whose bit
/// strings hold no sequence of two numbers.
fn rsa_bits(key: &[u8]) -> Option<usize> {
    let (key, _) = value(SEQUENCE, key)?;
    let (_, rest) = value(SEQUENCE, key)?;
    let (bits, _) = value(BIT_STRING, rest)?;
    let (numbers, _) = value(SEQUENCE, bits.strip_prefix(&[0])?)?;
    let (modulus, rest) = value(INTEGER, numbers)?;
    value(INTEGER, rest)?;
    let first = modulus.iter().position(|&byte| byte != 0)?;
    let unused = modulus[first].leading_zeros() as usize;
    Some((modulus.len() - first) * 8 - unused)
}

/// The value of the first element, if it has this tag, and what follows it (X.690, 8.1.3).
fn value(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[found, length], rest) = der.split_first_chunk()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        // Keys of more than 64 KiB are none.
        0x81 | 0x82 => {
            let (length, rest) = rest.split_at_checked(usize::from(length - 0x80))?;
            let length = length
                .iter()
                .fold(0, |all, &byte| all << 8 | usize::from(byte));
            (length, rest)
        }
        _ => return None,
    };
    (found == tag).then_some(())?;
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    /// `openssl req -x509 -newkey rsa:1024`, whose key nobody has.
    const SHORT: &str = "-----BEGIN CERTIFICATE-----\n\
MIIB/jCCAWegAwIBAgIUb/9wH8zeLAcfY77Sr0ns3L8U8R4wDQYJKoZIhvcNAQEL\n\
BQAwEDEOMAwGA1UEAwwFc2hvcnQwIBcNMjYxMTI2MTQxMzEzWhgPMjEyNjExMDIx\n\
NDEzMTNaMBAxDjAMBgNVBAMMBXNob3J0MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB\n\
iQKBgQDNVVIdJssxWHztW1pHGiTycMHU4DiCwuZdXywmPqwiIJaZis+mTi2Z9FB+\n\
vCv5cfqAjF8MAGyAxXHuM3NiuW3bBO5+oX/eeE1RJqX0xXNlwxlzW4bZPjkuPYTf\n\
O/4bFA+g0ganzOKe30xpEJqymqYArhornjwm8uHC3mv7jvdEKQIDAQABo1MwUTAd\n\
BgNVHQ4EFgQUkd70L4D8gyVclOdQrVFfSmws64IwHwYDVR0jBBgwFoAUkd70L4D8\n\
gyVclOdQrVFfSmws64IwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOB\n\
gQBvjLBv/5czEHTeH6IrAlkjdGV46sk8f2kxhu4RuXL1HxPT72n5xC9e+II1vuQ3\n\
zTUfmC+xWRDRxvtlToO1U6n79ImbB/qXhVsLssVbAsoeXbBX1FNgC769D3Gau0wZ\n\
rsY0BxyUkiAm7wYuTBcsOMw9FtYCl+ORevhITMsQWQI2rQ==\n\
-----END CERTIFICATE-----";

    #[test]
    fn a_short_key_is_found_and_other_keys_are_not() {
        let short = CertificateDer::from_pem_slice(SHORT.as_bytes()).expect("a certificate");
        let key = rcgen::generate_simple_self_signed(["desk".to_owned()]).expect("P-256");
        let other = key.cert.der();
        assert_eq!(short_key([other].into_iter()), None);
        let found = short_key([other, &short].into_iter());
        assert_eq!(found, Some(ShortKey { bits: 1024 }));
        assert_eq!(
            found.map(|key| key.to_string()).as_deref(),
            Some("RSA 1024 is too short")
        );
    }

    #[test]
    fn no_bytes_are_too_odd() {
        let short = CertificateDer::from_pem_slice(SHORT.as_bytes()).expect("a certificate");
        let parsed = EndEntityCert::try_from(&short).expect("it can be read");
        let key = parsed.subject_public_key_info();
        for end in 0..key.len() {
            assert_eq!(rsa_bits(&key[..end]), None, "{end}");
        }
        for place in 0..key.len() {
            let mut odd = key.to_vec();
            odd[place] = !odd[place];
            rsa_bits(&odd);
        }
    }
}
