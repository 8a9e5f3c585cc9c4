//! Every statement on responses, scores and ratings.

use diesel::prelude::*;

use super::{Filter, Response};
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::db::schema::{ratings, responses, scores};
use crate::db::{DbConnection, Id, LocalDate, MultiBackend, Timestamp, on_backend};
use crate::error::Result;
use crate::instruments::{Answers, MeasureScore, Points, Scored, Unscored};
use crate::patients::Patient;
use crate::people::User;
use crate::protocols::Answered;

/// A response as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = responses, treat_none_as_default_value = false)]
pub struct ResponseRow {
    /// Whose answers they are.
    pub patient_id: Id<Patient>,
    /// Where charts place it: `completed_at`, or `received_at` where the phone's clock was suspect.
    pub placed_at: Timestamp,
    /// The id that the client made.
    pub id: Id<Response>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The questionnaire.
    pub instrument: String,
    /// Its version when it was given.
    pub instrument_version: String,
    /// The answers as one JSON object.
    pub answers: String,
    /// When it was finished, as the phone said it.
    pub completed_at: Timestamp,
    /// When it was begun, as the phone said it.
    pub started_at: Option<Timestamp>,
    /// Where the patient was.
    pub time_zone: String,
    /// The patient's day.
    pub local_date: LocalDate,
    /// When it reached the server.
    pub received_at: Timestamp,
    /// Whether the phone's clock was too far off to be believed.
    pub clock_suspect: bool,
    /// Who answered, or wrote the answers down.
    pub entered_by: Id<User>,
    /// `patient` or `provider`.
    pub entered_by_role: String,
    /// The response that this one corrects.
    pub replaces: Option<Id<Response>>,
    /// The response that corrects this one.
    pub superseded_by: Option<Id<Response>>,
    /// What tells a replay from other content under the same id.
    pub digest: String,
    /// The total of a questionnaire that was brought in without its answers, in thousandths of a point.
    pub stated_total_thousandths: Option<i64>,
}

impl ResponseRow {
    /// The total of a questionnaire that was brought in without its answers.
    pub fn stated_total(&self) -> Option<Points> {
        self.stated_total_thousandths.map(Points::from_thousandths)
    }
}

/// What tells the stored response of that id from another, where there is one.
pub fn digest_of(conn: &mut DbConnection, id: Id<Response>) -> Result<Option<String>> {
    let found = responses::table.filter(responses::id.eq(id)).select(responses::digest);
    Ok(on_backend!(conn, |c| found.get_result(c).optional())?)
}

/// The response with this id, whoever's it is: only to tell a replay from an id that is taken.
pub(super) fn find_anywhere(conn: &mut DbConnection, id: Id<Response>) -> Result<Option<ResponseRow>> {
    let found = responses::table.filter(responses::id.eq(id));
    Ok(on_backend!(conn, |c| found.select(ResponseRow::as_select()).get_result(c).optional())?)
}

/// A response of the clinic.
pub fn find_in_clinic(conn: &mut DbConnection, scope: ClinicScope, id: Id<Response>) -> Result<Option<ResponseRow>> {
    let found = responses::table.filter(responses::id.eq(id)).filter(responses::clinic_id.eq(scope.clinic()));
    Ok(found.select(ResponseRow::as_select()).first(conn).optional()?)
}

/// A response of the patient.
pub fn find(conn: &mut DbConnection, scope: PatientScope, id: Id<Response>) -> Result<Option<ResponseRow>> {
    let found = responses::table.filter(responses::id.eq(id)).filter(responses::patient_id.eq(scope.patient()));
    Ok(found.select(ResponseRow::as_select()).first(conn).optional()?)
}

/// The patient's responses, newest first, after `before`; one more than `limit` where there are more.
pub fn list(
    conn: &mut DbConnection,
    scope: PatientScope,
    filter: &Filter,
    before: Option<(Timestamp, Id<Response>)>,
    limit: i64,
) -> Result<Vec<ResponseRow>> {
    let mut query = responses::table
        .filter(responses::patient_id.eq(scope.patient()))
        .filter(responses::clinic_id.eq(scope.clinic()))
        .select(ResponseRow::as_select())
        .order((responses::placed_at.desc(), responses::id.desc()))
        .limit(limit + 1)
        .into_boxed::<MultiBackend>();
    if let Some(instrument) = &filter.instrument {
        query = query.filter(responses::instrument.eq(instrument.clone()));
    }
    if let Some(from) = filter.from {
        query = query.filter(responses::local_date.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(responses::local_date.le(to));
    }
    if let Some((at, id)) = before {
        let earlier = responses::placed_at.lt(at).or(responses::placed_at.eq(at).and(responses::id.lt(id)));
        query = query.filter(responses::placed_at.le(at)).filter(earlier);
    }
    Ok(query.load(conn)?)
}

/// Inserts the response unless its id is taken. Returns whether it was new.
pub(super) fn insert(conn: &mut DbConnection, row: &ResponseRow) -> Result<bool> {
    let rows = on_backend!(conn, |c| diesel::insert_into(responses::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(rows == 1)
}

/// Marks a response as corrected by another: it stays on record and leaves the charts.
pub(super) fn supersede(conn: &mut DbConnection, scope: PatientScope, old: &ResponseRow, by: Id<Response>) -> Result<()> {
    let patient = scope.patient();
    let row = responses::table.find((patient, old.placed_at, old.id));
    diesel::update(row).set(responses::superseded_by.eq(by)).execute(conn)?;
    let old_scores = scores::table.filter(scores::patient_id.eq(patient)).filter(scores::response_id.eq(old.id));
    diesel::update(old_scores).set(scores::superseded.eq(true)).execute(conn)?;
    let old_ratings = ratings::table.find((patient, &old.instrument, old.local_date, old.placed_at, old.id));
    diesel::update(old_ratings).set(ratings::superseded.eq(true)).execute(conn)?;
    Ok(())
}

/// Stores what charts draw of a response: a row per scale, or one row with all single ratings.
pub(super) fn insert_figures(
    conn: &mut DbConnection,
    scope: PatientScope,
    row: &ResponseRow,
    scored: &Scored,
    figures: &[MeasureScore],
) -> Result<()> {
    if scored.reason == Some(Unscored::NotScored) {
        let given: serde_json::Map<String, serde_json::Value> =
            scored.ratings.iter().filter_map(|(item, value)| Some((item.clone(), serde_json::to_value(value).ok()?))).collect();
        let new = (
            ratings::patient_id.eq(scope.patient()),
            ratings::instrument.eq(&row.instrument),
            ratings::local_date.eq(row.local_date),
            ratings::placed_at.eq(row.placed_at),
            ratings::response_id.eq(row.id),
            ratings::clinic_id.eq(scope.clinic()),
            ratings::given.eq(super::as_document(&given)?),
            ratings::superseded.eq(false),
        );
        on_backend!(conn, |c| diesel::insert_into(ratings::table).values(new).execute(c))?;
        return Ok(());
    }
    for figure in figures {
        let new = (
            scores::patient_id.eq(scope.patient()),
            scores::measure.eq(&figure.measure),
            scores::placed_at.eq(row.placed_at),
            scores::response_id.eq(row.id),
            scores::clinic_id.eq(scope.clinic()),
            scores::local_date.eq(row.local_date),
            scores::value_thousandths.eq(figure.value.map(crate::instruments::Points::thousandths)),
            scores::band.eq(figure.band.as_deref()),
            scores::missing_items.eq(figure.missing_items.join(",")),
            scores::prorated.eq(figure.is_prorated),
            scores::superseded.eq(false),
        );
        on_backend!(conn, |c| diesel::insert_into(scores::table).values(new).execute(c))?;
    }
    Ok(())
}

/// A score that charts draw.
#[derive(Debug, Clone, Queryable)]
pub struct ScoreRow {
    /// Where charts place it.
    pub placed_at: Timestamp,
    /// The patient's day.
    pub local_date: LocalDate,
    /// In thousandths of a point.
    pub value_thousandths: Option<i64>,
    /// Whether missing items were made up for by the published rule.
    pub prorated: bool,
    /// The response that it was worked out from.
    pub response_id: Id<Response>,
}

/// The patient's scores of one measure that stand, oldest first.
pub fn scores(conn: &mut DbConnection, scope: PatientScope, measure: &str) -> Result<Vec<ScoreRow>> {
    let query = scores::table
        .filter(scores::patient_id.eq(scope.patient()))
        .filter(scores::measure.eq(measure))
        .filter(scores::superseded.eq(false))
        .filter(scores::value_thousandths.is_not_null())
        .order((scores::placed_at, scores::response_id))
        .select((scores::placed_at, scores::local_date, scores::value_thousandths, scores::prorated, scores::response_id));
    Ok(on_backend!(conn, |c| query.load(c))?)
}

/// Whether the patient has a score of a measure worked out from a complete form, given before then and not before that day.
pub fn has_complete_score(
    conn: &mut DbConnection,
    scope: PatientScope,
    measure: &str,
    from: LocalDate,
    before: Timestamp,
) -> Result<bool> {
    let query = scores::table
        .filter(scores::patient_id.eq(scope.patient()))
        .filter(scores::measure.eq(measure))
        .filter(scores::superseded.eq(false))
        .filter(scores::prorated.eq(false))
        .filter(scores::value_thousandths.is_not_null())
        .filter(scores::placed_at.lt(before))
        .filter(scores::local_date.ge(from))
        .select(scores::response_id);
    let found: Option<Id<Response>> = on_backend!(conn, |c| query.first(c).optional())?;
    Ok(found.is_some())
}

/// The last day on which the patient gave answers for `measure`, scored or not.
pub fn last_given(conn: &mut DbConnection, scope: PatientScope, measure: &str) -> Result<Option<LocalDate>> {
    let query = scores::table
        .filter(scores::patient_id.eq(scope.patient()))
        .filter(scores::measure.eq(measure))
        .filter(scores::superseded.eq(false))
        .order(scores::local_date.desc())
        .select(scores::local_date);
    Ok(on_backend!(conn, |c| query.first(c).optional())?)
}

/// The last day on which the patient rated with `instrument`.
pub fn last_rated(conn: &mut DbConnection, scope: PatientScope, instrument: &str) -> Result<Option<(LocalDate, Timestamp)>> {
    let query = ratings::table
        .filter(ratings::patient_id.eq(scope.patient()))
        .filter(ratings::instrument.eq(instrument))
        .filter(ratings::superseded.eq(false))
        .order((ratings::local_date.desc(), ratings::placed_at.desc()))
        .select((ratings::local_date, ratings::placed_at));
    Ok(on_backend!(conn, |c| query.first(c).optional())?)
}

/// An answer that the patient gave itself.
#[derive(Debug, Clone, Queryable)]
pub struct OwnAnswer {
    /// When it reached the server.
    pub received_at: Timestamp,
    /// Where the patient was.
    pub time_zone: String,
}

/// The patient's newest own answer.
pub fn last_own(conn: &mut DbConnection, scope: PatientScope) -> Result<Option<OwnAnswer>> {
    let query = responses::table
        .filter(responses::patient_id.eq(scope.patient()))
        .filter(responses::clinic_id.eq(scope.clinic()))
        .filter(responses::entered_by_role.eq("patient"))
        .order((responses::placed_at.desc(), responses::id.desc()))
        .select((responses::received_at, responses::time_zone));
    Ok(on_backend!(conn, |c| query.first(c).optional())?)
}

/// The last day on which the patient answered a questionnaire, scored or not.
pub fn last_given_to(conn: &mut DbConnection, scope: PatientScope, instrument: &str) -> Result<Option<LocalDate>> {
    let query = responses::table
        .filter(responses::patient_id.eq(scope.patient()))
        .filter(responses::clinic_id.eq(scope.clinic()))
        .filter(responses::instrument.eq(instrument))
        .filter(responses::superseded_by.is_null())
        .order(responses::placed_at.desc())
        .select(responses::local_date);
    Ok(on_backend!(conn, |c| query.first(c).optional())?)
}

/// What the patient has answered since `from`, newest first; corrected answers are left out.
pub fn answered_since(conn: &mut DbConnection, scope: PatientScope, from: Timestamp) -> Result<Vec<Answered>> {
    let rows: Vec<(String, LocalDate, Id<Response>)> = responses::table
        .filter(responses::patient_id.eq(scope.patient()))
        .filter(responses::clinic_id.eq(scope.clinic()))
        .filter(responses::placed_at.ge(from))
        .filter(responses::superseded_by.is_null())
        .order((responses::placed_at.desc(), responses::id.desc()))
        .select((responses::instrument, responses::local_date, responses::id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(instrument, on, response)| Answered { instrument, on, response }).collect())
}

/// What several patients answered since `from`, in its newest form, without one questionnaire.
pub fn answered_of(
    conn: &mut DbConnection,
    scope: ClinicScope,
    patients: &[Id<Patient>],
    without: &str,
    from: Timestamp,
) -> Result<Vec<(Id<Patient>, Answered)>> {
    let rows: Vec<(Id<Patient>, String, LocalDate, Id<Response>)> = responses::table
        .filter(responses::patient_id.eq_any(patients))
        .filter(responses::clinic_id.eq(scope.clinic()))
        .filter(responses::placed_at.ge(from))
        .filter(responses::superseded_by.is_null())
        .filter(responses::instrument.ne(without))
        .select((responses::patient_id, responses::instrument, responses::local_date, responses::id))
        .load(conn)?;
    let answered = |(patient, instrument, on, response)| (patient, Answered { instrument, on, response });
    Ok(rows.into_iter().map(answered).collect())
}

/// When the patient last answered anything.
pub fn last_answered(conn: &mut DbConnection, scope: PatientScope) -> Result<Option<Timestamp>> {
    let query = responses::table
        .filter(responses::patient_id.eq(scope.patient()))
        .order((responses::placed_at.desc(), responses::id.desc()))
        .select(responses::placed_at);
    Ok(on_backend!(conn, |c| query.first(c).optional())?)
}

/// What is known of a response beside its answers.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = responses)]
pub struct ResponseMark {
    /// The response.
    pub id: Id<Response>,
    /// The questionnaire.
    pub instrument: String,
    /// Its version when it was given.
    pub instrument_version: String,
    /// Where charts place it.
    pub placed_at: Timestamp,
    /// The patient's day.
    pub local_date: LocalDate,
    /// When it was answered, as the phone said it.
    pub completed_at: Timestamp,
    /// When it reached the server.
    pub received_at: Timestamp,
    /// Whether the phone's clock was too far off to be believed.
    pub clock_suspect: bool,
    /// The response that corrects this one.
    pub superseded_by: Option<Id<Response>>,
}

/// What is known of these responses, in no order.
pub fn marks(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Response>]) -> Result<Vec<ResponseMark>> {
    if of.is_empty() {
        // Asked for none, SQLite would walk over the whole table to find them.
        return Ok(Vec::new());
    }
    let known = responses::table.filter(responses::clinic_id.eq(scope.clinic())).filter(responses::id.eq_any(of));
    Ok(known.select(ResponseMark::as_select()).load(conn)?)
}

/// What the patient answered to the same questionnaire in the `seconds` before this response, newest first and `most` at
/// the most; answers since corrected are left out.
pub fn answers_before(
    conn: &mut DbConnection,
    scope: PatientScope,
    response: Id<Response>,
    instrument: &str,
    (seconds, most): (i64, i64),
) -> Result<Vec<Answers>> {
    let of_patient =
        || responses::table.filter(responses::clinic_id.eq(scope.clinic())).filter(responses::patient_id.eq(scope.patient()));
    let placed_at: Timestamp = of_patient().filter(responses::id.eq(response)).select(responses::placed_at).first(conn)?;
    let documents: Vec<String> = of_patient()
        .filter(responses::placed_at.lt(placed_at))
        .filter(responses::placed_at.gt(placed_at.plus_seconds(-seconds)))
        .filter(responses::instrument.eq(instrument))
        .filter(responses::superseded_by.is_null())
        .order(responses::placed_at.desc())
        .limit(most)
        .select(responses::answers)
        .load(conn)?;
    documents.iter().map(|document| super::parse_answers(document)).collect()
}

/// Answers that a patient gave to a questionnaire with a score.
#[derive(Debug, Clone, Queryable)]
pub struct GivenRow {
    /// The patient.
    pub patient: Id<Patient>,
    /// When charts place it.
    pub at: Timestamp,
    /// The response.
    pub response: Id<Response>,
    /// Its questionnaire.
    pub instrument: String,
    /// The version that was answered.
    pub instrument_version: String,
    /// The answers as one JSON object.
    pub answers: String,
}

/// What these patients have answered since `from` to the questionnaires with these totals, newest first; answers since
/// corrected are left out.
pub fn given(
    conn: &mut DbConnection,
    scope: ClinicScope,
    by: &[Id<Patient>],
    totals: &[String],
    from: Timestamp,
) -> Result<Vec<GivenRow>> {
    // The scores lead: they lie together by patient and measure, while responses lie between the days' check-ins.
    let behind = responses::patient_id
        .eq(scores::patient_id)
        .and(responses::placed_at.eq(scores::placed_at))
        .and(responses::id.eq(scores::response_id));
    let mut rows: Vec<GivenRow> = scores::table
        .inner_join(responses::table.on(behind))
        .filter(scores::clinic_id.eq(scope.clinic()))
        .filter(scores::patient_id.eq_any(by))
        .filter(scores::measure.eq_any(totals))
        .filter(scores::placed_at.gt(from))
        .filter(scores::superseded.eq(false))
        .select((
            responses::patient_id,
            responses::placed_at,
            responses::id,
            responses::instrument,
            responses::instrument_version,
            responses::answers,
        ))
        .load(conn)?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.response)));
    Ok(rows)
}

/// A score with all that a chart shows of it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = scores)]
pub struct ChartScore {
    /// The measure.
    pub measure: String,
    /// Where charts place it.
    pub placed_at: Timestamp,
    /// The patient's day.
    pub local_date: LocalDate,
    /// The response that it was worked out from.
    pub response_id: Id<Response>,
    /// In thousandths of a point; none where the published rule gives no score.
    pub value_thousandths: Option<i64>,
    /// The band in words.
    pub band: Option<String>,
    /// The items that were not answered, with commas between.
    pub missing_items: String,
    /// Whether missing items were made up for by the published rule.
    pub prorated: bool,
}

/// The patient's answers to one measure that stand, oldest first, those without a score among them.
pub fn line(conn: &mut DbConnection, scope: PatientScope, measure: &str) -> Result<Vec<ChartScore>> {
    let query = scores::table
        .filter(scores::patient_id.eq(scope.patient()))
        .filter(scores::measure.eq(measure))
        .filter(scores::superseded.eq(false))
        .order((scores::placed_at, scores::response_id));
    Ok(on_backend!(conn, |c| query.select(ChartScore::as_select()).load(c))?)
}

/// The same of every measure, by measure.
pub fn lines(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<ChartScore>> {
    let query = scores::table.filter(scores::patient_id.eq(scope.patient())).filter(scores::superseded.eq(false)).order((
        scores::measure,
        scores::placed_at,
        scores::response_id,
    ));
    Ok(on_backend!(conn, |c| query.select(ChartScore::as_select()).load(c))?)
}

/// Whether the patient has a score or a rating that stands and says something.
pub fn has_figures(conn: &mut DbConnection, scope: PatientScope) -> Result<bool> {
    let scored = scores::table
        .filter(scores::patient_id.eq(scope.patient()))
        .filter(scores::superseded.eq(false))
        .filter(scores::value_thousandths.is_not_null());
    let rated = ratings::table
        .filter(ratings::patient_id.eq(scope.patient()))
        .filter(ratings::superseded.eq(false))
        .filter(ratings::given.ne("{}"));
    let is_scored = scored.select(scores::response_id).first::<Id<Response>>(conn).optional()?.is_some();
    Ok(is_scored || rated.select(ratings::response_id).first::<Id<Response>>(conn).optional()?.is_some())
}

/// The single ratings of one response.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ratings)]
pub struct ChartRatings {
    /// The questionnaire.
    pub instrument: String,
    /// The patient's day.
    pub local_date: LocalDate,
    /// Where charts place it.
    pub placed_at: Timestamp,
    /// The response.
    pub response_id: Id<Response>,
    /// An object of item ids and numbers, as JSON.
    pub given: String,
}

/// The patient's ratings with `instrument` that stand, by day.
pub fn ratings(conn: &mut DbConnection, scope: PatientScope, instrument: &str) -> Result<Vec<ChartRatings>> {
    let query = ratings::table
        .filter(ratings::patient_id.eq(scope.patient()))
        .filter(ratings::instrument.eq(instrument))
        .filter(ratings::superseded.eq(false))
        .order((ratings::local_date, ratings::placed_at, ratings::response_id));
    Ok(on_backend!(conn, |c| query.select(ChartRatings::as_select()).load(c))?)
}

/// The same with every instrument, by instrument.
pub fn all_ratings(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<ChartRatings>> {
    let query = ratings::table.filter(ratings::patient_id.eq(scope.patient())).filter(ratings::superseded.eq(false)).order((
        ratings::instrument,
        ratings::local_date,
        ratings::placed_at,
        ratings::response_id,
    ));
    Ok(on_backend!(conn, |c| query.select(ChartRatings::as_select()).load(c))?)
}

/// What the patient rated with `instrument` on each day of a time, both ends included: answers of a day in their order.
pub fn daily_ratings(
    conn: &mut DbConnection,
    scope: PatientScope,
    instrument: &str,
    from: LocalDate,
    to: LocalDate,
) -> Result<Vec<(LocalDate, String)>> {
    let query = ratings::table
        .filter(ratings::patient_id.eq(scope.patient()))
        .filter(ratings::instrument.eq(instrument))
        .filter(ratings::local_date.ge(from))
        .filter(ratings::local_date.le(to))
        .filter(ratings::superseded.eq(false))
        .order((ratings::local_date, ratings::placed_at, ratings::response_id))
        .select((ratings::local_date, ratings::given));
    Ok(on_backend!(conn, |c| query.load(c))?)
}

/// All of the patient's responses in order of time, those that were corrected among them.
pub fn all(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<ResponseRow>> {
    let query = of_patient(scope).order((responses::placed_at, responses::id));
    Ok(on_backend!(conn, |c| query.select(ResponseRow::as_select()).load(c))?)
}

/// The same without their answers.
pub fn all_marks(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<ResponseMark>> {
    let query = of_patient(scope).order((responses::placed_at, responses::id));
    Ok(on_backend!(conn, |c| query.select(ResponseMark::as_select()).load(c))?)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn of_patient(scope: PatientScope) -> _ {
    let (patient, clinic): (Id<Patient>, Id<Clinic>) = (scope.patient(), scope.clinic());
    responses::table.filter(responses::patient_id.eq(patient)).filter(responses::clinic_id.eq(clinic))
}

/// A score as it is on record.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = scores)]
pub struct ScoredRow {
    /// The response.
    pub response_id: Id<Response>,
    /// The measure.
    pub measure: String,
    /// In thousandths of a point; none where the published rule gives no score.
    pub value_thousandths: Option<i64>,
    /// The band in words.
    pub band: Option<String>,
    /// Whether missing items were made up for by the published rule.
    pub prorated: bool,
}

/// All of the patient's scores by measure, those of corrected responses among them.
pub fn all_scores(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<ScoredRow>> {
    let query = scores::table.filter(scores::patient_id.eq(scope.patient())).order((
        scores::measure,
        scores::placed_at,
        scores::response_id,
    ));
    Ok(on_backend!(conn, |c| query.select(ScoredRow::as_select()).load(c))?)
}

/// The single ratings of a response as they are on record.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ratings)]
pub struct RatedRow {
    /// The response.
    pub response_id: Id<Response>,
    /// An object of item ids and numbers, as JSON.
    pub given: String,
}

/// All of the patient's single ratings, those of corrected responses among them, in no order.
pub fn all_rated(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<RatedRow>> {
    let query = ratings::table.filter(ratings::patient_id.eq(scope.patient()));
    Ok(on_backend!(conn, |c| query.select(RatedRow::as_select()).load(c))?)
}

/// A score of one of several patients.
#[derive(Debug, Clone, Queryable)]
pub struct ScoreOf {
    /// The patient.
    pub patient: Id<Patient>,
    /// The measure.
    pub measure: String,
    /// Where charts place it.
    pub placed_at: Timestamp,
    /// The patient's day.
    pub local_date: LocalDate,
    /// The response that it was worked out from.
    pub response_id: Id<Response>,
    /// In thousandths of a point.
    pub value_thousandths: Option<i64>,
    /// Whether missing items were made up for by the published rule.
    pub prorated: bool,
}

/// The scores of these patients on these measures that stand; each patient's by measure, oldest first.
pub fn scores_of(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Patient>], measures: &[String]) -> Result<Vec<ScoreOf>> {
    Ok(scores::table
        .filter(scores::patient_id.eq_any(of))
        .filter(scores::measure.eq_any(measures))
        .filter(scores::clinic_id.eq(scope.clinic()))
        .filter(scores::superseded.eq(false))
        .filter(scores::value_thousandths.is_not_null())
        .order((scores::patient_id, scores::measure, scores::placed_at, scores::response_id))
        .select((
            scores::patient_id,
            scores::measure,
            scores::placed_at,
            scores::local_date,
            scores::response_id,
            scores::value_thousandths,
            scores::prorated,
        ))
        .load(conn)?)
}
