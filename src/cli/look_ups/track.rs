//! `kitdesk track`: where a kit's parcels are.

use super::words;
use serde::Serialize;

use super::{printed, sent};
use crate::cli::failed::Failed;
use crate::cli::line::{self, answered};
use crate::cli::report::{Answer, Report};
use crate::cli::subcommand::{Context, Subcommand};
use crate::dcms::{KitNo, Scan, Shipment};
use crate::desk::sentences::sentence;
use crate::desk::{Question, pages};

#[derive(clap::Args)]
pub(in crate::cli) struct TrackArgs {
    /// The kit.
    #[arg(long, value_name = "NO", value_parser = KitNo::parse)]
    kit: KitNo,
}

#[derive(Serialize)]
struct Tracked<'a> {
    kit_no: &'a str,
    parcels: Vec<ParcelObject<'a>>,
}

#[derive(Serialize)]
struct ParcelObject<'a> {
    /// The kit that the reply names.
    kit_no: Option<&'a str>,
    delivery_service: Option<&'a str>,
    waybill_no: Option<&'a str>,
    origin: Option<&'a str>,
    destination: Option<&'a str>,
    expected_delivery_date: Option<&'a str>,
    status: Option<&'a str>,
    status_date: Option<&'a str>,
    status_time: Option<&'a str>,
    received_by: Option<&'a str>,
    scans: Vec<ScanObject<'a>>,
    unread_scans: usize,
}

#[derive(Serialize)]
struct ScanObject<'a> {
    scan: Option<&'a str>,
    date: Option<&'a str>,
    time: Option<&'a str>,
    location: Option<&'a str>,
}

impl<'a> From<&'a Shipment> for ParcelObject<'a> {
    fn from(parcel: &'a Shipment) -> Self {
        let scans = &parcel.scans.scan_detail;
        Self {
            kit_no: sent(parcel.kit_no.as_ref()),
            delivery_service: sent(parcel.delivery_service.as_ref()),
            waybill_no: sent(parcel.waybill_no.as_ref()),
            origin: sent(parcel.origin.as_ref()),
            destination: sent(parcel.destination.as_ref()),
            expected_delivery_date: sent(parcel.expected_delivery_date.as_ref()),
            status: sent(parcel.status.as_ref()),
            status_date: sent(parcel.status_date.as_ref()),
            status_time: sent(parcel.status_time.as_ref()),
            received_by: sent(parcel.received_by.as_ref()),
            scans: scans.iter().map(Into::into).collect(),
            unread_scans: scans.unread,
        }
    }
}

impl<'a> From<&'a Scan> for ScanObject<'a> {
    fn from(scan: &'a Scan) -> Self {
        Self {
            scan: sent(scan.scan.as_ref()),
            date: sent(scan.scan_date.as_ref()),
            time: sent(scan.scan_time.as_ref()),
            location: sent(scan.scanned_location.as_ref()),
        }
    }
}

impl Subcommand for TrackArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let kit = &self.kit;
        line::reading(context, async |line| {
            let question = Question::Parcels(kit.clone());
            let parcels = line.question(question, answered!(Parcels)).await?;
            let object = Tracked {
                kit_no: kit.as_str(),
                parcels: parcels.iter().map(Into::into).collect(),
            };
            let shown = match &parcels[..] {
                [] => words::no_parcel(&kit),
                _ => words::parcels_of(&kit, &printed(&pages::parcels(kit, &parcels))),
            };
            let others = parcels
                .iter()
                .filter_map(|parcel| pages::other_kit(kit, parcel));
            let report = others.fold(Report::read(&object, shown), |report, said| {
                report.warning(Some(sentence(&said)))
            });
            Ok(Answer::Report(report))
        })
        .await
    }
}
