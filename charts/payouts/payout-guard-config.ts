import type { Bakery } from '../../model/bakery';
import { type ComponentName, components, type PortName, portOf } from '../../model/components';
import { isDialled } from '../../model/flows';
import { recordsBucket } from '../../model/google/names';
import { payoutNodeUrls } from '../../model/payout-nodes';
import { capsOf, type KnownWallet, recipientsOf } from '../../model/wallets';
import type { PayoutGuardConfig, WalletConfig } from '../../programs/payout-guard/payout-guard.contract';

/** Where the journals' disk is mounted. */
export const JOURNAL_DIR = '/var/payout-guard';

/** Where what holds the wallets' keys listens: in the pod alone. */
export const walletSignerPlace = { host: '127.0.0.1', port: 6735, utilityPort: 6736 } as const;

/** What the guard of a bakery is told. Only what it works with: nothing else may restart it. */
export function payoutGuardConfig(bakery: Bakery): PayoutGuardConfig {
  const { network, protocol, wallets, payouts } = bakery;
  if (!payouts) throw new Error(`${bakery.name} pays nobody`);
  return {
    engine: payouts.engine,
    chain: { id: network.chainId, finalityBlocks: finalBlocks(bakery), costPerByte: String(protocol.costPerByteMutez) },
    wallets: wallets.map((wallet) => walletConfig(bakery, wallet)),
    nodes: payoutNodeUrls(bakery),
    folder: JOURNAL_DIR,
    bucket: { name: recordsBucket(bakery), prefix: '' },
    listen: {
      signer: place(bakery, 'payout-guard', 'signer'),
      rpc: place(bakery, 'payout-guard', 'rpc'),
      plan: place(bakery, 'payout-guard', 'plan'),
      records: place(bakery, 'payout-guard', 'records'),
      metrics: place(bakery, 'payout-guard', 'metrics'),
    },
    control: '/tmp/payout-guard.sock',
  };
}

/** What the chain says, or the bakery file where the chain says nothing. */
function finalBlocks({ protocol, settings }: Bakery): number {
  const blocks = protocol.finalBlocks ?? settings.payouts?.backerei?.finalBlocks;
  if (blocks === undefined) throw new Error(`nobody says when a block of ${protocol.name} is final`);
  return blocks;
}

/** For everybody whom a flow lets in; where there is none, for the pod alone. */
function place<C extends ComponentName>(bakery: Bakery, component: C, port: PortName<C>) {
  const number = portOf(component, port);
  return isDialled(bakery, component, port) ? { port: number } : { host: '127.0.0.1', port: number };
}

function walletConfig(bakery: Bakery, wallet: KnownWallet): WalletConfig {
  const { perTransfer, perCycle, perDay } = capsOf(wallet.settings, bakery.network);
  return {
    address: wallet.address,
    publicKey: wallet.publicKey,
    bakerName: wallet.baker,
    baker: wallet.bakerAddress,
    signer: `http://${walletSignerPlace.host}:${walletSignerPlace.port}`,
    firstCycle: bakery.payouts?.section.firstCycle as number,
    feeWindow: String(bakery.settings.payouts?.tezpay?.feesPaidBy.delegators?.feeWindowMutez ?? 0),
    caps: { content: perTransfer, cycle: perCycle, day: perDay },
    recipients: recipientsOf(wallet.settings),
  };
}

/** The ports as the components' table has them, for whoever renders them. */
export const guardPorts = Object.keys(components['payout-guard'].ports) as PortName<'payout-guard'>[];
