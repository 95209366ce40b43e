//! Clicks and the wheel: each is a key that could have been pressed.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::*;
use crate::console::app::TabName;
use crate::console::notices::Notices;
use crate::console::screens::Go;
use crate::console::screens::messages::Messages;

const SIZE: (u16, u16) = (120, 40);

impl Bench {
    fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) {
        self.message(Message::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        }));
    }

    /// Clicks on the first place where this text stands.
    #[track_caller]
    fn click(&mut self, text: &str) {
        self.size = SIZE;
        let picture = self.look();
        let mut rows = picture.lines().zip(0..);
        let (line, row) = rows
            .find(|(line, _)| line.contains(text))
            .unwrap_or_else(|| panic!("{text:?} is not on the screen:\n{picture}"));
        let before = line.find(text).expect("found before");
        let column = u16::try_from(line[..before].width()).expect("a narrow screen");
        self.mouse(MouseEventKind::Down(MouseButton::Left), column, row);
    }
}

fn many() -> Vec<Kit> {
    (0..40)
        .map(|n| kit(&format!("90000{n:02}"), "ACTIVE"))
        .collect()
}

#[test]
fn what_a_tab_opens_lies_over_that_tab() {
    let mut bench = Bench::new();
    let screen = Messages::of(&Notices::default());
    bench.app.go(Go::Push(Box::new(screen)), TabName::Journal);
    assert_eq!(bench.app.layers(), [0, 0, 1, 0]);
}

#[test]
fn tabs_and_the_key_line_take_clicks() {
    let mut bench = Bench::new();
    bench.click("Orders");
    bench.must_show("branch id");
    bench.click("Journal");
    assert!(matches!(bench.last(), Command::Records(..)));
    bench.click("F2 find");
    bench.must_show("Find a customer");
    bench.click("F1 help");
    bench.must_show("Finding a customer");
}

#[test]
fn a_row_is_gone_to_by_one_click_and_opened_by_the_second() {
    let mut bench = Bench::new();
    bench.found(many());
    bench.click("9000003");
    assert!(!bench.shows("Esc back   u upgrade"));
    let picture = bench.picture(SIZE.0, SIZE.1);
    assert!(picture.contains(">9000003"), "{picture}");
    let asked = bench.asked.len();
    bench.click("9000003");
    assert_ne!(bench.picture(SIZE.0, SIZE.1), picture, "it is opened");
    assert!(bench.asked.len() >= asked);
}

#[test]
fn the_wheel_moves_in_lists_only() {
    let mut bench = Bench::new();
    bench.found(many());
    bench.look();
    bench.mouse(MouseEventKind::ScrollDown, 5, 10);
    bench.must_show(">9000003");
    bench.mouse(MouseEventKind::ScrollUp, 5, 10);
    bench.must_show(">9000000");
    bench.text("u");
    let before = bench.picture(SIZE.0, SIZE.1);
    bench.look();
    bench.mouse(MouseEventKind::ScrollDown, 5, 10);
    assert_eq!(bench.picture(SIZE.0, SIZE.1), before);
}

#[test]
fn a_click_goes_to_a_field_and_leaves_those_on_the_way() {
    let mut bench = Bench::new();
    bench.found(many());
    bench.text("u");
    bench.click("plastic code");
    bench.text("4566");
    bench.must_show("4566");
    // The tier was left empty on the way, as by Tab.
    assert_eq!(
        bench.shows("required"),
        {
            let mut keys = Bench::new();
            keys.found(many());
            keys.text("u");
            keys.press(KeyCode::Tab);
            keys.press(KeyCode::Tab);
            keys.shows("required")
        },
        "a click leaves a field as Tab does"
    );
}

#[test]
fn nothing_under_a_popup_or_a_cover_takes_clicks() {
    let mut bench = Bench::new();
    bench.found(many());
    let picture = bench.picture(SIZE.0, SIZE.1);
    let row = picture.lines().position(|line| line.contains("9000003"));
    let row = u16::try_from(row.expect("there")).expect("few");
    bench.press(KeyCode::F(1));
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 4, row);
    bench.press(KeyCode::Esc);
    bench.must_show(">9000000");
    bench.ctrl('l');
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 4, row);
    bench.enter();
    bench.must_show(">9000000");
}
