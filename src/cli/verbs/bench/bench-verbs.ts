// `flashline bench ...` as it is declared: virtual units plugged into a real kernel, and the faults they can have.
import { requireText, takeFlag, takeFlagOrText, takeText, takeTextOr } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

const DEFAULT_PORTS = '8';
export const DEFAULT_TCP_PORT = '3240';

export const serveVerb = declareVerb({
  name: 'serve',
  description: 'offer virtual Photons over USB/IP until Ctrl-C; other terminals plug units in',
  options: {
    vhci: takeFlag('plug into this machine’s own kernel (needs root and `modprobe vhci-hcd`)'),
    tcp: takeFlagOrText('port', `listen for \`usbip attach\` (${DEFAULT_TCP_PORT} unless said; the default)`),
    host: takeTextOr('127.0.0.1', 'address', 'address to listen on'),
    ports: takeTextOr(DEFAULT_PORTS, 'count', 'how many ports the bench has'),
    plug: takeText('fault', 'put a unit with this fault (or `good`) into every port at once'),
    seed: takeTextOr('1', 'text', 'what decides how units differ'),
  },
});

export const plugVerb = declareVerb({
  name: 'plug',
  description: 'put a unit into a port of the served bench',
  arguments: {
    port: requireText('port', 'as `flashline bench list` shows it'),
    fault: takeTextOr('good', 'fault', 'a Photon with this fault, as `flashline bench faults` lists them'),
  },
  options: {
    device: takeText('name', 'instead of a Photon: a device as `flashline bench devices` lists them, in DFU mode'),
  },
});

export const unplugVerb = declareVerb({
  name: 'unplug',
  description: 'take the unit out of a port',
  arguments: { port: requireText('port', 'the port') },
});

export const moveVerb = declareVerb({
  name: 'move',
  description: 'put the unit of one port into another',
  arguments: { port: requireText('port', 'where it is'), to: requireText('to', 'an empty port') },
});

export const scanVerb = declareVerb({
  name: 'scan',
  description: 'scan the label of the unit in a fixture, at a station that runs by hand (run --by-hand)',
  arguments: { port: requireText('fixture', 'the fixture') },
});

export const listPortsVerb = declareVerb({ name: 'list', description: 'show what is in which port' });

export const listFaultsVerb = declareVerb({ name: 'faults', description: 'list the faults that a unit can have' });

export const listDevicesVerb = declareVerb({
  name: 'devices',
  description: 'list the devices of other families that the bench has, with their USB id and the DFU they speak',
});
