import type { Bakery } from '../../../model/bakery';
import { dayOne } from '../../../synth/day-one';
import { GoogleStandIn } from '../../stand-ins/google/google-stand-in';
import type { Context } from '../part';
import { Deployment } from './deployment';
import { firstApply, judgeWhatIsThere, staysAsItIs } from './deployment-begin';
import { editInPlace, refuseReplacement, takeBudgetAway } from './deployment-changes';
import { tearDown } from './deployment-end';
import { passes, type Scene } from './deployment-scene';
import type { BakerysStack } from './other-stack';
import { inFolder, type Judge } from './terraform-program';

/** What it is called where it is skipped. */
export const DEPLOYMENTS = "apply, plan, edit and destroy, against a stand-in of Google's APIs";

/** Every stack from day one to its end, all at the same time: most of it is Terraform waiting for Google. */
export async function judgeDeployments(context: Context, all: readonly BakerysStack[], judge: Judge): Promise<void> {
  await Promise.all(all.map((each, place) => judgeDeployment(context, each, { judge, isFirst: place === 0 })));
}

async function judgeDeployment(
  { report }: Context,
  { bakery, stack }: BakerysStack,
  { judge, isFirst }: { judge: Judge; isFirst: boolean },
): Promise<void> {
  const google = await GoogleStandIn.start();
  const { world } = google;
  const deployment = new Deployment({ ...inFolder(judge, stack.name), env: google.environment() });
  const isMade = bakery.settings.google.project.create !== undefined;
  const project = isMade ? world.announceProject(bakery.projectId) : world.addProject(bakery.projectId);
  try {
    await live({ report, stack, google, project, deployment, late: isFirst || isMade }, bakery);
  } finally {
    await google.stop();
  }
  for (const stranger of world.strangers)
    report.fail(`${stack.name}: Google's stand-in does not know a request`, stranger);
  if (world.strangers.size === 0) report.pass("deployments that ask Google's stand-in for nothing unknown");
}

async function live(scene: Scene, bakery: Bakery): Promise<void> {
  playDayOne(scene, bakery);
  if (!passes(scene, 'init', await scene.deployment.init(scene.stack))) return;
  if (!(await firstApply(scene))) return;
  await staysAsItIs(scene);
  judgeWhatIsThere(scene);
  await editInPlace(scene);
  await takeBudgetAway(scene);
  await refuseReplacement(scene);
  await tearDown(scene);
}

/** What `day-one` prints for gcloud to do, done to the stand-in; of an impatient person, without Google's accounts. */
function playDayOne({ google, project, late }: Scene, bakery: Bakery): void {
  const usage = `${google.url}/serviceusage.googleapis.com`;
  const ask = (path: string, body: object) => google.answer('POST', new URL(`${usage}/${path}`), body);
  const home = `v1/projects/${project.id}/services`;
  for (const command of dayOne(bakery, [bakery]).split('\n')) {
    const apis = command.match(/\b[a-z0-9]+\.googleapis\.com\b/g) ?? [];
    if (command.startsWith('gcloud services enable ')) {
      if (apis.length === 1) ask(`${home}/${apis[0]}:enable`, {});
      else ask(`${home}:batchEnable`, { serviceIds: apis });
    }
    if (late || !command.startsWith('gcloud beta services identity create ')) continue;
    for (const api of apis) ask(`v1beta1/projects/${project.id}/services/${api}:generateServiceIdentity`, {});
  }
}
