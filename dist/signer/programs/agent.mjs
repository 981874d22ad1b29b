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
import { mkdirSync } from "node:fs";

// programs/runtime/serve-http.ts
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { pipeline } from "node:stream";
var MOST_BODY_BYTES = 64 * 1024;
var MOST_CONNECTIONS = 200;
var REQUEST_MS = 5e3;
async function serve(place, handler, onError, { mostBodyBytes = MOST_BODY_BYTES, mostConnections = MOST_CONNECTIONS, idleMs = REQUEST_MS } = {}) {
  const server = createServer(
    {
      requestTimeout: REQUEST_MS,
      headersTimeout: REQUEST_MS,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: REQUEST_MS / 5
    },
    (incoming, outgoing) => {
      const arrivedMs = performance.now();
      read(incoming, mostBodyBytes).then((body) => body === void 0 ? tooLong : handler(requestOf(incoming, outgoing, { body, arrivedMs }))).then((reply) => answer(outgoing, reply)).catch((error) => {
        if (outgoing.destroyed) return;
        onError(error);
        if (outgoing.headersSent) outgoing.destroy();
        else answer(outgoing, failed);
      });
    }
  );
  server.maxConnections = mostConnections;
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.on("listening", () => server.on("error", onError));
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
function read(incoming, mostBytes) {
  const parts = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    incoming.on("data", (part) => {
      length += part.length;
      if (length <= mostBytes) parts.push(part);
    });
    incoming.on("end", () => resolve(length > mostBytes ? void 0 : Buffer.concat(parts).toString("utf8")));
    incoming.on("error", reject);
  });
}
function answer(outgoing, reply) {
  if ("stream" in reply) {
    outgoing.writeHead(reply.status, { "content-type": reply.type });
    outgoing.flushHeaders();
    pipeline(reply.stream, outgoing, () => {
    });
    return;
  }
  const isJson = "json" in reply;
  const text = isJson ? `${JSON.stringify(reply.json)}
` : reply.text;
  outgoing.writeHead(reply.status, {
    "content-type": isJson ? "application/json" : "text/plain; charset=utf-8",
    ...reply.status === 413 ? { connection: "close" } : {}
  });
  outgoing.end(text);
}

// programs/agent/agent-api.ts
import { randomBytes } from "node:crypto";

// programs/runtime/message-headers.ts
function messageOf(request, headers) {
  const text = (name) => typeof headers[name] === "string" ? headers[name] : void 0;
  const epoch = epochOf(text("guard-epoch") ?? "");
  const session = text("guard-session");
  const counter = text("guard-counter") ?? "";
  const signer = text("guard-signer");
  const signature = text("guard-signature");
  if (!epoch || session === void 0 || signer === void 0 || signature === void 0) return void 0;
  if (!COUNTER.test(counter)) return void 0;
  const { path, body } = request;
  return { message: { epoch, session, counter: Number(counter), signer, method: "POST", path, body }, signature };
}
var COUNTER = /^\d{1,15}$/;
var EPOCH = /^(\d{1,15})\.([0-9a-f]{32})$/;
function epochOf(text) {
  const [, number2, bits] = EPOCH.exec(text) ?? [];
  return number2 === void 0 ? void 0 : { number: Number(number2), bits };
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

// programs/agent/agent.contract.ts
var LEDGER_FILE = "/dev/ledger0";
var reasons = {
  starting: "the agent has not looked yet",
  "octez-signer absent": "octez-signer is not there",
  "unknown key": "octez-signer does not know the key",
  absent: "the device is not there",
  locked: "the device is locked",
  "wrong app": "another app is open on the device",
  "not authorised": "the device may not bake with this key",
  hangs: "the device does not answer",
  trouble: "the device answers what is not understood"
};
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
  /** `key`, `reason`: one series for each reason, 0 or 1. */
  keyProblem: "signer_agent_key_problem",
  /** `key`: seconds since the device has signed with it; not there before. */
  signatureAge: "signer_agent_last_signature_age_seconds",
  /** Seconds since device and octez-signer were looked at to the end. */
  lookAge: "signer_agent_last_look_age_seconds",
  epoch: "signer_agent_epoch",
  /** `key`, `kind`: octez-signer's by kind; `device` is the device's own, which is one over all kinds. */
  markLevel: "signer_agent_mark_level",
  markRound: "signer_agent_mark_round",
  /** `part` is mains and battery, ledger (if there should be one), temperature, clock: 1 if it is found. What is not found has no series of its own. */
  partPresent: "signer_agent_part_present",
  /** 1 while the mains feed the machine, 0 while a battery does. */
  mains: "signer_agent_mains_on",
  batteryPercent: "signer_agent_battery_percent",
  batteryVolts: "signer_agent_battery_volts",
  temperature: "signer_agent_temperature_celsius",
  /** `uplink`, `primary`: whether a request has come over it in the last seconds. */
  uplinkUp: "signer_agent_uplink_up",
  /** `uplink`, `primary`: whether its interface is connected and has an address. */
  uplinkConnected: "signer_agent_uplink_connected",
  /** `folder` is state, run or octez-signer. */
  diskFree: "signer_agent_disk_free_bytes",
  diskReadOnly: "signer_agent_disk_read_only",
  /** `program` is agent, node, octez-signer, ledger-app or kernel; `version`. */
  version: "signer_agent_version_info",
  /** The clock less what the time servers say. */
  clockOffset: "signer_agent_clock_offset_seconds",
  clockSynchronised: "signer_agent_clock_synchronised"
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

// programs/agent/machine-metrics.ts
function countMachine(metrics, machine) {
  const gauge = (name, help, value) => metrics.gauge(name, help, () => of(value()));
  metrics.gauge(agentMetrics.partPresent, "Whether this part of the machine is found.", () => partsOf(machine));
  gauge(agentMetrics.mains, "Whether the mains feed the machine, and not a battery.", () => machine.power.mains);
  gauge(agentMetrics.batteryPercent, "Charge of the battery.", () => machine.power.percent);
  gauge(agentMetrics.batteryVolts, "Voltage of the battery.", () => machine.power.volts);
  gauge(agentMetrics.temperature, "Of the processor.", () => machine.temperature);
  gauge(agentMetrics.clockOffset, "The clock less what the time servers say.", () => machine.clock?.offsetSeconds);
  gauge(
    agentMetrics.clockSynchronised,
    "Whether time servers keep the clock right.",
    () => machine.clock ? Number(machine.clock.isSynchronised) : void 0
  );
  countUplinks(metrics, machine);
  countDisks(metrics, machine);
  metrics.gauge(
    agentMetrics.version,
    "Versions of what runs here; of the agent, the start of its digest.",
    () => [...machine.versions].map(([program, version]) => [{ program, version }, 1])
  );
}
function countUplinks(metrics, { uplinks }) {
  const perUplink = (value) => () => uplinks.all.map((each, i) => [{ uplink: each.name, primary: `${i === 0}` }, Number(value(each))]);
  metrics.gauge(
    agentMetrics.uplinkUp,
    "Whether a request has come over it in the last seconds.",
    perUplink((each) => uplinks.isUp(each))
  );
  metrics.gauge(
    agentMetrics.uplinkConnected,
    "Whether its interface is connected and has an address.",
    perUplink((each) => uplinks.isConnected(each))
  );
}
function countDisks(metrics, { disks }) {
  const perFolder = (value) => () => [...disks].map(([folder, state]) => [{ folder }, value(state)]);
  metrics.gauge(
    agentMetrics.diskFree,
    "Free space where the folder lies.",
    perFolder(({ freeBytes }) => freeBytes)
  );
  metrics.gauge(
    agentMetrics.diskReadOnly,
    "Whether nothing can be written there.",
    perFolder(({ isReadOnly }) => Number(isReadOnly))
  );
}
function partsOf({ hasUps, isLedgerSeen, power, temperature, clock }) {
  const parts = [
    ...hasUps ? [
      ["mains", power.mains],
      ["battery", power.percent ?? power.volts]
    ] : [],
    ...isLedgerSeen === void 0 ? [] : [["ledger", isLedgerSeen || void 0]],
    ["temperature", temperature],
    ["clock", clock]
  ];
  return parts.map(([part, value]) => [{ part }, Number(value !== void 0)]);
}
function of(value) {
  return value === void 0 ? [] : [[{}, value]];
}

// programs/agent/agent-metrics.ts
var deviceSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3];
var AgentMetrics = class {
  request;
  metrics = new Metrics();
  seconds;
  constructor({ status, health, machine }) {
    const { metrics } = this;
    const count = metrics.counter(agentMetrics.requests, "Requests to sign, by how they ended.");
    this.request = (result) => count({ result });
    this.seconds = metrics.histogram(agentMetrics.seconds, "How long the device took.", deviceSeconds);
    metrics.gauge(agentMetrics.epoch, "Number of the epoch that was taken last.", () => {
      const { epoch } = status();
      return epoch ? [[{}, epoch.number]] : [];
    });
    this.countKeys(health);
    const marks = (of2) => () => status().marks.map((mark) => [{ key: mark.key, kind: mark.kind }, of2(mark)]);
    metrics.gauge(
      agentMetrics.markLevel,
      "Highest level that octez-signer has noted, by kind; of kind device, the device.",
      marks(({ level }) => level)
    );
    metrics.gauge(
      agentMetrics.markRound,
      "Round of that level.",
      marks(({ round }) => round)
    );
    if (machine) countMachine(metrics, machine);
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
  countKeys(health) {
    const { metrics } = this;
    const perReason = (key, is) => Object.keys(reasons).map((reason) => [{ key, reason }, Number(reason === is)]);
    metrics.gauge(
      agentMetrics.keyUsable,
      "Whether the device could sign with the key.",
      () => Object.entries(health.reasons).map(([key, reason]) => [{ key }, Number(reason === "")])
    );
    metrics.gauge(
      agentMetrics.keyProblem,
      "Why it could not: 1 for the reason that there is.",
      () => Object.entries(health.reasons).flatMap(([key, reason]) => perReason(key, reason))
    );
    metrics.gauge(
      agentMetrics.signatureAge,
      "Since the device has signed with the key.",
      () => Object.keys(health.reasons).flatMap((key) => {
        const age = health.signatureAgeSeconds(key);
        return age === void 0 ? [] : [[{ key }, age]];
      })
    );
    metrics.gauge(agentMetrics.lookAge, "Since octez-signer and the device were looked at to the end.", () => {
      const age = health.lookAgeSeconds;
      return age === void 0 ? [] : [[{}, age]];
    });
  }
};

// programs/agent/agent-store.ts
import { join } from "node:path";

// programs/runtime/durable-file.ts
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
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
    writeFileSync(file, sealed(text));
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
import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
var NotSent = class extends Error {
};
var TimedOut = class extends Error {
};
var MOST_ANSWER_BYTES = 1024 * 1024;
function ask(whom, question) {
  const { method, path, body, headers, timeoutMs, mostBytes = MOST_ANSWER_BYTES } = question;
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const options = { method, agent: false, headers: { ...headers, connection: "close" } };
    const outgoing = "socket" in whom ? overHttp({ ...options, socketPath: whom.socket, path }) : requestTo(new URL(`${whom.url.replace(/\/$/, "")}${path}`), options);
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
        if (length > mostBytes) fail(new Error("a very long answer"));
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
var requestTo = (url, options) => url.protocol === "https:" ? overHttps(url, options) : overHttp(url, options);

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
  [/Security status unsatisfied|0x6982/i, "locked"],
  [/Instruction not supported|Incorrect class|0x6d00|0x6e00/i, "wrong app"],
  [/Found no ledger corresponding to/, "absent"]
];
var BELOW_MARK = /(not above|below) high watermark|already signed with different data|Incorrect data|0x6a80/i;
var SIGNATURE = /^(edsig|spsig1|p2sig|BLsig|sig)[1-9A-HJ-NP-Za-km-z]{90,140}$/;
function endingOf({ status, text }) {
  if (status === 200) {
    const signature = signatureIn(text);
    return signature ? { ending: "signed", signature } : { ending: "unknown", why: "an answer without a signature" };
  }
  if (status === 403) return unasked("locked");
  if (status === 409 || BELOW_MARK.test(text)) return { ending: "refused for its mark", why: shortened(text) };
  const known = notAsked.find(([words]) => words.test(text));
  if (known) return unasked(known[1]);
  return { ending: "unknown", why: `octez-signer answered ${status}: ${shortened(text)}` };
}
function unasked(reason) {
  return { ending: "not asked", why: reasons[reason], reason };
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

// programs/agent/unfit.ts
function problemOf(reason, more = "") {
  return { reason, text: more ? `${reasons[reason]}: ${more}` : reasons[reason] };
}
var Unfit = class extends Error {
  problem;
  constructor(reason, more = "") {
    const problem = problemOf(reason, more);
    super(problem.text);
    this.problem = problem;
  }
};

// programs/agent/device.ts
var Device = class {
  constructor(parts) {
    this.parts = parts;
  }
  parts;
  turns = new Turns();
  waiting = 0;
  askedMs;
  overMs = Number.NEGATIVE_INFINITY;
  /** A turn at it; see Turns. */
  async take(untilMs, isGone) {
    this.waiting++;
    try {
      return await this.turns.take(untilMs, isGone);
    } finally {
      this.waiting--;
    }
  }
  /** Whether nobody has a turn or waits for one. */
  get isFree() {
    return this.turns.isFree;
  }
  /** Whether somebody waits for the one who has a turn. */
  get isWanted() {
    return this.waiting > 0;
  }
  /** For how long it has been asked for a signature that is not there yet; 0 if it is not. */
  get silentMs() {
    return this.askedMs === void 0 ? 0 : performance.now() - this.askedMs;
  }
  /** For how long it has not been asked for a signature. */
  get quietMs() {
    return this.askedMs === void 0 ? performance.now() - this.overMs : 0;
  }
  /** Asks once. A signature that comes after `untilMs` (by performance.now()) is nobody's. */
  sign(path, body, untilMs) {
    const { url, limitMs } = this.parts;
    this.askedMs = performance.now();
    const headers = { "content-type": "application/json" };
    const answer2 = ask({ url }, { method: "POST", path, body, headers, timeoutMs: limitMs }).then(
      endingOf,
      (error) => error instanceof NotSent ? { ending: "not asked", why: reasons["octez-signer absent"] } : { ending: "unknown", why: `octez-signer: ${error.message}` }
    );
    let timer;
    const late = new Promise((resolve) => {
      const ending = { ending: "timeout", why: "the device has not answered in time" };
      timer = setTimeout(() => resolve(ending), untilMs - performance.now());
    });
    const over = answer2.then(() => {
      clearTimeout(timer);
      this.askedMs = void 0;
      this.overMs = performance.now();
    });
    return { ending: Promise.race([answer2, late]), over };
  }
  /** What is wrong with octez-signer for this key. Takes no turn: it looks at the device not. */
  async knows(key) {
    try {
      const path = `/keys/${key}`;
      const { status } = await ask({ url: this.parts.url }, { method: "GET", path, timeoutMs: KNOWS_MS });
      return status === 200 ? void 0 : problemOf("unknown key", `it answers ${status}`);
    } catch (error) {
      return problemOf("octez-signer absent", error.message);
    }
  }
};
var KNOWS_MS = 1e3;

// node_modules/@scure/base/lib/esm/index.js
function isBytes(a) {
  return a instanceof Uint8Array || ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array";
}
function isArrayOf(isString, arr) {
  if (!Array.isArray(arr))
    return false;
  if (arr.length === 0)
    return true;
  if (isString) {
    return arr.every((item) => typeof item === "string");
  } else {
    return arr.every((item) => Number.isSafeInteger(item));
  }
}
function astr(label, input) {
  if (typeof input !== "string")
    throw new Error(`${label}: string expected`);
  return true;
}
function anumber(n) {
  if (!Number.isSafeInteger(n))
    throw new Error(`invalid integer: ${n}`);
}
function aArr(input) {
  if (!Array.isArray(input))
    throw new Error("array expected");
}
function astrArr(label, input) {
  if (!isArrayOf(true, input))
    throw new Error(`${label}: array of strings expected`);
}
function anumArr(label, input) {
  if (!isArrayOf(false, input))
    throw new Error(`${label}: array of numbers expected`);
}
// @__NO_SIDE_EFFECTS__
function chain(...args) {
  const id = (a) => a;
  const wrap = (a, b) => (c) => a(b(c));
  const encode = args.map((x) => x.encode).reduceRight(wrap, id);
  const decode = args.map((x) => x.decode).reduce(wrap, id);
  return { encode, decode };
}
// @__NO_SIDE_EFFECTS__
function alphabet(letters) {
  const lettersA = typeof letters === "string" ? letters.split("") : letters;
  const len = lettersA.length;
  astrArr("alphabet", lettersA);
  const indexes = new Map(lettersA.map((l, i) => [l, i]));
  return {
    encode: (digits) => {
      aArr(digits);
      return digits.map((i) => {
        if (!Number.isSafeInteger(i) || i < 0 || i >= len)
          throw new Error(`alphabet.encode: digit index outside alphabet "${i}". Allowed: ${letters}`);
        return lettersA[i];
      });
    },
    decode: (input) => {
      aArr(input);
      return input.map((letter) => {
        astr("alphabet.decode", letter);
        const i = indexes.get(letter);
        if (i === void 0)
          throw new Error(`Unknown letter: "${letter}". Allowed: ${letters}`);
        return i;
      });
    }
  };
}
// @__NO_SIDE_EFFECTS__
function join2(separator = "") {
  astr("join", separator);
  return {
    encode: (from) => {
      astrArr("join.decode", from);
      return from.join(separator);
    },
    decode: (to) => {
      astr("join.decode", to);
      return to.split(separator);
    }
  };
}
function convertRadix(data, from, to) {
  if (from < 2)
    throw new Error(`convertRadix: invalid from=${from}, base cannot be less than 2`);
  if (to < 2)
    throw new Error(`convertRadix: invalid to=${to}, base cannot be less than 2`);
  aArr(data);
  if (!data.length)
    return [];
  let pos = 0;
  const res = [];
  const digits = Array.from(data, (d) => {
    anumber(d);
    if (d < 0 || d >= from)
      throw new Error(`invalid integer: ${d}`);
    return d;
  });
  const dlen = digits.length;
  while (true) {
    let carry = 0;
    let done = true;
    for (let i = pos; i < dlen; i++) {
      const digit = digits[i];
      const fromCarry = from * carry;
      const digitBase = fromCarry + digit;
      if (!Number.isSafeInteger(digitBase) || fromCarry / from !== carry || digitBase - digit !== fromCarry) {
        throw new Error("convertRadix: carry overflow");
      }
      const div = digitBase / to;
      carry = digitBase % to;
      const rounded = Math.floor(div);
      digits[i] = rounded;
      if (!Number.isSafeInteger(rounded) || rounded * to + carry !== digitBase)
        throw new Error("convertRadix: carry overflow");
      if (!done)
        continue;
      else if (!rounded)
        pos = i;
      else
        done = false;
    }
    res.push(carry);
    if (done)
      break;
  }
  for (let i = 0; i < data.length - 1 && data[i] === 0; i++)
    res.push(0);
  return res.reverse();
}
// @__NO_SIDE_EFFECTS__
function radix(num) {
  anumber(num);
  const _256 = 2 ** 8;
  return {
    encode: (bytes) => {
      if (!isBytes(bytes))
        throw new Error("radix.encode input should be Uint8Array");
      return convertRadix(Array.from(bytes), _256, num);
    },
    decode: (digits) => {
      anumArr("radix.decode", digits);
      return Uint8Array.from(convertRadix(digits, num, _256));
    }
  };
}
var genBase58 = /* @__NO_SIDE_EFFECTS__ */ (abc) => /* @__PURE__ */ chain(/* @__PURE__ */ radix(58), /* @__PURE__ */ alphabet(abc), /* @__PURE__ */ join2(""));
var base58 = /* @__PURE__ */ genBase58("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

// programs/agent/far-device.ts
import { connect } from "node:net";
var ANSWER_MS = 300;
function tcpProblem(url) {
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname, port: Number(url.port) });
    const end = (problem) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const timer = setTimeout(() => end(problemOf("absent")), ANSWER_MS);
    socket.on("connect", () => end());
    socket.on(
      "error",
      ({ code }) => end(code === "ECONNREFUSED" ? problemOf("locked", "its port is closed") : problemOf("absent"))
    );
  });
}
async function httpProblem(url, key) {
  const base = `${url.origin}${url.pathname.replace(/\/?[^/]*$/, "")}`;
  try {
    const { status } = await ask({ url: base }, { method: "GET", path: `/keys/${key}`, timeoutMs: ANSWER_MS });
    if (status === 200) return void 0;
    if (status === 403) return problemOf("locked");
    if (status === 404) return { reason: "unknown key", text: "the device does not know the key" };
    return problemOf("trouble", `it answers ${status}`);
  } catch (error) {
    if (error instanceof NotSent) return problemOf("absent", "its program does not run");
    return error instanceof TimedOut ? problemOf("hangs") : problemOf("trouble", error.message);
  }
}

// programs/agent/ledger-url.ts
var HARDENED = 2147483648;
var root = [HARDENED + 44, HARDENED + 1729];
var curves = [
  /^ed25519$/i,
  /^secp256k1$/i,
  /^(p-?256|secp256r1)$/i,
  /^(bip25519|bip32-ed25519)$/i
];
function ledgerKey(url) {
  const [, name, path] = /^ledger:\/\/[^/]+\/([^/]+)((?:\/\d{1,10}['h]?)*)\/?$/.exec(url) ?? [];
  const curve = curves.findIndex((each) => each.test(name ?? ""));
  if (curve < 0) return void 0;
  const steps = path.split("/").slice(1);
  return { curve, path: [...root, ...steps.map(stepOf)] };
}
function isSameKey(a, b) {
  return pathText(a) === pathText(b);
}
function pathText({ curve, path }) {
  const name = ["ed25519", "secp256k1", "P-256", "bip25519"][curve] ?? `curve ${curve}`;
  return [name, ...path.map((step) => step >= HARDENED ? `${step - HARDENED}h` : `${step}`)].join("/");
}
function stepOf(text) {
  const number2 = Number.parseInt(text, 10);
  return /['h]$/.test(text) ? HARDENED + number2 : number2;
}

// programs/agent/usb-ledger.ts
import { readdir, readFile } from "node:fs/promises";
import { join as join3 } from "node:path";

// programs/agent/hid-file.ts
import { constants } from "node:fs";
import { open } from "node:fs/promises";

// programs/agent/hid-packets.ts
var PACKET_BYTES = 64;
var CHANNEL = 257;
var APDU_TAG = 5;
var HEAD_BYTES = 5;
var LENGTH_BYTES = 2;
function packetsOf(command) {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(command.length);
  const whole = Buffer.concat([length, command]);
  const room = PACKET_BYTES - HEAD_BYTES;
  const count = Math.ceil(whole.length / room);
  return Array.from({ length: count }, (_, i) => {
    const packet = Buffer.alloc(PACKET_BYTES);
    packet.writeUInt16BE(CHANNEL, 0);
    packet.writeUInt8(APDU_TAG, 2);
    packet.writeUInt16BE(i, 3);
    whole.copy(packet, HEAD_BYTES, i * room, (i + 1) * room);
    return packet;
  });
}
var AnswerPackets = class {
  parts = Buffer.alloc(0);
  length = 0;
  sequence = 0;
  /** The answer, once it is whole. Throws if the packet is not the next one of an answer. */
  add(packet) {
    const isFirst = this.sequence === 0;
    const isNext = packet.length === PACKET_BYTES && packet.readUInt16BE(0) === CHANNEL && packet.readUInt8(2) === APDU_TAG && packet.readUInt16BE(3) === this.sequence;
    if (!isNext)
      throw new Error(`a packet that is none of an answer: ${packet.subarray(0, HEAD_BYTES).toString("hex")}`);
    this.sequence++;
    if (isFirst) this.length = packet.readUInt16BE(HEAD_BYTES);
    this.parts = Buffer.concat([this.parts, packet.subarray(isFirst ? HEAD_BYTES + LENGTH_BYTES : HEAD_BYTES)]);
    return this.parts.length < this.length ? void 0 : this.parts.subarray(0, this.length);
  }
};

// programs/agent/hid-file.ts
var FLAGS = constants.O_RDWR | constants.O_NONBLOCK;
var REPORT = Buffer.from([0]);
var LOOK_AGAIN_MS = 2;
var goneCodes = ["ENOENT", "ENODEV", "ENXIO", "EIO"];
var HidFile = class _HidFile {
  constructor(file) {
    this.file = file;
  }
  file;
  /** Throws Unfit. `onLate` is given what resolves when a late opening is closed again. */
  static async open(path, atMostMs, onLate) {
    const opening = open(path, FLAGS);
    try {
      return new _HidFile(await inTime(opening, atMostMs));
    } catch (error) {
      if (error instanceof Late) onLate(opening.then((file) => file.close()).catch(() => {
      }));
      throw unfit(error);
    }
  }
  /** One command, and its answer with the status word. Throws Unfit. */
  async exchange(command, atMostMs) {
    const untilMs = performance.now() + atMostMs;
    const left = () => untilMs - performance.now();
    try {
      await this.forget(untilMs);
      for (const packet of packetsOf(command)) {
        await inTime(this.file.write(Buffer.concat([REPORT, packet])), left());
      }
      const answer2 = new AnswerPackets();
      for (; ; ) {
        const whole = answer2.add(await this.packet(untilMs));
        if (whole) return whole;
      }
    } catch (error) {
      throw unfit(error);
    }
  }
  /** Resolves when the system has let go of it. */
  async close() {
    await this.file.close().catch(() => {
    });
  }
  /** Reads away what somebody else has asked for. */
  async forget(untilMs) {
    const packet = Buffer.alloc(PACKET_BYTES);
    while (await this.read(packet, untilMs - performance.now()) > 0)
      if (performance.now() >= untilMs) throw new Late();
  }
  async packet(untilMs) {
    const packet = Buffer.alloc(PACKET_BYTES);
    let length = 0;
    while (length < PACKET_BYTES) {
      const read3 = await this.read(packet.subarray(length), untilMs - performance.now());
      length += read3;
      if (performance.now() >= untilMs) throw new Late();
      if (read3 === 0) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    return packet;
  }
  /** How much is there already. */
  async read(into, atMostMs) {
    try {
      return (await inTime(this.file.read(into, 0, into.length, null), atMostMs)).bytesRead;
    } catch (error) {
      if (error.code === "EAGAIN") return 0;
      throw error;
    }
  }
};
var Late = class extends Error {
};
function inTime(work, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Late()), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
function unfit(error) {
  if (error instanceof Unfit) return error;
  if (error instanceof Late) return new Unfit("hangs");
  const { code, message } = error;
  if (code === "EAGAIN") return new Unfit("hangs");
  return goneCodes.includes(code) ? new Unfit("absent") : new Unfit("trouble", message);
}

// programs/agent/ledger-questions.ts
var commands = {
  /** Of every app, and of the dashboard. */
  app: [176, 1],
  version: [128, 0],
  authorised: [128, 13],
  marks: [128, 11]
};
var APP = "Tezos Baking";
var BAKING_CLASS = 1;
var DONE = 36864;
var NO_KEY = 27272;
var locked = [21781, 27010, 21251, 26628];
var notThisApp = [27904, 28160, 28161, 25873];
async function lookAt(exchange) {
  const app = await asked(exchange, commands.app);
  const name = app.subarray(2, 2 + (app[1] ?? 0)).toString("latin1");
  if (app[0] !== 1) throw new Unfit("trouble", `of its app it says ${app.toString("hex")}`);
  if (name !== APP) throw new Unfit("wrong app", name);
  const version = await asked(exchange, commands.version);
  if (version.length !== 4) throw new Unfit("trouble", `of its version it says ${version.toString("hex")}`);
  if (version[0] !== BAKING_CLASS) throw new Unfit("wrong app", "it is not for baking");
  return {
    version: [...version.subarray(1)].join("."),
    authorised: keyIn(await asked(exchange, commands.authorised, NO_KEY)),
    marks: marksIn(await asked(exchange, commands.marks))
  };
}
async function asked(exchange, [cla, ins], none) {
  const answer2 = await exchange(Uint8Array.of(cla, ins, 0, 0, 0));
  if (answer2.length < 2) throw new Unfit("trouble", "an answer without a status word");
  const word = answer2.readUInt16BE(answer2.length - 2);
  if (word === none) return Buffer.alloc(0);
  if (word === DONE) return answer2.subarray(0, -2);
  if (locked.includes(word)) throw new Unfit("locked");
  if (notThisApp.includes(word)) throw new Unfit("wrong app");
  throw new Unfit("trouble", `status word 0x${word.toString(16)}`);
}
function keyIn(data) {
  if (data.length === 0) return void 0;
  const [curve, count] = data;
  if (data.length !== 2 + 4 * count) throw new Unfit("trouble", `of its key it says ${data.toString("hex")}`);
  return { curve, path: Array.from({ length: count }, (_, i) => data.readUInt32BE(2 + 4 * i)) };
}
function marksIn(data) {
  if (data.length !== 20) throw new Unfit("trouble", `of its marks it says ${data.toString("hex")}`);
  const mark = (at) => ({ level: data.readUInt32BE(at), round: data.readUInt32BE(at + 4) });
  return { main: mark(0), others: mark(8), chain: data.readUInt32BE(16) };
}

// programs/agent/usb-ledger.ts
var STEP_MS = 300;
var CLOSE_MS = 20;
var LEDGER_VENDOR = "2c97";
var Hidden = class extends Error {
};
var Ledger = class {
  constructor(path, sys) {
    this.path = path;
    this.sys = sys;
  }
  path;
  sys;
  /** Something that the kernel has not let go of yet. */
  held;
  /**
   * Looks at it, and closes it: octez-signer opens it anew for each signature. Undefined if `isWanted` became true
   * between two steps. Throws Unfit, or Hidden.
   */
  async look(isWanted) {
    if (this.held) throw new Unfit("hangs");
    const file = await this.opened();
    try {
      return await lookAt((command) => {
        if (isWanted()) throw new GaveWay();
        return file.exchange(command, STEP_MS);
      });
    } catch (error) {
      if (error instanceof GaveWay) return void 0;
      throw error;
    } finally {
      const closed = file.close();
      this.hold(closed);
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
    }
  }
  async opened() {
    try {
      return await HidFile.open(this.path, STEP_MS, (closed) => this.hold(closed));
    } catch (error) {
      const isGone = error instanceof Unfit && error.problem.reason === "absent";
      throw isGone && await isPlugged(this.sys) ? new Hidden() : error;
    }
  }
  hold(closed) {
    this.held = closed;
    closed.then(() => {
      this.held = void 0;
    });
  }
};
var GaveWay = class extends Error {
};
async function isPlugged(sys) {
  const folder = join3(sys, "bus/usb/devices");
  const devices = await readdir(folder).catch(() => []);
  const vendors = devices.map((each) => readFile(join3(folder, each, "idVendor"), "utf8").catch(() => ""));
  return (await Promise.all(vendors)).some((vendor) => vendor.trim() === LEDGER_VENDOR);
}

// programs/agent/device-look.ts
var DEVICE_KIND = "device";
var HIDDEN_MS = 2e4;
var DeviceLook = class {
  problems = /* @__PURE__ */ new Map();
  urls;
  onLedger;
  ledger;
  chain;
  patienceMs;
  /** What the Ledger said last. */
  sight;
  /** Since when the kernel does not show it, by the monotonic clock. */
  hiddenMs;
  constructor({ config, chainId, sys, patienceMs = HIDDEN_MS }) {
    const { urls, ledgerFile = LEDGER_FILE } = config;
    this.patienceMs = patienceMs;
    this.urls = Object.entries(urls);
    this.onLedger = this.urls.flatMap(
      ([key, url]) => schemeOf(url) === "ledger" ? [{ key, url, wanted: ledgerKey(url) }] : []
    );
    this.ledger = new Ledger(ledgerFile, sys);
    this.chain = Buffer.from(base58.decode(chainId)).readUInt32BE(CHAIN_PREFIX_BYTES);
    for (const [key] of this.urls) this.problems.set(key, problemOf("starting"));
  }
  /** Answers whether it has seen everything: as soon as `isWanted`, it stops, and what is known stays. */
  async look(isWanted) {
    if (this.onLedger.length > 0 && !await this.lookAtLedger(isWanted)) return false;
    for (const [key, url] of this.urls) {
      const scheme = schemeOf(url);
      if (scheme === "ledger") continue;
      if (isWanted()) return false;
      const seen = looks[scheme]?.(url, key) ?? Promise.resolve(void 0);
      this.problems.set(key, await seen.catch(problemIn));
    }
    return true;
  }
  problemOf(key) {
    return this.problems.get(key);
  }
  /** Of the keys that the Ledger bakes with, as it told last: it may have signed since. */
  get marks() {
    const { sight } = this;
    if (!sight) return [];
    const { chain: chain2, main: main2, others } = sight.marks;
    const { level, round } = chain2 === 0 || chain2 === this.chain ? main2 : others;
    return this.onLedger.filter((each) => !problemWith(each, sight)).map(({ key }) => ({ key, kind: DEVICE_KIND, level, round }));
  }
  /** Whether the Ledger can be looked at; undefined if no key is on one. */
  get isLedgerSeen() {
    if (this.onLedger.length === 0) return void 0;
    return this.hiddenMs === void 0 && this.onLedger.every(({ key }) => this.problems.get(key)?.reason !== "absent");
  }
  /** Of the Ledger's baking app. */
  get appVersion() {
    return this.sight?.version;
  }
  async lookAtLedger(isWanted) {
    try {
      const sight = await this.ledger.look(isWanted);
      this.hiddenMs = void 0;
      if (!sight) return false;
      this.sight = sight;
      for (const each of this.onLedger) this.problems.set(each.key, problemWith(each, sight));
    } catch (error) {
      const problem = error instanceof Hidden ? this.problemOfHidden() : problemIn(error);
      if (!(error instanceof Hidden)) this.hiddenMs = void 0;
      for (const { key } of this.onLedger) this.problems.set(key, problem);
    }
    return true;
  }
  problemOfHidden() {
    this.hiddenMs ??= performance.now();
    const isLong = performance.now() - this.hiddenMs >= this.patienceMs;
    return isLong ? void 0 : problemOf("absent", "it is plugged in, and another program has it");
  }
};
var CHAIN_PREFIX_BYTES = 3;
var looks = {
  tcp: async (url) => tcpProblem(new URL(url)),
  http: async (url, key) => httpProblem(new URL(url), key)
};
function schemeOf(url) {
  return url.slice(0, url.indexOf(":"));
}
function problemIn(error) {
  return error instanceof Unfit ? error.problem : problemOf("trouble", error.message);
}
function problemWith({ wanted, url }, { authorised }) {
  if (!wanted) return problemOf("not authorised", `nobody can read ${url}`);
  if (!authorised) return problemOf("not authorised", "with none at all");
  if (isSameKey(wanted, authorised)) return void 0;
  return problemOf("not authorised", `with ${pathText(authorised)}, not ${pathText(wanted)}`);
}

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

// programs/agent/home-machine.ts
import { createHash as createHash2 } from "node:crypto";
import { readFile as readFile5 } from "node:fs/promises";
import { release } from "node:os";
import { join as join5 } from "node:path";

// programs/agent/card-space.ts
import { constants as constants2 } from "node:fs";
import { access, readFile as readFile2, realpath, statfs } from "node:fs/promises";
async function diskOf(folder, isOwn) {
  const path = await realpath(folder);
  const { bavail, bsize } = await statfs(path);
  const isKeptFromUs = isOwn && await access(path, constants2.W_OK).then(() => false, isReadOnlyError);
  return {
    freeBytes: bavail * bsize,
    isReadOnly: isKeptFromUs || isReadOnlyIn(await readFile2("/proc/self/mountinfo", "utf8"), path)
  };
}
function isReadOnlyIn(mountinfo, path) {
  const mounts = mountinfo.split("\n").flatMap((line) => {
    const [mount2, filesystem] = line.split(" - ");
    const point = mount2.split(" ")[4]?.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
    const options = filesystem?.split(" ")[2];
    return point && options && isIn(path, point) ? [{ point, options }] : [];
  });
  const longest = mounts.reduce((most, { point }) => Math.max(most, point.length), 0);
  const mount = mounts.reverse().find(({ point }) => point.length === longest);
  return mount?.options.split(",").some((option) => unwritable.includes(option)) ?? false;
}
var unwritable = ["ro", "emergency_ro", "shutdown"];
function isIn(path, folder) {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
function isReadOnlyError({ code }) {
  return code === "EROFS";
}

// programs/agent/other-programs.ts
import { execFile } from "node:child_process";
var MOST_MS = 2e3;
function printed(program, words, mostMs = MOST_MS) {
  return new Promise((resolve) => {
    const options = { env: process.env, timeout: mostMs, killSignal: "SIGKILL", maxBuffer: 64 * 1024 };
    execFile(program, words, options, (error, stdout) => resolve(error ? void 0 : stdout));
  });
}
var FIELDS = 14;
var REFERENCE_TIME = 3;
var OFFSET = 4;
var LEAP_STATUS = 13;
var OLD_SECONDS = 7200;
function clockIn(text, nowMs = Date.now()) {
  const fields = text.trim().split(",");
  const offset = Number(fields[OFFSET]);
  if (fields.length !== FIELDS || fields[OFFSET] === "" || !Number.isFinite(offset)) return void 0;
  const isOld = nowMs / 1e3 - Number(fields[REFERENCE_TIME]) > OLD_SECONDS;
  return { offsetSeconds: -offset, isSynchronised: fields[LEAP_STATUS] !== "Not synchronised" && !isOld };
}
function versionIn(text) {
  const [, version] = /(\d+\.\d+[\w.~+-]*)\)?\s*$/.exec(text) ?? [];
  return version ?? text.trim().slice(0, 80);
}

// programs/agent/power.ts
import { readFile as readFile3 } from "node:fs/promises";
var OLD_MS = 1e4;
async function powerIn(file, nowMs = Date.now()) {
  try {
    const { mains, percent, volts, atMs } = JSON.parse(await readFile3(file, "utf8"));
    if (!Number.isFinite(atMs) || Math.abs(nowMs - atMs) > OLD_MS) return {};
    return { mains: mains === 0 || mains === 1 ? mains : void 0, percent: number(percent), volts: number(volts) };
  } catch {
    return {};
  }
}
function number(value) {
  return Number.isFinite(value) ? value : void 0;
}

// programs/agent/repeated.ts
function repeated(everyMs, work) {
  let isAtIt = false;
  const once = async () => {
    if (isAtIt) return;
    isAtIt = true;
    await work().catch(() => {
    });
    isAtIt = false;
  };
  once();
  const timer = setInterval(once, everyMs);
  return () => clearInterval(timer);
}

// programs/agent/uplinks.ts
import { readFile as readFile4 } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join as join4 } from "node:path";
var SILENT_MS = 1e4;
var Uplinks = class {
  constructor(all, sys) {
    this.all = all;
    this.sys = sys;
  }
  all;
  sys;
  askedMs = /* @__PURE__ */ new Map();
  connected = /* @__PURE__ */ new Map();
  /** A request has come over it. */
  asked({ name }) {
    this.askedMs.set(name, performance.now());
  }
  isUp({ name }) {
    const at = this.askedMs.get(name);
    return at !== void 0 && performance.now() - at < SILENT_MS;
  }
  /** Whether its interface has a cable, or whatever stands for one, and an address. */
  isConnected({ name }) {
    return this.connected.get(name) ?? false;
  }
  async look() {
    for (const uplink of this.all) {
      const hasAddress = (networkInterfaces()[uplink.interface] ?? []).some(({ address }) => !LINK_LOCAL.test(address));
      this.connected.set(uplink.name, hasAddress && await this.hasCarrier(uplink));
    }
  }
  /** An interface that is down, or gone, tells none. */
  async hasCarrier(uplink) {
    const text = await readFile4(join4(this.sys, "class/net", uplink.interface, "carrier"), "utf8").catch(() => "");
    return text.trim() === "1";
  }
};
var LINK_LOCAL = /^(169\.254\.|fe80:)/i;

// programs/agent/home-machine.ts
var OFTEN_MS = 3e3;
var SELDOM_MS = 3e4;
var RARELY_MS = 6e5;
var SYS = "/sys";
var Machine = class {
  constructor(config, hardware, device) {
    this.config = config;
    this.hardware = hardware;
    this.device = device;
    this.uplinks = new Uplinks(hardware.uplinks, hardware.sys ?? SYS);
    this.found.set("node", process.versions.node).set("kernel", release());
  }
  config;
  hardware;
  device;
  uplinks;
  power = {};
  temperature;
  clock;
  disks = /* @__PURE__ */ new Map();
  found = /* @__PURE__ */ new Map();
  /** By program. */
  get versions() {
    const app = this.device?.appVersion;
    return app === void 0 ? this.found : new Map([...this.found, ["ledger-app", app]]);
  }
  /** Whether the Ledger can be looked at; undefined if there should be none. */
  get isLedgerSeen() {
    return this.device?.isLedgerSeen;
  }
  get hasUps() {
    return this.hardware.ups !== void 0;
  }
  /** Looks at everything, again and again. Answers how to end that. */
  start() {
    const { stateFolder, runFolder, octezSignerFolder } = this.config;
    const ends = [
      repeated(OFTEN_MS, () => this.uplinks.look()),
      repeated(OFTEN_MS, () => this.lookAtPower()),
      repeated(OFTEN_MS, () => this.lookAtTemperature()),
      repeated(OFTEN_MS, () => this.lookAtDisk("state", stateFolder)),
      repeated(OFTEN_MS, () => this.lookAtDisk("run", runFolder)),
      repeated(OFTEN_MS, () => this.lookAtDisk("octez-signer", octezSignerFolder)),
      repeated(SELDOM_MS, () => this.lookAtClock()),
      repeated(RARELY_MS, () => this.lookAtVersions())
    ];
    return () => {
      for (const end of ends) end();
    };
  }
  async lookAtPower() {
    const { ups } = this.hardware;
    if (ups) this.power = await powerIn(ups.file);
  }
  async lookAtTemperature() {
    const file = join5(this.hardware.sys ?? SYS, "class/thermal/thermal_zone0/temp");
    const text = await readFile5(file, "utf8").catch(() => "");
    this.temperature = /^-?\d+\s*$/.test(text) ? Number(text) / 1e3 : void 0;
  }
  async lookAtDisk(name, folder) {
    const state = folder && await diskOf(folder, name !== "octez-signer").catch(() => void 0);
    if (state) this.disks.set(name, state);
    else this.disks.delete(name);
  }
  async lookAtClock() {
    const text = await printed("chronyc", ["-c", "tracking"]);
    this.clock = text === void 0 ? void 0 : clockIn(text);
  }
  async lookAtVersions() {
    const own = await readFile5(process.argv[1] ?? "").catch(() => void 0);
    if (own) this.found.set("agent", createHash2("sha256").update(own).digest("hex").slice(0, 12));
    const octez = await printed("octez-signer", ["--version"]);
    if (octez === void 0) this.found.delete("octez-signer");
    else this.found.set("octez-signer", versionIn(octez));
  }
};

// programs/agent/kept-marks.ts
import { open as open2 } from "node:fs/promises";
import { join as join7 } from "node:path";

// programs/agent/octez-marks.ts
import { readFileSync as readFileSync2 } from "node:fs";
import { join as join6 } from "node:path";
var markFiles = [
  ["block_high_watermarks", "block"],
  ["preattestation_high_watermarks", "preattestation"],
  ["attestation_high_watermarks", "attestation"],
  ["endorsement_high_watermarks", "attestation"]
];
var OctezMarks = class {
  constructor(read3, mayWrite) {
    this.read = read3;
    this.mayWrite = mayWrite;
  }
  read;
  mayWrite;
  last = [];
  /** Those on the card; while they are being written those of before. Throws if a file is there and cannot be read. */
  get all() {
    try {
      this.last = this.read();
    } catch (error) {
      if (!this.mayWrite()) throw error;
    }
    return this.last;
  }
};
function octezMarks(folder, chainId, keys) {
  return markFiles.flatMap(([name, kind]) => {
    const marks = read2(join6(folder, name))[chainId] ?? {};
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

// programs/agent/kept-marks.ts
async function keepMarks(folder) {
  await Promise.all([...markFiles.map(([name]) => join7(folder, name)), folder].map(keep));
}
async function keep(path) {
  const file = await open2(path, "r").catch((error) => {
    if (error.code === "ENOENT") return void 0;
    throw error;
  });
  try {
    await file?.sync();
  } finally {
    await file?.close();
  }
}

// programs/agent/key-health.ts
var TRUST_AGAIN_MS = 1e4;
var SETTLED_MS = 1e3;
var KeyHealth = class {
  constructor(parts) {
    this.parts = parts;
    for (const key of parts.keys) this.unknownTo.set(key, problemOf("starting"));
  }
  parts;
  unknownTo = /* @__PURE__ */ new Map();
  isLooking = false;
  said = /* @__PURE__ */ new Map();
  signedMs = /* @__PURE__ */ new Map();
  /** The last signature has taken too long, and nobody has looked since. */
  hasHung = false;
  lookedMs;
  /** What is wrong with a key. */
  problemOf(key) {
    const { device, deviceLook, patienceMs } = this.parts;
    if (device.silentMs > patienceMs) return problemOf("hangs");
    const unknown = this.unknownTo.get(key);
    if (unknown) return unknown;
    if (this.hasHung) return problemOf("hangs", "the last signature has taken too long");
    const said = this.said.get(key);
    return deviceLook?.problemOf(key) ?? (said && said.untilMs > performance.now() ? said.problem : void 0);
  }
  /** By address: what is wrong, for people, or ''. */
  get problems() {
    return Object.fromEntries(this.parts.keys.map((key) => [key, this.problemOf(key)?.text ?? ""]));
  }
  /** By address: what is wrong, in one word, or ''. */
  get reasons() {
    return Object.fromEntries(this.parts.keys.map((key) => [key, this.problemOf(key)?.reason ?? ""]));
  }
  /** Seconds since it was looked at everything; undefined before. */
  get lookAgeSeconds() {
    return this.lookedMs === void 0 ? void 0 : (performance.now() - this.lookedMs) / 1e3;
  }
  /** Seconds since a signature with the key; undefined before. */
  signatureAgeSeconds(key) {
    const at = this.signedMs.get(key);
    return at === void 0 ? void 0 : (performance.now() - at) / 1e3;
  }
  /** Asks octez-signer for every key, and looks at the device, unless that is busy: then what is known stays. */
  async look() {
    const { keys, device } = this.parts;
    if (this.isLooking || !device.isFree) return;
    this.isLooking = true;
    try {
      for (const key of keys) this.unknownTo.set(key, await device.knows(key));
      if (!device.isFree) return;
      const end = await device.take();
      await this.lookAtDevice(() => device.isWanted).finally(() => end?.());
    } finally {
      this.isLooking = false;
    }
  }
  /** Whoever calls it has a turn. */
  async lookAtDevice(isWanted) {
    const { device, deviceLook } = this.parts;
    if (device.quietMs < SETTLED_MS) return;
    if (deviceLook && !await deviceLook.look(isWanted)) return;
    this.hasHung = false;
    this.lookedMs = performance.now();
  }
  ended(key, ending) {
    if (ending.ending === "not asked" && ending.reason) {
      const problem = { reason: ending.reason, text: ending.why };
      this.said.set(key, { problem, untilMs: performance.now() + TRUST_AGAIN_MS });
    }
    if (ending.ending === "timeout" && this.parts.deviceLook) this.hasHung = true;
    if (ending.ending !== "signed") return;
    this.said.delete(key);
    this.hasHung = false;
    this.signedMs.set(key, performance.now());
  }
};

// programs/agent/agent-api.ts
var ADDRESS = "tz[1-4][1-9A-HJ-NP-Za-km-z]{33}";
var KEY_PATH = new RegExp(`^/keys/(${ADDRESS})(?:\\?version=\\d)?$`);
var STATUS_PATH = new RegExp(`^/status/(${ADDRESS})$`);
var Agent = class {
  constructor(config, log) {
    this.config = config;
    this.log = log;
    const { signer, keys, chainId, octezSigner: url, octezSignerFolder: folder, deviceLimitMs: limitMs } = config;
    const sys = config.hardware?.sys ?? SYS;
    const deviceLook = config.device && new DeviceLook({ config: config.device, chainId, sys });
    this.device = new Device({ url, limitMs });
    this.health = new KeyHealth({ keys, device: this.device, deviceLook, patienceMs: config.budgetMs });
    this.machine = config.hardware && new Machine(config, config.hardware, deviceLook);
    const isAsked = () => this.device.silentMs > 0;
    const octez = new OctezMarks(() => folder ? octezMarks(folder, chainId, keys) : [], isAsked);
    this.core = new AgentCore({
      signer,
      store: new AgentFiles(config),
      random: () => randomBytes(16).toString("hex"),
      clockMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      isGuards: signedBy(config.guardKey),
      marks: () => [...octez.all, ...deviceLook?.marks ?? []]
    });
    this.metrics = new AgentMetrics({ status: () => this.status(), health: this.health, machine: this.machine });
  }
  config;
  log;
  health;
  machine;
  core;
  device;
  metrics;
  /** Where it listens, and who answers there. */
  get places() {
    const { listen, hardware } = this.config;
    const own = "socket" in listen ? listen : { ...listen, host: "127.0.0.1" };
    const uplinks = (hardware?.uplinks ?? []).map((uplink) => [
      { socket: uplink.socket },
      (request) => {
        this.machine?.uplinks.asked(uplink);
        return this.answer(request);
      }
    ]);
    return [[own, (request) => this.answer(request)], ...uplinks];
  }
  onError = (error) => this.log("ERROR", error.message);
  async answer(request) {
    const { method, path } = request;
    if (method === "GET" && path === "/status") return { status: 200, json: this.status() };
    if (method === "GET" && path === "/metrics") return { status: 200, text: this.metrics.text };
    if (method === "POST" && path === "/epoch") return this.announce(request);
    if (method === "POST" && path === HANDOVER_PATH) return this.handOver(request);
    const [, asked2] = STATUS_PATH.exec(path) ?? [];
    if (method === "GET" && asked2 && this.config.keys.includes(asked2)) return this.statusOf(asked2);
    const [, key] = KEY_PATH.exec(path) ?? [];
    if (method === "POST" && key && this.config.keys.includes(key)) return this.sign(request, key);
    return { status: 404, text: "nothing is here\n" };
  }
  /** Takes the device, so that nobody else does: whoever has it yet gets an answer. */
  async idle() {
    await this.device.take(performance.now() + this.config.budgetMs);
  }
  status() {
    const { signer } = this.config;
    const { problems: keys, reasons: reasons2 } = this.health;
    const known = { signer, clockMs: Date.now(), keys, reasons: reasons2 };
    try {
      const { epoch, session, marks } = this.core;
      return { ...known, epoch, session, marks };
    } catch (error) {
      return { ...known, marks: [], problem: error.message };
    }
  }
  /** Whether the device could sign with this key now. */
  statusOf(key) {
    const { reason = "", text = "" } = this.health.problemOf(key) ?? {};
    const json = { key, reason, text };
    return { status: reason === "" ? 200 : 503, json };
  }
  /** Waits for what is at the device, however long it takes: a session must not begin before. */
  async announce(request) {
    const heard = messageOf(request, request.headers);
    if (!heard) return { status: 400, text: "not a message of a guard\n" };
    const end = await this.device.take(Number.POSITIVE_INFINITY, request.isGone);
    if (!end) return { status: 503, text: "too late\n" };
    try {
      await this.health.lookAtDevice(() => false);
      const answer2 = this.core.announce(heard.message, heard.signature);
      if ("refused" in answer2) return this.refuse(answer2, heard.message.epoch.number);
      this.log("INFO", "took an epoch", { epoch: heard.message.epoch.number });
      return { status: 200, json: answer2 };
    } catch (error) {
      return this.notAnswered(error);
    } finally {
      end();
    }
  }
  /** Takes no turn at the device: what is at it belongs to the same session. */
  handOver(request) {
    const heard = messageOf(request, request.headers);
    const handover = heard && handoverIn(request.body);
    if (!heard || !handover) return { status: 400, text: "not a handover of a guard\n" };
    const refusal = this.core.handOver(heard.message, heard.signature, handover);
    if (refusal) return this.refuse(refusal, heard.message.epoch.number);
    this.log("INFO", "the guard has stopped for good", { epoch: heard.message.epoch.number });
    return { status: 200, json: {} };
  }
  async sign(request, key) {
    const { budgetMs } = this.config;
    const untilMs = request.arrivedMs + budgetMs;
    const heard = messageOf(request, request.headers);
    if (!heard) return { status: 400, text: "not a message of a guard\n" };
    const end = await this.device.take(untilMs - budgetMs / 2, request.isGone);
    if (!end) return this.ended(key, { ending: "not asked", why: "the device is busy" });
    let over;
    try {
      const refusal = this.admit(heard);
      if (refusal) return refusal;
      const asked2 = this.device.sign(request.path, request.body, untilMs);
      over = asked2.over;
      const ending = await this.metrics.timed(asked2.ending);
      this.health.ended(key, ending);
      if (ending.ending === "signed") await this.keepMarks();
      return this.ended(key, ending);
    } finally {
      if (over) over.then(end);
      else end();
    }
  }
  /** Before anybody hears of the signature. It is made, whatever the card says. */
  async keepMarks() {
    const { octezSignerFolder } = this.config;
    if (!octezSignerFolder) return;
    await keepMarks(octezSignerFolder).catch(
      ({ message }) => this.log("ERROR", `a power cut would take the marks of octez-signer back: ${message}`)
    );
  }
  /** Why the device is not asked; undefined if it may be. */
  admit({ message, signature }) {
    try {
      const refusal = this.core.admit(message, signature);
      return refusal && this.refuse(refusal, message.epoch.number);
    } catch (error) {
      const why = error.message;
      this.log("ERROR", `not signed: ${why}`);
      return this.ended("", { ending: "not asked", why });
    }
  }
  /** The card is full, read-only or damaged: the guard is told why, since its person reads that. */
  notAnswered({ message }) {
    this.log("ERROR", `a guard gets no session: ${message}`);
    return { status: 500, text: `no session: ${message}
` };
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

// programs/agent/reason-log.ts
var ReasonLog = class {
  constructor(health, log) {
    this.health = health;
    this.log = log;
  }
  health;
  log;
  said = {};
  tell() {
    const { reasons: reasons2, problems } = this.health;
    for (const [key, reason] of Object.entries(reasons2)) {
      if (this.said[key] === reason) continue;
      if (reason === "") this.log("INFO", "the device could sign", { key });
      else this.log("WARNING", `the device could not sign: ${problems[key]}`, { key, reason });
    }
    this.said = reasons2;
  }
};

// programs/agent/agent-server.ts
var LOOK_MS = 1e3;
var GRACE_MS = 200;
async function startAgent(config, log, everyMs = LOOK_MS) {
  mkdirSync(config.runFolder, { recursive: true, mode: 448 });
  const agent = new Agent(config, log);
  const reasons2 = new ReasonLog(agent.health, log);
  const look = () => agent.health.look().then(() => reasons2.tell());
  await look();
  const looking = setInterval(look, everyMs);
  const endMachine = agent.machine?.start();
  const all = await Promise.all(agent.places.map(([place, handler]) => serve(place, handler, agent.onError)));
  let ending;
  const end = async () => {
    clearInterval(looking);
    endMachine?.();
    await agent.idle();
    await Promise.all(all.map((each) => each.close(GRACE_MS)));
  };
  log("INFO", `the agent of ${config.signer} listens`);
  return {
    port: all[0].port,
    close: () => ending ??= end()
  };
}

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
/*! Bundled license information:

@scure/base/lib/esm/index.js:
  (*! scure-base - MIT License (c) 2022 Paul Miller (paulmillr.com) *)
*/
