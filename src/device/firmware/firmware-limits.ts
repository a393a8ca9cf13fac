// How large a firmware file and its image may be: one answer for recipes and for every verb that takes a file.

/** The largest external flash that a device here reaches through DFU. */
export const MAX_IMAGE_BYTES = 64 * 1024 * 1024;
/** As text (Intel HEX), or with the symbols of an ELF file, an image is some three times as long. */
export const MAX_FIRMWARE_FILE_BYTES = 4 * MAX_IMAGE_BYTES;
/** Pieces with gaps between them; a file of a linker has a handful. */
export const MAX_SEGMENTS = 65_536;
