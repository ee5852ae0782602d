/** What protocols are given of the network, and failures of the network in plain words. */
import type { LookupFunction } from 'node:net';
import { formatDurationMs } from '../src/kernel/duration.ts';
import { messageOf, systemCodeOf } from '../src/kernel/errors.ts';
import { deadlineOf } from './deadline.ts';

/** Both optional: the machine's own resolver and trusted authorities unless given. */
export interface Network {
  readonly lookup?: LookupFunction;
  /** Trusted authorities in PEM, instead of the built-in ones. */
  readonly ca?: string | readonly string[];
}

/** As options of `node:http`, `node:tls` and `ws`. */
export function connectOptions(network: Network): { lookup?: LookupFunction; ca?: string | string[] } {
  return {
    ...(network.lookup === undefined ? {} : { lookup: network.lookup }),
    ...(network.ca === undefined ? {} : { ca: typeof network.ca === 'string' ? network.ca : [...network.ca] }),
  };
}

const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself alone',
  SELF_SIGNED_CERT_IN_CHAIN: 'its chain ends at an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its chain is incomplete, or its authority is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'its chain is incomplete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it was issued for another name',
};

/** Why a certificate is refused, from the code that node gives; null for codes of other things. */
export function certificateFault(code: string | null): string | null {
  return code === null ? null : (certificateFaults[code] ?? null);
}

/**
 * A failure as a sentence without a full stop. `place` is `host:port`; `signal` is the one that may have ended the work, so that
 * an abort is told as the time that ran out.
 */
export function reasonOf(error: unknown, place: string, signal: AbortSignal): string {
  if (signal.aborted) {
    const deadline = deadlineOf(signal.reason);
    if (deadline === null) return messageOf(signal.reason);
    const time = formatDurationMs(deadline.withinMs);
    return deadline.whose === 'run'
      ? `the whole run took longer than ${time}; the last wait was for ${place}`
      : `no answer from ${place} within ${time}`;
  }
  const code = systemCodeOf(error);
  const fault = certificateFault(code);
  if (fault !== null) return `the certificate of ${place} is refused: ${fault}`;
  return (code === null ? null : plainReason(code, error, place)) ?? `${place}: ${messageOf(error)}`;
}

function plainReason(code: string, error: unknown, place: string): string | null {
  if (code.startsWith('HPE_')) return `${place} does not answer in HTTP`;
  switch (code) {
    case 'ECONNREFUSED':
      return `connection refused at ${place}: nothing listens there`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${place} broke the connection before it answered`;
    case 'ENOTFOUND':
      return `the name "${hostOf(error, place)}" is not known to DNS`;
    case 'EAI_AGAIN':
      return `DNS gave no answer for "${hostOf(error, place)}"`;
    case 'ETIMEDOUT':
      return `no connection to ${place}: it does not answer`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `no way to ${place} from this machine`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `${place} does not answer in TLS`;
    default:
      return null;
  }
}

function hostOf(error: unknown, place: string): string {
  const named = typeof error === 'object' && error !== null ? Reflect.get(error, 'hostname') : undefined;
  return typeof named === 'string' ? named : place.replace(/:\d+$/, '');
}
