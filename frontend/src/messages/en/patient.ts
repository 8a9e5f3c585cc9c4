const ROUTES: Record<string, string> = {
  iv: 'IV',
  im: 'IM',
  sc: 'SC',
  in: 'nasal',
  sl: 'sublingual',
  po: 'oral',
};

const PHASES: Record<string, string> = { induction: 'Induction', maintenance: 'Maintenance' };

const ACTIONS: Record<string, string> = {
  spoke: 'spoke with them',
  assessed: 'full assessment',
  safety_plan: 'safety plan',
  emergency_services: 'emergency services',
  could_not_reach: 'could not reach them',
  no_action_needed: 'no action needed',
};

const STATES: Record<string, string> = {
  planned: 'planned',
  missed: 'missed',
  cancelled: 'cancelled',
};

const sessionsWord = (n: number) => (n === 1 ? '1 session' : `${n} sessions`);

export const en = {
  title: 'Patient',
  loading: 'Loading the record',
  skip: 'Skip to patient',
  record: (number: string) => `record ${number}`,
  course: (phase: string, done: number, planned: number | null, since: string) => {
    const name = PHASES[phase] ?? phase;
    if (done === 0) return `${name}, no sessions yet`;
    const count =
      planned === null || phase === 'maintenance'
        ? sessionsWord(done)
        : `${done} of ${planned} sessions`;
    return `${name}, ${count} since ${since}`;
  },
  noCourse: 'no course yet',
  archived: 'archived',
  report: 'Report',
  recordSession: (number: number) => `Record session ${number}`,
  openAlerts: (n: number) => (n === 1 ? 'Open alert' : `${n} open alerts`),

  exposure: 'Exposure',
  exposureOf: (medicine: string) =>
    ({ ketamine: 'Ketamine', esketamine: 'Esketamine' })[medicine] ?? 'Other medicine',
  exposureSessions: 'Sessions',
  exposureMg: 'mg',
  exposureSpans: { days_30: 'Last 30 days', months_12: 'Last 12 months', all: 'In all' },
  exposureWithout: (count: number) => `${sessionsWord(count)} without a dose on record.`,
  exposureShortest: 'Shortest gap',
  exposureDays: (days: number) => (days === 1 ? '1 day' : `${days} days`),
  exposurePressure: 'Pressure before dosing',
  exposureFromTo: (from: string, to: string) => `${from} at first, ${to} of late`,
  exposureCheck: (title: string) => `${title} check`,
  exposureDue: (day: string) => `due ${day}`,
  exposureDueNow: 'due now',

  planChange: (when: string, text: string) => `${when}: ${text}.`,

  measure: 'Measure',
  view: 'View',
  timeline: 'Timeline',
  bySession: 'By session',
  table: 'Table',
  period: 'Period',
  sinceStart: 'Since start',
  eightWeeks: 'Last 8 weeks',

  noScores: (title: string) => `No ${title} scores yet`,
  noScoresText: 'They appear here as soon as the first one is answered.',
  oneScore: 'One score so far.',
  reached: (response: boolean | null, remission: boolean | null) => {
    if (response === null && remission === null) return '';
    if (remission) return 'In remission.';
    if (response) return 'Response, not in remission.';
    return 'No response so far.';
  },
  gapsText: (gaps: string) => `No scores from ${gaps}.`,
  gap: (from: string, to: string) => `${from} to ${to}`,
  unscored: (n: number) =>
    n === 1
      ? 'One questionnaire had too many blanks to score.'
      : `${n} questionnaires had too many blanks to score.`,
  usual: (points: string) =>
    `The bracket beside the plot is usual variation around the start: less than ${points} points either way.`,
  hollow:
    'Hollow dots were answered on a session day, or ask about two weeks that began before treatment.',
  choose: 'Click the figure, or use the arrow keys, for a session’s details.',
  session: (number: number, date: string) => `Session ${number}, ${date}`,
  sessionDetail: (parts: string[]) => parts.join(', '),
  mg: (mg: string) => `${mg} mg`,
  route: (route: string) => ROUTES[route] ?? route,
  minutes: (minutes: number) => `${minutes} minutes`,
  goingIn: (title: string, value: string) => `${title} ${value} going in`,
  after: (value: string) => `${value} after`,
  openSession: 'Open the record',

  facts: 'Where things are',
  measureBand: (title: string, band: string | null) =>
    band === null ? title : `${title}, ${band.toLowerCase()}`,
  better: (points: string) => `${points} better than the start`,
  worse: (points: string) => `${points} worse than the start`,
  same: 'same as the start',
  within: (change: string) => `${change}, within usual variation`,
  sinceStartOf: (title: string) => `${title} since the start`,
  percent: (gain: number, points: string, percent: string) =>
    gain > 0 ? `${points} better, ${percent} %` : `${points} worse, ${percent} %`,
  noBaseline: 'no score in the 14 days before the first session, so no change can be given',
  noLatest: 'no score yet',
  checkIns: 'Check-ins, 14 days',
  ofDays: (n: number) => `${n} of 14`,
  reminders: 'Reminders',
  reachable: 'Reach the patient',
  unreachable: 'None gets through',
  lastCheckIn: 'Last check-in',
  none: 'none yet',
  lastSession: 'Last session',
  nextSession: 'Next session',
  notBooked: 'not booked',
  best: (title: string) => `Best ${title}`,
  bestOn: (value: string, date: string) => `${value} on ${date}`,
  doseInAll: 'Dose in all',
  medicine: (medicine: string, mg: string) => `${mg} mg ${medicine}`,

  invite: {
    title: 'Yarrow on their phone',
    none: 'Not invited yet. With the link they choose a password and can answer at home.',
    open: (until: string) => `Invited, and not joined yet. The link works once, until ${until}.`,
    email: 'E-mail',
    emailHint: 'They sign in with it. No clinical word is sent to it.',
    badEmail: 'This does not look like an e-mail address.',
    make: 'Invite',
    again: 'Make a new link',
    replaces: 'Lost the link? A new one takes its place, and the old one stops working.',
    revoke: 'Revoke',
    revokeText: 'The link stops working at once.',
    revokeConfirm: 'Revoke it',
    keep: 'Keep it',
    revoked: (name: string) => `${name}’s link no longer works.`,
    offline: 'There is no connection, so nothing was changed. Try again when it is back.',
  },

  safety: 'Safety',
  noAlerts: 'No open alerts',
  noHistory: 'No answers above 0 to item 9, and no alerts.',
  item9: (answer: string) => `Item 9: ${answer.toLowerCase()}.`,
  alert: (title: string) => `${title}.`,
  waiting: 'Not acknowledged yet.',
  seen: (who: string, minutes: number) =>
    minutes < 90
      ? `Acknowledged by ${who} after ${minutes} min.`
      : minutes < 2880
        ? `Acknowledged by ${who} after ${Math.round(minutes / 60)} h.`
        : `Acknowledged by ${who} after ${Math.round(minutes / 1440)} days.`,
  closed: (who: string, action: string) => `Closed by ${who}: ${ACTIONS[action] ?? action}.`,

  daily: 'Daily check-ins',
  note: 'Text for your note',
  noteAbout: 'Latest scores, what changed, sessions and plan, to paste into the clinical note.',
  noteOpen: 'Show text',
  noteCopy: 'Copy',
  noteCopied: 'Copied.',
  noteClose: 'Close',
  beside: 'Beside it',
  besideNone: 'One measure',
  besideWith: (title: string) => `With ${title}`,
  effectsKey: 'Effects: a ring for moderate, filled for severe or serious.',

  sessions: 'Sessions',
  sessionsCaption: 'Dosing sessions, newest first',
  noSessions: 'No sessions yet. They are listed here once recorded.',
  number: 'No.',
  date: 'Date',
  routeHead: 'Route',
  dose: 'Dose',
  perKg: 'mg per kg',
  minutesHead: 'Minutes',
  before: 'BP before',
  peak: 'BP peak',
  dissociation: 'Dissociation',
  ofTen: (value: string) => `${value} of 10`,
  fromTo: (from: string, to: string) => `${from} to ${to}`,
  state: (status: string) => STATES[status] ?? '',
  empty: '–',
  emptyWords: 'none',

  perSessionCaption: (title: string) => `${title} around each session, newest first`,
  headGoingIn: 'Going in',
  headAfter: 'After',
  headBest: 'Best until the next',
  headGainIn: 'Going in, since the start',
  headGainAfter: 'After, since the start',
  gain: (gain: number, points: string) =>
    gain > 0 ? `${points} better` : gain < 0 ? `${points} worse` : 'same',
  perSessionAbout:
    'Going in: the last score in the 3 days before. After: the first from the next day on, within 14 days. Empty where there was none.',

  coordinatorNote: 'Answers and scores are for the people who treat this patient.',
};
