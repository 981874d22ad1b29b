import { GATEWAY } from '../guard-view';
import { switchOn } from '../homes-of-bakery';
import type { Scene } from '../scene';
import { cutUplink } from './cut-uplink';
import { deadSigner } from './dead-signer';
import { deletedGateway } from './deleted-gateway';
import { deletedPod } from './deleted-pod';
import type { Circumstances, Fault, Seen } from './fault';
import { fullVolume } from './full-volume';
import { haltedChain } from './halted-chain';
import { killedFirstImport, killedImport } from './killed-import';
import { lostApiServer } from './lost-api-server';
import { lostSentry } from './lost-sentry';
import { missingSecret } from './missing-secret';
import { noSigner } from './no-signer';
import { secondGateway } from './second-gateway';
import { nextProvider, noProvider } from './snapshot-providers';
import { tornWrite } from './torn-write';
import { unsyncedSentry } from './unsynced-sentry';

/** Every fault; `plan.ts` says in which order they come, and to whom. */
export const faults: readonly Fault[] = [
  missingSecret,
  killedImport,
  killedFirstImport,
  nextProvider,
  noProvider,
  fullVolume,
  tornWrite,
  deletedPod,
  unsyncedSentry,
  lostSentry,
  deadSigner,
  noSigner,
  cutUplink,
  deletedGateway,
  secondGateway,
  haltedChain,
  lostApiServer,
];

/** A fault that a bakery came through, and when; milliseconds. */
export interface Befallen {
  readonly scene: Scene;
  readonly fault: Fault;
  readonly from: number;
  readonly to: number;
}

/** Troubles a running bakery with one fault; afterwards it, and those beside it, must be whole again. None: it was not. */
export async function trouble(scene: Scene, fault: Fault, options: Circumstances): Promise<Befallen[]> {
  const begin = Date.now();
  try {
    const seen = linesOf(await fault.run(scene, options));
    await Promise.all([scene, ...options.beside].map(isWhole));
    scene.report.pass(fault.name);
    const seconds = ((Date.now() - begin) / 1000).toFixed(0);
    console.log(`  ${scene.bakery.name}: ${fault.name} (${seconds} s); an operator sees:\n${seen}`);
    return [{ scene, fault, from: begin, to: Date.now() }];
  } catch (error) {
    scene.report.fail(fault.name, `${scene.bakery.name}: ${(error as Error).message}\n${await scene.lastWords()}`);
    await mend(scene).catch((broken: Error) => scene.report.fail('what comes after a failed fault', broken.message));
    return [];
  }
}

/** A fault that has an alert was told of once, and its end once, to everybody who hears of such alerts there. */
export async function wasTold({ scene, fault, from, to }: Befallen): Promise<void> {
  const { people, report, bakery } = scene;
  const { alert } = fault;
  if (!alert || !people.hear(alert.severity)) return;
  const what = `people heard once that ${alert.name} fires on ${bakery.name}, and once that it is over`;
  await people.heardOnce(alert, { from, to }).then(
    (who) => report.pass(what, who.length),
    (error: Error) => report.fail(what, error.message),
  );
}

async function isWhole(scene: Scene): Promise<void> {
  await scene.everythingReady();
  await scene.bakesOn();
}

/** The next fault must meet a whole bakery, also when this one went wrong. */
async function mend(scene: Scene): Promise<void> {
  await scene.outside.control({ halt: false, fault: {}, nodeFaults: [] });
  await scene.restore();
  for (const home of scene.homes) await home.stop();
  if (scene.homes.length > 0) await scene.deletePod(GATEWAY); // an outbid guard takes no other epoch
  await switchOn(scene);
  await scene.everythingReady();
}

function linesOf(seen: Seen): string {
  const lines = Object.entries(seen).filter(([, text]) => text !== undefined);
  if (lines.length === 0) throw new Error('an operator sees nothing of it');
  return lines
    .map(([where, text]) => `    ${where}: ${text.trimEnd().replaceAll('\n', `\n${' '.repeat(6)}`)}`)
    .join('\n');
}
