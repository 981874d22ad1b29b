import { createServer } from 'node:http';
import { metricsText, resources } from './families';
import { inCluster, type KubeApi, KubeObjects, serverVersion } from './kube-objects';

/** Flags of upstream's that it understands (docs/developer/cli-arguments.md), with upstream's defaults. */
const defaults = {
  host: '::',
  port: '8080',
  'telemetry-host': '::',
  'telemetry-port': '8081',
  namespaces: '',
  resources: '',
};
export type KsmFlags = typeof defaults;

/** Flags as pflag reads them; throws in its words. */
export function readFlags(words: readonly string[]): KsmFlags {
  const flags = { ...defaults };
  for (let i = 0; i < words.length; i++) {
    const [, name, glued] = /^--([^=]+)(?:=(.*))?$/s.exec(words[i]!) ?? [];
    if (name === undefined) throw new Error(`unknown command "${words[i]}" for "kube-state-metrics"`);
    if (!(name in defaults)) throw new Error(`unknown flag: --${name}`);
    const value = glued ?? words[++i];
    if (value === undefined) throw new Error(`flag needs an argument: --${name}`);
    flags[name as keyof KsmFlags] = value;
  }
  for (const name of ['port', 'telemetry-port'] as const)
    if (!/^\d+$/.test(flags[name])) throw new Error(`invalid argument "${flags[name]}" for "--${name}" flag`);
  const unknown = listOf(flags.resources).filter((name) => !Object.hasOwn(resources, name));
  if (unknown.length > 0 || flags.resources === '')
    throw new Error(`resource ${unknown[0] ?? '(all)'} does not exist. Available resources: ${Object.keys(resources)}`);
  return flags;
}

const listOf = (text: string) => text.split(',').filter(Boolean);

const complain = (text: string) => process.stderr.write(`E ${text}\n`);

/** kube-state-metrics: tells what the API server says of the wanted resources, as far as its ServiceAccount may read it. */
export async function kubeStateMetrics(words: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const flags = readFlags(words);
  const api = inCluster(env);
  const version = await serverVersion(api).catch((error: Error) => {
    throw new Error(`failed to create client: error while trying to communicate with apiserver: ${error.message}`);
  });
  process.stdout.write(`I Run with Kubernetes cluster version ${version}\n`);
  const followed = follow(api, flags);
  const pages = { '/healthz': () => 'OK', '/metrics': () => followed.map((each) => each()).join('') };
  serve(flags.host, flags.port, pages);
  serve(flags['telemetry-host'], flags['telemetry-port'], { '/metrics': () => '' });
}

/** Answers what tells each resource's metrics. */
function follow(api: KubeApi, { namespaces, resources: wanted }: KsmFlags): (() => string)[] {
  const places = namespaces === '' ? [undefined] : listOf(namespaces);
  return listOf(wanted).map((name) => {
    const resource = resources[name]!;
    const parts = places.map((namespace) => new KubeObjects(api, resource.path(namespace), complain));
    for (const part of parts) void part.follow();
    return () =>
      metricsText(
        resource,
        parts.flatMap(({ all }) => all),
      );
  });
}

function serve(host: string, port: string, pages: Readonly<Record<string, () => string>>): void {
  const server = createServer(({ method, url = '/' }, response) => {
    const page = method === 'GET' ? pages[url.split('?')[0]!] : undefined;
    response.writeHead(page ? 200 : 404, { 'Content-Type': 'text/plain; version=0.0.4' });
    response.end(page?.() ?? '404 page not found\n');
  });
  server.listen(Number(port), host);
}

/** As the program of the image; whatever goes wrong before it serves ends it. */
export function main(): void {
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
  kubeStateMetrics(process.argv.slice(2), process.env).catch((error: Error) => {
    complain(error.message);
    process.exit(1);
  });
}
