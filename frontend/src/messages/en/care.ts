export const en = {
  skip: 'Skip to care',
  title: 'Care',
  lede: 'Your sessions, how to get ready, and people to call.',
  next: 'Next session',
  noneNext: 'No session is planned right now. When your clinic plans one, it shows here.',
  around: {
    since: 'Since your last session',
    before: 'Before your next session',
    after: 'After your next session',
  },
  answered: 'Answered',
  openTo: (date: string) => `Open until ${date}`,
  openFrom: (date: string) => `From ${date}`,
  routes: {
    iv: 'Into a vein (IV)',
    im: 'Into a muscle (IM)',
    sc: 'Under the skin (SC)',
    in: 'Nasal spray',
    sl: 'Under the tongue',
    po: 'By mouth',
  } as Record<string, string>,

  prepare: 'How to prepare',
  prepareLede: 'What your clinic told you comes first. If anything is unclear, call and ask.',
  steps: [
    {
      title: 'Food and drink',
      text: 'Stop eating and drinking when your clinic told you to. Not sure when? Call before the day.',
    },
    {
      title: 'Medicines',
      text: 'Ask which of your usual medicines to take that day, blood pressure tablets too. Tell them about anything new: a medicine, an illness, an allergy.',
    },
    {
      title: 'Alcohol and other drugs',
      text: 'Tell the team about alcohol, cannabis or other drugs in the last 24 hours. They ask to keep you safe.',
    },
    {
      title: 'Tell them before you start',
      text: 'If you could be pregnant, have trouble with your bladder, or something felt bad after last time.',
    },
    {
      title: 'Getting home',
      text: 'Have an adult take you home. No driving, machines, signing contracts, or looking after children alone until the next day, after a night of sleep.',
    },
    {
      title: 'If you have thoughts of harming yourself',
      text: 'Tell the team before the session. You do not have to wait for it: Help now is at the top of every page.',
    },
  ],

  journal: 'Journal',
  journalOpen: 'Write or read',
  journalSub: 'Before and after sessions. You choose who reads it.',

  people: 'People to call',
  callClinic: (clinic: string) => `Call ${clinic}`,
  helpNow: 'Crisis lines',
  helpNowSub: 'Day and night, also without signing in',
  noPhone: 'Your clinic has not put its phone number here yet.',

  sessions: 'Your sessions',
  noneYet:
    'No sessions yet, and that is fine. After each one you see its date here, and what your team shares with you.',
  number: (n: number) => `Session ${n}`,
  status: {
    planned: 'Planned',
    completed: 'Done',
    missed: 'Did not take place',
    cancelled: 'Called off',
  } as Record<string, string>,
  doneBy: (route: string) => `Done. ${route}.`,
  earlier: (count: number) =>
    count === 1 ? 'Show 1 earlier session' : `Show ${count} earlier sessions`,
  note: 'From your team',
  loading: 'Loading your sessions',
} as const;
