//! Each kind of resource, made of what is stored.

use serde_json::{Value, json};

use super::{Links, compact};
use crate::db::{Id, Timestamp};
use crate::error::Result;
use crate::instruments::{
    self, Answer, AnswerOption, AskIf, Choice, Instrument, Item, ItemKind, Kind, Measure, MeasureScore, Operator, Points, Range,
    Registry, Test,
};
use crate::patients::{Patient, PatientRow};
use crate::responses::{self, ResponseRow};
use crate::sessions::queries::SessionRow;
use crate::sessions::record::Record;
use crate::sessions::{Medicine, Route};

const LOINC: &str = "http://loinc.org";
const UCUM: &str = "http://unitsofmeasure.org";
const ORDINAL_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
const SCREENING_PROFILE: &str = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-screening-assessment";

/// A patient.
pub fn patient(links: &Links, row: &PatientRow) -> Value {
    let identifier = |system: &str, value: &Option<String>| {
        value.as_ref().map(|value| json!({"system": links.to(&format!("NamingSystem/{system}")), "value": value}))
    };
    compact(json!({
        "resourceType": "Patient",
        "id": row.id,
        "identifier": [identifier("record-number", &row.record_number), identifier("external-ref", &row.external_ref)],
        "active": row.archived_at.is_none(),
        "name": [{"text": row.name}],
        "telecom": row.email.as_ref().map(|email| [json!({"system": "email", "value": email})]),
        "birthDate": row.date_of_birth,
    }))
}

/// The id of a questionnaire: FHIR has no underscore.
pub fn questionnaire_id(instrument: &str) -> String {
    instrument.replace('_', ".")
}

/// The version of a questionnaire that was answered.
fn canonical(links: &Links, instrument: &Instrument) -> String {
    format!("{}|{}", links.to(&format!("Questionnaire/{}", questionnaire_id(&instrument.id))), instrument.version)
}

/// A questionnaire. `is_current`: it is asked now.
pub fn questionnaire(links: &Links, instrument: &Instrument, is_current: bool) -> Value {
    let mut items = Vec::new();
    let display = |id: &str, text: &str| json!({"linkId": id, "type": "display", "text": text});
    items.extend(instrument.intro.as_ref().map(|intro| display("intro", intro)));
    let mut stem = instrument.recall.as_ref();
    for item in &instrument.items {
        if !item.is_before_recall && !item.has_own_stem {
            items.extend(stem.take().map(|stem| display("recall", stem)));
        }
        items.push(question(links, instrument, item));
    }
    let licence = &instrument.licence;
    let copyright = [licence.attribution.as_str(), &licence.name].into_iter().filter(|text| !text.is_empty());
    let not_validated = (instrument.kind == Kind::InHouse).then_some("Not a validated scale.");
    compact(json!({
        "resourceType": "Questionnaire",
        "id": questionnaire_id(&instrument.id),
        "url": links.to(&format!("Questionnaire/{}", questionnaire_id(&instrument.id))),
        "version": instrument.version,
        "name": computable_name(&instrument.id),
        "title": instrument.title,
        "status": if is_current { "active" } else { "retired" },
        "subjectType": ["Patient"],
        "description": not_validated,
        "copyright": copyright.collect::<Vec<_>>().join(" "),
        "code": instrument.loinc.as_ref().map(|code| [json!({"system": LOINC, "code": code, "display": instrument.title})]),
        "item": items,
    }))
}

/// "Phq9": a name that programs can use.
fn computable_name(id: &str) -> String {
    let part = |part: &str| part.chars().take(1).flat_map(char::to_uppercase).chain(part.chars().skip(1)).collect::<String>();
    let name: String = id.split(['-', '_']).map(part).collect();
    if name.starts_with(|first: char| first.is_ascii_uppercase()) { name } else { format!("Q{name}") }
}

fn question(links: &Links, instrument: &Instrument, item: &Item) -> Value {
    let mut made = json!({
        "linkId": item.id,
        "code": item.loinc.as_ref().map(|code| [json!({"system": LOINC, "code": code})]),
        "text": item.text,
        "type": kind(&item.kind),
    });
    match &item.kind {
        ItemKind::Choice(options) => {
            let options = options.iter().map(|option| json!({"valueCoding": coding_of_option(links, instrument, option)}));
            made["answerOption"] = options.collect();
        }
        ItemKind::Multi(choices) => {
            made["repeats"] = true.into();
            let options = choices.iter().map(|choice| json!({"valueCoding": coding_of_choice(links, instrument, choice)}));
            made["answerOption"] = options.collect();
        }
        ItemKind::Scale(range) | ItemKind::Number(range) => {
            let value = if matches!(item.kind, ItemKind::Scale(_)) { "valueInteger" } else { "valueDecimal" };
            let bound = |name: &str, points: Points| json!({"url": format!("http://hl7.org/fhir/StructureDefinition/{name}"), value: points});
            made["extension"] = json!([bound("minValue", range.min), bound("maxValue", range.max)]);
            made["item"] = ends(item, range)
                .map_or(Value::Null, |text| json!([{"linkId": format!("{}.ends", item.id), "type": "display", "text": text}]));
        }
        ItemKind::Text => {}
    }
    if let Some(ask_if) = &item.ask_if {
        let conditions = conditions(links, instrument, ask_if);
        if conditions.len() > 1 {
            made["enableBehavior"] = "any".into();
        }
        made["enableWhen"] = conditions.into();
    }
    made
}

const fn kind(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Choice(_) | ItemKind::Multi(_) => "choice",
        ItemKind::Scale(_) => "integer",
        ItemKind::Number(_) => "decimal",
        ItemKind::Text => "text",
    }
}

/// "0: very low, 10: very good".
fn ends(item: &Item, range: &Range) -> Option<String> {
    let unit = range.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    match (&range.low, &range.high) {
        (None, None) if unit.is_empty() => None,
        (None, None) => Some(format!("{} to {}{unit}", range.min, range.max)),
        (low, high) => {
            let end = |at: Points, word: &Option<String>| word.as_ref().map(|word| format!("{at}{unit}: {word}"));
            let words: Vec<_> = [end(range.min, low), end(range.max, high)].into_iter().flatten().collect();
            (!words.is_empty() && !item.id.is_empty()).then(|| words.join(", "))
        }
    }
}

/// What has to be answered for an item to be asked. Codes have no order, so each answer that fits is named.
fn conditions(links: &Links, instrument: &Instrument, ask_if: &AskIf) -> Vec<Value> {
    let mut conditions = Vec::new();
    for id in &ask_if.any {
        let Some(item) = instrument.item(id) else { continue };
        match (&ask_if.test, &item.kind) {
            (Test::Compare(operator, threshold), ItemKind::Choice(options)) => {
                let fitting = options.iter().filter(|option| operator.holds(option.value, *threshold));
                conditions.extend(fitting.map(|option| {
                    json!({"question": id, "operator": "=", "answerCoding": bare_coding_of_option(links, instrument, option)})
                }));
            }
            (Test::Compare(operator, threshold), kind) => {
                let answer = if matches!(kind, ItemKind::Scale(_)) { "answerInteger" } else { "answerDecimal" };
                let operator = if *operator == Operator::Equal { "=" } else { operator.as_str() };
                conditions.push(json!({"question": id, "operator": operator, answer: threshold}));
            }
            (Test::Includes(choice), _) => {
                let coding = json!({"system": code_system(links, instrument), "code": choice});
                conditions.push(json!({"question": id, "operator": "=", "answerCoding": coding}));
            }
            (Test::Missing, _) => conditions.push(json!({"question": id, "operator": "exists", "answerBoolean": false})),
        }
    }
    conditions
}

/// The system of codes that are this questionnaire's own.
fn code_system(links: &Links, instrument: &Instrument) -> String {
    links.to(&format!("CodeSystem/{}", questionnaire_id(&instrument.id)))
}

fn bare_coding_of_option(links: &Links, instrument: &Instrument, option: &AnswerOption) -> Value {
    match &option.loinc {
        Some(code) => json!({"system": LOINC, "code": code, "display": option.label}),
        None => json!({"system": code_system(links, instrument), "code": option.value.to_string(), "display": option.label}),
    }
}

/// The answer with what it counts.
fn coding_of_option(links: &Links, instrument: &Instrument, option: &AnswerOption) -> Value {
    let mut coding = bare_coding_of_option(links, instrument, option);
    coding["extension"] = json!([{"url": ORDINAL_VALUE, "valueDecimal": option.value}]);
    coding
}

fn coding_of_choice(links: &Links, instrument: &Instrument, choice: &Choice) -> Value {
    json!({"system": code_system(links, instrument), "code": choice.id, "display": choice.label})
}

fn reference_to(patient: Id<Patient>) -> Value {
    json!({"reference": format!("Patient/{patient}")})
}

/// How answers stand: in FHIR a correction is a change of the same resource, here it is another response that supersedes
/// the one before. The former says that it must not be used, the latter that it is not the first.
fn status(row: &ResponseRow, corrected: &'static str, usual: &'static str) -> &'static str {
    match (row.superseded_by, row.replaces) {
        (Some(_), _) => "entered-in-error",
        (None, Some(_)) => corrected,
        (None, None) => usual,
    }
}

/// When the answers were given, as far as the phone's clock can be believed.
fn answered_at(row: &ResponseRow) -> Timestamp {
    if row.clock_suspect { row.received_at } else { row.completed_at }
}

/// An answered questionnaire.
pub fn questionnaire_response(links: &Links, registry: &Registry, row: &ResponseRow) -> Result<Value> {
    let (instrument, answers) = responses::read_answers(registry, row)?;
    let items = instrument.items.iter().filter_map(|item| {
        let answer = answers.get(&item.id)?;
        let values = values(links, instrument, item, answer);
        (!values.is_empty()).then(|| json!({"linkId": item.id, "text": item.text, "answer": values}))
    });
    let items: Vec<_> = items.collect();
    let author = if row.entered_by_role == "patient" {
        reference_to(row.patient_id)
    } else {
        let identifier = json!({"system": links.to("NamingSystem/user"), "value": row.entered_by.to_string()});
        json!({"type": "Practitioner", "identifier": identifier})
    };
    Ok(compact(json!({
        "resourceType": "QuestionnaireResponse",
        "id": row.id,
        "questionnaire": canonical(links, instrument),
        "status": status(row, "amended", "completed"),
        "subject": reference_to(row.patient_id),
        "authored": answered_at(row),
        "author": author,
        "source": reference_to(row.patient_id),
        "item": items,
    })))
}

fn values(links: &Links, instrument: &Instrument, item: &Item, answer: &Answer) -> Vec<Value> {
    match (&item.kind, answer) {
        (ItemKind::Choice(options), Answer::Number(value)) => {
            let chosen = options.iter().find(|option| option.value == *value);
            chosen.map(|option| json!({"valueCoding": coding_of_option(links, instrument, option)})).into_iter().collect()
        }
        (ItemKind::Multi(choices), Answer::Choices(ticked)) => {
            let chosen = choices.iter().filter(|choice| ticked.contains(&choice.id));
            chosen.map(|choice| json!({"valueCoding": coding_of_choice(links, instrument, choice)})).collect()
        }
        (ItemKind::Scale(_), Answer::Number(value)) => vec![json!({"valueInteger": value})],
        (ItemKind::Number(_), Answer::Number(value)) => vec![json!({"valueDecimal": value})],
        (_, Answer::Text(text)) => vec![json!({"valueString": text})],
        _ => Vec::new(),
    }
}

/// The scores and single ratings of an answered questionnaire, each with its measure; those that `is_wanted`.
///
/// An id is the response's and the place of the measure among its questionnaire's.
pub fn observations(
    links: &Links,
    registry: &Registry,
    row: &ResponseRow,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Value>> {
    let (instrument, answers) = responses::read_answers(registry, row)?;
    let scores = instruments::scores(instrument, &responses::scored(instrument, &answers, row.stated_total()));
    let made = scores.iter().filter(|score| is_wanted(&score.measure)).filter_map(|score| {
        let place = instrument.measures().iter().position(|measure| measure.id == score.measure)?;
        let measure = instrument.measures().get(place)?;
        Some(observation(links, instrument, row, place, measure, score))
    });
    Ok(made.collect())
}

/// The LOINC code of a measure: that of the questionnaire's score.
pub fn loinc<'a>(instrument: &'a Instrument, measure: &str) -> Option<&'a str> {
    let is_total = measure.strip_prefix(instrument.id.as_str()) == Some(".total");
    instrument.score_loinc.as_deref().filter(|_| is_total)
}

fn observation(
    links: &Links,
    instrument: &Instrument,
    row: &ResponseRow,
    place: usize,
    measure: &Measure,
    score: &MeasureScore,
) -> Value {
    let loinc = loinc(instrument, &measure.id);
    let is_screening = loinc.is_some() && instrument.kind == Kind::Validated;
    let quantity = score.value.map(|value| match measure.unit.as_deref() {
        None => json!({"value": value, "unit": "{score}", "system": UCUM, "code": "{score}"}),
        Some("h") => json!({"value": value, "unit": "h", "system": UCUM, "code": "h"}),
        Some(unit) => json!({"value": value, "unit": unit}),
    });
    let absent = quantity.is_none().then(|| {
        json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}],
            "text": "Too few items were answered for a score"})
    });
    let missing = score.missing_items.join(", ");
    let note = match (score.is_prorated, missing.is_empty()) {
        (true, _) => Some(format!("Prorated: not answered: {missing}")),
        (false, false) => Some(format!("Not answered: {missing}")),
        (false, true) => None,
    };
    compact(json!({
        "resourceType": "Observation",
        "id": format!("{}.{place}", row.id),
        "meta": is_screening.then(|| json!({"profile": [SCREENING_PROFILE]})),
        "status": status(row, "corrected", "final"),
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}]}],
        "code": {
            "coding": [
                loinc.map(|code| json!({"system": LOINC, "code": code})),
                {"system": links.to("CodeSystem/measure"), "code": measure.id, "display": measure.title},
            ],
            "text": measure.title,
        },
        "subject": reference_to(row.patient_id),
        "effectiveDateTime": answered_at(row),
        "issued": row.received_at,
        "performer": (row.entered_by_role == "patient").then(|| [reference_to(row.patient_id)]),
        "valueQuantity": quantity,
        "dataAbsentReason": absent,
        "interpretation": score.band.as_ref().map(|band| [json!({"text": band})]),
        "note": note.map(|text| [json!({"text": text})]),
        "derivedFrom": [{"reference": format!("QuestionnaireResponse/{}", row.id)}],
    }))
}

/// What a session gave, in words.
const fn medicine(medicine: Medicine) -> &'static str {
    match medicine {
        Medicine::Ketamine => "Racemic ketamine",
        Medicine::Esketamine => "Esketamine",
        Medicine::Other => "Another medicine",
    }
}

const fn route(route: Route) -> &'static str {
    match route {
        Route::Iv => "Intravenous",
        Route::Im => "Intramuscular",
        Route::Sc => "Subcutaneous",
        Route::In => "Nasal",
        Route::Sl => "Sublingual",
        Route::Po => "Oral",
    }
}

/// A word of ours with its text: codes of terminologies that take a licence are the reader's to add.
fn concept(links: &Links, system: &str, code: &str, text: &str) -> Value {
    json!({"coding": [{"system": links.to(&format!("CodeSystem/{system}")), "code": code, "display": text}], "text": text})
}

/// When a session was, as a member of that name.
fn when(resource: &mut Value, name: &str, row: &SessionRow) {
    match (row.started_at, row.ended_at) {
        (Some(start), Some(end)) if start <= end => resource[format!("{name}Period")] = json!({"start": start, "end": end}),
        _ => resource[format!("{name}DateTime")] = json!(row.at),
    }
}

/// A completed dosing session.
pub fn procedure(links: &Links, row: &SessionRow) -> Value {
    let mut made = json!({
        "resourceType": "Procedure",
        "id": row.id,
        "status": "completed",
        "code": concept(links, "procedure", "dosing-session", "Dosing session"),
        "subject": reference_to(row.patient_id),
        "note": [{"text": format!("Session {} of its course", row.number)}],
    });
    when(&mut made, "performed", row);
    compact(made)
}

/// What was given in a completed dosing session.
pub fn medication_administration(links: &Links, row: &SessionRow) -> Value {
    let record = Record::of(row);
    let dosage = record.dose_mg.map(|dose| {
        json!({
            "route": record.route.map(|word| concept(links, "route", word.word(), route(word))),
            "dose": {"value": dose, "unit": "mg", "system": UCUM, "code": "mg"},
        })
    });
    let mut made = json!({
        "resourceType": "MedicationAdministration",
        "id": row.id,
        "partOf": [{"reference": format!("Procedure/{}", row.id)}],
        "status": "completed",
        "medicationCodeableConcept": concept(links, "medicine", row.medicine.word(), medicine(row.medicine)),
        "subject": reference_to(row.patient_id),
        "dosage": dosage,
    });
    when(&mut made, "effective", row);
    compact(made)
}

/// What this server can do.
pub fn capability(links: &Links) -> Value {
    let search =
        |name: &str, kind: &str, documentation: &str| json!({"name": name, "type": kind, "documentation": documentation});
    let by_patient = || search("patient", "reference", "Needed: one patient's resources, newest first");
    let resource = |kind: &str, interactions: &[&str], parameters: Vec<Value>| {
        let interactions: Vec<_> = interactions.iter().map(|code| json!({"code": code})).collect();
        json!({"type": kind, "interaction": interactions, "versioning": "no-version", "searchParam": parameters})
    };
    compact(json!({
        "resourceType": "CapabilityStatement",
        "url": links.to("metadata"),
        "version": env!("CARGO_PKG_VERSION"),
        "name": "Yarrow",
        "title": "Yarrow",
        "status": "active",
        "date": "2026-11-26",
        "kind": "instance",
        "software": {"name": "Yarrow", "version": env!("CARGO_PKG_VERSION")},
        "implementation": {"description": "Outcomes of a ketamine clinic's patients, to read", "url": links.base()},
        "fhirVersion": super::VERSION,
        "format": [super::MEDIA_TYPE, "json"],
        "rest": [{
            "mode": "server",
            "security": {"cors": false, "description": "The same access tokens and the same access as everywhere in Yarrow, sent as Authorization: Bearer"},
            "resource": [
                resource("Patient", &["read"], vec![]),
                resource("Questionnaire", &["read", "search-type"], vec![]),
                resource("QuestionnaireResponse", &["search-type"], vec![by_patient()]),
                resource("Observation", &["search-type"],
                    vec![by_patient(), search("code", "token", "LOINC code of a score, or one of Yarrow's measures; several with commas between")]),
                resource("Procedure", &["search-type"], vec![by_patient()]),
                resource("MedicationAdministration", &["search-type"], vec![by_patient()]),
            ],
        }],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computable_name_begins_with_a_capital_letter() {
        assert_eq!(["phq-9", "pc-ptsd-5", "4at", "my_form"].map(computable_name), ["Phq9", "PcPtsd5", "Q4at", "MyForm"]);
    }

    #[test]
    fn an_item_is_asked_where_any_answer_that_fits_was_given() {
        let registry = Registry::load_builtin().unwrap();
        let phq9 = registry.current("phq-9").unwrap();
        let made = questionnaire(&Links::of("https://yarrow.example"), phq9, true);
        let last = made["item"].as_array().unwrap().last().unwrap();
        // Nine items with three answers each that are 1 or more.
        assert_eq!((last["enableWhen"].as_array().unwrap().len(), &last["enableBehavior"]), (27, &json!("any")));
        assert_eq!(made["item"][0]["linkId"], "recall");
        assert_eq!(made["item"][1]["answerOption"][3]["valueCoding"]["extension"][0]["valueDecimal"], 3);
        assert_eq!(made["item"][1]["answerOption"][3]["valueCoding"]["code"], "LA6571-9");
    }
}
