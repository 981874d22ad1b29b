import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { permanentFacts } from '../../model/permanent-facts';
import { homePage } from '../../model/site';
import { CONTENT_SECURITY_POLICY } from '../../programs/site-builder/site-builder.contract';
import {
  broughtAlong,
  byBackerei,
  payingMainnet,
  publishing,
  publishingCarthagenet,
  publishingMainnet,
} from '../kit/paying';
import { changedExample, find, manifestsOf } from '../kit/rendered';
import { ROOT } from '../kit/root';

const mainnet = publishingMainnet();
const objects = manifestsOf(mainnet);
type Manifests = typeof objects;
const jobOf = (manifests: Manifests) => find(manifests, 'CronJob', 'payout-site').spec;
const podOf = (manifests: Manifests) => jobOf(manifests).jobTemplate.spec.template.spec;
const configOf = (manifests: Manifests) =>
  JSON.parse(find(manifests, 'ConfigMap', 'site-builder-config').data['site-builder.json']);
const guardConfig = (manifests: Manifests) =>
  JSON.parse(find(manifests, 'ConfigMap', 'payout-guard-config').data['payout-guard.json']);
const [builder] = podOf(objects).containers;

describe('the site builder', () => {
  test('is told whose payouts to show, and where they are', () => {
    expect(configOf(objects)).toEqual({
      chain: { id: 'NetXdQprcVkpaWU' },
      bakers: [{ name: 'example', address: 'tz2UfiRX69g7KURzP9JDfT4tig1o458EsMQU' }],
      records: 'http://payout-guard:8080',
      history: [],
      bucket: 'mainnet-site-example-bakery',
      address: { domain: { name: 'payouts.example.org' } },
      explorer: 'https://tzkt.io',
      indexer: { name: 'TzKT', url: 'https://tzkt.io' },
      work: '/work',
      jekyll: '/usr/bin/jekyll',
    });
  });

  test('is told of what was paid before, and reads it from the archive bucket', () => {
    const reports = { ...broughtAlong, from: { tezpay: { folder: 'tezpay/reports/' } } };
    const backerei = { baker: 'example', from: { backerei: { object: 'backerei/payouts.json', paid: 'estimated' } } };
    const { history, archive } = configOf(manifestsOf(publishingMainnet({ history: [reports, backerei] })));
    expect(history).toEqual([
      { baker: 'example', tezpay: { folder: 'tezpay/reports' } },
      { baker: 'example', backerei: { object: 'backerei/payouts.json', paid: 'estimated' } },
    ]);
    expect(archive).toBe('mainnet-archive-example-bakery');
  });

  test('takes a theme by its checksum, and links to an explorer of your choice', () => {
    const sum = '0123456789abcdef'.repeat(4);
    const archive = 'https://example.org/theme.tar.gz';
    const own = publishingMainnet({
      theme: { archive, checksum: `sha256:${sum}` },
      explorer: 'https://explorer.example.org/tezos',
    });
    expect(configOf(manifestsOf(own))).toMatchObject({
      theme: { archive, sha256: sum },
      explorer: 'https://explorer.example.org/tezos',
    });
  });

  test('of a bakery without a domain makes pages for the address of the bucket', () => {
    const carthagenet = publishingCarthagenet();
    const config = configOf(manifestsOf(carthagenet));
    expect(config.address).toEqual({ bucketOnly: {} });
    expect(homePage(carthagenet.name, carthagenet.settings)).toBe(
      `https://storage.googleapis.com/${config.bucket}/index.html`,
    );
    expect(config).not.toHaveProperty('explorer'); // of that chain there is none
    expect(config).not.toHaveProperty('indexer'); // Backerei asks the chain
  });

  test('thanks the indexer from which tezpay had its numbers, though another engine pays now', () => {
    const credit = (history: object[]) =>
      configOf(manifestsOf(changedExample('mainnet', [...byBackerei(), ...publishing({ history })]))).indexer;
    expect(credit([broughtAlong])).toEqual({ name: 'TzKT', url: 'https://tzkt.io' });
    expect(credit([])).toBeUndefined();
  });
});

describe('its pod', () => {
  const pod = podOf(objects);

  test('mounts no disk that lasts and no Secret, and has no token of Kubernetes', () => {
    const kinds = pod.volumes.map(({ name: _, ...volume }: any) => Object.keys(volume)[0]);
    expect(new Set(kinds)).toEqual(new Set(['configMap', 'emptyDir']));
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(JSON.stringify(pod)).not.toMatch(/secret/i);
  });

  test('acts as a Google account that no other pod has', () => {
    const account = (name: string) => find(objects, 'ServiceAccount', name).metadata.annotations;
    expect(pod.serviceAccountName).toBe('payout-site');
    expect(account('payout-site')).toMatchObject({
      'iam.gke.io/gcp-service-account': 'mainnet-site@example-bakery.iam.gserviceaccount.com',
    });
    expect(account('payout-guard')).not.toEqual(account('payout-site'));
  });

  test('is alone, begins no second time, and is gone within the hour, however long a theme loops', () => {
    expect(jobOf(objects).concurrencyPolicy).toBe('Forbid');
    expect(jobOf(objects).schedule).toMatch(/^\d+ \* \* \* \*$/);
    expect(jobOf(objects).jobTemplate.spec.backoffLimit).toBe(0);
    expect(pod).toMatchObject({ restartPolicy: 'Never', activeDeadlineSeconds: 3300 });
    expect(pod.containers).toHaveLength(1);
    expect(pod.initContainers).toBeUndefined();
  });

  test('has room on the disk of its node for a whole site, which the node keeps for it', () => {
    const [work] = pod.volumes.filter(({ name }: any) => name === 'work');
    expect(work.emptyDir).toEqual({ sizeLimit: '4Gi' });
    expect(builder.resources.requests['ephemeral-storage']).toBe('4160Mi');
    expect(builder.resources.limits).toEqual({ memory: '1Gi' });
  });

  test('finds the records at payout-guard, which opens them to nobody where nothing is published', () => {
    const ports = (manifests: Manifests) =>
      find(manifests, 'Service', 'payout-guard').spec.ports.map((each: any) => each.name);
    expect(ports(objects)).toContain('records');
    expect(guardConfig(objects).listen.records).toEqual({ port: 8080 });
    expect(ports(manifestsOf(payingMainnet()))).not.toContain('records');
  });

  test('is there once the key of a wallet is known, and not before', () => {
    const site = { domain: { name: 'payouts.example.org' } };
    const jobs = manifestsOf(changedExample('mainnet', [[['site'], site]])).filter(({ kind }) => kind === 'CronJob');
    expect(jobs).toEqual([]);
  });
});

describe('its image', () => {
  const dockerfile = readFileSync(join(ROOT, 'charts/payout-site/image/Dockerfile'), 'utf8');

  test('is the one of the Dockerfile, by its hash', () => {
    expect(builder.image).toMatch(/\/mainnet-images\/payout-site:[0-9a-f]{16}$/);
  });

  test('has what the builder calls where it is told to be, and starts Node as every program of ours is started', () => {
    const packages = /apt-get install --yes --no-install-recommends (.*) \\$/m.exec(dockerfile)?.[1]?.split(' ') ?? [];
    expect(packages).toEqual(['ca-certificates', 'jekyll', 'nodejs', 'ruby-jekyll-feed', 'ruby-jekyll-seo-tag']);
    expect(dockerfile).toContain(`ln -s /usr/bin/node ${builder.command[0]}`);
    expect(builder.command.at(-1)).toBe('/usr/local/bin/site-builder.mjs');
  });

  test('is one stage of Debian, and runs as nobody', () => {
    expect(dockerfile.match(/^FROM /gm)).toHaveLength(1);
    expect(dockerfile).toMatch(/^ARG BASE=docker\.io\/library\/debian:\d+-slim$/m);
    expect(dockerfile).toMatch(/^USER 65532:65532$/m);
  });
});

test("the header's policy is that of the pages, and keeps others from showing them inside of theirs", () => {
  expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
  expect(CONTENT_SECURITY_POLICY).not.toContain('frame-ancestors'); // which a page cannot say of itself
});

test('its domain, and the names of bakers in its addresses, are permanent: delegators have links to them', () => {
  const lines = permanentFacts(mainnet).filter((line) => line.startsWith('site'));
  expect(lines).toEqual(['site payouts.example.org', 'site-baker example']);
  expect(permanentFacts(payingMainnet()).filter((line) => line.startsWith('site'))).toEqual([]);
});
