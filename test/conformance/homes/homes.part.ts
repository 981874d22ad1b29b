import type { Context, Part } from '../part';
import { run as runProgram } from '../tools/run';
import { cloudInitSchema } from './boot-partition';
import { cardFaults, clockFaults, machineOutlivesCuts, timeServersApart } from './clock-and-card';
import { closedDoors } from './closed-doors';
import { calmRequests, uplinkFaults } from './dead-uplinks';
import { deadInMidRequest, deviceStates, otherStates } from './device-states';
import { judge } from './home-check';
import { removeStaleGroups } from './machine-at-home';
import { makeScene } from './make-scene';
import { epochsOutliveCuts } from './power-cuts';
import { powerFaults } from './power-faults';
import { bothDial, byAnsible, byCloudInit, nothingToChange, nothingToSetUp } from './provisioning';

/** Machines at home as people set them up, with systemd, on cards of their own. */
export const homes: Part = { name: 'homes', budgetSeconds: 150, run };

async function run(context: Context): Promise<void> {
  if (process.getuid?.() !== 0)
    return context.report.skip('machines at home', 'only root makes machines with a systemd of their own');
  removeStaleGroups();
  const lint = await context.tools.pip('ansible-lint', '26.10.1', 'ansible-lint');
  const ansible = lint.replace(/ansible-lint$/, 'ansible-playbook');
  const { stdout } = await runProgram(ansible, ['--version']);
  context.report.version('ansible-core', /core ([\d.]+)/.exec(stdout)?.[1] ?? stdout);
  const scene = await makeScene(context, ansible);
  try {
    await Promise.all([judge(scene, [byAnsible]), judge(scene, [byCloudInit])]);
    await judge(scene, [bothDial]);
    // What takes place at one home does not wait for the other.
    await Promise.all([
      judge(scene, [calmRequests, ...deviceStates, ...otherStates, ...closedDoors]),
      judge(scene, [timeServersApart, cloudInitSchema, nothingToSetUp]),
    ]);
    await Promise.all([judge(scene, [deadInMidRequest, ...uplinkFaults]), judge(scene, [epochsOutliveCuts])]);
    await Promise.all([judge(scene, [...powerFaults, ...clockFaults, ...cardFaults]), judge(scene, [nothingToChange])]);
    await judge(scene, [machineOutlivesCuts]);
    if (scene.checker.doubles.length > 0)
      context.report.fail('nothing is signed twice', scene.checker.doubles.slice(0, 5).join('\n'));
    else context.report.pass('nothing is signed twice', scene.checker.signed);
  } finally {
    await scene.stop();
  }
}
