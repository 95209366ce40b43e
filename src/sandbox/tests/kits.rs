//! Look-ups of kits and customers: what they find, what they leave out, and in which spellings.

use super::*;

#[tokio::test]
async fn the_fixed_customers_are_as_promised() {
    let sandbox = sandbox().await;
    let three = kits(&sandbox, "181223116").await;
    let seen: Vec<_> = three
        .iter()
        .map(|kit| (kit["kitNo"].as_str(), kit["cardStatus"].as_str()))
        .collect();
    let expected = [
        (Some("10930010477"), Some("ACTIVE")),
        (Some("10930010476"), Some("REPLACED")),
        (Some("10930010478"), Some("ASSIGNED")),
    ];
    assert_eq!(seen, expected);
    assert_eq!(three[0]["cardNumber"], "608040XXXXXX6384");
    assert_eq!(three[0]["bin"], "608040");
    assert_eq!(three[0]["accountNo"], "8000000");
    assert_eq!(three[0]["expDate"], "2029-07-31T00:00:00.000+00:00");
    let one = kits(&sandbox, "676165").await;
    assert_eq!(one.len(), 1);
    assert_eq!(one[0]["kitNo"], "4561789");
    assert_eq!(one[0]["tierType"], "CLASSIC");
    assert_eq!(kits(&sandbox, "210000000096").await.len(), 240);
    assert_eq!(kits(&sandbox, "210000000084").await.len(), 10);
    let hostile = kits(&sandbox, "210000000095").await;
    let alias = hostile[0]["aliasName"].as_str().expect("an alias");
    assert!(alias.contains('\u{1b}') && alias.contains('\u{202e}'));
}

#[tokio::test]
async fn card_numbers_come_encrypted_in_version_2_alone() {
    let sandbox = sandbox().await;
    let opened = |kit: &Value| {
        let text = kit["encryptedCardNumber"].as_str()?.to_owned();
        let pan = open_card_number(&EncryptedPan::new(text), &sandbox.card_key()).ok()?;
        Some(pan.masked().to_string())
    };
    for kit in kits(&sandbox, "181223116").await {
        assert_eq!(opened(&kit).as_deref(), kit["cardNumber"].as_str());
    }
    for (entity, _, digits, _) in fixtures::KEYED {
        let kits = kits(&sandbox, entity).await;
        assert_eq!(opened(&kits[0]), None, "{entity}");
        let keyed = Pan::parse(digits).expect("a test number").masked();
        assert_eq!(kits[0]["cardNumber"], keyed.to_string());
    }
    let body = json!({"entityId": "181223116"});
    let first = call(&sandbox, "/kit-manager/fetchKitsByEntityId", body).await;
    assert!(first.result()[0].get("encryptedCardNumber").is_none());
    assert_eq!(sandbox.received("fetchKitsByEntityId"), 5);
    assert_eq!(sandbox.worked("fetchKitsByEntityId"), 0);
}

#[tokio::test]
async fn unknown_customers_are_refused() {
    let sandbox = sandbox().await;
    let body = json!({"entityId": "1"});
    for (path, status) in [
        ("/kit-manager/fetchKitsByEntityId", 404),
        ("/kit-manager/v2/fetchKitsByEntityId", 404),
        ("/viewCustomer", 200),
    ] {
        let (got, code, _) = call(&sandbox, path, body.clone()).await.refusal();
        assert_eq!((got, code.as_str()), (status, "entity.not.found"));
    }
}

#[tokio::test]
async fn the_account_look_up_hides_replaced_kits_unless_told() {
    let sandbox = sandbox().await;
    let path = "/kit-manager/fetchKitsByAccountNo";
    let body = json!({"accountNo": "8000000"});
    for (query, count) in [
        ("", 2),
        ("?isAllCardsRequired=false", 2),
        ("?isAllCardsRequired=true", 3),
    ] {
        let reply = call(&sandbox, &format!("{path}{query}"), body.clone()).await;
        let entity = &reply.result()["entity"][0];
        assert_eq!(entity["entityId"], "181223116");
        assert_eq!(entity["kitInfo"].as_array().map(Vec::len), Some(count));
    }
    let odd = format!("{path}?isAllCardsRequired=yes");
    let (_, code, _) = call(&sandbox, &odd, body).await.refusal();
    assert_eq!(code, "VAL001");
    let joint = call(&sandbox, path, json!({"accountNo": "8000100"})).await;
    let result = joint.result();
    let owns: Vec<_> = [0, 1]
        .map(|nth| result["entity"][nth]["isPrimary"].clone())
        .into();
    assert_eq!(owns, [json!(false), json!(true)]);
    let unknown = call(&sandbox, path, json!({"accountNo": "1"})).await;
    assert_eq!(unknown.refusal().1, "account.not.found");
}

#[tokio::test]
async fn owners_are_found_by_their_mask() {
    let sandbox = sandbox().await;
    let path = "/fetchCifByMaskedCard";
    for (mask, owners) in [
        ("608040XXXXXX6384", json!(["181223116"])),
        ("608040XXXXXX0007", json!(["210000000087", "210000000088"])),
    ] {
        let reply = call(&sandbox, path, json!({"maskedCardNo": mask})).await;
        assert_eq!(reply.result()["entityId"], owners);
    }
    let none = call(&sandbox, path, json!({"maskedCardNo": "999999XXXXXX9999"})).await;
    let (status, code, _) = none.refusal();
    assert_eq!((status, code.as_str()), (200, "MCC007"));
    for odd in ["6080406384", "608040XXXXXX638é", "608040XXXXXXXXXX"] {
        let reply = call(&sandbox, path, json!({"maskedCardNo": odd})).await;
        assert_eq!(reply.refusal().1, "VAL001", "{odd}");
    }
}

#[tokio::test]
async fn customers_have_names_in_many_scripts() {
    let sandbox = sandbox().await;
    for (entity, first) in [
        ("181223116", "Anita"),
        ("210000000094", "आदित्य"),
        ("210000000091", "王"),
    ] {
        let reply = call(&sandbox, "/viewCustomer", json!({"entityId": entity})).await;
        let result = reply.result();
        assert_eq!(result["firstName"], first);
        assert!(result["kitInfo"].is_array() && result["accountInfo"].is_array());
    }
}

#[tokio::test]
async fn fields_come_in_every_spelling() {
    let sandbox = sandbox().await;
    let mut all = Vec::new();
    for nth in 1..=40 {
        all.extend(kits(&sandbox, &(210_000_000_000_u64 + nth).to_string()).await);
    }
    let some = |what: &str, test: fn(&Value) -> bool| {
        assert!(all.iter().any(test), "{what}");
    };
    some("entity as a number", |kit| kit["entityId"].is_u64());
    some("entity as a text", |kit| kit["entityId"].is_string());
    some("account that no float holds", |kit| {
        kit["accountNo"].as_u64().is_some_and(|no| no > 1 << 53)
    });
    some("account with zeros in front", |kit| {
        kit["accountNo"]
            .as_str()
            .is_some_and(|no| no.starts_with('0'))
    });
    some("null", |kit| kit.get("tierType") == Some(&Value::Null));
    some("missing", |kit| kit.get("tierType").is_none());
    some("short date", |kit| {
        kit["expDate"].as_str().is_some_and(|day| day.len() == 10)
    });
    some("long date", |kit| {
        kit["expDate"].as_str().is_some_and(|day| day.len() == 29)
    });
}

#[tokio::test]
async fn card_numbers_may_come_as_hex() {
    let sandbox = sandbox_with(&["fetchKitsByEntityId=hex-number"]).await;
    let kit = &kits(&sandbox, "676165").await[0];
    let text = kit["encryptedCardNumber"].as_str().expect("a text");
    assert!(text.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let pan = open_card_number(&EncryptedPan::new(text), &sandbox.card_key());
    let mask = pan.map(|pan| pan.masked().to_string());
    assert_eq!(mask.ok().as_deref(), kit["cardNumber"].as_str());
}
