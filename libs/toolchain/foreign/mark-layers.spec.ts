import { expect, it } from 'vitest';
import { describeModel } from './describe-model.ts';
import { markLayers } from './mark-layers.ts';

const header = `
#define NNoutput &buffer0[48];
static signed char buffer[2000];
`;

const conv = (layer: number, from: number, to: number): string =>
  `/* layer ${layer}:CONV_2D */\nconvolve_1x1_s8(&buffer0[${from}],4,4,3,w,b,&buffer0[${to}],4,4,3,sbuf);\n`;

const plain = `signed char* getInput() { return &buffer0[0]; }
void invoke(float* labels){
${conv(0, 0, 48)}${conv(1, 48, 96)}${conv(2, 96, 48)}}
`;

it('each layer is marked once, in order, and the end', () => {
  const { source, layers } = markLayers(plain, describeModel(header, plain));
  expect([...source.matchAll(/tinyfarm_layer_mark\((\d+)\);/g)].map((mark) => mark[1])).toEqual([
    '0',
    '1',
    '2',
    '3',
  ]);
  expect(source).toMatch(/layer 2:CONV_2D \*\/\ntinyfarm_layer_mark\(2\);\n\nconvolve/);
  expect(source).toMatch(/tinyfarm_layer_mark\(3\);\n\}\n$/);
  expect(layers.map(({ name }) => name)).toEqual(['00_conv_2d', '01_conv_2d', '02_conv_2d', 'outside']);
  expect(source.replaceAll(/\ntinyfarm_layer_mark\(\d+\);\n/g, '')).toBe(plain);
});

it('the layers of a patch come first, wherever their function stands', () => {
  const patched = `${plain}void end2endinference(q7_t* img){
    for (i = 0; i < 2; i++){
            int start_y = TN_MAX(2 * i - 0,0);
            q7_t* img_ptr = &img[(start_x + start_y * 4) * 3];
    }
    invoke(NULL);
}
void invoke_1patch(uint16_t pad_t){
${conv(0, 0, 48)}}
`;
  const { source, layers } = markLayers(patched, describeModel(header, patched));
  expect(layers.map(({ name }) => name)[0]).toBe('patch00_conv_2d');
  const marks = (text: string): string[] => text.match(/mark\(\d\)/g) ?? [];
  const [first, second] = source.split('void invoke_1patch');
  expect(marks(second!)).toEqual(['mark(0)', 'mark(4)']);
  expect(marks(first!)).toEqual(['mark(1)', 'mark(2)', 'mark(3)', 'mark(4)']);
});
