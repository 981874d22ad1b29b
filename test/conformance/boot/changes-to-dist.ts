import { basename } from 'node:path';
import { parse, stringify } from 'yaml';
import { type KubeObject, nameOf } from '../../../charts/objects/kube-object';
import { GUARD_CONFIG, type GuardConfig } from '../../../programs/guard/guard.contract';
import { cpuMilli, mebibytes } from './amounts';
import { BLOCK_TIME_MS } from './chain-pace';
import { containersOf, podTemplates } from './pod-templates';
import { DURATION_DIVISOR, withShorterDurations } from './shorter-durations';

/** The objects as they are applied here, and what was changed in them, one line for each workload or file. */
export interface Adapted {
  readonly objects: readonly KubeObject[];
  readonly changes: readonly string[];
}

const cpuDivisor = 50;
const memoryDivisor = 50;

/**
 * The only changes to dist/ of this part. Placement judges pools and sizes on nodes as Google would start them; these nodes
 * are one small machine.
 */
export function adapt(original: readonly KubeObject[]): Adapted {
  const objects = structuredClone(original) as KubeObject[];
  const line = ({ manifest, file }: KubeObject, made: readonly string[]) =>
    `${nameOf(manifest)} (${file}): ${made.join('; ')}`;
  const pods = podTemplates(objects).map(({ object, spec }) =>
    line(object, [
      ...withoutPool(spec),
      ...scaledRequests(spec),
      ...withoutDigests(spec),
      ...shorterWaits(spec),
      ...withoutClock(object.manifest),
    ]),
  );
  const files = objects.flatMap((object) => {
    const made = [...guardOfThisChain(object.manifest), ...hastierAlerts(object.manifest)];
    return made.length > 0 ? [line(object, made)] : [];
  });
  return { objects, changes: [...pods, ...files] };
}

function withoutPool(spec: any): string[] {
  const pools = Object.entries(spec.nodeSelector ?? {}).filter(([key]) => key === 'tezos-bakery/pool');
  for (const [key] of pools) delete spec.nodeSelector[key];
  return pools.map(([key, value]) => `no nodeSelector ${key}=${value}`);
}

function scaledRequests(spec: any): string[] {
  return containersOf(spec).flatMap(({ name, resources }) => {
    const { cpu, memory } = resources?.requests ?? {};
    if (cpu) resources.requests.cpu = `${Math.max(1, Math.round(cpuMilli(cpu) / cpuDivisor))}m`;
    if (memory) resources.requests.memory = `${Math.max(1, Math.round(mebibytes(memory) / memoryDivisor))}Mi`;
    const said = [
      ...(cpu ? [`cpu ${cpu} -> ${resources.requests.cpu}`] : []),
      ...(memory ? [`memory ${memory} -> ${resources.requests.memory}`] : []),
    ];
    return said.length > 0 ? [`${name} requests ${said.join(', ')}`] : [];
  });
}

/** Nobody can make an image of a given digest. */
function withoutDigests(spec: any): string[] {
  return containersOf(spec).flatMap((container) => {
    const [tagged, digest] = container.image.split('@');
    container.image = tagged;
    return digest ? [`${container.name} image without @${digest}`] : [];
  });
}

/** A run by the hour would come between those that are started by hand. */
function withoutClock({ kind, spec }: any): string[] {
  if (kind !== 'CronJob' || spec.suspend) return [];
  spec.suspend = true;
  return [`suspended, not ${spec.schedule}`];
}

const GUARD_FILE = basename(GUARD_CONFIG);

/** What the guard may sign after its start is counted in blocks, and those of the simulated chain come faster. */
function guardOfThisChain(manifest: any): string[] {
  const text = manifest.kind === 'ConfigMap' && manifest.data?.[GUARD_FILE];
  if (!text) return [];
  const config = JSON.parse(text) as GuardConfig;
  const chain = { ...config.chain, blockMs: BLOCK_TIME_MS };
  manifest.data[GUARD_FILE] = `${JSON.stringify({ ...config, chain }, null, 2)}\n`;
  return [`${GUARD_FILE} chain.blockMs ${config.chain.blockMs} -> ${BLOCK_TIME_MS}`];
}

/** Files of Prometheus and Alertmanager; what is said of time in them would take hours. */
const ALERT_FILES = ['prometheus.yaml', 'rules.yaml', 'alertmanager.yaml'];
const SCRAPES = 'prometheus.yaml';

function hastierAlerts(manifest: any): string[] {
  const files = manifest.kind === 'ConfigMap' ? ALERT_FILES.filter((name) => manifest.data?.[name]) : [];
  for (const name of files) manifest.data[name] = withShorterDurations(manifest.data[name]);
  const divided = files.map((name) => `${name}: every duration divided by ${DURATION_DIVISOR}`);
  return files.includes(SCRAPES) ? [...divided, ...everyKubelet(manifest.data)] : divided;
}

/** The nodes here are of no pool, as pods want none. */
function everyKubelet(data: any): string[] {
  const config = parse(data[SCRAPES]);
  const finds = config.scrape_configs.flatMap((job: any) => job.kubernetes_sd_configs ?? []);
  const labels = finds.flatMap(({ selectors = [] }: any) => selectors.map(({ label }: any) => label));
  for (const each of finds) delete each.selectors;
  data[SCRAPES] = stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
  return labels.map((label: string) => `${SCRAPES}: kubelets of any node, not where ${label}`);
}

/** As long as a block takes, tunnels outlive the guard that is told to end with them. */
function shorterWaits(spec: any): string[] {
  return containersOf(spec).flatMap(({ name, lifecycle }) => {
    const command = lifecycle?.preStop?.exec?.command;
    if (command?.[0] !== '/bin/sleep') return [];
    const seconds = command[1];
    command[1] = String(Math.ceil(BLOCK_TIME_MS / 1000) + 1);
    return [`${name} ends ${command[1]} s after it was told to, not ${seconds} s`];
  });
}
