/** TLS: how many days the certificate of a server is still good for, and whether it is trusted. */
import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { isoTime } from '../src/kernel/clock.ts';
import { dayMs } from '../src/kernel/duration.ts';
import type { TlsProbe } from './definition.ts';
import { certificateFault, connectOptions, reasonOf } from './network.ts';
import { failed, passed, type StepFacts, type StepOutcome, type StepTools, stepAttribute } from './step-tools.ts';
import { shownAddress } from './target.ts';

/** One run; the connection is closed afterwards. Never throws. */
export async function probeTls(probe: TlsProbe, tools: StepTools): Promise<StepOutcome> {
  const place = shownAddress(probe.address);
  const facts = { 'server.address': probe.address.host, 'server.port': probe.address.port };
  const serverName = probe.serverName ?? (isIP(probe.address.host) === 0 ? probe.address.host : '');
  // The handshake goes through whatever the certificate is like, so that its last day can be told.
  const socket = connect({
    ...probe.address,
    servername: serverName,
    rejectUnauthorized: false,
    ...connectOptions(tools.network),
  });
  try {
    await handshake(socket, tools.signal);
    return judge(socket, probe, tools, { place, facts });
  } catch (error) {
    return failed(reasonOf(error, place, tools.signal), facts);
  } finally {
    socket.destroy();
  }
}

/** Whole days from `nowMs` to the end of validity; negative once it is over. */
export function daysLeft(validToMs: number, nowMs: number): number {
  return Math.floor((validToMs - nowMs) / dayMs);
}

interface Place {
  readonly place: string;
  readonly facts: StepFacts;
}

function judge(socket: TLSSocket, probe: TlsProbe, tools: StepTools, { place, facts }: Place): StepOutcome {
  const leaf: Partial<DetailedPeerCertificate> = socket.getPeerCertificate(true);
  const validToMs = Date.parse(leaf.valid_to ?? '');
  if (Number.isNaN(validToMs)) return failed(`${place} shows no certificate`, facts);
  const days = daysLeft(validToMs, tools.clock.nowMs());
  const known = { ...facts, 'tls.server.not_after': isoTime(validToMs), [stepAttribute.daysLeft]: days };
  const until = isoTime(validToMs).slice(0, 10);
  if (validToMs <= tools.clock.nowMs()) return failed(`the certificate of ${place} expired on ${until}`, known);
  if (days < probe.minDays) {
    return failed(
      `the certificate of ${place} expires in ${days} days, on ${until}; at least ${probe.minDays} days are wanted`,
      known,
    );
  }
  if (socket.authorized) return passed(known);
  const code = String(socket.authorizationError ?? '');
  return failed(`the certificate of ${place} is not trusted: ${certificateFault(code) ?? code}`, known);
}

function handshake(socket: TLSSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    socket.on('error', reject);
    socket.on('secureConnect', resolve);
    socket.on('end', () => reject(Object.assign(new RangeError('closed'), { code: 'ECONNRESET' })));
  });
}
