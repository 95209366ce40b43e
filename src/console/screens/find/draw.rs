//! How the look-up is drawn: box, sentence or customer, kits or choice.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::FindScreen;
use super::id_box::Kind;
use super::whose::Whose;
use super::words;
use crate::console::keymap::{Action, Place};
use crate::console::screens::{Cx, Screen as _, View, draw_said};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::entry::Entry;
use crate::console::widgets::grid::{self, Column, Rows};
use crate::console::widgets::kits::{TWO_COLUMNS, Table, WHOLE, kit_lines, shown};
use crate::console::widgets::lines;
use crate::console::widgets::scroll::Scroll;
use crate::console::widgets::select::Select;
use crate::console::widgets::text::columns;
use crate::dcms::{List, Text};
use crate::desk::Candidate;
use crate::desk::sentences::{contradictory, counted, unread};
use crate::journal::State;

/// Rows of the table other than kits: its frame and its head.
const FRAME_AND_HEAD: usize = 3;
/// What one kit in full takes.
const DETAIL: u16 = 13;

impl FindScreen {
    pub(super) fn draw_find(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let [box_area, said_area, below] = Layout::vertical([
            Constraint::Length(3),
            Constraint::Length(2),
            Constraint::Fill(1),
        ])
        .areas(area);
        self.box_area.begin();
        self.box_area.put(box_area, ());
        self.draw_box(frame, box_area, theme);
        let said_area = Rect {
            x: said_area.x + 1,
            width: said_area.width.saturating_sub(2),
            ..said_area
        };
        draw_said(frame, said_area, (self.wait(), self.error()), view);
        if self.wait.is_none() && self.error.is_none() {
            self.draw_customer(frame, said_area, theme);
        }
        match (&self.picker, &self.customer) {
            (Some((candidates, select)), _) => {
                draw_picker(frame, below, candidates, select, theme);
            }
            (None, Some(_)) => self.draw_kits(frame, below, theme),
            (None, None) => draw_welcome(frame, below, &unsaid(view.cx), theme),
        }
    }

    fn draw_box(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let is_typed_in = self.place() == Place::Box;
        let block = lines::framed(words::TITLE, is_typed_in, theme);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let kind = self.id.meant();
        let how = if self.id.kind == Kind::Guessed && !self.id.input.is_empty() {
            "guessed"
        } else {
            ""
        };
        let [kind_area, input_area, how_area] = Layout::horizontal([
            Constraint::Length(17),
            Constraint::Fill(1),
            Constraint::Length(9),
        ])
        .areas(inner);
        frame.render_widget(
            Span::styled(format!(" {} ", kind.word()), theme.of(Scope::Accent)),
            kind_area,
        );
        frame.render_widget(
            Line::styled(how, theme.of(Scope::Muted)).right_aligned(),
            how_area,
        );
        let hint = match kind {
            Kind::Guessed | Kind::Entity => "like 181223116",
            Kind::Account => "like 8000000",
            Kind::Card => words::CARD_HINT,
        };
        // A full number that is meant as a card is drawn as its mask while it is typed.
        if let Some(mask) = self.id.drawn_as() {
            let masked = Entry::of(mask.to_string());
            masked.draw(frame, input_area, hint, is_typed_in, theme);
        } else {
            let input = &self.id.input;
            input.draw_as_typed(frame, input_area, hint, is_typed_in, theme);
        }
    }

    fn draw_customer(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let Some(customer) = &self.customer else {
            return;
        };
        let name = customer.name.as_ref().map_or("—".into(), Text::shown);
        let account = customer.kits.iter().find_map(|kit| kit.account_no.as_ref());
        let total = customer.kits.len();
        let count = match self.rows() {
            passed if passed != total => words::passed_of(&passed, &counted(total, "kit")),
            _ => counted(total, "kit"),
        };
        let whose = Whose {
            name: name.into_owned(),
            entity: words::entity(&customer.entity),
            count,
            account: words::account(&shown(account)),
        };
        for (line, y) in whose
            .lines(area.width.into(), theme)
            .iter()
            .zip(area.y..area.bottom())
        {
            let row = Rect {
                y,
                height: 1,
                ..area
            };
            frame.render_widget(line, row);
        }
    }

    fn draw_filter(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let [label, field] =
            Layout::horizontal([Constraint::Length(8), Constraint::Length(32)]).areas(area);
        frame.render_widget(Span::styled(" filter ", theme.of(Scope::Accent)), label);
        let hint = words::FILTER_HINT;
        self.filter.draw(frame, field, hint, self.filtering, theme);
    }

    fn draw_kits(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let Some(customer) = &self.customer else {
            return;
        };
        // The room is the rows' first: one kit in full is shown where it hides no other.
        let with_detail = area.height >= 24
            && usize::from(area.width) >= TWO_COLUMNS + 4
            && customer.kits.len() + FRAME_AND_HEAD + usize::from(DETAIL) <= area.height.into();
        let rest = if with_detail { DETAIL } else { 0 };
        let [table_area, detail_area] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(rest)]).areas(area);
        let has_focus = matches!(self.place(), Place::Kits | Place::Filter);
        // Whose they are stands above, unless an error does.
        let title = match self.error {
            Some(_) => words::kits_of(&customer.entity),
            None => "Kits".to_owned(),
        };
        let mut block = lines::ruled(&title, has_focus, theme);
        let twice = contradictory(&customer.kits);
        for said in unread(customer.kits.unread, "kit").into_iter().chain(twice) {
            let said = format!(" {said} ");
            block = block.title_bottom(Line::styled(said, theme.of(Scope::Warn)));
        }
        let mut table = block.inner(table_area);
        if self.filtering || !self.filter.value().is_empty() {
            let [filter_area, below] =
                Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(table);
            self.draw_filter(frame, filter_area, theme);
            table = below;
        }
        if customer.view.is_empty() && !self.filter.value().is_empty() {
            frame.render_widget(block, table_area);
            let room = Rect {
                x: table.x + 1,
                y: table.y + 1,
                height: 1,
                ..table
            };
            let none = words::NONE_MATCHES;
            lines::sentence(frame, room, none, Scope::Warn, theme);
            return;
        }
        let kits = Table::new(&customer.kits, &customer.view, self.select.at());
        let drawn = grid::draw(frame, table, &kits, (&self.select, has_focus), theme);
        customer.view.showed(&drawn.columns);
        frame.render_widget(lines::with_place(block, drawn.place, theme), table_area);
        if with_detail && let Some(kit) = customer.kit(self.select.at()) {
            let width = usize::from(detail_area.width.saturating_sub(4));
            let lines = kit_lines(kit, customer.view.replacement(kit), width, theme);
            let title = words::kit(&kit.kit_no);
            Scroll::default().draw(frame, detail_area, (title, false), &lines, theme);
        }
    }
}

/// The customers that a look-up fits, to choose one.
struct Candidates<'a>(&'a List<Candidate>);

impl Rows for Candidates<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        const COLUMNS: [Column; 2] = [
            Column {
                heading: words::ENTITY_ID_HEADING,
                min: WHOLE,
                max: WHOLE,
                given_up: 0,
            },
            Column {
                heading: "NAME",
                min: 8,
                max: usize::MAX,
                given_up: 0,
            },
        ];
        COLUMNS.iter()
    }

    fn widest(&self, column: usize) -> usize {
        let texts = self.0.iter().map(|one| match column {
            0 => columns(one.entity.as_str()),
            _ => columns(&shown(one.name.as_ref())),
        });
        texts.max().unwrap_or(0).max(words::ENTITY_ID_HEADING.len())
    }

    fn cell<'a>(
        &'a self,
        (row, column): (usize, usize),
        room: &'a mut String,
        theme: &Theme,
    ) -> (&'a str, Style) {
        let candidate = &self.0[row];
        let text = if column == 0 {
            candidate.entity.as_str()
        } else {
            room.push_str(&shown(candidate.name.as_ref()));
            room
        };
        (text, theme.of(Scope::Text))
    }
}

fn draw_picker(
    frame: &mut Frame<'_>,
    area: Rect,
    candidates: &List<Candidate>,
    select: &Select,
    theme: &Theme,
) {
    let block = lines::ruled(
        match candidates.len() {
            1 => words::CHOOSE_THE_ONE.to_owned(),
            many => words::choose_of(&many),
        },
        true,
        theme,
    );
    let block = match unread(candidates.unread, "customer") {
        Some(unread) => {
            block.title_bottom(Line::styled(format!(" {unread} "), theme.of(Scope::Warn)))
        }
        None => block,
    };
    let rows = Candidates(candidates);
    let drawn = grid::draw(frame, block.inner(area), &rows, (select, true), theme);
    frame.render_widget(lines::with_place(block, drawn.place, theme), area);
}

fn draw_welcome(frame: &mut Frame<'_>, area: Rect, unsaid: &[String], theme: &Theme) {
    const LINES: [&str; 6] = [
        words::FOUND_BY,
        words::BY_ENTITY_ID,
        words::BY_ACCOUNT,
        words::BY_CARD,
        "",
        words::KIND_IS_GUESSED,
    ];
    let room = Rect {
        x: area.x + 3,
        y: area.y + 1,
        width: area.width.saturating_sub(6),
        ..area
    };
    let mut y = room.y;
    for text in unsaid {
        let rest = Rect {
            y,
            height: area.bottom().saturating_sub(y),
            ..room
        };
        y += lines::sentence(frame, rest, text, Scope::Warn, theme);
    }
    y += u16::from(!unsaid.is_empty());
    for (line, y) in LINES.iter().zip(y..area.bottom()) {
        frame.render_widget(
            Span::styled(*line, theme.of(Scope::Muted)),
            Rect {
                y,
                height: 1,
                ..room
            },
        );
    }
}

/// What a new console has to tell first.
fn unsaid(cx: &Cx) -> Vec<String> {
    let mut lines = cx.told.clone();
    lines.extend(of_the_journal(cx));
    lines
}

fn of_the_journal(cx: &Cx) -> Vec<String> {
    let journal = &cx.journal;
    if let Some(error) = &journal.error {
        return vec![words::not_recorded(&error), words::ONLY_LOOK_UPS.to_owned()];
    }
    let mut lines: Vec<String> = journal.gap.clone().into_iter().collect();
    let keys = cx.keymap.named(Action::Journal);
    lines.extend(match journal.open.len() {
        0 => return lines,
        1 => [words::one_is_open(&keys)],
        count => [words::several_are_open(&count, &keys)],
    });
    if !cx.told.is_empty() {
        // Which they are is not for everybody who comes by.
        return lines;
    }
    lines.extend(journal.open.iter().take(5).map(|open| match open.state {
        State::UnderWay => format!("  {open}."),
        State::Unknown | State::Abandoned => format!("  {}.", open.what()),
    }));
    lines
}
