/** The wording of the support screen is fixed: CLINICAL.md 9. Change nothing here without its author. */
export const en = {
  skip: 'Skip to support',
  title: 'Thank you for telling us',
  said: 'You said you have had thoughts of being better off dead or of hurting yourself. You do not have to face this alone.',
  /** Around the call: "If you might act …: call 911 now." */
  danger: 'If you might act on these thoughts, or have already done something:',
  callNow: (number: string) => `call ${number} now`,
  noNumber: 'call your emergency number now',
  call: (number: string) => `Call ${number}`,
  text: (number: string) => `Text ${number}`,
  textWord: (word: string, number: string) => `Text ${word} to ${number}`,
  line: (name: string) => `${name}.`,
  moreLines: 'More lines to call or text',
  callClinic: (clinic: string) => `Call ${clinic}`,
  noLines: 'The numbers could not be loaded. Call your emergency number, or somebody you trust.',

  happens: 'What happens with your answer',
  notSent: 'Not sent. Your clinic has not seen this yet. It is not watched around the clock.',
  notSeen: 'Your clinic has not seen this yet. It is not watched around the clock.',
  waiting: 'Your answers are safe on this phone and send themselves when there is signal.',
  refused:
    'Your answers are safe on this phone, but your clinic could not take them in. Please call.',
  lost: 'This phone could not keep your answers.',
  sent: (time: string) => `Sent at ${time}. Do not wait for a reply if you need help now.`,
  unwatched: 'It is not watched around the clock.',
  unknown:
    'Answers are not watched around the clock. Do not wait for a reply if you need help now.',

  send: 'Send what I answered',
  retry: 'Try again',
  carryOn: 'Carry on with the questions',
  close: 'Go back to today',
} as const;
