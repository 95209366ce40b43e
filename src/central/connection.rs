//! The one connection to the central store: opened when it is needed, opened again when it has broken.
//! Every question is one statement with a limit, so no transaction is ever left open.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use secrecy::ExposeSecret as _;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::VERSION;
use super::error::CentralError;
use super::tls;
use crate::config::{CentralSettings, ChannelBinding, SecretSource};
use crate::journal::FORMAT;
use crate::tasks;

/// To one of its addresses. In a bank it is on the same network.
const CONNECT: Duration = Duration::from_secs(1);
/// For what the server does with one statement, and for a row that another holds.
const SERVER_LIMITS: &str = "-c statement_timeout=3000 -c lock_timeout=1000 -c idle_in_transaction_session_timeout=5000 -c search_path=";

/// A value and its type, as a statement takes it.
pub(super) type Given<'a> = (&'a (dyn ToSql + Sync), Type);

/// The central store, as this host reaches it.
pub struct Store {
    config: tokio_postgres::Config,
    at: String,
    password: Option<SecretSource>,
    /// Not used where the connection stays on this machine: the client would be compiled twice, for either kind.
    tls: ClientConfig,
    client: Mutex<Option<Arc<Client>>>,
}

impl Store {
    /// Prepares to reach it; nothing is connected yet. Reads files, and may ask a command.
    ///
    /// # Errors
    /// When a certificate or key can't be used.
    pub fn new(settings: &CentralSettings) -> Result<Self, CentralError> {
        let is_secured = tls::is_wanted(settings);
        let tls = if is_secured {
            tls::config(settings)
        } else {
            tls::unused()
        }?;
        let mut config = settings.address.postgres.clone();
        config
            .application_name("kitdesk")
            .options(SERVER_LIMITS)
            .connect_timeout(CONNECT)
            .tcp_user_timeout(Duration::from_secs(5))
            .keepalives_idle(Duration::from_secs(30))
            .ssl_mode(if is_secured {
                SslMode::Require
            } else {
                SslMode::Disable
            });
        if config.get_hosts().len() > 1 {
            // Of several, the one that is no standby.
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        let binds = is_secured && settings.password.is_some();
        config.channel_binding(match settings.channel_binding {
            ChannelBinding::Require if binds => tokio_postgres::config::ChannelBinding::Require,
            ChannelBinding::Require | ChannelBinding::Prefer => {
                tokio_postgres::config::ChannelBinding::Prefer
            }
        });
        Ok(Self {
            config,
            at: settings.address.shown(),
            password: settings.password.clone(),
            tls,
            client: Mutex::default(),
        })
    }

    /// Asks one statement, within this time for connecting, and again for the answer.
    pub(super) async fn ask(
        &self,
        statement: &str,
        values: &[Given<'_>],
        limit: Duration,
    ) -> Result<Vec<Row>, CentralError> {
        let until = Instant::now() + 2 * limit;
        self.ask_until(statement, values, limit, until).await
    }

    /// The same, and until then in any case.
    pub(super) async fn ask_until(
        &self,
        statement: &str,
        values: &[Given<'_>],
        limit: Duration,
        until: Instant,
    ) -> Result<Vec<Row>, CentralError> {
        let seconds = |began: Instant| format!("{:.1} s", began.elapsed().as_secs_f32());
        let began = Instant::now();
        let connected = timeout_at(until.min(began + limit), self.connected()).await;
        let client = connected.unwrap_or_else(|_| {
            Err(CentralError::Unreached {
                at: self.at.clone(),
                why: format!("no answer within {}", seconds(began)),
            })
        })?;
        let began = Instant::now();
        let asked = client.query_typed(statement, values);
        let answered = timeout_at(until.min(began + limit), asked).await;
        let error = match answered {
            Ok(Ok(rows)) => return Ok(rows),
            Ok(Err(error)) => CentralError::of_asking(&error),
            Err(_) => CentralError::Lost(format!("nothing within {}", seconds(began))),
        };
        if error.may_have_happened() {
            // Of a line on which an answer is missing, no other answer is awaited.
            self.forget(&client).await;
        }
        Err(error)
    }

    /// The same for a statement with one row as its answer.
    pub(super) async fn ask_one(
        &self,
        statement: &str,
        values: &[Given<'_>],
        limit: Duration,
    ) -> Result<Row, CentralError> {
        one(self.ask(statement, values, limit).await?)
    }

    async fn connected(&self) -> Result<Arc<Client>, CentralError> {
        let mut kept = self.client.lock().await;
        if let Some(client) = kept.as_ref().filter(|client| !client.is_closed()) {
            return Ok(Arc::clone(client));
        }
        *kept = None;
        let client = Arc::new(self.connect().await?);
        *kept = Some(Arc::clone(&client));
        Ok(client)
    }

    async fn forget(&self, lost: &Arc<Client>) {
        let mut kept = self.client.lock().await;
        if kept
            .as_ref()
            .is_some_and(|client| Arc::ptr_eq(client, lost))
        {
            *kept = None;
        }
    }

    async fn connect(&self) -> Result<Client, CentralError> {
        let mut config = self.config.clone();
        if let Some(source) = self.password.clone() {
            // Each time: a password may be changed while a server runs for months.
            let read = tasks::work(move || source.read()).await;
            let password = read
                .map_err(|_| CentralError::Setting("the password could not be read".to_owned()))?
                .map_err(|error| CentralError::Setting(error.to_string()))?;
            config.password(password.expose_secret());
        }
        let failed = |error: &tokio_postgres::Error| {
            let role = config.get_user().unwrap_or_default();
            CentralError::of_connecting(&self.at, role, error)
        };
        let tls = MakeRustlsConnect::new(self.tls.clone());
        let connected = config.connect(tls).await;
        let (client, connection) = connected.map_err(|error| failed(&error))?;
        tasks::spawn(connection);
        let version = client.query_typed(
            "SELECT version, journal_format FROM kitdesk.about_me()",
            &[],
        );
        let rows = version
            .await
            .map_err(|error| CentralError::of_asking(&error))?;
        let number = |at: usize| -> Option<i32> { rows.first()?.try_get(at).ok() };
        let takes = number(1).map_or(0, i64::from);
        match number(0) {
            Some(VERSION) if takes >= FORMAT => Ok(client),
            Some(VERSION) => Err(CentralError::SetUp(format!(
                "it takes journals up to format {takes}, and this kitdesk writes format {FORMAT}"
            ))),
            Some(other) => Err(CentralError::SetUp(format!(
                "it has version {other} of the SQL, and this kitdesk works with version {VERSION}"
            ))),
            None => Err(CentralError::SetUp("it has no version".to_owned())),
        }
    }
}

/// The only row of an answer.
pub(super) fn one(rows: Vec<Row>) -> Result<Row, CentralError> {
    let row = rows.into_iter().next();
    row.ok_or_else(|| CentralError::SetUp("a function gave no answer".to_owned()))
}
