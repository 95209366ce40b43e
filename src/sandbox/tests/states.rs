//! Every operation on a kit in every state, against the contract's own table (contract, 3).

use super::pins::{SET_PIN, sealed};
use super::*;

/// The rows as the contract has them; of the columns only the marks.
const TABLE: &str = "\
ASSIGNED              | +   | ?   | (−) | (+) | ?   | (+) | ? | (+) | (−)
INACTIVE              | +   | ?   | (−) | (+) | ?   | (+) | ? | (+) | (−)
ACTIVE                | −   | +   | (−) | +   | +   | +   | + | +   | +
LOCKED                | (−) | (−) | +   | ?   | ?   | ?   | ? | ?   | (−)
BLOCKED               | −   | (−) | −   | −   | (+) | ?   | ? | (−) | (−)
HOTLISTED             | −   | −   | −   | −   | ?   | −   | (−) | (−) | (−)
REPLACED              | −   | −   | −   | −   | −   | −   | (−) | (−) | (−)
EXPIRED               | −   | −   | −   | −   | −   | −   | (−) | (−) | (−)
EXPIRED_CARD          | −   | −   | −   | −   | −   | −   | (−) | (−) | (−)
CLOSED                | −   | −   | −   | −   | −   | −   | (−) | (−) | (−)
UNALLOCATED           | (−) | (−) | (−) | ?   | (−) | (−) | (−) | (−) | (−)
ALLOCATED             | (−) | (−) | (−) | ?   | (−) | (−) | (−) | (−) | (−)
SUSPENDED             | ?   | ?   | ?   | ?   | ?   | ?   | ? | ?   | (−)
";
const OPERATIONS: [&str; 9] = [
    "activate",
    "LOCK",
    "UNLOCK",
    "BLOCK",
    "REPLACE",
    "BLOCK_AND_REPLACE",
    "upgrade",
    "set PIN",
    "limits",
];
/// The open questions that this bank answers with yes where nothing else is asked for.
const USUALLY: [(&str, &str); 5] = [
    ("LOCKED", "BLOCK"),
    ("LOCKED", "REPLACE"),
    ("LOCKED", "BLOCK_AND_REPLACE"),
    ("HOTLISTED", "REPLACE"),
    ("SUSPENDED", "BLOCK"),
];

/// The kits of the two customers who have one in each state: (entity, kit, state).
async fn one_of_each(sandbox: &Sandbox) -> Vec<(&'static str, String, String)> {
    let mut all = Vec::new();
    for entity in ["210000000084", "210000000081"] {
        for kit in kits(sandbox, entity).await {
            let text = |name: &str| kit[name].as_str().expect("a text").to_owned();
            all.push((entity, text("kitNo"), text("cardStatus")));
        }
    }
    all
}

async fn perform(sandbox: &Sandbox, operation: &str, entity: &str, kit: &str) -> Answered {
    let on_kit = json!({"entityId": entity, "kitNo": kit});
    match operation {
        "activate" => call(sandbox, "/kit-manager/kitActivation", on_kit).await,
        "upgrade" => call(sandbox, "/kit-manager/upgradeCard", on_kit).await,
        "set PIN" => {
            let pin = sealed(sandbox, entity, kit, "1234").await;
            let mut body = on_kit;
            body["expiryDate"] = json!("0729");
            body["pin"] = json!(pin);
            call(sandbox, SET_PIN, body).await
        }
        "limits" => {
            let mut body = on_kit;
            body["domestic"] = json!({});
            body["international"] = json!({});
            call(sandbox, "/preference/set", body).await
        }
        managed => {
            let body = json!({"entityId": entity, "oldKit": kit, "operation": managed,
                "cardType": "PHYSICAL", "deliveryAddress": "PERMANENT"});
            call(sandbox, "/kit-manager/manageKit", body).await
        }
    }
}

/// What a mark promises: never, always, or as the twist says.
fn is_allowed(mark: &str, twist: &str, state: &str, operation: &str) -> bool {
    match (mark, twist) {
        ("+", _) | ("?", "lenient") => true,
        ("(+)", twist) => twist != "strict",
        ("?", "strict") => false,
        ("?", _) => USUALLY.contains(&(state, operation)),
        // The contract itself tells of both answers (5.9).
        ("(−)", "lenient") => (state, operation) == ("LOCKED", "LOCK"),
        _ => false,
    }
}

async fn the_table_holds(twist: &str) {
    let faults: &[&str] = match twist {
        "" => &[],
        "strict" => &["*=strict"],
        _ => &["*=lenient"],
    };
    for (nth, operation) in OPERATIONS.into_iter().enumerate() {
        let sandbox = sandbox_with(faults).await;
        let kits = one_of_each(&sandbox).await;
        assert_eq!(kits.len(), TABLE.lines().count());
        for line in TABLE.lines() {
            let mut cells = line.split('|').map(str::trim);
            let state = cells.next().expect("a state");
            let mark = cells.nth(nth).expect("a mark");
            let (entity, kit, _) = kits
                .iter()
                .find(|(.., status)| status == state)
                .expect("a kit in each state");
            let reply = perform(&sandbox, operation, entity, kit).await;
            let what = format!("{operation} of {state}, {twist}");
            if is_allowed(mark, twist, state, operation) {
                assert!(reply.json()["exception"].is_null(), "{what}");
                continue;
            }
            let (status, code, said) = reply.refusal();
            assert_eq!(status, 400, "{what}");
            assert!(said.starts_with(&format!("Card status is {state} and cannot")));
            let expected = match (operation, state) {
                ("activate", "ACTIVE") => "card.already.active",
                ("BLOCK", "BLOCKED") => "card.already.blocked",
                ("BLOCK", "CLOSED") => "card.already.closed",
                (_, "BLOCKED" | "HOTLISTED") => "card.blocked",
                (_, "REPLACED" | "CLOSED" | "EXPIRED" | "EXPIRED_CARD") => "invalid.kit.info",
                _ => "card.status.active",
            };
            assert_eq!(code, expected, "{what}");
            assert_eq!(status_of(&sandbox, entity, kit).await, state, "{what}");
        }
    }
}

#[tokio::test]
async fn each_state_takes_what_its_row_allows() {
    the_table_holds("").await;
}

#[tokio::test]
async fn a_strict_bank_does_only_what_a_page_allows() {
    the_table_holds("strict").await;
}

#[tokio::test]
async fn a_lenient_bank_does_all_that_no_page_forbids() {
    the_table_holds("lenient").await;
}
