import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentConfig, HardwareConfig, PowerReading } from '../../../programs/agent/agent.contract';
import { startAgent } from '../../../programs/agent/agent-server';
import { isReadOnlyIn } from '../../../programs/agent/card-space';
import { clockIn, printed, versionIn } from '../../../programs/agent/other-programs';
import { powerIn } from '../../../programs/agent/power';
import { readAgentMetrics } from '../../../programs/guard/agent-metrics-text';
import { ask } from '../../../programs/runtime/ask-http';
import { agentConfig, octezSigner } from '../home';
import { afterwards, temporaryFolder, until } from '../temporary';

/** A machine as the kernel shows it: `lo` stands for a cable, since every machine has it. */
function machine() {
  const folder = temporaryFolder();
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('sys/class/net/lo/carrier', '1\n');
  write('sys/class/net/none0/carrier', '1\n');
  write('sys/class/thermal/thermal_zone0/temp', '48312\n');
  const power = (reading: Partial<PowerReading>) => write('ups.json', JSON.stringify({ atMs: Date.now(), ...reading }));
  const uplinks = ['lo', 'none0'].map((name) => ({
    name: `by-${name}`,
    interface: name,
    socket: join(folder, name),
  }));
  const hardware: HardwareConfig = { uplinks, ups: { file: join(folder, 'ups.json') }, sys: join(folder, 'sys') };
  return { hardware, power, uplinks };
}

/** Programs that are found before all others. */
function programs(scripts: Readonly<Record<string, string>>): void {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  afterwards(() => {
    process.env.PATH = before;
  });
}

/** What chronyc prints; `seconds`: Unix time at which a time server was last heard. */
const tracking = (seconds: number) =>
  `C0A80101,192.168.1.1,3,${seconds}.1,-0.000250000,0.1,0.1,1.0,0.0,0.1,0.02,0.001,64.2,Normal`;

async function started(hardware: HardwareConfig): Promise<AgentConfig> {
  const config = agentConfig(await octezSigner(), { hardware });
  const { close } = await startAgent(config, () => {}, 100);
  afterwards(close);
  return config;
}

async function metricsOf({ listen }: AgentConfig): Promise<string> {
  return (await ask(listen as { socket: string }, { method: 'GET', path: '/metrics', timeoutMs: 5000 })).text;
}

/** Waits until the agent counts this. */
const counts = (agent: AgentConfig, line: string) =>
  until(line, async () => (await metricsOf(agent)).split('\n').includes(line));

test('what is found of the machine is in the metrics', async () => {
  programs({
    chronyc: `echo '${tracking(Math.round(Date.now() / 1000))}'`,
    'octez-signer': "echo 'd26a8bef (2026-07-20 10:11:12 +0000) (Octez v25.2)'",
  });
  const { hardware, power } = machine();
  power({ mains: 0, percent: 87.5, volts: 4.05 });
  const agent = await started(hardware);
  for (const line of [
    'signer_agent_mains_on 0',
    'signer_agent_battery_percent 87.5',
    'signer_agent_battery_volts 4.05',
    'signer_agent_temperature_celsius 48.312',
    'signer_agent_clock_offset_seconds 0.00025',
    'signer_agent_clock_synchronised 1',
    'signer_agent_version_info{program="octez-signer",version="25.2"} 1',
    'signer_agent_disk_read_only{folder="state"} 0',
    'signer_agent_disk_read_only{folder="octez-signer"} 0',
    'signer_agent_uplink_connected{uplink="by-lo",primary="true"} 1',
    'signer_agent_uplink_connected{uplink="by-none0",primary="false"} 0',
    ...['mains', 'battery', 'temperature', 'clock'].map((part) => `signer_agent_part_present{part="${part}"} 1`),
  ]) {
    await counts(agent, line);
  }
  expect(await metricsOf(agent)).toMatch(/^signer_agent_disk_free_bytes\{folder="run"\} [1-9]\d+$/m);
  expect(await metricsOf(agent)).toMatch(/^signer_agent_version_info\{program="agent",version="[0-9a-f]{12}"\} 1$/m);
});

test('what is not found is absent, and the agent starts all the same', async () => {
  programs({ chronyc: 'exit 1', 'octez-signer': 'exit 1' });
  const { hardware } = machine();
  rmSync(hardware.sys as string, { recursive: true });
  const agent = await started(hardware);
  for (const part of ['mains', 'battery', 'temperature', 'clock']) {
    await counts(agent, `signer_agent_part_present{part="${part}"} 0`);
  }
  const text = await metricsOf(agent);
  for (const name of ['mains_on', 'battery_', 'temperature', 'clock_']) {
    expect(text).not.toMatch(new RegExp(`^signer_agent_${name}\\S* `, 'm'));
  }
  expect(text).toContain('signer_agent_uplink_connected{uplink="by-lo",primary="true"} 0');
});

test('an uplink is up when a request has come over it, and its own socket leads to the same agent', async () => {
  const { hardware, uplinks } = machine();
  const agent = await started(hardware);
  const { text } = await ask(uplinks[1], { method: 'GET', path: '/status', timeoutMs: 5000 });
  expect(JSON.parse(text).signer).toBe(agent.signer);
  const lines = (await metricsOf(agent)).split('\n');
  expect(lines).toContain('signer_agent_uplink_up{uplink="by-lo",primary="true"} 0');
  expect(lines).toContain('signer_agent_uplink_up{uplink="by-none0",primary="false"} 1');
});

test('the metrics are what Prometheus reads: every sample follows its type, none comes twice, and every value is a number', async () => {
  const { hardware, power } = machine();
  power({ mains: 1, percent: 100, volts: null });
  const agent = await started(hardware);
  await counts(agent, 'signer_agent_mains_on 1');
  const text = await metricsOf(agent);
  expect(text.endsWith('\n')).toBe(true);
  const seen = new Set<string>();
  let family = '';
  for (const line of text.trimEnd().split('\n')) {
    const [, typed] = /^# TYPE ([a-z_]+) (?:counter|gauge|histogram)$/.exec(line) ?? [];
    if (typed) family = typed;
    if (line.startsWith('#')) continue;
    expect(line).toMatch(/^[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?\d+(\.\d+)?(e-?\d+)?$/);
    const [series] = line.split(/ (?=[^ ]*$)/);
    expect([family, seen.has(series)]).toEqual([series.replace(/(_bucket|_sum|_count)?(\{.*)?$/, ''), false]);
    seen.add(series);
  }
  expect(text).not.toContain('battery_volts 0');
  const { dropped, text: passedOn } = readAgentMetrics(text, 'attic');
  expect(dropped).toBe(0); // the guard lets all of it through
  expect(passedOn).toContain('signer_agent_mains_on{signer="attic"} 1\n');
});

test('what the reader of the battery wrote long ago, or in half, tells nothing', async () => {
  const file = join(temporaryFolder(), 'ups.json');
  const read = (text: string) => {
    writeFileSync(file, text);
    return powerIn(file, 100_000);
  };
  const good = { mains: 1, percent: 50, volts: 3.9, atMs: 95_000 };
  expect(await read(JSON.stringify(good))).toEqual({ mains: 1, percent: 50, volts: 3.9 });
  for (const wrong of [{ ...good, atMs: 89_999 }, { ...good, atMs: 110_001 }, { ...good, atMs: undefined }, null]) {
    expect(await read(JSON.stringify(wrong))).toEqual({});
  }
  expect(await read('{"mains":')).toEqual({});
  expect(await read(JSON.stringify({ atMs: 100_000, mains: 2, percent: 'x', volts: null }))).toEqual({});
});

test('a program that hangs is given up', async () => {
  programs({ slow: 'exec sleep 60' });
  const startMs = performance.now();
  expect(await printed('slow', [], 200)).toBeUndefined();
  const ms = performance.now() - startMs;
  expect([ms > 150, ms < 5000]).toEqual([true, true]);
  expect(await printed('there-is-no-such-program', [])).toBeUndefined();
});

test.each([
  [tracking(1_764_000_000), { offsetSeconds: 0.00025, isSynchronised: true }],
  [tracking(1_764_000_000 - 8000), { offsetSeconds: 0.00025, isSynchronised: false }],
  [
    '00000000,,0,0.000000000,0.000000000,0.0,0.0,0.0,0.0,0.0,1.0,1.0,0.0,Not synchronised',
    { offsetSeconds: -0, isSynchronised: false },
  ],
  ['506 Cannot talk to daemon', undefined],
  ['', undefined],
])('of the clock no more is told than chronyc says: %s', (text, state) => {
  expect(clockIn(text, 1_764_000_010_000)).toEqual(state);
});

test.each([
  ['d26a8bef (2026-07-20 10:11:12 +0000) (Octez v25.2)\n', '25.2'],
  ['4ca33194 (2026-06-01 10:11:12 +0000) (25.0~rc1)', '25.0~rc1'],
  ['something else', 'something else'],
])('the version in %s is %s', (text, version) => {
  expect(versionIn(text)).toBe(version);
});

test('a file system that went read-only is seen, and one that is hidden from this program alone is not taken for it', () => {
  const mountinfo = [
    '22 1 179:2 / / ro,relatime shared:1 - ext4 /dev/mmcblk0p2 rw',
    '30 22 179:3 / /var/lib rw,relatime shared:2 - ext4 /dev/mmcblk0p3 ro,errors=remount-ro',
    '31 30 0:30 / /var/lib/a\\040b rw shared:3 - tmpfs tmpfs rw',
    '32 30 0:31 / /var/lib/twice rw shared:4 - tmpfs tmpfs ro',
    '33 32 0:32 / /var/lib/twice rw shared:5 - tmpfs tmpfs rw',
    '34 22 7:1 / /mnt/failed rw,noatime shared:6 - ext4 /dev/loop1 rw,errors=remount-ro,emergency_ro',
    '35 22 7:2 / /mnt/ended rw shared:7 - ext4 /dev/loop2 rw,shutdown',
    '',
  ].join('\n');
  const are = (...paths: string[]) => paths.map((path) => isReadOnlyIn(mountinfo, path));
  expect(are('/etc', '/var/lib/x', '/var/lib', '/var/library', '/var/lib/a b', '/var/lib/twice/x')).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(are('/mnt/failed/x', '/mnt/ended', '/mnt')).toEqual([true, true, false]);
});
