function days(n: number): string {
  return n === 1 ? '1 day' : `${n} days`;
}

export const en = {
  clinic: 'Clinic',
  sections: 'Clinic',
  people: 'People',
  invites: 'Invitations',
  data: 'Data',
  settings: 'Details',
  skip: 'Skip to content',
  adminOnly: 'Only an admin of the clinic sees this page.',
  adminOnlyTitle: 'This page is for admins',

  // People
  peopleTitle: (staff: number, patients: number) =>
    `${staff === 1 ? '1 member of staff' : `${staff} members of staff`}, ${patients === 1 ? '1 patient account' : `${patients} patient accounts`}`,
  peopleLede: 'Who can sign in, and what they may see.',
  loadingPeople: 'Loading people',
  staff: 'Staff',
  patients: 'Patient accounts',
  name: 'Name',
  email: 'E-mail',
  roles: 'Roles',
  seen: (when: string) => `Last here ${when}`,
  never: 'Never signed in',
  state: 'Account',
  active: 'Can sign in',
  disabled: 'Disabled',
  you: 'you',
  change: 'Change',
  changeOf: (name: string) => `Change ${name}’s account`,
  roleNames: {
    patient: 'Patient',
    provider: 'Provider',
    coordinator: 'Coordinator',
    admin: 'Admin',
  },
  roleHints: {
    provider: 'Sees patients whole: answers, scores, sessions, alerts.',
    coordinator: 'Sees names, schedules and who has answered. No answers, no scores.',
    admin: 'Manages people and settings. No answers unless a provider too.',
  },
  needRole: 'Choose at least one role.',
  saveRoles: 'Save roles',
  rolesSaved: (name: string) => `${name}’s roles are saved.`,
  disable: 'Disable account',
  disableText: (name: string) =>
    `${name} is signed out everywhere at once and cannot sign in again. Nothing they recorded is lost.`,
  disableConfirm: (name: string) => `Disable ${name}`,
  enable: 'Let them sign in again',
  enabledNow: (name: string) => `${name} can sign in again.`,
  disabledNow: (name: string) => `${name} is signed out and cannot sign in.`,
  cancel: 'Cancel',
  noConnection: 'There is no connection, so nothing was changed. Try again when it is back.',
  noPatients: 'No patient has accepted an invitation yet.',
  ownAccount: 'This is your own account. Another admin can change it.',

  // Invitations
  invitesTitle: (open: number) =>
    open === 0
      ? 'No invitation is waiting'
      : open === 1
        ? '1 invitation is waiting to be accepted'
        : `${open} invitations are waiting to be accepted`,
  invitesLede: 'Each link works once. It carries no clinical word.',
  loadingInvites: 'Loading invitations',
  inviteStaff: 'Invite a member of staff',
  inviteHint: 'They choose their own password.',
  send: 'Make the link',
  needName: 'Write the name.',
  badEmail: 'This does not look like an e-mail address.',
  waiting: 'Waiting',
  past: 'Earlier',
  states: {
    pending: 'Waiting',
    accepted: 'Accepted',
    expired: 'Expired',
    revoked: 'Revoked',
  },
  expiresIn: (n: number) => (n < 1 ? 'ends today' : `ends in ${days(n)}`),
  invitedBy: (name: string, when: string) => `by ${name}, ${when}`,
  revoke: 'Revoke',
  revokeOf: (name: string) => `Revoke ${name}’s invitation`,
  revokeText: 'The link stops working at once.',
  revokeConfirm: 'Revoke it',
  keep: 'Keep it',
  revokedNow: (name: string) => `${name}’s link no longer works.`,
  invitePatient: 'Patients are invited from their own page.',
  addPatient: 'Add a patient',
  linkTitle: 'The link to hand over',
  link: (name: string, until: string) =>
    `Give this to ${name} in person or over a channel you trust. It works once, until ${until}.`,
  linkOnce: 'It is shown only here, only now. If it gets lost, make a new one.',
  linkLabel: 'Invitation link',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Select the link and copy it by hand.',

  // Clinic
  clinicTitle: 'How the clinic appears',
  clinicLede: 'Patients see this on their help page, also without a connection.',
  loadingClinic: 'Loading the clinic',
  clinicName: 'Name',
  phone: 'Phone',
  phoneHint: 'The number patients reach in opening hours.',
  hours: 'Opening hours',
  hoursHint: 'In words, as on the door: Monday to Friday, 08:00 to 17:00.',
  country: 'Country',
  countryHint: 'Decides which help lines are offered.',
  zone: 'Time zone',
  save: 'Save',
  saved: 'Saved',
  savedAt: (time: string) => `Saved ${time}`,
  noPhone: 'Without a phone number the help page cannot offer a call to the clinic.',
};
