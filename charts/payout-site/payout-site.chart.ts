import { createHash } from 'node:crypto';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { ComponentChart } from '../component-chart';
import { hourly } from '../kit/cron-job';
import { programFiles } from '../kit/own-program';
import { payoutSitePod, SITE_BUILDER, siteBuilderFiles } from './payout-site.pod';

/** Shows delegators what they were paid: by the hour a pod makes the site anew, uploads what has changed, and ends. */
export class PayoutSiteChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'payout-site');
    this.scripts(programFiles('site-builder'));
    this.configMap(SITE_BUILDER, siteBuilderFiles(bakery));
    hourly(this, { instance: 'payout-site', minute: minuteOf(bakery), spec: payoutSitePod(bakery) });
  }
}

/** A minute that is this bakery's own: several of them may share a node. */
function minuteOf({ name }: Bakery): number {
  return createHash('sha256').update(`payout-site ${name}`).digest().readUInt16BE() % 60;
}
