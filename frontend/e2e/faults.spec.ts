import { draw } from './faults/plan';
import { Run, type Result } from './faults/run';
import { Clinic } from './support/clinic';
import { Server } from './support/server';
import { expect, test } from './support/test';
import { Wire } from './support/wire';

/** `FAULT_SEED=… FAULT_FROM=… FAULT_RUNS=…` draws others, `FAULT_RUN=…` alone does one of them again. */
const { FAULT_SEED = '1', FAULT_FROM = '0', FAULT_RUNS = '20', FAULT_RUN } = process.env;
const RUN_MS = 120_000;
/** Runs that share a server: with `--workers=N` so many of these go on at once. */
const CHUNK = 25;

const seed = Number(FAULT_SEED);
const runs = FAULT_RUN
  ? [Number(FAULT_RUN)]
  : [...Array(Number(FAULT_RUNS)).keys()].map((run) => run + Number(FAULT_FROM));

test.describe.configure({ mode: 'parallel' });
for (let at = 0; at < runs.length; at += CHUNK) {
  const chunk = runs.slice(at, at + CHUNK);
  test(`whatever goes wrong, no answer is lost, doubled, or said to be where it is not: from run ${chunk[0]}`, async ({
    browser,
  }) => {
    test.setTimeout(chunk.length * RUN_MS + 10 * 60_000);
    const server = await Server.start();
    const clinic = await Clinic.setUp(server.url, server.setupLink);
    const wire = await Wire.to(server.url);
    const all: Result[] = [];
    try {
      for (const run of chunk) {
        const result = await Run.of(draw(seed, run), clinic, server, wire, browser);
        const { saidAndMissing, twice, gone } = result;
        expect(
          { saidAndMissing, twice, gone },
          `FAULT_SEED=${seed} FAULT_RUN=${run}\n${result.log.join('\n')}`,
        ).toEqual({ saidAndMissing: 0, twice: 0, gone: 0 });
        all.push(result);
      }
    } finally {
      const sum = (of: (one: Result) => number) => all.reduce((total, one) => total + of(one), 0);
      console.log(
        `seed ${seed} from ${chunk[0]}: ${all.length} runs, ${sum((one) => one.written)} entries;`,
        `told: ${(['with-clinic', 'safe', 'not-kept', 'nothing'] as const).map((told) => `${told} ${sum((one) => one.told[told])}`).join(', ')}`,
      );
      await wire.close();
      // Where a run has failed, that is what is to be read, and not how the server took its end.
      await server.stop().catch((error: unknown) => {
        if (all.length === chunk.length) throw error;
      });
    }
  });
}
