//! `docs/simulator.md` says what there is.

use super::*;

const PAGE: &str = include_str!("../../../docs/simulator.md");

/// The row of a table that has this in its first cell.
fn row(first: &str) -> &'static str {
    let quoted = format!("`{first}`");
    let of = |line: &&str| {
        line.split('|')
            .nth(1)
            .is_some_and(|cell| cell.contains(&quoted))
    };
    PAGE.lines()
        .find(of)
        .unwrap_or_else(|| panic!("{first} is not in the documents"))
}

#[test]
fn each_call_and_kind_of_fault_has_its_row() {
    for path in calls::paths() {
        row(path);
    }
    for kind in fault::kinds() {
        row(kind);
    }
    for twist in twist::Twist::ALL {
        let calls = row(twist.word()).split('|').nth(2).expect("a cell");
        let told: Vec<&str> = calls
            .split(',')
            .map(|call| call.trim().trim_matches('`'))
            .collect();
        assert_eq!(told, twist.calls(), "{}", twist.word());
    }
}

#[tokio::test]
async fn the_fixed_customers_and_orders_are_there() {
    let entities = fixtures::customers();
    // Some share a row: two in one, or the first and the last of many.
    let named = |entity: &&String| PAGE.contains(&format!("`{entity}`"));
    let count = entities.keys().filter(named).count();
    // Those in the middle of 210000000094 to 89 are not named each.
    assert_eq!(count + 4, entities.len());
    for id in fixtures::orders()
        .keys()
        .filter(|id| !id.starts_with("00000000"))
    {
        row(id);
    }
}

#[test]
fn what_a_check_of_a_card_needs_is_documented() {
    for (entity, mask, nth) in [
        ("181223116", "608040XXXXXX6384", 0),
        ("676165", "608040XXXXXX1789", 0),
    ] {
        let row = row(entity);
        let mobile = derived::mobile(entity);
        let pan = kit::pan_behind(mask, nth);
        let six = &pan.clear()[10..];
        assert!(row.contains(&mobile), "{entity} has mobile {mobile}");
        assert!(row.contains(six), "{entity} has last six {six}");
    }
}
