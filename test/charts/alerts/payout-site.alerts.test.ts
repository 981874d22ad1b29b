import { publishingMainnet } from '../../kit/paying';
import { growing, type Proof, proofTests } from './alert-proofs';

const bakery = publishingMainnet();

const told = (metric: string, namespace = 'mainnet-payouts', cronJob = 'payout-site') =>
  `${metric}{namespace="${namespace}",cronjob="${cronJob}"}`;
const lastRun = told('kube_cronjob_status_last_successful_time');
const created = told('kube_cronjob_created');

/** The clock of a scene begins at 0, and so does the job. */
const proofs: Proof[] = [
  {
    alert: 'PayoutSiteOld',
    bakery,
    healthy: {
      [lastRun]: growing(60),
      [created]: '0+0x400',
      // Of others, for ever ago.
      [told('kube_cronjob_status_last_successful_time', 'other-payouts')]: '0+0x400',
      [told('kube_cronjob_status_last_successful_time', 'mainnet-payouts', 'payouts-example')]: '0+0x400',
    },
    fault: { [lastRun]: '0+60x20 1200+0x400' },
    at: 395, // six hours and ten minutes after minute 20
    firing: [{ severity: 'warning' }],
  },
];

/** A job that has never ended well tells no time of it. */
const neverMade: Proof[] = [
  {
    alert: 'PayoutSiteOld',
    bakery,
    healthy: { [created]: growing(60) },
    fault: { [created]: '0+0x400' },
    at: 375,
    firing: [{ severity: 'warning' }],
  },
];

proofTests(proofs);
proofTests(neverMade);
