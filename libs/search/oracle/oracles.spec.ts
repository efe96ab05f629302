import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { isFarmError } from '#core';
import { formatGenotype, seededRandom } from '#network';
import { genotypeKey, sample, tinyNasSpace, toGenotype } from '../space/index.ts';
import { encodeGenotype, encodingLength } from './encode-genotype.ts';
import { httpOracle } from './http-oracle.ts';
import { onnxOracle, type OnnxRuntime } from './onnx-oracle.ts';
import type { AccuracyOracle, OracleQuestion } from './oracle.ts';
import { programOracle } from './program-oracle.ts';
import { tableOracle } from './table-oracle.ts';

const space = tinyNasSpace({ width: 0.3, resolutions: [48, 64], classes: 2 });
const random = seededRandom(1);
const questions: OracleQuestion[] = Array.from({ length: 3 }, (_, index) => {
  const genotype = toGenotype(space, sample(space, random));
  return { genotype, key: genotypeKey(genotype), macs: (index + 1) * 1000 };
});
const [first, second, third] = questions.map(({ key }) => key);

const opened: AccuracyOracle[] = [];
let server: Server | undefined;
afterEach(async () => {
  await Promise.all(opened.splice(0).map((oracle) => oracle.close()));
  server?.closeAllConnections();
  server?.close();
});

/** An oracle in a process of its own: `answer` gives the line for a request. */
function programOf(answer: string, timeoutMs = 30_000): AccuracyOracle {
  const source = `require('readline').createInterface({input:process.stdin}).on('line',(line)=>{const request=JSON.parse(line);${answer}})`;
  const encoded = Buffer.from(source).toString('base64');
  const boot = `eval(Buffer.from('${encoded}','base64').toString())`;
  const command = `${process.execPath} -e ${boot}`;
  const oracle = programOracle({ command, kind: 'accuracy', timeoutMs });
  opened.push(oracle);
  return oracle;
}
const say = (what: string): string => `console.log(JSON.stringify(${what}))`;

test('a table in CSV answers by key, with or without a heading and quotes', async () => {
  const table = tableOracle(
    'acc.csv',
    `key,score\n${first},0.5\n"${second}",0.75\n\n${third},1e-1\n`,
    'accuracy',
  );
  expect(await table.ask(questions)).toEqual([0.5, 0.75, 0.1]);
  expect(table).toMatchObject({ name: 'acc.csv', kind: 'accuracy' });
});

test('a table in JSON answers by key or by genotype, whatever that is called', async () => {
  const byKey = tableOracle(
    'acc.json',
    JSON.stringify({ [first!]: 0.5, [second!]: 0.6, [third!]: 0.7 }),
    'proxy',
  );
  expect(await byKey.ask(questions)).toEqual([0.5, 0.6, 0.7]);
  const entries = questions.map(({ genotype }, index) => ({
    genotype: { ...formatGenotype(genotype), name: 'renamed' },
    score: index,
  }));
  expect(await tableOracle('acc.json', JSON.stringify(entries), 'proxy').ask(questions)).toEqual([0, 1, 2]);
});

test.each([
  ['', 'acc has no scores'],
  ['a,b,c', 'acc, line 1: something else, expected a key and a finite score'],
  ['a,\n', 'acc, line 1: "", expected a key and a finite score'],
  ['a,NaN', 'acc, line 1: null, expected a key and a finite score'],
  ['a,1\na,2', "acc, line 2: 'a' occurs twice"],
  ['{"a": "high"}', 'acc, \'a\': "high", expected a key and a finite score'],
  ['{"a": 1', 'acc is no JSON: '],
  ['[{"score": 1}]', 'acc, entry 1: genotype: '],
  ['[null]', 'acc, entry 1: genotype: '],
])('a table that is none is refused in one line: %j', (text, message) => {
  expect(() => tableOracle('acc', text, 'accuracy')).toThrow(
    expect.objectContaining({ code: 'ORACLE_FAILED', message: expect.stringContaining(message) as string }),
  );
});

test('whatever a table holds, it is read or refused', () => {
  const piece = fc.constantFrom('key', ',', '"', '\n', '1', '-', 'NaN', '{', '}', '[', ']', ':', 'null', ' ');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join('')),
        fc.json(),
      ),
      (text) => {
        try {
          expect(tableOracle('acc', text, 'proxy').kind).toBe('proxy');
        } catch (error) {
          expect(isFarmError(error, 'ORACLE_FAILED')).toBe(true);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('a network that the table lacks is named', async () => {
  await expect(tableOracle('acc', 'a,1', 'accuracy').ask(questions)).rejects.toThrow(
    `acc, of 1 networks, does not have '${first}'`,
  );
});

test('a program is started once, sees genotypes and MACs, and answers batch after batch', async () => {
  const program = programOf(
    `globalThis.asked=(globalThis.asked??0)+1;` +
      say(
        `{id:request.id,scores:request.candidates.map(({macs,genotype})=>macs+genotype.classes/10+globalThis.asked/100)}`,
      ),
  );
  expect(await program.ask(questions)).toEqual([1000.21, 2000.21, 3000.21]);
  expect(await program.ask(questions.slice(0, 1))).toEqual([1000.22]);
});

test.each([
  ['too few scores', say('{id:request.id,scores:[1,2]}'), 'gave 2 scores for 3 networks'],
  [
    'no number',
    say('{id:request.id,scores:[1,NaN,3]}'),
    'gave null for network 2 of 3, expected a finite number',
  ],
  ['garbage', `console.log('loading weights')`, 'answered "loading weights", expected one line of JSON'],
  ['no scores', say('{id:request.id}'), 'answered undefined, expected a list of scores'],
  ['another id', say('{id:99,scores:[1,2,3]}'), 'expected the scores of id 1'],
  ['its own complaint', say(`{id:request.id,error:'no such kernel'}`), 'says: no such kernel'],
  ['its end', `console.error('out of memory');process.exit(3)`, 'ended with 3: out of memory'],
  ['a kill', `process.kill(process.pid,'SIGKILL')`, 'ended by SIGKILL'],
  ['a flood', `process.stdout.write('x'.repeat(3<<20))`, 'wrote a line without end'],
])('a program that answers with %s is reported in one line', async (_, answer, message) => {
  await expect(programOf(answer).ask(questions)).rejects.toMatchObject({
    code: 'ORACLE_FAILED',
    message: expect.stringMatching(
      new RegExp(`^program .*${message.replaceAll(/[.*+?()]/g, '\\$&')}[^\n]*$`),
    ) as string,
  });
});

test('a program that is silent is given up after the deadline, and asked no more', async () => {
  const program = programOf('', 1500);
  await expect(program.ask(questions)).rejects.toThrow('did not answer within 1.5 s');
  await expect(program.ask(questions)).rejects.toThrow('did not answer within 1.5 s');
});

test('a program that is not there is said to be missing', async () => {
  const program = programOracle({ command: '/no/such/oracle', kind: 'proxy', timeoutMs: 30_000 });
  await expect(program.ask(questions)).rejects.toThrow('program /no/such/oracle is not there');
});

/** The address of a server that answers with this status and body. */
async function serve(status: number, body: string): Promise<string> {
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (status !== 0) response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/score`;
}

test('a server is asked by POST', async () => {
  const url = await serve(200, '{"scores": [0.1, 0.2, 0.3]}');
  const oracle = httpOracle({ url, kind: 'accuracy', timeoutMs: 30_000 });
  expect(await oracle.ask(questions)).toEqual([0.1, 0.2, 0.3]);
  expect(oracle.name).toBe(`server ${url}`);
});

test.each([
  [500, 'no model', 'answered 500: "no model"'],
  [200, '<html>', 'answered "<html>", expected JSON'],
  [200, 'null', 'answered undefined, expected a list of scores'],
  [200, '{"scores":[1]}', 'gave 1 scores for 3 networks'],
  [0, '', 'did not answer within 0.5 s'],
])('a server that answers %d %s is reported in one line', async (status, body, message) => {
  const url = await serve(status, body);
  const oracle = httpOracle({ url, kind: 'accuracy', timeoutMs: status === 0 ? 500 : 30_000 });
  await expect(oracle.ask(questions)).rejects.toThrow(`server ${url} ${message}`);
});

test('a server that is not there is reported in one line', async () => {
  const oracle = httpOracle({ url: 'http://127.0.0.1:9/', kind: 'accuracy', timeoutMs: 30_000 });
  await expect(oracle.ask(questions)).rejects.toThrow(
    /^server http:\/\/127\.0\.0\.1:9\/ cannot be reached: \S/,
  );
});

test('networks are encoded to one length, within 0 and 1 but for the stride', () => {
  const encoded = encodeGenotype(questions[0]!.genotype);
  expect(encoded).toHaveLength(encodingLength);
  expect(encoded[0]).toBeCloseTo(questions[0]!.genotype.resolution[0] / 224);
  expect([...encoded].every((value) => value >= 0 && value <= 1)).toBe(true);
  expect([...encodeGenotype(questions[1]!.genotype)]).not.toEqual([...encoded]);
});

test("the example's encoding in Python is the same", () => {
  const folder = fileURLToPath(new URL('../../../examples/oracles', import.meta.url));
  const program =
    'import json, sys; sys.path.insert(0, sys.argv[1]); from predictor import encode; ' +
    'print(json.dumps([encode(genotype) for genotype in json.load(sys.stdin)]))';
  const answer = execFileSync('python3', ['-B', '-c', program, folder], {
    input: JSON.stringify(questions.map(({ genotype }) => formatGenotype(genotype))),
    encoding: 'utf8',
  });
  const encoded = JSON.parse(answer) as number[][];
  expect(encoded.map((row) => row.map(Math.fround))).toEqual(
    questions.map(({ genotype }) => [...encodeGenotype(genotype)]),
  );
});

/** A predictor that gives the first feature of each row. */
function runtimeOf(scores?: readonly number[]): OnnxRuntime {
  class Tensor {
    constructor(
      readonly type: string,
      readonly data: Float32Array,
      readonly dims: readonly number[],
    ) {}
  }
  const run = ({ features }: Record<string, unknown>): Promise<Record<string, { data: number[] }>> => {
    const { data, dims } = features as Tensor;
    const rows = Array.from({ length: dims[0]! }, (_, row) => data[row * dims[1]!]!);
    return Promise.resolve({ accuracy: { data: [...(scores ?? rows)] } });
  };
  const create = (path: string) =>
    path === 'absent.onnx'
      ? Promise.reject(new Error('Load model failed:\nFile does not exist'))
      : Promise.resolve({ inputNames: ['features'], outputNames: ['accuracy'], run });
  return { InferenceSession: { create }, Tensor };
}

test('a predictor in ONNX gets one row a network', async () => {
  const loadRuntime = () => Promise.resolve(runtimeOf());
  const oracle = await onnxOracle({ path: 'acc.onnx', kind: 'accuracy', loadRuntime });
  const [score] = await oracle.ask(questions);
  expect(score).toBeCloseTo(questions[0]!.genotype.resolution[0] / 224);
});

test('a predictor that cannot be read, or answers badly, is reported in one line', async () => {
  const loadRuntime = () => Promise.resolve(runtimeOf([1, Number.NaN, 2]));
  await expect(onnxOracle({ path: 'absent.onnx', kind: 'accuracy', loadRuntime })).rejects.toThrow(
    'predictor absent.onnx: Load model failed: File does not exist',
  );
  const oracle = await onnxOracle({ path: 'acc.onnx', kind: 'accuracy', loadRuntime });
  await expect(oracle.ask(questions)).rejects.toThrow('predictor acc.onnx gave null for network 2 of 3');
});
