/** What the definitions of commands share. */
import type { Command } from 'commander';

/** Runs a command's code and takes its exit code. */
export type Run = (work: () => number | Promise<number>) => Promise<void>;

/** The options of every command that reads or runs an installation. */
export function common(command: Command): Command {
  return command
    .option(
      '--config <file>',
      'configuration (default: seamwatch.yaml where it exists, else the profile campus-connect)',
    )
    .option('--data <dir>', 'data directory (default: .seamwatch, then the demo in .seamwatch/demo)')
    .option('--json', 'print {data, meta} as JSON');
}
