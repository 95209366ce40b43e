//! The counters for a monitoring system, by HTTP on loopback.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::net::TcpListener;

use super::server::Server;

/// The type of Prometheus' text, as `OpenMetrics` has it.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers until it is dropped.
pub(super) async fn serve(listener: TcpListener, server: Arc<Server>) {
    let text = async move || ([(CONTENT_TYPE, TEXT)], server.counts.text());
    let router = Router::new().route("/metrics", get(text));
    if let Err(error) = axum::serve(listener, router).await {
        tracing::error!(%error, "the figures are not served any more");
    }
}
