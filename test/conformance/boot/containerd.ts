import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Started, start, until } from '../cluster/processes';
import type { RunState } from '../run-state';
import { mustRun, run } from '../tools/run';
import type { Tools } from '../tools/tools';
import { pauseImage } from './image-builder';
import type { NodePlace } from './machine';

/** Where Debian puts the plugins of containernetworking-plugins. */
const cniPlugins = '/usr/lib/cni';

export const socketOf = ({ folder }: NodePlace) => join(folder, 'containerd.sock');

/** A container runtime with image store, sockets and network of its own. */
export async function startContainerd(
  tools: Tools,
  { state, place, cni }: { state: RunState; place: NodePlace; cni: string },
): Promise<Started> {
  const program = await tools.debian('containerd', 'containerd');
  const file = join(state.folder, `containerd-${place.name}.toml`);
  mkdirSync(place.folder, { recursive: true });
  writeFileSync(file, configOf(place, cni));
  const started = start(state, program, ['--config', file], `containerd-${place.name}`);
  await until(`containerd of ${place.name} answers`, 30, async () => {
    if (!started.running()) throw new Error(started.log());
    return (await run('ctr', ['--address', socketOf(place), 'version'])).status === 0;
  });
  return started;
}

function configOf(place: NodePlace, cni: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${join(place.folder, 'images')}"
state = "${join(place.folder, 'run')}"
[grpc]
  address = "${socketOf(place)}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(place.folder, 'opt')}"
[${cri}]
  sandbox_image = "${pauseImage}"
  stream_server_port = "0"
  disable_apparmor = true
  # Without CAP_SYS_RESOURCE nobody may lower the score of a process.
  restrict_oom_score_adj = true
  # Not in /run/netns: they go with our folder.
  netns_mounts_under_state_dir = true
  [${cri}.cni]
    bin_dir = "${cniPlugins}"
    conf_dir = "${cni}"
  [${cri}.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [${cri}.containerd.runtimes.runc.options]
      SystemdCgroup = false
      Root = "${join(place.folder, 'runc')}"
`;
}

/** What makes `ctr` speak of the kubelet's images and containers on that node. */
export const inContainerd = (place: NodePlace) => ['--address', socketOf(place), '--namespace', 'k8s.io'];

/** Images as the kubelet sees them. */
export async function importImage(place: NodePlace, archive: string): Promise<void> {
  await mustRun('ctr', [...inContainerd(place), 'images', 'import', archive]);
}
