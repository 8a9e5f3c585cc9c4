import { expect, test } from 'vitest';
import { usualPaper } from './paper';

test('the paper is that of the region', () => {
  expect(usualPaper(['en-US'])).toBe('letter');
  expect(usualPaper(['en-GB', 'en-US'])).toBe('a4');
  expect(usualPaper(['es-MX'])).toBe('letter');
  expect(usualPaper(['de'])).toBe('a4');
  expect(usualPaper(['en'])).toBe('letter');
});

test('what is no language is passed over', () => {
  expect(usualPaper(['*', 'fr-CA'])).toBe('letter');
  expect(usualPaper([])).toBe('a4');
});
