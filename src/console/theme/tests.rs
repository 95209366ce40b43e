use ratatui::style::Modifier;

use super::colour::{contrast, difference, linear, nearest_of_256, oklab};
use super::*;
use crate::documents::rows;

const DEPTHS: [Depth; 4] = [Depth::True, Depth::Indexed, Depth::Sixteen, Depth::None];

fn built_in(name: &str) -> Theme {
    Theme::built_in(name).expect(name)
}

fn refused(text: &str) -> String {
    let error = Theme::parse("mine.toml", text).expect_err("a faulty theme");
    error.to_string()
}

#[test]
fn every_built_in_theme_has_a_ground_and_says_what_it_is_like() {
    for name in Theme::names() {
        let theme = built_in(name);
        assert_eq!(theme.name(), name);
        assert!((5..=38).contains(&theme.about().len()), "{name}");
        assert!(theme.styles.contains_key(&Scope::Text), "{name}");
        if theme
            .styles
            .values()
            .any(|style| style.fg.is_some_and(is_rgb))
        {
            let ground = theme.of(Scope::Text).bg;
            assert!(ground.is_some_and(is_rgb), "{name} has a ground of its own");
            assert!(theme.sixteen.contains_key(&Scope::Text), "{name}, with 16");
            // What dim makes of a colour can't be computed.
            let dims = theme
                .styles
                .values()
                .any(|style| style.add_modifier.contains(Modifier::DIM));
            assert!(!dims, "{name} is dimmed");
        }
    }
}

#[test]
fn a_theme_that_is_not_there_names_those_that_are() {
    let error = Theme::built_in("dsek").expect_err("no such theme");
    assert_eq!(
        error.to_string(),
        "theme dsek: there is no such theme; there are desk, paper, contrast, blue-orange, 3270, ansi, mono"
    );
}

#[test]
fn a_child_changes_what_it_names_and_inherits_the_rest() {
    let text = "about = \"mine\"\ninherits = \"desk\"\n[palette]\nblue = \"#010203\"\n[scopes]\nwarn = { fg = \"blue\", bold = true }\n";
    let theme = Theme::parse("mine.toml", text).expect("good");
    let desk = built_in("desk");
    assert_eq!(theme.about(), "mine");
    assert_eq!(theme.of(Scope::Danger), desk.of(Scope::Danger));
    // The parent's scope takes the child's colour.
    assert_eq!(theme.of(Scope::Accent).fg, Some(Color::Rgb(1, 2, 3)));
    let bold = Style::new()
        .fg(Color::Rgb(1, 2, 3))
        .add_modifier(Modifier::BOLD);
    assert_eq!(theme.of(Scope::Warn), bold);
    // Its own colours for sixteen are not there, so the terminal's are taken by role.
    let sixteen = theme.at(Depth::Sixteen);
    assert_eq!(sixteen.of(Scope::Warn), built_in("ansi").of(Scope::Warn));
}

#[test]
fn a_scope_that_a_theme_does_not_name_looks_like_its_parent() {
    let text = "[scopes]\ntext = { fg = \"white\" }\naccent = { fg = \"cyan\" }\n";
    let theme = Theme::parse("mine.toml", text).expect("good");
    assert_eq!(theme.of(Scope::Key), theme.of(Scope::Accent));
    assert_eq!(theme.of(Scope::Live), theme.of(Scope::Text));
    for (scope, name) in Scope::ALL {
        assert!(theme.of(*scope).fg.is_some(), "{name}");
    }
}

#[test]
fn the_documents_have_a_good_theme_and_all_scopes_and_themes() {
    let page = include_str!("../../../docs/adding-a-theme.md");
    let start = page
        .find("about = \"our bank's blue\"")
        .expect("an example");
    let (text, _) = page[start..].split_once("```").expect("its end");
    let theme = Theme::parse("adding-a-theme.md", text).expect("good");
    assert_eq!(theme.of(Scope::Accent).fg, Some(Color::Rgb(0, 0xa3, 0xe0)));

    let name_of = |wanted: Scope| {
        let mut all = Scope::ALL.iter();
        let found = all.find(|(scope, _)| *scope == wanted);
        format!("`{}`", found.expect("all have a name").1)
    };
    let scopes = Scope::ALL.iter().map(|(scope, _)| {
        let parent = scope.parent().map(name_of);
        [name_of(*scope), parent.unwrap_or_default()]
    });
    let told = rows(page, "## The scopes");
    let told = told.iter().map(|row| [row[0], row[1]].map(str::to_owned));
    assert_eq!(told.collect::<Vec<_>>(), scopes.collect::<Vec<_>>());

    let themes = rows(include_str!("../../../docs/themes.md"), "# Themes");
    let themes: Vec<_> = themes.iter().map(|row| row[0].trim_matches('`')).collect();
    assert_eq!(themes, Theme::names().collect::<Vec<_>>());
}

#[test]
fn a_faulty_file_is_refused_by_line_and_key_with_what_is_allowed() {
    let named = "default, black, red, green, yellow, blue, magenta, cyan, white, bright-black, bright-red, bright-green, bright-yellow, bright-blue, bright-magenta, bright-cyan, bright-white";
    let scopes = "text, muted, accent, title, key, border, border_focus, input, selection, ok, warn, danger, bar, sandbox, uat, live";
    let cases = [
        (
            "inherits = \"desk\"\ncolors = {}\n",
            "line 2: unknown key \"colors\" at the top; allowed are about, inherits, palette, scopes, scopes16".to_owned(),
        ),
        (
            "inherits = \"desc\"\n",
            "line 1: inherits is \"desc\"; allowed are desk, paper, contrast, blue-orange, 3270, ansi, mono".to_owned(),
        ),
        (
            "\n[scopes]\nok = {}\nshiny = { fg = \"blue\" }\n",
            format!("line 4: unknown key \"shiny\" in [scopes]; allowed are {scopes}"),
        ),
        (
            "[palette]\nink = \"#12345\"\n",
            format!("line 2: ink is \"#12345\"; allowed are #rrggbb, {named}"),
        ),
        (
            "[palette]\nink = \"#123456\"\n[scopes.ok]\nfg = \"bleu\"\n",
            format!("line 4: fg is \"bleu\"; allowed are ink, #rrggbb, {named}"),
        ),
        (
            "[scopes16]\nok = { fg = \"#123456\" }\n",
            format!("line 2: fg is \"#123456\"; allowed are {named}"),
        ),
        (
            "[scopes]\nok = { bold = 1 }\n",
            "line 2: bold must be true or false, without quotes".to_owned(),
        ),
        (
            "[scopes]\nok = { blinks = true }\n",
            "line 2: unknown key \"blinks\" in [scopes.ok]; allowed are fg, bg, bold, dim, italic, underlined, reversed".to_owned(),
        ),
        (
            "[scopes]\nok = \"green\"\n",
            "line 2: ok must be a table, such as { fg = \"#d7dae0\", bold = true }".to_owned(),
        ),
        (
            "[palette]\nink = 7\n",
            "line 2: ink must be text in quotes".to_owned(),
        ),
    ];
    for (text, said) in cases {
        assert_eq!(refused(text), format!("theme mine.toml, {said}"));
    }
    let said = refused("[scopes\nok = {}\n");
    assert!(
        said.starts_with("theme mine.toml, line 1: this is not TOML: "),
        "{said}"
    );
}

#[test]
fn no_file_however_damaged_is_more_than_refused() {
    let text = include_str!("../../../themes/desk.toml");
    for cut in 0..text.len() {
        if let Some(start) = text.get(..cut) {
            Theme::parse("cut.toml", start).ok();
        }
        if let (Some(start), Some(end)) = (text.get(..cut), text.get(cut + 1..)) {
            Theme::parse("hole.toml", &format!("{start}{end}")).ok();
        }
    }
}

#[test]
fn the_nearest_of_256_is_the_same_where_there_is_the_same() {
    assert_eq!(nearest_of_256([0, 0, 0]), 16);
    assert_eq!(nearest_of_256([255, 255, 255]), 231);
    assert_eq!(nearest_of_256([95, 135, 175]), 67);
    assert_eq!(nearest_of_256([8, 8, 8]), 232);
    // A dark blue stays blue, which by red, green and blue alone would be a grey.
    assert_eq!(nearest_of_256([0x1d, 0x2a, 0x5e]), 17);
    assert!(contrast([0, 0, 0], [255, 255, 255]) > 20.99);
    assert!((difference([0, 0, 0], [255, 255, 255]) - 1.0).abs() < 0.001);
}

/// What an eye gets of a style on a ground, as far as it is known: foreground and background.
fn seen(style: Style, ground: Style) -> Vec<Option<[u8; 3]>> {
    let rgb = |colour: Option<Color>| match colour {
        Some(Color::Rgb(r, g, b)) => Some([r, g, b]),
        Some(Color::Indexed(index)) => Some(colour::of_256(index)),
        _ => None,
    };
    vec![rgb(style.fg.or(ground.fg)), rgb(style.bg.or(ground.bg))]
}

#[test]
fn at_no_depth_two_meanings_look_the_same() {
    let meanings = [
        Scope::Text,
        Scope::Ok,
        Scope::Warn,
        Scope::Danger,
        Scope::Selection,
        Scope::Live,
    ];
    let badges = [Scope::Sandbox, Scope::Uat, Scope::Live];
    for (name, depth) in Theme::names().flat_map(|name| DEPTHS.map(|depth| (name, depth))) {
        let theme = built_in(name).at(depth);
        let ground = theme.of(Scope::Text);
        for group in [meanings.as_slice(), &badges] {
            for (place, a) in group.iter().enumerate() {
                for b in &group[place + 1..] {
                    let (one, other) = (theme.of(*a), theme.of(*b));
                    let says = format!("{name}, {depth}: {a:?} and {b:?}");
                    assert_ne!(one, other, "{says}");
                    if one.add_modifier != other.add_modifier {
                        continue;
                    }
                    let pairs = seen(one, ground).into_iter().zip(seen(other, ground));
                    let far = pairs.filter_map(|pair| Some(difference(pair.0?, pair.1?)));
                    let far = far.fold(None, |max: Option<f32>, far| {
                        Some(max.unwrap_or(0.0).max(far))
                    });
                    assert!(far.is_none_or(|far| far > 0.08), "{says}: {far:?}");
                }
            }
        }
    }
}

#[test]
fn live_has_a_ground_that_nothing_else_has() {
    for (name, depth) in Theme::names().flat_map(|name| DEPTHS.map(|depth| (name, depth))) {
        let theme = built_in(name).at(depth);
        let ground = |scope| {
            let style = theme.of(scope);
            // Reversed, a foreground is a background; bold tells a reversed badge from a reversed row.
            let is_reversed = style.add_modifier.contains(Modifier::REVERSED);
            let bold = is_reversed && style.add_modifier.contains(Modifier::BOLD);
            (style.bg, is_reversed, bold)
        };
        for (scope, other) in Scope::ALL.iter().filter(|(scope, _)| *scope != Scope::Live) {
            assert_ne!(
                ground(Scope::Live),
                ground(*scope),
                "{name}, {depth}: {other}"
            );
        }
    }
}

#[test]
fn without_colours_there_are_none_and_weights_are_left() {
    for name in Theme::names() {
        let theme = built_in(name).at(Depth::None);
        for style in theme.styles.values() {
            assert_eq!((style.fg, style.bg), (None, None), "{name}");
        }
        let selection = theme.of(Scope::Selection);
        assert!(
            selection.add_modifier.contains(Modifier::REVERSED),
            "{name}"
        );
    }
    for style in built_in("mono").styles.values() {
        assert_eq!((style.fg, style.bg), (None, None));
    }
    let sixteen = |theme: Theme| {
        let is_named = |colour: &Color| !matches!(colour, Color::Rgb(..) | Color::Indexed(_));
        theme
            .styles
            .values()
            .all(|style| style.fg.iter().chain(&style.bg).all(is_named))
    };
    for name in Theme::names() {
        assert!(sixteen(built_in(name).at(Depth::Sixteen)), "{name}");
    }
}

#[test]
fn what_must_be_seen_stands_on_none_of_the_bright_grounds() {
    // Some terminals of eight colours pass those over, and black would stand on black.
    use Color as C;
    let plain = [
        C::Black,
        C::Red,
        C::Green,
        C::Yellow,
        C::Blue,
        C::Magenta,
        C::Cyan,
        C::Gray,
        C::Reset,
    ];
    for name in Theme::names() {
        let theme = built_in(name).at(Depth::Sixteen);
        for scope in [Scope::Selection, Scope::Sandbox, Scope::Uat, Scope::Live] {
            let ground = theme.of(scope).bg;
            assert!(
                ground.is_none_or(|ground| plain.contains(&ground)),
                "{name}: {scope:?}"
            );
        }
    }
}

/// Colours as eyes without one kind of cones see them, by Machado, Oliveira and Fernandes (2009).
fn as_seen_without(cones: &str, colour: [u8; 3]) -> [u8; 3] {
    let matrix: [[f32; 3]; 3] = match cones {
        "long" => [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        "middle" => [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        _ => [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    };
    let light = linear(colour);
    matrix.map(|row| {
        let sum: f32 = row
            .iter()
            .zip(light)
            .map(|(part, light)| part * light)
            .sum();
        let wanted = sum.clamp(0.0, 1.0);
        let nearest = |a: &u8, b: &u8| {
            let [a, b] = [a, b].map(|value| (linear([*value; 3])[0] - wanted).abs());
            a.total_cmp(&b)
        };
        (0..=u8::MAX).min_by(nearest).expect("there are 256")
    })
}

#[test]
fn blue_orange_is_safe_for_colour_blind_eyes() {
    for depth in [Depth::True, Depth::Indexed] {
        let theme = built_in("blue-orange").at(depth);
        let pairs = |scopes: [Scope; 3], which: usize| {
            let colours =
                scopes.map(|scope| seen(theme.of(scope), Style::new())[which].expect("a colour"));
            [
                (colours[0], colours[1]),
                (colours[1], colours[2]),
                (colours[0], colours[2]),
            ]
        };
        let told = pairs([Scope::Ok, Scope::Warn, Scope::Danger], 0);
        for (a, b) in told {
            let lighter = (oklab(a)[0] - oklab(b)[0]).abs();
            assert!(
                lighter > 0.06,
                "{depth}: {a:?} and {b:?} differ by {lighter} in lightness"
            );
        }
        let badges = pairs([Scope::Sandbox, Scope::Uat, Scope::Live], 1);
        for (a, b) in told.into_iter().chain(badges) {
            for cones in ["long", "middle", "short"] {
                let far = difference(as_seen_without(cones, a), as_seen_without(cones, b));
                assert!(
                    far > 0.06,
                    "{depth}: {a:?} and {b:?} without {cones} cones: {far}"
                );
            }
        }
    }
}
