// The verbs of recipes as they are declared: checked, described, drawn, signed, and the keys for that.
import { requireText, requireTexts, takeChoiceOr, takeFlag, takeText, takeTextOr } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const checkVerb = declareVerb({
  name: 'check',
  description: 'check recipes, station files and populations, and show every problem with its place',
  arguments: {
    files: requireTexts('files', 'recipes, station files or populations, or names of shipped ones'),
  },
  options: { json: takeFlag('one JSON object per file on standard output') },
});

export const schemaVerb = declareVerb({
  name: 'schema',
  description:
    'print the JSON Schema of recipes, station files, populations or unit reports, for editors and other tools',
  arguments: {
    of: takeChoiceOr('recipe', ['recipe', 'station', 'population', 'unit-report'], 'of', 'what is described'),
  },
});

export const graphVerb = declareVerb({
  name: 'graph',
  description: 'print the machine that a recipe becomes, as a Mermaid state diagram',
  arguments: { file: requireText('file', 'a recipe, or the name of a shipped one') },
});

export const newRecipeVerb = declareVerb({
  name: 'new',
  description: 'ask the device that is plugged in, and write a first recipe for it',
  arguments: { file: takeTextOr('recipe.yaml', 'file', 'the recipe; never written over one that is there') },
  options: {
    image: takeText('file', 'the firmware: named in the recipe, pinned by its SHA-256'),
    address: takeText('address', 'where a raw binary goes; the first free sector when left out'),
    alt: takeText('number', 'the alternate setting that it goes to'),
    port: takeText('port', 'where the device hangs, as `flashline ports` shows it, when several are plugged in'),
    detach: takeFlag('ask running firmware into DFU mode by its run-time DFU interface'),
    device: takeText('name', 'ask a device of the virtual bench instead (`flashline bench devices`)'),
  },
  help: `
Examples:
  flashline recipe new board.yaml --image application.bin     # the one DFU device that is plugged in
  flashline recipe new board.yaml --image app.hex --port 1-4  # the one at that port
  flashline recipe new board.yaml --image app.bin --detach    # firmware that runs and can be asked into DFU mode
  flashline recipe new try.yaml --image app.bin --device stm32l476

The device is only asked, never written. The recipe has its USB id, the DFU it speaks, its memories, the image, and a
step that proves what cannot be read back. What only people know stands there as YOUR-...: change it, then
  flashline check board.yaml
`,
});

export const signRecipeVerb = declareVerb({
  name: 'sign',
  description: 'sign a recipe, for stations in production: the signature goes into FILE.sig',
  arguments: { file: requireText('file', 'the recipe') },
  options: { key: requireText('file', 'the private key that flashline key new made') },
  help: `
Example:
  flashline recipe sign recipes/photon-2.3.1.yaml --key ~/engineer.key

A recipe with problems is not signed. Any change of the file afterwards, be it a comment, needs a new signature.
`,
});

export const newKeyVerb = declareVerb({
  name: 'new',
  description: 'make a key for a person; the private half is for that person alone',
  options: {
    owner: requireText('name', 'whose key it is'),
    role: requireText('role', 'engineer or quality'),
    out: requireText('file', 'file for the private half'),
    keyring: takeText('file', 'add the public half to this keyring; printed when left out'),
    days: takeTextOr('730', 'number', 'how long its signatures count'),
  },
  help: `
Example:
  flashline key new --owner "E. Ngineer" --role engineer --out ~/engineer.key --keyring /etc/flashline/keys.json
  flashline recipe sign recipes/photon-2.3.1.yaml --key ~/engineer.key
`,
});

export const revokeKeyVerb = declareVerb({
  name: 'revoke',
  description: 'take a key’s word away: recipes signed with it are refused from now on',
  arguments: { fingerprint: requireText('fingerprint', 'its fingerprint, or the beginning of it') },
  options: { keyring: requireText('file', 'the keyring'), reason: requireText('text', 'why') },
});
