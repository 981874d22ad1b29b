import { createHash } from 'node:crypto';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import type { KnownWallet } from '../../model/wallets';
import { ComponentChart } from '../component-chart';
import { hourly } from '../kit/cron-job';
import { backereiScripts } from './backerei.pod';
import { payoutsPod, revealPod, runOf } from './payouts.pod';
import { preflightScripts } from './preflight.container';

/** Pays delegators: by the hour and for each wallet one pod, which computes, checks and sends, and ends. */
export class PayoutsChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'payouts');
    this.scripts({ ...preflightScripts(), ...(bakery.settings.payouts?.backerei ? backereiScripts : {}) });
    for (const wallet of bakery.wallets) this.runs(wallet);
  }

  private runs(wallet: KnownWallet) {
    const { instance, baker } = wallet;
    const run = runOf(this.bakery, wallet, instance);
    this.configMap(instance, run.files);
    hourly(this, { instance, minute: minuteOf(wallet), spec: payoutsPod(this.bakery, run, instance) });
    if (!run.reveal) return;
    hourly(this, { instance: `reveal-${baker}`, minute: 'never', spec: revealPod(run.reveal, instance) });
  }
}

/** A minute that is this wallet's own: the indexer is everybody's, and who has not chosen a minute comes at the full hour. */
function minuteOf({ address }: KnownWallet): number {
  return createHash('sha256').update(address).digest().readUInt16BE() % 60;
}
