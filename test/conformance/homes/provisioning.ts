import { distOf } from './first-cards';
import { eventually, type HomeCheck } from './home-check';
import { opens } from './home-view';
import type { HomesScene } from './homes-scene';
import { play, printedKey, type Recap } from './inventory-program';

const playOf = (scene: HomesScene) => ({
  ansible: scene.parts.ansible,
  folder: distOf(scene),
  bakery: scene.bakery().name,
  internet: scene.internet,
  scratch: scene.folder,
  adminKey: scene.parts.adminKey,
});

/** The last words of a run that failed. */
function wordsOf({ answer: { status, stdout, stderr } }: Recap): string {
  const failed = stdout
    .split(/^(?=TASK |RUNNING HANDLER |PLAY )/m)
    .filter((task) => /^(fatal|failed|\[ERROR\])/m.test(task));
  return `exit code ${status}\n${failed.join('').slice(-3000)}${stderr.slice(-1500)}`;
}

/** From a fresh Debian 13 with ssh, by the rendered inventory. */
export const byAnsible: HomeCheck = {
  name: 'a fresh Debian 13 becomes a signer by the rendered inventory, over ssh, and prints its ssh key',
  async run(scene) {
    await scene.attic.boot();
    const recap = await play(playOf(scene), scene.attic);
    if (recap.answer.status !== 0) return wordsOf(recap);
    const key = printedKey(recap.answer.stdout);
    if (!key) return `no ssh key at the end of: ${recap.answer.stdout.slice(-1500)}`;
    scene.sshKeys[scene.attic.name] = key;
    return { measured: `${recap.changed} changes, ${Math.round(recap.seconds)} s` };
  },
};

/** From its boot partition, with nobody there. */
export const byCloudInit: HomeCheck = {
  name: 'another one becomes a signer from the files on its boot partition, by cloud-init, with nobody there',
  async run(scene) {
    const { cellar } = scene;
    const startMs = performance.now();
    await cellar.switchOn();
    const ask = async () =>
      (
        await cellar.exec([
          'sh',
          '-c',
          'test -e /var/lib/signer-setup/done && echo done || systemctl show -P Result signer-setup',
        ])
      ).stdout.trim();
    // Seldom: who asks takes time from what is asked.
    const said = await eventually(600, ask, (text) => /^(done|exit-code)/.test(text), 1000);
    const journal = (await cellar.exec(['journalctl', '--no-pager', '-o', 'cat', '-u', 'signer-setup', '-n', '400']))
      .stdout;
    if (said !== 'done') return `signer-setup: ${said}\n${journal.slice(-3000)}`;
    const key = printedKey(journal);
    if (!key) return `no ssh key in the journal of signer-setup: ${journal.slice(-1500)}`;
    scene.sshKeys[cellar.name] = key;
    return { measured: `${Math.round((performance.now() - startMs) / 1000)} s` };
  },
};

/** Once the keys of both machines are in the bakery file, and both Ledgers are plugged in and open. */
export const bothDial: HomeCheck = {
  name: 'once their keys are in the bakery file, both dial the gateway over both uplinks by real ssh, and the guard opens',
  async run(scene) {
    for (const home of scene.homes) await scene.plugs.get(home.name)!.plugIn({ open: true });
    await scene.startGateway();
    await opens(scene, 2, 60);
    const missing: string[] = [];
    for (const { name } of scene.homes) {
      for (const uplink of ['cable', 'mobile']) {
        const { status } = await eventually(
          15,
          () => scene.gateway!.askHome(name, uplink, '/status'),
          (heard) => heard.status === 200,
        );
        if (status !== 200) missing.push(`${name} over ${uplink}: ${status}`);
      }
    }
    return missing.length > 0 ? `${missing.join(', ')}\n${scene.gateway!.sshdLog}` : undefined;
  },
};

/** The same playbook again, over ssh, at the machine that has set itself up. */
export const nothingToChange: HomeCheck = {
  name: 'a second run changes nothing, though Ansible comes over ssh now',
  async run(scene) {
    const recap = await play(playOf(scene), scene.cellar);
    if (recap.answer.status !== 0) return wordsOf(recap);
    return recap.changed === 0
      ? { measured: `${Math.round(recap.seconds)} s` }
      : `it changed: ${recap.changes.join(', ')}`;
  },
};

/** The service of the boot partition, started once more; and the same playbook as it runs there. */
export const nothingToSetUp: HomeCheck = {
  name: 'the boot partition, read again, changes nothing',
  async run({ cellar }) {
    await cellar.shell('rm /var/lib/signer-setup/done; systemctl restart signer-setup', 900);
    const journal = await cellar.mustExec(['journalctl', '--no-pager', '-o', 'cat', '-u', 'signer-setup', '-n', '300']);
    const changed = [...journal.matchAll(/ok=\d+ +changed=(\d+)/g)].at(-1)?.[1];
    return changed === '0' ? undefined : `changed=${changed}: ${journal.slice(-1500)}`;
  },
};
