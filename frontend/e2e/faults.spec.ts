import { draw } from './faults/plan';
import { Run, type Result } from './faults/run';
import { Clinic } from './support/clinic';
import { Server } from './support/server';
import { expect, test } from './support/test';
import { Wire } from './support/wire';

/** `FAULT_SEED=… FAULT_RUNS=…` draws others, `FAULT_RUN=…` alone does one of them again. */
const { FAULT_SEED = '1', FAULT_RUNS = '17', FAULT_RUN } = process.env;
const RUN_MS = 120_000;

test('whatever goes wrong, no answer is lost, doubled, or said to be where it is not', async ({
  browser,
}) => {
  const seed = Number(FAULT_SEED);
  const runs = FAULT_RUN ? [Number(FAULT_RUN)] : [...Array(Number(FAULT_RUNS)).keys()];
  test.setTimeout(runs.length * RUN_MS);
  const server = await Server.start();
  const clinic = await Clinic.setUp(server.url, server.setupLink);
  const wire = await Wire.to(server.url);
  const all: Result[] = [];
  try {
    for (const run of runs) {
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
      `seed ${seed}: ${all.length} runs, ${sum((one) => one.written)} entries;`,
      `told: ${(['with-clinic', 'safe', 'not-kept', 'nothing'] as const).map((told) => `${told} ${sum((one) => one.told[told])}`).join(', ')}`,
    );
    await wire.close();
    await server.stop();
  }
});
