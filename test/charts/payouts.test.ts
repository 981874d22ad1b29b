import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { share } from '../../charts/payouts/tezpay-config';
import { kmsPatience } from '../../model/tezos/signatory';
import { madeKey } from '../kit/made-keys';
import { byBackerei, byTezpay, payingCarthagenet, payingMainnet, wallet } from '../kit/paying';
import { changedExample, find, manifestsOf } from '../kit/rendered';

const mainnet = payingMainnet();
const objects = manifestsOf(mainnet);
const jobOf = (manifests: typeof objects, name: string) => find(manifests, 'CronJob', name).spec.jobTemplate.spec;
const job = jobOf(objects, 'payouts-example');
const pod = job.template.spec;
const filesOf = (manifests: typeof objects) => find(manifests, 'ConfigMap', 'payouts-example').data;
const fileOf = (manifests: typeof objects, name: string) => JSON.parse(filesOf(manifests)[name]);
const guardOf = (manifests: typeof objects) => find(manifests, 'StatefulSet', 'payout-guard').spec.template.spec;
const guardConfig = (manifests: typeof objects) =>
  JSON.parse(find(manifests, 'ConfigMap', 'payout-guard-config').data['payout-guard.json']);
const names = (containers: { name: string }[] = []) => containers.map(({ name }) => name);

describe('a run', () => {
  test('computes, has it checked, and only then sends what was approved', () => {
    expect(names(pod.initContainers)).toEqual(['compute-0', 'compute-1', 'compute-2', 'preflight']);
    expect(names(pod.containers)).toEqual(['pay', 'verdict']);
    const written = pod.initContainers.slice(0, 3).map(({ command }: any) => command.at(-1));
    const { computed, approved } = fileOf(objects, 'preflight.json');
    expect(computed).toEqual(written);
    expect(pod.containers[0].command.slice(-5)).toEqual(['pay', '--confirm', '--from-file', approved, '--silent']);
  });

  test('fails where a cycle was not paid, though others were: what says so is beside the engine, and sees what preflight wrote', () => {
    const [preflight, [, verdict]] = [pod.initContainers[3], pod.containers];
    expect(verdict.command).toEqual([...preflight.command, '--verdict']);
    expect(preflight.volumeMounts).toEqual(expect.arrayContaining(verdict.volumeMounts));
    const { problems } = fileOf(objects, 'preflight.json');
    const seen = verdict.volumeMounts.filter(({ mountPath }: any) => problems.startsWith(`${mountPath}/`));
    expect(names(seen)).toEqual(['problems']);
    expect(pod.restartPolicy).toBe('Never');
  });

  test('knows the caps, whom the file names for a delegator, and what tezpay may find too small once it takes off fees', () => {
    const [delegator, recipient] = [madeKey('tz1', 'delegator').address, madeKey('tz1', 'recipient').address];
    const exceptions = [
      { address: delegator, recipient },
      { address: recipient, feePercent: 1 },
    ];
    const feesPaidBy = { delegators: { feeWindowMutez: 70_000 } };
    const manifests = manifestsOf(
      payingMainnet({ feesPaidBy, minimumTez: 0.01, wallets: [{ ...wallet('example'), exceptions }] }),
    );
    expect(fileOf(manifests, 'preflight.json')).toMatchObject({
      ...{ mostPerCycle: '2000000000', mostPerDay: '4000000000', mayLeaveOut: '80000' },
      recipients: [{ delegator, recipient }],
    });
    expect(fileOf(objects, 'preflight.json')).toMatchObject({ mayLeaveOut: '0', recipients: [] });
  });

  test('looks at the last cycle and those before it, by the words that tezpay has for them', () => {
    const cycles = pod.initContainers.slice(0, 3).map(({ command }: any) => command.slice(4, 6));
    expect(cycles).toEqual([0, -1, -2].map((back) => ['generate-payouts', `--cycle=${back === 0 ? '0' : back}`]));
  });

  test('is asked for nothing by anybody, and remembers nothing of the one before', () => {
    for (const { command, env } of [...pod.initContainers.slice(0, 3), pod.containers[0]]) {
      expect(command.slice(0, 4)).toEqual(['/tezpay-bin/tezpay', '--path', '/work', '--disable-donation-prompt']);
      expect(env).toContainEqual({ name: 'REPORTS_DIRECTORY', value: '/work/reports' });
    }
    expect(pod.volumes.find(({ name }: any) => name === 'work').emptyDir.medium).toBe('Memory');
    expect(pod.volumes.filter((volume: any) => volume.persistentVolumeClaim || volume.secret)).toEqual([]);
  });

  test('that is dry has no container that could send', () => {
    const dry = manifestsOf(payingMainnet({ dryRun: true }));
    const template = jobOf(dry, 'payouts-example').template.spec;
    expect(names(template.initContainers)).toEqual(['compute-0', 'compute-1', 'compute-2']);
    expect(names(template.containers)).toEqual(['preflight']);
    expect(fileOf(dry, 'preflight.json').dryRun).toBe(true);
    const byDefault = manifestsOf(payingMainnet({ dryRun: undefined }));
    expect(names(jobOf(byDefault, 'payouts-example').template.spec.containers)).toEqual(['preflight']);
  });

  test('overlaps with no other, and is gone within the hour', () => {
    const { schedule, concurrencyPolicy } = find(objects, 'CronJob', 'payouts-example').spec;
    expect(schedule).toMatch(/^\d+ \* \* \* \*$/);
    expect(concurrencyPolicy).toBe('Forbid');
    expect(job).toMatchObject({ backoffLimit: 0, podReplacementPolicy: 'Failed' });
    expect(pod).toMatchObject({ restartPolicy: 'Never', activeDeadlineSeconds: 3300 });
  });

  test('of each baker is its own, at its own minute, whatever the order of the file', () => {
    const two = (bakers: string[]) =>
      manifestsOf(
        changedExample('mainnet', [
          [['bakers', 1], { ...mainnet.settings.bakers[0], name: 'second' }],
          ...byTezpay({ wallets: bakers.map((name) => wallet(name)) }),
        ]),
      ).filter(({ metadata }) => metadata.namespace === 'mainnet-payouts');
    const inOrder = two(['example', 'second']);
    const jobs = inOrder.filter(({ kind }) => kind === 'CronJob').map(({ metadata }) => metadata.name);
    expect(jobs.sort()).toEqual(['payouts-example', 'payouts-second', 'reveal-example', 'reveal-second']);
    expect(two(['second', 'example'])).toEqual(inOrder);
  });

  test('makes a key known to the chain only when a person says so', () => {
    expect(find(objects, 'CronJob', 'reveal-example').spec.suspend).toBe(true);
    expect(names(jobOf(objects, 'reveal-example').template.spec.containers)).toEqual(['reveal']);
  });
});

describe('tezpay is told', () => {
  const config = fileOf(objects, 'config.hjson');

  test('to pay exactly what it has computed: the baker pays fees and storage', () => {
    expect(config.payouts).toMatchObject({
      fee: 0.05,
      baker_pays_transaction_fee: true,
      baker_pays_allocation_fee: true,
      wallet_mode: 'remote-signer',
    });
    expect(guardConfig(objects).wallets[0].feeWindow).toBe('0');
  });

  test('shares of which it takes every hundredth of a percent that was written', () => {
    // As it cuts them off (utils/math.go), which makes 0.28 percent of 0.0029.
    const taken = (percent: number) => Math.floor(share(percent) * 10_000) / 100;
    const all = Array.from({ length: 10_001 }, (_, i) => i / 100);
    expect(all.map(taken)).toEqual(all);
    expect([share(5), share(0), share(100), share(0.29)]).toEqual([0.05, 0, 1, 0.00290001]);
  });

  test('that delegators pay fees, and then payout-guard bears as much less', () => {
    const theirs = manifestsOf(payingMainnet({ feesPaidBy: { delegators: { feeWindowMutez: 70_000 } } }));
    expect(fileOf(theirs, 'config.hjson').payouts).toMatchObject({
      baker_pays_transaction_fee: false,
      baker_pays_allocation_fee: false,
    });
    expect(guardConfig(theirs).wallets[0].feeWindow).toBe('70000');
  });

  test('of no node and no signer but payout-guard', () => {
    expect(config.network.rpc_pool).toEqual(['http://payout-guard:8732']);
    expect(config.network.rpc_url).toBeUndefined();
    expect(fileOf(objects, 'remote_signer.hjson')).toEqual({
      pkh: wallet('example').key.address,
      url: 'http://payout-guard:6732',
    });
  });

  test('what to give its makers, what to tell them, and whether they may stop it: nothing is left to its own defaults', () => {
    expect(config.income_recipients).toEqual({ donate: 0, donate_bonds: 0, donate_fees: 0 });
    expect(config.disable_analytics).toBe(true);
    const generous = manifestsOf(payingMainnet({ donatePercent: 7.1, analytics: true, killSwitch: false }));
    expect(fileOf(generous, 'config.hjson')).toMatchObject({
      income_recipients: { donate: 0.07100001, donate_bonds: 0.07100001, donate_fees: 0.07100001 },
      disable_analytics: false,
    });
    const switches = (manifests: typeof objects) =>
      jobOf(manifests, 'payouts-example').template.spec.containers[0].env.filter(({ name }: any) => /KILL/.test(name));
    expect(switches(objects)).toEqual([]);
    expect(switches(generous)).toEqual([{ name: 'DISABLE_TEZPAY_KILL_SWITCH', value: 'true' }]);
  });

  test('whom it passes over, and for whom other rules hold', () => {
    const [, other, recipient] = ['a', 'b', 'c'].map((name) => wallet(name, 'tz1').key.address);
    const special = manifestsOf(
      payingMainnet({
        wallets: [
          {
            ...wallet('example'),
            ignore: [other],
            exceptions: [{ address: recipient, recipient: other, feePercent: 0 }],
          },
        ],
      }),
    );
    expect(fileOf(special, 'config.hjson').delegators).toMatchObject({
      ignore: [other],
      overrides: { [recipient]: { recipient: other, fee: 0 } },
    });
  });
});

describe('payout-guard', () => {
  test('asks the sentries, each by its name, and the private node where there are none', () => {
    expect(guardConfig(objects).nodes).toEqual([
      'http://sentry-a.mainnet-baking:8735',
      'http://sentry-b.mainnet-baking:8735',
    ]);
    const alone = changedExample('bakingnet', byTezpay());
    expect(guardConfig(manifestsOf(alone)).nodes).toEqual(['http://baker-rpc.bakingnet-baking:8735']);
  });

  test('may ask of nodes what it and the engine need, by name, where Octez has access lists', () => {
    const files = find(objects, 'ConfigMap', 'octez-scripts').data;
    const all = JSON.stringify([files, ...objects.filter(({ kind }) => kind === 'ConfigMap')]);
    expect(all).toContain('POST /chains/*/blocks/*/helpers/scripts/simulate_operation');
    expect(JSON.stringify(manifestsOf(changedExample('mainnet')))).not.toContain('simulate_operation');
  });

  test('holds a wallet to a transfer, a cycle and a day, in mutez', () => {
    const capsOf = (more: object) =>
      guardConfig(manifestsOf(payingMainnet({ wallets: [{ ...wallet('example'), ...more }] }))).wallets[0].caps;
    expect(capsOf({})).toEqual({ content: '2000000000', cycle: '2000000000', day: '4000000000' });
    expect(capsOf({ maxTezPerTransfer: 0.1, maxTezPerDay: 2500.000001 })).toEqual({
      content: '100000',
      cycle: '2000000000',
      day: '2500000001',
    });
    // Where four cycles end in a day, there is room for them and for one more.
    const { cycle, day } = guardConfig(manifestsOf(changedExample('bakingnet', byTezpay()))).wallets[0].caps;
    expect(BigInt(day)).toBe(5n * BigInt(cycle));
  });

  test('keeps its journal on a disk for one pod, and does not move by itself', () => {
    expect(find(objects, 'PersistentVolumeClaim', 'payout-guard-journal').spec.accessModes).toEqual([
      'ReadWriteOncePod',
    ]);
    const moving = objects.filter(({ kind }) => kind === 'HighAvailabilityApplication');
    expect(moving.filter(({ metadata }) => metadata.namespace === 'mainnet-payouts')).toEqual([]);
  });

  test('has the signer to itself: Signatory answers in the pod alone, for reveals and transfers of the wallets', () => {
    const { containers } = guardOf(objects);
    expect(names(containers)).toEqual(['payout-guard', 'signatory']);
    const config = parse(find(objects, 'ConfigMap', 'payout-guard-signatory').data['signatory.yaml']);
    expect(config.server).toEqual({ address: '127.0.0.1:6735', utility_address: '127.0.0.1:6736' });
    expect(guardConfig(objects).wallets[0].signer).toBe('http://127.0.0.1:6735');
    expect(config.tezos).toEqual({
      [wallet('example').key.address]: { allow: { generic: ['reveal', 'transaction'] } },
    });
    expect(config.vaults.kms.config).toMatchObject({ key_ring: 'mainnet-wallets', location: 'europe-west4' });
    expect(config.vaults.kms.config.timeout).not.toBe(kmsPatience.timeoutSeconds); // no block waits for it
    expect(containers[1].ports).toBeUndefined();
  });

  test('with a wallet in a Secret: octez-signer signs what begins with 0x03, for the pod alone', () => {
    const hot = manifestsOf(payingMainnet({ custody: { hot: { secret: 'wallets' } } }));
    const { containers, initContainers, volumes } = guardOf(hot);
    expect(containers[1].command.slice(-6)).toEqual(['-a', '127.0.0.1', '-p', '6735', '-M', '0x03']);
    expect(names(initContainers)).toEqual(['place-keys']);
    expect(volumes.find(({ secret }: any) => secret).secret.secretName).toBe('wallets');
    expect(JSON.parse(find(hot, 'ConfigMap', 'payout-guard-keys').data.public_key_hashs)).toEqual([
      { name: 'example', value: wallet('example').key.address },
    ]);
  });

  test('tells of wallets, and people are told of bakers, whoever scrapes it', () => {
    const rule = { regex: wallet('example').key.address, replacement: 'example' };
    const { scrape_configs } = parse(find(objects, 'ConfigMap', 'prometheus-config').data['prometheus.yaml']);
    expect(scrape_configs.find(({ job_name }: any) => job_name === 'payout-guard').metric_relabel_configs).toEqual([
      { source_labels: ['wallet'], target_label: 'delegate_name', ...rule },
    ]);
    const operated = changedExample('mainnet', [
      ...byTezpay(),
      [['monitoring'], { operator: { namespace: 'monitoring', labels: {} } }],
    ]);
    const monitor = find(manifestsOf(operated), 'ServiceMonitor', 'payout-guard');
    expect(monitor.spec.endpoints[0].metricRelabelings).toEqual([
      { sourceLabels: ['wallet'], targetLabel: 'delegate_name', ...rule },
    ]);
  });

  test('offers what engine and Prometheus dial, and the records to nobody yet', () => {
    const ports = find(objects, 'Service', 'payout-guard').spec.ports.map(({ name }: any) => name);
    expect(ports.sort()).toEqual(['metrics', 'plan', 'rpc', 'signer']);
    expect(guardConfig(objects).listen.records).toEqual({ host: '127.0.0.1', port: 8080 });
  });
});

describe('Backerei', () => {
  const carthagenet = manifestsOf(payingCarthagenet());
  const files = filesOf(carthagenet);
  const template = jobOf(carthagenet, 'payouts-example').template.spec;

  test('runs dry where nobody says otherwise', () => {
    expect(names(template.initContainers)).toEqual(['compute']);
    expect(names(template.containers)).toEqual(['preflight']);
    expect(template.initContainers[0].command).not.toContain('--no-dry-run');
  });

  test('has every key without which it does not start, as the chain has them', () => {
    expect(parse(files['compute.yaml'])).toEqual({
      bakerAddress: 'tz1N1eF6zz6Rnea8USN7qs7XCYwnWqAWtBT1',
      host: 'payout-guard',
      port: 8732,
      fromAddress: wallet('example', 'tz1').key.address,
      fromAccountName: 'example',
      fees: [[200, { numerator: 50_000, denominator: 1_000_000 }]],
      databasePath: '/work/computed.json',
      clientPath: '/opt/payouts/ask-payout-guard.sh',
      clientConfigFile: '/etc/backerei/guard-url',
      startingCycle: 200,
      cycleLength: 2048,
      snapshotInterval: 128,
      preservedCycles: 3,
      payoutDelay: 0,
      babylonStartingCycle: 0,
      payEstimatedRewards: false,
    });
    expect(parse(files['pay.yaml']).databasePath).toBe(fileOf(carthagenet, 'preflight.json').approved);
  });

  test('is posted what it pays, and not cycles before: rows that nothing pays would be late', () => {
    const { preservedCycles, payoutDelay, cycleLength } = parse(files['compute.yaml']);
    const { delayBlocks } = fileOf(carthagenet, 'preflight.json');
    // It pays a cycle from the first block on that is preserved cycles and one more behind it (app/Payout.hs).
    expect(delayBlocks).toBe((preservedCycles + payoutDelay) * cycleLength + 500);
  });

  test('reads old states where they are: at the archive', () => {
    expect(guardConfig(carthagenet).nodes).toEqual(['http://baker-rpc.carthagenet-baking:8735']);
    const kept = changedExample('carthagenet', [...byBackerei(), [['sentries', 1, 'historyMode'], { archive: {} }]]);
    expect(guardConfig(manifestsOf(kept)).nodes).toEqual(['http://sentry-b.carthagenet-baking:8735']);
  });

  test('is sent out to pay with what preflight has approved, where it may', () => {
    const paying = manifestsOf(payingCarthagenet({ dryRun: false }));
    const { containers } = jobOf(paying, 'payouts-example').template.spec;
    expect(containers[0].command).toEqual([
      '/usr/local/bin/backerei',
      ...['--config', '/etc/backerei/pay.yaml', 'payout', '--no-password', '--no-dry-run'],
    ]);
  });
});

describe('what Backerei takes for its client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'client-'));
  const script = join(folder, 'client.sh');
  const url = join(folder, 'url');
  const asked = join(folder, 'asked');
  const client = (...words: string[]) =>
    spawnSync('/bin/sh', [script, ...words], {
      env: { PATH: `${folder}:${process.env.PATH}` },
      encoding: 'utf8',
    });
  const answering = (answer: string, status = 0) => {
    writeFileSync(
      join(folder, 'wget'),
      `#!/bin/sh\nprintf '%s\\n' "$@" >'${asked}'\necho '${answer}'\nexit ${status}\n`,
    );
    chmodSync(join(folder, 'wget'), 0o755);
  };
  const words = ['-c', url, 'sign', 'bytes', '0x03abcd', 'for', 'example'];

  beforeAll(() => {
    writeFileSync(
      script,
      find(manifestsOf(payingCarthagenet()), 'ConfigMap', 'payouts-scripts').data['ask-payout-guard.sh'],
    );
    writeFileSync(url, 'http://payout-guard:6732/keys/tz1x\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('asks payout-guard for the bytes, and says the signature where Backerei looks for it', () => {
    answering('{"signature":"edsigX"}');
    const { stdout, status } = client(...words);
    expect([stdout.slice(11, -1), status]).toEqual(['edsigX', 0]); // Payout.hs drops as much
    const told = execFileSync('cat', [asked], { encoding: 'utf8' }).split('\n');
    expect(told).toEqual(expect.arrayContaining(['"03abcd"', 'http://payout-guard:6732/keys/tz1x']));
  });

  test('says no signature where there is none, and ends in failure', () => {
    answering('', 1);
    expect(client(...words)).toMatchObject({ stdout: '', status: 1 });
    answering('{"refused":"no-line"}');
    expect(client(...words)).toMatchObject({ stdout: '', status: 1 });
    answering('{"signature":"edsigX"}');
    expect(client('-c', url, 'transfer', '1', 'from', 'a', 'to')).toMatchObject({ stdout: '', status: 1 });
  });
});
