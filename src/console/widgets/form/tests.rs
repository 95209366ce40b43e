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
    form.fields[0].fault = Some("no such tier".into());
    press(&mut form, KeyCode::F(9));
    assert!(form.fields[0].fault.is_some());
    press(&mut form, KeyCode::Char('S'));
    assert!(form.fields[0].fault.is_none());
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

#[test]
fn secrets_are_not_pasted() {
    let mut form = Form::new(vec![Field::new("PIN", Value::Pin(Secret::default()), "")]);
    form.pasted("4315");
    let Value::Pin(secret) = &form.fields[0].value else {
        panic!("a PIN field");
    };
    assert!(secret.entry.is_empty());
    assert_eq!(
        form.fields[0].fault.as_deref(),
        Some("a PIN is typed, never pasted")
    );
}

#[test]
fn a_paste_into_a_text_leaves_control_characters_behind() {
    let mut form = Form::new(vec![Field::text("tier", "")]);
    form.pasted(" SIL\u{1b}VER\n");
    assert_eq!(form.fields[0].as_text(), Some("SILVER"));
}
