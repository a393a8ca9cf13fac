// `flashline grr` as it is declared.
import { boardOptions } from '../../options/board-options.ts';
import { filterOptions } from '../../options/filter-options.ts';
import { recordOptions } from '../../options/record-options.ts';
import { takeFlag, takeText } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const grrVerb = declareVerb({
  name: 'grr',
  description: 'run the reference units ten times at each fixture, and judge repeatability and reproducibility',
  options: {
    operator: takeText('name', 'who works here'),
    onRecord: takeFlag('run nothing: judge the runs of reference units that are on record'),
    ...recordOptions,
    ...filterOptions,
    ...boardOptions,
  },
  help: `
Examples:
  flashline grr --recipe photon-line --station bench-1      each unit of the recipe's challenge set, ten times at each fixture
  flashline grr --on-record --since 2026-01-05              what the runs since that day already tell

Exit code 1 when a fixture is not capable, or too little was run to say.
`,
});
