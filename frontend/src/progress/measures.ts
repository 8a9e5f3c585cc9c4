import type { List, PatientMeasure } from '../api/types';

/** Questionnaires with rules for change, one score each; subscales and screens have no chart of their own. */
export function charted(measures: List<PatientMeasure>): PatientMeasure[] {
  const whole = measures.items.filter(
    ({ measure, instrument, kind }) =>
      kind === 'validated' && !/\.[a-z]$/.test(measure) && instrument !== 'daily-check-in',
  );
  const ruled = whole.filter(({ reliable_change }) => reliable_change !== null);
  return ruled.length > 0 ? ruled : whole;
}

/** The server's text in sentences: the finding first, then how to read it. */
export function sentences(text: string): { finding: string; reading: string } {
  const parts = text.split(/(?<=\.)\s+(?=[A-Z0-9])/);
  const finding = parts.slice(0, parts.length > 2 ? 2 : 1).join(' ');
  return { finding, reading: parts.slice(parts.length > 2 ? 2 : 1).join(' ') };
}
