/** Sending one form: what is busy, what failed, and the sentence at each field that the server refused. */
import { ProblemError } from '../api/client';
import { t } from '../messages/courses';

export class Saving {
  busy = $state(false);
  failure = $state('');
  refused = $state.raw<Record<string, string>>({});

  /** Runs the request; what was typed stays in the form when it fails. Returns whether it went through. */
  async run(request: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = '';
    this.refused = {};
    try {
      await request();
      return true;
    } catch (error) {
      if (error instanceof ProblemError) {
        this.refused = Object.fromEntries(
          error.errors.map(({ pointer, detail }) => [pointer.replace(/^\//, ''), detail]),
        );
        const first = error.errors[0];
        this.failure = first ? first.detail : error.detail || error.title;
      } else this.failure = t.offline;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
