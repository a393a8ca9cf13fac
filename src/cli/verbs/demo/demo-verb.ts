// `flashline demo` as it is declared.
import { boardOptions } from '../../options/board-options.ts';
import { takeTextOr } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

const DEFAULT_SEED = '1';
const DEFAULT_PACE = '12';

export const demoVerb = declareVerb({
  name: 'demo',
  description: 'run a whole batch on the virtual bench: good units and every fault, with reports',
  options: {
    ...boardOptions,
    seed: takeTextOr(DEFAULT_SEED, 'text', 'what decides the order of units and what differs between them'),
    pace: takeTextOr(DEFAULT_PACE, 'factor', 'how much faster than real time the bench runs'),
    station: takeTextOr('virtual-8', 'name', 'a station file with a virtual bench'),
    recipe: takeTextOr('photon-demo', 'name', 'a recipe'),
  },
});
