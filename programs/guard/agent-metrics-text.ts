import { AGENT_METRIC_PREFIX } from '../agent/agent.contract';

/** What an agent counts, as the guard passes it on. */
export interface AgentMetricsText {
  readonly text: string;
  /** Lines that were left out. */
  readonly dropped: number;
}

/** Each one is a series that somebody stores, and Google's are paid for. */
const MOST_LINES = 500;
const LONGEST = 500;

const NAME = `${AGENT_METRIC_PREFIX}[a-z0-9_]{1,100}`;
/** None that starts with two lines, as the name of the metric itself. */
const LABEL = '[a-z][a-z_]{0,49}="(?:[^"\\\\]|\\\\[\\\\"n])*"';
const COMMENT = new RegExp(`^# (?:HELP ${NAME} [^\\r]*|TYPE ${NAME} (?:counter|gauge|histogram))$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (-?[0-9]+(?:\\.[0-9]+)?(?:e[-+][0-9]+)?)$`);
/** The guard writes it itself: no machine at home says that it is another one. */
const OWN_LABEL = 'signer';

/**
 * Reads what a machine at home calls its metrics (text format 0.0.4). Only lines that are metrics of an agent are passed
 * on, with the name of the signer: others would spoil the whole answer, or say something in the guard's name.
 */
export function readAgentMetrics(text: string, signer: string): AgentMetricsText {
  const lines = text.split('\n').filter((line) => line !== '');
  const passed = lines.slice(0, MOST_LINES).flatMap((line) => passedOn(line, signer) ?? []);
  return { text: passed.map((line) => `${line}\n`).join(''), dropped: lines.length - passed.length };
}

function passedOn(line: string, signer: string): string | undefined {
  if (line.length > LONGEST) return undefined;
  if (COMMENT.test(line)) return line;
  const [, name, labels, value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) return undefined;
  const written = [
    OWN_LABEL,
    ...[...(labels ?? '').matchAll(new RegExp(LABEL, 'g'))].map(([label]) => label.split('=')[0]),
  ];
  if (new Set(written).size < written.length) return undefined; // one of two would spoil the whole answer
  return `${name}{signer="${signer}"${labels === undefined ? '' : `,${labels}`}} ${value}`;
}
