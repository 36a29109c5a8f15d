/**
 * A network of nobody: a process that is started in it reaches no address, not even this machine's own.
 *
 * Where the system lets us: Linux with `unshare` (util-linux), as root or where users may have namespaces. Elsewhere the engine
 * alone keeps from the network (it has no extension that speaks to it, and may load none). Invariant: tried once for a
 * search path; what was found to work is used for every process after it, and one that cannot be walled then does not start.
 */
import { spawnSync } from 'node:child_process';

const TRIAL_MS = 5_000;
const found = new Map<string, readonly string[]>();

/** The beginning of a command line that runs the rest of it without a network; empty where there is no such wall. */
export function networkWall(
  searchPath: string,
  find: (name: string, searchPath: string) => string | null,
): readonly string[] {
  const known = found.get(searchPath);
  if (known !== undefined) return known;
  const unshare = process.platform === 'linux' ? find('unshare', searchPath) : null;
  const wall = unshare === null ? [] : wallOf(unshare);
  found.set(searchPath, wall);
  return wall;
}

function wallOf(unshare: string): readonly string[] {
  const own = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user'];
  const wall = [unshare, ...own, '--net', '--'];
  const [file = '', ...args] = [...wall, process.execPath, '--version'];
  const { status } = spawnSync(file, args, { stdio: 'ignore', timeout: TRIAL_MS });
  return status === 0 ? wall : [];
}
