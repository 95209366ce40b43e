//! Where a card is that was sent by post.

use super::*;

#[tokio::test]
async fn parcels_are_tracked() {
    let sandbox = sandbox().await;
    let path = "/kit-manager/kitTracking";
    for (kit, status) in [("10930010478", "In transit"), ("4561789", "Delivered")] {
        let reply = call(&sandbox, path, json!({"kitNo": kit})).await;
        let parcel = &reply.result()["shipmentData"]["shipment"][0];
        assert_eq!(parcel["status"], status);
        assert_eq!(parcel["kitNo"], kit);
        for name in ["waybillNo", "refNo", "senderName", "pickUpDate"] {
            assert!(parcel[name].is_string(), "{name}");
        }
        let scan = &parcel["scans"]["scanDetail"][0];
        assert_eq!(scan["scanType"], "UD");
        assert_eq!(scan["scanDate"], "12-Jan-2026");
        for name in ["scan", "scanCode", "scanTime", "scannedLocation"] {
            assert!(scan[name].is_string(), "{name}");
        }
    }
    // The odd ones of the customer with many kits are virtual.
    for (kit, code) in [
        ("96000000001", "shipment.not.found"),
        ("1", "kit.not.found"),
    ] {
        let reply = call(&sandbox, path, json!({"kitNo": kit})).await;
        assert_eq!(reply.refusal().1, code);
    }
}

#[tokio::test]
async fn a_parcel_may_be_another_kits() {
    let sandbox = sandbox_with(&["kitTracking=other-kit"]).await;
    let body = json!({"kitNo": "4561789"});
    let reply = call(&sandbox, "/kit-manager/kitTracking", body).await;
    let parcel = &reply.result()["shipmentData"]["shipment"][0];
    assert_eq!(parcel["kitNo"], "41063130");
}
