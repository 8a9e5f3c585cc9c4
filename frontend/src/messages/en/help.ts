export const en = {
  title: 'Help now',
  lede: 'You can talk to somebody right now. You do not have to explain it well.',
  skip: 'Skip to help lines',
  country: 'Where are you?',
  danger: 'If you might act on these thoughts, or you are already hurt,',
  callNow: (number: string) => `call ${number}`,
  noLines:
    'The help lines could not be loaded. Call your local emergency number; in Europe it is 112, in North America 911.',
  loading: 'Loading help lines',
  note: 'Calls and texts go straight from your phone. Nothing here is sent to anybody, and this page works without a connection.',
  unwatched:
    'No one watches answers around the clock, so please do not wait for your clinic if this is hard now.',

  privacy: {
    title: 'Privacy',
    lede: 'What happens with what you write here, in plain words.',
    kept: 'What is kept, and where',
    keptText: (clinic: string) =>
      `${clinic} runs this copy of Yarrow and keeps your answers, scores, sessions and sign-ins on its own server. Nothing goes to the makers of Yarrow.`,
    yourClinic: 'Your clinic',
    who: 'Who can see it',
    whoText:
      'The people who treat you see your answers and scores. The front desk sees your name and visits, never an answer. The clinic keeps a record of who looked and who changed something.',
    device: 'On this device',
    deviceText:
      'Your answers are not kept here, except those that wait to be sent: they stay on this device until your clinic has them. Somebody who can unlock this device might find those.',
    hide: 'Hide',
    hideText:
      'Hide shows a blank page with a clock. It does not erase the history of your browser. On a shared device, sign out when you are done.',
    not: 'What we do not do',
    notText:
      'No advertising, no tracking, no other company on these pages. Notices on your phone never say what they are about.',
    rights: 'Your say',
    rightsText:
      'You can ask your clinic for a copy of your record, to correct it, or to delete it where the law allows. You can change what you agreed to at any time: tell your clinic.',
  },
};
