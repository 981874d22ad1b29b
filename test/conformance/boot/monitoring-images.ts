import type { Tools } from '../tools/tools';
import { bareImage, users } from './bare-image';
import { standInAuthority } from './certificates';
import { nodeFiles } from './node-image';
import { standInOf } from './octez-image';

interface Wanted {
  readonly tools: Tools;
  readonly names: readonly string[];
  /** As the tag says it: 3.16.0. */
  readonly version: string;
}

/** Prometheus itself at the version of the tag, as its image has it. Answers a docker-archive. */
export async function prometheusImage(wanted: Wanted): Promise<string> {
  const [major, minor = '', patch] = wanted.version.split('.');
  return imageOf('prometheus', { ...wanted, version: `v0.${major}${minor.padStart(2, '0')}.${patch}` }); // as a Go module
}

/** The same of Alertmanager. */
export async function alertmanagerImage(wanted: Wanted): Promise<string> {
  return imageOf('alertmanager', { ...wanted, version: `v${wanted.version}` });
}

/** The images of both: one program below /bin, `nobody`, and whom to believe on the internet. */
async function imageOf(name: 'prometheus' | 'alertmanager', { tools, names, version }: Wanted): Promise<string> {
  const built = tools.monitoringVersion(name);
  if (built !== version)
    throw new Error(`dist/ names ${names[0]}, and test/conformance/monitoring builds ${built}, not ${version}`);
  const { certificate } = await standInAuthority();
  const entry = `/bin/${name}`;
  const files = [
    { path: entry, mode: 0o755, copyOf: await tools.monitoring(name) },
    { path: '/etc/ssl/certs/ca-certificates.crt', mode: 0o644, copyOf: certificate },
    ...users('nobody', 65534),
  ];
  return bareImage({ name, files, config: { User: 'nobody', Env: ['PATH=/bin'], Entrypoint: [entry] }, names });
}

/** The stand-in of kube-state-metrics at the path of the real one, which lies in a distroless image as well. */
export async function kubeStateMetricsImage(root: string, names: readonly string[]): Promise<string> {
  const text = standInOf(root).kubeStateMetricsProgram();
  const entry = '/kube-state-metrics';
  const files = [{ path: entry, mode: 0o755, text }, ...users('nobody', 65534)];
  const config = { User: '65534', Entrypoint: [entry] };
  return bareImage({ name: 'kube-state-metrics', shared: await nodeFiles(), files, config, names });
}
