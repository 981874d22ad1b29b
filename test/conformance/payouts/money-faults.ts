import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, watch } from 'node:fs';
import { ask } from '../../stand-ins/kit/http-client';
import { forgeManager } from '../../stand-ins/kit/manager-bytes';
import { signatureBytes } from '../../stand-ins/kit/secret-keys';
import { freePorts } from '../cluster/processes';
import type { Child } from '../signing/child-program';
import type { DueRow, GuardedWallet } from './guarded-wallet';
import { until, wait } from './money-world';

/** Something that goes wrong while a cycle is paid. Its plan is posted; `run` begins to pay it. */
export interface MoneyFault {
  readonly name: string;
  readonly run: (wallet: GuardedWallet, rows: readonly DueRow[]) => Promise<void>;
}

/** An engine's run takes less where nothing is wrong; one that waits for ever is killed then, as its pod is by its deadline. */
const DEADLINE_MS = 12_000;
/** Blocks after which an operation of the engine can be in none, and a few more. */
const EXPIRED_BLOCKS = 17;

/** Runs an engine to its end. */
export async function paid(wallet: GuardedWallet, deadlineMs = DEADLINE_MS): Promise<void> {
  await ended(wallet.engine(), deadlineMs);
}

async function ended(engine: Child, deadlineMs = DEADLINE_MS): Promise<void> {
  await until(() => !engine.isRunning, 'the engine', deadlineMs).catch(() => engine.kill());
}

/** An engine, and a promise of the moment when it says so, or ends. */
function engineUntil(wallet: GuardedWallet, said: string): { engine: Child; moment: Promise<void> } {
  let say = () => {};
  const moment = new Promise<void>((resolve) => {
    say = resolve;
  });
  const engine = wallet.engine((line) => line.includes(said) && say());
  engine.onEnd(say);
  return { engine, moment };
}

const random = (ms: number) => wait(Math.random() * ms);

async function restart(wallet: GuardedWallet, between: () => void | Promise<void> = () => {}): Promise<void> {
  await wallet.killGuard();
  await between();
  wallet.startGuard();
  await wallet.answers();
}

/** The guard is killed when its journal is written to, for the nth time from now. */
function killedAtWrite(wallet: GuardedWallet, nth: number): Promise<void> {
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

async function blocksLater(wallet: GuardedWallet, blocks: number): Promise<void> {
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
  await ask(`${world.nodeUrl}/injection/operation`, { method: 'POST', body: JSON.stringify(signed) });
}

/** What waits in the node's mempool of this wallet, signed, in hex. */
async function waiting({ world, address }: GuardedWallet): Promise<string[]> {
  const { validated } = await world.rpc<{ validated: any[] }>('/chains/main/mempool/pending_operations');
  return validated.filter(({ contents }) => contents[0]?.source === address).map(({ data }) => data);
}

const censored = new Set<string>();
async function censor({ world, address }: GuardedWallet, isOn: boolean): Promise<void> {
  if (isOn) censored.add(address);
  else censored.delete(address);
  await world.control({ censored: [...censored] });
}

/** The node's trouble is everybody's: one at a time. */
async function nodeFault({ world }: GuardedWallet, fault: object, ms: number): Promise<void> {
  await world.control({ nodeFaults: [{ node: 'public', ...fault }] });
  await wait(ms);
  await world.control({ nodeFaults: [] });
}

/** A copy of the journal as it is before the cycle is paid comes back after it. */
async function restored(wallet: GuardedWallet, whenPaid: (engine: Child) => Promise<void>): Promise<void> {
  const copy = `${wallet.journal}.yesterday`;
  copyFileSync(wallet.journal, copy);
  const { engine, moment } = engineUntil(wallet, 'waiting for confirmation');
  await moment;
  await whenPaid(engine);
  await restart(wallet, () => copyFileSync(copy, wallet.journal));
}

export const moneyFaults: readonly MoneyFault[] = [
  { name: 'nothing', run: (wallet) => paid(wallet) },
  {
    name: 'engine killed',
    run: async (wallet) => {
      const engine = wallet.engine();
      await random(700);
      await engine.kill();
    },
  },
  {
    name: 'engine killed between broadcast and report',
    run: async (wallet) => {
      const { engine, moment } = engineUntil(wallet, 'waiting for confirmation');
      await moment;
      await engine.kill();
    },
  },
  {
    name: 'guard killed',
    run: async (wallet) => {
      const engine = wallet.engine();
      await random(600);
      await restart(wallet);
      await ended(engine);
    },
  },
  {
    name: 'guard killed while it writes',
    run: async (wallet) => {
      const killed = killedAtWrite(wallet, 1 + Math.floor(Math.random() * 3));
      const engine = wallet.engine();
      await killed;
      await restart(wallet);
      await ended(engine);
    },
  },
  {
    name: 'journal torn',
    run: async (wallet) => {
      const engine = wallet.engine();
      await killedAtWrite(wallet, 2);
      await restart(wallet, () => tear(wallet.journal));
      await ended(engine);
    },
  },
  {
    name: 'answer to a broadcast lost',
    run: async (wallet) => {
      const { engine, moment } = engineUntil(wallet, 'broadcasting batch');
      const fault = nodeFault(wallet, { losesInjectionAnswers: true }, 900);
      await moment;
      await fault;
      await ended(engine);
    },
  },
  {
    name: 'operation dropped',
    run: async (wallet) => {
      await censor(wallet, true);
      const { engine, moment } = engineUntil(wallet, 'waiting for confirmation');
      await moment;
      await blocksLater(wallet, EXPIRED_BLOCKS);
      await censor(wallet, false);
      await engine.kill();
    },
  },
  {
    name: 'operation broadcast late',
    run: async (wallet) => {
      await censor(wallet, true);
      const { engine, moment } = engineUntil(wallet, 'waiting for confirmation');
      await moment;
      await engine.kill();
      const old = await waiting(wallet);
      await blocksLater(wallet, Math.floor(Math.random() * EXPIRED_BLOCKS));
      await censor(wallet, false);
      const again = async () => {
        for (let i = 0; i < 20; i++) {
          for (const data of old) {
            const options = { method: 'POST', body: JSON.stringify(data) };
            await ask(`${wallet.world.nodeUrl}/injection/operation`, options).catch(() => {});
          }
          await wait(150);
        }
      };
      await Promise.all([again(), paid(wallet)]);
    },
  },
  {
    name: 'reorganised',
    run: async (wallet) => {
      const { engine, moment } = engineUntil(wallet, 'waiting for confirmation');
      await moment;
      await random(600);
      await wallet.world.control({ reorg: 1 + Math.floor(Math.random() * 2) });
      await ended(engine);
    },
  },
  {
    name: 'journal of yesterday, operation in no block yet',
    run: (wallet) => restored(wallet, (engine) => engine.kill()),
  },
  {
    name: 'journal of yesterday, operation in a block',
    run: (wallet) =>
      restored(wallet, async (engine) => {
        await blocksLater(wallet, 1);
        await engine.kill();
      }),
  },
  {
    name: 'journal of yesterday, operation final',
    run: (wallet) =>
      restored(wallet, async (engine) => {
        await ended(engine);
        await blocksLater(wallet, 3);
      }),
  },
  {
    name: 'journal lost',
    run: async (wallet) => {
      const { engine, moment } = engineUntil(wallet, 'waiting for confirmation');
      await moment;
      await random(1500);
      await restart(wallet, () => rmSync(wallet.journal, { force: true }));
      await ended(engine);
    },
  },
  {
    name: 'journal full',
    run: async (wallet) => {
      const size = readFileSync(wallet.journal).length + Math.floor(Math.random() * 1200);
      await wallet.limitJournal(size);
      await paid(wallet);
      await restart(wallet);
    },
  },
  {
    name: 'bucket away',
    run: async (wallet) => {
      wallet.world.store.isDown = true;
      await paid(wallet, 4000);
      wallet.world.store.isDown = false;
    },
  },
  {
    name: 'two engines',
    run: async (wallet) => {
      await Promise.all([paid(wallet), random(200).then(() => paid(wallet))]);
    },
  },
  {
    name: 'engine suspended until its operation is dead',
    run: async (wallet, rows) => {
      const { engine, moment } = engineUntil(wallet, 'broadcasting batch');
      await moment;
      engine.signal('SIGSTOP');
      await blocksLater(wallet, EXPIRED_BLOCKS);
      await wallet.post(rows);
      await paid(wallet);
      engine.signal('SIGCONT');
      await wait(1500);
      await engine.kill();
    },
  },
  {
    name: 'engine suspended before it has asked',
    run: async (wallet, rows) => {
      const { engine, moment } = engineUntil(wallet, 'creating batch');
      await moment;
      engine.signal('SIGSTOP');
      await random(2000);
      await wallet.post(rows);
      await paid(wallet);
      engine.signal('SIGCONT');
      await ended(engine, 5000);
    },
  },
  {
    name: 'node lags',
    run: async (wallet) => {
      const fault = nodeFault(wallet, { lags: true }, 1500);
      await random(300);
      await Promise.all([fault, paid(wallet)]);
    },
  },
  {
    name: 'foreign transfer',
    run: async (wallet) => {
      const engine = wallet.engine();
      await random(1200);
      await foreignTransfer(wallet, 777);
      await ended(engine);
      await blocksLater(wallet, 3);
    },
  },
  {
    name: 'two guards',
    run: async (wallet) => {
      const [, rpc, plan, records, metrics] = await freePorts(5);
      const [signer] = await freePorts(1);
      const twin = `${wallet.folder}-twin`;
      wallet.world.write(
        `wallet-${wallet.index}-twin/guard.json`,
        wallet.config(twin, [signer, rpc, plan, records, metrics]),
      );
      wallet.world.write(`wallet-${wallet.index}-twin/journal/empty`, '');
      copyFileSync(wallet.journal, `${twin}/journal/${wallet.address}.journal`);
      const second = wallet.guardAt(twin);
      await random(300);
      await Promise.all([paid(wallet), wallet.paidThrough(signer, rpc)]);
      await second.kill();
    },
  },
];

/** Half of the last line is gone. */
function tear(journal: string): void {
  if (!existsSync(journal)) return;
  const text = readFileSync(journal);
  const begin = text.lastIndexOf(10, text.length - 2) + 1;
  if (text[text.length - 1] !== 10) return; // it is torn already
  truncateSync(journal, begin + Math.floor((text.length - begin) / 2));
}
