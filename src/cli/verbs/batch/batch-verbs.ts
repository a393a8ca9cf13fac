// `flashline batch ...` as it is declared: batches opened and closed by people, and how each of them stands.
import { personOptions } from '../../options/person-options.ts';
import { recordOptions } from '../../options/record-options.ts';
import { requireText, takeFlag, takeText } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const openBatchVerb = declareVerb({
  name: 'open',
  description: 'open a batch before its first unit comes, with its size',
  arguments: { batch: requireText('batch', 'its name, as it stands in every record') },
  options: {
    product: requireText('name', 'what is built'),
    units: takeText('number', 'how many units it is to have'),
    ...recordOptions,
    ...personOptions,
  },
  help: `
Example:
  flashline batch open B42 --product "Particle Photon" --units 500 --name "T. Nician" --station bench-1

A run opens its batch by itself; this is for those who plan them beforehand.
`,
});

export const closeBatchVerb = declareVerb({
  name: 'close',
  description: 'close a batch',
  arguments: { batch: requireText('batch', 'its name') },
  options: { ...recordOptions, ...personOptions },
});

export const listBatchesVerb = declareVerb({
  name: 'list',
  description: 'list batches with their units and yield',
  options: { ...recordOptions, json: takeFlag('one JSON object per batch on standard output') },
});
