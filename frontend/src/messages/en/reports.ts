import type { ReportSession } from '../../api/types';

const routes: Record<string, string> = {
  iv: 'IV',
  im: 'IM',
  sc: 'SC',
  in: 'nasal',
  sl: 'SL',
  po: 'oral',
};

export const en = {
  title: 'Progress report',
  skip: 'Skip to the report',
  loading: 'Putting the report together',
  bar: 'Take it along',
  print: 'Print',
  save: 'Save as PDF',
  paper: 'Paper',
  papers: { a4: 'A4', letter: 'Letter' },
  back: 'Back to the patient',
  who: (name: string, age: number | null, record: string | null) =>
    [name, age === null ? '' : String(age), record ? `record ${record}` : '']
      .filter(Boolean)
      .join(', '),
  clinic: (clinic: string, provider: string | null) =>
    [clinic, provider ?? ''].filter(Boolean).join(', '),
  days: (from: string, to: string) => `${from} to ${to}`,
  mood: 'Mood between visits, 0 to 10, dots are days, line is the 7-day median',
  sessions: 'Sessions',
  sessionsLeftOut: (shown: number, all: number) => `The last ${shown} of ${all} sessions.`,
  heads: {
    number: 'No.',
    date: 'Date',
    phase: 'Phase',
    dose: 'Dose',
    perKg: 'mg per kg',
    minutes: 'Minutes',
    pressure: 'BP peak',
    dissociation: 'Dissociation /10',
    scores: (title: string) => `${title} before to after`,
  },
  phases: {
    induction: 'Induction',
    maintenance: 'Maintenance',
    booster: 'Booster',
    single: 'Single',
  },
  dose: ({ medicine, route }: ReportSession, mg: string) =>
    [`${mg} mg`, medicine === 'ketamine' ? '' : medicine, route ? (routes[route] ?? route) : '']
      .filter(Boolean)
      .join(' '),
  fromTo: (from: string, to: string) => `${from} to ${to}`,
  discussion: 'For discussion',
  printed: (day: string) => `Printed ${day}, page 1 of 1.`,
};
