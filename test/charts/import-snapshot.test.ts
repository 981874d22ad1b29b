import { existsSync, writeFileSync } from 'node:fs';
import { BLOCK, LEVEL, OTHER_BLOCK, snapshotOf, World } from './import-snapshot.world';

/** The script runs as it is, in the shell of this machine; only octez-node and the internet are stand-ins. */
let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.remove());

const WHOLE = `whole ${BLOCK}\n`;
const downloads = (calls: string[]) => calls.filter((call) => call.includes('wget') && call.includes('/rolling'));

async function imported(settings: Record<string, string> = {}) {
  expect(await world.allWell().run(settings)).toMatchObject({ code: 0 });
  world.put('data/identity.json', 'me');
  world.calls();
}

describe('what the claim holds decides', () => {
  test('no data: it imports, for the network and history mode that the node will run with', async () => {
    expect(await world.allWell().run()).toMatchObject({ code: 0 });
    expect(world.file('data/store')).toBe(WHOLE);
    expect(world.file('data/config.json')).toBe('network mainnet mode rolling:1\n');
    expect(world.has('imported')).toBe(true);
    expect(world.has('import')).toBe(false); // the snapshot takes no room
    const calls = world.calls();
    expect(downloads(calls)).toHaveLength(1); // the first provider is enough
    const [config, run] = ['config init', 'snapshot import'].map((word) =>
      calls.findIndex((call) => call.includes(word)),
    );
    expect(config).toBeLessThan(run);
    expect(calls[run]).toContain(`--block ${BLOCK}`);
  });

  test('a marker: it never imports again, and asks nobody', async () => {
    await imported();
    expect(await world.run()).toMatchObject({ code: 0 });
    expect(world.calls()).toEqual([]);
    expect(world.file('data/identity.json')).toBe('me');
  });

  test('data without a marker: it cleans up and imports again', async () => {
    world.put('data/store', 'half');
    world.put('data/left-over', '');
    expect(await world.allWell().run()).toMatchObject({ code: 0 });
    expect(world.file('data/store')).toBe(WHOLE);
    expect(world.has('data/left-over')).toBe(false);
  });

  test('a marker whose data is gone: it imports', async () => {
    world.put('imported', 'reimport=\nchain=NetXdQprcVkpaWU\nhistory=rolling\n');
    expect(await world.allWell().run()).toMatchObject({ code: 0 });
    expect(world.file('data/store')).toBe(WHOLE);
  });

  test('data of another chain is never touched, and never baked on', async () => {
    await imported();
    const other = await world.run({ CHAIN: 'NetXsqzbfFenSTS', NETWORK: 'shadownet', REIMPORT: 'now' });
    expect(other.code).toBe(1);
    expect(other.output).toContain('the volume holds the chain NetXdQprcVkpaWU, the bakery file says NetXsqzbfFenSTS');
    expect(world.file('data/store')).toBe(WHOLE);
  });

  test('another history mode asks for a reimport, and has it with a new word', async () => {
    await imported();
    const refused = await world.run({ HISTORY_MODE: 'full' });
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('write a new word in reimport');
    expect(world.file('data/store')).toBe(WHOLE);
    expect(await world.allWell().run({ HISTORY_MODE: 'full', REIMPORT: 'full' })).toMatchObject({ code: 0 });
    expect(world.file('data/config.json')).toBe('network mainnet mode full\n');
    expect(await world.run({ HISTORY_MODE: 'full', REIMPORT: 'full' })).toMatchObject({ code: 0 });
  });

  test('more cycles of the same history mode are no other mode', async () => {
    await imported();
    expect(await world.run({ HISTORY_MODE: 'rolling:20' })).toMatchObject({ code: 0 });
  });

  test('no providers: a configured, empty directory, once', async () => {
    expect(await world.run({ PROVIDERS: '' })).toMatchObject({ code: 0 });
    expect(world.file('data/config.json')).toBe('network mainnet mode rolling:1\n');
    world.put('data/store', 'synced by the node');
    expect(await world.run({ PROVIDERS: '' })).toMatchObject({ code: 0 });
    expect(world.file('data/store')).toBe('synced by the node');
    expect(world.calls()).toHaveLength(1);
  });
});

describe('reimport', () => {
  test('a new word drops complete data once, and the node keeps its identity', async () => {
    await imported();
    world.put('data/store', 'old');
    expect(await world.run({ REIMPORT: 'july' })).toMatchObject({ code: 0 });
    expect(world.file('data/store')).toBe(WHOLE);
    expect(world.file('data/identity.json')).toBe('me');
    world.calls();
    for (const REIMPORT of ['july', '', 'july']) await world.run({ REIMPORT });
    expect(world.calls()).toEqual([]);
    await world.run({ REIMPORT: 'august' });
    expect(downloads(world.calls())).toHaveLength(1);
  });

  test('complete data stays until another snapshot is verified', async () => {
    await imported();
    world.operatorsSay(OTHER_BLOCK, OTHER_BLOCK);
    const { code, output } = await world.run({ REIMPORT: 'july' });
    expect(code).toBe(1);
    expect(output).toContain('take reimport out');
    expect(world.file('data/store')).toBe(WHOLE);
    expect(world.has('imported')).toBe(true);
  });
});

describe('a snapshot is believed only for a block that others name', () => {
  test('a provider that lies is passed over for the next', async () => {
    world.allWell().serves('https://one.example/rolling', snapshotOf('mainnet', OTHER_BLOCK));
    const { code, output } = await world.run();
    expect(code).toBe(0);
    expect(output).toMatch(/First provider: it holds block BMb+ at level 1234, but Operator A has another one/);
    expect(world.file('data/store')).toBe(WHOLE);
  });

  test('one operator that names another block is enough to refuse', async () => {
    world.allWell().operatorsSay(BLOCK, OTHER_BLOCK);
    world.serves(`https://rpc.c.example/chains/main/blocks/${LEVEL}/hash`, `"${BLOCK}"`);
    const PUBLIC_RPCS = `${world.settings.PUBLIC_RPCS}https://rpc.c.example Operator C\n`;
    expect((await world.run({ PUBLIC_RPCS })).code).toBe(1);
    expect(world.has('data')).toBe(false);
  });

  test('one operator is not enough, however many nodes it has', async () => {
    world.allWell();
    const PUBLIC_RPCS = 'https://rpc.a.example Operator A\nhttps://rpc.b.example Operator A\n';
    const { code, output } = await world.run({ PUBLIC_RPCS });
    expect(code).toBe(1);
    expect(output).toContain('no two operators confirm its block');
  });

  test('an operator that does not answer is replaced by the next one', async () => {
    world.allWell();
    const PUBLIC_RPCS = `https://dead.example Dead\n${world.settings.PUBLIC_RPCS}`;
    expect(await world.run({ PUBLIC_RPCS })).toMatchObject({ code: 0 });
  });

  test('an indexer counts as an operator: its URL says where the level goes', async () => {
    world.allWell();
    world.serves(`https://api.c.example/v1/blocks/${LEVEL}`, `{"level":${LEVEL},"hash":"${BLOCK}"}`);
    const PUBLIC_RPCS = 'https://rpc.a.example Operator A\nhttps://api.c.example/v1/blocks/{level} Indexer\n';
    expect(await world.run({ PUBLIC_RPCS })).toMatchObject({ code: 0 });
    world.serves(`https://api.c.example/v1/blocks/${LEVEL}`, `{"level":${LEVEL},"hash":"${OTHER_BLOCK}"}`);
    expect(await world.run({ PUBLIC_RPCS, REIMPORT: 'again' })).toMatchObject({ code: 1 });
  });

  test('a pinned block asks nobody, and refuses any other', async () => {
    world.allWell();
    expect((await world.run({ BLOCK: OTHER_BLOCK })).output).toContain(`not the pinned ${OTHER_BLOCK}`);
    expect(world.has('data')).toBe(false);
    expect(await world.run({ BLOCK })).toMatchObject({ code: 0 });
    expect(world.calls().join('\n')).not.toContain('/chains/main/');
  });

  test('a release that cannot read snapshots needs a pinned block, which the import checks', async () => {
    world.allWell().serves('https://one.example/rolling', snapshotOf('mainnet', OTHER_BLOCK));
    expect((await world.run({ HAS_SNAPSHOT_INFO: '' })).output).toContain('bringUp.block.hash');
    expect(await world.run({ HAS_SNAPSHOT_INFO: '', BLOCK })).toMatchObject({ code: 0 });
    expect(world.file('data/store')).toBe(WHOLE);
  });

  test('a snapshot of another chain is passed over', async () => {
    world.allWell().serves('https://one.example/rolling', snapshotOf('shadownet'));
    const { code, output } = await world.run();
    expect(code).toBe(0);
    expect(output).toContain('First provider: the import failed');
    expect(world.file('data/config.json')).toContain('mainnet');
  });
});

describe('what goes wrong is said, and leaves nothing behind', () => {
  test('all providers down: each is listed with its reason, and the claim is as before', async () => {
    world.serves('https://two.example/rolling', '<html>busy</html>');
    const { code, output } = await world.run();
    expect(code).toBe(1);
    expect(output).toContain('First provider (https://one.example/rolling): the download failed');
    expect(output).toMatch(/Second \(https:\/\/two\.example\/rolling\): it is not a snapshot that this release reads/);
    for (const name of ['data', 'import', 'imported']) expect([name, world.has(name)]).toEqual([name, false]);
  });

  test('a full volume is called one', async () => {
    writeFileSync(world.path('free'), '2048\n');
    const { code, output } = await world.run();
    expect(code).toBe(1);
    expect(output).toContain('the volume is full (2 MiB left): raise diskGiB (the download failed)');
  });

  test('no import is begun that cannot fit', async () => {
    world.allWell();
    writeFileSync(world.path('free'), '1\n');
    expect((await world.run()).output).toContain('the volume is too small');
    expect(world.calls().filter((call) => call.includes('snapshot import'))).toEqual([]);
  });

  test.each(['', '/', 'relative'])('no folder but a claim is ever touched (VOLUME "%s")', async (VOLUME) => {
    expect((await world.allWell().run({ VOLUME })).code).toBe(2);
    expect(world.calls()).toEqual([]);
  });

  test('TERM ends a download at once, not after the grace period', async () => {
    writeFileSync(world.path('hang'), '');
    const started = Date.now();
    const { code } = await world.allWell().run({}, (kill) => {
      const timer = setInterval(() => {
        if (!existsSync(world.path('hanging'))) return;
        clearInterval(timer);
        kill();
      }, 10);
    });
    expect(code).toBe(143);
    expect(Date.now() - started).toBeLessThan(5000);
  });
});

describe('killed at any point, the next start recovers', () => {
  /** Kills the script at its first command, its second, and so on until it gets through. */
  async function killedEverywhere(prepare: () => Promise<Record<string, string>>) {
    let kills = 0;
    for (let at = 1; ; at++) {
      world.remove();
      world = new World();
      const settings = await prepare();
      const { signal, code } = await world.run({ ...settings, KILL_AT: String(at) });
      if (world.has('imported') && world.has('data')) {
        expect([at, world.file('data/store')]).toEqual([at, expect.stringMatching(/^whole/)]);
      }
      if (signal === null) {
        expect(code).toBe(0);
        return kills;
      }
      kills++;
      expect([at, (await world.run(settings)).code]).toEqual([at, 0]);
      expect([at, world.file('data/store')]).toEqual([at, WHOLE]);
      expect([at, world.has('import'), world.has('identity.json')]).toEqual([at, false, false]);
    }
  }

  test('during the first import', async () => {
    const kills = await killedEverywhere(async () => {
      world.allWell();
      return {};
    });
    expect(kills).toBeGreaterThan(10);
  }, 60_000);

  test('during a reimport', async () => {
    const kills = await killedEverywhere(async () => {
      await imported();
      return { REIMPORT: 'july' };
    });
    expect(kills).toBeGreaterThan(10);
    expect(world.file('data/identity.json')).toBe('me');
  }, 60_000);
});
