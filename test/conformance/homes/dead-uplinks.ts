import { eventually, type HomeCheck } from './home-check';
import { lastSigner, metric, seesReason, signs, signsWithin } from './home-view';
import type { Line } from './homes-internet';
import type { HomesScene } from './homes-scene';
import type { Home } from './machine-at-home';

async function active(scene: HomesScene): Promise<Home> {
  await signsWithin(scene, 30);
  return scene.homes.find(({ name }) => name === lastSigner(scene))!;
}

const up = (uplink: string, primary: boolean) => `signer_agent_uplink_up{uplink="${uplink}",primary="${primary}"}`;

/** Sees what its agent says of an uplink, over the other one. */
async function sees(
  scene: HomesScene,
  home: Home,
  series: string,
  value: number,
  seconds = 30,
): Promise<string | undefined> {
  const seen = await eventually(
    seconds,
    () => metric(scene, home, series),
    (each) => each === value,
  );
  return seen === value ? undefined : `${series} is ${seen} after ${seconds} s, not ${value}`;
}

/** Signs while the line is away; answers the longest pause, or what went wrong. */
async function lineFails(
  scene: HomesScene,
  spoil: (line: Line) => Promise<void>,
  repair: (line: Line) => Promise<void>,
): Promise<string | { pauseMs: number }> {
  const home = await active(scene);
  const [cable] = home.parts.lines;
  await spoil(cable!);
  const pauseMs = await signsWithin(scene, 30);
  const wrong = await sees(scene, home, up('cable', true), 0);
  const signer = lastSigner(scene);
  await repair(cable!);
  const back = await sees(scene, home, up('cable', true), 1, 60);
  if (signer !== home.name) return `${signer} has signed, though ${home.name} has another way out`;
  return wrong ?? back ?? { pauseMs };
}

const told = (result: string | { pauseMs: number }) =>
  typeof result === 'string'
    ? result
    : { measured: `${(result.pauseMs / 1000).toFixed(1)} s until the next signature` };

/** A way out dies; then the machine. */
export const uplinkFaults: readonly HomeCheck[] = [
  {
    name: 'the cable is pulled out: the same home signs over the LTE stick, and its metrics say which uplink is dead',
    run: async (scene) =>
      told(
        await lineFails(
          scene,
          (line) => scene.internet.unplug(line),
          (line) => scene.internet.plugIn(line),
        ),
      ),
  },
  {
    name: 'the cable is silent, and nobody is told: the same home signs over the LTE stick',
    run: async (scene) =>
      told(
        await lineFails(
          scene,
          (line) => scene.internet.silence(line),
          (line) => scene.internet.unsilence(line),
        ),
      ),
  },
  {
    name: 'both ways out of a home are dead: the other one signs; it comes back by itself',
    async run(scene) {
      const home = await active(scene);
      for (const line of home.parts.lines) await scene.internet.silence(line);
      const ms = await signsWithin(scene, 40);
      const signer = lastSigner(scene);
      for (const line of home.parts.lines) await scene.internet.unsilence(line);
      const back = await seesReason(scene, home, '', 90);
      if (signer === home.name) return 'it has signed without a way out';
      return back ?? { measured: `${(ms / 1000).toFixed(1)} s` };
    },
  },
  {
    name: 'a machine loses power just after it has signed: the other one signs, and octez-signer has the mark when it is back',
    async run(scene) {
      const home = await active(scene);
      const signed = { ...scene.plugs.get(home.name)!.ledger.mark };
      const startMs = performance.now();
      await scene.powerCut(home);
      await signsWithin(scene, 40);
      const ms = performance.now() - startMs; // what the cut itself takes here included
      const signer = lastSigner(scene);
      await scene.powerBack(home);
      const back = await seesReason(scene, home, '', 90);
      if (signer === home.name) return 'it has signed without power';
      const series = (part: string) => `signer_agent_mark_${part}{key="${scene.key}",kind="attestation"}`;
      const level = (await metric(scene, home, series('level'))) ?? 0;
      const round = (await metric(scene, home, series('round'))) ?? 0;
      if (level < signed.level || (level === signed.level && round < signed.round))
        return `it signed ${signed.level}/${signed.round}, and octez-signer knows of ${level}/${round}`;
      return back ?? { measured: `${(ms / 1000).toFixed(1)} s at most` };
    },
  },
];

/** A request takes so long while nothing is wrong. */
export const calmRequests: HomeCheck = {
  name: 'while nothing is wrong, 20 of 20 votes are signed',
  async run(scene) {
    const heard = [];
    for (let i = 0; i < 20; i++) heard.push(await signs(scene));
    const bad = heard.filter(({ status }) => status !== 200);
    const sorted = heard.map(({ ms }) => ms).sort((a, b) => a - b);
    if (bad.length > 0) return bad.map(({ status, text }) => `${status} ${text.trim()}`).join('\n');
    return {
      measured: `median ${Math.round(sorted[10]!)} ms, most ${Math.round(sorted[19]!)} ms, of a device that takes 229`,
    };
  },
};
