import { many } from '../../format';

export const en = {
  title: 'You',
  accountTitle: 'Your account',
  skip: 'Skip to your settings',
  saved: 'Saved',
  notSaved: "That didn't save. What you chose is still here.",
  offline: "You're offline. Changing this needs a connection.",

  zone: 'Time zone',
  zoneText: 'Decides which day an answer belongs to.',
  zoneOther: (zone: string) => `This device is in ${zone}.`,
  useZone: (zone: string) => `Use ${zone}`,
  saveZone: 'Save time zone',

  waiting: 'Waiting to send',
  waitingText: 'What has not reached your clinic yet',
  nothingWaits: 'Nothing is waiting. Your clinic has everything you sent.',
  waits: (n: number) => `${many(n, 'answer', 'answers')} waiting`,

  devices: 'Where you are signed in',
  devicesLoading: 'Loading your devices',
  here: 'This device',
  seen: (when: string) => `Last used ${when}`,
  until: (day: string) => `Signed in until ${day}`,
  end: 'Sign out',
  endOf: (device: string) => `Sign out ${device}`,
  ended: (device: string) => `${device} is signed out.`,

  password: 'Password',
  changePassword: 'Change password',
  current: 'Current password',
  fresh: 'New password',
  savePassword: 'Save password',
  passwordSaved: 'Your password is changed. Other devices are signed out.',
  passwordWrong: 'This is not your current password.',

  privacy: 'Privacy',
  report: 'Progress report',
  reportText: 'One page to print or to take to another doctor',
  privacyText: 'Who sees what, and what is kept',
  signOut: 'Sign out',
  signingOut: 'Signing out',
  signOutWaiting: (n: number) =>
    n === 1
      ? 'One answer has not been sent. It stays on this phone and goes after your next sign-in.'
      : `${n} answers have not been sent. They stay on this phone and go after your next sign-in.`,

  queue: {
    title: 'Waiting to send',
    lede: "These go by themselves when there's signal.",
    safe: (clinic: string) => `They are safe on this device. ${clinic} has not seen them yet.`,
    reading: 'Looking for what waits',
    unreadable:
      'This browser did not let us look at what waits on this device. Nothing was deleted. Try again, or close Yarrow and open it once more.',
    empty: 'Nothing is waiting',
    emptyText: 'Everything you sent has arrived.',
    offline: "You're offline at the moment.",
    tryNow: 'Try now',
    trying: 'Trying',
    attention: 'Could not be delivered',
    attentionText:
      "Your clinic's server refused these. Nothing is lost: they stay here until you decide. Your clinic can help.",
    said: (text: string) => `The server said: ${text}`,
    again: 'Try again',
    remove: 'Delete',
    removeOf: (label: string) => `Delete ${label}`,
    removeSure: 'Delete it for good? Your clinic has not seen it.',
    removeYes: 'Delete for good',
    keep: 'Keep it',
    old: (days: number) =>
      `Some have waited ${days} days. A browser may clear what has waited for more than 7, so please connect soon.`,
  },
};
