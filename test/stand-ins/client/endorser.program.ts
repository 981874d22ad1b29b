import { Exit, endOnSignals, type Program, say } from '../kit/program';
import { chosenKeys, readWallet, withWalletLock } from './base-dir-wallet';
import { parseDaemon } from './daemon';
import type { Header } from './node-link';
import { signerOf } from './signing-key';
import { endorse } from './votes';
import { Watermarks } from './watermarks';

/** tezos-endorser-006-PsCARTHA `run [KEY...]` (octez.md 2: a daemon of its own up to 011). */
export const endorserProgram: Program = async (call) => {
  const { baseDir, node, words } = parseDaemon(call, 'endorser');
  const keys = await withWalletLock(baseDir, () => chosenKeys(readWallet(baseDir), words));
  if (keys.length === 0) throw new Exit(1, 'Error:\n  No key to endorse with in the wallet\n');
  const signers = keys.map((key) => ({ alias: key.alias, address: key.address, sign: signerOf(key) }));
  endOnSignals(async () => {});
  say(`Endorser started for ${signers.map(({ alias }) => alias).join(', ')}`);
  return node.whileReachable(async (onAnswer) => {
    const chainId = await node.get<string>('/chains/main/chain_id');
    const parts = { node, chainId, signers, watermarks: new Watermarks(baseDir, chainId), version: undefined };
    onAnswer();
    await node.heads(({ hash }) => {
      node
        .get<Header>(`/chains/main/blocks/${hash}/header`)
        .then((head) => endorse(parts, head))
        .catch((error: Error) => say(`head ${hash}: ${error.message}`));
    });
  });
};
