import { describe, expect, it } from 'vitest';
import { fault, isQuiet } from './choice';
import { bytes } from './push';

const NIGHT = { from: '22:00', until: '08:00' };

describe('the choice of reminders', () => {
  it('knows the quiet hours, also over midnight', () => {
    const noon = { from: '13:00', until: '14:30' };
    expect(
      ['21:59', '22:00', '23:59', '00:00', '07:59', '08:00'].map((at) => isQuiet(at, NIGHT)),
    ).toEqual([false, true, true, true, true, false]);
    expect(['12:59', '13:00', '14:29', '14:30'].map((at) => isQuiet(at, noon))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('says what does not go together, as the server would', () => {
    const days = ['mon'];
    expect(fault({ days, times: ['08:00', '19:00'], quiet: NIGHT })).toBe('');
    expect(fault({ days: [], times: ['19:00'], quiet: null })).toContain('at least one day');
    expect(fault({ days, times: ['19:00', '23:00'], quiet: NIGHT })).toContain('23:00');
    expect(fault({ days, times: ['23:00'], quiet: null })).toBe('');
    expect(fault({ days, times: ['19:00', '19:00'], quiet: NIGHT })).toContain('twice');
    expect(fault({ days, times: [], quiet: { from: '22:00', until: '22:00' } })).toContain('end');
  });

  it('reads a key as it is written in addresses', () => {
    expect([...bytes('-_8A')]).toEqual([251, 255, 0]);
  });
});
