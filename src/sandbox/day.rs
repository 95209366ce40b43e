//! The bank's calendar.

/// The bank's calendar stands still, so that every run gives the same dates.
pub(super) const TODAY: Day = Day(2026, 1, 15);

/// Year, month, day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(pub(super) u16, pub(super) u8, pub(super) u8);

impl Day {
    /// As it is printed on a card: MMYY.
    pub(super) fn mmyy(self) -> String {
        format!("{:02}{:02}", self.1, self.0 % 100)
    }

    /// Reads a date of three numbers with dashes; the order says where year, month and day stand.
    pub(super) fn from_parts(text: &str, order: [usize; 3]) -> Option<Self> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = order.map(|place| parts.get(place).copied().unwrap_or_default());
        let is_date = parts.len() == 3 && year.len() == 4 && month.len() == 2 && day.len() == 2;
        let read = Self(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        let exists = (1..=12).contains(&read.1) && (1..=31).contains(&read.2);
        (is_date && exists).then_some(read)
    }

    /// The end of the present month, five years on.
    pub(super) fn new_expiry() -> Self {
        Self(TODAY.0 + 5, TODAY.1, 31)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0, self.1, self.2)
    }
}
