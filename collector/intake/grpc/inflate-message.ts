/** Decompresses one message, never further than is allowed. */
import { createGunzip, createInflate } from 'node:zlib';
import { AppError, messageOf } from '../../../src/kernel/errors.ts';

export type Compression = 'gzip' | 'deflate';

/** `grow` is asked before memory is taken; it says why not, or null. */
export interface InflateLimits {
  readonly maxBodyBytes: number;
  readonly grow: (bytes: number) => AppError | null;
}

/** Small pieces cost time, large ones memory that a small message never fills: telemetry shrinks to about an eighth. */
const pieceBytes = { least: 16_384, most: 262_144, perByte: 8 };

/** @throws PAYLOAD_TOO_LARGE, OVERLOADED, or INVALID_REQUEST when it is not what it says it is */
export function inflateMessage(message: Uint8Array, how: Compression, limits: InflateLimits): Promise<Buffer> {
  const chunkSize = Math.min(pieceBytes.most, Math.max(pieceBytes.least, message.length * pieceBytes.perByte));
  const refused = limits.grow(chunkSize);
  if (refused !== null) return Promise.reject(refused);
  const stream = how === 'gzip' ? createGunzip({ chunkSize }) : createInflate({ chunkSize });
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const fail = (error: AppError): void => {
      stream.destroy();
      chunks.length = 0;
      reject(error);
    };
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      const error = length > limits.maxBodyBytes ? tooLarge(limits.maxBodyBytes) : limits.grow(chunk.length);
      if (error === null) chunks.push(chunk);
      else fail(error);
    });
    stream.on('error', (error) => fail(broken(how, messageOf(error))));
    stream.on('end', () => resolve(Buffer.concat(chunks, length)));
    stream.end(message);
  });
}

function tooLarge(cap: number): AppError {
  return new AppError(
    'PAYLOAD_TOO_LARGE',
    `the message has more than ${cap} bytes after decompression; send smaller batches`,
  );
}

function broken(how: Compression, what: string): AppError {
  return new AppError(
    'INVALID_REQUEST',
    `the message is not valid ${how}: ${what}; compress it again or send it plain`,
  );
}
