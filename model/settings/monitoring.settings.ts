import * as z from 'zod';
import { severities } from '../severities';
import { amount, anyText, choice, count, list, section, text, word } from './kinds';

const receiverName = text(
  /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
  'a lower-case name of at most 30 letters, digits and dashes, e.g. oncall',
); // in the names of the files with its secret
const address = text(/^[^\s@<>"]{1,64}@[A-Za-z0-9.-]{1,190}$/, 'an e-mail address');
const timeOfDay = text(/^([01]\d|2[0-3]):[0-5]\d$/, 'hh:mm in UTC, in quotes');

const iamMember = text(
  /^(user|group|serviceAccount):[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/,
  'a member of Google IAM, e.g. serviceAccount:watchtower@other-project.iam.gserviceaccount.com',
);

/** Where a message goes. What is secret about it is a file of the Secret that synth names, never a value here. */
const to = choice({
  slack: section({ channel: text(/^#[\w.-]{1,79}$/, 'a channel in quotes, e.g. "#bakery"') }), // file: the URL of the incoming webhook
  pagerduty: section({}), // file: the integration key (Events API v2)
  email: section({
    to: address,
    from: address,
    server: text(/^[a-z0-9.-]{1,190}:(465|587)$/i, 'host:587 or host:465 of the mail server'), // with TLS; pods may dial no other port for mail
    user: text(/^[^\s<>]{1,100}$/, 'the user name at the mail server'), // file: the password
  }),
  webhook: section({}), // file: the URL, on port 443
  telegram: section({ chat: count(-9_007_199_254_740_991, 9_007_199_254_740_991, 'the chat') }), // file: the token of the bot
  discord: section({}), // file: the URL of the webhook
});

/** Somebody, or something, that is told. */
const receiver = section({
  name: receiverName,
  to,
  severities: list(word(severities, 'what it is told'), 1, 'severities').default([...severities]),
  bakers: list(anyText('the name of a baker'), 1, 'names of bakers').optional(), // default: every baker; what concerns all of them it is told in any case
});

/** Boards as code. No Grafana is deployed: whoever runs one has them found there, or imports them by hand. */
const dashboards = choice({ grafana: section({}) }).optional(); // ConfigMaps with the label grafana_dashboard: "1"

const own = section({
  retentionDays: count(2, 1000, 'days').default(30), // alerts look back two days at most; the rest is for people
  prometheus: section({
    cpus: amount(0.05, 16, 'cores').default(0.1),
    memoryGiB: amount(0.5, 128, 'GiB').default(1), // a bakery with two sentries is some 5,000 series
    diskGiB: count(10, 65536, 'GiB').default(20), // 30 days of them take a fifth of it; a disk only grows
  }).prefault({}),
  receivers: list(receiver, 0, 'receivers').default([]),
  quietHours: section({ fromUtc: timeOfDay, toUtc: timeOfDay }).optional(), // warnings wait until they are over; pages never do
  heartbeat: choice({
    hosted: section({}), // file: the URL that a dead-man's switch of somebody else expects a call of each minute
    bucket: section({
      readers: list(iamMember, 0, 'readers').default([]), // who may read the object, such as the service account of a watchtower; it must exist
    }), // an object in Cloud Storage, written anew each minute, that a watchtower elsewhere reads
  }).optional(), // who notices that monitoring itself is dead; required on mainnet
  dashboards,
});

/** For a cluster where the Prometheus operator runs already: what to scrape and what to alert on, and no more. */
const operator = section({
  namespace: text(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'the namespace of the Prometheus that the operator runs, e.g. monitoring',
  ), // its pods may then scrape
  labels: z.record(z.string(), z.string()).default({}), // by which that Prometheus selects monitors and rules, e.g. release: kube-prometheus-stack
  dashboards,
});

/** Who watches. Without this section: a Prometheus of its own that tells nobody. */
export const monitoring = choice({ own, operator }).prefault('own');

/** Where people find docs/runbook.md: alerts name a section of it. */
export const runbook = text(
  /^https:\/\/[^\s?#@]{4,200}$/,
  'the https URL of your docs/runbook.md, without ? or #',
).optional();
