import { portOf } from '../../../model/components';
import { guardMetrics } from '../../../programs/guard/guard.contract';
import { until } from '../cluster/processes';
import type { Scene } from './scene';
import type { StandInHome } from './stand-in-home';
import { sample } from './text-at';

export const GATEWAY = 'signer-gateway';

/** What the guard of a gateway's pod says of itself, as a person in the pod asks it. */
export async function guardStatus({ cluster, namespace }: Scene, pod = `${GATEWAY}-0`): Promise<any> {
  const words = ['--namespace', namespace, 'exec', pod, '-c', 'guard', '--', 'guard', 'status'];
  const { status, stdout, stderr } = await cluster.kubectl(words);
  if (status !== 0) throw new Error(`the guard of ${pod} does not answer: ${stderr}`);
  return JSON.parse(stdout);
}

type MetricName = keyof typeof guardMetrics;

/** The value of a guard's metric; the error says that there is none. */
export async function guardMetric(scene: Scene, name: MetricName, labels: Readonly<Record<string, string>> = {}) {
  const words = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  const whole = words.length > 0 ? `${guardMetrics[name]}{${words.join(',')}}` : guardMetrics[name];
  return { line: whole, value: sample(await metricsOf(scene), whole) };
}

/** The line of a metric once it has that value. */
export async function guardMetricBecomes(
  scene: Scene,
  wanted: number,
  ...[name, labels]: [MetricName, Readonly<Record<string, string>>]
): Promise<string> {
  return until(`${guardMetrics[name]} of ${Object.values(labels).join(' ')} is ${wanted}`, 60, async () => {
    const { line, value } = await guardMetric(scene, name, labels);
    return value === wanted && `${line} ${value}`;
  });
}

/** A guard that has opened. */
export interface Opened {
  readonly floor: number;
  /** Of the network, when it was seen to be open. */
  readonly head: number;
}

/** Does what makes a guard start anew in that pod; resolves when the bakery bakes by it. */
export async function startedAnew(scene: Scene, pod: string, work: () => Promise<unknown>): Promise<Opened> {
  const opened = await openedAnew(scene, pod, work);
  await scene.outside.bakes(true);
  return opened;
}

/** The same until it has opened and the chain has passed its floor; others make all blocks from now on. */
export async function openedAnew(scene: Scene, pod: string, work: () => Promise<unknown>): Promise<Opened> {
  const { outside } = scene;
  await outside.bakes(false);
  await work();
  const floor = await until(`the guard of ${pod} is open`, 120, async () => {
    const status = await guardStatus(scene, pod);
    const waitsFor = status.waitsFor?.join(', ') || 'nobody';
    if (status.phase !== 'open') throw new Error(`it is ${status.phase}, and waits for ${waitsFor}`);
    return status.floor as number;
  });
  const { head } = await outside.evidence();
  await until(`the chain passes the floor ${floor}`, 60, async () => (await outside.evidence()).head > floor);
  return { floor, head };
}

/** Waits until the guard of that pod has had a vote signed. */
export function votesBy(scene: Scene, pod: string): Promise<number> {
  const name = `${guardMetrics.requests}{kind="attestation",result="signed"}`;
  return until(`a vote is signed by ${pod}`, 60, async () => sample(await metricsOf(scene, pod), name));
}

/** Asked for in the pod, as nobody is to scrape them yet; its image has Node and nothing else. */
async function metricsOf({ cluster, namespace }: Scene, pod = `${GATEWAY}-0`): Promise<string> {
  const url = `http://127.0.0.1:${portOf(GATEWAY, 'metrics')}/metrics`;
  const script = `fetch('${url}').then((answer) => answer.text()).then((text) => process.stdout.write(text))`;
  const words = ['--namespace', namespace, 'exec', pod, '-c', 'guard', '--', '/nodejs/bin/node', '-e', script];
  const { status, stdout, stderr } = await cluster.kubectl(words);
  if (status !== 0) throw new Error(`the guard of ${pod} serves no metrics at ${url}: ${stderr}`);
  return stdout;
}

/** The machine at home that has signed last with the bakery's first key. */
export async function signerThatSigns(scene: Scene): Promise<StandInHome> {
  const key = scene.bakery.signers[0]!.keys[0]!.address;
  const text = await metricsOf(scene);
  const active = (signer: string) => `${guardMetrics.active}{key="${key}",signer="${signer}"} 1`;
  const home = scene.homes.find(({ name }) => text.split('\n').includes(active(name)));
  if (!home) throw new Error(`nobody has signed with ${key} yet`);
  return home;
}

/** Every signer is reached over every uplink, may be asked, and its device could sign: as before a fault, and after it. */
export async function everySignerServes(scene: Scene): Promise<void> {
  await until('every signer at home serves', 60, async () => {
    const { signers } = await guardStatus(scene);
    const isThere = ({ isUsable, keys, uplinks }: any) =>
      isUsable && Object.values(keys).includes('') && Object.values(uplinks).every((word) => word === 'works');
    const missing = signers.filter((each: any) => !isThere(each));
    if (missing.length > 0) throw new Error(JSON.stringify(missing));
    return true;
  });
}
