import fc from 'fast-check';
import { parse } from 'yaml';
import type { Bakery } from '../../model/bakery';
import type { Edit } from '../../model/rules/rule';
import { renderSigners } from '../../signer/main';
import { bakeriesOf, fixtures, smallest } from '../kit/bakeries';
import { madeSshKey } from '../kit/made-keys';
import { randomBakeryFile } from '../kit/random-bakery';

/** As Ansible has it (roles, "Specification format"). */
interface Spec {
  readonly type: 'str' | 'int' | 'bool' | 'path' | 'dict' | 'list';
  readonly required?: boolean;
  readonly choices?: readonly unknown[];
  readonly elements?: Spec['type'];
  readonly options?: Readonly<Record<string, Spec>>;
  readonly mutually_exclusive?: readonly (readonly string[])[];
  readonly required_one_of?: readonly (readonly string[])[];
}

const specs = Object.entries(SIGNER_FILES).flatMap(([path, text]) => {
  const [, role] = /^roles\/(\w+)\/meta\/argument_specs\.yml$/.exec(path) ?? [];
  const options = role === undefined ? {} : (parse(text).argument_specs.main.options as Record<string, Spec>);
  return role === undefined ? [] : [{ role, options }];
});
const known = new Set((SIGNER_FILES['variables.txt'] ?? '').split('\n'));

function isOf(type: Spec['type'], value: unknown): boolean {
  if (type === 'int') return Number.isInteger(value);
  if (type === 'bool') return typeof value === 'boolean';
  if (type === 'list') return Array.isArray(value);
  if (type === 'dict') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === 'string';
}

/** What a role would refuse, each with its place. */
function refusals(value: any, { type, choices, elements, ...spec }: Spec, place: string): string[] {
  if (!isOf(type, value)) return [`${place} is no ${type}`];
  if (choices && !choices.includes(value)) return [`${place} is none of ${choices}`];
  if (type === 'list') {
    return value.flatMap((item: unknown, i: number) => refusals(item, { ...spec, type: elements! }, `${place}[${i}]`));
  }
  return spec.options ? sectionRefusals(value, { type, ...spec }, place) : [];
}

function sectionRefusals(section: Record<string, unknown>, spec: Spec, place: string): string[] {
  const { options = {}, mutually_exclusive: exclusive = [], required_one_of: oneOf = [] } = spec;
  const there = (names: readonly string[]) => names.filter((name) => name in section);
  return [
    ...Object.keys(section).flatMap((name) => (name in options ? [] : [`${place}.${name} is unknown`])),
    ...Object.entries(options).flatMap(([name, its]) => {
      if (name in section) return refusals(section[name], its, `${place}.${name}`);
      return its.required ? [`${place}.${name} is missing`] : [];
    }),
    ...exclusive.flatMap((names) => (there(names).length > 1 ? [`${place} has ${names}`] : [])),
    ...oneOf.flatMap((names) => (there(names).length === 0 ? [`${place} lacks ${names}`] : [])),
  ];
}

/** What the roles would refuse of what the machines of a bakery are told. */
function refused(bakery: Bakery): string[] {
  const text = renderSigners(bakery).get(`signer/${bakery.name}/inventory.yml`);
  const hosts: Record<string, any>[] =
    text === undefined ? [] : Object.values(parse(text, { version: '1.1' }).all.hosts);
  return hosts.flatMap((told) => {
    const unread = Object.keys(told).filter((name) => name.startsWith('signer_') && !known.has(name));
    const asked = specs.filter(({ role }) => role !== 'power' || told.signer_ups !== undefined);
    const wrong = asked.flatMap(({ role, options }) =>
      Object.entries(options).flatMap(([name, spec]) => {
        if (name in told) return refusals(told[name], spec, `${role}: ${name}`);
        return spec.required ? [`${role}: ${name} is missing`] : [];
      }),
    );
    return [...unread.map((name) => `${name} is read by no role`), ...wrong];
  });
}

test('what a machine is told is what its roles take, and nothing else', () => {
  expect(specs.map(({ role }) => role)).toEqual(['agent', 'machine', 'octez_signer', 'power', 'tunnel']);
  const signer = ['custody', 'homes', 'signers', 0];
  const whole: Edit = [
    [[...signer, 'device'], { ledger: { url: 'ledger://quick-brown-lazy-fox/ed25519/0h/0h' } }],
    [[...signer, 'ups'], 'x728'],
    [
      ['custody', 'homes', 'gateway'],
      {
        address: '34.90.1.2',
        hostKey: madeSshKey('host'),
        messageKey: 'MCowBQYDK2VwAyEAsBAZcDS4vxI/u+gHsvBmuHU1jxbwMPAJ3wNocuu9egs=',
      },
    ],
    [
      ['custody', 'homes', 'octezSigner'],
      { version: '25.2', from: { binary: { arm64: `sha256:${'0123456789abcdef'.repeat(4)}` } } },
    ],
  ];
  const apt = { version: '25.2', from: { apt: { key: `sha256:${'0123456789abcdef'.repeat(4)}` } } };
  const bakeries = [
    ...Object.values(fixtures()),
    smallest(),
    smallest(whole),
    smallest([[['custody', 'homes', 'octezSigner'], apt]]),
  ];
  for (const bakery of bakeries) expect(refused(bakery)).toEqual([]);
});

test('so it is whatever the bakery file holds', () => {
  const property = fc.property(randomBakeryFile, (file) => expect(refused(bakeriesOf([file])[0])).toEqual([]));
  fc.assert(property, { seed: 16, numRuns: 30 });
});
