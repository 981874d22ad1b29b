import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { fixedImage } from '../../model/images';
import type { KnownWallet, TezpaySettings } from '../../model/wallets';
import { fixedResources } from '../../model/workloads';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { configMount } from '../kit/volumes';
import { type Run, WORK_DIR, workMount } from './payout-run';
import { preflightFiles } from './preflight.container';
import { TEZPAY_DIR, tezpayEnv, tezpayFiles } from './tezpay-config';

/** What it is called in its image (container/Containerfile), which holds no shell: cycles are counted back from the last. */
const TEZPAY = '/tezpay-bin/tezpay';

/** So many cycles back it looks for what is due: the last one, and those that a long week-end has missed. Older ones a person pays. */
const CYCLES_BACK = 3;

/** Where the plan of a cycle is written: 0 is the last that has ended. */
const computed = Array.from({ length: CYCLES_BACK }, (_, back) => `${WORK_DIR}/computed-${back}.json`);
const APPROVED = `${WORK_DIR}/approved.json`;

/**
 * A run of tezpay: it computes each cycle into a file, preflight strikes out what is not due, paid or not as it should be,
 * and posts the rest, and tezpay sends that file. In a dry run nothing is posted, and nothing is there that would send.
 */
export function tezpayRun(bakery: Bakery, settings: TezpaySettings, wallet: KnownWallet, configMap: string): Run {
  const run = (name: string, words: readonly string[]) => tezpayContainer(bakery, settings, { name, words, configMap });
  const compute = computed.map((file, back) =>
    run(`compute-${back}`, ['generate-payouts', `--cycle=${-back}`, '--to-file', file]),
  );
  return {
    files: {
      ...tezpayFiles(bakery, settings, wallet),
      ...preflightFiles(bakery, wallet, { computed, approved: APPROVED }),
    },
    compute,
    pay: run('pay', ['pay', '--confirm', '--from-file', APPROVED, '--silent']),
    reveal: run('reveal', ['reveal']),
  };
}

interface Called {
  readonly name: string;
  readonly words: readonly string[];
  readonly configMap: string;
}

function tezpayContainer(bakery: Bakery, settings: TezpaySettings, { name, words, configMap }: Called): k8s.Container {
  return {
    name,
    image: fixedImage(bakery, 'tezpay'),
    // Its own words come before those of the command. Nobody is there to be asked for a donation.
    command: [TEZPAY, '--path', WORK_DIR, '--disable-donation-prompt', ...words],
    env: tezpayEnv(settings, WORK_DIR),
    resources: resources(fixedResources.tezpay),
    securityContext: containerSecurity(),
    volumeMounts: [configMount(configMap, TEZPAY_DIR), workMount],
  };
}
