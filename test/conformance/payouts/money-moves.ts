import { copyFileSync, existsSync, readFileSync, truncateSync, watch } from 'node:fs';
import { ask } from '../../stand-ins/kit/http-client';
import { forgeManager } from '../../stand-ins/kit/manager-bytes';
import { signatureBytes } from '../../stand-ins/kit/secret-keys';
import type { Child } from '../signing/child-program';
import type { GuardedWallet } from './guarded-wallet';
import { until, wait } from './money-world';

/** An engine's run takes less where nothing is wrong; one that waits for ever is killed then, as its pod is by its deadline. */
const DEADLINE_MS = 12_000;
/** Blocks after which an operation of the engine can be in none, and a few more. */
export const EXPIRED_BLOCKS = 17;

/** Runs an engine to its end. */
export async function paid(wallet: GuardedWallet, deadlineMs = DEADLINE_MS): Promise<void> {
  await ended(wallet.engine(), deadlineMs);
}

export async function ended(engine: Child, deadlineMs = DEADLINE_MS): Promise<void> {
  await until(() => !engine.isRunning, 'the engine', deadlineMs).catch(() => engine.kill());
}

/** An engine, and a promise of the moment when it says so, or ends. */
export function engineUntil(wallet: GuardedWallet, said: string): { engine: Child; moment: Promise<void> } {
  let say = () => {};
  const moment = new Promise<void>((resolve) => {
    say = resolve;
  });
  const engine = wallet.engine((line) => line.includes(said) && say());
  engine.onEnd(say);
  return { engine, moment };
}

export const random = (ms: number) => wait(Math.random() * ms);

export async function restart(wallet: GuardedWallet, between: () => void | Promise<void> = () => {}): Promise<void> {
  await wallet.killGuard();
  await between();
  wallet.startGuard();
  await wallet.answers();
}

/** The guard is killed when its journal is written to, for the nth time from now. */
export function killedAtWrite(wallet: GuardedWallet, nth: number): Promise<void> {
  return new Promise((resolve) => {
    let left = nth;
    const watcher = watch(wallet.journal, () => {
      if (--left > 0) return;
      watcher.close();
      clearTimeout(timer);
      wallet.killGuard().then(resolve);
    });
    const timer = setTimeout(() => {
      watcher.close();
      resolve();
    }, 4000);
  });
}

export async function blocksLater(wallet: GuardedWallet, blocks: number): Promise<void> {
  const level = await wallet.world.level();
  await until(async () => (await wallet.world.level()) >= level + blocks, 'blocks');
}

/** A transfer that the wallet's key has signed beside the guard. */
export async function foreignTransfer(wallet: GuardedWallet, amount: number): Promise<void> {
  const { world, address } = wallet;
  const branch = await world.rpc<string>('/chains/main/blocks/head/hash');
  const counter = await world.rpc<string>(`/chains/main/blocks/head/context/contracts/${address}/counter`);
  const content = {
    kind: 'transaction',
    source: address,
    destination: wallet.recipients[0],
    amount: String(amount),
  } as const;
  const limits = { fee: '2000', counter: String(Number(counter) + 1), gas_limit: '1500', storage_limit: '0' };
  const bytes = forgeManager(branch, [{ ...content, ...limits }], true);
  const body = JSON.stringify(`03${bytes.toString('hex')}`);
  const { text } = await ask(`${world.signerUrl}/keys/${address}`, { method: 'POST', body });
  const signature = signatureBytes((JSON.parse(text) as { signature: string }).signature);
  const signed = Buffer.concat([bytes, signature]).toString('hex');
  const options = { method: 'POST', body: JSON.stringify(signed) };
  await ask(`${world.nodeUrl}/injection/operation`, options).catch(() => {}); // somebody else's fault may lose the answer
}

/** What waits in the node's mempool of this wallet, signed, in hex. */
export async function waiting({ world, address }: GuardedWallet): Promise<string[]> {
  const { validated } = await world.rpc<{ validated: any[] }>('/chains/main/mempool/pending_operations');
  return validated.filter(({ contents }) => contents[0]?.source === address).map(({ data }) => data);
}

/** Nothing of the wallet is included any more, or all of it again. */
export async function censor({ world, address }: GuardedWallet, isOn: boolean): Promise<void> {
  if (isOn) world.censored.add(address);
  else world.censored.delete(address);
  await world.control({ censored: [...world.censored] });
}

/** The node's trouble is everybody's: one at a time. */
export async function nodeFault({ world }: GuardedWallet, fault: object, ms: number): Promise<void> {
  await world.control({ nodeFaults: [{ node: 'public', ...fault }] });
  await wait(ms);
  await world.control({ nodeFaults: [] });
}

/** A copy of the journal as it is before the cycle is paid comes back after it. */
export async function restored(wallet: GuardedWallet, whenPaid: (engine: Child) => Promise<void>): Promise<void> {
  const copy = `${wallet.journal}.yesterday`;
  copyFileSync(wallet.journal, copy);
  const { engine, moment } = engineUntil(wallet, 'waiting for confirmation');
  await moment;
  await whenPaid(engine);
  await restart(wallet, () => copyFileSync(copy, wallet.journal));
}

/** Half of the last line is gone. */
export function tear(journal: string): void {
  if (!existsSync(journal)) return;
  const text = readFileSync(journal);
  const begin = text.lastIndexOf(10, text.length - 2) + 1;
  if (text[text.length - 1] !== 10) return; // it is torn already
  truncateSync(journal, begin + Math.floor((text.length - begin) / 2));
}
