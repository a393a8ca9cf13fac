// `flashline run` as it is declared.
import { boardOptions } from '../../options/board-options.ts';
import { stationOption } from '../../options/record-options.ts';
import { takeFlag, takeText, takeTextOr } from '../../options/verb-input.ts';
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
    pace: takeText('factor', 'virtual bench only: how much faster than real time it runs (12; by hand 1)'),
    byHand: takeFlag('virtual bench only: practise; units are put in by `flashline bench` in another terminal'),
  },
  help: `
Examples:
  flashline run --recipe photon-2.3.1 --batch B42                                       # the station of this folder
  flashline run --recipe photon-demo --station virtual-8 --batch TRY --faults bad-cable # the virtual bench
  flashline run --station virtual-8 --by-hand                                           # practise; in a second terminal:
    flashline bench plug 3 dead-sector      put a unit with this fault into fixture 3 (flashline bench faults)
    flashline bench scan 3                  scan its label; or read it (flashline bench list) and type it at the board
    flashline bench move 3 5                put it into fixture 5
    flashline bench unplug 5                take it out

First Ctrl-C: running units finish. Second: they are aborted and power goes off.
`,
});
