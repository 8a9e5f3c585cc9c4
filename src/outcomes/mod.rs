//! What the treatment of a clinic's patients came to, and which courses can be analysed at all.
//!
//! A document per patient holds what its courses came to. A write makes none of this: it raises `outcome_version` in the
//! caseload row that it writes anyway, so that an answer costs no statement more, and the first reader works out the
//! patients whose count has moved, a hundred at a time. Figures are then worked out from the documents alone.

pub mod body;
pub mod course;
pub mod groups;
pub mod http;
pub mod queries;
pub mod readings;
pub mod stats;

use std::collections::BTreeMap;

use course::{PatientOutcomes, Record};

use crate::auth::scope::ClinicScope;
use crate::courses;
use crate::db::{Database, DbConnection, Id};
use crate::error::Result;
use crate::instruments::{Measure, Points, Registry};
use crate::patients::{self, Patient, USUAL_MEASURE};
use crate::progress::timeline::ScorePoint;
use crate::responses;
use crate::sessions;

/// Patients that one transaction works out.
const WORKED_OUT_AT_ONCE: usize = 100;

/// How often a reader looks again whether answers came in while it worked.
const MOST_ROUNDS: usize = 3;

/// Changes with the rules below, so that documents worked out by other ones are worked out anew.
const EDITION: &str = "1";

/// The measures that outcomes are told of: totals of questionnaires.
pub fn measures(registry: &Registry) -> impl Iterator<Item = &Measure> {
    registry.all().filter(|instrument| instrument.scoring.is_some()).filter_map(|form| Some(form.measures().first()?.as_ref()))
}

/// The measure that a patient's courses are looked after by: the primary one, or the usual one where that is a rating.
pub fn primary<'a>(registry: &Registry, of_patient: &'a str) -> &'a str {
    if measures(registry).any(|measure| measure.id == of_patient) { of_patient } else { USUAL_MEASURE }
}

/// Names the rules in force: ours, and those of the questionnaires.
pub fn rules(registry: &Registry) -> String {
    let forms: Vec<&str> = registry.all().map(|instrument| instrument.digest()).collect();
    responses::digest(&[&[EDITION], &forms[..]].concat())
}

/// Works out what has changed since it was last looked at.
pub async fn bring_up_to_date(database: &Database, registry: &Registry, scope: ClinicScope) -> Result<()> {
    let rules = rules(registry);
    for _ in 0..MOST_ROUNDS {
        let stands = database.read(scope.reach(), move |conn| queries::stands(conn, scope)).await?;
        let due: Vec<Id<Patient>> = stands.iter().filter(|stand| stand.is_due(&rules)).map(|stand| stand.patient).collect();
        if due.is_empty() {
            break;
        }
        for some in due.chunks(WORKED_OUT_AT_ONCE) {
            let (some, registry, rules) = (some.to_vec(), registry.clone(), rules.clone());
            let work = move |conn: &mut DbConnection| {
                // The count is read first: what is answered meanwhile makes the patient due again, never lost.
                let versions: BTreeMap<_, _> = queries::versions(conn, scope, &some)?.into_iter().collect();
                for (patient, worked_out) in work_out(conn, &registry, scope, &some)? {
                    let version = versions.get(&patient).copied().unwrap_or_default();
                    queries::store(conn, scope, patient, (version, &rules), &worked_out)?;
                }
                Ok(())
            };
            database.write(scope.reach(), work).await?;
        }
    }
    Ok(())
}

/// What the courses of these patients came to, from their records.
pub fn work_out(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: ClinicScope,
    of: &[Id<Patient>],
) -> Result<Vec<(Id<Patient>, PatientOutcomes)>> {
    let totals: Vec<&Measure> = measures(registry).collect();
    let names: Vec<String> = totals.iter().map(|measure| measure.id.clone()).collect();
    let mut marks = grouped(sessions::queries::marks_of(conn, scope, of)?);
    let mut spans = grouped(courses::queries::spans_of(conn, scope, of)?);
    let mut scores: BTreeMap<Id<Patient>, BTreeMap<String, Vec<ScorePoint>>> = BTreeMap::new();
    for row in responses::queries::scores_of(conn, scope, of, &names)? {
        let Some(value) = row.value_thousandths.map(Points::from_thousandths) else { continue };
        scores.entry(row.patient).or_default().entry(row.measure).or_default().push(ScorePoint {
            at: row.placed_at.jiff(),
            local_date: row.local_date.civil(),
            value,
            prorated: row.prorated,
            band: None,
            response_id: row.response_id.uuid(),
        });
    }
    let treated = patients::queries::treated_for(conn, scope, of)?;
    let outcomes = treated.into_iter().map(|treated| {
        let sessions = marks.remove(&treated.id).unwrap_or_default();
        let spans = spans.remove(&treated.id).unwrap_or_default();
        let mut scores = scores.remove(&treated.id).unwrap_or_default();
        let record = Record {
            condition: treated.condition.as_deref().and_then(course::word),
            primary: primary(registry, &treated.primary_measure),
            sessions: &sessions,
            spans: &spans,
            scores: totals.iter().filter_map(|measure| Some((*measure, scores.remove(&measure.id)?))).collect(),
        };
        (treated.id, PatientOutcomes::of(&record))
    });
    Ok(outcomes.collect())
}

fn grouped<T>(rows: Vec<(Id<Patient>, T)>) -> BTreeMap<Id<Patient>, Vec<T>> {
    let mut groups: BTreeMap<_, Vec<T>> = BTreeMap::new();
    for (patient, row) in rows {
        groups.entry(patient).or_default().push(row);
    }
    groups
}
