import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bakery } from '../../../../model/bakery';
import { recordsBucket, siteBucket, walletRing } from '../../../../model/google/names';
import { freePorts } from '../../cluster/processes';
import { GOOGLE_TOKEN, RecordsStore } from '../../payouts/records-store';
import { StoredObjects, storageServer } from '../../site/stored-objects';
import type { Tools } from '../../tools/tools';
import { machine } from '../machine';
import type { Internet } from '../made-up-internet';

const BUCKETS = 'storage.googleapis.com';
const KEYS = 'cloudkms.googleapis.com';

/** Google as pods of payouts ask it: who they are, the buckets of their records and of their site, and the keys of their ring. */
export class GoogleServices {
  private readonly metadata = new RecordsStore();
  private readonly buckets = new Map<string, RecordsStore>();
  private readonly rings: Server[] = [];
  private readonly sites = new Map<string, StoredObjects>();

  constructor(
    private readonly internet: Internet,
    private readonly tools: Tools,
  ) {}

  /** The metadata server answers, the same to every pod: who may do what is proven by nobody here. */
  async start(): Promise<void> {
    await this.metadata.start(machine.metadataAddress, 80);
    this.internet.addNames([['metadata.google.internal', machine.metadataAddress]]);
  }

  /** Makes what Terraform makes for the payouts of a bakery: its buckets, and its ring if Cloud KMS has the wallets. */
  async add(bakery: Bakery): Promise<void> {
    const store = new RecordsStore();
    await store.start();
    this.buckets.set(bakery.name, store);
    this.addBucket(recordsBucket(bakery), store.port);
    if (bakery.payouts?.section.custody.kms) await this.addRing(bakery);
    if (bakery.site) await this.addSite(bakery);
  }

  private addBucket(bucket: string, port: number): void {
    const paths = [`/storage/v1/b/${bucket}/`, `/upload/storage/v1/b/${bucket}/`];
    this.internet.addSites(paths.map((path) => ({ host: BUCKETS, path, port })));
  }

  /** Where the site is to be, in front of a Cloud Storage that is not of our making. */
  private async addSite(bakery: Bakery): Promise<void> {
    const { module, version, program } = storageServer;
    const bucket = siteBucket(bakery);
    const [port] = await freePorts(1);
    const path = await this.tools.goInstall(module, version, program);
    this.sites.set(bakery.name, await StoredObjects.start(path, port!, [bucket]));
    this.addBucket(bucket, port!);
  }

  /** The keys of its wallets, as the stand-in of Signatory reads them. */
  private async addRing({ name, projectId, settings, wallets }: Bakery): Promise<void> {
    const ring = `projects/${projectId}/locations/${settings.google.region}/keyRings/${walletRing(name)}`;
    const path = `/v1/${ring}/cryptoKeys`;
    const cryptoKeys = wallets.map(({ baker, publicKey }) => ({ name: `${ring}/cryptoKeys/${baker}`, publicKey }));
    const server = createServer(({ url, headers }, response) => {
      const isKnown = headers.authorization === `Bearer ${GOOGLE_TOKEN}`;
      const status = url !== path ? 404 : isKnown ? 200 : 401;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(status === 200 ? { cryptoKeys } : {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.rings.push(server);
    this.internet.addSites([{ host: KEYS, path, port: (server.address() as AddressInfo).port }]);
  }

  /** Names of the objects in the bucket of a bakery. */
  objectsOf({ name }: Pick<Bakery, 'name'>): string[] {
    return [...(this.buckets.get(name)?.objects.keys() ?? [])];
  }

  /** What is on the site of a bakery, by name of the object. */
  async siteOf(bakery: Bakery): Promise<ReadonlyMap<string, { readonly body: Buffer }>> {
    const site = this.sites.get(bakery.name);
    return site ? site.all(siteBucket(bakery)) : new Map();
  }

  async stop(): Promise<void> {
    for (const store of [this.metadata, ...this.buckets.values()]) store.stop();
    for (const server of this.rings) server.close();
    for (const site of this.sites.values()) await site.stop();
  }
}
