import { generateKeyPairSync } from 'node:crypto';
import { b58Encode, getPkhfromPk, PrefixV2 } from '@taquito/utils';
import { apiNames } from '../../infra/project-services';
import type { Bakery } from '../../model/bakery';
import { publicKeyOfPem } from '../../model/tezos/pem';
import { dayOne } from '../../synth/day-one';
import { created, kms } from '../infra/terraform';
import { bakeriesOf, smallest, smallestFile } from '../kit/bakeries';
import { madeKey } from '../kit/made-keys';

/** The commands in order, without the titles. */
function commandsOf(bakery: Bakery, all: readonly Bakery[] = [bakery]): string[] {
  return dayOne(bakery, all)
    .split('\n')
    .filter((line) => line !== '' && !/^# \d+\. /.test(line));
}

function indexOf(commands: readonly string[], words: string): number {
  const index = commands.findIndex((command) => command.includes(words));
  expect([words, index]).not.toEqual([words, -1]);
  return index;
}

test('all APIs are on, in one command that Google takes, before anything asks one of them', () => {
  const commands = commandsOf(smallest());
  const [enable, ...others] = commands.filter((command) => command.includes('services enable'));
  expect(others).toEqual([]);
  expect(apiNames.every((name) => enable.includes(` ${name}.googleapis.com `))).toBe(true);
  expect(apiNames.length).toBeLessThanOrEqual(20);
  for (const later of [
    'compute regions describe',
    'services identity create',
    'storage buckets create',
    'cdktf deploy',
  ]) {
    expect(indexOf(commands, later)).toBeGreaterThan(commands.indexOf(enable));
  }
});

test("GKE's agent exists before it is granted a key", () => {
  const commands = commandsOf(smallest());
  const agent = indexOf(commands, 'services identity create --service=container.googleapis.com');
  expect(agent).toBeLessThan(indexOf(commands, 'cdktf deploy'));
});

test('the quota of all regions together is shown too', () => {
  expect(commandsOf(smallest()).join('\n')).toContain(
    'gcloud compute project-info describe --project=smallest-project',
  );
});

test('the checksums of the provider are noted beside the stack, and committed, before the first deploy', () => {
  const commands = commandsOf(smallest());
  const lock = indexOf(commands, 'terraform -chdir=dist/infra/stacks/smallest providers lock -platform=linux_amd64');
  const commit = indexOf(commands, 'git add dist/infra/stacks/smallest/.terraform.lock.hcl');
  expect(lock).toBeLessThan(commit);
  expect(commit).toBeLessThan(indexOf(commands, 'cdktf deploy'));
});

test('a project that the stack creates is there with one deploy', () => {
  const commands = commandsOf(smallest(created));
  expect(commands.filter((command) => command.startsWith('npx cdktf deploy'))).toHaveLength(1);
  expect(commands.filter((command) => /services enable|compute regions|project-info/.test(command))).toEqual([]);
});

describe('the second bakery of a project', () => {
  const key = madeKey('tz1', 'second');
  const second = [[['bakers', 0], { name: 'second', ...key }]] as const;
  const [owner, tenant] = bakeriesOf([
    smallestFile([[['google', 'ownsProject'], true]], 'owner'),
    smallestFile([...second], 'tenant'),
  ]);

  test('has its images let in by the stack that owns the project, before a pod of it is made', () => {
    const commands = commandsOf(tenant, [owner, tenant]);
    const own = indexOf(commands, 'npx cdktf deploy tenant');
    const owners = indexOf(commands, 'npx cdktf deploy owner');
    expect(own).toBeLessThan(owners);
    expect(owners).toBeLessThan(indexOf(commands, 'kubectl apply'));
    expect(commandsOf(owner, [owner, tenant]).join('\n')).not.toContain('deploy tenant');
  });

  test('says which images to let in, where another repository owns the project', () => {
    const [alone] = bakeriesOf([smallestFile([[['google', 'ownsProject'], false]])]);
    expect(commandsOf(alone).join('\n')).toContain(
      'google.allowedImages: europe-west4-docker.pkg.dev/smallest-project/smallest-images/**',
    );
  });
});

describe('a key that Cloud KMS makes', () => {
  test('is printed as the bakery file takes it, after it exists', () => {
    const commands = commandsOf(smallest(kms));
    const print = indexOf(commands, '--key=smallest-sign-alice --keyring=smallest-signing');
    expect(commands[print]).toMatch(/ \| npx tezos-bakery public-key$/);
    expect(print).toBeGreaterThan(indexOf(commands, 'cdktf deploy'));
    expect(commandsOf(smallest()).join('\n')).not.toContain('public-key');
  });

  test.each([
    ['secp256k1', PrefixV2.Secp256k1PublicKey],
    ['prime256v1', PrefixV2.P256PublicKey],
  ] as const)('on the curve %s is the Tezos key of the same point', (namedCurve, prefix) => {
    for (let i = 0; i < 8; i++) {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve });
      const { x, y } = publicKey.export({ format: 'jwk' });
      const isOdd = Buffer.from(String(y), 'base64url')[31] % 2;
      const point = Buffer.concat([Buffer.of(2 + isOdd), Buffer.from(String(x), 'base64url')]);
      const expected = b58Encode(point, prefix);
      const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
      expect(publicKeyOfPem(pem)).toEqual({ address: getPkhfromPk(expected), publicKey: expected });
    }
  });

  test('of another curve, or cut short, is none that the bakery file takes', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    expect(publicKeyOfPem(String(publicKey.export({ type: 'spki', format: 'pem' })))).toBeUndefined();
    const ed25519 = generateKeyPairSync('ed25519').publicKey;
    expect(publicKeyOfPem(String(ed25519.export({ type: 'spki', format: 'pem' })))).toBeUndefined();
    expect(publicKeyOfPem('-----BEGIN PUBLIC KEY-----\nMFYw\n-----END PUBLIC KEY-----')).toBeUndefined();
    expect(publicKeyOfPem('')).toBeUndefined();
  });
});
