extern alias generator;

using System;
using System.Linq;
using System.Threading.Tasks;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;
using Shape = generator::NetGen.Generator.Graphs.Shape;

/// <summary>Products of results, and attention, by PyTorch's formulas.</summary>
internal sealed partial class Interpreter
{
    private Map MatMul(Shape output, MatMulOperation product, Map a, Map b) => Map.Of(output, (c, row, column) =>
    {
        (int first, int second) = (a.Channels > 1 ? c : 0, b.Channels > 1 ? c : 0);
        double sum = 0;
        for (int i = 0; i < (product.TransposeA ? a.Height : a.Width); i++)
        {
            double x = product.TransposeA ? a[first, i, row] : a[first, row, i];
            sum = Round(sum + (x * (product.TransposeB ? b[second, column, i] : b[second, i, column])));
        }

        return sum;
    });

    /// <summary>As PyTorch: masked by −∞ and zero after that, so that a masked value that is no number spreads.</summary>
    private Map Attention(Shape output, AttentionOperation attention, Map[] sources)
    {
        (Map query, Map key, Map value) = (sources[0], sources[1], sources[2]);
        Map? mask = sources.Length > 3 ? sources[3] : null;
        var result = new Map(output);
        int keys = key.Height * key.Width;
        int channels = query.Channels / attention.Heads;
        int valueChannels = value.Channels / attention.Heads;
        Parallel.For(0, attention.Heads * query.Height * query.Width, index =>
        {
            (int head, int token) = (index / (query.Height * query.Width), index % (query.Height * query.Width));
            var scores = new double[keys];
            for (int k = 0; k < keys; k++)
            {
                double score = 0;
                for (int c = head * channels; c < (head + 1) * channels; c++)
                {
                    score = Round(score + (At(query, c, token) * At(key, c, k)));
                }

                score = Round(score * attention.Scale);
                score = mask is null ? score : Round(score + mask[mask.Channels > 1 ? head : 0, token, k]);
                scores[k] = attention.IsCausal && k > token ? double.NegativeInfinity : score;
            }

            double max = scores.Max();
            double sum = 0;
            for (int k = 0; k < keys; k++)
            {
                scores[k] = Round(Math.Exp(scores[k] - max));
                sum = Round(sum + scores[k]);
            }

            for (int c = head * valueChannels; c < (head + 1) * valueChannels; c++)
            {
                double total = 0;
                for (int k = 0; k < keys; k++)
                {
                    total = Round(total + (scores[k] * At(value, c, k)));
                }

                result[c, token / output.Width, token % output.Width] = total / sum;
            }
        });
        return result;

        static double At(Map map, int channel, int token) => map[channel, token / map.Width, token % map.Width];
    }

    private Map MultiheadAttention(Layer layer, MultiheadAttentionOperation o, Map[] sources)
    {
        int features = layer.Output.Channels;
        double[]? bias = o.Bias ? Tensor(layer, "in_proj_bias") : null;
        string[] separate = ["q_proj_weight", "k_proj_weight", "v_proj_weight"];
        Map[] products = [.. new[] { 0, o.Key, o.Value }.Select((source, i) => o.HasSeparateWeights
            ? Product(sources[source], Tensor(layer, separate[i]), 0, bias?[(i * features)..])
            : Product(sources[source], Tensor(layer, "in_proj_weight"), i * features, bias?[(i * features)..]))];
        var attention = new AttentionOperation(o.Heads, o.IsCausal, 1 / Math.Sqrt((double)features / o.Heads));
        Map attended = Attention(layer.Output, attention, o.Mask > 0 ? [.. products, sources[o.Mask]] : products);
        return Product(attended, Tensor(layer, "out_proj.weight"), 0, o.Bias ? Tensor(layer, "out_proj.bias") : null);

        Map Product(Map map, double[] weight, int firstRow, double[]? summands) => Map.Of(Shape.Image(features, map.Height, map.Width), (f, y, x) =>
        {
            double sum = summands?[f] ?? 0;
            for (int c = 0; c < map.Channels; c++)
            {
                sum = Round(sum + (weight[((firstRow + f) * map.Channels) + c] * map[c, y, x]));
            }

            return sum;
        });
    }
}
