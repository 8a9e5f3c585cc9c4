import { list, many } from '../../format';

const MISSING: Record<string, string> = {
  baseline: 'a baseline: a complete score from the 14 days before',
  eligibility: 'the signed eligibility checklist',
  consent: 'current consent',
};

const STATES: Record<string, string> = {
  upcoming: 'Upcoming',
  open: 'Open',
  done: 'Answered',
  lapsed: 'Not answered',
  skipped: 'Skipped',
};

const STATUSES: Record<string, string> = {
  planned: 'planned',
  active: 'under way',
  maintenance: 'in maintenance',
  completed: 'completed',
  stopped: 'stopped',
};

export const en = {
  title: 'Course and plan',
  skip: 'Skip to the course',
  loading: 'Loading the course',
  back: (name: string) => `Back to ${name}`,
  link: 'Course and plan',
  none: 'No course is open. Starting one books its sessions and asks its questionnaires.',
  state: (status: string, done: number, planned: number | null) => {
    const count =
      planned === null || status === 'maintenance'
        ? many(done, 'session', 'sessions')
        : `${done} of ${planned} sessions`;
    return `${count}, ${STATUSES[status] ?? status}`;
  },
  plan: 'Plan',
  noPlan: 'None: questions come by the calendar',
  firstDay: 'First day',
  goal: 'Goal',

  start: 'Start a course',
  startHint: 'The plan books sessions on weekdays at 10:00; move them as you like.',
  condition: 'Condition',
  sessions: 'Sessions in the first series',
  sessionsHint: 'Empty: as the plan has it.',
  goalHint: 'The patient reads it too.',
  saveStart: 'Start course',
  change: 'Change the plan',
  changeHint: 'What was answered stays. Sessions that nobody has touched are booked anew.',
  reason: 'Why',
  reasonHint: 'Kept with the change; the patient does not see it.',
  saveChange: 'Save change',
  line: 'Line agreed on',
  lineAbout: 'How long treatment lasts is counted up to this line, and the charts draw it.',
  lineMeasure: 'Measure',
  lineValue: 'Last value that is still well',
  lineHint: (title: string, min: string, max: string, higherIs: string) =>
    `${title} runs from ${min} to ${max}; ${higherIs === 'worse' ? 'lower' : 'higher'} is better.`,
  lineNeeded: 'Write the value as a number.',
  lineSave: 'Save line',
  lineDrop: 'Use no line',
  end: 'End the course',
  endHint:
    'Booked sessions that nobody has touched are taken back. A new course has a baseline of its own.',
  completed: 'Ended as planned',
  stopped: 'Stopped before its end',
  saveEnd: 'Finish course',
  needReason: 'Say why, so that others can follow.',
  needChoice: 'Choose one.',
  needCondition: 'Choose what is treated.',
  badSessions: 'A whole number from 1 to 500.',
  saved: 'Saved.',
  offline: 'No connection. Nothing was saved; what you typed is still here.',

  before: 'Before the first session',
  ready: 'Everything is there for the first session.',
  missing: (words: string[]) =>
    `Still missing: ${list(words.map((word) => MISSING[word] ?? word))}.`,
  signedBy: (name: string, when: string) => `Signed by ${name}, ${when}.`,
  notSigned: 'The eligibility checklist is not signed yet.',
  openList: 'Go through the checklist',
  again: 'Go through it again',
  listNote: 'It says what to think of. It clears nobody: you decide.',
  yes: 'Yes',
  no: 'No',
  note: 'Note',
  noteHint: 'Needed where something speaks against a dose, or is not there.',
  needAnswers: (count: number) => `${many(count, 'line', 'lines')} still to answer.`,
  needNote: 'Say why treatment goes ahead, or what is still to come.',
  sign: 'Sign checklist',

  review: 'Mid-series review',
  reviewDue: 'Half of the series is done. Look at the scores together and decide how it goes on.',
  decisions: { continue: 'Continue as planned', change: 'Change something', stop: 'Stop here' },
  reviewReason: 'Why, or what you saw',
  saveReview: 'Save decision',
  reviewed: (done: number) => `After ${many(done, 'session', 'sessions')}`,

  asked: 'What is asked',
  askedEmpty: 'Nothing is asked by a plan yet.',
  askedAll: 'Show all that is to come',
  states: STATES,
  due: (day: string) => `due ${day}`,
  skipIt: 'Skip',
  skipFor: (name: string) => `Skip ${name}`,
  keep: 'Keep it',
  skipReason: 'Why it is not asked',
  ask: 'Ask now',
  askHint: 'It is open from now for a week.',
  askWhat: 'Ask something out of turn',

  history: 'What changed',
  chosen: (to: string) => `Plan: ${to}`,
  changed: (from: string, to: string) => `Plan changed from ${from} to ${to}`,
  nothing: 'no plan',
  by: (name: string, when: string) => `${name}, ${when}`,
};
