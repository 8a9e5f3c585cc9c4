//! Handlers of the report.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path};

use super::ReportBody;
use crate::app::App;
use crate::auth::guards::SignedIn;
use crate::db::Id;
use crate::error::{Error, Problem, Result};
use crate::patients::Patient;

/// The routes of reports.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/patients/{id}/report", web::get().to(read));
}

/// `GET /patients/{id}/report`: what one printed page says about a patient's progress. A patient's own has no vital signs.
#[utoipa::path(get, path = "/api/v1/patients/{id}/report", tag = "Reports",
    params(("id" = Id<Patient>, Path, description = "The patient")), responses(
    (status = 200, body = ReportBody), (status = 401, body = Problem),
    (status = 403, description = "Only the patient and providers see answers", body = Problem), (status = 404, body = Problem)))]
pub async fn read(who: SignedIn, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    let (id, now, reach, shared) = (*id, app.clock.now(), who.reach(), app.clone());
    let text = app
        .database
        .read(reach, move |conn| {
            let scope = who.readable_patient(conn, id)?;
            let material = super::read(conn, &shared.instruments, scope, !who.roles.is_patient(), now)?;
            serde_json::to_string(&material.report()).map_err(|why| Error::Internal(Box::new(why)))
        })
        .await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(text))
}
