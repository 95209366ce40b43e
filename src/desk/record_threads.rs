//! Records of the journal in words: what was done, to whom, and each field by name. The same for the
//! screen and for the verb.

use std::time::Duration;

use serde_json::Value;

use super::operations;
use crate::dcms::harmless;
use crate::durations;
use crate::journal::{Kind, Operation, Record, RecordThread, ResultWord};

mod words {
    use crate::journal::{ResultWord, SettledElsewhere};

    pub(super) const CHANGED: &str = "! changed";
    pub(super) const SETTLED: &str = "settled";

    pub(super) fn settled_elsewhere(settled: &SettledElsewhere) -> String {
        let SettledElsewhere {
            finding,
            operator,
            reason,
            at,
        } = settled;
        let found = ResultWord::from(*finding).spoken();
        format!("{found}, by {operator} on another host at {at}, because its own is gone: {reason}")
    }

    pub(super) const HASH_DIFFERS: &str =
        "Its hash is not that of its contents: somebody has changed it at the store.";
}

/// Whom or what a record is about, in a few words.
#[must_use]
pub fn about(record: &Record) -> String {
    let subject = &record.subject;
    match (&subject.kit, &subject.order, &subject.entity) {
        (Some(kit), ..) => format!("kit {kit}"),
        (None, Some(order), _) => format!("order {order}"),
        (None, None, Some(entity)) => format!("entity {entity}"),
        (None, None, None) => record.message.clone().unwrap_or_default(),
    }
}

/// What was done, in a few words.
#[must_use]
pub fn what(record: &Record) -> String {
    let operation = match record.operation {
        Operation::Write(write) => operations::Kind::from_write(write).words.record,
        Operation::Journal => return "gap accepted".to_owned(),
        Operation::Session => "session",
        Operation::LookUp(look_up) => return look_up.word().replace('_', " "),
    };
    match record.kind {
        Kind::Intent => format!("{operation}, to send"),
        Kind::Outcome => format!("{operation}, answer"),
        Kind::Reading => format!("{operation}, read"),
        Kind::Settled => format!("{operation}, settled"),
        Kind::Refusal => format!("{operation}, stopped"),
        Kind::FailedTry => format!("{operation}, failed try"),
        Kind::PanOpened => "card number opened".to_owned(),
        Kind::SessionBegan => format!("{operation} began"),
        Kind::SessionEnded => format!("{operation} ended"),
        Kind::SessionEndOrdered => format!("{operation} of another ended"),
        Kind::SettledForHost => format!("{operation}, settled for a host that is gone"),
        Kind::LookUp | Kind::Accepted => operation.to_owned(),
    }
}

/// What was done, where a write stands for all that followed it.
#[must_use]
pub fn action(record: &Record) -> String {
    if let (Kind::Intent, Operation::Write(write)) = (record.kind, record.operation) {
        return operations::Kind::from_write(write).words.record.to_owned();
    }
    what(record)
}

/// The lines of a record of an action. Of a copy they say where it is kept, and whether somebody has changed it.
#[must_use]
pub fn lines_in(thread: &RecordThread, record: &Record) -> Vec<(String, String)> {
    let is_first = record.id == thread.record.id;
    let mut lines = lines_of(record, (!is_first).then_some(&thread.record));
    let Some(copied) = &thread.copied else {
        return lines;
    };
    let mut of_copy = Vec::new();
    if copied.changed.contains(&record.id) {
        of_copy.push((words::CHANGED.to_owned(), words::HASH_DIFFERS.to_owned()));
    }
    if is_first {
        let branch = copied.branch.as_deref();
        let said = [("journal", Some(&*copied.mark.chain)), ("branch", branch)].into_iter();
        let said = said
            .filter_map(|(label, value)| Some((label.to_owned(), harmless(value?).into_owned())));
        of_copy.extend(said);
        if let Some(settled) = &copied.settled {
            let said = words::settled_elsewhere(settled);
            of_copy.push((words::SETTLED.to_owned(), harmless(&said).into_owned()));
        }
    }
    // Its number comes first.
    lines[0].0 = format!("record {}", copied.id(record.id));
    lines.splice(1..1, of_copy);
    lines
}

/// The lines of a record; what it has in common with the one that it follows is not said again.
fn lines_of(record: &Record, followed: Option<&Record>) -> Vec<(String, String)> {
    let who = &record.who;
    let place = &record.place;
    let by = match who.ssh_origin.as_deref() {
        Some(from) => format!("{} on {}, over SSH from {from}", who.operator, who.host),
        None => format!("{} on {}", who.operator, who.host),
    };
    let by = match &who.key {
        Some(key) => format!("{by} with the key {key}"),
        None => by,
    };
    let environment = place.environment;
    let at_place = format!("{environment} {} ({})", place.tenant, place.profile);
    let subject = &record.subject;
    let took = record.duration_ms.filter(|took| *took > 0);
    let is_session = record.operation == Operation::Session;
    let new = |is_same: fn(&Record, &Record) -> bool| {
        followed.is_none_or(|followed| !is_same(record, followed))
    };
    let is_new_subject = new(|one, other| one.subject == other.subject);
    let id = |id: Option<String>| id.filter(|_| is_new_subject);
    // Before it was sent there was no reply to show: the message is the operator's note.
    let said = if record.kind == Kind::Intent {
        "note"
    } else {
        "message"
    };
    let read = match record.kind {
        Kind::SessionBegan => "from",
        Kind::SessionEnded => "ended",
        Kind::SessionEndOrdered | Kind::SettledForHost => "of",
        Kind::Intent
        | Kind::Outcome
        | Kind::Reading
        | Kind::Settled
        | Kind::LookUp
        | Kind::Refusal
        | Kind::FailedTry
        | Kind::PanOpened
        | Kind::Accepted => "read",
    };
    let lines = [
        (
            "at",
            Some(record.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        ),
        ("by", new(|one, other| one.who == other.who).then_some(by)),
        (
            "for",
            new(|one, other| one.place == other.place).then_some(at_place),
        ),
        (
            "entity",
            id(subject.entity.as_ref().map(ToString::to_string)),
        ),
        ("kit", id(subject.kit.as_ref().map(ToString::to_string))),
        ("order", id(subject.order.as_ref().map(ToString::to_string))),
        ("before", record.before.as_ref().map(told)),
        (
            "claim",
            new(|one, other| one.claim == other.claim)
                .then(|| record.claim.clone())
                .flatten(),
        ),
        ("request", record.request.clone()),
        ("key", record.key_check.clone()),
        ("outcome", record.outcome.map(ResultWord::spoken)),
        ("code", record.error_code.clone()),
        (said, record.message.clone()),
        (
            "took",
            took.filter(|_| !is_session)
                .map(|took| format!("{took} ms")),
        ),
        ("lasted", took.filter(|_| is_session).map(lasted)),
        (read, record.after.as_ref().map(told)),
        ("reason", record.reason.clone()),
        (
            "hash",
            Some(record.hash.to_string().chars().take(16).collect()),
        ),
    ];
    let title = if is_session {
        what(record)
    } else {
        format!("{} {}", record.kind, record.operation).replace('_', " ")
    };
    let mut all = vec![(format!("record {}", record.id), title)];
    all.extend(
        lines
            .into_iter()
            .filter_map(|(label, value)| Some((label.to_owned(), harmless(&value?).into_owned()))),
    );
    all
}

/// How long a session was, to the second.
fn lasted(milliseconds: i64) -> String {
    let seconds = u64::try_from(milliseconds / 1000).unwrap_or_default();
    durations::shown(Duration::from_secs(seconds))
}

/// A reading in words: `status ACTIVE, tier SILVER`; what is empty is not said.
fn told(reading: &Value) -> String {
    match reading {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !is_empty(value));
            let fields = fields.map(|(name, value)| format!("{} {}", label(name), told(value)));
            fields.collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) if items.len() > 6 => format!("{} in all", items.len()),
        Value::Array(items) => items.iter().map(told).collect::<Vec<_>>().join("; "),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A field of a reading as people read it. Its name in the file stays.
fn label(field: &str) -> String {
    match field {
        "since" => "after record".to_owned(),
        "states" => "their states".to_owned(),
        other => other.replace('_', " "),
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::Environment;
    use crate::dcms::Tenant;
    use crate::journal::{Journal, Note, Opening, SessionFacts, Where, Who};

    #[test]
    fn a_readings_words_are_plain() {
        let reading = json!({"kits": ["1", "2"], "states": ["ACTIVE", "REPLACED"], "since": 2});
        assert_eq!(
            told(&reading),
            "kits 1; 2, after record 2, their states ACTIVE; REPLACED"
        );
    }

    #[test]
    fn a_session_says_who_came_from_where_and_how_long_they_stayed() {
        let folder = tempfile::tempdir().expect("a folder");
        let who = Who {
            operator: "maria".into(),
            host: "bastion".into(),
            ssh_origin: Some("10.1.2.3".into()),
            key: Some("SHA256:uNiVztksCsDhcc0u9e8BrgJXVGDvyEnYBjqCd1E1E7k".into()),
        };
        let place = Where {
            profile: "acme".into(),
            tenant: Tenant::parse("ACME_BANK").expect("a tenant"),
            environment: Environment::Uat,
        };
        let opening = Opening::new(&who, &place);
        let mut journal = Journal::open(folder.path(), opening).expect("a journal");
        let facts = SessionFacts {
            person: "maria".into(),
            key: "SHA256:uNiVztksCsDhcc0u9e8BrgJXVGDvyEnYBjqCd1E1E7k".into(),
            address: "10.1.2.3".into(),
            terminal: None,
            client: "SSH-2.0-OpenSSH_9.6".into(),
        };
        let end = Note::session_ended(
            "the connection was closed",
            Some("sunita"),
            Duration::from_secs(427),
        );
        let [began, ended] = [Note::session_began(&facts), end].map(|note| {
            let id = journal.note(&note).expect("a note");
            journal.reader().show(id).expect("it is there").record
        });
        let told = |record| {
            let lines = lines_of(record, None).into_iter();
            let lines = lines.filter(|(label, _)| !["at", "for", "hash"].contains(&label.as_str()));
            lines.map(|(label, value)| format!("{label}: {value}"))
        };
        assert_eq!(what(&began), "session began");
        assert_eq!(
            told(&began).collect::<Vec<_>>(),
            [
                "record 1: session began",
                "by: maria on bastion, over SSH from 10.1.2.3 with the key \
                 SHA256:uNiVztksCsDhcc0u9e8BrgJXVGDvyEnYBjqCd1E1E7k",
                "message: from 10.1.2.3 with the key SHA256:uNiVztksCsDhcc0u9e8BrgJXVGDvyEnYBjqCd1E1E7k",
                "from: address 10.1.2.3, client SSH-2.0-OpenSSH_9.6, \
                 key SHA256:uNiVztksCsDhcc0u9e8BrgJXVGDvyEnYBjqCd1E1E7k, person maria",
            ]
        );
        assert_eq!(
            told(&ended).collect::<Vec<_>>(),
            [
                "record 2: session ended",
                "by: maria on bastion, over SSH from 10.1.2.3 with the key \
                 SHA256:uNiVztksCsDhcc0u9e8BrgJXVGDvyEnYBjqCd1E1E7k",
                "message: the connection was closed",
                "lasted: 7m 7s",
                "ended: by sunita",
            ]
        );
    }
}
