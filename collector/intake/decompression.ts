/** The content codings of request bodies: gzip, deflate, zstd, and none. */
import { createGunzip, createInflate, createInflateRaw, createZstdDecompress, constants as zlib } from 'node:zlib';

export type Compression = 'identity' | 'gzip' | 'deflate' | 'zstd';

/** What a 415 tells senders to use. */
export const acceptedEncodings = 'gzip, zstd, deflate, identity';

const compressionOfName: ReadonlyMap<string, Compression> = new Map([
  ['identity', 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['zlib', 'deflate'],
  ['zstd', 'zstd'],
]);

/** By the value of Content-Encoding; null for codings that are not understood and for several on top of each other. */
export function compressionOf(header: string | undefined): Compression | null {
  if (header === undefined) return 'identity';
  return compressionOfName.get(header.trim().toLowerCase()) ?? null;
}

/** A stream that takes compressed bytes and gives plain ones; `bytesWritten` is how many of them it has used. */
export type Decompressor = ReturnType<typeof createGunzip | typeof createZstdDecompress>;

/** Reference: the default chunk of 16 KB costs half as much again. */
const chunkSize = 262_144;
/** RFC 9659: no more than 8 MB of window in HTTP; a frame that asks for more is an error before any memory is taken for it. */
const zstdWindowLog = 23;

/** `firstByte` tells deflate with the zlib header (RFC 9110) from the raw one that some clients send. */
export function createDecompressor(compression: Exclude<Compression, 'identity'>, firstByte: number): Decompressor {
  const options = { chunkSize, finishFlush: zlib.Z_FINISH };
  switch (compression) {
    case 'gzip':
      return createGunzip(options);
    case 'deflate':
      return (firstByte & 0x0f) === 8 ? createInflate(options) : createInflateRaw(options);
    case 'zstd':
      return createZstdDecompress({ chunkSize, params: { [zlib.ZSTD_d_windowLogMax]: zstdWindowLog } });
    default:
      return compression satisfies never;
  }
}
