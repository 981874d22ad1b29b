import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { octezRelease } from '../../model/octez';
import { readDockerfile } from '../conformance/boot/dockerfile';
import { launcher, standInBundle, standInImageFiles } from '../conformance/stand-in/build';
import { daemonAliases, daemonFlags, globalFlags } from '../conformance/stand-in/client/client-flags';
import { parseClic, parseCmdliner, parseGlobal } from '../conformance/stand-in/kit/command-line';
import { currentRelease } from '../conformance/stand-in/kit/release';
import { nodeAliases, nodeFlags } from '../conformance/stand-in/node/node-flags';

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

const dockerfile = readFileSync(join(__dirname, '../conformance/stand-in/image/Dockerfile'), 'utf8');

test('its user is a name, as in the real image, and nothing is its entrypoint', () => {
  const { base, steps, user, entrypoint } = readDockerfile(dockerfile, { BASE: 'debian', VERSION: '7.5' });
  expect([base, user, entrypoint]).toEqual(['debian', 'tezos', undefined]);
  expect(steps).toContainEqual({ word: 'COPY', rest: 'files/7.5/ /' });
});

test('an instruction that the image builder does not know is an error, and so is an argument that nobody gave', () => {
  expect(() => readDockerfile('FROM a\nHEALTHCHECK NONE')).toThrow('does not know: HEALTHCHECK NONE');
  expect(() => readDockerfile('FROM a\nFROM b')).toThrow('does not know: FROM b');
  expect(() => readDockerfile('FROM a\nCOPY --chown=1 x y')).toThrow('does not know: COPY --chown=1 x y');
  expect(() => readDockerfile('FROM $X')).toThrow('no ARG X');
});

test('lines that go on are one, and comments between them are nothing', () => {
  expect(readDockerfile('FROM a\nRUN one \\\n  # why\n  && two').steps).toEqual([{ word: 'RUN', rest: 'one && two' }]);
});

test('the bundle needs nothing but Node', () => {
  const needed = [...standInBundle().matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name);
  expect([...new Set(needed)].filter((name) => !name.startsWith('node:'))).toEqual([]);
});

interface Command {
  readonly words: readonly string[];
  readonly version: string;
}

/** Commands of the containers of dist/ that run a program of Octez, of the versions that we imitate. */
function commands(): Command[] {
  const folder = join(__dirname, '../../dist/charts');
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.k8s.yaml'))
    : [];
  const objects = files.flatMap((name) =>
    parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((each) => each.toJS()),
  );
  const pods = objects.flatMap((object) => object?.spec?.template?.spec ?? []);
  return pods.flatMap(({ containers = [], initContainers = [] }: any) =>
    [...initContainers, ...containers]
      .filter(({ command }) => /\/(octez|tezos)-[^/]*$/.test(command?.[0] ?? ''))
      .map(({ command, image }) => ({ words: command, version: /v(\d+\.\d+)$/.exec(image)?.[1] ?? '' })),
  );
}

test('every command of the rendered manifests is understood by the version of its image', () => {
  for (const { words, version } of commands().filter((each) => ['25.2', '7.5'].includes(each.version))) {
    process.env.STAND_IN_VERSION = version;
    const release = currentRelease();
    const [program, ...rest] = [basename(words[0]), ...words.slice(1)];
    expect(paths[version]).toContain(words[0]);
    const daemon = /-(baker|accuser|endorser)/.exec(program)?.[1] as 'baker' | undefined;
    if (program.endsWith('-node') && !program.includes('dal')) {
      parseCmdliner(program, 'run', rest.slice(1), { flags: nodeFlags('run', release)!, aliases: nodeAliases });
    } else if (daemon) {
      const { rest: command } = parseGlobal(rest, globalFlags(release));
      parseClic(command, { flags: daemonFlags(daemon, release), aliases: daemonAliases });
    }
  }
  delete process.env.STAND_IN_VERSION;
});
