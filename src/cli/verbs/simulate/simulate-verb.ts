// `flashline simulate` as it is declared.
import { takeFlag, takeFlagUnlessNegated, takeText, takeTextOr } from '../../options/verb-input.ts';
import { declareVerb, type VerbInput } from '../verb.ts';

export const simulateVerb = declareVerb({
  name: 'simulate',
  description: 'run whole shifts on virtual time, with units whose truth is known, and hold the verdicts against it',
  options: {
    population: takeTextOr(
      'shipped',
      'name',
      'a population file, the name of one in populations/, or "all" for a table of them',
    ),
    units: takeText(
      'number',
      'units presented; as many as the population names when left out; with "all" at most so many of each',
    ),
    seed: takeTextOr('1', 'text', 'the same seed gives the same record, byte for byte'),
    recipe: takeTextOr('photon-line', 'name', 'a recipe file, or the name of one in recipes/'),
    station: takeTextOr('virtual-8', 'name', 'a station file, or the name of one in stations/'),
    jobs: takeText('number', 'processes that share the work; one for each processor when left out'),
    baselines: takeFlagUnlessNegated('leave out the other ways of working beside it'),
    markdown: takeText('file', 'write the result to a file as well'),
    resume: takeText('file', 'keep each lot in this file as it ends, and leave out those it already has'),
    json: takeFlag('one JSON object on the last line of standard output'),
    regime: takeTextOr('flashline', 'name', 'way of working'),
    lots: takeText('numbers', 'only these lots, each as one line of JSON'),
  },
});

export type SimulateOptions = VerbInput<typeof simulateVerb>;
