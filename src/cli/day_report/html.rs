//! A day as one page for A4: its style and its chart are in it, it has no scripts and asks for nothing from
//! anywhere. Every text is escaped.

use super::chart;
use crate::dcms::harmless;
use crate::desk::day::{Day, Section};

const STYLE: &str = "
@page { size: A4; margin: 14mm }
body { font: 10pt/1.35 system-ui, sans-serif; color: #111; background: #fff; max-width: 182mm; margin: 0 auto }
h1 { font-size: 15pt; margin: 0 0 1mm }
h2 { font-size: 11pt; margin: 5mm 0 1mm; break-after: avoid }
p { margin: 0 0 2mm }
table { border-collapse: collapse; width: 100%; font-size: 8pt }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { border-bottom: 0.2mm solid #bbb; padding: 0.6mm 1.2mm; text-align: left; vertical-align: top; overflow-wrap: break-word }
th { border-bottom-color: #111; white-space: nowrap }
svg { width: 100%; height: auto; break-inside: avoid; print-color-adjust: exact; -webkit-print-color-adjust: exact }
svg text { font: 11px system-ui, sans-serif; fill: #111 }
";

/// A text that is safe anywhere in a page.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in harmless(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

pub(super) fn page(day: &Day) -> String {
    let title = escaped(&day.title());
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n{}",
        escaped(&day.summary()),
        chart::of(day),
    );
    for section in day.sections() {
        page.push_str(&table(&section));
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn table(section: &Section) -> String {
    let title = escaped(&section.title);
    if section.rows.is_empty() {
        return format!("<h2>{title}</h2>\n<p>{}</p>\n", escaped(section.none));
    }
    let heads = cells("th", section.heads.iter().copied());
    let rows = section.rows.iter().map(|row| {
        let cells = cells("td", row.iter().map(String::as_str));
        ["<tr>", &cells, "</tr>\n"].concat()
    });
    let rows: String = rows.collect();
    format!(
        "<h2>{title}</h2>\n<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

fn cells<'a>(tag: &str, texts: impl Iterator<Item = &'a str>) -> String {
    let cells = texts.map(|text| ["<", tag, ">", &escaped(text), "</", tag, ">"].concat());
    cells.collect()
}
