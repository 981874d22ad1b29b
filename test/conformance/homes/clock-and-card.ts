import { writeFileSync } from 'node:fs';
import { clockIn } from '../../../programs/agent/other-programs';
import { run } from '../tools/run';
import { eventually, type HomeCheck } from './home-check';
import { askAgent, lastSigner, metric, seesReason, seriesValue, signsWithin } from './home-view';
import type { HomesScene } from './homes-scene';
import type { Home } from './machine-at-home';

/** Where its agent reads by how many milliseconds its clock is shifted. */
export const CLOCK_FILE = '/run/shifted-clock';

const apart = (signer: string) => `signer_guard_signer_clock_apart_seconds{signer="${signer}"}`;

/** Of the attic, which has just been switched on: a guard compares clocks when a machine that has started answers it. */
export const wrongClock: HomeCheck = {
  name: 'a home that comes back with a clock 20 s wrong: the guard does not use it, says so in its metrics, and takes it when it is right',
  async run(scene) {
    const { attic } = scene;
    const of = async () => seriesValue(await scene.gateway!.metrics(), apart(attic.name)) ?? 0;
    const usable = async () => (await scene.gateway!.said())?.signers.find(({ name }) => name === attic.name)?.isUsable;
    await attic.shell(`echo 20000 >${CLOCK_FILE}`);
    const seen = await eventually(60, of, (each) => Math.abs(each - 20) < 3);
    const used = await eventually(15, usable, (each) => each === false);
    await signsWithin(scene, 20);
    const signer = lastSigner(scene);
    await attic.shell(`echo 0 >${CLOCK_FILE}`);
    const comesBack = async () => {
      const back = await eventually(30, usable, (each) => each === true);
      if (Math.abs(seen - 20) >= 3) return `${apart(attic.name)} is ${seen}`;
      if (used !== false) return 'the guard goes on to use it';
      if (signer === attic.name) return 'it has signed';
      return back === true ? undefined : 'the guard does not take it back';
    };
    return { rest: comesBack() };
  },
};

const offsetSeries = 'signer_agent_clock_offset_seconds';
const synchronised = 'signer_agent_clock_synchronised';

const isNear = (seconds: number) => Math.abs(seconds) < 1;
const isApart = (seconds: number | undefined) => seconds !== undefined && seconds < -24 && seconds > -31;

/** chronyd forgets what it knows, and asks all servers at once. The agent looks each half minute, and when it starts. */
async function askServers(home: Home, isSo: (seconds: number) => boolean): Promise<void> {
  await home.shell('systemctl restart chrony');
  const clock = async () => clockIn((await home.exec(['chronyc', '-c', 'tracking'])).stdout);
  await eventually(20, clock, (each) => each?.isSynchronised === true && isSo(each.offsetSeconds));
  await home.shell('systemctl restart signer-agent');
}

/** Does not mind what happens to the other home meanwhile, and needs no signature. */
export const timeServersApart: HomeCheck = {
  name: 'real chronyd follows three time servers; when they say something else, the metrics of the home say by how much',
  async run(scene) {
    const { attic } = scene;
    await askServers(attic, isNear);
    const isOn = await eventually(
      60,
      () => metric(scene, attic, synchronised),
      (value) => value === 1,
    );
    if (isOn !== 1) return `${synchronised} is ${isOn}: ${(await attic.exec(['chronyc', 'sources'])).stdout}`;
    const before = await metric(scene, attic, offsetSeries);
    scene.internet.setTimeServers(30);
    await askServers(attic, isApart);
    const apart = await eventually(40, () => metric(scene, attic, offsetSeries), isApart);
    const said = (await attic.exec(['chronyc', 'tracking'])).stdout;
    scene.internet.setTimeServers(0);
    await attic.shell('systemctl restart chrony');
    if (before === undefined || Math.abs(before) > 1) return `${offsetSeries} is ${before} while all is well`;
    return isApart(apart) ? undefined : `${offsetSeries} is ${apart}, not about -30: ${said}`;
  },
};

const free = 'signer_agent_disk_free_bytes{folder="state"}';
const readOnly = 'signer_agent_disk_read_only{folder="state"}';

const orWords = (error: Error) => error.message;
/** Whichever home signs; what it says if none does. */
const signsSomewhere = (scene: HomesScene) => signsWithin(scene, 40).then(() => undefined, orWords);

/** Nearly everything at once, and then byte for byte: the last ones are nobody's either. */
const FILL = `
fallocate -l $(($(df --output=avail -B1M /var/lib | tail -n 1) - 4))M /var/lib/ballast
dd if=/dev/zero of=/var/lib/ballast2 bs=1k 2>/dev/null; sync`;

export const fullCard: HomeCheck = {
  name: 'a full card: the metrics say so, what is asked is signed somewhere, and the home is well again with room',
  async run(scene) {
    const { attic } = scene;
    await attic.exec(['sh', '-c', FILL]);
    const bytes = await eventually(
      45,
      () => metric(scene, attic, free),
      (each) => each !== undefined && each < 1_000_000,
    );
    const signing = await signsSomewhere(scene);
    const comesBack = async () => {
      await attic.shell('rm -f /var/lib/ballast /var/lib/ballast2; sync');
      const back = await seesReason(scene, attic, '', 45);
      if (bytes === undefined || bytes >= 1_000_000) return `${free} is ${bytes}`;
      return signing ?? back;
    };
    return { rest: comesBack() };
  },
};

export const failingCard: HomeCheck = {
  name: 'a card that fails lets nobody write: the metrics say so, what is asked is signed somewhere; a restart with a good card and all is well',
  async run(scene) {
    const { attic } = scene;
    const device = (await run('losetup', ['-n', '-O', 'NAME', '-j', attic.parts.card])).stdout
      .trim()
      .replace('/dev/', '');
    writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, '1');
    const seen = await eventually(
      45,
      () => metric(scene, attic, readOnly),
      (each) => each === 1,
    );
    const signing = await signsSomewhere(scene);
    await scene.powerCut(attic);
    await run('e2fsck', ['-fy', attic.parts.card]); // a good one, with what could be read of the bad one
    await scene.powerBack(attic);
    const comesBack = async () => {
      const back = await seesReason(scene, attic, '', 90);
      if (seen !== 1) return `${readOnly} is ${seen}`;
      return signing ?? back;
    };
    return { rest: comesBack() };
  },
};

/** What a power cut leaves of a machine that works. */
export const machineOutlivesCuts: HomeCheck = {
  name: 'a machine loses power while it signs and takes a new epoch: epoch and marks are there when it starts again',
  async run(scene) {
    const { cellar, key } = scene;
    const told = async () =>
      JSON.parse((await askAgent(scene, cellar, '/status')).text) as { epoch?: { number: number } };
    const well = await seesReason(scene, cellar, '', 90); // it may be just coming back
    if (well) return well;
    const epochOf = async () => (await scene.gateway!.said())?.epoch?.number;
    const last = await epochOf();
    await scene.gateway!.guard?.kill();
    scene.gateway!.startGuard();
    // The new one waits for a home that is just starting. Once it has an epoch it tells both, in the next moment.
    await eventually(30, epochOf, (number) => number !== undefined && number !== last);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
    const before = await told().catch(() => ({ epoch: undefined }));
    await scene.powerCut(cellar);
    await scene.powerBack(cellar);
    const back = await seesReason(scene, cellar, '', 90);
    const after = await told();
    const marks = await cellar.exec(['sh', '-c', 'cat /var/lib/octez-signer/*_high_watermarks 2>/dev/null']);
    if (before.epoch && !((after.epoch?.number ?? 0) >= before.epoch.number))
      return `its epoch was ${before.epoch.number}, and is ${after.epoch?.number}`;
    for (const file of marks.stdout.split(/(?<=\})\s*(?=\{)/).filter((text) => text.trim() !== '')) JSON.parse(file);
    const device = await metric(scene, cellar, `signer_agent_mark_level{key="${key}",kind="device"}`);
    const { mark } = scene.plugs.get(cellar.name)!.ledger;
    if (device !== mark.level) return `the device's mark is ${mark.level}, the metrics say ${device}`;
    return back;
  },
};

/** Loaded before the agent: shifts its clock by what a file says; the clock of the machine is everybody's. */
export function shiftedClock(): string {
  return `
const { readFileSync } = require('node:fs');
const now = Date.now;
let offset = 0;
let readAt = 0;
Date.now = () => {
  if (now() - readAt > 50) {
    readAt = now();
    try { offset = Number(readFileSync('${CLOCK_FILE}', 'utf8')) || 0; } catch {}
  }
  return now() + offset;
};
`;
}

export const CLOCK_DROP_IN = `[Service]
Environment=NODE_OPTIONS=--require=/usr/local/share/shifted-clock.cjs
`;
