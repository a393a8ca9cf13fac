// Numbers of DFU 1.1 and of ST's DfuSe extension, each with the section it was read in; data only.

/** bInterfaceClass, bInterfaceSubClass, bInterfaceProtocol in DFU mode (DFU 1.1 §4.2.3) and in run-time mode (§4.1.2). */
export const DFU_INTERFACE = { class: 0xfe, subclass: 0x01, protocol: 0x02, runtimeProtocol: 0x01 } as const;

/** bRequest of the class requests (DFU 1.1 §3, table 3.2). */
export const dfuRequests = {
  DETACH: 0,
  DNLOAD: 1,
  UPLOAD: 2,
  GETSTATUS: 3,
  CLRSTATUS: 4,
  GETSTATE: 5,
  ABORT: 6,
} as const;

export type DfuRequestName = keyof typeof dfuRequests;

/** bState by number (DFU 1.1 §6.1.2). */
export const dfuStateNames = [
  'appIDLE',
  'appDETACH',
  'dfuIDLE',
  'dfuDNLOAD-SYNC',
  'dfuDNBUSY',
  'dfuDNLOAD-IDLE',
  'dfuMANIFEST-SYNC',
  'dfuMANIFEST',
  'dfuMANIFEST-WAIT-RESET',
  'dfuUPLOAD-IDLE',
  'dfuERROR',
] as const;

/** bStatus by number (DFU 1.1 §6.1.2). */
export const dfuStatusNames = [
  'OK',
  'errTARGET',
  'errFILE',
  'errWRITE',
  'errERASE',
  'errCHECK_ERASED',
  'errPROG',
  'errVERIFY',
  'errADDRESS',
  'errNOTDONE',
  'errFIRMWARE',
  'errVENDOR',
  'errUSBR',
  'errPOR',
  'errUNKNOWN',
  'errSTALLEDPKT',
] as const;

/** First byte of a DNLOAD of block 0 (AN3156 §4). */
export const dfuseCommands = { SET_ADDRESS: 0x21, ERASE: 0x41 } as const;

/** bcdDFUVersion of a device that speaks DfuSe (UM0424). */
export const BCD_DFUSE = 0x011a;
/** The same with its bytes exchanged, as some devices send it. */
export const BCD_DFUSE_SWAPPED = 0x1a01;

/** Block number of the first data block: address = (number - 2) * transfer size + pointer (AN3156 §4.2). */
export const FIRST_DATA_BLOCK = 2;

/** bmAttributes of the functional descriptor (DFU 1.1 §4.1.3). */
export const dfuAttributes = {
  canDownload: 0x01,
  canUpload: 0x02,
  manifestationTolerant: 0x04,
  willDetach: 0x08,
} as const;
