import type { Bakery } from './bakery';
import { urlOf } from './components';

/** A node that payout-guard asks. */
export interface PayoutNode {
  readonly component: 'sentry' | 'baker';
  readonly instance: string;
}

/**
 * The nodes that payout-guard asks, the first one that answers: sentries, which are many and bake nothing. Backerei reads
 * states of weeks ago (Delegation.hs), and so wants archives: sentries that are, or else the private node.
 */
export function payoutNodes({ settings, sentries }: Pick<Bakery, 'settings' | 'sentries'>): PayoutNode[] {
  const able = settings.payouts?.backerei
    ? sentries.filter(({ settings: { historyMode } }) => historyMode.archive)
    : sentries;
  const names = able.map(({ instance }) => instance).sort(); // sentries of a file are a set
  return names.length > 0
    ? names.map((instance) => ({ component: 'sentry', instance }))
    : [{ component: 'baker', instance: 'baker' }];
}

/** URLs of their RPC, from the namespace of payouts. */
export function payoutNodeUrls(bakery: Bakery): string[] {
  return payoutNodes(bakery).map(({ component, instance }) =>
    component === 'sentry'
      ? urlOf(bakery, 'sentry', 'rpc-follow', { from: 'payouts', instance })
      : urlOf(bakery, 'baker', 'rpc-follow', { from: 'payouts' }),
  );
}
