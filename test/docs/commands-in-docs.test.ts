import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { reasons } from '../../programs/agent/agent.contract';
import { sayTo } from '../../programs/guard/control';
import { dayOne } from '../../synth/day-one';
import { ROOT } from '../kit/root';
import { filesBelow, userProject } from '../kit/user-project';
import { type Command, commandsOf, inlineCode, page } from './pages';
import { readersBakery, readersFile, yamlOf } from './reader';
import { wrongWords } from './words-at-home';

const FIRST_DAY = 'docs/signers-at-home.md';
const KEYS = 'docs/keys.md';
const CHECK_LIST = 'docs/hardware-check.md';

const [firstDay] = yamlOf(FIRST_DAY);
const reader = readersBakery(firstDay);
/** What the reader of the pages has, and types in. */
const project = userProject([readersFile(firstDay)]);
const all = [FIRST_DAY, KEYS].flatMap((path) => commandsOf(path));
const titled = (commands: readonly Command[]) => [...new Set(commands.map(({ text }) => text))];

beforeAll(() => {
  expect(project.synth()).toMatchObject({ status: 0 });
});

describe('commands that a test runs', () => {
  const proofs: readonly [RegExp, (command: string, found: RegExpExecArray) => unknown][] = [
    [/^npm run synth$/, () => expect(project.synth()).toMatchObject({ status: 0 })],
    [
      /^npm run day-one -- (\S+)$/,
      (_, [, name]) => expect(project.tezosBakery('day-one', name)).toMatchObject({ status: 0 }),
    ],
    [/^(rm|cp) .*bootfs/, (command) => expect(cardCommands()).toContain(command)],
    [/^\(cd dist\/signer && (ansible-playbook .*)\)$/, (_, [, command]) => ansible(command)],
    [/^kubectl (.*)$/, (command) => kubectl(command)],
  ];

  test.each(titled(all.filter(({ needsHardware }) => !needsHardware)))('%s', async (command) => {
    const [proof, found] = proofs.flatMap(([form, prove]) => {
      const match = form.exec(command);
      return match ? [[prove, match] as const] : [];
    })[0] ?? [() => expect(`${command}: nothing proves it; mark its block with # hardware, or prove it`).toBe(''), []];
    await proof(command, found as RegExpExecArray);
  });
});

test('the commands for a card put on it what the machine reads, and again after a change', () => {
  const card = join(project.folder, 'card');
  mkdirSync(card);
  const copy = () => {
    const script = cardCommands().join('\n').replaceAll('/media/$USER/bootfs', card);
    execFileSync('/bin/sh', ['-euc', script], { cwd: project.folder });
  };
  copy();
  const first = filesBelow(card);
  expect(Object.keys(first)).toEqual(expect.arrayContaining(['user-data', 'network-config', 'meta-data']));
  const machine = Object.entries(filesBelow(join(project.folder, 'dist/signer')));
  for (const [path, text] of machine) expect([path, first[`tezos-bakery/${path}`]]).toEqual([path, text]);
  expect(first['user-data']).toContain('SIGNER=attic');
  copy();
  expect(filesBelow(card)).toEqual(first);
});

test('what the page has a reader type on the first day is what day-one prints', () => {
  const printed = dayOne(reader, [reader])
    .split('\n')
    .map((line) => line.replace(/ # (->|the card of) .*$/, ''));
  const atDesk = all.map(({ text }) => text).filter((text) => /bootfs|^ssh .*"|^kubectl apply|site\.yml\)$/.test(text));
  expect(atDesk.length).toBeGreaterThan(4);
  const onLater = /--limit/; // of a change, which is not of the first day
  expect([...new Set(atDesk)].filter((text) => !onLater.test(text) && !printed.includes(text))).toEqual([]);
});

test('what the page has a reader type at a signer is what the signer itself prints', () => {
  const steps = readFileSync(join(ROOT, 'signer/next-steps.j2'), 'utf8');
  const printed = [...steps.matchAll(/^ {2}(sudo .*)$/gm)].map(([, line]) => line);
  const forms = printed.map(
    (line) =>
      new RegExp(
        `^${line
          .split(/\{\{.*?\}\}/)
          .map(escaped)
          .join('\\S+')}$`,
      ),
  );
  const typed = all.map(({ text }) => text).filter((text) => text.startsWith('sudo '));
  expect(typed.length).toBeGreaterThan(1);
  expect(typed.filter((text) => !forms.some((form) => form.test(text)))).toEqual([]);
});

describe('commands that need the hardware', () => {
  const marked = titled(all.filter(({ needsHardware }) => needsHardware));

  test.each(marked)('%s: its program takes these words', (command) => {
    expect(wrongWords(command)).toEqual([]);
  });

  test('are all of a kind whose words are looked at', () => {
    expect(marked.filter((each) => !/octez-(client|signer) |journalctl |id_ed25519\.pub/.test(each))).toEqual([]);
  });

  test('the check-list says it of all of its commands, and names nothing that is not there', () => {
    expect(page(CHECK_LIST)).toContain('**Every command here needs the hardware.**');
    expect(inlineCode(CHECK_LIST).flatMap(wrongWords)).toEqual([]);
  });

  test('a wrong option, an unknown unit, metric, variable or path would be found', () => {
    const wrong = [
      'octez-client setup ledger to bake for example --main-hmw 9',
      'octez-signer stake 9 for example',
      'sudo journalctl --unit octez-singer --follow',
      'signer-powre',
      'signer_agent_mains',
      'ansible-playbook --inventory mainnet/inventory.yml --extra-vars power_low_percnt=9 site.yml',
      'ls /var/lib/octez-sinner',
    ];
    expect(wrong.filter((each) => wrongWords(each).length === 0)).toEqual([]);
  });
});

function cardCommands(): string[] {
  return all.map(({ text }) => text).filter((text) => text.includes('bootfs'));
}

/** Inventory, machine and playbook are there; where Ansible is, it reads them. */
function ansible(command: string): void {
  const [, inventory, limit, playbook] =
    /^ansible-playbook --inventory (\S+)(?: --limit (\S+))? (\S+)$/.exec(command) ?? [];
  const folder = join(project.folder, 'dist/signer');
  expect(existsSync(join(folder, playbook))).toBe(true);
  const { hosts } = parse(readFileSync(join(folder, inventory), 'utf8'), { version: '1.1' }).all;
  expect(Object.keys(hosts)).toEqual(expect.arrayContaining(limit === undefined ? ['attic', 'cellar'] : [limit]));
  const isThere = (process.env.PATH ?? '').split(delimiter).some((each) => existsSync(join(each, 'ansible-playbook')));
  if (!isThere) return;
  const { status, stderr } = spawnSync('/bin/sh', ['-c', `${command} --syntax-check`], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
}

/** What it names is in the rendered objects; what it says to the guard is a word that the guard knows. */
async function kubectl(command: string): Promise<void> {
  const files = project.dist();
  const rest = command.replace(/^kubectl /, '');
  const [, folder] = /^apply -k (\S+)$/.exec(rest) ?? [];
  if (folder) return void expect(files[`${folder.replace('dist/', '')}/kustomization.yaml`]).toBeDefined();
  const [, namespace, verb, pod, more] = /^-n (\S+) (exec|logs|get pod|delete pod) (\S+)-0(?: (.*))?$/.exec(rest) ?? [];
  const set = Object.entries(files)
    .filter(([path]) => path.startsWith('charts/mainnet/') && path.endsWith('.k8s.yaml'))
    .flatMap(([, text]) => text.split(/^---$/m).map((each) => parse(each)))
    .find(
      (each) => each?.kind === 'StatefulSet' && each.metadata.name === pod && each.metadata.namespace === namespace,
    );
  expect([pod, set?.kind]).toEqual([pod, 'StatefulSet']);
  const containers: { name: string }[] = set.spec.template.spec.containers;
  if (verb === 'exec') await expect(sayTo('/nowhere', more.replace('-- guard ', '').split(' '))).rejects.toThrow();
  if (verb === 'logs') expect(containers.map(({ name }) => name)).toContain(/^-c (\S+)$/.exec(more)?.[1]);
  if (verb === 'get pod') {
    const [, name, field] = /containers\[\?\(@\.name=="(\w+)"\)\]\.(\w+)\}'$/.exec(more) ?? [];
    expect(containers.find((each) => each.name === name)).toMatchObject({
      [field]: expect.arrayContaining(['example']),
    });
  }
}

test('every reason of the docs is one that the agent has', () => {
  const row = /^\| 13 \|.*$/m.exec(page(CHECK_LIST))?.[0] ?? '';
  const told = [...(row.split('is 1 for')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word);
  expect(told.length).toBeGreaterThan(2);
  expect(told.filter((word) => !Object.keys(reasons).includes(word))).toEqual([]);
});

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
