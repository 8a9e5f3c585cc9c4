//! Handlers that show the questionnaires as data.

use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::InstrumentBody;
use crate::app::App;
use crate::auth::guards::AnybodyOrTablet;
use crate::error::{Error, Problem, Result};
use crate::web::{List, answer_with_etag, compress, etag, is_known};

/// The routes of questionnaires.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/instruments", web::get().to(list)).route("/instruments/{id}", web::get().to(read));
}

/// `GET /instruments`: every questionnaire that is asked now.
#[utoipa::path(get, path = "/api/v1/instruments", tag = "Questionnaires", responses(
    (status = 200, body = List<InstrumentBody>), (status = 401, body = Problem)))]
pub async fn list(_: AnybodyOrTablet, request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let tag = etag(app.instruments.all().map(|instrument| &instrument.digest()[..8]).collect::<String>());
    let work_out = || {
        let items = app.instruments.all().map(|instrument| instrument.body()).collect();
        serde_json::to_string(&List::whole(items)).map_err(|why| Error::Internal(Box::new(why)))
    };
    let text = if is_known(request.headers(), &tag) { None } else { Some(app.kept.get(&tag, work_out)?) };
    Ok(compress::json_or_known(request.headers(), &tag, text.as_deref()))
}

/// `GET /instruments/{id}`: one questionnaire.
#[utoipa::path(get, path = "/api/v1/instruments/{id}", tag = "Questionnaires", params(("id" = String, Path, example = "phq-9")), responses(
    (status = 200, body = InstrumentBody), (status = 304, description = "Not changed"), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(_: AnybodyOrTablet, request: HttpRequest, id: Path<String>, app: Data<App>) -> Result<HttpResponse> {
    let instrument = app.instruments.current(&id).ok_or(Error::NotFound("the questionnaire"))?;
    Ok(answer_with_etag(request.headers(), &etag(instrument.digest()), &instrument.body()))
}
