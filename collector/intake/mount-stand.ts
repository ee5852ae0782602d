/** A collector in a process and a mount namespace of its own, over a file system that a test can fill, break and mend. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type BuiltChild, type RunningChild, startChild } from './test-children.ts';

/** Mounted over the child's data folder, seen by the child alone. `size` is what mount and truncate take, such as `6m`. */
export interface MountedDisk {
  readonly kind: 'tmpfs' | 'ext4';
  readonly size: string;
}

/** The folder on the disk, and the image behind it where there is one. */
export interface DiskStand {
  readonly folder: string;
  readonly start: (built: BuiltChild, housekeepingMs: number) => RunningChild;
  /** Runs a command where the child sees its disk. @throws when it fails */
  readonly inside: (child: RunningChild, command: readonly string[]) => string;
  readonly remove: () => void;
}

/** Null where it can be mounted; else the reason, in words, for a test to be skipped. */
export function whyNoDisk(kind: MountedDisk['kind']): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'no-disk-'));
  try {
    const image = join(folder, 'image');
    const script =
      kind === 'tmpfs'
        ? 'mount -t tmpfs -o size=1m tmpfs "$0"'
        : `mkfs.ext4 -q "${image}" 4m && mkdir "$0/on" && mount -o loop "${image}" "$0/on" && test -w /sys/fs/ext4/$(basename $(findmnt -no SOURCE "$0/on"))/trigger_fs_error`;
    const { status, stderr, error } = spawnSync('unshare', ['-m', 'sh', '-c', script, folder], { encoding: 'utf8' });
    if (status === 0) return null;
    return `a ${kind} cannot be mounted in a namespace of its own here (${(error?.message ?? stderr).trim().split('\n')[0]}); run as root with CAP_SYS_ADMIN`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes the folder, and for ext4 the image; the mount ends with its child. */
export function makeDisk({ kind, size }: MountedDisk): DiskStand {
  const root = mkdtempSync(join(tmpdir(), 'disk-'));
  const folder = join(root, 'data');
  const image = join(root, 'image');
  execFileSync('mkdir', [folder]);
  if (kind === 'ext4') {
    writeFileSync(image, '');
    execFileSync('truncate', ['-s', size, image]);
    execFileSync('mkfs.ext4', ['-q', image]);
  }
  const mount =
    kind === 'tmpfs' ? `mount -t tmpfs -o size=${size} tmpfs "$0"` : `mount -o loop,errors=remount-ro "${image}" "$0"`;
  return {
    folder,
    start: (built, housekeepingMs) =>
      startChild(
        built,
        [join(folder, 'seamwatch.db'), String(housekeepingMs)],
        ['unshare', '-m', 'sh', '-c', `${mount} && exec "$@"`, folder],
      ),
    inside: (child, command) =>
      execFileSync('nsenter', ['-t', String(child.process.pid), '-m', ...command], { encoding: 'utf8' }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** What the kernel does when it finds an ext4 file system inconsistent: it takes no more writes, whoever has files open. */
export function breakExt4(stand: DiskStand, child: RunningChild): void {
  const source = stand.inside(child, ['findmnt', '-no', 'SOURCE', stand.folder]).trim();
  stand.inside(child, ['sh', '-c', `echo broken > /sys/fs/ext4/${basename(source)}/trigger_fs_error`]);
}
