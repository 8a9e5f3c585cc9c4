export const en = {
  pageTitle: 'Your invitation',
  loading: 'Loading your invitation',
  gone: 'This invitation is no longer good',
  goneText:
    'It may have been used already, or its time is over. Your clinic can send you a new one. If you have joined before, sign in.',
  incomplete: 'Part of the link is missing',
  incompleteText: 'Open the link in the message again, or copy all of it.',
  toSignIn: 'Go to sign-in',
  step: (n: number, of: number) => `Page ${n} of ${of}`,
  next: 'Continue',

  hello: (clinic: string) => `${clinic} has invited you`,
  from: (who: string, name: string) => `${who} sent this to ${name}.`,
  what: (clinic: string) =>
    `Yarrow is where you note how you are between visits, and where you and ${clinic} see how things change.`,
  short:
    'A check-in takes about 20 seconds. One tap is a complete answer, and any question can stay blank.',
  stop: (clinic: string) =>
    `You can stop at any time. Your care at ${clinic} does not depend on using this.`,
  staffWhat: (clinic: string) => `You are about to join ${clinic} on Yarrow as`,
  roles: { patient: 'patient', coordinator: 'coordinator', provider: 'provider', admin: 'admin' },

  who: 'Who sees what',
  treat: (clinic: string) => `The people who treat you at ${clinic} see your answers and scores.`,
  desk: 'The front desk sees your name and your visits, never an answer.',
  nobody: 'Nobody else sees them, unless you say so.',
  unwatched: 'When nobody is looking',
  night:
    'Answers are not watched around the clock. Somebody reads them when the clinic is open, so please do not wait for us if a night is hard.',
  item9:
    'One question asks about thoughts of being better off dead, or of hurting yourself. If you answer anything but "not at all", you see people you can reach at once, and the clinic is told so that somebody calls.',
  helpNow: 'Help now is at the top of every page. It works signed out and without a connection.',

  consent: 'What you agree to',
  consentText: 'Each one is your choice, and you can change your mind later.',
  yes: 'Yes',
  no: 'No',
  needed: 'Needed to use Yarrow',
  choice: 'Your choice',
  choose: 'Choose yes or no.',
  needsYes: (clinic: string) =>
    `Without this, ${clinic} cannot keep your answers here. If you would rather not, close this page and tell them: your care goes on.`,

  account: 'Your sign-in',
  accountText: (email: string) => `You sign in with ${email} and a password of your own.`,
  name: 'Your name',
  finish: 'Finish and sign in',
  finishing: 'Finishing',
};
