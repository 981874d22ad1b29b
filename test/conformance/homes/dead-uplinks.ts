import { eventually, type HomeCheck } from './home-check';
import { lastSigner, letSign, metric, opens, passesFloor, seesReason, signs, signsWithin } from './home-view';
import type { HomesScene } from './homes-scene';
import type { Home } from './machine-at-home';

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

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const isUp = up('cable', true);

/** The attic's: Ansible comes to the cellar over its cable meanwhile. */
export const cableOut: HomeCheck = {
  name: 'the cable is pulled out: the same home signs over the LTE stick, and its metrics say which uplink is dead',
  async run(scene) {
    const { attic } = scene;
    await letSign(scene, attic);
    const [cable] = attic.parts.lines;
    await scene.internet.unplug(cable!);
    const pauseMs = await signsWithin(scene, 30);
    const signer = lastSigner(scene);
    const comesBack = async () => {
      const wrong = await sees(scene, attic, isUp, 0);
      await scene.internet.plugIn(cable!);
      const back = await sees(scene, attic, isUp, 1, 60);
      if (signer !== attic.name) return `${signer} has signed, though ${attic.name} has another way out`;
      return wrong ?? back ?? { measured: `${seconds(pauseMs)} until the next signature` };
    };
    return { rest: comesBack() };
  },
};

/** The guard asks over the cable. */
async function usesCable(scene: HomesScene, home: Home): Promise<void> {
  const ask = async () => (await scene.gateway!.said())?.signers.find(({ name }) => name === home.name)?.uplinks?.cable;
  const said = await eventually(60, ask, (each) => each === 'works');
  if (said !== 'works') throw new Error(`the guard says of the cable of ${home.name}: ${said}`);
}

/** It stays so until both ways out are dead, in the next check. */
export const silentCable: HomeCheck = {
  name: 'the cable is silent, and nobody is told: the same home signs over the LTE stick',
  async run(scene) {
    const { attic } = scene;
    await usesCable(scene, attic);
    await letSign(scene, attic);
    await scene.internet.silence(attic.parts.lines[0]!);
    const pauseMs = await signsWithin(scene, 30);
    const signer = lastSigner(scene);
    const isSeen = async () => {
      const wrong = await sees(scene, attic, isUp, 0);
      if (signer !== attic.name) return `${signer} has signed, though ${attic.name} has another way out`;
      return wrong ?? { measured: `${seconds(pauseMs)} until the next signature` };
    };
    return { rest: isSeen() };
  },
};

export const bothSilent: HomeCheck = {
  name: 'both ways out of a home are dead: the other one signs; it comes back by itself',
  async run(scene) {
    const { attic } = scene;
    await letSign(scene, attic);
    for (const line of attic.parts.lines) await scene.internet.silence(line);
    const ms = await signsWithin(scene, 40);
    const signer = lastSigner(scene);
    const comesBack = async () => {
      for (const line of attic.parts.lines) await scene.internet.unsilence(line);
      const back = (await seesReason(scene, attic, '', 90)) ?? (await sees(scene, attic, isUp, 1, 60));
      if (signer === attic.name) return 'it has signed without a way out';
      return back ?? { measured: seconds(ms) };
    };
    return { rest: comesBack() };
  },
};

/** The cellar's. The attic, which signs then, must be well. */
export const powerLoss: HomeCheck = {
  name: 'a machine loses power just after it has signed: the other one signs, and octez-signer has the mark when it is back',
  async run(scene) {
    const home = scene.cellar;
    await letSign(scene, home);
    await opens(scene, 2, 60);
    await signsWithin(scene, 30);
    const signed = { ...scene.plugs.get(home.name)!.ledger.mark };
    const startMs = performance.now();
    await scene.powerCut(home);
    await signsWithin(scene, 40);
    const ms = performance.now() - startMs; // what the cut itself takes here included
    const signer = lastSigner(scene);
    const comesBack = async () => {
      await scene.powerBack(home);
      const back = await seesReason(scene, home, '', 90);
      if (signer === home.name) return 'it has signed without power';
      const series = (part: string) => `signer_agent_mark_${part}{key="${scene.key}",kind="attestation"}`;
      const level = (await metric(scene, home, series('level'))) ?? 0;
      const round = (await metric(scene, home, series('round'))) ?? 0;
      if (level < signed.level || (level === signed.level && round < signed.round))
        return `it signed ${signed.level}/${signed.round}, and octez-signer knows of ${level}/${round}`;
      return back ?? { measured: `${seconds(ms)} at most` };
    };
    return { rest: comesBack() };
  },
};

const VOTES = 12;

/** A request takes so long while nothing is wrong. */
export const calmRequests: HomeCheck = {
  name: 'while nothing is wrong, every vote of a dozen is signed',
  async run(scene) {
    await opens(scene, 2, 60);
    await passesFloor(scene, 60);
    const heard = [];
    for (let i = 0; i < VOTES; i++) heard.push(await signs(scene));
    const bad = heard.filter(({ status }) => status !== 200);
    const sorted = heard.map(({ ms }) => ms).sort((a, b) => a - b);
    if (bad.length > 0) return bad.map(({ status, text }) => `${status} ${text.trim()}`).join('\n');
    return {
      measured: `median ${Math.round(sorted[VOTES / 2]!)} ms, most ${Math.round(sorted[VOTES - 1]!)} ms, of a device that takes 229`,
    };
  },
};
