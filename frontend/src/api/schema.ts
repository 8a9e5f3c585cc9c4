/** Made from tests/openapi.json by `make schema`; not to be changed by hand. */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description How a person joins. */
        Acceptance: {
            /** @description What the person says to each text of the preview. */
            consents?: components["schemas"]["ConsentAnswer"][];
            /**
             * @description The person's name.
             * @example Maya Ellison
             */
            name: string;
            /**
             * @description 15 to 128 characters.
             * @example seven quiet herons fly
             */
            password: string;
            /**
             * @description IANA time zone.
             * @example America/Denver
             */
            time_zone: string;
            /**
             * @description What stands behind `#token=`.
             * @example Rk1t2n4YqZ3vB8mW5xH7cJ9pL0sD6gF-aE_uT4oI2yK
             */
            token: string;
            /** @description `bearer` for programs, `cookie` for the web app. */
            transport?: components["schemas"]["TransportWord"];
        };
        /** @description Whether the patient can sign in. */
        AccountBody: {
            invitation_expires_at: components["schemas"]["Timestamp"] | null;
            invitation_id: components["schemas"]["Id_Invitation"] | null;
            joined_at: components["schemas"]["Timestamp"] | null;
            /** @description Whether, and how far. */
            state: components["schemas"]["AccountState"];
        };
        /**
         * @description How far a patient's account is.
         * @enum {string}
         */
        AccountState: "none" | "invited" | "active";
        /** @description Nothing needs to be said to acknowledge an alert. */
        Acknowledgement: Record<string, never>;
        /** @description The line that patient and provider agreed on: treatment is to keep the measure on its good side. */
        AgreedLine: {
            /**
             * @description The measure.
             * @example phq-9.total
             */
            measure: string;
            /**
             * Format: double
             * @description The last value that still is well, in points.
             * @example 9
             */
            value: number;
        };
        /** @description Answers that call for somebody, and what was done about it. */
        Alert: {
            acknowledged_at: components["schemas"]["Timestamp"] | null;
            acknowledged_by: components["schemas"]["Person"] | null;
            action: components["schemas"]["AlertAction"] | null;
            /** @description When the answer in the title was given, as the phone said it. */
            answered_at: components["schemas"]["Timestamp"];
            due_at: components["schemas"]["Timestamp"] | null;
            /** @description What happened to it, in order. */
            events: components["schemas"]["AlertEvent"][];
            /** @description Answers to the same item, newest first, 12 at the most; empty where the questionnaire has no score. */
            history: components["schemas"]["AlertHistory"][];
            /** @description The alert. */
            id: components["schemas"]["Id_Alert"];
            /**
             * @description What it is about, in the questionnaire's word. A patient has one alert of a kind that is not closed.
             * @example suicidal-ideation
             */
            kind: string;
            /** @description The highest level that was met. */
            level: components["schemas"]["Level"];
            /**
             * @description What was found.
             * @example Spoke by phone. Safe with her partner, plan reviewed, seen on Monday.
             */
            note: string | null;
            /** @description The patient. */
            patient_id: components["schemas"]["Id_Patient"];
            /**
             * @description The patient's name.
             * @example Daniel Reyes
             */
            patient_name: string;
            /** @description When it was made. */
            raised_at: components["schemas"]["Timestamp"];
            /** @description Which answers met which rules. */
            reasons: components["schemas"]["AlertReason"][];
            /** @description When that answer reached the server. */
            received_at: components["schemas"]["Timestamp"];
            /** @description The clinic's own number of the patient. */
            record_number: string | null;
            resolved_at: components["schemas"]["Timestamp"] | null;
            resolved_by: components["schemas"]["Person"] | null;
            /** @description The responses behind it, in the order in which they came. */
            response_ids: components["schemas"]["Id_Response"][];
            /** @description How it stands. */
            status: components["schemas"]["AlertStatus"];
            /**
             * @description Its most serious answer in words; ", new" where no earlier answer met the rule, ", rising" where the last one was lower.
             * @example Item 9: more than half the days, rising
             */
            title: string;
        };
        /**
         * @description What was done about an alert.
         * @enum {string}
         */
        AlertAction: "spoke" | "assessed" | "safety_plan" | "emergency_services" | "could_not_reach" | "no_action_needed";
        /** @description When an alert rule is met: by one of the items, or by the score. */
        AlertCondition: {
            /** @description One fitting answer is enough; empty if the score is looked at. */
            any: string[];
            /** @description `== != >= <= > <`, `missing` or `includes`. */
            op: string;
            /** @description Whether the score is looked at. */
            score: boolean;
            value: components["schemas"]["Threshold"] | null;
        };
        /** @description A step in the life of an alert. */
        AlertEvent: {
            action: components["schemas"]["AlertAction"] | null;
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            by: components["schemas"]["Person"] | null;
            /** @description What was found, on closing. */
            note: string | null;
            /** @description What happened. */
            what: components["schemas"]["AlertStep"];
        };
        /** @description An answer to the item that the alert is about. */
        AlertHistory: {
            /** @description When it was given. */
            at: components["schemas"]["Timestamp"];
            /**
             * @description The answer as the patient read it.
             * @example Several days
             */
            label: string;
            /** @description The response. */
            response_id: components["schemas"]["Id_Response"];
            /**
             * Format: double
             * @description The answer as a number.
             * @example 1
             */
            value: number;
        };
        /**
         * @description How the alerts of a list stand.
         * @enum {string}
         */
        AlertListStatus: "open" | "acknowledged" | "resolved" | "active" | "all";
        /** @description An answer that met a rule. */
        AlertReason: {
            /**
             * @description The answer as the patient read it; "Not answered" where that is what counts.
             * @example More than half the days
             */
            answer_label: string | null;
            /** @description When it was answered, as the phone said it. */
            answered_at: components["schemas"]["Timestamp"];
            /** @description Whether the phone's clock was too far off to be believed. */
            clock_suspect: boolean;
            /**
             * @description Its questionnaire.
             * @example phq-9
             */
            instrument: string;
            /**
             * @description Its name.
             * @example Patient Health Questionnaire (PHQ-9)
             */
            instrument_title: string;
            /**
             * @description The item that met the rule; null where the score did.
             * @example q9
             */
            item: string | null;
            /** @description The question as the patient read it. */
            item_text: string | null;
            /** @description The rule's level. */
            level: components["schemas"]["Level"];
            /** @description When it reached the server. */
            received_at: components["schemas"]["Timestamp"];
            /** @description The response. */
            response_id: components["schemas"]["Id_Response"];
            /**
             * @description The questionnaire's rule.
             * @example si-frequent
             */
            rule: string;
            /**
             * Format: double
             * @description The answer or the score as a number; null for ticks and missing answers.
             * @example 2
             */
            value: number | null;
        };
        /** @description A rule by which answers call for attention. */
        AlertRule: {
            /** @description Names it within the instrument. */
            id: string;
            /** @description What it is about. */
            kind: string;
            /** @description How soon somebody has to look. */
            level: components["schemas"]["Level"];
            /** @description The instrument to offer next. */
            suggest: string | null;
            /** @description When it is met. */
            when: components["schemas"]["AlertCondition"];
        };
        /**
         * @description How an alert stands.
         * @enum {string}
         */
        AlertStatus: "open" | "acknowledged" | "resolved";
        /**
         * @description A step in the life of an alert.
         * @enum {string}
         */
        AlertStep: "raised" | "joined" | "acknowledged" | "reopened" | "resolved";
        /** @description Lines laid over each other, and their middle. */
        Aligned: {
            /** @description One for each session, in order of time. */
            lines: components["schemas"]["AlignedLine"][];
            /** @description Only where at least 3 lines have data, by day. */
            middle: components["schemas"]["AlignedMiddle"][];
        };
        /** @description The time around one session, day 0 being the session. */
        AlignedLine: {
            /**
             * Format: date-time
             * @description When dosing started: day 0.
             */
            at: string;
            before: components["schemas"]["Points"] | null;
            /** @description The scores in order, ending where the next session begins. */
            points: components["schemas"]["AlignedPoint"][];
            /**
             * Format: uuid
             * @description The session.
             */
            session_id: string;
            /**
             * Format: int32
             * @description Its number in the course.
             */
            session_number: number;
        };
        /** @description The middle of all lines on one day. */
        AlignedMiddle: {
            /**
             * Format: int64
             * @description Days since the session, rounded.
             */
            day: number;
            /** @description How many lines it rests on, at least 3. */
            n: number;
            /** @description The median of the scores of that day. */
            value: components["schemas"]["Points"];
        };
        /** @description One score, placed by its distance from the session. */
        AlignedPoint: {
            /** @description Real days since the session started, to one decimal; negative before it. */
            day: components["schemas"]["Points"];
            /** @description Points of the measure. */
            value: components["schemas"]["Points"];
        };
        /** @description The scores around each session, laid over each other. */
        AlignedProgress: components["schemas"]["Aligned"] & {
            /** @description The measure. */
            measure: components["schemas"]["Measure"];
        };
        /** @description The answer to one item. As JSON a number, a list of choices, or a text. */
        Answer: components["schemas"]["Points"] | string[] | string;
        /** @description One of the answers of a choice. */
        AnswerOption: {
            /** @description What to show. */
            label: string;
            /** @description Its LOINC answer code. */
            loinc: string | null;
            /** @description What to send. */
            value: components["schemas"]["Points"];
        };
        /** @description One set of answers by item id: a number, a list of choices, or a text each. What was not answered is not in it. */
        Answers: {
            [key: string]: components["schemas"]["Answer"];
        };
        /** @description What has to be answered before for an item to be asked. */
        AskIf: {
            /** @description Earlier items; one fitting answer is enough. */
            any: string[];
            /** @description `== != >= <= > <`, or `includes`. */
            op: string;
            value: components["schemas"]["Threshold"] | null;
        };
        /** @description A questionnaire that is asked of a patient, with its time. */
        Assignment: {
            /** @description Until when it can be. */
            closes_at: components["schemas"]["Timestamp"];
            course_id: components["schemas"]["Id_Course"] | null;
            /** @description When it should be. */
            due_at: components["schemas"]["Timestamp"];
            /** @description The assignment. */
            id: components["schemas"]["Id_Assignment"];
            /**
             * @description The questionnaire.
             * @example phq-9
             */
            instrument: string;
            /**
             * @description Its usual name.
             * @example PHQ-9
             */
            instrument_title: string;
            /** @description From when it can be answered: later than planned while the last answer to the same questionnaire holds. */
            opens_at: components["schemas"]["Timestamp"];
            /** @description Why it is skipped. */
            reason: string | null;
            response_id: components["schemas"]["Id_Response"] | null;
            session_id: components["schemas"]["Id_Session"] | null;
            /** @description How it stands. */
            state: components["schemas"]["AssignmentState"];
        };
        /**
         * @description Why something is not asked.
         * @example {
         *       "reason": "Answered on paper on Monday"
         *     }
         */
        AssignmentSkip: {
            /** @description Why. The patient reads it too. */
            reason: string;
        };
        /**
         * @description How an assignment stands.
         * @enum {string}
         */
        AssignmentState: "upcoming" | "open" | "done" | "lapsed" | "skipped";
        /** @description People who are still watched, and still responding, on a day. */
        AtRisk: {
            /**
             * Format: int64
             * @description Days since the response was first met.
             * @example 28
             */
            day: number;
            /**
             * @description How many.
             * @example 40
             */
            n: number;
        };
        /** @description A named part of a range, both ends included. */
        Band: {
            /** @description The published word. */
            label: string;
            /** @description The highest score in it. */
            max: components["schemas"]["Points"];
            /** @description The lowest score in it. */
            min: components["schemas"]["Points"];
        };
        /** @description The score that a course is measured from. */
        Baseline: {
            /**
             * Format: date-time
             * @description When it was answered.
             */
            at: string;
            /**
             * Format: uuid
             * @description The response that it was worked out from.
             */
            response_id: string;
            /** @description Points of the measure. */
            value: components["schemas"]["Points"];
        };
        /** @description A score and when it was reached. */
        BestScore: {
            /**
             * Format: date-time
             * @description When it was answered.
             */
            at: string;
            /** @description Points of the measure. */
            value: components["schemas"]["Points"];
        };
        /** @description A provider whom the patient may choose as the reader of an entry. */
        CareTeamMember: {
            /** @description The account. */
            id: components["schemas"]["Id_User"];
            /** @description Whether this one recorded the patient's last session. */
            is_mine: boolean;
            /**
             * @description The person's name.
             * @example Imani Okafor
             */
            name: string;
        };
        /** @description The caseload: a page of it, with counts of the whole. */
        CaseloadBody: {
            /** @description The whole caseload in numbers. */
            counts: components["schemas"]["Counts"];
            /** @description The page's rows. */
            items: components["schemas"]["CaseloadRowBody"][];
            /** @description Pass it as `cursor` for the next page. */
            next_cursor: string | null;
        };
        /** @description One row of the caseload. */
        CaseloadRowBody: components["schemas"]["Shown"] & {
            /** @description Days with a check-in among them. */
            adherence_14: number;
            /**
             * Format: int32
             * @description Whole years.
             */
            age: number | null;
            /** @description The last 14 days, oldest first. */
            check_ins_14: boolean[];
            reason: components["schemas"]["Reason"] | null;
            /** @description Whether the patient wants reminders and no way leads there. */
            unreachable: boolean;
        };
        /** @description What counts as a change; null is unknown. */
        Change: {
            below_clinical_max: components["schemas"]["Points"] | null;
            mcid: components["schemas"]["Points"] | null;
            min_baseline: components["schemas"]["Points"] | null;
            reliable: components["schemas"]["Points"] | null;
            remission_max: components["schemas"]["Points"] | null;
            response: components["schemas"]["Points"] | null;
            /** @description Where the figures come from. */
            sources: string[];
        };
        /**
         * @description One word for the change since the baseline.
         * @enum {string}
         */
        ChangeStatus: "no_baseline" | "worse" | "remission" | "response" | "improved" | "no_change";
        /** @description Two neighbouring scores that no line may join, because nobody knows what was between them. */
        ChartGap: {
            /**
             * Format: date-time
             * @description The instant of the last score before the gap.
             */
            from: string;
            /**
             * Format: date-time
             * @description The instant of the first score after it.
             */
            to: string;
        };
        /** @description A score as a chart draws it. */
        ChartPoint: {
            /**
             * Format: date-time
             * @description When it was answered.
             */
            at: string;
            /** @description The name of the severity band. */
            band: string | null;
            days_since_session: components["schemas"]["Points"] | null;
            /** @description Joined by a line to the point before; left out where it is not. */
            joined?: boolean;
            /**
             * Format: date
             * @description The patient's day.
             */
            local_date: string;
            /** @description What a reader must know about it; left out where that is nothing. */
            marked?: components["schemas"]["ScoreMark"];
            /** @description Worked out from an incomplete form; left out where it is not. */
            prorated?: boolean;
            /**
             * Format: uuid
             * @description The response that it was worked out from.
             */
            response_id: string;
            /**
             * Format: int32
             * @description The last session before it.
             */
            session_number: number | null;
            /** @description Points of the measure. */
            value: components["schemas"]["Points"];
        };
        /** @description One of the things that may be ticked. */
        Choice: {
            /** @description What to send. */
            id: string;
            /** @description What to show. */
            label: string;
        };
        /** @description A clinic's settings. */
        ClinicBody: {
            /**
             * @description Two letters.
             * @example US
             */
            country: string;
            /** @description When somebody answers it, in words. */
            hours: string | null;
            /** @description The clinic. */
            id: components["schemas"]["Id_Clinic"];
            /**
             * @description Its name.
             * @example Alder Row
             */
            name: string;
            /** @description The number that patients may call. */
            phone: string | null;
            /**
             * @description IANA time zone.
             * @example America/Denver
             */
            time_zone: string;
        };
        /** @description Changes to a clinic's settings; null takes a value away. */
        ClinicChange: {
            /**
             * @description Two capital letters.
             * @default null
             * @example US
             */
            country?: string;
            /**
             * @default null
             * @example Monday to Friday, 8 to 17
             */
            hours?: string | null;
            /**
             * @description Its name.
             * @default null
             * @example Alder Row
             */
            name?: string;
            /**
             * @default null
             * @example +1 303 555 0142
             */
            phone?: string | null;
            /**
             * @description IANA time zone.
             * @default null
             * @example America/Denver
             */
            time_zone?: string;
        };
        /**
         * @description In which form a clinic's data goes out.
         * @enum {string}
         */
        ClinicFormat: "csv" | "research";
        /**
         * @description What is treated.
         * @enum {string}
         */
        Condition: "mdd" | "trd" | "gad" | "ptsd" | "ocd" | "bipolar-depression" | "chronic-pain" | "suicidal-ideation" | "other";
        /** @description A person's answer to one text. */
        ConsentAnswer: {
            /** @description Yes or no. */
            agreed: boolean;
            /**
             * @description The text.
             * @example care
             */
            id: string;
            /**
             * @description The version that the person read.
             * @example 1
             */
            version: string;
        };
        /** @description A text to say yes or no to. */
        ConsentBody: {
            /**
             * @description Names it in the answer.
             * @example care
             */
            id: string;
            /** @description Whether nobody can join without it. */
            required: boolean;
            /** @description The words. */
            text: string;
            /**
             * @description What it is about.
             * @example Keeping your answers for your care
             */
            title: string;
            /**
             * @description The version of the words, to be sent back with the answer.
             * @example 1
             */
            version: string;
        };
        /** @description A clinic's contact, as patients and staff see it. */
        ContactBody: {
            /**
             * @description When somebody answers it, in words.
             * @example Monday to Friday, 8:00 to 17:00
             */
            hours: string | null;
            /**
             * @description The clinic's name.
             * @example Alder Row
             */
            name: string;
            /**
             * @description The number that patients may call.
             * @example +1 303 555 0142
             */
            phone: string | null;
        };
        /** @description The whole caseload in numbers, put-away records aside. */
        Counts: {
            /**
             * Format: int64
             * @description Everybody else.
             */
            as_expected: number | null;
            /**
             * Format: int64
             * @description In an induction.
             */
            induction: number;
            /**
             * Format: int64
             * @description In maintenance.
             */
            maintenance: number;
            /**
             * Format: int64
             * @description With a safety alert that is not closed; null, as the next two, for who may not see answers.
             */
            needs_response: number | null;
            /**
             * Format: int64
             * @description Without a course.
             */
            no_course: number;
            /**
             * Format: int64
             * @description All.
             */
            total: number;
            /**
             * Format: int64
             * @description With something that stands out.
             */
            worth_a_look: number | null;
        };
        /** @description A course of treatment. */
        CourseBody: {
            agreed_line: components["schemas"]["AgreedLine"] | null;
            /** @description What is treated. */
            condition: components["schemas"]["Condition"];
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            ended_on: components["schemas"]["LocalDate"] | null;
            /** @description Why. */
            ended_reason: string | null;
            /**
             * @description What patient and provider want to reach.
             * @example Back to the garden
             */
            goal: string | null;
            /** @description The course. */
            id: components["schemas"]["Id_Course"];
            /** @description The patient. */
            patient_id: components["schemas"]["Id_Patient"];
            /** @description Induction until the planned sessions are done. */
            phase: components["schemas"]["Phase"];
            /** @description Every plan that it followed, the first one first. */
            plan_changes: components["schemas"]["PlanChange"][];
            /**
             * Format: int32
             * @description Sessions of the induction; six where nobody said.
             * @example 6
             */
            planned_sessions: number | null;
            /**
             * @description The plan that it follows.
             * @example iv-induction-6
             */
            protocol: string | null;
            /** @description Whether half of its induction is done and nobody has reviewed it since. */
            review_due: boolean;
            /** @description What was decided in the middle of it, the first one first; empty for who may not see answers. */
            reviews: components["schemas"]["CourseReview"][];
            /**
             * Format: int32
             * @description Completed sessions.
             * @example 3
             */
            sessions_done: number;
            /** @description Its first day where the patient is. */
            started_on: components["schemas"]["LocalDate"];
            /** @description How it stands. */
            status: components["schemas"]["CourseStatus"];
            /** @description When it was changed. */
            updated_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description Changes to a course; null takes a value away.
         * @example {
         *       "goal": "Back to the garden",
         *       "planned_sessions": 8,
         *       "status": "active"
         *     }
         */
        CourseChange: {
            /** @default null */
            agreed_line?: components["schemas"]["AgreedLine"] | null;
            /** @default null */
            condition?: components["schemas"]["Condition"] | null;
            /**
             * @description Why the course is completed or stopped.
             * @default null
             */
            ended_reason?: string | null;
            /**
             * @description What patient and provider want to reach.
             * @default null
             */
            goal?: string | null;
            /**
             * Format: int32
             * @description Sessions of the induction.
             * @default null
             */
            planned_sessions?: number | null;
            /**
             * @description The plan that it follows.
             * @default null
             */
            protocol?: string | null;
            /**
             * @description Why the plan changes. Kept with the change.
             * @default null
             */
            reason?: string;
            /** @default null */
            started_on?: components["schemas"]["LocalDate"] | null;
            /** @default null */
            status?: components["schemas"]["CourseStatus"] | null;
        };
        /** @description The course as the caseload shows it. */
        CourseFacts: {
            /** @description What is treated. */
            condition: components["schemas"]["Condition"];
            /** @description Where the course stands. */
            phase: components["schemas"]["Phase"];
            /**
             * Format: int32
             * @description Completed sessions.
             */
            sessions_done: number;
            /**
             * Format: int32
             * @description Sessions planned for the induction.
             */
            sessions_planned: number | null;
        };
        /** @description What was decided in the middle of a course. */
        CourseReview: {
            /** @description What was decided. */
            decision: components["schemas"]["ReviewDecision"];
            /** @description The review. */
            id: components["schemas"]["Id_Review"];
            /**
             * @description Why.
             * @example PHQ-9 down by half
             */
            reason: string | null;
            /** @description When. */
            reviewed_at: components["schemas"]["Timestamp"];
            /**
             * @description Who decided.
             * @example Imani Okafor
             */
            reviewed_by: string;
            /**
             * Format: int32
             * @description Completed sessions of the course at that time.
             * @example 3
             */
            sessions_done: number;
        };
        /**
         * @description How a course stands.
         * @enum {string}
         */
        CourseStatus: "planned" | "active" | "maintenance" | "completed" | "stopped";
        /** @description One crisis line. */
        CrisisLine: {
            /**
             * @description The number to call.
             * @example 988
             */
            call?: string;
            /** @description Its name. */
            name: string;
            /** @description The number to text. */
            text?: string;
            /** @description What to text. */
            text_body?: string;
        };
        /** @description The numbers to call in one country. */
        CrisisResources: {
            /**
             * @description Two letters.
             * @example US
             */
            country: string;
            /** @description The country in words. */
            country_name: string;
            /**
             * @description The emergency number.
             * @example 911
             */
            emergency: string;
            /** @description Lines to call or text. */
            lines: components["schemas"]["CrisisLine"][];
        };
        /** @description All doses of one medicine together. */
        CumulativeDose: {
            /** @description `ketamine`, `esketamine` or `other`. */
            medicine: string;
            /** @description The sum in milligrams. */
            mg: components["schemas"]["Points"];
        };
        /** @description Daily ratings by day, each list beginning with `from`. Ratings without a value in this time are left out. */
        DailyColumns: {
            /** @description How often the check-in was answered each day. */
            counts: number[];
            /** @description The number of days. */
            days: number;
            /**
             * Format: date
             * @description The first day.
             */
            from: string;
            /** @description The rating of each day by measure; null where nothing was answered. */
            measures: {
                [key: string]: (components["schemas"]["Points"] | null)[];
            };
            /** @description The trailing 7-day median of each day by measure; null with fewer than 4 answered days, and on session days. */
            median: {
                [key: string]: (components["schemas"]["Points"] | null)[];
            };
            middle_latest: {
                [key: string]: number | null;
            };
            /** @description The days with a dosing session, counted from `from`. */
            session_days: number[];
            /** @description What each column shows, by measure. */
            titles: {
                [key: string]: components["schemas"]["DailyTitle"];
            };
        };
        /** @description What a column shows. */
        DailyTitle: {
            /** @description The words at the high end. */
            high: string | null;
            /** @description Which way it runs. */
            higher_is: components["schemas"]["Direction"];
            /** @description The words at the low end. */
            low: string | null;
            /** @description The highest value. */
            max: components["schemas"]["Points"];
            /** @description The lowest value. */
            min: components["schemas"]["Points"];
            /**
             * @description The name of the rating.
             * @example Mood
             */
            title: string;
        };
        /** @description A questionnaire that a patient of the day is asked, without what was answered. */
        DayQuestionnaire: {
            /**
             * @description The questionnaire.
             * @example pre-session
             */
            instrument: string;
            /** @description Whether it was answered. */
            is_answered: boolean;
            /**
             * @description Its usual name.
             * @example Before your session
             */
            short_title: string;
        };
        /**
         * @description A session as its day shows it. A coordinator sees schedule and completion; `next_reading_at`, `earliest_leave_at`, `checklist_open`,
         *     `discharge_open` and `has_alert` are null.
         */
        DaySession: {
            arrived_at: components["schemas"]["Timestamp"] | null;
            /** @description `started_at`, else `scheduled_at`, else when it was written down. */
            at: components["schemas"]["Timestamp"];
            /**
             * @description Where the patient sits.
             * @example 2
             */
            chair: string | null;
            /** @description What is not ticked before the dose. */
            checklist_open: string[] | null;
            course_id: components["schemas"]["Id_Course"] | null;
            /** @description What is not ticked before going home. */
            discharge_open: string[] | null;
            earliest_leave_at: components["schemas"]["Timestamp"] | null;
            ended_at: components["schemas"]["Timestamp"] | null;
            /** @description Whether an urgent or high alert of the patient is not closed. */
            has_alert: boolean | null;
            /** @description The session. */
            id: components["schemas"]["Id_Session"];
            /** @description Whether anything is not ticked before the dose. */
            is_checklist_open: boolean;
            /** @description Whether anything is not ticked before going home. */
            is_discharge_open: boolean;
            /** @description Whether the record is signed. */
            is_signed: boolean;
            next_reading_at: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description Its number in the course.
             * @example 3
             */
            number: number;
            /** @description The patient. */
            patient_id: components["schemas"]["Id_Patient"];
            /**
             * @description The patient's name.
             * @example Maya Reyes
             */
            patient_name: string;
            /** @description What the patient is asked now beside the check-in, those that are not answered first; null on another day than today. */
            questionnaires: components["schemas"]["DayQuestionnaire"][] | null;
            released_at: components["schemas"]["Timestamp"] | null;
            route: components["schemas"]["Route"] | null;
            scheduled_at: components["schemas"]["Timestamp"] | null;
            /** @description Where it stands. */
            stage: components["schemas"]["SessionStage"];
            started_at: components["schemas"]["Timestamp"] | null;
            /** @description Whether it took place. */
            status: components["schemas"]["SessionStatus"];
        };
        /** @description The key for what waits on the device. */
        DeviceKey: {
            /**
             * @description 256 bits in base64url.
             * @example pB3x0m3Yt3yq1n3m6Yk8cQy8bq0o4Zs0Qw4l7m2d9XE
             */
            key: string;
        };
        /**
         * @description Which way a scale runs.
         * @enum {string}
         */
        Direction: "worse" | "better" | "none";
        /** @description The baseline of a course before the current one. */
        EarlierBaseline: {
            /**
             * Format: date-time
             * @description When it was answered.
             */
            at: string;
            /**
             * Format: uuid
             * @description The provider's course; `None` for sessions recorded outside any.
             */
            course_id: string | null;
            /** @description Points of the measure. */
            value: components["schemas"]["Points"];
        };
        /**
         * @description The vocabulary of effects. Source: CLINICAL.md 6. Dissociation is no aim of dosing and no proof of benefit.
         * @enum {string}
         */
        EffectWord: "dissociation" | "derealisation" | "perceptual-change" | "hallucination" | "anxiety-or-panic" | "agitation" | "sedation" | "confusion" | "memory-gap" | "dizziness" | "nausea" | "vomiting" | "headache" | "blurred-vision" | "nystagmus" | "palpitations" | "raised-blood-pressure" | "low-saturation" | "slow-breathing" | "chest-pain" | "fainting" | "numbness" | "unsteadiness" | "strong-emotion" | "elation-or-mania" | "suicidal-thoughts" | "urinary-urgency-or-pain" | "blood-in-urine" | "abdominal-pain" | "rash" | "laryngospasm" | "seizure" | "injection-site" | "bad-taste" | "other";
        /** @description What has to be there before the first session of a course, and how far it is. */
        Eligibility: {
            /** @description The list as it is signed today. */
            checklist: components["schemas"]["EligibilityChecklist"];
            /** @description What a first session would still wait for today; nothing where the course follows no known plan. */
            missing: components["schemas"]["GateRequirement"][];
            signature: components["schemas"]["EligibilitySignature"] | null;
        };
        /** @description A provider's answers to the eligibility checklist. */
        EligibilityAnswers: {
            /**
             * @description Yes or no to each item, by id.
             * @example {
             *       "psychosis": false,
             *       "weight": true
             *     }
             */
            answers: {
                [key: string]: boolean;
            };
            /** @description What stands out, in words: needed where something speaks against a dose, or is not there. */
            note?: string | null;
            /**
             * @description The version of the list that was read.
             * @example 1
             */
            version: string;
        };
        /** @description The whole list. */
        EligibilityChecklist: {
            /** @description Its parts, in order. */
            groups: components["schemas"]["EligibilityGroup"][];
            /** @description What to know while going through it. */
            notices: string[];
            /**
             * @description Names its words: a signature is kept with the version that was read.
             * @example 1
             */
            version: string;
        };
        /** @description Items that are answered alike. */
        EligibilityGroup: {
            /** @description What it is asked of. */
            items: components["schemas"]["EligibilityItem"][];
            /** @description What the answers mean. */
            kind: components["schemas"]["EligibilityGroupKind"];
            /** @description The question. */
            title: string;
        };
        /**
         * @description What the answers of a group mean.
         * @enum {string}
         */
        EligibilityGroupKind: "stop" | "weigh" | "have";
        /** @description One thing to answer yes or no to. */
        EligibilityItem: {
            /**
             * @description Names it in the answers.
             * @example psychosis
             */
            id: string;
            /** @description In words. */
            text: string;
        };
        /** @description A signed eligibility checklist. */
        EligibilitySignature: {
            /**
             * @description Yes or no to each item, by id.
             * @example {
             *       "psychosis": false,
             *       "weight": true
             *     }
             */
            answers: {
                [key: string]: boolean;
            };
            /**
             * @description The version of the list that was read.
             * @example 1
             */
            checklist_version: string;
            /** @description What stands out, in words. */
            note: string | null;
            /** @description When. */
            signed_at: components["schemas"]["Timestamp"];
            /** @description Who signed. */
            signed_by: components["schemas"]["SessionAuthor"];
        };
        /** @description E-mail, as a way to the person. */
        EmailBody: {
            /** @description Whether the clinic has a mail server. */
            available: boolean;
            failing_since: components["schemas"]["Timestamp"] | null;
            last_success_at: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description How an interval went.
         * @enum {string}
         */
        Ending: "passed" | "held" | "not_reached" | "no_score";
        /** @description Who answered, or wrote the answers down. */
        EnteredByBody: {
            /** @description The person; for what a patient answered at a clinic's tablet, who opened it for the patient. */
            id: components["schemas"]["Id_User"];
            /** @description `patient` or `provider`. */
            role: components["schemas"]["Role"];
        };
        /**
         * @description Events whose `data` is an object: `about` is `sessions`, `questionnaires` or `alerts`; `id` is that of the session, null where several things may have changed.
         * @example data: {"about":"sessions","id":"0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d"}
         */
        EventStream: string;
        /** @description Answers that called for somebody. */
        ExportedAlert: {
            acknowledged_at: components["schemas"]["Timestamp"] | null;
            action: components["schemas"]["AlertAction"] | null;
            /** @description When the answer in the title was given. */
            answered_at: components["schemas"]["Timestamp"];
            /** @description The alert. */
            id: components["schemas"]["Id_Alert"];
            /**
             * @description What it is about, in the questionnaire's word.
             * @example suicidal-ideation
             */
            kind: string;
            /** @description The highest level that was met. */
            level: components["schemas"]["Level"];
            /** @description What was found, in staff's words; null in a patient's own export. */
            note: string | null;
            /** @description When it was made. */
            raised_at: components["schemas"]["Timestamp"];
            /** @description When that answer reached the server. */
            received_at: components["schemas"]["Timestamp"];
            resolved_at: components["schemas"]["Timestamp"] | null;
            /** @description The responses behind it. */
            response_ids: components["schemas"]["Id_Response"][];
            /** @description How it stands. */
            status: components["schemas"]["AlertStatus"];
            /** @description Its most serious answer in words. */
            title: string;
            value: components["schemas"]["Points"] | null;
        };
        /** @description An answer to a text that a patient was asked to agree to. */
        ExportedConsent: {
            /** @description Yes or no. */
            agreed: boolean;
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /**
             * @description The text.
             * @example research
             */
            id: string;
            /**
             * @description The version that was read.
             * @example 1
             */
            version: string;
        };
        /** @description A patient's record. */
        ExportedPatient: {
            archived_at: components["schemas"]["Timestamp"] | null;
            condition: components["schemas"]["Condition"] | null;
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            date_of_birth: components["schemas"]["LocalDate"] | null;
            /** @description Where the invitation went. */
            email: string | null;
            /** @description An id in another system. */
            external_ref: string | null;
            /** @description The patient. */
            id: components["schemas"]["Id_Patient"];
            joined_at: components["schemas"]["Timestamp"] | null;
            /**
             * @description The patient's name.
             * @example Maya Ellison
             */
            name: string;
            /**
             * @description The measure that the caseload shows.
             * @example phq-9.total
             */
            primary_measure: string;
            /**
             * @description The clinic's own number.
             * @example AR-0417
             */
            record_number: string | null;
            /** @description IANA time zone. */
            time_zone: string;
        };
        /** @description How much one patient has had. */
        Exposure: {
            blood_pressure: components["schemas"]["ExposurePressure"] | null;
            /** @description Long-term checks; none before the first session. */
            checks: components["schemas"]["ExposureCheck"][];
            /** @description Each medicine for itself, in the order of its first session. */
            medicines: components["schemas"]["ExposureMedicine"][];
            /**
             * Format: int64
             * @description The shortest gap between two sessions, in days; null with fewer than two.
             * @example 3
             */
            shortest_interval_days: number | null;
            /** @description What calls for a look. */
            signs: components["schemas"]["ExposureSign"][];
        };
        /** @description A check that exposure calls for. */
        ExposureCheck: {
            /** @description The day of the next one: 30 days after the last, today where there was none. */
            due_on: components["schemas"]["LocalDate"];
            /**
             * @description The questionnaire.
             * @example bladder-check
             */
            instrument: string;
            last_on: components["schemas"]["LocalDate"] | null;
            /**
             * @description Its usual name.
             * @example Bladder
             */
            title: string;
        };
        /** @description Sessions and doses of one medicine. Medicines are never added together. */
        ExposureMedicine: {
            /** @description All that is on record. */
            all: components["schemas"]["ExposureTotal"];
            /** @description The last 30 days. */
            days_30: components["schemas"]["ExposureTotal"];
            /**
             * @description `ketamine`, `esketamine` or `other`.
             * @example ketamine
             */
            medicine: string;
            /** @description The last 12 months. */
            months_12: components["schemas"]["ExposureTotal"];
        };
        /** @description Blood pressure before dosing, at first and of late. */
        ExposurePressure: {
            /**
             * Format: int32
             * @description The same, diastolic.
             */
            first_diastolic: number;
            /**
             * Format: int32
             * @description The middle of the first three, systolic in mmHg.
             */
            first_systolic: number;
            /**
             * Format: int32
             * @description The same, diastolic.
             */
            last_diastolic: number;
            /**
             * Format: int32
             * @description The middle of the last three, systolic in mmHg.
             */
            last_systolic: number;
            /** @description Readings on record. */
            readings: number;
        };
        /** @description Something that calls for a look, with its rule. */
        ExposureSign: {
            /**
             * @description `shrinking_intervals`, `dose_creep` or `more_than_weekly`.
             * @example shrinking_intervals
             */
            code: string;
            /** @description The rule that it follows. */
            rule: string;
            /**
             * @description What is so, in words and figures.
             * @example Gaps between the last sessions: 28, 21 and 14 days
             */
            text: string;
        };
        /** @description Sessions and what was given in them. */
        ExposureTotal: {
            /**
             * Format: double
             * @description Milligrams of those whose dose is on record.
             * @example 240
             */
            mg: number;
            /** @description Completed sessions. */
            sessions: number;
            /** @description Sessions whose dose is not. */
            without_dose: number;
        };
        /**
         * @description A resource of FHIR R4 (4.0.1): https://hl7.org/fhir/R4/resourcelist.html
         * @example {
         *       "resourceType": "Bundle",
         *       "type": "searchset"
         *     }
         */
        FhirResource: {
            resourceType: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * @description What the caseload is cut to.
         * @enum {string}
         */
        FilterWord: "all" | "induction" | "maintenance" | "no_course" | "archived";
        /** @description Why a first session went ahead though something was missing before it. */
        GateOverride: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Who decided so. */
            by: components["schemas"]["SessionAuthor"];
            /** @description What was missing. */
            missing: components["schemas"]["GateRequirement"][];
            /**
             * @description Why it went ahead.
             * @example Baseline answered on paper, to be entered today
             */
            reason: string;
        };
        /**
         * @description Something that has to be there before the first dose.
         * @enum {string}
         */
        GateRequirement: "baseline" | "eligibility" | "consent";
        /**
         * @description Where a patient stands in the list.
         * @enum {string}
         */
        Group: "needs_response" | "worth_a_look" | "as_expected";
        /** @description The state of the server in one word. */
        Health: {
            /**
             * @description `ok`.
             * @example ok
             */
            status: string;
        };
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_Alert: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_Assignment: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_Clinic: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_Course: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_Invitation: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_JournalEntry: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_Patient: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_Response: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_Review: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_Session: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_SignIn: string;
        /**
         * Format: uuid
         * @example 0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d
         */
        Id_User: string;
        /** @description What becomes of one line. */
        ImportLine: {
            at: components["schemas"]["Timestamp"] | null;
            /** @description Why it cannot be stored: each with the column as a pointer. */
            errors: components["schemas"]["Violation"][];
            /**
             * Format: int64
             * @description Its number in the file; the heading is line 1.
             * @example 2
             */
            line: number;
            /** @description What becomes of it. */
            outcome: components["schemas"]["ImportOutcome"];
            /**
             * @description The record number that it names.
             * @example AR-0417
             */
            record_number: string;
            score: components["schemas"]["Points"] | null;
            /**
             * @description The questionnaire, or `session`.
             * @example phq-9
             */
            what: string;
        };
        /**
         * @description What becomes of a line.
         * @enum {string}
         */
        ImportOutcome: "new" | "unchanged" | "refused";
        /** @description What an import does, line by line. */
        ImportReport: {
            /** @description Whether nothing was stored. */
            dry_run: boolean;
            /** @description Every line, in the order of the file. */
            lines: components["schemas"]["ImportLine"][];
            /** @description Lines that are, or would be, stored. */
            new: number;
            /** @description Lines that cannot be stored. While there are any, nothing is. */
            refused: number;
            /** @description Lines that are there already. */
            unchanged: number;
        };
        /** @description A questionnaire: what to ask, how it is scored, and what has to be shown with it. */
        Instrument: {
            /** @description The rules by which answers call for attention, so that a phone without a connection can show help at once. */
            alerts: components["schemas"]["AlertRule"][];
            /** @description Named parts of the range, in order. */
            bands: components["schemas"]["Band"][];
            change: components["schemas"]["Change"] | null;
            /** @description The publication. */
            citation: string;
            /** @description What it is used for. */
            conditions: string[];
            /** @description What it measures. */
            construct: string;
            /** @description Names it everywhere: `phq-9`. */
            id: string;
            /** @description Read before the items. */
            intro: string | null;
            /** @description How the introduction differs from the printed one. */
            intro_adapted: string | null;
            /** @description The questions, in order. */
            items: components["schemas"]["Item"][];
            /** @description An in-house form has to be shown as "not a validated scale". */
            kind: components["schemas"]["Kind"];
            /** @description The language of its words (BCP 47). */
            language: string;
            /** @description Terms; the attribution has to be shown with the form. */
            licence: components["schemas"]["Licence"];
            /** @description The LOINC code of the form. */
            loinc: string | null;
            /** @description What can be charted. */
            measures: components["schemas"]["InstrumentMeasure"][];
            /**
             * Format: int32
             * @description Below this distance to the last one, warn.
             */
            min_interval_days: number | null;
            /** @description About how long it takes to answer. */
            minutes: number;
            /** @description For those who use its numbers. */
            notes: string | null;
            /** @description Answers shared by most items; each choice item has its own filled in. */
            options: components["schemas"]["AnswerOption"][];
            /** @description The stem above the items; null where each item carries its own. */
            recall: string | null;
            /**
             * Format: int32
             * @description The days that the items ask about.
             */
            recall_days: number | null;
            /** @description Who answers. */
            respondent: components["schemas"]["Respondent"];
            /** @description The LOINC code of its score. */
            score_loinc: string | null;
            /** @description How they are scored. */
            scoring: components["schemas"]["Scoring"];
            /** @description Where it may be answered. */
            setting: components["schemas"]["Setting"];
            /** @description Its usual name. */
            short_title: string;
            /** @description Its full name. */
            title: string;
            /** @description The version of its file, to be sent with answers. */
            version: string;
        };
        /** @description What can be charted. */
        InstrumentMeasure: {
            /**
             * Format: int32
             * @description How many decimals its values have.
             */
            decimals: number;
            /** @description Which way it runs. */
            higher_is: components["schemas"]["Direction"];
            /** @description `<instrument>.<scale>`. */
            id: string;
            /** @description The highest value. */
            max: components["schemas"]["Points"];
            /** @description The lowest value. */
            min: components["schemas"]["Points"];
            /** @description Its name where the instrument is known. */
            short_title: string;
            /** @description Its name. */
            title: string;
        };
        /** @description An invitation. */
        InvitationBody: {
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            /**
             * @description Who is invited.
             * @example maya@example.org
             */
            email: string;
            /** @description When the link ends: after 72 hours for a patient, after 24 for staff. */
            expires_at: components["schemas"]["Timestamp"];
            /** @description The invitation. */
            id: components["schemas"]["Id_Invitation"];
            /**
             * @description Who invites.
             * @example Imani Okafor
             */
            invited_by: string;
            /**
             * @description The person's name.
             * @example Maya Ellison
             */
            name: string;
            patient_id: components["schemas"]["Id_Patient"] | null;
            /**
             * @description What the person will do.
             * @example [
             *       "patient"
             *     ]
             */
            roles: components["schemas"]["Role"][];
            /** @description What has become of it. */
            state: components["schemas"]["InvitationState"];
            /**
             * @description The link to hand over; only in the answer that makes it, and nowhere else ever again.
             * @example https://yarrow.alder-row.example/invite#token=Rk1t2n4Yq…
             */
            url?: string;
        };
        /**
         * @description What has become of an invitation.
         * @enum {string}
         */
        InvitationState: "pending" | "accepted" | "expired" | "revoked";
        /** @description The clinic that invites. */
        InvitingClinic: {
            /**
             * @description Its name.
             * @example Alder Row
             */
            name: string;
        };
        /** @description One question. */
        Item: {
            ask_if: components["schemas"]["AskIf"] | null;
            /** @description To be shown above the recall stem. */
            before_recall: boolean;
            /** @description For a multi; null otherwise. */
            choices: components["schemas"]["Choice"][] | null;
            direction: components["schemas"]["Direction"] | null;
            /** @description Names it in answers. */
            id: string;
            /** @description A short name. */
            label: string | null;
            /** @description Its LOINC code. */
            loinc: string | null;
            /** @description Whether it may be left out. */
            optional: boolean;
            /** @description For a choice; null otherwise. */
            options: components["schemas"]["AnswerOption"][] | null;
            /** @description To be read without the recall stem. */
            own_stem: boolean;
            range: components["schemas"]["Range"] | null;
            /** @description Whether it counts towards the score. */
            scored: boolean;
            /** @description The question. */
            text: string;
            /** @description What kind of answer it takes. */
            type: components["schemas"]["ItemType"];
        };
        /**
         * @description The word for the kind of answer that an item takes.
         * @enum {string}
         */
        ItemType: "choice" | "scale" | "number" | "multi" | "text";
        /**
         * @description Who may read an entry beside its patient.
         * @enum {string}
         */
        JournalAudience: "me" | "provider" | "care_team";
        /**
         * @description Who may read an entry from now on.
         * @example {
         *       "audience": "care_team"
         *     }
         */
        JournalAudienceChange: {
            audience?: components["schemas"]["JournalAudience"] | null;
            provider_id?: components["schemas"]["Id_User"] | null;
            /** @description Whether the care team may read it. */
            shared?: boolean | null;
        };
        /** @description An entry of a journal. */
        JournalEntryBody: {
            /** @description Who may read it. */
            audience: components["schemas"]["JournalAudience"];
            /** @description The id that the client made. */
            id: components["schemas"]["Id_JournalEntry"];
            /** @description What it is about. */
            kind: components["schemas"]["JournalKind"];
            /** @description The day of that where the patient is. */
            local_date: components["schemas"]["LocalDate"];
            /** @description Who wrote it. */
            patient_id: components["schemas"]["Id_Patient"];
            provider: components["schemas"]["JournalReader"] | null;
            /** @description Who of the clinic has read it, in order of time. Nobody is told of it: reading is when somebody has the time. */
            read_by: components["schemas"]["JournalRead"][];
            /** @description When it reached the server. */
            received_at: components["schemas"]["Timestamp"];
            session_id: components["schemas"]["Id_Session"] | null;
            /** @description Whether anybody but the patient may read it. */
            shared: boolean;
            /**
             * @description What the patient wrote.
             * @example I want to sleep through again.
             */
            text: string;
            /** @description When it was written, as the phone said it. */
            written_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description An entry as a client sends it.
         * @example {
         *       "kind": "preparation",
         *       "shared": true,
         *       "text": "I want to sleep through again.",
         *       "written_at": "2026-11-20T21:14:05.000Z"
         *     }
         */
        JournalEntryRequest: {
            audience?: components["schemas"]["JournalAudience"] | null;
            /** @description What it is about. */
            kind: components["schemas"]["JournalKind"];
            provider_id?: components["schemas"]["Id_User"] | null;
            session_id?: components["schemas"]["Id_Session"] | null;
            /** @description Whether the care team may read it; false where neither this nor `audience` is said. */
            shared?: boolean | null;
            /**
             * @description What the patient writes.
             * @example I want to sleep through again.
             */
            text: string;
            written_at?: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description What an entry is about.
         * @enum {string}
         */
        JournalKind: "preparation" | "integration" | "note";
        /** @description That somebody has read an entry. */
        JournalRead: {
            /** @description When first. */
            at: components["schemas"]["Timestamp"];
            /** @description The account. */
            id: components["schemas"]["Id_User"];
            /**
             * @description The person's name.
             * @example Imani Okafor
             */
            name: string;
        };
        /** @description A member of staff. */
        JournalReader: {
            /** @description The account. */
            id: components["schemas"]["Id_User"];
            /**
             * @description The person's name.
             * @example Imani Okafor
             */
            name: string;
        };
        /** @description A day on which somebody lost the response, in a Kaplan–Meier curve. */
        KeptStep: {
            /**
             * @description People still watched, and still responding, just before.
             * @example 34
             */
            at_risk: number;
            /**
             * Format: int64
             * @description Days since the response was first met.
             * @example 21
             */
            day: number;
            /**
             * Format: double
             * @description The high end of the 95 % band.
             * @example 0.9541
             */
            high: number;
            /**
             * @description People who lost it on that day.
             * @example 2
             */
            lost: number;
            /**
             * Format: double
             * @description The low end of the 95 % band.
             * @example 0.7172
             */
            low: number;
            /**
             * Format: double
             * @description The share who keep it beyond, a part of 1.
             * @example 0.8824
             */
            share: number;
        };
        /**
         * @description Whether a questionnaire is a published measure or this project's own.
         * @enum {string}
         */
        Kind: "validated" | "in-house";
        /** @description An open tablet. */
        Kiosk: {
            /** @description The JWT for its requests, to be held in memory only. Nothing renews it. */
            access_token: string;
            /** @description The clinic. */
            clinic: components["schemas"]["UserClinicBody"];
            /** @description When that is. */
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Seconds until the tablet closes whatever happens.
             * @example 1200
             */
            expires_in: number;
            /**
             * @description Whose questionnaires they are, so that the right person answers.
             * @example Maya E.
             */
            name: string;
            /** @description The patient, to be named with the answers: what waits at a tablet never goes to another one's record. */
            patient_id: components["schemas"]["Id_Patient"];
            /**
             * @description Always `Bearer`.
             * @example Bearer
             */
            token_type: string;
        };
        /** @description A code that opens a tablet for one patient. */
        KioskCode: {
            /**
             * @description What to type at the tablet, with or without a gap; only in this answer, and nowhere else ever again.
             * @example K7PM4XQ2
             */
            code: string;
            /** @description When it opens nothing any more: after ten minutes, or when it was used. */
            expires_at: components["schemas"]["Timestamp"];
            /**
             * @description The address to open instead, or to show as a picture.
             * @example https://yarrow.alder-row.example/kiosk#code=K7PM4XQ2
             */
            url: string;
        };
        /** @description What is open for a patient. */
        KioskState: {
            code_until: components["schemas"]["Timestamp"] | null;
            tablet_until: components["schemas"]["Timestamp"] | null;
        };
        /** @description The last completed session. A patient is not told the dose here. */
        LastSession: {
            at: components["schemas"]["Timestamp"];
            /** Format: double */
            dose_mg: number | null;
            id: components["schemas"]["Id_Session"];
            /** Format: int32 */
            number: number;
            route: components["schemas"]["Route"] | null;
        };
        /** @description How long it lasted, on one measure. */
        Lasting: {
            /** @description All intervals in order of time; empty with fewer than two past ones. */
            intervals: components["schemas"]["LastingInterval"][];
            /**
             * @description The measure.
             * @example phq-9.total
             */
            measure: string;
            /** @description Past intervals that tell how long it lasted. */
            past_intervals: number;
            /**
             * @description Its name where the instrument is known.
             * @example PHQ-9
             */
            short_title: string;
            /** @description The same in words. */
            text: string;
        };
        /** @description The time from one session to the next. */
        LastingInterval: {
            /**
             * Format: int64
             * @description Days from the session to the second score past the line, or to the last one within it; null without either.
             */
            days: number | null;
            /** @description How it went. */
            ending: components["schemas"]["Ending"];
            /** @description Whether it begins with the last session of the induction; else it is a gap of maintenance. */
            is_after_induction: boolean;
            /** @description Whether it is over: the line was passed, or the next session came. */
            is_over: boolean;
            line: components["schemas"]["Points"] | null;
            /**
             * Format: int32
             * @description Its number in the course.
             */
            number: number;
            /**
             * Format: uuid
             * @description The session that it begins with.
             */
            session_id: string;
            /** @description Its day where the patient is. */
            session_on: components["schemas"]["LocalDate"];
        };
        /** @description The newest score of a row. */
        Latest: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description The band in words. */
            band: string | null;
            /**
             * @description The measure.
             * @example phq-9.total
             */
            measure: string;
            /**
             * Format: double
             * @description How many points.
             */
            value: number;
        };
        /** @description The latest score of a measure. */
        LatestScore: {
            /**
             * Format: date-time
             * @description When it was answered.
             */
            at: string;
            /** @description The name of the severity band. */
            band: string | null;
            /** @description Points of the measure. */
            value: components["schemas"]["Points"];
        };
        /**
         * @description How soon somebody has to look at an answer. Later levels are higher.
         * @enum {string}
         */
        Level: "info" | "review" | "high" | "urgent";
        /** @description Terms of use. */
        Licence: {
            /** @description To be shown with the form; may be empty. */
            attribution: string;
            /** @description The terms in a line. */
            name: string;
        };
        /** @description A page of a list. */
        List_Alert: {
            /** @description The page's items. */
            items: components["schemas"]["Alert"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Assignment: {
            /** @description The page's items. */
            items: components["schemas"]["Assignment"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_CareTeamMember: {
            /** @description The page's items. */
            items: components["schemas"]["CareTeamMember"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_CourseBody: {
            /** @description The page's items. */
            items: components["schemas"]["CourseBody"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Instrument: {
            /** @description The page's items. */
            items: components["schemas"]["Instrument"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_InvitationBody: {
            /** @description The page's items. */
            items: components["schemas"]["InvitationBody"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_JournalEntryBody: {
            /** @description The page's items. */
            items: components["schemas"]["JournalEntryBody"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_MemberBody: {
            /** @description The page's items. */
            items: components["schemas"]["MemberBody"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Mendable: {
            /** @description The page's items. */
            items: components["schemas"]["Mendable"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_PatientMeasure: {
            /** @description The page's items. */
            items: components["schemas"]["PatientMeasure"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Protocol: {
            /** @description The page's items. */
            items: components["schemas"]["Protocol"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_ResponseBody: {
            /** @description The page's items. */
            items: components["schemas"]["ResponseBody"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_SessionView: {
            /** @description The page's items. */
            items: components["schemas"]["SessionView"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_SignInBody: {
            /** @description The page's items. */
            items: components["schemas"]["SignInBody"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
        };
        /**
         * Format: date
         * @example 2026-11-20
         */
        LocalDate: string;
        /**
         * @description What a person types to sign in.
         * @example {
         *       "email": "maya@alder-row.example",
         *       "password": "seven quiet herons fly",
         *       "transport": "bearer"
         *     }
         */
        Login: {
            /**
             * @description The e-mail of the account.
             * @example maya@alder-row.example
             */
            email: string;
            /**
             * @description The password.
             * @example seven quiet herons fly
             */
            password: string;
            /** @description A code of the second factor, where the account has one. */
            totp?: string | null;
            /** @description `bearer` for programs, `cookie` for the web app. */
            transport?: components["schemas"]["TransportWord"];
        };
        /** @description A gain that was lost again, as the scores stand now. */
        Loss: {
            /**
             * Format: date
             * @description The patient's day of a second within 14 days, which confirms it. `None` while it is only possible.
             */
            confirmed_on: string | null;
            /** @description What was lost. */
            kind: components["schemas"]["LossKind"];
            /**
             * Format: date
             * @description The patient's day of the first such score: from here on the loss is possible.
             */
            possible_on: string;
        };
        /**
         * @description What was lost again.
         * @enum {string}
         */
        LossKind: "loss_of_response" | "relapse";
        /** @description A measure with its words and limits for one patient. */
        Measure: {
            /** @description The line that patient and provider agreed on for the current course; left out where there is none. */
            agreed_line?: components["schemas"]["Points"];
            /** @description Named parts of the range. */
            bands: components["schemas"]["Band"][];
            /**
             * Format: int32
             * @description How many decimals its values have.
             */
            decimals: number;
            /**
             * @description Which way is better, in words; null where neither is.
             * @example lower is better
             */
            direction_text: string | null;
            /**
             * Format: int64
             * @description The longest gap in days that a line crosses by the plan of today.
             */
            gap_days: number;
            /** @description Which way it runs. */
            higher_is: components["schemas"]["Direction"];
            /**
             * @description `<instrument>.<scale>`.
             * @example phq-9.total
             */
            id: string;
            /** @description Published or in-house. */
            kind: components["schemas"]["Kind"];
            /** @description The highest value. */
            max: components["schemas"]["Points"];
            mcid: components["schemas"]["Points"] | null;
            /** @description The lowest value. */
            min: components["schemas"]["Points"];
            reliable_change: components["schemas"]["Points"] | null;
            remission_max: components["schemas"]["Points"] | null;
            response: components["schemas"]["Points"] | null;
            response_line: components["schemas"]["Points"] | null;
            response_min_baseline: components["schemas"]["Points"] | null;
            /** @description Its name where the instrument is known. */
            short_title: string;
            /**
             * @description Its name.
             * @example PHQ-9
             */
            title: string;
        };
        /**
         * @description What is given. Milligrams of one are never added to those of another.
         * @enum {string}
         */
        Medicine: "ketamine" | "esketamine" | "other";
        /** @description A medicine that was given beside the dose. */
        MedicineGiven: {
            /**
             * @description How much of it, as it was written down.
             * @example 4 mg IV
             */
            amount?: string | null;
            at?: components["schemas"]["Timestamp"] | null;
            /**
             * @description Which.
             * @example Ondansetron
             */
            name: string;
        };
        /** @description A person with an account in the clinic. */
        MemberBody: {
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            /** @description Whether the account is closed. */
            disabled: boolean;
            /**
             * @description The e-mail to sign in with.
             * @example okafor@alder-row.example
             */
            email: string;
            /** @description The account. */
            id: components["schemas"]["Id_User"];
            last_seen_at: components["schemas"]["Timestamp"] | null;
            /**
             * @description The person's name.
             * @example Imani Okafor
             */
            name: string;
            patient_id: components["schemas"]["Id_Patient"] | null;
            /** @description What the person does. */
            roles: components["schemas"]["Role"][];
        };
        /** @description Changes to what a person may do. */
        MemberChange: {
            /**
             * @description Whether the account is closed.
             * @default null
             * @example false
             */
            disabled?: boolean;
            /**
             * @description What the person does; not for patients.
             * @default null
             * @example [
             *       "provider",
             *       "admin"
             *     ]
             */
            roles?: components["schemas"]["Role"][];
        };
        /** @description A reading that can still be had, and whose. */
        Mendable: {
            course_id: components["schemas"]["Id_Course"] | null;
            /**
             * @description The questionnaire to ask for.
             * @example phq-9
             */
            instrument: string;
            /**
             * @description The patient's name.
             * @example Maya Ellison
             */
            name: string;
            /** @description The patient. */
            patient_id: components["schemas"]["Id_Patient"];
            /** @description Which reading. */
            reading: components["schemas"]["Reading"];
            /**
             * @description The clinic's own number.
             * @example AR-0142
             */
            record_number: string | null;
            until: components["schemas"]["LocalDate"] | null;
        };
        /** @description What an app may know before anyone signs in. */
        Meta: {
            clinic: components["schemas"]["ContactBody"] | null;
            /** @description Crisis lines by country, the clinic's own country first. */
            crisis_resources: components["schemas"]["CrisisResources"][];
            /** @description `Yarrow`. */
            name: string;
            /** @description The key that a phone seals waiting answers to (HPKE, P-256): uncompressed, in base64url. */
            outbox_public_key: string;
            /** @description Whether the first clinic is still to be made. */
            setup_required: boolean;
            /** @description The key for Web Push. */
            vapid_public_key: string | null;
            /** @description The server's version. */
            version: string;
        };
        /**
         * @description How the answers become a score.
         * @enum {string}
         */
        Method: "sum" | "mean" | "max" | "none";
        /** @description A clinic's first user. */
        NewAdmin: {
            /**
             * @description The e-mail to sign in with.
             * @example okafor@alder-row.example
             */
            email: string;
            /**
             * @description The person's name.
             * @example Imani Okafor
             */
            name: string;
            /**
             * @description 15 to 128 characters.
             * @example seven quiet herons fly
             */
            password: string;
        };
        /**
         * @description Something to ask out of turn.
         * @example {
         *       "instrument": "phq-9"
         *     }
         */
        NewAssignment: {
            due_at?: components["schemas"]["Timestamp"] | null;
            /**
             * @description The questionnaire.
             * @example phq-9
             */
            instrument: string;
        };
        /** @description A new clinic. */
        NewClinic: {
            /**
             * @description Two letters.
             * @example US
             */
            country: string;
            /**
             * @description Its name.
             * @example Alder Row
             */
            name: string;
            /**
             * @description IANA time zone.
             * @example America/Denver
             */
            time_zone: string;
        };
        /** @description A new course. */
        NewCourse: {
            /** @description What is treated. */
            condition: components["schemas"]["Condition"];
            /**
             * @description What patient and provider want to reach. The patient reads it too.
             * @example Back to the garden
             */
            goal?: string | null;
            /**
             * Format: int32
             * @description Sessions of the induction.
             * @example 6
             */
            planned_sessions?: number | null;
            /**
             * @description The plan that it follows: one word of letters, digits, `-`, `_` and `.`.
             * @example iv-induction-6
             */
            protocol?: string | null;
            started_on?: components["schemas"]["LocalDate"] | null;
            status?: components["schemas"]["CourseStatus"] | null;
        };
        /**
         * @description What is decided in the middle of a course.
         * @example {
         *       "decision": "continue",
         *       "reason": "PHQ-9 down by half"
         *     }
         */
        NewCourseReview: {
            /** @description What is decided; `stop` ends the course. */
            decision: components["schemas"]["ReviewDecision"];
            /** @description Why: needed to change or to stop. */
            reason?: string | null;
        };
        /** @description Who is to be invited. */
        NewInvitation: {
            /**
             * @description The e-mail to sign in with.
             * @example maya@example.org
             */
            email: string;
            /**
             * @description The person's name.
             * @example Maya Ellison
             */
            name: string;
            patient_id?: components["schemas"]["Id_Patient"] | null;
            /**
             * @description What the person will do: `patient` alone, or any of the others together.
             * @example [
             *       "patient"
             *     ]
             */
            roles: components["schemas"]["Role"][];
        };
        /**
         * @description A new patient.
         * @example {
         *       "condition": "mdd",
         *       "date_of_birth": "1987-04-09",
         *       "email": "maya@example.org",
         *       "invite": false,
         *       "name": "Maya Ellison",
         *       "record_number": "AR-0142",
         *       "time_zone": "America/Denver"
         *     }
         */
        NewPatient: {
            condition?: components["schemas"]["Condition"] | null;
            date_of_birth?: components["schemas"]["LocalDate"] | null;
            /** @description An e-mail, for the invitation. */
            email?: string | null;
            /** @description An id in another system. */
            external_ref?: string | null;
            /** @description Whether to invite the patient at once; needs the e-mail, and a provider or an admin. */
            invite?: boolean;
            /**
             * @description The patient's name.
             * @example Maya Ellison
             */
            name: string;
            /** @description The measure that the caseload shows; chosen by the condition where nothing is said. */
            primary_measure?: string | null;
            /** @description The clinic's own number. */
            record_number?: string | null;
            /**
             * @description IANA time zone.
             * @example America/Denver
             */
            time_zone: string;
        };
        /** @description A record that was made. */
        NewPatientBody: components["schemas"]["PatientBody"] & {
            /** @description The link to hand over, where the patient was invited at once. */
            invitation?: components["schemas"]["InvitationBody"];
        };
        /** @description What the browser's `PushSubscription` says of itself. */
        NewSubscription: {
            /**
             * @description The push service's address for this device.
             * @example https://updates.push.services.mozilla.com/wpush/v2/gAAAAABm
             */
            endpoint: string;
            /**
             * Format: double
             * @description When the browser means to end it; Yarrow finds out when it has.
             */
            expirationTime?: number | null;
            /** @description The keys that messages are encrypted to. */
            keys: components["schemas"]["SubscriptionKeys"];
        };
        /** @description The earliest session that is planned and not yet done. */
        NextSession: {
            at: components["schemas"]["Timestamp"];
            id: components["schemas"]["Id_Session"];
            /** Format: int32 */
            number: number;
        };
        /** @description What a person types at a tablet. */
        Opening: {
            /**
             * @description The code. Capitals, gaps and letters that look alike do not matter.
             * @example K7PM 4XQ2
             */
            code: string;
        };
        /** @description How many courses can be analysed: they have a baseline, and a score 14 to 31 days after the induction. */
        OutcomeAnalysable: {
            /**
             * @description Courses with something that can still be mended.
             * @example 9
             */
            can_still_be_mended: number;
            /** @description Of the courses of which that is decided. */
            share: components["schemas"]["Rate"];
        };
        /**
         * @description Which score a course is judged by.
         * @enum {string}
         */
        OutcomeAt: "induction" | "latest";
        /** @description The scores after one session. */
        OutcomeBySession: {
            /**
             * Format: double
             * @description The high end.
             * @example -5.22
             */
            high: number | null;
            /**
             * Format: double
             * @description The high end of the middle half.
             * @example 17
             */
            high_quarter: number | null;
            /**
             * Format: double
             * @description The low end of its 95 % interval by Student's t.
             * @example -7.412
             */
            low: number | null;
            /**
             * Format: double
             * @description The low end of the middle half.
             * @example 8
             */
            low_quarter: number | null;
            /**
             * Format: double
             * @description The mean of score less baseline, to three decimals; null at the baseline.
             * @example -6.316
             */
            mean_change: number | null;
            /**
             * Format: double
             * @description The median of the scores.
             * @example 13
             */
            median: number | null;
            /**
             * @description People with a baseline and a score after this session; null, as the rest, where they are too few to be shown.
             * @example 95
             */
            n: number | null;
            /**
             * Format: int32
             * @description The number of the session in its course; 0 is the baseline.
             * @example 3
             */
            number: number;
        };
        /** @description A choice of a filter, and whether its figures may be shown with the other filters as they are. */
        OutcomeCondition: {
            /** @description What is treated. */
            condition: components["schemas"]["Condition"];
            /** @description Whether its figures may be shown. */
            is_shown: boolean;
        };
        /**
         * @description What the figures were cut to. Months with few people are told together with their neighbours: the days are those that
         *     the figures cover.
         */
        OutcomeFilter: {
            condition: components["schemas"]["Condition"] | null;
            from: components["schemas"]["LocalDate"] | null;
            route: components["schemas"]["Route"] | null;
            to: components["schemas"]["LocalDate"] | null;
        };
        /**
         * @description How long a response was kept: a Kaplan–Meier curve from the day on which the response was first met to its confirmed
         *     loss. Who was not seen to lose it is watched up to the last score.
         */
        OutcomeKept: {
            /** @description People still at risk every four weeks, down to ten. */
            at_risk: components["schemas"]["AtRisk"][];
            /**
             * @description Those of them who were seen to lose it.
             * @example 17
             */
            lost: number | null;
            /**
             * Format: int64
             * @description The day on which the curve first is at a half or below; null where it never is.
             * @example 133
             */
            median_days: number | null;
            /**
             * @description People who had a response; null where they are too few to be shown.
             * @example 46
             */
            n: number | null;
            /** @description A step for each day with a loss; the curve ends where fewer than ten are at risk. */
            steps: components["schemas"]["KeptStep"][];
        };
        /** @description One measure in a line. */
        OutcomeLine: {
            /**
             * Format: double
             * @description The median of the baselines.
             * @example 14
             */
            baseline_median: number | null;
            /**
             * @description Out of the clinical range at the end; null where no cut-point is published.
             * @example 44
             */
            below_cut_point: number | null;
            /**
             * @description Reliably better; null, as the next two, where nothing is published.
             * @example 52
             */
            better: number | null;
            /**
             * @description The measure.
             * @example gad-7.total
             */
            measure: string;
            /**
             * @description People with a baseline and a score.
             * @example 84
             */
            n: number | null;
            /**
             * @description Neither.
             * @example 27
             */
            no_clear_change: number | null;
            /**
             * @description People whose course is judged and who were asked.
             * @example 101
             */
            of: number | null;
            /**
             * Format: double
             * @description The median of the scores.
             * @example 7
             */
            score_median: number | null;
            /** @description Whether the group is too small to be shown; then all that follows is null. */
            suppressed: boolean;
            /**
             * @description Its name.
             * @example GAD-7
             */
            title: string;
            /**
             * @description Reliably worse.
             * @example 5
             */
            worse: number | null;
        };
        /** @description A measure as a clinic's figures need it. */
        OutcomeMeasure: {
            /** @description Named parts of the range. */
            bands: components["schemas"]["Band"][];
            /** @description Which way it runs. */
            higher_is: components["schemas"]["Direction"];
            /**
             * @description `<instrument>.total`.
             * @example phq-9.total
             */
            id: string;
            /**
             * Format: double
             * @description The highest value.
             */
            max: number;
            /**
             * Format: double
             * @description The lowest value.
             */
            min: number;
            /**
             * Format: double
             * @description More than chance variation, in points; null where nothing is published.
             */
            reliable_change: number | null;
            /**
             * Format: double
             * @description The highest score that is a remission.
             */
            remission_max: number | null;
            /**
             * Format: double
             * @description The share of the baseline whose gain is a response.
             */
            response: number | null;
            /**
             * Format: double
             * @description Below this baseline neither response nor remission can be told.
             */
            response_min_baseline: number | null;
            /**
             * @description Its name.
             * @example PHQ-9
             */
            title: string;
        };
        /** @description Who is not in the figures, said first. Each is null where that group is too small to be shown. */
        OutcomeMissing: {
            /**
             * @description Those of them with both, who are counted.
             * @example 86
             */
            counted: number | null;
            /**
             * @description People whose course is judged: with `at=induction` those whose induction is over.
             * @example 101
             */
            courses: number | null;
            /**
             * @description Those of them without one or the other.
             * @example 15
             */
            left_out: number | null;
            /**
             * @description Those of them with a baseline.
             * @example 97
             */
            with_baseline: number | null;
            /**
             * @description Those of them with the score.
             * @example 89
             */
            with_score: number | null;
        };
        /** @description A time of whole months in which at least ten people began: `from` and `to` choose some of these in a row. */
        OutcomePeriod: {
            /** @description Its first day. */
            from: components["schemas"]["LocalDate"];
            /** @description Its last day. */
            to: components["schemas"]["LocalDate"];
        };
        /** @description A choice of a filter, and whether its figures may be shown with the other filters as they are. */
        OutcomeRoute: {
            /** @description Whether its figures may be shown. */
            is_shown: boolean;
            /** @description How the medicine is given. */
            route: components["schemas"]["Route"];
        };
        /** @description A group of scores. */
        OutcomeScores: {
            /**
             * Format: double
             * @description The high end of the middle half.
             * @example 21
             */
            high_quarter: number;
            /**
             * Format: double
             * @description The low end of the middle half.
             * @example 16
             */
            low_quarter: number;
            /**
             * Format: double
             * @description The mean, to three decimals.
             * @example 18.407
             */
            mean: number;
            /**
             * Format: double
             * @description The median.
             * @example 19
             */
            median: number;
            /**
             * @description How many people.
             * @example 86
             */
            n: number;
        };
        /**
         * @description What the treatment of a clinic's patients came to.
         *
         *     A patient counts once: with the latest course whose induction is over, or without one with the latest course.
         *     Groups of fewer than ten people are null, and so are those that would show such a group by subtraction.
         */
        Outcomes: {
            /** @description Of the whole clinic, whatever the filter. */
            analysable: components["schemas"]["OutcomeAnalysable"];
            /** @description Which score counts. */
            at: components["schemas"]["OutcomeAt"];
            baseline: components["schemas"]["OutcomeScores"] | null;
            /** @description The baseline, and the scores after each session. */
            by_session: components["schemas"]["OutcomeBySession"][];
            /** @description Conditions to choose from. */
            conditions: components["schemas"]["OutcomeCondition"][];
            /** @description People whose induction ended before its sessions were done, of those whose induction is over. */
            drop_out: components["schemas"]["Rate"];
            /** @description What the figures were cut to. */
            filter: components["schemas"]["OutcomeFilter"];
            kept: components["schemas"]["OutcomeKept"] | null;
            /** @description The measure. */
            measure: components["schemas"]["OutcomeMeasure"];
            /** @description All measures in the same group. */
            measures: components["schemas"]["OutcomeLine"][];
            /** @description Who is not among them. */
            missing: components["schemas"]["OutcomeMissing"];
            /**
             * @description People with a baseline and a score.
             * @example 86
             */
            n: number | null;
            /** @description Times to choose from, the oldest first. */
            periods: components["schemas"]["OutcomePeriod"][];
            reliable_deterioration: components["schemas"]["Rate"] | null;
            reliable_improvement: components["schemas"]["Rate"] | null;
            remission: components["schemas"]["Rate"] | null;
            response: components["schemas"]["Rate"] | null;
            /** @description Routes to choose from. */
            routes: components["schemas"]["OutcomeRoute"][];
            score: components["schemas"]["OutcomeScores"] | null;
            /** @description Whether the group is too small to be shown. */
            suppressed: boolean;
            /** @description Everybody's score less baseline, best first. Nothing says whose it is. */
            waterfall: number[];
        };
        /** @description Changes to the own account. */
        OwnChange: {
            /**
             * @description BCP 47 language.
             * @default null
             * @example en
             */
            locale?: string;
            /**
             * @description The person's name.
             * @default null
             * @example Maya Ellison
             */
            name?: string;
            /**
             * @description When to be reminded.
             * @default null
             */
            reminders?: components["schemas"]["Reminders"];
            /**
             * @description IANA time zone: decides what "today" is.
             * @default null
             * @example America/Denver
             */
            time_zone?: string;
        };
        /**
         * @description On which paper.
         * @enum {string}
         */
        Paper: "a4" | "letter";
        /** @description A new password. */
        PasswordChange: {
            /**
             * @description The password in use.
             * @example seven quiet herons fly
             */
            current_password: string;
            /**
             * @description 15 to 128 characters.
             * @example four slow otters dive
             */
            new_password: string;
        };
        /** @description A patient's record. */
        PatientBody: {
            /** @description Whether the patient can sign in. */
            account: components["schemas"]["AccountBody"];
            /** @description Days with a check-in among the last 14. */
            adherence_14: number;
            /**
             * Format: int32
             * @description Whole years.
             */
            age: number | null;
            /** @description Whether the record was put away. */
            archived: boolean;
            /** @description The last 14 days, oldest first. */
            check_ins_14: boolean[];
            condition: components["schemas"]["Condition"] | null;
            course: components["schemas"]["RecordCourse"] | null;
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            date_of_birth: components["schemas"]["LocalDate"] | null;
            /** @description An e-mail, for the invitation. */
            email: string | null;
            /** @description An id in another system. */
            external_ref: string | null;
            /** @description The patient. */
            id: components["schemas"]["Id_Patient"];
            last_check_in_at: components["schemas"]["Timestamp"] | null;
            last_session: components["schemas"]["LastSession"] | null;
            /**
             * @description The patient's name.
             * @example Maya Ellison
             */
            name: string;
            next_session: components["schemas"]["NextSession"] | null;
            /** @description Alerts that nobody has acknowledged; null for who may not see answers. */
            open_alerts: number | null;
            /**
             * @description The measure that the caseload shows.
             * @example phq-9.total
             */
            primary_measure: string;
            /** @description Whether reminders reach the patient; null where the patient has not joined. */
            reachable: boolean | null;
            /**
             * @description The clinic's own number.
             * @example AR-0417
             */
            record_number: string | null;
            /** @description IANA time zone. */
            time_zone: string;
        };
        /**
         * @description Changes to a record; null takes a value away.
         * @example {
         *       "condition": "ptsd",
         *       "email": null,
         *       "primary_measure": "pcl-5.total"
         *     }
         */
        PatientChange: {
            /** @default null */
            archived?: boolean | null;
            /** @default null */
            condition?: components["schemas"]["Condition"] | null;
            /** @default null */
            date_of_birth?: components["schemas"]["LocalDate"] | null;
            /** @default null */
            email?: string | null;
            /** @default null */
            external_ref?: string | null;
            /** @default null */
            name?: string | null;
            /** @default null */
            primary_measure?: string | null;
            /** @default null */
            record_number?: string | null;
            /** @default null */
            time_zone?: string | null;
        };
        /** @description All that is known of one patient. */
        PatientExport: {
            /** @description Answers that called for somebody, in order of time. */
            alerts: components["schemas"]["ExportedAlert"][];
            /** @description What the patient said yes and no to, in order of time. */
            consents: components["schemas"]["ExportedConsent"][];
            /** @description Courses of treatment, the last started first. */
            courses: components["schemas"]["CourseBody"][];
            /** @description When it was asked for. */
            exported_at: components["schemas"]["Timestamp"];
            /** @description Entries of the journal that are for whom the export is for, newest first. */
            journal_entries: components["schemas"]["JournalEntryBody"][];
            /** @description The record. */
            patient: components["schemas"]["ExportedPatient"];
            /** @description Answered questionnaires with their scores in order of time, those that were corrected among them. */
            responses: components["schemas"]["ResponseBody"][];
            /** @description Dosing sessions in order of time. A patient's own export is without staff's words to each other. */
            sessions: components["schemas"]["SessionBody"][];
        };
        /**
         * @description In which form one patient's data goes out.
         * @enum {string}
         */
        PatientFormat: "csv" | "json" | "fhir";
        /** @description Where a patient stands on one measure, in a list of all. */
        PatientMeasure: {
            /** @description Named parts of the range. */
            bands: components["schemas"]["Band"][];
            baseline: components["schemas"]["BestScore"] | null;
            /**
             * Format: int32
             * @description How many decimals its values have.
             */
            decimals: number;
            gain: components["schemas"]["Points"] | null;
            gain_percent: components["schemas"]["Points"] | null;
            /** @description Which way it runs. */
            higher_is: components["schemas"]["Direction"];
            /** @description The questionnaire. */
            instrument: string;
            /** @description Published or in-house. */
            kind: components["schemas"]["Kind"];
            latest: components["schemas"]["LatestScore"] | null;
            /** @description The highest value. */
            max: components["schemas"]["Points"];
            /**
             * @description `<instrument>.<scale>`.
             * @example phq-9.total
             */
            measure: string;
            /** @description The lowest value. */
            min: components["schemas"]["Points"];
            /** @description More than chance, for the better or the worse. */
            reliable: boolean | null;
            reliable_change: components["schemas"]["Points"] | null;
            /** @description Its name where the instrument is known. */
            short_title: string;
            status: components["schemas"]["ChangeStatus"] | null;
            /** @description Its name. */
            title: string;
        };
        /**
         * @description A PDF file of one page.
         * @example %PDF-1.7
         */
        PdfFile: string;
        /** @description What the scores say around one session. An empty cell is `None`: nothing is carried forward or interpolated. */
        PerSession: {
            after: components["schemas"]["Points"] | null;
            /**
             * Format: date-time
             * @description When dosing started.
             */
            at: string;
            before: components["schemas"]["Points"] | null;
            best: components["schemas"]["Points"] | null;
            gain_from_baseline: components["schemas"]["Points"] | null;
            gain_going_in: components["schemas"]["Points"] | null;
            /**
             * @description Points gained since the score going into the session before, in the same course: positive is better. Left out
             *     where either is missing.
             */
            gain_since_previous?: components["schemas"]["Points"];
            /**
             * Format: int32
             * @description Its number in the course.
             */
            number: number;
            /**
             * Format: uuid
             * @description The session.
             */
            session_id: string;
        };
        /** @description Somebody who works in the clinic. */
        Person: {
            /** @description The account. */
            id: components["schemas"]["Id_User"];
            /**
             * @description The person's name.
             * @example Dr Amara Okafor
             */
            name: string;
        };
        /**
         * @description Where a course stands.
         * @enum {string}
         */
        Phase: "induction" | "maintenance";
        /** @description The choice of a plan, or a change of it. */
        PlanChange: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /**
             * @description Who changed it.
             * @example Imani Okafor
             */
            changed_by: string | null;
            from: components["schemas"]["PlanName"] | null;
            /**
             * @description Why; null for the patient.
             * @example Infusions are too far to travel
             */
            reason: string | null;
            to: components["schemas"]["PlanName"] | null;
        };
        /** @description A change of the plan that a course follows. */
        PlanChangeMark: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /**
             * @description In words.
             * @example Plan changed from IV, six infusions to Esketamine
             */
            text: string;
        };
        /** @description One questionnaire of a plan, and when it is due. */
        PlanLine: {
            /**
             * Format: int32
             * @description Days after it was due until whose end it is.
             */
            close_days_after: number | null;
            /**
             * Format: int32
             * @description Hours after it was due until which it is.
             */
            close_hours_after: number | null;
            /**
             * Format: int32
             * @description The first day of `every_days`; one interval on where it is left out.
             */
            from_day: number | null;
            /**
             * @description Its name in the plan.
             * @example phq-9-weekly
             */
            id: string;
            /**
             * @description The questionnaire.
             * @example phq-9
             */
            instrument: string;
            /**
             * Format: int32
             * @description How many days the last answer to the same questionnaire holds; the questionnaire's own where it is left out.
             */
            min_interval_days: number | null;
            only_if: components["schemas"]["PlanOnlyIf"] | null;
            /**
             * Format: int32
             * @description Days before it is due from which it is open.
             */
            open_days_before: number | null;
            /**
             * Format: int32
             * @description Hours before it is due from which it is open.
             */
            open_hours_before: number | null;
            /** @description The parts of the treatment in which it is asked. */
            phases: components["schemas"]["PlanPhaseKind"][];
            /**
             * Format: int32
             * @description How many times `every_days` comes; to the end of the phase where it is left out.
             */
            times: number | null;
            /** @description When it is due. */
            when: components["schemas"]["PlanWhen"];
        };
        /** @description A plan as it was called then. */
        PlanName: {
            /**
             * @description The plan, or the word that stood for one.
             * @example iv-induction-6
             */
            protocol: string;
            /**
             * @description In a few words.
             * @example IV, six infusions
             */
            title: string;
            /**
             * @description Its version; null where the word names no known plan.
             * @example 1.0.0
             */
            version: string | null;
        };
        /** @description For whom a line is meant. */
        PlanOnlyIf: {
            /** @description The course's condition, or the patient's, is one of these. */
            conditions: components["schemas"]["Condition"][];
        };
        /** @description A part of a plan. */
        PlanPhase: {
            /**
             * @description Its name in the plan.
             * @example induction
             */
            id: string;
            /** @description The part of the treatment. */
            kind: components["schemas"]["PlanPhaseKind"];
            /**
             * Format: int32
             * @description How many sessions; none where the end is open.
             */
            sessions: number | null;
            spacing_days: components["schemas"]["Spacing"] | null;
        };
        /**
         * @description The part of a treatment that a phase of a plan is.
         * @enum {string}
         */
        PlanPhaseKind: "induction" | "maintenance" | "follow-up";
        /** @description When a questionnaire is due. */
        PlanWhen: {
            /**
             * Format: int32
             * @description Before the first session, open from so many days before it.
             */
            intake_days: number;
        } | {
            /**
             * Format: int32
             * @description The same; the first session waits for it.
             */
            baseline_days: number;
        } | {
            /**
             * Format: int32
             * @description So many hours before each session.
             */
            before_session_hours: number;
        } | {
            /**
             * Format: int32
             * @description So many hours after each session began.
             */
            after_session_hours: number;
        } | "evening_after" | {
            /**
             * Format: int32
             * @description At the start of every so manieth day of the phase.
             */
            every_days: number;
        } | {
            /**
             * Format: int32
             * @description So many days after the last session of the phase.
             */
            after_last_days: number;
        };
        /** @description A session that is still to come. */
        PlannedSession: {
            /**
             * Format: date-time
             * @description When it is to start.
             */
            at: string;
            /**
             * Format: uuid
             * @description The session.
             */
            id: string;
            /**
             * Format: int32
             * @description Its number in the course.
             */
            number: number;
        };
        /** @description An exact decimal with at most three decimals. */
        Points: number;
        /** @description The token of a link. */
        Preview: {
            /**
             * @description What stands behind `#token=`.
             * @example Rk1t2n4YqZ3vB8mW5xH7cJ9pL0sD6gF-aE_uT4oI2yK
             */
            token: string;
        };
        /** @description Who invites whom, and what is to be consented to. */
        PreviewBody: {
            /** @description The clinic. */
            clinic: components["schemas"]["InvitingClinic"];
            /** @description What to say yes or no to; empty for staff. */
            consents: components["schemas"]["ConsentBody"][];
            /**
             * @description The e-mail to sign in with.
             * @example maya@example.org
             */
            email: string;
            /** @description When the link ends. */
            expires_at: components["schemas"]["Timestamp"];
            /**
             * @description Who invites.
             * @example Imani Okafor
             */
            invited_by: string;
            /**
             * @description The person's name, as the inviter wrote it.
             * @example Maya Ellison
             */
            name: string;
            /**
             * @description What the person will do.
             * @example [
             *       "patient"
             *     ]
             */
            roles: components["schemas"]["Role"][];
        };
        /** @description The measure that a row shows. */
        PrimaryMeasure: {
            /**
             * Format: int64
             * @description Days without a score beyond which no line is drawn.
             */
            gap_days: number;
            /** @description Which way is worse. */
            higher_is: components["schemas"]["Direction"];
            /**
             * Format: double
             * @description The highest value.
             */
            max: number;
            /**
             * @description Its name.
             * @example phq-9.total
             */
            measure: string;
            /**
             * Format: double
             * @description The lowest value.
             */
            min: number;
            /**
             * Format: double
             * @description A change that is more than chance, in points.
             */
            reliable_change: number | null;
            /**
             * Format: double
             * @description The highest value of remission.
             */
            remission_max: number | null;
            /**
             * @description In words.
             * @example PHQ-9
             */
            title: string;
        };
        /** @description The body of every error: RFC 9457 `application/problem+json`. */
        Problem: {
            /** @description What happened, what is safe and what to do. */
            detail: string;
            /** @description Every place that breaks a rule, where the request was invalid. */
            errors?: components["schemas"]["Violation"][];
            /** @description The request id, to find the request in the server's log. */
            instance: string;
            /** @description What has to be there first, where that is what is missing. */
            missing?: components["schemas"]["GateRequirement"][];
            /**
             * Format: int32
             * @description The HTTP status.
             * @example 422
             */
            status: number;
            /** @description The kind of error in words. */
            title: string;
            /**
             * @description A stable name of the kind of error.
             * @example https://yarrow.example/problems/invalid
             */
            type: string;
        };
        /** @description Everything that a progress chart of one measure needs. */
        Progress: {
            baseline: components["schemas"]["Baseline"] | null;
            /** @description The baselines of the other courses. */
            baselines: components["schemas"]["EarlierBaseline"][];
            /**
             * Format: uuid
             * @description The course that change is measured in; null before its first session, and for sessions outside any.
             */
            course_id: string | null;
            /** @description Further figures; for staff only, left out for patients. */
            facts?: components["schemas"]["ProgressFacts"];
            /** @description Answers about suicidal thoughts above "not at all"; for staff only, left out for patients. */
            flags?: components["schemas"]["ProgressFlag"][];
            /** @description Where no line may be drawn. */
            gaps: components["schemas"]["ChartGap"][];
            /** @description The measure. */
            measure: components["schemas"]["Measure"];
            /** @description The patient. */
            patient_id: components["schemas"]["Id_Patient"];
            /** @description One row for each completed session. */
            per_session: components["schemas"]["PerSession"][];
            /** @description Changes of the plan that a course follows, in order of time; left out where there are none. */
            plan_changes?: components["schemas"]["PlanChangeMark"][];
            /** @description The planned sessions, in order of time. */
            planned: components["schemas"]["PlannedSession"][];
            /** @description The scores, in order of time. */
            points: components["schemas"]["ChartPoint"][];
            /** @description The completed sessions, in order of time. */
            sessions: components["schemas"]["ProgressSession"][];
            /** @description Where the patient stands, in figures and words. */
            summary: components["schemas"]["ProgressSummary"];
        };
        /** @description Figures for the provider. Everything unknown is null, never false and never 0. */
        ProgressFacts: {
            best: components["schemas"]["BestScore"] | null;
            /** @description The doses of all completed sessions, each medicine for itself. */
            cumulative_dose_mg: components["schemas"]["CumulativeDose"][];
            /**
             * Format: int64
             * @description Local days since the last completed session.
             */
            days_since_last_session: number | null;
            /** @description Whether the change is more than chance, for the better or the worse. */
            reliable: boolean | null;
            /** @description Whether it is a remission. */
            remission: boolean | null;
            /** @description Whether the latest score is a response. `None` where the measure has no such word, or without a fitting baseline. */
            response: boolean | null;
            /** @description Completed sessions of all courses. */
            sessions: number;
            /** @description Forms that were answered and that the published rule cannot score. */
            unscored: number;
        };
        /** @description An answer about suicidal thoughts that calls for attention: item 9 of the PHQ-9 above "not at all". */
        ProgressFlag: {
            /**
             * Format: date-time
             * @description When it was answered, or received where the phone's clock is not to be believed.
             */
            at: string;
            /**
             * @description The item of the questionnaire.
             * @example q9
             */
            item: string;
            /**
             * @description The answer in words.
             * @example Several days
             */
            label: string | null;
            /**
             * Format: date
             * @description The patient's day.
             */
            local_date: string;
            /**
             * Format: uuid
             * @description The response.
             */
            response_id: string;
            /** @description The answer in numbers. */
            value: components["schemas"]["Points"];
        };
        /** @description Text to paste into a clinical note. */
        ProgressNote: {
            /** @description The text, a line for each thing. */
            text: string;
        };
        /** @description A completed session on a chart. */
        ProgressSession: {
            /**
             * Format: date-time
             * @description When dosing started.
             */
            at: string;
            /**
             * Format: double
             * @description The dose in milligrams.
             * @example 40
             */
            dose_mg: number | null;
            /**
             * Format: uuid
             * @description The session.
             */
            id: string;
            /**
             * Format: int32
             * @description How long the infusion took; left out where there was none.
             */
            infusion_minutes?: number;
            /**
             * Format: int32
             * @description Its number in the course.
             */
            number: number;
            route: components["schemas"]["Route"] | null;
            /** @description `completed`. */
            status: components["schemas"]["SessionStatus"];
        };
        /** @description Where a patient stands on one measure: the same for patient and provider. */
        ProgressSummary: {
            baseline: components["schemas"]["Points"] | null;
            best: components["schemas"]["BestScore"] | null;
            gain: components["schemas"]["Points"] | null;
            gain_percent: components["schemas"]["Points"] | null;
            latest: components["schemas"]["Points"] | null;
            /** @description A response or remission that was lost again; left out where none was. */
            loss?: components["schemas"]["Loss"];
            /** @description More than chance, for the better or the worse. `None` without a baseline or a rule. */
            reliable: boolean | null;
            status: components["schemas"]["ChangeStatus"] | null;
            /** @description All this in a sentence or two. */
            text: string;
        };
        /** @description A plan: sessions and how far apart they are, and which questionnaire is due when. */
        Protocol: {
            /** @description What it is meant for. */
            conditions: components["schemas"]["Condition"][];
            /**
             * @description Names it in a course.
             * @example iv-induction-6
             */
            id: string;
            /** @description What is due when. */
            lines: components["schemas"]["PlanLine"][];
            /** @description What is given. */
            medicine: components["schemas"]["Medicine"];
            /** @description Its parts, in order. */
            phases: components["schemas"]["PlanPhase"][];
            /**
             * @description What it is measured by.
             * @example phq-9.total
             */
            primary_measure: string;
            /** @description The way the medicine is given. */
            route: components["schemas"]["Route"];
            /**
             * @description The same in a few words.
             * @example IV, six infusions
             */
            short_title: string;
            /** @description What to expect of it. */
            summary: string;
            /** @description What it is, in a line. */
            title: string;
            /**
             * @description Raised with every change of the file.
             * @example 1.0.0
             */
            version: string;
        };
        /** @description Push notifications, as a way to the person. */
        PushBody: {
            /** @description Devices that are pushed to. */
            devices: number;
            last_success_at: components["schemas"]["Timestamp"] | null;
            /** @description Whether this one is among them. */
            this_device: boolean;
        };
        /** @description The part of the day in which nothing may come; over midnight where it ends before it begins. */
        Quiet: {
            /**
             * @description From this time on.
             * @example 22:00
             */
            from: string;
            /**
             * @description Until this one.
             * @example 08:00
             */
            until: string;
        };
        /** @description The numbers that a rating may take. */
        Range: {
            /** @description The words at the high end. */
            high: string | null;
            /** @description The words at the low end. */
            low: string | null;
            /** @description The highest. */
            max: components["schemas"]["Points"];
            /** @description The lowest. */
            min: components["schemas"]["Points"];
            /** @description The distance between neighbours. */
            step: components["schemas"]["Points"];
            /** @description The unit. */
            unit: string | null;
        };
        /**
         * @description So many of so many, with the share's 95 % interval by Wilson's method.
         *
         *     Shares are parts of 1, to four decimals. Everything is null where the group is too small to be shown.
         */
        Rate: {
            /**
             * Format: double
             * @description The high end of the interval.
             * @example 0.7538
             */
            high: number | null;
            /**
             * Format: double
             * @description The low end of the interval.
             * @example 0.5578
             */
            low: number | null;
            /**
             * @description How many.
             * @example 57
             */
            n: number | null;
            /**
             * @description Of how many.
             * @example 86
             */
            of: number | null;
        };
        /**
         * @description A reading that a course needs to be analysed.
         * @enum {string}
         */
        Reading: "baseline" | "mid_series" | "after_induction" | "follow_up";
        /** @description What stands out, in words and since when. */
        Reason: {
            /** @description The rule. */
            code: components["schemas"]["ReasonCode"];
            /**
             * @description A second line.
             * @example not acknowledged
             */
            detail: string | null;
            since: components["schemas"]["Timestamp"] | null;
            /**
             * @description What stands out.
             * @example Item 9: more than half the days
             */
            text: string;
        };
        /**
         * @description Why a patient stands there.
         * @enum {string}
         */
        ReasonCode: "open_alert" | "acknowledged_alert" | "worse" | "vital_hold" | "review_alert" | "low_mood" | "short_nights" | "broken_off" | "silence" | "missed" | "no_change";
        /** @description The current course of a record. */
        RecordCourse: {
            condition: components["schemas"]["Condition"];
            goal: string | null;
            id: components["schemas"]["Id_Course"];
            phase: components["schemas"]["Phase"];
            /** Format: int32 */
            sessions_done: number;
            /** Format: int32 */
            sessions_planned: number | null;
            started_on: components["schemas"]["LocalDate"];
            status: components["schemas"]["CourseStatus"];
        };
        /** @description The refresh token, for programs; the web app sends it as a cookie. */
        Refresh: {
            /**
             * @description The newest refresh token.
             * @example h0Rk1t2n4YqZ3vB8mW5xH7cJ9pL0sD6gF-aE_uT4oI2
             */
            refresh_token?: string | null;
        };
        /** @description How the own reminders stand. */
        ReminderState: {
            /** @description E-mail. */
            email: components["schemas"]["EmailBody"];
            next_at: components["schemas"]["Timestamp"] | null;
            /** @description What the plan proposes. */
            proposed: components["schemas"]["Reminders"];
            /** @description Push notifications. */
            push: components["schemas"]["PushBody"];
            /** @description Whether they rest: three days with a reminder went by unanswered. They go on with the next answer. */
            resting: boolean;
        };
        /** @description When a person wants to be reminded, where it is; by push first, by e-mail where push reaches no device. */
        Reminders: {
            /** @description On which days. */
            days: components["schemas"]["Weekday"][];
            /** @description Whether e-mail may be used. */
            email?: boolean;
            /** @description Whether at all. */
            enabled: boolean;
            /** @description Whether one nudge may follow the day's last reminder. Left out where it may, as the next two. */
            nudge?: boolean;
            /** @description Whether push notifications may be used. */
            push?: boolean;
            quiet?: components["schemas"]["Quiet"] | null;
            /**
             * @description At which times of the day, `HH:MM`; each is one reminder, and only where something is still to be answered.
             * @example [
             *       "19:00"
             *     ]
             */
            times: string[];
        };
        /** @description One page about a patient's progress. */
        Report: {
            /**
             * Format: int32
             * @description Whole years, where the day of birth is known.
             */
            age: number | null;
            /** @description The primary measure, then up to two others. */
            charts: components["schemas"]["ReportChart"][];
            /** @description The clinic's name. */
            clinic: string;
            /** @description How charts and words are to be read. */
            definitions: string;
            /** @description Completed sessions before those. */
            earlier_sessions: number;
            /** @description The first day of the charts. */
            from: components["schemas"]["LocalDate"];
            /** @description Whether the table tells vital signs. */
            has_vital_signs: boolean;
            /** @description The mood of each day. */
            mood: components["schemas"]["DailyColumns"];
            /**
             * @description The patient's name.
             * @example Maya Ellison
             */
            name: string;
            /** @description The patient. */
            patient_id: components["schemas"]["Id_Patient"];
            /** @description Who recorded the last session. */
            provider: string | null;
            /**
             * @description The clinic's own number.
             * @example AR-0417
             */
            record_number: string | null;
            /** @description The last twelve completed sessions, oldest first. */
            sessions: components["schemas"]["ReportSession"][];
            /** @description What the charts and the table say, in words. */
            summary: string;
            /** @description IANA time zone of the patient. */
            time_zone: string;
            /** @description The last one: today where the patient is. */
            to: components["schemas"]["LocalDate"];
        };
        /** @description A progress chart under its heading. */
        ReportChart: components["schemas"]["Progress"] & {
            /**
             * @description What is drawn and how it is read.
             * @example PHQ-9, depressive symptom severity, 0 to 27, lower is better
             */
            heading: string;
        };
        /** @description A blood pressure in mmHg. */
        ReportPressure: {
            /**
             * Format: int32
             * @description The lower value; null where only the upper one was written down.
             * @example 92
             */
            diastolic: number | null;
            /**
             * Format: int32
             * @description The upper value.
             * @example 148
             */
            systolic: number;
        };
        /** @description A completed session as a row of the table. What nobody wrote down or answered is null. */
        ReportSession: {
            after: components["schemas"]["Points"] | null;
            before: components["schemas"]["Points"] | null;
            /** @description The patient's day of it. */
            date: components["schemas"]["LocalDate"];
            /**
             * Format: int32
             * @description How detached the patient felt, 0 to 10.
             */
            dissociation: number | null;
            dose_mg: components["schemas"]["Points"] | null;
            /** @description The session. */
            id: components["schemas"]["Id_Session"];
            /** @description What was given. */
            medicine: components["schemas"]["Medicine"];
            mg_per_kg: components["schemas"]["Points"] | null;
            /**
             * Format: int32
             * @description How long the infusion ran.
             */
            minutes: number | null;
            /**
             * Format: int32
             * @description Its number in the course.
             */
            number: number;
            /** @description The part of the treatment: as recorded, else by the number of sessions that the course plans. */
            phase: components["schemas"]["SessionPhase"];
            /** @description The highest blood pressure that was read; left out where there is none, and in a patient's own report. */
            pressure_peak?: components["schemas"]["ReportPressure"];
            route: components["schemas"]["Route"] | null;
        };
        /** @description What closes an alert: both are needed. */
        Resolution: {
            /** @description What was done. */
            action: components["schemas"]["AlertAction"];
            /**
             * @description What was found and what comes next; 1 to 10,000 characters.
             * @example Spoke by phone. Safe with her partner, plan reviewed, seen on Monday.
             */
            note: string;
        };
        /**
         * @description Who gives the answers.
         * @enum {string}
         */
        Respondent: "patient" | "clinician";
        /** @description A stored response, whole. */
        ResponseBody: {
            /** @description The answers as they came. */
            answers: components["schemas"]["Answers"];
            assignment_id: components["schemas"]["Id_Assignment"] | null;
            /** @description True where the phone's clock was too far off to be believed; charts then place it at `received_at`. */
            clock_suspect?: boolean;
            /** @description When it was finished, as the phone said it. */
            completed_at: components["schemas"]["Timestamp"];
            /** @description Who answered, or wrote the answers down. */
            entered_by: components["schemas"]["EnteredByBody"];
            /** @description The id that the client made. */
            id: components["schemas"]["Id_Response"];
            /**
             * @description The questionnaire.
             * @example phq-9
             */
            instrument: string;
            /**
             * @description Its version when it was given.
             * @example 1.0.0
             */
            instrument_version: string;
            /** @description The patient's day. */
            local_date: components["schemas"]["LocalDate"];
            /** @description Whose answers they are. */
            patient_id: components["schemas"]["Id_Patient"];
            /** @description When it reached the server. */
            received_at: components["schemas"]["Timestamp"];
            /** @description The response that this one corrects. */
            replaces?: components["schemas"]["Id_Response"];
            /** @description What the answers ask the screen to do. */
            safety: components["schemas"]["Safety"];
            /** @description Its scores. `value` is null where the published rule gives none. */
            scores: components["schemas"]["Score"][];
            /** @description When it was begun, as the phone said it. */
            started_at?: components["schemas"]["Timestamp"];
            /** @description The total as it was brought in from earlier records, where nobody knows the answers any more. */
            stated_total?: components["schemas"]["Points"];
            superseded_by: components["schemas"]["Id_Response"] | null;
            /** @description The zone that the day was worked out in. */
            time_zone: string;
        };
        /**
         * @description What a review decides.
         * @enum {string}
         */
        ReviewDecision: "continue" | "change" | "stop";
        /**
         * @description What a person does in a clinic.
         * @enum {string}
         */
        Role: "admin" | "coordinator" | "provider" | "patient";
        /**
         * @description The way a medicine is given.
         * @enum {string}
         */
        Route: "iv" | "im" | "sc" | "in" | "sl" | "po";
        /** @description What answers ask the screen to do. */
        Safety: {
            /** @description Whether the support screen comes before anything else. */
            show_crisis_resources: boolean;
        };
        /** @description A list of the caseload under a name. */
        SavedFilter: {
            /**
             * @description What the person calls it; no two are called the same.
             * @example New in induction
             */
            name: string;
            /**
             * @description What the caseload is asked for: `sort`, `filter` and `q` as in `GET /patients`. Empty is the whole list.
             * @example filter=induction&sort=last_response
             */
            query: string;
        };
        /** @description All that a person keeps, in the person's own order. */
        SavedFilters: {
            /** @description 20 at the most. */
            items: components["schemas"]["SavedFilter"][];
        };
        /** @description One score of a response. */
        Score: {
            /**
             * @description The band in words, where bands are published.
             * @example Moderate
             */
            band: string | null;
            /**
             * Format: double
             * @description The highest possible.
             */
            max: number;
            /**
             * @description The measure.
             * @example phq-9.total
             */
            measure: string;
            /**
             * Format: double
             * @description The lowest possible.
             */
            min: number;
            /** @description The items that were not answered. */
            missing_items: string[];
            /** @description Whether missing items were made up for by the published rule. */
            prorated: boolean;
            /**
             * Format: double
             * @description Points, or null where the published rule gives none.
             */
            value: number | null;
        };
        /**
         * @description What a reader must know about a point before trusting it.
         * @enum {string}
         */
        ScoreMark: "session_day" | "before_treatment_window" | "recall_overlap";
        /** @description How the answers become a score. */
        Scoring: {
            /**
             * Format: int32
             * @description It is rounded half up to so many.
             */
            decimals: number | null;
            /** @description Which way it runs. */
            higher_is: components["schemas"]["Direction"];
            max: components["schemas"]["Points"] | null;
            /** @description Up to so many missing items are prorated. */
            max_missing: number;
            /** @description `none`: there is never a score. */
            method: components["schemas"]["Method"];
            min: components["schemas"]["Points"] | null;
            /** @description Plain sums of some of the items. */
            subscales: components["schemas"]["Subscale"][];
        };
        /**
         * @description What a device has sealed.
         * @example {
         *       "ciphertext": "q5s…",
         *       "enc": "BNm…",
         *       "to": "BPk…"
         *     }
         */
        Sealed: {
            /** @description The sealed body in base64url. */
            ciphertext: string;
            /** @description The encapsulated key in base64url. */
            enc: string;
            /** @description The public key that it was sealed to: `outbox_public_key` of `GET /meta` as it was then. */
            to: string;
        };
        /**
         * @description Who has come for a session, or to which chair; what is left out stays as it was.
         * @example {
         *       "arrived_at": "2026-11-20T16:50:00.000Z",
         *       "chair": "2"
         *     }
         */
        SessionArrivalChange: {
            /** @default null */
            arrived_at?: components["schemas"]["Timestamp"] | null;
            /**
             * @description Where the patient sits.
             * @default null
             * @example 2
             */
            chair?: string | null;
        };
        /** @description A member of staff, as the author of a record. */
        SessionAuthor: {
            /** @description The account. */
            id: components["schemas"]["Id_User"];
            /**
             * @description The person's name.
             * @example Imani Okafor
             */
            name: string;
        };
        /** @description A session as staff see it. */
        SessionBody: {
            /** @description `started_at`, else `scheduled_at`, else when it was written down. */
            at: components["schemas"]["Timestamp"];
            checklist: {
                [key: string]: boolean | components["schemas"]["Points"] | string;
            } & Record<string, never>;
            course_id: components["schemas"]["Id_Course"] | null;
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            discharge: {
                [key: string]: boolean | components["schemas"]["Points"] | string;
            } & Record<string, never>;
            /**
             * Format: int32
             * @description How detached the patient felt at the strongest moment, 0 to 10.
             * @example 5
             */
            dissociation: number | null;
            dose_mg: components["schemas"]["Points"] | null;
            dose_mg_per_kg: components["schemas"]["Points"] | null;
            /** @description Effects seen or told of. */
            effects: components["schemas"]["SessionEffect"][];
            ended_at: components["schemas"]["Timestamp"] | null;
            gate_override: components["schemas"]["GateOverride"] | null;
            /** @description The session. */
            id: components["schemas"]["Id_Session"];
            /**
             * Format: int32
             * @description How long the infusion ran, in minutes.
             * @example 40
             */
            infusion_minutes: number | null;
            /** @description What was done. */
            interventions: components["schemas"]["SessionIntervention"][];
            /** @description The day of `at` where the patient is. */
            local_date: components["schemas"]["LocalDate"];
            medicine: components["schemas"]["Medicine"] | null;
            /** @description Other medicines that were given. */
            medicines_given: components["schemas"]["MedicineGiven"][];
            /** @description For staff. */
            note: string | null;
            /**
             * Format: int32
             * @description Its number in the course.
             * @example 3
             */
            number: number;
            /** @description The patient. */
            patient_id: components["schemas"]["Id_Patient"];
            phase: components["schemas"]["SessionPhase"] | null;
            route: components["schemas"]["Route"] | null;
            scheduled_at: components["schemas"]["Timestamp"] | null;
            /** @description For the patient too. */
            shared_note: string | null;
            signed_at: components["schemas"]["Timestamp"] | null;
            signed_by: components["schemas"]["SessionAuthor"] | null;
            started_at: components["schemas"]["Timestamp"] | null;
            /** @description Whether it took place. */
            status: components["schemas"]["SessionStatus"];
            /**
             * @description Why dosing was stopped before its time, where it was.
             * @example Blood pressure 182/118
             */
            stop_reason: string | null;
            /** @description When it was changed. */
            updated_at: components["schemas"]["Timestamp"];
            /** @description Who changed it last. */
            updated_by: components["schemas"]["SessionAuthor"];
            /** @description Readings, each with its time. */
            vitals: components["schemas"]["SessionVitals"][];
            weight_kg: components["schemas"]["Points"] | null;
            weight_measured_on: components["schemas"]["LocalDate"] | null;
        };
        /** @description A clinic's day. */
        SessionDay: {
            /** @description The day's sessions in order of time, whatever became of them. */
            items: components["schemas"]["DaySession"][];
            /** @description Always null: there is one page. */
            next_cursor: string | null;
            /** @description The day, where the clinic is. */
            on: components["schemas"]["LocalDate"];
        };
        /** @description One effect. */
        SessionEffect: {
            /** @description What was done about it. */
            action: string | null;
            /** @description What it was. */
            effect: components["schemas"]["EffectWord"];
            /**
             * Format: int32
             * @description Minutes from the start of dosing until it was over.
             */
            ended_minutes: number | null;
            /**
             * Format: int32
             * @description Minutes from the start of dosing until it began.
             */
            onset_minutes: number | null;
            /** @description Whether it was serious. */
            serious: boolean | null;
            severity: components["schemas"]["Severity"] | null;
        };
        /** @description One effect as a client sends it. */
        SessionEffectRequest: {
            /** @description What was done about it. */
            action?: string | null;
            /** @description What it was. */
            effect: components["schemas"]["EffectWord"];
            /**
             * Format: int32
             * @description Minutes from the start of dosing until it was over.
             */
            ended_minutes?: number | null;
            /**
             * Format: int32
             * @description Minutes from the start of dosing until it began.
             */
            onset_minutes?: number | null;
            /** @description Whether it was serious. */
            serious?: boolean | null;
            severity?: components["schemas"]["Severity"] | null;
        };
        /** @description Something that was done during a session. */
        SessionIntervention: {
            at?: components["schemas"]["Timestamp"] | null;
            /**
             * @description What.
             * @example Infusion slowed, sat up, blood pressure again after 5 minutes
             */
            what: string;
        };
        /** @description One mark of a checklist: ticked or not, a number, or a text. */
        SessionMark: boolean | components["schemas"]["Points"] | string;
        /** @description Why something that is missing is passed over. */
        SessionOverrideRequest: {
            /** @description In words. */
            reason: string;
        };
        /**
         * @description The part of a treatment that a session belongs to.
         * @enum {string}
         */
        SessionPhase: "induction" | "maintenance" | "booster" | "single";
        /**
         * @description A session as a client sends it.
         * @example {
         *       "dissociation": 5,
         *       "dose_mg": 40,
         *       "effects": [
         *         {
         *           "effect": "nausea",
         *           "severity": "mild"
         *         }
         *       ],
         *       "ended_at": "2026-11-20T17:40:00.000Z",
         *       "infusion_minutes": 40,
         *       "note": "Went well. Slept for ten minutes after.",
         *       "number": 3,
         *       "patient_id": "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d",
         *       "route": "iv",
         *       "started_at": "2026-11-20T17:00:00.000Z",
         *       "status": "completed",
         *       "vitals": [
         *         {
         *           "at": "2026-11-20T16:55:00.000Z",
         *           "diastolic": 82,
         *           "heart_rate": 72,
         *           "phase": "before",
         *           "spo2": 98,
         *           "systolic": 128
         *         }
         *       ],
         *       "weight_kg": 68
         *     }
         */
        SessionRequest: {
            /** @description Why a signed record is changed. */
            amendment_reason?: string | null;
            /** @description What was checked before, by name. */
            checklist?: {
                [key: string]: components["schemas"]["SessionMark"];
            } | null;
            course_id?: components["schemas"]["Id_Course"] | null;
            /** @description What was checked before going home, by name. `released_at` is an instant, not before `ended_at`. */
            discharge?: {
                [key: string]: components["schemas"]["SessionMark"];
            } | null;
            /**
             * Format: int32
             * @description How detached the patient felt at the strongest moment, 0 to 10.
             * @example 5
             */
            dissociation?: number | null;
            /**
             * Format: double
             * @description How much of it in all, in mg.
             * @example 40
             */
            dose_mg?: number | null;
            /** @description Effects seen or told of. */
            effects?: components["schemas"]["SessionEffectRequest"][] | null;
            ended_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description How long the infusion ran, in minutes.
             * @example 40
             */
            infusion_minutes?: number | null;
            /** @description What was done, 40 at the most. */
            interventions?: components["schemas"]["SessionIntervention"][] | null;
            medicine?: components["schemas"]["Medicine"] | null;
            /** @description Other medicines that were given, 40 at the most. */
            medicines_given?: components["schemas"]["MedicineGiven"][] | null;
            /** @description For staff. */
            note?: string | null;
            /**
             * Format: int32
             * @description Its number in the course.
             * @example 3
             */
            number: number;
            override?: components["schemas"]["SessionOverrideRequest"] | null;
            /** @description The patient. */
            patient_id: components["schemas"]["Id_Patient"];
            phase?: components["schemas"]["SessionPhase"] | null;
            route?: components["schemas"]["Route"] | null;
            scheduled_at?: components["schemas"]["Timestamp"] | null;
            /** @description For the patient too. */
            shared_note?: string | null;
            /** @description Signs the record: later changes are amendments. */
            sign?: boolean | null;
            started_at?: components["schemas"]["Timestamp"] | null;
            /** @description Whether it took place. */
            status: components["schemas"]["SessionStatus"];
            /** @description Why dosing was stopped before its time, where it was. */
            stop_reason?: string | null;
            /** @description Readings, each with its time. */
            vitals?: components["schemas"]["SessionVitalsRequest"][] | null;
            /**
             * Format: double
             * @description The patient's weight in kg.
             * @example 68
             */
            weight_kg?: number | null;
            weight_measured_on?: components["schemas"]["LocalDate"] | null;
        };
        /**
         * @description Where a session stands on its day.
         * @enum {string}
         */
        SessionStage: "expected" | "arrived" | "under_way" | "recovering" | "gone" | "missed" | "cancelled";
        /**
         * @description Whether a session took place.
         * @enum {string}
         */
        SessionStatus: "planned" | "completed" | "missed" | "cancelled";
        /** @description A session. A patient sees what is shared with it; a coordinator sees the schedule, everything else being empty. */
        SessionView: components["schemas"]["SessionBody"] | components["schemas"]["SharedSessionBody"];
        /** @description One reading of vital signs. */
        SessionVitals: {
            at: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description Breaths a minute.
             * @example 14
             */
            breathing_rate: number | null;
            /**
             * Format: int32
             * @description Blood pressure in mmHg.
             * @example 82
             */
            diastolic: number | null;
            /**
             * Format: int32
             * @description Beats a minute.
             * @example 72
             */
            heart_rate: number | null;
            /** @description The part of the session. */
            phase: components["schemas"]["VitalsPhase"];
            /**
             * Format: int32
             * @description MOAA/S, 5 being awake.
             * @example 5
             */
            sedation: number | null;
            /**
             * Format: int32
             * @description Percent.
             * @example 98
             */
            spo2: number | null;
            /**
             * Format: int32
             * @description Blood pressure in mmHg.
             * @example 128
             */
            systolic: number | null;
        };
        /** @description One reading of vital signs as a client sends it. */
        SessionVitalsRequest: {
            at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description Breaths a minute.
             * @example 14
             */
            breathing_rate?: number | null;
            /**
             * Format: int32
             * @description Blood pressure in mmHg, below the systolic one.
             * @example 82
             */
            diastolic?: number | null;
            /**
             * Format: int32
             * @description Beats a minute.
             * @example 72
             */
            heart_rate?: number | null;
            /** @description The part of the session. */
            phase: components["schemas"]["VitalsPhase"];
            /**
             * Format: int32
             * @description MOAA/S, 5 being awake.
             * @example 5
             */
            sedation?: number | null;
            /**
             * Format: int32
             * @description Percent.
             * @example 98
             */
            spo2?: number | null;
            /**
             * Format: int32
             * @description Blood pressure in mmHg.
             * @example 128
             */
            systolic?: number | null;
        };
        /**
         * @description Where a questionnaire may be answered.
         * @enum {string}
         */
        Setting: "anywhere" | "in-clinic";
        /** @description What makes a clinic and its first user. */
        Setup: {
            /** @description Its first user, an admin and a provider. */
            admin: components["schemas"]["NewAdmin"];
            /** @description The clinic. */
            clinic: components["schemas"]["NewClinic"];
            /**
             * @description The one-time token that the server printed.
             * @example Rk1t2n4YqZ3vB8mW5xH7cJ9pL0sD6gF-aE_uT4oI2yK
             */
            token: string;
        };
        /** @description A clinic that was just made. */
        SetupBody: {
            /** @description The clinic. */
            clinic: components["schemas"]["ClinicBody"];
            /** @description Its first user. */
            user: components["schemas"]["UserBody"];
        };
        /**
         * @description How bad an effect was.
         * @enum {string}
         */
        Severity: "mild" | "moderate" | "severe";
        /** @description A session as the patient sees it. */
        SharedSessionBody: {
            /** @description `started_at`, else `scheduled_at`, else when it was written down. */
            at: components["schemas"]["Timestamp"];
            course_id: components["schemas"]["Id_Course"] | null;
            /** @description The session. */
            id: components["schemas"]["Id_Session"];
            /** @description The day of `at` where the patient is. */
            local_date: components["schemas"]["LocalDate"];
            /**
             * Format: int32
             * @description Its number in the course.
             * @example 3
             */
            number: number;
            route: components["schemas"]["Route"] | null;
            scheduled_at: components["schemas"]["Timestamp"] | null;
            /** @description What staff wrote for the patient. */
            shared_note: string | null;
            /** @description Whether it took place. */
            status: components["schemas"]["SessionStatus"];
        };
        /** @description A row of the caseload, without what depends on today. */
        Shown: {
            /**
             * Format: int64
             * @description Alerts that somebody has acknowledged and not closed; null for who may not see answers.
             */
            acknowledged_alerts: number | null;
            /** @description Whether the record was put away. */
            archived: boolean;
            /**
             * Format: double
             * @description The course's baseline.
             */
            baseline: number | null;
            course: components["schemas"]["CourseFacts"] | null;
            /**
             * Format: double
             * @description Points gained since: positive is better.
             */
            gain: number | null;
            group: components["schemas"]["Group"] | null;
            /** @description The patient. */
            id: components["schemas"]["Id_Patient"];
            last_check_in_at: components["schemas"]["Timestamp"] | null;
            latest: components["schemas"]["Latest"] | null;
            /** @description Whether the change since the baseline is more than chance, either way. */
            latest_reliable: boolean;
            /**
             * @description The patient's name.
             * @example Maya Ellison
             */
            name: string;
            next_session_at: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description Alerts that nobody has acknowledged; null for who may not see answers.
             */
            open_alerts: number | null;
            /** @description The measure that the row shows. */
            primary: components["schemas"]["PrimaryMeasure"];
            /** @description The clinic's own number. */
            record_number: string | null;
            /** @description The newest completed sessions, oldest first; 20 at the most. */
            sessions_recent: components["schemas"]["Timestamp"][];
            /** @description The newest scores, oldest first; 20 at the most. */
            spark: components["schemas"]["SparkPoint"][];
            status: components["schemas"]["ChangeStatus"] | null;
            top_alert_id: components["schemas"]["Id_Alert"] | null;
        };
        /** @description A signed-in device. */
        SignInBody: {
            /** @description When the person signed in. */
            created_at: components["schemas"]["Timestamp"];
            /** @description Whether it is the one that asks. */
            current: boolean;
            /**
             * @description The device in words.
             * @example Chrome on Android
             */
            device: string;
            /** @description When it ends whatever happens. */
            ends_at: components["schemas"]["Timestamp"];
            /** @description The sign-in. */
            id: components["schemas"]["Id_SignIn"];
            /** @description The last request, give or take a minute. */
            last_seen_at: components["schemas"]["Timestamp"];
        };
        /** @description A person who has just signed in. The tokens are absent where they travel in cookies. */
        SignedInBody: {
            /** @description The JWT for requests. */
            access_token?: string;
            /**
             * Format: int64
             * @description Seconds for which the access token lives.
             * @example 600
             */
            expires_in: number;
            /** @description The token for the next pair. */
            refresh_token?: string;
            /**
             * @description Always `Bearer`.
             * @example Bearer
             */
            token_type?: string;
            /** @description The person. */
            user?: components["schemas"]["UserBody"];
        };
        /**
         * @description How the caseload is sorted.
         * @enum {string}
         */
        SortWord: "priority" | "name" | "last_response";
        /** @description Days from one session to the next. */
        Spacing: {
            /**
             * Format: int32
             * @description At the most.
             * @example 5
             */
            max: number;
            /**
             * Format: int32
             * @description At least.
             * @example 2
             */
            min: number;
            /**
             * Format: int32
             * @description As a rule.
             * @example 3
             */
            usual: number;
        };
        /** @description One value of the spark line. */
        SparkPoint: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: double
             * @description How many points.
             */
            value: number;
        };
        /**
         * @description One answered questionnaire.
         * @example {
         *       "answers": {
         *         "q1": 2,
         *         "q10": 2,
         *         "q2": 3,
         *         "q3": 1,
         *         "q4": 2,
         *         "q5": 1,
         *         "q6": 2,
         *         "q7": 1,
         *         "q8": 0,
         *         "q9": 1
         *       },
         *       "completed_at": "2026-11-20T21:14:05.000Z",
         *       "instrument": "phq-9",
         *       "time_zone": "America/Denver"
         *     }
         */
        Submission: {
            /** @description By item id: a number, a text, or a list of choices. What is not answered is left out. */
            answers: components["schemas"]["Answers"];
            /** @description When it was finished, as the phone says it. */
            completed_at: components["schemas"]["Timestamp"];
            /**
             * @description The questionnaire.
             * @example phq-9
             */
            instrument: string;
            /** @description Its version; the current one where nothing is said. */
            instrument_version?: string | null;
            patient_id?: components["schemas"]["Id_Patient"] | null;
            replaces?: components["schemas"]["Id_Response"] | null;
            started_at?: components["schemas"]["Timestamp"] | null;
            /**
             * @description IANA time zone of where the patient is.
             * @example America/Denver
             */
            time_zone: string;
        };
        /** @description A plain sum of some of the items. */
        Subscale: {
            /** @description Its name in the instrument's file. */
            id: string;
            /** @description What is added up. */
            items: string[];
            /** @description What it is about. */
            label: string;
            /** @description The highest sum. */
            max: components["schemas"]["Points"];
            /** @description The lowest sum. */
            min: components["schemas"]["Points"];
        };
        /** @description The push subscription of this device. */
        SubscriptionBody: {
            /** @description Since when it is here. */
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description The keys that messages to a device are encrypted to. */
        SubscriptionKeys: {
            /**
             * @description Its secret, in base64url.
             * @example BTBZMqHH6r4Tts7J_aSIgg
             */
            auth: string;
            /**
             * @description The device's public key, in base64url.
             * @example BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4
             */
            p256dh: string;
        };
        /** @description A questionnaire that is open today, or was answered today. */
        Task: {
            /** @description The last day on which it is. */
            closes_on: components["schemas"]["LocalDate"];
            /** @description The day from which it is open. */
            due_on: components["schemas"]["LocalDate"];
            /** @description How often it comes. */
            every: components["schemas"]["TaskEvery"];
            /**
             * @description The questionnaire.
             * @example phq-9
             */
            instrument: string;
            /**
             * @description How long it takes to answer.
             * @example 2
             */
            minutes: number;
            response_id: components["schemas"]["Id_Response"] | null;
            /**
             * @description Its usual name.
             * @example PHQ-9
             */
            short_title: string;
            /** @description How it stands. */
            state: components["schemas"]["TaskState"];
            /**
             * @description Its full name.
             * @example Patient Health Questionnaire (PHQ-9)
             */
            title: string;
        };
        /**
         * @description How often a questionnaire comes.
         * @enum {string}
         */
        TaskEvery: "day" | "week" | "month" | "once";
        /**
         * @description How a task stands.
         * @enum {string}
         */
        TaskState: "due" | "overdue" | "done";
        /** @description What a patient may answer today. */
        Tasks: {
            /** @description The check-in first; then what came today, what came before and is still open, and what was answered today. */
            items: components["schemas"]["Task"][];
            /** @description Today, where the patient is. */
            local_date: components["schemas"]["LocalDate"];
            /** @description Always null: there is one page. */
            next_cursor: string | null;
        };
        /** @description What an answer is compared with. */
        Threshold: components["schemas"]["Points"] | string;
        /**
         * Format: date-time
         * @example 2026-11-20T21:14:05.000Z
         */
        Timestamp: string;
        /**
         * @description How a sign-in carries its tokens.
         * @enum {string}
         */
        TransportWord: "bearer" | "cookie";
        /** @description The person behind a sign-in. */
        UserBody: {
            /** @description The clinic. */
            clinic: components["schemas"]["UserClinicBody"];
            /**
             * @description The e-mail to sign in with.
             * @example maya@alder-row.example
             */
            email: string;
            /** @description The account. */
            id: components["schemas"]["Id_User"];
            /**
             * @description BCP 47 language.
             * @example en
             */
            locale: string;
            /**
             * @description The person's name.
             * @example Maya Ellison
             */
            name: string;
            patient_id: components["schemas"]["Id_Patient"] | null;
            /** @description When to be reminded. */
            reminders: components["schemas"]["Reminders"];
            /** @description What the person does. */
            roles: components["schemas"]["Role"][];
            /**
             * @description IANA time zone.
             * @example America/Denver
             */
            time_zone: string;
        };
        /** @description The clinic of the person behind a sign-in. */
        UserClinicBody: {
            /**
             * @description Its country, two letters.
             * @example US
             */
            country: string;
            /** @description When somebody answers it, in words. */
            hours: string | null;
            /** @description The clinic. */
            id: components["schemas"]["Id_Clinic"];
            /**
             * @description Its name.
             * @example Alder Row
             */
            name: string;
            /** @description The number that patients may call. */
            phone: string | null;
            /** @description Its IANA time zone. */
            time_zone: string;
        };
        /** @description One place in a request that breaks a rule. */
        Violation: {
            /**
             * @description The rule in words, never the value that was sent.
             * @example must be 0, 1, 2 or 3
             */
            detail: string;
            /**
             * @description JSON pointer to the place, as `/answers/q9`.
             * @example /answers/q9
             */
            pointer: string;
        };
        /**
         * @description The part of a session that a reading belongs to.
         * @enum {string}
         */
        VitalsPhase: "before" | "during" | "end" | "after" | "discharge";
        /**
         * @description A day of the week.
         * @enum {string}
         */
        Weekday: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
        /**
         * @description A zip file.
         * @example patients.csv, courses.csv, sessions.csv, responses.csv, scores.csv, alerts.csv, codebook.csv
         */
        ZipFile: string;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
