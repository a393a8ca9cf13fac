// The bench's USB/IP server over TCP: any Linux with vhci-hcd lists its boards and plugs them into its own kernel.
import { createServer, type Server, type Socket } from 'node:net';
import { concatBytes } from '../../base/bytes.ts';
import { StationError } from '../../base/station-error.ts';
import {
  decodeImportRequest,
  type ExportedDevice,
  encodeDeviceList,
  encodeImportAnswer,
  type ImportRequest,
} from './import-handshake.ts';
import type { ServedPort } from './served-port.ts';

/** A handshake is shorter than this; whoever sends more speaks another language. */
const MAX_HANDSHAKE_BYTES = 256;

/**
 * Listens until closed; resolves when it does. The ports' boards are exported under their port paths. Throws StationError
 * `bench/cannot-listen` where the address is taken or not this machine's.
 */
export async function serveUsbip(
  ports: ReadonlyMap<string, ServedPort>,
  options: { readonly host: string; readonly tcpPort: number },
): Promise<{ readonly tcpPort: number; close(): void }> {
  const server: Server = createServer((socket) => handleHandshake(socket, ports));
  await new Promise<void>((resolve, reject) => {
    server
      .once('error', (cause) => reject(createListenError(options, cause)))
      .listen(options.tcpPort, options.host, resolve);
  });
  const address = server.address();
  return {
    tcpPort: typeof address === 'object' && address ? address.port : options.tcpPort,
    close: () => void server.close(),
  };
}

function createListenError(
  { host, tcpPort }: { readonly host: string; readonly tcpPort: number },
  cause: Error,
): StationError {
  return new StationError({
    code: 'bench/cannot-listen',
    message: `the bench cannot listen on port ${tcpPort} of ${host}: ${cause.message}`,
    hint: 'End the program that has this port, or name another one and an address of this machine: --tcp 3241 --host 127.0.0.1',
    cause,
  });
}

/** Reads one request; what follows an import are transfers. */
function handleHandshake(socket: Socket, ports: ReadonlyMap<string, ServedPort>): void {
  let received: Uint8Array = new Uint8Array(0);
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  const onData = (chunk: Uint8Array): void => {
    received = concatBytes(received, chunk);
    try {
      const decoded = decodeImportRequest(received);
      if (decoded) {
        socket.off('data', onData);
        answerImportRequest(socket, decoded.request, ports);
        const rest = received.subarray(decoded.lengthBytes);
        if (rest.length > 0) socket.emit('data', Buffer.from(rest));
      } else if (received.length > MAX_HANDSHAKE_BYTES) socket.destroy();
    } catch {
      socket.destroy();
    }
  };
  socket.on('data', onData);
}

function answerImportRequest(socket: Socket, request: ImportRequest, ports: ReadonlyMap<string, ServedPort>): void {
  if (request.type === 'list') {
    socket.end(encodeDeviceList([...ports.values()].flatMap((port, at) => describeExportedDevice(port, at) ?? [])));
    return;
  }
  const at = [...ports.keys()].indexOf(request.busId);
  const port = ports.get(request.busId);
  const device = port && !port.isConnected ? describeExportedDevice(port, at) : undefined;
  if (!port || !device) {
    socket.end(encodeImportAnswer(undefined));
    return;
  }
  socket.write(encodeImportAnswer(device));
  port.connectStream(socket);
}

function describeExportedDevice(port: ServedPort, at: number): ExportedDevice | undefined {
  const { shown } = port;
  return (
    shown && {
      busId: port.portPath,
      busNumber: 1,
      deviceNumber: at + 2,
      speed: shown.speed,
      deviceDescriptor: shown.deviceDescriptor,
      configurationDescriptor: shown.configurationDescriptor,
    }
  );
}
