import type { Bakery } from '../../../../model/bakery';
import { freePorts } from '../../cluster/processes';
import { machine } from '../machine';
import type { Internet } from '../made-up-internet';
import type { Outside } from '../outside';
import { earnedBy, type Payer } from './paying-bakery';

/** Where tezpay looks whether its makers have stopped it. Nothing is there: they have not. */
const KILL_SWITCH = 'raw.githubusercontent.com';

/** What an engine finds on the internet beside Google: the indexer, under its own name. */
export async function startPayoutSites(
  { network }: Bakery,
  payer: Payer,
  { outside, internet }: { readonly outside: Outside; readonly internet: Internet },
): Promise<void> {
  if (payer.engine !== 'tezpay' || !network.tzkt) return;
  const [port] = await freePorts(1);
  const settings = { listen: `127.0.0.1:${port}`, chain: outside.chain, rewards: earnedBy(payer) };
  await outside.run('stand-in-indexer', ['--config', outside.write('indexer', settings)]);
  internet.addSites([{ host: new URL(network.tzkt.api).host, path: '/', port: port! }]);
  internet.addNames([[KILL_SWITCH, machine.webAddress]]);
}
