//! The day's writes by hour and outcome, as a picture: a bar for each hour, a part of it for each outcome.

use super::words;
use crate::dcms::Word;
use crate::desk::day::{Day, Tally};
use crate::journal::ResultWord;

/// Of the picture, in its own units.
const WIDTH: usize = 680;
const HEIGHT: usize = 230;
/// Where the bars stand, and how high the highest is.
const BASE: usize = 180;
const HIGHEST: usize = 150;
/// From the left edge to the first bar, from one to the next, and how broad each is.
const LEFT: usize = 4;
const STEP: usize = 28;
const BROAD: usize = 20;

/// Printed in grey, they still differ.
fn colour(word: ResultWord) -> &'static str {
    match word {
        ResultWord::Outcome(Word::Done) => "#a6d3a0",
        ResultWord::Outcome(Word::Refused) => "#a31f1f",
        ResultWord::Outcome(Word::NotSent) => "#d9d9d9",
        ResultWord::Outcome(Word::Unknown) => "#111111",
        ResultWord::NotDone => "#7a6fb0",
    }
}

/// The picture as a part of a page.
pub(super) fn of(day: &Day) -> String {
    let hours = day.hours();
    let most = hours.iter().map(Tally::total).max().unwrap_or(0).max(1);
    let bars = hours.iter().enumerate();
    let bars: String = bars.map(|(hour, tally)| bar(hour, *tally, most)).collect();
    let right = LEFT + 24 * STEP;
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\n\
         <text x=\"{LEFT}\" y=\"14\">{}</text>\n\
         <line x1=\"{LEFT}\" y1=\"{BASE}\" x2=\"{right}\" y2=\"{BASE}\" stroke=\"#111\"/>\n\
         {bars}{}</svg>\n",
        words::CHART,
        words::CHART_TITLE,
        legend(Tally::of(&day.writes)),
    )
}

/// What each colour means, with the day's number.
fn legend(tally: Tally) -> String {
    let entries = tally.counts().enumerate().map(|(place, (word, count))| {
        let x = LEFT + place * 120;
        format!(
            "<rect x=\"{x}\" y=\"212\" width=\"10\" height=\"10\" {}/>\
             <text x=\"{}\" y=\"221\">{} {count}</text>\n",
            fill(word),
            x + 15,
            word.spoken(),
        )
    });
    entries.collect()
}

fn fill(word: ResultWord) -> String {
    let colour = colour(word);
    format!("fill=\"{colour}\" stroke=\"#111\" stroke-width=\"0.5\"")
}

/// The bar of an hour, the outcomes one above the other, with its hour below and its number above.
fn bar(hour: usize, tally: Tally, most: usize) -> String {
    let x = LEFT + hour * STEP + (STEP - BROAD) / 2;
    let middle = x + BROAD / 2;
    let label = |y: usize, said: &str| {
        format!("<text x=\"{middle}\" y=\"{y}\" text-anchor=\"middle\">{said}</text>\n")
    };
    // From sums, so that the parts of a bar have no gaps and end where it ends.
    let top_of = |sum: usize| BASE - sum * HIGHEST / most;
    let mut sum = 0;
    let mut parts = vec![label(BASE + 15, &format!("{hour:02}"))];
    for (word, count) in tally.counts().filter(|(_, count)| *count > 0) {
        let bottom = top_of(sum);
        sum += count;
        let top = top_of(sum);
        parts.push(format!(
            "<rect x=\"{x}\" y=\"{top}\" width=\"{BROAD}\" height=\"{}\" {}>\
             <title>{hour:02}:00, {}: {count}</title></rect>\n",
            bottom - top,
            fill(word),
            word.spoken(),
        ));
    }
    if sum > 0 {
        parts.push(label(top_of(sum) - 4, &sum.to_string()));
    }
    parts.concat()
}
