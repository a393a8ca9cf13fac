// `flashline run` as it is declared.
import { boardOptions } from '../../options/board-options.ts';
import { stationOption } from '../../options/record-options.ts';
import { takeText, takeTextOr } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const runVerb = declareVerb({
  name: 'run',
  description: 'run a batch: units are tested as they are plugged in, until the target or Ctrl-C',
  options: {
    ...boardOptions,
    recipe: takeText('name', 'a recipe file, or the name of one in recipes/ (required)'),
    batch: takeText('name', 'name of the batch, as it stands in every record (required)'),
    station: stationOption,
    units: takeText('number', 'end after this many units have been put away'),
    operator: takeText('name', 'who works here'),
    allowOlder: takeText('reason', 'production only: why an older revision than ran here may run once more'),
    faults: takeTextOr(
      '',
      'names',
      'virtual bench only: faults of the units, by comma; `flashline bench faults` lists them',
    ),
    seed: takeTextOr('1', 'text', 'virtual bench only: what differs between its units'),
    pace: takeTextOr('12', 'factor', 'virtual bench only: how much faster than real time it runs'),
  },
  help: `
Examples:
  flashline run --recipe photon-2.3.1 --batch B42                                       # the station of this folder
  flashline run --recipe photon-demo --station virtual-8 --batch TRY --faults bad-cable # the virtual bench

First Ctrl-C: running units finish. Second: they are aborted and power goes off.
`,
});
