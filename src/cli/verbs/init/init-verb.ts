// `flashline init` as it is declared.
import { takeFlag, takeText, takeTextOr, takeTexts } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const initVerb = declareVerb({
  name: 'init',
  description: 'make a folder for a product of your own: station, recipe, README; it runs at once on the virtual bench',
  arguments: { folder: takeTextOr('.', 'folder', 'where it is made; files that are there are never written over') },
  options: {
    product: takeText('name', 'the product, as reports shall name it'),
    part: takeText('number', 'its part number'),
    device: takeText('name', 'what it is in DFU mode, for the virtual bench (`flashline bench devices`)'),
    image: takeText('file', 'its firmware, copied into firmware/; an example is made when left out'),
    fixtures: takeText('number', 'how many units are tested at once'),
    person: takeTexts('name:role', 'who works here, as in "Q. Uality:quality"'),
    yes: takeFlag('ask nothing: what is left out gets a default'),
  },
  help: `
Examples:
  flashline init sensor                       # asks a few questions
  flashline init sensor --yes --product "Sensor 7" --device stm32g071 --image build/sensor.bin --fixtures 4

On a terminal, what is not given is asked for. Afterwards, in that folder:
  flashline check recipes/sensor-7.yaml
  flashline run --recipe sensor-7 --batch TRY
`,
});
