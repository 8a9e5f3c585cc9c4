//! Handlers of a person's own lists of the caseload.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{SavedFilters, queries};
use crate::app::App;
use crate::audit::{self, Action, Event};
use crate::auth::guards::AsCoordinator;
use crate::error::{Problem, Result};
use crate::web::{Json, answer_as_read};

/// `GET /me/filters`: the lists of the caseload that the person keeps.
#[utoipa::path(get, path = "/api/v1/me/filters", tag = "Patients", responses(
    (status = 200, body = SavedFilters), (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, description = "Only providers and coordinators have a caseload", body = Problem)))]
pub async fn read(who: AsCoordinator, request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let (scope, user) = (who.scope(), who.user);
    let kept = app.database.read(who.reach(), move |conn| queries::of(conn, scope, user)).await?;
    Ok(answer_as_read(request.headers(), &kept))
}

/// `PUT /me/filters`: keeps these lists, in this order, in place of those before.
#[utoipa::path(put, path = "/api/v1/me/filters", tag = "Patients", request_body = SavedFilters, responses(
    (status = 200, body = SavedFilters), (status = 401, body = Problem),
    (status = 403, description = "Only providers and coordinators have a caseload", body = Problem), (status = 422, body = Problem)))]
pub async fn put(who: AsCoordinator, body: Json<SavedFilters>, app: Data<App>) -> Result<HttpResponse> {
    let (filters, now) = (body.into_inner().validate()?, app.clock.now());
    let kept = app
        .database
        .write(who.reach(), move |conn| {
            queries::replace(conn, who.scope(), who.user, &filters)?;
            let event = Event::of(Action::UserChanged, "user", who.user.uuid());
            audit::record(conn, Some(who.scope().clinic()), &who.actor(), &event, now)?;
            queries::of(conn, who.scope(), who.user)
        })
        .await?;
    Ok(HttpResponse::Ok().json(kept))
}
