// What others predict with, fitted to the same rows: MACs alone, and a sum of MACs by kind of operator.
import { Matrix, solve } from 'ml-matrix';

/** Cost = a · MACs, weighed so that relative errors count. */
export function macsAlone(rows) {
  const ratios = rows.map(({ cost, network }) => cost / network.macs);
  const factor = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  return (network) => factor * network.macs;
}

/** Cost = Σ aₖ · MACs of kind k + b · outputs of additions, ridge of a thousandth. */
export function operatorMacs(rows) {
  const kinds = [...new Set(rows.flatMap(({ network }) => network.layers.map(({ kind }) => kind)))].toSorted(
    (a, b) => (a < b ? -1 : 1),
  );
  const describe = (network) =>
    kinds.map((kind) =>
      network.layers
        .filter((layer) => layer.kind === kind)
        .reduce(
          (sum, { macs, parts: [{ shape }] }) =>
            sum + (macs || shape.outHeight * shape.outWidth * shape.outChannels),
          0,
        ),
    );
  const x = new Matrix(rows.map(({ cost, network }) => describe(network).map((value) => value / cost)));
  const gram = x.transpose().mmul(x);
  const scale = gram.diagonal().map((value) => (value === 0 ? 1 : value));
  for (let i = 0; i < kinds.length; i++) gram.set(i, i, gram.get(i, i) + 1e-3 * scale[i]);
  const moment = x.transpose().mmul(Matrix.ones(rows.length, 1));
  const weights = solve(gram, moment).to1DArray();
  return (network) => describe(network).reduce((sum, value, i) => sum + value * weights[i], 0);
}
