// A Photon's listening mode: how it is asked for, and what its one-letter commands answer (system_setup.cpp).
import type { Conversation } from './conversation.ts';
import { RESTING_BAUD } from './touch.ts';

/** How often a unit that does not answer is asked for listening mode: it may still be starting. */
const MAX_REQUESTS = 4;
/** A unit in listening mode answers `i` at once. */
const ANSWER_WITHIN_MS = 1_000;
const IDENTIFY = Uint8Array.of(0x69);
/** Before 0.6.0 the speed armed a file transfer in place of listening mode; this letter ends it, and then the unit listens. */
const END_FILE_TRANSFER = Uint8Array.of(0x61);

/**
 * Asks for listening mode by its serial speed (28800, module-defaults.mk) until the unit answers `i`, and gives that answer
 * as text; undefined when it never does. The port is left at 9600. Throws SerialError, or the signal's reason.
 */
export async function enterListeningMode(conversation: Conversation, baud: number): Promise<string | undefined> {
  for (let request = 0; request < MAX_REQUESTS; request += 1) {
    await conversation.connection.setBaudRate(baud);
    await conversation.connection.setBaudRate(RESTING_BAUD);
    for (const first of [null, END_FILE_TRANSFER]) {
      if (first) await conversation.send(first);
      const answer = await conversation.ask(IDENTIFY, ANSWER_WITHIN_MS);
      if (answer.end !== 'silent') return new TextDecoder().decode(answer.bytes);
    }
  }
  return undefined;
}

/** The device id in an answer to `i`, 24 lower-case hex digits: `Your device id is ...`, or `Device ID: ...` on Gen 3. */
export function decodeDeviceId(text: string): string | undefined {
  return /(?:Your (?:core|device) id is|Device ID:)\s+([0-9a-fA-F]{24})(?![0-9a-zA-Z])/.exec(text)?.[1]?.toLowerCase();
}

/** The address in an answer to `m`, lower case with colons; undefined when it is not whole. */
export function decodeMacAddress(text: string): string | undefined {
  return /(?:^|[^0-9a-fA-F:])((?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2})(?![0-9a-fA-F:])/.exec(text)?.[1]?.toLowerCase();
}

/** Named values in an answer to `d` (1.0.0 and newer); a value that the unit could not read is left out. */
export function decodeDiagnostics(text: string): ReadonlyMap<string, number | string | boolean> | undefined {
  const json = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  let values: unknown;
  try {
    values = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined;
  const plain = Object.entries(values).filter((entry): entry is [string, number | string | boolean] =>
    ['number', 'string', 'boolean'].includes(typeof entry[1]),
  );
  return new Map(plain);
}
