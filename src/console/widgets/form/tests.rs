use crossterm::event::KeyModifiers;

use super::*;

fn press(form: &mut Form, code: KeyCode) -> Typed {
    form.typed(&KeyEvent::new(code, KeyModifiers::NONE))
}

fn card_type() -> Form {
    let mut choice = Choice::optional(vec!["PHYSICAL", "VIRTUAL"]);
    choice.choose("physical");
    Form::new(vec![Field::choice("card type", choice, "")])
}

#[test]
fn type_ahead_finds_an_option_and_forgets_a_dead_end() {
    let mut form = card_type();
    for c in "VIRTUAL".chars() {
        press(&mut form, KeyCode::Char(c));
    }
    assert_eq!(form.fields[0].chosen(), Some(1));
    press(&mut form, KeyCode::Char('p'));
    assert_eq!(form.fields[0].chosen(), Some(0));
    press(&mut form, KeyCode::Right);
    assert_eq!(form.fields[0].chosen(), Some(1));
}

#[test]
fn a_fault_goes_when_the_field_is_changed() {
    let mut form = Form::new(vec![Field::text("tier", "")]);
    form.fields[0].error = Some("no such tier".into());
    press(&mut form, KeyCode::F(9));
    assert!(form.fields[0].error.is_some());
    press(&mut form, KeyCode::Char('S'));
    assert!(form.fields[0].error.is_none());
    assert_eq!(form.fields[0].as_text(), Some("S"));
}

#[test]
fn a_secret_starts_over_after_one_came_back_to_it() {
    let pin = || Field::new("PIN", Value::Pin(Secret::default()), "");
    let mut form = Form::new(vec![pin(), pin()]);
    for c in ['1', '2', 'x', '٣'] {
        press(&mut form, KeyCode::Char(c));
    }
    form.step(true);
    form.step(false);
    press(&mut form, KeyCode::Char('9'));
    let Value::Pin(secret) = &form.fields[0].value else {
        panic!("a PIN field");
    };
    assert_eq!(secret.entry.len(), 1);
}

fn tier() -> Field {
    let offers = Offers::new(["SILVER", "GOLD"].map(str::to_owned));
    Field::text("tier", "now CLASSIC")
        .offering(offers)
        .instead_of(Some("CLASSIC".into()))
}

fn write(form: &mut Form, text: &str) {
    for c in text.chars() {
        press(form, KeyCode::Char(c));
    }
}

fn route(form: &mut Form, action: Action) -> Routed {
    form.route(
        Some(action),
        &KeyEvent::new(KeyCode::Null, KeyModifiers::NONE),
    )
}

#[test]
fn a_word_that_is_offered_is_completed_and_spelt() {
    let mut form = Form::new(vec![tier(), tier()]);
    write(&mut form, "si");
    press(&mut form, KeyCode::Right);
    assert_eq!(form.fields[0].as_text(), Some("SILVER"));
    assert_eq!(route(&mut form, Action::Next), Routed::Left(0));
    write(&mut form, "gold");
    assert_eq!(route(&mut form, Action::Enter), Routed::GoOn);
    assert_eq!(form.fields[1].as_text(), Some("GOLD"));
    // What is not offered stays as it was typed.
    press(&mut form, KeyCode::Char('x'));
    assert_eq!(route(&mut form, Action::GoOn), Routed::GoOn);
    assert_eq!(form.fields[1].as_text(), Some("GOLDx"));
}

#[test]
fn a_word_that_was_begun_is_completed_by_leaving_it() {
    for way in [Action::Next, Action::Previous, Action::Enter, Action::GoOn] {
        let mut form = Form::new(vec![tier(), tier(), tier()]);
        form.go_to(1);
        write(&mut form, "si");
        route(&mut form, way);
        assert_eq!(form.fields[1].as_text(), Some("SILVER"), "{way:?}");
    }
    let mut form = Form::new(vec![tier()]);
    write(&mut form, "si");
    assert_eq!(route(&mut form, Action::Back), Routed::Back);
    assert_eq!(
        form.fields[0].as_text(),
        Some("si"),
        "Esc keeps it as it is"
    );
    form.add(1, vec![tier()]);
    assert_eq!(form.fields[0].as_text(), Some("SILVER"));
}

#[test]
fn what_is_meant_as_it_stands_is_not_completed() {
    // Delete, something taken away, the cursor elsewhere, and a completion that was taken back.
    type Keys = &'static [KeyCode];
    const CASES: [(Keys, &str); 4] = [
        (&[KeyCode::Delete], "SILV"),
        (&[KeyCode::Char('X'), KeyCode::Backspace], "SILV"),
        (&[KeyCode::Home], "SILV"),
        (&[KeyCode::Delete, KeyCode::Char('E')], "SILVER"),
    ];
    for (keys, then) in CASES {
        let mut form = Form::new(vec![tier(), tier()]);
        write(&mut form, "SILV");
        for code in keys {
            press(&mut form, *code);
        }
        route(&mut form, Action::Next);
        assert_eq!(form.fields[0].as_text(), Some(then), "{keys:?}");
    }
    let mut form = Form::new(vec![tier(), tier()]);
    write(&mut form, "SILV");
    route(&mut form, Action::Next);
    form.undo();
    assert_eq!((form.fields[0].as_text(), form.focus), (Some("SILV"), 0));
    route(&mut form, Action::Next);
    assert_eq!(form.fields[0].as_text(), Some("SILV"));
}

#[test]
fn a_form_starts_over_in_one_step_that_can_be_taken_back() {
    let mut form = Form::new(vec![tier(), tier()]);
    let fresh = || vec![tier()];
    assert!(!form.holds(&fresh()));
    write(&mut form, "GOLD");
    route(&mut form, Action::Next);
    write(&mut form, "SILVER");
    form.start_over(fresh());
    assert!(form.holds(&fresh()));
    assert_eq!(form.focus, 0);
    form.undo();
    assert_eq!((form.fields[1].as_text(), form.focus), (Some("SILVER"), 1));
    form.undo();
    assert_eq!(form.fields[1].as_text(), None);

    let mut form = Form::new(fresh());
    form.start_over(fresh());
    assert!(!form.undo(), "nothing was changed");
}

#[test]
fn what_is_selected_is_kept_once_it_was_left() {
    let mut form = Form::new(vec![tier().filled("GOLD"), tier()]);
    form.select();
    form.step(true);
    form.step(false);
    press(&mut form, KeyCode::Char('X'));
    assert_eq!(form.fields[0].as_text(), Some("GOLDX"));
    form.select();
    press(&mut form, KeyCode::Char('X'));
    assert_eq!(form.fields[0].as_text(), Some("X"));
    form.undo();
    assert_eq!(form.fields[0].as_text(), Some("GOLDX"));
}

#[test]
fn what_differs_from_the_present_card_is_shown() {
    let mut form = Form::new(vec![tier()]);
    assert_eq!(form.fields[0].differs(), None);
    write(&mut form, "GOLD");
    assert_eq!(form.fields[0].differs(), Some(true));
    form.fields[0] = tier().filled("CLASSIC");
    assert_eq!(form.fields[0].differs(), Some(false));
    assert_eq!(Field::text("tier", "").filled("GOLD").differs(), None);
}

#[test]
fn steps_are_taken_back_one_by_one() {
    let mut form = card_type();
    form.fields.insert(0, tier());
    write(&mut form, "GOLD");
    press(&mut form, KeyCode::Backspace);
    route(&mut form, Action::Next);
    press(&mut form, KeyCode::Right);
    assert_eq!(form.fields[1].chosen(), Some(1));
    form.add(2, vec![tier()]);
    form.pasted("SILVER");
    form.remove(0, 1);
    assert_eq!(form.fields.len(), 2);

    assert_eq!(route(&mut form, Action::Undo), Routed::Changed);
    assert_eq!(form.fields[0].as_text(), Some("GOL"));
    form.undo();
    assert_eq!((form.fields[2].as_text(), form.focus), (None, 2));
    form.undo();
    assert_eq!(form.fields.len(), 2);
    form.undo();
    assert_eq!((form.fields[1].chosen(), form.focus), (Some(0), 1));
    form.undo();
    assert_eq!((form.fields[0].as_text(), form.focus), (None, 0));
    assert!(!form.undo(), "there was nothing before");
}

#[test]
fn a_secret_has_no_past() {
    let mut form = Form::new(vec![Field::new("PIN", Value::Pin(Secret::default()), "")]);
    write(&mut form, "4315");
    assert!(!form.undo());
}

#[test]
fn a_digit_of_another_script_is_refused_and_not_repeated() {
    let pan = Value::Pan {
        entry: Secret::default(),
        expected: None,
    };
    for value in [Value::Pin(Secret::default()), pan] {
        let mut form = Form::new(vec![Field::new("digits", value, "")]);
        for typed in ['\u{664}', '\u{ff14}', '\u{96a}'] {
            write(&mut form, &typed.to_string());
            let error = form.fields[0].error.take().expect("a sentence");
            assert!(error.contains("only the digits 0 to 9"), "{error}");
            assert!(!error.contains(typed), "{error}");
        }
        write(&mut form, "\u{664}4");
        assert_eq!(form.fields[0].error, None, "a digit takes it away");
    }
}

#[test]
fn secrets_are_not_pasted() {
    let mut form = Form::new(vec![Field::new("PIN", Value::Pin(Secret::default()), "")]);
    form.pasted("4315");
    let Value::Pin(secret) = &form.fields[0].value else {
        panic!("a PIN field");
    };
    assert!(secret.entry.is_empty());
    assert_eq!(
        form.fields[0].error.as_deref(),
        Some("a PIN is typed, never pasted")
    );
}

#[test]
fn a_paste_into_a_text_leaves_control_characters_behind() {
    let mut form = Form::new(vec![Field::text("tier", "")]);
    form.pasted(" SIL\u{1b}VER\n");
    assert_eq!(form.fields[0].as_text(), Some("SILVER"));
    form.undo();
    form.pasted("Zoë\nKumar\t42");
    assert_eq!(form.fields[0].as_text(), Some("Zoë Kumar 42"));
}
