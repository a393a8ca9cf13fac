// The verbs of one unit as they are declared: why it stands where it stands, what people say of it, and reference units.
import { actors } from '../../../domain/decisions/held-unit.ts';
import { dispositions } from '../../../domain/run/verdict.ts';
import { repairFindings } from '../../../domain/unit/unit-note.ts';
import { personOptions } from '../../options/person-options.ts';
import { recordOptions } from '../../options/record-options.ts';
import { requireText, takeChoice, takeFlag, takeText } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

const unitArgument = { unit: requireText('unit', 'label or device id') };

export const whyVerb = declareVerb({
  name: 'why',
  description: 'tell why a unit stands where it stands, with rule, evidence and history',
  arguments: unitArgument,
  options: { ...recordOptions, json: takeFlag('one JSON object on standard output') },
});

export const holdVerb = declareVerb({
  name: 'hold',
  description: 'list units on hold, in rework or proposed for scrap: since when, waiting for what, who must act',
  options: { ...recordOptions, json: takeFlag('one JSON object per unit on standard output') },
  help: `
The oldest unit comes first. One that waits longer than the station's policy allows (decide within) is OVERDUE: whoever
must act, quality is told. Each unit's whole story: flashline why UNIT
`,
});

export const unitsVerb = declareVerb({
  name: 'units',
  description: 'list where every unit stands, since when, and what it waits for',
  options: {
    standing: takeChoice(dispositions, 'standing', 'only units that stand so'),
    waitingFor: takeChoice([...actors, 'me'], 'who', 'only units that wait for them; me: for whoever --name names'),
    ...recordOptions,
    name: takeText('name', 'who asks, as in the station file'),
    role: personOptions.role,
    json: takeFlag('one JSON object per unit on standard output'),
  },
  help: `
Examples:
  flashline units --standing hold
  flashline units --waiting-for me --name "T. Nician"

Every unit is judged by what is known now, as the station does: one that was put away stands elsewhere when others passed since.
Units that wait, the oldest first, with what is overdue: flashline hold
`,
});

export const signVerb = declareVerb({
  name: 'sign',
  description: 'sign that a unit is scrapped, used as it is, or repaired beyond return',
  arguments: { what: requireText('unit-or-run', 'label, device id or run id') },
  options: {
    scrap: takeFlag('confirm a proposal of scrap, or scrap what waits for the review board'),
    useAsIs: takeFlag('pass a unit that stands at hold, rework or scrap proposed'),
    rework: takeFlag('consent to a repair that cannot be undone, such as one that erases its keys'),
    reason: requireText('text', 'why, in a few words'),
    ...recordOptions,
    ...personOptions,
  },
  help: `
Examples:
  flashline sign P000000017 --scrap --name "E. Ngineer" --reason "sector 7 dead over DFU and SWD"
  flashline sign P000000017 --scrap --name "Q. Uality" --reason "agreed"

Scrap and use-as-is stand when as many different people have signed as the station asks for, one of them quality.
Scrap needs a rule's proposal, or a hold that only the review board ends (D4b, D10b, D12a, D12b, D13a, D13e, D15); a unit that is
returned or regraded is lost to this line as well: say which in the reason. See flashline hold and flashline why UNIT.
`,
});

export const repairedVerb = declareVerb({
  name: 'repaired',
  description: 'say that a unit was repaired, and of what: it may be tested again',
  arguments: unitArgument,
  options: {
    cause: requireText('text', 'what was found and done'),
    found: takeChoice(
      repairFindings,
      'what',
      'what was wrong; without it a pass after the repair does not explain the failures before it',
    ),
    ...recordOptions,
    ...personOptions,
  },
  help: `
What --found may name:
  bootloader  it was damaged or foreign, and was replaced
  protection  memory was protected, and was set free
  firmware    what was stored was wrong, and was written anew
  contact     a connector or a joint was bad, and was mended
  part        a part was bad, and was exchanged
  nothing     the unit was looked at, and nothing was found

Example:
  flashline repaired P000000017 --cause "bootloader replaced over SWD" --found bootloader --name "T. Nician"
`,
});

export const addReferenceVerb = declareVerb({
  name: 'add',
  description: 'register a reference unit: from the next start on it is run as one, and in no yield',
  arguments: {
    label: requireText('label', 'its label'),
    purpose: requireText('purpose', 'golden: it must pass; known-bad: it must fail with its code'),
  },
  options: {
    code: takeText('code', 'known-bad: the code it must fail with'),
    ...recordOptions,
    ...personOptions,
  },
  help: `
Examples:
  flashline reference add GOLDEN-1 golden --name "Q. Uality"
  flashline reference add DEADFLASH-1 known-bad --code dfu/erase-stalled --name "Q. Uality"

Which of them a fixture has to show, and how often, is for the recipe to say, under challenge.
`,
});

export const listReferencesVerb = declareVerb({
  name: 'list',
  description: 'list reference units',
  options: { ...recordOptions, json: takeFlag('one JSON object per unit on standard output') },
});
