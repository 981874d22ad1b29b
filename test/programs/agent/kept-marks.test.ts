import type * as Files from 'node:fs/promises';
import { join } from 'node:path';
import { startAgent } from '../../../programs/agent/agent-server';
import { voteHex } from '../asked-bytes';
import { agentConfig, epochOf, key, octezSigner, say } from '../home';
import { afterwards } from '../temporary';

jest.mock('node:fs/promises', () => ({ ...jest.requireActual('node:fs/promises') }));

/** Paths that were waited for, as the card is told; `spoilt`: it does not take them. */
function waitedFor(spoilt?: Error): string[] {
  const paths: string[] = [];
  const { open } = jest.requireActual<typeof Files>('node:fs/promises');
  jest.spyOn(jest.requireMock<typeof Files>('node:fs/promises'), 'open').mockImplementation(async (...words) => {
    const file = await open(...words);
    const sync = file.sync.bind(file);
    file.sync = async () => {
      if (spoilt) throw spoilt;
      await sync();
      paths.push(`${words[0]}`);
    };
    return file;
  });
  afterwards(() => jest.restoreAllMocks());
  return paths;
}

async function signed(log: (severity: string, text: string) => void = () => {}) {
  const standIn = await octezSigner();
  const agent = agentConfig(standIn);
  const { close } = await startAgent(agent, log, 60_000);
  afterwards(close);
  const [, { session }] = await say(agent, { epoch: epochOf(1) });
  const path = `/keys/${key.address}?version=3`;
  const body = JSON.stringify(voteHex({ level: 10 }));
  return { answer: await say(agent, { session, path, body }), folder: standIn.folder };
}

test('the card has the mark before anybody hears of the signature', async () => {
  const paths = waitedFor();
  const { answer, folder } = await signed();
  expect(answer).toMatchObject([200, { ending: 'signed' }]);
  expect(paths.sort()).toEqual([folder, join(folder, 'attestation_high_watermarks')]);
});

test('a signature that is made is answered, though the card does not take its mark; the log says so', async () => {
  waitedFor(new Error('EIO: i/o error, fsync'));
  const lines: string[] = [];
  const { answer } = await signed((severity, text) => lines.push(`${severity} ${text}`));
  expect(answer).toMatchObject([200, { ending: 'signed' }]);
  expect(lines).toContain('ERROR a power cut would take the marks of octez-signer back: EIO: i/o error, fsync');
});
