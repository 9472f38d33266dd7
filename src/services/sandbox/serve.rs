//! The listener and its connections: good HTTP by hyper, everything else by hand.

use std::error::Error as _;
use std::future::Future;
use std::pin::Pin;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::wire::Script;

/// Ends a connection in the way of its script.
///
/// hyper closes a connection without an answer when its service fails, and hands the socket back.
#[derive(thiserror::Error, Debug)]
#[error("the connection goes on by hand")]
struct ByHand(Script);

/// Accepts connections until the task is aborted, which also ends every connection.
pub(super) async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "the sandbox could not accept a connection");
                    // Out of file descriptors, most likely: trying again at once would only burn the processor.
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            },
            // Finished connections are collected, or a long run would keep them all.
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    // Dripping bytes must leave one by one; failing to say so only makes them lumpy.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request| respond(router.clone(), request));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let ended = std::future::poll_fn(|cx| connection.poll_without_shutdown(cx)).await;
    let Err(error) = ended else {
        return;
    };
    let Some(ByHand(script)) = error.source().and_then(|source| source.downcast_ref()) else {
        tracing::debug!(%error, "a connection to the sandbox broke");
        return;
    };
    let stream = connection.into_parts().io.into_inner();
    if let Err(error) = script.clone().play(&stream).await {
        tracing::debug!(%error, "the client left during a planned fault");
    }
}

type Responding = Pin<Box<dyn Future<Output = Result<Response<Body>, ByHand>> + Send>>;

fn respond(router: TowerToHyperService<Router>, request: Request<Incoming>) -> Responding {
    Box::pin(async move {
        let mut response = match router.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        match response.extensions_mut().remove::<Script>() {
            Some(script) => Err(ByHand(script)),
            None => Ok(response),
        }
    })
}
