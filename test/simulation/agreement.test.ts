import { describe, expect, it } from 'vitest';
import { conditionNames } from '../../src/simulation/population/conditions.ts';
import { openBenchLine, openModelLine, outcomeOf } from './bench-line.ts';

describe('the outcome model of the device', () => {
  it('agrees with the virtual bench, transfer by transfer, in every condition of the population', async () => {
    const bench = await openBenchLine();
    const model = await openModelLine();
    const differing: string[] = [];
    for (const name of conditionNames) {
      const onBench = outcomeOf(await bench(name, name));
      const inModel = outcomeOf(await model(name, name));
      if (onBench !== inModel) differing.push(`${name}: bench ${onBench}; model ${inModel}`);
    }
    expect(differing).toEqual([]);
  }, 60_000);
});
