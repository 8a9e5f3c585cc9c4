import { many } from '../../format';

export const en = {
  taking: 'Getting it ready…',
  taken: (name: string) => `Saved as ${name}`,
  notTaken: "That didn't work. Nothing was saved on this device.",

  mine: {
    title: 'Take my answers with me',
    text: 'Everything kept about you here: your answers, scores, visits and your journal. Whoever opens the file can read it, so keep it somewhere safe.',
    tables: 'Tables (CSV)',
    one: 'One file (JSON)',
  },

  patient: {
    title: 'Take the record out',
    text: 'Answers, scores, sessions, alerts and the journal entries that are for you. It is noted in the audit log.',
    tables: 'Tables (CSV)',
    one: 'One file (JSON)',
    fhir: 'FHIR R4',
  },

  clinic: {
    title: 'Data',
    skip: 'Skip to the data',
    lede: 'What goes out leaves the protection of this program. Each time is noted in the audit log.',
    notYours: 'This page is for admins who are providers too: it gives out answers.',
    whole: 'The whole clinic',
    wholeText:
      'Every patient with courses, sessions, answers, scores and alerts, as tables with a codebook. Journals stay here.',
    tables: 'Tables (CSV)',
    research: 'For research',
    researchText:
      'One table of the patients who said yes to research: no names, no dates but days since the first session, no words, and at least ten people who look alike in condition, route and age.',
    researchTable: 'Research table (CSV)',
  },

  bring: {
    title: 'Bring in earlier records',
    text: 'Scores and sessions from before, as a CSV file. First you see what each line would do. Nothing is stored unless every line can be, and a line that is there already is left alone.',
    columns: 'The columns',
    heading: 'record_number,what,at,answers,total,number,status,route,medicine,dose_mg,weight_kg',
    columnsText: [
      'record_number: the number in the patient’s record here.',
      'what: a questionnaire (phq-9, gad-7, pcl-5, peg …) or session.',
      'at: a day where the patient is (2025-03-01), with a time where it is known (2025-03-01T14:30).',
      'answers: pairs like q1=2 q2=0. Where nobody knows the answers any more, the total alone.',
      'number, status, route, medicine, dose_mg, weight_kg: of a session; number is needed.',
    ],
    file: 'CSV file',
    reading: 'Reading the file…',
    notRead: "The file couldn't be checked. Nothing was stored.",
    none: 'There is no line in this file.',
    sum: (fresh: number, known: number, refused: number) =>
      [
        `${many(fresh, 'line is', 'lines are')} new`,
        known ? `${many(known, 'is', 'are')} there already` : '',
        refused ? `${many(refused, 'line', 'lines')} can't be stored` : '',
      ]
        .filter(Boolean)
        .join(', ') + '.',
    mend: 'Mend these lines in the file and choose it again.',
    save: (n: number) => `Save ${many(n, 'line', 'lines')}`,
    saved: (n: number) => `${many(n, 'line', 'lines')} saved.`,
    lines: 'What each line does',
    line: 'Line',
    record: 'Record',
    what: 'What',
    at: 'When',
    score: 'Score',
    becomes: 'What happens',
    session: 'Session',
    outcome: { new: 'New', unchanged: 'There already', refused: "Can't be stored" },
    because: (column: string, rule: string) => (column ? `${column} ${rule}` : rule),
  },
};
