// Formats the sources and applies the linter's safe fixes.
import { biome } from './lib/tools.ts';

process.exitCode = await biome(['check', '--write', ...process.argv.slice(2)]);
