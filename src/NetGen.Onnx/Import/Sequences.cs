using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>Writes layers of the model's one-dimensional operators as such: a convolution of one row becomes <c>Conv1D</c>.</summary>
internal static class Sequences
{
    private static readonly HashSet<string> Kinds = ["Conv2D", "DepthwiseConv2D", "ConvTranspose2D", "MaxPool2D", "AvgPool2D", "BatchNorm2D"];

    public static void Run(IEnumerable<ImportedLayer> layers)
    {
        foreach (ImportedLayer layer in layers.Where(l => l.IsSequence && Kinds.Contains(l.Kind)))
        {
            // Kernels come last, their height before their width, unless one number stands for both.
            bool hasFilters = layer.Kind is "Conv2D" or "ConvTranspose2D";
            if (layer.Positional.Count > (hasFilters ? 2 : 1))
            {
                layer.Positional.RemoveAt(hasFilters ? 1 : 0);
            }

            layer.Kind = layer.Kind.Replace("2D", "1D", StringComparison.Ordinal);
            RenameArguments(layer.Named);
            for (int i = 0; i < layer.Weights.Count; i++)
            {
                (string suffix, Tensor values) = layer.Weights[i];
                if (values.Dims is [var filters, var channels, 1, var taps])
                {
                    layer.Weights[i] = (suffix, values.Reshape([filters, channels, taps]));
                }
            }
        }
    }

    /// <summary>What holds for columns holds for elements; of rows there is one.</summary>
    private static void RenameArguments(List<(string Name, object Value)> named)
    {
        named.RemoveAll(n => n.Name.EndsWith("Height", StringComparison.Ordinal) || n.Name is "PaddingTop" or "PaddingBottom");
        for (int i = 0; i < named.Count; i++)
        {
            named[i] = (named[i].Name.Replace("Width", "", StringComparison.Ordinal), named[i].Value);
        }

        int left = named.FindIndex(n => n.Name == "PaddingLeft");
        int right = named.FindIndex(n => n.Name == "PaddingRight");
        if (left >= 0 && right >= 0 && named[left].Value.Equals(named[right].Value))
        {
            named[left] = ("Padding", named[left].Value);
            named.RemoveAt(right);
        }
    }
}
