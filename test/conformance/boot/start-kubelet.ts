import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, type Started, start } from '../cluster/processes';
import type { RunState } from '../run-state';
import type { Tools } from '../tools/tools';
import { socketOf } from './containerd';
import { addressOf, machine, type NodePlace } from './machine';
import { DURATION_DIVISOR } from './shorter-durations';

interface KubeletPlace {
  readonly state: RunState;
  readonly place: NodePlace;
  readonly kubeconfig: string;
  /** File of the certificate that the API server shows. */
  readonly clientCertificate: string;
}

/** A kubelet of the pinned Kubernetes on that container runtime; several live on one host. */
export async function startKubelet(tools: Tools, kubelet: KubeletPlace): Promise<Started> {
  const { state, place, kubeconfig, clientCertificate } = kubelet;
  makeCgroups(place.cgroup);
  const [port, healthPort] = await freePorts(2);
  const file = join(state.folder, `kubelet-${place.name}.json`);
  const resolv = join(place.folder, 'resolv.conf');
  writeFileSync(resolv, `nameserver ${machine.dnsAddress}\n`);
  writeFileSync(
    file,
    JSON.stringify(configOf(place, { port: port!, healthPort: healthPort!, resolv, clientCertificate })),
  );
  const root = join(place.folder, 'kubelet');
  mkdirSync(root, { recursive: true });
  const words = [
    `--config=${file}`,
    `--kubeconfig=${kubeconfig}`,
    `--root-dir=${root}`,
    `--cert-dir=${join(root, 'pki')}`,
    `--hostname-override=${place.name}`,
    `--node-ip=${addressOf(place)}`,
    `--node-labels=${labelsOf(place)}`,
  ];
  return start(state, await tools.kubernetes('kubelet'), words, `kubelet-${place.name}`);
}

/** Where it stands, for Kubernetes' scheduler and for Google's disks. */
function labelsOf({ zone }: NodePlace): string {
  const region = zone.slice(0, zone.lastIndexOf('-'));
  const keys = {
    'topology.kubernetes.io/region': region,
    'topology.kubernetes.io/zone': zone,
    'topology.gke.io/zone': zone,
  };
  return Object.entries(keys)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

interface Own {
  readonly port: number;
  readonly healthPort: number;
  readonly resolv: string;
  readonly clientCertificate: string;
}

function configOf(place: NodePlace, { port, healthPort, resolv, clientCertificate }: Own) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: addressOf(place), // where the API server looks for logs and metrics
    port,
    healthzPort: healthPort,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true }, // tokens of ServiceAccounts: the API server says whose they are
      x509: { clientCAFile: clientCertificate },
    },
    authorization: { mode: 'Webhook' }, // and what these may read, by its RBAC, as on GKE
    containerRuntimeEndpoint: `unix://${socketOf(place)}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${place.cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    // It then puts up with a machine that does not give CAP_SYS_RESOURCE.
    featureGates: { KubeletInUserNamespace: true, KubeletCrashLoopBackOffMax: true },
    localStorageCapacityIsolation: true, // without it it measures no disk, and tells of no volume
    oomScoreAdj: 0,
    makeIPTablesUtilChains: false, // kube-proxy has tables of its own; these would outlast the run
    clusterDNS: [machine.dnsAddress],
    clusterDomain: 'cluster.local',
    resolvConf: resolv,
    podLogsDir: join(place.folder, 'logs'),
    volumePluginDir: join(place.folder, 'plugins'),
    // The control plane of the other parts calls a node lost after ten seconds: renewed every second.
    nodeLeaseDurationSeconds: 4,
    nodeStatusUpdateFrequency: '4s',
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    syncFrequency: '10s',
    volumeStatsAggPeriod: `${Math.round(60 / DURATION_DIVISOR)}s`, // a minute elsewhere; what rests on it is as much faster here
    // Up to five minutes on GKE. What is waited for is the next try, and there is one.
    crashLoopBackOff: { maxContainerRestartPeriod: '2s' },
  };
}

/** The kubelet makes cgroups below its root, but not the root; in cgroup v1 a new cpuset is empty. */
function makeCgroups(name: string): void {
  const top = '/sys/fs/cgroup';
  const isV2 = existsSync(join(top, 'cgroup.controllers'));
  const hierarchies = isV2 ? [top] : readdirSync(top).map((each) => join(top, each));
  for (const hierarchy of hierarchies) {
    mkdirSync(join(hierarchy, name), { recursive: true });
    for (const file of isV2 ? [] : ['cpuset.cpus', 'cpuset.mems']) {
      if (existsSync(join(hierarchy, file)))
        writeFileSync(join(hierarchy, name, file), readFileSync(join(hierarchy, file)));
    }
  }
}
