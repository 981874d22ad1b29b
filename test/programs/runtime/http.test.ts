import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { ask, NotSent, TimedOut } from '../../../programs/runtime/ask-http';
import { type Reply, serve } from '../../../programs/runtime/serve-http';
import { afterwards, temporaryFolder, until } from '../temporary';

const question = { method: 'GET', path: '/', timeoutMs: 2000 } as const;

async function listening(onConnection: (socket: Socket) => void): Promise<string> {
  const socket = join(temporaryFolder(), 's');
  const server: Server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  afterwards(() => server.close());
  return socket;
}

test('over TCP and over a Unix socket the same is answered, and a socket that a killed process left is replaced', async () => {
  const socket = join(temporaryFolder(), 's');
  const answer = ({ method, path, body }: { method: string; path: string; body: string }) => ({
    status: 200,
    json: [method, path, body],
  });
  const onTcp = await serve({ port: 0, host: '127.0.0.1' }, answer, () => {});
  afterwards(() => onTcp.close());
  for (let time = 0; time < 2; time++) afterwards((await serve({ socket }, answer, () => {})).close);
  for (const whom of [{ url: `http://127.0.0.1:${onTcp.port}` }, { socket }]) {
    const { status, text } = await ask(whom, { method: 'POST', path: '/a?b=1', body: 'c', timeoutMs: 2000 });
    expect([status, JSON.parse(text)]).toEqual([200, ['POST', '/a?b=1', 'c']]);
  }
});

test('only where nobody listens it is sure that nothing was sent', async () => {
  await expect(ask({ socket: join(temporaryFolder(), 'none') }, question)).rejects.toThrow(NotSent);
  await expect(ask({ url: 'http://127.0.0.1:1' }, question)).rejects.toThrow(NotSent);
  const cutting = await listening((socket) => socket.once('data', () => socket.destroy()));
  await expect(ask({ socket: cutting }, question)).rejects.not.toThrow(NotSent);
  const closing = await listening((socket) => socket.destroy()); // as sshd does when its client's end is closed
  await expect(ask({ socket: closing }, question)).rejects.not.toThrow(NotSent);
});

test('an answer that comes late or by halves is none', async () => {
  const silent = await listening((socket) => socket.on('error', () => {}));
  await expect(ask({ socket: silent }, { ...question, timeoutMs: 50 })).rejects.toThrow(TimedOut);
  const half = await listening((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a'));
  await expect(ask({ socket: half }, question)).rejects.toThrow();
});

test('what is too long is refused, and a handler that fails tells its own people only', async () => {
  const errors: string[] = [];
  const server = await serve(
    { port: 0, host: '127.0.0.1' },
    () => {
      throw new Error('of the inner life');
    },
    (error) => errors.push(error.message),
  );
  afterwards(() => server.close());
  const whom = { url: `http://127.0.0.1:${server.port}` };
  expect(await ask(whom, { ...question, method: 'POST', body: 'x'.repeat(100_000) })).toMatchObject({ status: 413 });
  expect(errors).toEqual([]);
  const { status, text } = await ask(whom, question);
  expect([status, text, errors]).toEqual([500, 'failed\n', ['of the inner life']]);
});

test('a reply that cannot be sent is a failure of that request alone, and the program goes on', async () => {
  const errors: string[] = [];
  const round: { self?: object } = {};
  round.self = round;
  const replies: Record<string, Reply> = {
    '/round': { status: 200, json: round },
    '/status': { status: 99, text: '' },
    '/stream': { status: 1000, stream: new PassThrough(), type: 'text/plain' },
    '/good': { status: 200, text: 'good' },
  };
  const server = await serve(
    { port: 0, host: '127.0.0.1' },
    ({ path }) => replies[path],
    ({ message }) => void errors.push(message),
  );
  afterwards(server.close);
  const url = `http://127.0.0.1:${server.port}`;
  const said: [number, string][] = [];
  for (const path of Object.keys(replies)) {
    const { status, text } = await ask({ url }, { ...question, path });
    said.push([status, text]);
  }
  const failed = [500, 'failed\n'];
  expect(said).toEqual([failed, failed, failed, [200, 'good']]);
  expect(errors).toHaveLength(3);
});

test('whoever answers knows that nobody waits any more', async () => {
  let isGone = () => false;
  let answer = () => {};
  const server = await serve(
    { port: 0, host: '127.0.0.1' },
    (request) => {
      isGone = request.isGone;
      return new Promise((resolve) => (answer = () => resolve({ status: 200, text: '' })));
    },
    () => {},
  );
  afterwards(() => server.close());
  await expect(ask({ url: `http://127.0.0.1:${server.port}` }, { ...question, timeoutMs: 50 })).rejects.toThrow();
  await until('it is gone', isGone);
  answer();
});

/** What comes back on one connection for bytes that are sent one after the other. */
async function spoken(port: number, parts: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data) => (heard += data));
  for (const part of parts) {
    socket.write(part);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  socket.end();
  await new Promise((resolve) => socket.on('close', resolve));
  return heard;
}

test('a body may come in chunks, after a word that it may, in parts, and behind another one on the same connection', async () => {
  const server = await serve(
    { port: 0, host: '127.0.0.1' },
    ({ path, body }) => ({ status: 200, json: [path, body] }),
    () => {},
  );
  afterwards(() => server.close());
  const head = 'POST /keys/tz1?version=3 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  const heard = await spoken(server.port, [
    `${head}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n`,
    '3\r\n"ab\r\n2\r\nc"\r\n0\r\n\r\n',
    `${head}Content-Length: 4\r\n\r\n"d`,
    'e"GET /keys/tz2 HTTP/1.1\r\nHost: a\r\n\r\n',
  ]);
  expect(heard.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 100', ...Array(3).fill('HTTP/1.1 200')]);
  expect(heard.match(/\[.*\]/g)).toEqual([
    '["/keys/tz1?version=3","\\"abc\\""]',
    '["/keys/tz1?version=3","\\"de\\""]',
    '["/keys/tz2",""]',
  ]);
});

test('an answer is as long as the question allows', async () => {
  const long = { status: 200, text: 'x'.repeat(2_000_000) };
  const server = await serve(
    { port: 0, host: '127.0.0.1' },
    () => long,
    () => {},
  );
  afterwards(() => server.close());
  const whom = { url: `http://127.0.0.1:${server.port}` };
  await expect(ask(whom, question)).rejects.toThrow('a very long answer');
  expect((await ask(whom, { ...question, mostBytes: 3_000_000 })).text).toHaveLength(2_000_000);
});

test('where the URL says https, TLS is spoken', async () => {
  const heard: number[] = [];
  const server = createServer((socket) => {
    socket.once('data', (bytes) => {
      heard.push(bytes[0]);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(() => server.close());
  const { port } = server.address() as { port: number };
  await expect(ask({ url: `https://127.0.0.1:${port}` }, question)).rejects.toThrow();
  expect(heard).toEqual([0x16]); // a handshake (RFC 8446, 5.1)
});

test('a server that expects more takes more', async () => {
  const server = await serve(
    { port: 0, host: '127.0.0.1' },
    ({ body }) => ({ status: 200, json: body.length }),
    () => {},
    { mostBodyBytes: 200_000 },
  );
  afterwards(() => server.close());
  const sent = (length: number) =>
    ask({ url: `http://127.0.0.1:${server.port}` }, { ...question, method: 'POST', body: 'x'.repeat(length) });
  expect((await sent(200_000)).text).toBe('200000\n');
  expect((await sent(200_001)).status).toBe(413);
});

test('a stream is passed on as it comes, under its own type; where it breaks, or nobody listens any more, both ends do', async () => {
  let stream = new PassThrough();
  const server = await serve(
    { port: 0, host: '127.0.0.1' },
    () => ({ status: 201, stream, type: 'application/json' }),
    () => {},
  );
  afterwards(() => server.close());
  const heard: string[] = [];
  const listen = () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('data', (data) => heard.push(`${data}`));
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    return socket;
  };
  const first = listen();
  await until('the head comes before the body', () => heard.join('').includes('201 Created'));
  expect(heard.join('').toLowerCase()).toContain('content-type: application/json');
  stream.write('"one"');
  await until('the first part comes', () => heard.join('').includes('"one"'));
  first.destroy();
  await until('the stream is left', () => stream.destroyed);
  stream = new PassThrough();
  const second = listen();
  let isClosed = false;
  second.on('close', () => (isClosed = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  stream.destroy(new Error('cut'));
  await until('the listener is cut', () => isClosed);
});

test('a connection on which nothing is asked stays for as long as is said', async () => {
  const lasted = async (idleMs: number) => {
    const server = await serve(
      { port: 0, host: '127.0.0.1' },
      () => ({ status: 200, text: '' }),
      () => {},
      { idleMs },
    );
    afterwards(() => server.close());
    const socket = connect(server.port, '127.0.0.1');
    let isClosed = false;
    socket.resume();
    socket.on('close', () => (isClosed = true));
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    socket.destroy();
    return !isClosed;
  };
  expect(await Promise.all([lasted(300), lasted(20_000)])).toEqual([false, true]);
});
