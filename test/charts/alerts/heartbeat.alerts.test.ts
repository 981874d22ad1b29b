import { heartbeatMetrics } from '../../../programs/heartbeat/heartbeat.contract';
import { changedExample } from '../../kit/rendered';
import { growing, type Proof, proofTests } from './alert-proofs';

const beating = changedExample('mainnet', [[['monitoring', 'own', 'heartbeat'], 'bucket']]);
const lastBeat = (bakery: string) =>
  `${heartbeatMetrics.lastSuccess}{bakery="${bakery}",component="heartbeat",instance="heartbeat"}`;

const proofs: Proof[] = [
  {
    alert: 'HeartbeatNotWritten',
    bakery: beating,
    healthy: { [lastBeat('mainnet')]: growing(60), [lastBeat('other')]: '0+0x400' }, // the clock of a scene begins at 0
    fault: { [lastBeat('mainnet')]: '0+60x60 3600+0x60' },
    at: 75,
    firing: [{ instance: 'heartbeat', severity: 'warning' }],
  },
];

proofTests(proofs);
