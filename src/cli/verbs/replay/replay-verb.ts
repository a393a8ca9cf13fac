// `flashline replay FILE` as it is declared.
import { requireText, takeFlag, takeText } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const replayVerb = declareVerb({
  name: 'replay',
  description: 'do a recorded run again without the unit, and say whether it comes to the same verdict',
  arguments: { file: requireText('file', 'the JSON of a run, as it lies beside its page') },
  options: {
    recipe: takeText('name', 'the recipe of the run, when it is not found by its name'),
    firmware: takeText('folder', 'where its images are'),
    json: takeFlag('the outcome as one JSON object'),
  },
  help: '\nExit code 0: the same verdict. 1: it departed, and the transfer is named.\n',
});
