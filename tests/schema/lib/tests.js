// Files of tests, and both their judges.
import { execFile } from 'node:child_process';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { root, withFolder } from './files.js';

export const testSchemaFile = path.join(root, 'config/maillon-test.schema.json');

/// {name, text, folder} of each file of tests in a folder of the project.
export async function testFilesIn(folder) {
    const names = (await readdir(path.join(root, folder))).filter((name) => name.endsWith('.test.yaml')).sort();
    return Promise.all(names.map(async (name) => ({ name, folder, text: await readFile(path.join(root, folder, name), 'utf8') })));
}

/// The program's judgement of a file of tests whose configuration is in `folder`: whether it can be played, not whether its
/// tests pass; and what is said when it cannot.
export function play(text, folder) {
    return withFolder(async (copy) => {
        const file = path.join(copy, 'judged.test.yaml');
        try {
            await cp(path.join(root, folder), copy, { recursive: true });
            await writeFile(file, text);
            await promisify(execFile)(process.env.MAILLON_PROGRAM, ['test', '--json', file]);
            return { accepts: true, said: [] };
        } catch (error) {
            if (error.code === 1) return { accepts: true, said: [] };
            if (error.code !== 3) throw error;  // 3: the file or its configuration is wrong; all else is no judgement
            return { accepts: false, said: JSON.parse(error.stdout).mistakes.map((one) => one.message) };
        }
    });
}
