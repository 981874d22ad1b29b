import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import type { BackereiSettings, KnownWallet, TezpaySettings } from '../../model/wallets';
import { podSecurity, STRANGER_UID } from '../kit/security';
import { configVolume } from '../kit/volumes';
import { backereiRun } from './backerei.pod';
import { type Run, workVolume } from './payout-run';
import { preflightContainer, preflightVolumes, verdictContainer } from './preflight.container';
import { tezpayRun } from './tezpay.pod';

/** The run that pays from a wallet; `configMap`: of its files. */
export function runOf(bakery: Bakery, wallet: KnownWallet, configMap: string): Run {
  const { payouts } = bakery;
  if (!payouts) throw new Error(`${bakery.name} pays nobody`);
  return payouts.engine === 'tezpay'
    ? tezpayRun(bakery, payouts.section as TezpaySettings, wallet, configMap)
    : backereiRun(bakery, payouts.section as BackereiSettings, wallet, configMap);
}

/** What a wallet needs once: its key on the chain. A person starts it. */
export function revealPod(reveal: k8s.Container, configMap: string): k8s.PodSpec {
  return {
    securityContext: podSecurity(STRANGER_UID),
    containers: [reveal],
    volumes: [configVolume(configMap), workVolume()],
  };
}

/** Computes, checks, pays. In a dry run the check is the end: there is no container that could send anything. */
export function payoutsPod(bakery: Bakery, { compute, pay, volumes = [] }: Run, configMap: string): k8s.PodSpec {
  const preflight = preflightContainer(bakery, configMap);
  const isDry = bakery.payouts?.section.dryRun;
  return {
    securityContext: podSecurity(STRANGER_UID),
    initContainers: [...compute, ...(isDry ? [] : [preflight])],
    containers: isDry ? [preflight] : [pay, verdictContainer(bakery, configMap)],
    volumes: [configVolume(configMap), ...preflightVolumes(), workVolume(), ...volumes],
  };
}
