// Questions and answers: pieces, silence, floods, departures, and the speed a port is left with.
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { Conversation } from '../../../src/device/serial/conversation.ts';
import { isSerialError } from '../../../src/equipment/serial.ts';
import { type FakeConnection, fakeConnection, sayInPieces } from './fake-connection.ts';

const QUESTION = new TextEncoder().encode('i');

function talkWith(
  answer: (question: string, connection: FakeConnection, clock: ReturnType<typeof createVirtualClock>) => void,
) {
  const clock = createVirtualClock();
  clock.runFreely();
  const ending = new AbortController();
  const lines: string[] = [];
  const connection = fakeConnection((question, port) => answer(question, port, clock));
  const conversation = new Conversation(connection, {
    clock,
    signal: ending.signal,
    runStartedMs: 0,
    onLine: (line) => lines.push(line),
  });
  return { clock, ending, connection, conversation, lines };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('an answer', () => {
  it('is whole however it is cut, after 250 ms of silence', async () => {
    const { conversation, clock, lines } = talkWith((_question, port, time) =>
      sayInPieces(port, ['Your dev', 'ice id', ' is 00\r', '\n'], { clock: time, everyMs: 200 }),
    );
    const answer = await conversation.ask(QUESTION, 2_000);
    expect([answer.end, textOf(answer.bytes), answer.replyMs]).toEqual(['quiet', 'Your device id is 00\r\n', 200]);
    expect(clock.readMonotonicMs()).toBe(4 * 200 + 250);
    expect(lines).toEqual(['Your device id is 00']);
  });

  it('that never comes is silent once its time is over', async () => {
    const { conversation, clock } = talkWith(() => undefined);
    expect(await conversation.ask(QUESTION, 2_000)).toMatchObject({ end: 'silent', replyMs: null });
    expect(clock.readMonotonicMs()).toBe(2_000);
  });

  it('that does not stop is a flood after five seconds', async () => {
    const { conversation, clock } = talkWith((_question, port, time) =>
      sayInPieces(
        port,
        Array.from({ length: 1_000 }, () => 'x'),
        { clock: time, everyMs: 100 },
      ),
    );
    expect((await conversation.ask(QUESTION, 2_000)).end).toBe('flood');
    expect(clock.readMonotonicMs()).toBe(100 + 5_000);
  });

  it('of megabytes at once is a flood, of which little is kept', async () => {
    const { conversation } = talkWith((_question, port) => port.say(new Uint8Array(3_000_000).fill(0x41)));
    const answer = await conversation.ask(QUESTION, 2_000);
    expect([answer.end, answer.bytes.length]).toEqual(['flood', 16_385]);
    expect(conversation.transcript.keptBytes).toBeLessThanOrEqual(65_536);
  });

  it('of very many lines is shown only at its beginning', async () => {
    const { conversation, lines } = talkWith((_question, port) => port.say('x\n'.repeat(20_000)));
    await conversation.ask(QUESTION, 2_000);
    expect([lines.length, lines.at(-1)]).toEqual([501, '(further lines are not shown)']);
  });

  it('holds nothing that was said before the question', async () => {
    const { conversation, connection } = talkWith((_question, port) => port.say('new\r\n'));
    connection.say('old: system firmware version: 9.9.9\r\n');
    expect(textOf((await conversation.ask(QUESTION, 2_000)).bytes)).toBe('new\r\n');
  });

  it('is not waited for when the port vanishes', async () => {
    const { conversation, clock } = talkWith((_question, port, time) => {
      port.say('Your de');
      time.setTimeout(() => port.vanish(), 100);
    });
    const error = await conversation.ask(QUESTION, 2_000).catch((thrown: unknown) => thrown);
    expect(isSerialError(error, 'gone')).toBe(true);
    expect(clock.readMonotonicMs()).toBe(100);
  });

  it('is not waited for when the step ends', async () => {
    const { conversation, clock, ending } = talkWith(() => undefined);
    clock.setTimeout(() => ending.abort(new Error('time is over')), 300);
    await expect(conversation.ask(QUESTION, 2_000)).rejects.toThrow('time is over');
    expect(clock.readMonotonicMs()).toBe(300);
  });

  it('leaves no timer behind', async () => {
    const { conversation, clock } = talkWith((_question, port) => port.say('x\n'));
    await conversation.ask(QUESTION, 2_000);
    await conversation.ask(QUESTION, 2_000);
    expect(clock.pendingCount).toBe(0);
  });
});

describe('the end of a conversation', () => {
  it('leaves the port at 9600 and closed', async () => {
    const { conversation, connection } = talkWith(() => undefined);
    await connection.setBaudRate(14_400);
    await conversation.close();
    expect(connection.bauds.at(-1)).toBe(9_600);
    expect(connection.isClosed).toBe(true);
  });

  it('is no trouble when the port is gone', async () => {
    const { conversation, connection } = talkWith(() => undefined);
    connection.vanish();
    await conversation.close();
    expect(connection.isClosed).toBe(true);
  });
});
