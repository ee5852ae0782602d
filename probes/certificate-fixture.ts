/** Makes a self-signed certificate with the days that a test wants, without a tool: X.509 v3 in DER (RFC 5280); for tests. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { isoTime } from '../src/kernel/clock.ts';

/** Both in PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

const oid = {
  commonName: [0x55, 0x04, 0x03],
  subjectAltName: [0x55, 0x1d, 0x11],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
} as const;

/** For 127.0.0.1 and `localhost`, good from `fromMs` to `toMs` (Unix ms, whole seconds, before 2050). */
export function makeCertificate(fromMs: number, toMs: number): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(objectId(oid.commonName), der(0x0c, Buffer.from('localhost')))));
  const algorithm = sequence(objectId(oid.ecdsaWithSha256));
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(utcTime(fromMs), utcTime(toMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(objectId(oid.subjectAltName), der(0x04, names)))),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]));
  const pem = sequence(body, algorithm, signature)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: `-----BEGIN CERTIFICATE-----\n${pem}-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return der(0x31, Buffer.concat(parts));
}

function objectId(bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

/** `YYMMDDHHMMSSZ`. */
function utcTime(unixMs: number): Buffer {
  return der(0x17, Buffer.from(`${isoTime(unixMs).replace(/[-:T]/g, '').slice(2, 14)}Z`));
}
