import type { Heard } from '../signing/ask-signer';
import { requestHex } from '../signing/made-requests';
import { eventually } from './home-check';
import type { HomesScene } from './homes-scene';
import type { Home } from './machine-at-home';

/** What an agent says of the key, at the far end of an uplink. */
export interface KeyView {
  readonly status: number;
  readonly reason: string;
}

/** `GET /status/<key>` over whichever tunnel answers. */
export async function keyView(scene: HomesScene, home: Home): Promise<KeyView> {
  const { status, text } = await askAgent(scene, home, `/status/${scene.key}`);
  return status === 0 ? { status, reason: 'nobody answers' } : { status, reason: reasonIn(text) };
}

/** What its agent says over the tunnel that answers first. */
export async function askAgent({ gateway }: HomesScene, home: Home, path: string): Promise<Heard> {
  const asked = ['cable', 'mobile'].map((uplink) => gateway!.askHome(home.name, uplink, path));
  const answers = asked.map(async (each) => ((await each).status === 0 ? Promise.reject(await each) : each));
  return Promise.any(answers).catch(() => asked[0]!);
}

function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as { reason: string }).reason;
  } catch {
    return text;
  }
}

/** One series of an agent's metrics; undefined if it is not there. */
export async function metric(scene: HomesScene, home: Home, series: string): Promise<number | undefined> {
  const { status, text } = await askAgent(scene, home, '/metrics');
  return status === 200 ? seriesValue(text, series) : undefined;
}

export function seriesValue(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** Waits for that reason ('' is health), at `/status` and in the metrics; answers what was seen instead. */
export async function seesReason(
  scene: HomesScene,
  home: Home,
  reason: string,
  seconds = 12,
): Promise<string | undefined> {
  const view = await eventually(
    seconds,
    () => keyView(scene, home),
    (each) => each.reason === reason,
  );
  if (view.reason !== reason)
    return `/status/${scene.key} says ${view.status} ${view.reason}, not ${reason || 'that nothing is wrong'}`;
  if (view.status !== (reason === '' ? 200 : 503))
    return `/status/${scene.key} is ${view.status} with the reason ${reason}`;
  const series =
    reason === ''
      ? `signer_agent_key_usable{key="${scene.key}"}`
      : `signer_agent_key_problem{key="${scene.key}",reason="${reason}"}`;
  const value = await eventually(
    3,
    () => metric(scene, home, series),
    (each) => each === 1,
  );
  return value === 1 ? undefined : `${series} is ${value}`;
}

const rounds = new Map<number, number>();

/** Asks the gateway for a vote that nobody has asked for yet. */
export async function signs(
  scene: HomesScene,
  timeoutMs = 10_000,
): Promise<{ status: number; text: string; ms: number }> {
  const { level, branch } = scene.chain.head;
  const round = (rounds.get(level) ?? -1) + 1;
  rounds.set(level, round);
  const hex = requestHex({ key: scene.key, kind: 'attestation', level, round, payload: `round ${round}`, branch });
  const heard = await scene.gateway!.ask(scene.key, hex, timeoutMs);
  if (heard.signature) scene.checker.see({ where: 'baker', key: scene.key, hex, signature: heard.signature });
  return heard;
}

/** Asks until something is signed; answers how long that took, in milliseconds. */
export async function signsWithin(scene: HomesScene, seconds: number): Promise<number> {
  const startMs = performance.now();
  let last = '';
  while (performance.now() < startMs + seconds * 1000) {
    const { status, text } = await signs(scene);
    if (status === 200) return performance.now() - startMs;
    last = `${status} ${text.trim()}`;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing is signed in ${seconds} s: ${last}`);
}

/** Which machine has signed last, by the marks of the devices. */
export function lastSigner(scene: HomesScene): string | undefined {
  const marks = scene.homes.map(({ name }) => ({ name, mark: scene.plugs.get(name)!.ledger.mark }));
  return marks.sort((a, b) => b.mark.level - a.mark.level || b.mark.round - a.mark.round)[0]?.name;
}

type Said = Awaited<ReturnType<NonNullable<HomesScene['gateway']>['said']>>;

/** The guard is open, and so many signers are usable and healthy; what it says otherwise. */
export function opens(scene: HomesScene, usable: number, seconds: number): Promise<void> {
  const isOpen = (said: Said) =>
    said?.phase === 'open' &&
    said.signers.filter(
      ({ isUsable, keys }) => isUsable && Object.values(keys ?? {}).every((problem) => problem === ''),
    ).length >= usable;
  return says(scene, isOpen, `the guard has not ${usable} signers in ${seconds} s`, seconds);
}

/** The guard is open, and the chain above everything that a guard before it can have signed. */
export function passesFloor(scene: HomesScene, seconds: number): Promise<void> {
  const isPast = (said: Said) => said?.phase === 'open' && said.floor < scene.chain.head.level;
  return says(scene, isPast, `the chain is not above the guard's floor in ${seconds} s`, seconds);
}

async function says(
  scene: HomesScene,
  isSo: (said: Said) => boolean,
  otherwise: string,
  seconds: number,
): Promise<void> {
  const said = await eventually(seconds, () => scene.gateway!.said(), isSo);
  if (isSo(said)) return;
  const lines = scene.gateway!.log.filter((line) => !/not signed/.test(line)).slice(-12);
  throw new Error([`${otherwise}: ${JSON.stringify(said)}`, ...lines].join('\n'));
}

/** From now on that home signs: if it does not, the Ledger of the other one is locked until it does. */
export async function letSign(scene: HomesScene, home: Home): Promise<void> {
  await signsWithin(scene, 30);
  if (lastSigner(scene) === home.name) return;
  await opens(scene, 2, 60);
  const others = scene.homes.filter((each) => each !== home).map(({ name }) => scene.plugs.get(name)!.ledger);
  for (const ledger of others) ledger.isLocked = true;
  const hasSigned = async () => {
    await signsWithin(scene, 20);
    return lastSigner(scene) === home.name;
  };
  const isSo = await eventually(20, hasSigned, (each) => each);
  for (const ledger of others) ledger.open();
  if (!isSo) throw new Error(`${lastSigner(scene)} signs, though its Ledger is locked`);
  await opens(scene, 2, 30);
  if (!(await hasSigned())) throw new Error(`${lastSigner(scene)} signs again`);
}
