//! The payments of a customer's cards, good and declined.
//! Nothing here changes the bank.

use serde_json::{Value, json};

use super::{Answer, Bank, Exception, Request, invalid_kit, no_such_entity};
use crate::sandbox::day::Day;
use crate::sandbox::derived::{self, CHANNELS, Payment};
use crate::sorting;

pub(super) fn fetch(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.optional("kitNo")?;
    let account = request.optional("accountNumber")?;
    let from = day(request, "startDate")?;
    let to = day(request, "endDate")?;
    let channel = request.choice("transactionChannel", &CHANNELS)?;
    let code = request.optional("responseCode")?;
    let page = request.page("page", "size", 0)?;
    let customer = bank.customers.get(entity).ok_or_else(no_such_entity)?;
    if let Some(number) = number {
        bank.kit(entity, number).ok_or_else(invalid_kit)?;
    }
    let kits = customer.kits.iter().filter(|kit| {
        number.is_none_or(|number| kit.number == number)
            && account.is_none_or(|account| customer.account == account)
    });
    let mut found: Vec<Payment> = kits.flat_map(derived::payments).collect();
    found.retain(|one| {
        from.is_none_or(|from| one.day >= from)
            && to.is_none_or(|to| one.day <= to)
            && channel.is_none_or(|channel| one.channel == channel)
            && code.is_none_or(|code| one.code == code)
    });
    sorting::sort_by_key(&mut found, |one| std::cmp::Reverse((one.day, one.time)));
    Ok(json!({
        "currentPage": page.number,
        "totalItems": found.len(),
        "totalPages": page.count(&found),
        "data": page.of(&found).iter().map(payment).collect::<Vec<Value>>(),
    }))
}

fn payment(one: &Payment) -> Value {
    let Day(_, month, day) = one.day;
    let (whole, hundredths) = (one.amount / 100, one.amount % 100);
    let sign = if one.is_credit { "" } else { "-" };
    // `100.0`, `100.5`: the amounts are whole or half.
    let amount = format!("{sign}{whole}.{}", hundredths / 10);
    json!({
        "channel": one.channel,
        "crDr": if one.is_credit { "CR" } else { "DR" },
        "damount": amount,
        "cardHolderBillingAmount": format!("{:012}", one.amount),
        "cardAcceptorNameLocation": one.place,
        "cardAcceptorTerminalId": one.terminal,
        // A number: the zero in front of the month is lost.
        "dateTimeTransaction": (u64::from(month) * 100 + u64::from(day)) * 1_000_000 + u64::from(one.time),
        "description": one.description,
        "emvTxn": one.is_emv,
    })
}

/// DD-MM-YYYY.
fn day(request: &Request, name: &str) -> Result<Option<Day>, Exception> {
    let Some(text) = request.optional(name)? else {
        return Ok(None);
    };
    let wrong = || Exception::field(name, "must be a date, DD-MM-YYYY");
    Day::from_parts(text, [2, 1, 0]).map(Some).ok_or_else(wrong)
}
