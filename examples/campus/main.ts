/** The command line of the reference monolith. */
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { logFields, logStream } from 'seamwatch/instrument';
import { createCampus, startTraffic } from './index.ts';
import { messageOf, systemRandom } from './platform/index.ts';

const help = `Campus Connect: a social app as one process, watched by Seamwatch.

  node --conditions=source examples/campus/main.ts [options]

  --port N        where to listen on 127.0.0.1, default 4700; 0 picks a free port
  --endpoint URL  where to send traces, metrics and logs, default http://127.0.0.1:4600; none = nowhere
  --token TEXT    sent to the endpoint as a bearer token
  --faults        switches POST, GET and DELETE /faults on
  --no-traffic    no simulated people
  --rate N        requests per second of the simulated people, default 12
  --data FILE     keeps the database in a file, default in memory
  --until-stdin-ends  ends when its standard input does: with the program that started it
  --help          this text
`;

interface Settings {
  readonly port: number;
  readonly endpoint: string | null;
  readonly token: string | undefined;
  readonly faults: boolean;
  readonly traffic: boolean;
  readonly rate: number;
  readonly dataFile: string;
  readonly untilStdinEnds: boolean;
}

/** Null when only the help was asked for. */
function readSettings(args: readonly string[]): Settings | null {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      port: { type: 'string', default: '4700' },
      endpoint: { type: 'string', default: 'http://127.0.0.1:4600' },
      token: { type: 'string' },
      faults: { type: 'boolean', default: false },
      traffic: { type: 'boolean', default: true },
      rate: { type: 'string', default: '12' },
      data: { type: 'string', default: ':memory:' },
      'until-stdin-ends': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    port: numberIn(values.port, '--port', 0, 65_535),
    endpoint: values.endpoint === 'none' ? null : values.endpoint,
    token: values.token,
    faults: values.faults,
    traffic: values.traffic,
    rate: numberIn(values.rate, '--rate', 0.1, 1_000),
    dataFile: values.data,
    untilStdinEnds: values['until-stdin-ends'],
  };
}

function numberIn(text: string, flag: string, low: number, high: number): number {
  const value = Number(text);
  const isWhole = flag !== '--port' || Number.isInteger(value);
  if (text.trim() !== '' && isWhole && value >= low && value <= high) return value;
  throw new RangeError(`${flag} ${text} must be a ${flag === '--port' ? 'whole ' : ''}number from ${low} to ${high}`);
}

async function run(settings: Settings): Promise<void> {
  const log = pino(
    { level: 'debug', base: null, mixin: () => ({ ...logFields() }) },
    pino.multistream([
      { level: 'info', stream: pino.destination({ fd: 2, sync: true }) },
      { level: 'debug', stream: logStream() },
    ]),
  );
  const campus = await createCampus({
    dataFile: settings.dataFile,
    port: settings.port,
    endpoint: settings.endpoint,
    faults: settings.faults,
    log,
    ...(settings.token === undefined ? {} : { token: settings.token }),
  });
  process.stdout.write(`Campus Connect listens on ${campus.url}\n`);
  const leaving = new AbortController();
  const { signal } = leaving;
  const traffic = settings.traffic
    ? startTraffic({ url: campus.url, ratePerSecond: settings.rate, random: systemRandom, signal })
    : null;
  const leave = async (): Promise<void> => {
    if (signal.aborted) return;
    leaving.abort();
    await traffic?.done;
    await campus.close();
    if (traffic !== null) log.info(traffic.counts(), 'traffic ended');
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => void leave());
  if (settings.untilStdinEnds)
    process.stdin
      .resume()
      .once('end', () => void leave())
      .unref();
}

/** Exit code 2 = nothing was started: wrong flag, busy port, unusable file. */
async function main(args: readonly string[]): Promise<void> {
  try {
    const settings = readSettings(args);
    if (settings === null) process.stdout.write(help);
    else await run(settings);
  } catch (error) {
    process.stderr.write(`campus: ${messageOf(error)}\n`);
    process.exitCode = 2;
  }
}

await main(process.argv.slice(2));
