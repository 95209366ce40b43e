//! The top line: product, environment, tabs, tenant and operator, whatever is in front. What gives way
//! where it gets narrow is decided here, and nothing else.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::tab::TabName;
use super::words;
use crate::config::Environment;
use crate::console::context::Cx;
use crate::console::keymap::Action;
use crate::console::theme::Scope;
use crate::console::widgets::drawn::Drawn;
use crate::console::widgets::text::{columns, cut};
use crate::dcms::harmless;

/// How much is said: each step gives up one thing more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Length {
    All,
    NoProfile,
    ShortTabs,
    ShortBadge,
    ShortCount,
}

const LENGTHS: [Length; 5] = [
    Length::All,
    Length::NoProfile,
    Length::ShortTabs,
    Length::ShortBadge,
    Length::ShortCount,
];

/// Between what is on the left and on the right.
const GAP: usize = 2;
/// What stands before the tabs: product and environment.
const BEFORE_TABS: usize = 2;

/// What it is drawn from.
pub(super) struct TitleBar<'a> {
    pub(super) cx: &'a Cx,
    pub(super) front: TabName,
}

impl TitleBar<'_> {
    /// Draws it, and takes down where the tabs are.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect, tabs: &Drawn<TabName>) {
        let bar = self.cx.theme.of(Scope::Bar);
        frame.buffer_mut().set_style(area, bar);
        let width = usize::from(area.width);
        let drafts = LENGTHS.map(|length| (self.left(length), self.who(length)));
        let shortest = drafts.len() - 1;
        let fits = |(left, who): &(Vec<Span<'_>>, [String; 2])| {
            wide(left) + GAP + columns(&joined(who)) <= width
        };
        let step = drafts.iter().position(fits).unwrap_or(shortest);
        let (left, who) = &drafts[step];
        self.put_tabs(left, area, tabs);
        let room = width.saturating_sub(wide(left) + GAP);
        frame.render_widget(Line::from(left.clone()), area);
        let who = joined(&shared(who, room));
        frame.render_widget(Line::from(Span::raw(who)).right_aligned(), area);
    }

    fn left(&self, length: Length) -> Vec<Span<'static>> {
        // LIVE looks like nothing else, and by words, not by colour alone.
        let (badge, word) = match self.cx.about.environment {
            Environment::Sandbox => (Scope::Sandbox, format!(" {} ", Environment::Sandbox)),
            Environment::Uat => (Scope::Uat, format!(" {} ", Environment::Uat)),
            Environment::Live if length < Length::ShortBadge => {
                (Scope::Live, words::LIVE.to_owned())
            }
            Environment::Live => (Scope::Live, " ◆◆ LIVE ◆◆ ".to_owned()),
        };
        let mut spans = vec![
            Span::styled(" kitdesk ", self.cx.theme.of(Scope::Title)),
            Span::styled(word, self.cx.theme.of(badge)),
        ];
        spans.extend(self.tabs().map(|(tab, name, action)| {
            let (scope, mark) = if self.front == tab {
                (Scope::Title, "▸")
            } else {
                (Scope::Muted, " ")
            };
            let name = if length < Length::ShortTabs {
                name.to_owned()
            } else {
                self.cx.keymap.short(action)
            };
            Span::styled(format!(" {mark}{name}"), self.cx.theme.of(scope))
        }));
        spans.push(Span::styled(
            self.trouble(length),
            self.cx.theme.of(Scope::Warn),
        ));
        spans
    }

    /// What the journal has to say wherever one is: a count, or that nothing can be recorded.
    fn trouble(&self, length: Length) -> String {
        let journal = &self.cx.journal;
        let error = journal.error.as_ref().or(journal.unrecorded.as_ref());
        match (error, journal.open.len()) {
            (Some(_), _) => words::NO_JOURNAL.to_owned(),
            _ if journal.gap.is_some() && length < Length::ShortCount => {
                words::RECORDS_MISSING.to_owned()
            }
            _ if journal.gap.is_some() => " ! missing".to_owned(),
            (None, 0) if journal.delivery.trouble.is_some() => {
                words::central(journal.delivery.waiting)
            }
            (None, 0) => String::new(),
            (None, count) if length < Length::ShortCount => words::open(&count),
            (None, count) => format!(" ? {count}"),
        }
    }

    /// Where and who: the place and the operator.
    fn who(&self, length: Length) -> [String; 2] {
        let about = &self.cx.about;
        let place = if length < Length::NoProfile {
            format!("{} · {}", about.tenant, about.profile)
        } else {
            about.tenant.clone()
        };
        [&place, &about.operator].map(|text| harmless(text).into_owned())
    }

    fn tabs(&self) -> impl Iterator<Item = (TabName, &'static str, Action)> {
        TabName::of(&self.cx.about)
    }

    fn put_tabs(&self, left: &[Span<'_>], area: Rect, tabs: &Drawn<TabName>) {
        tabs.begin();
        let mut x = area.x;
        for (place, span) in left.iter().enumerate() {
            let width = u16::try_from(columns(&span.content)).unwrap_or(u16::MAX);
            let tab = place
                .checked_sub(BEFORE_TABS)
                .and_then(|at| self.tabs().nth(at));
            if let Some((tab, ..)) = tab {
                let spot = Rect { x, width, ..area };
                tabs.put(spot.intersection(area), tab);
            }
            x = x.saturating_add(width);
        }
    }
}

fn wide(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| columns(&span.content)).sum()
}

fn joined([place, operator]: &[String; 2]) -> String {
    format!("{place} · {operator} ")
}

/// The last resort: either is cut, but none for the other to have more than half.
fn shared([place, operator]: &[String; 2], room: usize) -> [String; 2] {
    let separator = columns(&joined(&[String::new(), String::new()]));
    let room = room.saturating_sub(separator);
    let place = cut(place, room.saturating_sub(columns(operator)).max(room / 2));
    let operator = cut(operator, room - columns(&place));
    [place, operator]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_is_cut_only_for_its_fair_share() {
        let cut = |place: &str, operator: &str, room| {
            joined(&shared(&[place.to_owned(), operator.to_owned()], room))
        };
        assert_eq!(cut("ACME_BANK", "maria", 18), "ACME_BANK · maria ");
        assert_eq!(cut("ACME_BANK", "maria", 14), "ACME… · maria ");
        assert_eq!(cut("BANK", "maria.krishnamurthy", 18), "BANK · maria.kri… ");
        assert_eq!(
            cut("ACME_BANK", "maria.krishnamurthy", 18),
            "ACME_B… · maria.… "
        );
    }
}
