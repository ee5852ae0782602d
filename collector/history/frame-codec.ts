/** The stored form of a frame's bodies: concatenated protobuf (again a valid message), zstd level 1. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { AppError } from '../../src/kernel/errors.ts';

/**
 * Level 1 is the knee for OTLP: 3 gains nothing, 6 costs five times as much. The checksum (0.01 µs a span) is what tells a flipped
 * bit that decompresses all the same.
 */
const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };

/** Room for one frame's output: the default of 16 KiB costs a tenth to a third more time. */
const outputChunk = 131_072;

/** `data` is one zstd frame; `rawBytes` its length before compression. */
export function compressFrame(bodies: readonly Uint8Array[]): { readonly data: Buffer; readonly rawBytes: number } {
  const only = bodies.length === 1 ? bodies[0] : undefined;
  const raw = only ?? Buffer.concat(bodies);
  return { data: zstdCompressSync(raw, { params, chunkSize: outputChunk }), rawBytes: raw.byteLength };
}

/** More than any frame has: one body of the largest size allowed. */
const mostRawBytes = 268_435_456;

/**
 * `rawBytes` is what {@link compressFrame} said; null when that is no longer known; `frame` names the place in an error.
 * @throws DATABASE_CORRUPT when the stored bytes do not decompress to that length
 */
export function decompressFrame(data: Uint8Array, rawBytes: number | null, frame: number): Buffer {
  if (rawBytes !== null && !(rawBytes > 0 && rawBytes <= mostRawBytes)) throw corrupt(frame, rawBytes, undefined);
  try {
    if (rawBytes === null) return zstdDecompressSync(data, { maxOutputLength: mostRawBytes });
    // One byte more than the output: when it is full to the last, zlib takes another piece of the same size, for nothing.
    const raw = zstdDecompressSync(data, { maxOutputLength: rawBytes, chunkSize: Math.max(64, rawBytes + 1) });
    if (raw.byteLength === rawBytes) return raw;
  } catch (cause) {
    throw corrupt(frame, rawBytes, cause);
  }
  throw corrupt(frame, rawBytes, undefined);
}

function corrupt(frame: number, rawBytes: number | null, cause: unknown): AppError {
  return new AppError(
    'DATABASE_CORRUPT',
    `trace frame ${frame} does not decompress${rawBytes === null ? '' : ` to its ${rawBytes} bytes`}; restore the database from a backup or delete the frame`,
    { details: { frame }, cause },
  );
}
