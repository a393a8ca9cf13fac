// The verbs that make a machine a station and keep it one, as they are declared: ports, files, fixtures and cables.
import { personOptions } from '../../options/person-options.ts';
import { recordOptions, stationOption } from '../../options/record-options.ts';
import { requireText, takeFlag, takeText, takeTextOr, takeTexts } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const portsVerb = declareVerb({
  name: 'ports',
  description: 'show the USB tree: what is where, which ports are free, and what will slow units down',
  options: { station: { ...stationOption, description: 'a station file, whose fixtures are shown at their ports' } },
});

export const teachVerb = declareVerb({
  name: 'teach',
  description: 'bind fixtures to USB ports by plugging one unit after another, and write the station file',
  arguments: { file: takeTextOr('station.yaml', 'file', 'the station file; written anew when it is not there') },
  options: { from: takeTextOr('1', 'number', 'number of the first fixture') },
});

export const doctorVerb = declareVerb({
  name: 'doctor',
  description: 'examine this machine as a station, and give a remedy for everything that is wrong',
  options: {
    station: { ...stationOption, description: 'a station file, whose hubs are asked as well' },
    recipe: takeText('name', 'the recipe in use; those that lie here when left out, else the shipped ones'),
    json: takeFlag('one JSON object per check on standard output'),
  },
});

export const udevVerb = declareVerb({
  name: 'udev',
  description: 'print the udev rules that a station needs for the units of its recipes',
  arguments: {
    recipes: takeTexts('recipes', 'the recipes in use; those that lie here when left out, else the shipped ones'),
  },
});

export const adoptVerb = declareVerb({
  name: 'adopt',
  description: 'take over another station file: people and policy as it says, from now on and on record',
  options: { reason: requireText('text', 'why, in a few words'), ...recordOptions, ...personOptions },
  help: `
Example:
  flashline adopt --station /etc/flashline/line-1.yaml --name "Q. Uality" --reason "moved to its new place"

A changed file in the place that the record knows is taken over by itself: the rights on the file guard it.
`,
});

export const releaseVerb = declareVerb({
  name: 'release',
  description: 'let a stopped fixture, or a unit on hold, work again',
  arguments: { fixture: takeText('fixture', 'number of the fixture') },
  options: {
    unit: takeText('unit', 'label or device id of a unit on hold, instead of a fixture'),
    recipe: takeText('name', 'for a fixture that a rule stopped: the recipe whose challenge set it has shown'),
    cause: requireText('text', 'what was wrong and what was done'),
    ...recordOptions,
    ...personOptions,
  },
  help: `
Examples:
  flashline release 3 --cause "cable replaced" --name "T. Nician" --recipe photon-2.3.1
  flashline release --unit P000000017 --cause "label corrected" --name "Q. Uality"

A fixture that a rule stopped must first show that it passes the golden units and fails the known-bad ones, each with its
code: those run on a stopped fixture. A unit that waits for rework needs a repair: flashline repaired.
`,
});

export const replaceCableVerb = declareVerb({
  name: 'replace',
  description: 'say that a fixture has a new cable: its plug-ins are counted anew',
  arguments: { fixture: requireText('fixture', 'number of the fixture') },
  options: {
    cable: takeText('name', 'what stands on the new cable; the name in the station file when left out'),
    ...recordOptions,
    ...personOptions,
  },
});
