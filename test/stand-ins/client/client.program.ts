import { parseGlobal, unrecognized } from '../kit/command-line';
import { follow } from '../kit/http-client';
import { Exit, type Program } from '../kit/program';
import { readWallet } from './base-dir-wallet';
import { globalFlags } from './client-flags';
import { baseDirOf, endpointOf } from './daemon';
import { NodeLink } from './node-link';

/** The little of octez-client that a bakery's scripts and pages name. */
export const clientProgram: Program = async ({ release, words }) => {
  const { global, rest } = parseGlobal(words, globalFlags(release));
  const endpoint = endpointOf(global);
  const node = new NodeLink(endpoint, release, false);
  const command = rest.join(' ');
  const print = (text: string) => {
    process.stdout.write(`${text}\n`);
    return 0;
  };
  try {
    if (command === 'bootstrapped') {
      await follow(`${endpoint}/monitor/bootstrapped`, ({ block }) => print(`Current head: ${block}`));
      return print('Node is bootstrapped.');
    }
    if (/^rpc get \S+$/.test(command)) return print(JSON.stringify(await node.get(rest[2]), null, 2));
    if (command === 'list known addresses') {
      const lines = readWallet(baseDirOf(global)).map(
        ({ alias, address, secretKey }) => `${alias}: ${address}${secretKey ? ' (sk known)' : ''}`,
      );
      return print(lines.join('\n'));
    }
  } catch (error) {
    if (error instanceof Exit) throw error;
    throw new Exit(1, `Error:\n  Unable to connect to the node: ${(error as Error).message}\n`);
  }
  throw unrecognized();
};
