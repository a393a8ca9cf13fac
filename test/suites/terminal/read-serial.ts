// Reads a terminal device through the serial driver for a while and prints what came. Usage: read-serial.ts DEVICE direct|library
import { systemClock } from '../../../src/base/clock.ts';
import { createNodeSerialPorts } from '../../../src/equipment/drivers/serial/node-serialport.ts';

const [device = '', way = 'direct'] = process.argv.slice(2);
/** Ends at this text, or after this long. */
const END = 'over';
const LIMIT_MS = 10_000;

// A port that is not made as the direct reading knows it leaves the package to read.
const ports = way === 'direct' ? createNodeSerialPorts(systemClock) : createNodeSerialPorts(systemClock, () => false);
const connection = await ports.open({ portPath: '1-1', device }, { baud: 115_200 });
const over = new AbortController();
let text = '';
connection.onData((chunk) => {
  text += new TextDecoder().decode(chunk);
  if (text.includes(END)) over.abort();
});
await systemClock.sleep(LIMIT_MS, over.signal).catch(() => undefined);
await connection.close();
process.stdout.write(`${way}: ${text}\n`);
