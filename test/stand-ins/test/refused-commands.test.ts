import { Yard } from './yard';

/** What the programs refuse, and how: per version, as their parsers say it. */
const yard = new Yard();
afterAll(() => yard.clear());

const old = { STAND_IN_VERSION: '7.5' };
const run = (line: string, env: Record<string, string> = {}) => {
  const [name, ...words] = line.split(' ');
  return yard.run(name, words, env);
};
const codeAndLine = ({ code, output }: { code: number | null; output: string }, line = 0) => [
  code,
  output.split('\n')[line].trim(),
];

test('flags that a version does not have are refused by its node', async () => {
  const later = [
    '--synchronisation-threshold 1',
    '--metrics-addr :9932',
    '--allow-all-rpc 0.0.0.0:8733',
    '--sync-latency 5',
  ];
  const answers = await Promise.all(later.map((flag) => run(`tezos-node run --data-dir d ${flag}`, old)));
  expect(answers.map((each) => codeAndLine(each))).toEqual(
    later.map((flag) => [124, `tezos-node: unknown option '${flag.split(' ')[0]}'.`]),
  );
  const wrong = [
    'run --foo',
    'run --connections',
    'config init --network mainnet --network mainnet',
    'snapshot import --in-memory x',
    'snapshot import --network mainnet x',
  ];
  const said = await Promise.all(wrong.map((words) => run(`octez-node ${words}`)));
  expect(said.map((each) => codeAndLine(each))).toEqual([
    [124, "octez-node: unknown option '--foo'."],
    [124, "octez-node: option '--connections' needs an argument"],
    [124, "octez-node: option '--network' cannot be repeated"],
    [124, "octez-node: unknown option '--in-memory'."],
    [124, "octez-node: unknown option '--network'."],
  ]);
});

test('commands that a version does not have are refused', async () => {
  const answers = await Promise.all([
    run('tezos-node snapshot info x', old),
    run('octez-node snapshot dance'),
    run('octez-node dance'),
    run('octez-node version'),
  ]);
  expect(answers.map((each) => codeAndLine(each))).toEqual([
    [124, "tezos-node: unknown command 'info'."],
    [124, "octez-node: unknown command 'dance'."],
    [124, "octez-node: unknown command 'dance'."],
    [124, "octez-node: unknown command 'version'."],
  ]);
});

test('--allow-all-rpc must equal an address that the node listens on', async () => {
  const init = (folder: string, words: string) => run(`octez-node config init --data-dir ${folder} ${words}`);
  const answers = await Promise.all([
    init('a1', '--rpc-addr 0.0.0.0:8734 --allow-all-rpc 0.0.0.0:8734'),
    init('a2', '--rpc-addr 0.0.0.0 --allow-all-rpc 0.0.0.0:8732'),
    init('a3', '--rpc-addr 0.0.0.0:8734 --allow-all-rpc 0.0.0.0'),
    run('octez-node run --data-dir a4 --rpc-addr 127.0.0.1:8732 --rpc-addr 0.0.0.0:8733 --allow-all-rpc 0.0.0.0:8734'),
  ]);
  expect(answers.map(({ code }) => code)).toEqual([0, 0, 1, 1]);
  expect(codeAndLine(answers[3])).toEqual([
    1,
    'Error: --allow-all-rpc 0.0.0.0:8734 is not an address of --rpc-addr (127.0.0.1:8732, 0.0.0.0:8733)',
  ]);
});

test('an error names the program of the version', async () => {
  const answers = await Promise.all([
    run('tezos-node config init --data-dir n1 --network nowhere', old),
    run('tezos-node config init --data-dir n2 --connections few', old),
    run('tezos-node snapshot import --data-dir n3', old),
    run('octez-node config init --data-dir n4 --network nowhere'),
  ]);
  expect(answers.map((each) => codeAndLine(each))).toEqual([
    [124, "tezos-node: option '--network': invalid value 'nowhere', not an alias, a URL or a file"],
    [124, "tezos-node: option '--connections': invalid value 'few', expected an integer"],
    [124, 'tezos-node: required argument FILE is missing'],
    [124, "octez-node: option '--network': invalid value 'nowhere', not an alias, a URL or a file"],
  ]);
});

test('history modes have the names of the version', async () => {
  const init = (name: string, mode: string, folder: string, env = {}) =>
    run(`${name} config init --data-dir ${folder} --network mainnet --history-mode ${mode}`, env);
  const answers = await Promise.all([
    init('octez-node', 'rolling:2', 'h1'),
    init('octez-node', 'experimental-rolling', 'h2'),
    init('tezos-node', 'experimental-rolling', 'h3', old),
    init('tezos-node', 'rolling:1', 'h4', old),
  ]);
  expect(answers.map(({ code }) => code)).toEqual([0, 124, 0, 124]);
  expect(JSON.parse(yard.read('h1/config.json')).shell.history_mode).toEqual({ rolling: { additional_cycles: 2 } });
});

test('clients and signers refuse what they do not know, with exit code 1', async () => {
  const answers = await Promise.all([
    run('octez-baker run remotely --adaptive-issuance-vote on --without-dal'),
    run('octez-baker --foo run'),
    run('octez-baker bake'),
    run('tezos-baker-006-PsCARTHA --endpoint http://localhost:1 run', old),
    run('tezos-accuser-006-PsCARTHA run --keep-alive', old),
    run('octez-signer launch http signer --foo'),
    run('octez-signer launch rocket'),
    run('octez-signer launch http signer -p'),
  ]);
  expect(answers.map((each) => codeAndLine(each, 1))).toEqual([
    [1, 'Unexpected command line option --adaptive-issuance-vote.'],
    [1, 'Unexpected command line option --foo.'],
    [1, 'Unrecognized command.'],
    [1, 'Unexpected command line option --endpoint.'],
    [1, 'Unexpected command line option --keep-alive.'],
    [1, 'Unexpected command line option --foo.'],
    [1, 'Unrecognized command.'],
    [1, 'Command line option -p expects an argument.'],
  ]);
});

test('a program is there only in the versions that have it', async () => {
  const answers = await Promise.all([
    run('octez-node --version'),
    run('octez-node --version', old),
    run('tezos-endorser-006-PsCARTHA run'),
    run('octez-dal-node run --foo'),
  ]);
  expect(answers.map(({ code }) => code)).toEqual([0, 127, 127, 124]);
});

test('a baker of 25.2 must be told about the DAL and the liquidity vote', async () => {
  const base = yard.wallet('wallet', ['someone']);
  const baker = (words: string) =>
    run(`octez-baker --endpoint http://127.0.0.1:1 --base-dir ${base} run remotely ${words}`);
  const answers = await Promise.all([
    baker('--liquidity-baking-toggle-vote pass'),
    baker('--liquidity-baking-toggle-vote pass --without-dal --dal-node http://d:1'),
    baker('--without-dal'),
    baker('--liquidity-baking-toggle-vote perhaps --without-dal'),
    baker('nobody --liquidity-baking-toggle-vote pass --without-dal'),
  ]);
  expect(answers.map((each) => codeAndLine(each, 1))).toEqual([
    [1, 'Please connect a running DAL node using --dal-node <endpoint>, or opt out with --without-dal'],
    [1, 'Please do not use --dal-node and --without-dal together'],
    [
      1,
      'Missing liquidity baking toggle vote, please use either the --liquidity-baking-toggle-vote or --votefile option.',
    ],
    [1, 'Wrong value for command line option --liquidity-baking-toggle-vote.'],
    [1, 'Erroneous command line argument: no public key hash alias named nobody'],
  ]);
});

test('wallet files are read strictly; a baker beside no node ends; without --keep-alive one that loses its node ends with 111', async () => {
  const vote = '--liquidity-baking-toggle-vote pass --without-dal';
  yard.wallet('strict', ['someone']);
  yard.write('strict/secret_keys', [{ name: 'someone', value: 'unencrypted:x', more: 1 }]);
  const [strict, local, lost] = await Promise.all([
    run(`octez-baker --base-dir strict run remotely ${vote}`),
    run(`octez-baker --base-dir strict run with local node nowhere ${vote}`),
    run(`octez-baker --endpoint http://127.0.0.1:1 --base-dir ${yard.wallet('lost', ['a'])} run remotely ${vote}`, {
      STAND_IN_NODE_PATIENCE_MS: '100',
    }),
  ]);
  expect([strict.code, strict.output]).toEqual([
    1,
    expect.stringContaining('expected exactly the fields name and value'),
  ]);
  expect([local.code, local.output]).toEqual([1, expect.stringContaining('Unable to read the context')]);
  expect(lost.code).toBe(111);
});
