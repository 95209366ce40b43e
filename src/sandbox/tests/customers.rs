//! Look-ups of customers: who they are, where they live, what they hold.

use super::*;

async fn view(sandbox: &Sandbox, entity: &str) -> Value {
    let reply = call(sandbox, "/viewCustomer", json!({"entityId": entity}));
    reply.await.result()
}

#[tokio::test]
async fn a_customer_is_whole() {
    let sandbox = sandbox().await;
    let anita = view(&sandbox, "181223116").await;
    assert_eq!(anita["entityId"], "181223116");
    assert_eq!(anita["gender"], "FEMALE");
    assert_eq!(anita["dob"], "1984-02-29");
    assert_eq!(
        anita["accountInfo"],
        json!([{"accountNo": 8_000_000, "accountStatus": "ACTIVE", "accountType": "SAVINGS",
            "isPrimary": true, "accountsCurrency": "356", "defaultAccount": true,
            "schemeCode": "SB001"}])
    );
    let contact = &anita["communicationInfo"][0];
    let mobile = contact["contactNo"].as_str().expect("a number");
    assert!(mobile.len() == 10 && mobile.starts_with('9'));
    assert_eq!(contact["emailId"], "customer.181223116@example.com");
    assert_eq!(contact["notification"], true);
    let addresses = anita["addressInfo"].as_array().expect("addresses");
    for (address, category) in addresses.iter().zip(["PERMANENT", "COMMUNICATION"]) {
        assert_eq!(address["addressCategory"], category);
        for name in [
            "address1", "address2", "address3", "city", "state", "country",
        ] {
            assert!(address[name].is_string(), "{name}");
        }
        assert!(
            address["pincode"]
                .as_u64()
                .is_some_and(|code| code > 100_000)
        );
    }
    assert_eq!(anita["kitInfo"].as_array().map(Vec::len), Some(3));
    // With zeros in front it can be no number.
    let ravi = view(&sandbox, "676165").await;
    assert_eq!(ravi["accountInfo"][0]["accountNo"], "00500676165");
}

#[tokio::test]
async fn a_customer_can_have_two_addresses_of_one_category() {
    let sandbox = sandbox().await;
    let joint = view(&sandbox, "210000000086").await;
    let addresses = joint["addressInfo"].as_array().expect("addresses");
    let categories: Vec<_> = addresses
        .iter()
        .map(|one| &one["addressCategory"])
        .collect();
    assert_eq!(categories, ["PERMANENT", "PERMANENT"]);
    assert_ne!(addresses[0], addresses[1]);
}

#[tokio::test]
async fn customer_account_and_limits_come_in_one() {
    let sandbox = sandbox().await;
    let body = json!({"entityId": "181223116"});
    let one = call(&sandbox, "/v2/fetchByCif", body).await.result();
    assert_eq!(one["firstName"], "Anita");
    let account = &one["accountInfo"];
    assert_eq!(account["accountNo"], "8000000");
    assert_eq!(account["accountType"], "SAVINGS");
    let kits = account["kitInfo"].as_array().expect("kits");
    assert_eq!(kits.len(), 3);
    for kit in kits {
        assert_eq!(kit["cardIssuanceType"], "WELCOME_KIT");
        assert!(kit["cardIssuanceDate"].is_string());
        for area in ["domestic", "international"] {
            assert!(kit[area]["isEnabled"].is_boolean());
            for channel in ["atm", "pos", "ecom", "contactless"] {
                let channel = &kit[area][channel];
                assert!(channel["isEnabled"].is_boolean());
                assert!(channel["dailyLimit"].is_string() && channel["maxLimit"].is_string());
                assert!(channel.get("monthlyLimit").is_none());
            }
        }
        for toggle in ["superOtp", "superPin", "locationShield", "swipeToPay"] {
            assert!(kit["toggle"][toggle].is_boolean(), "{toggle}");
        }
    }
    assert_eq!(kits[0]["fourthLine"], "ANITA RAO");
    let unknown = call(&sandbox, "/v2/fetchByCif", json!({"entityId": "1"})).await;
    let (status, code, _) = unknown.refusal();
    assert_eq!((status, code.as_str()), (404, "entity.not.found"));
}
