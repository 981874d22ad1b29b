// programs/agent/agent.program.ts
import { readFileSync as readFileSync3 } from "node:fs";

// programs/runtime/json-log.ts
var SECRET = /(edsk|edesk|spsk|spesk|p2sk|p2esk|BLsk|BLesk|edsig|spsig1|p2sig|BLsig)[1-9A-HJ-NP-Za-km-z]{20,}|-----BEGIN[\s\S]*/g;
function logTo(write, clock = () => /* @__PURE__ */ new Date()) {
  return (severity, message, more = {}) => {
    const line = JSON.stringify(
      { time: clock().toISOString(), severity, message, ...more },
      (_, value) => typeof value === "string" ? value.replace(SECRET, "(not shown)") : value
    );
    write(`${line}
`);
  };
}

// programs/agent/agent-server.ts
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";

// programs/runtime/message-headers.ts
function messageOf(request2, headers) {
  const text = (name) => typeof headers[name] === "string" ? headers[name] : void 0;
  const epoch = epochOf(text("guard-epoch") ?? "");
  const session = text("guard-session");
  const counter = text("guard-counter") ?? "";
  const signer = text("guard-signer");
  const signature = text("guard-signature");
  if (!epoch || session === void 0 || signer === void 0 || signature === void 0) return void 0;
  if (!COUNTER.test(counter)) return void 0;
  const { path, body } = request2;
  return { message: { epoch, session, counter: Number(counter), signer, method: "POST", path, body }, signature };
}
var COUNTER = /^\d{1,15}$/;
var EPOCH = /^(\d{1,15})\.([0-9a-f]{32})$/;
function epochOf(text) {
  const [, number, bits] = EPOCH.exec(text) ?? [];
  return number === void 0 ? void 0 : { number: Number(number), bits };
}

// programs/runtime/message-key.ts
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
function signedBy(publicKey) {
  const bytes = Buffer.from(publicKey, "base64");
  if (bytes.length !== 32) throw new Error(`a public key has 32 bytes, not ${bytes.length}`);
  const x = bytes.toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
}

// programs/runtime/serve-http.ts
import { rmSync } from "node:fs";
import { createServer } from "node:http";
var MOST_BODY_BYTES = 64 * 1024;
var MOST_CONNECTIONS = 200;
var REQUEST_MS = 5e3;
async function serve(place, handler, onError) {
  const server = createServer(
    {
      requestTimeout: REQUEST_MS,
      headersTimeout: REQUEST_MS,
      keepAliveTimeout: REQUEST_MS,
      connectionsCheckingInterval: REQUEST_MS / 5
    },
    (incoming, outgoing) => {
      const arrivedMs = performance.now();
      read(incoming).then((body) => body === void 0 ? tooLong : handler(requestOf(incoming, outgoing, { body, arrivedMs }))).catch((error) => {
        if (!outgoing.destroyed) onError(error);
        return failed;
      }).then((reply) => answer(outgoing, reply));
    }
  );
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    if ("socket" in place) {
      rmSync(place.socket, { force: true });
      server.listen(place.socket, resolve);
    } else server.listen(place.port, place.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "string" ? 0 : address.port,
    close: (graceMs = 0) => new Promise((resolve) => {
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    })
  };
}
var tooLong = { status: 413, text: "too long\n" };
var failed = { status: 500, text: "failed\n" };
function requestOf(incoming, outgoing, more) {
  const { method = "", url = "", headers } = incoming;
  return { method, path: url, headers, ...more, isGone: () => outgoing.destroyed };
}
function read(incoming) {
  const parts = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    incoming.on("data", (part) => {
      length += part.length;
      if (length <= MOST_BODY_BYTES) parts.push(part);
    });
    incoming.on("end", () => resolve(length > MOST_BODY_BYTES ? void 0 : Buffer.concat(parts).toString("utf8")));
    incoming.on("error", reject);
  });
}
function answer(outgoing, reply) {
  const isJson = "json" in reply;
  outgoing.writeHead(reply.status, {
    "content-type": isJson ? "application/json" : "text/plain; charset=utf-8",
    ...reply.status === 413 ? { connection: "close" } : {}
  });
  outgoing.end(isJson ? `${JSON.stringify(reply.json)}
` : reply.text);
}

// programs/agent/agent.contract.ts
var HANDOVER_PATH = "/handover";
var HANDOVER_MS = 10 * 6e4;
var codes = {
  signed: 200,
  "not asked": 503,
  "refused for its mark": 409,
  timeout: 504,
  unknown: 500,
  /** Not taken as this guard's: the body says why. */
  refused: 403
};
var agentMetrics = {
  requests: "signer_agent_requests_total",
  seconds: "signer_agent_device_seconds",
  keyUsable: "signer_agent_key_usable",
  epoch: "signer_agent_epoch",
  markLevel: "signer_agent_mark_level"
};

// programs/runtime/epoch.ts
function compareEpochs(a, b) {
  if (a.number !== b.number) return a.number - b.number;
  return a.bits === b.bits ? 0 : a.bits < b.bits ? -1 : 1;
}
function isSameEpoch(a, b) {
  return a !== void 0 && compareEpochs(a, b) === 0;
}

// programs/runtime/guard-message.ts
function signedText({ epoch, session, counter, signer, method, path, body }) {
  return JSON.stringify([epoch.number, epoch.bits, session, counter, signer, method, path, body]);
}

// programs/agent/agent-core.ts
var WINDOW = 256;
var AgentCore = class {
  constructor(parts) {
    this.parts = parts;
  }
  parts;
  note;
  /** What the last announcement was answered beside its session: an exact repetition of it is answered the same. */
  told;
  /** The epoch that it has taken last, if any. */
  get epoch() {
    return this.parts.store.epoch();
  }
  /** The session of that epoch; none since the machine has started, until a guard announces itself. */
  get session() {
    return this.current()?.id;
  }
  /** What the machine knows of its own marks. */
  get marks() {
    return this.parts.marks();
  }
  /** A guard says that it is there. A higher epoch ends whoever was heard before; the same one begins a new session. */
  announce(message, signature) {
    const refusal = this.unheard(message, signature);
    if (refusal) return refusal;
    const { store, random, clockMs, marks } = this.parts;
    const stored = store.epoch();
    if (stored && compareEpochs(message.epoch, stored) < 0) return { refused: "epoch", epoch: stored };
    const isRepeated = isSameEpoch(stored, message.epoch);
    const handover = isRepeated ? this.toldTo(message.epoch) : this.handover;
    this.note = void 0;
    this.told = { epoch: message.epoch, handover };
    store.keepEpoch(message.epoch);
    const session = { id: random(), epoch: message.epoch, highest: 0, taken: [] };
    store.keepSession(session);
    return { session: session.id, clockMs: clockMs(), marks: marks(), handover };
  }
  /** The guard of this session says that it has stopped. It is kept for the next one. */
  handOver(message, signature, handover) {
    const refusal = this.admit(message, signature);
    if (refusal) return refusal;
    const { clockMs, monotonicMs } = this.parts;
    const forMs = Math.min(handover.untilMs - clockMs(), HANDOVER_MS);
    this.note = { session: message.session, handover, endMs: monotonicMs() + forMs };
    return void 0;
  }
  /** Whether the message may be carried out, once. What it takes it has noted before it answers. */
  admit(message, signature) {
    const refusal = this.unheard(message, signature);
    if (refusal) return refusal;
    const stored = this.parts.store.epoch();
    if (!isSameEpoch(stored, message.epoch)) return { refused: "epoch", epoch: stored };
    const session = this.current();
    if (session?.id !== message.session) return { refused: "session" };
    const { counter } = message;
    if (counter <= session.highest - WINDOW || session.taken.includes(counter)) return { refused: "counter" };
    const highest = Math.max(session.highest, counter);
    const taken = [...session.taken, counter].filter((each) => each > highest - WINDOW);
    this.parts.store.keepSession({ ...session, highest, taken });
    return void 0;
  }
  toldTo(epoch) {
    return isSameEpoch(this.told?.epoch, epoch) ? this.told?.handover : void 0;
  }
  /** What may be told to a higher epoch. */
  get handover() {
    const { note } = this;
    const isOver = !note || note.session !== this.current()?.id || note.endMs <= this.parts.monotonicMs();
    return isOver ? void 0 : note.handover;
  }
  unheard(message, signature) {
    if (!this.parts.isGuards(signedText(message), signature)) return { refused: "signature" };
    return message.signer === this.parts.signer ? void 0 : { refused: "signer" };
  }
  /** The session, if it is of the epoch that is stored. */
  current() {
    const session = this.parts.store.session();
    return session && isSameEpoch(this.parts.store.epoch(), session.epoch) ? session : void 0;
  }
};

// programs/runtime/metrics-text.ts
var Metrics = class {
  families = /* @__PURE__ */ new Map();
  /** What it answers adds to the counter. */
  counter(name, help) {
    const values = /* @__PURE__ */ new Map();
    this.add(name, { kind: "counter", help, lines: () => linesOf(values) });
    return (labels = {}, by = 1) => {
      const id = `${name}${written(labels)}`;
      values.set(id, (values.get(id) ?? 0) + by);
    };
  }
  /** `read` is called for every text. */
  gauge(name, help, read3) {
    const lines = () => read3().map(([labels, value]) => `${name}${written(labels)} ${value}`);
    this.add(name, { kind: "gauge", help, lines });
  }
  /** What it answers takes a value into account; `bounds` rise. */
  histogram(name, help, bounds) {
    const counts = bounds.map(() => 0);
    let count = 0;
    let sum = 0;
    const lines = () => [
      ...bounds.map((bound, i) => `${name}_bucket{le="${bound}"} ${counts[i]}`),
      `${name}_bucket{le="+Inf"} ${count}`,
      `${name}_sum ${sum}`,
      `${name}_count ${count}`
    ];
    this.add(name, { kind: "histogram", help, lines });
    return (value) => {
      count++;
      sum += value;
      for (const [i, bound] of bounds.entries()) if (value <= bound) counts[i]++;
    };
  }
  get text() {
    const parts = [...this.families].map(
      ([name, { kind, help, lines }]) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines(), ""].join("\n")
    );
    return parts.join("");
  }
  add(name, family) {
    if (this.families.has(name)) throw new Error(`two metrics are called ${name}`);
    this.families.set(name, family);
  }
};
function linesOf(values) {
  return [...values].map(([id, value]) => `${id} ${value}`);
}
function written(labels) {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
function escaped(value) {
  return value.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n");
}

// programs/agent/agent-metrics.ts
var deviceSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3];
var AgentMetrics = class {
  request;
  metrics = new Metrics();
  seconds;
  constructor(status) {
    const { metrics } = this;
    const count = metrics.counter(agentMetrics.requests, "Requests to sign, by how they ended.");
    this.request = (result) => count({ result });
    this.seconds = metrics.histogram(agentMetrics.seconds, "How long the device took.", deviceSeconds);
    metrics.gauge(
      agentMetrics.keyUsable,
      "Whether the device could sign with the key.",
      () => Object.entries(status().keys).map(([key, problem]) => [{ key }, problem === "" ? 1 : 0])
    );
    metrics.gauge(agentMetrics.epoch, "Number of the epoch that was taken last.", () => {
      const { epoch } = status();
      return epoch ? [[{}, epoch.number]] : [];
    });
    metrics.gauge(
      agentMetrics.markLevel,
      "Highest level that octez-signer has noted.",
      () => status().marks.map(({ key, kind, level }) => [{ key, kind }, level])
    );
  }
  get text() {
    return this.metrics.text;
  }
  /** Counts how long it takes. */
  async timed(work) {
    const startMs = performance.now();
    try {
      return await work;
    } finally {
      this.seconds((performance.now() - startMs) / 1e3);
    }
  }
};

// programs/agent/agent-store.ts
import { join } from "node:path";

// programs/runtime/durable-file.ts
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
var DamagedFile = class extends Error {
  constructor(path) {
    super(`${path} is damaged`);
    this.name = "DamagedFile";
  }
};
function writeDurably(path, text) {
  const next = `${path}.next`;
  const file = openSync(next, "w", 384);
  try {
    writeSync(file, sealed(text));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
function readDurable(path) {
  let content;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return void 0;
    throw error;
  }
  const text = content.slice(content.indexOf("\n") + 1);
  if (content !== sealed(text)) throw new DamagedFile(path);
  return text;
}
function sealed(text) {
  return `${createHash("sha256").update(text).digest("hex")}
${text}`;
}

// programs/agent/agent-store.ts
var AgentFiles = class {
  epochFile;
  sessionFile;
  constructor({ stateFolder, runFolder }) {
    this.epochFile = join(stateFolder, "epoch");
    this.sessionFile = join(runFolder, "session");
  }
  epoch() {
    return parsed(readDurable(this.epochFile));
  }
  keepEpoch(epoch) {
    writeDurably(this.epochFile, JSON.stringify(epoch));
  }
  session() {
    try {
      return parsed(readDurable(this.sessionFile));
    } catch (error) {
      if (error instanceof DamagedFile) return void 0;
      throw error;
    }
  }
  keepSession(session) {
    writeDurably(this.sessionFile, JSON.stringify(session));
  }
};
function parsed(text) {
  return text === void 0 ? void 0 : JSON.parse(text);
}

// programs/runtime/ask-http.ts
import { request } from "node:http";
var NotSent = class extends Error {
};
var TimedOut = class extends Error {
};
var MOST_ANSWER_BYTES = 1024 * 1024;
function ask(whom, { method, path, body, headers, timeoutMs }) {
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const options = { method, agent: false, headers: { ...headers, connection: "close" } };
    const outgoing = "socket" in whom ? request({ ...options, socketPath: whom.socket, path }) : request(new URL(`${whom.url.replace(/\/$/, "")}${path}`), options);
    const fail = (error) => {
      clearTimeout(timer);
      reject(isConnected ? error : new NotSent(error.message));
      outgoing.destroy();
    };
    const timer = setTimeout(() => fail(new TimedOut(`no answer within ${Math.round(timeoutMs)} ms`)), timeoutMs);
    outgoing.on("socket", (socket) => socket.once("connect", () => isConnected = true));
    outgoing.on("error", fail);
    outgoing.on("response", (incoming) => {
      const parts = [];
      let length = 0;
      incoming.on("data", (part) => {
        parts.push(part);
        length += part.length;
        if (length > MOST_ANSWER_BYTES) fail(new Error("a very long answer"));
      });
      incoming.on("error", fail);
      incoming.on("end", () => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") });
      });
    });
    outgoing.end(body);
  });
}

// programs/runtime/turns.ts
var Turns = class {
  isTaken = false;
  waiting = [];
  /** Whether nobody has a turn or waits for one. */
  get isFree() {
    return !this.isTaken;
  }
  /**
   * Waits for its turn, which lasts until what this resolves to is called. Resolves to undefined if the turn has not come
   * at `untilMs` (by performance.now()), or if nobody wants it any more when it comes.
   */
  take(untilMs = Number.POSITIVE_INFINITY, isGone = () => false) {
    return new Promise((resolve) => {
      const mayStart = () => performance.now() < untilMs && !isGone();
      const waiting = {
        mayStart,
        start: (end) => {
          clearTimeout(timer);
          resolve(end);
        }
      };
      const giveUp = () => {
        const at = this.waiting.indexOf(waiting);
        if (at >= 0) this.waiting.splice(at, 1);
        resolve(void 0);
      };
      const timer = untilMs === Number.POSITIVE_INFINITY ? void 0 : setTimeout(giveUp, untilMs - performance.now());
      this.waiting.push(waiting);
      this.next();
    });
  }
  next() {
    while (!this.isTaken) {
      const first = this.waiting.shift();
      if (!first) return;
      if (!first.mayStart()) first.start(void 0);
      else {
        this.isTaken = true;
        first.start(this.ending());
      }
    }
  }
  /** Ends a turn, however often it is called. */
  ending() {
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.isTaken = false;
      this.next();
    };
  }
};

// programs/agent/signer-answer.ts
var notAsked = [
  [/Security status unsatisfied|0x6982/i, "the device is locked"],
  [/Instruction not supported|Incorrect class|0x6d00|0x6e00/i, "another app is open on the device"],
  [/Found no ledger corresponding to/, "the device is not there"]
];
var BELOW_MARK = /(not above|below) high watermark|already signed with different data|Incorrect data|0x6a80/i;
var SIGNATURE = /^(edsig|spsig1|p2sig|BLsig|sig)[1-9A-HJ-NP-Za-km-z]{90,140}$/;
function endingOf({ status, text }) {
  if (status === 200) {
    const signature = signatureIn(text);
    return signature ? { ending: "signed", signature } : { ending: "unknown", why: "an answer without a signature" };
  }
  if (status === 403) return { ending: "not asked", why: "the device is locked" };
  if (status === 409 || BELOW_MARK.test(text)) return { ending: "refused for its mark", why: shortened(text) };
  const known = notAsked.find(([words]) => words.test(text));
  if (known) return { ending: "not asked", why: known[1] };
  return { ending: "unknown", why: `octez-signer answered ${status}: ${shortened(text)}` };
}
function signatureIn(text) {
  try {
    const { signature } = JSON.parse(text);
    return typeof signature === "string" && SIGNATURE.test(signature) ? signature : void 0;
  } catch {
    return void 0;
  }
}
function shortened(text) {
  return text.trim().slice(0, 300);
}

// programs/agent/device.ts
var NOT_THERE = "octez-signer is not there";
var Device = class {
  constructor(parts) {
    this.parts = parts;
  }
  parts;
  turns = new Turns();
  askedMs;
  /** For how long it has been asked for a signature that is not there yet; 0 if it is not. */
  get silentMs() {
    return this.askedMs === void 0 ? 0 : performance.now() - this.askedMs;
  }
  /** Asks once. A signature that comes after `untilMs` (by performance.now()) is nobody's. */
  sign(path, body, untilMs) {
    const { url, limitMs } = this.parts;
    this.askedMs = performance.now();
    const headers = { "content-type": "application/json" };
    const answer2 = ask({ url }, { method: "POST", path, body, headers, timeoutMs: limitMs }).then(
      endingOf,
      (error) => error instanceof NotSent ? { ending: "not asked", why: NOT_THERE } : { ending: "unknown", why: `octez-signer: ${error.message}` }
    );
    let timer;
    const late = new Promise((resolve) => {
      const ending = { ending: "timeout", why: "the device has not answered in time" };
      timer = setTimeout(() => resolve(ending), untilMs - performance.now());
    });
    const over = answer2.then(() => {
      clearTimeout(timer);
      this.askedMs = void 0;
    });
    return { ending: Promise.race([answer2, late]), over };
  }
  /** Why octez-signer does not know the key, or '' if it does. Takes no turn: it looks at the device not. */
  async knows(key) {
    try {
      const path = `/keys/${key}`;
      const { status } = await ask({ url: this.parts.url }, { method: "GET", path, timeoutMs: KNOWS_MS });
      return status === 200 ? "" : `octez-signer does not know the key (${status})`;
    } catch (error) {
      return `octez-signer: ${error.message}`;
    }
  }
};
var KNOWS_MS = 1e3;

// programs/agent/handover-body.ts
function handoverIn(body) {
  let told;
  try {
    told = JSON.parse(body);
  } catch {
    return void 0;
  }
  const { signers, untilMs } = told ?? {};
  if (!Array.isArray(signers) || !signers.every((each) => typeof each === "string")) return void 0;
  return Number.isSafeInteger(untilMs) ? { signers, untilMs } : void 0;
}

// programs/agent/key-health.ts
var TRUST_AGAIN_MS = 1e4;
var KeyHealth = class {
  constructor(keys, device, patienceMs) {
    this.keys = keys;
    this.device = device;
    this.patienceMs = patienceMs;
    for (const key of keys) this.unknownTo.set(key, "octez-signer has not been asked yet");
  }
  keys;
  device;
  patienceMs;
  unknownTo = /* @__PURE__ */ new Map();
  isLooking = false;
  said = /* @__PURE__ */ new Map();
  /** By address: what is wrong, or ''. */
  get problems() {
    return Object.fromEntries(this.keys.map((key) => [key, this.problemOf(key)]));
  }
  /** Asks octez-signer for every key, unless the device is busy: then what is known stays. */
  async look() {
    if (this.isLooking || !this.device.turns.isFree) return;
    this.isLooking = true;
    for (const key of this.keys) this.unknownTo.set(key, await this.device.knows(key));
    this.isLooking = false;
  }
  ended(key, ending) {
    if (ending.ending === "not asked" && ending.why !== NOT_THERE) {
      this.said.set(key, { why: ending.why, untilMs: performance.now() + TRUST_AGAIN_MS });
    } else if (ending.ending === "signed") this.said.delete(key);
  }
  problemOf(key) {
    const said = this.said.get(key);
    if (this.device.silentMs > this.patienceMs) return "the device does not answer";
    return this.unknownTo.get(key) || (said && said.untilMs > performance.now() ? said.why : "");
  }
};

// programs/agent/octez-marks.ts
import { readFileSync as readFileSync2 } from "node:fs";
import { join as join2 } from "node:path";
var files = [
  ["block_high_watermarks", "block"],
  ["preattestation_high_watermarks", "preattestation"],
  ["attestation_high_watermarks", "attestation"],
  ["endorsement_high_watermarks", "attestation"]
];
function octezMarks(folder, chainId, keys) {
  return files.flatMap(([name, kind]) => {
    const marks = read2(join2(folder, name))[chainId] ?? {};
    return keys.flatMap((key) => {
      const mark = marks[key];
      return mark ? [{ key, kind, level: mark.level, round: mark.round ?? 0 }] : [];
    });
  });
}
function read2(path) {
  let text;
  try {
    text = readFileSync2(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return {};
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON`);
  }
}

// programs/agent/agent-server.ts
var LOOK_MS = 1e3;
var GRACE_MS = 200;
var KEY_PATH = /^\/keys\/(tz[1-4][1-9A-HJ-NP-Za-km-z]{33})(?:\?version=\d)?$/;
async function startAgent(config, log, everyMs = LOOK_MS) {
  mkdirSync(config.runFolder, { recursive: true, mode: 448 });
  const agent = new Agent(config, log);
  await agent.health.look();
  const looking = setInterval(() => agent.health.look(), everyMs);
  const { listen } = config;
  const listening = await serve(
    "socket" in listen ? listen : { ...listen, host: "127.0.0.1" },
    (request2) => agent.answer(request2),
    (error) => log("ERROR", error.message)
  );
  let ending;
  const end = async () => {
    clearInterval(looking);
    await agent.idle();
    await listening.close(GRACE_MS);
  };
  log("INFO", `the agent of ${config.signer} listens`);
  return {
    port: listening.port,
    close: () => ending ??= end()
  };
}
var Agent = class {
  constructor(config, log) {
    this.config = config;
    this.log = log;
    const { signer, keys, chainId, octezSigner: url, octezSignerFolder: folder, deviceLimitMs: limitMs } = config;
    this.device = new Device({ url, limitMs });
    this.health = new KeyHealth(keys, this.device, config.budgetMs);
    this.core = new AgentCore({
      signer,
      store: new AgentFiles(config),
      random: () => randomBytes(16).toString("hex"),
      clockMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      isGuards: signedBy(config.guardKey),
      marks: () => folder ? octezMarks(folder, chainId, keys) : []
    });
    this.metrics = new AgentMetrics(() => this.status());
  }
  config;
  log;
  health;
  core;
  device;
  metrics;
  async answer(request2) {
    const { method, path } = request2;
    if (method === "GET" && path === "/status") return { status: 200, json: this.status() };
    if (method === "GET" && path === "/metrics") return { status: 200, text: this.metrics.text };
    if (method === "POST" && path === "/epoch") return this.announce(request2);
    if (method === "POST" && path === HANDOVER_PATH) return this.handOver(request2);
    const [, key] = KEY_PATH.exec(path) ?? [];
    if (method === "POST" && key && this.config.keys.includes(key)) return this.sign(request2, key);
    return { status: 404, text: "nothing is here\n" };
  }
  /** Takes the device, so that nobody else does: whoever has it yet gets an answer. */
  async idle() {
    await this.device.turns.take(performance.now() + this.config.budgetMs);
  }
  status() {
    const { signer } = this.config;
    const known = { signer, clockMs: Date.now(), keys: this.health.problems };
    try {
      const { epoch, session, marks } = this.core;
      return { ...known, epoch, session, marks };
    } catch (error) {
      return { ...known, marks: [], problem: error.message };
    }
  }
  /** Waits for what is at the device, however long it takes: a session must not begin before. */
  async announce(request2) {
    const heard = messageOf(request2, request2.headers);
    if (!heard) return { status: 400, text: "not a message of a guard\n" };
    const end = await this.device.turns.take(Number.POSITIVE_INFINITY, request2.isGone);
    if (!end) return { status: 503, text: "too late\n" };
    try {
      const answer2 = this.core.announce(heard.message, heard.signature);
      if ("refused" in answer2) return this.refuse(answer2, heard.message.epoch.number);
      this.log("INFO", "took an epoch", { epoch: heard.message.epoch.number });
      return { status: 200, json: answer2 };
    } finally {
      end();
    }
  }
  /** Takes no turn at the device: what is at it belongs to the same session. */
  handOver(request2) {
    const heard = messageOf(request2, request2.headers);
    const handover = heard && handoverIn(request2.body);
    if (!heard || !handover) return { status: 400, text: "not a handover of a guard\n" };
    const refusal = this.core.handOver(heard.message, heard.signature, handover);
    if (refusal) return this.refuse(refusal, heard.message.epoch.number);
    this.log("INFO", "the guard has stopped for good", { epoch: heard.message.epoch.number });
    return { status: 200, json: {} };
  }
  async sign(request2, key) {
    const { budgetMs } = this.config;
    const untilMs = request2.arrivedMs + budgetMs;
    const heard = messageOf(request2, request2.headers);
    if (!heard) return { status: 400, text: "not a message of a guard\n" };
    const end = await this.device.turns.take(untilMs - budgetMs / 2, request2.isGone);
    if (!end) return this.ended(key, { ending: "not asked", why: "the device is busy" });
    let over;
    try {
      const refusal = this.core.admit(heard.message, heard.signature);
      if (refusal) return this.refuse(refusal, heard.message.epoch.number);
      const asked = this.device.sign(request2.path, request2.body, untilMs);
      over = asked.over;
      const ending = await this.metrics.timed(asked.ending);
      this.health.ended(key, ending);
      return this.ended(key, ending);
    } finally {
      if (over) over.then(end);
      else end();
    }
  }
  ended(key, ending) {
    this.metrics.request(ending.ending);
    if ("why" in ending) this.log("WARNING", `not signed: ${ending.ending}`, { key, why: ending.why });
    return { status: codes[ending.ending], json: ending };
  }
  refuse(refusal, epoch) {
    this.metrics.request("refused");
    this.log("WARNING", `refused for its ${refusal.refused}`, { epoch, stored: refusal.epoch?.number });
    return { status: codes.refused, json: refusal };
  }
};

// programs/agent/agent.program.ts
async function main([file]) {
  if (file === void 0) throw new Error("write: agent <config.json>");
  const log = logTo((line) => process.stdout.write(line));
  const listening = await startAgent(JSON.parse(readFileSync3(file, "utf8")), log);
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => listening.close().then(() => process.exit(0)));
}
main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.message}
`);
  process.exit(1);
});
