export const en = {
  title: 'Reminders',
  loading: 'Loading your reminders',
  on: 'Remind me to check in',
  onText:
    'Only while something is left to answer. A reminder never says what it is about, and after three unanswered days it stops until you answer again.',
  next: (when: string) => `The next one may come ${when}.`,
  resting: 'Reminders rest: three days went by unanswered. They go on with your next answer.',
  unreachable: 'No reminder reaches you at the moment: allow notifications on a device, or e-mail.',

  days: 'On',
  weekdays: {
    mon: 'Monday',
    tue: 'Tuesday',
    wed: 'Wednesday',
    thu: 'Thursday',
    fri: 'Friday',
    sat: 'Saturday',
    sun: 'Sunday',
  },
  noDays: 'Choose at least one day, or switch reminders off.',
  times: 'At',
  time: (n: number) => (n === 1 ? 'Time' : `Time ${n}`),
  addTime: 'Add another time',
  removeTime: (n: number) => `Remove time ${n}`,
  nudge: 'One nudge two hours later',
  nudgeText: 'If I have not answered by then.',
  quiet: 'Quiet hours',
  quietText: 'Nothing comes between these times, wherever you are.',
  from: 'From',
  until: 'Until',
  loud: (time: string) => `${time} lies in your quiet hours. Choose another time, or other hours.`,
  sameHours: 'Quiet hours end at another time than they begin.',
  twice: (time: string) => `${time} is there twice.`,
  proposed: (time: string) => `Your plan proposes every day at ${time}.`,
  usePlan: 'Use what the plan proposes',
  ways: 'How they reach you',
  push: 'Notifications',
  pushText: (devices: number) =>
    devices === 0
      ? 'On no device yet.'
      : devices === 1
        ? 'On one device.'
        : `On ${devices} devices.`,
  email: 'E-mail',
  emailText: (address: string) => `To ${address}, where no notification gets through.`,
  emailNone: 'Your clinic has not set up e-mail.',
  emailFails: (address: string) =>
    `The last e-mail to ${address} came back. Your clinic can put the address right.`,
  save: 'Save reminders',

  device: 'On this device',
  deviceOn: 'Notifications come to this device.',
  deviceOff:
    'So that a reminder can reach you while Yarrow is closed, your browser asks for your permission first. The words on the screen are always the same and never say what Yarrow is for.',
  alertsOff:
    'So that a safety alert can reach you while Yarrow is closed, your browser asks for your permission first. The notification names nobody. E-mail goes where no notification gets through.',
  denied:
    'This browser blocks notifications from Yarrow. Allow them in its settings for this site, then come back.',
  unable: 'This browser cannot show notifications.',
  install:
    'On an iPhone or iPad, notifications need Yarrow on the Home Screen: Share, then Add to Home Screen.',
  allow: 'Allow notifications',
  allowing: 'Asking',
  stop: 'Stop on this device',
  stopped: 'No notifications come to this device any more.',
  allowed: 'Notifications come to this device now.',
  refused: 'Nothing was changed: the browser did not give its permission.',
  failed: "That didn't work. The browser's notification service could not be reached.",
  test: 'Send a test',
  tested: 'A test is on its way. It takes a few seconds.',
  testFailed: "The test wasn't sent. Try again when you're online.",

  alerts: 'Safety alerts',

  offer: 'Would a reminder help?',
  offerText:
    'At a time you choose, while something is left to answer. It never says what Yarrow is for, and your browser asks before anything can come.',
  offerYes: 'Choose a time',
  offerNo: 'Not now',
};
