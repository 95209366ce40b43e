//! Payments: what they are made of, and what chooses among them.

use super::*;

const FETCH: &str = "/kit-manager/fetchTransaction";

async fn fetch(sandbox: &Sandbox, more: Value) -> Value {
    let mut body = json!({"entityId": "181223116", "size": 100});
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    call(sandbox, FETCH, body).await.result()
}

fn rows(result: &Value) -> &Vec<Value> {
    result["data"].as_array().expect("an array")
}

#[tokio::test]
async fn payments_are_whole_and_the_newest_comes_first() {
    let sandbox = sandbox().await;
    let all = fetch(&sandbox, json!({})).await;
    assert_eq!(all["currentPage"], 0);
    assert_eq!(all["totalPages"], 1);
    assert_eq!(all["totalItems"], rows(&all).len());
    // January comes before December in a time without a year.
    let month = |row: &Value| row["dateTimeTransaction"].as_u64().expect("a number") / 100_000_000;
    let months: Vec<u64> = rows(&all).iter().map(month).collect();
    assert!(months.contains(&1) && months.contains(&12));
    assert!(months.is_sorted_by_key(|&month| month == 12));
    for row in rows(&all) {
        for name in ["channel", "description", "cardAcceptorTerminalId"] {
            assert!(row[name].is_string(), "{name}");
        }
        assert!(row["cardAcceptorNameLocation"].is_string());
        assert!(row["emvTxn"].is_boolean());
        let minor = row["cardHolderBillingAmount"].as_str().expect("a text");
        assert_eq!(minor.len(), 12);
        let amount = row["damount"].as_str().expect("a text");
        assert_eq!(amount.starts_with('-'), row["crDr"] == "DR", "{row}");
        let tenths: String = amount.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(minor.parse(), tenths.parse::<u64>().map(|no| no * 10));
    }
    let declined = |row: &&Value| row["description"] != "Approved";
    assert!(rows(&all).iter().any(|row| declined(&row)));
    assert_eq!(fetch(&self::sandbox().await, json!({})).await, all);
}

#[tokio::test]
async fn payments_are_chosen_by_kit_account_channel_code_and_date() {
    let sandbox = sandbox().await;
    let all = fetch(&sandbox, json!({})).await;
    let count = |result: &Value| rows(result).len();
    let kit = |no: &str| json!({"kitNo": no});
    let first = fetch(&sandbox, kit("10930010477")).await;
    let second = fetch(&sandbox, kit("10930010476")).await;
    assert_eq!(count(&first) + count(&second), count(&all));
    assert_eq!(count(&fetch(&sandbox, kit("10930010478")).await), 0);
    let account = |no: &str| json!({"accountNumber": no});
    assert_eq!(fetch(&sandbox, account("8000000")).await, all);
    assert_eq!(count(&fetch(&sandbox, account("1")).await), 0);
    let mut sum = 0;
    for channel in ["ATM", "POS", "ECOM", "CONTACTLESS"] {
        let some = fetch(&sandbox, json!({"transactionChannel": channel})).await;
        assert!(rows(&some).iter().all(|row| row["channel"] == channel));
        sum += count(&some);
    }
    assert_eq!(sum, count(&all));
    let good = fetch(&sandbox, json!({"responseCode": "00"})).await;
    assert!(
        rows(&good)
            .iter()
            .all(|row| row["description"] == "Approved")
    );
    assert!(0 < count(&good) && count(&good) < count(&all));
    let january = json!({"startDate": "01-01-2026", "endDate": "31-01-2026"});
    let december = json!({"endDate": "31-12-2025"});
    let (january, december) = (
        fetch(&sandbox, january).await,
        fetch(&sandbox, december).await,
    );
    assert!(count(&january) > 0);
    assert_eq!(count(&january) + count(&december), count(&all));
}

#[tokio::test]
async fn pages_count_from_0() {
    let sandbox = sandbox().await;
    let all = fetch(&sandbox, json!({})).await;
    let total = rows(&all).len();
    let mut seen = Vec::new();
    let pages = total.div_ceil(5);
    for page in 0..pages {
        let part = fetch(&sandbox, json!({"page": page, "size": 5})).await;
        assert_eq!(part["currentPage"], page);
        assert_eq!(part["totalPages"], pages);
        seen.extend(rows(&part).clone());
    }
    assert_eq!(&seen, rows(&all));
    let beyond = fetch(&sandbox, json!({"page": u64::MAX})).await;
    assert_eq!(rows(&beyond).len(), 0);
}

#[tokio::test]
async fn what_can_not_be_looked_for_is_refused() {
    let sandbox = sandbox().await;
    let entity = "181223116";
    for (body, code, said) in [
        (json!({}), "VAL001", "entityId: is required"),
        (
            json!({"entityId": entity, "startDate": "2026-01-01"}),
            "VAL001",
            "startDate: must be a date, DD-MM-YYYY",
        ),
        (
            json!({"entityId": entity, "endDate": "32-01-2026"}),
            "VAL001",
            "endDate: must be a date, DD-MM-YYYY",
        ),
        (
            json!({"entityId": entity, "transactionChannel": "POST"}),
            "VAL001",
            "transactionChannel: must be one of ATM, POS, ECOM, CONTACTLESS",
        ),
        (
            json!({"entityId": entity, "page": -1}),
            "VAL001",
            "page: must be a whole number",
        ),
        (
            json!({"entityId": entity, "size": 0}),
            "VAL001",
            "size: must be 1 to 100",
        ),
        (
            json!({"entityId": entity, "kitNo": "4561789"}),
            "MCC007",
            "Invalid Kit No",
        ),
    ] {
        is(&call(&sandbox, FETCH, body).await.refusal(), code, said);
    }
    let unknown = call(&sandbox, FETCH, json!({"entityId": "1"})).await;
    assert_eq!(unknown.refusal().1, "entity.not.found");
}
