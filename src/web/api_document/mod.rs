//! The OpenAPI document: collected from the handlers, finished with what holds for all of them.

mod finish;

use std::sync::LazyLock;

use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::OpenApi;

use crate::error::Problem;
use crate::web::kept::Text;
use crate::web::{compress, etag, is_known};

/// The route.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/openapi.json", web::get().to(read));
}

/// Every operation. A handler that is not named here is missed by the tests.
#[derive(OpenApi)]
#[openapi(
    info(title = "Yarrow", description = include_str!("introduction.md"), license(name = "Apache-2.0", identifier = "Apache-2.0")),
    servers((url = "/", description = "The installation that serves this document")),
    security(("bearer" = []), ("cookie" = [])),
    tags(
        (name = "Sign-in", description = "Who is asking, and on which devices"),
        (name = "People", description = "The own account, users, invitations and consents"),
        (name = "Clinic", description = "Set-up and settings of a clinic"),
        (name = "Patients", description = "Records, and the caseload"),
        (name = "Questionnaires", description = "The instruments as data"),
        (name = "Responses", description = "Answered questionnaires"),
        (name = "Courses", description = "Courses of treatment"),
        (name = "Kiosk", description = "A clinic's tablet, opened with a code for one patient's questionnaires"),
        (name = "Sessions", description = "Dosing sessions"),
        (name = "Journal", description = "What patients write around their sessions, for whom they choose"),
        (name = "Progress", description = "What changed across sessions"),
        (name = "Plans", description = "What is due when"),
        (name = "Reminders", description = "When a person is reminded, and by which ways"),
        (name = "Alerts", description = "Rules met by answers, and who owns them"),
        (name = "Outcomes", description = "What treatment came to, for a whole clinic"),
        (name = "Reports", description = "One page about a patient's progress, to print"),
        (name = "Exports", description = "The ways out: files that other programs read"),
        (name = "FHIR", description = "FHIR R4 (4.0.1), to read, with the same tokens and the same access; errors are OperationOutcomes"),
        (name = "Server", description = "Liveness, readiness and this document"),
    ),
    // What only query parameters name is not collected by itself.
    components(schemas(
        Problem,
        crate::patients::caseload::http::SortWord,
        crate::patients::caseload::http::FilterWord,
        crate::alerts::http::StatusWord,
        crate::outcomes::body::At,
        crate::exports::http::PatientFormat,
        crate::reports::pdf::Paper,
        crate::exports::http::ClinicFormat,
    )),
    paths(
        crate::auth::http::login,
        crate::auth::http::refresh_pair,
        crate::auth::http::device_key,
        crate::auth::http::logout,
        crate::auth::http::list,
        crate::auth::http::end,
        crate::people::http::read_own,
        crate::people::http::change_own,
        crate::people::http::change_password,
        crate::people::http::list,
        crate::people::http::change,
        crate::people::invitations::http::create,
        crate::people::invitations::http::list,
        crate::people::invitations::http::revoke,
        crate::people::invitations::http::preview,
        crate::people::invitations::http::accept,
        crate::clinic::http::set_up,
        crate::clinic::http::read,
        crate::clinic::http::change,
        crate::patients::caseload::http::list,
        crate::patients::http::create,
        crate::patients::http::read,
        crate::patients::http::change,
        crate::patients::filters::http::read,
        crate::patients::filters::http::put,
        crate::instruments::http::list,
        crate::instruments::http::read,
        crate::kiosk::http::create,
        crate::kiosk::http::read,
        crate::kiosk::http::revoke,
        crate::kiosk::http::begin,
        crate::kiosk::http::finish,
        crate::responses::http::put,
        crate::responses::http::read,
        crate::responses::http::list,
        crate::courses::http::create,
        crate::courses::http::list,
        crate::courses::http::change,
        crate::courses::http::eligibility,
        crate::courses::http::sign,
        crate::courses::http::review,
        crate::outcomes::http::read,
        crate::outcomes::http::list,
        crate::sessions::day::http::day,
        crate::sessions::day::http::arrival,
        crate::sessions::http::put,
        crate::sessions::http::read,
        crate::sessions::http::list,
        crate::journal::http::put,
        crate::journal::http::read,
        crate::journal::http::change,
        crate::journal::http::mark_read,
        crate::journal::http::list,
        crate::journal::http::readers,
        crate::progress::http::chart,
        crate::progress::http::daily,
        crate::progress::http::aligned,
        crate::progress::http::exposure,
        crate::progress::http::lasting,
        crate::progress::http::note,
        crate::progress::http::measures,
        crate::protocols::http::mine,
        crate::protocols::http::list,
        crate::protocols::http::assignments,
        crate::protocols::http::ask,
        crate::protocols::http::skip,
        crate::alerts::http::list,
        crate::alerts::http::read,
        crate::alerts::http::acknowledge,
        crate::alerts::http::resolve,
        crate::events::http::follow,
        crate::reports::http::read,
        crate::reports::http::file,
        crate::exports::http::patient,
        crate::exports::http::clinic,
        crate::exports::http::import,
        crate::reminders::http::read,
        crate::reminders::http::try_out,
        crate::notices::http::subscribe,
        crate::notices::http::unsubscribe,
        crate::fhir::http::metadata,
        crate::fhir::http::patient,
        crate::fhir::http::questionnaires,
        crate::fhir::http::questionnaire,
        crate::fhir::http::questionnaire_responses,
        crate::fhir::http::observations,
        crate::fhir::http::procedures,
        crate::fhir::http::medication_administrations,
        crate::web::health::live,
        crate::web::health::ready,
        crate::web::health::meta,
        read,
    ),
)]
struct Operations;

struct Document {
    value: Value,
    text: Text,
    etag: String,
}

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let mut value = serde_json::to_value(Operations::openapi()).unwrap_or_default();
    finish::finish(&mut value);
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    let etag = etag(URL_SAFE_NO_PAD.encode(&Sha256::digest(text.as_bytes())[..12]));
    Document { value, text: text.into(), etag }
});

/// The document as `tests/openapi.json` keeps it.
pub fn text() -> Bytes {
    DOCUMENT.text.plain()
}

/// The methods that a path answers, in capitals; none where there is no such path.
pub fn methods(path: &str) -> Vec<String> {
    let operations = DOCUMENT.value["paths"][path].as_object();
    operations.into_iter().flatten().map(|(method, _)| method.to_uppercase()).collect()
}

/// `GET /openapi.json`: this document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "Server", security(()), responses(
    (status = 200, description = "OpenAPI 3.1", body = Object), (status = 304, description = "Not changed")))]
pub async fn read(request: HttpRequest) -> HttpResponse {
    let Document { text, etag, .. } = &*DOCUMENT;
    let text = Some(text).filter(|_| !is_known(request.headers(), etag));
    compress::json_or_known(request.headers(), etag, text)
}
