/** Where a form being filled in, or sent last, is found: apart from the form, so that Today stays small. */
import { drafts } from '../offline/drafts';
import type { Form } from './form.svelte';

export const draftKey = (instrument: string) => `form:${instrument}`;
export const sentKey = (instrument: string) => `sent:${instrument}`;

/** The form that is being filled in, if there is one. */
export function openForm(instrument: string): Form | undefined {
  return drafts.get<Form>(draftKey(instrument));
}

/** The form that was sent last, since the app was opened. */
export function sentForm(instrument: string): Form | undefined {
  return drafts.get<Form>(sentKey(instrument));
}
