const measureHints: Record<string, string> = {
  'daily-check-in.mood': 'up is good',
  'daily-check-in.anxiety': 'up is calmer',
  'daily-check-in.energy': 'up is more',
  'daily-check-in.sleep_quality': 'up is better',
  'daily-check-in.pain': 'up is less',
};

const shortRatings: Record<string, string> = {
  'daily-check-in.sleep_quality': 'Sleep',
};

const shortBands: Record<string, string> = {
  'Moderately severe': 'Mod. severe',
  'Below the cut-point range': 'Below cut-point',
  'Within the 31-33 cut-point range': 'Cut-point range',
  'Above the cut-point range': 'Above cut-point',
};

export const en = {
  gap: 'no scores',
  start: 'Start',
  startValue: (value: string) => `Start, ${value}`,
  responseLine: (value: string) => `Response, ${value}`,
  fewerSymptoms: 'fewer symptoms',
  moreIsBetter: 'higher is better',
  sessions: 'Sessions',
  dose: 'Dose, mg',
  planned: 'planned',
  changed: 'new plan',
  effects: 'Effects',
  agreedLine: (value: string) => `Agreed, ${value}`,
  today: 'Today',
  item9: 'Item 9 above 0',
  item9Short: 'Item 9',
  week: '7-day',
  band: (label: string) => shortBands[label] ?? label,
  rating: (measure: string, title: string) => shortRatings[measure] ?? title,
  hint: (measure: string, higherIs: string) =>
    measureHints[measure] ?? (higherIs === 'worse' ? 'up is less' : 'up is better'),
  sessionButton: (number: number, date: string) => `Session ${number}, ${date}`,
  lastedAxis: 'days after the session',
  epochBetter: (by: string) => `${by} better`,
  epochWorse: (by: string) => `${by} worse`,
  epochSame: 'same',
  epochBefore: (days: number) => `${days} before`,
  epochAxis: 'days since the session',
  epochNow: (number: number) => `Session ${number}`,
  epochTypical: 'Typical',
  stripLabel: (name: string, hint: string, from: string, to: string, low: string, high: string) =>
    `${name}, ${hint}: the 7-day median went from ${from} to ${to}, on a scale from 0 (${low}) to 10 (${high}).`,
  stripFew: (name: string, days: number) =>
    days === 0
      ? `${name}: no answers yet.`
      : `${name}: ${days} days answered, too few for a median.`,
};
