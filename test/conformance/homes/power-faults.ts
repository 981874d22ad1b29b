import { run } from '../tools/run';
import { FULL, setHat } from './hat-stand-in';
import { eventually, type HomeCheck } from './home-check';
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

/** Mains and battery, as the HAT measures them. */
export const powerFaults: readonly HomeCheck[] = [
  {
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
  },
  {
    name: 'a HAT that does not answer is told as absent, and nothing else stops',
    async run(scene) {
      const { attic } = scene;
      await attic.shell('mv /usr/local/share/hat /usr/local/share/hat.away');
      const wrong = await sees(scene, attic, 'signer_agent_part_present{part="mains"}', 0);
      const view = await seesReason(scene, attic, '');
      await attic.shell('mv /usr/local/share/hat.away /usr/local/share/hat');
      return wrong ?? view ?? (await sees(scene, attic, 'signer_agent_part_present{part="mains"}', 1));
    },
  },
  {
    name: 'the battery is nearly empty: the machine ends cleanly, tells the HAT so, and starts again with the mains',
    async run(scene) {
      const { attic } = scene;
      await setHat(attic, { mains: false, percent: 12, volts: 3.35 });
      const startMs = performance.now();
      const journal = await eventually(
        40,
        async () =>
          attic.isOn
            ? (await attic.exec(['journalctl', '--no-pager', '-o', 'cat', '-u', 'signer-power', '-n', '20'])).stdout
            : '',
        (text) => /this machine ends now/.test(text) || !attic.isOn,
      );
      const hasEnded = await attic.ends(60, () => scene.plugs.get(attic.name)!.pullOut());
      const ms = performance.now() - startMs;
      if (!hasEnded) return `it goes on: ${journal}`;
      const { stdout } = await run('dumpe2fs', ['-h', attic.parts.card]);
      const isClean = /Filesystem state: +clean/.test(stdout) && !/needs_recovery/.test(stdout);
      await scene.powerBack(attic);
      await setHat(attic, FULL);
      const back = await seesReason(scene, attic, '', 90);
      if (!isClean)
        return `its card was not unmounted: ${stdout
          .split('\n')
          .filter((line) => /state|features/.test(line))
          .join('\n')}`;
      if (!/the HAT was told: --toggle 4s,0 GPIO26=1/.test(journal)) return `the HAT was not told: ${journal}`;
      return back ?? { measured: `off after ${(ms / 1000).toFixed(0)} s` };
    },
  },
];
