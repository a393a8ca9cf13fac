// A virtual JTAG probe behind OpenOCD's remote_bitbang protocol: one character per change of pins, one per question.
import type { DebugPort } from './debug-port.ts';
import { JtagChain } from './jtag-chain.ts';
import { listenForProbeClient, type ProbeServer } from './probe-server.ts';

const character = { '0': 0x30, '7': 0x37, R: 0x52, r: 0x72, u: 0x75 } as const;

/** Serves one connector over JTAG. */
export function serveBitbang(port: DebugPort): Promise<ProbeServer> {
  return listenForProbeClient((socket) => {
    let fate: 'answer' | 'hang' | 'vanish' = 'answer';
    port.open();
    const chain = new JtagChain(port, () => {
      fate = port.decideReply();
    });
    return {
      receive: (bytes) => {
        const answers: number[] = [];
        for (const byte of bytes) {
          if (byte === character.R && fate === 'answer') answers.push(character['0'] + chain.output);
          else executeBitbangCharacter(port, chain, byte);
        }
        if (fate === 'vanish') socket.destroy();
        else if (answers.length > 0) socket.write(Uint8Array.from(answers));
        return Buffer.alloc(0);
      },
      onEnded: () => port.close(),
    };
  });
}

/** `0` to `7` set clock, mode and data; `r` to `u` set the two reset lines. Lamps and farewells change nothing here. */
function executeBitbangCharacter(port: DebugPort, chain: JtagChain, byte: number): void {
  if (byte >= character['0'] && byte <= character['7']) {
    chain.drivePins(((byte >> 2) & 1) as 0 | 1, ((byte >> 1) & 1) as 0 | 1, (byte & 1) as 0 | 1);
  } else if (byte >= character.r && byte <= character.u) {
    const lines = byte - character.r;
    if (lines & 2) chain.reset();
    port.driveResetLine((lines & 1) === 1);
  }
}
