import type { KubeObject } from '../../../charts/objects/kube-object';
import type { Edit } from '../../../model/rules/rule';
import { tezosNetworks } from '../../../model/tezos/networks';
import { protocolNamed } from '../../../model/tezos/protocols';
import { readBakeryFiles } from '../../../synth/read-bakeries';
import { renderChanged } from '../changed-bakery';
import { distObjects } from '../dist-objects';
import { CYCLE_BLOCKS } from './chain-pace';
import { PRESERVED_CYCLES } from './payday/paying-bakery';

/**
 * What dist/ says of a bakery; after an edit of its file, what it would say of one that nobody has deployed: its signers
 * have the keys of this run, and a signer with another key is another one. `root`: the checkout.
 */
export function objectsAfter(root: string, bakery: string, edit: Edit): readonly KubeObject[] {
  if (edit.length === 0) return distObjects(root, bakery);
  return withCyclesOfHere(() => renderChanged(readBakeryFiles(root), bakery, edit, new Map()).objects);
}

/** Chains that Backerei reads, as they are simulated. */
const here = { blocksPerCycle: CYCLE_BLOCKS, consensusRightsDelayCycles: PRESERVED_CYCLES };

/**
 * Renders with the cycles of the simulated chain, which Backerei reads from its configuration. Where the real chain has
 * fewer preserved cycles than mainnet had, a bakery file that lets Backerei pay is refused, and rightly.
 */
export function withCyclesOfHere<T>(render: () => T): T {
  const networks = Object.values(tezosNetworks).filter(
    ({ protocol }) => protocolNamed(protocol)?.payoutEngine === 'backerei',
  );
  const real = networks.map(({ constants }) => constants);
  for (const network of networks) Object.assign(network, { constants: { ...network.constants, ...here } });
  try {
    return render();
  } finally {
    for (const [i, network] of networks.entries()) Object.assign(network, { constants: real[i] });
  }
}
