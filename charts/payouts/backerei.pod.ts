import type { k8s } from 'cdk8s-plus-27';
import { stringify } from 'yaml';
import type { Bakery } from '../../model/bakery';
import { portOf, serviceOf, urlOf } from '../../model/components';
import { ownImage } from '../../model/images';
import { chainConstants, isMainnet } from '../../model/tezos/networks';
import type { BackereiSettings, KnownWallet } from '../../model/wallets';
import { fixedResources } from '../../model/workloads';
import { type Files, scriptsOf } from '../component-chart';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { configMount, tmpMount, tmpVolume } from '../kit/volumes';
import askPayoutGuard from './ask-payout-guard.sh';
import dockerfile from './image/Dockerfile';
import { type Run, WORK_DIR, workMount } from './payout-run';
import { preflightFiles } from './preflight.container';

const BACKEREI = '/usr/local/bin/backerei';
const CONFIG_DIR = '/etc/backerei';
const CLIENT = 'ask-payout-guard.sh';
const CLIENT_DIR = '/opt/payouts';
/** What the client is told by `-c`. */
const GUARD_URL = 'guard-url';

/** In place of a client with the key: asks payout-guard. */
export const backereiScripts: Files = { [CLIENT]: askPayoutGuard };

/** Its database as it computes it, and as the preflight approves it: there whoever must not be paid has been paid. */
const COMPUTED = `${WORK_DIR}/computed.json`;
const APPROVED = `${WORK_DIR}/approved.json`;

/** Blocks between snapshots of the stake are a sixteenth of a cycle (default_parameters.ml of its protocols). */
const SNAPSHOTS_PER_CYCLE = 16;
/** Cycles after that in which the rewards are no longer frozen. */
const PAYOUT_DELAY = 0;
/** Since when mainnet has run Babylon. Chains that began later have run it always. */
const BABYLON_ON_MAINNET = 160;

/** The image that is built from `image/Dockerfile`. */
export function backereiImage(bakery: Bakery): string {
  return ownImage(bakery, 'backerei', dockerfile);
}

/**
 * A run of Backerei: a dry run computes the database anew, preflight posts what is due and marks everything else as paid,
 * and only then, and only without `dryRun`, Backerei sends. A batch is a hundred transfers, and it waits ten minutes after
 * each: what does not fit into the hour is the next one's.
 */
export function backereiRun(bakery: Bakery, settings: BackereiSettings, wallet: KnownWallet, configMap: string): Run {
  const run = (name: string, ...words: readonly string[]) => backereiContainer(bakery, { name, words, configMap });
  return {
    files: {
      ...backereiFiles(bakery, settings, wallet),
      ...preflightFiles(bakery, wallet, { computed: [COMPUTED], approved: APPROVED, waitBlocks: frozenBlocks(bakery) }),
    },
    compute: [run('compute', '--config', `${CONFIG_DIR}/compute.yaml`, 'payout', '--no-password')],
    pay: run('pay', '--config', `${CONFIG_DIR}/pay.yaml`, 'payout', '--no-password', '--no-dry-run'),
    volumes: [tmpVolume('backerei'), clientVolume],
  };
}

/** Its configurations (app/Config.hs): without one of these keys it does not start. */
function backereiFiles(bakery: Bakery, settings: BackereiSettings, wallet: KnownWallet): Files {
  const file = (databasePath: string) => stringify({ ...backereiConfig(bakery, settings, wallet), databasePath });
  return {
    'compute.yaml': file(COMPUTED),
    'pay.yaml': file(APPROVED),
    [GUARD_URL]: `${urlOf(bakery, 'payout-guard', 'signer')}/keys/${wallet.address}\n`,
  };
}

/** So long after a cycle's end Backerei sends nothing of it (app/Payout.hs): what was posted before would be late at once. */
function frozenBlocks({ network }: Bakery): number {
  const { blocksPerCycle, consensusRightsDelayCycles } = cyclesOf(network);
  return (consensusRightsDelayCycles + PAYOUT_DELAY) * blocksPerCycle;
}

function cyclesOf(network: Bakery['network']) {
  const constants = chainConstants(network);
  if (!constants) throw new Error(`nobody knows the cycles of ${network.name}`);
  return constants;
}

function backereiConfig(bakery: Bakery, { firstCycle }: BackereiSettings, wallet: KnownWallet): object {
  const { blocksPerCycle, consensusRightsDelayCycles } = cyclesOf(bakery.network);
  return {
    bakerAddress: wallet.bakerAddress,
    host: serviceOf('payout-guard', 'rpc'),
    port: portOf('payout-guard', 'rpc'),
    fromAddress: wallet.address,
    fromAccountName: wallet.baker,
    fees: [[firstCycle, { numerator: Math.round(wallet.settings.feePercent * 10_000), denominator: 1_000_000 }]],
    clientPath: `${CLIENT_DIR}/${CLIENT}`,
    clientConfigFile: `${CONFIG_DIR}/${GUARD_URL}`,
    startingCycle: firstCycle,
    cycleLength: blocksPerCycle,
    snapshotInterval: blocksPerCycle / SNAPSHOTS_PER_CYCLE,
    preservedCycles: consensusRightsDelayCycles,
    payoutDelay: PAYOUT_DELAY,
    babylonStartingCycle: isMainnet(bakery.settings) ? BABYLON_ON_MAINNET : 0,
    payEstimatedRewards: false, // what was earned, and not what could have been
  };
}

interface Called {
  readonly name: string;
  readonly words: readonly string[];
  readonly configMap: string;
}

function backereiContainer(bakery: Bakery, { name, words, configMap }: Called): k8s.Container {
  return {
    name,
    image: backereiImage(bakery),
    command: [BACKEREI, ...words],
    env: [{ name: 'HOME', value: '/tmp' }],
    resources: resources(fixedResources.backerei),
    securityContext: containerSecurity(),
    volumeMounts: [
      configMount(configMap, CONFIG_DIR),
      { name: clientVolume.name, mountPath: CLIENT_DIR, readOnly: true },
      workMount,
      tmpMount('backerei'),
    ],
  };
}

const clientVolume: k8s.Volume = {
  name: 'client',
  configMap: { name: scriptsOf('payouts'), defaultMode: 0o555, items: [{ key: CLIENT, path: CLIENT }] },
};
