import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { octezRelease } from '../../../model/tezos/octez';
import { readDockerfile } from '../../conformance/boot/dockerfile';
import { distObjects } from '../../conformance/dist-objects';
import { exampleBakeries, manifestsOf } from '../../kit/rendered';
import { ROOT } from '../../kit/root';
import { launcher, standInBundle, standInImageFiles } from '../build';
import type { Daemon } from '../client/client-flags';
import { daemonOptions } from '../client/daemon';
import { parseDalNode } from '../dal-node/dal-node.program';
import { releaseNamed } from '../kit/release';
import { configWith } from '../node/config-file';
import { parseNode } from '../node/node.program';
import { parseLaunch, parseSigner } from '../signer/signer.program';
import { type RenderedCommand, renderedCommands } from './rendered-commands';

const paths = Object.fromEntries(
  ['25.2', '7.5'].map((version) => [version, standInImageFiles(version).map(({ path }) => path)]),
);

/** What an image holds, and whether it knows the commands of the rendered manifests. */
test('an image has the programs of its version, which is the version that the model knows', () => {
  for (const version of ['25.2', '7.5']) {
    const { binaries } = octezRelease(version)!;
    for (const binary of Object.values(binaries)) expect(paths[version]).toContain(binary);
    expect(paths[version]).toContain('/opt/stand-in/stand-in.cjs');
  }
  expect(paths['7.5'].some((path) => path.includes('octez-'))).toBe(false);
  expect(launcher('octez-node')).toContain('exec /usr/bin/node /opt/stand-in/stand-in.cjs octez-node "$@"');
});

const dockerfile = readFileSync(join(ROOT, 'test/stand-ins/image/Dockerfile'), 'utf8');

test('its user is a name, as in the real image, and nothing is its entrypoint', () => {
  const { base, steps, user, entrypoint } = readDockerfile(dockerfile, { BASE: 'debian', VERSION: '7.5' });
  expect([base, user, entrypoint]).toEqual(['debian', 'tezos', undefined]);
  expect(steps).toContainEqual({ word: 'COPY', rest: 'files/7.5/ /' });
});

test('an instruction that the image builder does not know is an error, and so is an argument that nobody gave', () => {
  expect(() => readDockerfile('FROM a\nHEALTHCHECK NONE')).toThrow('does not know: HEALTHCHECK NONE');
  expect(() => readDockerfile('FROM a\nFROM b')).toThrow('does not know: FROM b');
  expect(() => readDockerfile('FROM a\nCOPY --chown=1 x y')).toThrow('does not know: COPY --chown=1 x y');
  expect(() => readDockerfile('FROM a\nENV A=1 B=2')).toThrow('does not know: ENV A=1 B=2');
  expect(() => readDockerfile('FROM $X')).toThrow('no ARG X');
});

test('lines that go on are one, and comments between them are nothing', () => {
  expect(readDockerfile('FROM a\nRUN one \\\n  # why\n  && two').steps).toEqual([{ word: 'RUN', rest: 'one && two' }]);
});

test('the bundle needs nothing but Node', () => {
  const needed = [...standInBundle().matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name);
  expect([...new Set(needed)].filter((name) => !isBuiltin(name))).toEqual([]);
});

/** What the program takes the command for; it throws what the program would say. */
async function understood({ path, words, version }: RenderedCommand): Promise<string> {
  const call = { name: basename(path), release: releaseNamed(version), words: [...words] };
  const daemon = /-(baker|accuser|endorser)/.exec(path)?.[1] as Daemon | undefined;
  if (daemon) {
    daemonOptions(call, daemon);
    return daemon;
  }
  if (path.endsWith('-dal-node')) return `dal-node ${parseDalNode(call).command}`;
  if (path.endsWith('-node')) {
    const { command, options } = parseNode(call);
    await configWith({}, options, call.release); // values: addresses, networks, history modes
    return `node ${command}`;
  }
  const { command, rest } = parseSigner(call);
  if (!path.endsWith('-signer') || command !== 'launch http signer')
    throw new Error(`unknown: ${path} ${words.join(' ')}`);
  parseLaunch(call, rest);
  return `signer ${command}`;
}

async function kindsOf(commands: readonly RenderedCommand[]): Promise<string[]> {
  const imitated = commands.filter(({ version }) => version in paths);
  for (const { path, version } of imitated) expect(paths[version]).toContain(path);
  return [...new Set(await Promise.all(imitated.map(understood)))].sort();
}

test('every command of the rendered manifests is understood by the version of its image', async () => {
  const folder = join(ROOT, 'dist/charts');
  const bakeries = existsSync(folder) ? readdirSync(folder) : []; // a user may have none yet
  await kindsOf(bakeries.flatMap((name) => renderedCommands(distObjects(ROOT, name).map(({ manifest }) => manifest))));
});

test('a command is found in containers, their `sh -c` and their scripts', async () => {
  const nodes = ['run', 'config init', 'snapshot import', 'snapshot info', 'identity generate', 'upgrade storage'];
  const others = ['baker', 'accuser', 'endorser', 'signer launch http signer', 'dal-node run'];
  const found = Object.values(exampleBakeries()).flatMap((bakery) => renderedCommands(manifestsOf(bakery)));
  expect(await kindsOf(found)).toEqual([...nodes.map((each) => `node ${each}`), ...others].sort());
});

test('a command that the version lacks is told, wherever it stands', async () => {
  const pod = (command: string[], env = {}) => ({
    spec: { template: { spec: { initContainers: [{ image: 'tezos:v7.5', command, ...env }] } } },
  });
  const script = {
    kind: 'ConfigMap',
    data: { 'a.sh': '# "$NODE" dance\nif x; then "$NODE" run --sync-latency 5 2>&1; fi' },
  };
  const env = { env: [{ name: 'NODE', value: '/usr/local/bin/tezos-node' }] };
  const refusal = (manifests: any[]) =>
    kindsOf(renderedCommands(manifests)).catch(({ message }) => message.replace('Error:\n  ', '').split('\n')[0]);
  expect([
    await refusal([pod(['/bin/sh', '-c', 'test -e x || exec /usr/local/bin/tezos-node snapshot dance'])]),
    await refusal([script, pod(['/bin/sh', '/scripts/a.sh'], env)]),
    await refusal([pod(['/usr/local/bin/tezos-signer', 'launch', 'http', 'signer', '--allow-list-known-keys'])]),
  ]).toEqual([
    "tezos-node: unknown command 'dance'.",
    "tezos-node: unknown option '--sync-latency'.",
    'Unexpected command line option --allow-list-known-keys.',
  ]);
});
