/** The server's bodies under the names of the domain (API.md). */

export type Role = 'patient' | 'coordinator' | 'provider' | 'admin';
export type Level = 'urgent' | 'high' | 'review' | 'info';
export type Direction = 'better' | 'worse';
export type ChangeStatus =
  'no_baseline' | 'worse' | 'remission' | 'response' | 'improved' | 'no_change';

export interface List<T> {
  items: T[];
  next_cursor: string | null;
}

// Installation, clinic, people

export interface CrisisLine {
  name: string;
  call?: string | null;
  text?: string | null;
  text_body?: string | null;
  hours: string;
}

export interface CrisisResource {
  country: string;
  country_name: string;
  emergency: string;
  lines: CrisisLine[];
}

export interface Meta {
  name: string;
  version: string;
  setup_required: boolean;
  vapid_public_key: string | null;
  outbox_public_key: string | null;
  crisis_resources: CrisisResource[];
  clinic: { name: string; phone: string | null; hours: string | null } | null;
}

export interface Clinic {
  id: string;
  name: string;
  time_zone: string;
  country: string;
  phone: string | null;
  hours: string | null;
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

export interface Reminders {
  enabled: boolean;
  days: Weekday[];
  times: string[];
}

export interface Me {
  id: string;
  roles: Role[];
  name: string;
  email: string;
  clinic: Clinic;
  patient_id: string | null;
  time_zone: string;
  locale: string;
  reminders: Reminders;
}

export interface SignIn {
  id: string;
  current: boolean;
  device: string;
  created_at: string;
  last_seen_at: string;
  ends_at: string;
}

export type InvitationState = 'pending' | 'accepted' | 'expired' | 'revoked';

export interface Invitation {
  id: string;
  /** Only in the answer to making it. */
  url?: string;
  email: string;
  name: string;
  roles: Role[];
  patient_id: string | null;
  state: InvitationState;
  created_at: string;
  expires_at: string;
  invited_by: string;
}

export interface ConsentText {
  id: string;
  version: string;
  title: string;
  text: string;
  required: boolean;
}

export interface InvitationPreview {
  clinic: { name: string };
  invited_by: string;
  name: string;
  email: string;
  roles: Role[];
  expires_at: string;
  consents: ConsentText[];
}

export interface User {
  id: string;
  name: string;
  email: string;
  roles: Role[];
  patient_id: string | null;
  disabled: boolean;
  created_at: string;
  last_seen_at: string | null;
}

// Instruments and responses

export interface Option {
  value: number;
  label: string;
}

export interface ItemRange {
  min: number;
  max: number;
  step: number;
  low: string | null;
  high: string | null;
  unit: string | null;
}

export interface Item {
  id: string;
  text: string;
  label: string;
  type: 'choice' | 'scale' | 'number' | 'multi' | 'text';
  options: Option[];
  range: ItemRange | null;
  choices: { id: string; label: string }[] | null;
  direction: Direction | null;
  scored: boolean;
  optional: boolean;
  before_recall: boolean;
  own_stem: boolean;
  ask_if: { any: string[]; op: string; value: number } | null;
}

export interface Band {
  min: number;
  max: number;
  label: string;
}

export interface Instrument {
  id: string;
  version: string;
  title: string;
  short_title: string;
  construct: string;
  kind: 'validated' | 'in-house';
  respondent: string;
  setting: string | null;
  intro: string | null;
  recall: string | null;
  recall_days: number | null;
  min_interval_days: number | null;
  minutes: number | null;
  licence: { name: string; attribution: string | null };
  options?: Option[];
  items: Item[];
  scoring: {
    method: string;
    min: number;
    max: number;
    decimals: number;
    higher_is: Direction;
    max_missing: number;
  } | null;
  bands: Band[];
  change: Record<string, unknown> | null;
  measures: { id: string; title: string; min: number; max: number; higher_is: Direction }[];
  loinc: string | null;
  score_loinc: string | null;
}

export type Answers = Record<string, number | string | string[]>;

export interface Submission {
  instrument: string;
  instrument_version?: string;
  answers: Answers;
  completed_at: string;
  started_at?: string;
  time_zone: string;
  patient_id?: string;
  replaces?: string;
}

export interface Score {
  measure: string;
  value: number | null;
  min: number;
  max: number;
  band: string | null;
  prorated: boolean;
  missing_items: string[];
}

export interface Response {
  id: string;
  patient_id: string;
  instrument: string;
  instrument_version: string;
  answers: Answers;
  completed_at: string;
  local_date: string;
  received_at: string;
  entered_by: { id: string; role: Role };
  assignment_id: string | null;
  scores: Score[];
  superseded_by: string | null;
  clock_suspect?: boolean;
  safety: { show_crisis_resources: boolean };
}

export interface Task {
  instrument: string;
  title: string;
  short_title: string;
  minutes: number | null;
  state: 'due' | 'overdue' | 'done';
  due_on: string;
  closes_on: string | null;
  response_id: string | null;
  every: 'day' | 'week' | 'month';
}

export interface Tasks extends List<Task> {
  local_date: string;
}

// Patients

export type Condition =
  | 'mdd'
  | 'trd'
  | 'gad'
  | 'ptsd'
  | 'ocd'
  | 'bipolar-depression'
  | 'chronic-pain'
  | 'suicidal-ideation'
  | 'other';
export type Phase = 'induction' | 'maintenance';
export type CourseStatus = 'planned' | 'active' | 'maintenance' | 'completed' | 'stopped';
export type Group = 'needs_response' | 'worth_a_look' | 'as_expected';
export type ReasonCode =
  | 'open_alert'
  | 'acknowledged_alert'
  | 'worse'
  | 'vital_hold'
  | 'silence'
  | 'missed'
  | 'no_change'
  | 'next_session';

export interface PrimaryMeasure {
  measure: string;
  title: string;
  min: number;
  max: number;
  higher_is: Direction;
  reliable_change: number | null;
  remission_max: number | null;
  gap_days: number;
  bands: Band[];
}

export interface CaseloadRow {
  id: string;
  name: string;
  age: number | null;
  record_number: string | null;
  course: {
    condition: Condition;
    phase: Phase;
    sessions_done: number;
    sessions_planned: number | null;
  } | null;
  latest: { measure: string; value: number; band: string | null; at: string } | null;
  latest_reliable: boolean;
  baseline: number | null;
  gain: number | null;
  status: ChangeStatus | null;
  group: Group;
  reason: { code: ReasonCode; text: string; since: string | null; detail: string | null } | null;
  last_check_in_at: string | null;
  check_ins_14: boolean[];
  adherence_14: number;
  open_alerts: number;
  acknowledged_alerts: number;
  top_alert_id: string | null;
  next_session_at: string | null;
  spark: { at: string; value: number }[];
  sessions_recent: string[];
  primary: PrimaryMeasure;
  archived: boolean;
}

export interface Caseload extends List<CaseloadRow> {
  counts: {
    needs_response: number;
    worth_a_look: number;
    as_expected: number;
    total: number;
    induction: number;
    maintenance: number;
    no_course: number;
  };
}

export interface Patient {
  id: string;
  name: string;
  email: string | null;
  record_number: string | null;
  date_of_birth: string | null;
  age: number | null;
  time_zone: string;
  condition: Condition | null;
  primary_measure: string;
  external_ref: string | null;
  archived: boolean;
  created_at: string;
  account: {
    state: 'none' | 'invited' | 'active';
    invitation_expires_at: string | null;
    joined_at: string | null;
  };
  course: {
    id: string;
    condition: Condition;
    phase: Phase;
    status: CourseStatus;
    sessions_done: number;
    sessions_planned: number | null;
    started_on: string;
    goal: string | null;
  } | null;
  last_check_in_at: string | null;
  adherence_14: number;
  check_ins_14: boolean[];
  next_session: { id: string; number: number; at: string } | null;
  last_session: {
    id: string;
    number: number;
    at: string;
    route: Route | null;
    dose_mg: number | null;
  } | null;
  open_alerts: number;
  /** Only in the answer to creating with `invite: true`. */
  invitation?: { id: string; url: string; expires_at: string };
}

export interface PatientMeasure {
  measure: string;
  title: string;
  short_title: string;
  instrument: string;
  min: number;
  max: number;
  higher_is: Direction;
  decimals: number;
  kind: 'validated' | 'in-house';
  bands: Band[];
  latest: { value: number; band: string | null; at: string } | null;
  baseline: { value: number; at: string } | null;
  gain: number | null;
  gain_percent: number | null;
  status: ChangeStatus | null;
  reliable: boolean | null;
  reliable_change: number | null;
}

// Treatment

export interface Course {
  id: string;
  patient_id: string;
  condition: Condition;
  protocol: string | null;
  planned_sessions: number | null;
  started_on: string;
  goal: string | null;
  status: CourseStatus;
  sessions_done: number;
  phase: Phase;
  created_at: string;
  updated_at: string;
}

export type Route = 'iv' | 'im' | 'sc' | 'in' | 'sl' | 'po';
export type SessionStatus = 'planned' | 'completed' | 'missed' | 'cancelled';
export type Medicine = 'ketamine' | 'esketamine' | 'other';
export type VitalsPhase = 'before' | 'during' | 'end' | 'after' | 'discharge';

export interface Vitals {
  at: string | null;
  phase: VitalsPhase;
  systolic: number | null;
  diastolic: number | null;
  heart_rate: number | null;
  spo2: number | null;
  breathing_rate: number | null;
  sedation: number | string | null;
}

export interface Effect {
  effect: string;
  severity: string | number | null;
  onset_minutes: number | null;
  ended_minutes: number | null;
  action: string | null;
  serious: boolean | null;
}

export type Ticks = Record<string, boolean | string | number>;

/** What a patient sees of a session. */
export interface SharedSession {
  id: string;
  course_id: string | null;
  number: number;
  status: SessionStatus;
  at: string | null;
  local_date: string | null;
  scheduled_at: string | null;
  route: Route | null;
  shared_note: string | null;
}

export interface Session extends SharedSession {
  patient_id: string;
  started_at: string | null;
  ended_at: string | null;
  medicine: Medicine | null;
  dose_mg: number | null;
  weight_kg: number | null;
  weight_measured_on: string | null;
  dose_mg_per_kg: number | null;
  infusion_minutes: number | null;
  vitals: Vitals[];
  effects: Effect[];
  dissociation: number | null;
  checklist: Ticks;
  discharge: Ticks;
  note: string | null;
  signed_at: string | null;
  signed_by: { id: string; name: string } | null;
  created_at: string;
  updated_at: string;
  updated_by: { id: string; name: string } | null;
}

// Progress

export interface Measure {
  id: string;
  title: string;
  short_title: string;
  min: number;
  max: number;
  higher_is: Direction;
  bands: Band[];
  mcid: number | null;
  response: number | null;
  response_min_baseline: number | null;
  response_line: number | null;
  remission_max: number | null;
  reliable_change: number | null;
  decimals: number;
  kind: 'validated' | 'in-house';
  gap_days: number;
  direction_text: string;
}

export interface Point {
  at: string;
  local_date: string;
  value: number;
  band: string | null;
  response_id: string;
  session_number: number | null;
  days_since_session: number | null;
  /** A line joins it to the point before: the gap rule is the server's. */
  joined: boolean;
  prorated: boolean;
  marked: null | 'session_day' | 'recall_overlap' | 'before_treatment_window';
}

export interface ProgressSession {
  id: string;
  number: number;
  at: string;
  route: Route | null;
  dose_mg: number | null;
  infusion_minutes?: number | null;
  status: SessionStatus;
}

export interface PerSession {
  session_id: string;
  at: string;
  number: number;
  before: number | null;
  after: number | null;
  best: number | null;
  gain_going_in: number | null;
  gain_from_baseline: number | null;
}

export interface Progress {
  patient_id: string;
  measure: Measure;
  baseline: { value: number; at: string; response_id: string } | null;
  baselines: { course_id: string; value: number; at: string }[];
  course_id: string | null;
  points: Point[];
  gaps: { from: string; to: string }[];
  sessions: ProgressSession[];
  planned: { id: string; number: number; at: string }[];
  per_session: PerSession[];
  summary: {
    latest: number | null;
    baseline: number | null;
    gain: number | null;
    gain_percent: number | null;
    status: ChangeStatus | null;
    reliable: boolean | null;
    best: { value: number; at: string } | null;
    text: string;
  };
  /** Staff only, from here on. */
  flags?: {
    at: string;
    local_date: string;
    item: string;
    value: number;
    label: string;
    response_id: string;
  }[];
  facts?: {
    sessions: number;
    response: boolean | null;
    remission: boolean | null;
    reliable: boolean | null;
    best: { value: number; at: string } | null;
    days_since_last_session: number | null;
    cumulative_dose_mg: { medicine: string; mg: number }[];
    unscored: number;
  };
}

export interface Daily {
  from: string;
  days: number;
  measures: Record<string, (number | null)[]>;
  median: Record<string, (number | null)[]>;
  counts: number[];
  session_days: number[];
  titles: Record<
    string,
    {
      title: string;
      min: number;
      max: number;
      higher_is: Direction;
      low: string | null;
      high: string | null;
    }
  >;
  middle_latest: Record<string, number | null>;
}

export interface Aligned {
  measure: Measure;
  lines: {
    session_id: string;
    session_number: number;
    at: string;
    before: number | null;
    points: { day: number; value: number }[];
  }[];
  middle: { day: number; value: number; n: number }[];
}

// Alerts

export type AlertStatus = 'open' | 'acknowledged' | 'resolved';
export type AlertAction =
  | 'spoke'
  | 'assessed'
  | 'safety_plan'
  | 'emergency_services'
  | 'could_not_reach'
  | 'no_action_needed';

export interface Alert {
  id: string;
  patient_id: string;
  patient_name: string;
  record_number: string | null;
  kind: string;
  level: Level;
  status: AlertStatus;
  title: string;
  raised_at: string;
  answered_at: string;
  received_at: string;
  due_at: string | null;
  response_ids: string[];
  acknowledged_by: { id: string; name: string } | null;
  acknowledged_at: string | null;
  resolved_by: { id: string; name: string } | null;
  resolved_at: string | null;
  action: AlertAction | null;
  note: string | null;
  reasons: {
    rule: string;
    response_id: string;
    instrument: string;
    instrument_title: string;
    item: string | null;
    item_text: string | null;
    answer_label: string | null;
    value: number | null;
    level: Level;
    answered_at: string;
    received_at: string;
    clock_suspect: boolean;
  }[];
  history: { at: string; value: number; label: string; response_id: string }[];
  events: {
    at: string;
    what: 'raised' | 'joined' | 'acknowledged' | 'reopened' | 'resolved';
    by: { id: string; name: string } | null;
    note: string | null;
    action: AlertAction | null;
  }[];
}
