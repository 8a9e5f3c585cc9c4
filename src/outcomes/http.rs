//! Handlers of a clinic's outcomes, and of what its courses still lack.

use std::collections::BTreeMap;
use std::fmt::Write;

use actix_web::web::{self, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::IntoParams;

use super::body::{Asked, At, Mendable, Named, Outcomes, mendable, order};
use super::course::word;
use super::{bring_up_to_date, measures, primary, queries, rules};
use crate::app::App;
use crate::auth::guards::{AsCoordinator, AsProvider};
use crate::auth::scope::ClinicScope;
use crate::clinic;
use crate::courses::Condition;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::instruments::Registry;
use crate::patients::queries::Followed;
use crate::patients::{self, Patient, USUAL_MEASURE};
use crate::responses::digest;
use crate::sessions::Route;
use crate::web::checks::Checks;
use crate::web::{Cursor, List, PageQuery, answer_as_read, compress, etag, is_known};

/// The routes of outcomes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/clinic/outcomes", web::get().to(read)).route("/clinic/analysable", web::get().to(list));
}

/// What the figures are cut to.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct OutcomesQuery {
    /// The total of a questionnaire; the PHQ-9 where none is named.
    #[param(example = "phq-9.total")]
    measure: Option<String>,
    /// Only courses for this.
    #[param(value_type = Option<Condition>)]
    condition: Option<String>,
    /// Only courses with most sessions by this route.
    #[param(value_type = Option<Route>)]
    route: Option<String>,
    /// Only courses that began in the month of this day or later. Where few people began, the answer covers a longer
    /// time, and says which.
    #[param(value_type = Option<LocalDate>)]
    from: Option<String>,
    /// Only courses that began in the month of this day or earlier.
    #[param(value_type = Option<LocalDate>)]
    to: Option<String>,
    /// Which score counts; `induction` where nothing is said.
    #[param(value_type = Option<At>)]
    at: Option<String>,
}

impl OutcomesQuery {
    fn validate<'r>(&self, registry: &'r Registry) -> Result<Asked<'r>> {
        let mut checks = Checks::default();
        let named = self.measure.as_deref().unwrap_or(USUAL_MEASURE);
        let measure = measures(registry).find(|measure| measure.id == named);
        checks.require(measure.is_some(), "/measure", "must be the total of a questionnaire, like phq-9.total");
        let condition: Option<Option<Condition>> = self.condition.as_deref().map(word);
        checks.require(condition != Some(None), "/condition", "must be a condition, like mdd");
        let route: Option<Option<Route>> = self.route.as_deref().map(word);
        checks.require(route != Some(None), "/route", "must be a route, like iv");
        let at: Option<Option<At>> = self.at.as_deref().map(word);
        checks.require(at != Some(None), "/at", "must be induction or latest");
        let from = day(&mut checks, "/from", self.from.as_deref());
        let to = day(&mut checks, "/to", self.to.as_deref());
        checks.require(from.zip(to).is_none_or(|(from, to)| from <= to), "/from", "must not be after the last day");
        checks.finish()?;
        let measure = measure.ok_or_else(|| Error::invalid("/measure", "must be the total of a questionnaire"))?;
        Ok(Asked {
            measure,
            condition: condition.flatten(),
            route: route.flatten(),
            from,
            to,
            at: at.flatten().unwrap_or(At::Induction),
        })
    }
}

fn day(checks: &mut Checks, pointer: &str, text: Option<&str>) -> Option<LocalDate> {
    let day = word(text?);
    checks.require(day.is_some(), pointer, "must be a day, like 2026-11-20");
    day
}

/// Today, where the clinic is.
fn today(conn: &mut DbConnection, scope: ClinicScope, now: Timestamp) -> Result<LocalDate> {
    let zone = TimeZone::get(&clinic::queries::find(conn, scope)?.time_zone).unwrap_or(TimeZone::UTC);
    Ok(now.local_date(&zone))
}

/// `GET /clinic/outcomes`: what the treatment of the clinic's patients came to.
///
/// A patient counts once: with the latest course whose induction is over, or without one with the latest course. An
/// induction is over with the last planned session (six where nobody said); earlier where the course is in maintenance,
/// completed or stopped, where another has begun, or after 60 days without a session. Baseline, response, remission,
/// reliable change and the loss of a response are those of a patient's own page. Medians and quarters lie between two
/// values in proportion; shares have Wilson's 95 % interval. Groups under ten people are null, and so is a group where one
/// that is shown beside it would tell of fewer than ten by subtraction.
#[utoipa::path(get, path = "/api/v1/clinic/outcomes", tag = "Outcomes", params(OutcomesQuery), responses(
    (status = 200, body = Outcomes, headers(("ETag" = String))), (status = 304, description = "Not changed"),
    (status = 401, body = Problem), (status = 403, description = "Only a provider sees answers and scores", body = Problem),
    (status = 422, body = Problem)))]
pub async fn read(who: AsProvider, request: HttpRequest, query: Query<OutcomesQuery>, app: Data<App>) -> Result<HttpResponse> {
    query.validate(&app.instruments)?;
    let (scope, now) = (who.scope(), app.clock.now());
    bring_up_to_date(&app.database, &app.instruments, scope).await?;
    let (known, shared) = (request.headers().clone(), app.clone());
    let (tag, text) = app
        .database
        .read(scope.reach(), move |conn| {
            let asked = query.validate(&shared.instruments)?;
            let today = today(conn, scope, now)?;
            let mut state = format!("{} {query:?} {today}", scope.clinic());
            for stand in queries::stands(conn, scope)? {
                let _ = write!(state, " {}.{}", stand.patient, stand.current);
            }
            let tag = etag(digest(&[env!("CARGO_PKG_VERSION"), &rules(&shared.instruments), &state]));
            if is_known(&known, &tag) {
                return Ok((tag, None));
            }
            let text = shared.kept.get(&tag, || {
                let patients = queries::all(conn, scope)?;
                let body = Outcomes::of(&patients, measures(&shared.instruments), &asked, today);
                serde_json::to_string(&body).map_err(|why| Error::Internal(Box::new(why)))
            })?;
            Ok((tag, Some(text)))
        })
        .await?;
    Ok(compress::json_or_known(request.headers(), &tag, text.as_deref()))
}

/// `GET /clinic/analysable`: readings that courses need to be analysed and that can still be had, most urgent first.
///
/// It says who to remind of which questionnaire and until when, and nothing of what was answered.
#[utoipa::path(get, path = "/api/v1/clinic/analysable", tag = "Outcomes", params(PageQuery), responses(
    (status = 200, body = List<Mendable>, headers(("ETag" = String))), (status = 304, description = "Not changed"),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(who: AsCoordinator, request: HttpRequest, paging: Query<PageQuery>, app: Data<App>) -> Result<HttpResponse> {
    let (limit, after) = (paging.limit()?, paging.keys::<5>()?);
    let (scope, now, shared) = (who.scope(), app.clock.now(), app.clone());
    bring_up_to_date(&app.database, &app.instruments, scope).await?;
    let page = app
        .database
        .read(scope.reach(), move |conn| {
            let outcomes = queries::all(conn, scope)?;
            let named = named(conn, &shared.instruments, scope)?;
            let all = mendable(&outcomes, &named, today(conn, scope, now)?);
            let from = after.as_ref().map_or(0, |after| all.partition_point(|item| keys(item) <= *after));
            let most = usize::try_from(limit).unwrap_or_default().saturating_add(1);
            let rest: Vec<Mendable> = all[from..].iter().take(most).cloned().collect();
            Ok(List::page(rest, limit, |item| Cursor::of(keys(item).to_vec())))
        })
        .await?;
    Ok(answer_as_read(request.headers(), &page))
}

/// The sort keys of the list as text, in the same order.
fn keys(item: &Mendable) -> [String; 5] {
    let (is_open, until, name, patient, reading) = order(item);
    let until = until.map_or_else(String::new, |day| day.to_string());
    [i32::from(is_open).to_string(), until, name, patient.to_string(), (reading as u8).to_string()]
}

/// Patients whose record was not put away, by id.
fn named(conn: &mut DbConnection, registry: &Registry, scope: ClinicScope) -> Result<BTreeMap<Id<Patient>, Named>> {
    let instrument = |measure: &str| primary(registry, measure).split('.').next().unwrap_or_default().to_owned();
    let known = |row: Followed| {
        let instrument = instrument(&row.primary_measure);
        (row.id, Named { name: row.name, record_number: row.record_number, instrument })
    };
    Ok(patients::queries::followed(conn, scope)?.into_iter().map(known).collect())
}
