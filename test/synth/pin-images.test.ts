import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Bakery } from '../../model/bakery';
import { imagesOf } from '../../model/images';
import { sentence } from '../../model/messages/problems';
import { parseBakeryFile } from '../../model/reading/bakery-file';
import type { Edit } from '../../model/rules/rule';
import { homeOf } from '../../synth/image-registry';
import { listImages, pinImages, unpinnedProblems, withDigests } from '../../synth/pin-images';
import { fixtureFiles } from '../kit/bakeries';
import { changedExample, exampleBakeries, manifestsOf } from '../kit/rendered';
import { ROOT } from '../kit/root';
import { RegistryStandIn, sha256 } from './registry-stand-in';

const FILE = 'model/images.yaml';
const text = readFileSync(join(ROOT, FILE), 'utf8');
/** A release that nobody has pinned, or will, and no other image but Node's, in which the chain-exporter runs. */
const onlyOctez: Edit = [
  [['octez'], { node: '25.999' }],
  [['custody'], { hot: { secret: 'signing-keys' } }],
  [['monitoring'], { operator: { namespace: 'monitoring' } }],
];
const unpinned = (name: string) => changedExample(name, onlyOctez);
const tag = 'tezos/tezos:octez-v25.999';
/** Images that lack a digest, by name. */
const lacking = (bakery: Bakery) => imagesOf(bakery).flatMap(({ name, digest }) => (digest ? [] : [name]));
const withoutRegistry = (name: string) => name.slice(name.indexOf('/') + 1);

test('the list holds every image that is rendered, and no other', () => {
  const hot = changedExample('bakingnet', [[['octez'], { node: '25.3', baker: '25.2', signer: '25.1' }]]);
  const kms = changedExample('mainnet', [[['custody'], { kms: {} }]]);
  const tried = changedExample('mainnet', [[['sentries', 0, 'octez'], '25.3']]);
  for (const bakery of [...Object.values(exampleBakeries()), hot, tried, kms]) {
    const rendered = JSON.stringify(manifestsOf(bakery)).matchAll(
      /"image":"[^"]*\/[a-z]+-(docker-io|gcr-io|registry-k8s-io)\/([^/]+\/[^/":@]+:[^"@]+)[@"]/g,
    );
    const names = [...rendered].map(([, mirror, image]) => `${mirror.replaceAll('-', '.')}/${image}`);
    expect([...new Set(names)].sort()).toEqual(imagesOf(bakery).map(({ name }) => name));
  }
});

test('mainnet is warned of a tag without a digest, a test network is not', () => {
  const warnings = (name: string) => {
    const file = fixtureFiles().find((each) => each.name === name)!;
    return unpinnedProblems({ file, bakery: unpinned(name), lineOf: parseBakeryFile(file).lineOf }).map(sentence);
  };
  expect(warnings('mainnet')).toHaveLength(lacking(unpinned('mainnet')).length);
  expect(warnings('mainnet')).toContain(
    'bakeries/mainnet.yaml:4: warning: octez: docker.io/tezos/tezos:octez-v25.999 has no digest, and tags can move; pin it: npm run images -- --pin',
  );
  expect(warnings('bakingnet')).toEqual([]);
});

test('a warning stands at the section for which the image runs', () => {
  const file = fixtureFiles().find(({ name }) => name === 'mainnet')!;
  const bakery = changedExample('mainnet', [[['custody'], { kms: {} }]]);
  const places = unpinnedProblems({ file, bakery, lineOf: parseBakeryFile(file).lineOf }).map(sentence);
  expect(places).toContainEqual(
    expect.stringMatching(/^bakeries\/mainnet\.yaml:\d+: warning: custody: docker\.io\/ecadlabs\/signatory:/),
  );
});

test("Docker Hub is asked at its API's own name, others at theirs", () => {
  expect(['docker.io', 'ghcr.io'].map(homeOf)).toEqual(['https://registry-1.docker.io', 'https://ghcr.io']);
});

describe('images.yaml', () => {
  test('keeps its comments and all other lines', () => {
    const digest = sha256('x');
    const pinned = withDigests(text, new Map([[`docker.io/${tag}`, digest]]));
    const kept = text.split('\n').filter((line) => line !== 'digests: {}');
    expect(pinned.split('\n')).toEqual(expect.arrayContaining(kept));
    expect(pinned).toContain(`\n  docker.io/${tag}: ${digest}\n`);
    expect(parse(pinned)).toEqual({
      ...parse(text),
      digests: { ...parse(text).digests, [`docker.io/${tag}`]: digest },
    });
  });

  test('keeps the digests that are there, with what is said about them', () => {
    const before = `digests:\n  # checked by hand\n  docker.io/a/b:v1: ${sha256('a')} # twice\n`;
    expect(withDigests(before, new Map([['docker.io/a/b:v2', sha256('b')]]))).toBe(
      `${before}  docker.io/a/b:v2: ${sha256('b')}\n`,
    );
  });

  test('without its map of digests is refused', () => {
    expect(() => withDigests('images: {}\n', new Map())).toThrow('write digests: {}');
  });
});

describe('pinning', () => {
  const registry = new RegistryStandIn();
  let home = '';
  const folder = mkdtempSync(join(tmpdir(), 'images-'));
  const file = join(folder, FILE);
  const pin = (...bakeries: Bakery[]) => pinImages(folder, bakeries, () => home);
  const digests = () => parse(readFileSync(file, 'utf8')).digests;

  beforeAll(async () => {
    home = await registry.start();
    mkdirSync(dirname(file), { recursive: true });
  });
  beforeEach(() => {
    registry.fault = undefined;
    registry.tags.clear();
    for (const name of lacking(unpinned('mainnet'))) registry.tags.set(withoutRegistry(name), '{"manifests":[]}');
    writeFileSync(file, text);
  });
  afterAll(async () => {
    await registry.stop();
    rmSync(folder, { recursive: true });
  });

  test('writes the digest that the registry has for the tag, with a token that it gives to anybody', async () => {
    const { text: answer, isWhole } = await pin(unpinned('mainnet'), unpinned('bakingnet'));
    expect([digests()[`docker.io/${tag}`], isWhole]).toEqual([sha256('{"manifests":[]}'), true]);
    const names = lacking(unpinned('mainnet'));
    expect(answer.split('\n')).toEqual([
      ...names.map((name) => `${name} ${sha256('{"manifests":[]}')}`),
      `${FILE}: ${names.length} written; now npm run synth`,
    ]);
    expect(listImages([unpinned('mainnet')]).split('\n')).toContain(
      `docker.io/${tag} has no digest; npm run images -- --pin`,
    );
  });

  test.each([
    ['a tag that is not there', () => registry.tags.clear(), 'does not exist'],
    ['a registry that is busy', () => (registry.fault = 'busy'), 'answers with status 429; try again later'],
    ['content that is not what was announced', () => (registry.fault = 'other content'), 'the registry says sha256:'],
    ['a registry that gives no token', () => (registry.fault = 'token for nobody'), 'gives no token (403)'],
    ['a registry that wants a password', () => (registry.fault = 'password'), 'wants a password'],
  ])('%s is named, and nothing is written', async (_, spoil, says) => {
    spoil();
    const answer = await pin(unpinned('mainnet'));
    expect(answer).toEqual({ text: expect.stringContaining(says), isWhole: false });
    expect(answer.text).toMatch(new RegExp(`^docker.io/${tag}.*\n(.*\n)*${FILE}: as it was$`));
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('an image that cannot be had holds up no other', async () => {
    const { text: answer, isWhole } = await pin(changedExample('carthagenet'), unpinned('mainnet'));
    expect(answer).toContain('docker.io/tezos/tezos:v7.5 does not exist');
    const had = lacking(unpinned('mainnet')).map((name) => [name, sha256('{"manifests":[]}')]);
    expect([digests(), isWhole]).toEqual([Object.fromEntries(had), false]);
  });

  test('a registry that does not answer is named', async () => {
    const dead = new RegistryStandIn();
    const nobody = await dead.start();
    await dead.stop();
    expect((await pinImages(folder, [unpinned('mainnet')], () => nobody)).text).toMatch(
      /^docker\.io\/tezos\/tezos:octez-v25\.999: 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)\n/,
    );
  });

  test('a folder without images.yaml is told so', async () => {
    await expect(pinImages(join(folder, 'elsewhere'), [unpinned('mainnet')], () => home)).rejects.toThrow(
      'images.yaml cannot be read',
    );
  });
});

describe('a digest that is there', () => {
  const old = withDigests(text, new Map([[`docker.io/${tag}`, sha256('old')]]));
  /** The same modules, where images.yaml has that digest. */
  async function pinned(work: (again: { pin: typeof pinImages; bakery: Bakery; objects: string }) => Promise<void>) {
    await jest.isolateModulesAsync(async () => {
      jest.doMock('../../model/images.yaml', () => ({ __esModule: true, default: old }));
      const { pinImages: pin } = require('../../synth/pin-images') as typeof import('../../synth/pin-images');
      const rendered = require('../kit/rendered') as typeof import('../kit/rendered');
      const bakery = rendered.changedExample('mainnet', onlyOctez);
      await work({ pin, bakery, objects: JSON.stringify(rendered.manifestsOf(bakery)) });
    });
  }

  test('wins over the tag in every container', async () => {
    await pinned(async ({ objects }) => {
      const all = [...objects.matchAll(/"image":"([^"]*)"/g)].map(([, image]) => image);
      const images = all.filter((image) => image.includes('/tezos/tezos:'));
      expect(images.length).toBeGreaterThan(0);
      expect(images.filter((image) => !image.endsWith(`octez-v25.999@${sha256('old')}`))).toEqual([]);
    });
  });

  test('stays when its tag moves, and the tag is said to have moved', async () => {
    const registry = new RegistryStandIn();
    const home = await registry.start();
    const folder = mkdtempSync(join(tmpdir(), 'images-'));
    mkdirSync(join(folder, 'model'));
    writeFileSync(join(folder, FILE), old);
    try {
      await pinned(async ({ pin, bakery }) => {
        registry.tags.set(tag, 'new');
        expect((await pin(folder, [bakery], () => home)).text).toContain(
          `HAS MOVED: pinned ${sha256('old')}, the registry has ${sha256('new')}`,
        );
        registry.tags.set(tag, 'old');
        expect((await pin(folder, [bakery], () => home)).text).toContain('is what was pinned');
        expect(readFileSync(join(folder, FILE), 'utf8')).toBe(old);
      });
    } finally {
      await registry.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
