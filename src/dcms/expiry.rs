//! A card's expiry: month and year, read from text and never through a time zone (contract, 5.3).

/// Why a typed expiry was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an expiry is MMYY as on the card: two digits of the month 01 to 12, two of the year, like 0729"
)]
pub struct ExpiryError;

/// Month and year as printed on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expiry {
    year: u8,
    month: u8,
}

impl Expiry {
    /// Reads `0729`; a slash or dash in the middle is fine.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, ExpiryError> {
        let digits: Vec<u8> = text.trim().bytes().filter(|b| !b"/-".contains(b)).collect();
        let &[a, b, c, d] = digits.as_slice() else {
            return Err(ExpiryError);
        };
        if ![a, b, c, d].iter().all(u8::is_ascii_digit) {
            return Err(ExpiryError);
        }
        let two = |high: u8, low: u8| (high - b'0') * 10 + (low - b'0');
        Self::new(two(a, b), two(c, d)).ok_or(ExpiryError)
    }

    /// Takes month and year from the text of `expDate`: `2029-07-31T00:00:00.000+00:00`,
    /// `2030-09-30`, or MMYY itself.
    #[must_use]
    pub fn from_exp_date(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut parts = text.splitn(3, '-');
        if let (Some(year), Some(month), Some(_)) = (parts.next(), parts.next(), parts.next()) {
            let year: u16 = year
                .parse()
                .ok()
                .filter(|year| (2000..2100).contains(year))?;
            return Self::new(month.parse().ok()?, u8::try_from(year % 100).ok()?);
        }
        Self::parse(text).ok()
    }

    fn new(month: u8, year: u8) -> Option<Self> {
        (1..=12).contains(&month).then_some(Self { year, month })
    }

    /// `0729`, as it travels and as it is typed.
    #[must_use]
    pub fn mmyy(self) -> String {
        format!("{:02}{:02}", self.month, self.year)
    }
}

impl std::fmt::Display for Expiry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // No text is made for it: each letter of a filter asks for the expiries of all kits.
        let digit = |value: u8| b'0' + value % 10;
        let [month, year] = [self.month, self.year].map(|part| [digit(part / 10), digit(part)]);
        let text = [month[0], month[1], b'/', year[0], year[1]];
        f.pad(std::str::from_utf8(&text).map_err(|_| std::fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_date_by_their_text() {
        for (text, expected) in [
            ("2029-07-31T00:00:00.000+00:00", "0729"),
            ("2029-07-31T23:59:59.000-11:00", "0729"),
            ("2030-09-30", "0930"),
            ("0729", "0729"),
        ] {
            assert_eq!(
                Expiry::from_exp_date(text).map(Expiry::mmyy).as_deref(),
                Some(expected)
            );
        }
        for text in ["", "soon", "2029-13-01", "1029-07-31", "729", "2029-07"] {
            assert_eq!(Expiry::from_exp_date(text), None, "{text}");
        }
    }

    #[test]
    fn typed_as_on_the_card() {
        assert_eq!(
            Expiry::parse("07/29").map(Expiry::mmyy).as_deref(),
            Ok("0729")
        );
        for text in ["", "729", "1329", "0029", "07299", "O729", "٠٧٢٩", "2029"] {
            assert_eq!(Expiry::parse(text), Err(ExpiryError), "{text}");
        }
    }
}
