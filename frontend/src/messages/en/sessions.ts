import type { SessionPhase } from '../../api/types';
import type { Finding, Level, Numeric, Route } from '../../sessions/limits';

const UNITS: Partial<Record<Numeric, string>> = {
  weight_kg: 'kg',
  dose_mg: 'mg',
  dose_mg_per_kg: 'mg per kg',
  infusion_minutes: 'min',
  spo2: '%',
};
const NAMES: Record<Numeric, string> = {
  number: 'Session number',
  weight_kg: 'Weight',
  dose_mg: 'Dose',
  dose_mg_per_kg: 'Dose per kg',
  infusion_minutes: 'Infusion time',
  systolic: 'Systolic',
  diastolic: 'Diastolic',
  heart_rate: 'Heart rate',
  spo2: 'SpO2',
  breathing_rate: 'Breaths',
  sedation: 'Sedation',
  dissociation: 'Dissociation',
};

function amount(field: Numeric, value: number): string {
  const text = value.toLocaleString('en-GB', { maximumFractionDigits: 2 });
  const unit = UNITS[field];
  return unit ? `${text} ${unit}` : text;
}

function pressure(values: Record<string, number>): string {
  const half = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? '–' : value;
  return `${half(values.systolic)}/${half(values.diastolic)}`;
}

function limit(values: Record<string, number>): string {
  return `${values.limit_systolic}/${values.limit_diastolic}`;
}

/** What is the matter with a value, and what to do. */
function finding({ code, field, values }: Finding): string {
  const v = (key: string) => values[key] ?? NaN;
  switch (code) {
    case 'out_of_range':
      return `${NAMES[field]} has to be between ${amount(field, v('low'))} and ${amount(field, v('high'))}. Not saved.`;
    case 'not_whole':
      return `${NAMES[field]} is a whole number. Not saved.`;
    case 'unusual':
      return field === 'systolic' || field === 'diastolic'
        ? `${NAMES[field]} ${v('value')} is outside ${v('low')} to ${v('high')}. Check that it is as read.`
        : `${NAMES[field]} ${amount(field, v('value'))} is outside the usual ${v('low')} to ${amount(field, v('high'))}.`;
    case 'pressure_order':
      return `${pressure(values)}: the first figure has to be the higher one. Not saved.`;
    case 'pressure_start':
      return `${pressure(values)} is above ${limit(values)} before the dose. Decide whether to wait, and write why.`;
    case 'pressure_hold_before':
      return `${pressure(values)} is at or above ${limit(values)} before the dose. Do not start until the prescriber has decided. Write who decided, and why.`;
    case 'pressure_hold':
      return `${pressure(values)} is at or above the limit of ${limit(values)}. Repeat in 5 minutes.`;
    case 'pressure_emergency':
      return `${pressure(values)} is at or above ${limit(values)}. Follow the emergency plan now.`;
    case 'spo2_check':
      return `SpO2 ${v('value')} % is below 94 %. Check the probe and the airway, and repeat now.`;
    case 'spo2_emergency':
      return `SpO2 ${v('value')} % is below 90 %. Follow the emergency plan now.`;
    case 'sedation_watch':
      return 'Answers only to a loud voice. Stay beside them and repeat in 5 minutes.';
    case 'sedation_airway':
      return 'Hard to rouse. Open the airway, stop the dose and follow the emergency plan now.';
    case 'heart_rate_check':
      return v('value') > 120
        ? `Heart rate ${v('value')} is above 120. Check and repeat in 5 minutes.`
        : `Heart rate ${v('value')} is below 45. Check and repeat in 5 minutes.`;
    case 'tenfold':
      return `${amount(field, v('value'))} is about ten times ${v('value') > v('last') ? 'more' : 'less'} than last time (${amount(field, v('last'))}). Is the decimal point right?`;
    case 'tenfold_range':
      return `${amount(field, v('value'))} is far ${v('value') > v('high') ? 'above' : 'below'} the usual ${v('low')} to ${amount(field, v('high'))}. Is the decimal point right?`;
    case 'dose_up':
      return `${amount(field, v('value'))} is ${v('percent')} % more than last time (${amount(field, v('last'))}).`;
    case 'dose_unusual':
      return `${amount(field, v('value'))} is outside the usual ${v('low')} to ${amount(field, v('high'))} for this route.`;
    case 'dose_device':
      return `The nasal device gives 28, 56 or 84 mg, not ${amount(field, v('value'))}.`;
    case 'per_kg_out_of_range':
      return `That is ${amount('dose_mg_per_kg', v('value'))}. Dose or weight is wrong. Not saved.`;
    case 'per_kg_unusual':
      return `That is ${amount('dose_mg_per_kg', v('value'))}, outside the usual ${v('low')} to ${v('high')} for this route.`;
    case 'pounds':
      return `${amount(field, v('value'))} would be more than twice last time (${amount(field, v('last'))}). ${v('value')} lb is ${v('kg')} kg. Pounds?`;
    case 'pounds_range':
      return `${amount(field, v('value'))} is above the usual. ${v('value')} lb is ${v('kg')} kg. Pounds?`;
    case 'kilograms':
      return `${amount(field, v('value'))} is less than half of last time (${amount(field, v('last'))}). One of the two may be in pounds.`;
    case 'weight_old':
      return `Weighed ${v('days')} days ago. Weigh again if you can.`;
  }
}

const GATE: Record<string, string> = {
  baseline: 'a score from the last 14 days to compare with',
  eligibility: 'the eligibility checklist',
  consent: 'consent for care',
};

const levels: Record<Level, string> = {
  refuse: 'Not saved',
  act: 'Act now',
  warn: 'Over the limit',
  confirm: 'Check',
  note: 'Note',
};

const ROUTES: Record<Route, string> = {
  iv: 'IV',
  im: 'IM',
  sc: 'SC',
  in: 'Nasal',
  sl: 'Sublingual',
  po: 'Oral',
};

export const en = {
  title: (number: number, name: string) => `Session ${number}, ${name}`,
  plainTitle: 'Session',
  plainTitles: 'Sessions',
  outboxLabel: (number: number) => `Record of session ${number}`,
  skip: 'Skip to session form',
  loading: 'Loading the session',
  meta: (parts: string[]) => parts.join(' · '),
  phases: { induction: 'Induction', maintenance: 'Maintenance' } as Record<string, string>,
  notFound: 'There is no such session',
  notFoundText: 'It may have been moved or cancelled.',
  toPatient: (name: string) => `Open ${name}’s page`,
  coordinatorTitle: 'Session records are for providers',
  coordinator: 'You see when sessions are, not what was recorded.',

  // saving
  unsaved: 'Not saved yet',
  saving: 'Saving',
  saved: (time: string) => `Saved ${time}`,
  savedExcept: (time: string, n: number) =>
    n === 1 ? `Saved ${time}, except one value` : `Saved ${time}, except ${n} values`,
  nothingYet: 'Saves as you type',
  waiting: 'Kept on this device',
  waitingText:
    'No connection. What you record is kept on this device and goes to the clinic when it is back. Others do not see it yet. Do not sign out before.',
  failed: 'Not saved',
  failedText: (detail: string) =>
    `The server did not take the last change. It is still here. ${detail}`,
  retry: 'Try again',
  close: 'Close draft',
  back: 'Back to patient',
  sign: 'Sign and close',
  signed: (name: string, when: string) => `Signed by ${name}, ${when}`,
  someone: 'a colleague',
  alsoChanged: (name: string, what: string) =>
    `${name} also changed: ${what}. It is shown here now.`,

  // dose
  dose: 'Dose',
  route: 'Route',
  routes: ROUTES,
  medicine: 'Medicine',
  medicines: {
    ketamine: 'Ketamine, racemic',
    esketamine: 'Esketamine',
    other: 'Other',
  },
  weight: 'Weight',
  doseGiven: 'Dose',
  over: 'Over',
  perKg: 'Per kg',
  perKgValue: (mg: string) => `${mg} mg`,
  perKgUnknown: 'needs dose and weight',
  sameAsLast: 'same as last',
  lastWas: (mg: string) => `last ${mg}`,
  started: 'Started',
  ended: 'Ended',
  now: 'Now',
  nowFor: (what: string) => `Now, ${what.toLowerCase()}`,
  leaveNow: 'Now, they leave',
  badTime: 'Write a time like 10:04.',
  endBeforeStart: 'The end is before the start.',
  useLast: (kg: string, when: string) => `Use ${kg} kg from ${when}`,
  weighedOn: (when: string) => `Weighed ${when}.`,
  why: 'Why this is right',
  keepValue: (amount: string) => `Keep ${amount}`,
  needWhy: 'Write why before you keep it.',
  kept: (reason: string) => `Kept: ${reason}`,
  useKg: (kg: string) => `Use ${kg} kg`,
  heldBack: 'Not saved until you decide.',
  amount,
  amountName: (field: Numeric) => NAMES[field],
  finding,
  levels,

  phase: 'Part of treatment',
  sessionPhases: {
    induction: 'Induction',
    maintenance: 'Maintenance',
    booster: 'Booster',
    single: 'Single session',
  } as Record<SessionPhase, string>,

  // monitoring
  monitoring: 'Monitoring',
  caption: 'Vital signs during the session',
  time: 'Time',
  pressure: 'Blood pressure',
  heart_rate: 'Heart rate',
  spo2: 'SpO2, %',
  breathing_rate: 'Breaths',
  sedation: 'Sedation',
  rows: {
    before: 'Before',
    minute: (n: number) => `${n} min`,
    end: (n: number | null) => (n === null ? 'End' : `${n} min, end`),
    discharge: 'Discharge',
    during: 'During',
    after: 'After',
  },
  inRow: (what: string, row: string) => `${what}, ${row}`,
  systolic: 'Systolic',
  diastolic: 'Diastolic',
  sedationLevels: [
    [5, 'Awake'],
    [4, 'Drowsy'],
    [3, 'Loud voice'],
    [2, 'Prodding'],
    [1, 'Pain only'],
    [0, 'No answer'],
  ] as [number, string][],
  choose: 'Choose',
  unusualValue: (row: string, field: Numeric, value: number) =>
    `${row}, ${NAMES[field].toLowerCase().replace('spo2', 'SpO2')} ${value}`,
  unusual: (values: string[]) =>
    `Outside the usual range: ${values.join('; ')}. Check that ${values.length === 1 ? 'it is' : 'they are'} as read.`,
  addReading: 'Add a reading',
  decision: 'What was decided before the dose, by whom, and why',
  needDecision: 'Write what was decided before you sign.',

  stoppedEarly: 'Stopped before its time',
  stopWhy: 'Why it was stopped',

  // what happened
  happened: 'What happened',
  happenedHint: 'Tick all that apply',
  none: 'None',
  more: 'More effects',
  effects: {
    nausea: 'Nausea',
    dizziness: 'Dizziness',
    dissociation: 'Dissociation',
    'anxiety-or-panic': 'Anxiety or panic',
    headache: 'Headache',
    'raised-blood-pressure': 'Blood pressure rise',
    vomiting: 'Vomiting',
    'strong-emotion': 'Crying, strong emotion',
    sedation: 'Sedation',
    'perceptual-change': 'Perceptual change',
    derealisation: 'Derealisation',
    hallucination: 'Hallucination',
    confusion: 'Confusion',
    'memory-gap': 'Memory gap',
    agitation: 'Agitation',
    'elation-or-mania': 'Elation or mania',
    'suicidal-thoughts': 'Suicidal thoughts',
    'blurred-vision': 'Blurred vision',
    nystagmus: 'Nystagmus',
    numbness: 'Numbness',
    unsteadiness: 'Unsteadiness',
    palpitations: 'Palpitations',
    'low-saturation': 'Low saturation',
    'slow-breathing': 'Slow breathing',
    'chest-pain': 'Chest pain',
    fainting: 'Fainting',
    seizure: 'Seizure',
    laryngospasm: 'Laryngospasm',
    'urinary-urgency-or-pain': 'Urinary urgency or pain',
    'blood-in-urine': 'Blood in urine',
    'abdominal-pain': 'Abdominal pain',
    rash: 'Rash',
    'injection-site': 'Injection-site trouble',
    'bad-taste': 'Bad taste',
    other: 'Other',
  } as Record<string, string>,
  severity: (effect: string) => `How strong, ${effect.toLowerCase()}`,
  severities: { mild: 'Mild', moderate: 'Moderate', severe: 'Severe' },
  needSeverity: 'How strong?',
  action: 'What was done',
  actionFor: (effect: string) => `What was done, ${effect.toLowerCase()}`,
  serious: 'Serious event',
  seriousFor: (effect: string) => `Serious event, ${effect.toLowerCase()}`,
  onset: 'Began',
  onsetOf: (effect: string) => `Began, minutes after the dose, ${effect.toLowerCase()}`,
  overAt: 'over',
  overAtOf: (effect: string) => `Over, minutes after the dose, ${effect.toLowerCase()}`,
  minutesFromDose: 'minutes after the dose',
  overFirst: 'It was over before it began?',
  alsoGiven: 'Other medicines given',
  medicineN: (n: number) => `Medicine ${n}`,
  medicineName: 'Which',
  medicineAmount: 'How much',
  amountOfMedicine: (n: number) => `How much of medicine ${n}`,
  addMedicine: 'Add a medicine',
  wasDone: 'What was done',
  interventionN: (n: number) => `Step ${n}`,
  interventionWhat: 'What was done',
  addIntervention: 'Add a step',
  timeOf: (what: string) => `Time, ${what.toLowerCase()}`,
  removeOf: (what: string) => `Remove ${what.toLowerCase()}`,
  emergency: (effect: string) =>
    `${effect}: follow the emergency plan now, whatever the readings say.`,
  suicidal:
    'Stay with them. Assess before they leave, and write what was done. This counts even if it passes with the session.',
  dissociationPeak: 'Dissociation, peak',
  dissociationHint: '0 none, 10 most',
  note: 'Notes',
  noteHint: 'For the clinic only',
  shared: 'For the patient',
  sharedHint: 'They read this in their app',
  sharedNote: 'A note for the patient',

  // before
  before: 'Before you start',
  checklist: {
    identity_confirmed: 'Name and birth date checked',
    consent_current: 'Consent is current',
    fasted: 'Fasted as told',
    no_new_medicines: 'No new medicines or illness',
    not_pregnant: 'Not pregnant, or does not apply',
    bladder_ok: 'No bladder trouble',
    blood_pressure_ok: 'Blood pressure tablets taken, or none',
    escort_arranged: 'Someone takes them home',
  } as Record<string, string>,
  openAlert: (title: string) => `Open alert: ${title}`,
  standsOut: (label: string, answer: string) => `${label}: ${answer}`,
  theySaid: (words: string) => `“${words}”`,
  answered: (when: string) => `Questions before the session answered ${when}`,
  alertsUnknown: 'Open alerts could not be read. Look under Alerts before you start.',
  notAnswered: 'Questions before the session not answered. Ask them at the chair.',
  lastTime: (effects: string) => `Last time: ${effects.charAt(0).toLowerCase()}${effects.slice(1)}`,
  scoreDone: (measure: string, when: string) => `${measure} answered ${when}`,
  scoreMissing: (measure: string) =>
    `${measure} not answered this week. Offer it on the clinic tablet.`,
  noBaseline: (measure: string) =>
    `${measure} has no score in the 14 days before session 1. Without one, change cannot be given.`,

  // going home
  home: 'Going home',
  homeHint: 'Ticked by the person who lets them go',
  discharge: {
    minimum_time: 'Minimum time has passed',
    vitals_near_baseline: 'Vital signs near baseline',
    awake_oriented_walking: 'Awake, oriented, walks steadily',
    no_troubling_dissociation: 'No troubling dissociation',
    nausea_controlled: 'Nausea controlled',
    no_new_suicidal_thoughts: 'Asked: no new suicidal thoughts',
    escort_present: 'Adult is here to take them home',
    told_no_driving: 'No driving until tomorrow',
    told_no_alcohol: 'No alcohol or sedatives',
    next_step_given: 'Knows next step and who to call',
  } as Record<string, string>,
  escort: 'Leaving with',
  releasedBy: 'Let go by',
  releasedAt: 'At',
  stay: (minutes: number) => `After esketamine, at least ${minutes} minutes from the dose.`,
  waitUntil: (time: string, minutes: number) => `May leave from ${time}, in ${minutes} minutes.`,
  earlyWhy: 'Why they left earlier, and who decided',
  tooEarly: (minutes: number, needed: number) =>
    `${minutes} minutes after the dose. Esketamine needs ${needed}.`,
  releaseBeforeEnd: 'They left before the session ended?',

  // signing
  signTitle: 'Sign and close',
  signLede: 'After signing, changes are amendments with a reason.',
  signSummary: (text: string) => `You sign: ${text}.`,
  signNow: 'Sign this record',
  signCancel: 'Not yet',
  toMend: 'Before you can sign',
  mend: {
    route: 'Choose the route.',
    dose: 'Write the dose given, with a value that can be saved.',
    start: 'Write when it started.',
    end: 'Write when it ended.',
    held: (what: string) => `Decide about ${what}: mend the value or write why it is right.`,
    refused: (what: string) => `${what} cannot be saved as it is.`,
    decision: 'Write what was decided about the blood pressure before the dose.',
    severity: (effect: string) => `Say how strong: ${effect.toLowerCase()}.`,
    stop: 'Write why it was stopped.',
    early: 'Write why they left before the time was over.',
    released: 'Write who lets the patient go.',
    offline: 'Signing needs a connection. What you recorded is kept on this device.',
    conflict: 'Choose between the two versions above.',
  },
  openTicks: (items: string[]) => `Not ticked for going home: ${items.join('; ')}.`,
  openWhy: 'Why it is signed with these open',
  asRead: (items: string[]) => `Outside the usual range, right as read: ${items.join('; ')}.`,
  asReadTick: 'I have checked these values',
  needAsRead: 'Tick that you have checked the unusual values.',
  needOpenWhy: 'Write why it is signed with these open.',
  signFailed: (detail: string) => `It is not signed. Everything is saved. ${detail}`,
  stepUp: 'Signing needs a fresh sign-in. Sign out and in again, then sign. Everything is saved.',
  signedNow: 'Signed and closed.',

  // amendments
  amend: 'Amend',
  amendTitle: 'You are amending a signed record',
  amendText:
    'The signed version stays on record. Nothing is saved until you write a reason and save.',
  amendReason: 'Reason for the amendment',
  amendSave: 'Save amendment',
  amendCancel: 'Leave as signed',
  needReason: 'Write why the record is changed.',
  amended: 'The amendment is saved.',

  // conflict
  conflictTitle: (name: string) => `${name} changed this record while you had it open`,
  conflictText: 'Choose for each which one counts. Nothing is saved until you do.',
  conflictSigned: (name: string) =>
    `${name} signed this record in the meantime. The signed values count unless you amend them.`,
  mine: 'Yours',
  theirs: (name: string) => `${name}’s`,
  empty: 'empty',
  useThese: 'Save these',
  parts: {
    status: 'Status',
    scheduled_at: 'Planned for',
    started_at: 'Started',
    ended_at: 'Ended',
    route: 'Route',
    medicine: 'Medicine',
    dose_mg: 'Dose',
    weight_kg: 'Weight',
    weight_measured_on: 'Weighed on',
    infusion_minutes: 'Infusion time',
    dissociation: 'Dissociation, peak',
    phase: 'Part of treatment',
    stop_reason: 'Why it was stopped',
    medicines_given: 'Other medicines given',
    interventions: 'What was done',
    note: 'Notes',
    shared_note: 'Note for the patient',
  } as Record<string, string>,
  readingPart: (row: string) => `Reading, ${row}`,
  effectPart: (effect: string) => `Effect, ${effect.toLowerCase()}`,
  ticked: 'ticked',

  // the gate before session 1
  gateTitle: 'Something is missing before session 1',
  gateMissing: (missing: string[]) =>
    `Not there yet: ${missing.map((each) => GATE[each] ?? each).join(', ')}.`,
  gateChecklist: 'Open the eligibility checklist',
  gateReason: 'Why it goes ahead all the same',
  gateGo: 'Go ahead',
  gateNeed: 'Write why it goes ahead.',

  // did not happen
  notHappened: 'This session did not happen',
  statuses: {
    planned: 'Planned',
    completed: 'Done',
    missed: 'Patient did not come',
    cancelled: 'Cancelled',
  } as Record<string, string>,
  statusNow: (status: string) => `Recorded: ${status.toLowerCase()}.`,
  undoStatus: 'It did happen',

  // beside the chair
  beside: 'Beside the chair',
  last: (when: string) => `Last time, ${when}`,
  firstSession: 'First session',
  firstSessionText: 'There is nothing to compare with yet.',
  lastDose: 'Dose',
  lastPressure: 'Blood pressure',
  lastPressureSpan: (first: string, peak: string) =>
    first === peak ? first : `${first} to ${peak}`,
  lastDissociation: 'Dissociation, peak',
  ofTen: (n: number) => `${n} of 10`,
  lastEffects: 'Side effects',
  noEffects: 'None recorded',
  scoreMove: (before: string, after: string) => `${before} to ${after}`,
  mood: 'Mood since then',
  moodLabel: (when: string, middle: string | null) =>
    middle === null ? `Mood since ${when}` : `Mood since ${when}, 7-day median now ${middle} of 10`,
  noMood: 'No check-ins since then.',
  minutes: (n: number) => `${n} min`,

  // list of sessions
  listTitle: (today: number) =>
    today === 0
      ? 'No sessions today'
      : today === 1
        ? 'One session today'
        : `${today} sessions today`,
  listSkip: 'Skip to sessions',
  loadingList: 'Loading sessions',
  dayTitle: (count: number, when: string) =>
    count === 0
      ? `No sessions on ${when}`
      : count === 1
        ? `One session on ${when}`
        : `${count} sessions on ${when}`,
  otherDays: 'Other days',
  dayBefore: 'Day before',
  dayAfter: 'Day after',
  today: 'Today',
  dayMeta: (number: number, route: Route | null) =>
    route ? `Session ${number}, ${ROUTES[route]}` : `Session ${number}`,
  stages: {
    expected: 'Expected',
    arrived: (at: string) => `Here since ${at}`,
    under_way: (at: string) => `Dose began ${at}`,
    recovering: (at: string) => `Dose ended ${at}`,
    gone: (at: string) => `Went home ${at}`,
    done: 'Done',
    missed: 'Did not come',
    cancelled: 'Cancelled',
  },
  readingsDue: 'Next readings',
  readingAt: (at: string, minutes: number) =>
    minutes > 0
      ? `Reading ${at}, in ${minutes} min`
      : minutes === 0
        ? `Reading ${at}, now`
        : `Reading was due ${at}, ${-minutes} min ago`,
  leaveFrom: (at: string) => `May leave from ${at}`,
  isBoxOpenBefore: 'Checklist before the dose open',
  isBoxOpenHome: 'Checklist for going home open',
  questionsOpen: (titles: string[], answered: number) =>
    `Not answered: ${titles.join(', ')} (${answered} of ${answered + titles.length} answered)`,
  questionsDone: (count: number) =>
    count === 1 ? '1 questionnaire answered' : `All ${count} questionnaires answered`,
  boxesBefore: (count: number) =>
    count === 1 ? '1 box open before the dose' : `${count} boxes open before the dose`,
  boxesHome: (count: number) =>
    count === 1 ? '1 box open for going home' : `${count} boxes open for going home`,
  chair: 'Chair',
  chairOf: (name: string) => `Chair of ${name}`,
  inChair: (chair: string) => `chair ${chair}`,
  here: 'Here',
  hereOf: (name: string) => `${name} is here`,
  notHere: 'Not here',
  notHereOf: (name: string) => `${name} is not here`,
  arrivalFailed: (name: string) =>
    `What you noted of ${name} did not save. Try again when you are online.`,
  record: 'Record',
  recordFor: (name: string) => `Record ${name}’s session`,
  nothingBooked: 'Nothing is booked, and that may be right',
  nothingBookedText: 'Sessions appear here on the day that they are planned for.',
  alert: 'Open alert',
};
