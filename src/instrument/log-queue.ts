/** Takes the app's log lines off its hands: a line is only kept, everything else happens when a batch leaves. */

/** What a logger writes its lines to, such as pino's destination. */
export interface LogStream {
  readonly write: (line: string) => void;
}

/** The lines that wait; the newest are given up when there are too many of them, and counted. */
export interface LogQueue {
  readonly add: (line: string) => void;
  /** The oldest lines, at most `most`; they are the taker's now. */
  readonly take: (most: number) => readonly string[];
  /** How many were given up since the last call. */
  readonly takeDropped: () => number;
  readonly clear: () => void;
}

const mostLines = 4_096;
/** In UTF-16 units. */
const mostLength = 4 * 1_048_576;

export function createLogQueue(): LogQueue {
  let lines: string[] = [];
  let length = 0;
  let dropped = 0;
  return {
    add: (line) => {
      if (lines.length >= mostLines || length + line.length > mostLength) dropped += 1;
      else {
        lines.push(line);
        length += line.length;
      }
    },
    take: (most) => {
      const taken = lines.slice(0, most);
      lines = lines.slice(most);
      for (const line of taken) length -= line.length;
      return taken;
    },
    takeDropped: () => {
      const count = dropped;
      dropped = 0;
      return count;
    },
    clear: () => {
      lines = [];
      length = 0;
      dropped = 0;
    },
  };
}

/** The one queue of the process: a logger is made before the library is started, and outlives it. */
export const logQueue = createLogQueue();

/**
 * A second destination for an app's JSON log lines (pino's, bunyan's, winston's): they go to the collector too and stand beside the
 * spans of their trace. Writing costs a list entry; lines are sent about once a second, dropped and counted when the collector is away
 * for long.
 * @example pino({ mixin: logFields }, pino.multistream([{ stream: process.stdout }, { stream: logStream() }]))
 */
export function logStream(): LogStream {
  return { write: (line) => logQueue.add(line) };
}
