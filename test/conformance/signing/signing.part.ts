import type { Context, Part, Report } from '../part';
import { run as runProgram } from '../tools/run';
import { judgeInProcess } from './judge-in-process';
import { judgeLatency, quietWorld } from './judge-latency';
import { judgeProcesses } from './judge-processes';
import { ordinaryUser, type Ssh } from './ssh-tunnel';

/** Nothing is signed twice, whatever is killed, cut, stopped, replayed or copied; and what may be signed is. */
export const signing: Part = { name: 'signing', budgetSeconds: 210, run };

async function run(context: Context): Promise<void> {
  const ssh = await sshPrograms(context, context.report);
  const quiet = ssh && (await quietWorld(context, ssh));
  try {
    await quiet?.start();
    await judgeInProcess(context.report);
    if (quiet) await judgeLatency(context.report, quiet);
  } finally {
    await quiet?.stop();
  }
  if (ssh) await judgeProcesses(context, ssh);
}

/** Debian's, installed where this machine lacks them and may be given them. */
async function sshPrograms({ tools }: Context, report: Report): Promise<Ssh | undefined> {
  try {
    await tools.debian('util-linux', 'setpriv'); // every process ends with this one
    const ssh = await tools.debian('openssh-client', 'ssh');
    const sshKeygen = await tools.debian('openssh-client', 'ssh-keygen');
    const sshd = await tools.debian('openssh-server', 'sshd');
    const { stderr } = await runProgram(ssh, ['-V']);
    report.version('OpenSSH', /OpenSSH_([^ ,]+)/.exec(stderr)?.[1] ?? stderr.trim());
    return { ssh, sshd, sshKeygen, user: ordinaryUser() };
  } catch (error) {
    report.skip('guards and homes as processes', `no ssh and sshd here: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
}
