/** What somebody writes to close an alert: in memory, until the alert is closed with it. */
import type { AlertAction } from '../api/types';
import { drafts } from '../offline/drafts';

export interface Note {
  action: AlertAction | '';
  note: string;
}

const key = (alert_id: string) => `alert-${alert_id}`;

export const notes = {
  get: (alert_id: string) => drafts.get<Note>(key(alert_id)),
  set: (alert_id: string, note: Note) => drafts.set(key(alert_id), note),
  delete: (alert_id: string) => drafts.delete(key(alert_id)),
};
