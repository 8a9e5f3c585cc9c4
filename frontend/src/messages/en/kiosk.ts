import { many } from '../../format';

export const en = {
  // Making a code
  link: 'Questionnaires on a tablet',
  linkOf: (name: string) => `Questionnaires on a tablet for ${name}`,
  skip: 'Skip to the tablet',
  back: (name: string) => `Back to ${name}`,
  title: 'Questionnaires on a tablet',
  what: (name: string) =>
    `A code opens any tablet for what ${name} is asked today, for 20 minutes. It shows no score and nothing from before, and leaves nothing on the tablet.`,
  make: 'Make a code',
  makeNew: 'Make a new code',
  making: 'Making a code',
  failed: 'No code was made. Try again.',
  code: 'Code',
  /** Read out letter by letter, not as a word. */
  spelled: (code: string) => [...code].join(' '),
  typeIt: (address: string) => `On the tablet, open ${address} and type it.`,
  scan: 'Or scan this with the camera of the tablet.',
  picture: 'QR code that opens the tablet',
  until: (time: string) => `It opens one tablet, once, until ${time}. A new code takes its place.`,
  over: 'The code opens nothing any more, and no tablet is open.',
  isOpen: (name: string, time: string) => `A tablet is open for ${name} until ${time}.`,
  waits: (time: string) =>
    `A code waits until ${time}. It is shown only once; a new one takes its place.`,
  takeBack: 'Close the tablet',
  takeBackText: 'Takes the code back, and closes the tablet at once if it is open.',
  takenBack: 'The code opens nothing any more, and no tablet is open for this patient.',
  takeBackFailed: 'That did not work. Try again: until then the tablet stays open.',

  // Opening a tablet
  enterSkip: 'Skip to the code',
  enterTitle: 'Enter your code',
  enterText: 'A member of staff gives you one.',
  enterLabel: 'Code',
  enterHint: 'Eight letters and figures, as in K7PM 4XQ2.',
  open: 'Continue',
  opening: 'Opening',
  short: 'A code has eight letters and figures.',
  unknown: 'This code opens nothing. Check it, or ask a member of staff for a new one.',
  slow: (seconds: number) => `Too many tries. Please wait ${many(seconds, 'second', 'seconds')}.`,
  offline: 'No connection. Nothing was sent; try again.',
  trouble: 'That did not work. Ask a member of staff.',
  closedTime: 'The 20 minutes are over, so this tablet has closed.',
  closedStaff: 'This tablet has been closed.',
  notSentHere: 'What was not sent is gone from it. Please tell a member of staff.',

  signedInTitle: 'This tablet is signed in',
  signedInText: 'Somebody is signed in here. Sign out before you hand the tablet over.',
  toSignOut: 'Go to sign out',

  // Who it is
  whoTitle: (name: string) => `Is this you, ${name}?`,
  whoText: (clinic: string) => `${clinic} asks you some questions for today.`,
  yes: "Yes, that's me",
  no: 'No',
  wrong: 'Please give the tablet back to a member of staff.',

  // What is asked
  listSkip: 'Skip to your questionnaires',
  list: (count: number) => `${many(count, 'questionnaire', 'questionnaires')} for you`,
  listText: 'You can answer them in any order.',
  minutes: (count: number) => `About ${many(count, 'minute', 'minutes')}`,
  begun: (count: number) => `${many(count, 'answer', 'answers')} so far, not sent`,
  none: 'Nothing is asked of you today',
  noneText: 'Please give the tablet back to a member of staff.',
  loading: 'Loading your questionnaires',
  finish: "I'm finished",
  keepScreen: 'Go back to the list',
  stopText: (count: number) =>
    `Nothing has been sent. Your ${many(count, 'answer stays', 'answers stay')} on this screen until the tablet closes.`,
  soon: (minutes: number) =>
    `This tablet closes in ${many(minutes, 'minute', 'minutes')}. Tap “Stop for now” to send what you have answered.`,

  // Where the answers are
  sending: (clinic: string) => `Sending your answers to ${clinic}.`,
  sentTitle: (time: string) => `Sent at ${time}.`,
  sent: (clinic: string) => `${clinic} has your answers.`,
  waitingTitle: 'Not sent yet.',
  waiting:
    'The clinic cannot be reached from here just now. Your answers are on this screen and nowhere else: leave it open, and tell a member of staff. They go by themselves as soon as it can.',
  refusedTitle: 'Not taken in.',
  refused:
    'Your answers are on this screen and nowhere else. Please show it to a member of staff before you close it.',

  doneSkip: 'Skip to what was sent',
  doneTitle: 'Done. Thank you.',
  doneText: 'Please give the tablet back. Nothing of yours is left on it.',
  holdTitle: 'Please keep this open',
  close: 'Close',
  throwAway: 'Close without sending',

  // Answers that wait when the time is over
  heldTitle: 'Answers wait to be sent',
  heldText: (name: string) =>
    `The 20 minutes are over, and answers of ${name} could not be sent. They are on this screen and nowhere else. A new code for the same patient sends them.`,
  heldOther: 'This code is for somebody else. The answers that wait were not sent with it.',

  // Support
  tellTitle: 'Tell a member of staff now',
  tell: 'You are at the clinic. Show them this screen, or say that you need somebody now. You do not have to explain it well.',
  orCall: 'Or call or text',
  happens: 'What happens with your answer',
  supportNotSent: 'Not sent. Nobody at the clinic has seen this yet.',
  supportSent: (time: string) =>
    `Sent at ${time}. Do not wait for somebody to read it: tell them now.`,
  supportGone:
    'The tablet has closed, and your answers were not sent. Nobody at the clinic has seen them.',
  goOn: 'Go on',
  helpSkip: 'Skip to help',
} as const;
