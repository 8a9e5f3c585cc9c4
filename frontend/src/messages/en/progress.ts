const kinds: Record<string, string> = {
  'phq-9.total': 'Depression',
  'gad-7.total': 'Anxiety',
  'pcl-5.total': 'Trauma',
  'peg.total': 'Pain',
};

const routes: Record<string, string> = {
  iv: 'by drip',
  im: 'by injection into a muscle',
  sc: 'by injection under the skin',
  in: 'as a nasal spray',
  sl: 'under the tongue',
  po: 'by mouth',
};

const marks: Record<string, string> = {
  session_day: 'On the day of a session.',
  recall_overlap: 'Overlaps with the two weeks of the score before.',
  before_treatment_window: 'The two weeks it asks about began before treatment.',
};

export const en = {
  title: 'Your progress',
  skip: 'Skip to progress',
  loading: 'Loading your progress',
  measures: 'Measure',
  kind: (measure: string, title: string) => kinds[measure] ?? title,

  emptyTitle: 'Nothing to draw yet',
  empty:
    'Your scores appear here after your first questionnaire. Two of them draw a line. There is nothing you need to catch up on.',
  oneScore: 'One score so far. The next one draws a line.',

  earlier: 'Earlier session',
  later: 'Later session',
  session: (number: number, date: string) => `Session ${number}, ${date}`,
  dose: (mg: string | null, route: string | null, minutes: number | null) => {
    const by = route === null ? '' : (routes[route] ?? '');
    const what = mg === null ? by : by ? `${mg} mg ${by}` : `${mg} mg`;
    if (minutes === null) return what;
    return what ? `${what}, over ${minutes} minutes` : `Over ${minutes} minutes`;
  },
  /** Around a session: the scores on both sides, and the points between them. */
  around: (
    before: string | null,
    after: string | null,
    points: string | null,
    isBetter: boolean,
  ) => {
    if (before === null) return after === null ? '' : `Your score was ${after} after it`;
    if (after === null) return `Your score was ${before} before it`;
    if (points === '0') return `Your score was ${before} before it and the same after`;
    return `Your score was ${before} before it and ${after} after, ${points} ${isBetter ? 'better' : 'worse'}`;
  },
  keyStart: 'where you started',
  keySession: 'session, tap for details',
  table: 'Show these scores as a table',
  tableCaption: (title: string) => `${title} scores, newest first`,
  date: 'Date',
  score: (min: string, max: string) => `Score, ${min} to ${max}`,
  range: 'Range',
  prorated: 'Worked out from the answers given; some were left out.',
  mark: (mark: string) => marks[mark] ?? '',
  gapRow: (from: string, to: string) => `No scores from ${from} to ${to}`,
  noBand: 'none',

  daily: 'Day to day',
  dailyCaption:
    'Dots are days. The line is the middle of the last 7 days, and it stops where there were too few answers. Up is always better.',
  dailyTable: 'Show these days as a table',
  dailyTableCaption: 'Daily check-ins, newest first',
  dailyEmpty: 'Your check-ins appear here, one dot for each day. Leaving days out is fine.',
  left: 'not answered',
  leftShort: '–',

  epochs: 'After each session',
  epochMeasure: 'What is compared',
  epochsEmpty: (name: string, needed: number, done: number) =>
    done === 0
      ? `After ${needed} sessions, this shows how ${name} moves in the days after each one.`
      : `After ${needed} sessions, this shows how ${name} moves in the days after each one; ${done} so far.`,
  epochsNone: 'There are not enough answers around the sessions to draw this yet.',
  epochNow: (
    name: string,
    day: number,
    session: number,
    by: string,
    way: 'higher' | 'lower' | 'same',
  ) => {
    const when =
      day === 0
        ? `On the day of session ${session}`
        : day === 1
          ? `One day after session ${session}`
          : `${day} days after session ${session}`;
    return way === 'same'
      ? `${when}, ${name} was the same as just before it.`
      : `${when}, ${name} was ${by} ${way} than just before it.`;
  },
  epochOpen: (session: number) =>
    `Session ${session} has no answer in the 3 days before it, so its line is left out.`,
  epochAbout: (name: string) => `Each line is ${name} compared with the 3 days before a session.`,
  epochTypical: (first: number, last: number) =>
    `The dashed line is what was typical for sessions ${first} to ${last}.`,
  epochBasis: (lines: number, sessions: number, days: number) =>
    `Drawn from ${lines} of ${sessions} sessions and ${days} answers.`,
  epochTable: 'Show this as a table',
  epochTableCaption: (title: string, min: string, max: string) =>
    `${title} by days since each session, on a scale from ${min} to ${max}`,
  epochSession: 'Session',
  epochBefore: '3 days before',
  epochDay: (day: number) => (day < 0 ? `${-day} before` : `Day ${day}`),
  epochLabel: (name: string, sentence: string) =>
    `Change in ${name} by days since the session. ${sentence}`,
  epochName: (title: string, isRating: boolean, isOwn: boolean) => {
    const name = isRating ? title.toLowerCase() : title;
    return isOwn ? `your ${name}` : name;
  },

  lasting: 'How long it lasted',
  lastingLine: (title: string, value: string) =>
    `The line is the one agreed on: ${title} of ${value}.`,
  lastingRule:
    'No line is agreed on, so this goes by loss of response: above half of the start, and off the best score by more than matters, twice within 14 days.',
  lastingKey: (count: number) =>
    `${count} past intervals, a dot for each: filled where the line was passed, open where it still held when the next session came. What was, not what will be.`,
  lastingFrom: 'From',
  lastingHow: 'How it went',
  lastingDays: 'Days',
  lastingSession: (number: number, date: string) => `Session ${number}, ${date}`,
  lastingEndings: {
    passed: 'Past the line twice',
    held: 'Still held at the last score',
    not_reached: 'Not on the good side of the line',
    no_score: 'No score',
  },
  lastingNow: ', so far',

  since: 'Since you started',
  sinceGone: (kind: string, from: string, to: string) =>
    `Your ${kind.toLowerCase()} score has gone from ${from} to ${to}.`,
  sinceSame: (kind: string, at: string) =>
    `Your ${kind.toLowerCase()} score is ${at}, as at the start.`,
  sinceOne: (kind: string, value: string, date: string) =>
    `Your ${kind.toLowerCase()} score was ${value} on ${date}.`,
  see: 'See your progress',
};
