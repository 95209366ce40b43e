//! Whose kits are shown, in one row or two: the name gives way, and a number is shown whole or not at
//! all. What there is to say is decided elsewhere.

use ratatui::text::{Line, Span};

use crate::console::theme::{Scope, Theme};
use crate::console::widgets::text::{columns, cut};

/// What is said of a customer.
pub(super) struct Whose {
    pub(super) name: String,
    pub(super) entity: String,
    pub(super) count: String,
    pub(super) account: String,
}

/// The words of each of the two rows; the name is always the first.
struct Rows<'a>(Vec<&'a str>, Vec<&'a str>);

const DOT: &str = " · ";
/// A name in fewer columns says nothing.
const SHORTEST_NAME: usize = 12;

impl Whose {
    /// The rows, as they fit. The account can be done without soonest: each kit says its own.
    pub(super) fn lines(&self, width: usize, theme: &Theme) -> [Line<'static>; 2] {
        let [entity, count, account] = [&*self.entity, &*self.count, &*self.account];
        let ways = [
            Rows(vec![entity, count, account], vec![]),
            Rows(vec![], vec![entity, count, account]),
            Rows(vec![entity], vec![count, account]),
            Rows(vec![count], vec![entity, account]),
            Rows(vec![], vec![entity, count]),
        ];
        let whole_name = columns(&self.name);
        let fits = |Rows(first, second): &Rows<'_>| {
            let name = if second.is_empty() {
                whole_name
            } else {
                whole_name.min(SHORTEST_NAME)
            };
            name + behind_name(first) <= width && columns(&second.join(DOT)) <= width
        };
        let last = ways.len() - 1;
        let Rows(first, second) = &ways[ways.iter().position(fits).unwrap_or(last)];
        let name = cut(&self.name, width.saturating_sub(behind_name(first)));
        let said = |text: String| Span::styled(text, theme.of(Scope::Text));
        let dot = || Span::styled(DOT, theme.of(Scope::Muted));
        let mut above = vec![Span::styled(name, theme.of(Scope::Title))];
        for part in first {
            above.extend([dot(), said((*part).to_owned())]);
        }
        let mut below = Vec::new();
        for part in second {
            if !below.is_empty() {
                below.push(dot());
            }
            below.push(said(cut(part, width)));
        }
        [above.into(), below.into()]
    }
}

fn behind_name(parts: &[&str]) -> usize {
    parts.iter().map(|part| columns(DOT) + columns(part)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_number_is_whole_or_not_there(
            name in ".{0,120}",
            entity in "[0-9]{1,20}",
            kits in 1..20_000_usize,
            account in "[0-9]{1,34}",
            width in 56..200_usize,
        ) {
            let whose = Whose {
                name,
                entity: format!("entity {entity}"),
                count: format!("{kits} of {kits} kits"),
                account: format!("account {account}"),
            };
            let theme = Theme::built_in("desk").expect("built in");
            let lines = whose.lines(width, &theme);
            prop_assert!(lines.iter().all(|line| line.width() <= width));
            let all = lines.map(|line| line.to_string()).join(DOT);
            prop_assert!(all.contains(&whose.entity), "{all}");
            prop_assert!(all.contains(&whose.count), "{all}");
            let needed = columns(&whose.entity) + columns(&whose.account) + columns(DOT);
            prop_assert!(all.contains(&whose.account) || needed > width, "{all}");
            prop_assert_eq!(all.contains("account "), all.contains(&whose.account));
        }
    }
}
