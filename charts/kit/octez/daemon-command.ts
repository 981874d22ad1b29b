import type { ClientDaemon, ClientRun } from '../../../model/tezos/daemons';
import type { OctezRelease } from '../../../model/tezos/octez';

/** `$0` is an RPC that costs the node nothing, the rest the daemon. A shell that is process 1 hears no TERM by itself. */
const WAIT =
  'trap \'exit 143\' TERM INT; until wget -q -T 5 -O /dev/null "$0"; do sleep 2; done; trap - TERM INT; exec "$@"';

/**
 * The command of a daemon. Without `--keep-alive` it ends when its node is away, also at its start, and the kubelet lets
 * it wait longer each time, up to five minutes, whether or not the node is back. There a shell waits for the node and
 * then becomes the daemon.
 */
export function daemonCommand(daemon: ClientDaemon, run: ClientRun, release: OctezRelease): string[] {
  const command = daemon.command(run);
  if (release.hasKeepAlive) return command;
  return ['/bin/sh', '-c', WAIT, `${run.endpoint}/chains/main/chain_id`, ...command];
}
