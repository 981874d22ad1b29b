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
export async function keyView({ gateway, key }: HomesScene, home: Home, uplink?: string): Promise<KeyView> {
  for (const each of uplink ? [uplink] : ['cable', 'mobile']) {
    const { status, text } = await gateway!.askHome(home.name, each, `/status/${key}`);
    if (status !== 0) return { status, reason: reasonIn(text) };
  }
  return { status: 0, reason: 'nobody answers' };
}

function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as { reason: string }).reason;
  } catch {
    return text;
  }
}

/** One series of an agent's metrics; undefined if it is not there. */
export async function metric({ gateway }: HomesScene, home: Home, series: string): Promise<number | undefined> {
  for (const uplink of ['cable', 'mobile']) {
    const { status, text } = await gateway!.askHome(home.name, uplink, '/metrics');
    if (status === 200) return seriesValue(text, series);
  }
  return undefined;
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

/** The guard is open, and so many signers are usable and healthy; what it says otherwise. */
export async function opens(scene: HomesScene, usable: number, seconds: number): Promise<void> {
  const isOpen = (said: Awaited<ReturnType<typeof ask>>) =>
    said?.phase === 'open' &&
    said.floor < scene.chain.head.level &&
    said.signers.filter(
      ({ isUsable, keys }) => isUsable && Object.values(keys ?? {}).every((problem) => problem === ''),
    ).length >= usable;
  const ask = () => scene.gateway!.said();
  const said = await eventually(seconds, ask, isOpen);
  if (isOpen(said)) return;
  const log = scene
    .gateway!.log.filter((line) => !/not signed/.test(line))
    .slice(-12)
    .join('\n');
  throw new Error(`the guard has not ${usable} signers in ${seconds} s: ${JSON.stringify(said)}\n${log}`);
}

/** A new guard: it prefers the first signer again. */
export async function newGuard(scene: HomesScene, usable = 2): Promise<void> {
  await scene.gateway!.guard?.kill();
  scene.gateway!.startGuard();
  await opens(scene, usable, 40);
}
