import { run } from '../tools/run';
import { FULL, setHat } from './hat-stand-in';
import { eventually, type HomeCheck, type Measured } from './home-check';
import { metric, seesReason } from './home-view';
import type { HomesScene } from './homes-scene';
import type { Home } from './machine-at-home';

async function sees(scene: HomesScene, home: Home, series: string, value: number): Promise<string | undefined> {
  const seen = await eventually(
    15,
    () => metric(scene, home, series),
    (each) => each !== undefined && Math.abs(each - value) < 0.02,
  );
  return seen !== undefined && Math.abs(seen - value) < 0.02 ? undefined : `${series} is ${seen}, not ${value}`;
}

export const mainsFail: HomeCheck = {
  name: 'mains fail and come back: the metrics say so, with charge and voltage of the battery',
  async run(scene) {
    const { attic } = scene;
    await setHat(attic, { mains: false, percent: 62.5, volts: 3.8 });
    const wrong =
      (await sees(scene, attic, 'signer_agent_mains_on', 0)) ??
      (await sees(scene, attic, 'signer_agent_battery_percent', 62.5)) ??
      (await sees(scene, attic, 'signer_agent_battery_volts', 3.8));
    await setHat(attic, FULL);
    return wrong ?? (await sees(scene, attic, 'signer_agent_mains_on', 1));
  },
};

export const absentHat: HomeCheck = {
  name: 'a HAT that does not answer is told as absent, and nothing else stops',
  async run(scene) {
    const { attic } = scene;
    await attic.shell('mv /usr/local/share/hat /usr/local/share/hat.away');
    const wrong = await sees(scene, attic, 'signer_agent_part_present{part="mains"}', 0);
    const view = await seesReason(scene, attic, '');
    await attic.shell('mv /usr/local/share/hat.away /usr/local/share/hat');
    return wrong ?? view ?? (await sees(scene, attic, 'signer_agent_part_present{part="mains"}', 1));
  },
};

/** Of the attic. What is left concerns it alone, but that it is away for some seconds. */
export const emptyBattery: HomeCheck = {
  name: 'the battery is nearly empty: the machine ends cleanly, tells the HAT so, and starts again with the mains',
  async run(scene) {
    await setHat(scene.attic, { mains: false, percent: 12, volts: 3.35 });
    return { rest: endsCleanly(scene, scene.attic) };
  },
};

async function endsCleanly(scene: HomesScene, home: Home): Promise<string | Measured> {
  const startMs = performance.now();
  const said = async () =>
    home.isOn
      ? (await home.exec(['journalctl', '--no-pager', '-o', 'cat', '-u', 'signer-power', '-n', '20'])).stdout
      : '';
  const journal = await eventually(40, said, (text) => /this machine ends now/.test(text) || !home.isOn);
  const hasEnded = await home.ends(60, () => scene.plugs.get(home.name)!.pullOut());
  const ms = performance.now() - startMs;
  if (!hasEnded) return `it goes on: ${journal}`;
  const { stdout } = await run('dumpe2fs', ['-h', home.parts.card]);
  await scene.powerBack(home);
  await setHat(home, FULL);
  const back = await seesReason(scene, home, '', 90);
  if (!/Filesystem state: +clean/.test(stdout) || /needs_recovery/.test(stdout))
    return `its card was not unmounted: ${stdout
      .split('\n')
      .filter((line) => /state|features/.test(line))
      .join('\n')}`;
  if (!/the HAT was told: --toggle 4s,0 GPIO26=1/.test(journal)) return `the HAT was not told: ${journal}`;
  return back ?? { measured: `off after ${(ms / 1000).toFixed(0)} s` };
}
