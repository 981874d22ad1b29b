import { decodeAny } from '../../stand-ins/kit/base58';
import type { HardwareKey, KmsBakery, RenderedGateway } from './kms-bakery';
import type { Done, Question, Step } from './signatory-run';
import { bytesOf, digestOf, type Kind, oldEndorsementBytes, transferBytes, type Wish } from './signing-requests';

/** Something that must hold, as steps and what is wrong with what they brought. */
export interface Check {
  readonly what: string;
  readonly steps: readonly Step[];
  wrong(done: readonly Done[]): string[];
}

const kinds: readonly Kind[] = ['block', 'preattestation', 'attestation with DAL'];
const OTHER_CHAIN = 'NetXdQprcVkpaWU';

/** What is asked of a gateway with a DAL node beside its baker, in this order. */
export function checksOf({ bakery, keys }: KmsBakery, gateway: RenderedGateway): Check[] {
  const chain = bakery.network.chainId;
  const wish = (kind: Kind, level: number, more: Partial<Wish> = {}): Wish => ({ chain, kind, level, ...more });
  const each = (level: number, more: Partial<Wish> = {}) =>
    keys.flatMap((key) => kinds.map((kind) => ({ key, wish: wish(kind, level, more) })));
  const [{ address }] = keys;
  return [
    {
      what: 'Signatory takes the rendered configuration, and answers every probe of its pod',
      steps: [{ start: [0], ask: gateway.probes.map((probe) => ({ ...probe, instance: 0, method: 'GET' as const })) }],
      wrong: statuses([200, 200, 200]),
    },
    signs('what bakers sign, with both kinds of keys, is signed', each(100)),
    signs('the next round and the next level are signed', [...each(101)].concat(each(102, { round: 1 }))),
    refuses('the same bytes, another payload, a lower round, a lower level: none is signed', 409, [
      ...each(102, { round: 1 }),
      ...each(102, { round: 1, payload: 'other' }),
      ...each(102, { payload: 'other' }),
      ...each(50),
    ]),
    refuses('another chain is not signed for', 403, each(200, { chain: OTHER_CHAIN })),
    {
      what: 'transfers, endorsements of old and keys of nobody are refused',
      steps: [
        {
          ask: [
            post(address, transferBytes()),
            post(address, oldEndorsementBytes(chain)),
            post('tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U', bytesOf(wish('block', 300))),
          ],
        },
      ],
      wrong: (done) => [...statuses([403, 400, 403])(done), ...nothingMade(done)],
    },
    refuses('a Signatory that was killed and started anew knows what was signed', 409, each(102, { payload: 'new' }), {
      start: [0],
    }),
    signs('and goes on above it', each(103)),
    race(keys, chain),
    {
      what: 'to Signatory an attestation with DAL is another kind than one without (docs/operating.md, "Keys in Cloud KMS")',
      steps: [{ ask: [post(address, bytesOf(wish('attestation', 100, { payload: 'other' })))] }],
      wrong: statuses([200]),
    },
  ];
}

/** What is asked of a gateway whose baker has no DAL node. */
export function checksWithoutDal({ bakery, keys: [{ address }] }: KmsBakery): Check[] {
  const wish = (kind: Kind): Wish => ({ chain: bakery.network.chainId, kind, level: 100 });
  const ask = (['attestation', 'attestation with DAL'] as const).map((kind) => post(address, bytesOf(wish(kind))));
  return [
    {
      what: 'without a DAL node an attestation with DAL is not signed',
      steps: [{ start: [0], ask }],
      wrong: statuses([200, 403]),
    },
  ];
}

type Wished = { readonly key: HardwareKey; readonly wish: Wish };

const LEVELS = 10; // whoever is late in a transaction tries again after a while

/** Two that run at once, each asked for something else at each level. */
function race(keys: readonly HardwareKey[], chain: string): Check {
  const steps = Array.from({ length: LEVELS }, (_, i): Step => {
    const asks = keys.flatMap(({ address }) =>
      [0, 1].map((instance) => {
        const wish: Wish = { chain, kind: 'attestation with DAL', level: 200 + i, payload: `of ${instance}` };
        return { ...post(address, bytesOf(wish)), instance };
      }),
    );
    return { ...(i === 0 ? { start: [1] } : {}), ask: asks };
  });
  return {
    what: 'of two that run at once, one signs at each level',
    steps,
    wrong: (done) =>
      done.flatMap(({ answers, made }, i) => {
        const signed = answers.filter(({ status }) => status === 200).length;
        const isRight = signed === keys.length && made.length === keys.length;
        return isRight
          ? []
          : [`level ${200 + i}: ${signed} answers and ${made.length} signatures for ${keys.length} keys`];
      }),
  };
}

/** Each of the wishes in a step of its own: what is asked at once has no order. */
function stepsOf(wishes: readonly Wished[], first: Partial<Step> = {}): Step[] {
  return wishes.map(({ key, wish }, i) => ({ ...(i === 0 ? first : {}), ask: [post(key.address, bytesOf(wish))] }));
}

function signs(what: string, wishes: readonly Wished[]): Check {
  return {
    what,
    steps: stepsOf(wishes),
    wrong: (done) =>
      done.flatMap(({ answers: [{ status, body }], made }, i) => {
        const { key, wish } = wishes[i];
        const digest = digestOf(bytesOf(wish));
        const isIts = made.length === 1 && made[0].digest === digest && isOf(body, key, made[0].r);
        return status === 200 && isIts ? [] : [`${told(wishes[i])}: ${status} ${body.trim()}, signed: ${made.length}`];
      }),
  };
}

function refuses(what: string, status: number, wishes: readonly Wished[], first: Partial<Step> = {}): Check {
  return {
    what,
    steps: stepsOf(wishes, first),
    wrong: (done) => [
      ...done.flatMap(({ answers: [answer] }, i) =>
        answer.status === status ? [] : [`${told(wishes[i])}: ${answer.status} ${answer.body.trim()}`],
      ),
      ...nothingMade(done),
    ],
  };
}

const told = ({ key, wish: { kind, level, round = 0 } }: Wished) => `${key.address}, ${kind} ${level}.${round}`;

/** The answer holds the signature that the hardware has made, in the words of its curve; half of it tells. */
function isOf(body: string, { curve }: HardwareKey, r: string): boolean {
  const { signature = '' } = JSON.parse(body) as { signature?: string };
  const begins = curve === 'secp256k1' ? 'spsig1' : 'p2sig';
  return signature.startsWith(begins) && decodeAny(signature)?.subarray(-64, -32).toString('hex') === r;
}

const statuses =
  (wanted: readonly number[]) =>
  (done: readonly Done[]): string[] => {
    const answers = done.flatMap((each) => each.answers);
    const isRight = answers.length === wanted.length && answers.every(({ status }, i) => status === wanted[i]);
    return isRight ? [] : answers.map(({ status, body }, i) => `wanted ${wanted[i]}: ${status} ${body.trim()}`);
  };

function nothingMade(done: readonly Done[]): string[] {
  const made = done.flatMap((each) => each.made);
  return made.length === 0 ? [] : [`the hardware made ${made.length} signatures`];
}

function post(address: string, bytes: Buffer): Question {
  const body = JSON.stringify(bytes.toString('hex'));
  return { instance: 0, port: 'signer', method: 'POST', path: `/keys/${address}?version=3`, body };
}
