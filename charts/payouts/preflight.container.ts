import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { urlOf } from '../../model/components';
import { fixedImage } from '../../model/images';
import { protocols } from '../../model/tezos/protocols';
import { signedChain } from '../../model/tezos/signed-chain';
import { capsOf, type KnownWallet } from '../../model/wallets';
import { fixedResources } from '../../model/workloads';
import { PREFLIGHT_CONFIG, type PreflightConfig } from '../../programs/preflight/preflight.contract';
import { type Files, scriptsOf } from '../component-chart';
import { programCommand, programFiles, programMount, programVolume } from '../kit/own-program';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { configMount } from '../kit/volumes';

const PROGRAM = 'preflight';
const SCRIPTS = scriptsOf('payouts');
const [CONFIG_DIR, CONFIG_FILE] = PREFLIGHT_CONFIG.split(/\/(?=[^/]+$)/);

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
    mostPerCycle: capsOf(wallet.settings).perCycle,
    guard: { plan: urlOf(bakery, 'payout-guard', 'plan'), rpc: urlOf(bakery, 'payout-guard', 'rpc') },
    ...(network.tzkt ? { tzkt: network.tzkt.api } : {}),
    ...plans,
  };
}

/** Between what the engine computes and what it sends. */
export function preflightContainer(bakery: Bakery, configMap: string, work: k8s.VolumeMount): k8s.Container {
  return {
    name: PROGRAM,
    image: fixedImage(bakery, 'node'),
    command: programCommand(PROGRAM),
    resources: resources(fixedResources.preflight),
    securityContext: containerSecurity(),
    volumeMounts: [configMount(configMap, CONFIG_DIR), programMount(SCRIPTS), work],
  };
}

export function preflightVolume(): k8s.Volume {
  return programVolume(SCRIPTS, PROGRAM);
}
