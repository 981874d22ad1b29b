import { existsSync, writeFileSync } from 'node:fs';
import { BLOCK, BREAKS_OFF, CUT_SHORT, LEVEL, OTHER_BLOCK, snapshotOf, TRICKLES, World } from './import-snapshot.world';

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

const CLAIM = ['data/store', 'data/config.json', 'data/identity.json', 'imported'];
const everything = () => CLAIM.map((name) => [name, world.file(name)]);

function providersServe(snapshot: string) {
  for (const provider of ['one', 'two']) world.serves(`https://${provider}.example/rolling`, snapshot);
}

/** The data takes more than is free. */
function noRoomForBoth() {
  writeFileSync(world.path('data-kib'), '80000000\n');
  writeFileSync(world.path('free'), '70000000\n');
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

  test('data of mainnet never goes for that of another chain, nor the other way round, whatever the bakery file says', async () => {
    await imported();
    const other = await world.run({ CHAIN: 'NetXsqzbfFenSTS', NETWORK: 'shadownet', REIMPORT: 'now' });
    expect(other.code).toBe(1);
    expect(other.output).toMatch(
      /the volume holds the chain NetXdQprcVkpaWU, the bakery file says NetXsqzbfFenSTS: nothing is touched. Undo the edit\n$/,
    );
    expect(world.file('data/store')).toBe(WHOLE);
    world.put('imported', 'reimport=\nchain=NetXsqzbfFenSTS\nhistory=rolling\n');
    expect(await world.run({ REIMPORT: 'now' })).toMatchObject({
      code: 1,
      output: expect.stringMatching(/Undo the edit\n$/),
    });
    expect(world.file('data/store')).toBe(WHOLE);
  });

  test('a test network that was started anew: the refusal names the way out, and a new word replaces the data', async () => {
    const before = { CHAIN: 'NetXsqzbfFenSTS', REIMPORT: 'once' };
    expect(await world.allWell().run(before)).toMatchObject({ code: 0 });
    world.put('data/store', 'whole but of the old chain');
    const now = { ...before, CHAIN: 'NetXvNVUNbWHxGt' };
    const refused = await world.run(now);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('write a new word in reimport')]);
    expect(world.file('data/store')).toBe('whole but of the old chain');
    expect(await world.run({ ...now, REIMPORT: 'anew' })).toMatchObject({ code: 0 });
    expect(world.file('data/store')).toBe(WHOLE);
    expect(world.file('imported')).toContain('chain=NetXvNVUNbWHxGt');
    expect(await world.run({ ...now, REIMPORT: 'anew' })).toMatchObject({ code: 0 });
  });

  test('of which chain the data is, its store says, not the marker', async () => {
    world.put('imported', 'reimport=\nchain=NetXsqzbfFenSTS\nhistory=rolling\n');
    world.put('data/store/chain_NetXvNVUNbWHx/config.json', '{"history_mode": "rolling"}');
    const { code, output } = await world.allWell().run({ CHAIN: 'NetXsqzbfFenSTS' });
    expect(code).toBe(1);
    expect(output).toContain('the volume holds the chain NetXvNVUNbWHx, the bakery file says NetXsqzbfFenSTS');
    expect(await world.run({ CHAIN: 'NetXvNVUNbWHxGt', REIMPORT: 'x' })).toMatchObject({ code: 0 });
  });

  test('a snapshot of a chain that is not the one of the bakery file is not imported, and no data of one comes into place', async () => {
    world.allWell();
    const named = await world.run({ CHAIN_NAME: 'TEZOS_MAINNET' }); // here it is TEZOS_mainnet
    expect(named.output).toContain(
      'First provider: it is of the chain TEZOS_mainnet, the bakery file says TEZOS_MAINNET',
    );
    expect(await world.run({ CHAIN_NAME: 'TEZOS_mainnet' })).toMatchObject({ code: 0 });
    writeFileSync(world.path('chain'), 'NetXvNVUNbWHx');
    const stored = await world.run({ REIMPORT: 'again' });
    expect(stored.output).toContain('Second: it is of the chain NetXvNVUNbWHx, the bakery file says NetXdQprcVkpaWU');
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

  test.each([
    ['archive', 'full', 0],
    ['archive', 'rolling:3', 0],
    ['full', 'rolling:3', 0],
    ['full', 'archive', 1],
    ['rolling', 'archive', 1],
  ])(
    'a store that holds %s history and is to be %s: %i, by what the store itself says',
    async (has, HISTORY_MODE, code) => {
      world.put('imported', 'reimport=\nchain=NetXdQprcVkpaWU\nhistory=rolling\n');
      const mode = has === 'rolling' ? '{ "rolling":\n { "additional_cycles": 5 } }' : `"${has}"`;
      world.put('data/store/chain_NetXdQprcVkpa/config.json', `{ "history_mode": ${mode},\n "genesis": {} }`);
      expect((await world.run({ HISTORY_MODE })).code).toBe(code);
      expect((await world.run({ HISTORY_MODE, CAN_SWITCH_HISTORY_MODE: '' })).code).toBe(1);
      expect(world.has('data/store')).toBe(true);
    },
  );

  test('no providers: a configured, empty directory, once', async () => {
    expect(await world.run({ PROVIDERS: '' })).toMatchObject({ code: 0 });
    expect(world.file('data/config.json')).toBe('network mainnet mode rolling:1\n');
    world.put('data/store', 'synced by the node');
    expect(await world.run({ PROVIDERS: '' })).toMatchObject({ code: 0 });
    expect(world.file('data/store')).toBe('synced by the node');
    expect(world.calls()).toHaveLength(1);
  });

  test('no providers: data of the same chain never goes for an empty directory, whatever reimport says', async () => {
    await imported();
    const before = everything();
    for (const HISTORY_MODE of ['archive', 'rolling:1']) {
      const { code, output } = await world.run({ HISTORY_MODE, REIMPORT: 'x', PROVIDERS: '' });
      expect([code, output]).toEqual([
        1,
        expect.stringMatching(/nothing is touched\. Take reimport out; .*the claim\n$/),
      ]);
      expect(everything()).toEqual(before);
    }
  });

  test('no providers, and peers that do not keep every block: nothing begins at genesis behind them', async () => {
    const settings = { HISTORY_MODE: 'archive', PROVIDERS: '', KEPT_SECONDS: '604800' };
    const { code, output } = await world.run(settings);
    expect([code, output]).toEqual([1, expect.stringContaining('the sentries keep 168 hours: nothing is touched.')]);
    expect(world.has('data')).toBe(false);
    expect(await world.allWell().run()).toMatchObject({ code: 0 });
    expect(await world.run({ ...settings, REIMPORT: 'x' })).toMatchObject({ code: 1 });
    expect(world.file('data/store')).toBe(WHOLE);
  });

  test('no providers: data that lacks the history of the bakery file stays, and the way is not a reimport, which would be refused', async () => {
    await imported();
    const { code, output } = await world.run({ HISTORY_MODE: 'archive', PROVIDERS: '' });
    expect([code, output]).toEqual([1, expect.stringContaining('Undo the edit, or delete the claim')]);
    expect(output).not.toContain('reimport');
    expect(world.file('data/store')).toBe(WHOLE);
  });

  test('no providers: nothing begins on a network that is described as another chain', async () => {
    const settings = {
      PROVIDERS: '',
      CHAIN: 'NetXvNVUNbWHxGt',
      NETWORK: 'https://x.example',
      MAINNET_NAME: 'TEZOS_MAINNET',
    };
    world.describes('TEZOS_MAINNET');
    const forbidden = await world.run(settings); // no name known to compare with
    expect([forbidden.code, forbidden.output]).toEqual([
      1,
      expect.stringContaining('describes the chain TEZOS_MAINNET, the bakery file says the chain NetXvNVUNbWHxGt'),
    ]);
    expect((await world.run({ ...settings, CHAIN_NAME: 'TEZOS_MAINNET' })).code).toBe(1);
    world.describes('TEZOS_SHADOWNET');
    const other = await world.run({ ...settings, CHAIN_NAME: 'TEZOS_BAKINGNET' });
    expect([other.code, other.output]).toEqual([
      1,
      expect.stringContaining('describes the chain TEZOS_SHADOWNET, the bakery file says TEZOS_BAKINGNET'),
    ]);
    expect([world.has('data'), world.has('import'), world.has('imported')]).toEqual([false, false, false]);
    world.describes('TEZOS_BAKINGNET');
    expect(await world.run({ ...settings, CHAIN_NAME: 'TEZOS_BAKINGNET' })).toMatchObject({ code: 0 });
  });

  test('no providers: a test network that was started anew begins at its new genesis', async () => {
    expect(await world.allWell().run({ CHAIN: 'NetXsqzbfFenSTS' })).toMatchObject({ code: 0 });
    expect(await world.run({ CHAIN: 'NetXvNVUNbWHxGt', PROVIDERS: '', REIMPORT: 'x' })).toMatchObject({ code: 0 });
    expect([world.has('data/config.json'), world.has('data/store')]).toEqual([true, false]);
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

  test('complete data stays until another state is complete: a snapshot that is cut short leaves it as it was', async () => {
    await imported();
    const before = everything();
    providersServe(CUT_SHORT);
    const { code, output } = await world.run({ REIMPORT: 'july' });
    expect(code).toBe(1);
    expect(output).toContain('Second (https://two.example/rolling): the import failed');
    expect(output).toContain('the data is as it was: take reimport out');
    expect(everything()).toEqual(before);
    expect([world.has('import'), world.has('identity.json')]).toEqual([false, false]);
    expect(await world.run()).toMatchObject({ code: 0 });
  });

  test('an import that fails beside the data leaves the next provider a clean start', async () => {
    await imported();
    world.put('data/store', 'old');
    world.serves('https://one.example/rolling', CUT_SHORT);
    expect(await world.run({ REIMPORT: 'july' })).toMatchObject({ code: 0 });
    expect(world.file('data/store')).toBe(WHOLE);
    expect(world.file('imported')).toContain('from=https://two.example');
    expect(world.file('data/identity.json')).toBe('me');
  });

  test('where the volume cannot hold both, the data goes first, and the error says that it is gone', async () => {
    await imported();
    providersServe(CUT_SHORT);
    noRoomForBoth();
    const { code, output } = await world.run({ REIMPORT: 'july' });
    expect(code).toBe(1);
    expect(output).toContain('the data has 78125 MiB, 68359 MiB are free, no room for both: the data is dropped first');
    expect(output).toMatch(
      /the data is gone: it was dropped for the import from First provider, .* no room for both\n$/,
    );
    expect(output).not.toContain('as it was');
    expect([world.has('data'), world.has('imported')]).toEqual([false, false]);
    expect((await world.run({ REIMPORT: 'july' })).output).toMatch(/the volume holds no data\n$/);
    expect(await world.allWell().run({ REIMPORT: 'july' })).toMatchObject({ code: 0 });
    expect(world.file('data/identity.json')).toBe('me');
  });

  test('a big snapshot needs more room than small data takes: a full store may replace a rolling one', async () => {
    await imported();
    writeFileSync(world.path('data-kib'), '4\n');
    writeFileSync(world.path('free'), '10\n');
    const { code, output } = await world.run({ REIMPORT: 'july' });
    expect([code, output]).toEqual([0, expect.stringContaining('no room for both: the data is dropped first')]);
  });

  test('data does not go for a snapshot that would not fit in its place either', async () => {
    await imported();
    writeFileSync(world.path('data-kib'), '1\n');
    writeFileSync(world.path('free'), '1\n');
    const { output } = await world.run({ REIMPORT: 'july' });
    expect(output).toContain('the volume is too small');
    expect(world.file('data/store')).toBe(WHOLE);
  });

  test('complete data stays when no snapshot is verified', async () => {
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

  test.each([
    ['one operator with two nodes', 'https://rpc.a.example Operator A\nhttps://rpc.b.example Operator A\n'],
    ['one operator in another spelling', 'https://rpc.a.example Operator A\nhttps://rpc.b.example  operator   A \n'],
    ['one operator with other signs in it', 'https://rpc.a.example Operator A\nhttps://rpc.b.example operator-A.\n'],
    ['one host with two operators', 'https://rpc.a.example Operator A\nhttps://rpc.a.example Operator B\n'],
    ['one host in upper case', 'https://rpc.a.example Operator A\nhttps://RPC.A.example Operator B\n'],
    ['one host with its port', 'https://rpc.a.example Operator A\nhttps://rpc.a.example:443 Operator B\n'],
    ['one host with a dot', 'https://rpc.a.example Operator A\nhttps://rpc.a.example. Operator B\n'],
    ['one host with both', 'https://rpc.a.example.:443 Operator A\nhttps://rpc.a.example Operator B\n'],
    ['one node three times', 'https://rpc.a.example A\nhttps://rpc.a.example:443 B\nhttps://rpc.a.example. C\n'],
  ])('two witnesses that are one are not enough: %s', async (_, PUBLIC_RPCS) => {
    world.allWell();
    for (const host of ['rpc.a.example:443', 'RPC.A.example', 'rpc.a.example.', 'rpc.a.example.:443'])
      world.serves(`https://${host}/chains/main/blocks/${LEVEL}/hash`, `"${BLOCK}"`);
    const { code, output } = await world.run({ PUBLIC_RPCS });
    expect(code).toBe(1);
    expect(output).toContain('no two operators on two hosts confirm its block');
    expect(output).not.toContain('does not answer');
    expect(world.has('data')).toBe(false);
  });

  test('two that differ in both are enough, wherever in the list they stand', async () => {
    world.allWell();
    const PUBLIC_RPCS = 'https://rpc.a.example A\nhttps://rpc.a.example B\nhttps://rpc.b.example A\n';
    expect(await world.run({ PUBLIC_RPCS })).toMatchObject({ code: 0 });
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

describe('a snapshot is of use only while the peers of the node keep what follows it', () => {
  const made = (daysAgo: number) =>
    writeFileSync(
      world.path('made'),
      new Date(Date.now() - daysAgo * 86_400_000).toISOString().replace('.000Z', '-00:00'),
    );

  test('one that is older than what the sentries keep is refused, with what to write', async () => {
    world.allWell();
    made(9);
    const { code, output } = await world.run({ KEPT_SECONDS: String(7 * 86_400) });
    expect(code).toBe(1);
    expect(output).toContain(
      'it is 216 hours old, and the sentries keep 168 hours of blocks: the node would never catch up',
    );
    expect(output).toContain('additionalCycles');
    expect(world.has('data')).toBe(false);
  });

  test('a newer one is taken, and one of any age where the peers keep everything', async () => {
    world.allWell();
    made(6);
    expect(await world.run({ KEPT_SECONDS: String(7 * 86_400) })).toMatchObject({ code: 0 });
    made(900);
    expect(await world.run({ REIMPORT: 'again' })).toMatchObject({ code: 0 });
  });

  test('where the age cannot be told, that is said', async () => {
    world.allWell();
    writeFileSync(world.path('made'), 'yesterday');
    const { code, output } = await world.run({ KEPT_SECONDS: '3600' });
    expect([code, output]).toEqual([0, expect.stringContaining('cannot tell how old the snapshot is')]);
  });
});

describe('whether certificates are checked', () => {
  const answers = (text: string) => {
    writeFileSync(world.path('hosts'), '192.0.2.7 rpc.b.example\n');
    world.serves('https://192.0.2.7/', text);
  };

  test('is proved once: a host is refused under a name that it has no certificate for', async () => {
    world.allWell();
    answers("REFUSED ssl_client: 192.0.2.7: name `192.0.2.7' not present in server certificate");
    const { code, output } = await world.run();
    expect([code, output]).toEqual([0, expect.stringContaining('the one of rpc.b.example was refused')]);
    expect(world.calls().filter((call) => call.includes('192.0.2.7'))).toHaveLength(1);
    expect((await world.run()).output).not.toContain('certificate');
  });

  test.each([
    ['an answer', 'hello'],
    ['an error of HTTP', 'REFUSED wget: server returned error: HTTP/1.1 403 Forbidden'],
    ['the word of busybox', 'REFUSED wget: note: TLS certificate validation not implemented'],
  ])('nobody is believed where they are not, which shows by %s; a pinned block needs nobody', async (_, text) => {
    world.allWell();
    answers(text);
    const { code, output } = await world.run();
    expect([code, output]).toEqual([1, expect.stringContaining('Pin bringUp.block.hash')]);
    expect(world.has('data')).toBe(false);
    expect(await world.run({ BLOCK })).toMatchObject({ code: 0 });
  });

  test('cannot always be told, and the import says so', async () => {
    world.allWell();
    answers('REFUSED wget: Unable to establish SSL connection.');
    const { code, output } = await world.run();
    expect([code, output]).toEqual([0, expect.stringContaining('cannot tell whether wget checks certificates')]);
  });
});

describe('what goes wrong is said, and leaves nothing behind', () => {
  test('a download that trickles is stopped, and the next provider is taken', async () => {
    world.allWell().serves('https://one.example/rolling', TRICKLES);
    const { code, output } = await world.run({ REAL_TIMEOUT: 'yes', DOWNLOAD_SECONDS: '2' });
    expect(code).toBe(0);
    expect(output).toContain(
      'First provider: the download failed after 4 KiB: too slow, it was stopped after 2 seconds',
    );
    expect(world.file('imported')).toContain('from=https://two.example');
  });

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
    expect(output).toContain('the volume is full (2 MiB left): raise diskGiB (the download failed after 0 KiB: ');
  });

  test('a download that fails says how much arrived and what wget says', async () => {
    world.serves('https://two.example/rolling', BREAKS_OFF);
    const { output } = await world.run();
    expect(output).toContain(
      'one.example/rolling): the download failed after 0 KiB: wget: server returned error: HTTP/1.1 404\n',
    );
    expect(output).toContain(
      'two.example/rolling): the download failed after 3 MiB: wget: connection closed prematurely\n',
    );
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
  const isWhole = (name: string) => /^whole/.test(world.file(name) ?? '');

  /**
   * Kills the script at its first command, its second, and so on until it gets through. Answers how many kills that
   * were, and how many of them left the volume without one whole state.
   */
  async function killedEverywhere(prepare: () => Record<string, string>) {
    let [kills, bare] = [0, 0];
    for (let at = 1; ; at++) {
      world.remove();
      world = new World();
      const settings = prepare();
      const { signal, code } = await world.run({ ...settings, KILL_AT: String(at) });
      if (world.has('imported') && world.has('data')) expect([at, isWhole('data/store')]).toEqual([at, true]);
      if (signal === null) {
        expect(code).toBe(0);
        return { kills, bare };
      }
      kills++;
      if (!isWhole('data/store') && !isWhole('import/data/store')) bare++;
      expect([at, (await world.run(settings)).code]).toEqual([at, 0]);
      expect([at, world.file('data/store')]).toEqual([at, WHOLE]);
      expect([at, world.has('import'), world.has('identity.json')]).toEqual([at, false, false]);
    }
  }

  /** Old data is to be replaced, and the first provider's snapshot is cut short. */
  function reimport() {
    world.allWell().serves('https://one.example/rolling', CUT_SHORT);
    world.put('data/store', 'whole but old');
    world.put('data/identity.json', 'me');
    world.put('imported', 'reimport=\nchain=NetXdQprcVkpaWU\nhistory=rolling\n');
    return { REIMPORT: 'july' };
  }

  test('during the first import', async () => {
    const { kills } = await killedEverywhere(() => {
      world.allWell();
      return {};
    });
    expect(kills).toBeGreaterThan(10);
  }, 60_000);

  test('during a reimport: the volume holds one whole state at every moment', async () => {
    const { kills, bare } = await killedEverywhere(reimport);
    expect(kills).toBeGreaterThan(20);
    expect(bare).toBe(0);
    expect(world.file('data/identity.json')).toBe('me');
  }, 120_000);

  test('during a reimport without room for both', async () => {
    const { bare } = await killedEverywhere(() => {
      noRoomForBoth();
      return reimport();
    });
    expect(bare).toBeGreaterThan(10);
    expect(world.file('data/identity.json')).toBe('me');
  }, 120_000);
});
