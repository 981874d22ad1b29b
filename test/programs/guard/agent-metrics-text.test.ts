import { readAgentMetrics } from '../../../programs/guard/agent-metrics-text';

const passed = (...lines: string[]) => readAgentMetrics(lines.map((line) => `${line}\n`).join(''), 'attic');

test("what an agent counts is passed on, with its signer's name", () => {
  const help = '# HELP signer_agent_epoch Number of the epoch that was taken last.';
  expect(
    passed(help, 'signer_agent_epoch 1700000000000', 'signer_agent_requests_total{result="not asked"} 1e-7'),
  ).toEqual({
    text: `${help}
signer_agent_epoch{signer="attic"} 1700000000000
signer_agent_requests_total{signer="attic",result="not asked"} 1e-7
`,
    dropped: 0,
  });
});

test.each([
  ['a metric of the guard', 'signer_guard_phase{phase="open"} 1'],
  ['its help', '# HELP signer_guard_phase What it says.'],
  ['a metric of anybody', 'up 1'],
  ['another signer', 'signer_agent_epoch{signer="cellar"} 1'],
  ['another signer behind other labels', 'signer_agent_epoch{key="a",signer="cellar"} 1'],
  ['a label that does not end', 'signer_agent_epoch{key="a\\"} 1'],
  ['a quote in a label', 'signer_agent_epoch{key="a"b"} 1'],
  ['no value', 'signer_agent_epoch '],
  ['what is no number', 'signer_agent_epoch one'],
  ['what is no number either', 'signer_agent_epoch 1.2.3'],
  ['a name in another place', 'signer_agent_epoch{__name__="signer_guard_phase"} 1'],
  ['one label twice', 'signer_agent_epoch{key="a",key="b"} 1'],
  ['a time of its own', 'signer_agent_epoch 1 1700000000000'],
  ['a line that is no metric', '<html>'],
  ['a carriage return', 'signer_agent_epoch 1\r'],
  ['a very long line', `signer_agent_epoch{key="${'a'.repeat(600)}"} 1`],
])('what an agent may not say is left out and counted: %s', (_, line) => {
  const good = 'signer_agent_key_usable{key="tz1"} 1';
  expect(passed(line, good)).toEqual({
    text: 'signer_agent_key_usable{signer="attic",key="tz1"} 1\n',
    dropped: 1,
  });
});

test('of lines without an end a few hundred are passed on, soon', () => {
  const startMs = performance.now();
  const { text, dropped } = passed(...Array.from({ length: 30_000 }, (_, i) => `signer_agent_x{i="${i}"} 1`));
  expect([text.split('\n').length, dropped]).toEqual([501, 29_500]);
  passed(`signer_agent_x{${'a="",'.repeat(90)}`, `signer_agent_x{a="${'\\\\'.repeat(200)}`);
  expect(performance.now() - startMs).toBeLessThan(1000);
});
