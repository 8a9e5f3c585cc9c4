import { ProblemError } from './client';

/** What the server said against it, in its words; `unreached` where it said nothing. */
export function said(error: unknown, unreached: string): string {
  if (!(error instanceof ProblemError)) return unreached;
  return error.errors.map((each) => each.detail).join(' ') || error.detail || error.title;
}
