import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportProof } from '../manifests/verdict';
import type { Report } from '../part';
import { type Answer, run } from '../tools/run';

/** A device's program that listens everywhere, and somebody who tries each address of the machine. Prints those that answer. */
const TRY = `
const { connect, createServer } = require('node:net');
createServer((socket) => socket.end()).listen(20090, '0.0.0.0', async () => {
  for (const host of ['127.0.0.1', '127.0.0.2', '10.9.8.7']) await new Promise((done) => {
    const socket = connect(20090, host, () => { console.log(host); socket.destroy(); done(); }).on('error', done);
  });
  process.exit();
});
`;

/** A program of another user (here root, who is none of the two) does not reach a device on this machine, by no address. */
export async function judgeClosedDevice(report: Report, nft: string, rules: string, folder: string): Promise<void> {
  writeFileSync(join(folder, 'device.nft'), rules);
  writeFileSync(join(folder, 'device.js'), TRY);
  const tried = (load: string): Promise<Answer> => {
    const words = `ip link set lo up && ip address add 10.9.8.7/32 dev lo && ${load} && exec "$1" device.js`;
    return run('unshare', ['--map-root-user', '--net', 'sh', '-c', words, nft, process.execPath], { alone: folder });
  };
  const closed = await tried('"$0" --file device.nft');
  if (closed.status === 0 && closed.stdout === '')
    report.pass('devices on the machine itself, closed for all but two users');
  else report.fail('a device on the machine itself', `signer/roles/machine: open at ${closed.stdout || closed.stderr}`);
  const open = await tried('true');
  reportProof(
    report,
    'the firewall: a device without it',
    open.stdout.split('\n').length < 4 ? undefined : open.stdout,
  );
}
