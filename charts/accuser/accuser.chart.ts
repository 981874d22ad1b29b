import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { ComponentChart } from '../component-chart';
import { highAvailability } from '../kit/high-availability';
import { singlePod } from '../kit/single-pod';
import { accuserPod } from './accuser.pod';

/**
 * The accuser. No disruption budget: others watch too while it is drained. It follows the private node, as it always
 * did: what it must be allowed to ask (the private RPCs) is for nobody whom strangers can reach, and a second voice of
 * the chain between two sentries would tell it of blocks that the other one does not have yet.
 */
export class AccuserChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'accuser');
    const daemon = bakery.daemon('accuser')!; // or the bakery would not have this component
    singlePod(this, { spec: accuserPod(bakery, daemon) });
    highAvailability(this);
  }
}
