import { many } from '../../format';

export const en = {
  skip: 'Skip to today',
  /** `part` of the day: 0 morning, 1 afternoon, 2 evening, 3 the small hours. */
  hello: (part: 0 | 1 | 2 | 3, name: string) => {
    const words = ['Good morning', 'Good afternoon', 'Good evening', 'Hello'][part];
    return name ? `${words}, ${name}` : `${words}`;
  },
  sinceSession: (days: number) =>
    days === 0 ? 'the day of your session' : `day ${days} since your session`,

  mood: 'How is your mood right now?',
  veryLow: 'very low',
  veryGood: 'very good',
  full: 'Full check-in, 20 seconds',
  oneTap: 'Or leave it at the one tap. That counts.',
  another: 'You checked in today. Another is welcome.',
  checkIn: 'Check-in',

  /** Where one tap is. */
  tap: {
    kept: 'Saved on this phone. That counts.',
    waiting: "Saved on this phone. It sends itself when there's signal. That counts.",
    sent: (clinic: string) => `Sent to ${clinic}. That counts.`,
    refused: 'Safe on this phone, but your clinic could not take it in.',
    lost: 'This phone could not save that. Please tap again.',
  },
  /** Where a whole check-in is. */
  saved: {
    title: 'Check-in saved.',
    keeping: 'Saving it now.',
    kept: 'Safe on this phone. Sending it now.',
    waiting: (clinic: string) =>
      `Safe on this phone. It sends itself when there's signal. ${clinic} has not seen it yet.`,
    sent: (clinic: string, time: string) => `It reached ${clinic} at ${time}.`,
    refused: 'Safe on this phone, but your clinic could not take it in.',
    lostTitle: 'That was not saved.',
    lost: 'This phone could not keep it. Your answers are still here: try again.',
  },
  seeQueue: 'See what is waiting',
  retry: 'Try again',

  ready: "When you're ready",
  readyNone: 'No questions waiting. That is all for now.',
  readyOffline: 'Your questions show here when there is signal. Checking in works without it.',
  readyProblem: 'Your questions could not be looked up just now. Checking in still works.',
  questions: (every: string, name: string) => {
    if (every === 'week') return `Weekly questions (${name})`;
    if (every === 'month') return `Monthly questions (${name})`;
    return `Questions (${name})`;
  },
  openUntil: (day: string) => `Open until ${day}.`,
  openToday: 'Open until tonight.',
  openLong: 'Whenever suits you.',
  minutes: (count: number) => (count <= 1 ? 'About a minute.' : `About ${count} minutes.`),
  begun: (answers: number) =>
    `${many(answers, 'answer', 'answers')} so far. Carry on where you were.`,

  next: 'Next session',
  session: (clinic: string, number: number) => `${clinic}, session ${number}`,
  when: (weekday: string, time: string) => `${weekday}, ${time}`,
  prepare: 'How to prepare',
  prepareSub: 'Food, medicines, and a ride home',
  after: {
    title: (number: number) => `After session ${number}`,
    question: (hours: 24 | 72) =>
      hours === 24 ? 'What stayed with you?' : 'What looks different now?',
    sub: 'A few words in your journal, if you like. Only you read them unless you choose otherwise.',
  },
} as const;
