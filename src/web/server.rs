//! Builds the HTTP server around an `App`.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{App as ActixApp, HttpServer};

use super::{frame, health, path, query, shell};
use crate::app::{self, App};
use crate::fhir;

/// Starts serving on a listener that is already bound.
pub fn serve(app: App, listener: TcpListener) -> std::io::Result<(Server, Arc<App>)> {
    let workers = app.config.server.workers;
    let data = Data::new(app);
    let shared = data.clone().into_inner();
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(data.clone())
            .app_data(path())
            .app_data(query())
            .wrap(from_fn(frame::frame))
            .route("/healthz", web::get().to(health::live))
            .route("/readyz", web::get().to(health::ready))
            .service(
                web::scope("/api/v1")
                    .route("/meta", web::get().to(health::meta))
                    .configure(app::routes)
                    .default_service(web::to(frame::not_found)),
            )
            .service(web::scope(fhir::PATH).configure(fhir::http::routes).default_service(web::to(frame::not_found)))
            .service(web::scope("/fhir").default_service(web::to(frame::not_found)))
            .service(web::scope("/api").default_service(web::to(frame::not_found)))
            .default_service(web::to(shell::serve))
    })
    .client_request_timeout(Duration::from_secs(5))
    .client_disconnect_timeout(Duration::from_secs(2))
    .keep_alive(Duration::from_secs(15))
    .shutdown_timeout(30)
    .max_connections(1000);
    let server = if workers == 0 { server } else { server.workers(workers) };
    Ok((server.listen(listener)?.run(), shared))
}
