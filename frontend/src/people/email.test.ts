import { expect, it } from 'vitest';
import { looksLikeEmail } from './email';

it('catches slips, not unusual addresses', () => {
  for (const good of ['a@b.co', ' maya.e+x@mail.example.org ', "o'neil@example.org"])
    expect(looksLikeEmail(good)).toBe(true);
  for (const bad of ['', 'maya', 'maya@', 'maya@example', 'maya@@example.org', 'ma ya@example.org'])
    expect(looksLikeEmail(bad)).toBe(false);
});
