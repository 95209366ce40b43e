//! How the central store stands to this host: version, enrolment, how far its records are forwarded.

use std::time::Duration;

use super::connection::Store;
use super::error::CentralError;

const LIMIT: Duration = Duration::from_secs(5);

/// How the central store stands to this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `PostgreSQL`'s own version.
    pub server: String,
    /// The chain that is enrolled for this role; none where none is.
    pub chain: Option<String>,
    /// The bank for which it is enrolled.
    pub tenant: Option<String>,
    /// And for which environments.
    pub environments: Vec<String>,
    /// The public key by which its checkpoints are checked; none where none is enrolled.
    pub signer: Option<String>,
    /// How many writes of this host have no end there yet.
    pub open_claims: i64,
    /// The other hosts of the bank whose claims may be missing, since it was put back to an earlier state.
    pub not_refilled: Vec<String>,
}

impl Store {
    /// How it stands to this host.
    ///
    /// # Errors
    /// When it is not reached, or not set up.
    pub async fn standing(&self) -> Result<Standing, CentralError> {
        let statement =
            "SELECT current_setting('server_version'), chain::text, tenant, environments, signer,
            (SELECT count(*) FROM kitdesk.my_open_claims()),
            ARRAY(SELECT db_role || coalesce(' (branch ' || branch || ')', '') FROM kitdesk.not_refilled())
            FROM kitdesk.about_me()";
        let row = self.ask_one(statement, &[], LIMIT).await?;
        Ok(Standing {
            server: row.get(0),
            chain: row.get(1),
            tenant: row.get(2),
            environments: row.get::<_, Option<_>>(3).unwrap_or_default(),
            signer: row.get(4),
            open_claims: row.get(5),
            not_refilled: row.get(6),
        })
    }

    /// Whether this host's role may do what no host should: change or remove what is there.
    ///
    /// # Errors
    /// When it is not reached, or not set up.
    pub async fn may_too_much(&self) -> Result<bool, CentralError> {
        let statement = "SELECT bool_or(has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')
                OR (c.relname <> 'records' AND has_table_privilege(c.oid, 'INSERT')))
                OR bool_or(pg_has_role(c.relowner, 'MEMBER'))
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'kitdesk' AND c.relkind = 'r'";
        let row = self.ask_one(statement, &[], LIMIT).await?;
        Ok(row.get::<_, Option<bool>>(0).unwrap_or(false))
    }
}
