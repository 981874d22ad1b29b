import { request } from 'node:https';
import { scrapeTargets } from '../../../charts/monitoring/scrape-jobs';
import { namespaceRoles, portOf } from '../../../model/components';
import { until } from '../cluster/processes';
import { GATEWAY } from './guard-view';
import { addressOf } from './machine';
import { nothingToTell } from './nothing-to-tell';
import { payoutsAreTold } from './payday/payouts-are-told';
import { PrometheusView } from './prometheus-view';
import type { Scene } from './scene';
import { DURATION_DIVISOR } from './shorter-durations';

/** Brings what watches a whole bakery, and proves that it sees all of it and has nothing to tell. */
export async function watch(scene: Scene): Promise<void> {
  const { bakery, report } = scene;
  const begin = Date.now();
  const { head } = await scene.outside.evidence();
  const pods = await scene.bringWatch();
  report.pass(`monitoring of ${bakery.name}, Ready after ${((Date.now() - begin) / 1000).toFixed(0)} s`, pods);
  if (!bakery.has('prometheus')) return;
  const view = new PrometheusView(scene);
  report.pass(`${bakery.name} is scraped, kubelets too`, await everyTargetIsUp(scene, view));
  report.pass(`kube-state-metrics of ${bakery.name} tells of every pod`, await everyPodIsTold(scene, view));
  report.pass(`kubelets tell how full each disk of ${bakery.name} is`, await everyDiskIsTold(scene, view));
  if (scene.payer) await payoutsAreTold(scene, scene.payer, view);
  await kubeletsRefuse(scene);
  await metricsPortSignsNothing(scene);
  await nothingToTell(scene, view, head);
}

/** Answers how many there are. */
async function everyTargetIsUp({ bakery, nodes }: Scene, view: PrometheusView): Promise<number> {
  const wanted = scrapeTargets(bakery).length + ['prometheus', 'alertmanager'].length + nodes.places.length;
  return until(`Prometheus scrapes ${wanted} targets`, 180, async () => {
    const targets = await view.targets();
    const down = targets.filter(({ isUp }) => !isUp).map((each) => JSON.stringify(each));
    if (down.length > 0 || targets.length !== wanted) throw new Error(`${targets.length} targets; ${down.join('\n')}`);
    return wanted;
  });
}

/** Ready and by name: the rights of kube-state-metrics and its flags are enough, in each namespace. */
async function everyPodIsTold(scene: Scene, view: PrometheusView): Promise<number> {
  const pods = (await readyPods(scene)).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return until('kube-state-metrics tells of every pod', 180, async () => {
    const told = await view.query('kube_pod_status_ready{condition="true"} == 1');
    const names = told.map(({ labels }) => `${labels.namespace}/${labels.pod}`);
    if (names.sort().join() !== pods.sort().join()) throw new Error(`${names} instead of ${pods}`);
    return pods.length;
  });
}

/** Of a claim that nobody has mounted the kubelet knows nothing. */
async function everyDiskIsTold(scene: Scene, view: PrometheusView): Promise<number> {
  const claims = (await readyPods(scene)).flatMap(({ metadata, spec }) =>
    spec.volumes.flatMap(({ persistentVolumeClaim: claim }: any) =>
      claim ? [`${metadata.namespace}/${claim.claimName}`] : [],
    ),
  );
  return until('kubelets tell how full every disk is', 180, async () => {
    const share = 'kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes';
    const told = (await view.query(`${share} > 0`)).map(({ labels }) => labels);
    const names = told.map(({ namespace, persistentvolumeclaim: claim }) => `${namespace}/${claim}`);
    if (names.sort().join() !== claims.sort().join()) throw new Error(`${names} instead of ${claims}`);
    return claims.length;
  });
}

async function readyPods({ api, bakery }: Scene): Promise<any[]> {
  const lists = namespaceRoles.map((role) => api.list(`/api/v1/namespaces/${bakery.namespace(role)}/pods`));
  return (await Promise.all(lists)).flat().filter(({ status }) => isReady(status));
}

const isReady = ({ conditions = [] }: any) =>
  conditions.some(({ type, status }: any) => type === 'Ready' && status === 'True');

/** Were everybody let in, that Prometheus may read kubelets' metrics would prove nothing. */
async function kubeletsRefuse(scene: Scene): Promise<void> {
  const { api, bakery, nodes, report } = scene;
  const [place] = nodes.places;
  const { status } = await api.get(`/api/v1/nodes/${place!.name}`);
  const url = `https://${addressOf(place!)}:${status.daemonEndpoints.kubeletEndpoint.Port}/metrics`;
  const base = `/api/v1/namespaces/${bakery.namespace('monitoring')}/serviceaccounts`;
  const codes: string[] = [];
  for (const account of ['prometheus', 'kube-state-metrics']) {
    const { status: token } = await api.create(`${base}/${account}/token`, { spec: {} });
    codes.push(await statusOf(url, token.token));
  }
  const what = `kubelets give their metrics to Prometheus of ${bakery.name} by its rights, and not to kube-state-metrics`;
  if (codes.join() === '200,403') report.pass(what);
  else report.fail(what, `${url} answers ${codes.join(' and ')}`);
}

async function statusOf(url: string, token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}` };
    const call = request(url, { headers, rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    call.on('error', reject).end();
  });
}

/** A vote as a baker asks for one, from the pod that reads the chain: nothing that watches can have anything signed. */
async function metricsPortSignsNothing(scene: Scene): Promise<void> {
  const { bakery, cluster, report } = scene;
  if (bakery.signers.length === 0) return;
  const ask = async (port: number) => {
    const url = `http://${GATEWAY}.${scene.namespace}:${port}/keys/${bakery.signers[0]!.keys[0]!.address}`;
    const words = ['--namespace', bakery.namespace('monitoring'), 'exec', 'chain-exporter-0', '-c', 'chain-exporter'];
    const { status, stdout, stderr } = await cluster.kubectl([...words, '--', '/nodejs/bin/node', '-e', POST, url]);
    if (status !== 0) throw new Error(`chain-exporter-0 cannot ask ${url}: ${stderr}`);
    return Number(stdout);
  };
  const [metrics, signer] = [await ask(portOf(GATEWAY, 'metrics')), await ask(portOf(GATEWAY, 'signer'))];
  const what = `the metrics port of the guard of ${bakery.name} signs nothing`;
  // The other one knows the path: what is asked there is refused for its bytes. Here no policy keeps pods from it.
  if (metrics === 404 && signer !== 404) report.pass(what);
  else report.fail(what, `to the same request it answers ${metrics}, and the signer's port ${signer}`);
}

const POST = `fetch(process.argv[1], { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '"00"' })
  .then(({ status }) => console.log(status))`;

const HEARTBEAT_MS = 60_000 / DURATION_DIVISOR;

/** Since then, also while things went wrong: Prometheus and Alertmanager were there. */
export function heartbeatWasHeard({ bakery, people, report }: Scene, since: number): void {
  const what = `the heartbeat of ${bakery.name} is heard while things go wrong`;
  try {
    const beats = people.mustHaveHeartbeats(since, HEARTBEAT_MS);
    if (beats !== undefined) report.pass(what, beats);
  } catch (error) {
    report.fail(what, (error as Error).message);
  }
}
