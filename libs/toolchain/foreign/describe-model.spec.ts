import { describe, expect, it } from 'vitest';
import { describeModel } from './describe-model.ts';
import { foreignParameters } from './parameters.ts';

const header = `
#define NNoutput &buffer0[160];
#define PEAK_MEM 2000
static signed char buffer[2000];
const unsigned char weight0[432] = {0x01, };
const unsigned char CHWweight1[144] = {0x01, };
`;

const conv = (layer: number, place: number): string =>
  `/* layer ${layer}:CONV_2D */
convolve_s8_kernel3_inputch3_stride2_pad1_fpreq(&buffer0[400], 8, 6, 3, (const q7_t*)weight0, bias0, scales0,
    -128, 1, -128, 127, &buffer0[${place}], 4, 3, 16, sbuf, kbuf, -1);
`;

const source = (invoke: string, rest = ''): string => `
signed char* getInput() { return &buffer0[400]; }
void invoke(float* labels) {
${invoke}}
${rest}
`;

describe('what generated code tells', () => {
  it('is the sizes of arena, input and output, and the layers with their work', () => {
    const depthwise =
      '/* layer 1:DEPTHWISE_CONV_2D */\ndepthwise_kernel3x3_stride1_inplace_CHW_fpreq(&buffer0[0],4,3,16,(const q7_t*) CHWweight1,offsetBias1,offsetRBias1,scales1,-128,128,-128,127,&buffer0[160],4,3,16,sbuf,-128);\n';
    expect(describeModel(header, source(conv(0, 0) + depthwise))).toEqual({
      arenaBytes: 2000,
      patched: false,
      inputBytes: 8 * 6 * 3,
      outputBytes: 4 * 3 * 16,
      outputs: [],
      entry: 'foreign_invoke(NULL)',
      functions: ['invoke'],
      layers: [
        {
          name: '00_conv_2d',
          kind: 'convolve_s8_kernel3_inputch3_stride2_pad1_fpreq',
          macs: 4 * 3 * 432,
          ops: [],
        },
        {
          name: '01_depthwise_conv_2d',
          kind: 'depthwise_kernel3x3_stride1_inplace_CHW_fpreq',
          macs: 4 * 3 * 144,
          ops: [],
        },
      ],
    });
  });

  it.for([
    ['a pooling', 'AVERAGE_POOL_2D', 'avg_pooling(&buffer0[0],3,3,16,3,3,1,1,-128,127,&buffer0[160]);', 16],
    [
      'an addition',
      'ADD',
      'add_fpreq(77, &buffer0[0],0.1,-43,&buffer0[500],0.2,12,0.3,12,&buffer0[160]);',
      77,
    ],
    [
      'an integer addition',
      'ADD',
      'add_params.input_h = 2;add_params.input_w = 3;add_params.input_c = 4;\nadd(add_params.input_c * 6, &add_params, &buffer0[0], &buffer1[0], &buffer0[160]);',
      24,
    ],
    [
      'a layer with a mask for training',
      'CONV_2D',
      'convolve_1x1_s8_fpreq_bitmask(&buffer0[0],1,1,160,(const q7_t*) weight0,bias0,scales0,-34,1,-128,127,&buffer0[160],&buffer0[80],1,1,10,sbuf);',
      10,
    ],
  ] as const)('is the size of the output of %s', ([, op, call, bytes]) => {
    const layers = `${conv(0, 0)}/* layer 1:${op} */\n${call}\n`;
    expect(describeModel(header, source(layers)).outputBytes).toBe(bytes);
  });

  it('is which function infers, where another one trains', () => {
    const training = source(
      `${conv(0, 160)}/* layer 1:NLL_LOSS */\nnll_loss(&buffer0[160], 10, labels, 10, &buffer0[0]);\n`,
      `void invoke_inf(){\n${conv(0, 160)}}`,
    );
    expect(describeModel(header, training).entry).toBe('invoke_inf()');
    const cutOff = source(conv(0, 160), 'void invoke_inf(){\n}');
    expect(describeModel(header, cutOff).entry).toBe('foreign_invoke(NULL)');
  });

  it('is a detector’s outputs, as arrays or as pointers', () => {
    const table = (places: string): string => `int8_t *input_data[3]={${places},};`;
    const outputs = [
      { place: '&buffer0[160]', bytes: 192 },
      { place: '&buffer0[0]', bytes: 192 },
    ];
    const model = describeModel(
      header,
      source(conv(0, 160) + conv(1, 0), table('&buffer0[160],&buffer0[0]')),
    );
    expect(model).toMatchObject({ outputs, outputBytes: 384 });
    expect(foreignParameters('a b', model)).toContain(
      '#define FOREIGN_OUTPUTS OUTPUT(&buffer0[160], 192) OUTPUT(&buffer0[0], 192)\n',
    );
    const named = source(conv(0, 0).replace('&buffer0[0]', '&bufferdagop4[0]'), table('bufferdagop4'));
    expect(describeModel(header, named).outputs).toEqual([{ place: '&bufferdagop4[0]', bytes: 192 }]);
  });
});

describe('what it does not tell', () => {
  const unknown = source(`${conv(0, 0)}/* layer 1:NEW_OP */\nnew_kernel(&buffer0[0], &buffer0[160]);\n`);

  it('is asked for', () => {
    expect(() => describeModel(header, unknown)).toThrow(
      "the size of the network's output cannot be told from genModel.c, expected it to be given in bytes",
    );
    expect(describeModel(header, unknown, { outputBytes: 5 }).outputBytes).toBe(5);
  });

  it('may not contradict what it tells', () => {
    expect(() => describeModel(header, source(conv(0, 160)), { outputBytes: 5 })).toThrow(
      "the network's output has 192 bytes in genModel.c, expected 5 as given",
    );
  });

  it('is that it is no generated code', () => {
    expect(() => describeModel('int x;', unknown)).toThrow(
      'genModel.h has no "static signed char buffer[N];"',
    );
    expect(() => describeModel(header, 'int x;')).toThrow('genModel.c has no function invoke');
  });
});
