//! What the database's administrator runs so that a host may write.

use crate::checkpoint::VerifyingKey;
use crate::config::Environment;
use crate::config::Words as _;
use crate::dcms::{BranchId, Tenant};
use crate::journal::ChainId;

/// The SQL that makes a host's role, if it is not there, and enrols its journal. An earlier journal of the
/// same role is retired: what it has open can be settled from another host.
#[must_use]
pub fn enrolment(
    role: &str,
    chain: ChainId,
    (tenant, environments): (&Tenant, &[Environment]),
    signer: Option<&VerifyingKey>,
    branch: Option<&BranchId>,
) -> String {
    let (name, role) = (identifier(role), literal(role));
    let tenant = literal(tenant.as_str());
    let environments: Vec<_> = environments.iter().map(|one| literal(one.name())).collect();
    let environments = environments.join(", ");
    let signer = signer.map_or_else(|| "NULL".to_owned(), |key| literal(&key.to_string()));
    let branch = branch.map_or_else(|| "NULL".to_owned(), |branch| literal(branch.as_str()));
    format!(
        "BEGIN;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {role}) THEN
        CREATE ROLE {name} LOGIN;
    END IF;
END $$;
GRANT kitdesk_desk TO {name};
UPDATE kitdesk.hosts SET retired_at = clock_timestamp()
    WHERE db_role = {role} AND chain <> '{chain}' AND retired_at IS NULL;
INSERT INTO kitdesk.hosts (chain, db_role, tenant, environments, signer, branch)
    VALUES ('{chain}', {role}, {tenant}, ARRAY[{environments}], {signer}, {branch})
    ON CONFLICT (chain) DO UPDATE
    SET db_role = excluded.db_role, tenant = excluded.tenant, environments = excluded.environments,
        signer = excluded.signer, branch = excluded.branch, retired_at = NULL;
COMMIT;
"
    )
}

fn literal(text: &str) -> String {
    // A backslash has a meaning only behind an E, which is not written here.
    format!("'{}'", text.replace('\'', "''"))
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_its_quotes() {
        assert_eq!(literal("O'Neill"), "'O''Neill'");
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
    }
}
