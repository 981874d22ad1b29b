import { constants } from 'node:fs';
import { access, readFile, realpath, statfs } from 'node:fs/promises';

export interface DiskState {
  readonly freeBytes: number;
  /** Nothing can be written there any more, by anybody: so ends many a memory card. */
  readonly isReadOnly: boolean;
}

/** What is left where a folder lies. `isOwn`: this program writes there. Throws if it is not there. */
export async function diskOf(folder: string, isOwn: boolean): Promise<DiskState> {
  const path = await realpath(folder);
  const { bavail, bsize } = await statfs(path);
  const isKeptFromUs = isOwn && (await access(path, constants.W_OK).then(() => false, isReadOnlyError));
  return {
    freeBytes: bavail * bsize,
    isReadOnly: isKeptFromUs || isReadOnlyIn(await readFile('/proc/self/mountinfo', 'utf8'), path),
  };
}

/**
 * Whether the file system itself is read-only, by `mountinfo` (proc_pid_mountinfo(5)): a mount may be so for this
 * program alone, since systemd hides from it what it does not need.
 */
export function isReadOnlyIn(mountinfo: string, path: string): boolean {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [mount, filesystem] = line.split(' - ');
    const point = mount
      .split(' ')[4]
      ?.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
    const options = filesystem?.split(' ')[2];
    return point && options && isIn(path, point) ? [{ point, options }] : [];
  });
  // Of two at one place the later one hides the other.
  const longest = mounts.reduce((most, { point }) => Math.max(most, point.length), 0);
  const mount = mounts.reverse().find(({ point }) => point.length === longest);
  return mount?.options.split(',').some((option) => unwritable.includes(option)) ?? false;
}

/** What the kernel says of a file system that takes nothing more: since Linux 6.15 ext4 says why, and stays `rw`. */
const unwritable: readonly string[] = ['ro', 'emergency_ro', 'shutdown'];

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function isReadOnlyError({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EROFS';
}
