/** What happens in a run, drawn from a seed: the same seed and number are the same run. */
import { LINE_FAULTS, type LineFault } from '../support/wire';

/** What can happen to the device, or to the server, after an entry was saved or while it is on its way. */
export const EVENTS = [
  'nothing',
  'reload',
  'close-tab',
  'crash-tab',
  'kill-browser',
  'kill-server',
  'restart-server',
  'upgrade-server',
  'sign-out',
  'another-person',
  'lose-access-token',
  'lose-refresh-token',
  'lose-sign-in',
  'clock-a-day-ahead',
  'clock-a-year-ahead',
  'clock-a-year-behind',
  'clock-jumps',
  'disk-full',
  'no-network',
  'flapping',
] as const;
export type Event = (typeof EVENTS)[number];

/** After these the page that wrote it is gone. */
const LEAVING: readonly Event[] = ['reload', 'close-tab', 'crash-tab', 'kill-browser', 'sign-out'];

/** On what the person writes. */
export type Devices =
  | 'one-tab'
  | 'two-tabs'
  | 'two-devices'
  | 'own-process'
  | 'a-week-offline'
  | 'five-minutes-flapping';

export interface Step {
  what: 'journal' | 'tap' | 'form';
  line: LineFault | null;
  event: Event;
  /** The page is gone at once, before the person is told anything. */
  isAtOnce: boolean;
  /** Which tab or device it is written on. */
  on: 0 | 1;
}

export interface Plan {
  seed: number;
  run: number;
  devices: Devices;
  steps: Step[];
}

/** A week without a network has this many entries. */
export const WEEK_ENTRIES = 30;

/** Numbers from 0 to below 1 (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Each fault of the line and each event comes in any twenty runs that follow on one another. */
export function draw(seed: number, run: number): Plan {
  const next = numbers(Math.imul(seed, 7919) + run);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const first = EVENTS[run % EVENTS.length] as Event;
  const drawn = pick(['one-tab', 'one-tab', 'one-tab', 'two-tabs', 'two-devices'] as const);
  let devices: Devices = first === 'kill-browser' ? 'own-process' : drawn;
  if (run % 100 === 7) devices = 'a-week-offline';
  if (run % 500 === 250) devices = 'five-minutes-flapping';
  const step = (line: LineFault | null, event: Event): Step => {
    const what = next();
    return {
      what: what < 0.75 ? 'journal' : what < 0.92 ? 'tap' : 'form',
      line,
      event,
      isAtOnce: next() < 0.4 && LEAVING.includes(event),
      on: next() < 0.5 ? 0 : 1,
    };
  };
  // Only a browser of its own can be killed without the others.
  const events = EVENTS.filter((event) => event !== 'kill-browser' || devices === 'own-process');
  const steps = [step(LINE_FAULTS[run % LINE_FAULTS.length] ?? null, first)];
  for (let more = 1 + Math.floor(next() * 3); more > 0; more--) {
    const line = next() < 0.6 ? pick(LINE_FAULTS) : null;
    steps.push(step(line, next() < 0.5 ? 'nothing' : pick(events)));
  }
  return { seed, run, devices, steps };
}
