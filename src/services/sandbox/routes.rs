//! The two endpoints of SWiP, and the record of everything that is asked of them.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::routing::any;

use super::Shared;
use super::contract::{self, Breach, SignupRequest, StatsRequest};
use super::control;
use super::faults::{ErrorShape, Fault, Plan, SecondSignup};
use super::ledger::{LedgerAnswer, LedgerEntry};
use super::reply::Reply;
use super::spoil::{SpoiledAnswer, spoil};
use super::wire::Script;
use super::world::{FoundCustomer, SandboxWorld, SignedUp};

/// The largest request body that is read as a body.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// How much of a larger body is read and thrown away, because closing on unread bytes would lose the answer.
const MAX_SKIPPED_BYTES: usize = 4 * 1024 * 1024;

/// All routes.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/customer-signups", any(|state, request| answer(state, request, decide_signup)))
        .route("/customer-loyalty-stats", any(|state, request| answer(state, request, decide_stats)))
        .fallback(|state, request| answer(state, request, decide_unknown))
        .merge(control::routes(shared.station.clone()))
        .with_state(Arc::clone(shared))
}

/// What is answered to a request, and what the ledger says about it.
struct Decision {
    outgoing: SpoiledAnswer,
    breach: Option<Breach>,
    accounts_created: bool,
    faulted: bool,
    delay: Duration,
}

impl Decision {
    /// An answer without any plan.
    fn plain(reply: Reply, breach: Option<Breach>) -> Self {
        Self {
            outgoing: SpoiledAnswer::Reply(reply),
            breach,
            accounts_created: false,
            faulted: false,
            delay: Duration::ZERO,
        }
    }
}

/// Notes the request, decides, notes the decision, and only then answers.
///
/// The note is complete before the first byte leaves: a client that has its answer finds it in the ledger. The decision
/// waits for nothing, so a client that goes away cannot stop a request half-way.
async fn answer(
    State(shared): State<Arc<Shared>>,
    request: Request,
    decide: fn(&Shared, &Parts, &contract::RequestBody) -> Decision,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let number = shared.world().ledger.open(entry(&shared, &parts));
    let (bytes, problem) = read(body).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    shared.world().ledger.update(number, |entry| entry.body = text);

    let body = match problem {
        Some(breach) => Err(breach),
        None => Ok(Bytes::from(bytes)),
    };
    let decision = decide(&shared, &parts, &body);
    shared.world().ledger.update(number, |entry| {
        entry.breach = decision.breach.map(|breach| breach.to_string());
        entry.accounts_created = decision.accounts_created;
        entry.faulted = decision.faulted;
    });
    if !decision.delay.is_zero() {
        tokio::time::sleep(decision.delay).await;
    }
    let noted = match &decision.outgoing {
        SpoiledAnswer::Reply(reply) => LedgerAnswer::Status(reply.status.as_u16()),
        SpoiledAnswer::Wire(Some(status), _) => LedgerAnswer::Broken(*status),
        SpoiledAnswer::Wire(None, _) => LedgerAnswer::Cut,
    };
    shared.world().ledger.update(number, |entry| entry.answer = noted);
    match decision.outgoing {
        SpoiledAnswer::Reply(reply) => reply.into_response(),
        SpoiledAnswer::Wire(_, script) => by_hand(script),
    }
}

/// A response that only carries the script to the connection, which plays it.
fn by_hand(script: Script) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(script);
    response
}

fn decide_unknown(_: &Shared, _: &Parts, _: &contract::RequestBody) -> Decision {
    Decision::plain(Reply::breach(ErrorShape::A, Breach::Route), Some(Breach::Route))
}

fn decide_signup(shared: &Shared, parts: &Parts, body: &contract::RequestBody) -> Decision {
    let signup = match contract::check_signup(&shared.station, parts, body) {
        Err(Breach::Method) => {
            return Decision::plain(Reply::wrong_method(ErrorShape::A, "POST"), Some(Breach::Method));
        }
        checked => checked,
    };
    let mut world = shared.world();
    let plan = world.faults.signup.take(signup.as_ref().ok().map(|signup| signup.phone.as_str()));
    decide(&plan, ErrorShape::A, &signup, |signup| run_signup(&mut world, signup))
}

fn decide_stats(shared: &Shared, parts: &Parts, body: &contract::RequestBody) -> Decision {
    let lookup = match contract::check_stats(&shared.station, parts, body) {
        Err(Breach::Method) => {
            return Decision::plain(Reply::wrong_method(ErrorShape::B, "GET, POST"), Some(Breach::Method));
        }
        checked => checked,
    };
    let mut world = shared.world();
    if world.faults.stats_get_405 && parts.method == Method::GET {
        // GET is within the contract, so this is no breach.
        let mut decision = Decision::plain(Reply::wrong_method(ErrorShape::B, "POST"), lookup.err());
        decision.faulted = true;
        return decision;
    }
    let plan = world.faults.stats.take(lookup.as_ref().ok().map(StatsRequest::customer));
    decide(&plan, ErrorShape::B, &lookup, |lookup| (run_stats(&world, lookup), false))
}

/// Runs a correct request, unless the fault stands in front of it, and spoils the answer.
fn decide<T>(
    plan: &Plan,
    shape: ErrorShape,
    checked: &Result<T, Breach>,
    run: impl FnOnce(&T) -> (Reply, bool),
) -> Decision {
    let breach = checked.as_ref().err().copied();
    let takes_effect = plan.fault.as_ref().is_none_or(Fault::takes_effect);
    let (honest, accounts_created) = match checked {
        Ok(request) if takes_effect => run(request),
        // Never sent: the fault that stands in front answers by itself.
        Ok(_) => (Reply::empty(StatusCode::NO_CONTENT), false),
        Err(breach) => (Reply::breach(shape, *breach), false),
    };
    Decision {
        outgoing: match &plan.fault {
            Some(fault) => spoil(fault, shape, &honest),
            None => SpoiledAnswer::Reply(honest),
        },
        breach,
        accounts_created,
        faulted: plan.fault.is_some(),
        delay: Duration::from_millis(plan.delay_ms),
    }
}

fn run_signup(world: &mut SandboxWorld, signup: &SignupRequest) -> (Reply, bool) {
    let refused = |status| Reply::error(ErrorShape::A, status, "Customer already exists");
    let reply = match world.sign_up(signup) {
        SignedUp::Created => return (Reply::empty(StatusCode::NO_CONTENT), true),
        SignedUp::Known(SecondSignup::NoContent) => Reply::empty(StatusCode::NO_CONTENT),
        SignedUp::Known(SecondSignup::BadRequest400) => refused(StatusCode::BAD_REQUEST),
        SignedUp::Known(SecondSignup::Conflict409) => refused(StatusCode::CONFLICT),
        SignedUp::Known(SecondSignup::Unprocessable422) => refused(StatusCode::UNPROCESSABLE_ENTITY),
        SignedUp::Blacklisted => blocked(ErrorShape::A),
    };
    (reply, false)
}

fn run_stats(world: &SandboxWorld, lookup: &StatsRequest) -> Reply {
    match world.look_up(lookup) {
        FoundCustomer::Points(points) => Reply::points(points),
        FoundCustomer::Unknown => Reply::not_found(lookup.customer()),
        FoundCustomer::Blacklisted => blocked(ErrorShape::B),
    }
}

fn blocked(shape: ErrorShape) -> Reply {
    let text = "Customer phone number is blocked by blacklist";
    Reply::error(shape, StatusCode::BAD_REQUEST, text)
}

/// The note of a request whose body has not been read yet.
fn entry(shared: &Shared, parts: &Parts) -> LedgerEntry {
    LedgerEntry {
        number: 0,
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: contract::query_pairs(parts),
        authorized: contract::has_token(&shared.station, &parts.headers),
        headers: recorded(&parts.headers),
        header_names: parts.headers.iter().map(|(name, _)| name.to_string()).collect(),
        body: String::new(),
        answer: LedgerAnswer::Pending,
        accounts_created: false,
        breach: None,
        faulted: false,
    }
}

fn recorded(headers: &HeaderMap) -> Vec<(String, String)> {
    let of_interest = headers.iter().filter(|(name, _)| {
        let name = name.as_str();
        name.starts_with("x-") || name == "api-version" || name == "content-type"
    });
    of_interest
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// Reads a body up to the limit, and says what was wrong with it.
async fn read(mut body: Body) -> (Vec<u8>, Option<Breach>) {
    let mut bytes = Vec::new();
    let mut skipped = 0;
    loop {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        let data = match frame {
            None => break,
            Some(Err(_)) => return (bytes, Some(Breach::BodyIncomplete)),
            Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
        };
        let fits = data.len().min(MAX_BODY_BYTES - bytes.len());
        bytes.extend_from_slice(&data[..fits]);
        skipped += data.len() - fits;
        if skipped > MAX_SKIPPED_BYTES {
            break;
        }
    }
    let problem = (skipped > 0).then_some(Breach::BodyTooLarge);
    (bytes, problem)
}
