//! The tables as both databases have them; `tests/schema.rs` holds them to it.
#![expect(missing_docs, reason = "the migrations say what tables and columns mean")]

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    clinics (id) {
        id -> IdSql,
        name -> Text,
        time_zone -> Text,
        country -> Text,
        phone -> Nullable<Text>,
        hours -> Nullable<Text>,
        created_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    setup_tokens (token_hash) {
        token_hash -> Text,
        created_at -> TimestampSql,
        expires_at -> TimestampSql,
        used_at -> Nullable<TimestampSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    instrument_versions (instrument, version) {
        instrument -> Text,
        version -> Text,
        digest -> Text,
        source -> Text,
        added_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    patients (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        name -> Text,
        name_key -> Text,
        email -> Nullable<Text>,
        record_number -> Nullable<Text>,
        date_of_birth -> Nullable<LocalDateSql>,
        time_zone -> Text,
        condition -> Nullable<Text>,
        primary_measure -> Text,
        external_ref -> Nullable<Text>,
        joined_at -> Nullable<TimestampSql>,
        archived_at -> Nullable<TimestampSql>,
        created_at -> TimestampSql,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    users (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> Nullable<IdSql>,
        email -> Text,
        email_key -> Text,
        name -> Text,
        password_hash -> Nullable<Text>,
        roles -> Text,
        time_zone -> Text,
        locale -> Text,
        reminders -> Text,
        disabled_at -> Nullable<TimestampSql>,
        created_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    sign_in_tries (email_hash) {
        email_hash -> Text,
        tries -> Integer,
        since -> TimestampSql,
        retry_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    sign_ins (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        user_id -> IdSql,
        device -> Text,
        transport -> Text,
        generation -> Integer,
        confirmed_generation -> Integer,
        confirmed_at -> TimestampSql,
        created_at -> TimestampSql,
        last_seen_at -> TimestampSql,
        ends_at -> TimestampSql,
        ended_at -> Nullable<TimestampSql>,
        patient_id -> Nullable<IdSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    kiosk_codes (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        code_hash -> Text,
        made_by -> IdSql,
        created_at -> TimestampSql,
        expires_at -> TimestampSql,
        revoked_at -> Nullable<TimestampSql>,
        sign_in_id -> Nullable<IdSql>,
        asked -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    refresh_tokens (token_hash) {
        token_hash -> Text,
        sign_in_id -> IdSql,
        generation -> Integer,
        created_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    invitations (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        email -> Text,
        name -> Text,
        roles -> Text,
        patient_id -> Nullable<IdSql>,
        token_hash -> Text,
        invited_by -> IdSql,
        created_at -> TimestampSql,
        expires_at -> TimestampSql,
        accepted_at -> Nullable<TimestampSql>,
        revoked_at -> Nullable<TimestampSql>,
        tries -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    consents (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        user_id -> IdSql,
        consent -> Text,
        version -> Text,
        agreed -> Bool,
        at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    courses (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        condition -> Text,
        protocol -> Nullable<Text>,
        planned_sessions -> Nullable<Integer>,
        started_on -> LocalDateSql,
        goal -> Nullable<Text>,
        status -> Text,
        version -> Integer,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
        ended_on -> Nullable<LocalDateSql>,
        ended_reason -> Nullable<Text>,
        agreed_measure -> Nullable<Text>,
        agreed_thousandths -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    sessions (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        course_id -> Nullable<IdSql>,
        number -> Integer,
        status -> Text,
        scheduled_at -> Nullable<TimestampSql>,
        started_at -> Nullable<TimestampSql>,
        ended_at -> Nullable<TimestampSql>,
        at -> TimestampSql,
        local_date -> LocalDateSql,
        route -> Nullable<Text>,
        medicine -> Text,
        dose_mg -> Nullable<Double>,
        weight_kg -> Nullable<Double>,
        weight_measured_on -> Nullable<LocalDateSql>,
        infusion_minutes -> Nullable<Integer>,
        vitals -> Text,
        effects -> Text,
        dissociation -> Nullable<Integer>,
        checklist -> Text,
        discharge -> Text,
        note -> Nullable<Text>,
        shared_note -> Nullable<Text>,
        signed_at -> Nullable<TimestampSql>,
        signed_by -> Nullable<IdSql>,
        version -> Integer,
        digest -> Text,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
        updated_by -> IdSql,
        conduct -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    session_amendments (session_id, version) {
        session_id -> IdSql,
        version -> Integer,
        clinic_id -> IdSql,
        reason -> Text,
        before -> Text,
        amended_by -> IdSql,
        amended_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    responses (patient_id, placed_at, id) {
        patient_id -> IdSql,
        placed_at -> TimestampSql,
        id -> IdSql,
        clinic_id -> IdSql,
        instrument -> Text,
        instrument_version -> Text,
        answers -> Text,
        completed_at -> TimestampSql,
        started_at -> Nullable<TimestampSql>,
        time_zone -> Text,
        local_date -> LocalDateSql,
        received_at -> TimestampSql,
        clock_suspect -> Bool,
        entered_by -> IdSql,
        entered_by_role -> Text,
        replaces -> Nullable<IdSql>,
        superseded_by -> Nullable<IdSql>,
        digest -> Text,
        stated_total_thousandths -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    scores (patient_id, measure, placed_at, response_id) {
        patient_id -> IdSql,
        measure -> Text,
        placed_at -> TimestampSql,
        response_id -> IdSql,
        clinic_id -> IdSql,
        local_date -> LocalDateSql,
        value_thousandths -> Nullable<BigInt>,
        band -> Nullable<Text>,
        missing_items -> Text,
        prorated -> Bool,
        superseded -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    ratings (patient_id, instrument, local_date, placed_at, response_id) {
        patient_id -> IdSql,
        instrument -> Text,
        local_date -> LocalDateSql,
        placed_at -> TimestampSql,
        response_id -> IdSql,
        clinic_id -> IdSql,
        given -> Text,
        superseded -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    alerts (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        kind -> Text,
        level -> Text,
        status -> Text,
        title -> Text,
        value_thousandths -> Nullable<BigInt>,
        raised_at -> TimestampSql,
        answered_at -> TimestampSql,
        received_at -> TimestampSql,
        acknowledged_by -> Nullable<IdSql>,
        acknowledged_at -> Nullable<TimestampSql>,
        resolved_by -> Nullable<IdSql>,
        resolved_at -> Nullable<TimestampSql>,
        action -> Nullable<Text>,
        note -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    alert_reasons (alert_id, response_id, rule) {
        alert_id -> IdSql,
        response_id -> IdSql,
        rule -> Text,
        clinic_id -> IdSql,
        level -> Text,
        item -> Nullable<Text>,
        value_thousandths -> Nullable<BigInt>,
        joined_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    alert_events (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        alert_id -> IdSql,
        at -> TimestampSql,
        what -> Text,
        user_id -> Nullable<IdSql>,
        action -> Nullable<Text>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    caseload (patient_id) {
        clinic_id -> IdSql,
        patient_id -> IdSql,
        version -> BigInt,
        time_zone -> Text,
        date_of_birth -> Nullable<LocalDateSql>,
        urgency -> Integer,
        place -> Integer,
        place_key -> Text,
        silent_at -> Nullable<TimestampSql>,
        name_key -> Text,
        record_key -> Text,
        phase -> Text,
        archived -> Bool,
        last_response_at -> TimestampSql,
        check_in_on -> Nullable<LocalDateSql>,
        check_in_days -> BigInt,
        facts -> Text,
        shown -> Text,
        outcome_version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    outcomes (clinic_id, patient_id) {
        clinic_id -> IdSql,
        patient_id -> IdSql,
        version -> BigInt,
        rules -> Text,
        courses -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    audit_events (seq) {
        seq -> BigInt,
        clinic_id -> Nullable<IdSql>,
        at -> TimestampSql,
        actor_id -> Nullable<IdSql>,
        role -> Nullable<Text>,
        sign_in_id -> Nullable<IdSql>,
        action -> Text,
        object_type -> Text,
        object_id -> Nullable<IdSql>,
        patient_id -> Nullable<IdSql>,
        outcome -> Text,
        request_id -> Nullable<IdSql>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    session_arrivals (session_id) {
        session_id -> IdSql,
        clinic_id -> IdSql,
        arrived_at -> Nullable<TimestampSql>,
        chair -> Nullable<Text>,
        noted_by -> IdSql,
        noted_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    journal_entries (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        session_id -> Nullable<IdSql>,
        kind -> Text,
        text -> Text,
        audience -> Text,
        provider_id -> Nullable<IdSql>,
        written_at -> TimestampSql,
        placed_at -> TimestampSql,
        local_date -> LocalDateSql,
        received_at -> TimestampSql,
        digest -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    journal_reads (entry_id, user_id) {
        entry_id -> IdSql,
        user_id -> IdSql,
        clinic_id -> IdSql,
        read_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::IdSql;

    saved_filters (user_id, position) {
        user_id -> IdSql,
        position -> Integer,
        clinic_id -> IdSql,
        name -> Text,
        query -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    protocol_versions (protocol, version) {
        protocol -> Text,
        version -> Text,
        digest -> Text,
        source -> Text,
        added_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    course_plan_changes (course_id, number) {
        course_id -> IdSql,
        number -> Integer,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        from_protocol -> Nullable<Text>,
        from_version -> Nullable<Text>,
        from_title -> Nullable<Text>,
        to_protocol -> Nullable<Text>,
        to_version -> Nullable<Text>,
        to_title -> Nullable<Text>,
        reason -> Nullable<Text>,
        changed_by -> Nullable<IdSql>,
        changed_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    eligibility_signatures (course_id, number) {
        course_id -> IdSql,
        number -> Integer,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        checklist_version -> Text,
        answers -> Text,
        note -> Nullable<Text>,
        signed_by -> IdSql,
        signed_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    course_reviews (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        course_id -> IdSql,
        decision -> Text,
        reason -> Nullable<Text>,
        sessions_done -> Integer,
        reviewed_by -> IdSql,
        reviewed_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    gate_overrides (session_id) {
        session_id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        missing -> Text,
        reason -> Text,
        passed_by -> IdSql,
        passed_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    session_bookings (session_id) {
        session_id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        course_id -> IdSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    assignments (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        course_id -> Nullable<IdSql>,
        session_id -> Nullable<IdSql>,
        key -> Text,
        instrument -> Text,
        min_interval_days -> Nullable<Integer>,
        opens_at -> TimestampSql,
        due_at -> TimestampSql,
        closes_at -> TimestampSql,
        response_id -> Nullable<IdSql>,
        skipped_at -> Nullable<TimestampSql>,
        skipped_by -> Nullable<IdSql>,
        reason -> Nullable<Text>,
        asked_by -> Nullable<IdSql>,
        created_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    notices (id) {
        id -> IdSql,
        clinic_id -> IdSql,
        user_id -> IdSql,
        kind -> Text,
        key -> Text,
        state -> Text,
        tries -> Integer,
        due_at -> Nullable<TimestampSql>,
        expires_at -> TimestampSql,
        channel -> Nullable<Text>,
        created_at -> TimestampSql,
        ended_at -> Nullable<TimestampSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    push_subscriptions (sign_in_id) {
        sign_in_id -> IdSql,
        clinic_id -> IdSql,
        user_id -> IdSql,
        endpoint -> Text,
        p256dh -> Text,
        auth -> Text,
        created_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    channels (user_id, channel) {
        user_id -> IdSql,
        channel -> Text,
        clinic_id -> IdSql,
        succeeded_at -> Nullable<TimestampSql>,
        failed_at -> Nullable<TimestampSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, LocalDateSql, TimestampSql};

    reminders (user_id) {
        user_id -> IdSql,
        clinic_id -> IdSql,
        patient_id -> IdSql,
        due_at -> Nullable<TimestampSql>,
        home_zone -> Text,
        time_zone -> Text,
        placed_at -> TimestampSql,
        reminded_on -> Nullable<LocalDateSql>,
        reminded_at -> Nullable<TimestampSql>,
        unanswered_days -> Integer,
        unreachable_since -> Nullable<TimestampSql>,
    }
}

diesel::joinable!(users -> clinics (clinic_id));
diesel::joinable!(journal_reads -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    clinics,
    setup_tokens,
    instrument_versions,
    patients,
    users,
    sign_in_tries,
    sign_ins,
    kiosk_codes,
    refresh_tokens,
    invitations,
    consents,
    courses,
    sessions,
    session_amendments,
    session_arrivals,
    responses,
    scores,
    ratings,
    alerts,
    alert_reasons,
    alert_events,
    caseload,
    outcomes,
    audit_events,
    journal_entries,
    journal_reads,
    saved_filters,
    protocol_versions,
    course_plan_changes,
    course_reviews,
    eligibility_signatures,
    gate_overrides,
    session_bookings,
    assignments,
    notices,
    push_subscriptions,
    channels,
    reminders
);
