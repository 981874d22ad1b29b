import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { ask } from '../../stand-ins/kit/http-client';
import { freePorts } from '../cluster/processes';
import type { DueRow, GuardedWallet } from './guarded-wallet';
import {
  blocksLater,
  censor,
  EXPIRED_BLOCKS,
  ended,
  engineUntil,
  foreignTransfer,
  killedAtWrite,
  nodeFault,
  paid,
  random,
  restart,
  restored,
  tear,
  waiting,
} from './money-moves';
import { wait } from './money-world';

/** Something that goes wrong while a cycle is paid. Its plan is posted; `run` begins to pay it. */
export interface MoneyFault {
  readonly name: string;
  readonly run: (wallet: GuardedWallet, rows: readonly DueRow[]) => Promise<void>;
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
