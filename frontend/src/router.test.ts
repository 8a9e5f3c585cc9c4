import { beforeEach, describe, expect, it } from 'vitest';
import { define, match, type Route } from './router';

const route = (pattern: string): Route => ({
  pattern,
  title: pattern,
  audience: 'anyone',
  load: () => Promise.reject(new Error('not here')),
});

describe('match', () => {
  beforeEach(() => {
    define([
      '/',
      '/patients/new',
      '/patients/:id',
      '/questions/:instrument/done',
      '/questions/:instrument/:n',
    ].map(route));
  });

  it('finds the first route that fits', () => {
    expect(match('/').route?.pattern).toBe('/');
    expect(match('/patients/new').route?.pattern).toBe('/patients/new');
    expect(match('/questions/phq-9/done').route?.pattern).toBe('/questions/:instrument/done');
  });

  it('takes the parameters out of the address', () => {
    expect(match('/questions/phq-9/3').params).toEqual({ instrument: 'phq-9', n: '3' });
    expect(match('/patients/a%20b').params).toEqual({ id: 'a b' });
    expect(match('/patients/%zz').params).toEqual({ id: '%zz' });
  });

  it('does not mind a slash at the end', () => {
    expect(match('/patients/7/').route?.pattern).toBe('/patients/:id');
  });

  it('knows no other address', () => {
    expect(match('/nowhere').route).toBeNull();
    expect(match('/patients/7/more').route).toBeNull();
  });
});
