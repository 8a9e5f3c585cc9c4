/** Why the support screen is shown: answers that were sent, or a form that was left. */
import { drafts } from '../offline/drafts';
import { navigate } from '../router';
import type { Form } from './form.svelte';
import type { Sending } from './sending.svelte';

export interface Reason {
  /** A form with answers that have not been sent. */
  form: Form | null;
  sending: Sending | null;
}

const KEY = 'support';

/** Shows support at once, in place of the screen that would come back with "Back". */
export function showSupport(reason: Reason): void {
  drafts.set(KEY, reason);
  navigate('/support', { replace: true });
}

export function supportReason(): Reason {
  return drafts.get<Reason>(KEY) ?? { form: null, sending: null };
}
