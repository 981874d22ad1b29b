import type { Ledger } from '../../stand-ins/ledger/ledger-device';
import { eventually, type HomeCheck } from './home-check';
import { lastSigner, letSign, seesReason, signsWithin } from './home-view';
import type { HomesScene } from './homes-scene';
import type { Home } from './machine-at-home';

interface DeviceState {
  readonly name: string;
  readonly reason: string;
  readonly spoil: (ledger: Ledger) => void;
}

/** What can be wrong with a Ledger that is plugged in, and what the agent calls it. */
const states: readonly DeviceState[] = [
  { name: 'locked', reason: 'locked', spoil: (ledger) => (ledger.isLocked = true) },
  { name: 'no app is open', reason: 'wrong app', spoil: (ledger) => (ledger.app = 'BOLOS') },
  { name: 'another app is open', reason: 'wrong app', spoil: (ledger) => (ledger.app = 'Bitcoin') },
  { name: 'it may bake with no key', reason: 'not authorised', spoil: (ledger) => (ledger.authorized = undefined) },
  {
    name: 'it may bake with another key',
    reason: 'not authorised',
    spoil: (ledger) => (ledger.authorized = { curve: 1, path: [...ledger.authorized!.path.slice(0, -1), 0x80000007] }),
  },
  { name: 'it answers nothing', reason: 'hangs', spoil: (ledger) => (ledger.isHanging = true) },
  { name: 'it answers after seconds', reason: 'hangs', spoil: (ledger) => (ledger.slowMs = 3000) },
];

const ledgerOf = (scene: HomesScene, home: Home) => scene.plugs.get(home.name)!.ledger;

/** At the cellar: each state is seen, and so is its end. */
export const deviceStates: readonly HomeCheck[] = states.map(({ name, reason, spoil }) => ({
  name: `a Ledger, ${name}: /status and the metrics say "${reason}", and then that all is well`,
  async run(scene) {
    const ledger = ledgerOf(scene, scene.cellar);
    spoil(ledger);
    const wrong = await seesReason(scene, scene.cellar, reason);
    ledger.open();
    return wrong ?? (await seesReason(scene, scene.cellar, ''));
  },
}));

/** At the attic: a plug that is pulled out, a program that is away, a device that is slow within limits. */
export const otherStates: readonly HomeCheck[] = [
  {
    name: 'a Ledger that takes its time is no failure',
    async run(scene) {
      const ledger = ledgerOf(scene, scene.attic);
      let asked = 0;
      ledger.onCommand = () => asked++;
      ledger.slowMs = 60;
      await eventually(
        10,
        async () => asked,
        (times) => times >= 9,
      ); // two looks, each of four questions
      ledger.onCommand = () => {};
      const wrong = asked < 9 ? 'nobody looks at it' : await seesReason(scene, scene.attic, '');
      ledger.open();
      return wrong;
    },
  },
  {
    name: 'a Ledger that is pulled out is "absent"; plugged in again it is "locked" until a person is there',
    async run(scene) {
      const plug = scene.plugs.get(scene.attic.name)!;
      await plug.pullOut();
      const absent = await seesReason(scene, scene.attic, 'absent');
      await plug.plugIn({ open: false });
      const locked = await seesReason(scene, scene.attic, 'locked');
      plug.ledger.open();
      return absent ?? locked ?? (await seesReason(scene, scene.attic, ''));
    },
  },
  {
    name: 'octez-signer that is away is "octez-signer absent"; it is started anew when it dies',
    async run(scene) {
      const { attic } = scene;
      await attic.shell('systemctl stop octez-signer');
      const absent = await seesReason(scene, attic, 'octez-signer absent');
      await attic.shell('systemctl start octez-signer');
      const back = await seesReason(scene, attic, '', 20);
      const program = async () => (await attic.mustExec(['systemctl', 'show', '-P', 'MainPID', 'octez-signer'])).trim();
      const first = await program();
      await attic.shell('systemctl kill --signal=KILL octez-signer');
      const second = await eventually(10, program, (pid) => pid !== first && pid !== '0');
      if (second === first || second === '0') return 'it stays away when it is killed';
      return absent ?? back ?? (await seesReason(scene, attic, '', 20));
    },
  },
  {
    name: 'a key that is not in its wallet is "unknown key"',
    async run(scene) {
      const { attic } = scene;
      await attic.shell(
        'cd /var/lib/octez-signer; for f in public_key_hashs public_keys secret_keys; do cp -p $f $f.away; echo "[]" >$f; done',
      );
      const unknown = await seesReason(scene, attic, 'unknown key');
      await attic.shell(
        'cd /var/lib/octez-signer; for f in public_key_hashs public_keys secret_keys; do mv $f.away $f; done',
      );
      return unknown ?? (await seesReason(scene, attic, ''));
    },
  },
];

const SIGN = 0x04;

/** The device that signs, the cellar's, dies with a request in its hands. */
export const deadInMidRequest: HomeCheck = {
  name: 'a Ledger that dies with a request in its hands: the next one is signed at the other home',
  async run(scene) {
    const home = scene.cellar;
    await letSign(scene, home);
    const plug = scene.plugs.get(home.name)!;
    const { ledger } = plug;
    let isDead = false;
    ledger.onCommand = (instruction) => {
      if (instruction === SIGN) ledger.isHanging = isDead = true;
    };
    const ms = await signsWithin(scene, 30);
    ledger.onCommand = () => {};
    const second = lastSigner(scene);
    const comesBack = async () => {
      const hangs = await seesReason(scene, home, 'hangs', 15);
      await plug.pullOut(); // a person pulls the plug and unlocks it
      await plug.plugIn({ open: true });
      const back = await seesReason(scene, home, '', 30);
      if (!isDead) return 'the device was not asked';
      if (second === home.name) return 'the dead device has signed';
      return hangs ?? back ?? { measured: `${(ms / 1000).toFixed(1)} s` };
    };
    return { rest: comesBack() };
  },
};
