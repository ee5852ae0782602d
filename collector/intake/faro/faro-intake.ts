/** The HTTP side of the Faro intake: method and origin, key, rate, body, conversion, and after the commit the reply. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { secondMs } from '../../../src/kernel/duration.ts';
import { AppError, messageOf } from '../../../src/kernel/errors.ts';
import { TokenBucket } from '../token-bucket.ts';
import { type AllowedApps, allowApps } from './allowed-apps.ts';
import { commonReason, reasonOf, refuse, sendAnswer } from './answer.ts';
import { BoundedNames } from './bounded-names.ts';
import { type Converted, convertPayload, type Known } from './convert.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { sumOf } from './counts.ts';
import { createListening, type Listening } from './listening.ts';
import { defaultFaroLimits, type FaroApp, type FaroIntakeOptions, type FaroLimits, type FaroStats } from './options.ts';
import { type PageContext, readContext } from './page-context.ts';
import { parsePayload } from './payload.ts';
import { readPayload } from './read-payload.ts';
import { RecentIds } from './recent-ids.ts';
import { batchOf, callerOf, senderOf } from './request-head.ts';

/** Takes what the Faro Web SDK sends; mount it before any other handler at `/faro`. */
export interface FaroIntake {
  /** Answers POST and preflights of `/faro/collect` and `/faro/collect/{key}`; the host check happens before it. Never throws. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Lets pages of one more origin send to every app, such as an application that has just begun to listen. */
  readonly allowOrigin: (origin: string) => void;
  readonly stats: () => FaroStats;
  readonly close: () => Promise<void>;
}

const collectPath = /^(?:\/faro)?\/collect(?:\/([^/?#]+))?\/?$/;
const rememberedVitals = 50_000;
const rememberedBatches = 20_000;

/** One per control plane. */
export function createFaroIntake(options: FaroIntakeOptions): FaroIntake {
  const intake = new Intake(options);
  return {
    handle: (request, response) => intake.handle(request, response),
    allowOrigin: (origin) => intake.allowOrigin(origin),
    stats: () => intake.stats(),
    close: () => intake.close(),
  };
}

class Intake {
  readonly #options: FaroIntakeOptions;
  readonly #limits: FaroLimits;
  readonly #allowed: AllowedApps;
  readonly #origins: string[];
  readonly #listening: Listening;
  readonly #buckets = new Map<FaroApp, TokenBucket>();
  readonly #known: Known;
  readonly #vitals = new RecentIds(rememberedVitals);
  readonly #batches = new RecentIds(rememberedBatches);
  readonly #rejected: Record<string, number> = {};
  readonly #refusedRequests: Record<string, number> = {};
  #inFlightBytes = 0;
  #requests = 0;
  #records = 0;
  #deduplicated = 0;

  constructor(options: FaroIntakeOptions) {
    this.#options = options;
    this.#limits = { ...defaultFaroLimits, ...options.limits };
    this.#origins = [...(options.origins ?? [])];
    this.#allowed = allowApps(options.apps, this.#origins);
    this.#listening = createListening(options.receive, options.clock, options.log);
    this.#known = {
      pages: new BoundedNames(this.#limits.maxNames),
      actions: new BoundedNames(this.#limits.maxNames),
      wasCounted: (id) => this.#vitals.has(id),
    };
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const origin = request.headers.origin ?? null;
    const isKnown = origin !== null && this.#allowed.isKnownOrigin(origin, request.headers.host ?? '');
    const cors = corsHeaders(origin, isKnown);
    if (request.method === 'OPTIONS') {
      request.resume();
      sendAnswer(response, isKnown ? 204 : 403, isKnown ? { ...cors, ...preflightHeaders } : cors, null);
      return;
    }
    this.#requests += 1;
    let app: FaroApp | null = null;
    const admit = (): FaroApp => {
      app = this.#appOf(request);
      this.#check(request, app);
      return app;
    };
    this.#take(request, response, admit).then(
      ({ status, ...answer }) => sendAnswer(response, 202, { ...cors, ...status }, answer),
      (error: unknown) => {
        const known = error instanceof AppError ? error : new AppError('INTERNAL', messageOf(error), { cause: error });
        if (known.code === 'INTERNAL')
          this.#options.log.error({ reason: known.message }, 'a faro batch was not stored');
        this.#refused(known, senderOf(request, app));
        refuse(request, response, known, cors);
      },
    );
  }

  allowOrigin(origin: string): void {
    if (!this.#origins.includes(origin)) this.#origins.push(origin);
  }

  stats(): FaroStats {
    const { pages, actions } = this.#known;
    const renamed = pages.overflowed() + actions.overflowed();
    const rejectedRecords = renamed === 0 ? { ...this.#rejected } : { ...this.#rejected, name_overflow: renamed };
    return {
      requests: this.#requests,
      records: this.#records,
      deduplicated: this.#deduplicated,
      rejected: sumOf(this.#refusedRequests, rejectedRecords),
      rejectedRecords,
    };
  }

  close(): Promise<void> {
    return this.#listening.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse, admit: () => FaroApp): Promise<Accepted> {
    const app = admit();
    const body = await readPayload(request, {
      maxBodyBytes: this.#limits.maxBodyBytes,
      mayGrow: this.#growth(response),
    });
    const payload = parsePayload(body);
    const context = readContext(payload.meta, app, this.#options.hashUserIds);
    const status: Record<string, string> = context.hasBadSession ? { 'x-faro-session-status': 'invalid' } : {};
    const batch = batchOf(request, context);
    if (batch !== null && this.#batches.has(batch)) {
      this.#deduplicated += 1;
      return { status, accepted: 0, rejected: {} };
    }
    const origin = batch ?? context.sessionId ?? '';
    const converted = convertPayload(payload, context, this.#known, this.#options.clock.nowMs(), origin);
    const rejected: Record<string, number> = { ...payload.invalid };
    const refused = await this.#store(converted, senderOf(request, app));
    if (refused > 0) rejected.not_stored = refused;
    this.#remember(converted, context, batch);
    for (const [reason, count] of Object.entries(payload.invalid)) this.#reject(reason, count);
    const accepted = converted.bodies.reduce((total, { records }) => total + records, 0) - refused;
    this.#records += accepted;
    this.#deduplicated += converted.deduplicated;
    return { status, accepted, rejected };
  }

  /** Whose page it is. @throws NOT_FOUND, METHOD_NOT_ALLOWED, UNAUTHENTICATED, FORBIDDEN */
  #appOf(request: IncomingMessage): FaroApp {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const match = collectPath.exec(path);
    if (match === null) throw new AppError('NOT_FOUND', 'there is nothing at this path; pages send to /faro/collect');
    if (request.method !== 'POST')
      throw new AppError('METHOD_NOT_ALLOWED', `${request.method} is not allowed here; use POST`);
    return this.#allowed.appOf(callerOf(request, match[1] ?? null));
  }

  /** The rest that needs no body. @throws OVERLOADED, UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE */
  #check(request: IncomingMessage, app: FaroApp): void {
    const waitMs = this.#waitOf(app);
    if (waitMs > 0) {
      const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / secondMs));
      const message = `more than ${this.#limits.requestsPerSecond} requests a second; come back in ${retryAfterSeconds} s`;
      throw new AppError('OVERLOADED', message, { details: { retryAfterSeconds, reason: 'rate' } });
    }
    const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
    if (type !== 'application/json')
      throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'the content type is not understood; send application/json');
    if (Number(request.headers['content-length'] ?? 0) > this.#limits.maxBodyBytes)
      throw new AppError(
        'PAYLOAD_TOO_LARGE',
        `the body has more than ${this.#limits.maxBodyBytes} bytes; send smaller batches`,
      );
  }

  /** Takes one request's worth and gives 0, or how long until there is one, in ms. */
  #waitOf(app: FaroApp): number {
    const { requestsPerSecond, burst } = this.#limits;
    const nowMs = this.#options.clock.monotonicMs();
    const bucket = this.#buckets.get(app) ?? new TokenBucket(requestsPerSecond, burst, nowMs);
    this.#buckets.set(app, bucket);
    const waitMs = bucket.waitMs(nowMs);
    if (waitMs === 0) bucket.spend(1);
    return waitMs;
  }

  #growth(response: ServerResponse): (bytes: number) => boolean {
    let granted = 0;
    response.once('close', () => {
      this.#inFlightBytes -= granted;
      granted = 0;
    });
    return (bytes) => {
      if (this.#inFlightBytes + bytes > this.#limits.maxInFlightBytes) return false;
      this.#inFlightBytes += bytes;
      granted += bytes;
      return true;
    };
  }

  /**
   * How many records the collector did not take. What it cannot read costs only its own kind; when it cannot store, the whole batch
   * fails, and what is sent again counts once.
   */
  async #store({ bodies }: Converted, caller: string): Promise<number> {
    const refused = bodies.map(async ({ telemetry, body, records }) => {
      try {
        return (await this.#options.receive({ telemetry, body, caller, way: 'faro' })).rejected;
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'OTLP_MALFORMED')) throw error;
        this.#reject(`${telemetry}_malformed`, records);
        return records;
      }
    });
    return (await Promise.all(refused)).reduce((total, count) => total + count, 0);
  }

  #remember(converted: Converted, context: PageContext, batch: string | null): void {
    for (const id of converted.timingIds) this.#vitals.add(id);
    if (batch !== null) this.#batches.add(batch);
    this.#listening.hear(context.serviceName, converted.points);
  }

  /** A whole request: counted here, and where all that is refused is counted. */
  #refused(error: AppError, sender: string): void {
    const reason = reasonOf(error);
    this.#refusedRequests[reason] = (this.#refusedRequests[reason] ?? 0) + 1;
    this.#options.countRefused?.({ way: 'faro', reason: commonReason(reason), sender, message: error.message });
  }

  #reject(reason: string, count = 1): void {
    this.#rejected[reason] = (this.#rejected[reason] ?? 0) + count;
  }
}

/** `status` are headers; the rest is the body of the answer. */
interface Accepted {
  readonly status: Readonly<Record<string, string>>;
  readonly accepted: number;
  readonly rejected: Readonly<Record<string, number>>;
}
