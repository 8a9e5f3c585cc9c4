import { list } from '../../format';
import type { JournalAudience, JournalKind } from '../../api/types';

const kinds: Record<JournalKind, string> = {
  preparation: 'Getting ready',
  integration: 'Looking back',
  note: 'Note',
};

export const en = {
  // the list
  title: 'Journal',
  lede: 'Before and after sessions. Only you read it, unless you choose otherwise.',
  skip: 'Skip to journal',
  write: 'Write',
  empty: 'Nothing here yet, and that is fine',
  emptyText:
    'Some people write what they hope for before a session, and what stayed with them after.',
  loading: 'Loading your journal',
  kinds,
  kindOf: (kind: JournalKind) => kinds[kind],
  session: (number: number) => `Session ${number}`,
  more: 'Show earlier entries',
  waiting: (count: number) =>
    count === 1
      ? '1 entry is waiting to send. Safe on this phone.'
      : `${count} entries are waiting to send. Safe on this phone.`,
  seeQueue: 'See what waits',

  // who reads it
  who: 'Who may read this',
  audiences: {
    me: 'Only me',
    provider: 'One provider',
    care_team: 'My whole care team',
  } as Record<JournalAudience, string>,
  meHint: 'It is in no one else’s list, export or search.',
  teamHint: (clinic: string) => `Everyone at ${clinic} who treats patients.`,
  provider: 'Which provider',
  mine: (name: string) => `${name}, who saw you last`,
  pickProvider: 'Choose who.',
  noTeam: 'Your clinic’s people could not be read. Try again when you are online.',
  readableBy: (audience: JournalAudience, name: string | null) =>
    audience === 'me'
      ? 'Only you read this'
      : audience === 'provider'
        ? `${name ?? 'One provider'} may read this`
        : 'Your care team may read this',
  readBy: (names: string[], when: string) => `Read by ${list(names)}, ${when}`,
  notRead: 'Not read yet',
  change: 'Change who reads it',
  changeOf: (when: string) => `Change who reads the entry of ${when}`,
  saveChoice: 'Save',
  keepChoice: 'Leave as it is',
  changed: (audience: JournalAudience) =>
    audience === 'me' ? 'Only you read it now. Who has read it already may remember it.' : 'Saved.',
  changeFailed: 'That did not save. Try again when you are online.',

  // writing
  newTitle: 'Write in your journal',
  close: 'Close without saving',
  about: 'What is it about',
  text: 'Your words',
  prompts: {
    preparation: 'What do you hope for from the next session? What would help you feel safe?',
    integration: 'What stayed with you? What, if anything, looks different now?',
    note: 'Anything you want to keep.',
  } as Record<JournalKind, string>,
  unwatched: 'Nobody watches this as you write, and it may be days until someone reads it.',
  needHelp: 'If you need someone now, use Help now.',
  save: 'Save',
  saving: 'Saving on this phone',
  needText: 'Write something first.',
  tooLong: (most: string) => `Please keep it under ${most} characters.`,
  lost: 'That did not save. Your words are still here.',
  saved: 'Saved. It is in your journal.',
  keptHere: (clinic: string) =>
    `Safe on this phone. It goes to ${clinic} when there is a connection.`,
  refused: 'Your clinic’s server did not take it. It is kept under “Waiting to send”.',
  outboxLabel: 'Journal entry',

  // the provider's side
  shared: 'Journal',
  sharedText: 'What this patient lets you read. Patients are told that nobody watches it live.',
  unread: (count: number) => (count === 1 ? '1 not read' : `${count} not read`),
  new: 'Not read',
  markRead: 'Mark as read',
  markReadOf: (when: string) => `Mark the entry of ${when} as read`,
  notMarked: 'That did not save: the patient does not see yet that you read it. Try again.',
  markedRead: 'Marked as read. The patient sees that you read it.',
  youRead: (when: string) => `You read it ${when}`,
  none: 'Nothing is shared with you. Entries that stay private are not counted here.',
  forYou: 'For you',
  forTeam: 'For the care team',
};
