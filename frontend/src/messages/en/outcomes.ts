import { many, number } from '../../format';

const conditions: Record<string, string> = {
  mdd: 'Depression',
  trd: 'Treatment-resistant depression',
  gad: 'Generalised anxiety',
  ptsd: 'PTSD',
  ocd: 'OCD',
  'bipolar-depression': 'Bipolar depression',
  'chronic-pain': 'Chronic pain',
  'suicidal-ideation': 'Suicidal thoughts',
  other: 'Something else',
};

const routes: Record<string, string> = {
  iv: 'By drip',
  im: 'Into a muscle',
  sc: 'Under the skin',
  in: 'Nasal spray',
  sl: 'Under the tongue',
  po: 'By mouth',
};

const readings: Record<string, string> = {
  baseline: 'before the first session',
  mid_series: 'during the sessions',
  after_induction: '2 to 4 weeks after induction',
  follow_up: '4 to 8 months after induction',
};

const people = (n: number) => many(n, 'person', 'people');
const were = (n: number) => (n === 1 ? 'was' : 'were');
const have = (n: number) => (n === 1 ? 'has' : 'have');

export const en = {
  title: 'Outcomes',
  skip: 'Skip to outcomes',
  loading: 'Loading the outcomes',

  better: (n: number, of: number, at: string) =>
    `${number(n)} of ${people(of)} ${were(n)} reliably better ${at === 'latest' ? 'at their last score' : 'after induction'}`,
  counted: (n: number, at: string) =>
    `${people(n)} ${have(n)} a score before and ${at === 'latest' ? 'since' : 'after induction'}`,
  tooFew: 'Too few people to show yet',
  tooFewHere: 'Too few people to show here',
  tooFewLede: (measure: string) =>
    `Outcomes appear once 10 people have a ${measure} before and after their sessions.`,
  tooFewHereLede:
    'Groups under 10 people are not shown, and neither is a group that would show such a one by subtraction. Choose fewer filters.',
  /** Who is not in the figures, said first. */
  missing: (leftOut: number, courses: number, at: string) => {
    const who = `${people(courses)} ${at === 'latest' ? 'began treatment' : 'finished or ended induction'}.`;
    if (leftOut === 0)
      return `${who} All of them have a score before and after, and are counted here.`;
    return `${who} ${number(leftOut)} of them ${leftOut === 1 ? 'lacks' : 'lack'} a score before or after, and ${leftOut === 1 ? 'is' : 'are'} not counted here.`;
  },

  filters: 'What is counted',
  measure: 'Measure',
  at: 'Judged by',
  ats: { induction: 'End of induction', latest: 'Last score' } as Record<string, string>,
  condition: 'Treated for',
  anyCondition: 'Everything',
  route: 'Route',
  anyRoute: 'Every route',
  from: 'First session from',
  to: 'up to',
  start: 'The start',
  now: 'Now',
  under: (name: string) => `${name} (too few to show)`,
  conditionName: (condition: string) => conditions[condition] ?? condition,
  routeName: (route: string) => routes[route] ?? route,
  once: 'Each person counts once, with the latest course whose induction is over.',

  changeTitle: (measure: string, at: string) =>
    at === 'latest'
      ? `Change in ${measure} from first session to last score`
      : `Change in ${measure} from first session to end of induction`,
  changeHint: (better: 'down' | 'up', usual: string | null) =>
    `${better === 'down' ? 'Down' : 'Up'} is better.${usual === null ? '' : ` The grey band, less than ${usual} points either way, is what scores do on their own.`}`,
  changeAxis: 'Each bar is one person, sorted by change',
  nBetter: (n: number) => `${number(n)} reliably better`,
  nSame: (n: number) => `${number(n)} no clear change`,
  nWorse: (n: number) => `${number(n)} reliably worse`,
  changeTable: 'Show the changes as a table',
  changeCaption: 'People by change in points, best first',
  change: 'Change',
  people: 'People',
  points: (change: number) =>
    change > 0 ? `+${number(change, 3)}` : number(change, 3).replace('-', '−'),

  rates: 'How many',
  rate: {
    improvement: 'Reliably better',
    response: 'Response',
    remission: 'Remission',
    deterioration: 'Reliably worse',
    drop_out: 'Stopped early',
  } as Record<string, string>,
  percent: (share: number) => `${Math.round(share * 100)}%`,
  of: (n: number, of: number, low: number, high: number) =>
    `${number(n)} of ${number(of)}, likely ${Math.round(low * 100)} to ${Math.round(high * 100)}%.`,
  hiddenRate: 'Under 10 people, not shown.',
  ruleBetter: (by: string, better: 'down' | 'up') =>
    `${better === 'down' ? 'Down' : 'Up'} ${by} or more.`,
  ruleWorse: (by: string, better: 'down' | 'up') =>
    `${better === 'down' ? 'Up' : 'Down'} ${by} or more.`,
  ruleResponse: (percent: string, from: string | null) =>
    `${percent === '50' ? 'Score at least halved' : `${percent}% off or more`}${from === null ? '' : `, from ${from} or higher`}.`,
  ruleRemission: (max: string, from: string | null) =>
    `Score of ${max} or lower${from === null ? '' : `, from ${from} or higher`}.`,
  ruleDropOut: 'Induction ended before its sessions were done.',

  sessionsTitle: (measure: string) => `${measure} by session`,
  sessionsHint: 'Line is the median, shade is the middle half of people.',
  sessionsNone: 'Fewer than 10 people have a score after any one session.',
  sessionsLabel: (from: string, to: string, last: number) =>
    `The median goes from ${from} at the start to ${to} after session ${last}.`,
  sessionsTable: 'Show the sessions as a table',
  sessionsCaption: 'Scores after each session',
  session: 'Session',
  sessionRow: 'session',
  peopleRow: 'people',
  startMark: 'Start',
  median: 'Median',
  middleHalf: 'Middle half',
  meanChange: 'Mean change',
  range: (low: string, high: string) => `${low} to ${high}`,
  hidden: 'under 10',

  keptTitle: 'How long a response lasted',
  keptHint:
    'The share of people who still respond, by weeks since they first did. The shade is the 95% band.',
  keptNone: 'Fewer than 10 people have had a response so far.',
  keptLede: (n: number, lost: number, median: string | null) =>
    `${people(n)} had a response; ${number(lost)} ${were(lost)} seen to lose it.${median === null ? ' Half of them or more still had it when last seen.' : ` Half had lost it after ${median}.`}`,
  keptNote:
    'Lost means two scores in a row past the line, within 14 days. People who stopped answering count up to their last score. It is no forecast for anyone.',
  days: (n: number) => many(n, 'day', 'days'),
  keptTable: 'Show the curve as a table',
  keptCaption: 'Share of people who kept their response',
  day: 'Day',
  atRisk: 'Still watched',
  lost: 'Lost it',
  share: 'Share',
  band: '95% band',
  weeks: 'weeks',
  noLoss: 'Nobody was seen to lose it while 10 or more were watched.',

  allTitle: (at: string) =>
    at === 'latest' ? 'All measures, last score' : 'All measures, end of induction',
  allCaption: 'Every measure in the same group of people',
  startToEnd: 'Median, start to end',
  isBetter: 'Reliably better',
  noClear: 'No clear change',
  isWorse: 'Reliably worse',
  below: 'Below cut-point',
  countOf: (n: number, of: number) => `${number(n)} of ${number(of)}`,
  fromTo: (from: string, to: string) => `${from} to ${to}`,
  noneSet: 'none set',
  caveat: (leftOut: number) =>
    `${leftOut > 0 ? `${people(leftOut)} ${have(leftOut)} no score at one end, so the true figures could be lower or higher. ` : ''}Groups under 10 are never shown. Without a comparison group this page cannot say what caused the change.`,

  analysableTitle: 'Courses that can be analysed',
  analysable: (n: number, of: number) =>
    of === 0
      ? 'No course is far enough to tell.'
      : `${number(n)} of ${many(of, 'course has', 'courses have')} a score before the first session and another 2 to 4 weeks after induction.`,
  mendable: (n: number) =>
    n === 0
      ? 'Nothing is missing that could still be asked for.'
      : `For ${many(n, 'course', 'courses')} something missing can still be asked for.`,
  coordinatorTitle: (n: number) =>
    n === 0
      ? 'No one needs a reminder right now'
      : `${many(n, 'reading', 'readings')} can still be had`,
  coordinatorTitleMore: (n: number) => `More than ${number(n)} readings can still be had`,
  coordinatorLede:
    'Without these, a course cannot be analysed later. You see who to remind and until when; answers and scores stay with providers.',
  mendTitle: 'Who to remind',
  mendCaption: 'Readings that can still be had, most urgent first',
  patient: 'Patient',
  ask: 'Ask for',
  askFor: (form: string, reading: string) => `${form} ${readings[reading] ?? ''}`.trim(),
  until: 'Until',
  untilOpen: 'while sessions go on',
  more: 'Show more',
};
