import * as z from 'zod';
import { anyText, choice, list, section, text, word } from './kinds';

const domain = text(
  /^(?=.{4,63}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
  'a domain name of at most 63 letters, in small ones, e.g. payouts.example.org',
); // a managed certificate takes no longer one
const url = (what: string) => text(/^https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[^\s?#"<>]*[^\s?#"<>/])?$/, what);
/** Names of objects, as a person copies them into the archive bucket. */
const object = text(/^(?!\/)[A-Za-z0-9._/-]{1,200}$/, 'a name in the archive bucket, e.g. backerei/payouts.json');

/** What was paid before payout-guard kept the records, by whom, in the archive bucket. */
const document = section({
  baker: anyText('the name of a baker of this file'),
  from: choice({
    backerei: section({
      object, // its database: one JSON document
      paid: word(['final', 'estimated'], 'which rewards Backerei has sent').default('final'), // its document does not say: estimated where it ran with --pay-estimated-rewards
    }),
    tezpay: section({ folder: object }), // its reports: a folder for each cycle, with payouts.csv and summary.json
  }),
});

const common = {
  theme: section({
    archive: url('the https URL of a .tar.gz'),
    checksum: text(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 digits, as `sha256sum` counts them'), // another archive is no theme of yours
  }).optional(), // a Jekyll theme in the place of ours; only its files are taken, nothing of it is run
  explorer: url('the https URL of a block explorer, without / at the end').optional(), // default: TzKT's of the network; a slash and an operation's hash, or an address, come behind it
  history: list(document, 0, 'documents').default([]), // what a baker brings along who has paid before
};

/** Delegators see what they were paid, and that it is on the chain. Without this section nothing is published. */
export const site = choice({
  domain: section({
    ...common,
    name: domain, // for ever: delegators have links to it
    dns: choice({
      cloudDns: section({}), // a zone of its own, signed (DNSSEC): whoever holds the domain above it delegates to it, once
      elsewhere: section({}), // you write the record that terraform output tells where your domain is
    }).prefault('cloudDns'),
    headers: z.record(z.string(), z.string()).default({}), // of each answer, in the place of ours or beside them: a theme that takes fonts from elsewhere needs another Content-Security-Policy
  }), // a load balancer with a certificate and a cache: about $18 a month
  bucketOnly: section(common), // the bucket's own address at Google, for test bakeries: costs nothing, has no headers and no domain
});
