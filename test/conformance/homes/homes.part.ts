import type { Context, Part } from '../part';
import { run as runProgram } from '../tools/run';
import { cloudInitSchema } from './boot-partition';
import { failingCard, fullCard, machineOutlivesCuts, timeServersApart, wrongClock } from './clock-and-card';
import { closedDoors } from './closed-doors';
import { bothSilent, cableOut, calmRequests, powerLoss, silentCable } from './dead-uplinks';
import { deadInMidRequest, deviceStates, otherStates } from './device-states';
import { judge } from './home-check';
import type { HomesScene } from './homes-scene';
import { removeStaleGroups } from './machine-at-home';
import { makeScene } from './make-scene';
import { epochsOutliveCuts } from './power-cuts';
import { absentHat, emptyBattery, mainsFail } from './power-faults';
import { bothDial, byAnsible, byCloudInit, nothingToChange, nothingToSetUp } from './provisioning';

/** Machines at home as people set them up, with systemd, on cards of their own. */
export const homes: Part = { name: 'homes', budgetSeconds: 150, run };

async function run(context: Context): Promise<void> {
  if (process.getuid?.() !== 0)
    return context.report.skip('machines at home', 'only root makes machines with a systemd of their own');
  removeStaleGroups();
  const lint = await context.tools.pip('ansible-lint', '26.10.1', 'ansible-lint');
  const ansible = lint.replace(/ansible-lint$/, 'ansible-playbook');
  const [scene, { stdout }] = await Promise.all([makeScene(context, ansible), runProgram(ansible, ['--version'])]);
  context.report.version('ansible-core', /core ([\d.]+)/.exec(stdout)?.[1] ?? stdout);
  try {
    await Promise.all([judge(scene, [byAnsible]), judge(scene, [byCloudInit])]);
    await judgeSigners(scene);
    if (scene.checker.doubles.length > 0)
      context.report.fail('nothing is signed twice', scene.checker.doubles.slice(0, 5).join('\n'));
    else context.report.pass('nothing is signed twice', scene.checker.signed);
  } finally {
    await scene.stop();
  }
}

/**
 * The cellar stays on and its cable in while Ansible looks at it twice, which is work for the processor; what is judged
 * beside that is waiting.
 */
async function judgeSigners(scene: HomesScene): Promise<void> {
  const work = Promise.all([
    judge(scene, [nothingToSetUp, nothingToChange]),
    judge(scene, [cloudInitSchema, epochsOutliveCuts]),
  ]);
  await judge(scene, [bothDial]);
  // Nothing is signed yet: the chain must come above the guard's floor.
  await Promise.all([
    judge(scene, deviceStates),
    judge(scene, otherStates),
    judge(scene, [timeServersApart]),
    judge(scene, [mainsFail]),
  ]);
  await Promise.all([judge(scene, [calmRequests]), judge(scene, [absentHat]), judge(scene, closedDoors)]);
  await judge(scene, [cableOut, deadInMidRequest]);
  await judge(scene, [silentCable]);
  await judge(scene, [bothSilent, fullCard]);
  await work;
  await judge(scene, [failingCard, wrongClock, powerLoss, emptyBattery, machineOutlivesCuts]);
}
