// One observation as one line, for the details of a fixture.
import type { Evidence } from '../../domain/run/evidence.ts';

const formatHex = (value: number): string => `0x${value.toString(16)}`;

/** The line, or undefined for what takes a page of its own (transcripts, transfer logs, whole images). */
export function formatEvidenceLine(evidence: Evidence): string | undefined {
  switch (evidence.kind) {
    case 'usb-identity':
      return `USB ${formatHex(evidence.vendorId)}:${formatHex(evidence.productId)} release ${formatHex(evidence.bcdDevice)} at port ${evidence.portPath}`;
    case 'bootloader':
      return `bootloader ${evidence.generation}: ${evidence.standing}`;
    case 'dfu-status':
      return `GETSTATUS: ${evidence.statusName}, ${evidence.stateName}`;
    case 'usb-error':
      return `${evidence.request}: ${evidence.error} after ${Math.round(evidence.afterMs)} ms${evidence.afterwards ? `, afterwards ${evidence.afterwards}` : ''}`;
    case 'read-back':
      return `${evidence.image}: ${evidence.differentByteCount} bytes differ${evidence.firstDifferentAddress === undefined ? '' : `, first at ${formatHex(evidence.firstDifferentAddress)}`}`;
    case 'operator':
      return `${evidence.question} ${evidence.answer}`;
    case 'identity':
      return `identity by ${evidence.by}: ${evidence.proof}`;
    case 'probe':
      return `probe ${evidence.operation}: ended with ${evidence.exitCode ?? 'no code'}`;
    case 'note':
      return evidence.text;
    case 'measurement':
      return `${evidence.measurement.name}: ${String(evidence.measurement.value)}`;
    case 'transfer-log':
    case 'flash-image':
    case 'transcript':
    case 'module-list':
      return undefined;
  }
}
