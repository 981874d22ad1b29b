import { runProgram } from '../runtime/run-program';
import { CHAIN_EXPORTER_CONFIG, type ChainExporterConfig } from './chain-exporter.contract';
import { startExporter } from './start-exporter';

/** `chain-exporter [--config <file>]`: tells what it reads from nodes until it is ended. */
runProgram<ChainExporterConfig>({ configFile: CHAIN_EXPORTER_CONFIG, start: startExporter });
