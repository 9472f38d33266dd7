//! The sandbox's own routes: its ledger, its faults, its customers. They are not part of SWiP and leave no record.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::middleware::{self, Next};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::contract::{self, Breach};
use super::faults::{ErrorShape, Faults};
use super::ledger::LedgerEntry;
use super::reply::Reply;
use super::world::Customer;
use super::{SandboxStation, Shared};

/// The routes under `/_sandbox`.
pub(super) fn routes(station: SandboxStation) -> Router<Arc<Shared>> {
    let station = Arc::new(station);
    Router::new()
        .route("/_sandbox/ledger", get(ledger))
        .route("/_sandbox/customers", get(customers))
        .route("/_sandbox/faults", get(faults).put(set_faults))
        .route_layer(middleware::from_fn_with_state(station, require_token))
}

async fn require_token(State(station): State<Arc<SandboxStation>>, request: Request, next: Next) -> Response<Body> {
    if contract::has_token(&station, request.headers()) {
        next.run(request).await
    } else {
        Reply::breach(ErrorShape::A, Breach::Token).into_response()
    }
}

async fn ledger(State(shared): State<Arc<Shared>>) -> Json<Vec<LedgerEntry>> {
    Json(shared.world().ledger.entries())
}

async fn customers(State(shared): State<Arc<Shared>>) -> Json<Vec<Customer>> {
    Json(shared.world().customers())
}

async fn faults(State(shared): State<Arc<Shared>>) -> Json<Faults> {
    Json(shared.world().faults.clone())
}

/// Replaces all faults; what is left out is off.
async fn set_faults(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    match parse(&body) {
        Ok(faults) => {
            let answer = Reply::json(StatusCode::OK, &json!(faults));
            shared.world().faults = faults;
            answer.into_response()
        }
        Err(error) => Reply::error(ErrorShape::A, StatusCode::BAD_REQUEST, &error.to_string()).into_response(),
    }
}

fn parse(body: &[u8]) -> Result<Faults, serde_json::Error> {
    if has_list(&serde_json::from_slice(body)?) {
        // serde would read a list as an object without names, and an empty list as "all off".
        return Err(serde::de::Error::custom("faults have no lists, only objects"));
    }
    serde_json::from_slice(body)
}

fn has_list(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(fields) => fields.values().any(has_list),
        _ => false,
    }
}
