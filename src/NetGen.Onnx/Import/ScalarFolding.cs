using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>
/// A factor and a summand for each channel, as layers with constants apply them, which a convolution or dense layer next to them takes
/// into its weights and bias.
/// </summary>
internal sealed class ScalarFolding
{
    private readonly double[] factors;
    private readonly double[] summands;

    /// <summary>The model's name of the summands, where they are nothing else than a tensor of it.</summary>
    private readonly string? name;

    /// <summary>That of the factors.</summary>
    private readonly string? factorName;

    private ScalarFolding(double[] factors, double[] summands, string? name = null, string? factorName = null)
    {
        this.factorName = factorName;
        this.factors = factors;
        this.summands = summands;
        this.name = name;
    }

    private bool HasSummands => summands.Any(s => s != 0);

    /// <summary>What a layer does to each channel of its source; null where it does something else, or would leave nothing of it.</summary>
    public static ScalarFolding? Of(ImportedLayer layer)
    {
        int channels = layer.Output.Channels;
        ScalarFolding? found = layer switch
        {
            { Kind: "Rescaling", Positional: [double scale, double offset] } =>
                new ScalarFolding([.. Enumerable.Repeat(scale, channels)], [.. Enumerable.Repeat(offset, channels)]),
            { Kind: "Elementwise", Positional: [EnumText operation, int c, ..], Weights: [(_, var values)] } when c == channels && layer.Positional.Skip(2).All(p => p is 1) =>
                OfTensor(operation.Text, values, layer.Named.Any(n => n.Name == "Reversed")),
            _ => null,
        };
        return found is not null && found.factors.All(f => double.IsFinite(f) && f != 0) && found.summands.All(double.IsFinite) ? found : null;
    }

    private static ScalarFolding? OfTensor(string operation, Tensor tensor, bool isReversed)
    {
        double[] values = [.. tensor.Floats.Select(f => (double)f)];
        double[] ones = [.. values.Select(_ => 1.0)];
        double[] zeros = new double[values.Length];
        return (operation, isReversed) switch
        {
            ("ElementwiseOperator.Add", _) => new ScalarFolding(ones, values, tensor.Name),
            ("ElementwiseOperator.Subtract", false) => new ScalarFolding(ones, [.. values.Select(v => -v)]),
            ("ElementwiseOperator.Subtract", true) => new ScalarFolding([.. values.Select(_ => -1.0)], values),
            ("ElementwiseOperator.Multiply", _) => new ScalarFolding(values, zeros, factorName: tensor.Name),
            ("ElementwiseOperator.Divide", false) => new ScalarFolding([.. values.Select(v => 1 / v)], zeros),
            _ => null,
        };
    }

    /// <summary>Lets a layer do it to its result.</summary>
    /// <returns>Whether it can.</returns>
    public bool IntoResultOf(ImportedLayer layer)
    {
        Func<Tensor, int, int>? filterOf = layer.Kind switch
        {
            "Conv2D" or "DepthwiseConv2D" or "Dense" => (w, i) => i / (w.Length / w.Dims[0]),
            "ConvTranspose2D" => (w, i) => (i / (w.Length / w.Dims[0]) / (w.Dims[0] / Groups(layer)) * w.Dims[1]) + (i / (w.Dims[2] * w.Dims[3]) % w.Dims[1]),
            "BatchNorm2D" => (_, i) => i,
            "LayerNorm" when layer.Named.Any(n => n.Name == "Axes") => (_, i) => i,
            _ => null,
        };
        if (filterOf is null || layer.Weights.Find(w => w.Suffix == "weight").Values is not { } weights)
        {
            return false;
        }

        Tensor? bias = layer.Weights.Find(w => w.Suffix == "bias").Values;
        Tensor scaled = Scaled(weights, i => factors[filterOf(weights, i)]);
        Put(layer, "weight", weights is { Name: null } && weights.Floats.All(f => f == 1) ? new Tensor(scaled.Dims, scaled.Floats) { Name = factorName } : scaled);
        if (bias is not null || HasSummands)
        {
            PutBias(layer, c => (bias is null ? 0 : bias.Floats[c] * factors[c]) + summands[c], bias?.Name ?? name);
        }

        return true;
    }

    /// <summary>Lets a layer do it to what it takes.</summary>
    /// <returns>Whether it can: what it adds must not meet a border, which stays zero.</returns>
    public bool IntoSourceOf(ImportedLayer layer)
    {
        if (layer.Kind is not ("Conv2D" or "DepthwiseConv2D" or "Dense") || layer.Weights.Find(w => w.Suffix == "weight").Values is not { } weights
            || (HasSummands && layer.Named.Any(n => n.Name.StartsWith("Padding", StringComparison.Ordinal))))
        {
            return false;
        }

        int filters = weights.Dims[0];
        int channels = weights.Dims[1];
        int taps = weights.Length / filters / channels;
        int groups = factors.Length / channels;
        int ChannelOf(int i) => (i / taps / channels / (filters / groups) * channels) + (i / taps % channels);
        if (HasSummands)
        {
            var sums = new double[filters];
            for (int i = 0; i < weights.Length; i++)
            {
                sums[i / taps / channels] += (double)weights.Floats[i] * summands[ChannelOf(i)];
            }

            Tensor? bias = layer.Weights.Find(w => w.Suffix == "bias").Values;
            PutBias(layer, f => (bias?.Floats[f] ?? 0) + sums[f], bias?.Name);
        }

        Put(layer, "weight", Scaled(weights, i => factors[ChannelOf(i)]));
        return true;
    }

    private static int Groups(ImportedLayer layer) => layer.Named.Find(n => n.Name == "Groups").Value is int groups ? groups : 1;

    private static Tensor Scaled(Tensor tensor, Func<int, double> factor) =>
        new(tensor.Dims, [.. tensor.Floats.Select((f, i) => (float)(f * factor(i)))]) { Name = tensor.Name };

    private static void PutBias(ImportedLayer layer, Func<int, double> value, string? name)
    {
        int channels = layer.Output.Channels;
        Put(layer, "bias", new Tensor([channels], [.. Enumerable.Range(0, channels).Select(c => (float)value(c))]) { Name = name });
        layer.Named.RemoveAll(n => n.Name == "Bias");
    }

    private static void Put(ImportedLayer layer, string suffix, Tensor values)
    {
        int at = layer.Weights.FindIndex(w => w.Suffix == suffix);
        if (at < 0)
        {
            layer.Weights.Add((suffix, values));
        }
        else
        {
            layer.Weights[at] = (suffix, values);
        }
    }
}
