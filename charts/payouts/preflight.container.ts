import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { urlOf } from '../../model/components';
import { fixedImage } from '../../model/images';
import { protocols } from '../../model/tezos/protocols';
import { signedChain } from '../../model/tezos/signed-chain';
import { capsOf, type KnownWallet, mutez, recipientsOf } from '../../model/wallets';
import { fixedResources } from '../../model/workloads';
import { PREFLIGHT_CONFIG, type PreflightConfig } from '../../programs/preflight/preflight.contract';
import { type Files, scriptsOf } from '../component-chart';
import { programCommand, programFiles, programMount, programVolume } from '../kit/own-program';
import { mebibytes } from '../kit/quantity';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { configMount } from '../kit/volumes';
import { workMount } from './payout-run';

const PROGRAM = 'preflight';
const SCRIPTS = scriptsOf('payouts');
const [CONFIG_DIR, CONFIG_FILE] = PREFLIGHT_CONFIG.split(/\/(?=[^/]+$)/);

/** From preflight to the verdict, a few sentences: the engine beside it has no part in it. */
const PROBLEMS_DIR = '/problems';
const problemsMount: k8s.VolumeMount = { name: 'problems', mountPath: PROBLEMS_DIR };

/** What the engine has computed, where it then reads what it may send, and how long after a cycle's end it pays at all. */
export type Plans = Pick<PreflightConfig, 'computed' | 'approved'> & { readonly waitBlocks?: number };

export function preflightFiles(bakery: Bakery, wallet: KnownWallet, plans: Plans): Files {
  return { [CONFIG_FILE]: `${JSON.stringify(preflightConfig(bakery, wallet, plans), null, 2)}\n` };
}

export const preflightScripts = (): Files => programFiles(PROGRAM);

function preflightConfig(bakery: Bakery, wallet: KnownWallet, { waitBlocks = 0, ...plans }: Plans): PreflightConfig {
  const { network, releases, payouts } = bakery;
  if (!payouts) throw new Error(`${bakery.name} pays nobody`);
  const { firstCycle, delayBlocks, dryRun } = payouts.section;
  const { perCycle, perDay } = capsOf(wallet.settings, network);
  return {
    engine: payouts.engine,
    chain: {
      id: network.chainId,
      protocols: protocols.filter((each) => each.payoutEngine === payouts.engine).map(({ hash }) => hash),
      blockMs: signedChain(network, [releases.node, releases.baker]).blockMs,
    },
    baker: wallet.bakerAddress,
    wallet: wallet.address,
    firstCycle,
    delayBlocks: waitBlocks + delayBlocks,
    dryRun,
    mostPerCycle: perCycle,
    mostPerDay: perDay,
    recipients: recipientsOf(wallet.settings),
    mayLeaveOut: mayLeaveOut(bakery),
    guard: { plan: urlOf(bakery, 'payout-guard', 'plan'), rpc: urlOf(bakery, 'payout-guard', 'rpc') },
    ...(network.tzkt ? { tzkt: network.tzkt.api } : {}),
    ...plans,
    problems: `${PROBLEMS_DIR}/problems.json`,
  };
}

/** tezpay takes the fees off when it sends, and looks at the minimum once more. */
function mayLeaveOut({ settings }: Bakery): string {
  const { feesPaidBy, minimumTez = 0 } = settings.payouts?.tezpay ?? {};
  const window = feesPaidBy?.delegators?.feeWindowMutez;
  return window === undefined ? '0' : String(window + Number(mutez(minimumTez)));
}

/** Between what the engine computes and what it sends. */
export function preflightContainer(bakery: Bakery, configMap: string): k8s.Container {
  return {
    name: PROGRAM,
    image: fixedImage(bakery, 'node'),
    command: programCommand(PROGRAM),
    resources: resources(fixedResources.preflight),
    securityContext: containerSecurity(),
    volumeMounts: [configMount(configMap, CONFIG_DIR), programMount(SCRIPTS), workMount, problemsMount],
  };
}

/** Beside the engine: fails the run where a cycle was not paid, and is in the way of none that is. */
export function verdictContainer(bakery: Bakery, configMap: string): k8s.Container {
  const preflight = preflightContainer(bakery, configMap);
  return {
    ...preflight,
    name: 'verdict',
    command: [...programCommand(PROGRAM), '--verdict'],
    resources: resources(fixedResources.verdict),
    volumeMounts: preflight.volumeMounts?.filter((mount) => mount !== workMount),
  };
}

export function preflightVolumes(): k8s.Volume[] {
  const problems = { name: problemsMount.name, emptyDir: { medium: 'Memory', sizeLimit: mebibytes(1) } };
  return [programVolume(SCRIPTS, PROGRAM), problems];
}
