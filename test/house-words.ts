// Words that the house test goes by: verbs with which exported functions begin, corners of rooms from the ground up, and words that have a better one.

/** First words of exported functions. A new verb is added here, in order, once nothing on the list says it. */
export const verbs: ReadonlySet<string> = new Set(
  `accepts acknowledge add admit adopt analyse answer append apply assemble assert assess assign attach attempt
   await back bind build calculate can check choose claim clamp classify clean clear clip close collect compare
   compile compute concat convert correct corrupt count create cut cycle decide declare decode define describe
   detach detect determine diagnose disconnect download draw drop encode enter escape estimate evaluate examine
   execute expand expect explain export fail fetch finalize find fingerprint fit flash flush follow format garble
   get grade group has hash have hide hold identify ignore increment index inject inspect install intercept is
   iterate join judge learn leave limit list listen load locate lock make match measure merge migrate mount name
   normalize observe open parse pick place plan plug prepare print process read record recover reduce reevaluate
   refine release remove render replace replay report require resolve restore retest review revoke run sanitize
   scope seal select send serve set shift should show sign simulate sort spawn speak stall start store study
   suggest sum summarise supervise suspend sync take tally teach to touch track trim truncate trust unplug update use
   verify vouch was watch wear with wrap write`.split(/\s+/),
);

/** Names that say themselves better without a verb: a template tag, and reducers, as programmers call them. */
export const namedExceptions: ReadonlySet<string> = new Set(['html', 'boardReducer', 'tileReducer', 'keyReducer']);

/** Folders inside a room, from the ground up; a file may import its own corner and corners of lower floors. `.` is the room's own files. */
export const corners: Readonly<Record<string, readonly (readonly string[])[]>> = {
  base: [['pattern'], ['.']],
  bench: [
    ['flash'],
    ['board'],
    ['dfu-device'],
    ['photon', 'stm32-rom', 'ports', 'usbip'],
    ['faults'],
    ['.'],
    ['debug-port'],
  ],
  cli: [['output'], ['options', 'reference'], ['input'], ['session'], ['verbs'], ['.']],
  device: [['firmware', 'serial'], ['dfu']],
  'device/dfu': [['protocol'], ['session'], ['flash'], ['photon']],
  equipment: [['.'], ['recording', 'drivers']],
  'equipment/drivers': [['usb', 'openocd', 'firmware'], ['serial'], ['.']],
  exchange: [['.'], ['formats']],
  domain: [['memory', 'people'], ['unit'], ['run'], ['decisions', 'quality'], ['.']],
  recipe: [['yaml', '.'], ['measure'], ['unit'], ['load', 'run', 'draft'], ['steps']],
  record: [['store'], ['chain', 'statistics'], ['people'], ['runs'], ['log'], ['maintenance'], ['.']],
  report: [['text'], ['page', 'summary'], ['unit', 'batch', 'terminal'], ['.']],
  screen: [['state'], ['messages', 'input'], ['frame'], ['store'], ['components'], ['.']],
  simulation: [['figures'], ['population'], ['line', 'demo'], ['score'], ['.']],
  station: [['interface'], ['fixture', 'file', 'setup'], ['operators', 'health'], ['judging'], ['.']],
  verdict: [['policy', 'symptoms'], ['attempts'], ['quality'], ['fixtures'], ['history'], ['rules'], ['.']],
};

/** Words of a private dialect, each with the field's word; looked for in file names and in what a file exports. */
export const bannedWords: Readonly<Record<string, string>> = {
  deed: 'operation or action',
  ground: 'deps',
  surroundings: 'input or options',
  hands: 'faultHooks or operator',
  desk: 'host or station',
  told: 'reported',
  care: 'supervisor',
  standings: 'statuses',
  tray: 'unitQueue',
  mortal: 'disposable',
  regime: 'strategy',
  tape: 'log',
  guilt: 'suspicion',
  witness: 'confirming unit',
  knowledge: 'state',
  lent: 'scoped',
  lend: 'scope',
  mishap: 'transferFault',
  fate: 'status',
  least: 'min',
  most: 'max',
  longest: 'max',
  largest: 'max',
  lane: 'suite',
  utils: 'the thing itself',
  helper: 'the thing itself',
};
