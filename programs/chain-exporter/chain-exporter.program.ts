import { readFileSync } from 'node:fs';
import { logTo } from '../runtime/json-log';
import { CHAIN_EXPORTER_CONFIG, type ChainExporterConfig } from './chain-exporter.contract';
import { startExporter } from './start-exporter';

/** `chain-exporter [--config <file>]`: tells what it reads from nodes until it is ended. */
async function main([flag, named]: string[]): Promise<void> {
  const file = flag === '--config' && named !== undefined ? named : CHAIN_EXPORTER_CONFIG;
  const config = JSON.parse(readFileSync(file, 'utf8')) as ChainExporterConfig;
  const starting = startExporter(
    config,
    logTo((line) => process.stdout.write(line)),
  );
  // Before it listens: the first process of a container hears no signal that it has not asked for.
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => starting.then((exporter) => exporter.stop()).then(() => process.exit(0)));
  }
  await starting;
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
