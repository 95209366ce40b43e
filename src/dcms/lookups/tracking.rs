//! Where a kit's parcels are.

use serde::Deserialize;
use serde_json::json;

use super::decode;
use crate::dcms::client::Client;
use crate::dcms::ids::KitNo;
use crate::dcms::list::List;
use crate::dcms::outcome::{Doubt, ReadError};
use crate::dcms::text::{self, Text};

/// A parcel with a card in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shipment {
    /// Who carries it.
    #[serde(default, deserialize_with = "text::optional")]
    pub delivery_service: Option<Text>,
    /// Under which number.
    #[serde(default, deserialize_with = "text::optional")]
    pub waybill_no: Option<Text>,
    /// From where.
    #[serde(default, deserialize_with = "text::optional")]
    pub origin: Option<Text>,
    /// To where.
    #[serde(default, deserialize_with = "text::optional")]
    pub destination: Option<Text>,
    /// When it should be there, in the carrier's words.
    #[serde(default, deserialize_with = "text::optional")]
    pub expected_delivery_date: Option<Text>,
    /// How far it has come.
    #[serde(default, deserialize_with = "text::optional")]
    pub status: Option<Text>,
    /// Since which day.
    #[serde(default, deserialize_with = "text::optional")]
    pub status_date: Option<Text>,
    /// Since what time.
    #[serde(default, deserialize_with = "text::optional")]
    pub status_time: Option<Text>,
    /// The kit that the reply names: the parcel may be another one's (contract, 2.1).
    #[serde(default, deserialize_with = "text::optional")]
    pub kit_no: Option<Text>,
    /// Who took it.
    #[serde(default, deserialize_with = "text::optional")]
    pub received_by: Option<Text>,
    /// Where it has been.
    #[serde(default, deserialize_with = "text::or_none")]
    pub scans: Scans,
}

/// The wrapper around a parcel's scans.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scans {
    /// Oldest or newest first, as the carrier likes.
    #[serde(default)]
    pub scan_detail: List<Scan>,
}

/// One place where a parcel was seen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// What happened.
    #[serde(default, deserialize_with = "text::optional")]
    pub scan: Option<Text>,
    /// On which day.
    #[serde(default, deserialize_with = "text::optional")]
    pub scan_date: Option<Text>,
    /// At what time.
    #[serde(default, deserialize_with = "text::optional")]
    pub scan_time: Option<Text>,
    /// Where.
    #[serde(default, deserialize_with = "text::optional")]
    pub scanned_location: Option<Text>,
}

impl Client {
    /// Where a kit's parcels are.
    ///
    /// # Errors
    /// Why nothing could be read.
    pub async fn shipments_of(&self, kit: &KitNo) -> Result<Vec<Shipment>, ReadError> {
        let body = json!({"kitNo": kit.as_str()});
        self.read("/kit-manager/kitTracking", &body, |result| {
            let wire: TrackingWire = decode(result)?;
            let parcels = wire.shipment_data.unwrap_or_default().shipment;
            // That there is no parcel follows only from a list that could be read.
            if parcels.is_empty() && parcels.unread > 0 {
                return Err(Doubt::Unreadable("its parcels have another shape"));
            }
            Ok(parcels.items)
        })
        .await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrackingWire {
    #[serde(default)]
    shipment_data: Option<ShipmentsWire>,
}

#[derive(Deserialize, Default)]
struct ShipmentsWire {
    #[serde(default)]
    shipment: List<Shipment>,
}
