/** Journeys: steps that share values and sockets, and the cleanup that follows whatever became of them. */
import { formatDurationMs } from '../src/kernel/duration.ts';
import { sleep } from '../src/kernel/schedule.ts';
import { captureFrom, jsonOf, mismatchIn, type ReadAnswer } from './answer.ts';
import { withDeadline } from './deadline.ts';
import type { Expectation, JourneyProbe, JourneyStep, RequestPlan, SocketMatch, SocketMessage } from './definition.ts';
import { exchange } from './http.ts';
import { reasonOf } from './network.ts';
import type { StepRecorder } from './step-recorder.ts';
import { failed, passed, type StepFacts, type StepOutcome, type StepTools, stepAttribute } from './step-tools.ts';
import { fillText, fillValue, namesIn, type Values } from './template.ts';
import { missed, type OpenSocket, openSocket, placeOf } from './websocket.ts';

/** All cleanup together gets so long, after the run's own time. */
const cleanupMs = 5_000;

/** What the steps share. */
interface Journey {
  readonly values: Map<string, unknown>;
  readonly sockets: Map<string, OpenSocket>;
}

/** Runs steps until one fails, the rest is skipped; then closes the sockets and runs the cleanup. Never throws. */
export async function runJourney(probe: JourneyProbe, recorder: StepRecorder, signal: AbortSignal): Promise<void> {
  const { run, correlationId } = recorder.identity;
  const journey: Journey = {
    values: new Map([
      ['run', run],
      ['correlationId', correlationId],
    ]),
    sockets: new Map(),
  };
  let failedAt: string | null = null;
  for (const step of probe.steps) {
    const plan = { ...step, isCleanup: false };
    if (failedAt !== null) recorder.skip(plan, `"${failedAt}" failed before it`);
    else if (!(await recorder.run(plan, signal, (tools) => runStep(step, journey, tools)))) failedAt = step.id;
  }
  await Promise.all([...journey.sockets.values()].map((socket) => socket.close()));
  await cleanUp(probe, recorder, journey);
}

/** Not bound to the run's time, which may be used up, and not ended by whoever ends the run. */
async function cleanUp(probe: JourneyProbe, recorder: StepRecorder, journey: Journey): Promise<void> {
  if (probe.cleanup.length === 0) return;
  const unbound = new AbortController().signal;
  await withDeadline({ whose: 'run', withinMs: cleanupMs }, unbound, async (signal) => {
    for (const step of probe.cleanup) {
      const plan = { ...step, isCleanup: true };
      const missing = namesIn(step.request).find((name) => !journey.values.has(name));
      if (missing !== undefined) recorder.skip(plan, `nothing to clean up: {{${missing}}} never came to be`);
      else await recorder.run(plan, signal, (tools) => runStep(step, journey, tools));
    }
  });
}

function runStep(step: JourneyStep, journey: Journey, tools: StepTools): Promise<StepOutcome> {
  switch (step.kind) {
    case 'request':
      return makeRequest(step, journey, tools);
    case 'poll':
      return poll(step, journey, tools);
    case 'connect':
      return connectSocket(step, journey, tools);
    case 'send':
      return sendMessage(step, journey, tools);
    case 'receive':
      return receiveMessage(step, journey, tools);
    default:
      return step satisfies never;
  }
}

async function makeRequest(
  step: Extract<JourneyStep, { kind: 'request' }>,
  { values }: Journey,
  tools: StepTools,
): Promise<StepOutcome> {
  const startMs = tools.clock.monotonicMs();
  const expect = filledExpectation(step.expect, values);
  const exchanged = await exchange(filledRequest(step.request, values), expect, tools);
  if (!exchanged.ok) return exchanged;
  const mismatch = mismatchIn(exchanged.answer, expect, tools.clock.monotonicMs() - startMs);
  if (mismatch !== null) return failed(mismatch, exchanged.facts);
  return captured(step, exchanged.answer, values, exchanged.facts);
}

/** Asks again until the answer fits; an answer that does not, or none at all, is not the end before the time is up. */
async function poll(
  step: Extract<JourneyStep, { kind: 'poll' }>,
  { values }: Journey,
  tools: StepTools,
): Promise<StepOutcome> {
  const until = filledExpectation(step.until, values);
  const request = filledRequest(step.request, values);
  let facts: StepFacts = {};
  let last: string | null = null;
  let tries = 0;
  while (!tools.signal.aborted) {
    const startMs = tools.clock.monotonicMs();
    const exchanged = await exchange(request, until, tools);
    if (tools.signal.aborted && !exchanged.ok) break;
    tries += 1;
    facts = { ...exchanged.facts, [stepAttribute.tries]: tries };
    if (exchanged.ok) {
      last = mismatchIn(exchanged.answer, until, tools.clock.monotonicMs() - startMs);
      if (last === null) return captured(step, exchanged.answer, values, facts);
    } else last = exchanged.reason;
    await sleep(step.everyMs, tools.signal);
  }
  const why = reasonOf(tools.signal.reason, placeOf(request.url), tools.signal);
  if (last === null) return failed(why, facts);
  return failed(`not within ${formatDurationMs(step.withinMs)} (asked ${tries} times): ${last}`, facts);
}

async function connectSocket(
  step: Extract<JourneyStep, { kind: 'connect' }>,
  { values, sockets }: Journey,
  tools: StepTools,
): Promise<StepOutcome> {
  const url = fillText(step.url, values, encodeURIComponent);
  try {
    sockets.set(step.id, await openSocket(url, filledHeaders(step.headers, values), tools));
    return passed();
  } catch (error) {
    return failed(reasonOf(error, placeOf(url), tools.signal));
  }
}

async function sendMessage(
  step: Extract<JourneyStep, { kind: 'send' }>,
  journey: Journey,
  tools: StepTools,
): Promise<StepOutcome> {
  try {
    await journey.sockets.get(step.on)?.send(filledMessage(step.message, journey.values), tools);
    return passed();
  } catch (error) {
    return failed(reasonOf(error, `the socket "${step.on}"`, tools.signal));
  }
}

async function receiveMessage(
  step: Extract<JourneyStep, { kind: 'receive' }>,
  { values, sockets }: Journey,
  tools: StepTools,
): Promise<StepOutcome> {
  const socket = sockets.get(step.on);
  if (socket === undefined) return failed(`the socket "${step.on}" is not open`);
  const match = filledMatch(step.match, values);
  try {
    const text = await socket.receive(match, tools.signal);
    return captured(step, { status: 0, body: text, isCut: false }, values, {});
  } catch (error) {
    const reason = reasonOf(error, `the socket "${step.on}"`, tools.signal);
    return failed(`${reason} (${missed(match, socket)})`);
  }
}

/** Keeps what the step captures; the only place where the values of a journey change. */
function captured(step: JourneyStep, answer: ReadAnswer, values: Map<string, unknown>, facts: StepFacts): StepOutcome {
  if (Object.keys(step.capture).length === 0) return passed(facts);
  const parsed = jsonOf(answer);
  if ('fault' in parsed) return failed(parsed.fault, facts);
  const found = captureFrom(parsed.json, step.capture);
  if ('fault' in found) return failed(found.fault, facts);
  for (const [name, value] of found.values) values.set(name, value);
  return passed(facts);
}

function filledRequest(plan: RequestPlan, values: Values): RequestPlan {
  return {
    method: plan.method,
    url: fillText(plan.url, values, encodeURIComponent),
    headers: filledHeaders(plan.headers, values),
    json: fillValue(plan.json, values),
  };
}

/** A captured line break must not begin a header of its own. */
function filledHeaders(headers: Readonly<Record<string, string>>, values: Values): Readonly<Record<string, string>> {
  const oneLine = (value: string): string => value.replace(/[\r\n\0]/g, ' ');
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fillText(text, values, oneLine)]));
}

function filledExpectation(expect: Expectation, values: Values): Expectation {
  return {
    ...expect,
    bodyContains: expect.bodyContains === null ? null : fillText(expect.bodyContains, values),
    json: expect.json.map(([path, condition]) => [path, fillValue(condition, values)] as const),
  };
}

function filledMessage(message: SocketMessage, values: Values): SocketMessage {
  if (message.kind === 'text') return { kind: 'text', text: fillText(message.text, values) };
  return { kind: 'json', json: fillValue(message.json, values) };
}

function filledMatch(match: SocketMatch, values: Values): SocketMatch {
  if (match.kind === 'text') return { kind: 'text', contains: fillText(match.contains, values) };
  return { kind: 'json', condition: fillValue(match.condition, values) };
}
