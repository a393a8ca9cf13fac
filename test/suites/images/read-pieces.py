# Reads firmware files named on standard input, `FORMAT PATH` a line, and prints the pieces of each as one line of JSON.
# Intel HEX by the package intelhex; DfuSe (UM0391) and UF2 by struct, apart from the readers under test.
import json, struct, sys, zlib
from intelhex import IntelHex

def read_intel_hex(path):
    image = IntelHex(path)
    return [['-', start, image.tobinstr(start, end - 1).hex()] for start, end in image.segments()]

def read_dfuse(path):
    data = open(path, 'rb').read()
    assert data[:6] == b'DfuSe\x01' and data[-8:-5] == b'UFD'
    crc, = struct.unpack('<I', data[-4:])
    assert crc == zlib.crc32(data[:-4]) ^ 0xffffffff
    pieces, at = [], 11
    for _ in range(data[10]):
        alternate = data[at + 6]
        count, = struct.unpack_from('<I', data, at + 270)
        at += 274
        for _ in range(count):
            address, size = struct.unpack_from('<II', data, at)
            pieces.append([str(alternate), address, data[at + 8:at + 8 + size].hex()])
            at += 8 + size
    return pieces

def read_uf2(path):
    data = open(path, 'rb').read()
    pieces = []
    for at in range(0, len(data), 512):
        flags, address, size = struct.unpack_from('<III', data, at + 8)
        if flags & 1 == 0:
            pieces.append(['-', address, data[at + 32:at + 32 + size].hex()])
    return pieces

READERS = {'intel-hex': read_intel_hex, 'dfuse': read_dfuse, 'uf2': read_uf2}
for line in sys.stdin:
    name, path = line.rstrip('\n').split(' ', 1)
    print(json.dumps(READERS[name](path)))
