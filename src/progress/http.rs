//! Handlers that show progress.

use actix_web::http::header;
use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::IntoParams;

use super::body::{AlignedBody, NoteBody, PatientMeasureBody, ProgressBody, Shown};
use super::daily::DailyColumns;
use super::exposure::ExposureBody;
use super::lasting::LastingBody;
use super::{Question, UNKNOWN_MEASURE};
use crate::app::App;
use crate::auth::guards::{AsProvider, SignedIn};
use crate::db::{Id, LocalDate};
use crate::error::{Error, Problem, Result, Violation};
use crate::instruments::Registry;
use crate::patients::Patient;
use crate::web::{List, compress, is_among};

/// The routes of progress.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/patients/{id}/progress", web::get().to(chart))
        .route("/patients/{id}/progress/daily", web::get().to(daily))
        .route("/patients/{id}/progress/aligned", web::get().to(aligned))
        .route("/patients/{id}/progress/lasting", web::get().to(lasting))
        .route("/patients/{id}/progress/note", web::get().to(note))
        .route("/patients/{id}/progress/exposure", web::get().to(exposure))
        .route("/patients/{id}/measures", web::get().to(measures));
}

/// Which chart.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct ChartQuery {
    /// The measure; the patient's primary one where none is named.
    #[param(example = "phq-9.total")]
    measure: Option<String>,
    /// The first day to show.
    #[param(value_type = Option<LocalDate>)]
    from: Option<String>,
    /// The last day to show.
    #[param(value_type = Option<LocalDate>)]
    to: Option<String>,
}

/// Which days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct DailyQuery {
    /// The first day; a year before the last one where none is named. 1,100 days at the most.
    #[param(value_type = Option<LocalDate>)]
    from: Option<String>,
    /// The last day; today where the patient is where none is named.
    #[param(value_type = Option<LocalDate>)]
    to: Option<String>,
}

/// What to lay over the sessions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct AlignedQuery {
    /// The measure; the patient's primary one where none is named.
    #[param(example = "daily-check-in.mood")]
    measure: Option<String>,
    /// Days before a session, 0 to 60.
    #[param(value_type = Option<u32>, maximum = 60, default = 7)]
    before: Option<String>,
    /// Days after a session, 1 to 400.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 400, default = 28)]
    after: Option<String>,
}

/// Which measure.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct LastingQuery {
    /// The measure; the patient's primary one where none is named.
    #[param(example = "phq-9.total")]
    measure: Option<String>,
}

impl ChartQuery {
    fn validate(self, registry: &Registry) -> Result<Question> {
        let mut violations = Vec::new();
        let measure = measure(self.measure, registry, &mut violations);
        let shown = shown(self.from.as_deref(), self.to.as_deref(), &mut violations);
        if violations.is_empty() { Ok(Question::Chart(measure, shown)) } else { Err(Error::Invalid(violations)) }
    }
}

impl DailyQuery {
    fn validate(self) -> Result<Question> {
        let mut violations = Vec::new();
        let shown = shown(self.from.as_deref(), self.to.as_deref(), &mut violations);
        if violations.is_empty() { Ok(Question::Daily(shown)) } else { Err(Error::Invalid(violations)) }
    }
}

impl AlignedQuery {
    fn validate(self, registry: &Registry) -> Result<Question> {
        let mut violations = Vec::new();
        let measure = measure(self.measure, registry, &mut violations);
        let before = number(self.before.as_deref(), "/before", 7, 0..=60, &mut violations);
        let after = number(self.after.as_deref(), "/after", 28, 1..=400, &mut violations);
        if violations.is_empty() { Ok(Question::Aligned(measure, before, after)) } else { Err(Error::Invalid(violations)) }
    }
}

impl LastingQuery {
    fn validate(self, registry: &Registry) -> Result<Question> {
        let mut violations = Vec::new();
        let measure = measure(self.measure, registry, &mut violations);
        if violations.is_empty() { Ok(Question::Lasting(measure)) } else { Err(Error::Invalid(violations)) }
    }
}

/// An empty parameter is one that was left out.
fn measure(named: Option<String>, registry: &Registry, violations: &mut Vec<Violation>) -> Option<String> {
    let named = named.filter(|named| !named.is_empty())?;
    if registry.measure(&named).is_none() {
        violations.push(Violation::new("/measure", UNKNOWN_MEASURE));
    }
    Some(named)
}

fn shown(from: Option<&str>, to: Option<&str>, violations: &mut Vec<Violation>) -> Shown {
    let mut day = |text: Option<&str>, pointer: &str| {
        let text = text.filter(|text| !text.is_empty())?;
        let day = text.parse::<LocalDate>().ok().filter(|_| text.len() == 10);
        if day.is_none() {
            violations.push(Violation::new(pointer, "must be a day, like 2026-11-20"));
        }
        day.map(LocalDate::civil)
    };
    let (from, to) = (day(from, "/from"), day(to, "/to"));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        violations.push(Violation::new("/from", "must not be after the last day"));
    }
    Shown { from, to }
}

fn number(
    text: Option<&str>,
    pointer: &str,
    usual: u32,
    allowed: std::ops::RangeInclusive<u32>,
    violations: &mut Vec<Violation>,
) -> u32 {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return usual };
    text.parse().ok().filter(|number| allowed.contains(number)).unwrap_or_else(|| {
        let (least, most) = (allowed.start(), allowed.end());
        violations.push(Violation::new(pointer, format!("must be a whole number from {least} to {most}")));
        usual
    })
}

/// `GET /patients/{id}/progress`: everything that a chart of one measure needs.
#[utoipa::path(get, path = "/api/v1/patients/{id}/progress", tag = "Progress",
    params(("id" = Id<Patient>, Path, description = "The patient"), ChartQuery), responses(
    (status = 200, body = ProgressBody), (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn chart(
    who: SignedIn,
    request: HttpRequest,
    id: Path<Id<Patient>>,
    query: Query<ChartQuery>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let question = query.into_inner().validate(&app.instruments)?;
    answer(who, &request, *id, app, question).await
}

/// `GET /patients/{id}/progress/daily`: the daily ratings as columns.
#[utoipa::path(get, path = "/api/v1/patients/{id}/progress/daily", tag = "Progress",
    params(("id" = Id<Patient>, Path, description = "The patient"), DailyQuery), responses(
    (status = 200, body = DailyColumns), (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn daily(
    who: SignedIn,
    request: HttpRequest,
    id: Path<Id<Patient>>,
    query: Query<DailyQuery>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let question = query.into_inner().validate()?;
    answer(who, &request, *id, app, question).await
}

/// `GET /patients/{id}/progress/aligned`: one measure around each session, laid over each other.
#[utoipa::path(get, path = "/api/v1/patients/{id}/progress/aligned", tag = "Progress",
    params(("id" = Id<Patient>, Path, description = "The patient"), AlignedQuery), responses(
    (status = 200, body = AlignedBody), (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn aligned(
    who: SignedIn,
    request: HttpRequest,
    id: Path<Id<Patient>>,
    query: Query<AlignedQuery>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let question = query.into_inner().validate(&app.instruments)?;
    answer(who, &request, *id, app, question).await
}

/// `GET /patients/{id}/progress/lasting`: how many days it lasted after each course and in each gap of maintenance, of time past.
#[utoipa::path(get, path = "/api/v1/patients/{id}/progress/lasting", tag = "Progress",
    params(("id" = Id<Patient>, Path, description = "The patient"), LastingQuery), responses(
    (status = 200, body = LastingBody), (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn lasting(
    who: SignedIn,
    request: HttpRequest,
    id: Path<Id<Patient>>,
    query: Query<LastingQuery>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let question = query.into_inner().validate(&app.instruments)?;
    answer(who, &request, *id, app, question).await
}

/// `GET /patients/{id}/progress/note`: the latest scores, what changed and the plan, as text to paste into a clinical note. For
/// providers.
#[utoipa::path(get, path = "/api/v1/patients/{id}/progress/note", tag = "Progress",
    params(("id" = Id<Patient>, Path, description = "The patient")), responses(
    (status = 200, body = NoteBody), (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn note(who: AsProvider, request: HttpRequest, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    answer(who.0, &request, *id, app, Question::Note).await
}

/// `GET /patients/{id}/progress/exposure`: how much of which medicine a patient has had, how close together, and which checks
/// that calls for. For providers.
#[utoipa::path(get, path = "/api/v1/patients/{id}/progress/exposure", tag = "Progress",
    params(("id" = Id<Patient>, Path, description = "The patient")), responses(
    (status = 200, body = ExposureBody), (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn exposure(who: AsProvider, request: HttpRequest, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    answer(who.0, &request, *id, app, Question::Exposure).await
}

/// `GET /patients/{id}/measures`: where the patient stands on each measure that has a score, and on the primary one.
#[utoipa::path(get, path = "/api/v1/patients/{id}/measures", tag = "Progress",
    params(("id" = Id<Patient>, Path, description = "The patient")), responses(
    (status = 200, body = List<PatientMeasureBody>), (status = 304, description = "Not changed"),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn measures(who: SignedIn, request: HttpRequest, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    answer(who, &request, *id, app, Question::Measures).await
}

async fn answer(
    who: SignedIn,
    request: &HttpRequest,
    patient: Id<Patient>,
    app: Data<App>,
    question: Question,
) -> Result<HttpResponse> {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let (database, reach, now) = (app.database.clone(), who.reach(), app.clock.now());
    let answer = database
        .read(reach, move |conn| {
            let is_known = |etag: &str| is_among(known.as_ref(), etag);
            super::answer(conn, (&app.instruments, &app.kept), &who, patient, &question, now, is_known)
        })
        .await?;
    Ok(compress::json_or_known(request.headers(), &answer.etag, answer.text.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(question: Result<Question>) -> Vec<String> {
        match question {
            Err(Error::Invalid(violations)) => violations.into_iter().map(|violation| violation.pointer).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_fault_of_a_query_is_told_at_once() {
        let registry = Registry::load_builtin().unwrap();
        let chart = ChartQuery {
            measure: Some("phq-9.b".to_owned()),
            from: Some("2026-1-1".to_owned()),
            to: Some("20261120".to_owned()),
        };
        assert_eq!(pointers(chart.validate(&registry)), ["/measure", "/from", "/to"]);
        let aligned =
            AlignedQuery { measure: Some("x".to_owned()), before: Some("-1".to_owned()), after: Some("401".to_owned()) };
        assert_eq!(pointers(aligned.validate(&registry)), ["/measure", "/before", "/after"]);
        let daily = DailyQuery { from: Some("2026-11-21".to_owned()), to: Some("2026-11-20".to_owned()) };
        assert_eq!(pointers(daily.validate()), ["/from"]);
    }

    #[test]
    fn an_empty_parameter_is_one_that_was_left_out() {
        let registry = Registry::load_builtin().unwrap();
        let chart = ChartQuery { measure: Some(String::new()), from: Some(String::new()), to: None };
        assert_eq!(chart.validate(&registry).unwrap(), Question::Chart(None, Shown::default()));
        let aligned = AlignedQuery { measure: None, before: Some(String::new()), after: None };
        assert_eq!(aligned.validate(&registry).unwrap(), Question::Aligned(None, 7, 28));
    }
}
