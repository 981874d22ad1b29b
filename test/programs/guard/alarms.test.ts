import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Alarms } from '../../../programs/guard/alarms';
import { guardMetrics } from '../../../programs/guard/guard.contract';
import { GuardCore } from '../../../programs/guard/guard-core';
import { epochOf } from '../home';

const LASTS_MS = 1000;
const KEY = 'tz1';
const everSaid: string[] = [];

/** A guard of two signers, as a person sees it, who is called when something lasts. */
function guard() {
  const time = { ms: 0 };
  const core = new GuardCore({
    epoch: epochOf(2),
    signers: ['left', 'right'].map((name) => ({ name, keys: [KEY], away: false })),
    chain: { blockMs: 1000, startMs: 0, roundGrowthMs: 0 },
    wallMs: () => time.ms,
    monotonicMs: () => time.ms,
  });
  const watches = ['left', 'right'].map((name) => ({
    name,
    problem: '',
    last: { keys: { [KEY]: '' } },
    link: { config: { name, keys: [KEY] }, isReached: true, uplinks: [{ name: 'cable', problem: 'nobody is there' }] },
  }));
  const logged: string[] = [];
  const alarms = new Alarms(LASTS_MS, (severity, message) => logged.push(`${severity} ${message}`));
  /** What is said at that moment. */
  const said = (ms: number) => {
    time.ms = ms;
    logged.length = 0;
    alarms.look({ core, watches: watches as any, heads: undefined }, ms);
    everSaid.push(...logged.filter((line) => line.startsWith('ERROR')));
    return [...logged];
  };
  const answers = (signer: string, level = 0) => {
    const marks = level > 0 ? [{ key: KEY, kind: 'block', level, round: 0 }] : [];
    core.take(signer, { session: signer, clockMs: time.ms, marks }, core.opening.now());
  };
  const opens = () => {
    core.report({ level: 1, timestampMs: time.ms });
    for (const signer of ['left', 'right']) {
      core.opening.see(signer, signer, core.opening.now());
      core.choice.health(signer, KEY, true);
    }
    expect(core.opening.phase).toBe('open');
  };
  return { core, watches, said, answers, opens };
}

test('who keeps a guard from opening is named as an error, once, when it has lasted, and so is that it is over', () => {
  const { said, answers, watches, opens } = guard();
  answers('left');
  watches[1].link.isReached = false;
  expect([said(5000), said(5999)]).toEqual([[], []]);
  const missing = 'right has not answered';
  expect(said(6000)).toEqual([
    `ERROR ${missing}, and nothing is signed until it does: uplink cable: nobody is there`,
    'ERROR there is no floor, and nothing is signed: no node has told a head',
  ]);
  expect(said(9000)).toEqual([]);
  answers('right');
  opens();
  expect(said(9001)).toEqual([`INFO no more: ${missing}`, 'INFO no more: there is no floor']);
});

test('a clock that is apart is said where its signer is named', () => {
  const { said, watches } = guard();
  watches[0].problem = 'its clock is 9000 ms from ours, after 1 ms';
  said(5000);
  expect(said(6000)[0]).toBe(
    'ERROR left has not answered, and nothing is signed until it does: its clock is 9000 ms from ours, after 1 ms',
  );
});

test('a device that reports a signature above the floor calls a person; before there is a floor none does', () => {
  const { core, said, answers, opens } = guard();
  said(5000);
  answers('left', 900);
  answers('right', 1);
  expect([core.isMarkedBeyondUs('left'), said(6500).join()]).toEqual([false, expect.not.stringContaining('device')]);
  opens();
  expect([core.isMarkedBeyondUs('left'), core.isMarkedBeyondUs('right')]).toEqual([true, false]);
  said(6501);
  expect(said(7501)).toEqual([
    'ERROR the device of left reports a signature that this guard does not know of, and is not used: find out who it signed for',
  ]);
});

test('a key with which nobody can sign, though the guard is open, calls a person with what each signer says', () => {
  const { core, watches, said, answers, opens } = guard();
  answers('left');
  answers('right');
  opens();
  said(5000);
  expect(said(8000)).toEqual([]);
  for (const [i, why] of ['the device is locked', 'another app is open on the device'].entries()) {
    watches[i].last.keys[KEY] = why;
    core.choice.health(watches[i].name, KEY, false);
  }
  said(9000);
  expect(said(10_000)).toEqual([
    'ERROR no signer can sign with tz1: left: the device is locked; right: another app is open on the device',
  ]);
});

test('when some of the signers can be used, a warning says so, and which one a restart would wait for', () => {
  const { watches, said, answers, opens } = guard();
  answers('left');
  answers('right');
  opens();
  said(5000);
  watches[1].link.isReached = false;
  said(6000);
  expect(said(7000)).toEqual([
    'WARNING 1 of 2 signers can be used, and a restart of the gateway may need a person: right: uplink cable: nobody is there',
  ]);
  watches[1].link.isReached = true;
  expect(said(7001)).toEqual(['INFO no more: 1 of 2 signers can be used']);
});

test('the page says of every call what it looks like, and by which metric it is seen', () => {
  const page = readFileSync(join(__dirname, '../../../docs/signing.md'), 'utf8');
  const section = page.slice(page.indexOf('## What calls you'), page.indexOf('## What you never do'));
  // Up to what differs: the name of a signer before it, and why behind it.
  const lines = everSaid.map((line) => line.replace(/^ERROR /, '').replace(/\b(left|right)\b/g, 'cellar'));
  expect(lines.length).toBeGreaterThan(4);
  const starts = lines.map((line) => line.slice(0, 24));
  expect(starts.filter((start) => !section.includes(`\`${start}`))).toEqual([]);
  const named = [...section.matchAll(/signer_guard_[a-z_]+/g)].map(([name]) => name);
  expect(named.filter((name) => !Object.values<string>(guardMetrics).includes(name))).toEqual([]);
});
