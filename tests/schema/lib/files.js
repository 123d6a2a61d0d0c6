// The files that are judged, and both judges.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import Ajv from 'ajv/dist/2020.js';
import { parse } from 'yaml';

export const root = process.env.MAILLON_SOURCE;
export const schemaFile = path.join(root, 'config/maillon.schema.json');

/// {name, text} of each configuration in a folder of the project (*.test.yaml are cases for `maillon test`).
export async function filesIn(folder) {
    const names = (await readdir(path.join(root, folder))).filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml')).sort();
    return Promise.all(names.map(async (name) => ({ name, text: await readFile(path.join(root, folder, name), 'utf8') })));
}

/// Where a file says that its mistake is beyond a schema.
export const beyondMark = /^# A schema cannot tell: (.+)$/m;

/// Every key of the value with its path, the lists' places among them.
export function* keysOf(value, at = '') {
    if (value === null || typeof value !== 'object') return;
    for (const [key, inner] of Object.entries(value)) {
        yield { holder: value, key, path: `${at}/${key}` };
        yield* keysOf(inner, `${at}/${key}`);
    }
}

/// The blocks of YAML in the manual, made whole as tests/docs does.
export async function blocksOf(page) {
    const frame = await readFile(path.join(root, 'tests/docs/frame.yaml'), 'utf8');
    const text = await readFile(path.join(root, page), 'utf8');
    const indent = (lines, by) => lines.replace(/^(?=.)/gm, ' '.repeat(by));
    return [...text.matchAll(/^```yaml([^\n]*)\n([^]*?)^```$/gm)].map((block) => {
        const name = `${page}:${text.slice(0, block.index).split('\n').length}`;
        const whole = {
            '': () => block[2],
            route: () => `${frame}routes:\n${indent(block[2], 2)}`,
            steps: () => `${frame}routes:\n  r:\n    from: x.message.received\n    steps:\n${indent(block[2], 6)}`,
        }[block[1].trim()];
        return whole ? { name, text: whole() } : undefined;
    }).filter(Boolean);
}

/// The schema's judgement: the first mistakes, or nothing.
export async function makeValidator(file = schemaFile) {
    const ajv = new Ajv({ strict: true, allowUnionTypes: true, strictTypes: false, strictTuples: false, strictRequired: false, allErrors: true });
    ajv.addVocabulary(['markdownDescription']);
    const validate = ajv.compile(JSON.parse(await readFile(file, 'utf8')));
    return (text) => {
        const value = parse(text);
        return validate(value) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`);
    };
}

/// What the shipped files take from the environment and give no default.
const environment = {
    ...process.env, MAILLON_DATA: '/var/lib/maillon', X_ACCOUNT: 'acme', FB_PAGE: '1', FB_APP: '2', SUGAR_URL: 'https://crm.example.com',
};

/// Does `work` with a folder from which the shipped models are where they are seen from an example's, and takes it away.
export async function withFolder(work) {
    const place = await mkdtemp(path.join(tmpdir(), 'maillon-schema-'));
    try {
        await symlink(path.join(root, 'config'), path.join(place, 'config'));
        const folder = path.join(place, 'examples', 'judged');
        await mkdir(folder, { recursive: true });
        return await work(folder);
    } finally {
        await rm(place, { recursive: true });
    }
}

/// The program's judgement: whether it accepts the file, and its errors.
export function check(text) {
    return withFolder(async (folder) => {
        const file = path.join(folder, 'maillon.yaml');
        await writeFile(file, text);
        try {
            await promisify(execFile)(process.env.MAILLON_PROGRAM, ['check', '--json', '--config', file], { env: environment });
            return { accepts: true, said: [] };
        } catch (error) {
            if (error.code !== 3) throw error;  // wrong configuration; all else is no judgement
            return { accepts: false, said: JSON.parse(error.stdout).diagnostics.filter((one) => one.severity === 'error').map((one) => one.message) };
        }
    });
}
