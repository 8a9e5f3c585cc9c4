//! The list of the caseload: its page, its counts, and what each row shows to whom.

use std::collections::BTreeSet;
use std::fmt::Write;

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Group, Reason, Shown, group, json, last_fortnight, silence_reason};
use crate::app::App;
use crate::auth::guards::AsCoordinator;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::db::{Id, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::patients::Patient;
use crate::patients::queries::{self, After, CaseloadRow, Filter, Page, Sort};
use crate::reminders;
use crate::responses::digest;
use crate::web::{Cursor, List, compress, etag, is_known, page_size};

/// How the caseload is sorted and cut.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseloadQuery {
    /// `priority` where nothing is said; patients with open safety alerts stay on top under each. For who may not see
    /// answers `priority` is who has not answered for longest, and alerts move nobody.
    sort: Option<SortWord>,
    /// `all` where nothing is said.
    filter: Option<FilterWord>,
    /// A part of the name or the record number.
    q: Option<String>,
    /// 1 to 200; 50 where nothing is said.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl CaseloadQuery {
    /// Whether it is a list from its beginning that the caseload can answer.
    pub(in crate::patients) fn asks_for_a_list(self) -> bool {
        self.limit.is_none() && self.cursor.is_none() && Page::of(self, true).is_ok()
    }
}

/// How the caseload is sorted.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum SortWord {
    Priority,
    Name,
    LastResponse,
}

/// What the caseload is cut to.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum FilterWord {
    All,
    Induction,
    Maintenance,
    NoCourse,
    Archived,
}

/// One row of the caseload.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseloadRowBody {
    /// What the row shows.
    #[serde(flatten)]
    shown: Shown,
    /// Whole years.
    age: Option<i16>,
    /// What stands out.
    reason: Option<Reason>,
    /// The last 14 days, oldest first.
    check_ins_14: [bool; 14],
    /// Days with a check-in among them.
    adherence_14: usize,
    /// Whether the patient wants reminders and no way leads there.
    unreachable: bool,
}

/// The caseload: a page of it, with counts of the whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseloadBody {
    /// The page's rows.
    items: Vec<CaseloadRowBody>,
    /// Pass it as `cursor` for the next page.
    next_cursor: Option<String>,
    /// The whole caseload in numbers.
    counts: Counts,
}

/// The whole caseload in numbers, put-away records aside.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Counts {
    /// With a safety alert that is not closed; null, as the next two, for who may not see answers.
    #[schema(value_type = Option<i64>)]
    needs_response: i64,
    /// With something that stands out.
    #[schema(value_type = Option<i64>)]
    worth_a_look: i64,
    /// Everybody else.
    #[schema(value_type = Option<i64>)]
    as_expected: i64,
    /// All.
    total: i64,
    /// In an induction.
    induction: i64,
    /// In maintenance.
    maintenance: i64,
    /// Without a course.
    no_course: i64,
}

impl Counts {
    fn of(rows: &[(i32, String, i64)]) -> Self {
        let mut counts = Self::default();
        for (place, phase, patients) in rows {
            counts.total += patients;
            match group(*place) {
                Group::NeedsResponse => counts.needs_response += patients,
                Group::WorthALook => counts.worth_a_look += patients,
                Group::AsExpected => counts.as_expected += patients,
            }
            match phase.as_str() {
                "induction" => counts.induction += patients,
                "maintenance" => counts.maintenance += patients,
                _ => counts.no_course += patients,
            }
        }
        counts
    }
}

/// `GET /patients`: the caseload.
#[utoipa::path(get, path = "/api/v1/patients", tag = "Patients", params(CaseloadQuery), responses(
    (status = 200, description = "A coordinator gets identity, schedule and completion only", body = CaseloadBody),
    (status = 304, description = "Not changed"), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(who: AsCoordinator, request: HttpRequest, query: Query<CaseloadQuery>, app: Data<App>) -> Result<HttpResponse> {
    let page = Page::of(query.into_inner(), who.sees_answers())?;
    let now = app.clock.now();
    notice_silence(&app, who.scope(), now).await?;
    let (scope, sees_answers) = (who.scope(), who.sees_answers());
    let known = request.headers().clone();
    let database = app.database.clone();
    let (tag, text) = database
        .read(who.reach(), move |conn| {
            let counts = Counts::of(&queries::counts(conn, scope)?);
            let unreachable = reminders::queries::unreachable(conn, scope)?;
            let rows = queries::versions(conn, scope, &page)?;
            let tag = etag(tag(scope, &rows, &unreachable, &counts, &page, sees_answers, now));
            if is_known(&known, &tag) {
                return Ok((tag, None));
            }
            let text = app.kept.get(&tag, || {
                let rows = queries::list(conn, scope, &page)?;
                let list = List::page(rows, page.limit, |row: &CaseloadRow| page.cursor(row));
                render(&list, &unreachable, &counts, sees_answers, now)
            })?;
            Ok((tag, Some(text)))
        })
        .await?;
    Ok(compress::json_or_known(request.headers(), &tag, text.as_deref()))
}

impl Page {
    fn of(query: CaseloadQuery, sees_answers: bool) -> Result<Self> {
        let sort = match query.sort.unwrap_or(SortWord::Priority) {
            SortWord::Priority if sees_answers => Sort::Priority,
            SortWord::Priority => Sort::Waiting,
            SortWord::Name => Sort::Name,
            SortWord::LastResponse => Sort::LastResponse,
        };
        let search = query.q.map(|q| q.trim().to_lowercase()).filter(|q| !q.is_empty());
        if search.as_ref().is_some_and(|q| q.chars().count() > 200 || q.chars().any(char::is_control)) {
            return Err(Error::invalid("/q", "must have 200 characters at the most"));
        }
        let (phase, archived) = match query.filter.unwrap_or(FilterWord::All) {
            FilterWord::All => (None, false),
            FilterWord::Induction => (Some("induction"), false),
            FilterWord::Maintenance => (Some("maintenance"), false),
            FilterWord::NoCourse => (Some("no_course"), false),
            FilterWord::Archived => (None, true),
        };
        let after = match Cursor::read(query.cursor.as_deref())? {
            None => None,
            Some(cursor) => {
                let [rank, key, id] = cursor.keys()?;
                let unknown = || Error::invalid("/cursor", "must be a next_cursor that this list has answered");
                Some(After { rank: rank.parse().map_err(|_| unknown())?, key, id: id.parse().map_err(|_| unknown())? })
            }
        };
        let filter = Filter { phase, archived, search };
        Ok(Self { sort, filter, alerts_on_top: sees_answers, after, limit: page_size(query.limit)? })
    }

    fn cursor(&self, row: &CaseloadRow) -> Cursor {
        let urgency = if self.alerts_on_top { row.urgency } else { 0 };
        let (rank, key) = match self.sort {
            Sort::Priority => (row.place, row.place_key.clone()),
            Sort::Name => (urgency, row.name_key.clone()),
            Sort::LastResponse | Sort::Waiting => (urgency, row.last_response_at.to_string()),
        };
        Cursor::of(vec![rank.to_string(), key, row.patient_id.to_string()])
    }
}

/// Names a page as it is now: its rows in their versions, the counts, and a quarter of an hour of today, the only other
/// thing that rows depend on; days begin on a quarter of an hour everywhere.
fn tag(
    scope: ClinicScope,
    versions: &[(Id<Patient>, i64)],
    unreachable: &BTreeSet<Id<Patient>>,
    counts: &Counts,
    page: &Page,
    sees_answers: bool,
    now: Timestamp,
) -> String {
    let mut state = format!("{} {counts:?} {page:?} {sees_answers} {}", scope.clinic(), now.seconds() / 900);
    for (patient, version) in versions {
        let _ = write!(state, " {patient}.{version}.{}", unreachable.contains(patient));
    }
    digest(&[env!("CARGO_PKG_VERSION"), &state])
}

/// Moves patients up whose silence has begun to count since their row was written.
async fn notice_silence(app: &Data<App>, scope: ClinicScope, now: Timestamp) -> Result<()> {
    let silent = app.database.read(scope.reach(), move |conn| queries::newly_silent(conn, scope, now)).await?;
    if silent.is_empty() {
        return Ok(());
    }
    let shared = app.clone();
    app.database
        .write(scope.reach(), move |conn| {
            silent
                .iter()
                .try_for_each(|patient| super::refresh(conn, &shared.instruments, PatientScope::of(scope, *patient), now))
        })
        .await
}

/// The page as JSON: each row was rendered when it changed, and gets what depends on today.
fn render(
    page: &List<CaseloadRow>,
    unreachable: &BTreeSet<Id<Patient>>,
    counts: &Counts,
    sees_answers: bool,
    now: Timestamp,
) -> Result<String> {
    let mut text = String::with_capacity(page.items.len() * 1800 + 400);
    text.push_str("{\"items\":[");
    for (index, row) in page.items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        render_row(&mut text, row, sees_answers, now)?;
        text.pop();
        let _ = write!(text, ",\"unreachable\":{}}}", unreachable.contains(&row.patient_id));
    }
    text.push_str("],\"next_cursor\":");
    text.push_str(&json(&page.next_cursor)?);
    text.push_str(",\"counts\":");
    text.push_str(&if sees_answers { json(counts)? } else { json(&hide_groups(counts))? });
    text.push('}');
    Ok(text)
}

/// What depends on today.
#[derive(Serialize)]
pub(in crate::patients) struct OfToday {
    pub age: Option<i16>,
    pub check_ins_14: [bool; 14],
    pub adherence_14: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

impl OfToday {
    /// Silence is a reason too, and a patient who shows none although silent has another: who may not see answers gets neither.
    pub fn of(row: &CaseloadRow, sees_answers: bool, now: Timestamp) -> Self {
        let zone = TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC);
        let today = now.local_date(&zone);
        let check_ins_14 = last_fortnight(row, today);
        Self {
            age: row.date_of_birth.map(|born| super::age(born, today)),
            adherence_14: check_ins_14.iter().filter(|day| **day).count(),
            check_ins_14,
            reason: silence_reason(row, today).filter(|_| sees_answers),
        }
    }
}

fn render_row(text: &mut String, row: &CaseloadRow, sees_answers: bool, now: Timestamp) -> Result<()> {
    let of_today = OfToday::of(row, sees_answers, now);
    let shown = if sees_answers { row.shown.clone() } else { without_answers(&row.shown)? };
    text.push_str(shown.strip_suffix('}').unwrap_or(&shown));
    if of_today.reason.is_none() && !shown.contains("\"reason\":") {
        text.push_str(",\"reason\":null");
    }
    text.push(',');
    let rest = json(&of_today)?;
    text.push_str(rest.strip_prefix('{').unwrap_or(&rest));
    Ok(())
}

/// What a coordinator may see of a row: identity, schedule and completion.
fn without_answers(shown: &str) -> Result<String> {
    let mut row: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(shown).map_err(|why| Error::Internal(Box::new(why)))?;
    for hidden in
        ["latest", "baseline", "gain", "status", "reason", "open_alerts", "acknowledged_alerts", "top_alert_id", "group"]
    {
        row.insert(hidden.into(), serde_json::Value::Null);
    }
    row.insert("latest_reliable".into(), false.into());
    row.insert("spark".into(), serde_json::Value::Array(Vec::new()));
    json(&row)
}

/// Without the groups, which tell who has an alert.
fn hide_groups(counts: &Counts) -> serde_json::Value {
    let Counts { total, induction, maintenance, no_course, .. } = counts;
    serde_json::json!({"needs_response": null, "worth_a_look": null, "as_expected": null, "total": total,
        "induction": induction, "maintenance": maintenance, "no_course": no_course})
}
