import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROVIDER_VERSION } from '../../model/terraform-outputs';
import { fixtureFiles, smallestFile } from '../kit/bakeries';
import { userProject } from '../kit/user-project';

const MINUTE = 60_000;

const doors = ['synth', 'cdk8sSynth', 'cdktfSynth'] as const;
const broken = { ...smallestFile(), text: smallestFile().text.replace('edpk', 'edpj') };

test.each(doors)(
  '%s renders everything from a folder with bakery files only',
  (door) => {
    const project = userProject(fixtureFiles());
    const answer = project[door]();
    if (door === 'synth') expect(answer.stderr).toBe(''); // the two CLIs may have words of their own
    expect(answer.status).toBe(0);
    const dist = Object.keys(project.dist());
    expect(dist).toContain('infra/stacks/mainnet/cdk.tf.json');
    expect(dist).toContain('charts/mainnet/baker.k8s.yaml');
    expect(dist).toContain('permanent/mainnet.txt');
    expect(dist).toContain('bakery.schema.json');
  },
  MINUTE,
);

test(
  'the three commands leave the same files, byte for byte, wherever the folder lies',
  () => {
    const [first, ...others] = doors.map((door) => {
      const project = userProject(fixtureFiles());
      project[door]();
      return { text: JSON.stringify(project.dist(), null, 1), folder: project.folder };
    });
    for (const other of others) expect(other.text).toBe(first.text);
    for (const { text, folder } of [first, ...others]) expect(text).not.toContain(folder);
  },
  2 * MINUTE,
);

test.each(doors)(
  '%s leaves dist/ as it was when a bakery file has a mistake',
  (door) => {
    const project = userProject(fixtureFiles());
    project.synth();
    const before = project.dist();
    project.write(broken.path, broken.text);
    const answer = project[door]();
    expect(answer.status).toBe(1);
    expect(answer.stdout + answer.stderr).toContain('bakeries/smallest.yaml');
    expect(answer.stdout + answer.stderr).toContain('bakers[0].publicKey');
    expect(project.dist()).toEqual(before);
  },
  MINUTE,
);

test('a mistake in the first run writes nothing at all', () => {
  const project = userProject([broken]);
  expect(project.synth().status).toBe(1);
  expect(existsSync(join(project.folder, 'dist'))).toBe(false);
});

test('a bakery that is gone takes its files with it, but not its past, and nothing of anybody else', () => {
  const project = userProject([smallestFile(), ...fixtureFiles()]);
  project.synth();
  project.write('dist/charts/smallest/notes.md', 'mine');
  project.write('dist/infra/stacks/smallest/.terraform/providers', 'terraform');
  project.remove('bakeries/smallest.yaml');
  expect(project.synth().status).toBe(0);
  const left = Object.keys(project.dist()).filter((path) => path.includes('smallest'));
  expect(left).toEqual([
    'charts/smallest/notes.md',
    'infra/stacks/smallest/.terraform/providers',
    'permanent/smallest.txt',
  ]);
});

test('a second synthesis changes nothing', () => {
  const project = userProject([smallestFile()]);
  project.synth();
  const before = project.dist();
  expect(project.synth().stdout).toContain('0 written, 0 removed');
  expect(project.dist()).toEqual(before);
});

test('without a bakery file the answer says what to do', () => {
  const project = userProject([]);
  const answer = project.synth();
  expect(answer.status).toBe(1);
  expect(answer.stderr).toContain('there is no bakery file; copy one of the examples to bakeries/<name>.yaml');
});

test.each(['other.yml', 'OTHER.YAML', 'mine.yaml.bak', '.yaml'])('%s is not passed over in silence', (name) => {
  const project = userProject([smallestFile()]);
  project.write(`bakeries/${name}`, smallestFile().text);
  expect(project.synth().stderr).toContain(`bakeries/${name}:1: is not read; a bakery file is called <name>.yaml`);
});

describe('a list of permanent names that is not whole stops the synthesis, and every one is named at once', () => {
  const project = userProject([smallestFile(), ...fixtureFiles()]);
  const list = 'dist/permanent/smallest.txt';
  let before: Record<string, string>;
  beforeAll(() => {
    project.synth();
    before = project.dist();
  });
  afterEach(() => {
    for (const [path, text] of Object.entries(before)) project.write(`dist/${path}`, text);
  });

  function mustRefuse(...said: string[]) {
    const then = project.dist();
    const answer = project.synth();
    expect(answer.status).toBe(1);
    for (const words of said) expect(answer.stderr).toContain(words);
    expect(project.dist()).toEqual(then);
  }

  test('missing', () => {
    project.remove('dist/permanent');
    mustRefuse(
      `${list}:1: is missing, although the bakery was rendered before; bring it back: git checkout -- ${list}`,
      'dist/permanent/mainnet.txt:1: is missing',
      'or, if it never was a bakery of yours, move dist/charts/mainnet and dist/infra/stacks/mainnet away',
    );
  });

  test('missing, with the list of all stacks alone, or nothing but the schema beside it', () => {
    for (const path of ['permanent', 'charts', 'infra/stacks']) project.remove(`dist/${path}`);
    mustRefuse(`${list}:1: is missing`, 'dist/permanent/mainnet.txt:1: is missing');
    project.write('dist/infra/manifest.json', `<<<<<<< ours\n${project.read('dist/infra/manifest.json')}`);
    mustRefuse(`${list}:1: is missing`, 'dist/permanent/mainnet.txt:1: is missing');
    project.remove('dist/infra');
    mustRefuse('dist/permanent:1: holds no list, although something was rendered before');
  });

  test("missing, beside somebody's own charts", () => {
    project.write('dist/charts/mine/x.k8s.yaml', 'mine');
    const [missing, away] = [
      'dist/permanent/mine.txt:1: is missing',
      'if it never was a bakery of yours, move dist/charts/mine away',
    ];
    mustRefuse(missing, away);
    project.remove('dist/charts/mine');
  });

  test('missing, with the stack alone or the charts alone beside it', () => {
    project.remove('dist/permanent');
    project.remove('dist/charts/smallest');
    project.remove('dist/infra/stacks/mainnet');
    mustRefuse(`${list}:1: is missing`, 'dist/permanent/mainnet.txt:1: is missing');
  });

  test('empty, cut short, changed, another one, unreadable', () => {
    const text = before['permanent/smallest.txt'];
    project.write(list, '');
    project.write('dist/permanent/mainnet.txt', before['permanent/mainnet.txt'].slice(0, 2000));
    project.write('dist/permanent/bakingnet.txt', before['permanent/bakingnet.txt'].replace(/^key .*\n/m, ''));
    project.write('dist/permanent/renamed.txt', text);
    project.remove('dist/permanent/carthagenet.txt');
    mkdirSync(join(project.folder, 'dist/permanent/carthagenet.txt'));
    const answer = project.synth();
    expect(answer.status).toBe(1);
    for (const words of [
      `${list}:1: is empty; bring it back: git checkout -- ${list}`,
      'dist/permanent/mainnet.txt:1: is cut short; bring it back',
      'dist/permanent/bakingnet.txt:1: was changed by hand, or by a merge; bring it back',
      'dist/permanent/renamed.txt:1: is the list of the bakery smallest; bring it back',
      'dist/permanent/carthagenet.txt:1: cannot be read (EISDIR); bring it back',
    ])
      expect(answer.stderr).toContain(words);
    project.remove('dist/permanent/carthagenet.txt');
    project.remove('dist/permanent/renamed.txt');
  });
});

test('a bakery that is renamed keeps its name, or says that the old one is shut down', () => {
  const project = userProject([smallestFile()]);
  project.synth();
  project.remove('bakeries/smallest.yaml');
  const renamed = smallestFile([], 'renamed');
  project.write(renamed.path, renamed.text);
  const answer = project.synth();
  expect(answer.status).toBe(1);
  expect(answer.stderr).toContain('the bakery smallest is gone from bakeries/, and this one has its key tz1WpEr7b');
  const line = /\{line: "([^"]+)", reason: \.\.\.\}/.exec(answer.stderr)?.[1];
  const said = smallestFile([[['acknowledge'], [{ line, reason: 'shut down' }]]], 'renamed');
  project.write(said.path, said.text);
  expect(project.synth().status).toBe(0);
  expect(Object.keys(project.dist())).not.toContain('permanent/smallest.txt');
});

test('a rename in two steps is still one', () => {
  const project = userProject([smallestFile(), ...fixtureFiles()]);
  project.synth();
  project.remove('bakeries/smallest.yaml');
  expect(project.synth().stdout).toContain('dist/permanent/smallest.txt stays');
  expect(project.synth().stdout).toContain('0 written, 0 removed');
  const renamed = smallestFile([], 'renamed');
  project.write(renamed.path, renamed.text);
  const answer = project.synth();
  expect(answer.status).toBe(1);
  expect(answer.stderr).toContain('the bakery smallest is gone from bakeries/, and this one has its key tz1WpEr7b');
});

const LOCK = 'stacks/mainnet/.terraform.lock.hcl';
/** As Terraform writes it. */
const lock = (version: string) => `provider "registry.terraform.io/hashicorp/google" {
  version     = "${version}"
  constraints = "${version}"
  hashes = [
    "h1:cSmhBNSahRRMN+aocTFtzmJWiC+Rlflrd3zmo4FcWNE=",
  ]
}
`;
const FOREIGN = 'stacks/foreign/terraform.tfstate';

test(
  'cdktf synth goes through after a bakery is gone, and leaves what others have in dist/',
  () => {
    const project = userProject([smallestFile(), ...fixtureFiles()]);
    expect(project.cdktfSynth().status).toBe(0);
    project.write('.cdktf/stacks/smallest/.terraform/providers', 'made again');
    project.remove('bakeries/smallest.yaml');
    expect(project.cdktfSynth()).toMatchObject({ status: 0 });
    expect(existsSync(join(project.folder, '.cdktf/stacks/smallest'))).toBe(false);
    const left = Object.keys(project.dist()).filter((path) => path.includes('smallest'));
    expect(left).toEqual(['permanent/smallest.txt']); // what remembers its keys
    project.write(`dist/infra/${FOREIGN}`, 'mine');
    expect(project.cdktfSynth().status).toBe(0);
    expect(project.dist()[`infra/${FOREIGN}`]).toBe('mine');
  },
  2 * MINUTE,
);

test(
  'cdktf synth stops where the CLI would delete a state that is not ours',
  () => {
    const project = userProject([smallestFile()]);
    project.write(`.cdktf/${FOREIGN}`, 'mine');
    const answer = project.cdktfSynth();
    expect(answer.status).toBe(1);
    expect(answer.stdout + answer.stderr).toContain('the cdktf CLI would delete it with terraform.tfstate');
    expect(project.read(`.cdktf/${FOREIGN}`)).toBe('mine');
    expect(existsSync(join(project.folder, 'dist/charts'))).toBe(false);
  },
  MINUTE,
);

describe('no CLI works in dist/, where it deletes what is not its own', () => {
  const project = userProject([smallestFile()]);
  beforeAll(() => project.synth());
  const behind = (door: string, more: NodeJS.ProcessEnv) => project.tezosBakeryWith(more, door);

  test.each(['dist', 'dist/charts', './dist/x', '.', '..'])('cdk8s, which has emptied %s by then', (output) => {
    const { status, stderr } = behind('cdk8s', { CDK8S_OUTDIR: output });
    expect(status).toBe(1);
    expect(stderr).toContain('cdk8s.yaml:1: output is "');
    expect(stderr).toContain('write ".cdk8s"');
    expect(stderr).toMatch(/the CLI has emptied \S+ before it started this; take it back: git checkout -- dist/);
    expect(stderr).not.toContain('as it was');
  });

  test.each(['dist', 'dist/infra', '.'])('cdktf, in %s', (output) => {
    const { status, stderr } = behind('cdktf', { CDKTF_OUTDIR: output });
    expect(status).toBe(1);
    expect(stderr).toContain('cdktf.json:1: output is "');
    expect(stderr).toContain('write ".cdktf"');
    expect(stderr).toContain('dist/ is as it was');
  });

  test('a folder that nobody can make ends in a sentence', () => {
    const { status, stderr } = behind('cdktf', { CDKTF_OUTDIR: '/proc/none' });
    expect(status).toBe(1);
    expect(stderr).toContain('/proc/none');
    expect(stderr).not.toContain('defect');
  });
});

test(
  'cdktf deploy runs Terraform in the folder whose outputs the printed commands ask for, with the committed checksums',
  () => {
    const project = userProject(fixtureFiles());
    // A stand-in that notes where it is started.
    project.write('terraform', '#!/bin/sh\necho "$1 in $PWD" >>"$RUNS"\n[ "$1" != output ] || echo {}\n');
    chmodSync(join(project.folder, 'terraform'), 0o755);
    project.write(`dist/infra/${LOCK}`, lock(PROVIDER_VERSION));
    const answer = project.cdktf(['deploy', 'mainnet', '--auto-approve'], {
      RUNS: join(project.folder, 'runs'),
      TERRAFORM_BINARY_NAME: join(project.folder, 'terraform'),
    });
    expect(answer.stdout).toContain('terraform -chdir=.cdktf/stacks/mainnet output -raw dal_p2p_address');
    expect(project.read('runs')).toContain(`apply in ${project.folder}/.cdktf/stacks/mainnet\n`);
    for (const folder of ['.cdktf', 'dist/infra'])
      expect(project.read(`${folder}/${LOCK}`)).toBe(lock(PROVIDER_VERSION));
    expect(project.read('.cdktf/stacks/mainnet/cdk.tf.json')).toBe(project.dist()['infra/stacks/mainnet/cdk.tf.json']);
  },
  MINUTE,
);

test(
  'cdktf takes no provider that nobody has committed the checksums of',
  () => {
    const project = userProject(fixtureFiles());
    project.write(`dist/infra/${LOCK}`, lock('6.50.0'));
    const answer = project.cdktfSynth();
    expect(answer.status).toBe(1);
    expect(answer.stdout + answer.stderr).toContain(
      `dist/infra/${LOCK}:1: has no checksums of version ${PROVIDER_VERSION} of the Google provider`,
    );
    expect(project.synth().status).toBe(0);
    expect(project.read(`dist/infra/${LOCK}`)).toBe(lock('6.50.0'));
  },
  MINUTE,
);
