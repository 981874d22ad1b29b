import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { authorizedKeys, sshdConfig } from '../../charts/signer-gateway/sshd-config';
import { ownImage } from '../../model/images';
import { smallest } from '../kit/bakeries';
import { ROOT } from '../kit/root';

const image = join(ROOT, 'charts/signer-gateway/image');
const dockerfile = readFileSync(join(image, 'Dockerfile'), 'utf8');

/** Each line of the configuration as keyword and value; sshd takes the first of two. */
const said = new Map<string, string>();
const text = sshdConfig({ port: 22001, hostKeyFile: '/keys/host', authorizedKeysFile: '/keys/authorized' });
for (const line of text.split('\n').filter((each) => /^[A-Z]/.test(each))) {
  const [, keyword, value] = /^(\w+) (.+)$/.exec(line)!;
  if (said.has(keyword)) throw new Error(`${keyword} stands twice`);
  said.set(keyword, value);
}

test.each([
  ['makes sockets that lead home', 'AllowStreamLocalForwarding', 'remote'],
  ['makes no connection into the cluster', 'PermitOpen', 'none'],
  ['neither forwards there', 'AllowTcpForwarding', 'remote'], // `no` blocks Unix sockets too
  ['opens no TCP port', 'PermitListen', 'none'],
  ['gives no shell and runs no program', 'MaxSessions', '0'],
  ['takes over at once from a session that hangs', 'StreamLocalBindUnlink', 'yes'],
  ['takes a key and nothing else', 'AuthenticationMethods', 'publickey'],
  ['sends strangers away soon', 'LoginGraceTime', '10'],
])('a tunnel %s', (_promise, keyword, value) => {
  expect(said.get(keyword)).toBe(value);
});

test('strangers from one address cannot take all the doors', () => {
  const [begin] = said.get('MaxStartups')!.split(':').map(Number);
  expect(Number(said.get('PerSourceMaxStartups')) * 4).toBeLessThan(begin);
});

test('a session whose other end is gone ends within 20 seconds', () => {
  const [interval, times] = ['ClientAliveInterval', 'ClientAliveCountMax'].map((each) => Number(said.get(each)));
  expect(interval * times).toBeLessThanOrEqual(20);
});

test("a signer's key may forward, and nothing that a later release of OpenSSH thinks of", () => {
  expect(authorizedKeys('ssh-ed25519 AAAA')).toBe('restrict,port-forwarding ssh-ed25519 AAAA\n');
});

test('the image is Debian with openssh-server, no host key of its own, and the one user that sshd lets in', () => {
  expect(dockerfile.match(/apt-get install .*/)?.[0]).toBe(
    'apt-get install --yes --no-install-recommends openssh-server \\',
  );
  expect(dockerfile).toContain('rm -rf /var/lib/apt/lists/* /etc/ssh/ssh_host_*');
  expect(dockerfile).toContain(`echo '${said.get('AllowUsers')}:x:1000:1000:`);
  expect(dockerfile).toMatch(/^USER 1000:1000$/m);
});

test('a fix of Debian is one line of the image, and the pages say how it reaches the pods', () => {
  const [line, day] = /^ARG AS_OF=(\d{4}-\d\d-\d\d)$/m.exec(dockerfile)!;
  expect(Number.isNaN(Date.parse(day))).toBe(false);
  const mended = dockerfile.replace(line, 'ARG AS_OF=2027-02-03');
  const tag = (text: string) => ownImage(smallest(), 'tunnel', text);
  expect(tag(mended)).not.toBe(tag(dockerfile));
  expect(readFileSync(join(ROOT, 'docs/operating.md'), 'utf8')).toContain('`AS_OF`');
});

test('the image folder holds the Dockerfile alone, of whose text its tag is made', () => {
  expect(readdirSync(image)).toEqual(['Dockerfile']);
});
