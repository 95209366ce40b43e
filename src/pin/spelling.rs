//! How people and programs write numbers: decimal digits of many scripts, and the gaps between groups of
//! them.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// The zeros of the scripts whose digits count: each is followed by the digits 1 to 9 (Unicode, general
/// category Nd). Arabic, Persian, nine scripts of India, Sinhala, Thai, Lao, Tibetan, Burmese, Khmer, and
/// the wide digits.
const ZEROS: [u32; 18] = [
    0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0xFF10,
];

/// The value of a decimal digit, in any script that a bank's desk may use.
pub(super) fn digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    let code = u32::from(c);
    let value = ZEROS
        .iter()
        .find_map(|&zero| code.checked_sub(zero).filter(|&value| value < 10))?;
    u8::try_from(value).ok()
}

/// Marks with which people separate groups of digits, and characters that nobody sees between them.
pub(super) fn is_gap(c: char) -> bool {
    c.is_whitespace() || is_mark(c) || is_invisible(c)
}

/// The visible ones of them.
pub(super) fn is_mark(c: char) -> bool {
    matches!(
        c,
        '-' | '.' | '_' | '·' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}'
    )
}

fn is_invisible(c: char) -> bool {
    !c.is_ascii() && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}
