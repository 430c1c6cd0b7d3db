extern alias generator;

using System;
using System.Linq;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;

/// <summary>Recurrent layers, by PyTorch's formulas.</summary>
internal sealed partial class Interpreter
{
    private Map Recurrent(Layer layer, RecurrentOperation o, Map[] sources)
    {
        int steps = layer.Output.Pixels;
        double[][] x = [.. Enumerable.Range(0, steps).Select(t => Step(sources[0], t))];
        double[] h0 = o.HasInitialState ? sources[1].Values : new double[o.Hidden];
        double[] c0 = o.HasInitialCell ? sources[^1].Values : new double[o.Hidden];
        for (int k = 0; k < o.Layers; k++)
        {
            var next = new double[steps][];
            for (int direction = 0; direction < o.Directions; direction++)
            {
                bool isBackward = o.IsReversed || direction == 1;
                string suffix = $"_l{k}{(direction == 1 ? "_reverse" : "")}";
                (double[] h, double[] c) = (h0, c0);
                for (int i = 0; i < steps; i++)
                {
                    int t = isBackward ? steps - 1 - i : i;
                    (h, c) = Cell(layer, o, suffix, x[t], h, c);
                    double[] given = o.GivesCell ? [.. h, .. c] : h;
                    next[t] = direction == 0 ? given : [.. next[t], .. given];
                }
            }

            x = next;
        }

        return Map.Of(layer.Output, (channel, _, t) => x[t][channel]);
    }

    private static double[] Step(Map x, int step) => x.Shape.IsVector ? x.Values : [.. Enumerable.Range(0, x.Channels).Select(c => x[c, 0, step])];

    private (double[] Hidden, double[] Cell) Cell(Layer layer, RecurrentOperation o, string suffix, double[] x, double[] h, double[] c)
    {
        double[] gx = Product(layer, o, "_ih" + suffix, x);
        double[] gh = Product(layer, o, "_hh" + suffix, h);
        var newHidden = new double[o.Hidden];
        var newCell = new double[o.Hidden];
        double[] Gate(int gate) => [.. Enumerable.Range(gate * o.Hidden, o.Hidden).Select(i => Round(gx[i] + gh[i]))];
        switch (o.Cell)
        {
            case RecurrentCell.RNN:
                newHidden = [.. Gate(0).Select(v => o.IsReLU ? Math.Max(v, 0) : Math.Tanh(v))];
                break;
            case RecurrentCell.GRU:
                double[] r = [.. Gate(0).Select(Sigmoid)];
                double[] z = [.. Gate(1).Select(Sigmoid)];
                double[] left = o.ResetAfter ? gh : Product(layer, o, "_hh" + suffix, [.. h.Select((v, i) => Round(v * r[i]))]);
                for (int i = 0; i < o.Hidden; i++)
                {
                    double recurrent = left[(2 * o.Hidden) + i] * (o.ResetAfter ? r[i] : 1);
                    double n = Round(Math.Tanh(Round(gx[(2 * o.Hidden) + i] + recurrent)));
                    newHidden[i] = ((1 - z[i]) * n) + (z[i] * h[i]);
                }

                break;
            default:
                (double[] input, double[] forget, double[] candidate, double[] output) = (Gate(0), Gate(1), Gate(2), Gate(3));
                newCell = [.. c.Select((v, i) => Round((Sigmoid(forget[i]) * v) + (Sigmoid(input[i]) * Math.Tanh(candidate[i]))))];
                newHidden = [.. newCell.Select((v, i) => Sigmoid(output[i]) * Math.Tanh(v))];
                break;
        }

        return ([.. newHidden.Select(Round)], newCell);
    }

    private double Sigmoid(double value) => Round(1 / (1 + Math.Exp(-value)));

    /// <summary>All gates' weights times a vector, and their biases.</summary>
    private double[] Product(Layer layer, RecurrentOperation o, string suffix, double[] vector)
    {
        double[] weight = Tensor(layer, "weight" + suffix);
        double[]? bias = o.Bias ? Tensor(layer, "bias" + suffix) : null;
        var sums = new double[o.Gates * o.Hidden];
        for (int row = 0; row < sums.Length; row++)
        {
            double sum = bias?[row] ?? 0;
            for (int i = 0; i < vector.Length; i++)
            {
                sum = Round(sum + (weight[(row * vector.Length) + i] * vector[i]));
            }

            sums[row] = sum;
        }

        return sums;
    }
}
