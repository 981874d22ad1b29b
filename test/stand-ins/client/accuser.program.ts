import { unrecognized } from '../kit/command-line';
import { endOnSignals, type Program, say } from '../kit/program';
import { parseDaemon } from './daemon';

/** octez-accuser and tezos-accuser-006-PsCARTHA `run`: follows the chain, needs no keys. It accuses nobody: the chain's
 * /control/state lists what it would (octez.md 5). */
export const accuserProgram: Program = async (call) => {
  const { node, words } = parseDaemon(call, 'accuser');
  if (words.length > 0) throw unrecognized();
  endOnSignals(async () => {});
  say('Accuser started');
  return node.whileReachable(async (onAnswer) => {
    await node.get<string>('/chains/main/chain_id');
    onAnswer();
    await node.heads(() => {});
  });
};
