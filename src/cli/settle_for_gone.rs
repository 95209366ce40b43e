//! `kitdesk settle --central` and `--claim`: what other hosts of the bank have open at the central store, and
//! settling what one of them has left that is gone for good.

use serde::Serialize;

use super::central;
use super::failed::Failed;
use super::global::Global;
use super::record;
use super::report::{Answer, Report};
use super::table::TableFormat;
use crate::central::LeftOpen;
use crate::config::Env;
use crate::dcms::Word;
use crate::desk::Recorder;
use crate::desk::gone::{self, NotSettled};
use crate::journal::Finding;

mod words {
    use std::fmt::Display;

    pub(super) const NO_PROFILE: &str =
        "there is no profile in the configuration: it says which bank is meant";
    pub(super) const NONE: &str = "No other host has anything open.\n";
    pub(super) const UNDER_WAY: &str = "under way";
    pub(super) const UNKNOWN: &str = "unknown";
    pub(super) const GONE: &str = "gone: settle it here";
    pub(super) const HEADS: [&str; 8] = [
        "CLAIM", "SINCE", "BRANCH", "HOST", "BY", "WHAT", "OUTCOME", "ITS HOST",
    ];

    pub(super) fn heard(at: &dyn Display) -> String {
        format!("heard of {at}")
    }

    pub(super) fn what(operation: &str, about: &dyn Display) -> String {
        format!("{}, {about}", operation.replace('_', " "))
    }

    pub(super) fn settled(claim: &dyn Display, record: &dyn Display) -> String {
        format!("The claim {claim} is settled by what you know (record {record}).\n")
    }
}

/// What programs read of a claim.
#[derive(Serialize)]
struct ClaimObject<'a> {
    claim: String,
    operator: &'a str,
    host: &'a str,
    branch: Option<&'a str>,
    environment: &'a str,
    operation: &'a str,
    entity_id: Option<&'a str>,
    kit_no: Option<&'a str>,
    order_id: Option<&'a str>,
    since: &'a str,
    heard: &'a str,
    under_way: bool,
    gone: bool,
}

#[derive(Serialize)]
struct Claims<'a> {
    claims: Vec<ClaimObject<'a>>,
}

#[derive(Serialize)]
struct Settled<'a> {
    claim: &'a str,
    found: &'static str,
}

/// The journal with its central store, and who works here.
fn recorder(global: &Global) -> Result<(Recorder, String), Failed> {
    let (config, _) = central::settings(global)?;
    let profile = config
        .profile
        .as_ref()
        .ok_or_else(|| Failed::usage(words::NO_PROFILE))?;
    let recorder = record::recorder(&config, profile, &Env::of_process())?;
    Ok((recorder, config.operator))
}

pub(super) async fn list(global: &Global) -> Result<Answer, Failed> {
    let (recorder, _) = recorder(global)?;
    let open = gone::left_open(&recorder).await.map_err(failed)?;
    let claims = open.iter().map(object).collect();
    let shown = if open.is_empty() {
        words::NONE.to_owned()
    } else {
        TableFormat::of_stdout().cells(&words::HEADS, open.iter().map(row))
    };
    Ok(Answer::Report(Report::read(&Claims { claims }, shown)))
}

pub(super) async fn settle(
    global: &Global,
    claim: &str,
    (finding, reason): (Finding, &str),
) -> Result<Answer, Failed> {
    let (recorder, operator) = recorder(global)?;
    let settled = gone::settle(&recorder, claim, (finding, reason), &operator).await;
    let record = settled.map_err(failed)?;
    let found = finding.word();
    let report = Report::read(&Settled { claim, found }, words::settled(&claim, &record));
    Ok(Answer::Report(report.about_record(record)))
}

fn object(open: &LeftOpen) -> ClaimObject<'_> {
    ClaimObject {
        claim: open.id.to_string(),
        operator: &open.operator,
        host: &open.host,
        branch: open.branch.as_deref(),
        environment: &open.environment,
        operation: &open.operation,
        entity_id: open.entity.as_deref(),
        kit_no: open.kit.as_deref(),
        order_id: open.order.as_deref(),
        since: &open.since,
        heard: &open.heard,
        under_way: open.is_under_way,
        gone: open.is_gone,
    }
}

fn row(open: &LeftOpen) -> [String; 8] {
    let about = [&open.kit, &open.order, &open.entity].into_iter().flatten();
    let about = about.take(1).cloned().collect::<String>();
    let outcome = if open.is_under_way {
        words::UNDER_WAY
    } else {
        words::UNKNOWN
    };
    [
        open.id.to_string(),
        open.since.clone(),
        open.branch.clone().unwrap_or_default(),
        open.host.clone(),
        open.operator.clone(),
        words::what(&open.operation, &about),
        outcome.to_owned(),
        if open.is_gone {
            words::GONE.to_owned()
        } else {
            words::heard(&open.heard)
        },
    ]
}

/// What passes has another exit code than what has to be corrected.
fn failed(error: NotSettled) -> Failed {
    match &error {
        NotSettled::Central(why) if why.is_passing() => {
            Failed::found(Word::NotSent.exit_code(), error)
        }
        NotSettled::Unrecorded(_) => Failed::internal(error),
        NotSettled::Central(_)
        | NotSettled::Journal(_)
        | NotSettled::NoCentral
        | NotSettled::NoSuchClaim
        | NotSettled::EndedBefore
        | NotSettled::NotGone { .. } => Failed::usage(error),
    }
}
