import type { ClientDaemon, ClientRun } from '../../../model/tezos/daemons';

/** `$0` is an RPC that costs the node nothing, the rest the daemon. A shell that is process 1 hears no TERM by itself. */
const waitFor = (chainId: string) =>
  [
    "trap 'exit 143' TERM INT",
    `until answer=$(wget -q -T 5 -O - "$0") && [ "$answer" = '"${chainId}"' ]`,
    `do [ -z "$answer" ] || echo "waiting: the node is on the chain $answer, not on ${chainId}"`,
    'sleep 2; done',
    'trap - TERM INT',
    'exec "$@"',
  ].join('; ');

/**
 * The command of a daemon: a shell waits until its node answers with the chain's id, and then becomes the daemon.
 *
 * A node is on whatever chain its configuration describes, and before its first start nothing proves which one that is.
 * A daemon would follow it, and a baker would sign there. Nor does one without `--keep-alive` outlast a node that is away:
 * it ends, also at its start, and the kubelet lets it wait longer each time, up to five minutes.
 */
export function daemonCommand(daemon: ClientDaemon, run: ClientRun, chainId: string): string[] {
  return ['/bin/sh', '-c', waitFor(chainId), `${run.endpoint}/chains/main/chain_id`, ...daemon.command(run)];
}
