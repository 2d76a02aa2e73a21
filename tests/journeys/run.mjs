// node tests/journeys/run.mjs src/market/journey.js [words of a walk's name]: prints TAP.
import { createRequire } from 'node:module';
import path from 'node:path';
import { root, runJourneys } from './lib.mjs';

const [file, only] = process.argv.slice(2);
const journeys = createRequire(import.meta.url)(path.resolve(file)); // walks are plain CommonJS: module.exports = {...}
const folder = path.relative(path.join(root, 'src'), path.dirname(path.resolve(file)));
process.exit((await runJourneys(folder, journeys, only)) ? 1 : 0);
