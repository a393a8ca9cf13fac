// A seeded sample of the population's runs on the virtual bench, transfer by transfer, beside the outcome model.
import { systemClock } from '../../../src/base/clock.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { LineTruth } from '../../../src/simulation/population/line-truth.ts';
import { openBenchLine, openModelLine, outcomeOf } from '../../simulation/bench-line.ts';
import { shippedPopulation } from '../../simulation/line.ts';

const say = (line: string): unknown => process.stdout.write(`${line}\n`);
const count = Number(process.argv[2] ?? 1000);
const seed = process.argv[3] ?? '1';
const startedMs = systemClock.readMonotonicMs();
const world = new LineTruth(createSeededRandom(`agreement ${seed}`), {
  population: shippedPopulation(),
  fixtures: [1],
  lot: 0,
  stepKinds: [],
});
const bench = await openBenchLine();
const model = await openModelLine();
const seen = new Map<string, number>();
let differing = 0;
for (let run = 0; run < count; run += 1) {
  // Half of the sample is drawn as the line is; in the other half the unit is a bad one, so that each kind is seen often.
  let unit = world.drawUnit();
  while (run % 2 === 1 && unit.failShare === 0) unit = world.drawUnit();
  const { condition } = world.drawOutcome(unit, 1);
  seen.set(condition, (seen.get(condition) ?? 0) + 1);
  const onBench = outcomeOf(await bench(condition, `${seed}/${run}`));
  const inModel = outcomeOf(await model(condition, ''));
  if (onBench === inModel) continue;
  differing += 1;
  say(`run ${run}, ${condition}: bench "${onBench}", model "${inModel}"`);
}
const seconds = ((systemClock.readMonotonicMs() - startedMs) / 1000).toFixed(0);
say(
  `${count} runs in ${seen.size} conditions, seed ${seed}: ${count - differing} agree, ${differing} differ, ${seconds} s`,
);
process.exit(differing === 0 ? 0 : 1);
