// A virtual probe that listens on a port of this machine, for one program at a time.
import { createServer, type Socket } from 'node:net';

/** A probe that OpenOCD can be pointed at. */
export interface ProbeServer {
  readonly port: number;
  /** Ends its connections and stops listening. */
  close(): Promise<void>;
}

/** Called with what arrives; what it returns stays for the next time, the rest was used. */
export type Receiver = (bytes: Buffer) => Buffer;

/** One program's session with the probe. */
export interface ProbeSession {
  readonly receive: Receiver;
  onEnded(): void;
}

/** Listens on a free port of the loopback interface. A second program is turned away while one is connected. */
export function listenForProbeClient(begin: (socket: Socket) => ProbeSession): Promise<ProbeServer> {
  let current: Socket | undefined;
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (current) return void socket.destroy();
    current = socket;
    const session = begin(socket);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      rest = session.receive(rest.length === 0 ? chunk : Buffer.concat([rest, chunk])) as Buffer<ArrayBuffer>;
    });
    socket.once('close', () => {
      current = undefined;
      session.onEnded();
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      resolve({
        port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            current?.destroy();
          }),
      });
    });
    server.unref();
  });
}
