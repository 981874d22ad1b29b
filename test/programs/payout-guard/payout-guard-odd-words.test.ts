import { ask } from '../../../programs/runtime/ask-http';
import { ann, baker, bob, planned, row, wallet } from './payout-guard-world';

const deep = (times: number) => `${'['.repeat(times)}${']'.repeat(times)}`;

test('whatever is posted is refused by name, nothing is changed by it, and who has a right is served as before', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  const says = async (of: 'plan' | 'signer' | 'rpc', path: string, body?: string) => {
    const url = `http://127.0.0.1:${world.guard?.ports[of]}`;
    const question = { path, timeoutMs: 60_000, ...(body === undefined ? {} : { body }) };
    const { status } = await ask({ url }, { method: body === undefined ? 'GET' : 'POST', ...question });
    return status;
  };
  const shared = `"chainId":"${world.node.chainId}","wallet":"${wallet.address}","baker":"${baker.address}","leftOut":[]`;
  const rowWith = (more: string) =>
    `{"cycle":12,"kind":"delegator reward","delegator":"${bob}","recipient":"${bob}","amount":"1",${more}}`;
  const amounts = [
    '1',
    '-1',
    '"-1"',
    '"01"',
    '"0"',
    '"1e3"',
    '"1.5"',
    '" 1"',
    '"１"',
    '""',
    'null',
    `"${'9'.repeat(40)}"`,
  ];
  const cycles = ['-1', '1e400', '9007199254740993', '12.5', '"12"', 'null', '[12]', '1'];
  const recipients = [
    `"${bob.slice(0, -1)}"`,
    `"${bob}\\n"`,
    `"${bob}%entry"`,
    '""',
    '{}',
    '"__proto__"',
    `"${'1'.repeat(9000)}"`,
  ];
  const kinds = ['"__proto__"', '"constructor"', '"Delegator reward"', '["delegator reward"]', '""'];
  const odd = [
    ...amounts.map((each) => `"amount":${each}`),
    ...cycles.map((each) => `"cycle":${each}`),
    ...recipients.flatMap((each) => [`"recipient":${each}`, `"delegator":${each}`]),
    ...kinds.map((each) => `"kind":${each}`),
    '"bakerFee":-1',
    '"bakerFee":"-1"',
  ].map((more) => `{${shared},"rows":[${rowWith(more)}]}`);
  const none = [
    '',
    'null',
    '1',
    '"',
    '\u0000',
    '{"wallet":{"toString":1}}',
    `{"wallet":${deep(1_000_000)}}`,
    deep(1_000_000),
  ];
  const plans = [
    ...none,
    ...odd,
    `{${shared},"rows":[${rowWith('"amount":"1"')},${rowWith('"amount":"2"')}]}`,
    `{${shared},"rows":${deep(1_000_000)}}`,
    `{${shared},"rows":{"length":3}}`,
    `{${shared},"rows":[${rowWith(`"amount":"${'9'.repeat(19)}"`)}]}`,
  ];
  const before = await world.status();
  for (const body of plans) {
    const status = await says('plan', '/plans', body);
    expect([body.slice(0, 400), [403, 404].includes(status) || status]).toEqual([body.slice(0, 400), true]);
  }
  for (const path of ['//', '/\\', '/%', '/rows', '/rows?wallet=__proto__', '/wallets/__proto__', '/wallets/%00', '/?'])
    expect([path, await says('plan', path)]).toEqual([path, 404]);
  const key = `/keys/${wallet.address}`;
  const asked = [
    '',
    '""',
    '"0"',
    '"03"',
    '"03zz"',
    'null',
    `"${'03'.repeat(33_000)}"`,
    `"11${'00'.repeat(100)}"`,
    deep(50_000),
  ];
  for (const body of asked)
    expect([body.slice(0, 99), await says('signer', key, body)]).toEqual([body.slice(0, 99), 403]);
  expect(await says('signer', key, `"${'0'.repeat(200_000)}"`)).toBe(413);
  for (const body of ['""', '"00"', '"abc"', `"${'00'.repeat(900_000)}"`, deep(900_000)])
    expect([body.slice(0, 99), await says('rpc', '/injection/operation', body)]).toEqual([body.slice(0, 99), 403]);
  expect(await world.status()).toEqual({ ...before, final: expect.anything(), refusedMs: expect.any(Number) });
  expect((await world.sign(world.operation([[ann, 1_000_000n]])))[0]).toBe(200);
}, 120_000);
