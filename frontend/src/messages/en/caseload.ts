const WORDS = [
  'No one',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
  'Thirteen',
  'Fourteen',
  'Fifteen',
  'Sixteen',
  'Seventeen',
  'Eighteen',
  'Nineteen',
  'Twenty',
];

/** A sentence does not begin with a numeral, up to twenty. */
function first(n: number): string {
  return WORDS[n] ?? n.toLocaleString('en');
}

function within(n: number): string {
  return n > 0 && n < WORDS.length ? WORDS[n]!.toLowerCase() : n.toLocaleString('en');
}

function people(n: number): string {
  return n === 1 ? '1 person' : `${n.toLocaleString('en')} people`;
}

export const en = {
  title: 'Caseload',
  unreachable: 'No reminder gets through',
  skip: 'Skip to caseload',
  loading: 'Loading the caseload',

  news: (needs: number) =>
    needs === 0
      ? 'No one needs a response right now'
      : needs === 1
        ? 'One person needs a response today'
        : `${first(needs)} people need a response today`,
  care: (total: number) => `${people(total)} in your care.`,
  look: (n: number, more: boolean) =>
    n === 0
      ? ''
      : more
        ? n === 1
          ? 'One more is worth a look.'
          : `${first(n)} more are worth a look.`
        : n === 1
          ? 'One is worth a look.'
          : `${first(n)} are worth a look.`,
  expected: (n: number, others: boolean) =>
    n === 0
      ? ''
      : others
        ? n === 1
          ? 'The other one is moving as expected.'
          : `The other ${within(n)} are moving as expected.`
        : 'All are moving as expected.',
  coordinatorTitle: (total: number) => `${people(total)} in the clinic’s care`,
  coordinatorLede:
    'You see schedules and who has answered. Answers and scores stay with providers.',
  sessionsToday: (n: number) =>
    n === 0 ? 'No sessions today.' : n === 1 ? 'One session today.' : `${first(n)} sessions today.`,

  show: 'Show',
  all: 'All',
  induction: 'Induction',
  maintenance: 'Maintenance',
  no_course: 'No course',
  archived: 'Archived',
  sort: 'Sort by',
  sorts: {
    priority: 'Who needs you first',
    name: 'Name',
    last_response: 'Last answer',
  },
  find: 'Find a patient',
  findHere: 'Find in the caseload',
  findHint: 'Name or record number',
  lists: 'Lists you keep',
  keepList: 'Keep this list',
  listName: 'Name of the list',
  saveList: 'Save',
  renameList: 'Rename',
  removeList: 'Remove',
  needListName: 'Give the list a name.',
  listNameTaken: (name: string) => `You have a list called “${name}”.`,
  listSaved: (name: string) => `“${name}” is kept.`,
  listRemoved: (name: string) => `“${name}” is not kept any more.`,
  listNotSaved: 'That did not save. Try again when you are online.',
  mostLists: (most: number) => `${most} lists are kept at most: remove one to keep this.`,
  results: (n: number, q: string) =>
    n === 0
      ? `No one matches “${q}”`
      : n === 1
        ? `1 person matches “${q}”`
        : `${n} people match “${q}”`,
  clear: 'Show everyone',
  add: 'Add a patient',
  more: 'Show more',
  shown: (n: number, total: number) => `${n} of ${total} shown`,

  caption: 'Caseload. People who need a response come first in every order.',
  captionSort: (sort: string) => `Caseload, sorted by ${sort.toLowerCase()}.`,
  patient: 'Patient',
  standsOut: 'What stands out',
  score: 'Score',
  scoreOf: (measure: string, higherIs: 'worse' | 'better' | 'none') =>
    higherIs === 'none'
      ? measure
      : `${measure}, ${higherIs === 'worse' ? 'lower' : 'higher'} is better`,
  change: 'since the start',
  better: 'better',
  worse: 'worse',
  checkIns: 'Check-ins, 14 days',
  next: 'Next session',
  phase: 'Course',
  action: 'Action',

  groups: {
    needs_response: 'Needs a response',
    worth_a_look: 'Worth a look',
    as_expected: 'Moving as expected',
    rest: 'Everyone else',
    all: 'Everyone',
  },

  respond: 'Respond',
  respondTo: (name: string) => `Respond to ${name}’s alert`,
  review: 'Review',
  reviewOf: (name: string) => `Review ${name}`,

  phases: {
    induction: (done: number, planned: number | null) =>
      planned === null ? `Induction, ${done} so far` : `Induction, ${done} of ${planned}`,
    inductionDone: 'Induction complete',
    maintenance: (done: number) => `Maintenance, ${done} so far`,
    none: 'No course yet',
  },
  record: (number: string) => `No. ${number}`,
  gain: (points: string) => `${points} better`,
  loss: (points: string) => `${points} worse`,
  same: 'no change',
  noStart: 'no start score',
  noScore: 'No score yet',
  sparkLabel: (measure: string, start: string | null, last: string) =>
    start === null
      ? `${measure}, latest ${last}`
      : `${measure} from ${start} at the start to ${last}`,
  adherence: (n: number) => `${n} of the last 14 days`,
  neverCheckedIn: 'Not yet',
  notBooked: 'Not booked',
  today: 'Today',
  todayAt: (time: string) => `Today ${time}`,
  yesterday: 'Yesterday',
  yesterdayAt: (time: string) => `Yesterday ${time}`,
  tomorrow: 'Tomorrow',
  minutesAgo: (n: number) => (n < 1 ? 'just now' : `${n} min ago`),
  sinceDay: (day: string) => `since ${day}`,
  daysAgo: (n: number) => (n === 1 ? '1 day ago' : `${n} days ago`),

  emptyTitle: 'No one here yet, and that’s right',
  empty:
    'People appear here as soon as you add them. Their answers follow when they accept the invitation.',
  emptyFilter: 'No one here.',
  staleAt: (time: string) =>
    `This list is from ${time}. The server has not been reached since, so new alerts are not shown.`,

  newTitle: 'Add a patient',
  newLede: 'You can invite them now, or later from their page.',
  newSkip: 'Skip to the form',
  who: 'Who',
  name: 'Name',
  birth: 'Birth date',
  recordNumber: 'Record number',
  recordHint: 'From your own records. Optional.',
  treatment: 'Treatment',
  treatmentHint: 'What the course is for',
  condition: 'Condition',
  conditionNone: 'Not set',
  conditions: {
    mdd: 'Major depression',
    trd: 'Depression, treatment-resistant',
    gad: 'Generalised anxiety',
    ptsd: 'PTSD',
    ocd: 'OCD',
    'bipolar-depression': 'Bipolar depression',
    'chronic-pain': 'Chronic pain',
    'suicidal-ideation': 'Suicidal thoughts',
    other: 'Other',
  },
  measure: 'Main questionnaire',
  measureDefault: 'By condition',
  zone: 'Time zone',
  zoneHint: 'Where the patient lives. Days are counted there.',
  invitation: 'Invitation',
  invitationHint: 'How they get in',
  email: 'E-mail',
  emailHint: 'Needed to invite. It carries no clinical word.',
  inviteNow: 'Invite now',
  inviteNowHint: 'You get a link to hand over, once.',
  save: 'Save',
  saveAndInvite: 'Save and invite',
  cancel: 'Cancel',
  needName: 'Write the name.',
  needEmail: 'An invitation needs an e-mail address.',
  badEmail: 'This does not look like an e-mail address.',
  badBirth: 'The birth date is in the future.',
  fix: 'Some fields need another look.',
  notReadyTitle: 'The clinic is not ready to invite yet',
  notReady: (missing: string[]) =>
    `Before the first invitation an admin needs to set up: ${missing.join(', ')}.`,
  missing: { crisis_lines: 'help lines', roster: 'who answers alerts' } as Record<string, string>,
  notReadySave: 'Save without inviting',
  addedTitle: (name: string) => `${name} is on the caseload`,
  added: 'No invitation was sent. You can invite them from their page.',
  openRecord: 'Open their page',
  addAnother: 'Add another',
  noConnection: 'There is no connection, so nothing was saved. What you wrote is still here.',
};
