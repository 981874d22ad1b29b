import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineTerraform } from './machine-terraform';

let folder: string;
const before = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terraform-test-'));
  symlinkSync('/bin/sh', join(folder, 'sh'));
  process.env.PATH = folder;
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

/** A machine with a terraform of that text; answers whether it is used. */
async function isUsed(script: string): Promise<boolean> {
  const program = join(folder, 'terraform');
  writeFileSync(program, script, { mode: 0o755 });
  const answer = await machineTerraform(folder);
  expect([program, undefined]).toContain(answer);
  return answer !== undefined;
}

const saying = (version: string) => `#!/bin/sh
[ "$*" = 'version -json' ] && [ -z "$TF_CLI_ARGS$TF_CLI_CONFIG_FILE" ] && [ "$HOME" = "$PWD" ] &&
  echo '{ "terraform_version": "${version}", "platform": "linux_amd64" }'
`;

test.each(['1.5.0', '1.8.5', '1.11.4', '1.100.0'])('a terraform %s is used', async (version) => {
  expect(await isUsed(saying(version))).toBe(true);
});

test.each(['0.15.5', '1.4.7', '1.12.0-beta1', '2.0.0', '11.5.0'])('a terraform %s is not', async (version) => {
  expect(await isUsed(saying(version))).toBe(false);
});

test.each([
  ['#!/bin/sh\necho Terraform v1.11.4\n', 'has no JSON'],
  ['#!/bin/sh\necho "{}"\n', 'says no version'],
  ['#!/bin/sh\necho no version is chosen >&2\nexit 1\n', 'fails'],
  ['#!/no/such/program\n', 'cannot start'],
])('nor is one that says %j, which %s', async (script) => {
  expect(await isUsed(script)).toBe(false);
});

test("a person's settings change nothing of that", async () => {
  Object.assign(process.env, { TF_CLI_ARGS: '-no-such-option', TF_CLI_CONFIG_FILE: '/no/such/file' });
  expect(await isUsed(saying('1.11.4'))).toBe(true);
});

test('a machine may have none', async () => {
  expect(await machineTerraform(folder)).toBeUndefined();
});
