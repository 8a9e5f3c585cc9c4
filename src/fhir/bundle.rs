//! Pages of a search, and all of a patient's resources in one collection.

use std::io::Write;

use serde_json::{Value, json};

use super::{Links, compact, resources};
use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::Registry;
use crate::patients;
use crate::responses::{self, Filter, Response, ResponseRow};
use crate::sessions;
use crate::sessions::Status;
use crate::sessions::queries::SessionRow;

/// A page: its resources and, where there is more, what its last one was.
#[derive(Debug)]
pub struct Page<C> {
    /// The resources.
    pub resources: Vec<Value>,
    /// Where the next page begins.
    pub next: Option<C>,
}

/// A page of a search as a bundle. `here` and `next` are addresses.
pub fn searchset(links: &Links, resources: Vec<Value>, here: &str, next: Option<&str>) -> Value {
    let link = |relation: &str, url: &str| json!({"relation": relation, "url": url});
    let links_of_page: Vec<_> = std::iter::once(link("self", here)).chain(next.map(|url| link("next", url))).collect();
    let entry = |resource| {
        let mut entry = entry(links, resource);
        entry["search"] = json!({"mode": "match"});
        entry
    };
    let entries: Vec<_> = resources.into_iter().map(entry).collect();
    compact(json!({"resourceType": "Bundle", "type": "searchset", "link": links_of_page, "entry": entries}))
}

fn entry(links: &Links, resource: Value) -> Value {
    let named = |member: &str| resource[member].as_str().unwrap_or_default();
    let url = links.to(&format!("{}/{}", named("resourceType"), named("id")));
    Value::Object([("fullUrl".to_owned(), url.into()), ("resource".to_owned(), resource)].into_iter().collect())
}

/// Where a page of observations begins: in this response, whatever came before it meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The response.
    pub response: Id<Response>,
    /// How many of its observations were given out.
    pub given: usize,
}

/// The patient's answered questionnaires, newest first.
pub fn questionnaire_responses(
    conn: &mut DbConnection,
    links: &Links,
    registry: &Registry,
    scope: PatientScope,
    behind: Option<(Timestamp, Id<Response>)>,
    count: usize,
) -> Result<Page<(Timestamp, Id<Response>)>> {
    let mut rows = responses::queries::list(conn, scope, &Filter::default(), behind, limit(count))?;
    let next = if rows.len() > count { count.checked_sub(1).and_then(|last| rows.get(last)).map(place) } else { None };
    rows.truncate(count);
    let resources = rows.iter().map(|row| resources::questionnaire_response(links, registry, row)).collect::<Result<_>>()?;
    Ok(Page { resources, next })
}

/// The patient's scores and ratings of `measures` (all where none are named), newest first.
pub fn observations(
    conn: &mut DbConnection,
    links: &Links,
    registry: &Registry,
    scope: PatientScope,
    measures: Option<&[String]>,
    from: Option<Place>,
    count: usize,
) -> Result<Page<Place>> {
    let is_wanted = |measure: &str| measures.is_none_or(|wanted| wanted.iter().any(|known| known == measure));
    let instrument_of = |measure: &str| registry.measure(measure).map(|measure| measure.instrument.clone());
    let mut instruments: Vec<_> = measures.into_iter().flatten().filter_map(|measure| instrument_of(measure)).collect();
    instruments.dedup();
    let filter =
        Filter { instrument: if let [only] = instruments.as_slice() { Some(only.clone()) } else { None }, ..Filter::default() };
    let mut page = Page { resources: Vec::new(), next: None };
    let unknown = || Error::invalid("/cursor", "must be one that a next link has named");
    let mut begun = match from {
        Some(from) => Some(responses::queries::find(conn, scope, from.response)?.ok_or_else(unknown)?),
        None => None,
    };
    let mut given_before = from.map_or(0, |from| from.given);
    let mut behind = begun.as_ref().map(place);
    loop {
        let rows = responses::queries::list(conn, scope, &filter, behind, limit(count))?;
        let is_last = rows.len() <= count;
        behind = rows.last().map(place);
        for row in begun.take().into_iter().chain(rows) {
            let made = resources::observations(links, registry, &row, is_wanted)?;
            for (given, observation) in made.into_iter().enumerate().skip(std::mem::take(&mut given_before)) {
                if page.resources.len() == count {
                    page.next = Some(Place { response: row.id, given });
                    return Ok(page);
                }
                page.resources.push(observation);
            }
        }
        if is_last {
            return Ok(page);
        }
    }
}

/// Where a session stands in the order of time.
pub type SessionPlace = (Timestamp, Id<sessions::Session>);

/// The patient's completed sessions, newest first.
pub fn completed(
    conn: &mut DbConnection,
    scope: PatientScope,
    behind: Option<SessionPlace>,
    count: usize,
) -> Result<(Vec<SessionRow>, Option<SessionPlace>)> {
    let all = sessions::queries::list(conn, scope)?.into_iter().rev().filter(|row| row.status == Status::Completed);
    let mut rows: Vec<_> =
        all.filter(|row| behind.is_none_or(|behind| (row.at, row.id) < behind)).take(count.saturating_add(1)).collect();
    let next =
        if rows.len() > count { count.checked_sub(1).and_then(|last| rows.get(last)).map(|row| (row.at, row.id)) } else { None };
    rows.truncate(count);
    Ok((rows, next))
}

fn place(row: &ResponseRow) -> (Timestamp, Id<Response>) {
    (row.placed_at, row.id)
}

fn limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Writes all resources of a patient, with the questionnaires that it answered, as one bundle.
pub fn write_collection(
    conn: &mut DbConnection,
    links: &Links,
    registry: &Registry,
    scope: PatientScope,
    now: Timestamp,
    out: &mut impl Write,
) -> Result<()> {
    let broken = |why: std::io::Error| Error::Internal(Box::new(why));
    let head = format!("{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"{now}\",\"entry\":[");
    out.write_all(head.as_bytes()).map_err(broken)?;
    let mut is_first = true;
    let mut add = |resource: Value| {
        let comma = if std::mem::take(&mut is_first) { "\n" } else { ",\n" };
        out.write_all(comma.as_bytes())
            .and_then(|()| out.write_all(entry(links, resource).to_string().as_bytes()))
            .map_err(broken)
    };
    add(resources::patient(links, &patients::queries::find(conn, scope)?))?;
    let rows = responses::queries::all(conn, scope)?;
    let mut answered: Vec<_> = rows.iter().map(|row| (&row.instrument, &row.instrument_version)).collect();
    answered.sort();
    answered.dedup();
    for (id, version) in answered {
        let is_current = registry.current(id).is_some_and(|current| current.version == *version);
        if let Some(instrument) = registry.version(id, version) {
            add(resources::questionnaire(links, instrument, is_current))?;
        }
    }
    for row in &rows {
        add(resources::questionnaire_response(links, registry, row)?)?;
        resources::observations(links, registry, row, |_| true)?.into_iter().try_for_each(&mut add)?;
    }
    for row in sessions::queries::list(conn, scope)?.iter().filter(|row| row.status == Status::Completed) {
        add(resources::procedure(links, row))?;
        add(resources::medication_administration(links, row))?;
    }
    out.write_all(b"\n]}\n").map_err(broken)
}
